// The timeline: all calendar arithmetic of one run, done once. Runners see only numbers: panes, periods, labels.
#pragma once

#include <optional>
#include <span>

#include "merit/result.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

struct period {
    calendar::interval covers;       ///< local microseconds; one period without a unit covers everything asked
    std::string label;
    bool blank = false;              ///< the period of rows without a time
};

/// Panes of one axis: pane p is [edges[p], edges[p+1]); rows outside all edges are not read.
struct axis_panes {
    std::vector<std::int64_t> edges; ///< local microseconds, ascending; for a date axis the local midnight of days
    bool everything = false;         ///< no time condition: one pane, number 0, blank times included
    std::uint32_t blank_pane = nothing;  ///< pane number of rows with a blank time, where those count
    std::uint32_t panes = 1;
    /// runs[map position in axis.maps][period] = [first, last) panes that merge into that period.
    struct run { std::uint32_t first; std::uint32_t last; };
    std::vector<std::vector<run>> runs;
};

struct timeline {
    std::vector<period> periods;     ///< in order; a blank period is last
    std::vector<axis_panes> axes;    ///< beside plan.axes
    std::optional<std::int64_t> as_of;  ///< instant
    bool trim = false;               ///< without `for`: drop periods before the first and after the last with a row seen
};

/// Smallest and largest non-blank local time of an axis' rows (before filters); `any` false when there is none.
struct axis_extent { bool any = false; std::int64_t low = 0; std::int64_t high = 0; bool blanks = false; };

/// `extents` beside plan.axes, used when no range was asked. Values of parameters beside plan.parameters.
/// Fails with E7xx when periods exceed a limit, E301 when a parameter is no date.
[[nodiscard]] result<timeline> bind(const plan& what, const calendar::calendar& in, std::optional<std::int64_t> as_of,
                                    std::span<const value> parameters, std::span<const axis_extent> extents);

}  // namespace merit::plan
