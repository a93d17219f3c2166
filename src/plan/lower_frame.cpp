// Frames: those of the request, of fewer or other groupings, and of peers; and how a value of one
// is read in another.
#include <algorithm>
#include <unordered_set>

#include "plan/lowering.hpp"

namespace merit::plan {

using language::regrouping;

std::uint32_t column_position(frame& in, id expression) {
    const auto found = std::find(in.columns.begin(), in.columns.end(), expression);
    if (found != in.columns.end()) return static_cast<std::uint32_t>(found - in.columns.begin());
    in.columns.push_back(expression);
    return static_cast<std::uint32_t>(in.columns.size() - 1);
}

id lowering::new_frame(frame made, frame_facts facts) {
    out.made.frames.push_back(std::move(made));
    facts_.push_back(std::move(facts));
    return static_cast<id>(out.made.frames.size() - 1);
}

/// Position of a dimension in the plan's grain, where it is put if it is new.
std::uint32_t lowering::grain_position(const language::dimension& of) {
    for (std::uint32_t i = 0; i < grain_.size(); ++i) {
        language::dimension& known = grain_[i];
        if (known.name != of.name || known.calendar_unit != of.calendar_unit ||
            known.entity != of.entity)
            continue;
        for (const language::on_table& one : of.on) {
            const bool met = std::any_of(known.on.begin(), known.on.end(), [&](const auto& other) {
                return other.table == one.table;
            });
            if (!met) known.on.push_back(one);
        }
        return i;
    }
    grain_.push_back(of);
    out.made.grain.push_back({of.name, of.calendar_unit, of.type, of.label});
    return static_cast<std::uint32_t>(grain_.size() - 1);
}

bool lowering::has_unit(id frame) const {
    const std::vector<std::uint32_t>& keys = out.made.frames[frame].keys;
    return std::any_of(keys.begin(), keys.end(), [this](std::uint32_t key) {
        return out.made.grain[key].calendar_unit != unit::none;
    });
}

id lowering::request_frame(std::size_t kept) {
    frame made;
    frame_facts facts;
    for (std::uint32_t i = 0; i < program_.asked->by.size(); ++i) {
        if (i < kept) made.keys.push_back(i);
        // Totals merge what the shown groups hold.
        if (out.made.grain[i].calendar_unit == unit::none) facts.cell_keys.push_back(i);
    }
    const id frame = new_frame(std::move(made), std::move(facts));
    out.made.frames[frame].every_period = has_unit(frame);
    facts_[frame].sightings_to = {frame};
    facts_[frame].asked = true;
    return frame;
}

/// The entities of a table that exist, as groups of the request by their only dimension.
sighting lowering::population_cell(language::table_id table, std::uint32_t position) {
    placed_cell made = existing(table, contexts_.bare(0), has_period_);
    add_conditions(made.made, resolved_on(program_, program_.asked->population_where, table),
                   made.where);
    made.made.keys = {role_of(table, &language::table_info::key, made.where)};
    if (made.made.keys.front() == nothing) bug("an entity's table has no key");
    made.made.grain = {position};
    return {out.add(std::move(made.made)), made.map};
}

std::vector<std::uint32_t> lowering::kept_keys(id frame, const regrouping& by) const {
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t position : out.made.frames[frame].keys)
        if (!language::drops(by, grain_[position])) kept.push_back(position);
    return kept;
}

