// Arithmetic: exact operands stay exact; one rounding where a quotient or a double comes in.
#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

constexpr std::uint8_t largest_scale = 30;
constexpr std::uint8_t digits_below_coin = 6;  // of a quotient of money

/// Scale and units of an exact constant.
std::optional<decimal_value> exact(const value* what) {
    if (what == nullptr) return std::nullopt;
    if (const auto* n = std::get_if<std::int64_t>(what)) return decimal_value{*n, 0};
    if (const auto* d = std::get_if<decimal_value>(what)) return *d;
    return std::nullopt;
}

bool scaled(int128& units, int by) {
    for (; by > 0; --by) {
        if (__builtin_mul_overflow(units, int128{10}, &units)) return false;
    }
    return true;
}

}  // namespace

term_id checker::widened(const scope& at, node_id id, term_id from, const type& to) {
    if (from == nothing || get(from).type == to) return from;
    const type is = get(from).type;
    if (to.kind == type_kind::float64 && is_number(is)) {
        if (const auto known = exact(constant_of(from)))
            return converted(from, merit::to_double(*known), to);
        return scalar(at, id, function::to_double, to, {from});
    }
    const bool exact_target = to.kind == type_kind::decimal || to.kind == type_kind::money;
    if (exact_target && (is_exact(is) || is.kind == type_kind::money)) {
        if (const auto known = exact(constant_of(from));
            known && to.kind == type_kind::decimal && to.scale >= known->scale) {
            int128 units = known->units;
            if (scaled(units, to.scale - known->scale))
                return converted(from, decimal_value{units, to.scale}, to);
        }
        return scalar(at, id, function::to_decimal, to, {from});
    }
    if (to.kind == type_kind::duration && is.kind == type_kind::duration)
        return scalar(at, id, function::to_double, to, {from});
    return from;
}

/// Numbers (or money of one currency) brought to one type: double if any is, else decimals of the
/// largest scale, else int64.
std::vector<term_id> checker::aligned(const scope& at, node_id id, std::vector<term_id> all) {
    type to{.kind = type_kind::int64};
    bool one_currency = true;
    for (const term_id one : all) {
        const type& t = get(one).type;
        if (t.kind == type_kind::blank) continue;
        if (t.kind == type_kind::money) {
            const std::uint8_t scale = std::max(to.scale, t.scale);
            one_currency = one_currency && (to.kind != type_kind::money ||
                                            std::string_view(to.currency) == t.currency);
            const bool approximate = to.approximate || t.approximate;
            to = t;
            to.scale = scale;
            to.approximate = approximate;
        } else if (to.kind == type_kind::float64 || t.kind == type_kind::float64) {
            to = {.kind = type_kind::float64};
        } else if (t.kind == type_kind::decimal && to.kind != type_kind::money) {
            to = {.kind = type_kind::decimal, .scale = std::max(to.scale, t.scale)};
        }
    }
    if (!one_currency) std::fill(std::begin(to.currency), std::end(to.currency), '\0');
    for (term_id& one : all) {
        if (get(one).type.kind != type_kind::blank) one = widened(at, id, one, to);
    }
    return all;
}

/// The value of exact constant arithmetic, or nothing when it is not constant or does not fit.
term_id checker::folded(const scope& at, node_id id, function what, const type& is,
                        const std::vector<term_id>& of) {
    const auto a = exact(constant_of(of[0]));
    const auto b = of.size() > 1 ? exact(constant_of(of[1])) : decimal_value{};
    if (!a || !b) return nothing;
    int128 left = a->units;
    int128 right = b->units;
    int128 out = 0;
    if (what == function::negate) {
        out = -left;
    } else if (what == function::multiply) {
        if (__builtin_mul_overflow(left, right, &out)) return nothing;
    } else {
        if (!scaled(left, is.scale - a->scale) || !scaled(right, is.scale - b->scale))
            return nothing;
        const bool over = what == function::add ? __builtin_add_overflow(left, right, &out)
                                                : __builtin_sub_overflow(left, right, &out);
        if (over) return nothing;
    }
    if (is.kind == type_kind::decimal) return constant(at, id, decimal_value{out, is.scale}, is);
    if (out != static_cast<std::int64_t>(out)) return nothing;
    return constant(at, id, static_cast<std::int64_t>(out), is);
}

