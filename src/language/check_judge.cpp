// Judging: score, weighted, tiers.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

/// -1, 0 or 1 for two bounds of one type; exact.
int compare_bounds(const value& a, const value& b) {
    const auto number = [](const value& v) -> decimal_value {
        if (const auto* n = std::get_if<std::int64_t>(&v)) return {*n, 0};
        if (const auto* d = std::get_if<decimal_value>(&v)) return *d;
        if (const auto* m = std::get_if<money_value>(&v)) return m->amount;
        if (const auto* t = std::get_if<duration_value>(&v))
            return {static_cast<int128>(t->microseconds), 0};
        return {};
    };
    return compare(number(a), number(b));
}

}  // namespace

term_id checker::score_call(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    term_id x = nothing;
    term_id floor = nothing;
    term_id goal = nothing;
    bool good = true;
    std::set<std::string_view> seen;  // the value has the empty name
    for (const node_id argument : a.children_of(a.at(id)).subspan(1)) {
        const bool named = a.at(argument).kind == node_kind::argument_named;
        const std::string_view word = named ? a.text(a.at(argument)) : std::string_view();
        const node_id inside = named ? a.children_of(a.at(argument))[0] : argument;
        term_id* const into = !named            ? &x
                              : word == "floor" ? &floor
                              : word == "goal"  ? &goal
                                                : nullptr;
        if (into == nullptr || !seen.insert(word).second) {
            report(at, argument, "E303",
                   into == nullptr ? fmt::format("`score` has no argument `{}:`", word)
                   : named         ? fmt::format("`score` has its `{}:` already", word)
                                   : std::string("`score` judges one value"),
                   "score(x, floor: 10%, goal: 30%)");
            return nothing;
        }
        *into = expression(at, inside);
        good = good && *into != nothing;
    }
    if (good && !(seen.contains("") && seen.contains("goal"))) {
        report(at, id, "E303",
               seen.contains("") ? "`score` needs a goal" : "`score` needs a value to judge",
               "score(x, floor: 10%, goal: 30%)");
        return nothing;
    }
    return good ? score_of(at, id, x, floor, goal) : nothing;
}

/// The goal or the floor is no value like the one that is scored.
void checker::misfit_bound(const scope& at, node_id id, term_id bound, std::string_view role,
                           const type& scored) {
    const type& is = get(bound).type;
    byte_range where = ast(at.document).at(id).where;
    std::string help = "write it as a number";
    if (scored.kind == type_kind::duration) help = "write it as 30 days or 24h";
    if (scored.kind == type_kind::money) help = "write it with its currency, such as 200_000 USD";
    // Equal constants are one term, which has the place of the first.
    const byte_range own = get(bound).text;
    if (get(bound).source == at.document && own.begin >= where.begin && own.end <= where.end) {
        where = own;
        const std::string_view code(scored.currency[0] == 0 ? "USD" : scored.currency);
        if (scored.kind == type_kind::money && is_number(is) && get(bound).at == level::constant)
            help = fmt::format(
                "write {} {}",
                in_.documents[at.document]->from->text.substr(own.begin, own.end - own.begin),
                code);
    }
    report(at.document, where,
           scored.kind == type_kind::duration || is.kind == type_kind::duration ? "E221" : "E301",
           fmt::format("the {} must be {} like what is scored, not {}", role, scored.to_string(),
                       is.to_string()),
           std::move(help));
}

/// floor may be nothing: 0 of the KPI's own type. Spans are days and weeks of exact length here.
term_id checker::score_of(const scope& at, node_id id, term_id x, term_id floor, term_id goal) {
    const type is = get(x).type;
    if (floor != nothing) {
        floor = exact_span(at, id, floor);
        if (floor == nothing) return nothing;
    }
    goal = exact_span(at, id, goal);
    if (goal == nothing) return nothing;
    if (floor == nothing) {
        if (is.kind == type_kind::duration)
            floor = constant(at, id, duration_value{0}, {.kind = type_kind::duration});
        else if (is.kind == type_kind::money)
            floor = scalar(at, id, function::subtract, get(goal).type, {goal, goal});
        else
            floor = constant(at, id, std::int64_t{0}, {.kind = type_kind::int64});
    }
    std::vector<term_id> of{x, floor, goal};
    for (const term_id one : of) {
        const type& t = get(one).type;
        const bool fits = (is_number(is) && is_number(t)) || t.kind == is.kind;
        if (fits && currencies_differ(is, t)) {
            report(at, id, "E220",
                   fmt::format("{} cannot be scored against {}", is.currency, t.currency),
                   "convert one of them");
            return nothing;
        }
        if (fits) continue;
        misfit_bound(at, id, one, one == goal ? "goal" : "floor", is);
        return nothing;
    }
    if (is_number(is) || is.kind == type_kind::money) {
        of = aligned(at, id, of);
    } else if (is.approximate) {
        for (term_id& one : of) one = widened(at, id, one, is);
    }
    const value* low = constant_of(of[1]);
    const value* high = constant_of(of[2]);
    if (low != nullptr && high != nullptr && *low == *high) {
        report(at, id, "E503", "floor and goal are equal, so every value would be both",
               "give them different values");
        return nothing;
    }
    return with_currency(at, id, scalar(at, id, function::score, double_type, std::move(of)),
                         {x, goal});
}

