// Every aggregate over the rows that a filter kept: plain lists, exact numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "oracle/scalars.hpp"

namespace oracle {

/// What an aggregate takes from one row.
struct taken {
    value x;       ///< the argument
    value second;  ///< order of first, last and text_list; weight of weighted_avg
    value tie;     ///< the table's `order:` column
};

/// The rows of one aggregate in one group. `amount` is p or top.
struct folding {
    function what;
    type is;
    std::vector<taken> rows;
    bool has_argument = false;
    value amount;
    bool with_doubles = false;  ///< argument or weight: exact numbers meet them as doubles
};

inline cell nothing_to_fold() {
    return blank_because(reason::no_data);
}

/// The number as the result type of an aggregate: doubles and durations round once.
inline cell result_of(const fraction& x, const type& is) {
    return {as_type(x, is), {}};
}

inline std::vector<value> present_of(const std::vector<taken>& rows) {
    std::vector<value> out;
    for (const taken& one : rows) {
        if (!blank(one.x)) out.push_back(one.x);
    }
    return out;
}

inline std::vector<value> sorted_of(const std::vector<taken>& rows) {
    std::vector<value> out = present_of(rows);
    std::stable_sort(out.begin(), out.end(),
                     [](const value& a, const value& b) { return order_present(a, b) < 0; });
    return out;
}

inline fraction total_of(const std::vector<value>& all) {
    fraction out;
    for (const value& one : all) out = out + number_of(one);
    return out;
}

/// at (n − 1) · p between the two neighbours.
inline cell linear_percentile(const std::vector<value>& sorted, const fraction& p, const type& is) {
    if (sorted.empty()) return nothing_to_fold();
    const fraction place = p * fraction(static_cast<std::int64_t>(sorted.size()) - 1);
    bool fits = true;
    const whole below = place.floor();
    const auto i = static_cast<std::size_t>(narrow(below, fits));
    if (i + 1 >= sorted.size()) return result_of(number_of(sorted.back()), is);
    const fraction low = number_of(sorted[i]);
    return result_of(low + (place - fraction(below)) * (number_of(sorted[i + 1]) - low), is);
}

/// The smallest value whose cumulative share reaches p.
inline cell discrete_percentile(const std::vector<value>& sorted, const fraction& p) {
    const auto n = static_cast<std::int64_t>(sorted.size());
    for (std::int64_t i = 1; i <= n; ++i) {
        if (order(fraction(i), p * fraction(n)) >= 0)
            return {sorted[static_cast<std::size_t>(i - 1)], {}};
    }
    return sorted.empty() ? nothing_to_fold() : cell{sorted.back(), {}};
}

/// The double nearest to the square root.
inline double root_of(const fraction& of) {
    double out = std::sqrt(of.nearest());
    if (of.sign() <= 0 || !std::isfinite(out)) return out;
    for (const double to : {std::numeric_limits<double>::infinity(), 0.0}) {
        const double next = std::nextafter(out, to);
        const fraction middle = (fraction::of(out) + fraction::of(next)) / fraction(int128{2});
        const int side = order(of, middle * middle);
        if (to > out ? side > 0 : side < 0) return next;
    }
    return out;
}

/// Σ(x − mean)² / (n − 1)
inline fraction variance_of(const std::vector<value>& all) {
    const auto n = static_cast<std::int64_t>(all.size());
    const fraction sum = total_of(all);
    fraction squares;
    for (const value& one : all) squares = squares + number_of(one) * number_of(one);
    return (squares * fraction(n) - sum * sum) / fraction(int128{n} * (n - 1));
}

inline cell deviation_of(const std::vector<value>& all, const type& is) {
    if (all.size() < 2) return nothing_to_fold();
    const double out = root_of(variance_of(all));
    return is.kind == type_kind::duration ? finite_duration(out) : finite(out);
}

inline cell weighted_average(const folding& of) {
    fraction sum;
    fraction weights;
    bool any = false;
    const auto met = [&](const value& one) {
        return of.with_doubles ? fraction::of(number_of(one).nearest()) : number_of(one);
    };
    for (const taken& one : of.rows) {
        if (blank(one.x) || blank(one.second)) continue;
        any = true;
        weights = weights + met(one.second);
        sum = sum + met(one.second) * met(one.x);
    }
    if (!any) return nothing_to_fold();
    if (weights.sign() == 0) return blank_because(reason::div0);
    return result_of(sum / weights, of.is);
}

/// The share of the total held by the largest: a whole number counts them, any other is a part.
inline cell top_share_of(const std::vector<value>& sorted, const value& top) {
    if (sorted.empty()) return nothing_to_fold();
    const auto n = static_cast<std::int64_t>(sorted.size());
    fraction count = number_of(top);
    if (!std::holds_alternative<std::int64_t>(top)) count = fraction((count * fraction(n)).floor());
    fraction held;
    for (std::int64_t i = 0; i < n && order(fraction(i), count) < 0; ++i)
        held = held + number_of(sorted[static_cast<std::size_t>(n - 1 - i)]);
    const fraction total = total_of(sorted);
    if (total.sign() == 0) return blank_because(reason::div0);
    return {(held / total).nearest(), {}};
}

/// Σ (2i − n − 1) x_i / (n Σ x), i from 1 in rising order.
/// Between 0 and 1 only where nothing is negative.
inline cell gini_of(const std::vector<value>& sorted) {
    if (sorted.empty()) return nothing_to_fold();
    if (number_of(sorted.front()).sign() < 0) return blank_because(reason::not_meaningful);
    const auto n = static_cast<std::int64_t>(sorted.size());
    fraction above;
    for (std::int64_t i = 1; i <= n; ++i)
        above =
            above + fraction(2 * i - n - 1) * number_of(sorted[static_cast<std::size_t>(i - 1)]);
    const fraction total = total_of(sorted);
    if (total.sign() == 0) return blank_because(reason::div0);
    return {(above / (fraction(n) * total)).nearest(), {}};
}

/// The rows that have a value and a place, earliest first: by time, `order:` column, value.
inline std::vector<taken> in_order(const std::vector<taken>& rows) {
    std::vector<taken> out;
    for (const taken& one : rows) {
        if (!blank(one.x) && !blank(one.second)) out.push_back(one);
    }
    std::stable_sort(out.begin(), out.end(), [](const taken& a, const taken& b) {
        if (const int by_time = order_of(a.second, b.second); by_time != 0) return by_time < 0;
        if (const int by_tie = order_of(a.tie, b.tie); by_tie != 0) return by_tie < 0;
        return order_present(a.x, b.x) < 0;
    });
    return out;
}

inline cell ordered_pick(const folding& of) {
    const std::vector<taken> rows = in_order(of.rows);
    if (rows.empty()) return nothing_to_fold();
    if (of.what == function::first) return {rows.front().x, {}};
    if (of.what == function::last) return {rows.back().x, {}};
    std::string out;
    for (std::size_t i = 0; i < rows.size(); ++i)
        out += (i == 0 ? "" : " > ") + std::get<std::string>(rows[i].x);
    return {out, {}};
}

inline cell condition_fold(const folding& of) {
    const auto n = static_cast<std::int64_t>(of.rows.size());
    const std::int64_t kept = std::count_if(of.rows.begin(), of.rows.end(),
                                            [](const taken& one) { return holds(one.x); });
    if (of.what == function::count_if) return {kept, {}};
    if (n == 0) return nothing_to_fold();
    if (of.what == function::share) return {(fraction(kept) / fraction(n)).nearest(), {}};
    return {of.what == function::any_of ? kept > 0 : kept == n, {}};
}

inline cell sum_of(const folding& of) {
    const std::vector<value> all = present_of(of.rows);
    if (all.empty() && !of.rows.empty()) return nothing_to_fold();
    return result_of(total_of(all), of.is);
}

inline cell distinct_of(const std::vector<value>& all) {
    std::set<std::vector<value>, values_less> seen;
    for (const value& one : all) seen.insert({one});
    return {static_cast<std::int64_t>(seen.size()), {}};
}

inline cell fold(const folding& of) {
    switch (of.what) {
        case function::count:
            return {static_cast<std::int64_t>(of.has_argument ? present_of(of.rows).size()
                                                              : of.rows.size()),
                    {}};
        case function::sum:
            return sum_of(of);
        case function::count_distinct:
            return distinct_of(present_of(of.rows));
        case function::count_if:
        case function::share:
        case function::any_of:
        case function::all_of:
            return condition_fold(of);
        case function::first:
        case function::last:
        case function::text_list:
            return ordered_pick(of);
        case function::weighted_avg:
            return weighted_average(of);
        default:
            break;
    }
    const std::vector<value> sorted = sorted_of(of.rows);
    if (sorted.empty()) return nothing_to_fold();
    switch (of.what) {
        case function::avg:
            return result_of(total_of(sorted) / fraction(static_cast<std::int64_t>(sorted.size())),
                             of.is);
        case function::min:
            return {sorted.front(), {}};
        case function::max:
            return {sorted.back(), {}};
        case function::median:
            return linear_percentile(sorted, fraction(whole(1), whole(2)), of.is);
        case function::stddev:
            return deviation_of(sorted, of.is);
        case function::percentile:
            return linear_percentile(sorted, number_of(of.amount), of.is);
        case function::percentile_disc:
            return discrete_percentile(sorted, number_of(of.amount));
        case function::top_share:
            return top_share_of(sorted, of.amount);
        case function::gini:
            return gini_of(sorted);
        default:
            throw refused{"unsupported"};
    }
}

}  // namespace oracle
