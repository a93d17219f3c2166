// Aggregates: each becomes a cell, and what to take from its merged state.
#include <algorithm>

#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::function;
using language::table_id;
using language::term_id;

namespace {

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

}  // namespace

id lowering::source_of(table_id table) {
    const language::table_info& from = program_.tables[table];
    source made;
    if (from.view_of == language::nothing) {
        made.which = table_of(table);
        made.visible = role_of(table, &language::table_info::recorded);
        if (made.visible == nothing) made.visible = role_of(table, &language::table_info::time);
        return out.add(made);
    }
    made.of = source::relation::view;
    made.which = source_of(from.view_of);
    if (from.kept != language::nothing) made.kept = row(from.kept);
    return out.add(made);
}

id lowering::existence_axis(table_id table) {
    axis made;
    made.maps = {0};
    const id time = has_period_ ? role_of(table, &language::table_info::time) : nothing;
    if (time != nothing) {
        made.how = axis::placement::event;
        made.from = time;
        const map_step everything{map_step::kind::all_to_date, 0, unit::none, 0, 0};
        made.maps = {out.add(interval_map{{everything}})};
    }
    return out.add(std::move(made));
}

id lowering::axis_of(const language::aggregate& from) {
    if (from.population) return existence_axis(from.table);
    axis made;
    made.maps = {0};
    if (has_period_) {
        made.how = axis::placement::event;
        made.from = from.placed_on == language::nothing
                        ? role_of(from.table, &language::table_info::time)
                        : row(from.placed_on);
        if (made.from == nothing) bug("a period is asked of a table without a time");
        made.blank_pane = !ranged_;
    }
    return out.add(std::move(made));
}

id lowering::order_of(const language::aggregate& from) {
    return from.second == language::nothing ? role_of(from.table, &language::table_info::time)
                                            : row(from.second);
}

// What the aggregate shares with the presence of its groups: everything but its own condition and
// its state.
cell lowering::start_cell(const language::aggregate& from, context_id in) {
    cell made;
    made.on = source_of(from.table);
    for (const term_id filter : contexts_.on(in, from.table))
        for (const term_id condition : conjuncts(program_, filter))
            made.where.push_back(row(condition));
    normalize(made.where);
    for (const language::dimension& one : program_.asked->by) {
        if (one.calendar_unit != unit::none) continue;
        const std::vector<term_id> key = resolved_on(program_, one.on, from.table);
        if (key.size() != 1) bug("a dimension is not resolved on a table that it groups");
        made.keys.push_back(row(key.front()));
    }
    made.at = axis_of(from);
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

id lowering::build_aggregate(const language::term& term, context_id in) {
    const language::aggregate& from = program_.aggregates[term.with];
    cell made = start_cell(from, in);
    if (showing_) {
        // A group appears by its rows before the term's own condition: no deal won is still a row
        // of zeros.
        const id present = out.add(cell(made));
        if (std::find(seen_.begin(), seen_.end(), present) == seen_.end()) seen_.push_back(present);
    }
    if (from.where != language::nothing)
        for (const term_id condition : conjuncts(program_, from.where))
            made.where.push_back(row(condition));
    normalize(made.where);
    fill_state(made, from);
    final_value taken{nothing, out.made.axes[made.at].maps.front(), from.what};
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
