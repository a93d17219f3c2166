// Comparisons: of two values, with a coarse date, with a list, and of a time with a span.
#include <fmt/format.h>

#include <cmath>

#include "data/calendar/week_literal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

function function_of(operation how) {
    switch (how) {
        case operation::equal:
            return function::equal;
        case operation::not_equal:
            return function::not_equal;
        case operation::less:
            return function::less;
        case operation::less_equal:
            return function::less_equal;
        case operation::greater:
            return function::greater;
        default:
            return function::greater_equal;
    }
}

operation mirrored(operation how) {
    switch (how) {
        case operation::less:
            return operation::greater;
        case operation::less_equal:
            return operation::greater_equal;
        case operation::greater:
            return operation::less;
        case operation::greater_equal:
            return operation::less_equal;
        default:
            return how;
    }
}

}  // namespace

term_id checker::comparison(const scope& at, node_id id, operation how, node_id left,
                            node_id right) {
    const tree& a = ast(at.document);
    if (is_date_literal(at, right) && !is_date_literal(at, left))
        return compare_coarse(at, id, how, expression(at, left), right);
    if (is_date_literal(at, left) && !is_date_literal(at, right)) {
        return compare_coarse(at, id, mirrored(how), expression(at, right), left);
    }
    for (const node_id side : {left, right}) {
        if (a.at(side).kind != node_kind::literal ||
            (how != operation::equal && how != operation::not_equal))
            continue;
        const value& v = a.values[a.at(side).value];
        const auto* text = std::get_if<std::string>(&v);
        if (!std::holds_alternative<blank_value>(v) && (text == nullptr || !text->empty()))
            continue;
        const std::string other = written(at, side == left ? right : left);
        report(at, id, "E302", "nothing is equal to blank",
               how == operation::equal ? other + " is blank" : other + " is not blank");
        return nothing;
    }
    const bool to_literal = a.at(right).kind == node_kind::literal;
    const term_id l = to_literal ? expression(at, left) : compared(at, left);
    const term_id r = compared(at, right);
    return l == nothing || r == nothing ? nothing : compare_terms(at, id, function_of(how), l, r);
}

/// One side of a comparison. A name that is not known may be a text without its quotes.
term_id checker::compared(const scope& at, node_id id) {
    const std::size_t before = findings_.size();
    const term_id out = expression(at, id);
    const node& n = ast(at.document).at(id);
    if (findings_.size() != before + 1 || n.kind != node_kind::path || n.count != 0) return out;
    diagnostic& last = findings_.back();
    const bool unknown = last.code == "E101" || last.code == "E210";
    if (unknown && last.where.begin == n.where.begin && !last.help.starts_with("did you mean") &&
        !last.help.starts_with("write "))
        last.help += fmt::format("; for a text write \"{}\"", ast(at.document).text(n));
    return out;
}

/// A constant span as a duration: a day is 24 h, a week 168 h, a month nothing definite.
term_id checker::exact_span(const scope& at, node_id id, term_id t) {
    const value* v = t == nothing ? nullptr : constant_of(t);
    const auto* span = v == nullptr ? nullptr : std::get_if<span_value>(v);
    if (span == nullptr) return t;
    double hours = 0;
    if (span->unit == unit::hour) hours = 1;
    if (span->unit == unit::day) hours = 24;
    if (span->unit == unit::week) hours = 168;
    if (span->unit == unit::minute) hours = 1.0 / 60;
    if (span->unit == unit::second) hours = 1.0 / 3600;
    if (hours == 0) {
        report(at, id, "E222", "a month has no fixed length, so it is no duration",
               "write days or hours");
        return nothing;
    }
    return converted(t,
                     duration_value{std::round(static_cast<double>(span->count) * hours * 3.6e9)},
                     {.kind = type_kind::duration});
}

