#include "data/calendar/calendar.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace {

using namespace merit::calendar;
using merit::unit;

std::int32_t day(int year, int month, int of_month) {
    return days_of({year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(of_month)});
}

/// Microseconds of "2026-03-31" or "2026-03-31T09:30[:15]".
std::int64_t at(std::string_view text) {
    const auto read = read_date(text);
    REQUIRE_MESSAGE(read.has_value(), std::string(text));
    return read->covers.from;
}

std::string show(std::int64_t local) {
    std::string text = timestamp_text(local);
    text.pop_back();  // local times bear no Z
    return text;
}

calendar make(std::string zone, int week_start = 1, int fiscal_start = 1) {
    return calendar::make({std::move(zone), week_start, fiscal_start}).value();
}

}  // namespace

TEST_CASE("days and civil dates agree, before and after the epoch") {
    const struct { int year, month, day; std::int32_t days; int weekday; } table[] = {
        {1970, 1, 1, 0, 4},       {1969, 12, 31, -1, 3},      {2000, 2, 29, 11'016, 2},
        {1900, 2, 28, -25'509, 3}, {1900, 3, 1, -25'508, 4},   {2026, 3, 31, 20'543, 2},
        {0, 3, 1, -719'468, 3},   {-1, 12, 31, -719'529, 5},  {-4, 2, 29, -720'930, 4},
        {9999, 12, 31, 2'932'896, 5},
    };
    for (const auto& row : table) {
        CAPTURE(row.year);
        CHECK(day(row.year, row.month, row.day) == row.days);
        CHECK(weekday_of(row.days) == row.weekday);
        const civil back = civil_of(row.days);
        CHECK(back.year == row.year);
        CHECK(back.month == row.month);
        CHECK(back.day == row.day);
    }
    for (std::int32_t days = -800'000; days < 800'000; days += 17) {
        if (days_of(civil_of(days)) != days) FAIL(days);
        if (weekday_of(days) % 7 + 1 != weekday_of(days + 1)) FAIL(days);
    }
}

TEST_CASE("ISO weeks, with week 53 and the turn of the year") {
    const struct { int year, month, day, week; } table[] = {
        {2020, 12, 31, 53}, {2021, 1, 3, 53}, {2021, 1, 4, 1},   {2024, 12, 30, 1},
        {2026, 1, 1, 1},    {2026, 2, 1, 5},  {2026, 12, 31, 53}, {2027, 1, 3, 53},
        {2015, 12, 31, 53}, {2016, 1, 3, 53}, {2018, 12, 31, 1},  {2023, 1, 1, 52},
    };
    for (const auto& row : table) {
        CAPTURE(row.year);
        CHECK(iso_week_of(day(row.year, row.month, row.day)) == row.week);
    }
}

TEST_CASE("months clamp the day, and years may be negative") {
    const struct { const char* from; std::int64_t months; const char* to; } table[] = {
        {"2026-01-31", 1, "2026-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"},
        {"2026-03-31", -1, "2026-02-28"}, {"2026-03-31", -13, "2025-02-28"},
        {"2026-12-31", 2, "2027-02-28"},  {"2026-01-15", -1, "2025-12-15"},
        {"2026-05-31", 0, "2026-05-31"},
    };
    for (const auto& row : table) {
        CAPTURE(row.from);
        const auto from = static_cast<std::int32_t>(at(row.from) / day_us);
        CHECK(date_text(add_months(from, row.months)) == row.to);
    }
    CHECK(date_text(add_months(day(1, 1, 31), -11)) == "0000-02-29");
    CHECK(date_text(add_months(day(1, 1, 31), -13)) == "-0001-12-31");
    CHECK(date_text(add_months(day(0, 1, 1), -12 * 400 - 1)) == "-0401-12-01");
    CHECK(civil_of(add_months(0, std::numeric_limits<std::int64_t>::max())).year == 5'000'000);
    CHECK(civil_of(add_months(0, std::numeric_limits<std::int64_t>::min())).year == -5'000'000);
}

TEST_CASE("a date and an instant are written in ISO 8601") {
    CHECK(date_text(day(2026, 3, 31)) == "2026-03-31");
    CHECK(date_text(day(12'345, 1, 2)) == "12345-01-02");
    CHECK(timestamp_text(0) == "1970-01-01T00:00:00Z");
    CHECK(timestamp_text(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(timestamp_text(at("2026-03-31T09:30")) == "2026-03-31T09:30:00Z");
    CHECK(timestamp_text(at("2026-03-31T09:30:15") + 250'000) == "2026-03-31T09:30:15.25Z");
}

TEST_CASE("starts of units, by the calendar's week and fiscal year") {
    const calendar civil_one = make("UTC");
    const calendar sunday_april = make("UTC", 7, 4);
    const std::int64_t t = at("2026-03-31T09:30:15") + 7;
    const struct { unit of; const char* plain; const char* other; } table[] = {
        {unit::second, "2026-03-31T09:30:15", "2026-03-31T09:30:15"},
        {unit::minute, "2026-03-31T09:30:00", "2026-03-31T09:30:00"},
        {unit::hour, "2026-03-31T09:00:00", "2026-03-31T09:00:00"},
        {unit::day, "2026-03-31T00:00:00", "2026-03-31T00:00:00"},
        {unit::week, "2026-03-30T00:00:00", "2026-03-29T00:00:00"},
        {unit::month, "2026-03-01T00:00:00", "2026-03-01T00:00:00"},
        {unit::quarter, "2026-01-01T00:00:00", "2026-01-01T00:00:00"},
        {unit::year, "2026-01-01T00:00:00", "2026-01-01T00:00:00"},
        {unit::fiscal_month, "2026-03-01T00:00:00", "2026-03-01T00:00:00"},
        {unit::fiscal_quarter, "2026-01-01T00:00:00", "2026-01-01T00:00:00"},
        {unit::fiscal_year, "2026-01-01T00:00:00", "2025-04-01T00:00:00"},
    };
    for (const auto& row : table) {
        CAPTURE(static_cast<int>(row.of));
        CHECK(show(civil_one.start_of(row.of, t)) == row.plain);
        CHECK(show(sunday_april.start_of(row.of, t)) == row.other);
    }
    CHECK(civil_one.start_of(unit::none, t) == t);
    CHECK(show(civil_one.start_of(unit::hour, -1)) == "1969-12-31T23:00:00");
    CHECK(show(civil_one.start_of(unit::week, at("0001-01-01"))) == "0001-01-01T00:00:00");
}

TEST_CASE("fiscal quarters of a year that starts in February") {
    const calendar february = make("UTC", 1, 2);
    const struct { const char *date, *start, *label, *month; } table[] = {
        {"2026-01-31", "2025-11-01T00:00:00", "FY2026-Q4", "FY2026-M12"},
        {"2026-02-01", "2026-02-01T00:00:00", "FY2027-Q1", "FY2027-M01"},
        {"2026-04-30", "2026-02-01T00:00:00", "FY2027-Q1", "FY2027-M03"},
        {"2026-05-01", "2026-05-01T00:00:00", "FY2027-Q2", "FY2027-M04"},
    };
    for (const auto& row : table) {
        CAPTURE(row.date);
        const std::int64_t start = february.start_of(unit::fiscal_quarter, at(row.date));
        CHECK(show(start) == row.start);
        CHECK(february.label(unit::fiscal_quarter, start) == row.label);
        CHECK(february.label(unit::fiscal_month, at(row.date)) == row.month);
    }
    CHECK(february.label(unit::fiscal_year, at("2026-02-01")) == "FY2027");
    CHECK(make("UTC").label(unit::fiscal_year, at("2026-01-01")) == "FY2026");
    CHECK(make("UTC").label(unit::fiscal_quarter, at("2026-01-01")) == "FY2026-Q1");
    CHECK(make("UTC", 1, 4).label(unit::fiscal_quarter, at("2025-04-01")) == "FY2026-Q1");
}

TEST_CASE("labels") {
    const calendar utc = make("UTC");
    const struct { unit of; const char* start; const char* label; } table[] = {
        {unit::year, "2026", "2026"},
        {unit::quarter, "2026Q1", "2026-Q1"},
        {unit::quarter, "2026Q4", "2026-Q4"},
        {unit::month, "2026-03", "2026-03"},
        {unit::week, "2026W05", "2026-W05"},
        {unit::week, "2020W53", "2020-W53"},
        {unit::week, "2024-12-30", "2025-W01"},
        {unit::day, "2026-03-31", "2026-03-31"},
        {unit::hour, "2026-03-31T09:00", "2026-03-31 09:00"},
        {unit::minute, "2026-03-31T09:05", "2026-03-31 09:05"},
        {unit::second, "2026-03-31T09:05:07", "2026-03-31 09:05:07"},
        {unit::year, "0000", "0000"},
        {unit::none, "2026", ""},
    };
    for (const auto& row : table) CHECK(utc.label(row.of, at(row.start)) == row.label);
    CHECK(utc.label(unit::year, utc.add_units(unit::year, at("0000"), -44)) == "-0044");
}

TEST_CASE("a week numbered from any day: week 1 holds 4 January") {
    for (int start = 1; start <= 7; ++start) {
        const calendar weekly = make("UTC", start);
        for (const int year : {2020, 2021, 2022, 2023, 2024, 2025, 2026}) {
            CAPTURE(start);
            CAPTURE(year);
            const std::int64_t fourth = day(year, 1, 4) * day_us;
            const std::int64_t first_week = weekly.start_of(unit::week, fourth);
            CHECK(weekday_of(static_cast<std::int32_t>(first_week / day_us)) == start);
            const std::string name = std::to_string(year);
            CHECK(weekly.label(unit::week, first_week) == name + "-W01");
            const std::int64_t fifth_week = weekly.add_units(unit::week, first_week, 4);
            CHECK(weekly.label(unit::week, fifth_week) == name + "-W05");
        }
    }
}

TEST_CASE("steps and distances of units are inverse") {
    const calendar april = make("UTC", 7, 4);
    for (const unit of : {unit::second, unit::minute, unit::hour, unit::day, unit::week,
                          unit::month, unit::quarter, unit::year, unit::fiscal_month,
                          unit::fiscal_quarter, unit::fiscal_year}) {
        for (const char* date : {"2024-02-29T23:59:59", "1969-12-31T00:00:01", "2026-01-01"}) {
            const std::int64_t start = april.start_of(of, at(date));
            for (const std::int64_t n : {-4000, -53, -1, 0, 1, 12, 9999}) {
                CAPTURE(static_cast<int>(of));
                CAPTURE(n);
                const std::int64_t later = april.add_units(of, start, n);
                CHECK(april.start_of(of, later) == later);
                CHECK(april.units_between(of, start, later) == n);
                CHECK(april.units_between(of, later, start) == -n);
                CHECK(april.units_between(of, start, later - 1) == n - 1);
            }
        }
    }
}

TEST_CASE("borders passed between two times") {
    const calendar utc = make("UTC");
    const struct { unit of; const char* a; const char* b; std::int64_t borders; } table[] = {
        {unit::month, "2026-01-31", "2026-02-01", 1},
        {unit::month, "2026-01-01", "2026-01-31", 0},
        {unit::month, "2026-03-01", "2025-12-31", -3},
        {unit::day, "2026-01-01T23:59", "2026-01-02T00:01", 1},
        {unit::quarter, "2025-12-31", "2026-01-01", 1},
        {unit::year, "1969-12-31", "1970-01-01", 1},
        {unit::week, "2026-03-29", "2026-03-30", 1},
    };
    for (const auto& row : table) {
        CHECK(utc.units_between(row.of, at(row.a), at(row.b)) == row.borders);
    }
}

TEST_CASE("a span keeps the clock time and clamps the day") {
    const calendar utc = make("UTC");
    const struct { const char* from; merit::span_value span; const char* to; } table[] = {
        {"2026-01-31T09:30", {1, unit::month}, "2026-02-28T09:30:00"},
        {"2024-02-29T23:59", {-1, unit::year}, "2023-02-28T23:59:00"},
        {"2026-03-31T09:30", {-1, unit::quarter}, "2025-12-31T09:30:00"},
        {"2026-03-31T09:30", {2, unit::week}, "2026-04-14T09:30:00"},
        {"2026-03-31T09:30", {-36, unit::hour}, "2026-03-29T21:30:00"},
        {"1970-01-01T00:30", {-1, unit::month}, "1969-12-01T00:30:00"},
    };
    for (const auto& row : table) CHECK(show(utc.add_span(at(row.from), row.span)) == row.to);
}

TEST_CASE("what does not fit ends at the last microsecond instead of wrapping") {
    const calendar utc = make("UTC");
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    for (const unit of : {unit::second, unit::day, unit::month, unit::year}) {
        CHECK(utc.add_units(of, 0, most) == most);
        CHECK(utc.add_units(of, 0, least) == least);
    }
}

TEST_CASE("summer time, both ways") {
    const struct { const char* zone; const char* instant; const char* local; } table[] = {
        {"America/New_York", "2026-03-08T06:59:59", "2026-03-08T01:59:59"},
        {"America/New_York", "2026-03-08T07:00:00", "2026-03-08T03:00:00"},
        {"America/New_York", "2026-11-01T05:30:00", "2026-11-01T01:30:00"},
        {"America/New_York", "2026-11-01T06:30:00", "2026-11-01T01:30:00"},
        {"America/New_York", "2050-07-01T12:00:00", "2050-07-01T08:00:00"},
        {"America/New_York", "2050-12-01T12:00:00", "2050-12-01T07:00:00"},
        {"Europe/London", "2026-03-29T00:59:59", "2026-03-29T00:59:59"},
        {"Europe/London", "2026-03-29T01:00:00", "2026-03-29T02:00:00"},
        {"Europe/London", "2026-10-25T01:00:00", "2026-10-25T01:00:00"},
        {"Europe/London", "1970-01-01T00:00:00", "1970-01-01T01:00:00"},  // standard time was UTC+1
        {"Europe/London", "2099-06-01T00:00:00", "2099-06-01T01:00:00"},
        {"Asia/Shanghai", "2026-01-31T15:59:59", "2026-01-31T23:59:59"},
        {"Asia/Shanghai", "1990-07-01T00:00:00", "1990-07-01T09:00:00"},  // summer time 1986–1991
        {"Asia/Shanghai", "1992-07-01T00:00:00", "1992-07-01T08:00:00"},
        {"Australia/Sydney", "2040-01-01T00:00:00", "2040-01-01T11:00:00"},
        {"Europe/Dublin", "2040-07-01T00:00:00", "2040-07-01T01:00:00"},
        {"Asia/Kathmandu", "2026-01-01T00:00:00", "2026-01-01T05:45:00"},
    };
    for (const auto& row : table) {
        CAPTURE(row.zone);
        CAPTURE(row.instant);
        CHECK(show(make(row.zone).to_local(at(row.instant))) == row.local);
    }
}

TEST_CASE("a skipped wall clock gives the jump, a repeated one its first instant") {
    const struct { const char* zone; const char* local; const char* instant; } table[] = {
        {"America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:00:00"},
        {"America/New_York", "2026-03-08T01:59:59", "2026-03-08T06:59:59"},
        {"America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00"},
        {"America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00"},
        {"America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00"},
        {"Europe/London", "2026-03-29T01:30:00", "2026-03-29T01:00:00"},
        {"Europe/London", "2026-10-25T01:30:00", "2026-10-25T00:30:00"},
        {"Asia/Shanghai", "2026-02-01T00:00:00", "2026-01-31T16:00:00"},
        {"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00"},  // a day left out
    };
    for (const auto& row : table) {
        CAPTURE(row.zone);
        CAPTURE(row.local);
        CHECK(show(make(row.zone).to_instant(at(row.local))) == row.instant);
    }
}

TEST_CASE("an offset is constant up to the instant before a change") {
    const calendar york = make("America/New_York");
    const std::int64_t jump = at("2026-03-08T07:00:00");
    CHECK(york.constant_offset(jump - day_us, jump - 1) == -5 * 3600 * second_us);
    CHECK_FALSE(york.constant_offset(jump - day_us, jump).has_value());
    CHECK(york.constant_offset(jump, jump + day_us) == -4 * 3600 * second_us);
    CHECK(york.constant_offset(at("2026-01-01"), at("2026-01-01")) == -5 * 3600 * second_us);
    CHECK_FALSE(york.constant_offset(at("2025-12-01"), at("2026-12-01")).has_value());
    CHECK(make("UTC").constant_offset(0, at("2026")) == 0);
    CHECK(calendar().to_local(5) == 5);
}

TEST_CASE("a calendar that cannot be made says why") {
    const struct { settings with; const char* text; } table[] = {
        {{"Mars/Base", 1, 1}, "error E850: the time zone \"Mars/Base\" is not known\n"
                              " help: write an IANA name such as \"Asia/Shanghai\"\n"},
        {{"asia/shanghai", 1, 1}, "error E850: the time zone \"asia/shanghai\" is not known\n"
                                  " help: write \"Asia/Shanghai\"\n"},
        {{"../../etc/passwd", 1, 1}, "error E850: the time zone \"../../etc/passwd\" is not known\n"
                                     " help: write an IANA name such as \"Asia/Shanghai\"\n"},
        {{"UTC", 0, 1}, "error E850: 0 is no first day of a week\n"
                        " help: use 1 for Monday to 7 for Sunday\n"},
        {{"UTC", 1, 13}, "error E850: 13 is no first month of a fiscal year\n"
                         " help: use 1 for January to 12 for December\n"},
    };
    for (const auto& row : table) {
        const auto made = calendar::make(row.with);
        REQUIRE_FALSE(made);
        CHECK(made.error().to_string() == row.text);
    }
    CHECK_FALSE(calendar::make({"localtime", 1, 1}));
    CHECK_FALSE(calendar::make({"", 1, 1}));
}

TEST_CASE("a written date is the whole period it names") {
    const struct { const char* text; unit grain; const char* from; const char* to; } table[] = {
        {"2026", unit::year, "2026-01-01T00:00:00", "2027-01-01T00:00:00"},
        {"2026Q1", unit::quarter, "2026-01-01T00:00:00", "2026-04-01T00:00:00"},
        {"2026Q4", unit::quarter, "2026-10-01T00:00:00", "2027-01-01T00:00:00"},
        {"2026-Q2", unit::quarter, "2026-04-01T00:00:00", "2026-07-01T00:00:00"},
        {"2026-03", unit::month, "2026-03-01T00:00:00", "2026-04-01T00:00:00"},
        {"2026-12", unit::month, "2026-12-01T00:00:00", "2027-01-01T00:00:00"},
        {"2026W05", unit::week, "2026-01-26T00:00:00", "2026-02-02T00:00:00"},
        {"2026-W01", unit::week, "2025-12-29T00:00:00", "2026-01-05T00:00:00"},
        {"2026W53", unit::week, "2026-12-28T00:00:00", "2027-01-04T00:00:00"},
        {"2026-03-31", unit::day, "2026-03-31T00:00:00", "2026-04-01T00:00:00"},
        {"2024-02-29", unit::day, "2024-02-29T00:00:00", "2024-03-01T00:00:00"},
        {"2026-03-31T09:30", unit::minute, "2026-03-31T09:30:00", "2026-03-31T09:31:00"},
        {"2026-03-31T23:59:59", unit::second, "2026-03-31T23:59:59", "2026-04-01T00:00:00"},
    };
    for (const auto& row : table) {
        CAPTURE(row.text);
        const auto read = read_date(row.text);
        REQUIRE(read.has_value());
        CHECK(read->grain == row.grain);
        CHECK(show(read->covers.from) == row.from);
        CHECK(show(read->covers.to) == row.to);
    }
}

TEST_CASE("what is no date reads as nothing") {
    for (const char* text : {"", "26", "20266", "2026-", "2026-3", "2026-13", "2026-00",
                             "2026-02-30", "2025-02-29", "2026-04-31", "2026-01-00", "2026-1-1",
                             "2026Q5", "2026Q0", "2026Q", "2026Q11", "2026W60", "2026W00",
                             "2025W53", "2026W5", "2026W053", "2026-03-31 09:30", "2026-03-31T",
                             "2026-03-31T09", "2026-03-31T24:00",
                             "2026-03-31T09:60", "2026-03-31T09:30:60", "2026-03-31T09:30:15Z",
                             "-2026", "+2026", " 2026", "2026 ", "@2026", "2026/03/31", "today"}) {
        CAPTURE(text);
        CHECK_FALSE(read_date(text).has_value());
    }
}

TEST_CASE("patterns read what they say, whole and exact") {
    const struct { const char* pattern; const char* text; const char* local; } table[] = {
        {"M/D/YYYY H:MM", "3/31/2026 9:05", "2026-03-31T09:05:00"},
        {"M/D/YYYY H:MM", "12/01/2026 23:59", "2026-12-01T23:59:00"},
        {"YYYY-MM-DD", "2026-03-31", "2026-03-31T00:00:00"},
        {"YYYY-MM-DD", "2024-02-29", "2024-02-29T00:00:00"},
        {"DD-MM-YY", "31-03-26", "2026-03-31T00:00:00"},
        {"DD-MM-YY", "31-03-69", "1969-03-31T00:00:00"},
        {"MMM D, YYYY h:MM A", "Mar 31, 2026 9:05 PM", "2026-03-31T21:05:00"},
        {"MMM D, YYYY h:MM A", "dec 1, 2026 12:00 am", "2026-12-01T00:00:00"},
        {"MMM D, YYYY h:MM A", "Dec 1, 2026 12:30 PM", "2026-12-01T12:30:00"},
        {"YYYYMMDD", "20260331", "2026-03-31T00:00:00"},
        {"YYYY-MM-DD HH:mm:ss", "2026-03-31 09:05:07", "2026-03-31T09:05:07"},
        {"YYYY-MM-DD HH:MM:SS", "2026-03-31 09:05:07", "2026-03-31T09:05:07"},
        {"YYYY-MM-DDTHH:MM:ss.S", "2026-03-31T09:05:07.25", "2026-03-31T09:05:07.25"},
        {"YYYY-MM-DDTHH:MM:SS.SSS", "2026-03-31T09:05:07.123456789", "2026-03-31T09:05:07.123456"},
        {"HH:MM DD/MM/YYYY", "09:05 31/03/2026", "2026-03-31T09:05:00"},
        {"YYYY年M月D日", "2026年3月31日", "2026-03-31T00:00:00"},
        {"YYYY/MM", "2026/03", "2026-03-01T00:00:00"},
        {"YYYY", "2026", "2026-01-01T00:00:00"},
    };
    for (const auto& row : table) {
        CAPTURE(row.pattern);
        CAPTURE(row.text);
        const auto compiled = pattern::compile(row.pattern);
        REQUIRE(compiled.has_value());
        const auto read = compiled->read(row.text);
        REQUIRE(read.has_value());
        CHECK(show(read->local) == row.local);
    }
}

TEST_CASE("patterns tell whether they hold a time and an offset") {
    const auto plain = pattern::compile("YYYY-MM-DD")->read("2026-03-31");
    CHECK_FALSE(plain->has_time);
    CHECK_FALSE(plain->offset.has_value());
    const auto zoned = pattern::compile("YYYY-MM-DDTHH:MM:ssZ");
    REQUIRE(zoned.has_value());
    const struct { const char* offset; std::int64_t minutes; } table[] = {
        {"Z", 0}, {"+08:00", 480}, {"-0330", -210}, {"+02", 120}, {"-00:30", -30},
    };
    for (const auto& row : table) {
        CAPTURE(row.offset);
        const auto read = zoned->read(std::string("2026-03-31T09:30:00") + row.offset);
        REQUIRE(read.has_value());
        CHECK(read->has_time);
        CHECK(show(read->local) == "2026-03-31T09:30:00");
        CHECK(read->offset == row.minutes * 60 * second_us);
    }
    for (const char* bad : {"", "8", "+8", "+08:", "+08:6", "+24:00", "+08:60", "UTC", "Zz"}) {
        CAPTURE(bad);
        CHECK_FALSE(zoned->read(std::string("2026-03-31T09:30:00") + bad).has_value());
    }
}

TEST_CASE("a cell that does not fit its pattern reads as nothing") {
    const struct { const char* pattern; const char* text; } table[] = {
        {"YYYY-MM-DD", "2026-02-30"},
        {"YYYY-MM-DD", "2025-02-29"},
        {"YYYY-MM-DD", "2026-13-01"},
        {"YYYY-MM-DD", "2026-00-01"},
        {"YYYY-MM-DD", "2026-01-00"},
        {"YYYY-MM-DD", "2026-1-01"},
        {"YYYY-MM-DD", "2026-01-01 "},
        {"YYYY-MM-DD", "2026-01-0"},
        {"YYYY-MM-DD", ""},
        {"YYYY-MM-DD", "2026/01/01"},
        {"DD-MM-YY", "31-03-2026"},
        {"M/D/YYYY", "3/31/26"},
        {"M/D/YYYY H:MM", "3/31/2026 24:00"},
        {"M/D/YYYY H:MM", "3/31/2026 9:5"},
        {"M/D/YYYY H:MM", "3/31/2026 9:60"},
        {"M/D/YYYY h:MM A", "3/31/2026 13:00 PM"},
        {"M/D/YYYY h:MM A", "3/31/2026 0:30 AM"},
        {"M/D/YYYY h:MM A", "3/31/2026 9:00"},
        {"MMM D, YYYY", "Foo 1, 2026"},
        {"YYYY-MM-DDTHH:MM:ss.S", "2026-03-31T09:05:07."},
    };
    for (const auto& row : table) {
        CAPTURE(row.pattern);
        CAPTURE(row.text);
        CHECK_FALSE(pattern::compile(row.pattern)->read(row.text).has_value());
    }
}

TEST_CASE("a pattern that could mean two dates does not compile") {
    for (const char* text : {"", "MM/DD", "HH:MM", "YYYY-MM-DD YYYY", "YYY-MM-DD",
                             "YYYY-MMMM-DD", "YYYY-DD", "MDYYYY", "YYYY-MM-DD h:MM",
                             "YYYY-MM-DD MM:ss", "YYYY-MM HH:mm", "YYYY-MM-DDZ",
                             "YYYY-MM-DD HH:mm:ss.S.S", "YYYY-MM-DDD", "abc"}) {
        CAPTURE(text);
        CHECK_FALSE(pattern::compile(text).has_value());
    }
}
