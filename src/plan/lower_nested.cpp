// Nested aggregates: a frame per entity, read again as a table.
//
// outer(inner per entity) is a frame F over the groups and the entity, whose columns are the inner
// term, its conditions and what of the entity's own table is read; and a plain aggregate over the
// rows of F.
#include <algorithm>

#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::function;
using language::term_id;

/// The table that a frame is read as.
id lowering::frame_table(id frame) {
    table_use made;
    made.name = "frame " + std::to_string(frame);
    made.frame = frame;
    for (const std::uint32_t position : out.made.frames[frame].keys)
        if (out.made.grain[position].calendar_unit == unit::none)
            made.columns.fields.push_back(
                {out.made.grain[position].name, out.made.grain[position].type});
    made.columns.fields.push_back({"period", {.kind = type_kind::int64}});
    out.made.tables.push_back(std::move(made));
    return static_cast<id>(out.made.tables.size() - 1);
}

/// A column of a frame as a column of the table that the frame is read as.
id lowering::field_of(id table, id column, const char* name) {
    const id frame = out.made.tables[table].frame;
    const std::uint32_t position = column_position(out.made.frames[frame], column);
    table_use& of = out.made.tables[table];
    const auto known = std::find(of.values.begin(), of.values.end(), position);
    const std::size_t before = of.columns.fields.size() - of.values.size();
    std::size_t field = before + static_cast<std::size_t>(known - of.values.begin());
    expression made;
    made.op = expression_op::column;
    made.over = table;
    made.type = out.at(column).type;
    if (known == of.values.end()) {
        of.values.push_back(position);
        of.columns.fields.push_back({name + std::to_string(field), made.type});
    }
    made.with = static_cast<std::uint32_t>(field);
    return out.add(std::move(made));
}

/// A key of a frame as a column of the table that the frame is read as.
id lowering::key_field(id table, std::uint32_t position) {
    expression made;
    made.op = expression_op::column;
    made.over = table;
    made.type = out.made.grain[position].type;
    made.with = 0;
    for (const std::uint32_t key : out.made.frames[out.made.tables[table].frame].keys) {
        if (key == position) return out.add(std::move(made));
        if (out.made.grain[key].calendar_unit == unit::none) ++made.with;
    }
    bug("a frame without the key that is read");
}

/// All of some conditions of a frame; nothing for none.
id lowering::joined(std::vector<id> conditions) {
    std::erase(conditions, nothing);
    if (conditions.empty()) return nothing;
    if (conditions.size() == 1) return conditions.front();
    expression all;
    all.op = expression_op::scalar;
    all.what = function::logical_and;
    all.type = {.kind = type_kind::boolean};
    all.of = std::move(conditions);
    return out.add(std::move(all));
}

/// A row term of the entity's table, for the entity of a row of the frame. An entity keeps its key
/// where it has no version, so what is said of versions is said of each of their columns.
id lowering::of_home(const language::aggregate& from, context_id inner, term_id row_term,
                     int depth) {
    constexpr int deepest = 100;
    const id frame = contexts_.at(inner).frame;
    row_place seen;
    seen.as_of = instant_of(inner);
    const language::term& term = program_.terms[row_term];
    if (term.at == language::level::constant) return row(row_term, seen);
    const std::optional<id> key = entity_key_in(frame, from.entity);
    if (!key) bug("a nested frame without its entity");
    const language::table_info& home = program_.tables[from.table];
    if (term.kind == language::op::column && term.with == home.key) return *key;
    expression made;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    if (home.kind == language::table_kind::versions && term.kind == language::op::scalar &&
        term.what != function::convert && depth < deepest) {
        made.op = expression_op::scalar;
        made.what = term.what;
        made.with = term.with;
        for (const term_id one : term.of) made.of.push_back(of_home(from, inner, one, depth + 1));
        return out.add(std::move(made));
    }
    made.op = expression_op::look_up;
    made.with = keyed_table(from.table);
    made.of = {row(row_term, seen), *key};
    look_at_version(made, from.table, contexts_.bare(frame));
    return out.add(std::move(made));
}

id lowering::home_filter(const language::aggregate& from, context_id inner,
                         const std::vector<std::uint32_t>& filters) {
    if (!from.entity_home || from.table == language::nothing) return nothing;
    std::vector<id> all;
    for (const term_id one : contexts_.on(filters, from.table))
        for (const term_id condition : conjuncts(program_, one))
            all.push_back(of_home(from, inner, condition));
    normalize(all);
    return joined(std::move(all));
}