term_id checker::no_comparison(const scope& at, node_id id, const type& l, const type& r) {
    const auto either = [&](type_kind kind) { return l.kind == kind || r.kind == kind; };
    const bool text = either(type_kind::text);
    const bool units = either(type_kind::duration) || either(type_kind::money);
    std::string date = "2026-03-31";
    std::string number = "100";
    const tree& a = ast(at.document);
    for (const node_id side : a.children_of(a.at(id))) {
        if (a.at(side).kind != node_kind::literal) continue;
        const value& v = a.values[a.at(side).value];
        const auto* const said = std::get_if<std::string>(&v);
        if (said != nullptr && calendar::read_date(*said)) date = *said;
        if (std::holds_alternative<decimal_value>(v)) number = written(at, side);
    }
    const std::string of_text =
        is_time(l) || is_time(r) ? fmt::format("write the date as @{}, or use to_date(…)", date)
        : either(type_kind::boolean) ? "write true or false without quotes"
                                     : "use to_number(…), or quote the other side";
    const type& money = l.kind == type_kind::money ? l : r;
    const std::string of_unit =
        money.kind != type_kind::money
            ? "give the other side the same unit, such as 30 days or 24h"
            : fmt::format("give the other side the same unit, such as {} {}", number,
                          money.currency[0] == 0 ? "EUR" : money.currency);
    report(at, id, units && !text ? "E221" : "E301",
           fmt::format("{} cannot be compared with {}", l.to_string(), r.to_string()),
           text ? of_text : of_unit);
    return nothing;
}

term_id checker::plain_comparison(const scope& at, node_id id, function how, term_id left,
                                  term_id right) {
    type l = get(left).type;
    type r = get(right).type;
    const auto make = [&](term_id a, term_id b) {
        return scalar(at, id, how, boolean_type, {a, b});
    };
    if (l.kind == type_kind::blank || r.kind == type_kind::blank) return make(left, right);
    if (is_number(l) && is_number(r)) {
        const auto both = aligned(at, id, {left, right});
        return make(both[0], both[1]);
    }
    if (is_time(l) && is_time(r) && l.kind != r.kind) {  // by day
        const type day{.kind = type_kind::date};
        return make(
            l.kind == type_kind::date ? left : scalar(at, id, function::date_of, day, {left}),
            r.kind == type_kind::date ? right : scalar(at, id, function::date_of, day, {right}));
    }
    if (l.kind == type_kind::duration && r.kind == type_kind::span)
        right = exact_span(at, id, right);
    if (r.kind == type_kind::duration && l.kind == type_kind::span) left = exact_span(at, id, left);
    if (left == nothing || right == nothing) return nothing;
    l = get(left).type;
    r = get(right).type;
    if (l.kind == type_kind::duration && r.kind == type_kind::duration &&
        l.approximate != r.approximate) {
        const type approximate{.kind = type_kind::duration, .scale = 0, .approximate = true};
        return make(
            l.approximate ? left : scalar(at, id, function::to_double, approximate, {left}),
            r.approximate ? right : scalar(at, id, function::to_double, approximate, {right}));
    }
    if (l.kind == type_kind::money && r.kind == type_kind::money) {
        if (currencies_differ(l, r)) {
            report(at, id, "E220",
                   fmt::format("{} cannot be compared with {}", l.currency, r.currency),
                   "convert one of them");
            return nothing;
        }
        const auto both = aligned(at, id, {left, right});
        return make(both[0], both[1]);
    }
    if (l.kind != r.kind || l.kind == type_kind::span) return no_comparison(at, id, l, r);
    if (l.kind == type_kind::boolean && how != function::equal && how != function::not_equal) {
        report(at, id, "E301", "true and false have no order", "use = or !=");
        return nothing;
    }
    return make(left, right);
}

