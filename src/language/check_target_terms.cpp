#include <algorithm>
#include <utility>

#include "language/target_terms.hpp"

namespace merit::language {

// --- terms

term_id target_terms::whole_number(std::int64_t n) {
    return by_.constant(here_.at, here_.id, n, int_type);
}

term_id target_terms::span(std::int64_t n, unit of) {
    return by_.constant(here_.at, here_.id, span_value{n, of}, {.kind = type_kind::span});
}

term_id target_terms::own(table_id table, std::uint32_t column) {
    return by_.own_member(here_.at, here_.id, table,
                          by_.out_.tables[table].columns.fields[column].name);
}

term_id target_terms::is_some(term_id count) {
    return make(function::greater, boolean_type, {count, whole_number(0)});
}

term_id target_terms::negated(term_id of) {
    return make(function::logical_not, boolean_type, {of});
}

/// Nothing stands for what always holds.
term_id target_terms::both(term_id a, term_id b) {
    if (a == nothing || b == nothing) return a == nothing ? b : a;
    return make(function::logical_and, boolean_type, {a, b});
}

term_id target_terms::either(term_id a, term_id b) {
    return make(function::logical_or, boolean_type, {a, b});
}

// --- rows of the targets

/// The rows of the KPI.
term_id target_terms::kpi_is_meant() {
    if (of_.kpi == nothing) return nothing;
    const definition& kpi = by_.in_.names.find(here_.kpi)->second;
    const tree& its = by_.ast(kpi.document);
    const auto text = [&](std::string of) {
        return by_.constant(here_.at, here_.id, std::move(of), text_type);
    };
    std::vector<term_id> of{own(of_.table, of_.kpi), text(std::string(its.text(its.at(kpi.node))))};
    const std::string label = label_of(its, kpi.node);
    if (!label.empty()) of.push_back(text(label));
    return make(function::in, boolean_type, std::move(of));
}

/// Rows of an entity each, those for just the groups asked, or all. A row lasts as long as its
/// period.
aggregate target_terms::rows(rows_of whose, border which) {
    aggregate made;
    made.table = of_.table;
    made.at = which;
    made.lasts = span_value{1, of_.period};
    const term_id time = own(of_.table, by_.out_.tables[of_.table].time);
    made.placed_on = make(function::start_of, by_.get(time).type, {time, span(1, of_.period)});
    made.where = kpi_is_meant();
    made.exactly = whose == rows_of::group;
    for (const std::uint32_t one : of_.references) {
        const reference_info& to = by_.out_.references[one];
        made.names.push_back({to.entity, own(of_.table, to.column)});
    }
    if (made.names.empty() || whose == rows_of::any) return made;
    // What is set for a coarser entity names no finer one.
    const term_id none = make(function::is_blank, boolean_type, {made.names.front().key});
    made.where = both(made.where, whose == rows_of::group ? none : negated(none));
    return made;
}

/// A row without a value is none.
term_id target_terms::count_rows(rows_of whose, border which) {
    aggregate made = rows(whose, which);
    made.what = function::count;
    made.argument = own(of_.table, of_.value);
    return by_.aggregate_term(here_.at, here_.id, made);
}

term_id target_terms::sum_rows(rows_of whose) {
    aggregate made = rows(whose, border::whole);
    made.what = function::sum;
    made.argument = own(of_.table, of_.value);
    return folded(function::sum, made.argument, std::move(made));
}

// --- other groups

term_id target_terms::folded(function what, term_id argument, aggregate made) {
    if (argument == nothing) return nothing;
    made.what = what;
    made.argument = argument;
    const term_id out = by_.aggregate_term(here_.at, here_.id, made);
    return out == nothing ? nothing : by_.one_currency(here_.at, here_.id, made, out);
}

/// An aggregate of the entities of a reference.
term_id target_terms::per_entity(function what, term_id argument, term_id where,
                                 std::uint32_t reference) {
    if (argument == nothing) return nothing;
    aggregate made;
    made.where = where;
    made.entity = by_.out_.references[reference].entity;
    const dimension_name grouped{by_.out_.entities[made.entity].name, unit::none, made.entity};
    std::set<table_id> inner;
    by_.tables_under(argument, inner, &grouped);
    if (where != nothing) by_.tables_under(where, inner, &grouped);
    // The table of reps need not say their teams: the rows of targets do.
    const std::vector<std::uint32_t> own =
        finest().to == nothing ? std::vector<std::uint32_t>() : by_.references_of(finest().to);
    const bool says = made.entity == finest().entity ||
                      std::any_of(own.begin(), own.end(), [&](std::uint32_t one) {
                          return by_.out_.references[one].entity == made.entity;
                      });
    if (!says) inner.erase(finest().to);
    auto by = by_.entity_dimension(here_.at, here_.id, made.entity, inner);
    if (!by) return nothing;
    made.per.push_back(*std::move(by));
    return folded(what, argument, std::move(made));
}

/// An aggregate of the periods of the targets.
term_id target_terms::per_period(function what, term_id argument) {
    aggregate made;
    dimension by;
    by.calendar_unit = of_.period;
    by.name = unit_name_of(of_.period);
    by.label = by.name;
    by.type = text_type;
    made.per.push_back(std::move(by));
    made.uncut = true;
    if (what == function::last) made.second = period_edge(op::period_start, nothing);
    return folded(what, argument, std::move(made));
}

/// Under a change of context; one of a kind is made once, so that equal terms stay equal.
term_id target_terms::changed(term_id of, std::string_view key, change how) {
    if (of == nothing) return nothing;
    const auto [known, fresh] = by_.target_changes_.try_emplace(
        std::string(key), static_cast<std::uint32_t>(by_.out_.changes.size()));
    if (fresh) by_.out_.changes.push_back(std::move(how));
    term t;
    t.kind = op::in_context;
    t.at = level::group;
    t.type = by_.get(of).type;
    t.with = known->second;
    t.text = by_.get(of).text;
    t.source = by_.get(of).source;
    t.note = by_.get(of).note;
    t.of = {of};
    return by_.intern(std::move(t));
}

/// What is so of the entity, whatever the other groups and the filters.
term_id target_terms::in_any_group(term_id of) {
    const std::string& entity = by_.out_.entities[finest().entity].name;
    change alone;
    alone.kind = change_kind::regroup;
    alone.groups.all = true;
    alone.groups.names.push_back({.name = entity, .entity = finest().entity});
    for (auto one = static_cast<int>(unit::second); one <= static_cast<int>(unit::fiscal_year);
         ++one)
        alone.groups.names.push_back({.name = std::string(unit_name_of(static_cast<unit>(one))),
                                      .calendar_unit = static_cast<unit>(one)});
    change open;
    open.kind = change_kind::unfiltered;
    return changed(changed(of, entity, std::move(alone)), "", std::move(open));
}

// --- pieces

target_terms::set_target target_terms::set_for_group() {
    const term_id count =
        noted(count_rows(rows_of::group, border::whole), "rows for just what is asked");
    const term_id value = noted(sum_rows(rows_of::group), "what was set for it");
    return {times(value, {asked_part()}), noted(is_some(count), "was set for it")};
}

/// Is the entity there in the period? Nothing where that is not known of it. Where that is asked
/// whatever the group, it says nothing of which groups there are.
term_id target_terms::exists(bool in_any_group) {
    if (finest().to == nothing) return nothing;
    aggregate made;
    made.what = function::count;
    made.table = finest().to;
    made.population = true;
    made.unseen = in_any_group;
    return noted(by_.aggregate_term(here_.at, here_.id, made), "rows of the entity in the period");
}

/// Its rows at any time; with `who`, what its own table says too.
term_id target_terms::ties_of_entity() {
    const term_id ever =
        noted(count_rows(rows_of::entities, border::always), "rows of the entity at any time");
    const term_id table = of_.who == nothing ? nothing : exists(false);
    if (table == nothing) return ever;
    return noted(make(function::add, int_type, {ever, table}), "what ties the entity to the group");
}

target_terms::entity_piece target_terms::entity() {
    entity_piece out;
    const term_id there =
        noted(finest().to == nothing ? nothing : is_some(in_any_group(exists(true))),
              "is there in the period");
    const term_id rows = noted(count_rows(rows_of::entities, border::whole), "rows of the entity");
    out.value = times(noted(sum_rows(rows_of::entities), "row of the entity"),
                      {asked_part(), employed_part()});
    out.has = both(noted(is_some(rows), "has a row"), there);
    out.ties = ties_of_entity();
    out.expected = is_some(out.ties);
    if (of_.who != nothing) {
        const std::vector<std::uint32_t> entities{finest().entity};
        scope per{.document = of_.document};
        per.per = &entities;
        const term_id who = by_.condition(per, of_.who);
        if (who == nothing) return {};
        out.expected = both(out.expected, who);
    }
    noted(out.expected, "should have a row");
    const term_id none = noted(negated(is_some(in_any_group(rows))), "has no row");
    out.lacks = both(both(out.expected, none), there);
    return out;
}

/// A sum over the finest entities, where a coarser one has what was set for it instead of what its
/// own sum up to. From finer to coarser, so that the coarsest wins.
term_id target_terms::with_set_rows(term_id sum, const set_target& set) {
    for (std::size_t i = 1; i < of_.references.size() && sum != nothing; ++i) {
        const type& is = by_.get(sum).type;
        if (is.kind == type_kind::money && is.currency[0] == 0) break;
        const term_id instead =
            per_entity(function::sum, arithmetic(operation::subtract, set.value, sum), set.was,
                       of_.references[i]);
        if (instead == nothing) return nothing;
        sum = noted(arithmetic(operation::add, sum,
                               noted(instead, "what was set for coarser ones, less their sums")),
                    "sum over the entities, with what was set for coarser ones");
    }
    return sum;
}

/// What the entities have in one period that are there in it.
term_id target_terms::over_entities(const entity_piece& one, term_id empty) {
    const bool zeros = !adds_up() && of_.missing_is_zero;  // what is missing counts in a mean
    const term_id counts = zeros ? either(one.has, one.lacks) : one.has;
    const term_id sum = per_entity(adds_up() ? function::sum : function::avg, one.value, counts,
                                   of_.references.front());
    noted(sum, adds_up() ? "sum over the entities" : "mean over the entities");
    return zeros ? zero_if(empty, sum) : sum;
}

/// 0 where the condition holds, else the value.
term_id target_terms::zero_if(term_id condition, term_id value) {
    if (value == nothing) return nothing;
    const std::vector<term_id> alike = by_.aligned(here_.at, here_.id, {whole_number(0), value});
    if (alike.size() != 2 || alike[0] == nothing) return nothing;
    return make(function::if_, by_.get(alike[1]).type, {condition, alike[0], alike[1]});
}

/// Is there a row that counts, of what is asked or of what is below it?
term_id target_terms::any_rows(const entity_piece& one, const set_target& set) {
    const auto some = [&](term_id condition, std::uint32_t reference) {
        return is_some(per_entity(function::count_if, condition, nothing, reference));
    };
    term_id any = either(set.was, some(one.has, of_.references.front()));
    for (std::size_t i = 1; adds_up() && i < of_.references.size(); ++i)
        any = either(any, some(set.was, of_.references[i]));
    return any;
}

/// An entity has rows at some time, or should have. These rows make the group appear in each
/// period.
term_id target_terms::somebody(const entity_piece& one) {
    if (of_.references.empty()) return nothing;
    const term_id ever = is_some(count_rows(rows_of::entities, border::always));
    const term_id out = of_.who == nothing
                            ? ever
                            : either(ever, is_some(per_entity(function::count_if, one.expected,
                                                              nothing, of_.references.front())));
    return noted(out, "an entity has or should have rows");
}

/// There is nothing here, but at another time something was set.
term_id target_terms::empty(term_id known, term_id somebody) {
    const term_id nobody = somebody == nothing ? nothing : negated(somebody);
    const term_id ever = is_some(count_rows(rows_of::any, border::always));
    return noted(both(both(negated(known), nobody), ever), "set at another time alone");
}

/// What is asked has in one period: what was set for it, else what its entities have.
target_terms::period_piece target_terms::of_period() {
    const set_target set = set_for_group();
    if (set.value == nothing || set.was == nothing) return {};
    if (!of_.references.empty()) return of_entities(set);
    return {.value = set.value, .known = set.was, .empty = empty(set.was, nothing)};
}

target_terms::period_piece target_terms::of_entities(const set_target& set) {
    const entity_piece one = entity();
    period_piece out;
    out.known = noted(any_rows(one, set), "has a target");
    out.somebody = somebody(one);
    out.empty = empty(out.known, out.somebody);
    term_id value = over_entities(one, out.empty);
    // What ties those to the group who lack a row: what is set for a coarser entity takes its part
    // of both away.
    term_id lacking = noted(per_entity(function::sum, one.ties, one.lacks, of_.references.front()),
                            "rows of entities that lack one here");
    if (adds_up()) {
        const bool replaced = std::exchange(value, with_set_rows(value, set)) != value;
        if (replaced) lacking = with_set_rows(lacking, {whole_number(0), set.was});
    }
    if (value == nothing || lacking == nothing) return {};
    if (!of_.missing_is_zero) {
        const term_id none = noted(make(function::equal, boolean_type, {lacking, whole_number(0)}),
                                   "none lacks a row");
        value = noted(make(function::if_, by_.get(value).type, {none, value}),
                      "what the entities have");
    }
    const std::vector<term_id> alike = by_.aligned(here_.at, here_.id, {set.value, value});
    if (alike.size() != 2 || alike[0] == nothing) return {};
    out.value = noted(make(function::if_, by_.get(alike[0]).type, {set.was, alike[0], alike[1]}),
                      "target of one period");
    out.lacks = noted(both(negated(set.was), is_some(lacking)), "lacks a target");
    return out;
}

/// Some period has a target, and none lacks a piece of it. Where no entity should have rows, each
/// period should have one itself.
term_id target_terms::is_known(const period_piece& one) {
    const auto periods = [&](term_id condition, std::string_view note) {
        return is_some(noted(per_period(function::count_if, condition), note));
    };
    if (of_.missing_is_zero) {  // where what lacks counts as zero, what lacks is known
        term_id counts = either(one.known, one.empty);
        if (one.lacks != nothing) counts = either(counts, one.lacks);
        return noted(periods(counts, "periods with a target"), "some period has a target");
    }
    const term_id some =
        noted(periods(one.known, "periods with a target"), "some period has a target");
    term_id nothing_here = negated(one.known);
    if (one.somebody != nothing) nothing_here = both(nothing_here, negated(one.somebody));
    const term_id whole = negated(periods(nothing_here, "periods without a target"));
    if (one.lacks == nothing) return both(some, whole);
    const term_id none = noted(negated(periods(one.lacks, "periods that lack a target")),
                               "no period lacks a target");
    const term_id people =
        periods(one.somebody, "periods in which an entity has or should have rows");
    return both(both(some, none), either(people, whole));
}

term_id target_terms::whole() {
    const period_piece one = of_period();
    if (one.value == nothing) return nothing;
    const function fold = of_.roll == roll_kind::avg    ? function::avg
                          : of_.roll == roll_kind::last ? function::last
                                                        : function::sum;
    const term_id all = per_period(fold, one.value);
    if (all == nothing) return nothing;
    noted(all, fold == function::sum ? "sum over the periods" : "over the periods");
    return make(function::or_no_target, by_.get(all).type,
                {all, noted(is_known(one), "the target is known")});
}

}  // namespace merit::language
