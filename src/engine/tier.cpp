// Tier tables: a tier has its lower bound, not its upper.
#include <algorithm>
#include <cmath>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

/// A number of any type with all its digits; exact numbers also as units and scale.
struct number {
    bool exact = false;
    int128 units = 0;
    unsigned scale = 0;
    quad size = 0;
};

number exact_number(int128 units, unsigned scale) {
    quad size = static_cast<quad>(units);
    if (scale != 0) size /= static_cast<quad>(power_of_ten(scale));
    return {true, units, scale, size};
}

number number_of(const merit::value& from) {
    if (const auto* n = std::get_if<std::int64_t>(&from)) return exact_number(*n, 0);
    if (const auto* d = std::get_if<decimal_value>(&from)) return exact_number(d->units, d->scale);
    if (const auto* m = std::get_if<money_value>(&from))
        return exact_number(m->amount.units, m->amount.scale);
    if (const auto* t = std::get_if<duration_value>(&from))
        return exact_number(static_cast<int128>(t->microseconds), 0);
    if (const auto* x = std::get_if<double>(&from)) return {false, 0, 0, static_cast<quad>(*x)};
    return {};
}

number number_at(const call& with, std::size_t i) {
    const vector& from = with.of[0];
    if (from.kind == lane::real) return {false, 0, 0, static_cast<quad>(from.real[i])};
    if (from.kind == lane::wide) return exact_number(from.wide[i], with.type_of(0).scale);
    return exact_number(from.whole[i], 0);
}

/// A decimal meets a double as its nearest double, so 0.88 / 1.10 reaches the 80 % tier.
bool below(const number& x, const number& bound) {
    if (!x.exact || !bound.exact) {
        const double b =
            bound.exact ? scaled(bound.units, bound.scale) : static_cast<double>(bound.size);
        return static_cast<double>(x.size) < b;
    }
    int128 a = x.units;
    int128 b = bound.units;
    const unsigned scale = std::max(x.scale, bound.scale);
    if (rescale(a, x.scale, scale) && rescale(b, bound.scale, scale)) return a < b;
    return x.size < bound.size;
}

/// Position of the tier that holds x, or the number of tiers.
std::size_t tier_of(const plan::tier_table& tiers, const number& x) {
    for (std::size_t k = 0; k < tiers.rows.size(); ++k) {
        const plan::tier_row& row = tiers.rows[k];
        if (row.has_low && below(x, number_of(row.low))) continue;
        if (row.has_high && !below(x, number_of(row.high))) continue;
        return k;
    }
    return tiers.rows.size();
}

/// The value of each tier as a batch of one, in the lane of the result.
std::vector<full_column> values_of(const call& with, const plan::tier_table& tiers) {
    std::vector<full_column> out;
    for (const plan::tier_row& row : tiers.rows) {
        buffer held;
        fill(row.pays, with.what.type, 1, with.texts, held);
        out.emplace_back().append(held.view, 1);
    }
    return out;
}

void pick_tier(const call& with, const plan::tier_table& tiers) {
    const std::vector<full_column> values = values_of(with, tiers);
    const lane kind = lane_of(with.what.type);
    with.out.begin(kind, with.count);
    if (kind == lane::text) {
        std::fill_n(with.out.whole(), with.count, with.texts.code_of(""));
        with.out.view.texts.pool = &with.texts;
    }
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const std::size_t k = tier_of(tiers, number_at(with, i));
        if (k == tiers.rows.size()) return make_blank(with, i, reason::no_data);
        if (!values[k].marks.empty()) return make_blank(with, i, reason::none);
        if (kind == lane::wide)
            with.out.wide()[i] = values[k].wide[0];
        else if (kind == lane::real)
            with.out.real()[i] = values[k].real[0];
        else
            with.out.whole()[i] = values[k].whole[0];
    });
}

/// Σ (part of x inside a tier) · value, slices counted from 0. A negative x is x times the lowest
/// value.
struct marginal {
    int128 units = 0;  ///< in units of `scale`, while everything is exact and fits
    unsigned scale = 0;
    bool exact = true;
    quad size = 0;
};

