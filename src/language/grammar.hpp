// The grammar over tokens. Boost.Spirit X3 stands behind these three doors and nowhere else.
#pragma once

#include "language/grammar_build.hpp"

namespace merit::language {

/// Each reads as much as it can from `first` on, leaves the node on the builder's stack, moves
/// `first` behind what it read, and is false when nothing could be read. After false, or when
/// `first` did not reach `last`, the builder's `stopped()` tells where reading ended and why.
[[nodiscard]] bool read_statement(builder& in, const token*& first, const token* last);
[[nodiscard]] bool read_formula(builder& in, const token*& first, const token* last);
[[nodiscard]] bool read_request(builder& in, const token*& first, const token* last);

}  // namespace merit::language
