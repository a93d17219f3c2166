// Working time: weekly hours, holidays and extra working days of one calendar, and sums of open
// time between instants.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

/// Open time of a day, microseconds after its local midnight; 0 <= from < to. A shift that crosses
/// midnight belongs to the day on which it begins.
struct opening {
    std::int64_t from;
    std::int64_t to;
    friend bool operator==(opening, opening) = default;
};
using day_hours = std::vector<opening>;

struct working_hours {
    std::array<day_hours, 7> week;  ///< Monday first
    /// Days that are not as their weekday: holidays have no hours, extra working days have some.
    std::map<std::int32_t, day_hours> special;

    /// Hours of a day.
    [[nodiscard]] const day_hours& of(std::int32_t day) const;
    /// Hours of an extra working day that has none of its own: those of the first day of the week
    /// that has any.
    [[nodiscard]] const day_hours& usual() const;
};

/// Reads "mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00". E851 says what is wrong.
[[nodiscard]] result<std::array<day_hours, 7>> read_week(std::string_view text);
/// Reads "09:00-12:00 13:00-18:00", the hours of one day.
[[nodiscard]] result<day_hours> read_day_hours(std::string_view text);
/// Adds the days of a file: a date a line, of extra days hours behind it where they have their own.
/// E831 says what is wrong in which line.
[[nodiscard]] result<void> read_special_days(std::string_view text, bool holidays,
                                             working_hours& into);

/// Open time of a calendar. Immutable; any number of threads may ask. It knows the local days from
/// 1900 to 2100, as far as zones are tabulated; beyond them it has no answer.
class working_time {
public:
    working_time(calendar in, working_hours hours);
    ~working_time();
    working_time(const working_time&) = delete;
    working_time& operator=(const working_time&) = delete;

    [[nodiscard]] const calendar& in() const { return in_; }
    [[nodiscard]] const working_hours& hours() const { return hours_; }

    /// Open microseconds from one instant to another, negative when `to` is before `from`.
    [[nodiscard]] std::optional<std::int64_t> between(std::int64_t from, std::int64_t to) const;
    /// The first instant at which so much open time has passed since t; for a negative length the
    /// last instant from which so much passes until t.
    [[nodiscard]] std::optional<std::int64_t> after(std::int64_t t, std::int64_t length) const;
    /// Whether an instant lies inside an opening; its first moment does, its last does not.
    [[nodiscard]] std::optional<bool> open_at(std::int64_t t) const;
    /// Days from a to b, both counted, on which work begins; negative when b is before a.
    [[nodiscard]] std::optional<std::int64_t> days(std::int64_t a, std::int64_t b) const;

private:
    struct table;
    const table& known() const;
    calendar in_;
    working_hours hours_;
    std::unique_ptr<table> table_;
};

}  // namespace merit::calendar
