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

id lowering::source_of(table_id table, const row_place& where) {
    const language::table_info& from = program_.tables[table];
    source made;
    if (from.view_of == language::nothing) {
        made.which = over(table, where);
        made.visible = role_of(table, &language::table_info::recorded, where);
        if (made.visible == nothing && from.kind >= language::table_kind::interval)
            made.visible = role_of(table, &language::table_info::from, where);
        if (made.visible == nothing)
            made.visible = role_of(table, &language::table_info::time, where);
        made.as_of = where.as_of;
        return out.add(made);
    }
    made.of = source::relation::view;
    made.which = source_of(from.view_of, where);
    if (from.kept != language::nothing) made.kept = row(from.kept, where);
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

/// Is a term read in an interval? All of time is none, unless it is cut or a step makes one of it.
bool lowering::has_interval(context_id in) const {
    const id frame = contexts_.at(in).frame;
    if (contexts_.moves(in) || out.made.frames[frame].pieces_of != nothing) return true;
    return has_period_ && out.made.frames[frame].era == nothing;
}

/// Rows of the entities of a table that exist: those whose interval meets the period, else those
/// whose time is before its end.
lowering::placed_cell lowering::existing(table_id table, context_id in, bool timed,
                                         const row_place& rows) {
    placed_cell out_cell;
    out_cell.where = rows;
    out_cell.where.as_of = instant_of(in);
    axis made;
    made.maps = {0};
    const bool uncut = facts_[contexts_.at(in).frame].uncut;
    const id era = out.made.frames[contexts_.at(in).frame].era;
    const bool lasts = program_.tables[table].kind >= language::table_kind::interval;
    const id time = timed ? role_of(table, &language::table_info::time, rows) : nothing;
    if (timed && lasts) {
        out_cell.where = windowed_rows(table, out_cell.where, beginning_of(table, rows),
                                       role_of(table, &language::table_info::to, rows),
                                       axis::part::whole, era, false, uncut, true);
        made.planned = uncut;
        made.existence = true;
        made.era = era;
        out_cell.made.at = window_axis(out_cell.where, std::move(made));
        out_cell.map = map_of(in);
    } else if (time != nothing) {
        made.how = axis::placement::event;
        made.from = time;
        made.maps = {out.add(interval_map{{{map_step::kind::all_to_date}}, {}, 0})};
        made.planned = uncut;
        made.existence = true;
        made.era = era;
        out_cell.made.at = out.add(std::move(made));
        out_cell.map = map_of(in, true);
    } else {
        out_cell.made.at = out.add(std::move(made));
    }
    out_cell.made.on = source_of(table, out_cell.where);
    out.read_through(out_cell.made.at, out_cell.map);
    return out_cell;
}

id lowering::order_of(const language::aggregate& from, const row_place& where) {
    return from.second == language::nothing
               ? role_of(from.table, &language::table_info::time, where)
               : row(from.second, where);
}

void lowering::add_conditions(cell& to, const std::vector<term_id>& of, const row_place& where) {
    for (const term_id filter : of)
        for (const term_id condition : conjuncts(program_, filter))
            to.where.push_back(row(condition, where));
    normalize(to.where);
}

/// Events are placed by their date; where a row looks at the period, once in each that it meets.
/// Where no period is asked all look at all of time, whatever their date is.
void lowering::place_event(placed_cell& made, const language::aggregate& from, context_id in,
                           bool by_period) {
    const id era = out.made.frames[contexts_.at(in).frame].era;
    const bool timed = has_interval(in);
    const auto date = [&] {
        return from.placed_on == language::nothing
                   ? role_of(from.table, &language::table_info::time, made.where)
                   : row(from.placed_on, made.where);
    };
    axis at;
    at.maps = {0};
    const id placed = timed ? date() : nothing;
    if (timed && placed == nothing) bug("a period is asked of a table without a time");
    if (by_period) {
        at.planned = is_planned(from);
        made.where = windowed_rows(from.table, made.where, placed, nothing, axis::part::whole, era,
                                   true, at.planned);
        at.by_period = true;
        at.era = era;
        made.made.at = window_axis(made.where, std::move(at));
        made.map = map_of(in);
        made.where.date = date();
        return;
    }
    if (timed) {
        at.how = axis::placement::event;
        at.from = placed;
        at.blank_pane = has_period_ && !ranged_ && era == nothing;
        at.era = era;
        at.planned = is_planned(from);
        made.map = map_of(in);
    }
    if (from.placed_on != language::nothing) made.where.date = row(from.placed_on, made.where);
    made.made.at = out.add(std::move(at));
}

/// A planned date lies in the future as well: `as of` does not cut it.
bool lowering::is_planned(const language::aggregate& from) const {
    if (from.placed_on == language::nothing) return false;
    const language::term* date = &program_.terms[from.placed_on];
    table_id table = from.table;
    if (date->kind == language::op::of_group) {  // `on entity.date`
        table = program_.entities[date->with].table;
        date = &program_.terms[date->of.front()];
    }
    if (date->kind != language::op::column || table == language::nothing) return false;
    const std::vector<std::uint32_t>& planned = program_.tables[table].planned;
    return std::find(planned.begin(), planned.end(), date->with) != planned.end();
}

// What the aggregate shares with the presence of its groups: everything but its own condition and
// its state. `whole`: its own terms are read too.
/// Those of some grain positions that group the rows of a table. Others are dropped by an `across`.
std::vector<std::uint32_t> lowering::reached(std::vector<std::uint32_t> keys,
                                             table_id table) const {
    std::erase_if(keys, [&](std::uint32_t position) {
        return resolved_on(program_, grain_[position].on, table).empty();
    });
    return keys;
}

/// Can a cell of these keys tell which rows of a frame are there?
bool lowering::holds_keys_of(id frame, const std::vector<std::uint32_t>& keys) const {
    const std::vector<std::uint32_t>& wanted = out.made.frames[frame].keys;
    return std::all_of(wanted.begin(), wanted.end(), [&](std::uint32_t position) {
        return out.made.grain[position].calendar_unit != unit::none ||
               std::find(keys.begin(), keys.end(), position) != keys.end();
    });
}

lowering::placed_cell lowering::start_cell(const language::aggregate& from, context_id in,
                                           const std::vector<std::uint32_t>& filters,
                                           const std::vector<std::uint32_t>& keys, bool whole) {
    const std::vector<term_id> conditions = contexts_.on(filters, from.table);
    std::vector<term_id> grouped;
    for (const std::uint32_t position : keys) {
        const std::vector<term_id> key = resolved_on(program_, grain_[position].on, from.table);
        if (key.size() != 1) bug("a dimension is not resolved on a table that it groups");
        grouped.push_back(key.front());
    }
    std::vector<term_id> read = conditions;
    read.insert(read.end(), grouped.begin(), grouped.end());
    if (whole) read.insert(read.end(), {from.where, from.argument, from.second});
    for (table_id t = from.table; t != language::nothing; t = program_.tables[t].view_of)
        read.push_back(program_.tables[t].kept);
    std::uint8_t traits = 0;
    for (const term_id one : read)
        if (one != language::nothing) traits |= traits_[one];
    placed_cell made;
    if ((traits & looks_at_share) != 0) made.where = shared_rows(from.table);
    made.where.as_of = instant_of(in);
    if (from.population) return placed_existing(from, in, made.where, conditions, grouped, keys);
    // A group that left the stock within a period has rows there, and none in its last snapshot.
    const bool stock = program_.tables[from.table].kind == language::table_kind::snapshot &&
                       from.at == language::border::end;
    if (from.at == language::border::always)
        place_always(made, from, in, (traits & looks_at_date) != 0);
    else if (from.at != language::border::none && (whole || !stock))
        place_at_border(made, from, in, (traits & looks_at_period) != 0);
    else
        place_event(made, from, in, (traits & looks_at_period) != 0);
    made.made.on = source_of(from.table, made.where);
    finish_cell(made, conditions, grouped, keys);
    const id frame = contexts_.at(in).frame;
    if (whole) from.exactly ? name_exactly(made, from, frame) : name_finest(made, from, frame);
    return made;
}

lowering::placed_cell lowering::placed_existing(const language::aggregate& from, context_id in,
                                                const row_place& rows,
                                                const std::vector<term_id>& conditions,
                                                const std::vector<term_id>& grouped,
                                                const std::vector<std::uint32_t>& keys) {
    placed_cell made = existing(from.table, in, has_interval(in), rows);
    finish_cell(made, conditions, grouped, keys);
    return made;
}

void lowering::finish_cell(placed_cell& made, const std::vector<term_id>& conditions,
                           const std::vector<term_id>& grouped,
                           const std::vector<std::uint32_t>& keys) {
    add_conditions(made.made, conditions, made.where);
    for (const term_id key : grouped) made.made.keys.push_back(row(key, made.where));
    made.made.grain = keys;
    out.read_through(made.made.at, made.map);
}

void lowering::fill_state(cell& made, const language::aggregate& from, const row_place& where) {
    made.state = state_of(from);
    if (from.argument != language::nothing) made.argument = row(from.argument, where);
    if (from.what == function::weighted_avg) made.weight = row(from.second, where);
    if (made.state == state_kind::pick || from.what == function::text_list) {
        made.order = order_of(from, where);
        made.tie = role_of(from.table, &language::table_info::order, where);
        made.last = from.what == function::last;
    }
}

/// A group appears by its rows before the term's own condition: no deal won is still a row of
/// zeros.
void lowering::sight(const language::aggregate& from, context_id in) {
    if (from.unseen) return;
    const id own = contexts_.at(in).frame;
    for (const id to : std::vector(facts_[own].sightings_to)) {
        // Without its pieces a term takes the steps again that the pieces are cut from.
        const bool whole = facts_[own].cut_steps != facts_[to].cut_steps;
        sight_in(to, from, whole ? contexts_.in_pieces(in, facts_[to].cut_steps) : in);
    }
    // A row without a time lies in no piece, and is one of the blank period.
    const context_id uncut = contexts_.out_of_pieces(in, facts_[own].cut_steps);
    if (!has_period_ || ranged_ || contexts_.moves(uncut)) return;
    for (const id to : std::vector(facts_[own].undated_to)) sight_in(to, from, uncut);
}

/// Those of the keys of a frame's cells by which rows of a table tell of its groups: what an
/// attribute or a nested aggregate groups by is not what the request does.
std::vector<std::uint32_t> lowering::telling_keys(id frame, table_id table) const {
    std::vector<std::uint32_t> keys = reached(facts_[frame].cell_keys, table);
    if (facts_[frame].asked)
        std::erase_if(keys, [&](std::uint32_t position) {
            return resolved_on(program_, program_.asked->by[position].on, table).empty();
        });
    return keys;
}

void lowering::sight_in(id frame, const language::aggregate& from, context_id in) {
    const context here = contexts_.at(in);
    const std::vector<std::uint32_t> keys = telling_keys(frame, from.table);
    if (!holds_keys_of(frame, keys)) return;
    placed_cell made = start_cell(from, in, here.present, keys, false);
    name_finest(made, from, frame);
    const sighting one{out.add(std::move(made.made)), made.map};
    std::vector<sighting>& seen = out.made.frames[frame].seen;
    if (std::find(seen.begin(), seen.end(), one) == seen.end()) seen.push_back(one);
}

/// A group appears in a frame by the rows of each table that tells of it.
void lowering::sight_rows(const language::dimension& by, id frame) {
    const bool timed = has_interval(contexts_.bare(frame));
    for (const language::on_table& one : by.on) {
        language::aggregate rows;
        rows.table = one.table;
        if (timed && role_of(one.table, &language::table_info::time) == nothing) continue;
        sight_in(frame, rows, contexts_.bare(frame));
    }
}

void lowering::count_in(id peers, const sighting& rows) {
    std::vector<sighting>& counted = counted_[peers];
    if (std::find(counted.begin(), counted.end(), rows) == counted.end()) counted.push_back(rows);
}

id lowering::build_aggregate(const language::term& term, context_id in) {
    const language::aggregate& from = program_.aggregates[term.with];
    const context here = contexts_.at(in);
    placed_cell placed =
        start_cell(from, in, here.filters, reached(facts_[here.frame].cell_keys, from.table), true);
    cell& made = placed.made;
    const id map = placed.map;
    sight(from, in);
    if (from.where != language::nothing) add_conditions(made, {from.where}, placed.where);
    if (const id by = facts_[here.frame].counted; by != nothing)
        count_in(by, {out.add(cell(made)), map});
    fill_state(made, from, placed.where);
    final_value taken{nothing, map, from.what};
    taken.cell = out.add(std::move(made));
    cell_places_.emplace(taken.cell, placed.where);
    if (from.amount != language::nothing) taken.amount = group(from.amount, in);
    expression value;
    value.op = expression_op::finalize;
    value.type = term.type;
    value.text = term.text;
    value.source = term.source;
    value.with = out.add(taken);
    return out.add(std::move(value));
}

/// Keys by which entities are grouped: those that their table reaches; without one, themselves.
std::vector<std::uint32_t> lowering::home_keys(const language::aggregate& from, id frame,
                                               std::vector<std::uint32_t> keys) const {
    if (from.table != language::nothing) return reached(std::move(keys), from.table);
    const std::vector<std::uint32_t>& own = out.made.frames[frame].keys;
    std::erase_if(keys, [&](std::uint32_t key) {
        return std::find(own.begin(), own.end(), key) == own.end();
    });
    return keys;
}

/// Does an aggregate over entities read windows or shifts of what is around it?
bool lowering::holds_windows(const language::aggregate& from) const {
    const auto windowed = [this](term_id one) {
        return one != language::nothing && (traits_[one] & looks_at_window) != 0;
    };
    return windowed(from.argument) || windowed(from.where) || windowed(from.second);
}

bool lowering::reads_windows(const language::term& group) const {
    if (group.kind == language::op::in_context) {
        const language::change& by = program_.changes[group.with];
        if (by.kind == language::change_kind::time &&
            by.time.what != language::time_step::kind::as_of)
            return true;
    }
    if (group.kind == language::op::aggregate && holds_windows(program_.aggregates[group.with]))
        return true;
    return std::any_of(group.of.begin(), group.of.end(),
                       [this](term_id one) { return (traits_[one] & looks_at_window) != 0; });
}

}  // namespace merit::plan
