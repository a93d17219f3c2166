// The peer that sets the mark: loops written by hand for exactly these requests and arrays.
#pragma once

#include "answer.hpp"
#include "events.hpp"

namespace bench {

/// `groups` as in request: 0 none (won / lead only), 1 by rep, 2 by rep and month.
[[nodiscard]] answer hand_loop(const events& rows, int groups, unsigned threads);

}  // namespace bench
