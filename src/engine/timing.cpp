// Functions of dates and times. A timestamp is read in the calendar's zone.
#include <algorithm>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

constexpr std::int64_t hour_us = 3600 * calendar::second_us;

/// Local microseconds of value i: of a date its midnight.
std::int64_t local_of(const call& with, std::size_t operand, std::size_t i) {
    const std::int64_t x = with.of[operand].whole[i];
    return with.type_of(operand).kind == type_kind::date ? x * calendar::day_us
                                                         : with.in.calendar.to_local(x);
}

/// A number read off a local time.
std::int64_t part_of(function what, std::int64_t local) {
    const std::int64_t days = calendar::day_below(local);
    const auto day = static_cast<std::int32_t>(days);
    switch (what) {
        case function::date_of:
            return days;
        case function::year:
            return calendar::civil_of(day).year;
        case function::quarter:
            return (calendar::civil_of(day).month + 2) / 3;
        case function::month:
            return calendar::civil_of(day).month;
        case function::day:
            return calendar::civil_of(day).day;
        case function::weekday:
            return calendar::weekday_of(day);
        case function::iso_week:
            return calendar::iso_week_of(day);
        default:
            return (local - days * calendar::day_us) / hour_us;
    }
}

span_value span_of(const call& with, std::size_t operand) {
    const merit::value* held = with.constant(operand);
    const auto* span = held == nullptr ? nullptr : std::get_if<span_value>(held);
    return span == nullptr ? span_value{} : *span;
}

bool is_clock(unit of) {
    return of == unit::hour || of == unit::minute || of == unit::second;
}

/// A local time as the type of the result.
std::int64_t from_local(const call& with, std::int64_t local) {
    return with.what.type.kind == type_kind::date ? calendar::day_below(local)
                                                  : with.in.calendar.to_instant(local);
}

/// Local times of the years 0 to 9999: what a date can be written as.
bool in_calendar(std::int64_t local) {
    constexpr std::int64_t first = -719'528;
    constexpr std::int64_t end = 2'932'897;
    return local >= first * calendar::day_us && local < end * calendar::day_us;
}

void add_span(const call& with) {
    const span_value span = span_of(with, 1);
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        // An hour is exact, whatever the zone's clocks do within it.
        const bool exact = is_clock(span.unit) && with.type_of(0).kind == type_kind::timestamp;
        const std::int64_t sum =
            with.in.calendar.add_span(exact ? with.of[0].whole[i] : local_of(with, 0, i), span);
        if (!in_calendar(sum)) return with.out.fail(i, with.count, with.self);
        out[i] = exact ? sum : from_local(with, sum);
    });
}

void start(const call& with) {
    const unit of = span_of(with, 1).unit;
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        out[i] = from_local(with, with.in.calendar.start_of(of, local_of(with, 0, i)));
    });
}

void read_part(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks,
                [&](std::size_t i) { out[i] = part_of(with.what.what, local_of(with, 0, i)); });
}

void count_months(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        out[i] =
            with.in.calendar.units_between(unit::month, local_of(with, 0, i), local_of(with, 1, i));
    });
}

void count_borders(const call& with) {
    const unit of = span_of(with, 2).unit;
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        out[i] = with.in.calendar.units_between(of, local_of(with, 0, i), local_of(with, 1, i));
    });
}

void to_instant(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        out[i] = with.in.calendar.to_instant(with.of[0].whole[i] * calendar::day_us);
    });
}

}  // namespace

bool apply_time(const call& with) {
    switch (with.what.what) {
        case function::date_of:
        case function::year:
        case function::quarter:
        case function::month:
        case function::day:
        case function::weekday:
        case function::iso_week:
        case function::hour:
            read_part(with);
            return true;
        case function::start_of:
            start(with);
            return true;
        case function::add_span:
            add_span(with);
            return true;
        case function::months_between:
            count_months(with);
            return true;
        case function::units_between:
            count_borders(with);
            return true;
        case function::date_to_timestamp:
            to_instant(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