/// Keys: the entities; where the inner rows are the home, the groups around it too; the periods,
/// unless the entity's own date places it.
id lowering::nested_frame(const language::aggregate& from, context_id in) {
    const id outer = contexts_.at(in).frame;
    frame made;
    frame_facts facts;
    // What a date places has seen all of time by then, whatever is around it.
    const bool placed = from.entity_home && from.placed_on != language::nothing;
    const id next = static_cast<id>(out.made.frames.size());
    made.era = placed ? next : out.made.frames[outer].era;
    for (const std::uint32_t key : out.made.frames[outer].keys) {
        const bool unit_key = out.made.grain[key].calendar_unit != unit::none;
        if (unit_key ? made.era == nothing : !from.entity_home) made.keys.push_back(key);
    }
    for (const language::dimension& one : from.per) {
        if (one.calendar_unit != unit::none) {
            made.piece = one.calendar_unit;
            continue;
        }
        const std::uint32_t position = grain_position(one);
        made.needed.push_back(position);
        made.keys.push_back(position);
    }
    std::sort(made.keys.begin(), made.keys.end());
    made.keys.erase(std::unique(made.keys.begin(), made.keys.end()), made.keys.end());
    for (const std::uint32_t key : made.keys)
        if (out.made.grain[key].calendar_unit == unit::none) facts.cell_keys.push_back(key);
    facts.uncut = from.uncut || facts_[outer].uncut;
    // Inside a piece of a period there is that piece.
    made.one_piece = made.piece == unit::none;
    if (made.one_piece && !placed) made.piece = out.made.frames[outer].piece;
    if (made.piece != unit::none) {
        made.pieces_of = placed ? next : outer;
        made.piece_map = map_of(placed ? contexts_.unstepped(in) : in);
        made.uncut = facts.uncut;
    }
    const id frame = new_frame(std::move(made), std::move(facts));
    if (!from.every) facts_[frame].sightings_to = {frame};
    facts_[frame].cut_steps = facts_[outer].cut_steps;
    const bool cut = out.made.frames[frame].pieces_of != nothing;
    if (cut) {
        const context_id whole =
            placed ? contexts_.unstepped(in) : contexts_.out_of_pieces(in, facts_[outer].cut_steps);
        facts_[frame].cut_steps = contexts_.at(whole).times;
    }
    // Where entities are the home, they tell which groups appear; else the rows below do.
    if (from.entity_home) return frame;
    const bool own =
        cut && (map_of(in) != 0 || out.made.frames[frame].piece != out.made.frames[outer].piece);
    facts_[frame].undated_to = facts_[outer].undated_to;
    if (own && facts_[frame].undated_to.empty()) {
        facts_[frame].undated_to = facts_[outer].sightings_to;
        // An entity with such rows only is not one of a nested aggregate.
        std::erase_if(facts_[frame].undated_to,
                      [this](id to) { return !out.made.frames[to].needed.empty(); });
    }
    for (const id to : std::vector(facts_[outer].sightings_to)) {
        const id seen = own ? unnamed_frame(frame, to, same_periods(to, outer)) : to;
        if (own) facts_[frame].unnamed.emplace_back(to, seen);
        facts_[frame].sightings_to.push_back(seen);
    }
    return frame;
}

/// The pieces of a nested frame in the groups of another, where rows name an entity or not: the
/// very ones, or such pieces of the other's own periods.
id lowering::unnamed_frame(id named, id to, bool the_very) {
    const frame& pieces = out.made.frames[named];
    frame made;
    frame_facts facts = facts_[to];
    for (const std::uint32_t key : out.made.frames[to].keys)
        if (out.made.grain[key].calendar_unit != unit::none) made.keys.push_back(key);
    made.keys.insert(made.keys.end(), facts.cell_keys.begin(), facts.cell_keys.end());
    std::sort(made.keys.begin(), made.keys.end());
    made.piece = pieces.piece;
    made.pieces_of = the_very ? pieces.pieces_of : to;
    made.piece_map = pieces.piece_map;
    made.one_piece = pieces.one_piece;
    if (the_very) made.pieces_as = named;
    made.uncut = pieces.uncut;
    made.era = pieces.era;
    facts.uncut = facts_[named].uncut;
    facts.cut_steps = facts_[named].cut_steps;
    facts.counted = nothing;
    return new_frame(std::move(made), std::move(facts));
}

/// Do the numbers of periods mean the same in two frames?
bool lowering::same_periods(id a, id b) const {
    const auto units = [&](id of) {
        std::vector<std::uint32_t> found = out.made.frames[of].keys;
        std::erase_if(found,
                      [&](auto key) { return out.made.grain[key].calendar_unit == unit::none; });
        return found;
    };
    return units(a) == units(b) && out.made.frames[a].piece == out.made.frames[b].piece &&
           facts_[a].cut_steps == facts_[b].cut_steps &&
           out.made.frames[a].era == out.made.frames[b].era;
}

