// Values of other groups: clauses, attributes, what is known of an entity that groups.
#include <algorithm>

#include "explain/telling.hpp"

namespace merit::explain {

using engine::no_row;
using plan::expression_op;
using plan::nothing;

/// An operand in the row of its own frame that belongs to this row.
std::optional<telling::place> telling::there(place at, std::size_t which) const {
    const plan::traced& here = traced(at);
    const plan::traced& below = of_.trace.terms[here.of[which]];
    if (below.frame == here.frame) return operand(at, which);
    const plan::expression& how = of_.run.what().expressions[here.expression];
    if (how.op != expression_op::value_of) return std::nullopt;
    const std::uint32_t row = of_.run.row_through(how.with, here.frame, here.early, at.row);
    if (row == no_row) return std::nullopt;
    return place{here.of[which], row};
}

void telling::tell_clause(place at, into made) {
    const language::change& change = of_.program.changes[term(at).with];
    using kind = language::change_kind;
    if (change.kind == kind::where && !change.where.empty()) {
        static constexpr phrase only{"only where {0}", "仅限 {0}"};
        add_rule(made, "where", only.in(how_.wording, words_.words(change.where.front().term)));
    }
    if (change.kind == kind::unfiltered) {
        static constexpr phrase all{"without the filters of the request and of the terms around it",
                                    "不受请求及外层条件的限制"};
        add_rule(made, "unfiltered", std::string(all.in(how_.wording)));
    }
    const auto inside = there(at, 0);
    if (inside) return add(made, *inside, {});
    if (change.kind != kind::regroup) return add(made, operand(at, 0), {});
    static constexpr phrase none{"no group here answers to it", "此处没有对应的组"};
    add_rule(made, "no_group", std::string(none.in(how_.wording)));
}

std::string telling::keys_of(plan::id frame, bool early, std::uint32_t row,
                             std::span<const std::uint32_t> positions) const {
    std::string out;
    for (const std::uint32_t position : positions) {
        const value key = of_.run.key_at(frame, early, row, position);
        if (!out.empty()) out += " · ";
        const bool blank = std::holds_alternative<blank_value>(key);
        out += blank ? words_.value_text(key) : to_string(key);
    }
    return out;
}

/// A frozen value of the entity that the key names.
void telling::tell_attribute(place at, into made) {
    const language::attribute_info& of = of_.program.attributes[term(at).with];
    made.name = of_.program.entities[of.entity].name + "." + of.name;
    if (!traced(at).of.empty()) add(made, operand(at, 0), "key");
    const value key =
        traced(at).of.empty() ? value(blank_value{}) : value_of(through(operand(at, 0))).value;
    static constexpr phrase frozen{
        "an attribute: over all rows up to `as of`, whatever the period, groups and filters",
        "属性：取截至统计时点的全部行，不受期间、分组和条件影响"};
    add_rule(made, "attribute", std::string(frozen.in(how_.wording)));
    if (std::holds_alternative<blank_value>(key)) return;
    const std::uint32_t row = of_.run.row_of_key(traced(at).inner, true, key);
    if (row != no_row) add(made, {traced(at).argument, row}, "definition");
}

/// What the entity's own row says of it.
void telling::tell_entity(place at, into made) {
    const std::uint32_t entity = term(at).with;
    const language::table_id which = of_.program.entities[entity].table;
    const language::table_info& table = of_.program.tables[which];
    static constexpr phrase said{"{0} of {1}, by the row of its {2}",
                                 "{1} 的 {0}，取自其 {2} 对应的行"};
    const std::string& name = of_.program.entities[entity].name;
    add_rule(made, "column",
             said.in(how_.wording, words_.words(term(at).of.front()), table.name, name));
    if (table.kind == language::table_kind::versions) {
        static constexpr phrase held{"as it was at the last instant that is covered",
                                     "取所涉期间最后时刻的版本"};
        return add_rule(made, "version", std::string(held.in(how_.wording)));
    }
    const plan::expression& how = of_.run.what().expressions[traced(at).expression];
    if (how.op != expression_op::look_up || table.key == language::nothing) return;
    const plan::expression& key = of_.run.what().expressions[how.of[1]];
    if (key.op != expression_op::group_key) return;
    const value wanted = of_.run.key_at(traced(at).frame, traced(at).early, at.row, key.with);
    static constexpr phrase is{"{0} is {1}", "{0} 为 {1}"};
    explained_rows rows;
    rows.table = table.name;
    rows.key_column = table.columns.fields[table.key].name;
    rows.group = is.in(how_.wording, with_column(name, rows.key_column), words_.value_text(wanted));
    rows.all = of_.run.in().tables[how.with].rows();
    const std::uint32_t row = of_.run.row_with_key(how.with, wanted);
    static constexpr phrase none{"no row of {0} has this key, so what it says is blank",
                                 "{0} 中没有此键的行，故为空"};
    if (row == no_row && !std::holds_alternative<blank_value>(wanted))
        add_rule(made, "no_row", none.in(how_.wording, table.name));
    if (row != no_row) {
        explained_row found;
        found.number = of_.run.in().given_row(how.with, row) + 1;
        found.key = to_string(wanted);
        found.taken = made.value;
        rows.first.push_back(std::move(found));
    }
    rows.in_scope = rows.kept = rows.first.size();
    rows.of_other_groups = rows.all - rows.kept;
    made.rows = std::move(rows);
}

}  // namespace merit::explain
