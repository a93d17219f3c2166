// The nearest row before or behind a row, among those of a sequence.
#pragma once

#include "engine/sequence.hpp"

namespace merit::engine {

/// Values of a near_row expression for every row of its table: one sort of the sequence's rows,
/// one search a row. Rows of equal time and order have none before the other; where several are
/// the nearest, the one with the least value counts.
[[nodiscard]] full_column near_rows(const environment& in, leaf_source& leaves, plan::id expression,
                                    std::size_t batch_rows);

}  // namespace merit::engine
