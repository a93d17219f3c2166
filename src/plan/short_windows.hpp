// Windows that the data does not fill: `short_window`.
#pragma once

#include <span>

#include "plan/interval_map.hpp"
#include "plan/period.hpp"

namespace merit::plan {

/// The unit of the window in which the data begins starts after the window does.
[[nodiscard]] bool is_short(const placed_interval& read, const axis_extent& data,
                            const map_setting& with);

/// Windows below a nested aggregate that the data does not fill: its periods are flagged too.
void flag_held(const plan& what, id axis_of, const stretch& within, const map_setting& with,
               std::span<const axis_extent> extents, timeline& made);

/// The same where the entities of all time are placed by a date: every period that reads them is
/// flagged. `early`: the eras that are bound.
void flag_placed(const plan& what, id era, const timeline& early, timeline& made);

}  // namespace merit::plan
