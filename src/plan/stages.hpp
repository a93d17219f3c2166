// Stage numbers: the longest chain of frames below a cell. A scan is all cells of one base table
// and one stage.
#pragma once

#include "plan/nodes.hpp"

namespace merit::plan {

/// Numbers the cells. Nothing reads a frame as a source or a look-up yet, so every cell is of stage
/// 0.
void number_stages(plan& what);

}  // namespace merit::plan
