// Pieces of periods, and of all of time: what a unit beside `per` cuts them into.
#pragma once

#include <span>
#include <vector>

#include "plan/interval_map.hpp"
#include "plan/period.hpp"

namespace merit::plan {

[[nodiscard]] bool is_event(const axis& one);
/// Its rows stand at a date too, and look at the period that holds it.
[[nodiscard]] bool is_window_of_instants(const plan& what, const axis& one);
/// Some period is read there as it is.
[[nodiscard]] bool reads_identity(const axis& one);
/// Rows of the axis have a place in time of their own.
[[nodiscard]] bool in_time(const axis& one);

[[nodiscard]] period all_of_time();

/// How a frame's map is applied to the periods that it cuts into pieces.
struct piece_source {
    stretch within;
    map_setting with;
};
[[nodiscard]] piece_source source_of_pieces(const plan& what, id of, const stretch& within,
                                            const map_setting& with);

/// What a map makes of each period of another frame, cut by a unit.
[[nodiscard]] result<void> cut_pieces(const plan& what, id of, const stretch& within,
                                      const map_setting& with, std::span<const axis_extent> extents,
                                      timeline& made);

}  // namespace merit::plan
