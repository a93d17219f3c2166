// + − · / ^ and the sign. Exact operands stay exact: what does not fit is an error, never a wrap.
#include <cmath>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

template <class Number>
bool overflows(function what, Number a, Number b, Number& out) {
    switch (what) {
        case function::add:
            return __builtin_add_overflow(a, b, &out);
        case function::subtract:
            return __builtin_sub_overflow(a, b, &out);
        default:
            return __builtin_mul_overflow(a, b, &out);
    }
}

void add_whole(const call& with) {
    const std::int64_t* a = with.of[0].whole;
    const std::int64_t* b = with.of[1].whole;
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    if (with.what.what != function::multiply) {
        // The sign bit tells of an overflow; collected over the batch it lets the loop be a vector.
        const bool minus = with.what.what == function::subtract;
        std::uint64_t signs = 0;
        for (std::size_t i = 0; i < with.count; ++i) {
            const auto x = static_cast<std::uint64_t>(a[i]);
            const auto y = static_cast<std::uint64_t>(b[i]);
            const std::uint64_t z = minus ? x - y : x + y;
            signs |= minus ? (x ^ y) & (x ^ z) : ~(x ^ y) & (x ^ z);
            out[i] = static_cast<std::int64_t>(z);
        }
        if (signs >> 63 == 0) return;
    }
    each_usable(with, marks, [&](std::size_t i) {
        if (overflows(with.what.what, a[i], b[i], out[i])) with.out.fail(i, with.count, with.self);
    });
}

/// timestamp ± duration stays within the years 0 to 9999.
void add_time(const call& with) {
    constexpr std::int64_t first = -719'528 * calendar::day_us;
    constexpr std::int64_t end = 2'932'897 * calendar::day_us;
    add_whole(with);
    for (std::size_t i = 0; i < with.count; ++i) {
        if ((with.out.view.mark_at(i) & unusable) != 0) continue;
        const std::int64_t sum = with.out.whole()[i];
        if (sum < first || sum >= end) with.out.fail(i, with.count, with.self);
    }
}

/// date − date is a duration of whole days; date + duration does not come here.
void subtract_dates(const call& with) {
    const std::int64_t* a = with.of[0].whole;
    const std::int64_t* b = with.of[1].whole;
    std::int64_t* out = with.out.begin_whole(with.count);
    combine_marks(with);
    for (std::size_t i = 0; i < with.count; ++i) out[i] = (a[i] - b[i]) * calendar::day_us;
}

void add_wide(const call& with) {
    const wide_operand a(with.of[0], with.count);
    const wide_operand b(with.of[1], with.count);
    int128* out = with.out.begin_wide(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (overflows(with.what.what, a[i], b[i], out[i])) with.out.fail(i, with.count, with.self);
    });
}

void add_real(const call& with) {
    const real_operand a(with.of[0], with.type_of(0), with.count);
    const real_operand b(with.of[1], with.type_of(1), with.count);
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        switch (with.what.what) {
            case function::add:
                out[i] = a[i] + b[i];
                break;
            case function::subtract:
                out[i] = a[i] - b[i];
                break;
            case function::multiply:
                out[i] = a[i] * b[i];
                break;
            default:
                out[i] = std::pow(a[i], b[i]);
                break;
        }
        keep_finite(with, i);
    });
}

/// N5: a blank quotient that nothing explains yet is explained by the missing operand.
void explain_blanks(const call& with, const mark* marks) {
    if (marks == nullptr) return;
    for (std::size_t i = 0; i < with.count; ++i) {
        if (marks[i] == blank_bit) with.out.marks()[i] = blank_for(reason::no_data);
    }
}

/// Exact operands of one scale: the quotient of the units, rounded once.
void divide(const call& with) {
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    explain_blanks(with, marks);
    const bool real = with.of[0].kind == lane::real || with.of[1].kind == lane::real;
    if (real) {
        const real_operand a(with.of[0], with.type_of(0), with.count);
        const real_operand b(with.of[1], with.type_of(1), with.count);
        each_usable(with, marks, [&](std::size_t i) {
            if (b[i] == 0) return make_blank(with, i, reason::div0);
            out[i] = a[i] / b[i];
            keep_finite(with, i);
        });
        return;
    }
    const wide_operand a(with.of[0], with.count);
    const wide_operand b(with.of[1], with.count);
    each_usable(with, marks, [&](std::size_t i) {
        if (b[i] == 0) return make_blank(with, i, reason::div0);
        out[i] = quotient(a[i], b[i]);
    });
}

