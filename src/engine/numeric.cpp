// Functions of numbers, and the conversions that check inserts.
#include <algorithm>
#include <cmath>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

int128 floor_division(int128 a, int128 b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

void to_real(const call& with) {
    const real_operand from(with.of[0], with.type_of(0), with.count);
    double* out = with.out.begin_real(with.count);
    combine_marks(with);
    for (std::size_t i = 0; i < with.count; ++i) out[i] = from[i];
}

/// An exact number, or approximate money, in another scale.
void to_scale(const call& with) {
    const vector& from = with.of[0];
    if (lane_of(with.what.type) == lane::real) return to_real(with);
    const unsigned before = with.type_of(0).scale;
    const unsigned after = with.what.type.scale;
    int128* out = with.out.begin_wide(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from.kind == lane::real) {
            if (std::fabs(from.real[i]) >= 9e15) return with.out.fail(i, with.count, with.self);
            out[i] = rounded_units(from.real[i], after);
            return;
        }
        out[i] = from.kind == lane::wide ? from.wide[i] : from.whole[i];
        if (!rescale(out[i], before, after)) with.out.fail(i, with.count, with.self);
    });
}

void absolute(const call& with) {
    const vector& from = with.of[0];
    with.out.begin(from.kind, with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from.kind == lane::real) {
            with.out.real()[i] = std::fabs(from.real[i]);
        } else if (from.kind == lane::wide) {
            with.out.wide()[i] = from.wide[i] < 0 ? -from.wide[i] : from.wide[i];
        } else {
            const std::int64_t x = from.whole[i];
            if (__builtin_sub_overflow(std::int64_t{0}, x, &with.out.whole()[i]))
                with.out.fail(i, with.count, with.self);
            if (x >= 0) with.out.whole()[i] = x;
        }
    });
}

/// Half away from zero, on the decimal digits that the double really has.
double rounded(double x, unsigned digits) {
    if (!(std::fabs(x) < 4503599627370496.0)) return x;  // from 2^52 on every double is whole
    return scaled(rounded_units(x, digits), digits);
}

void round_to(const call& with) {
    const vector& from = with.of[0];
    const auto* given = with.of.size() > 1 ? with.constant(1) : nullptr;
    const auto* digits = given == nullptr ? nullptr : std::get_if<std::int64_t>(given);
    const auto wanted =
        static_cast<unsigned>(digits == nullptr ? 0 : std::clamp<std::int64_t>(*digits, 0, 18));
    with.out.begin(from.kind, with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from.kind == lane::real) {
            with.out.real()[i] = rounded(from.real[i], wanted);
        } else if (from.kind == lane::wide) {
            with.out.wide()[i] = from.wide[i];
            (void)rescale(with.out.wide()[i], with.type_of(0).scale, with.what.type.scale);
        } else {
            with.out.whole()[i] = from.whole[i];
        }
    });
}

void to_whole(const call& with) {
    const vector& from = with.of[0];
    const bool up = with.what.what == function::ceil;
    const int128 unit = power_of_ten(std::min<unsigned>(with.type_of(0).scale, largest_power));
    with.out.begin(from.kind, with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from.kind == lane::real)
            with.out.real()[i] = up ? std::ceil(from.real[i]) : std::floor(from.real[i]);
        else if (from.kind == lane::wide)
            with.out.wide()[i] =
                up ? -floor_division(-from.wide[i], unit) : floor_division(from.wide[i], unit);
        else
            with.out.whole()[i] = from.whole[i];
    });
}

void take_root(const call& with) {
    const real_operand from(with.of[0], with.type_of(0), with.count);
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (from[i] < 0) return make_blank(with, i, reason::not_meaningful);
        out[i] = std::sqrt(from[i]);
    });
}

/// mod: the remainder with the sign of the divisor. bucket: the multiple of the width below x.
void step_down(const call& with) {
    const bool bucket = with.what.what == function::bucket;
    const lane kind = lane_of(with.what.type);
    with.out.begin(kind, with.count);
    const mark* marks = combine_marks(with);
    if (kind == lane::real) {
        const real_operand a(with.of[0], with.type_of(0), with.count);
        const real_operand b(with.of[1], with.type_of(1), with.count);
        return each_usable(with, marks, [&](std::size_t i) {
            if (b[i] == 0) return make_blank(with, i, reason::div0);
            double rest = std::fmod(a[i], b[i]);
            if (rest != 0 && (rest < 0) != (b[i] < 0)) rest += b[i];
            with.out.real()[i] = bucket ? std::floor(a[i] / b[i]) * b[i] : rest;
            keep_finite(with, i);
        });
    }
    const wide_operand a(with.of[0], with.count);
    const wide_operand b(with.of[1], with.count);
    each_usable(with, marks, [&](std::size_t i) {
        if (b[i] == 0) return make_blank(with, i, reason::div0);
        const int128 below = floor_division(a[i], b[i]) * b[i];
        const int128 out = bucket ? below : a[i] - below;
        if (kind == lane::wide)
            with.out.wide()[i] = out;
        else if (out == static_cast<std::int64_t>(out))
            with.out.whole()[i] = static_cast<std::int64_t>(out);
        else
            with.out.fail(i, with.count, with.self);
    });
}

/// Whether value i of operand a comes before that of b.
bool before(const call& with, std::size_t a, std::size_t b, std::size_t i) {
    const vector& x = with.of[a];
    const vector& y = with.of[b];
    switch (x.kind) {
        case lane::wide:
            return x.wide[i] < y.wide[i];
        case lane::real:
            return x.real[i] < y.real[i];
        case lane::text:
            return x.texts.at(x.whole[i]) < y.texts.at(y.whole[i]);
        default:
            return x.whole[i] < y.whole[i];
    }
}

void copy_from(const call& with, std::size_t operand, std::size_t i) {
    const vector& from = with.of[operand];
    switch (from.kind) {
        case lane::wide:
            with.out.wide()[i] = from.wide[i];
            break;
        case lane::real:
            with.out.real()[i] = from.real[i];
            break;
        case lane::text:
            with.out.whole()[i] = with.texts.code_of(from.texts.at(from.whole[i]));
            break;
        default:
            with.out.whole()[i] = from.whole[i];
            break;
    }
}

void select_by_size(const call& with) {
    with.out.begin(lane_of(with.what.type), with.count);
    if (with.out.view.kind == lane::text) {
        std::fill_n(with.out.whole(), with.count, 0);
        with.out.view.texts.pool = &with.texts;
    }
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        std::size_t found = 0;
        if (with.what.what == function::clamp) {
            if (before(with, 0, 1, i))
                found = 1;
            else if (before(with, 2, 0, i))
                found = 2;
        } else {
            const bool least = with.what.what == function::least;
            for (std::size_t k = 1; k < with.of.size(); ++k) {
                if (least ? before(with, k, found, i) : before(with, found, k, i)) found = k;
            }
        }
        copy_from(with, found, i);
    });
}

}  // namespace

bool apply_conversion(const call& with) {
    switch (with.what.what) {
        case function::to_double:
            to_real(with);
            return true;
        case function::to_decimal:
            to_scale(with);
            return true;
        default:
            return false;
    }
}

bool apply_number(const call& with) {
    switch (with.what.what) {
        case function::abs:
            absolute(with);
            return true;
        case function::round:
            round_to(with);
            return true;
        case function::floor:
        case function::ceil:
            to_whole(with);
            return true;
        case function::sqrt:
            take_root(with);
            return true;
        case function::mod:
        case function::bucket:
            step_down(with);
            return true;
        case function::least:
        case function::greatest:
        case function::clamp:
            select_by_size(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
