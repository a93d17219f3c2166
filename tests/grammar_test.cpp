// The parser against a table: grammar.cpp decides by order, the LALR(1) table of tests/grammar by
// nothing but the productions. On random strings of tokens both must accept and refuse alike.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "grammar/sentences.hpp"

namespace {

using namespace grammar;

class comparison {
public:
    void check(const sentence& all) {
        if (all.size() < 2 || money_before_weight(all) || !seen_.insert(all).second) return;
        const std::string text = spell(all, random_);
        const bool by_table = productions().accepts(all);
        const std::string& mode = productions().name(all[0]);
        const reading by_tokens = read_tokens(text, mode);
        REQUIRE_MESSAGE(by_tokens.tokens.tokens.size() == all.size() - 1, text);
        const bool by_parser = by_tokens.accepted;
        (by_table ? accepted_ : refused_) += 1;
        INFO("the table ", (by_table ? "accepts" : "refuses"), ", the parser does not: ", text);
        CHECK(by_table == by_parser);
        check_parse(text, mode, by_table);
    }

    /// The whole front end may refuse more than the table: what the bracket rule and its kin say.
    static void check_parse(const std::string& text, const std::string& mode, bool accepted) {
        const entry what = mode == "FILE"      ? entry::file
                           : mode == "FORMULA" ? entry::formula
                                               : entry::request;
        const parsed out = parse(make_source("", text), what, {});
        CHECK((accepted || !out.errors.empty()));
        for (const merit::diagnostic& one : out.errors) {
            static const std::set<std::string> beyond{"E104", "E110", "E111", "E112", "E211"};
            if (accepted) CHECK_MESSAGE(beyond.count(one.code) == 1, one.to_string());
            CHECK_MESSAGE(!one.help.empty(), one.to_string());
        }
    }

    /// A sentence with one to three tokens taken out, put in, replaced, doubled or exchanged.
    sentence mutated(sentence all) {
        const std::size_t changes = 1 + random_() % 3;
        for (std::size_t i = 0; i < changes && all.size() > 2; ++i) {
            const std::size_t at = 1 + random_() % (all.size() - 1);
            const auto place = all.begin() + static_cast<std::ptrdiff_t>(at);
            switch (random_() % 5) {
                case 0:
                    all.erase(place);
                    break;
                case 1:
                    all.insert(place, any_symbol());
                    break;
                case 2:
                    *place = any_symbol();
                    break;
                case 3:
                    all.insert(place, *place);
                    break;
                default:
                    std::swap(all[at], all[1 + random_() % (all.size() - 1)]);
                    break;
            }
        }
        return all;
    }

    sentence derived(int budget) { return productions().derive(random_, budget); }

    symbol any_symbol() {
        for (;;) {
            const auto one = static_cast<symbol>(
                1 + random_() % static_cast<std::uint64_t>(productions().terminal_count() - 1));
            const std::string& name = productions().name(one);
            if (name != "FILE" && name != "FORMULA" && name != "REQUEST") return one;
        }
    }

    [[nodiscard]] std::size_t accepted() const { return accepted_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }

private:
    /// The lexer reads `goal 5 ROI weight 30%` as the number 5 and the next part's name: the one
    /// place where a token depends on the word behind it, so no string of this test holds it.
    static bool money_before_weight(const sentence& all) {
        const symbol money = productions().named("MONEY");
        const symbol weight = productions().named("'weight'");
        for (std::size_t i = 0; i + 1 < all.size(); ++i) {
            if (all[i] == money && all[i + 1] == weight) return true;
        }
        return false;
    }

    std::mt19937_64 random_{seed()};
    std::set<sentence> seen_;
    std::size_t accepted_ = 0;
    std::size_t refused_ = 0;
};

/// The terminals of a text, by its tokens.
sentence terminals_of(const std::string& text, const std::string& mode) {
    const source_ptr from = make_source("", text);
    const lexed all = lex(*from, {});
    static const std::map<token_kind, std::string> classes{
        {token_kind::name, "NAME"},     {token_kind::quoted_name, "QUOTED"},
        {token_kind::number, "NUMBER"}, {token_kind::percent, "PERCENT"},
        {token_kind::money, "MONEY"},   {token_kind::duration, "DURATION"},
        {token_kind::string, "STRING"}, {token_kind::date, "DATE"},
        {token_kind::doc, "DOC"},       {token_kind::annotation, "ANNOTATION"},
        {token_kind::unit, "UNIT"}};
    sentence out{productions().named(mode)};
    for (const token& one : all.tokens) {
        const auto found = classes.find(one.kind);
        if (found != classes.end()) {
            out.push_back(productions().named(found->second));
            continue;
        }
        const std::string_view word = spelling(one.kind);
        const std::string sign =
            fold_width(text.substr(one.where.begin, one.where.end - one.where.begin));
        out.push_back(
            productions().named(fmt::format("'{}'", word.empty() ? sign : std::string(word))));
    }
    return out;
}

}  // namespace

TEST_CASE("the table is sound: no conflict") {
    for (const std::string& one : productions().conflicts()) MESSAGE(one);
    CHECK(productions().conflicts().empty());
    CHECK(productions().state_count() > 300);
}

TEST_CASE("parser and table agree on derived, changed and random strings") {
    comparison all;
    const sentence examples = terminals_of(read_file("tests/corpus/syntax/examples.kpi"), "FILE");
    CHECK(productions().accepts(examples));
    std::vector<sentence> statements;
    for (std::size_t begin = 1; begin < examples.size(); begin += 40) {
        sentence piece{examples[0]};
        const std::size_t end = std::min(examples.size(), begin + 60);
        piece.insert(piece.end(), examples.begin() + static_cast<std::ptrdiff_t>(begin),
                     examples.begin() + static_cast<std::ptrdiff_t>(end));
        statements.push_back(piece);
    }
    for (int round = 0; round < 8000; ++round) {
        const sentence valid = all.derived(6 + round % 14);
        if (valid.size() < 400) {
            all.check(valid);
            all.check(all.mutated(valid));
            all.check(all.mutated(valid));
        }
        all.check(all.mutated(statements[static_cast<std::size_t>(round) % statements.size()]));
        sentence noise{valid[0]};
        for (int i = 0; i < 2 + round % 6; ++i) noise.push_back(all.any_symbol());
        all.check(noise);
    }
    MESSAGE(fmt::format("seed {}: {} accepted, {} refused", seed(), all.accepted(), all.refused()));
    CHECK(all.accepted() + all.refused() >= 20000);
    CHECK(all.accepted() >= 4000);
}
