// The version of the library, as CMakeLists.txt has it.
#pragma once

#include <string_view>

namespace merit {

/// "major.minor.patch".
inline constexpr std::string_view version = "0.1.0";

}  // namespace merit
