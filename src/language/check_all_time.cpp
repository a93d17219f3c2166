// Where all of time is seen: attributes, and what is read `on` a date of the entity.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "language/checker.hpp"

namespace merit::language {

/// No period reaches there: its border and the period before it say nothing. Windows and shifts
/// begin where all of time ends, at `as of`; a unit beside `per` cuts it. `cut`: it is cut already.
bool checker::needs_no_period(std::initializer_list<term_id> read, bool cut) {
    const std::size_t before = troubles();
    std::vector<std::pair<term_id, bool>> open;  // and whether an interval of it is read
    for (const term_id one : read) open.emplace_back(one, cut);
    std::set<std::pair<term_id, bool>> seen{{nothing, false}, {nothing, true}};
    while (!open.empty()) {
        const auto [next, placed] = open.back();
        open.pop_back();
        if (!seen.insert({next, placed}).second) continue;
        const term& t = get(next);
        bool below = placed;
        if (t.kind == op::period_start || t.kind == op::period_end || t.kind == op::covered_end)
            report(t.source, t.text, "E411",
                   "all of time is seen here, so there is no period that begins or ends",
                   "write a date, or `as_of`");
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time) {
            const time_step& step = out_.changes[t.with].time;
            if (step.what == time_step::kind::shift && step.of == unit::none)
                report(t.source, t.text, "E411",
                       "all of time is seen here, so there is no period that another precedes",
                       "say how long ago, such as `1 month ago`");
            below = below || step.what != time_step::kind::as_of;
        }
        for (const term_id one : t.of) open.emplace_back(one, below);
        if (t.kind != op::aggregate) continue;
        const aggregate& one = out_.aggregates[t.with];
        if (below && one.per.empty()) needs_time(t, one);
        const bool dated = one.placed_on != nothing && !one.per.empty();
        below = (below && !dated) || cuts_time(one);
        for (const term_id inner : {one.argument, one.where, one.second})
            open.emplace_back(inner, below);
    }
    return troubles() == before;
}

bool checker::cuts_time(const aggregate& one) {
    return std::any_of(one.per.begin(), one.per.end(),
                       [](const dimension& key) { return key.calendar_unit != unit::none; });
}

/// Rows are read in an interval, so something must place them.
void checker::needs_time(const term& at, const aggregate& one) {
    if (one.placed_on != nothing || one.population || one.at != border::none) return;
    const std::string& table = out_.tables[one.table].name;
    report(
        at.source, at.text, "E412",
        fmt::format("a period is asked, but table {} has no time", table),
        fmt::format("add `time: <column>` to table {}, or `on <column>` in the brackets", table));
}

}  // namespace merit::language
