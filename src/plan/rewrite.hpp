// Rewrites that make cells alike, so that interning can share them.
#pragma once

#include <vector>

#include "language/program.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// The operands of nested `and`s: a blank bool is false in a condition, so each may stand alone and
/// be shared alone.
[[nodiscard]] std::vector<language::term_id> conjuncts(const language::program& of,
                                                       language::term_id condition);

/// Sorted, each once: cells with the same conditions in any order are equal.
void normalize(std::vector<id>& conditions);

}  // namespace merit::plan
