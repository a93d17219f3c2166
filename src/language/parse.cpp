// The driver of the front end: tokens in statements, one at a time, so that one mistake hides no
// other.
#include "language/parse.hpp"

#include <algorithm>
#include <utility>

#include "language/fold.hpp"
#include "language/grammar.hpp"
#include "language/grammar_stop.hpp"
#include "language/lexer.hpp"

namespace merit::language {

namespace {

using reader = bool (*)(builder&, const token*&, const token*);

bool is_prefix(token_kind kind) {
    return kind == token_kind::doc || kind == token_kind::annotation;
}

/// `import "…"` or `import { a, b as c }`; where `import` is a name, other words follow.
bool opens_import(const token* at, const token* last) {
    if (at[1].kind == token_kind::string) return !begins_statement(at[-1].kind);
    if (at[1].kind != token_kind::open_curly || last - at < 4) return false;
    const token_kind third = at[3].kind;
    return third == token_kind::comma || third == token_kind::word_as ||
           third == token_kind::close_curly;
}

/// A statement's keyword at the start of a line, and behind it what no expression can hold there:
/// two names side by side, or a name and `=`. Not the first token of all.
bool opens_statement(const token* at, const token* last) {
    if (!begins_statement(at->kind) || !at->first_on_line || last - at < 2) return false;
    if (at->kind == token_kind::word_import) return opens_import(at, last);
    const token_kind next = at[1].kind;
    if (is_plain(next)) return true;
    if (!is_name(next) || last - at < 3) return false;
    return at[2].kind == token_kind::equal || at[2].kind == token_kind::open_curly;
}

/// The first token of the next statement behind `first`, or `last`.
const token* next_statement(const token* first, const token* last) {
    const token* at = first;
    // Documentation and annotations belong to the statement behind them; their values hold no
    // keyword that could begin it.
    if (is_prefix(at->kind)) {
        while (at != last && !begins_statement(at->kind)) ++at;
    }
    if (at != last) ++at;
    while (at != last && !is_prefix(at->kind) && !opens_statement(at, last)) ++at;
    return at;
}

class driver {
public:
    driver(parsed& out, const limits& within)
        : out_(out),
          within_(within),
          tokens_(lex(*out.from, within)),
          in_(*out.from, tokens_, within, out.ast) {}

    void run(entry what) {
        const token* first = tokens_.tokens.data();
        const token* const last = first + tokens_.tokens.size();
        const bool cut = !tokens_.errors.empty() && tokens_.errors.back().code[1] == '7';
        if (what == entry::file) {
            file(first, cut ? first : last);
        } else if (tokens_.errors.empty()) {
            whole(what == entry::formula ? read_formula : read_request, first, last);
        }
        finish();
    }

private:
    void file(const token* first, const token* last) {
        std::vector<node_id> statements;
        const token* end = first;  // of what is surely one statement, and so far free of mistakes
        const token* bad = first;
        while (first != last && !in_.limit_met() && in_.found().size() < within_.errors) {
            // Statements that share a line share an end: it is looked for once.
            if (end <= first) end = next_statement(first, last);
            if (bad < first) bad = first;
            while (bad != end && bad->kind != token_kind::bad) ++bad;
            if (bad != end || !statement(first, last, end, statements)) first = end;
        }
        node made;
        made.kind = node_kind::file;
        made.where = {0, static_cast<std::uint32_t>(out_.from->text.size())};
        const node_id root = in_.add(made, statements);
        out_.ast.root = in_.limit_met() ? 0 : root;
    }

    /// One statement. When it does not parse it is read again up to the next sure beginning, so
    /// that its mistake is told without the words of the next one.
    bool statement(const token*& first, const token* last, const token* end,
                   std::vector<node_id>& statements) {
        const mark before = here();
        const token* const begin = first;
        if (reads(read_statement, first, last, false)) {
            if (obeys(before)) statements.push_back(in_.items().back().id);
            return true;
        }
        in_.back_to(before.tree);
        if (in_.limit_met()) return false;
        in_.found().erase(in_.found().begin() + before.found, in_.found().end());
        first = begin;
        const bool alone = reads(read_statement, first, end, false);
        in_.back_to(before.tree);
        if (!in_.limit_met()) in_.found().push_back(explain_stop(in_, begin, alone ? last : end));
        return false;
    }

    void whole(reader with, const token* first, const token* last) {
        const mark before = here();
        const token* const begin = first;
        if (reads(with, first, last, true)) {
            if (obeys(before)) out_.ast.root = in_.items().back().id;
            return;
        }
        in_.back_to(before.tree);
        if (!in_.limit_met()) in_.found().push_back(explain_stop(in_, begin, last));
    }

    struct mark {
        checkpoint tree;
        std::ptrdiff_t found;
    };
    [[nodiscard]] mark here() {
        return {in_.here(), static_cast<std::ptrdiff_t>(in_.found().size())};
    }

    bool reads(reader with, const token*& first, const token* last, bool to_end) {
        in_.begin_statement();
        if (!with(in_, first, last)) return false;
        if (first == last) return true;
        // A statement that is not followed by another one is not finished.
        const bool follows = is_prefix(first->kind) || begins_statement(first->kind);
        if (!to_end && follows) return true;
        in_.expect(first, to_end ? token_kind::end_of_text : token_kind::word_kpi);
        return false;
    }

    /// Refuses what the grammar allows and the language does not, and takes its tree back.
    bool obeys(const mark& before) {
        check_brackets(in_, static_cast<node_id>(before.tree.nodes));
        if (std::cmp_equal(in_.found().size(), before.found)) return true;
        in_.back_to(before.tree);
        return false;
    }

    void finish() {
        std::vector<diagnostic>& all = out_.errors;
        all = std::move(tokens_.errors);
        all.insert(all.end(), std::make_move_iterator(in_.found().begin()),
                   std::make_move_iterator(in_.found().end()));
        std::stable_sort(all.begin(), all.end(), [](const diagnostic& a, const diagnostic& b) {
            return a.where.begin < b.where.begin;
        });
        if (all.size() > within_.errors) all.resize(within_.errors);
        if (out_.ast.nodes.empty()) {
            out_.ast.nodes.push_back({});
            out_.ast.nodes.back().kind = node_kind::file;
            out_.ast.root = 0;
        }
        out_.comments = std::move(tokens_.comments);
    }

    parsed& out_;
    const limits& within_;
    lexed tokens_;
    builder in_;
};

}  // namespace

parsed parse(source_ptr from, entry what, const limits& within) {
    parsed out;
    out.from = std::move(from);
    limits used = within;
    used.errors = std::max<std::size_t>(used.errors, 1);  // a refusal is never silent
    driver(out, used).run(what);
    return out;
}

}  // namespace merit::language
