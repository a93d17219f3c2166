#include "plan/timeline.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace merit::plan;
using merit::type;
using merit::type_kind;
using merit::unit;
using merit::value;
namespace calendar = merit::calendar;

/// Microseconds of "2026-03-31" or "2026-03-31T09:30".
std::int64_t at(std::string_view text) {
    const auto read = calendar::read_date(text);
    REQUIRE_MESSAGE(read.has_value(), std::string(text));
    return read->covers.from;
}

/// A local time without what is zero: "2026-03-31", "2026-03-31T09:30:00".
std::string show(std::int64_t local) {
    if (local == beginning_of_time) return "-inf";
    if (local == end_of_time) return "+inf";
    std::string text = calendar::timestamp_text(local);
    text.pop_back();
    const std::size_t midnight = text.find("T00:00:00");
    if (midnight != std::string::npos && midnight + 9 == text.size()) text.resize(midnight);
    return text;
}

std::string show(calendar::interval covers) {
    return covers.from >= covers.to ? "empty" : show(covers.from) + ".." + show(covers.to);
}

axis event(id from, std::vector<id> maps = {0}, bool blank_pane = false) {
    axis made;
    made.how = axis::placement::event;
    made.from = from;
    made.maps = std::move(maps);
    made.blank_pane = blank_pane;
    return made;
}

constexpr id by_date = 0;
constexpr id by_timestamp = 1;
constexpr id existence = 1;  // of plan.maps

/// A plan with these units and one axis, on a timestamp.
plan by(std::vector<unit> units) {
    plan made;
    made.expressions.resize(2);
    made.expressions[by_date].type = type{type_kind::date};
    made.expressions[by_timestamp].type = type{type_kind::timestamp};
    made.maps.resize(2);
    made.maps[existence].steps = {{map_step::kind::all_to_date}};
    frame shown;
    for (const unit one : units) {
        shown.keys.push_back(static_cast<std::uint32_t>(made.grain.size()));
        made.grain.push_back({"", one, type{}, ""});
    }
    made.periods.of = units.empty() ? unit::none : units.back();
    made.frames.push_back(shown);
    made.shown.shown = 0;
    made.axes.push_back(event(by_timestamp, {0}, !units.empty()));
    return made;
}

plan& asked(plan& of, std::string_view from, std::string_view to) {
    of.periods.ranged = true;
    of.periods.range = {calendar::read_date(from)->covers.from, calendar::read_date(to)->covers.to};
    of.axes[0].blank_pane = false;
    return of;
}

/// One total over the first `kept` keys.
void add_total(plan& of, std::size_t kept) {
    frame total = of.frames[0];
    total.keys.resize(kept);
    of.shown.totals.push_back(static_cast<id>(of.frames.size()));
    of.frames.push_back(total);
}

struct circumstances {
    calendar::settings in{};
    std::optional<std::int64_t> as_of{};
    std::vector<axis_extent> extents{};
    std::vector<value> parameters{};
};

timeline bound(const plan& what, const circumstances& with) {
    const calendar::calendar in = calendar::calendar::make(with.in).value();
    return bind(what, in, with.parameters, with.extents, timeless(what, in, with.as_of)).value();
}

std::string error_of(const plan& what, const circumstances& with) {
    const calendar::calendar in = calendar::calendar::make(with.in).value();
    const auto made = bind(what, in, with.parameters, with.extents, timeless(what, in, with.as_of));
    return made ? "" : made.error().to_string();
}

/// "label covers [first,last)" of each period, the run being that of one axis and map.
std::string periods(const timeline& of, std::size_t axis = 0, std::size_t map = 0) {
    std::string made;
    const frame_times& shown = of.frames[0];
    for (std::size_t i = 0; i < shown.periods.size(); ++i) {
        const period& one = shown.periods[i];
        const axis_panes::run run = shown.runs[axis][map][i];
        made += (one.blank ? "blank" : one.label) + ' ' + (one.blank ? "-" : show(one.covers)) +
                " [" + std::to_string(run.first) + ',' + std::to_string(run.last) + ")" +
                (run.undated == nothing ? "" : " and " + std::to_string(run.undated)) + "\n";
    }
    return made;
}