/// The quotient of a difference and its base, which must be above 0.
void grow(const call& with) {
    const vector& quotient = with.of[0];
    const vector& base = with.of[1];
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    for (std::size_t i = 0; i < with.count; ++i) {
        const mark m = base.mark_at(i);
        const bool low = base.kind == lane::real   ? base.real[i] <= 0
                         : base.kind == lane::wide ? base.wide[i] <= 0
                                                   : base.whole[i] <= 0;
        if ((m & unusable) == 0 && low) {  // the value itself is not used
            make_blank(with, i, reason::not_meaningful);
            continue;
        }
        if (marks == nullptr || (marks[i] & unusable) == 0) out[i] = quotient.real[i];
    }
}

/// Exact units a / b at `target` digits, half away from zero; false when they do not fit.
bool divided(int128 a, unsigned a_scale, int128 b, unsigned b_scale, unsigned target, int128& out) {
    int128& grown = target + b_scale >= a_scale ? a : b;
    const unsigned by =
        target + b_scale >= a_scale ? target + b_scale - a_scale : a_scale - target - b_scale;
    if (by > largest_power || __builtin_mul_overflow(grown, power_of_ten(by), &grown)) return false;
    out = a / b;
    const int128 rest = a % b;
    const uint128 gap = magnitude(b) - magnitude(rest);
    if (rest != 0 && magnitude(rest) >= gap) out += (a < 0) != (b < 0) ? -1 : 1;
    return true;
}

/// money / number is money again, to the digits of its type.
void divide_money(const call& with) {
    const vector& money = with.of[0];
    const vector& number = with.of[1];
    const unsigned target = with.what.type.scale;
    int128* out = with.out.begin_wide(with.count);
    const mark* marks = combine_marks(with);
    explain_blanks(with, marks);
    if (money.kind == lane::real || number.kind == lane::real) {
        const real_operand a(money, with.type_of(0), with.count);
        const real_operand b(number, with.type_of(1), with.count);
        return each_usable(with, marks, [&](std::size_t i) {
            if (b[i] == 0) return make_blank(with, i, reason::div0);
            const double ratio = a[i] / b[i];
            if (!(std::fabs(ratio) < 9e15)) return with.out.fail(i, with.count, with.self);
            out[i] = rounded_units(ratio, target);
        });
    }
    const wide_operand a(money, with.count);
    const wide_operand b(number, with.count);
    const unsigned b_scale = number.kind == lane::wide ? with.type_of(1).scale : 0;
    each_usable(with, marks, [&](std::size_t i) {
        if (b[i] == 0) return make_blank(with, i, reason::div0);
        if (!divided(a[i], with.type_of(0).scale, b[i], b_scale, target, out[i]))
            with.out.fail(i, with.count, with.self);
    });
}

void negate(const call& with) {
    const vector& from = with.of[0];
    with.out.begin(from.kind, with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from.kind == lane::real) {
            with.out.real()[i] = -from.real[i];
        } else if (from.kind == lane::wide) {
            if (__builtin_sub_overflow(int128{0}, from.wide[i], &with.out.wide()[i]))
                with.out.fail(i, with.count, with.self);
        } else if (__builtin_sub_overflow(std::int64_t{0}, from.whole[i], &with.out.whole()[i])) {
            with.out.fail(i, with.count, with.self);
        }
    });
}

}  // namespace

bool apply_arithmetic(const call& with) {
    const lane kind = lane_of(with.what.type);
    switch (with.what.what) {
        case function::add:
        case function::subtract:
        case function::multiply:
            if (kind == lane::real)
                add_real(with);
            else if (kind == lane::wide)
                add_wide(with);
            else if (with.what.what == function::subtract &&
                     with.type_of(0).kind == type_kind::date &&
                     with.type_of(1).kind == type_kind::date)
                subtract_dates(with);
            else if (with.what.type.kind == type_kind::timestamp)
                add_time(with);
            else
                add_whole(with);
            return true;
        case function::power:
            add_real(with);
            return true;
        case function::divide:
            if (kind == lane::wide)
                divide_money(with);
            else
                divide(with);
            return true;
        case function::growth:
            grow(with);
            return true;
        case function::negate:
            negate(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
