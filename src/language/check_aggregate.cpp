// Aggregates over the rows of one table.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

bool is_ordered_pick(function what) {
    return what == function::first || what == function::last || what == function::text_list;
}

}  // namespace

/// Tables that the paths below a node name.
void checker::tables_in(const scope& at, node_id id, std::set<table_id>& found) const {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    if (n.kind == node_kind::path) {
        if (at.locals != nullptr && n.count == 0) {
            const auto local = at.locals->find(a.text(n));
            if (local != at.locals->end())
                return tables_in(*local->second.in, local->second.node, found);
        }
        if (const auto table = table_named(a.text(n))) found.insert(*table);
        return;
    }
    for (const node_id child : a.children_of(n)) tables_in(at, child, found);
}

/// The table is the one named in the argument, else in the clauses, else the model's only table.
std::optional<table_id> checker::aggregate_table(const scope& at, node_id id,
                                                 std::span<const node_id> arguments) {
    const tree& a = ast(at.document);
    for (const node_id argument : arguments) {
        node_id first = argument;
        if (a.at(first).kind == node_kind::clause_chain) first = a.children_of(a.at(first))[0];
        std::set<table_id> found;
        tables_in(at, first, found);
        if (found.size() > 1) {
            report(at, id, "E204", "an aggregate reads the rows of one table; this one names two",
                   "aggregate each table by itself, and combine the results");
            return std::nullopt;
        }
        if (!found.empty()) return *found.begin();
        if (a.at(first).kind != node_kind::path || a.at(first).count != 0) continue;
        for (const entity_info& entity : out_.entities) {  // count(rep): entities
            if (entity.name == a.text(a.at(first)) && entity.table != nothing) return entity.table;
        }
    }
    std::set<table_id> named;
    for (const node_id argument : arguments) tables_in(at, argument, named);
    if (named.size() == 1) return *named.begin();
    std::vector<table_id> stored;
    for (table_id t = 0; t < out_.tables.size(); ++t) {
        if (out_.tables[t].view_of == nothing) stored.push_back(t);
    }
    const node_id first = arguments.empty() ? id : arguments[0];
    const node_id inner =
        a.at(first).kind == node_kind::clause_chain ? a.children_of(a.at(first))[0] : first;
    // That the table has no data is told where it is declared.
    if (a.at(inner).kind == node_kind::path && is_declared(a.text(a.at(inner)))) {
        ++told_elsewhere_;
        return std::nullopt;
    }
    if (stored.size() == 1) return stored[0];
    if (!stored.empty() && !arguments.empty() && told_as_group(at, id, first, inner))
        return std::nullopt;
    std::string help = stored.empty() ? "give its file with --data, or add it to the model"
                                      : fmt::format("name a table: count({} where …)",
                                                    out_.tables[stored[0]].name);
    if (a.at(inner).kind == node_kind::path) {
        for (const table_info& t : out_.tables) {
            if (t.columns.find(a.text(a.at(inner))))
                help = fmt::format("write {}.{}", t.name, a.text(a.at(inner)));
        }
    }
    report(at, first, stored.empty() ? "E104" : "E101",
           stored.empty() ? "no table is known yet" : "it is not said which table this reads",
           help);
    return std::nullopt;
}

