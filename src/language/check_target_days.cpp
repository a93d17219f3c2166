// Which part of a target counts: of its period, what is asked; of that, the days in which the
// entity was there.
#include "language/target_terms.hpp"

namespace merit::language {

namespace {

constexpr type day_type{.kind = type_kind::date};
constexpr type instant_type{.kind = type_kind::timestamp};

}  // namespace

/// Times a part of a whole: the product is divided once.
term_id target_terms::times(term_id value, std::initializer_list<ratio> parts) {
    term_id over = nothing;
    for (const ratio& one : parts) {
        if (one.part == nothing || value == nothing) continue;
        value = arithmetic(operation::multiply, value, one.part);
        over = over == nothing ? one.whole : arithmetic(operation::multiply, over, one.whole);
    }
    if (over == nothing || value == nothing) return value;
    return arithmetic(operation::divide, value, over);
}

/// Days from one date to another, both counted.
term_id target_terms::days_between(term_id first, term_id last, spread_kind by) {
    if (by == spread_kind::workdays)
        return make(function::work_days, int_type, {first, last},
                    by_.working_calendar(here_.at, here_.id, of_.calendar));
    return make(function::add, int_type,
                {make(function::units_between, int_type, {first, last, span(1, unit::day)}),
                 whole_number(1)});
}

/// period.start or period.end, of a group or of each row of a table.
term_id target_terms::period_edge(op which, table_id of) {
    term t;
    t.kind = which;
    t.at = of == nothing ? level::group : level::row;
    t.home = of;
    t.type = instant_type;
    t.text = by_.ast(here_.at.document).at(here_.id).where;
    t.source = here_.at.document;
    return by_.intern(std::move(t));
}

term_id target_terms::first_day(table_id of) {
    return make(function::date_of, day_type, {period_edge(op::period_start, of)});
}

/// A day that has begun counts.
term_id target_terms::last_day(table_id of) {
    const term_id before_end = make(function::add_span, instant_type,
                                    {period_edge(op::period_end, of), span(-1, unit::second)});
    return make(function::date_of, day_type, {before_end});
}

/// The part of a target's period that is asked; nothing where it is always whole.
target_terms::ratio target_terms::asked_part() {
    if (of_.spread == spread_kind::none) return {};
    const term_id first = first_day(nothing);
    const term_id last = last_day(nothing);
    const term_id whole_first = make(function::start_of, day_type, {first, span(1, of_.period)});
    const term_id next = make(function::add_span, day_type, {whole_first, span(1, of_.period)});
    if (of_.spread == spread_kind::equal) return equal_months(first, last, whole_first, next);
    const term_id whole_last = make(function::add_span, day_type, {next, span(-1, unit::day)});
    return {noted(days_between(first, last, of_.spread), "days that are asked"),
            noted(days_between(whole_first, whole_last, of_.spread), "days of its period")};
}

/// Months are equal parts; a part of a month counts by its days.
target_terms::ratio target_terms::equal_months(term_id first, term_id last, term_id whole_first,
                                               term_id next) {
    const auto months_to = [&](term_id day) {
        const term_id month = make(function::start_of, day_type, {day, span(1, unit::month)});
        const term_id following = make(function::add_span, day_type, {month, span(1, unit::month)});
        const auto between = [&](term_id from, term_id to, unit of) {
            return make(function::units_between, int_type, {from, to, span(1, of)});
        };
        return make(
            function::add, double_type,
            {make(function::to_double, double_type, {between(whole_first, month, unit::month)}),
             make(function::divide, double_type,
                  {between(month, day, unit::day), between(month, following, unit::day)})});
    };
    const auto months = [&](term_id from, term_id to) {
        return make(function::subtract, double_type, {months_to(to), months_to(from)});
    };
    const term_id after = make(function::add_span, day_type, {last, span(1, unit::day)});
    return {months(first, after), months(whole_first, next)};
}

/// The part of the period in which the entity was there.
target_terms::ratio target_terms::employed_part() {
    if (of_.prorate == spread_kind::none || of_.references.empty()) return {};
    const term_id there = days_of_entity(of_.prorate);
    const term_id asked = noted(days_between(first_day(nothing), last_day(nothing), of_.prorate),
                                "days that are asked");
    // Where no working day is asked, none was missed.
    const term_id none = make(function::equal, boolean_type, {asked, whole_number(0)});
    const auto days = [&](term_id counted) {
        const auto alike = by_.aligned(here_.at, here_.id, {whole_number(1), counted});
        return make(function::if_, by_.get(alike[0]).type, {none, alike[0], alike[1]});
    };
    return {days(there), days(asked)};
}

/// The days that its rows last, be they one interval or several versions.
term_id target_terms::days_of_entity(spread_kind by) {
    const table_id table = finest().to;
    const table_info& home = by_.out_.tables[table];
    const auto own_day = [&](std::uint32_t column) {
        const term_id found = own(table, column);
        return by_.get(found).type.kind == type_kind::date
                   ? found
                   : make(function::date_of, day_type, {found});
    };
    const auto or_else = [&](term_id day, term_id otherwise) {
        return make(function::if_blank, day_type, {day, otherwise});
    };
    const term_id first = first_day(table);
    const term_id last = last_day(table);
    const term_id came =
        make(function::greatest, day_type, {first, or_else(own_day(home.from), first)});
    const term_id left =
        make(function::add_span, day_type, {own_day(home.to), span(-1, unit::day)});
    const term_id went = make(function::least, day_type, {last, or_else(left, last)});
    aggregate made;
    made.what = function::sum;
    made.table = table;
    made.at = border::whole;
    made.unseen = true;
    made.argument = days_between(came, went, by);
    return in_any_group(
        noted(by_.aggregate_term(here_.at, here_.id, made), "days in which the entity was there"));
}

}  // namespace merit::language
