// Tables that a run makes, of frames and of rows that stand for others, with the reasons and the
// failures of their values.
#pragma once

#include <span>

#include "engine/vector.hpp"

namespace merit::engine {

/// A value that a column cannot hold: one that failed, so that what uses it fails in turn (N10),
/// or that has a reason. In the column it is blank if it is unusable.
struct marked_value {
    std::uint32_t column = 0;
    std::uint32_t row = 0;
    mark is = 0;
    plan::id origin = plan::nothing;  ///< the expression that failed
};

struct made_table {
    table values;
    std::vector<marked_value> marked;  ///< by column, then by row
};

/// Cells of a type; reasons stay behind, blanks and failures are blank.
[[nodiscard]] column stored(const full_column& from, std::size_t rows, const merit::type& type);

/// The marks of `from` become those of a column; `rows` are the rows of it that the column has.
void add_marks(const full_column& from, std::span<const std::uint32_t> rows, std::uint32_t column,
               std::vector<marked_value>& into);

/// Of all marked values of a table those of a column.
[[nodiscard]] std::span<const marked_value> marked_in(std::span<const marked_value> all,
                                                      std::uint32_t column);

/// A column with its marked values.
[[nodiscard]] full_column with_marks(const column& from, std::span<const marked_value> marked);

}  // namespace merit::engine
