// Functions over the rows of a frame that differ in some of their keys only.
#pragma once

#include "engine/frame_rows.hpp"

namespace merit::engine {

struct peer_call {
    const environment& in;
    frame_rows& rows;
    const scans& from;
    const plan::peer_window& window;
    const plan::expression& what;
    plan::id self;
};

/// One value a row. Blanks have no place (N8) and stay blank; `operands` are whole columns: what
/// is compared, and for allot the pool; `parted` those of the window.
[[nodiscard]] full_column over_peers(const peer_call& with,
                                     const std::vector<full_column>& operands,
                                     const std::vector<full_column>& parted);

}  // namespace merit::engine
