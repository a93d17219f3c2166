// Scalar functions over values that are all present (N1 is dealt with by the caller): numbers and
// comparisons.
#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "language/function.hpp"
#include "oracle/values.hpp"

namespace oracle {

using merit::language::function;
using arguments = std::span<const value>;

/// What a double operation sees: numbers as their nearest double, durations as microseconds.
inline double double_of(const value& what) {
    if (const auto* x = std::get_if<double>(&what)) return *x;
    if (const auto* t = std::get_if<merit::duration_value>(&what)) return t->microseconds;
    return number_of(what).nearest();
}

inline bool in_doubles(arguments of) {
    for (const value& one : of) {
        if (std::holds_alternative<double>(one) ||
            std::holds_alternative<merit::duration_value>(one))
            return true;
    }
    return false;
}

/// Half away from zero at so many digits behind the point, exactly.
inline fraction rounded(const fraction& x, unsigned digits) {
    const fraction scale(power_of(10, digits));
    const fraction size = x.sign() < 0 ? x.negated() : x;
    const fraction units((size * scale + fraction(whole(1), whole(2))).floor());
    const fraction out = units / scale;
    return x.sign() < 0 ? out.negated() : out;
}

inline cell double_arithmetic(function what, const type& is, double x, double y) {
    double out = 0;
    switch (what) {
        case function::add:
            out = x + y;
            break;
        case function::subtract:
            out = x - y;
            break;
        case function::multiply:
            out = x * y;
            break;
        case function::divide:
            if (y == 0) return blank_because(reason::div0);
            out = x / y;
            break;
        default:
            out = std::pow(x, y);
            break;
    }
    if (is.kind == type_kind::money && !is.approximate && std::isfinite(out))
        return {as_type(rounded(fraction::of(out), is.scale), is), {}};
    return is.kind == type_kind::duration ? finite_duration(out) : finite(out);
}

/// + − * / ^ of numbers and durations.
inline cell arithmetic(function what, const type& is, const value& a, const value& b) {
    const value both[] = {a, b};
    if (in_doubles(both) || what == function::power)
        return double_arithmetic(what, is, double_of(a), double_of(b));
    const fraction x = number_of(a);
    const fraction y = number_of(b);
    switch (what) {
        case function::add:
            return {as_type(x + y, is), {}};
        case function::subtract:
            return {as_type(x - y, is), {}};
        case function::multiply:
            return {as_type(x * y, is), {}};
        default:
            if (y.sign() == 0) return blank_because(reason::div0);
            return {as_type(is.kind == type_kind::money ? rounded(x / y, is.scale) : x / y, is),
                    {}};
    }
}

inline cell negated(const type& is, const value& a) {
    if (const auto* x = std::get_if<double>(&a)) return {-*x, {}};
    if (const auto* t = std::get_if<merit::duration_value>(&a))
        return {merit::duration_value{-t->microseconds}, {}};
    return {as_type(number_of(a).negated(), is), {}};
}

inline bool compared(function what, const value& a, const value& b) {
    const int found = order_present(a, b);
    switch (what) {
        case function::equal:
            return found == 0;
        case function::not_equal:
            return found != 0;
        case function::less:
            return found < 0;
        case function::less_equal:
            return found <= 0;
        case function::greater:
            return found > 0;
        default:
            return found >= 0;
    }
}

inline cell round_of(const type& is, arguments of) {
    const auto digits = static_cast<unsigned>(std::get<std::int64_t>(of[1]));
    if (std::holds_alternative<std::int64_t>(of[0])) return {of[0], {}};
    if (const auto* d = std::get_if<merit::decimal_value>(&of[0]);
        d != nullptr && d->scale <= digits)
        return {of[0], {}};
    return {as_type(rounded(number_of(of[0]), digits), is), {}};
}

inline cell floor_or_ceil(function what, const type& is, const value& of) {
    if (const auto* x = std::get_if<double>(&of))
        return {what == function::floor ? std::floor(*x) : std::ceil(*x), {}};
    const fraction x = number_of(of);
    const fraction out =
        what == function::floor ? fraction(x.floor()) : fraction(x.negated().floor()).negated();
    return {as_type(out, is), {}};
}

/// Remainder with the sign of y.
inline cell mod_of(const type& is, const value& a, const value& b) {
    const fraction y = number_of(b);
    if (y.sign() == 0) return blank_because(reason::div0);
    const fraction x = number_of(a);
    return {as_type(x - fraction((x / y).floor()) * y, is), {}};
}

/// floor(x / width) · width, the quotient of doubles being the language's own.
inline cell bucket_of(const type& is, const value& a, const value& b) {
    const value both[] = {a, b};
    if (in_doubles(both)) {
        const double width = double_of(b);
        if (width == 0) return blank_because(reason::div0);
        const double out = std::floor(double_of(a) / width) * width;
        return is.kind == type_kind::duration ? finite_duration(out) : finite(out);
    }
    const fraction width = number_of(b);
    if (width.sign() == 0) return blank_because(reason::div0);
    return {as_type(fraction((number_of(a) / width).floor()) * width, is), {}};
}

inline cell picked(function what, arguments of) {
    if (what == function::clamp) {
        if (order_present(of[0], of[1]) < 0) return {of[1], {}};
        return {order_present(of[0], of[2]) > 0 ? of[2] : of[0], {}};
    }
    value out = of[0];
    for (const value& one : of) {
        const int found = order_present(one, out);
        if (what == function::least ? found < 0 : found > 0) out = one;
    }
    return {out, {}};
}

inline cell number_function(function what, const type& is, arguments of) {
    switch (what) {
        case function::add:
        case function::subtract:
        case function::multiply:
        case function::divide:
        case function::power:
            return arithmetic(what, is, of[0], of[1]);
        case function::negate:
            return negated(is, of[0]);
        case function::abs:
            return number_of(of[0]).sign() < 0 ? negated(is, of[0]) : cell{of[0], {}};
        case function::round:
            return round_of(is, of);
        case function::floor:
        case function::ceil:
            return floor_or_ceil(what, is, of[0]);
        case function::sqrt:
            if (double_of(of[0]) < 0) return blank_because(reason::not_meaningful);
            return {std::sqrt(double_of(of[0])), {}};
        case function::mod:
            return mod_of(is, of[0], of[1]);
        case function::bucket:
            return bucket_of(is, of[0], of[1]);
        case function::to_double:
            if (is.kind == type_kind::duration) return {of[0], {}};
            return {number_of(of[0]).nearest(), {}};
        case function::to_decimal:
            return {as_type(number_of(of[0]), is), {}};
        default:
            return picked(what, of);
    }
}

}  // namespace oracle