/// Constant weights that are known now sum to exactly 100 %.
bool checker::weights_complete(const scope& at, node_id id, const std::vector<term_id>& weights) {
    std::vector<decimal_value> values;
    bool known = true;
    for (const term_id w : weights) {
        if (!is_exact(get(w).type) || get(w).at != level::constant) {
            report(at, id, "E501", "a weight must be a constant number",
                   "write it as 60%, a let or a param");
            return false;
        }
        const value* v = constant_of(w);
        known = known && v != nullptr;
        if (v == nullptr) continue;
        values.push_back(std::holds_alternative<std::int64_t>(*v)
                             ? decimal_value{std::get<std::int64_t>(*v), 0}
                             : std::get<decimal_value>(*v));
    }
    return !known || weights_sum_up(at, id, "the weights", values);
}

/// Weights sum to exactly 100 %, or E501.
bool checker::weights_sum_up(const scope& at, node_id id, std::string_view whose,
                             const std::vector<decimal_value>& weights) {
    const bool negative = std::any_of(weights.begin(), weights.end(),
                                      [](const decimal_value& one) { return one.units < 0; });
    if (negative) {
        report(at, id, "E501", fmt::format("one of {} is negative", whose),
               "give each 0 % or more; what counts against it has its goal below its floor");
        return false;
    }
    const std::optional<decimal_value> sum = exact_sum(weights);
    if (sum && compare(*sum, {1, 0}) == 0) return true;
    report(at, id, "E501",
           sum ? fmt::format("{} sum to {} %, not 100 %", whose, percent_text(*sum))
               : fmt::format("{} are too large to be summed", whose),
           "change them so that they sum to exactly 100 %");
    return false;
}

namespace {

/// Points of nine places, or a whole of such.
bool is_score(const term& one) {
    return one.kind == op::scalar &&
           (one.what == function::score ||
            (one.what >= function::whole_blank && one.what <= function::whole_zero));
}

function whole_of_scores(function weighted) {
    return weighted == function::weighted_reweight ? function::whole_reweight
           : weighted == function::weighted_zero   ? function::whole_zero
                                                   : function::whole_blank;
}

}  // namespace

term_id checker::weighted_call(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    function how = function::weighted_blank;
    std::vector<term_id> weights;
    std::vector<term_id> values;
    std::vector<weighed> parts;
    bool good = true;
    bool said = false;
    for (const node_id argument : a.children_of(a.at(id)).subspan(1)) {
        const node& n = a.at(argument);
        const auto of = a.children_of(n);
        if (n.kind == node_kind::argument_of) {
            weights.push_back(expression(at, of[0]));
            values.push_back(expression(at, of[1]));
            parts.push_back({of[1], values.back(), {}, {}});
            good = good && weights.back() != nothing && values.back() != nothing;
            continue;
        }
        if (n.kind == node_kind::argument_named && a.text(n) == "missing" &&
            !std::exchange(said, true)) {
            const std::string mode = a.at(of[0]).kind == node_kind::literal
                                         ? to_string(a.values[a.at(of[0]).value])
                                         : std::string(a.text(a.at(of[0])));
            if (mode == "blank" || mode.empty())
                how = function::weighted_blank;
            else if (mode == "reweight")
                how = function::weighted_reweight;
            else if (mode == "zero")
                how = function::weighted_zero;
            else {
                report(at, argument, "E501", fmt::format("`missing` cannot be \"{}\"", mode),
                       "missing: \"blank\", \"reweight\" or \"zero\"");
                good = false;
            }
            continue;
        }
        report(at, argument, "E303", "each part of `weighted` is a weight of a value",
               "weighted(60% of a, 40% of b)");
        good = false;
    }
    if (good && values.empty()) {
        report(at, id, "E303", "`weighted` has no parts", "weighted(60% of a, 40% of b)");
        return nothing;
    }
    if (!good) return nothing;
    if (!weights_complete(at, id, weights)) return nothing;
    bool numbers = true;
    for (const term_id v : values)
        numbers = numbers && (is_number(get(v).type) || get(v).type.kind == type_kind::blank);
    if (!numbers) {
        report(at, id, "E301", "every part of `weighted` must be a number",
               "score() turns durations and money into points");
        return nothing;
    }
    hint_scales(at, id, parts);
    if (std::all_of(values.begin(), values.end(), [&](term_id one) { return is_score(get(one)); }))
        how = whole_of_scores(how);
    values = aligned(at, id, values);
    weights = aligned(at, id, weights);
    std::vector<term_id> of;
    for (std::size_t i = 0; i < values.size(); ++i) of.insert(of.end(), {weights[i], values[i]});
    return scalar(at, id, how, double_type, std::move(of));
}

