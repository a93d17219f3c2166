// What a target is made of. The asked interval is cut into the periods of the targets; in each, the
// rows of the entities are added up, unless there is a row for just what is asked:
//
//   per period:   set for the group > 0 ? set · part : lacking > 0 ? blank : sum over entities,
//                 where a coarser entity has what was set for it instead of what its own sum up to
//   per entity:   its rows in the group · part of the period that is asked · part of that in which
//                 the entity was there
//
// Which rows an entity has, and when it was there, is the same whatever group is asked. It is
// expected to have a row if any row, or its own table, ties it to the group (and it meets `who`).
#pragma once

#include <initializer_list>

#include "language/checker.hpp"

namespace merit::language {

class target_terms {
public:
    target_terms(checker& by, const target_place& here) : by_(by), here_(here), of_(here.of) {}

    /// The target of the whole asked period; nothing where something is wrong.
    term_id whole();

private:
    /// How much of a target counts.
    struct ratio {
        term_id part = nothing;  ///< nothing: all of it
        term_id whole = nothing;
    };
    /// What was set for just the group that is asked.
    struct set_target {
        term_id value = nothing;
        term_id was = nothing;  ///< anything was
    };
    /// What one entity has to do with the group that is asked.
    struct entity_piece {
        term_id value = nothing;     ///< its rows in the group
        term_id has = nothing;       ///< it has some, and is there
        term_id ties = nothing;      ///< what ties it to the group, counted
        term_id expected = nothing;  ///< it is tied, and should have a row
        term_id lacks = nothing;     ///< it is, is there, and has no row, of whatever group
    };
    /// What the group that is asked has in one period.
    struct period_piece {
        term_id value = nothing;
        term_id known = nothing;     ///< there are rows
        term_id lacks = nothing;     ///< an entity lacks one that should have it
        term_id somebody = nothing;  ///< an entity has rows at some time, or should have
        term_id empty = nothing;     ///< nobody, and no row here, but at another time
    };

    // --- rows of the targets
    enum class rows_of : std::uint8_t { entities, group, any };
    term_id kpi_is_meant();
    aggregate rows(rows_of whose, border which);
    term_id count_rows(rows_of whose, border which);
    term_id sum_rows(rows_of whose);

    // --- pieces
    set_target set_for_group();
    entity_piece entity();
    term_id exists(bool in_any_group);
    term_id ties_of_entity();
    term_id over_entities(const entity_piece& one, term_id empty);
    term_id any_rows(const entity_piece& one, const set_target& set);
    term_id somebody(const entity_piece& one);
    term_id empty(term_id known, term_id somebody);
    term_id with_set_rows(term_id sum, const set_target& set);
    period_piece of_period();
    period_piece of_entities(const set_target& set);
    term_id is_known(const period_piece& one);

    // --- parts of a period (check_target_days.cpp)
    ratio asked_part();
    ratio employed_part();
    ratio equal_months(term_id first, term_id last, term_id whole_first, term_id next);
    term_id days_of_entity(spread_kind by);
    term_id days_between(term_id first, term_id last, spread_kind by);
    term_id first_day(table_id of);
    term_id last_day(table_id of);
    term_id period_edge(op which, table_id of);
    term_id times(term_id value, std::initializer_list<ratio> parts);

    // --- other groups
    term_id in_any_group(term_id of);
    term_id changed(term_id of, std::string_view key, change how);
    term_id per_entity(function what, term_id argument, term_id where, std::uint32_t reference);
    term_id per_period(function what, term_id argument);
    term_id folded(function what, term_id argument, aggregate made);

    // --- terms
    term_id make(function what, type is, std::vector<term_id> of, std::uint32_t with = nothing) {
        return by_.scalar(here_.at, here_.id, what, is, std::move(of), with);
    }
    term_id whole_number(std::int64_t n);
    term_id span(std::int64_t n, unit of);
    term_id own(table_id table, std::uint32_t column);
    term_id is_some(term_id count);
    term_id negated(term_id of);
    term_id both(term_id a, term_id b);
    term_id either(term_id a, term_id b);
    term_id arithmetic(operation how, term_id left, term_id right) {
        return by_.arithmetic(here_.at, here_.id, how, left, right);
    }
    term_id noted(term_id of, std::string_view note) { return by_.noted(of, note); }
    term_id zero_if(term_id condition, term_id value);

    /// Means and last values are not added up, so nothing is replaced in them.
    [[nodiscard]] bool adds_up() const {
        return of_.roll != roll_kind::avg && of_.roll != roll_kind::last;
    }
    [[nodiscard]] const reference_info& finest() const {
        return by_.out_.references[of_.references.front()];
    }

    checker& by_;
    const target_place& here_;
    const targets_info& of_;
};

}  // namespace merit::language
