// A table of some rows of another.
#pragma once

#include <cstdint>
#include <span>

#include "merit/table.hpp"

namespace merit {

/// The rows of a table in the order given, copied; dictionaries are shared.
[[nodiscard]] table rows_of(const table& from, std::span<const std::uint32_t> rows);

}  // namespace merit