term_id checker::tier_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto of = a.children_of(a.at(id)).subspan(1);
    if (of.size() != 2 || a.at(of[0]).kind != node_kind::path) {
        report(at, id, "E303", fmt::format("`{}` needs a tiers name and a value", entry.name),
               std::string(entry.signature));
        return nothing;
    }
    const std::uint32_t table = tier_table_named(at, of[0], std::string(a.text(a.at(of[0]))));
    const term_id x = expression(at, of[1]);
    if (table == nothing || x == nothing) return nothing;
    return tier_term(at, id, entry.what, table, x);
}

term_id checker::tier_term(const scope& at, node_id id, function how, std::uint32_t table,
                           term_id x) {
    const tier_table& tiers = out_.tier_tables[table];
    const type is = get(x).type;
    const bool fits = (is_number(is) && is_number(tiers.bounds)) || is.kind == tiers.bounds.kind ||
                      is.kind == type_kind::blank;
    if (!fits) {
        report(at, id, is_number(is) ? "E221" : "E301",
               fmt::format("the tiers of `{}` are {}, but the value is {}", tiers.name,
                           tiers.bounds.to_string(), is.to_string()),
               "bring both to the same unit");
        return nothing;
    }
    if (currencies_differ(is, tiers.bounds)) {
        report(at, id, "E220",
               fmt::format("the tiers of `{}` are in {}, but the value is in {}", tiers.name,
                           tiers.bounds.currency, is.currency),
               "convert the value");
        return nothing;
    }
    type out = tiers.pays;
    if (how != function::tier) {
        if (!is_number(tiers.pays)) {
            report(at, id, "E502", fmt::format("`{}` needs tiers that hold numbers", name_of(how)),
                   "use tier() for texts");
            return nothing;
        }
        out = how == function::tier_marginal && is.kind == type_kind::money ? is : double_type;
        const bool exact = is_exact(is) || (is.kind == type_kind::money && !is.approximate);
        if (how == function::tier_marginal && exact && is_exact(tiers.pays)) {
            if (is_exact(is)) out = {.kind = type_kind::decimal};
            out.scale = static_cast<std::uint8_t>(std::max(is.scale, tiers.bounds.scale) +
                                                  tiers.pays.scale);
        }
    }
    term t;
    t.kind = op::tier;
    t.at = get(x).at;
    t.home = get(x).home;
    t.what = how;
    t.type = out;
    t.with = table;
    t.of = {x};
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    const term_id made = intern(std::move(t));
    if (tiers.bounds.kind != type_kind::money || is.kind != type_kind::money) return made;
    money_value nothing_of{};
    std::copy(std::begin(tiers.bounds.currency), std::end(tiers.bounds.currency),
              nothing_of.currency);
    return with_currency(at, id, made, {x, constant(at, id, nothing_of, tiers.bounds)});
}

std::uint32_t checker::tier_table_named(const scope& at, node_id id, const std::string& name) {
    const auto* known = in_.find(at.document, name);
    if (known == nullptr || known->second.kind != definition_kind::tiers) {
        report(at, id, "E101", fmt::format("there are no tiers `{}`", name),
               fmt::format("tiers {} {{ below 80%: 0%  from 80%: 5% }}", name));
        return nothing;
    }
    if (!ready(at, id, {wanted::kind::tiers, known->first})) return nothing;
    return tier_tables_.find(known->first)->second;
}

