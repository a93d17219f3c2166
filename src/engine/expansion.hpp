// Rows that stand for the rows of a table: shares of them, and windows of time in which they last.
#pragma once

#include "engine/rows.hpp"
#include "engine/sequence.hpp"
#include "plan/timeline.hpp"

namespace merit::engine {

/// Row expressions that an expansion is made of.
[[nodiscard]] std::vector<plan::id> expansion_roots(const plan::plan& in, plan::id table);

/// An expansion as a table. Of the columns it inherits those are there that something reads. Fails
/// with E812 when the shares of a row do not sum to 100 %, with E710 when there are too many rows.
/// `rows` become those of the base that its rows stand for.
[[nodiscard]] result<made_table> expanded(const environment& in, const row_bindings& bound,
                                          plan::id table, const plan::timeline& times,
                                          std::size_t batch_rows, std::vector<std::uint32_t>& rows);

}  // namespace merit::engine
