// Where reading stopped → a sentence that says why, and a repair.
#pragma once

#include "language/grammar_build.hpp"

namespace merit::language {

/// The mistake of the tokens [first, last), which the grammar did not read to their end.
[[nodiscard]] diagnostic explain_stop(const builder& in, const token* first, const token* last);

}  // namespace merit::language
