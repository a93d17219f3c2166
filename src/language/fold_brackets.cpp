// The bracket rule: where a clause may stand, and both readings where it may not.
#include "language/fold.hpp"

namespace merit::language {

void check_brackets(builder&, node_id) {}

}  // namespace merit::language
