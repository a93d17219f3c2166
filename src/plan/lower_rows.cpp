// Rows that look at other rows: next and previous.
#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

using language::table_id;
using language::term_id;

id lowering::build_near_row(const language::term& term, expression made, const row_place& where) {
    const language::row_look_up& from = program_.row_look_ups[term.with];
    const std::vector<id> of = std::move(made.of);
    made.of.clear();
    sequence among;
    const row_place seen = itself(where);
    among.on = source_of(from.table, seen);
    among.later = from.later;
    among.value = of[0];
    std::size_t next = 1;
    if (from.conditioned)
        for (const term_id one : conjuncts(program_, term.of[next]))
            among.where.push_back(row(one, seen));
    if (from.conditioned) ++next;
    normalize(among.where);
    among.time = role_of(from.table, &language::table_info::time);
    const table_id home = base_of(term.home);
    among.itself = home != base_of(from.table);
    made.of.push_back(role_of(term.home, &language::table_info::time));
    if (!among.itself) {
        // The two roles are of one table, or one of them says nothing.
        const id order = role_of(term.home, &language::table_info::order);
        if (order != nothing && order == role_of(from.table, &language::table_info::order)) {
            among.order = order;
            made.of.push_back(order);
        }
    }
    made.of.insert(made.of.end(), of.begin() + static_cast<std::ptrdiff_t>(next),
                   of.begin() + static_cast<std::ptrdiff_t>(next + from.keys));
    among.keys.assign(of.begin() + static_cast<std::ptrdiff_t>(next + from.keys), of.end());
    made.op = expression_op::near_row;
    made.over = table_of(term.home);
    made.with = out.add(std::move(among));
    return out.add(std::move(made));
}

/// What came of a funnel that began with the row.
id lowering::build_chain(const language::term& term, expression made, const row_place& where) {
    const language::chain_value& from = program_.chains[term.with];
    const language::funnel_info& funnel = program_.funnels[from.funnel];
    chain along;
    // Entries are a view; later steps look at every row of its table.
    const table_id rows = program_.tables[funnel.table].view_of;
    const row_place seen = itself(where);
    along.on = source_of(rows, seen);
    along.key = column(rows, program_.references[funnel.reference].column);
    along.time = role_of(rows, &language::table_info::time);
    along.order = role_of(rows, &language::table_info::order);
    for (const term_id step : funnel.steps) along.steps.push_back(row(step, seen));
    if (funnel.within) along.within = out.constant(*funnel.within);
    chain_value taken{static_cast<chain_value::kind>(from.what), out.add(std::move(along)),
                      from.step};
    made.op = expression_op::chain;
    made.over = table_of(funnel.table);
    made.with = out.add(taken);
    return out.add(std::move(made));
}

}  // namespace merit::plan
