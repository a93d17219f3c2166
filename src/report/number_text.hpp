// Single values for people, as explanations show them: more digits than a table, none that idle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "merit/explain.hpp"

namespace merit::report_text {

/// "1,234.5678", "65.4008 %", "51.8333 days", "200,000 CNY"; "blank" for none. At most four digits
/// behind the point, unless the number is smaller than that, or exact.
[[nodiscard]] std::string value_text(const value& what, std::string_view unit, text_language how);

/// Contributions with four digits, each rounded by itself, and the whole.
struct parts_in_text {
    std::vector<std::string> parts;
    std::string whole;
    std::string rounding;  ///< what the whole has more than their sum; empty: nothing
};
[[nodiscard]] parts_in_text parts_text(const std::vector<explained_part>& all);

/// "1,234".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace merit::report_text