std::string edges(const timeline& of, std::size_t axis = 0) {
    std::string made;
    for (const std::int64_t one : of.axes[axis].edges)
        made += (made.empty() ? "" : " ") + show(one);
    return made;
}

axis_extent extent(std::string_view low, std::string_view high, bool blanks = false) {
    return {true, at(low), at(high), blanks};
}

}  // namespace

TEST_CASE("a range cut into units, each with its label") {
    const struct {
        unit of;
        std::string_view from, to;
        calendar::settings in;
        std::string text;
    } table[] = {
        {unit::month,
         "2026-01",
         "2026-03",
         {},
         "2026-01 2026-01-01..2026-02-01 [0,1)\n"
         "2026-02 2026-02-01..2026-03-01 [1,2)\n"
         "2026-03 2026-03-01..2026-04-01 [2,3)\n"},
        // the clock moves in March: local months stay months
        {unit::month,
         "2026-03",
         "2026-04",
         {"Europe/Berlin", 1, 1},
         "2026-03 2026-03-01..2026-04-01 [0,1)\n"
         "2026-04 2026-04-01..2026-05-01 [1,2)\n"},
        {unit::week,
         "2026-12-31",
         "2027-01-04",
         {},
         "2026-W53 2026-12-31..2027-01-04 [0,1)\n"
         "2027-W01 2027-01-04..2027-01-05 [1,2)\n"},
        {unit::fiscal_quarter,
         "2026Q1",
         "2026Q2",
         {"UTC", 1, 4},
         "FY2026-Q4 2026-01-01..2026-04-01 [0,1)\n"
         "FY2027-Q1 2026-04-01..2026-07-01 [1,2)\n"},
        // inside one month: the part asked is covered
        {unit::month, "2026-02-10", "2026-02-12", {}, "2026-02 2026-02-10..2026-02-13 [0,1)\n"},
        {unit::day,
         "2024-02-28",
         "2024-03-01",
         {},
         "2024-02-28 2024-02-28..2024-02-29 [0,1)\n"
         "2024-02-29 2024-02-29..2024-03-01 [1,2)\n"
         "2024-03-01 2024-03-01..2024-03-02 [2,3)\n"},
        {unit::year,
         "2025Q4",
         "2026-01",
         {},
         "2025 2025-10-01..2026-01-01 [0,1)\n"
         "2026 2026-01-01..2026-02-01 [1,2)\n"},
    };
    for (const auto& row : table) {
        plan what = by({row.of});
        const timeline made = bound(asked(what, row.from, row.to), {.in = row.in});
        CHECK(periods(made) == row.text);
        CHECK_FALSE(made.frames[0].trim);
        CHECK(made.axes[0].panes == made.frames[0].periods.size());
    }
}

TEST_CASE("a period knows its whole interval beside what is covered") {
    plan what = by({unit::month});
    const timeline made =
        bound(asked(what, "2026-02-10", "2026-03-12"), {.as_of = at("2026-03-05T10:00")});
    CHECK(show(made.frames[0].periods[0].nominal) == "2026-02-01..2026-03-01");
    CHECK(show(made.frames[0].periods[1].nominal) == "2026-03-01..2026-04-01");
    CHECK(periods(made) ==
          "2026-02 2026-02-10..2026-03-01 [0,1)\n"
          "2026-03 2026-03-01..2026-03-05T10:00:00.000001 [1,2)\n");
}

