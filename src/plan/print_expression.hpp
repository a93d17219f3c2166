// Expressions of a plan as text, for its golden print.
#pragma once

#include <string>
#include <vector>

#include "plan/nodes.hpp"

namespace merit::plan {

/// The text of every expression, operands spelled out; a long one is called by its number ("e17")
/// where others read it.
struct expression_texts {
    std::vector<std::string> whole;  ///< beside plan.expressions
    std::vector<std::string>
        named;  ///< how others name it: the text, in brackets where it needs them, or "e17"
    std::vector<id> lifted;  ///< those called by their number
};
[[nodiscard]] expression_texts print_expressions(const plan& what);

}  // namespace merit::plan
