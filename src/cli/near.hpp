// Names that a mistyped one may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Up to three of the known names, the nearest first; capitals count as small letters.
[[nodiscard]] std::vector<std::string> near_names(std::string_view wrong,
                                                  const std::vector<std::string>& known);

/// "a, b": what follows "did you mean".
[[nodiscard]] std::string joined(const std::vector<std::string>& all);

}  // namespace cli
