// One map on the interval of a period: what windows and shifts make of it.
#pragma once

#include "plan/timeline.hpp"

namespace merit::plan {

/// A period and the part of it that is read; maps change both.
struct placed_interval {
    calendar::interval nominal;
    calendar::interval covers;
};

/// The steps in order, outermost first.
[[nodiscard]] placed_interval apply(const interval_map& map, placed_interval to);

}  // namespace merit::plan
