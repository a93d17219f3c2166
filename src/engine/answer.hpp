// From columns of frames to the answer: having, order, totals, values as they cross the door.
#pragma once

#include "engine/frame_columns.hpp"

namespace merit::engine {

[[nodiscard]] result<frame::content> answer_of(const environment& in, frames& all,
                                               const scan_settings& with);

/// Keys that name no row of the table they refer to, counted; D101.
[[nodiscard]] std::vector<diagnostic> missing_keys(const environment& in, look_ups& looked_up);

}  // namespace merit::engine
