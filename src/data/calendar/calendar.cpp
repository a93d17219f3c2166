// Units of the calendar: their starts, steps, distances and labels. Zones are in calendar_zone.cpp.
#include "data/calendar/calendar.hpp"

#include <fmt/format.h>

#include <limits>

#include "data/calendar/fiscal_table.hpp"

namespace merit::calendar {

namespace {

using merit::unit;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

std::int32_t day_of(std::int64_t local) {
    return static_cast<std::int32_t>(floor_div(local, day_us));
}

/// a + b · c; what does not fit ends at the last representable microsecond.
std::int64_t add_product(std::int64_t a, std::int64_t b, std::int64_t c) {
    std::int64_t product = 0;
    std::int64_t sum = 0;
    if (!__builtin_mul_overflow(b, c, &product) && !__builtin_add_overflow(a, product, &sum)) {
        return sum;
    }
    return (b < 0) == (c < 0) ? std::numeric_limits<std::int64_t>::max()
                              : std::numeric_limits<std::int64_t>::min();
}

/// Length of a unit of fixed length, else 0.
std::int64_t microseconds_in(unit of) {
    switch (of) {
        case unit::second:
            return second_us;
        case unit::minute:
            return 60 * second_us;
        case unit::hour:
            return 3600 * second_us;
        case unit::day:
            return day_us;
        case unit::week:
            return 7 * day_us;
        default:
            return 0;
    }
}

/// Length of a unit made of months, else 0.
std::int64_t months_in(unit of) {
    switch (of) {
        case unit::month:
        case unit::fiscal_month:
            return 1;
        case unit::quarter:
        case unit::fiscal_quarter:
            return 3;
        case unit::year:
        case unit::fiscal_year:
            return 12;
        default:
            return 0;
    }
}

bool fiscal(unit of) {
    return of == unit::fiscal_month || of == unit::fiscal_quarter || of == unit::fiscal_year;
}

/// Months since January of year 0.
std::int64_t month_number(std::int64_t local) {
    const civil date = civil_of(day_of(local));
    return std::int64_t{date.year} * 12 + date.month - 1;
}

std::int64_t start_of_month(std::int64_t number) {
    const std::int64_t year = floor_div(number, 12);
    const auto month = static_cast<std::uint8_t>(number - year * 12 + 1);
    return add_product(0, days_of({static_cast<std::int32_t>(year), month, 1}), day_us);
}

std::string year_text(std::int64_t year) {
    return fmt::format("{}{:04}", year < 0 ? "-" : "", year < 0 ? -year : year);
}

std::string clock_text(std::int64_t local, bool seconds) {
    const std::int32_t days = day_of(local);
    const std::int64_t second = (local - days * day_us) / second_us;
    std::string out =
        fmt::format("{} {:02}:{:02}", date_text(days), second / 3600, second / 60 % 60);
    if (seconds) out += fmt::format(":{:02}", second % 60);
    return out;
}

/// Week 1 is the one that holds 4 January, so a week belongs to the year that holds its fourth day.
std::string week_text(std::int32_t first_day) {
    const std::int32_t fourth = first_day + 3;
    const std::int32_t year = civil_of(fourth).year;
    const std::int32_t week = (fourth - days_of({year, 1, 1})) / 7 + 1;
    return fmt::format("{}-W{:02}", year_text(year), week);
}

/// A fiscal year that does not start in January bears the name of the year in which it ends.
std::string fiscal_text(unit of, std::int64_t month, int fiscal_start) {
    const std::int64_t since = month - (fiscal_start - 1);
    const std::int64_t year = floor_div(since, 12) + (fiscal_start == 1 ? 0 : 1);
    const std::int64_t place = since - floor_div(since, 12) * 12;
    const std::string name = "FY" + year_text(year);
    if (of == unit::fiscal_quarter) return fmt::format("{}-Q{}", name, place / 3 + 1);
    if (of == unit::fiscal_month) return fmt::format("{}-M{:02}", name, place + 1);
    return name;
}

/// Number of the unit that holds a local time, counted from any fixed origin.
std::int64_t number_of(unit of, std::int64_t local, const settings& with) {
    if (const std::int64_t months = months_in(of); months != 0) {
        const std::int64_t shift = fiscal(of) ? with.fiscal_start - 1 : 0;
        return floor_div(month_number(local) - shift, months);
    }
    if (of == unit::week) {
        // 1970-01-05, day 4, was a Monday.
        return floor_div(std::int64_t{day_of(local)} - 4 - (with.week_start - 1), 7);
    }
    const std::int64_t length = microseconds_in(of);
    return length == 0 ? local : floor_div(local, length);
}

/// The table that says where the periods of a fiscal unit begin, if there is one.
const fiscal_table* table_of(unit of, const settings& with) {
    return fiscal(of) ? with.periods.get() : nullptr;
}

}  // namespace

int length_of(unit of) {
    switch (of) {
        case unit::none:
            return 0;
        case unit::second:
            return 1;
        case unit::minute:
            return 2;
        case unit::hour:
            return 3;
        case unit::day:
            return 4;
        case unit::week:
            return 5;
        case unit::month:
        case unit::fiscal_month:
            return 6;
        case unit::quarter:
        case unit::fiscal_quarter:
            return 7;
        case unit::year:
        case unit::fiscal_year:
            return 8;
    }
    return 0;
}

std::int64_t calendar::start_of(unit of, std::int64_t local) const {
    if (const fiscal_table* table = table_of(of, options_))
        return table->start(of, table->number(of, local));
    const std::int64_t number = number_of(of, local, options_);
    if (const std::int64_t months = months_in(of); months != 0) {
        const std::int64_t shift = fiscal(of) ? options_.fiscal_start - 1 : 0;
        return start_of_month(number * months + shift);
    }
    if (of == unit::week) {
        return add_product(0, number * 7 + 4 + (options_.week_start - 1), day_us);
    }
    const std::int64_t length = microseconds_in(of);
    return length == 0 ? local : add_product(0, number, length);
}

std::int64_t calendar::add_units(unit of, std::int64_t start, std::int64_t n) const {
    if (const fiscal_table* table = table_of(of, options_))
        return table->start(of, add_product(table->number(of, start), n, 1));
    return add_span(start, {n, of});
}

std::int64_t calendar::add_span(std::int64_t local, span_value span) const {
    if (const fiscal_table* table = table_of(span.unit, options_))
        return table->moved(span.unit, local, span.count);
    const std::int64_t months = months_in(span.unit);
    if (months == 0) return add_product(local, span.count, microseconds_in(span.unit));
    const std::int32_t day = day_of(local);
    const std::int64_t clock = local - day * day_us;
    return add_product(clock, add_months(day, add_product(0, span.count, months)), day_us);
}

std::int64_t calendar::units_between(unit of, std::int64_t a, std::int64_t b) const {
    if (const fiscal_table* table = table_of(of, options_))
        return table->number(of, b) - table->number(of, a);
    return number_of(of, b, options_) - number_of(of, a, options_);
}

std::string calendar::label(unit of, std::int64_t start) const {
    if (const fiscal_table* table = table_of(of, options_)) return table->label(of, start);
    const civil date = civil_of(day_of(start));
    switch (of) {
        case unit::none:
            return {};
        case unit::second:
            return clock_text(start, true);
        case unit::minute:
        case unit::hour:
            return clock_text(start, false);
        case unit::day:
            return date_text(day_of(start));
        case unit::week:
            return week_text(day_of(start));
        case unit::month:
            return fmt::format("{}-{:02}", year_text(date.year), date.month);
        case unit::quarter:
            return fmt::format("{}-Q{}", year_text(date.year), (date.month + 2) / 3);
        case unit::year:
            return year_text(date.year);
        case unit::fiscal_month:
        case unit::fiscal_quarter:
        case unit::fiscal_year:
            return fiscal_text(of, month_number(start), options_.fiscal_start);
    }
    return {};
}

}  // namespace merit::calendar