void checker::tier_definition(const std::string& name) {
    const definition& one = in_.names.find(name)->second;
    tier_table made;
    made.name = name;
    const std::size_t before = troubles();
    read_tiers({.document = one.document}, one.node, made);
    if (!missing_.empty()) return;
    const bool good = troubles() == before && !made.rows.empty();
    tier_tables_[name] = good ? static_cast<std::uint32_t>(out_.tier_tables.size()) : nothing;
    if (good) out_.tier_tables.push_back(std::move(made));
}

/// Sorted tiers leave no gap, do not overlap, and each can be reached.
void checker::check_tier_order(const scope& at,
                               const std::vector<std::pair<tier_row, node_id>>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const tier_row& row = rows[i].first;
        if (row.low && row.high && compare_bounds(*row.low, *row.high) >= 0) {
            report(at, rows[i].second, "E502",
                   fmt::format("nothing can reach the tier {}", written(at, rows[i].second)),
                   "write the smaller bound first");
        } else if (i + 1 < rows.size() && (!row.high || !rows[i + 1].first.low ||
                                           compare_bounds(*row.high, *rows[i + 1].first.low) > 0)) {
            report(at, rows[i + 1].second, "E502",
                   fmt::format("the tiers {} and {} overlap", written(at, rows[i].second),
                               written(at, rows[i + 1].second)),
                   "let each begin where the one before ends");
        } else if (i + 1 < rows.size() && compare_bounds(*row.high, *rows[i + 1].first.low) < 0) {
            report(at, rows[i + 1].second, "E502",
                   fmt::format("there is a gap between {} and {}", to_string(*row.high),
                               to_string(*rows[i + 1].first.low)),
                   "let each tier begin where the one before ends");
        }
    }
}

/// The type that all of them share: numbers may mix, anything else may not.
std::optional<type> checker::common_type(const scope& at, node_id statement,
                                         const std::string& name, const std::vector<term_id>& of) {
    type is = get(of[0]).type;
    for (const term_id one : of) {
        const type& t = get(one).type;
        if (is_number(t) && is_number(is)) {
            if (t.kind == type_kind::decimal)
                is = {.kind = type_kind::decimal, .scale = std::max(is.scale, t.scale)};
        } else if (t.kind != is.kind) {
            report(at, statement, "E502",
                   fmt::format("tiers `{}` mix {} and {}", name, is.to_string(), t.to_string()),
                   "use one type throughout");
            return std::nullopt;
        }
    }
    return is;
}

void checker::read_tiers(const scope& at, node_id statement, tier_table& into) {
    const tree& a = ast(at.document);
    std::vector<std::pair<tier_row, node_id>> rows;
    std::vector<term_id> bounds;
    std::vector<term_id> pays;
    for (const node_id id : body_of(a, statement)) {
        const node& n = a.at(id);
        const auto of = a.children_of(n);
        std::vector<term_id> all;
        for (const node_id child : of) {
            const term_id one = expression(at, child);
            all.push_back(child == of.back() ? one : exact_span(at, child, one));
        }
        for (const term_id one : all) {
            if (one == nothing) return;
            if (constant_of(one) != nullptr) continue;
            report(at, id, "E502", "a tier needs constant bounds and values",
                   "write them as numbers or with let");
            return;
        }
        pays.push_back(all.back());
        bounds.insert(bounds.end(), all.begin(), all.end() - 1);
        tier_row row;
        row.pays = *constant_of(all.back());
        if (n.op == 0) row.high = *constant_of(all[0]);
        if (n.op != 0) row.low = *constant_of(all[0]);
        if (n.op == 1) row.high = *constant_of(all[1]);
        rows.emplace_back(std::move(row), id);
    }
    const auto bound_type = common_type(at, statement, into.name, bounds);
    const auto pay_type = common_type(at, statement, into.name, pays);
    if (!bound_type || !pay_type) return;
    if (is_time(*bound_type) || bound_type->kind == type_kind::text ||
        bound_type->kind == type_kind::span) {
        report(at, statement, "E502", "bounds of tiers are numbers, money or durations",
               "write durations as 24h");
        return;
    }
    into.bounds = *bound_type;
    into.pays = *pay_type;
    std::stable_sort(rows.begin(), rows.end(), [](const auto& x, const auto& y) {
        if (x.first.low.has_value() != y.first.low.has_value()) return !x.first.low.has_value();
        return x.first.low && compare_bounds(*x.first.low, *y.first.low) < 0;
    });
    check_tier_order(at, rows);
    for (auto& [row, id] : rows) into.rows.push_back(std::move(row));
}

}  // namespace merit::language