/// Groups appear by the rows in the pieces of their periods.
void lowering::sight_pieces(const language::aggregate& from, context_id in, id frame) {
    for (const auto& [to, pieces] : std::vector(facts_[frame].unnamed)) {
        const id table = frame_table(pieces);
        const sighting one{out.add(nested_cell(from, in, pieces, table, to)), 0};
        out.made.frames[to].seen.push_back(one);
    }
}

context_id lowering::nested_context(const language::aggregate& from, context_id in, id frame) {
    context_id inner = contexts_.over(in, frame);
    const bool placed = out.made.frames[frame].era == frame;
    if (from.entity_home) inner = contexts_.unfiltered(inner);
    // Pieces are cut from what the steps in time make of a period, so they are not taken again.
    if (placed || out.made.frames[frame].pieces_of != nothing) inner = contexts_.unstepped(inner);
    return inner;
}

/// `every`: the entities that exist are the rows.
void lowering::populate_nested(const language::aggregate& from, context_id in, id frame) {
    if (!from.every) return;
    if (from.table == language::nothing) {
        sight_rows(from.per.front(), frame);
        return;
    }
    const context_id inner = nested_context(from, in, frame);
    placed_cell made = existing(from.table, inner, has_interval(inner));
    made.made.keys = {role_of(from.table, &language::table_info::key, made.where)};
    made.made.grain = {out.made.frames[frame].needed.front()};
    out.made.frames[frame].seen.push_back({out.add(std::move(made.made)), made.map});
}

/// The rows of the frame as they count in the groups of another: mostly those around it.
cell lowering::nested_cell(const language::aggregate& from, context_id in, id frame, id table,
                           id groups) {
    cell made;
    source rows;
    rows.which = table;
    made.on = out.add(rows);
    const context_id inner = nested_context(from, in, frame);
    std::vector<std::uint32_t> keys;
    if (from.entity_home) {
        keys = home_keys(from, frame, facts_[groups].cell_keys);
    } else {
        for (const std::uint32_t key : out.made.frames[groups].keys)
            if (out.made.grain[key].calendar_unit == unit::none) keys.push_back(key);
    }
    if (!holds_keys_of(groups, keys))
        bug("a nested aggregate is grouped by what its home does not reach");
    for (const std::uint32_t key : keys) {
        made.grain.push_back(key);
        if (!from.entity_home || from.table == language::nothing) {
            made.keys.push_back(key_field(table, key));
            continue;
        }
        const std::vector<term_id> term = resolved_on(program_, grain_[key].on, from.table);
        if (term.size() != 1) bug("a dimension is not resolved on the home of a nested aggregate");
        made.keys.push_back(field_of(table, of_home(from, inner, term.front()), "key"));
    }
    axis at;
    at.maps = {0};
    const bool timed = has_interval(in);
    const bool placed = out.made.frames[frame].era == frame;
    // Windows inside that the data does not fill are told by what the rows are placed by.
    const bool windows = holds_windows(from);
    at.era = out.made.frames[contexts_.at(in).frame].era;
    if (placed && (timed || windows)) {
        const id date = group(from.placed_on, contexts_.bare(frame));
        at.from = field_of(table, date, "date");
    }
    if (placed && timed) {
        at.how = axis::placement::event;
        at.planned = is_planned(from);
        at.blank_pane = has_period_ && !ranged_ && at.era == nothing;
    } else if (timed || (!placed && (out.made.frames[frame].pieces_of != nothing || windows))) {
        at.how = axis::placement::held;
        expression period;
        period.op = expression_op::column;
        period.over = table;
        period.type = {.kind = type_kind::int64};
        for (const field& one : out.made.tables[table].columns.fields) {
            if (one.name == "period") break;
            period.with = period.with == nothing ? 1 : period.with + 1;
        }
        if (period.with == nothing) period.with = 0;
        at.from = out.add(std::move(period));
        at.period_of = groups;
    }
    made.at = out.add(std::move(at));
    return made;
}

/// `matured s`: the date and that span lie behind.
id lowering::ripe(const language::aggregate& from, const language::term& term, context_id inner) {
    const id date = group(from.placed_on, contexts_.bare(contexts_.at(inner).frame));
    expression later;
    later.op = expression_op::scalar;
    later.what = function::add_span;
    later.type = out.at(date).type;
    expression length;
    length.type = {.kind = type_kind::span};
    length.with = out.constant(*from.matured);
    later.of = {date, out.add(std::move(length))};
    expression made;
    made.op = expression_op::scalar;
    made.what = function::less_equal;
    made.type = {.kind = type_kind::boolean};
    made.text = term.text;
    made.source = term.source;
    made.of = {out.add(std::move(later)), now(out.at(date).type, instant_of(inner))};
    return out.add(std::move(made));
}

