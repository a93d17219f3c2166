// Currencies by their ISO 4217 codes.
#pragma once

#include <string_view>

namespace merit {

/// Three capital letters.
[[nodiscard]] constexpr bool is_currency_code(std::string_view text) {
    if (text.size() != 3) return false;
    for (const char c : text) {
        if (c < 'A' || c > 'Z') return false;
    }
    return true;
}

/// Digits that computed money keeps beyond the minor unit.
inline constexpr unsigned digits_beyond_minor = 6;

}  // namespace merit