term_id checker::aggregate_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (is_nested(at, arguments)) return nested_call(at, id, entry);
    if (at.table != nothing) {
        report(at, id, "E202",
               fmt::format("`{}` aggregates rows, but stands where each row has its own value",
                           entry.name),
               fmt::format("say for whom it is computed (… per {}), or take it out of the brackets",
                           example_entity(nothing)));
        return nothing;
    }
    const auto table = aggregate_table(at, id, arguments);
    if (!table) return nothing;
    scope row = at;
    row.table = *table;
    row.names = naming::columns;
    row.results = false;
    row.per = nullptr;
    aggregate made;
    made.what = entry.what;
    made.table = *table;
    if (out_.tables[*table].time != nothing) {
        made.placed_on = own_member(
            at, id, *table, out_.tables[*table].columns.fields[out_.tables[*table].time].name);
    }
    const term_id placed = made.placed_on;
    std::size_t positional = 0;
    for (const node_id argument : arguments) {
        const node_kind kind = a.at(argument).kind;
        if (kind == node_kind::argument_clauses) {
            if (!aggregate_clauses(row, argument, made)) return nothing;
            continue;
        }
        if (kind == node_kind::argument_named) {
            if (!aggregate_option(at, row, argument, entry, made)) return nothing;
            continue;
        }
        if (positional == 1 &&
            (entry.what == function::percentile || entry.what == function::percentile_disc)) {
            made.amount = expression(at, argument);
            if (made.amount == nothing) return nothing;
        } else if (positional >= entry.most || !aggregate_argument(row, argument, entry, made)) {
            if (positional >= entry.most)
                report(at, argument, "E303", fmt::format("`{}` takes fewer arguments", entry.name),
                       std::string(entry.signature));
            return nothing;
        }
        ++positional;
    }
    if (positional < entry.least) {
        report(at, id, "E303", fmt::format("`{}` needs an argument", entry.name),
               std::string(entry.signature));
        return nothing;
    }
    if (!credit_call(row, id, made)) return nothing;
    const term_id out = one_currency(at, id, made, aggregate_term(at, id, made));
    if (out == nothing) return nothing;
    if (!arguments.empty()) hint_mean_of_quotients(at, id, made, arguments[0]);
    if (made.placed_on == placed) hint_default_time(at, id, made);
    return out;
}

/// An argument with a name: weighted_avg(x, by: w), top_share(x, top: 20%).
bool checker::aggregate_option(const scope& at, const scope& row, node_id argument,
                               const function_entry& entry, aggregate& into) {
    const tree& a = ast(at.document);
    const std::string_view word = a.text(a.at(argument));
    const node_id inside = a.children_of(a.at(argument))[0];
    if (word == "by" && entry.what == function::weighted_avg && into.second == nothing) {
        into.second = expression(row, inside);
        return into.second != nothing;
    }
    if (word == "top" && entry.what == function::top_share && into.amount == nothing) {
        into.amount = expression(at, inside);
        return into.amount != nothing;
    }
    const bool again =
        (word == "by" && into.second != nothing) || (word == "top" && into.amount != nothing);
    report(at, argument, "E303",
           again ? fmt::format("`{}` has its `{}:` already", entry.name, word)
                 : fmt::format("`{}` has no argument `{}:`", entry.name, word),
           std::string(entry.signature));
    return false;
}

term_id checker::aggregate_term(const scope& at, node_id id, const aggregate& made) {
    const auto is = aggregate_type(at, id, made);
    if (!is) return nothing;
    const std::uint32_t index = intern(made);
    term t;
    t.kind = op::aggregate;
    t.at = level::group;
    t.type = *is;
    t.with = index;
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    return intern(std::move(t));
}