id lowering::regrouped_frame(id outer, std::uint32_t change) {
    const regrouping& by = program_.changes[change].groups;
    frame made;
    made.along = outer;
    made.keys = kept_keys(outer, by);
    for (const language::added_dimension& one : by.added)
        made.keys.push_back(grain_position(one.is));
    std::sort(made.keys.begin(), made.keys.end());
    made.keys.erase(std::unique(made.keys.begin(), made.keys.end()), made.keys.end());
    // Pieces of a period are a grouping by their unit.
    const unit piece = out.made.frames[outer].piece;
    const bool drops = std::any_of(by.names.begin(), by.names.end(), [&](const auto& name) {
                           return name.calendar_unit == piece;
                       }) != by.all;
    made.era = out.made.frames[outer].era;
    if (piece != unit::none && !drops) {
        made.piece = piece;
        made.pieces_of = made.pieces_as = outer;
        made.uncut = facts_[outer].uncut;
    }
    const auto [place, fresh] =
        regrouped_.try_emplace({outer, made.keys, made.pieces_of != nothing}, nothing);
    if (!fresh) return place->second;
    frame_facts facts = facts_[outer];
    facts.counted = nothing;
    if (made.pieces_of == nothing) facts.cut_steps.clear();
    for (const std::uint32_t key : made.keys) {
        if (out.made.grain[key].calendar_unit != unit::none) continue;
        const auto& finer = facts.cell_keys;
        if (std::find(finer.begin(), finer.end(), key) != finer.end()) continue;
        facts.cell_keys.clear();  // what is added is no part of what the outer frame's cells keep
        for (const std::uint32_t own : made.keys)
            if (out.made.grain[own].calendar_unit == unit::none) facts.cell_keys.push_back(own);
        break;
    }
    return place->second = new_frame(std::move(made), std::move(facts));
}

/// Where pieces are dropped, the steps are taken again that they were cut from.
context_id lowering::regrouped_context(context_id in, std::uint32_t change) {
    const id outer = contexts_.at(in).frame;
    const id frame = regrouped_frame(outer, change);
    const bool whole = facts_[frame].cut_steps != facts_[outer].cut_steps;
    if (whole) in = contexts_.out_of_pieces(in, facts_[outer].cut_steps);
    return contexts_.over(in, frame);
}

id lowering::not_meaningful(const language::term& instead_of) {
    expression made;
    made.op = expression_op::constant;
    made.what = language::function::reason_of;
    made.type = instead_of.type;
    made.text = instead_of.text;
    made.source = instead_of.source;
    made.with = out.constant(blank_value{});
    return out.add(std::move(made));
}

/// A grain position as an expression over the rows of a frame: its key, or what a key determines.
std::optional<id> lowering::key_in(id frame, std::uint32_t position,
                                   const std::vector<language::added_dimension>* added,
                                   context_id in) {
    const std::vector<std::uint32_t>& keys = out.made.frames[frame].keys;
    const auto own = [&](std::uint32_t which) {
        expression made;
        made.op = expression_op::group_key;
        made.with = which;
        made.type = out.made.grain[which].type;
        return out.add(std::move(made));
    };
    if (std::find(keys.begin(), keys.end(), position) != keys.end()) return own(position);
    if (added == nullptr) return std::nullopt;
    for (const language::added_dimension& one : *added) {
        if (grain_position(one.is) != position) continue;
        for (const std::uint32_t key : keys) {
            if (grain_[key].entity != one.entity) continue;
            expression made;
            made.op = expression_op::look_up;
            made.type = out.made.grain[position].type;
            made.with = keyed_table(program_.entities[one.entity].table);
            made.of = {row(one.attribute), own(key)};
            if (one.now)
                made.of.push_back(now({.kind = type_kind::timestamp}, instant_of(in)));
            else
                look_at_version(made, program_.entities[one.entity].table,
                                contexts_.over(in, frame));
            return out.add(std::move(made));
        }
    }
    return std::nullopt;
}

/// A column of a frame in the row that belongs to a row of the reading frame.
id lowering::value_from(id frame, id column, const language::term& of, context_id in,
                        const std::vector<language::added_dimension>* added) {
    const id reading = contexts_.at(in).frame;
    broadcast made{frame, column_position(out.made.frames[frame], column), {}};
    for (const std::uint32_t position : std::vector(out.made.frames[frame].keys)) {
        if (out.made.grain[position].calendar_unit != unit::none) continue;
        const std::optional<id> key = key_in(reading, position, added, in);
        if (!key) return not_meaningful(of);
        made.keys.push_back(*key);
    }
    expression value;
    value.op = expression_op::value_of;
    value.type = of.type;
    value.text = of.text;
    value.source = of.source;
    value.with = out.add(std::move(made));
    return out.add(std::move(value));
}

