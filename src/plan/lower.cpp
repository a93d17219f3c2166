// The walk: each (term, context) becomes one expression, once. It keeps a stack of its own, for a
// program may be deeper than a thread's stack.
#include <algorithm>

#include "plan/interval_map.hpp"
#include "plan/lowering.hpp"

namespace merit::plan {

using language::level;
using language::op;
using language::table_id;
using language::term_id;

namespace {

// Constant terms, and row terms where rows stand for themselves, mean the same under every context,
// so they share one memo key. Other places of rows are numbered apart from contexts.
constexpr context_id any_context = nothing;
constexpr context_id first_place = 0x8000'0000;

expression_op context_constant(op kind) {
    switch (kind) {
        case op::period_start:
            return expression_op::period_start;
        case op::period_end:
            return expression_op::period_end;
        default:
            return expression_op::covered_end;
    }
}

}  // namespace

lowering::lowering(const language::program& from, std::size_t most_contexts)
    : program_(from),
      contexts_(from, most_contexts),
      tables_(from.tables.size(), nothing),
      looked_up_(from.references.size(), false) {
    const language::request& asked = *from.asked;
    ranged_ = asked.range.has_value() || asked.range_from_parameter != language::nothing ||
              asked.range_to_parameter != language::nothing;
    has_period_ = ranged_;
    for (const language::dimension& one : asked.by) {
        has_period_ = has_period_ || one.calendar_unit != unit::none;
        grain_position(one);
    }
    find_traits();
}

/// Operands come before what reads them. What is read in rows of another table is read there, so
/// its traits stay behind.
void lowering::find_traits() {
    traits_.resize(program_.terms.size(), 0);
    for (term_id t = 0; t < traits_.size(); ++t) {
        const language::term& term = program_.terms[t];
        if (term.kind == op::as_of || term.what == language::function::convert)
            traits_[t] |= looks_at_instant;
        if (term.at == level::group) {
            if (reads_windows(term)) traits_[t] |= looks_at_window;
            continue;
        }
        for (std::size_t i = 0; i < term.of.size(); ++i)
            traits_[t] |= traits_[term.of[i]] & (read_elsewhere(term, i) ? looks_at_instant : 0xff);
        if (term.at != level::row) continue;
        if (term.kind == op::near_row || term.kind == op::chain) traits_[t] |= looks_at_instant;
        if (term.kind == op::period_start || term.kind == op::period_end ||
            term.kind == op::covered_end)
            traits_[t] |= looks_at_period;
        if (term.kind == op::shared_key) traits_[t] |= looks_at_share;
        if (term.kind != op::look_up) continue;
        const language::reference_info& through = program_.references[term.with];
        if (term.of.size() == 1 && through.split != language::nothing) traits_[t] |= looks_at_share;
        if (through.to != language::nothing && term.what == language::function::none &&
            program_.tables[through.to].kind == language::table_kind::versions)
            traits_[t] |= looks_at_date;
        if (through.to != language::nothing &&
            program_.tables[through.to].kind == language::table_kind::versions)
            traits_[t] |= looks_at_instant;
    }
}

id lowering::row(term_id term, const row_place& where) {
    if (program_.terms[term].at == level::group) bug("a group term in a row place");
    const id made = lower({term, row_context(term, where)});
    if (out.reads_period(made)) bug("a row term that reads the period");
    return made;
}

context_id lowering::key_context(term_id term, context_id in) {
    if (program_.terms[term].at == level::group) return in;
    if (in == any_context || in >= first_place) return row_context(term, place_of(in));
    row_place where;
    where.as_of = instant_of(in);
    return row_context(term, where);
}

context_id lowering::row_context(term_id term, const row_place& where) {
    row_place kept = program_.terms[term].at == level::constant ? itself(where) : where;
    if ((traits_[term] & looks_at_date) == 0) {
        kept.date = nothing;
        kept.nearest = false;
    }
    if ((traits_[term] & looks_at_instant) == 0) kept.as_of = nothing;
    if (kept == row_place{}) return any_context;
    const auto [place, fresh] =
        known_places_.try_emplace(kept, first_place + static_cast<context_id>(places_.size()));
    if (fresh) places_.push_back(kept);
    return place->second;
}

const row_place& lowering::place_of(context_id in) const {
    static const row_place itself;
    return in == any_context || in < first_place ? itself : places_[in - first_place];
}

/// The rows of the table itself, seen up to the same instant.
row_place lowering::itself(const row_place& where) {
    row_place own;
    own.as_of = where.as_of;
    return own;
}

/// The instant up to which the clauses of a context let rows be seen; that of the run comes on top.
id lowering::instant_of(context_id in) {
    std::optional<std::int64_t> first;
    for (const std::uint32_t step : contexts_.at(in).times) {
        const language::time_step& one = program_.changes[step].time;
        if (one.what == language::time_step::kind::as_of)
            first = std::min(first.value_or(one.fixed.from), one.fixed.from);
    }
    return first ? out.constant(timestamp_value{*first}) : nothing;
}

/// What a row term reads in rows of another table.
bool lowering::read_elsewhere(const language::term& term, std::size_t operand) const {
    if (term.kind == op::look_up) return operand == 0;
    if (term.kind != op::near_row) return false;
    const language::row_look_up& from = program_.row_look_ups[term.with];
    const std::size_t first = from.conditioned ? 2 : 1;
    return operand < first || operand >= first + from.keys;
}

/// The context of an operand.
context_id lowering::operand_context(const language::term& term, std::size_t operand,
                                     context_id in) {
    const term_id of = term.of[operand];
    if (!read_elsewhere(term, operand)) return key_context(of, in);
    return row_context(of, itself(place_of(in)));
}

id lowering::lower(task what) {
    std::vector<task> open{what};
    while (!open.empty()) {
        const task next = open.back();
        if (memo_.contains(next)) {
            open.pop_back();
            continue;
        }
        const std::size_t before = open.size();
        for (const task& operand : operands(next))
            if (!memo_.contains(operand)) open.push_back(operand);
        if (open.size() > before) {
            std::reverse(open.begin() + static_cast<std::ptrdiff_t>(before), open.end());
            continue;
        }
        const id made = build(next);
        memo_.emplace(next, made);
        open.pop_back();
    }
    return memo_.at(what);
}

std::vector<lowering::task> lowering::operands(const task& what) {
    const language::term& term = program_.terms[what.term];
    std::vector<task> found;
    context_id in = what.in;
    switch (term.kind) {
        case op::constant:
        case op::parameter:
        case op::column:
        case op::shared_key:
        case op::share_of:
        case op::as_of:
        case op::period_start:
        case op::period_end:
        case op::covered_end:
        case op::aggregate:
        case op::group_key:
        case op::of_group:
        case op::entity_key:
            return found;
        case op::in_context:
            in = contexts_.changed(what.in, term.with);
            if (program_.changes[term.with].kind == language::change_kind::regroup)
                in = regrouped_context(in, term.with);
            break;
        case op::peer:
            in = contexts_.over(what.in, peer_frame(what));
            break;
        case op::near_row:
        case op::chain:
            // They are made of a table's own rows, once, and carried to what stands for these.
            if (place_of(what.in).over != nothing)
                return {{what.term, row_context(what.term, itself(place_of(what.in)))}};
            break;
        case op::look_up:
        case op::attribute:
        case op::scalar:
        case op::tier:
            break;
    }
    for (std::size_t i = 0; i < term.of.size(); ++i)
        found.push_back({term.of[i], operand_context(term, i, in)});
    return found;
}

id lowering::build(const task& what) {
    const language::term& term = program_.terms[what.term];
    expression made;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    for (const task& operand : operands(what)) made.of.push_back(memo_.at(operand));
    switch (term.kind) {
        case op::constant:
            made.op = expression_op::constant;
            made.with = out.constant(program_.constants[term.with]);
            return out.add(std::move(made));
        case op::parameter:
            made.op = expression_op::parameter;
            made.with = term.with;
            return out.add(std::move(made));
        case op::as_of:
            made.op = expression_op::as_of;
            made.with = term.with;
            made.of = instant_operand(place_of(what.in).as_of);
            return out.add(std::move(made));
        case op::period_start:
        case op::period_end:
        case op::covered_end:
            if (term.at == level::row) return build_own_row(term, std::move(made), what.in);
            made.op = context_constant(term.kind);
            made.with = out.add(without_windows(out.made.maps[map_of(what.in)]));
            return out.add(std::move(made));
        case op::scalar:
        case op::tier:
            made.op = term.kind == op::tier ? expression_op::tier : expression_op::scalar;
            made.what = term.what;
            made.with = term.with;
            if (term.what == language::function::convert)
                made.with = rates_of(term.with, term.at == level::group ? instant_of(what.in)
                                                                        : place_of(what.in).as_of);
            if (term.at == level::row) made.over = over(term.home, place_of(what.in));
            return out.add(std::move(made));
        case op::group_key:
            return key_in(contexts_.at(what.in).frame, term.with, nullptr)
                .value_or(not_meaningful(term));
        case op::column:
            return column(term.home, term.with, place_of(what.in));
        case op::look_up:
            return build_look_up(term, what.in);
        case op::near_row:
        case op::chain:
            return build_along(what, std::move(made));
        case op::shared_key:
        case op::share_of:
            return build_share(term, std::move(made), what.in);
        case op::aggregate:
            if (!program_.aggregates[term.with].per.empty()) return build_nested(what);
            return build_aggregate(term, what.in);
        case op::entity_key:
            return entity_key_in(contexts_.at(what.in).frame, term.with)
                .value_or(not_meaningful(term));
        case op::attribute:
            return build_attribute(term, what.in);
        case op::of_group:
            return build_of_group(term, what.in);
        case op::in_context:
            if (program_.changes[term.with].kind == language::change_kind::regroup)
                return build_regrouped(term, made.of.front(), what.in);
            return made.of.front();
        case op::peer:
            return build_peer(what, term, std::move(made.of));
    }
    bug("a term that lowering does not know");
}

/// What looks at other rows, made of the table's own and carried to those that stand for them.
id lowering::build_along(const task& what, expression made) {
    const language::term& term = program_.terms[what.term];
    if (place_of(what.in).over != nothing)
        return carried(place_of(what.in), memo_.at(operands(what).front()));
    return term.kind == op::chain ? build_chain(term, std::move(made), place_of(what.in))
                                  : build_near_row(term, std::move(made), place_of(what.in));
}

id lowering::build_look_up(const language::term& term, context_id in) {
    const row_place& where = place_of(in);
    const language::reference_info& through = program_.references[term.with];
    if (through.to == language::nothing) bug("a look-up into an entity without a table");
    looked_up_[term.with] = true;
    expression made;
    made.op = expression_op::look_up;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    made.over = over(term.home, where);
    made.with = keyed_table(through.to);
    made.of = {memo_.at({term.of.front(), operand_context(term, 0, in)})};
    if (term.of.size() > 1)
        made.of.push_back(memo_.at({term.of[1], key_context(term.of[1], in)}));
    else if (through.split != language::nothing && where.shared)
        made.of.push_back(added_column(where, 0));
    else if (through.column != language::nothing)
        made.of.push_back(column(term.home, through.column, where));
    else
        bug("a share of a row that is not shared");
    if (program_.tables[through.to].kind == language::table_kind::versions) {
        made.of.push_back(version_date(term, where));
        if (where.nearest) made.what = language::function::if_blank;
    }
    return out.add(std::move(made));
}

/// The instant of the version that a row sees: of its date, or with `now` the run's.
id lowering::version_date(const language::term& term, const row_place& where) {
    if (term.what == language::function::none) {
        if (where.date != nothing) return where.date;
        const id time = role_of(term.home, &language::table_info::time, where);
        if (time != nothing) return time;
    }
    return now({.kind = type_kind::timestamp}, where.as_of);
}

/// The run's instant, or that of a clause.
id lowering::now(const merit::type& is, id instant) {
    expression made;
    made.op = expression_op::as_of;
    made.type = is;
    made.of = instant_operand(instant);
    return out.add(std::move(made));
}

std::vector<id> lowering::instant_operand(id instant) {
    if (instant == nothing) return {};
    expression made;
    made.type = {.kind = type_kind::timestamp};
    made.with = instant;
    return {out.add(std::move(made))};
}

/// The key of an entity that groups a frame; nothing where it does not.
std::optional<id> lowering::entity_key_in(id frame, std::uint32_t entity) {
    for (const std::uint32_t position : out.made.frames[frame].keys)
        if (grain_[position].entity == entity) return key_in(frame, position, nullptr);
    return std::nullopt;
}

/// An attribute of an entity that groups: looked up by the key of the row's group.
id lowering::build_of_group(const language::term& term, context_id in) {
    const std::optional<id> key = entity_key_in(contexts_.at(in).frame, term.with);
    if (!key) return not_meaningful(term);
    expression made;
    made.op = expression_op::look_up;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    made.with = keyed_table(program_.entities[term.with].table);
    row_place seen;
    seen.as_of = instant_of(in);
    made.of = {row(term.of.front(), seen), *key};
    if (term.what != language::function::none)
        made.of.push_back(now({.kind = type_kind::timestamp}, seen.as_of));
    else
        look_at_version(made, program_.entities[term.with].table, in);
    return out.add(std::move(made));
}

/// Number of rates in the plan; their table is read like any other.
std::uint32_t lowering::rates_of(std::uint32_t rates, id as_of) {
    const auto [place, fresh] = rates_.try_emplace({rates, as_of}, nothing);
    if (!fresh) return place->second;
    const language::rates_info& from = program_.rates[rates];
    rates_use made{from.name, table_of(from.table), from.time, from.of, from.to, from.value};
    made.recorded = program_.tables[from.table].recorded;
    made.as_of = as_of;
    place->second = static_cast<id>(out.made.rates.size());
    out.made.rates.push_back(std::move(made));
    return place->second;
}

table_id lowering::base_of(table_id table) const {
    while (program_.tables[table].view_of != language::nothing)
        table = program_.tables[table].view_of;
    return table;
}

id lowering::table_of(table_id table) {
    const table_id base = base_of(table);
    id& known = tables_[base];
    if (known != nothing) return known;
    const language::table_info& from = program_.tables[base];
    table_use made;
    made.name = from.name;
    made.columns = from.columns;
    if (from.entity != language::nothing) {
        made.key = from.key;
        made.entity = program_.entities[from.entity].name;
        made.recorded = from.recorded;
        if (from.kind == language::table_kind::versions) {
            made.from = from.from;
            made.to = from.to;
        }
    }
    known = static_cast<id>(out.made.tables.size());
    out.made.tables.push_back(std::move(made));
    return known;
}

id lowering::keyed_table(table_id table) {
    const language::table_info& from = program_.tables[table];
    if (from.view_of == language::nothing) return table_of(table);
    if (tables_[table] != nothing) return tables_[table];
    table_use made;
    made.name = from.name;
    made.columns = from.columns;
    made.key = from.key;
    made.entity = program_.entities[from.entity].name;
    made.view_of = table_of(table);
    made.recorded = from.recorded;
    if (from.kind == language::table_kind::versions) {
        made.from = from.from;
        made.to = from.to;
    }
    std::vector<id> conditions;
    for (table_id one = table; one != language::nothing; one = program_.tables[one].view_of)
        if (program_.tables[one].kept != language::nothing)
            conditions.push_back(row(program_.tables[one].kept));
    made.kept = joined(std::move(conditions));
    tables_[table] = static_cast<id>(out.made.tables.size());
    out.made.tables.push_back(std::move(made));
    return tables_[table];
}

/// The table whose rows stand for those of a table or view.
id lowering::over(table_id table, const row_place& where) {
    return where.over != nothing && base_of(table) == where.of ? where.over : table_of(table);
}

id lowering::column(table_id table, std::uint32_t which, const row_place& where) {
    expression made;
    made.op = expression_op::column;
    made.over = over(table, where);
    made.type = program_.tables[base_of(table)].columns.fields[which].type;
    made.with = which;
    return out.add(std::move(made));
}

id lowering::role_of(table_id table, std::uint32_t language::table_info::*role,
                     const row_place& where) {
    while (program_.tables[table].*role == language::nothing) {
        table = program_.tables[table].view_of;
        if (table == language::nothing) return nothing;
    }
    return column(table, program_.tables[table].*role, where);
}

}  // namespace merit::plan
