// Random sentences of the grammar, their texts, and what the parser makes of them.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "grammar/table.hpp"
#include "language/grammar.hpp"
#include "language/lexer.hpp"

namespace grammar {

using namespace merit::language;
using sentence = std::vector<symbol>;

inline std::string read_file(const std::string& path) {
    std::ifstream in(MERIT_SOURCE_DIR "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline const table& productions() {
    static const table made(read_file("tests/grammar/merit.txt"));
    return made;
}

inline std::uint64_t seed() {
    const char* const given = std::getenv("MERIT_SEED");
    return given == nullptr ? 20260331 : std::strtoull(given, nullptr, 10);
}

/// Texts that a class of tokens is written as. None may run together with its neighbours: three
/// capitals behind a number would be a currency.
inline const std::vector<std::string>& class_texts(const std::string& name) {
    static const std::map<std::string, std::vector<std::string>> all{
        {"NAME", {"revenue", "x", "阶段", "_a1", "Deals"}},
        {"QUOTED", {"[day]", "[New Biz Revenue]", "［目标 值］"}},
        {"NUMBER", {"1", "2", "12", "0.25", "1_000", "50万", "３"}},
        {"PERCENT", {"60%", "0.5%", "５％"}},
        {"MONEY", {"200000 CNY", "1.50 EUR"}},
        {"DURATION", {"24h", "30min", "10s"}},
        {"STRING", {"\"won\"", "“赢单”", "\"\""}},
        {"DATE", {"@2026", "@2026Q1", "@2026-03", "@2026W05", "@2026-03-31", "@2026-03-31T09:30"}},
        {"DOC", {"## a sentence\n"}},
        {"ANNOTATION", {"@unit", "@good"}},
        {"UNIT", {"day", "months", "fiscal_year", "周", "季度"}}};
    return all.at(name);
}

/// Spellings of a keyword or sign, quoted in the table.
inline std::vector<std::string> word_texts(const std::string& word) {
    static const std::map<std::string, std::vector<std::string>> signs{
        {"(", {"(", "（"}}, {")", {")", "）"}},   {",", {",", "，"}}, {":", {":", "："}},
        {"=", {"=", "=="}}, {"!=", {"!=", "<>"}}, {"*", {"*", "×"}},  {"/", {"/", "÷"}}};
    if (const auto found = signs.find(word); found != signs.end()) return found->second;
    std::vector<std::string> out{word};
    for (const keyword& one : keywords()) {
        if (one.english != word || one.count != 1) continue;
        std::string capital = word;
        capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
        out.insert(out.end(), {capital, std::string(one.chinese)});
        break;
    }
    return out;
}

inline std::string spell(symbol one, std::mt19937_64& random) {
    const std::string& name = productions().name(one);
    const std::vector<std::string> texts =
        name[0] == '\'' ? word_texts(name.substr(1, name.size() - 2)) : class_texts(name);
    return texts[random() % texts.size()];
}

/// The text of a sentence. The first symbol, which says what is read, is not written.
inline std::string spell(const sentence& all, std::mt19937_64& random) {
    std::string out;
    for (std::size_t i = 1; i < all.size(); ++i) {
        out += spell(all[i], random);
        out += random() % 16 == 0 ? '\n' : ' ';
    }
    return out;
}

/// What the parser makes of the tokens alone, before the bracket rule: nothing when it refuses.
struct reading {
    source_ptr from;
    lexed tokens;
    tree ast;
    bool accepted = false;
};

inline reading read_tokens(const std::string& text, const std::string& mode) {
    reading out{make_source("", text), {}, {}, false};
    const merit::limits within;
    out.tokens = lex(*out.from, within);
    if (!out.tokens.errors.empty()) return out;
    builder in(*out.from, out.tokens, within, out.ast);
    const token* first = out.tokens.tokens.data();
    const token* const last = first + out.tokens.tokens.size();
    in.begin_statement();
    if (mode == "FORMULA") {
        out.accepted = read_formula(in, first, last) && first == last;
    } else if (mode == "REQUEST") {
        out.accepted = read_request(in, first, last) && first == last;
    } else {
        std::vector<node_id> statements;
        for (; first != last; in.begin_statement()) {
            if (!read_statement(in, first, last)) return out;
            statements.push_back(in.items().back().id);
        }
        node file;
        file.kind = node_kind::file;
        out.ast.root = in.add(file, statements);
        out.accepted = true;
        return out;
    }
    if (out.accepted) out.ast.root = in.items().back().id;
    return out;
}

}  // namespace grammar
