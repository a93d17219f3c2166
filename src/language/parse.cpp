// The driver of the front end: tokens in statements, one at a time, so that one mistake hides no
// other.
#include "language/parse.hpp"

#include <algorithm>

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

/// A statement's keyword at the start of a line, and behind it what no expression can hold there:
/// two names side by side, a name and `=`, or what a keyword alone takes.
bool opens_statement(const token* at, const token* last) {
    if (!begins_statement(at->kind) || !at->first_on_line || last - at < 2) return false;
    const token_kind next = at[1].kind;
    if (is_plain(next)) return true;
    if (at->kind == token_kind::word_import) {
        return next == token_kind::string || next == token_kind::open_curly;
    }
    if (!is_name(next) || last - at < 3) return false;
    return at[2].kind == token_kind::equal || at[2].kind == token_kind::open_curly;
}

/// The first token of the next statement behind `first`, or `last`.
const token* next_statement(const token* first, const token* last) {
    // Documentation and annotations belong to the statement behind them; an annotation's values
    // hold no keyword, so the first keyword begins the statement.
    const token* at = first;
    while (at != last && !is_keyword(at->kind)) {
        if (at != first && is_prefix(at->kind) && !is_prefix(first->kind)) return at;
        ++at;
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
        while (first != last && !in_.limit_met() && in_.found().size() < within_.errors) {
            const token* const end = next_statement(first, last);
            const bool bad = std::any_of(
                first, end, [](const token& one) { return one.kind == token_kind::bad; });
            if (!bad) statements_of(first, end, statements);
            first = end;
        }
        node made;
        made.kind = node_kind::file;
        made.where = {0, static_cast<std::uint32_t>(out_.from->text.size())};
        const node_id root = in_.add(made, statements);
        out_.ast.root = in_.limit_met() ? 0 : root;
    }

    /// The statements between two sure beginnings: as a rule one.
    void statements_of(const token* first, const token* end, std::vector<node_id>& statements) {
        while (first != end) {
            const token* const begin = first;
            if (!read(read_statement, first, end, false)) return;
            if (first == begin) return;
            statements.push_back(in_.items().back().id);
        }
    }

    void whole(reader read_all, const token* first, const token* last) {
        if (read(read_all, first, last, true)) out_.ast.root = in_.items().back().id;
    }

    bool read(reader with, const token*& first, const token* last, bool to_end) {
        const token* const begin = first;
        const checkpoint before = in_.here();
        const auto node_before = static_cast<node_id>(before.nodes);
        const std::size_t found = in_.found().size();
        in_.begin_statement();
        bool done = with(in_, first, last);
        // A statement that is not followed by another one is not finished.
        const bool follows =
            first == last || (!to_end && (is_prefix(first->kind) || begins_statement(first->kind)));
        done = done && follows;
        if (done) check_brackets(in_, node_before);
        if (!done && !in_.limit_met()) in_.found().push_back(explain_stop(in_, begin, last));
        if (done && in_.found().size() == found) return true;
        in_.back_to(before);
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
    driver(out, within).run(what);
    return out;
}

}  // namespace merit::language
