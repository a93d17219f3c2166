// Aggregates: each becomes a cell, and what to take from its merged state.
#include <algorithm>

#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::function;
using language::table_id;
using language::term_id;

state_kind state_of(const language::aggregate& from) {
    switch (from.what) {
        case function::count:
            return from.argument == language::nothing ? state_kind::rows : state_kind::count;
        case function::sum:
        case function::avg:
        case function::share:
        case function::count_if:
        case function::weighted_avg:
        case function::any_of:
        case function::all_of:
            return state_kind::sum;
        case function::stddev:
            return state_kind::moments;
        case function::min:
            return state_kind::min;
        case function::max:
            return state_kind::max;
        case function::first:
        case function::last:
            return state_kind::pick;
        case function::count_distinct:
            return state_kind::set;
        case function::median:
        case function::percentile:
        case function::percentile_disc:
        case function::gini:
        case function::top_share:
        case function::text_list:
            return state_kind::bag;
        default:
            bug("an aggregate that lowering does not know");
    }
}

id lowering::source_of(table_id table, context_id in) {
    const language::table_info& from = program_.tables[table];
    source made;
    if (from.view_of == language::nothing) {
        made.which = table_of(table);
        made.visible = role_of(table, &language::table_info::recorded);
        if (made.visible == nothing) made.visible = role_of(table, &language::table_info::time);
        for (const std::uint32_t step : contexts_.at(in).times) {
            const language::time_step& one = program_.changes[step].time;
            if (one.what == language::time_step::kind::as_of)
                made.as_of = out.constant(timestamp_value{one.fixed.from});
        }
        return out.add(made);
    }
    made.of = source::relation::view;
    made.which = source_of(from.view_of, in);
    if (from.kept != language::nothing) made.kept = row(from.kept);
    return out.add(made);
}

/// The steps of a context, outermost first; existence looks at everything up to their end.
id lowering::map_of(context_id in, bool existence) {
    using kind = language::time_step::kind;
    interval_map made;
    for (const std::uint32_t step : contexts_.at(in).times) {
        const language::time_step& one = program_.changes[step].time;
        map_step next{
            static_cast<map_step::kind>(one.what), one.count, one.of, 0, 0, one.count_parameter};
        if (one.what == kind::fixed || one.what == kind::as_of) {
            next.from = one.fixed.from;
            next.to = one.fixed.to;
        }
        made.steps.push_back(next);
        made.text = one.text;
        made.source = one.source;
    }
    if (existence) made.steps.push_back({map_step::kind::all_to_date});
    return out.add(std::move(made));
}

id lowering::existence_axis(table_id table, bool timed) {
    axis made;
    made.maps = {0};
    const id time = timed ? role_of(table, &language::table_info::time) : nothing;
    if (time == nothing) return out.add(std::move(made));
    made.how = axis::placement::event;
    made.from = time;
    made.maps = {out.add(interval_map{{{map_step::kind::all_to_date}}, {}, 0})};
    return out.add(std::move(made));
}

id lowering::axis_of(const language::aggregate& from, context_id in) {
    const context& here = contexts_.at(in);
    const bool timed = !facts_[here.frame].timeless && (has_period_ || map_of(in) != 0);
    if (from.population) return existence_axis(from.table, timed);
    axis made;
    made.maps = {0};
    if (timed) {
        made.how = axis::placement::event;
        made.from = from.placed_on == language::nothing
                        ? role_of(from.table, &language::table_info::time)
                        : row(from.placed_on);
        if (made.from == nothing) bug("a period is asked of a table without a time");
        made.blank_pane = has_period_ && !ranged_;
    }
    return out.add(std::move(made));
}

id lowering::order_of(const language::aggregate& from) {
    return from.second == language::nothing ? role_of(from.table, &language::table_info::time)
                                            : row(from.second);
}

void lowering::add_conditions(cell& to, const std::vector<term_id>& of) {
    for (const term_id filter : of)
        for (const term_id condition : conjuncts(program_, filter))
            to.where.push_back(row(condition));
    normalize(to.where);
}

// What the aggregate shares with the presence of its groups: everything but its own condition and
// its state.
cell lowering::start_cell(const language::aggregate& from, context_id in,
                          const std::vector<std::uint32_t>& filters,
                          std::vector<std::uint32_t> keys) {
    cell made;
    made.on = source_of(from.table, in);
    add_conditions(made, contexts_.on(filters, from.table));
    for (const std::uint32_t position : keys) {
        const std::vector<term_id> key = resolved_on(program_, grain_[position].on, from.table);
        if (key.size() != 1) bug("a dimension is not resolved on a table that it groups");
        made.keys.push_back(row(key.front()));
        made.grain.push_back(position);
    }
    made.at = axis_of(from, in);
    return made;
}

void lowering::fill_state(cell& made, const language::aggregate& from) {
    made.state = state_of(from);
    if (from.argument != language::nothing) made.argument = row(from.argument);
    if (from.what == function::weighted_avg) made.weight = row(from.second);
    if (made.state == state_kind::pick || from.what == function::text_list) {
        made.order = order_of(from);
        made.tie = role_of(from.table, &language::table_info::order);
        made.last = from.what == function::last;
    }
}

/// A group appears by its rows before the term's own condition: no deal won is still a row of
/// zeros.
void lowering::sight(const language::aggregate& from, context_id in, id map) {
    // Copies: a condition may read an attribute, whose frame is new.
    const context here = contexts_.at(in);
    for (const id to : std::vector(facts_[here.frame].sightings_to)) {
        const sighting one{out.add(start_cell(from, in, here.present, facts_[to].cell_keys)), map};
        std::vector<sighting>& seen = out.made.frames[to].seen;
        if (std::find(seen.begin(), seen.end(), one) == seen.end()) seen.push_back(one);
    }
}

id lowering::build_aggregate(const language::term& term, context_id in) {
    const language::aggregate& from = program_.aggregates[term.with];
    const context here = contexts_.at(in);
    cell made = start_cell(from, in, here.filters, facts_[here.frame].cell_keys);
    const bool event = out.made.axes[made.at].how == axis::placement::event;
    const id map = event ? map_of(in, from.population) : 0;
    out.read_through(made.at, map);
    sight(from, in, map);
    if (from.where != language::nothing) add_conditions(made, {from.where});
    if (facts_[here.frame].counted != nullptr)
        facts_[here.frame].counted->push_back({out.add(cell(made)), map});
    fill_state(made, from);
    final_value taken{nothing, map, from.what};
    taken.cell = out.add(std::move(made));
    if (from.amount != language::nothing) taken.amount = group(from.amount, in);
    expression value;
    value.op = expression_op::finalize;
    value.type = term.type;
    value.text = term.text;
    value.source = term.source;
    value.with = out.add(taken);
    return out.add(std::move(value));
}

}  // namespace merit::plan
