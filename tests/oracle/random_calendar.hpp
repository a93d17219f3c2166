// Random calendars: zones, weekly hours, holidays and extra working days.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "oracle/random_table.hpp"

namespace oracle {

/// The calendars of a model, and how working time is asked of them.
struct calendars_spec {
    std::vector<std::string> lines;
    std::map<std::string, std::string, std::less<>> files;
    std::vector<std::string> desks;  ///< what may stand behind the last argument: `, "night"`
    bool of_column = false;          ///< every name that a column `desk` holds has hours
};

class calendar_maker {
public:
    explicit calendar_maker(dice& with) : dice_(with) {}

    calendars_spec make() {
        calendars_spec out;
        if (!dice_.chance(75)) return out;
        const bool first = add(out, "work", 60);
        if (first) out.desks = {"", "", ", \"work\""};
        if (!dice_.chance(40)) return out;
        const bool second = add(out, "night", 90);
        if (second) out.desks.emplace_back(", \"night\"");
        out.of_column = first && second;
        return out;
    }

private:
    /// Says whether the calendar has hours.
    bool add(calendars_spec& to, const std::string& name, unsigned with_hours) {
        std::string text =
            "calendar " + name + " { zone: \"" +
            dice_.pick({"UTC", "UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin"}) +
            "\", week: " + dice_.pick({"monday", "sunday"}) +
            ", fiscal_year: " + dice_.pick({"january", "april", "october"});
        if (name == "work" && dice_.chance(25)) {
            to.files["445.csv"] = weeks_445();
            text += ", periods: \"445.csv\"";
        }
        const bool open = dice_.chance(with_hours);
        if (open) {
            text += ", hours: \"" + hours() + "\"";
            std::set<std::int32_t> taken;
            if (dice_.chance(40)) {
                to.files[name + "_off.csv"] = days(taken, false);
                text += ", holidays: \"" + name + "_off.csv\"";
            }
            if (dice_.chance(40)) {
                to.files[name + "_on.csv"] = days(taken, true);
                text += ", extra: \"" + name + "_on.csv\"";
            }
        }
        to.lines.push_back(text + " }");
        return open;
    }

    /// Shifts around a break, over midnight, in the hours that a change of the clocks skips or
    /// repeats, and around the clock.
    std::string hours() {
        return dice_.pick({"mon-fri 09:00-18:00",
                           "mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00",
                           "sun-thu 22:00-06:30", "mon-sun 00:00-24:00", "sat-sun 00:30-02:30",
                           "mon 07:15-11:45 20:00-02:00; wed 06:00-06:01; sun 01:00-03:00",
                           "mon-sun 23:00-01:00 01:30-02:15"});
    }

    /// Fiscal months of 4, 4 and 5 weeks, three years of them.
    static std::string weeks_445() {
        std::string out = "start,end,fiscal_year,fiscal_quarter,fiscal_month\n";
        std::int32_t day = first_day - 280;
        for (int month = 0; month < 36; ++month) {
            const std::int32_t end = day + (month % 3 == 2 ? 35 : 28) - 1;
            out += merit::to_string(merit::date_value{day}) + "," +
                   merit::to_string(merit::date_value{end}) + "," +
                   std::to_string(2025 + month / 12) + "," + std::to_string(month / 3 % 4 + 1) +
                   "," + std::to_string(month % 12 + 1) + "\n";
            day = end + 1;
        }
        return out;
    }

    /// Lines of days, each in one file only; days that are worked may have hours of their own.
    std::string days(std::set<std::int32_t>& taken, bool worked) {
        std::string out;
        const std::size_t n = dice_.below(12) + 1;
        for (std::size_t i = 0; i < n; ++i) {
            const auto day = first_day + static_cast<std::int32_t>(dice_.below(180));
            if (!taken.insert(day).second) continue;
            out += merit::to_string(merit::date_value{day});
            if (worked)
                out += dice_.pick({"", ",", ",10:00-12:00", ",08:00-09:30 14:00-15:00",
                                   ",21:00-05:00", ",00:00-24:00"});
            out += "\n";
        }
        return out;
    }

    dice& dice_;
};

}  // namespace oracle
