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

/// Digits of the minor unit: 2 but for the currencies that ISO 4217 lists otherwise.
[[nodiscard]] constexpr unsigned minor_digits(std::string_view code) {
    for (const std::string_view none :
         {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
          "VUV", "XAF", "XOF", "XPF"}) {
        if (code == none) return 0;
    }
    for (const std::string_view three : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
        if (code == three) return 3;
    }
    return code == "CLF" || code == "UYW" ? 4 : 2;
}

/// Digits that computed money keeps beyond the minor unit.
inline constexpr unsigned digits_beyond_minor = 6;

}  // namespace merit
