// Annotations: which there are, before which definitions, and with what values.
#pragma once

#include <vector>

#include "language/parse.hpp"

namespace merit::language {

/// Says what is wrong with the annotations of a statement; @grain, which names a grouping, is left
/// to whoever knows the tables.
void check_annotations(const parsed& from, node_id statement, std::vector<diagnostic>& errors);

}  // namespace merit::language