/// A coarse date is a whole period: `=` is inside, `<` before its start, `<=` before its end.
term_id checker::compare_coarse(const scope& at, node_id id, operation how, term_id t,
                                node_id literal_node) {
    if (t == nothing) return nothing;
    const tree& a = ast(at.document);
    while (a.at(literal_node).kind == node_kind::group)
        literal_node = a.children_of(a.at(literal_node))[0];
    const std::string_view text = a.text(a.at(literal_node));
    const auto date = calendar::read_date(text, out_.calendar);
    if (!date) {
        (void)date_literal(at, literal_node);
        return nothing;
    }
    const type is = get(t).type;
    if (!is_time(is)) {
        report(at, id, "E301", fmt::format("{} cannot be compared with a date", is.to_string()),
               "use a date column, or to_date(text, pattern)");
        return nothing;
    }
    const auto border = [&](std::int64_t local) {
        if (is.kind == type_kind::date) {
            const std::int64_t days = local >= 0
                                          ? local / calendar::day_us
                                          : -((-local + calendar::day_us - 1) / calendar::day_us);
            return constant(at, literal_node, date_value{static_cast<std::int32_t>(days)}, is);
        }
        return constant(at, literal_node,
                        timestamp_value{calendar_ ? calendar_->to_instant(local) : local}, is);
    };
    calendar::interval covers = date->covers;
    if (is.kind == type_kind::date &&
        (date->grain == unit::minute || date->grain == unit::second)) {
        const std::int64_t day =
            covers.from - ((covers.from % calendar::day_us) + calendar::day_us) % calendar::day_us;
        covers = {day, day + calendar::day_us};  // a date against an instant compares by day
    }
    const auto compare = [&](function f, std::int64_t local) {
        return scalar(at, id, f, boolean_type, {t, border(local)});
    };
    switch (how) {
        case operation::less:
            return compare(function::less, covers.from);
        case operation::less_equal:
            return compare(function::less, covers.to);
        case operation::greater:
            return compare(function::greater_equal, covers.to);
        case operation::greater_equal:
            return compare(function::greater_equal, covers.from);
        default:
            break;
    }
    const term_id inside =
        scalar(at, id, function::logical_and, boolean_type,
               {compare(function::greater_equal, covers.from), compare(function::less, covers.to)});
    return how == operation::equal ? inside
                                   : scalar(at, id, function::logical_not, boolean_type, {inside});
}

term_id checker::in_list(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    const term_id needle = expression(at, of[0]);
    if (needle == nothing) return nothing;
    std::vector<term_id> plain{needle};
    std::vector<term_id> any;
    for (const node_id item : of.subspan(1)) {
        if (is_date_literal(at, item)) {
            any.push_back(compare_coarse(at, id, operation::equal, needle, item));
            if (any.back() == nothing) return nothing;
            continue;
        }
        const term_id one = compared(at, item);
        if (one == nothing) return nothing;
        const term_id equal = compare_terms(at, item, function::equal, needle, one);
        if (equal == nothing) return nothing;
        if (get(needle).type == get(one).type && constant_of(one) != nullptr)
            plain.push_back(one);
        else
            any.push_back(equal);
    }
    if (plain.size() > 1) any.push_back(scalar(at, id, function::in, boolean_type, plain));
    const term_id found =
        any.size() == 1 ? any[0] : scalar(at, id, function::logical_or, boolean_type, any);
    return n.op == 0 ? found : scalar(at, id, function::logical_not, boolean_type, {found});
}

/// t within s after t0: t0 <= t and t <= t0 + s; before: t0 - s <= t and t <= t0.
term_id checker::within(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    const term_id t = expression(at, of[0]);
    const term_id length = literal(at, of[1]);
    const term_id from = expression(at, of[2]);
    if (t == nothing || length == nothing || from == nothing) return nothing;
    const bool before = n.op == 1;
    const term_id border =
        arithmetic(at, id, before ? operation::subtract : operation::add, from, length);
    if (border == nothing) return nothing;
    const term_id low = compare_terms(at, id, function::greater_equal, t, before ? border : from);
    const term_id high = compare_terms(at, id, function::less_equal, t, before ? from : border);
    if (low == nothing || high == nothing) return nothing;
    return scalar(at, id, function::logical_and, boolean_type, {low, high});
}

}  // namespace merit::language
