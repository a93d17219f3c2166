// Values of other groups: clauses, peers, attributes, what is known of an entity that groups.
#include <algorithm>

#include "core/decimal.hpp"
#include "explain/apportion.hpp"
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

/// The groups compared, the best first, and where this one stands among them.
void telling::tell_peers(place at, into made) {
    const plan::plan& plan = of_.run.what();
    for (std::size_t i = 0; i < traced(at).of.size(); ++i) {
        const auto inside = there(at, i);
        if (inside) add(made, *inside, i == 0 ? "compared" : "pool");
    }
    const auto compared = there(at, 0);
    if (!compared) return;
    const plan::traced& here = traced(at);
    // The function itself is a column of the frame of its peers, or read from there.
    plan::id window = here.expression;
    std::uint32_t column = here.column;
    if (plan.expressions[window].op == expression_op::value_of) {
        const plan::broadcast& from = plan.broadcasts[plan.expressions[window].with];
        column = from.column;
        window = plan.frames[from.frame].columns[from.column];
    }
    if (plan.expressions[window].op != expression_op::over_peers) return;
    const plan::traced& below = traced(*compared);
    const plan::frame& frame = plan.frames[below.frame];
    const plan::peer_window& parts = plan.peer_windows[plan.expressions[window].with];
    const auto& partition = parts.partition;
    std::vector<std::uint32_t> names;
    for (const std::uint32_t key : frame.keys)
        if (std::find(partition.begin(), partition.end(), key) == partition.end())
            names.push_back(key);
    std::vector<explained_peer> all;
    for (const std::uint32_t row : of_.run.beside(below.frame, below.early, compared->row, parts)) {
        explained_peer peer;
        peer.key = keys_of(below.frame, below.early, row, names);
        peer.compared = value_of({compared->traced, row}).value;
        peer.place = of_.run.value_at(below.frame, below.early, row, column).is;
        peer.self = row == compared->row;
        all.push_back(std::move(peer));
    }
    tell_allotted(at, all, made);
    keep_peers(std::move(all), of_.program.peers[term(at).with].lowest_first, made);
}

/// allot: the pool in the proportion of what is compared.
void telling::tell_allotted(place at, const std::vector<explained_peer>& all, into made) const {
    if (of_.program.peers[term(at).with].what != language::function::allot) return;
    static constexpr phrase share{
        "{0} × {1} / {2}, the sum of all; rounded down to {3}, and what is left goes to those who "
        "lost most by it",
        "{0} × {1} ÷ {2}（全部之和）；向下取整到{3}，余数分给舍去最多者"};
    static constexpr phrase digits[] = {{"whole numbers", "整数"},
                                        {"tenths", "十分位"},
                                        {"hundredths", "百分位"},
                                        {"thousandths", "千分位"}};
    static constexpr phrase last{"{0} digits behind the point", "小数点后 {0} 位"};
    const auto pool = there(at, 1);
    if (!pool) return;
    const value size = value_of(*pool).value;
    const auto* const money = std::get_if<money_value>(&size);
    const auto* const number = std::get_if<decimal_value>(&size);
    const decimal_value exact = money != nullptr    ? money->amount
                                : number != nullptr ? *number
                                                    : decimal_value{};
    engine::quad sum = 0;
    value own;
    for (const explained_peer& one : all) {
        sum += explain::number_of(one.compared).value_or(0);
        if (one.self) own = one.compared;
    }
    if (sum == 0 || std::holds_alternative<blank_value>(own)) return;
    // The minor unit, or hundredths, where the pool is whole in it.
    const merit::type& is = term(at).type;
    const bool known = money != nullptr && money->currency[0] != 0;
    const unsigned minor = known ? minor_unit(money->currency) : 2U;
    const bool coins = is.scale > minor && without_idle_zeros(exact).scale <= minor;
    const unsigned places = coins ? minor : is.scale;
    const std::string to = places < std::size(digits) ? std::string(digits[places].in(how_.wording))
                                                      : last.in(how_.wording, places);
    add_rule(
        made, "allot",
        share.in(how_.wording, words_.number(size), words_.number(own), words_.number(sum), to));
}

/// The first ones and the group itself; those without a value come last.
void telling::keep_peers(std::vector<explained_peer> all, bool lowest_first, into made) const {
    const auto size = [](const explained_peer& one) { return explain::number_of(one.compared); };
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        const auto x = size(a);
        const auto y = size(b);
        if (!x || !y) return x.has_value() && !y.has_value();
        return lowest_first ? *x < *y : *x > *y;
    });
    made.peer_count = static_cast<std::uint64_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& one) { return size(one); }));
    static constexpr phrase among{"{0} groups with a value are compared", "共比较 {0} 个有值的组"};
    static constexpr phrase lowest{"; the lowest comes first", "；最低者排前"};
    add_rule(made, "peers",
             among.in(how_.wording, made.peer_count) +
                 std::string(lowest_first ? lowest.in(how_.wording) : std::string_view()));
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i < how_.rows || all[i].self) made.peers.push_back(std::move(all[i]));
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
    rows.group = is.in(how_.wording, name, words_.value_text(wanted));
    rows.key_column = table.columns.fields[table.key].name;
    rows.all = of_.run.in().tables[how.with].rows();
    const std::uint32_t row = of_.run.row_with_key(how.with, wanted);
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
