// Sentences that several constructs of the language share.
#pragma once

#include "core/phrase.hpp"
#include "merit/explain.hpp"

namespace merit::explain {

/// Why a cell is blank or flagged, as a sentence.
[[nodiscard]] const phrase& words_for(reason why);

}  // namespace merit::explain
