// score, weighted, contributions and tiers, from exact numbers with one rounding at the end.
#pragma once

#include "language/program.hpp"
#include "oracle/scalars.hpp"

namespace oracle {

inline fraction billion() {
    return {int128{1'000'000'000}};
}

/// In units of 1 / parts, half up.
inline fraction to_places(const fraction& x, const fraction& parts) {
    bool fits = true;
    const fraction half = fraction(int128{1}) / fraction(int128{2});
    return fraction(narrow((x * parts + half).floor(), fits)) / parts;
}

/// Linear from 0 at the floor to 100 at the goal, clamped; the goal may lie below the floor.
inline cell score_of(arguments of) {
    const fraction floor = number_of(of[1]);
    const fraction length = number_of(of[2]) - floor;
    if (length.sign() == 0) return blank_because(reason::div0);
    const fraction points = (number_of(of[0]) - floor) * fraction(100) / length;
    if (points.sign() < 0) return {0.0, {}};
    if (order(points, fraction(100)) > 0) return {100.0, {}};
    return {to_places(points, billion()).nearest(), {}};
}

/// The decimal of nine places, below a million, that a double is the nearest to; else none.
inline std::optional<fraction> as_decimal_of_nine(const value& x) {
    const auto* real = std::get_if<double>(&x);
    if (real == nullptr || std::abs(*real) >= 1e6) return std::nullopt;
    const fraction doubled = fraction::of(*real) * billion() * fraction(int128{2});
    bool fits = true;
    const int128 units = narrow((doubled + fraction(int128{1})).floor(), fits) >> 1;
    const fraction near = fraction(units) / billion();
    if (near.nearest() != *real) return std::nullopt;
    return near;
}

enum class missing { blank, reweight, zero };

inline missing missing_of(function what) {
    switch (what) {
        case function::weighted_reweight:
        case function::whole_reweight:
        case function::contribution_reweight:
            return missing::reweight;
        case function::weighted_zero:
        case function::whole_zero:
        case function::contribution_zero:
            return missing::zero;
        default:
            return missing::blank;
    }
}

/// The parts w1, x1, w2, x2, … under a mode; `only` asks for one part's share of the sum; a whole
/// of scores has eight places.
inline cell weighted_of(missing mode, std::span<const cell> parts,
                        std::optional<std::size_t> only = {}, bool whole_of_scores = false) {
    fraction sum;
    fraction weights;
    bool any = false;
    reason flag = reason::none;
    const cell* first_blank = nullptr;
    bool decimals = true;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        const bool counts = !blank(parts[i + 1]) && (!only || *only == i / 2);
        decimals = decimals && (!counts || as_decimal_of_nine(parts[i + 1].value));
    }
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        const cell& x = parts[i + 1];
        if (blank(x) && first_blank == nullptr) first_blank = &x;
        if (blank(x)) continue;
        any = true;
        const fraction weight = number_of(parts[i].value);
        weights = weights + weight;
        if (only && *only != i / 2) continue;
        sum = sum + weight * (decimals ? *as_decimal_of_nine(x.value) : number_of(x.value));
        if (flag == reason::none) flag = x.why;
    }
    const cell* own = only ? &parts[2 * *only + 1] : nullptr;
    if (own != nullptr && blank(*own)) return any && mode == missing::zero ? cell{0.0, {}} : *own;
    if (!any) return *first_blank;
    if (first_blank != nullptr && mode == missing::blank && !only) return *first_blank;
    if (mode == missing::reweight) {
        if (weights.sign() == 0) return blank_because(reason::div0);
        sum = sum / weights;
    }
    if (!only && first_blank != nullptr && flag == reason::none) flag = reason::partial_blank;
    if (whole_of_scores) sum = to_places(sum, fraction(int128{100'000'000}));
    return {sum.nearest(), flag};
}

using merit::language::tier_row;
using merit::language::tier_table;

/// The row whose lower bound x has reached, but not its upper.
inline const tier_row* tier_that_holds(const tier_table& tiers, const value& x) {
    for (const tier_row& row : tiers.rows) {
        if (row.low && order_present(x, *row.low) < 0) continue;
        if (row.high && order_present(x, *row.high) >= 0) continue;
        return &row;
    }
    return nullptr;
}

/// Σ (part of x inside the tier) × value, slices counted from 0; a negative x is x × the lowest.
inline cell marginal_of(const tier_table& tiers, const type& is, const value& given) {
    const fraction x = number_of(given);
    if (tiers.rows.empty()) return blank_because(reason::no_data);
    if (x.sign() < 0) return {as_type(x * number_of(tiers.rows.front().pays), is), {}};
    fraction sum;
    for (const tier_row& row : tiers.rows) {
        fraction low;
        if (row.low && number_of(*row.low).sign() > 0) low = number_of(*row.low);
        fraction high = x;
        if (row.high && order(number_of(*row.high), x) < 0) high = number_of(*row.high);
        if (order(high, low) > 0) sum = sum + (high - low) * number_of(row.pays);
    }
    return {as_type(sum, is), {}};
}

/// A tier's value at its lower bound, linear to the next, flat outside: a tier without a lower
/// bound pays what it says.
inline cell interpolated_of(const tier_table& tiers, const value& given) {
    if (tiers.rows.empty()) return blank_because(reason::no_data);
    const fraction x = number_of(given);
    const tier_row* before = nullptr;
    const tier_row* after = nullptr;
    for (const tier_row& row : tiers.rows) {
        if (!row.low) continue;
        if (order(number_of(*row.low), x) <= 0) before = &row;
        if (order(number_of(*row.low), x) > 0 && after == nullptr) after = &row;
    }
    if (before == nullptr) return {number_of(tiers.rows.front().pays).nearest(), {}};
    if (after == nullptr) return {number_of(before->pays).nearest(), {}};
    const fraction low = number_of(*before->low);
    const fraction rise = number_of(after->pays) - number_of(before->pays);
    const fraction part = (x - low) / (number_of(*after->low) - low);
    return {(number_of(before->pays) + part * rise).nearest(), {}};
}

inline cell tier_of(function what, const tier_table& tiers, const type& is, const value& x) {
    if (what == function::tier_marginal) return marginal_of(tiers, is, x);
    if (what == function::tier_interpolated) return interpolated_of(tiers, x);
    const tier_row* row = tier_that_holds(tiers, x);
    return row == nullptr ? blank_because(reason::no_data) : cell{converted(row->pays, is), {}};
}

}  // namespace oracle
