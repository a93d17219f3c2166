// program → plan.
#pragma once

#include "language/program.hpp"
#include "merit/limits.hpp"
#include "merit/result.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// Check has proved everything else: fails with E709 alone, where the request reads its terms under
/// more filters and windows than the limit. The program must hold a request.
[[nodiscard]] result<plan> lower(const language::program& from, const limits& within = {});

}  // namespace merit::plan
