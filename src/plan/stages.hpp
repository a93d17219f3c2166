// Stages: which scans and frames must be done before which.
#pragma once

#include "plan/nodes.hpp"

namespace merit::plan {

/// Numbers the cells and frames: a cell is scanned in its stage, a frame may be read from its own
/// stage on. Early are those that attributes need: they look at no period.
void number_stages(plan& what);

}  // namespace merit::plan
