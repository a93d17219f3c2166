// Tables that a run makes, of frames and of rows that stand for others, with what failed in them.
#pragma once

#include <span>

#include "engine/vector.hpp"

namespace merit::engine {

/// A value that failed, blank in its column: what uses it fails in turn (N10).
struct failed_value {
    std::uint32_t column = 0;
    std::uint32_t row = 0;
    plan::id origin = plan::nothing;  ///< the expression that failed
};

struct made_table {
    table values;
    std::vector<failed_value> failed;  ///< by column, then by row
};

/// Cells of a type; reasons stay behind, blanks and failures are blank.
[[nodiscard]] column stored(const full_column& from, std::size_t rows, const merit::type& type);

/// The failures of `from` become those of a column; `rows` are the rows of it that the column has.
void add_failures(const full_column& from, std::span<const std::uint32_t> rows,
                  std::uint32_t column, std::vector<failed_value>& into);

/// Of all failures of a table those of a column.
[[nodiscard]] std::span<const failed_value> failures_of(std::span<const failed_value> all,
                                                        std::uint32_t column);

}  // namespace merit::engine
