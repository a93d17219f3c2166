// program → plan.
#pragma once

#include "language/program.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// Never fails: check has proved everything that could. The program must hold a request.
[[nodiscard]] plan lower(const language::program& from);

}  // namespace merit::plan
