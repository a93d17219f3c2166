// Computed values as a column of a table.
#pragma once

#include "engine/vector.hpp"

namespace merit::engine {

/// Cells of a type; reasons stay behind, blanks are blank.
[[nodiscard]] column stored(const full_column& from, std::size_t rows, const merit::type& type);

}  // namespace merit::engine
