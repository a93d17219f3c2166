// Where all of time is seen: attributes, and what is read `on` a date of the entity.
#include <fmt/format.h>

#include "language/checker.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

/// No period reaches there, so a window, a shift, a piece of a period or its border would silently
/// say nothing.
bool checker::needs_no_period(std::initializer_list<term_id> read) {
    const std::size_t before = troubles();
    term_walk walk{std::vector<term_id>(read)};
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        walk.add(t.of);
        const bool border =
            t.kind == op::period_start || t.kind == op::period_end || t.kind == op::covered_end;
        if (border)
            report(t.source, t.text, "E411",
                   "all of time is seen here, so there is no period that begins or ends",
                   "write a date, or `as_of`");
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time &&
            out_.changes[t.with].time.what != time_step::kind::as_of)
            report(t.source, t.text, "E411",
                   "all of time is seen here, so a window or a shift has nothing to start from",
                   "keep rows by their dates, such as where at = @2026-01");
        if (t.kind != op::aggregate) continue;
        const aggregate& one = out_.aggregates[t.with];
        walk.add({one.argument, one.where, one.second});
        for (const dimension& key : one.per)
            if (key.calendar_unit != unit::none) refuse_piece(t.source, t.text, key.calendar_unit);
    }
    return troubles() == before;
}

void checker::refuse_piece(std::uint32_t document, byte_range where, unit piece) {
    report(document, where, "E411",
           fmt::format("all of time is seen here, which is not cut into {}s", unit_name_of(piece)),
           "leave out the unit, or write a KPI and ask it by a period");
}

}  // namespace merit::language
