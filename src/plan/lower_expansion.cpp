// Rows that stand for the rows of a table: one a share, or one a window of time in which the row
// lasts. They are a table of their own, with the table's columns and a few more.
#include <algorithm>

#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::table_id;
using language::table_kind;

namespace {

constexpr type instant_type{.kind = type_kind::timestamp};
constexpr std::int32_t first_day = -719'528;  // of the year 0

expression scalar_over(language::function what, std::vector<id> of, id over) {
    expression made;
    made.op = expression_op::scalar;
    made.what = what;
    made.type = {.kind = type_kind::boolean};
    made.of = std::move(of);
    made.over = over;
    return made;
}

}  // namespace

/// The table of an expansion, made once for each way of making it.
id lowering::expanded(table_id table, const row_place& below, expansion made,
                      std::vector<field> added, std::uint32_t discriminant) {
    made.base = over(table, below);
    const std::vector<std::uint32_t> key{
        made.base,   static_cast<std::uint32_t>(made.how), made.from, made.to, made.share, made.era,
        discriminant};
    const auto [place, fresh] = expanded_.try_emplace(key, nothing);
    if (!fresh) return place->second;
    table_use rows = out.made.tables[made.base];
    rows.key = nothing;
    rows.entity.clear();
    rows.has_default = false;
    rows.from = rows.to = nothing;
    if (rows.expansion != nothing)  // what it carries is not inherited
        rows.columns.fields.resize(rows.columns.fields.size() -
                                   out.made.expansions[rows.expansion].carried.size());
    made.inherited = static_cast<std::uint32_t>(rows.columns.fields.size());
    made.added = static_cast<std::uint32_t>(added.size());
    rows.name += made.how == expansion::kind::shares ? " shared" : " in time";
    for (field& one : added) rows.columns.fields.push_back(std::move(one));
    rows.expansion = static_cast<id>(out.made.expansions.size());
    out.made.expansions.push_back(std::move(made));
    out.made.tables.push_back(std::move(rows));
    return place->second = static_cast<id>(out.made.tables.size() - 1);
}

/// A column that an expansion adds to those of its table.
id lowering::added_column(const row_place& where, std::uint32_t which) {
    const table_use& rows = out.made.tables[where.over];
    expression made;
    made.op = expression_op::column;
    made.over = where.over;
    // The columns of shares come before those of windows.
    const bool of_share = which < 2;
    id at = where.over;
    while (of_share &&
           out.made.expansions[out.made.tables[at].expansion].how != expansion::kind::shares)
        at = out.made.expansions[out.made.tables[at].expansion].base;
    const expansion& own = out.made.expansions[out.made.tables[at].expansion];
    made.with = own.inherited + (of_share ? which : which - 2);
    made.type = rows.columns.fields[made.with].type;
    return out.add(std::move(made));
}

/// An expression over the rows of a table, for the rows that stand for them.
id lowering::carried(const row_place& where, id of) {
    const std::uint32_t number = out.made.tables[where.over].expansion;
    const id base = out.made.expansions[number].base;
    if (out.made.tables[base].expansion != nothing) {
        row_place below = where;
        below.over = base;
        of = carried(below, of);
    }
    expression made;
    made.op = expression_op::column;
    made.over = where.over;
    made.type = out.at(of).type;
    expansion& rows = out.made.expansions[number];
    const auto known = std::find(rows.carried.begin(), rows.carried.end(), of);
    made.with =
        rows.inherited + rows.added + static_cast<std::uint32_t>(known - rows.carried.begin());
    if (known == rows.carried.end()) {
        rows.carried.push_back(of);
        std::vector<field>& fields = out.made.tables[where.over].columns.fields;
        fields.push_back({"carried " + std::to_string(fields.size()), made.type});
    }
    return out.add(std::move(made));
}

/// A row for each share of a row, with whose it is and how much.
row_place lowering::shared_rows(table_id table) {
    const table_id base = base_of(table);
    const language::split_info& split = program_.splits[program_.tables[table].split];
    expansion made;
    made.how = expansion::kind::shares;
    made.key = column(base, split.shared);
    made.other_key = column(split.shares, split.key);
    made.user = column(split.shares, split.user);
    made.share = column(split.shares, split.share);
    made.entity = program_.tables[base].columns.fields[split.shared].name;
    for (const language::reference_info& one : program_.references)
        if (one.from == table && one.split != language::nothing && one.column != language::nothing)
            made.otherwise = column(base, one.column);
    std::vector<field> added{{"share user", out.at(made.user).type},
                             {"share part", out.at(made.share).type}};
    row_place where;
    where.of = base;
    where.over = expanded(base, {}, std::move(made), std::move(added), 0);
    where.shared = true;
    return where;
}

