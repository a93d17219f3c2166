// Versions of entities: which one a group or a nested aggregate reads, and what tells that it
// changed inside of the interval.
#include <algorithm>
#include <unordered_set>

#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::function;
using language::table_id;

/// The versions of an entity that groups: the last of what is covered; a later one that began
/// inside is told.
void lowering::look_at_version(expression& made, table_id table, context_id in) {
    if (program_.tables[table].kind != language::table_kind::versions) return;
    expression at;
    at.type = {.kind = type_kind::timestamp};
    if (out.made.frames[contexts_.at(in).frame].era != nothing && !has_interval(in)) {
        at.op = expression_op::as_of;
        made.of.push_back(out.add(std::move(at)));
        return;
    }
    at.op = expression_op::covered_end;
    at.with = map_of(in);
    expression from = at;
    from.op = expression_op::covered_start;
    // Who left has, in the pieces of a target, what it had last.
    made.what =
        facts_[contexts_.at(in).frame].uncut ? language::function::last : language::function::less;
    made.of.push_back(out.add(std::move(at)));
    made.of.push_back(out.add(std::move(from)));
}

/// Look-ups, below values of a frame, of versions that are told where they began inside of the
/// interval.
std::vector<id> lowering::versions_below(std::vector<id> values) const {
    std::vector<id> found;
    std::unordered_set<id> met;
    while (!values.empty()) {
        const id next = values.back();
        values.pop_back();
        if (next == nothing || !met.insert(next).second) continue;
        const expression& what = out.at(next);
        if (what.op == expression_op::look_up && what.of.size() == 4) found.push_back(next);
        if (what.op == expression_op::scalar)
            values.insert(values.end(), what.of.begin(), what.of.end());
    }
    return found;
}

id lowering::is_changed(id value) {
    expression why;
    why.op = expression_op::scalar;
    why.what = function::reason_of;
    why.type = {.kind = type_kind::text};
    why.of = {value};
    expression told;
    told.type = why.type;
    told.with = out.constant(std::string(to_string(reason::changed)));
    expression made;
    made.op = expression_op::scalar;
    made.what = function::equal;
    made.type = {.kind = type_kind::boolean};
    made.of = {out.add(std::move(why)), out.add(std::move(told))};
    return out.add(std::move(made));
}

/// Entities of versions that changed, inside the interval, in what groups them, keeps them or is
/// read of them: their rows, as a cell beside that of the aggregate.
id lowering::changed_rows(const language::aggregate& from, id table, const cell& own,
                          std::vector<id> read) {
    if (!from.entity_home || from.table == language::nothing ||
        program_.tables[from.table].kind != language::table_kind::versions)
        return nothing;
    const table_use& rows = out.made.tables[table];
    const std::size_t before = rows.columns.fields.size() - rows.values.size();
    for (const id key : own.keys)
        if (const std::uint32_t field = out.at(key).with; field >= before)
            read.push_back(out.made.frames[rows.frame].columns[rows.values[field - before]]);
    std::vector<id> versions = versions_below(std::move(read));
    if (versions.empty()) return nothing;
    for (id& one : versions) one = is_changed(one);
    normalize(versions);
    expression any;
    any.op = expression_op::scalar;
    any.what = function::logical_or;
    any.type = {.kind = type_kind::boolean};
    any.of = std::move(versions);
    cell made = own;
    made.state = state_kind::rows;
    made.argument = made.weight = made.order = made.tie = nothing;
    const id all = any.of.size() == 1 ? any.of.front() : out.add(std::move(any));
    made.where.push_back(field_of(table, all, "changed"));
    normalize(made.where);
    return out.add(std::move(made));
}

}  // namespace merit::plan
