// Rows beside a row: next and previous.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"

namespace merit::language {

/// `per k and k2`: what the row that looks and the row looked at have in common.
bool checker::near_row_keys(const scope& at, node_id clause, const std::set<table_id>& homes,
                            std::vector<dimension>& into) {
    const tree& a = ast(at.document);
    for (const node_id one : a.children_of(a.at(clause))) {
        if (a.at(one).kind == node_kind::unit_name || a.at(clause).op == 1) {
            report(at, one, "E211", "rows have entities or columns in common, not this",
                   "next(x per customer)");
            return false;
        }
        into.push_back(resolve_dimension(at, one, homes));
        if (into.back().on.size() != homes.size()) return false;
    }
    return true;
}

/// next(x where c per k), previous(…): x of the nearest later or earlier row that c keeps.
term_id checker::near_row_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (at.table == nothing) {
        report(at, id, "E201", fmt::format("`{}` looks from one row to another", entry.name),
               fmt::format("write it in a column: column orders.before = {}(paid_at per customer)",
                           entry.name));
        return nothing;
    }
    if (arguments.size() != 1 || a.at(arguments[0]).kind == node_kind::argument_clauses ||
        a.at(arguments[0]).kind == node_kind::argument_named) {
        report(at, id, "E303", fmt::format("`{}` takes one value and its clauses", entry.name),
               std::string(entry.signature));
        return nothing;
    }
    const bool chained = a.at(arguments[0]).kind == node_kind::clause_chain;
    const node_id inner = chained ? a.children_of(a.at(arguments[0]))[0] : arguments[0];
    std::set<table_id> named;
    tables_in(at, inner, named);
    row_look_up made{.later = entry.what == function::next, .table = at.table};
    if (!named.empty()) made.table = *named.begin();
    scope there = at;
    there.table = made.table;
    there.names = naming::columns;
    std::vector<term_id> of{expression(there, inner)};
    if (of[0] == nothing) return nothing;
    std::vector<dimension> keys;
    const std::set<table_id> homes{at.table, made.table};
    for (const node_id clause :
         chained ? a.children_of(a.at(arguments[0])).subspan(1) : std::span<const node_id>()) {
        const node_kind kind = a.at(clause).kind;
        if (kind == node_kind::per_clause) {
            if (!near_row_keys(at, clause, homes, keys)) return nothing;
        } else if (kind == node_kind::where_clause && !made.conditioned) {
            of.push_back(condition(there, a.children_of(a.at(clause))[0]));
            if (of.back() == nothing) return nothing;
            made.conditioned = true;
        } else {
            report(at, clause, "E211", fmt::format("this clause has no place in `{}`", entry.name),
                   std::string(entry.signature));
            return nothing;
        }
    }
    for (const table_id one : homes) {
        if (out_.tables[one].time != nothing) continue;
        report(at, id, "E412",
               fmt::format("`{}` goes by time, and table {} has none", entry.name,
                           out_.tables[one].name),
               fmt::format("add `time: <column>` to table {}", out_.tables[one].name));
        return nothing;
    }
    made.keys = static_cast<std::uint32_t>(keys.size());
    for (const table_id side : {at.table, made.table})
        for (const dimension& key : keys)
            for (const on_table& one : key.on)
                if (one.table == side) of.push_back(one.term);
    auto known = std::find(out_.row_look_ups.begin(), out_.row_look_ups.end(), made);
    if (known == out_.row_look_ups.end()) known = out_.row_look_ups.insert(known, made);
    term t;
    t.kind = op::near_row;
    t.at = level::row;
    t.home = at.table;
    t.type = get(of[0]).type;
    t.with = static_cast<std::uint32_t>(known - out_.row_look_ups.begin());
    t.of = std::move(of);
    t.text = a.at(id).where;
    t.source = at.document;
    return over_money(std::move(t));
}

}  // namespace merit::language