/// A row for each window of time in which a row lasts, or lies when it is one instant.
row_place lowering::windowed_rows(table_id table, const row_place& below, id from, id to,
                                  axis::part window, id era, bool by_period, bool uncut,
                                  bool existence) {
    const table_id base = base_of(table);
    expansion made;
    made.how = expansion::kind::windows;
    made.from = from;
    made.to = to;
    made.era = era;
    std::vector<field> added{{"pane", {.kind = type_kind::int64}},
                             {"window instant", instant_type},
                             {"window period start", instant_type},
                             {"window period end", instant_type},
                             {"window covered end", instant_type}};
    row_place where = below;
    where.of = base;
    where.over = expanded(base, below, std::move(made), std::move(added),
                          // One table an axis: its rows bear the numbers of that axis' panes.
                          static_cast<std::uint32_t>(window) * 8 + (existence ? 4 : 0) +
                              (uncut ? 2 : 0) + (by_period ? 1 : 0));
    where.date = nothing;
    return where;
}

/// An axis of windows; the rest of it is as given.
id lowering::window_axis(const row_place& where, axis made) {
    made.how = axis::placement::valid;
    made.maps = {0};
    made.from = added_column(where, 2);
    return out.add(std::move(made));
}

/// From when a row holds. A version without a beginning holds since ever, as look-ups have it.
id lowering::beginning_of(table_id table, const row_place& where) {
    const id since = role_of(table, &language::table_info::from, where);
    if (program_.tables[table].kind != table_kind::versions) return since;
    const merit::type is = out.at(since).type;
    expression ever;
    ever.type = is;
    ever.with = is.kind == type_kind::date
                    ? out.constant(date_value{first_day})
                    : out.constant(timestamp_value{first_day * calendar::day_us});
    expression made;
    made.op = expression_op::scalar;
    made.what = language::function::if_blank;
    made.type = is;
    made.over = out.at(since).over;
    made.of = {since, out.add(std::move(ever))};
    return out.add(std::move(made));
}

/// Until when a row holds: its own date, or the time of the row that follows it.
id lowering::end_of_validity(table_id table, const row_place& where) {
    const language::table_info& of = program_.tables[table];
    if (of.kind == table_kind::interval || of.kind == table_kind::versions)
        return role_of(table, &language::table_info::to, where);
    sequence among;
    among.on = source_of(of.kind_at, itself(where));
    among.time = role_of(table, &language::table_info::time);
    among.value = among.time;
    expression made;
    made.op = expression_op::near_row;
    made.type = out.at(among.time).type;
    made.over = table_of(table);
    made.of = {among.time};
    if (of.kind == table_kind::changes) {
        among.order = role_of(table, &language::table_info::order);
        if (among.order != nothing) made.of.push_back(among.order);
        among.keys = {column(table, program_.references[of.changed].column)};
        made.of.push_back(among.keys.front());
    }
    made.with = out.add(std::move(among));
    const id next = out.add(std::move(made));
    return where.over == nothing ? next : carried(where, next);
}

/// `at end`, `at start`: the rows that hold just before one end of the interval.
void lowering::place_at_border(placed_cell& made, const language::aggregate& from, context_id in,
                               bool by_period) {
    const language::table_info& of = program_.tables[from.table];
    const axis::part window = from.at == language::border::end     ? axis::part::end
                              : from.at == language::border::start ? axis::part::start
                                                                   : axis::part::whole;
    const bool lasts = of.kind == table_kind::interval || of.kind == table_kind::versions;
    const id since = from.lasts ? row(from.placed_on, made.where)
                     : lasts    ? beginning_of(from.table, made.where)
                                : role_of(from.table, &language::table_info::time, made.where);
    const id until =
        from.lasts ? later_by(since, *from.lasts) : end_of_validity(from.table, made.where);
    const id era = out.made.frames[contexts_.at(in).frame].era;
    const bool uncut = facts_[contexts_.at(in).frame].uncut;
    made.where = windowed_rows(from.table, made.where, since, until, window, era, by_period, uncut);
    axis at;
    at.window = window;
    at.snapshot = of.kind == table_kind::snapshot;
    at.by_period = by_period;
    at.planned = uncut;
    at.era = era;
    made.made.at = window_axis(made.where, std::move(at));
    made.map = map_of(in);
    made.where.date = added_column(made.where, 3);
    made.where.nearest = from.lasts.has_value();
}

/// A date or instant of a row and a span.
id lowering::later_by(id time, span_value length) {
    expression span;
    span.type = {.kind = type_kind::span};
    span.with = out.constant(length);
    expression made;
    made.op = expression_op::scalar;
    made.what = language::function::add_span;
    made.type = out.at(time).type;
    made.over = out.at(time).over;
    made.of = {time, out.add(std::move(span))};
    return out.add(std::move(made));
}

/// Rows in every period, whenever they are; where they look at versions, at those of each period.
void lowering::place_always(placed_cell& made, const language::aggregate& from, context_id in,
                            bool dated) {
    axis at;
    at.maps = {0};
    if (!dated || out.made.frames[contexts_.at(in).frame].era != nothing) {
        made.made.at = out.add(std::move(at));
        return;
    }
    expression since;
    since.type = {.kind = type_kind::date};
    expression until = since;
    since.with = out.constant(date_value{first_day});
    until.with = out.constant(blank_value{});
    const bool uncut = facts_[contexts_.at(in).frame].uncut;
    made.where =
        windowed_rows(from.table, made.where, out.add(std::move(since)), out.add(std::move(until)),
                      axis::part::whole, nothing, false, uncut, true);
    at.planned = uncut;
    at.existence = true;  // they tell no range of time
    made.made.at = window_axis(made.where, std::move(at));
    made.map = map_of(in);
    made.where.date = added_column(made.where, 3);
    made.where.nearest = true;
}