void add_slice(marginal& into, const number& from, const number& to, const number& pays) {
    into.size += (to.size - from.size) * pays.size;
    int128 low = from.units;
    int128 high = to.units;
    int128 each = 0;
    const unsigned bounds = into.scale - pays.scale;
    into.exact = into.exact && from.exact && to.exact && pays.exact &&
                 rescale(low, from.scale, bounds) && rescale(high, to.scale, bounds) &&
                 !__builtin_mul_overflow(high - low, pays.units, &each) &&
                 !__builtin_add_overflow(into.units, each, &into.units);
}

marginal marginal_of(const plan::tier_table& tiers, const number& x) {
    marginal out;
    const number zero = exact_number(0, 0);
    out.scale = std::max<unsigned>(x.scale, tiers.bounds.scale) + tiers.pays.scale;
    const auto pays_of = [&](std::size_t k) {
        number pays = number_of(tiers.rows[k].pays);
        if (pays.exact && rescale(pays.units, pays.scale, tiers.pays.scale))
            pays.scale = tiers.pays.scale;
        return pays;
    };
    if (tiers.rows.empty()) return out;
    if (below(x, zero)) {
        add_slice(out, zero, x, pays_of(0));
        return out;
    }
    for (std::size_t k = 0; k < tiers.rows.size(); ++k) {
        const plan::tier_row& row = tiers.rows[k];
        number low = row.has_low ? number_of(row.low) : zero;
        if (below(low, zero)) low = zero;
        if (!below(low, x)) continue;
        const bool cut = row.has_high && below(number_of(row.high), x);
        const number high = cut ? number_of(row.high) : x;
        if (below(low, high)) add_slice(out, low, high, pays_of(k));
    }
    return out;
}

void sum_tiers(const call& with, const plan::tier_table& tiers) {
    const lane kind = lane_of(with.what.type);
    with.out.begin(kind, with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        marginal sum = marginal_of(tiers, number_at(with, i));
        if (kind == lane::real) {
            with.out.real()[i] =
                sum.exact ? scaled(sum.units, sum.scale) : static_cast<double>(sum.size);
            return keep_finite(with, i);
        }
        if (!sum.exact || !rescale(sum.units, sum.scale, with.what.type.scale))
            return with.out.fail(i, with.count, with.self);
        if (kind == lane::wide)
            with.out.wide()[i] = sum.units;
        else
            with.out.whole()[i] = static_cast<std::int64_t>(sum.units);
    });
}

/// A tier's value at its lower bound, linear to the next, flat outside.
void interpolate(const call& with, const plan::tier_table& tiers) {
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const number x = number_at(with, i);
        if (tiers.rows.empty()) return make_blank(with, i, reason::no_data);
        std::size_t k = tiers.rows.size() - 1;
        while (k > 0 && tiers.rows[k].has_low && below(x, number_of(tiers.rows[k].low))) --k;
        const plan::tier_row& row = tiers.rows[k];
        const quad here = number_of(row.pays).size;
        const bool flat =
            k + 1 == tiers.rows.size() || !row.has_low || below(x, number_of(row.low));
        if (flat) {
            out[i] = static_cast<double>(here);
            return;
        }
        const quad low = number_of(row.low).size;
        const quad high = number_of(tiers.rows[k + 1].low).size;
        const quad there = number_of(tiers.rows[k + 1].pays).size;
        out[i] = static_cast<double>(here + (there - here) * (x.size - low) / (high - low));
        keep_finite(with, i);
    });
}

}  // namespace

void apply_tier(const call& with) {
    const plan::tier_table& tiers = with.in.what.tier_tables[with.what.with];
    if (with.type_of(0).kind == type_kind::blank) return all_blank(with);
    switch (with.what.what) {
        case function::tier_marginal:
            return sum_tiers(with, tiers);
        case function::tier_interpolated:
            return interpolate(with, tiers);
        default:
            return pick_tier(with, tiers);
    }
}

}  // namespace merit::engine
