// From columns of frames to the answer: having, order, totals, values as they cross the door.
#pragma once

#include "engine/frame_columns.hpp"

namespace merit::engine {

/// The frame's row that a row of the answer shows.
struct row_origin {
    plan::id frame;
    std::uint32_t row;
};

/// `origins` gets one a row.
[[nodiscard]] result<frame::content> answer_of(const environment& in, frames& all,
                                               const scan_settings& with,
                                               std::vector<row_origin>& origins);

/// The key of a row at a position of the plan's grain: a value, or the label of its period.
[[nodiscard]] merit::value key_value(const environment& in, const frame_rows& rows,
                                     const frame_row& row, std::uint32_t position);

/// Keys that name no row of the table they refer to, counted; D101.
[[nodiscard]] std::vector<diagnostic> missing_keys(const environment& in, look_ups& looked_up);

}  // namespace merit::engine