bool checker::aggregate_argument(const scope& row, node_id argument, const function_entry& entry,
                                 aggregate& into) {
    const tree& a = ast(row.document);
    node_id inner = argument;
    if (a.at(argument).kind == node_kind::clause_chain) {
        if (!aggregate_clauses(row, argument, into)) return false;
        inner = a.children_of(a.at(argument))[0];
    }
    if (entry.what == function::count && a.at(inner).kind == node_kind::path &&
        a.at(inner).count == 0) {
        const std::string_view name = a.text(a.at(inner));
        if (name == out_.tables[row.table].name) return true;  // count(table)
        const bool column = out_.tables[row.table].columns.find(name).has_value();
        for (const entity_info& entity : out_.entities) {
            if (entity.name != name || column) continue;
            if (entity.table == row.table) {
                into.population = true;
                if (out_.tables[row.table].kind == table_kind::versions) {
                    // One entity has several rows.
                    into.what = function::count_distinct;
                    into.argument = member(row, inner, row.table, std::array{entity.name}, true);
                }
                return true;
            }
            if (entity.table != nothing) continue;
            report(row, inner, "E101",
                   fmt::format("entity `{}` has no table, so it cannot be counted", name),
                   fmt::format("count_distinct({}.{}{})", out_.tables[row.table].name, name,
                               written(row, argument).substr(written(row, inner).size())));
            return false;
        }
    }
    into.argument = takes_condition(entry.what) ? condition(row, inner) : expression(row, inner);
    if (into.argument == nothing) return false;
    if (entry.what == function::count && get(into.argument).type.kind == type_kind::boolean &&
        get(into.argument).kind != op::column) {
        report(row, inner, "E301", "count() of a condition would count rows on which it is known",
               fmt::format("count_if({})", written(row, inner)));
        return false;
    }
    return true;
}

bool checker::aggregate_clauses(const scope& row, node_id chain, aggregate& into) {
    const tree& a = ast(row.document);
    const bool bare = a.at(chain).kind == node_kind::argument_clauses;
    bool good = true;
    for (const node_id clause : a.children_of(a.at(chain)).subspan(bare ? 0 : 1))
        good = aggregate_clause(row, clause, into) && good;
    return good;
}

bool checker::aggregate_clause(const scope& row, node_id clause, aggregate& into) {
    const tree& a = ast(row.document);
    const auto of = a.children_of(a.at(clause));
    switch (a.at(clause).kind) {
        case node_kind::where_clause: {
            const term_id one = condition(row, of[0]);
            if (one == nothing) return false;
            into.where = into.where == nothing ? one
                                               : scalar(row, clause, function::logical_and,
                                                        boolean_type, {into.where, one});
            return true;
        }
        case node_kind::on_clause: {
            const term_id placed = expression(row, of[0]);
            if (placed == nothing) return false;
            if (!is_time(get(placed).type)) {
                report(row, clause, "E301",
                       fmt::format("`on` needs a date or timestamp, not {}",
                                   get(placed).type.to_string()),
                       "name a date column");
                return false;
            }
            into.placed_on = placed;
            return true;
        }
        case node_kind::by_clause:
            if (!is_ordered_pick(into.what)) break;
            into.second = expression(row, of[0]);
            return into.second != nothing;
        case node_kind::at_clause:
            return at_clause(row, clause, into);
        default:
            break;
    }
    report(row, clause, "E211", "this clause does not belong inside an aggregate's brackets",
           "write it behind the closing bracket");
    return false;
}

/// A known p lies between 0 and 1; a known top is a share or a whole number of values.
bool checker::amount_fits(const scope& at, node_id id, const aggregate& what) {
    const value* const known = constant_of(what.amount);
    if (known == nullptr) return true;
    const auto* const whole = std::get_if<std::int64_t>(known);
    const auto* const number = std::get_if<decimal_value>(known);
    if (whole == nullptr && number == nullptr) return true;
    const decimal_value amount = whole != nullptr ? decimal_value{*whole, 0} : *number;
    const bool share = compare(amount, {0, 0}) >= 0 && compare(amount, {1, 0}) <= 0;
    if (what.what != function::top_share) {
        if (share) return true;
        report(at, id, "E301", "the p of a percentile lies between 0 and 1",
               fmt::format("for the ninetieth write {}(x, 90%)", name_of(what.what)));
        return false;
    }
    if (share || (amount.units > 0 && at_scale(amount, 0))) return true;
    report(at, id, "E301", "the top is a share up to 100%, or a whole number of values",
           "top_share(x, top: 20%)   or   top_share(x, top: 5)");
    return false;
}