term_id checker::plain_arithmetic(const scope& at, node_id id, operation how, term_id left,
                                  term_id right) {
    if (left == nothing || (how != operation::negate && right == nothing)) return nothing;
    const type l = get(left).type;
    switch (how) {
        case operation::add:
            return add_or_subtract(at, id, function::add, left, right);
        case operation::subtract:
            return add_or_subtract(at, id, function::subtract, left, right);
        case operation::multiply:
            return multiply(at, id, left, right);
        case operation::divide:
            return divide(at, id, left, right);
        case operation::negate: {
            if (const auto* span = std::get_if<span_value>(constant_of(left));
                constant_of(left) != nullptr && span != nullptr) {
                return constant(at, id, span_value{-span->count, span->unit}, l);
            }
            if (!is_number(l) && l.kind != type_kind::duration && l.kind != type_kind::money &&
                l.kind != type_kind::blank)
                break;
            const term_id known =
                is_exact(l) ? folded(at, id, function::negate, l, {left}) : nothing;
            return known != nothing ? known : scalar(at, id, function::negate, l, {left});
        }
        case operation::power: {
            const type r = get(right).type;
            const type to{.kind = type_kind::float64};
            if (!is_number(l) || !is_number(r)) break;
            return scalar(at, id, function::power, to,
                          {widened(at, id, left, to), widened(at, id, right, to)});
        }
        default:
            break;
    }
    report(at, id, "E301",
           fmt::format("`{}` needs a number, not {}", written(at, id), l.to_string()),
           "use a number");
    return nothing;
}

term_id checker::add_or_subtract(const scope& at, node_id id, function how, term_id left,
                                 term_id right) {
    const type l = get(left).type;
    const type r = get(right).type;
    if (l.kind == type_kind::blank || r.kind == type_kind::blank) {
        return scalar(at, id, how, l.kind == type_kind::blank ? r : l, {left, right});
    }
    if (is_number(l) && is_number(r)) {
        std::vector<term_id> both = aligned(at, id, {left, right});
        const type is = get(both[0]).type;
        const term_id known = is_exact(is) ? folded(at, id, how, is, both) : nothing;
        return known != nothing ? known : scalar(at, id, how, is, std::move(both));
    }
    if (l.kind == type_kind::money && r.kind == type_kind::money) {
        if (currencies_differ(l, r)) {
            report(at, id, "E220", fmt::format("{} and {} cannot be added", l.currency, r.currency),
                   "convert one of them");
            return nothing;
        }
        std::vector<term_id> both = aligned(at, id, {left, right});
        const type is = get(both[0]).type;
        return scalar(at, id, how, is, std::move(both));
    }
    return time_arithmetic(at, id, how, left, right);
}

term_id checker::time_arithmetic(const scope& at, node_id id, function how, term_id left,
                                 term_id right) {
    const type l = get(left).type;
    const type r = get(right).type;
    const type duration{.kind = type_kind::duration};
    const type timestamp{.kind = type_kind::timestamp};
    const auto as_timestamp = [&](term_id t) {
        return get(t).type.kind == type_kind::timestamp
                   ? t
                   : scalar(at, id, function::date_to_timestamp, timestamp, {t});
    };
    if (is_time(l) && is_time(r) && how == function::subtract) {
        if (l.kind == r.kind) return scalar(at, id, how, duration, {left, right});
        report(at, id, "E221", "a date and a timestamp have no exact difference",
               "date(the timestamp) counts whole days");
        return nothing;
    }
    if (is_time(l) && r.kind == type_kind::duration && !r.approximate)
        return scalar(at, id, how, timestamp, {as_timestamp(left), right});
    if (l.kind == type_kind::duration && is_time(r) && how == function::add && !l.approximate) {
        return scalar(at, id, how, timestamp, {as_timestamp(right), left});
    }
    const value* rv = constant_of(right);
    const auto* span = rv == nullptr ? nullptr : std::get_if<span_value>(rv);
    if (is_time(l) && span != nullptr) {
        const span_value signed_span{how == function::add ? span->count : -span->count, span->unit};
        const bool clock =
            span->unit == unit::hour || span->unit == unit::minute || span->unit == unit::second;
        const term_id amount = constant(at, id, signed_span, {.kind = type_kind::span});
        return scalar(at, id, function::add_span, clock ? timestamp : l,
                      {clock ? as_timestamp(left) : left, amount});
    }
    if (l.kind == type_kind::duration && r.kind == type_kind::duration) {
        const type is{
            .kind = type_kind::duration, .scale = 0, .approximate = l.approximate || r.approximate};
        return scalar(at, id, how, is, {widened(at, id, left, is), widened(at, id, right, is)});
    }
    if (l.kind == type_kind::duration && span != nullptr &&
        (span->unit == unit::day || span->unit == unit::week)) {
        const double hours =
            static_cast<double>(span->count) * (span->unit == unit::day ? 24 : 168);
        const term_id exact_duration = constant(at, id, duration_value{hours * 3.6e9}, duration);
        return scalar(at, id, how, l, {left, widened(at, id, exact_duration, l)});
    }
    const char* code = l.kind == type_kind::duration || r.kind == type_kind::duration ||
                               is_time(l) || is_time(r) || l.kind == type_kind::money ||
                               r.kind == type_kind::money
                           ? "E221"
                           : "E301";
    report(at, id, code,
           how == function::add
               ? fmt::format("{} and {} cannot be added", l.to_string(), r.to_string())
               : fmt::format("{} and {} cannot be subtracted", l.to_string(), r.to_string()),
           "bring both sides to the same unit");
    return nothing;
}

