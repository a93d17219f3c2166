// What a target is made of. The asked interval is cut into the periods of the targets; in each,
// the rows of the entities are added up, unless there is a row for just what is asked:
//
//   per period:   set > 0 ? set · part : missing > 0 ? blank : sum over entities; where no entity
//                 should have rows, the period itself should have one
//   per entity:   its row · part of the period · part of the period that the entity was there
//
// An entity is expected to have a row in a period in which it is there, if it has one at all, or
// meets `who`.
#include <array>

#include "language/checker.hpp"

namespace merit::language {

term_id checker::whole_number(const target_place& here, std::int64_t n) {
    return constant(here.at, here.id, n, int_type);
}

term_id checker::is_some(const target_place& here, term_id count) {
    return scalar(here.at, here.id, function::greater, boolean_type,
                  {count, whole_number(here, 0)});
}

/// The rows of the KPI.
term_id checker::target_where(const target_place& here) {
    if (here.of.kpi == nothing) return nothing;
    const std::string& column = out_.tables[here.of.table].columns.fields[here.of.kpi].name;
    const definition& kpi = in_.names.find(here.kpi)->second;
    const tree& its = ast(kpi.document);
    const std::string name(its.text(its.at(kpi.node)));
    std::vector<term_id> of{own_member(here.at, here.id, here.of.table, column),
                            constant(here.at, here.id, name, text_type)};
    const std::string label = label_of(ast(kpi.document), kpi.node);
    if (!label.empty()) of.push_back(constant(here.at, here.id, label, text_type));
    return scalar(here.at, here.id, function::in, boolean_type, std::move(of));
}

/// Count or sum of target rows: those of an entity each, or those of just the groups asked.
term_id checker::target_rows(const target_place& here, function what, bool whose, border which) {
    const targets_info& of = here.of;
    const schema& columns = out_.tables[of.table].columns;
    aggregate made;
    made.what = what;
    made.table = of.table;
    made.at = which;
    made.lasts = span_value{1, of.period};
    const term_id time =
        own_member(here.at, here.id, of.table, columns.fields[out_.tables[of.table].time].name);
    made.placed_on = scalar(
        here.at, here.id, function::start_of, get(time).type,
        {time, constant(here.at, here.id, span_value{1, of.period}, {.kind = type_kind::span})});
    if (what == function::sum)
        made.argument = own_member(here.at, here.id, of.table, columns.fields[of.value].name);
    made.where = target_where(here);
    for (std::size_t i = 0; i < of.references.size(); ++i) {
        const reference_info& to = out_.references[of.references[i]];
        const term_id key = own_member(here.at, here.id, of.table, columns.fields[to.column].name);
        // What is set for a coarser entity names no finer one.
        if (!whose) made.exactly.push_back({to.entity, key});
        if (i != 0) continue;
        term_id named = scalar(here.at, here.id, function::is_blank, boolean_type, {key});
        if (whose) named = scalar(here.at, here.id, function::logical_not, boolean_type, {named});
        made.where = made.where == nothing ? named
                                           : scalar(here.at, here.id, function::logical_and,
                                                    boolean_type, {made.where, named});
    }
    const term_id out = aggregate_term(here.at, here.id, made);
    return what == function::sum && out != nothing ? one_currency(here.at, here.id, made, out)
                                                   : out;
}

/// Is the entity there in the period? Nothing where that is not known of it.
term_id checker::target_exists(const target_place& here) {
    if (here.of.references.empty()) return nothing;
    const reference_info& whose = out_.references[here.of.references.front()];
    if (whose.to == nothing) return nothing;
    aggregate made;
    made.what = function::count;
    made.table = whose.to;
    made.population = true;
    const term_id out = aggregate_term(here.at, here.id, made);
    return noted(is_some(here, noted(out, "rows of the entity in the period")),
                 "is there in the period");
}

/// Days from one date to another, both counted.
term_id checker::days_between(const target_place& here, term_id first, term_id last,
                              spread_kind by) {
    if (by == spread_kind::workdays)
        return scalar(here.at, here.id, function::work_days, int_type, {first, last},
                      working_calendar(here.at, here.id, here.of.calendar));
    const term_id one =
        constant(here.at, here.id, span_value{1, unit::day}, {.kind = type_kind::span});
    return scalar(here.at, here.id, function::add, int_type,
                  {scalar(here.at, here.id, function::units_between, int_type, {first, last, one}),
                   whole_number(here, 1)});
}

namespace {

constexpr type day_type{.kind = type_kind::date};
constexpr type instant_type{.kind = type_kind::timestamp};
constexpr type span_type{.kind = type_kind::span};

}  // namespace

/// Times a part of a whole: the product is divided once.
term_id checker::times(const target_place& here, term_id value,
                       std::span<const target_ratio> parts) {
    term_id over = nothing;
    for (const target_ratio& one : parts) {
        if (one.part == nothing || value == nothing) continue;
        value = arithmetic(here.at, here.id, operation::multiply, value, one.part);
        over = over == nothing ? one.whole
                               : arithmetic(here.at, here.id, operation::multiply, over, one.whole);
    }
    if (over == nothing || value == nothing) return value;
    return arithmetic(here.at, here.id, operation::divide, value, over);
}

/// The part of a target's period that is asked; nothing where it is always whole.
target_ratio checker::target_part(const target_place& here, spread_kind by) {
    if (by == spread_kind::none) return {};
    const auto make = [&](function what, type is, std::vector<term_id> of) {
        return scalar(here.at, here.id, what, is, std::move(of));
    };
    const auto span = [&](std::int64_t n, unit of) {
        return constant(here.at, here.id, span_value{n, of}, span_type);
    };
    const term_id first =
        make(function::date_of, day_type, {period_edge(here, op::period_start, nothing)});
    // A day that has begun counts.
    const term_id before_end =
        make(function::add_span, instant_type,
             {period_edge(here, op::period_end, nothing), span(-1, unit::second)});
    const term_id last = make(function::date_of, day_type, {before_end});
    const term_id whole_first =
        make(function::start_of, day_type, {first, span(1, here.of.period)});
    const term_id next = make(function::add_span, day_type, {whole_first, span(1, here.of.period)});
    const term_id whole_last = make(function::add_span, day_type, {next, span(-1, unit::day)});
    if (by != spread_kind::equal)
        return {noted(days_between(here, first, last, by), "days that are asked"),
                noted(days_between(here, whole_first, whole_last, by), "days of its period")};
    // Months are equal parts; a part of a month counts by its days.
    const auto months_to = [&](term_id day) {
        const term_id month = make(function::start_of, day_type, {day, span(1, unit::month)});
        const term_id following = make(function::add_span, day_type, {month, span(1, unit::month)});
        const term_id past =
            make(function::units_between, int_type, {month, day, span(1, unit::day)});
        const term_id days =
            make(function::units_between, int_type, {month, following, span(1, unit::day)});
        return make(function::add, double_type,
                    {make(function::to_double, double_type,
                          {make(function::units_between, int_type,
                                {whole_first, month, span(1, unit::month)})}),
                     make(function::divide, double_type, {past, days})});
    };
    const term_id after = make(function::add_span, day_type, {last, span(1, unit::day)});
    const term_id part =
        make(function::subtract, double_type, {months_to(after), months_to(first)});
    return {part, make(function::subtract, double_type, {months_to(next), months_to(whole_first)})};
}

/// period.start or period.end, of a group or of each row of a table.
term_id checker::period_edge(const target_place& here, op which, table_id home) {
    term t;
    t.kind = which;
    t.at = home == nothing ? level::group : level::row;
    t.home = home;
    t.type = instant_type;
    t.text = ast(here.at.document).at(here.id).where;
    t.source = here.at.document;
    return intern(std::move(t));
}

/// The part of the period in which the entity was there: the days that its rows last, be they one
/// interval or several versions.
target_ratio checker::target_employed(const target_place& here) {
    const spread_kind by = here.of.prorate;
    if (by == spread_kind::none || here.of.references.empty()) return {};
    const reference_info& whose = out_.references[here.of.references.front()];
    const table_info& home = out_.tables[whose.to];
    const auto make = [&](function what, type is, std::vector<term_id> of) {
        return scalar(here.at, here.id, what, is, std::move(of));
    };
    const term_id day = constant(here.at, here.id, span_value{-1, unit::day}, span_type);
    const term_id second = constant(here.at, here.id, span_value{-1, unit::second}, span_type);
    const auto first_day = [&](table_id of) {
        return make(function::date_of, day_type, {period_edge(here, op::period_start, of)});
    };
    const auto last_day = [&](table_id of) {
        const term_id end = period_edge(here, op::period_end, of);
        return make(function::date_of, day_type,
                    {make(function::add_span, instant_type, {end, second})});
    };
    const auto own_day = [&](std::uint32_t column) {
        const field& of = home.columns.fields[column];
        const term_id own = own_member(here.at, here.id, whose.to, of.name);
        return of.type.kind == type_kind::date ? own : make(function::date_of, day_type, {own});
    };
    const term_id first = first_day(whose.to);
    const term_id last = last_day(whose.to);
    const term_id came =
        make(function::greatest, day_type,
             {first, make(function::if_blank, day_type, {own_day(home.from), first})});
    const term_id left = make(function::add_span, day_type, {own_day(home.to), day});
    const term_id went =
        make(function::least, day_type, {last, make(function::if_blank, day_type, {left, last})});
    aggregate rows;
    rows.what = function::sum;
    rows.table = whose.to;
    rows.at = border::whole;
    rows.argument = days_between(here, came, went, by);
    const term_id there = aggregate_term(here.at, here.id, rows);
    const term_id asked = days_between(here, first_day(nothing), last_day(nothing), by);
    noted(asked, "days that are asked");
    // Where no working day is asked, none was missed.
    const term_id none = make(function::equal, boolean_type, {asked, whole_number(here, 0)});
    noted(there, "days in which the entity was there");
    const auto days = [&](term_id counted) {
        const auto alike = aligned(here.at, here.id, {whole_number(here, 1), counted});
        return make(function::if_, get(alike[0]).type, {none, alike[0], alike[1]});
    };
    return {days(there), days(asked)};
}

/// An aggregate of the entities of a reference, or, for `nothing`, of the periods of the targets.
term_id checker::target_nested(const target_place& here, function what, term_id argument,
                               term_id where, std::uint32_t reference) {
    if (argument == nothing) return nothing;
    aggregate made;
    made.what = what;
    made.argument = argument;
    made.where = where;
    if (reference != nothing) {
        made.entity = out_.references[reference].entity;
        std::set<table_id> inner;
        tables_under(argument, inner);
        if (where != nothing) tables_under(where, inner);
        auto by = entity_dimension(here.at, here.id, made.entity, inner);
        if (!by) return nothing;
        made.per.push_back(*std::move(by));
    } else {
        dimension by;
        by.calendar_unit = here.of.period;
        by.name = unit_name_of(here.of.period);
        by.label = by.name;
        by.type = text_type;
        made.per.push_back(std::move(by));
        made.uncut = true;
    }
    if (what == function::last) {
        made.second = period_edge(here, op::period_start, nothing);
    }
    const term_id out = aggregate_term(here.at, here.id, made);
    return out == nothing ? nothing : one_currency(here.at, here.id, made, out);
}

/// What one entity has in one period.
term_id checker::target_of_entity(const target_place& here) {
    const term_id value =
        noted(target_rows(here, function::sum, true, border::whole), "row of the entity");
    const std::array parts{target_part(here, here.of.spread), target_employed(here)};
    return times(here, value, parts);
}

namespace {

function fold_of(bool average) {
    return average ? function::avg : function::sum;
}

}  // namespace

/// A sum over the finest entities, where a coarser one has what was set for it instead of what its
/// own sum up to. From finer to coarser, so that the coarsest wins.
term_id checker::with_set_rows(const target_place& here, term_id sum, term_id set,
                               term_id was_set) {
    for (std::size_t i = 1; i < here.of.references.size() && sum != nothing; ++i) {
        if (set == nothing ||
            (get(sum).type.kind == type_kind::money && get(sum).type.currency[0] == 0))
            break;
        const term_id more = arithmetic(here.at, here.id, operation::subtract, set, sum);
        if (more == nothing) return nothing;
        const term_id instead =
            target_nested(here, function::sum, more, was_set, here.of.references[i]);
        if (instead == nothing) return nothing;
        sum = noted(arithmetic(here.at, here.id, operation::add, sum,
                               noted(instead, "what was set for coarser ones, less their sums")),
                    "sum over the entities, with what was set for coarser ones");
    }
    return sum;
}

/// What is asked has in one period: what was set for it, else what its entities have.
period_target checker::target_of_period(const target_place& here) {
    const auto make = [&](function what, type is, std::vector<term_id> of) {
        return scalar(here.at, here.id, what, is, std::move(of));
    };
    const bool average = here.of.roll == roll_kind::avg || here.of.roll == roll_kind::last;
    const term_id set_rows = noted(target_rows(here, function::count, false, border::whole),
                                   "rows for just what is asked");
    term_id set =
        noted(target_rows(here, function::sum, false, border::whole), "what was set for it");
    const std::array parts{target_part(here, here.of.spread)};
    set = times(here, set, parts);
    if (set == nothing) return {};
    const term_id was_set = noted(is_some(here, set_rows), "was set for it");
    const term_id was_not = make(function::logical_not, boolean_type, {was_set});
    if (here.of.references.empty()) {
        const term_id ever =
            is_some(here, target_rows(here, function::count, false, border::always));
        return {set, was_not, here.of.missing_is_zero ? ever : was_set};
    }
    const std::uint32_t finest = here.of.references.front();
    const term_id any = target_any(here, was_set);
    const term_id nobody =
        make(function::logical_not, boolean_type,
             {make(function::logical_or, boolean_type,
                   {any, is_some(here, target_nested(here, function::count_if, target_known(here),
                                                     nothing, finest))})});
    noted(nobody, "no entity has or should have rows");
    term_id of_entities = target_of_entities(here, nobody);
    term_id missing = target_missing(here);
    if (!average && of_entities != nothing && missing != nothing) {
        of_entities = with_set_rows(here, of_entities, set, was_set);
        missing = with_set_rows(here, missing, whole_number(here, 0), was_set);
    }
    if (of_entities == nothing || missing == nothing) return {};
    const term_id lacking = is_some(here, missing);
    if (!here.of.missing_is_zero) {
        const term_id none =
            noted(make(function::equal, boolean_type, {missing, whole_number(here, 0)}),
                  "none lacks a row");
        of_entities = noted(make(function::if_, get(of_entities).type, {none, of_entities}),
                            "what the entities have");
    }
    const std::vector<term_id> alike = aligned(here.at, here.id, {set, of_entities});
    if (alike.size() != 2 || alike[0] == nothing) return {};
    period_target out;
    out.known = any;
    out.value = noted(make(function::if_, get(alike[0]).type, {was_set, alike[0], alike[1]}),
                      "target of one period");
    out.lacks = make(function::logical_and, boolean_type,
                     {was_not, here.of.missing_is_zero
                                   ? lacking
                                   : make(function::logical_or, boolean_type, {nobody, lacking})});
    noted(out.lacks, "lacks a target");
    return out;
}

/// Is there a row, of whatever is asked or is below it?
term_id checker::target_any(const target_place& here, term_id was_set) {
    const auto more = [&](term_id argument, std::uint32_t reference) {
        return is_some(here, target_nested(here, function::count_if, argument, nothing, reference));
    };
    const auto either = [&](term_id a, term_id b) {
        return scalar(here.at, here.id, function::logical_or, boolean_type, {a, b});
    };
    const term_id has = target_and_there(here, target_has_row(here));
    term_id any = either(was_set, more(has, here.of.references.front()));
    for (std::size_t i = 1; i < here.of.references.size(); ++i)
        any = either(any, more(was_set, here.of.references[i]));
    return any;
}

/// What the entities have in one period that are there in it.
term_id checker::target_of_entities(const target_place& here, term_id nobody) {
    const bool average = here.of.roll == roll_kind::avg || here.of.roll == roll_kind::last;
    const bool zeros = average && here.of.missing_is_zero;  // what is missing counts in a mean
    const term_id has = target_has_row(here);
    const term_id should = zeros ? scalar(here.at, here.id, function::logical_or, boolean_type,
                                          {has, target_expected(here)})
                                 : has;
    const term_id sum = target_nested(here, fold_of(average), target_of_entity(here),
                                      target_and_there(here, should), here.of.references.front());
    noted(sum, average ? "mean over the entities" : "sum over the entities");
    if (!zeros || sum == nothing) return sum;
    const std::vector<term_id> alike = aligned(here.at, here.id, {whole_number(here, 0), sum});
    if (alike.size() != 2 || alike[0] == nothing) return nothing;
    return scalar(here.at, here.id, function::if_, get(alike[1]).type,
                  {nobody, alike[0], alike[1]});
}

term_id checker::target_has_row(const target_place& here) {
    const term_id rows =
        noted(target_rows(here, function::count, true, border::whole), "rows of the entity");
    return noted(is_some(here, rows), "has a row");
}

term_id checker::target_and_there(const target_place& here, term_id condition) {
    const term_id there = target_exists(here);
    if (there == nothing) return condition;
    return scalar(here.at, here.id, function::logical_and, boolean_type, {condition, there});
}

/// How many entities lack a row in one period that should have one.
term_id checker::target_missing(const target_place& here) {
    const term_id lacks =
        noted(scalar(here.at, here.id, function::logical_not, boolean_type, {target_has_row(here)}),
              "has no row");
    return noted(target_nested(here, function::count_if, target_and_there(here, lacks),
                               target_expected(here), here.of.references.front()),
                 "entities that lack a row");
}

/// An entity that has any row, or should have one.
term_id checker::target_known(const target_place& here) {
    const term_id ever = is_some(here, target_rows(here, function::count, true, border::always));
    if (here.of.who == nothing) return noted(ever, "should have a row");
    return scalar(here.at, here.id, function::logical_or, boolean_type,
                  {ever, target_expected(here)});
}

/// An entity that should have a row.
term_id checker::target_expected(const target_place& here) {
    const term_id ever = target_rows(here, function::count, true, border::always);
    noted(ever, "rows of the entity at any time");
    if (here.of.who == nothing) return noted(is_some(here, ever), "should have a row");
    const std::vector<std::uint32_t> entities{out_.references[here.of.references.front()].entity};
    scope per{.document = here.of.document};
    per.per = &entities;
    // The rows are read for their entities.
    const term_id known = scalar(here.at, here.id, function::greater_equal, boolean_type,
                                 {ever, whole_number(here, 0)});
    const term_id who = condition(per, here.of.who);
    if (who == nothing) return nothing;
    return noted(scalar(here.at, here.id, function::logical_and, boolean_type, {known, who}),
                 "should have a row");
}

term_id checker::target_term(const target_place& here) {
    const auto make = [&](function what, type is, std::vector<term_id> of) {
        return scalar(here.at, here.id, what, is, std::move(of));
    };
    const term_id zero = whole_number(here, 0);
    const period_target one = target_of_period(here);
    if (one.value == nothing) return nothing;
    const function fold = here.of.roll == roll_kind::avg    ? function::avg
                          : here.of.roll == roll_kind::last ? function::last
                                                            : function::sum;
    const term_id all = target_nested(here, fold, one.value, nothing, nothing);
    noted(one.known, "has a target");
    // Where what lacks counts as zero, what lacks is known.
    const term_id counts = here.of.missing_is_zero
                               ? make(function::logical_or, boolean_type, {one.known, one.lacks})
                               : one.known;
    const term_id known = noted(target_nested(here, function::count_if, counts, nothing, nothing),
                                "periods with a target");
    if (all == nothing || known == nothing) return nothing;
    noted(all, fold == function::sum ? "sum over the periods" : "over the periods");
    term_id holds = noted(is_some(here, known), "some period has a target");
    if (!here.of.missing_is_zero) {
        const term_id gaps =
            noted(target_nested(here, function::count_if, one.lacks, nothing, nothing),
                  "periods that lack a target");
        const term_id whole =
            noted(make(function::equal, boolean_type, {gaps, zero}), "no period lacks a target");
        holds = make(function::logical_and, boolean_type, {holds, whole});
    }
    return make(function::or_no_target, get(all).type, {all, noted(holds, "the target is known")});
}

}  // namespace merit::language
