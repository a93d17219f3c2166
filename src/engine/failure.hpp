// Errors of a run, told by the expression that failed and by what it failed on.
#pragma once

#include "engine/frame_rows.hpp"

namespace merit::engine {

/// Where the value was wanted: a row of a frame, made from the states of scans.
struct failure_site {
    const scans* from = nullptr;
    frame_rows* rows = nullptr;
    std::uint32_t row = 0;
};

/// E310 for a number that does not fit, E220 for two currencies in one amount, E223 for a missing
/// rate, E853 for a calendar that does not exist.
[[nodiscard]] error failure_of(const environment& in, plan::id origin, const failure_site& at = {});

/// E220: amounts of two currencies are put in one order by an expression.
[[nodiscard]] error mixed_order(const environment& in, plan::id by);

}  // namespace merit::engine