id lowering::build_regrouped(const language::term& term, id inner, context_id in) {
    const id outer = contexts_.at(in).frame;
    const id frame = regrouped_frame(outer, term.with);
    return value_from(frame, inner, term, in, &program_.changes[term.with].groups.added);
}

/// The frame whose groups a function compares: those in which its argument has rows, and the
/// entities that exist.
id lowering::peer_frame(const task& what) {
    const language::term& term = program_.terms[what.term];
    const language::peer& asked = program_.peers[term.with];
    const id outer = contexts_.at(what.in).frame;
    if (asked.among_shown) return outer;
    if (const auto known = peer_frames_.find(what); known != peer_frames_.end())
        return known->second;
    frame made;
    made.keys = out.made.frames[outer].keys;
    frame_facts facts;
    made.era = out.made.frames[outer].era;
    if (out.made.frames[outer].piece != unit::none) {
        made.piece = out.made.frames[outer].piece;
        made.pieces_of = made.pieces_as = outer;
        made.uncut = facts_[outer].uncut;
    }
    facts.asked = facts_[outer].asked;
    for (const std::uint32_t key : made.keys)
        if (out.made.grain[key].calendar_unit == unit::none) facts.cell_keys.push_back(key);
    populate_peers(made, compared_keys(outer, asked.across), what.in);
    const id frame = new_frame(std::move(made), std::move(facts));
    if (asked.min_n > 0) facts_[frame].counted = frame;
    facts_[frame].sightings_to = facts_[outer].sightings_to;
    facts_[frame].sightings_to.push_back(frame);
    facts_[frame].undated_to = facts_[outer].undated_to;
    return peer_frames_[what] = frame;
}

/// Keys of a frame by which its groups are compared: those that a regrouping drops.
std::vector<std::uint32_t> lowering::compared_keys(id frame, const regrouping& by) const {
    const std::vector<std::uint32_t> partition = kept_keys(frame, by);
    std::vector<std::uint32_t> compared;
    for (const std::uint32_t key : out.made.frames[frame].keys)
        if (std::find(partition.begin(), partition.end(), key) == partition.end())
            compared.push_back(key);
    return compared;
}

/// Entities that exist are peers even without rows, where they alone are compared.
void lowering::populate_peers(frame& peers, const std::vector<std::uint32_t>& compared,
                              context_id in) {
    if (compared.size() != 1) return;
    const language::dimension& of = grain_[compared.front()];
    if (of.entity == language::nothing) return;
    const language::table_id table = program_.entities[of.entity].table;
    if (table == language::nothing) return;
    placed_cell placed = existing(table, in, has_interval(in));
    cell& made = placed.made;
    for (const std::uint32_t key : peers.keys) {
        if (out.made.grain[key].calendar_unit != unit::none) continue;
        if (key != compared.front()) return;
        made.keys.push_back(role_of(table, &language::table_info::key, placed.where));
        made.grain.push_back(key);
    }
    for (const language::on_table& one : program_.asked->population_where)
        if (one.table == table) add_conditions(made, {one.term}, placed.where);
    peers.seen.push_back({out.add(std::move(made)), placed.map});
}

