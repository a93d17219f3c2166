// What is told of requests that could not be read: clauses without brackets, in another order, or
// formulas where a name groups.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "data/calendar/calendar.hpp"
#include "language/grammar_stopping.hpp"

namespace merit::language {

namespace {

using k = token_kind;

/// by 1, for 2, where 3, having 4, sort 5: in this order they stand in a request; else 0.
int place_in_request(k kind) {
    constexpr k order[] = {k::word_by, k::word_for, k::word_where, k::word_having, k::word_sort};
    const k* const found = std::find(std::begin(order), std::end(order), kind);
    return found == std::end(order) ? 0 : static_cast<int>(found - order) + 1;
}

}  // namespace

/// The first token of the request that the stop lies in: behind `show`, an open bracket or nothing.
const token* stopping::request_start() const {
    const token* start = at_;
    for (int depth = 0; start != first_; --start) {
        const k kind = start[-1].kind;
        if (closes(kind)) ++depth;
        if (opens(kind) && depth-- == 0) break;
        if (depth == 0 && kind == k::word_show) break;
    }
    return start;
}

/// The first word between `from` and the stop that begins a clause of a request, of that place in
/// it or behind.
const token* stopping::request_word(const token* from, int least) const {
    int depth = 0;
    for (const token* one = from; one != at_; ++one) {
        if (opens(one->kind)) ++depth;
        if (closes(one->kind)) --depth;
        const bool sorting = one != from && one[-1].kind == k::word_sort;  // `sort by`
        if (depth == 0 && !sorting && place_in_request(one->kind) >= least) return one;
    }
    return at_;
}

/// Where a clause ends that begins there: at the next clause of the request, at a comma, at the
/// end.
const token* stopping::clause_end(const token* from) const {
    int depth = 0;
    for (const token* one = from + 1; one != last_; ++one) {
        const k kind = one->kind;
        if (opens(kind)) ++depth;
        if (closes(kind) && depth-- == 0) return one;
        if (depth > 0) continue;
        const bool listed = kind == k::comma && from->kind != k::word_by;
        const bool sorting = one[-1].kind == k::word_sort;
        if (listed || (place_in_request(kind) != 0 && !sorting)) return one;
        if (begins_statement(kind) && one->first_on_line) return one;
    }
    return last_;
}

/// `as` and the name of what is shown, if they stand there.
const token* stopping::name_behind(const token* from, const token* to) const {
    for (; from < to; ++from)
        if (from->kind == k::word_as && (to - from < 2 || from[1].kind != k::word_of)) return from;
    return to;
}

/// A clause behind a term of a request, or behind all of it: the term is the last before the
/// request's own clauses, without its name.
std::optional<saying> stopping::clause_in_request() const {
    const bool after_shown = expected(k::word_having) && expected(k::comma);
    const bool shift = here() == k::number && last_ - at_ > 1 && at_[1].kind == k::unit;
    if (!after_shown || !(begins_clause(here()) || shift)) return std::nullopt;
    if (place_in_request(here()) != 0) return std::nullopt;  // twice, or in another order
    const token* end = clause_end(at_);
    if (here() == k::word_as && (end - at_ < 2 || at_[1].kind != k::word_of)) {
        return say({at_->where.begin, end[-1].where.end},
                   "`as` gives a name to what is shown, not to a grouping",
                   fmt::format("delete `{}`", between(at_, end - 1)));
    }
    const token* const name = name_behind(at_ + 1, end);
    const std::string as = name != end ? " " + std::string(between(name, end - 1)) : "";
    end = name;
    const token* const first = request_start();
    const token* tail = request_word(first, 1);
    const token* start = tail;
    const token* sign = nullptr;  // the last operator of the term
    const token* named = nullptr;
    for (int depth = 0; start != first; --start) {
        const k kind = start[-1].kind;
        if (closes(kind)) ++depth;
        if (opens(kind)) --depth;
        if (depth != 0) continue;
        if (kind == k::comma) break;
        if (kind == k::word_as) named = start - 1;
        if (is_infix(kind) && sign == nullptr) sign = start - 1;
    }
    if (named != nullptr) tail = named;
    if (start == tail) return std::nullopt;
    std::string clause(between(at_, end - 1));
    if (here() == k::word_over && end - at_ > 3 && at_[2].kind == k::number &&
        (text(at_ + 1) == "last" || text(at_ + 1) == "past"))
        clause = fmt::format("over trailing {}", between(at_ + 2, end - 1));
    const byte_range place{start->where.begin, end[-1].where.end};
    if (here() == k::word_per && sign == nullptr && end - at_ > 1 &&
        (is_plain(at_[1].kind) || at_[1].kind == k::unit) && tail == at_ &&
        named == nullptr) {  // revenue per rep
        const std::string_view term = between(start, tail - 1);
        const std::string_view by = between(at_ + 1, end - 1);
        return say(
            place,
            fmt::format("`{}` stands {}, not here", clause, "in the brackets of an aggregate"),
            fmt::format("{0} by {1}   or   avg({0} per {1})", term, by), "E211");
    }
    const bool inner = here() == k::word_on || here() == k::word_at || here() == k::word_per;
    if (inner && tail[-1].kind == k::close_round && start->kind != k::open_round &&
        sign == nullptr) {  // sum(x) on closed
        return say(
            place,
            fmt::format("`{}` stands {}, not here", clause, "in the brackets of an aggregate"),
            fmt::format("{} {})", in_.written({start->where.begin, tail[-2].where.end}), clause),
            "E211");
    }
    const std::string dots = end - at_ > 1 || here() == k::word_unfiltered ? "" : " …";
    const std::string_view term = between(start, tail - 1);
    std::string help = fmt::format("({} {}{}){}", term, clause, dots, as);
    if (sign != nullptr && sign > start && sign + 1 < tail)
        help = fmt::format("(({0}) {1}{4}){5}   or   {2} ({3} {1}{4}){5}", term, clause,
                           between(start, sign), between(sign + 1, tail - 1), dots, as);
    if (tail != at_ && sign == nullptr) help += fmt::format(" {}", between(tail, at_ - 1));
    return say(
        place,
        fmt::format("in a request `{}` needs brackets that show which term it belongs to", text()),
        help, "E110");
}

/// Clauses of a request that stand in another order, or twice.
std::optional<saying> stopping::request_order() const {
    const int place = place_in_request(here());
    const bool asking = expected(k::word_sort) || expected(k::word_down);
    if (place == 0 || !asking || expected(here())) return std::nullopt;
    const token* const late = request_word(request_start(), place);
    if (late == at_) return std::nullopt;
    if (late->kind == here()) {
        return say(at_->where, fmt::format("`{}` stands twice in one request", text()),
                   here() == k::word_by    ? "part the groupings by commas"
                   : here() == k::word_for ? "keep one of them"
                                           : "join the conditions with `and`");
    }
    const token* const end = clause_end(at_);
    return say({late->where.begin, end[-1].where.end},
               fmt::format("in a request `{}` stands before `{}`", text(), text(late)),
               fmt::format("write {}",
                           fmt::format("{} {}", between(at_, end - 1), between(late, at_ - 1))));
}

/// `by bucket(x, 5)`, `by month(closed)`
std::optional<saying> stopping::formula_as_grouping() const {
    const bool timed = before() == k::unit;
    const bool grouping =
        (timed || expected(k::dot)) && expected(k::word_having) && expected(k::comma);
    if (here() != k::open_round || expected(k::plus) || !grouping) return std::nullopt;
    const token* end = at_ + 1;
    for (int depth = 1; end != last_ && depth > 0; ++end)
        depth += opens(end->kind) ? 1 : closes(end->kind) ? -1 : 0;
    const std::string_view formula = between(at_ - 1, end - 1);
    if (timed && end - at_ > 2) {
        return say({at_[-1].where.begin, end[-1].where.end},
                   "a request is grouped by names, not by formulas",
                   fmt::format("group by {}; which date counts is said in the aggregate: "
                               "sum(x on {})",
                               text(at_ - 1), between(at_ + 1, end - 2)));
    }
    return say({at_[-1].where.begin, end[-1].where.end},
               "a request is grouped by names, not by formulas",
               fmt::format("give it a name in the model, column deals.part = {}, and group by part",
                           formula));
}

/// `over 3 months`, `over last 3 months`, `revenue last year`, `previous month`
std::optional<saying> stopping::window_in_words() const {
    const auto past = [&](const token* one) {
        const std::string_view word = text(one);
        return word == "last" || word == "past" || word == "previous" || word == "trailing";
    };
    const token* from = at_;
    if (at_ != first_ && past(at_ - 1)) --from;
    const bool behind_over = from != first_ && from[-1].kind == k::word_over;
    const bool worded = from != last_ && past(from);
    if (!worded && !(behind_over && here() == k::number)) return std::nullopt;
    const bool shifted = worded && text(from) == "previous";  // an argument of growth too
    if (!behind_over && !shifted &&
        (from == first_ || !(is_name(from[-1].kind) || closes(from[-1].kind))))
        return std::nullopt;
    const token* end = worded ? from + 1 : from;
    const bool counted = end != last_ && end->kind == k::number;
    const token* const number = end;
    if (counted) ++end;
    if (end == last_ || end->kind != k::unit) return std::nullopt;
    const byte_range place{from->where.begin, end->where.end};
    const std::string_view said = between(from, end);
    if (counted)
        return say(place, fmt::format("`{}` is no window", said),
                   fmt::format("write over trailing {}", between(number, end)));
    if (text(from) == "trailing") return std::nullopt;
    return say(place, fmt::format("`{}` is no shift in time", said),
               fmt::format("write 1 {} ago, or previous period", text(end)));
}

/// `sum(x) as "All of it"`
std::optional<saying> stopping::text_as_name() const {
    if (before() != k::word_as || here() != k::string || text().size() < 3) return std::nullopt;
    return say(at_->where, fmt::format("`{}` is a text, not a name", text()),
               fmt::format("write [{}]", text().substr(1, text().size() - 2)));
}

/// `for 2026`, `for "2026-01"`, `for last month`
std::optional<saying> stopping::no_period() const {
    if (before() == k::word_for && expected(k::date)) {
        std::string_view said = text();
        if (here() == k::string && said.size() > 2) said = said.substr(1, said.size() - 2);
        const bool dated = here() == k::number || here() == k::string;
        if (!dated || !calendar::read_date(said)) return std::nullopt;
        return say(at_->where, fmt::format("`{}` is no period", text()),
                   fmt::format("a period begins with @: write @{}", said));
    }
    const bool named = at_ - first_ > 1 && at_[-2].kind == k::word_for && is_plain(before());
    if (!named || here() != k::unit) return std::nullopt;
    return say({at_[-1].where.begin, at_->where.end},
               fmt::format("`{}` is no period", between(at_ - 1, at_)),
               "write a date such as @2026-03, or from one to another: @2026-01 to @2026-03");
}

/// `kpi x = revenue for @2026`: a request has a period, a formula a window.
std::optional<saying> stopping::period_in_formula() const {
    if (here() != k::word_for || !expected(k::plus) || expected(k::word_for) || at_ == first_)
        return std::nullopt;
    const token* end = at_ + 1;
    if (end == last_ || end->kind != k::date) return std::nullopt;
    if (last_ - end > 2 && end[1].kind == k::word_to && end[2].kind == k::date) end += 2;
    return say({at_->where.begin, end->where.end}, "`for` stands in a request, not in a formula",
               fmt::format("for a fixed period write over {}", between(at_ + 1, end)));
}

}  // namespace merit::language