TEST_CASE("without a unit there is one period") {
    plan ranged = by({});
    CHECK(periods(bound(asked(ranged, "2026", "2026"), {})) == " 2026-01-01..2027-01-01 [0,1)\n");

    plan timeless = by({});
    timeless.axes[0] = axis{};
    timeless.axes[0].maps = {0};
    const timeline made = bound(timeless, {});
    CHECK(periods(made) == " -inf..+inf [0,1)\n");
    CHECK(made.axes[0].everything);
    CHECK(made.axes[0].panes == 1);
    CHECK(periods(bound(timeless, {.as_of = at("2026-01-01")})) ==
          " -inf..2026-01-01T00:00:00.000001 [0,1)\n");
}

TEST_CASE("`as of` cuts the periods it falls in and empties those after it") {
    plan what = by({unit::month});
    what.axes.push_back(event(by_date));
    asked(what, "2026-01", "2026-03");
    const timeline made = bound(what, {.as_of = at("2026-02-10T12:00")});
    const std::string text =
        "2026-01 2026-01-01..2026-02-01 [0,1)\n"
        "2026-02 2026-02-01..2026-02-10T12:00:00.000001 [1,2)\n"
        "2026-03 empty [0,0)\n";
    CHECK(periods(made) == text);
    CHECK(edges(made) == "2026-01-01 2026-02-01 2026-02-10T12:00:00.000001");
    // a row dated 10 February lies inside on that day
    CHECK(periods(made, 1) == text);
    CHECK(edges(made, 1) == edges(made));
    CHECK(made.as_of == at("2026-02-10T12:00"));
}

TEST_CASE("`as of` is an instant, read by the wall clock of the zone") {
    const struct {
        std::string zone;
        std::string_view as_of;  // UTC
        std::string end;
    } table[] = {
        {"UTC", "2026-01-31T20:00", "2026-01-31T20:00:00.000001"},
        {"Asia/Shanghai", "2026-01-31T20:00", "2026-02-01T04:00:00.000001"},
        {"America/New_York", "2026-01-31T20:00", "2026-01-31T15:00:00.000001"},
        {"Europe/Berlin", "2026-03-29T00:59", "2026-03-29T01:59:00.000001"},
        {"Europe/Berlin", "2026-03-29T01:00", "2026-03-29T03:00:00.000001"},
        // the clock was set back from 03:00 to 02:00 half an hour ago: 02:59 has been
        {"Europe/Berlin", "2026-10-25T01:30", "2026-10-25T03:00:00"},
        {"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T03:30:00.000001"},
    };
    for (const auto& row : table) {
        plan what = by({unit::year});
        const timeline made =
            bound(asked(what, "2026", "2026"), {.in = {row.zone, 1, 1}, .as_of = at(row.as_of)});
        CHECK(show(made.frames[0].periods[0].covers.to) == row.end);
    }
}

TEST_CASE("without `for` the rows give the range, and rows without a time a blank period") {
    plan what = by({unit::month});
    const timeline plain = bound(what, {.extents = {extent("2026-01-31T23:59", "2026-03-01")}});
    CHECK(plain.frames[0].trim);
    CHECK(periods(plain) ==
          "2026-01 2026-01-01..2026-02-01 [0,1)\n"
          "2026-02 2026-02-01..2026-03-01 [1,2)\n"
          "2026-03 2026-03-01..2026-04-01 [2,3)\n");
    CHECK(plain.axes[0].blank_pane == merit::plan::nothing);

    const timeline blanks = bound(what, {.extents = {extent("2026-01-31", "2026-02-01", true)}});
    CHECK(periods(blanks) ==
          "2026-01 2026-01-01..2026-02-01 [0,1)\n"
          "2026-02 2026-02-01..2026-03-01 [1,2)\n"
          "blank - [0,0) and 2\n");
    CHECK(blanks.axes[0].blank_pane == 2);
    CHECK(blanks.axes[0].panes == 3);

    const timeline cut =
        bound(what, {.as_of = at("2026-02-10"), .extents = {extent("2026-02-01", "2026-09-01")}});
    CHECK(periods(cut) == "2026-02 2026-02-01..2026-02-10T00:00:00.000001 [0,1)\n");
}

