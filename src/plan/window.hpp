// Windows of time in which rows last: one a period and map, or the instant at one of its ends.
#pragma once

#include <span>
#include <vector>

#include "plan/interval_map.hpp"
#include "plan/period.hpp"

namespace merit::plan {

/// The windows of a `valid` axis as its panes, and their runs for every frame. `extent` holds the
/// times of snapshots. `blanks`: the blank period is shown.
[[nodiscard]] axis_panes bind_windows(const plan& what, const axis& of, stretch within,
                                      const map_setting& with, bool blanks,
                                      const axis_extent& extent, std::vector<frame_times>& frames);

}  // namespace merit::plan
