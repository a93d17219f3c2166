// Days and civil dates (proleptic Gregorian), and how both are written.
#include <fmt/format.h>

#include <algorithm>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

namespace {

constexpr std::int64_t days_per_era = 146'097;  // 400 years
constexpr std::int64_t epoch_shift = 719'468;   // 0000-03-01 to 1970-01-01

std::int64_t floored(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int month_length(std::int64_t year, int month) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : lengths[month - 1];
}

}  // namespace

// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years:
// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int32_t days_of(civil date) {
    const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = floored(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t march_month = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return static_cast<std::int32_t>(era * days_per_era + day_of_era - epoch_shift);
}

civil civil_of(std::int32_t days) {
    const std::int64_t shifted = std::int64_t{days} + epoch_shift;
    const std::int64_t era = floored(shifted, days_per_era);
    const std::int64_t day_of_era = shifted - era * days_per_era;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t march_month = (5 * day_of_year + 2) / 153;
    const std::int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
    const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
            static_cast<std::uint8_t>(day)};
}

int weekday_of(std::int32_t days) {
    // 1970-01-01 was a Thursday, so the Monday before it is day -3.
    const std::int64_t since_monday = std::int64_t{days} + 3;
    return static_cast<int>(since_monday - floored(since_monday, 7) * 7) + 1;
}

int iso_week_of(std::int32_t days) {
    // A week belongs to the year that holds its Thursday.
    const std::int32_t thursday = days - weekday_of(days) + 4;
    const std::int32_t new_year = days_of({civil_of(thursday).year, 1, 1});
    return (thursday - new_year) / 7 + 1;
}

std::int32_t add_months(std::int32_t days, std::int64_t months) {
    // Five million years either way is as far as 32-bit days reach; the ends absorb what is beyond.
    constexpr std::int64_t limit = 5'000'000 * std::int64_t{12};
    const civil date = civil_of(days);
    const std::int64_t place = std::int64_t{date.year} * 12 + date.month - 1;
    const std::int64_t target =
        std::clamp(place + std::clamp(months, -2 * limit, 2 * limit), -limit, limit);
    const std::int64_t year = floored(target, 12);
    const int month = static_cast<int>(target - year * 12) + 1;
    const int day = std::min<int>(date.day, month_length(year, month));
    return days_of({static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
                    static_cast<std::uint8_t>(day)});
}

std::string date_text(std::int32_t days) {
    const civil date = civil_of(days);
    const char* sign = date.year < 0 ? "-" : "";
    return fmt::format("{}{:04}-{:02}-{:02}", sign, std::abs(date.year), date.month, date.day);
}

std::string timestamp_text(std::int64_t instant) {
    const std::int64_t days = floored(instant, day_us);
    const std::int64_t clock = instant - days * day_us;
    const std::int64_t seconds = clock / second_us;
    std::string out =
        fmt::format("{}T{:02}:{:02}:{:02}", date_text(static_cast<std::int32_t>(days)),
                    seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (clock % second_us != 0) {
        out += fmt::format(".{:06}", clock % second_us);
        out.erase(out.find_last_not_of('0') + 1);
    }
    return out + "Z";
}

}  // namespace merit::calendar
