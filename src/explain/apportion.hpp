// Contributions that add up digit for digit to what they are contributions of.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/number.hpp"
#include "merit/value.hpp"

namespace merit::explain {

/// A number of any type with all its digits; nothing for what is no number.
[[nodiscard]] std::optional<engine::quad> number_of(const value& what);

/// Parts as decimals of the whole's scale: each rounded down, then the largest remainders up, until
/// they add up to the whole exactly. None when they are nowhere near it.
[[nodiscard]] std::vector<decimal_value> apportioned(std::span<const engine::quad> parts,
                                                     decimal_value whole);

}  // namespace merit::explain
