// Security filters act before anything else: a table that they guard is replaced by the rows that
// they allow, so whatever reads it, now or in a construct still to come, cannot meet another row.
#pragma once

#include "engine/environment.hpp"
#include "merit/frame.hpp"

namespace merit::engine {

/// What was left of the tables.
struct allowance {
    std::vector<std::vector<std::uint32_t>> taken;  ///< beside tables: which rows; empty: all
    std::vector<table_coverage> coverage;           ///< one a guard
};

/// Replaces each guarded table by its allowed rows; `in` reads `tables`. A condition that cannot be
/// decided for a row fails like any other value.
[[nodiscard]] result<allowance> keep_allowed(environment& in, std::vector<table>& tables,
                                             std::size_t batch_rows);

}  // namespace merit::engine