/// The entity that a grouping is of: its key, or what that leads to; nothing for another column.
std::uint32_t lowering::entity_behind(std::uint32_t key, table_id table) const {
    if (grain_[key].entity != language::nothing) return grain_[key].entity;
    const std::vector<language::term_id> on = resolved_on(program_, grain_[key].on, table);
    if (on.empty()) return language::nothing;
    const language::term& how = program_.terms[on.front()];
    if (how.kind == language::op::look_up) return program_.references[how.with].entity;
    return how.kind == language::op::attribute ? program_.attributes[how.with].entity
                                               : language::nothing;
}

/// Rows that name each entity that groups the frame, and none besides: what was set for a team is
/// not set for one of its members, nor for what is known of these.
void lowering::name_exactly(placed_cell& made, const language::aggregate& from, id frame) {
    using language::function;
    std::vector<std::uint32_t> keys = out.made.frames[frame].keys;
    std::erase_if(
        keys, [&](std::uint32_t key) { return out.made.grain[key].calendar_unit != unit::none; });
    for (const language::on_entity& one : from.names) {
        const id key = row(one.key, made.where);
        const id over = out.at(key).over;
        const id blank = out.add(scalar_over(function::is_blank, {key}, over));
        const bool named = std::erase_if(keys, [&](std::uint32_t grouped) {
                               return grain_[grouped].entity == one.entity;
                           }) != 0;
        made.made.where.push_back(named ? out.add(scalar_over(function::logical_not, {blank}, over))
                                        : blank);
    }
    if (!keys.empty()) {
        expression never;
        never.type = {.kind = type_kind::boolean};
        never.with = out.constant(false);
        made.made.where.push_back(out.add(std::move(never)));
    }
    normalize(made.made.where);
}

/// What was set for a team is no row of a group of its members, not even of a blank one.
void lowering::name_finest(placed_cell& made, const language::aggregate& from, id frame) {
    using language::function;
    const std::vector<std::uint32_t>& keys = out.made.frames[frame].keys;
    const auto grouped =
        std::find_if(from.names.begin(), from.names.end(), [&](const language::on_entity& one) {
            return std::any_of(keys.begin(), keys.end(), [&](std::uint32_t key) {
                return entity_behind(key, from.table) == one.entity;
            });
        });
    if (grouped == from.names.end()) return;
    std::vector<id> blank;
    id over = nothing;
    for (auto one = from.names.begin(); one <= grouped; ++one) {
        const id key = row(one->key, made.where);
        over = out.at(key).over;
        blank.push_back(out.add(scalar_over(function::is_blank, {key}, over)));
    }
    const id none = blank.size() == 1
                        ? blank.front()
                        : out.add(scalar_over(function::logical_and, std::move(blank), over));
    made.made.where.push_back(out.add(scalar_over(function::logical_not, {none}, over)));
    normalize(made.made.where);
}

/// period.start and its like for a row that is met once in each period.
id lowering::build_own_row(const language::term& term, expression made, context_id in) {
    const row_place& where = place_of(in);
    if (where.over == nothing ||
        out.made.expansions[out.made.tables[where.over].expansion].how != expansion::kind::windows)
        bug("a row that looks at the period, but is met in none");
    const std::uint32_t which = term.kind == language::op::period_start ? 4
                                : term.kind == language::op::period_end ? 5
                                                                        : 6;
    const id instant = added_column(where, which);
    if (term.type.kind != type_kind::date) return instant;
    made.op = expression_op::scalar;
    made.what = language::function::date_of;
    made.over = where.over;
    made.of = {instant};
    return out.add(std::move(made));
}

/// Whose share a row is, and how much of it counts.
id lowering::build_share(const language::term& term, expression made, context_id in) {
    const row_place& where = place_of(in);
    if (where.shared) return added_column(where, term.kind == language::op::shared_key ? 0 : 1);
    if (term.kind == language::op::shared_key) {
        const language::reference_info& of = program_.references[term.with];
        if (of.column != language::nothing) return column(term.home, of.column, where);
    }
    // A row that is not shared counts whole.
    made.op = expression_op::constant;
    made.over = nothing;
    if (term.kind == language::op::shared_key) {
        made.with = out.constant(blank_value{});
        return out.add(std::move(made));
    }
    int128 one = 1;
    for (std::uint8_t digit = 0; digit < term.type.scale; ++digit) one *= 10;
    made.with = term.type.kind == type_kind::decimal
                    ? out.constant(decimal_value{one, term.type.scale})
                : term.type.kind == type_kind::float64 ? out.constant(1.0)
                                                       : out.constant(std::int64_t{1});
    return out.add(std::move(made));
}

}  // namespace merit::plan
