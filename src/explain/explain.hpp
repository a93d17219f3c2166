// What a run leaves behind so that its frame can be explained.
#pragma once

#include "explain/subject.hpp"

namespace merit::explain {

/// Explains the cells of the frame that a run over `from` gave. Nothing is computed before it is
/// asked.
[[nodiscard]] std::shared_ptr<const explainer> explainer_of(origin from);

}  // namespace merit::explain