TEST_CASE("no rows: no periods; only blank times: only the blank period") {
    plan what = by({unit::month});
    add_total(what, 0);
    const timeline none = bound(what, {.extents = {axis_extent{}}});
    CHECK(periods(none).empty());
    CHECK(none.axes[0].panes == 1);
    REQUIRE(none.frames[1].periods.size() == 1);
    CHECK(none.frames[1].runs[0][0][0].first == none.frames[1].runs[0][0][0].last);

    const timeline blank = bound(what, {.extents = {axis_extent{false, 0, 0, true}}});
    CHECK(periods(blank) == "blank - [0,0) and 0\n");
    CHECK(blank.frames[1].runs[0][0][0].undated == 0);

    // everything happened after the instant the run looks from
    const timeline later =
        bound(what, {.as_of = at("2025"), .extents = {extent("2026-01-01", "2026-02-01")}});
    CHECK(periods(later).empty());
}

TEST_CASE("several axes share the periods, each with its own panes") {
    plan what = by({unit::quarter});
    what.axes.push_back(event(by_date, {0}, true));
    what.axes.push_back(event(by_timestamp, {existence}));
    what.axes.push_back(axis{});
    what.axes.back().maps = {0};
    const timeline made = bound(what, {.extents = {extent("2026-02-01", "2026-03-01"),
                                                   extent("2026-05-01", "2026-06-01", true),
                                                   extent("1999-01-01", "2030-01-01", true)}});
    CHECK(periods(made) ==
          "2026-Q1 2026-01-01..2026-04-01 [0,1)\n"
          "2026-Q2 2026-04-01..2026-07-01 [1,2)\n"
          "blank - [0,0) and 2\n");
    CHECK(periods(made, 1) == periods(made));
    // existence: everything up to the period's end, and nothing in the blank period
    CHECK(edges(made, 2) == "-inf 2026-04-01 2026-07-01");
    CHECK(periods(made, 2) ==
          "2026-Q1 2026-01-01..2026-04-01 [0,1)\n"
          "2026-Q2 2026-04-01..2026-07-01 [0,2)\n"
          "blank - [0,0)\n");
    CHECK(periods(made, 3) ==
          "2026-Q1 2026-01-01..2026-04-01 [0,1)\n"
          "2026-Q2 2026-04-01..2026-07-01 [0,1)\n"
          "blank - [0,1)\n");
    CHECK(made.axes[3].everything);
}

TEST_CASE("existence alone still finds a range, and ends where `as of` does") {
    plan what = by({unit::year});
    what.axes = {event(by_timestamp, {existence})};
    const timeline made =
        bound(what, {.as_of = at("2025-06-01"), .extents = {extent("2024-03-01", "2025-07-01")}});
    CHECK(periods(made) ==
          "2024 2024-01-01..2025-01-01 [0,1)\n"
          "2025 2025-01-01..2025-06-01T00:00:00.000001 [0,2)\n");

    asked(what, "2025", "2026");
    const timeline after = bound(what, {.as_of = at("2025-06-01")});
    CHECK(periods(after) ==
          "2025 2025-01-01..2025-06-01T00:00:00.000001 [0,1)\n"
          "2026 empty [0,1)\n");
}

