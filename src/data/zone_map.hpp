// Ranges of a column's values per block of rows.
#pragma once

#include "merit/table.hpp"

namespace merit {

[[nodiscard]] zone_map zones_of(const column& from);

}  // namespace merit
