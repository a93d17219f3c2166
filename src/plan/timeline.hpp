// The timeline: all calendar arithmetic of one run, done once. Runners see only numbers: panes,
// periods, labels.
#pragma once

#include <optional>
#include <span>

#include "merit/result.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// Ends of time for intervals without a border: whole days, far from overflow in any unit.
inline constexpr std::int64_t beginning_of_time =
    -(std::int64_t{1} << 61) / calendar::day_us * calendar::day_us;
inline constexpr std::int64_t end_of_time = -beginning_of_time;

struct period {
    calendar::interval
        covers;  ///< local microseconds: nominal ∩ range ∩ up to `as of`; may be empty (from = to)
    std::string label;             ///< of the finest unit; empty without a unit
    bool blank = false;            ///< the period of rows without a time
    calendar::interval nominal{};  ///< the whole period; without a unit the range, or all of time
    std::vector<std::string> labels{};  ///< one per unit dimension of the frame's keys, in order
};

/// Panes of one axis: pane p is [edges[p], edges[p+1]); rows outside all edges are not read.
struct axis_panes {
    std::vector<std::int64_t>
        edges;  ///< local microseconds, ascending; for a date axis the local midnight of days
    bool everything = false;  ///< no time condition: one pane, number 0, blank times included
    std::uint32_t blank_pane =
        nothing;  ///< pane number of rows with a blank time, where those count
    std::uint32_t panes = 1;
    /// runs[map position in axis.maps][period] = [first, last) panes that merge into that period.
    struct run {
        std::uint32_t first;
        std::uint32_t last;
    };
    std::vector<std::vector<run>>
        runs;  ///< empty run: first = last. A blank pane is the last pane.
};

/// Periods of a frame over fewer keys: the units it keeps, else one period over everything asked.
/// Same panes.
struct total_periods {
    std::vector<period> periods;
    std::vector<std::vector<std::vector<axis_panes::run>>> runs;  ///< [axis][map position][period]
};

struct timeline {
    std::vector<period> periods;        ///< in order; a blank period is last
    std::vector<axis_panes> axes;       ///< beside plan.axes
    std::optional<std::int64_t> as_of;  ///< instant
    std::vector<total_periods> totals;  ///< beside plan.shown.totals
    bool trim =
        false;  ///< without `for`: drop periods before the first and after the last with a row seen
};

/// Smallest and largest non-blank local time of an axis' rows (before filters); `any` false when
/// there is none.
struct axis_extent {
    bool any = false;
    std::int64_t low = 0;
    std::int64_t high = 0;
    bool blanks = false;
};

/// `extents` beside plan.axes, used when no range was asked. Values of parameters beside
/// plan.parameters. Fails with E712 when periods exceed a limit, E301 when a parameter is no date,
/// E413 when the range ends before it begins.
[[nodiscard]] result<timeline> bind(const plan& what, const calendar::calendar& in,
                                    std::optional<std::int64_t> as_of,
                                    std::span<const value> parameters,
                                    std::span<const axis_extent> extents);

}  // namespace merit::plan
