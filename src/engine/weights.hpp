// What formulas need of parameters: weights that sum to 100 %, a percentile's p between 0 and 1.
// Constants were checked with the formula; parameters have their values when a run begins.
#pragma once

#include <optional>

#include "engine/environment.hpp"

namespace merit::engine {

/// E501 at the first weighted() of the plan whose weights do not sum to exactly 100 %.
[[nodiscard]] std::optional<error> wrong_weights(const environment& in);

/// E301 at the first percentile or top_share of the plan whose amount is none.
[[nodiscard]] std::optional<error> wrong_amounts(const environment& in);

}  // namespace merit::engine
