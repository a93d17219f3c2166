// score, weighted and its contributions: one rounding, at the end. Scores are decimals of nine
// places and a whole of scores of eight, so that what meets a tier's border by hand meets it here.
#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

/// Value i of an operand with all its digits.
quad exact(const call& with, std::size_t operand, std::size_t i) {
    const vector& from = with.of[operand];
    if (from.kind == lane::real) return from.real[i];
    if (from.kind == lane::whole) return static_cast<quad>(from.whole[i]);
    const quad units = static_cast<quad>(from.wide[i]);
    const unsigned scale = with.type_of(operand).scale;
    return scale == 0 ? units : units / static_cast<quad>(power_of_ten(scale));
}

constexpr unsigned places = 9;
constexpr double units_of_one = 1e9;

/// The decimal of nine places that x is the nearest double to, in its units; none when x is no
/// such number. Below 10^6 the units are exact and their quotient is rounded once.
std::optional<int128> decimal_units(double x) {
    if (!(std::abs(x) < 1e6)) return std::nullopt;
    const double units = std::nearbyint(x * units_of_one);
    if (units / units_of_one != x) return std::nullopt;
    return static_cast<int128>(units);
}

/// 100 · (x − floor) / (goal − floor) between 0 and 100, to nine places.
void score(const call& with) {
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const quad floor = exact(with, 1, i);
        const quad span = exact(with, 2, i) - floor;
        if (span == 0) return make_blank(with, i, reason::div0);
        const quad points = 100 * (exact(with, 0, i) - floor) / span;
        const quad within = points <= 0 ? quad(0) : points >= 100 ? quad(100) : points;
        const quad units = within * static_cast<quad>(units_of_one);
        out[i] = scaled(static_cast<int128>(units + static_cast<quad>(0.5)), places);
    });
}

/// Sums of the present parts of a weighted mean, exact while all operands are exact and fit.
struct weighing {
    int128 units = 0;    ///< Σ weight · value, in units of both scales
    int128 weights = 0;  ///< Σ weight, in units of its scale
    quad total = 0;      ///< the same in floating point
    quad weight_total = 0;
    bool fits = true;
    bool any = false;
};

unsigned scale_of(const call& with, std::size_t operand) {
    const merit::type& type = with.type_of(operand);
    return lane_of(type) == lane::wide ? type.scale : 0;
}

int128 units_at(const vector& from, std::size_t i) {
    return from.kind == lane::wide ? from.wide[i] : from.whole[i];
}

void add_part(const call& with, std::size_t operand, std::size_t i, weighing& into) {
    const vector& weight = with.of[operand];
    const vector& value = with.of[operand + 1];
    into.any = true;
    into.weight_total += exact(with, operand, i);
    const bool real = value.kind == lane::real;
    const auto units = real ? decimal_units(value.real[i]) : units_at(value, i);
    int128 product = 0;
    into.fits = into.fits && units &&
                !__builtin_mul_overflow(units_at(weight, i), *units, &product) &&
                !__builtin_add_overflow(into.units, product, &into.units) &&
                !__builtin_add_overflow(into.weights, units_at(weight, i), &into.weights);
    // The weight's units times a double are exact in 113 bits; the scale divides the sum.
    into.total += static_cast<quad>(units_at(weight, i)) *
                  (real ? static_cast<quad>(value.real[i]) : static_cast<quad>(*units));
}

/// Scales of the first part that has a type; weights share one, and so do values.
struct scales {
    unsigned weight = 0;
    unsigned value = 0;
    bool real = false;  ///< values are doubles: decimals of nine places where all are such
};

scales scales_of(const call& with, std::size_t first) {
    scales out;
    for (std::size_t k = first; k + 1 < with.of.size(); k += 2) {
        out.weight = std::max(out.weight, scale_of(with, k));
        out.value = std::max(out.value, scale_of(with, k + 1));
        out.real = out.real || with.of[k + 1].kind == lane::real;
    }
    return out;
}

/// The largest whole number not above top / bottom + ½; none where it does not fit.
std::optional<int128> rounded(int128 top, int128 bottom) {
    int128 doubled = 0;
    if (__builtin_mul_overflow(top, int128{2}, &doubled) ||
        __builtin_add_overflow(doubled, bottom, &doubled) ||
        __builtin_mul_overflow(bottom, int128{2}, &bottom))
        return std::nullopt;
    const int128 down = doubled / bottom;
    return down * bottom > doubled ? down - 1 : down;
}

/// To eight places, half up: the parts have nine, so the whole is free of their rounding.
double whole_of(const weighing& sums, const scales& by, bool over) {
    constexpr unsigned whole_places = places - 1;
    const unsigned scale = (by.real ? places : by.value) + (over ? 0 : by.weight);
    int128 top = 0;
    int128 bottom = 0;
    const int128 weights = over ? sums.weights : 1;
    const bool fits = sums.fits &&
                      !__builtin_mul_overflow(sums.units, power_of_ten(whole_places), &top) &&
                      !__builtin_mul_overflow(weights, power_of_ten(scale), &bottom);
    if (const auto units = fits ? rounded(top, bottom) : std::nullopt)
        return scaled(*units, whole_places);
    quad total = sums.total / static_cast<quad>(power_of_ten(by.weight));
    if (!by.real) total /= static_cast<quad>(power_of_ten(by.value));
    if (over) total /= sums.weight_total;
    total = total * static_cast<quad>(power_of_ten(whole_places)) + static_cast<quad>(0.5);
    const quad limit = static_cast<quad>(power_of_ten(36));
    if (!(total < limit && total > -limit))
        return static_cast<double>(total / static_cast<quad>(power_of_ten(whole_places)));
    int128 units = static_cast<int128>(total);
    if (static_cast<quad>(units) > total) --units;
    return scaled(units, whole_places);
}