/// What makes groups of a frame appear: the entities that pass the filters which decide it, before
/// an `across` drops what groups them.
std::optional<sighting> lowering::nested_sighting(const language::aggregate& from, context_id in,
                                                  id frame, id table, id to, id shown) {
    const context here = contexts_.at(in);
    const std::vector<std::uint32_t> keys = from.table == language::nothing
                                                ? home_keys(from, frame, facts_[to].cell_keys)
                                                : telling_keys(to, from.table);
    if (to != here.frame && !holds_keys_of(to, keys)) return std::nullopt;
    // Numbers of periods mean nothing in others, and one of which nothing is known yet has no
    // pieces, but who exists in one is known.
    const bool placed = out.made.frames[frame].era == frame;
    const bool existing = from.every && from.table != language::nothing;
    const bool apart = !same_periods(to, here.frame);
    const bool cut = out.made.frames[frame].pieces_of == here.frame;
    if (!placed && (apart || (cut && existing))) {
        if (!existing) return std::nullopt;
        std::vector<term_id> grouped;
        for (const std::uint32_t key : keys)
            grouped.push_back(resolved_on(program_, grain_[key].on, from.table).front());
        placed_cell made =
            placed_existing(from, in, {}, contexts_.on(here.present, from.table), grouped, keys);
        return sighting{out.add(std::move(made.made)), made.map};
    }
    cell present = nested_cell(from, in, frame, table, to);
    if (shown != nothing) present.where.push_back(field_of(table, shown, "shown"));
    const bool event = out.made.axes[present.at].how == axis::placement::event;
    const id map = event ? map_of(in) : 0;
    out.read_through(present.at, map);
    return sighting{out.add(std::move(present)), map};
}

/// Entities under an aggregate, as groups that are compared count them.
void lowering::count_entities(const language::aggregate& from, context_id in, id frame,
                              const cell& own) {
    const id here = contexts_.at(in).frame;
    const id by = facts_[here].counted;
    if (by == nothing || !same_periods(by, here)) return;
    const std::vector<std::uint32_t> keys = from.entity_home
                                                ? home_keys(from, frame, facts_[by].cell_keys)
                                                : out.made.frames[frame].keys;
    if (!holds_keys_of(by, keys)) return;
    cell rows = nested_cell(from, in, frame, out.made.sources[own.on].which, by);
    rows.where = own.where;
    const id map = out.made.axes[rows.at].how == axis::placement::event ? map_of(in) : 0;
    out.read_through(rows.at, map);
    count_in(by, {out.add(std::move(rows)), map});
}

id lowering::build_nested(const task& what) {
    const language::term& term = program_.terms[what.term];
    const language::aggregate& from = program_.aggregates[term.with];
    const context_id in = what.in;
    const context here = contexts_.at(in);
    const id frame = nested_frame(from, in);
    nested_frames_[what] = frame;
    const context_id inner = nested_context(from, in, frame);
    populate_nested(from, in, frame);
    const id argument = group(from.argument, inner);
    std::vector<id> conditions;
    if (from.where != language::nothing) conditions.push_back(group(from.where, inner));
    if (from.matured) conditions.push_back(ripe(from, term, inner));
    const id own = joined(conditions);
    const id kept = home_filter(from, inner, here.filters);
    const id shown = home_filter(from, inner, here.present);
    const id table = frame_table(frame);
    cell made = nested_cell(from, in, frame, table, here.frame);
    const bool event = out.made.axes[made.at].how == axis::placement::event;
    const id map = event ? map_of(in) : 0;
    out.read_through(made.at, map);
    if (!from.entity_home) {
        sight_pieces(from, in, frame);
    } else {
        for (const id to : std::vector(facts_[here.frame].sightings_to)) {
            std::optional<sighting> one = nested_sighting(from, in, frame, table, to, shown);
            std::vector<sighting>& seen = out.made.frames[to].seen;
            if (one && std::find(seen.begin(), seen.end(), *one) == seen.end())
                seen.push_back(*one);
        }
    }
    if (kept != nothing) made.where.push_back(field_of(table, kept, "kept"));
    if (own != nothing) made.where.push_back(field_of(table, own, "own"));
    normalize(made.where);
    made.state = state_of(from);
    // N10: what the conditions drop is not evaluated.
    const auto guarded = [&](id value) {
        const id all = joined({kept, own});
        if (all == nothing) return field_of(table, value, "value");
        expression taken;
        taken.op = expression_op::scalar;
        taken.what = function::if_;
        taken.type = out.at(value).type;
        taken.of = {all, value};
        return field_of(table, out.add(std::move(taken)), "value");
    };
    made.argument = guarded(argument);
    if (from.second != language::nothing) {
        const id second = guarded(group(from.second, inner));
        if (from.what == function::weighted_avg)
            made.weight = second;
        else
            made.order = second;
    }
    made.last = from.what == function::last;
    count_entities(from, in, frame, made);
    final_value taken{nothing, map, from.what};
    taken.changed = changed_rows(from, table, made, {argument, kept, own});
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
