// Working time day by day, and money of one currency: no sums kept, no search.
#pragma once

#include <algorithm>
#include <vector>

#include "data/calendar/working_time.hpp"
#include "oracle/texts_and_times.hpp"

namespace oracle {

/// Openings of some local days as instants, those that touch made one.
inline std::vector<calendars::interval> openings(const calendars::working_time& by,
                                                 std::int64_t first_day, std::int64_t last_day) {
    std::vector<calendars::interval> all;
    for (std::int64_t day = first_day; day <= last_day; ++day) {
        for (const calendars::opening& one : by.hours().of(static_cast<std::int32_t>(day))) {
            const std::int64_t midnight = day * calendars::day_us;
            all.push_back(
                {by.in().to_instant(midnight + one.from), by.in().to_instant(midnight + one.to)});
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    std::vector<calendars::interval> out;
    for (const calendars::interval& one : all) {
        if (!out.empty() && one.from <= out.back().to)
            out.back().to = std::max(out.back().to, one.to);
        else
            out.push_back(one);
    }
    return out;
}

inline std::int64_t local_day(const calendars::working_time& by, std::int64_t instant) {
    return day_of(by.in().to_local(instant));
}

inline std::int64_t open_time(const calendars::working_time& by, std::int64_t from,
                              std::int64_t to) {
    if (to < from) return -open_time(by, to, from);
    std::int64_t sum = 0;
    for (const auto& one : openings(by, local_day(by, from) - 2, local_day(by, to) + 1))
        sum += std::max<std::int64_t>(0, std::min(one.to, to) - std::max(one.from, from));
    return sum;
}

/// Opening by opening, forward or backward, until the length is used up.
inline std::int64_t moved_by(const calendars::working_time& by, std::int64_t t,
                             std::int64_t length) {
    const std::int64_t today = local_day(by, t);
    for (std::int64_t reach = 10;; reach *= 2) {
        auto all = openings(by, today - reach, today + reach);
        std::int64_t left = length < 0 ? -length : length;
        if (left == 0) return t;
        if (length < 0) std::reverse(all.begin(), all.end());
        for (const auto& one : all) {
            const std::int64_t from = length > 0 ? std::max(one.from, t) : one.from;
            const std::int64_t to = length > 0 ? one.to : std::min(one.to, t);
            if (from >= to) continue;
            if (to - from >= left) return length > 0 ? from + left : to - left;
            left -= to - from;
        }
    }
}

inline std::int64_t days_worked(const calendars::working_time& by, std::int64_t a, std::int64_t b) {
    if (b < a) return -days_worked(by, b, a);
    std::int64_t out = 0;
    for (std::int64_t day = a; day <= b; ++day)
        out += by.hours().of(static_cast<std::int32_t>(day)).empty() ? 0 : 1;
    return out;
}

inline bool open_at(const calendars::working_time& by, std::int64_t t) {
    for (const auto& one : openings(by, local_day(by, t) - 2, local_day(by, t) + 1)) {
        if (one.from <= t && t < one.to) return true;
    }
    return false;
}

inline cell working_time_of(function what, arguments of, const calendars::working_time& by) {
    const auto instant = [&](std::size_t i) {
        if (const auto* day = std::get_if<merit::date_value>(&of[i]))
            return by.in().to_instant(day->days * calendars::day_us);
        return std::get<merit::timestamp_value>(of[i]).microseconds;
    };
    const auto day = [&](std::size_t i) { return day_of(local_of(of[i], by.in())); };
    // The calendar speaks of 1900 to 2100.
    const std::int64_t low = by.in().to_instant(-25'567 * calendars::day_us);
    const std::int64_t high = by.in().to_instant(47'847 * calendars::day_us);
    const auto known = [&](std::size_t i) { return instant(i) >= low && instant(i) < high; };
    const bool two = what == function::work_time || what == function::work_days;
    if (!known(0) || (two && !known(1))) return blank_because(reason::not_meaningful);
    switch (what) {
        case function::work_time:
            return {
                merit::duration_value{static_cast<double>(open_time(by, instant(0), instant(1)))},
                {}};
        case function::add_work_time:
            return {merit::timestamp_value{
                        moved_by(by, instant(0),
                                 static_cast<std::int64_t>(
                                     std::get<merit::duration_value>(of[1]).microseconds))},
                    {}};
        case function::work_days:
            return {days_worked(by, day(0), day(1)), {}};
        default:
            return {open_at(by, instant(0)), {}};
    }
}

/// Three capital letters.
inline bool is_currency(const std::string& code) {
    return code.size() == 3 &&
           std::all_of(code.begin(), code.end(), [](char c) { return 'A' <= c && c <= 'Z'; });
}

/// The value, if its currencies are one; where an amount is blank there is nothing to compare.
inline cell of_one_currency(const std::vector<cell>& cells) {
    bool known = true;
    for (std::size_t i = 1; i < cells.size(); ++i) known = known && !blank(cells[i]);
    if (!blank(cells[0]) && known && order_present(cells[1].value, cells[2].value) != 0)
        throw refused{"E220"};
    return cells[0];
}

/// A rate's time is at or before another time; where either is a date they meet by day.
inline bool not_after(const value& rate, const value& at, const calendars::calendar& in) {
    const bool days = std::holds_alternative<merit::date_value>(rate) ||
                      std::holds_alternative<merit::date_value>(at);
    const std::int64_t a = local_of(rate, in);
    const std::int64_t b = local_of(at, in);
    if (days) return day_of(a) <= day_of(b);
    return order_present(rate, at) <= 0;
}

}  // namespace oracle