/// `over` is set where the sum is divided by the present weights.
double total_of(const weighing& sums, const scales& by, bool over) {
    const unsigned scale = by.real ? places : by.value;
    if (sums.fits && !over) return scaled(sums.units, by.weight + scale);
    if (sums.fits) {
        // Σ w·x / Σ w: the weights' scale cancels.
        return nearest(big_integer(sums.units),
                       big_integer(sums.weights) * big_integer(power_of_ten(scale)));
    }
    quad total = sums.total / static_cast<quad>(power_of_ten(by.weight));
    if (!by.real && by.value != 0) total /= static_cast<quad>(power_of_ten(by.value));
    return static_cast<double>(over ? total / sums.weight_total : total);
}

/// The worst mark among the values of a weighted mean: an error, or the first blank.
struct presence {
    mark worst = 0;
    mark flag = 0;  ///< the first on a part that is there
    std::size_t at = 0;
    std::size_t missing = 0;
    std::size_t parts = 0;
};

presence look_at(const call& with, std::size_t first, std::size_t i) {
    presence out;
    for (std::size_t k = first; k + 1 < with.of.size(); k += 2) {
        const mark m = with.of[k + 1].mark_at(i);
        ++out.parts;
        out.missing += (m & blank_bit) != 0 ? 1 : 0;
        if (out.flag == 0 && (m & unusable) == 0) out.flag = m;
        const mark next = first_mark(out.worst, m);
        if (next != out.worst) out.at = k + 1;
        out.worst = next;
    }
    return out;
}

bool missing_here(const call& with, std::size_t operand, std::size_t i) {
    return (with.of[operand].mark_at(i) & blank_bit) != 0;
}

void set_flag(const call& with, std::size_t i, mark flag) {
    if (flag == 0 && with.out.view.marks == nullptr) return;
    if (with.out.view.marks == nullptr) with.out.begin_marks(with.count);
    with.out.marks()[i] = flag;
}

void weigh(const call& with) {
    const bool whole = with.what.what >= function::whole_blank;
    const function how = !whole                                       ? with.what.what
                         : with.what.what == function::whole_reweight ? function::weighted_reweight
                         : with.what.what == function::whole_zero     ? function::weighted_zero
                                                                      : function::weighted_blank;
    double* out = with.out.begin_real(with.count);
    const scales by = scales_of(with, 0);
    for (std::size_t i = 0; i < with.count; ++i) {
        const presence seen = look_at(with, 0, i);
        if ((seen.worst & error_bit) != 0) {
            with.out.fail(i, with.count, with.of[seen.at].origins[i]);
            continue;
        }
        if (seen.missing == seen.parts || (how == function::weighted_blank && seen.missing != 0)) {
            make_blank(with, i, reason_of(seen.worst));
            continue;
        }
        weighing sums;
        for (std::size_t k = 0; k + 1 < with.of.size(); k += 2) {
            if (!missing_here(with, k + 1, i)) add_part(with, k, i, sums);
        }
        const bool over = how == function::weighted_reweight && seen.missing != 0;
        if (over && sums.weight_total == 0) {
            make_blank(with, i, reason::div0);
            continue;
        }
        out[i] = whole ? whole_of(sums, by, over) : total_of(sums, by, over);
        const bool partial = seen.flag == 0 && seen.missing != 0;
        set_flag(with, i, partial ? static_cast<mark>(reason::partial_blank) : seen.flag);
    }
}

/// The share of part n in the total, after blanks are dealt with.
void contribute(const call& with) {
    const function how = with.what.what;
    double* out = with.out.begin_real(with.count);
    const auto* given =
        with.constant(0) == nullptr ? nullptr : std::get_if<std::int64_t>(with.constant(0));
    const std::size_t part = 1 + 2 * static_cast<std::size_t>(given == nullptr ? 0 : *given);
    const scales by = scales_of(with, 1);
    for (std::size_t i = 0; i < with.count && part + 1 < with.of.size(); ++i) {
        const presence seen = look_at(with, 1, i);
        const mark own = with.of[part + 1].mark_at(i);
        if ((seen.worst & error_bit) != 0) {
            with.out.fail(i, with.count, with.of[seen.at].origins[i]);
            continue;
        }
        if ((own & blank_bit) != 0) {
            const bool zero = how == function::contribution_zero && seen.missing != seen.parts;
            if (zero)
                out[i] = 0;
            else
                make_blank(with, i, reason_of(own));
            continue;
        }
        weighing sums;
        add_part(with, part, i, sums);
        const bool over = how == function::contribution_reweight && seen.missing != 0;
        if (over) {
            sums.weights = 0;
            sums.weight_total = 0;
            for (std::size_t k = 1; k + 1 < with.of.size(); k += 2) {
                if (missing_here(with, k + 1, i)) continue;
                sums.weights += units_at(with.of[k], i);
                sums.weight_total += exact(with, k, i);
            }
            if (sums.weight_total == 0) {
                make_blank(with, i, reason::div0);
                continue;
            }
        }
        out[i] = total_of(sums, by, over);
        set_flag(with, i, own);
    }
}

}  // namespace

bool apply_judging(const call& with) {
    switch (with.what.what) {
        case function::score:
            score(with);
            return true;
        case function::weighted_blank:
        case function::weighted_reweight:
        case function::weighted_zero:
        case function::whole_blank:
        case function::whole_reweight:
        case function::whole_zero:
            weigh(with);
            return true;
        case function::contribution_blank:
        case function::contribution_reweight:
        case function::contribution_zero:
            contribute(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
