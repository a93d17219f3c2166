// Brings a file into memory.
#pragma once

#include <string>

#include "merit/result.hpp"

namespace merit::csv {

/// The bytes of a file, unpacked when they are gzip. E801 when it cannot be read.
[[nodiscard]] result<std::string> load(const std::string& path);

}  // namespace merit::csv
