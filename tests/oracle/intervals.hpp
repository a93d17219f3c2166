// Windows and shifts: what each step makes of the interval that is read.
#pragma once

#include <limits>
#include <optional>

#include "language/program.hpp"
#include "oracle/texts_and_times.hpp"

namespace oracle {

namespace lang = merit::language;
using calendars::interval;
using merit::unit;

inline constexpr std::int64_t long_ago = std::numeric_limits<std::int64_t>::min() / 4;
inline constexpr std::int64_t far_off = std::numeric_limits<std::int64_t>::max() / 4;

/// The interval a term reads, and the period that it was asked for.
struct reading {
    interval covered{long_ago, far_off};
    interval nominal{long_ago, far_off};
    bool bounded = false;  ///< there is a condition on time
    bool undated = false;  ///< the blank period
    bool undated_too = false;
    bool timed = false;    ///< a period is asked
    bool planned = false;  ///< no instant cuts it
    bool moved = false;    ///< by a window or a shift
    bool window = false;   ///< by a window that has a start
    unit window_unit = unit::none;
    std::optional<std::int64_t> as_of;  ///< an instant
};

/// Units that are whole months; 0: it is none of them.
inline std::int64_t months_in(unit of) {
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

class interval_steps {
public:
    explicit interval_steps(const calendars::calendar& in) : in_(in) {}

    std::int64_t day_start(std::int64_t local) const { return day_of(local) * calendars::day_us; }
    bool border(unit of, std::int64_t local) const { return in_.start_of(of, local) == local; }
    /// n units on, or back, from a border.
    std::int64_t moved(unit of, std::int64_t border, std::int64_t n) const {
        return in_.add_units(of, border, n);
    }

    /// So many units back: whole units to whole units, else the first and the last covered day.
    interval shifted(const interval& from, unit of, std::int64_t n) const {
        const std::int64_t months = months_in(of) * n;
        interval out = from;
        if (from.from != long_ago) out.from = back(from.from, of, n);
        if (from.to == far_off) return out;
        // Periods of a table are no whole months: their borders move to borders.
        if (months != 0 && border(of, from.to) &&
            (from.from == long_ago || border(of, from.from))) {
            if (from.from != long_ago) out.from = moved(of, from.from, -n);
            out.to = moved(of, from.to, -n);
            return out;
        }
        const bool whole = months == 0
                               ? border(of, from.to)
                               : border(unit::month, from.to) &&
                                     (from.from == long_ago || border(unit::month, from.from));
        if (whole) {
            out.to = months == 0 ? moved(of, from.to, -n) : back(from.to, of, n);
            return out;
        }
        const std::int64_t last = day_start(from.to - 1);
        const std::int64_t end_of_last = last + calendars::day_us;
        const std::int64_t clock = from.to - last;
        out.to = from.to == end_of_last ? back(last, of, n) + calendars::day_us
                                        : back(last, of, n) + clock;
        return out;
    }

    /// A day, with its clock time, so many units before; the day of the month clamped.
    std::int64_t back(std::int64_t local, unit of, std::int64_t n) const {
        const std::int64_t months = months_in(of) * n;
        const std::int64_t clock = local - day_start(local);
        const auto day = static_cast<std::int32_t>(day_of(local));
        const bool fiscal = of >= unit::fiscal_month;  // perhaps of a table
        if (months != 0 && !fiscal)
            return calendars::add_months(day, -months) * calendars::day_us + clock;
        const merit::span_value span{-n, of};
        return fiscal ? in_.add_span(local - clock, span) + clock : in_.add_span(local, span);
    }

    /// n units back from the covered end.
    interval trailing(const interval& from, unit of, std::int64_t n) const {
        if (border(of, from.to)) return {moved(of, from.to, -n), from.to};
        const std::int64_t last = day_start(from.to - 1);
        return {back(last, of, n) + calendars::day_us, from.to};
    }

    /// The whole units before the one that holds the first covered day.
    interval prior(const interval& from, unit of, std::int64_t n) const {
        const std::int64_t to = in_.start_of(of, from.from);
        return {moved(of, to, -n), to};
    }

    interval to_date(const interval& from, unit of) const {
        return {in_.start_of(of, from.to - 1), from.to};
    }

    /// How the range counts when it is shifted by itself: n of the coarsest unit in which it is
    /// whole.
    std::pair<unit, std::int64_t> length_of(const interval& range) const {
        for (const unit one : {unit::year, unit::quarter, unit::month, unit::week, unit::day}) {
            if (!border(one, range.from) || !border(one, range.to)) continue;
            return {one, in_.units_between(one, range.from, range.to)};
        }
        return {unit::day, in_.units_between(unit::day, range.from, range.to)};
    }

private:
    const calendars::calendar& in_;
};

}  // namespace oracle
