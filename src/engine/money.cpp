// Money whose currency is a text: amounts, checks that two currencies are one, and conversion.
#include <cmath>

#include "core/currency.hpp"
#include "engine/lanes.hpp"
#include "engine/rates.hpp"

namespace merit::engine {

using language::function;

namespace {

void make_money(const call& with) {
    const vector& amount = with.of[0];
    int128* out = with.out.begin_wide(with.count);
    const mark* marks = combine_marks(with);
    const vector& codes = with.of[1];
    each_usable(with, marks, [&](std::size_t i) {
        if (!is_currency_code(codes.texts.at(codes.whole[i])))
            return make_blank(with, i, reason::no_data);
        out[i] = amount.kind == lane::wide ? amount.wide[i] : amount.whole[i];
    });
}

/// Copies value i of the first operand with its mark; true where it may be checked.
bool take_amount(const call& with, std::size_t i) {
    const vector& from = with.of[0];
    const mark m = from.mark_at(i);
    if ((m & error_bit) != 0) {
        with.out.fail(i, with.count, from.origins[i]);
        return false;
    }
    if (m != 0 && with.out.view.marks == nullptr) with.out.begin_marks(with.count);
    if (with.out.view.marks != nullptr) with.out.marks()[i] = m;
    if (from.kind == lane::wide)
        with.out.wide()[i] = from.wide[i];
    else if (from.kind == lane::real)
        with.out.real()[i] = from.real[i];
    else
        with.out.whole()[i] = from.whole[i];
    return (m & blank_bit) == 0;
}

void check_currency(const call& with) {
    with.out.begin(with.of[0].kind, with.count);
    const vector& a = with.of[1];
    const vector& b = with.of[2];
    for (std::size_t i = 0; i < with.count; ++i) {
        if (!take_amount(with, i)) continue;
        bool known = true;
        const vector* failed = nullptr;
        for (std::size_t k = 1; k < with.of.size(); ++k) {
            const mark m = with.of[k].mark_at(i);
            if ((m & error_bit) != 0 && failed == nullptr) failed = &with.of[k];
            known = known && (m & unusable) == 0;
        }
        if (failed != nullptr)
            with.out.fail(i, with.count, failed->origins[i]);
        else if (known && a.texts.at(a.whole[i]) != b.texts.at(b.whole[i]))
            with.out.fail(i, with.count, with.self);
    }
}

/// The time of value i as the book counts: a date and a timestamp meet by day.
std::int64_t rate_time_of(const call& with, const rate_book& book, std::size_t i) {
    const std::int64_t x = with.of[3].whole[i];
    const bool date = with.type_of(3).kind == type_kind::date;
    if (book.by_day()) return date ? x : calendar::day_below(with.in.calendar.to_local(x));
    return date ? with.in.calendar.to_instant((x + 1) * calendar::day_us) - 1 : x;
}

/// units · 10^-from · top / bottom in units of 10^-to, rounded once, half away from zero; false
/// where a step has more than 38 digits.
bool exchange(int128& units, unsigned from, unsigned to, rate_book::rate by) {
    int128 top = 0;
    int128 bottom = by.bottom;
    if (__builtin_mul_overflow(units, by.top, &top)) return false;
    const int128 shift = power_of_ten(to > from ? to - from : from - to);
    if (to > from ? __builtin_mul_overflow(top, shift, &top)
                  : __builtin_mul_overflow(bottom, shift, &bottom))
        return false;
    const int128 rest = top % bottom;
    units = top / bottom;
    const uint128 size = magnitude(rest);
    if (size >= magnitude(bottom) - size) units += top < 0 ? -1 : 1;
    return true;
}

void convert_amounts(const call& with) {
    const rate_book& book = (*with.in.rates)[with.what.with];
    const vector& amount = with.of[0];
    const bool real = amount.kind == lane::real;
    const unsigned scale = real ? 0 : with.type_of(0).scale;
    with.out.begin(lane_of(with.what.type), with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const std::string_view from = with.of[1].texts.at(with.of[1].whole[i]);
        const std::string_view to = with.of[2].texts.at(with.of[2].whole[i]);
        const std::optional<rate_book::rate> rate =
            from == to ? rate_book::rate{1, 1} : book.find(from, to, rate_time_of(with, book, i));
        if (!rate) return with.out.fail(i, with.count, with.self);
        if (real) {
            const quad exact = static_cast<quad>(amount.real[i]) * static_cast<quad>(rate->top) /
                               static_cast<quad>(rate->bottom);
            with.out.real()[i] = static_cast<double>(exact);
            return keep_finite(with, i);
        }
        with.out.wide()[i] = amount.wide[i];
        if (!exchange(with.out.wide()[i], scale, with.what.type.scale, *rate))
            with.out.fail(i, with.count, with.self);
    });
}

}  // namespace

bool apply_money(const call& with) {
    switch (with.what.what) {
        case function::money_of:
            make_money(with);
            return true;
        case function::one_currency:
            check_currency(with);
            return true;
        case function::convert:
            convert_amounts(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
