#include "language/grammar_stop.hpp"

#include <fmt/format.h>

#include <utility>

#include "language/foreign_words.hpp"
#include "language/grammar_stopping.hpp"

namespace merit::language {

using k = token_kind;

/// The first token of the operands before the stop: behind the last bracket, comma, `=` or colon.
const token* stopping::term_start() const {
    const token* start = at_;
    for (int depth = 0; start != first_; --start) {
        const k kind = start[-1].kind;
        if (closes(kind)) ++depth;
        if (opens(kind) && depth-- == 0) break;
        if (depth > 0) continue;
        if (kind == k::comma || kind == k::equal || kind == k::colon || kind == k::word_show) break;
    }
    return start;
}

std::optional<saying> stopping::brackets() const {
    std::vector<const token*> open;
    for (const token* one = first_; one != last_; ++one) {
        const bool stopped = one == at_;
        if (opens(one->kind)) open.push_back(one);
        if (!closes(one->kind)) {
            if (stopped && !open.empty() && begins_statement(one->kind) && one->first_on_line)
                break;
            continue;
        }
        if (open.empty()) {
            if (!stopped) return std::nullopt;
            return say(one->where,
                       fmt::format("`{}` closes a bracket that was never opened", text(one)),
                       "delete it, or open a bracket before it", "E105");
        }
        const bool fits = (one->kind == k::close_round) == (open.back()->kind == k::open_round);
        if (!fits && stopped) break;
        if (stopped || !fits) return std::nullopt;
        open.pop_back();
    }
    const bool ended = at_ == last_ || closes(here()) || begins_statement(here());
    if (open.empty() || !ended) return std::nullopt;
    const bool round = open.back()->kind == k::open_round;
    return say(open.back()->where, "the bracket that opens here is not closed",
               fmt::format("put a {} where it ends", round ? ')' : '}'), "E105");
}

std::optional<saying> stopping::end_of_text() const {
    if (at_ != last_) return std::nullopt;
    if (first_ == last_) return say({0, 0}, "there is nothing to read", words());
    const token* const final = last_ - 1;
    return say(final->where, fmt::format("something is missing after `{}`", text(final)), words());
}

std::optional<saying> stopping::empty_brackets() const {
    const bool all = before() == k::open_round && here() == k::star && last_ - at_ > 1;
    if (all && at_[1].kind == k::close_round) {
        return say(at_->where, "`*` does not stand for all rows",
                   "rows are counted by the name of their table: count(deals)");
    }
    if (before() != k::open_round || here() != k::close_round) return std::nullopt;
    return say({at_[-1].where.begin, at_->where.end}, "these brackets are empty",
               "write a value between them, or delete them");
}

std::optional<saying> stopping::doc_inside() const {
    if (here() != k::doc) return std::nullopt;
    return say(at_->where, "documentation stands before the definition that it describes",
               "for a comment write a single #");
}

/// 1,000: groups of three digits behind commas.
std::optional<saying> stopping::comma_in_number() const {
    if (here() != k::comma || before() != k::number) return std::nullopt;
    std::string digits(text(at_ - 1));
    std::string parted = digits;
    const token* end = at_;
    while (last_ - end > 1 && end->kind == k::comma && end[1].kind == k::number &&
           end[-1].where.end == end->where.begin && end->where.end == end[1].where.begin &&
           text(end + 1).size() >= 3 && text(end + 1).substr(0, 3).find('.') == std::string::npos) {
        digits += text(end + 1);
        parted += fmt::format("_{}", text(end + 1));
        end += 2;
    }
    if (end == at_) return std::nullopt;
    return say({at_[-1].where.begin, end[-1].where.end}, "a comma is no part of a number",
               fmt::format("write {} or {}", digits, parted));
}

std::optional<saying> stopping::unit_as_name() const {
    if (before() == k::unit && at_ - first_ > 1 && at_[-2].kind == k::colon &&
        (here() == k::comma || here() == k::close_curly)) {
        return say(at_[-1].where,
                   fmt::format("`{}` is a unit of time here, not a name", text(at_ - 1)),
                   fmt::format("for a text write \"{0}\", for a name [{0}]", text(at_ - 1)));
    }
    if (before() == k::unit && expected(k::open_round) && !expected(k::plus) && !value_expected()) {
        return say(at_[-1].where,
                   fmt::format("`{}` is a unit of time here, not a name", text(at_ - 1)),
                   fmt::format("for a name write [{0}], for the function {0}(…)", text(at_ - 1)));
    }
    return std::nullopt;
}

std::optional<saying> stopping::reserved_name() const {
    if (!name_expected() || !is_reserved(here())) return std::nullopt;
    if (here() == k::word_not && value_expected()) return std::nullopt;
    if (here() == k::word_of && before() == k::word_as) {
        const token* const end = name_behind(at_, clause_end(at_));
        return say(
            {at_[-1].where.begin, end[-1].where.end},
            fmt::format("in a request `{}` needs brackets that show which term it belongs to",
                        between(at_ - 1, at_)),
            fmt::format("(… {})", between(at_ - 1, end - 1)), "E110");
    }
    if (here() == k::unit) {
        return say(
            at_->where, fmt::format("`{}` is a unit of time here, not a name", text()),
            fmt::format("for a name write [{}]; for a span write a number before it", text()));
    }
    if (value_expected() && before() != k::end_of_text) {
        return say(at_->where,
                   fmt::format("a value is missing between `{}` and `{}`", text(at_ - 1), text()),
                   fmt::format("write the value, or [{}] if that is its name", text()));
    }
    if (value_expected() && begins_clause(here())) {
        return say(at_->where, fmt::format("a value is missing before `{}`", text()),
                   fmt::format("write it first; if that is a name write [{}]", text()));
    }
    return say(at_->where, fmt::format("`{}` is a word of the language", text()),
               fmt::format("for a name write [{}]", text()));
}

std::optional<saying> stopping::several_words() const {
    const bool naming = expected(k::equal) && !expected(k::plus);
    const bool shown = at_ - first_ > 1 && at_[-2].kind == k::word_as && is_plain(here());
    if (!(naming || shown) || !is_word(here()) || !is_name(before())) return std::nullopt;
    const token* end = at_;
    std::string name(text(at_ - 1));
    for (; end != last_ && (shown ? is_plain(end->kind) : is_word(end->kind)); ++end)
        name += fmt::format("_{}", text(end));
    return say(at_->where, "a name is one word",
               fmt::format("write {} or [{}]", name, between(at_ - 1, end - 1)));
}

std::optional<saying> stopping::foreign_operator() const {
    if (!value_expected() || at_ == first_) return std::nullopt;
    if (here() == k::slash && before() == k::slash) {
        return say({at_[-1].where.begin, at_->where.end}, "`//` is no operator",
                   "a comment begins with #");
    }
    if (here() == k::star && before() == k::star) {
        return say({at_[-1].where.begin, at_->where.end}, "`**` is no operator",
                   "a power is written a ^ b");
    }
    if (here() == k::equal && (before() == k::less || before() == k::greater)) {
        return say({at_[-1].where.begin, at_->where.end}, "the two signs stand apart",
                   fmt::format("write {}=", text(at_ - 1)));
    }
    return std::nullopt;
}

std::optional<saying> stopping::not_inside() const {
    if (here() != k::word_not || !value_expected()) return std::nullopt;
    return say(at_->where, fmt::format("`{}` cannot follow `{}` directly", text(), text(at_ - 1)),
               "put the negation in brackets: (not …)");
}

std::optional<saying> stopping::after_clause() const {
    const bool behind_clause = expected(k::word_unfiltered) && !expected(k::plus);
    if (!behind_clause || !is_infix(here())) return std::nullopt;
    const token* const start = term_start();
    if (start == at_) return std::nullopt;
    return say({start->where.begin, at_->where.end},
               fmt::format("`{}` stands behind a clause: does the clause end before it?", text()),
               fmt::format("({}) {} …", between(start, at_ - 1), text()), "E110");
}

std::optional<saying> stopping::clause_elsewhere() const {
    const bool closed = expected(k::plus) && !expected(k::word_unfiltered);
    if (!closed || !begins_clause(here())) return std::nullopt;
    const token* const start = term_start();
    if (start == at_) return std::nullopt;
    return say(at_->where, fmt::format("`{}` cannot stand here without brackets", text()),
               "put the term and its clause in brackets, or name them with kpi", "E211");
}

std::optional<saying> stopping::comparison_chain() const {
    if (!is_relation(here()) || !expected(k::plus) || expected(k::equal)) return std::nullopt;
    return say(at_->where, fmt::format("`{}` cannot follow another comparison", text()),
               "join comparisons with `and`, or put one of them in brackets");
}

std::optional<saying> stopping::dimensions() const {
    const bool joined = expected(k::word_and) && expected(k::dot) && !expected(k::plus);
    if (here() == k::comma && joined && !expected(k::comma)) {
        const token* const next = at_ + 1;
        const bool named = next != last_ && (is_name(next->kind) || next->kind == k::unit);
        if (!named) return std::nullopt;
        return say({at_[-1].where.begin, next->where.end},
                   "groupings are joined by `and`; a comma does not join them here",
                   fmt::format("{} and {}", text(at_ - 1), text(next)), "E111");
    }
    if (here() == k::word_and && expected(k::comma) && expected(k::word_having)) {
        return say(at_->where, "in a request groupings are separated by commas",
                   "write `,` for `and`");
    }
    return std::nullopt;
}

std::optional<saying> stopping::span_without_ago() const {
    const bool span = here() == k::number && last_ - at_ > 1 && at_[1].kind == k::unit;
    if (!span || !expected(k::plus)) return std::nullopt;
    const std::string_view whole = between(at_, at_ + 1);
    return say({at_->where.begin, at_[1].where.end},
               fmt::format("`{}` cannot follow `{}` directly", whole, text(at_ - 1)),
               fmt::format("write {0} ago, or an operator before {0}", whole));
}

std::optional<saying> stopping::list_without_brackets() const {
    if (before() != k::word_in || here() == k::open_round) return std::nullopt;
    return say(at_->where, "a list of values stands in brackets", "write in (\"a\", \"b\")");
}

std::optional<saying> stopping::side_by_side() const {
    if (at_ == first_ || !expected(k::plus) || !begins_value(here())) return std::nullopt;
    const std::string_view left = text(at_ - 1);
    for (const std::string_view name : {left, text()}) {
        if (const auto split = glue_hint(name)) {
            return say(at_->where, fmt::format("`{}` is read as one name", name),
                       fmt::format("write {}", *split));
        }
    }
    for (const std::string_view word : {left, text()}) {
        const std::string window = window_meant(word);
        const std::string_view known = instead_of_word(word);
        if (const std::string_view instead = known.empty() ? window : known; !instead.empty()) {
            return say(at_->where, fmt::format("`{}` and `{}` stand side by side", left, text()),
                       fmt::format("the language has no `{}`: write {}", word, instead));
        }
    }
    if (here() == k::word_floor && before() == k::number)
        return say(at_->where, "the floor of a part stands before its goal",
                   "write … weight 100% floor 10% goal 30%");
    std::string help = "write an operator between them";
    if (expected(k::comma)) help += ", or a comma";
    if (is_plain(before()) && is_plain(here())) {
        help += fmt::format("; one name of several words is [{}]", between(at_ - 1, at_));
    }
    return say(at_->where, fmt::format("`{}` and `{}` stand side by side", left, text()), help);
}

/// `revenue by rep order by revenue`: a word of SQL where a request has another.
std::optional<saying> stopping::foreign_clause() const {
    const bool here_or_blank = expected(k::word_having) || expected(k::word_blank);
    if (at_ == first_ || at_ == last_ || !here_or_blank) return std::nullopt;
    const std::string_view instead = instead_of_word(text());
    if (instead.empty()) return std::nullopt;
    return say(at_->where, fmt::format("`{}` cannot stand here", text()),
               fmt::format("the language has no `{}`: write {}", text(), instead));
}

std::optional<saying> stopping::no_statement() const {
    if (!expected(k::word_kpi) || expected(k::plus) || at_ == last_) return std::nullopt;
    const bool remark = here() == k::slash || here() == k::minus;
    if (remark && last_ - at_ > 1 && (at_[1].kind == here() || at_[1].kind == k::star))
        return say({at_->where.begin, at_[1].where.end},
                   fmt::format("`{}` begins no definition", between(at_, at_ + 1)),
                   "a comment begins with #");
    const bool assigned = is_plain(here()) && last_ - at_ > 1 && at_[1].kind == k::equal;
    if (assigned) {
        return say(at_->where, fmt::format("`{}` begins no definition", text()),
                   fmt::format("write kpi {} = …", text()));
    }
    return say(at_->where, fmt::format("`{}` cannot begin a definition", text()),
               "a definition begins with a word such as kpi, let, table, scorecard or show");
}

/// What was expected, in words. Signs that stand for a group of signs are named as the group.
std::string stopping::words() const {
    const bool value = value_expected();
    const bool operators = expected(k::plus);
    std::vector<std::string> all;
    const auto add = [&](bool when, const char* what) {
        if (when) all.emplace_back(what);
    };
    add(value, "a value (a name, a number, a text or a bracket)");
    add(!value && expected(k::name), "a name");
    add(!value && expected(k::number),
        expected(k::duration) ? "a span such as `30 days`" : "a number");
    add(!value && expected(k::string), "a text in double quotes");
    add(!value && expected(k::date), "a date such as @2026-03");
    add(!value && expected(k::unit), "a unit such as month");
    add(operators, "an operator");
    add(expected(k::word_kpi), "a definition such as `kpi name = …`");
    add(expected(k::close_round), "a closing bracket");
    add(expected(k::close_curly), "a closing brace");
    add(expected(k::open_curly), "an opening brace");
    add(expected(k::open_round) && !value && !operators, "an opening bracket");
    add(expected(k::comma), "a comma");
    add(expected(k::colon), "a colon");
    add(expected(k::equal) && !operators, "an equals sign");
    for (auto i = static_cast<std::size_t>(k::word_end); i < static_cast<std::size_t>(k::unit);
         ++i) {
        const k kind = static_cast<k>(i);
        const bool of_operators = operators && is_reserved(kind);
        const bool of_values =
            value && (kind == k::word_not || kind >= k::word_true || is_reserved(kind));
        if (!expected(kind) || begins_statement(kind) || of_operators || of_values) continue;
        all.push_back(fmt::format("`{}`", spelling(kind)));
    }
    constexpr std::size_t most = 4;
    std::string out;
    const std::size_t count = std::min(all.size(), most);
    for (std::size_t i = 0; i < count; ++i) {
        out += i == 0 ? "write " : i + 1 == count ? " or " : ", ";
        out += all[i];
    }
    return count == 0 ? "delete it: the text is complete before it" : out + " here";
}

saying stopping::explain() const {
    // In this order: what is surely meant comes before what may be.
    constexpr attempt attempts[] = {&stopping::brackets,         &stopping::comma_in_number,
                                    &stopping::unit_as_name,     &stopping::end_of_text,
                                    &stopping::empty_brackets,   &stopping::doc_inside,
                                    &stopping::several_words,    &stopping::list_without_brackets,
                                    &stopping::no_period,        &stopping::window_in_words,
                                    &stopping::text_as_name,     &stopping::foreign_operator,
                                    &stopping::not_inside,       &stopping::dimensions,
                                    &stopping::after_clause,     &stopping::clause_in_request,
                                    &stopping::request_order,    &stopping::formula_as_grouping,
                                    &stopping::clause_elsewhere, &stopping::comparison_chain,
                                    &stopping::no_statement,     &stopping::reserved_name,
                                    &stopping::span_without_ago, &stopping::period_in_formula,
                                    &stopping::side_by_side,     &stopping::foreign_clause};
    for (const attempt one : attempts) {
        if (std::optional<saying> said = (this->*one)()) return *said;
    }
    if (here() == k::comma && expected(k::close_curly))
        return say(at_->where, "no comma stands between these parts", "delete it");
    return say(at_->where, fmt::format("`{}` cannot stand here", text()), words());
}

diagnostic explain_stop(const builder& in, const token* first, const token* last) {
    saying said = stopping(in, first, last).explain();
    return locate(in.from(), severity::error, said.code, said.where, std::move(said.message),
                  std::move(said.help));
}

}  // namespace merit::language
