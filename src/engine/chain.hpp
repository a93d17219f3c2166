// Funnels: what came of each chain of rows.
#pragma once

#include "engine/look_up.hpp"
#include "engine/sequence.hpp"

namespace merit::engine {

/// Values of a chain expression for every row of its table; blank on rows that begin none. One sort
/// of the rows by entity and time, one walk for each chain; the other values of the same chains
/// are kept in `known`.
[[nodiscard]] full_column chained(const environment& in, leaf_source& leaves, look_ups& known,
                                  plan::id expression, std::size_t batch_rows);

}  // namespace merit::engine
