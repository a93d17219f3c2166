// Flat operands and operators → a tree by precedence, without recursion.
#pragma once

#include <cstddef>

#include "language/grammar_build.hpp"

namespace merit::language {

/// Folds the items since `mark`: operands with signs before them and `+ - * / ^` between them.
void fold_sum(builder& in, std::size_t mark);

/// Folds the items since `mark`: comparisons with `not` before them and `and`, `or` between them.
void fold_condition(builder& in, std::size_t mark);

/// The bracket rule, over the nodes made since `first`: a clause behind an operator expression
/// stands in an aggregate's brackets or asks for brackets of its own.
void check_brackets(builder& in, node_id first);

}  // namespace merit::language