/// What an aggregate needs besides its argument.
bool checker::aggregate_complete(const scope& at, node_id id, const aggregate& what) {
    if (is_ordered_pick(what.what) && what.second == nothing && !what.per.empty()) {
        report(at, id, "E303",
               fmt::format("`{}` over entities needs its order", name_of(what.what)),
               fmt::format("{}(x per customer by t)", name_of(what.what)));
        return false;
    }
    if (is_ordered_pick(what.what) && what.second == nothing &&
        out_.tables[what.table].time == nothing) {
        report(at, id, "E412",
               fmt::format("`{}` needs an order, and table {} has no time", name_of(what.what),
                           out_.tables[what.table].name),
               fmt::format("{}(x by t)", name_of(what.what)));
        return false;
    }
    if (what.amount != nothing &&
        (!is_number(get(what.amount).type) || get(what.amount).at != level::constant)) {
        report(at, id, "E301", "this needs a constant number",
               "write it as a number, a let or a param");
        return false;
    }
    if (!amount_fits(at, id, what)) return false;
    if (what.what == function::weighted_avg &&
        (what.second == nothing ||
         !(is_number(get(what.second).type) || get(what.second).type.kind == type_kind::money))) {
        report(at, id, "E303", "`weighted_avg` needs its weight, a number or an amount",
               "weighted_avg(x, by: w)");
        return false;
    }
    if (what.what == function::top_share && what.amount == nothing) {
        report(at, id, "E303", "`top_share` needs how many count as the top",
               "top_share(x, top: 20%)");
        return false;
    }
    return true;
}

/// The type of the result; says what is wrong with the argument.
std::optional<type> checker::aggregate_type(const scope& at, node_id id, const aggregate& what) {
    if (!aggregate_complete(at, id, what)) return std::nullopt;
    const auto wrong = [&](std::string_view needs) -> std::optional<type> {
        // A column without a value is text, for nothing tells what it would hold.
        const term& of = get(what.argument);
        const bool untold = of.kind == op::column && of.type.kind == type_kind::text;
        const table_info& home = out_.tables[what.table];
        report(at, id, "E301",
               fmt::format("`{}` needs {}, not {}", name_of(what.what), needs, of.type.to_string()),
               untold ? fmt::format("use another column or aggregate; if it holds numbers, say so: "
                                    "table {} {{ {}: decimal }}",
                                    home.name, home.columns.fields[of.with].name)
                      : "use another column, or another aggregate");
        return std::nullopt;
    };
    const type of = what.argument == nothing ? type{} : get(what.argument).type;
    if (of.kind == type_kind::span) return wrong("values of rows");
    const bool sized =
        is_number(of) || of.kind == type_kind::duration || of.kind == type_kind::money;
    switch (what.what) {
        case function::count:
        case function::count_if:
        case function::count_distinct:
            return int_type;
        case function::share:
            return double_type;
        case function::any_of:
        case function::all_of:
            return boolean_type;
        case function::sum: {
            if (!sized) return wrong("numbers");
            if (of.kind == type_kind::int64) return type{.kind = type_kind::decimal, .scale = 0};
            return of;
        }
        case function::avg:
        case function::median:
        case function::percentile:
        case function::weighted_avg:
        case function::stddev: {
            if (!sized) return wrong("numbers or durations");
            if (is_number(of)) return double_type;
            type out = of;
            out.approximate = true;
            return out;
        }
        case function::percentile_disc:
            return sized || is_time(of) ? std::optional(of) : wrong("numbers, durations or dates");
        case function::min:
        case function::max:
            return of.kind == type_kind::boolean ? wrong("values with an order")
                                                 : std::optional(of);
        case function::first:
        case function::last:
            return of;
        case function::text_list:
            return of.kind == type_kind::text ? std::optional(of) : wrong("text");
        case function::top_share:
        case function::gini:
            return sized ? std::optional(double_type) : wrong("numbers");
        default:
            return std::nullopt;
    }
}

}  // namespace merit::language
