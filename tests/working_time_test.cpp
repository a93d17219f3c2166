// Working time against a walk over the days, on random calendars; hours as they are written.
#include <doctest/doctest.h>

#include "data/calendar/fiscal_table.hpp"
#include "oracle/dice.hpp"
#include "oracle/working_and_money.hpp"

namespace {

namespace calendars = merit::calendar;
using calendars::day_us;

constexpr std::int64_t minute_us = 60 * calendars::second_us;
constexpr std::int64_t hour_us = 60 * minute_us;

std::unique_ptr<calendars::working_time> made(
    const std::string& zone, const std::string& hours,
    std::map<std::int32_t, calendars::day_hours> special) {
    calendars::working_hours of;
    of.week = calendars::read_week(hours).value();
    of.special = std::move(special);
    return std::make_unique<calendars::working_time>(
        calendars::calendar::make({.zone = zone}).value(), std::move(of));
}

std::string why_not(const std::string& hours) {
    const auto read = calendars::read_week(hours);
    return read ? "fine" : read.error().diagnostics().front().message;
}

}  // namespace

TEST_CASE("hours as they are written") {
    const auto week = calendars::read_week("Mon-Wed 9-12 13:30-18:00; fri 22:00-06:00").value();
    CHECK(week[0] == calendars::day_hours{{9 * hour_us, 12 * hour_us},
                                          {13 * hour_us + 30 * minute_us, 18 * hour_us}});
    CHECK(week[2] == week[0]);
    CHECK(week[3].empty());
    CHECK(week[4] == calendars::day_hours{{22 * hour_us, 30 * hour_us}});
    CHECK(calendars::read_week("sat-mon 00:00-24:00").value()[6].front().to == day_us);
    CHECK(why_not("mon-fri 09:00-25:00") == "\"09:00-25:00\" is no range of hours");
    CHECK(why_not("09:00-18:00") == "\"09:00-18:00\" does not say on which days");
    CHECK(why_not("mon") == "\"mon\" names no hours");
    CHECK(why_not("") == "there are no hours");
    CHECK(why_not("mon 9-9") == "\"9-9\" is no time at all; a whole day is 00:00-24:00");
    CHECK(why_not("mon 9-12 11-13") == "\"11-13\" overlaps other hours of its day");
    CHECK(why_not("sun 22-06, mon 05-09") == "a shift runs into the hours of the next day");
}

TEST_CASE("sums of open time are those of a walk over the days") {
    const std::string zones[] = {"UTC", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"};
    const std::string hours[] = {
        "mon-fri 09:00-18:00", "mon-fri 09:00-12:00 13:00-18:00; sat 10-14", "mon-sun 22:00-06:00",
        "sun 00:00-04:00 06:00-24:00", "mon-sun 00:00-24:00"};
    oracle::dice roll(20'260'131);
    std::size_t compared = 0;
    for (const std::string& zone : zones) {
        for (const std::string& week : hours) {
            std::map<std::int32_t, calendars::day_hours> special;
            for (int i = 0; i < 20; ++i) {
                const auto day = static_cast<std::int32_t>(20'400 + roll.below(400));
                special[day] = roll.below(2) == 0
                                   ? calendars::day_hours{}
                                   : calendars::day_hours{{5 * hour_us, 29 * hour_us}};
            }
            const auto by = made(zone, week, special);
            for (int i = 0; i < 150; ++i) {
                const std::int64_t from =
                    20'400 * day_us +
                    static_cast<std::int64_t>(roll.below(400 * 96)) * 15 * minute_us;
                const std::int64_t to =
                    from + (static_cast<std::int64_t>(roll.below(800)) - 400) * 97 * minute_us;
                const std::int64_t length =
                    (static_cast<std::int64_t>(roll.below(200)) - 100) * 15 * minute_us;
                INFO(zone << " " << week << " " << calendars::timestamp_text(from) << " "
                          << calendars::timestamp_text(to) << " " << length);
                CHECK(by->between(from, to) == oracle::open_time(*by, from, to));
                CHECK(by->after(from, length) == oracle::moved_by(*by, from, length));
                CHECK(by->open_at(from) == oracle::open_at(*by, from));
                CHECK(by->days(from / day_us, to / day_us) ==
                      oracle::days_worked(*by, from / day_us, to / day_us));
                ++compared;
            }
        }
    }
    MESSAGE(compared << " random spans");
}

TEST_CASE("beyond 1900 to 2100 there is no answer, and none where nothing is ever open") {
    const auto by = made("UTC", "mon-fri 09:00-18:00", {});
    const std::int64_t old = calendars::days_of({1899, 12, 31}) * day_us;
    const std::int64_t far = calendars::days_of({2101, 1, 1}) * day_us;
    CHECK(!by->between(old, 0));
    CHECK(!by->open_at(far));
    CHECK(!by->after(0, 9'000'000 * hour_us));
    CHECK(!by->after(0, -9'000'000 * hour_us));
    CHECK(!by->days(0, far / day_us));
    CHECK(by->between(old + day_us, far - 1) > 0);
}

TEST_CASE("fiscal months of a table") {
    const auto read = calendars::fiscal_table::read(
        "start,end,fiscal_year,fiscal_quarter,fiscal_month\n"
        "2026-02-01,2026-02-28,2026,1,1\n2026-03-01,2026-03-28,2026,1,2\n"
        "2026-03-29,2026-05-02,2026,1,3\n2026-05-03,2026-05-30,2026,2,4\n");
    REQUIRE(read);
    calendars::settings with;
    with.periods = std::make_shared<const calendars::fiscal_table>(*read);
    const auto in = calendars::calendar::make(with).value();
    const auto day = [](int month, int of) {
        return calendars::days_of(
                   {2026, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(of)}) *
               day_us;
    };
    using merit::unit;
    CHECK(in.start_of(unit::fiscal_month, day(3, 28)) == day(3, 1));
    CHECK(in.start_of(unit::fiscal_quarter, day(5, 2)) == day(2, 1));
    CHECK(in.add_units(unit::fiscal_month, day(3, 1), 1) == day(3, 29));
    CHECK(in.add_units(unit::fiscal_quarter, day(5, 3), 1) == day(5, 31));
    CHECK(in.units_between(unit::fiscal_month, day(2, 28), day(5, 3)) == 3);
    CHECK(in.label(unit::fiscal_month, day(5, 3)) == "FY2026-M04");
    CHECK(in.label(unit::fiscal_year, day(6, 1)) == "after FY2026");
    CHECK(in.add_span(day(3, 28), {1, unit::fiscal_month}) == day(4, 25));
    CHECK(in.start_of(unit::month, day(3, 28)) == day(3, 1));
}
