// One value with its reason, and the total order of values: what the oracle computes with.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "merit/frame.hpp"
#include "merit/value.hpp"
#include "oracle/exact.hpp"

namespace oracle {

using merit::reason;
using merit::type;
using merit::type_kind;
using merit::value;

/// The run cannot give an answer: an error code of the language, or "unsupported" where the oracle
/// has no opinion.
struct refused {
    std::string code;
};

/// Several conditions of one row: what any of them drops, no other one fails on.
class conditions {
public:
    /// Does this one let the row pass? One that fails does, until told otherwise.
    template <class F>
    bool pass(F holds) {
        try {
            return holds();
        } catch (const refused& why) {
            if (why.code == "unsupported") throw;
            if (!failed_) failed_ = why;
            return true;
        }
    }
    const std::optional<refused>& failed() const { return failed_; }
    /// No condition dropped the row.
    void settle() const {
        if (failed_) throw refused(*failed_);
    }

private:
    std::optional<refused> failed_;
};

struct cell {
    merit::value value;
    reason why = reason::none;
};

inline bool blank(const value& what) {
    return std::holds_alternative<merit::blank_value>(what);
}
inline bool blank(const cell& what) {
    return blank(what.value);
}
inline cell blank_because(reason why) {
    return {merit::blank_value{}, why};
}
inline bool holds(const value& what) {
    const bool* flag = std::get_if<bool>(&what);
    return flag != nullptr && *flag;
}

inline bool is_number(const value& what) {
    return std::holds_alternative<std::int64_t>(what) ||
           std::holds_alternative<merit::decimal_value>(what) ||
           std::holds_alternative<double>(what);
}

/// The exact number behind a number, a duration (microseconds) or an amount of money.
inline fraction number_of(const value& what) {
    if (const auto* n = std::get_if<std::int64_t>(&what)) return {int128{*n}};
    if (const auto* d = std::get_if<merit::decimal_value>(&what)) return fraction::of(*d);
    if (const auto* x = std::get_if<double>(&what)) return fraction::of(*x);
    if (const auto* t = std::get_if<merit::duration_value>(&what))
        return fraction::of(t->microseconds);
    if (const auto* m = std::get_if<merit::money_value>(&what)) return fraction::of(m->amount);
    throw refused{"unsupported"};
}

/// Order of two values of one kind, neither blank.
inline int order_present(const value& a, const value& b) {
    const auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
    if (const auto* x = std::get_if<std::string>(&a)) {
        const int found = x->compare(std::get<std::string>(b));
        return found < 0 ? -1 : found > 0 ? 1 : 0;
    }
    if (const auto* x = std::get_if<bool>(&a)) return three_way(*x, std::get<bool>(b));
    if (const auto* x = std::get_if<merit::date_value>(&a))
        return three_way(x->days, std::get<merit::date_value>(b).days);
    if (const auto* x = std::get_if<merit::timestamp_value>(&a))
        return three_way(x->microseconds, std::get<merit::timestamp_value>(b).microseconds);
    // A decimal meets a double as its nearest double.
    if (std::holds_alternative<double>(a) != std::holds_alternative<double>(b))
        return three_way(number_of(a).nearest(), number_of(b).nearest());
    return order(number_of(a), number_of(b));
}

/// Order of two values of one kind, blank last.
inline int order_of(const value& a, const value& b) {
    if (blank(a) || blank(b)) return static_cast<int>(blank(a)) - static_cast<int>(blank(b));
    return order_present(a, b);
}

struct values_less {
    bool operator()(const std::vector<value>& a, const std::vector<value>& b) const {
        for (std::size_t i = 0; i < a.size(); ++i) {
            const int found = order_of(a[i], b[i]);
            if (found != 0) return found < 0;
        }
        return false;
    }
};

/// The exact number as a value of the type asked for, rounded once when that is a double.
inline value as_type(const fraction& x, const type& is) {
    bool fits = true;
    switch (is.kind) {
        case type_kind::int64: {
            const int128 n = narrow(x.floor(), fits);
            if (!fits || n != static_cast<std::int64_t>(n)) throw refused{"E310"};
            return static_cast<std::int64_t>(n);
        }
        case type_kind::decimal: {
            const fraction units = x * fraction(power_of(10, is.scale));
            const int128 n = narrow(units.floor(), fits);
            if (!fits) throw refused{"E310"};
            return merit::decimal_value{n, is.scale};
        }
        case type_kind::float64:
            return x.nearest();
        case type_kind::duration:
            return merit::duration_value{x.nearest()};
        case type_kind::money: {
            // What is not exact is a double, whose currency its term knows.
            if (is.approximate) return x.nearest();
            merit::money_value out;
            const whole units = (x * fraction(power_of(10, is.scale))).floor();
            out.amount = {narrow(units, fits), is.scale};
            if (!fits) throw refused{"E310"};
            std::copy(std::begin(is.currency), std::end(is.currency), out.currency);
            return out;
        }
        default:
            throw refused{"unsupported"};
    }
}

/// A value in the type of its term: numbers of a mixed list come to one type; the rest stays.
inline value converted(const value& from, const type& is) {
    if (!is_number(from)) return from;
    if (is.kind != type_kind::decimal && is.kind != type_kind::float64) return from;
    return as_type(number_of(from), is);
}

/// A double that is no number becomes blank (N11).
inline cell finite(double x) {
    return std::isfinite(x) ? cell{x, {}} : blank_because(reason::not_meaningful);
}
inline cell finite_duration(double x) {
    return std::isfinite(x) ? cell{merit::duration_value{x}, {}}
                            : blank_because(reason::not_meaningful);
}

}  // namespace oracle
