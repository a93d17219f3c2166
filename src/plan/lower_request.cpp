// The request: its columns, the frames that hold them, and how periods come about.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "plan/lower.hpp"
#include "plan/lowering.hpp"
#include "plan/period.hpp"
#include "plan/rewrite.hpp"
#include "plan/stages.hpp"
#include "plan/tracing.hpp"

namespace merit::plan {

using language::program;

namespace {

period_rule rule_of(const language::request& asked) {
    period_rule made;
    made.of = language::finest_unit(asked.by);
    made.from_parameter = asked.range_from_parameter;
    made.to_parameter = asked.range_to_parameter;
    if (asked.range) made.range = *asked.range;
    if (!asked.range) {
        // `for p` alone names both ends by one parameter.
        if (made.from_parameter == nothing) made.from_parameter = made.to_parameter;
        if (made.to_parameter == nothing) made.to_parameter = made.from_parameter;
    }
    made.ranged = asked.range.has_value() || made.from_parameter != nothing;
    return made;
}

// A table that no cell reads is not there when the plan runs. A view's rows are its table's, so
// what a view refers to and what its table refers to may be one reference.
void copy_references(const program& from, const lowering& walk, plan& to) {
    for (std::uint32_t i = 0; i < from.references.size(); ++i) {
        const language::reference_info& one = from.references[i];
        if (one.to == language::nothing || one.column == language::nothing) continue;
        const id on = walk.known_table(one.from);
        const id target = walk.known_keyed_table(one.to);
        if (on == nothing || target == nothing) continue;
        const auto same = std::find_if(
            to.references.begin(), to.references.end(), [&](const reference_use& other) {
                return other.from == on && other.column == one.column && other.to == target;
            });
        if (same == to.references.end())
            to.references.push_back({one.role, on, one.column, target, walk.looked_up(i)});
        else
            same->looked_up = same->looked_up || walk.looked_up(i);
    }
}

void copy_declarations(const program& from, const lowering& walk, plan& to) {
    to.calendar = from.calendar;
    for (const language::calendar_info& one : from.calendars)
        to.calendars.push_back({one.name, one.works});
    for (const language::parameter_info& one : from.parameters)
        to.parameters.push_back({one.name, one.type, one.initial});
    for (const language::tier_table& one : from.tier_tables) {
        tier_table made{one.name, {}, one.bounds, one.pays};
        for (const language::tier_row& row : one.rows)
            made.rows.push_back({row.low.has_value(), row.high.has_value(),
                                 row.low.value_or(value{}), row.high.value_or(value{}), row.pays});
        to.tier_tables.push_back(std::move(made));
    }
    copy_references(from, walk, to);
}

/// The one dimension that is no unit, when it is an entity with a table: its entities appear even
/// without rows.
std::optional<sighting> populate(const program& from, lowering& walk) {
    std::optional<std::uint32_t> only;
    for (std::uint32_t i = 0; i < from.asked->by.size(); ++i) {
        if (from.asked->by[i].calendar_unit != unit::none) continue;
        if (only) return std::nullopt;
        only = i;
    }
    if (!only) return std::nullopt;
    const std::uint32_t entity = from.asked->by[*only].entity;
    if (entity == language::nothing || from.entities[entity].table == language::nothing)
        return std::nullopt;
    return walk.population_cell(from.entities[entity].table, *only);
}

id shown_frame(const program& from, lowering& walk) {
    const language::request& asked = *from.asked;
    plan& made = walk.out.made;
    const id shown = walk.request_frame(asked.by.size());
    made.shown.by = static_cast<std::uint32_t>(asked.by.size());
    const context_id in = walk.outermost(shown);
    const auto place = [&](language::term_id term) {
        const id value = walk.group(term, in);
        return column_position(made.frames[shown], value);
    };
    for (const language::shown& one : asked.terms) {
        made.shown.columns.push_back({one.head, place(one.term)});
        if (one.currency != language::nothing)
            made.shown.columns.back().currency = place(one.currency);
    }
    walk.stop_showing(shown);
    if (asked.having != language::nothing) made.shown.having = place(asked.having);
    for (const language::sort_key& one : asked.sort) {
        made.shown.sort.push_back({place(one.term), one.down});
        if (one.currency != language::nothing)
            made.shown.sort.back().currency = place(one.currency);
    }
    if (const std::optional<sighting> there = populate(from, walk))
        made.frames[shown].population.push_back(*there);
    return shown;
}

/// Totals are computed anew over fewer dimensions; what needs a dropped one is blank there.
void add_totals(const program& from, id shown, lowering& walk) {
    plan& made = walk.out.made;
    const language::request& asked = *from.asked;
    for (std::size_t kept = asked.by.size(); kept-- > 0;) {
        const id total = walk.request_frame(kept);
        walk.stop_showing(total);
        made.frames[total].totals_of = shown;
        made.frames[total].every_period = false;
        const context_id in = walk.outermost(total);
        std::vector<id> columns(made.frames[shown].columns.size(), nothing);
        const auto place = [&](language::term_id term, std::uint32_t column) {
            columns[column] = walk.group(term, in);
        };
        for (std::size_t i = 0; i < asked.terms.size(); ++i) {
            place(asked.terms[i].term, made.shown.columns[i].column);
            if (asked.terms[i].currency != language::nothing)
                place(asked.terms[i].currency, made.shown.columns[i].currency);
        }
        if (asked.having != language::nothing) place(asked.having, made.shown.having);
        for (std::size_t i = 0; i < asked.sort.size(); ++i) {
            place(asked.sort[i].term, made.shown.sort[i].column);
            if (asked.sort[i].currency != language::nothing)
                place(asked.sort[i].currency, made.shown.sort[i].currency);
        }
        made.frames[total].columns = std::move(columns);
        made.shown.totals.push_back(total);
    }
}

void trace_shown(const program& from, lowering& walk, trace& into) {
    tracing trail(walk, into);
    std::vector<id> frames = walk.out.made.shown.totals;
    frames.insert(frames.begin(), walk.out.made.shown.shown);
    for (const id frame : frames) {
        std::vector<std::uint32_t>& columns = into.shown.emplace_back();
        for (const language::shown& one : from.asked->terms)
            columns.push_back(trail.term(one.term, walk.outermost(frame)));
    }
    trail.finish();
}

plan lower_request(const program& from, std::size_t most_contexts, trace* trail) {
    if (!from.asked) bug("a program without a request is not lowered");
    lowering walk(from, most_contexts);
    plan& made = walk.out.made;
    made.shown.shown = shown_frame(from, walk);
    if (from.asked->totals) add_totals(from, made.shown.shown, walk);
    if (trail != nullptr) trace_shown(from, walk, *trail);
    add_guards(from, walk);
    made.periods = rule_of(*from.asked);
    copy_declarations(from, walk, made);
    number_stages(made);
    return std::move(walk.out.made);
}

}  // namespace

result<plan> lower(const program& from, const limits& within) {
    try {
        return lower_request(from, within.contexts, nullptr);
    } catch (const too_many_contexts&) {
        return error(
            "E709",
            fmt::format("terms are read under more than {} filters and shifts", within.contexts),
            "read a kpi once where another one reads it twice under two filters or shifts");
    }
}

traced_plan lower_traced(const program& from) {
    traced_plan made;
    made.what = lower_request(from, std::numeric_limits<std::size_t>::max(), &made.of);
    return made;
}

}  // namespace merit::plan
