// Exact decimals: brought to another scale, added up, compared and written without idle zeros.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "merit/value.hpp"

namespace merit {

/// The same number with `scale` digits behind the point; nothing when it has more digits than that,
/// or too many for 128 bits.
[[nodiscard]] std::optional<decimal_value> at_scale(decimal_value what, std::uint8_t scale);

/// The same number without zeros behind its last digit: 4.50 is 4.5.
[[nodiscard]] decimal_value without_idle_zeros(decimal_value what);

/// The exact sum, or nothing when it does not fit.
[[nodiscard]] std::optional<decimal_value> exact_sum(std::span<const decimal_value> all);

/// The number that the shortest text of a double writes; nothing where that has too many digits, or
/// is no number.
[[nodiscard]] std::optional<decimal_value> written_decimal(double number);

/// The number with at most so many digits behind the point, half away from zero.
[[nodiscard]] decimal_value rounded(decimal_value what, std::uint8_t digits);

/// Parts with at most so many digits that add up to their rounded sum: each rounded down, then the
/// largest remainders up.
[[nodiscard]] std::vector<decimal_value> rounded_parts(std::span<const decimal_value> all,
                                                       std::uint8_t digits);

/// −1, 0 or 1; exact whatever the scales.
[[nodiscard]] int compare(decimal_value a, decimal_value b);

/// "97.5" of 0.975: the number in percent, exact.
[[nodiscard]] std::string percent_text(decimal_value what);

/// A value for programs: like to_string, numbers as short as they can be and still be the same.
[[nodiscard]] std::string shortest_text(const value& what);

/// Thousands of the number that a text begins with set apart: "-20_000.5 USD" is "-20,000.5 USD".
[[nodiscard]] std::string with_commas(std::string_view text);

/// Digits behind the point of a currency's smallest coin by ISO 4217; 2 for one that is not known.
[[nodiscard]] std::uint8_t minor_unit(std::string_view currency);

}  // namespace merit
