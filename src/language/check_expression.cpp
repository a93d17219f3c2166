// Expressions: literals, comparisons, conditions, and clauses behind a group term.
#include <fmt/format.h>

#include <limits>

#include "data/calendar/week_literal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

type type_of(const value& what) {
    type out;
    std::visit(
        [&](const auto& held) {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, bool>) out.kind = type_kind::boolean;
            if constexpr (std::is_same_v<T, std::int64_t>) out.kind = type_kind::int64;
            if constexpr (std::is_same_v<T, double>) out.kind = type_kind::float64;
            if constexpr (std::is_same_v<T, std::string>) out.kind = type_kind::text;
            if constexpr (std::is_same_v<T, date_value>) out.kind = type_kind::date;
            if constexpr (std::is_same_v<T, timestamp_value>) out.kind = type_kind::timestamp;
            if constexpr (std::is_same_v<T, duration_value>) out.kind = type_kind::duration;
            if constexpr (std::is_same_v<T, span_value>) out.kind = type_kind::span;
            if constexpr (std::is_same_v<T, decimal_value>) {
                out.kind = type_kind::decimal;
                out.scale = held.scale;
            }
            if constexpr (std::is_same_v<T, money_value>) {
                out.kind = type_kind::money;
                out.scale = held.amount.scale;
                std::copy(std::begin(held.currency), std::end(held.currency), out.currency);
            }
        },
        what);
    return out;
}

}  // namespace

bool checker::is_date_literal(const scope& at, node_id id) const {
    const tree& a = ast(at.document);
    while (a.at(id).kind == node_kind::group) id = a.children_of(a.at(id))[0];
    return a.at(id).kind == node_kind::date_literal;
}

term_id checker::literal(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    value what = a.values[a.at(id).value];
    if (const auto* decimal = std::get_if<decimal_value>(&what);
        decimal != nullptr && decimal->scale == 0) {
        if (decimal->units >= std::numeric_limits<std::int64_t>::min() &&
            decimal->units <= std::numeric_limits<std::int64_t>::max()) {
            what = static_cast<std::int64_t>(decimal->units);
        }
    }
    const type is = type_of(what);
    return constant(at, id, std::move(what), is);
}

/// A date that stands as a value: a day or an instant. A whole month or year is no single value.
term_id checker::date_literal(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    while (a.at(id).kind == node_kind::group) id = a.children_of(a.at(id))[0];
    const std::string_view text = a.text(a.at(id));
    const auto date = calendar::read_date(text, out_.calendar);
    if (!date) {
        report(at, id, "E112", fmt::format("`@{}` is no date", text),
               "write @2026, @2026Q1, @2026-03, @2026W05 or @2026-03-31");
        return nothing;
    }
    if (date->grain == unit::day) {
        return constant(at, id,
                        date_value{static_cast<std::int32_t>(date->covers.from / calendar::day_us)},
                        {.kind = type_kind::date});
    }
    if (date->grain == unit::minute || date->grain == unit::second) {
        const std::int64_t instant =
            calendar_ ? calendar_->to_instant(date->covers.from) : date->covers.from;
        return constant(at, id, timestamp_value{instant}, {.kind = type_kind::timestamp});
    }
    report(at, id, "E112", fmt::format("`@{}` is a whole period, not one day", text),
           "compare with it (t = @2026-03), or write its first day");
    return nothing;
}

term_id checker::expression(const scope& at, node_id id) {
    if (too_deep(at, id)) return nothing;
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    switch (n.kind) {
        case node_kind::literal:
            return literal(at, id);
        case node_kind::date_literal:
            return date_literal(at, id);
        case node_kind::group:
            return expression(at, of[0]);
        case node_kind::path:
            return at.table != nothing ? row_path(at, id) : group_path(at, id);
        case node_kind::call:
            return call(at, id);
        case node_kind::unary:
            if (n.op == static_cast<std::uint8_t>(operation::logical_not))
                return logical(at, id, function::logical_not);
            return arithmetic(at, id, operation::negate, expression(at, of[0]), nothing);
        case node_kind::binary: {
            const auto how = static_cast<operation>(n.op);
            if (how >= operation::equal) return comparison(at, id, how, of[0], of[1]);
            return arithmetic(at, id, how, expression(at, of[0]), expression(at, of[1]));
        }
        case node_kind::range_comparison: {
            const term_id low = comparison(at, id, static_cast<operation>(n.op), of[0], of[1]);
            const term_id high = comparison(at, id, static_cast<operation>(n.op2), of[1], of[2]);
            return scalar(at, id, function::logical_and, boolean_type, {low, high});
        }
        case node_kind::logical_and:
            return logical(at, id, function::logical_and);
        case node_kind::logical_or:
            return logical(at, id, function::logical_or);
        case node_kind::sum_chain:
        case node_kind::product_chain:
            return chain(at, id);
        case node_kind::in_list:
            return in_list(at, id);
        case node_kind::between: {
            const term_id low = comparison(at, id, operation::greater_equal, of[0], of[1]);
            const term_id high = comparison(at, id, operation::less_equal, of[0], of[2]);
            return scalar(at, id, function::logical_and, boolean_type, {low, high});
        }
        case node_kind::is_blank: {
            const term_id inside =
                scalar(at, id, function::is_blank, boolean_type, {expression(at, of[0])});
            return n.op == 0 ? inside
                             : scalar(at, id, function::logical_not, boolean_type, {inside});
        }
        case node_kind::within:
            return within(at, id);
        case node_kind::in_unit_after:
            return in_unit_after(at, id);
        case node_kind::clause_chain:
            return clause_chain(at, id);
        case node_kind::unit_name:
            report(at, id, "E101", "a unit of time is no value here",
                   "a column with that name is written in [ ]");
            return nothing;
        case node_kind::argument_of:
            report(at, id, "E211", "a weight stands in weighted(), not here",
                   "weighted(60% of a, 40% of b)");
            return nothing;
        default:
            report(at, id, "E211", "this cannot stand here", "put it in an aggregate's brackets");
            return nothing;
    }
}

term_id checker::chain(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const auto of = a.children_of(a.at(id));
    const auto how = a.operations(a.at(id));
    std::vector<term_id> terms;
    for (const node_id one : of) terms.push_back(expression(at, one));
    term_id out = terms[0];
    for (std::size_t i = 1; i < of.size(); ++i) {
        const term_id next = terms[i];
        out = out == nothing || next == nothing
                  ? nothing
                  : arithmetic(at, id, static_cast<operation>(how[i]), out, next);
    }
    if (out != nothing && a.at(id).kind == node_kind::sum_chain) hint_weights(at, id, terms);
    return out;
}

term_id checker::condition(const scope& at, node_id id) {
    const term_id out = expression(at, id);
    if (out == nothing) return nothing;
    if (get(out).type.kind == type_kind::boolean || get(out).type.kind == type_kind::blank)
        return out;
    report(at, id, "E301",
           fmt::format("`{}` is {}, not a condition", written(at, id), get(out).type.to_string()),
           fmt::format("compare it: {} = …", written(at, id)));
    return nothing;
}

term_id checker::logical(const scope& at, node_id id, function what) {
    const tree& a = ast(at.document);
    std::vector<term_id> of;
    bool good = true;
    for (const node_id child : a.children_of(a.at(id))) {
        of.push_back(condition(at, child));
        good = good && of.back() != nothing;
    }
    return good ? scalar(at, id, what, boolean_type, std::move(of)) : nothing;
}

}  // namespace merit::language
