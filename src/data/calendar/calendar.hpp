// A calendar: zone, first day of the week, first month of the fiscal year. All date arithmetic of
// Merit is here. Dates are days since 1970-01-01. Instants are microseconds since
// 1970-01-01T00:00Z; "local" ones are the wall clock of the zone read as if it were UTC.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "merit/result.hpp"
#include "merit/value.hpp"

namespace merit::calendar {

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t day_us = 86'400 * second_us;

/// The day that holds a local time.
[[nodiscard]] constexpr std::int64_t day_below(std::int64_t local) {
    return local / day_us - (local % day_us < 0 ? 1 : 0);
}

struct civil {
    std::int32_t year;
    std::uint8_t month;
    std::uint8_t day;
};
[[nodiscard]] std::int32_t days_of(civil date);  ///< proleptic Gregorian
[[nodiscard]] civil civil_of(std::int32_t days);
[[nodiscard]] int weekday_of(std::int32_t days);  ///< Monday 1 … Sunday 7
[[nodiscard]] int iso_week_of(std::int32_t days);
[[nodiscard]] std::int32_t add_months(std::int32_t days,
                                      std::int64_t months);  ///< day of month clamped

struct fiscal_table;

struct settings {
    std::string zone = "UTC";  ///< IANA name
    int week_start = 1;        ///< Monday 1 … Sunday 7
    int fiscal_start = 1;      ///< month 1 … 12
    /// Fiscal periods as a table says them (4-4-5 and the like), in the place of `fiscal_start`.
    std::shared_ptr<const fiscal_table> periods = nullptr;
};

/// Half-open range of local microseconds.
struct interval {
    std::int64_t from;
    std::int64_t to;
    friend bool operator==(interval, interval) = default;
};

/// A date as written: the whole period it names, in local time, and its unit ("2026Q1": quarter;
/// with a clock time: second or minute).
struct written_date {
    interval covers;
    merit::unit grain;
};

class calendar {
public:
    /// E850 for an unknown zone, week start outside 1..7 or fiscal month outside 1..12.
    [[nodiscard]] static result<calendar> make(settings with);

    [[nodiscard]] const settings& options() const { return options_; }
    /// Local wall clock of an instant. Constant time after a search among the zone's changes.
    [[nodiscard]] std::int64_t to_local(std::int64_t instant) const;
    /// Instant of a local wall clock; a repeated hour gives its first, a skipped one the moment of
    /// the jump.
    [[nodiscard]] std::int64_t to_instant(std::int64_t local) const;
    /// Offset local − UTC when it is the same for every instant of [from, to], else nothing. For
    /// block-wise work.
    [[nodiscard]] std::optional<std::int64_t> constant_offset(std::int64_t from,
                                                              std::int64_t to) const;

    /// Start of the unit that holds a local time, and of the n-th unit after a start (n may be
    /// negative).
    [[nodiscard]] std::int64_t start_of(merit::unit of, std::int64_t local) const;
    [[nodiscard]] std::int64_t add_units(merit::unit of, std::int64_t start, std::int64_t n) const;
    /// t + n units for any local time: calendar units keep the clock time and clamp the day of
    /// month.
    [[nodiscard]] std::int64_t add_span(std::int64_t local, span_value span) const;
    /// Borders of the unit passed between two local times (b before a gives a negative number).
    [[nodiscard]] std::int64_t units_between(merit::unit of, std::int64_t a, std::int64_t b) const;
    /// "2026", "2026-Q1", "2026-03", "2026-W05", "2026-03-31", "2026-03-31 09:00", "FY2026-Q1",
    /// "FY2026-M01", "FY2026".
    [[nodiscard]] std::string label(merit::unit of, std::int64_t start) const;

private:
    struct zone_table;
    settings options_;
    std::shared_ptr<const zone_table> zone_;
};

/// Reads a date literal without its '@'. Nothing when it is not one.
[[nodiscard]] std::optional<written_date> read_date(std::string_view text);

/// A pattern made of YYYY YY M MM D DD H HH h hh mm m ss s S(fraction) A(am/pm) Z(offset) MMM(Jan)
/// and literal characters, compiled once. "MM" and "M" are months before an hour was seen and
/// minutes after it ("M/D/YYYY H:MM").
class pattern {
public:
    [[nodiscard]] static std::optional<pattern> compile(std::string_view text);
    struct reading {
        std::int64_t local;
        bool has_time;
        std::optional<std::int64_t> offset;
    };  ///< microseconds
    [[nodiscard]] std::optional<reading> read(std::string_view text) const;

private:
    struct piece {
        char what;
        char literal;
        bool two_digits;
    };
    std::vector<piece> pieces_;
};

[[nodiscard]] std::string date_text(std::int32_t days);  ///< 2026-03-31
[[nodiscard]] std::string timestamp_text(
    std::int64_t instant);  ///< 2026-03-31T09:30:00Z, fraction only where present

/// Orders units by their length; the fiscal ones are as long as the civil ones.
[[nodiscard]] int length_of(unit of);

}  // namespace merit::calendar