term_id checker::multiply(const scope& at, node_id id, term_id left, term_id right) {
    type l = get(left).type;
    type r = get(right).type;
    if (is_number(l) && (r.kind == type_kind::duration || r.kind == type_kind::money)) {
        std::swap(left, right);
        std::swap(l, r);
    }
    if ((l.kind == type_kind::duration || l.kind == type_kind::money) && is_number(r)) {
        type is = l;
        if (l.kind == type_kind::money && is_exact(r) && !l.approximate &&
            l.scale + r.scale <= largest_scale) {
            is.scale = static_cast<std::uint8_t>(l.scale + r.scale);
            return scalar(at, id, function::multiply, is, {left, right});
        }
        if (l.kind == type_kind::duration && r.kind == type_kind::int64 && !l.approximate) {
            return scalar(at, id, function::multiply, is, {left, right});
        }
        is.approximate = true;
        return scalar(at, id, function::multiply, is,
                      {scalar(at, id, function::to_double, is, {left}),
                       widened(at, id, right, {.kind = type_kind::float64})});
    }
    if (l.kind == type_kind::blank || r.kind == type_kind::blank) {
        return scalar(at, id, function::multiply, l.kind == type_kind::blank ? r : l,
                      {left, right});
    }
    if (!is_number(l) || !is_number(r)) {
        report(at, id, "E301",
               fmt::format("{} and {} cannot be multiplied", l.to_string(), r.to_string()),
               "multiply numbers");
        return nothing;
    }
    if (l.kind == type_kind::float64 || r.kind == type_kind::float64 ||
        l.scale + r.scale > largest_scale) {
        const type is{.kind = type_kind::float64};
        return scalar(at, id, function::multiply, is,
                      {widened(at, id, left, is), widened(at, id, right, is)});
    }
    type is{.kind = type_kind::int64};
    if (l.kind == type_kind::decimal || r.kind == type_kind::decimal) {
        is = {.kind = type_kind::decimal, .scale = static_cast<std::uint8_t>(l.scale + r.scale)};
        left = widened(at, id, left, {.kind = type_kind::decimal, .scale = l.scale});
        right = widened(at, id, right, {.kind = type_kind::decimal, .scale = r.scale});
    }
    const term_id known = folded(at, id, function::multiply, is, {left, right});
    return known != nothing ? known : scalar(at, id, function::multiply, is, {left, right});
}

/// Exact operands come to one scale first, so the quotient of the units is the quotient of the
/// values, rounded once.
term_id checker::divide(const scope& at, node_id id, term_id left, term_id right) {
    const type l = get(left).type;
    const type r = get(right).type;
    const type to{.kind = type_kind::float64};
    if (l.kind == type_kind::blank || r.kind == type_kind::blank)
        return scalar(at, id, function::divide, to, {left, right});
    if (is_number(l) && is_number(r))
        return scalar(at, id, function::divide, to, aligned(at, id, {left, right}));
    if (l.kind == type_kind::money && r.kind == type_kind::money) {
        if (!currencies_differ(l, r))
            return scalar(at, id, function::divide, to, aligned(at, id, {left, right}));
        report(at, id, "E220", fmt::format("{} cannot be divided by {}", l.currency, r.currency),
               "convert one of them");
        return nothing;
    }
    if (l.kind == type_kind::duration && r.kind == type_kind::duration) {
        const type is{
            .kind = type_kind::duration, .scale = 0, .approximate = l.approximate || r.approximate};
        return scalar(at, id, function::divide, to,
                      {widened(at, id, left, is), widened(at, id, right, is)});
    }
    const value* rv = constant_of(right);
    const auto* span = rv == nullptr ? nullptr : std::get_if<span_value>(rv);
    if (l.kind == type_kind::duration && span != nullptr &&
        (span->unit == unit::day || span->unit == unit::week)) {
        const double hours =
            static_cast<double>(span->count) * (span->unit == unit::day ? 24 : 168);
        return divide(
            at, id, left,
            constant(at, id, duration_value{hours * 3.6e9}, {.kind = type_kind::duration}));
    }
    if (l.kind == type_kind::duration && is_number(r)) {
        type is = l;
        is.approximate = true;
        return scalar(
            at, id, function::divide, is,
            {scalar(at, id, function::to_double, is, {left}), widened(at, id, right, to)});
    }
    if (l.kind == type_kind::money && is_number(r)) {
        type is = l;
        is.approximate = false;
        is.scale = static_cast<std::uint8_t>(minor_unit(l.currency) + digits_below_coin);
        return scalar(at, id, function::divide, is, {left, right});
    }
    const char* code = is_number(l) && is_number(r)                             ? "E301"
                       : l.kind == type_kind::text || r.kind == type_kind::text ? "E301"
                                                                                : "E221";
    report(at, id, code, fmt::format("{} cannot be divided by {}", l.to_string(), r.to_string()),
           "divide numbers, or durations by 1 day");
    return nothing;
}

}  // namespace merit::language
