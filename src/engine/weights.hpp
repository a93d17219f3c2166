// Weights that hold parameters: they must sum to 100 % with the values that a run binds.
#pragma once

#include <optional>

#include "engine/environment.hpp"

namespace merit::engine {

/// E501 at the first weighted() of the plan whose weights do not sum to exactly 100 %.
[[nodiscard]] std::optional<error> wrong_weights(const environment& in);

}  // namespace merit::engine