TEST_CASE("two units: the finer one cuts, each has its label, totals keep the coarser") {
    plan what = by({unit::year, unit::quarter});
    add_total(what, 1);
    add_total(what, 0);
    const timeline made = bound(what, {.extents = {extent("2025-12-01", "2026-04-02", true)}});
    CHECK(periods(made) ==
          "2025-Q4 2025-10-01..2026-01-01 [0,1)\n"
          "2026-Q1 2026-01-01..2026-04-01 [1,2)\n"
          "2026-Q2 2026-04-01..2026-07-01 [2,3)\n"
          "blank - [0,0) and 3\n");
    CHECK(made.frames[0].periods[1].labels == std::vector<std::string>{"2026", "2026-Q1"});
    CHECK(made.frames[0].periods[3].labels == std::vector<std::string>{"", ""});

    const frame_times& years = made.frames[1];
    REQUIRE(years.periods.size() == 3);
    CHECK(years.periods[1].label == "2026");
    CHECK(show(years.periods[1].nominal) == "2026-01-01..2027-01-01");
    CHECK(show(years.periods[1].covers) == "2026-01-01..2026-07-01");
    CHECK(years.runs[0][0][1].first == 1);
    CHECK(years.runs[0][0][1].last == 3);
    CHECK(years.periods[2].blank);
    CHECK(years.runs[0][0][2].undated == 3);

    // the grand total: no time condition, so the rows without a time as well
    const frame_times& all = made.frames[2];
    REQUIRE(all.periods.size() == 1);
    CHECK(all.runs[0][0][0].first == 0);
    CHECK(all.runs[0][0][0].last == 3);
    CHECK(all.runs[0][0][0].undated == 3);
}

TEST_CASE("units that do not nest cut each other") {
    plan what = by({unit::month, unit::week});
    const timeline made = bound(asked(what, "2026-01-26", "2026-02-08"), {});
    CHECK(periods(made) ==
          "2026-W05 2026-01-26..2026-02-01 [0,1)\n"
          "2026-W05 2026-02-01..2026-02-02 [1,2)\n"
          "2026-W06 2026-02-02..2026-02-09 [2,3)\n");
    CHECK(made.frames[0].periods[1].labels == std::vector<std::string>{"2026-02", "2026-W05"});
}

TEST_CASE("ends of the range from parameters") {
    const struct {
        std::uint32_t from, to;
        std::vector<value> parameters;
        std::string text;
    } table[] = {
        {0, 0, {value(std::string("2026Q1"))}, " 2026-01-01..2026-04-01 [0,1)\n"},
        {0,
         1,
         {value(std::string("2026-02")), value(std::string("2026-03-05"))},
         " 2026-02-01..2026-03-06 [0,1)\n"},
        {merit::plan::nothing, 0, {value(std::string("2025"))}, " 2024-01-01..2026-01-01 [0,1)\n"},
        {0,
         0,
         {value(merit::date_value{calendar::days_of({2026, 3, 5})})},
         " 2026-03-05..2026-03-06 [0,1)\n"},
    };
    for (const auto& row : table) {
        plan what = by({});
        asked(what, "2024", "2024");
        what.periods.from_parameter = row.from;
        what.periods.to_parameter = row.to;
        CHECK(periods(bound(what, {.parameters = row.parameters})) == row.text);
    }
    plan what = by({});
    asked(what, "2024", "2024");
    what.periods.from_parameter = what.periods.to_parameter = 0;
    CHECK(error_of(what, {.parameters = {value(std::string("soon"))}}) ==
          "error E301: the range ends in \"soon\", which is no date\n"
          " help: write a date such as 2026, 2026Q1, 2026-03 or 2026-03-31\n");
    CHECK(error_of(what, {.parameters = {value(std::int64_t{7})}}).starts_with("error E301"));
    what.periods.to_parameter = 1;
    CHECK(error_of(what, {.parameters = {value(std::string("2026")), value(std::string("2025"))}})
              .starts_with("error E413: the range ends before it begins"));
}

TEST_CASE("more than a million periods are refused before any is made") {
    plan what = by({unit::second});
    const std::string text = error_of(asked(what, "1000", "9000"), {});
    CHECK(text.starts_with("error E712: the range holds more than 1,000,000 periods"));
    plan just = by({unit::second});
    asked(just, "2026-01-01", "2026-01-11");
    just.periods.range.to = just.periods.range.from + 1'000'000 * calendar::second_us;
    CHECK(bound(just, {}).frames[0].periods.size() == 1'000'000);
    ++just.periods.range.to;
    CHECK(error_of(just, {}).starts_with("error E712"));
}
