// One map on the interval of a period: what windows and shifts make of it.
#pragma once

#include "plan/timeline.hpp"

namespace merit::plan {

/// What maps need besides the period: the calendar, the parameters, and how long a period is.
struct map_setting {
    const calendar::calendar& in;
    std::span<const value> parameters;
    merit::unit period = merit::unit::none;  ///< what a shift by the period moves by, …
    std::int64_t periods = 1;                ///< … so many of it
    bool planned = false;                    ///< no instant cuts what is planned
    std::optional<std::int64_t> cut{};       ///< what lies behind it is not known yet
};

/// A period and the part of it that is read; maps change both.
struct placed_interval {
    calendar::interval nominal;
    calendar::interval covers;
    /// Finest unit of a window that widened it; none when nothing did, or everything is read.
    merit::unit window = merit::unit::none;
};

/// The steps in order, outermost first. Shifts move both intervals, whole units to whole units,
/// else the first and the last day (like for like); windows change what is covered alone.
[[nodiscard]] placed_interval apply(const interval_map& map, placed_interval to,
                                    const map_setting& with);

/// The steps that move the ends of a period, `covered.end` too: windows do not.
[[nodiscard]] interval_map without_windows(const interval_map& map);

/// A range as n of the coarsest unit in which it is whole.
struct whole_range {
    merit::unit of = merit::unit::none;
    std::int64_t count = 0;
};
[[nodiscard]] whole_range whole_units_of(calendar::interval range, const calendar::calendar& in);

}  // namespace merit::plan