/// Can an aggregate be grouped by all keys of the frame around it?
bool lowering::reaches(const language::aggregate& from, context_id in) const {
    const id frame = contexts_.at(in).frame;
    const std::vector<std::uint32_t>& keys = facts_[frame].cell_keys;
    if (from.per.empty()) return holds_keys_of(frame, reached(keys, from.table));
    if (from.entity_home && from.table != language::nothing)
        return holds_keys_of(frame, reached(keys, from.table));
    if (from.entity_home)
        return std::all_of(keys.begin(), keys.end(),
                           [&](std::uint32_t key) { return grain_[key].entity == from.entity; });
    std::vector<language::term_id> open{from.argument, from.where, from.second};
    std::unordered_set<language::term_id> met{language::nothing};
    while (!open.empty()) {
        const language::term_id next = open.back();
        open.pop_back();
        if (!met.insert(next).second) continue;
        const language::term& term = program_.terms[next];
        if (term.at != language::level::group || term.kind == language::op::attribute) continue;
        if (term.kind == language::op::aggregate && !reaches(program_.aggregates[term.with], in))
            return false;
        open.insert(open.end(), term.of.begin(), term.of.end());
    }
    return true;
}

/// The rows under compared aggregates are those of the group itself, whatever a regrouping below
/// makes of it.
void lowering::count_below(language::term_id below, context_id in) {
    std::vector<task> open{{below, in}};
    std::unordered_set<task, task_hash> met;
    while (!open.empty()) {
        const task next = open.back();
        open.pop_back();
        if (!met.insert(next).second) continue;
        const language::term& term = program_.terms[next.term];
        if (term.at != language::level::group || term.kind == language::op::attribute) continue;
        if (term.kind == language::op::aggregate &&
            reaches(program_.aggregates[term.with], next.in))
            lower(next);
        const bool changes = term.kind == language::op::in_context &&
                             program_.changes[term.with].kind != language::change_kind::regroup;
        const context_id inner = changes ? contexts_.changed(next.in, term.with) : next.in;
        for (const language::term_id one : term.of) open.push_back({one, inner});
    }
}

id lowering::build_peer(const task& what, const language::term& term, std::vector<id> of) {
    const language::peer& asked = program_.peers[term.with];
    const id outer = contexts_.at(what.in).frame;
    const id frame = peer_frame(what);
    // A total has no peers along a dimension that it has dropped.
    for (const language::dimension& by : program_.asked->by) {
        const bool named = std::ranges::any_of(asked.across.names, [&](const auto& name) {
            return name.calendar_unit == unit::none && language::is_named(by, name);
        });
        const std::vector<std::uint32_t>& keys = out.made.frames[outer].keys;
        if (named && !asked.across.all && !std::ranges::count(keys, grain_position(by)))
            return not_meaningful(term);
    }
    const std::vector<std::uint32_t> compared = compared_keys(outer, asked.across);
    if (compared.empty()) return not_meaningful(term);
    peer_window window{asked.what, {},          {},          asked.lowest_first,
                       asked.ties, asked.parts, asked.min_n, {}};
    // What the compared entity determines parts them as each of them is now, whatever its rows say.
    const std::vector<std::uint32_t> kept = kept_keys(frame, asked.across);
    for (const language::added_dimension& one : asked.across.added) {
        const std::uint32_t position = grain_position(one.is);
        if (std::find(kept.begin(), kept.end(), position) != kept.end()) continue;
        const auto value = key_in(frame, position, &asked.across.added, what.in);
        if (!value) return not_meaningful(term);
        static_cast<void>(column_position(out.made.frames[frame], *value));
        window.parted.push_back(*value);
    }
    for (const std::uint32_t key : out.made.frames[frame].keys)
        if (std::find(compared.begin(), compared.end(), key) == compared.end())
            window.partition.push_back(key);
    if (asked.min_n > 0) {
        count_below(term.of.front(), contexts_.over(what.in, frame));
        window.counted = counted_[frame];
    }
    expression made;
    made.op = expression_op::over_peers;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    made.of = std::move(of);
    made.with = out.add(std::move(window));
    const id placed = out.add(std::move(made));
    if (asked.among_shown) return placed;
    return value_from(frame, placed, term, what.in, nullptr);
}

}  // namespace merit::plan
