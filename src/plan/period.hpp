// Periods: the range that is asked, cut into the units of the request and labelled.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "plan/timeline.hpp"

namespace merit::plan {

/// The range of `for`, its parameters read; nothing when none was asked.
[[nodiscard]] result<std::optional<calendar::interval>> asked_range(
    const period_rule& rule, std::span<const value> parameters, const calendar::calendar& in);

/// What periods are cut from. `cut`: the first local time after `as of`.
struct stretch {
    calendar::interval range;
    std::optional<std::int64_t> cut;
};

/// nominal ∩ range ∩ before the cut; empty at its start when the cut lies before it.
[[nodiscard]] calendar::interval covered(calendar::interval nominal, const stretch& within);

[[nodiscard]] calendar::interval covered(const period& of, const stretch& within);

/// The periods of a frame that keeps these units, in order; without a unit the range is the one
/// period. E712 when there are more than `most_periods`.
[[nodiscard]] result<std::vector<period>> cut_periods(std::span<const unit> units,
                                                      const stretch& within,
                                                      const calendar::calendar& in);

inline constexpr std::int64_t most_periods = 1'000'000;

}  // namespace merit::plan
