// What `run` and `explain` do alike: read, define, compile every request, evaluate each.
#pragma once

#include <vector>

#include "cli/command.hpp"
#include "cli/workspace.hpp"
#include "merit/merit.hpp"

namespace cli {

struct evaluation {
    workspace from;
    std::vector<merit::query> queries;
    std::vector<merit::frame> frames;  ///< beside queries
};

/// Says what is wrong and gives the exit status that goes with it; `fine` when `into` is whole.
[[nodiscard]] int evaluate(const run_command& how, evaluation& into);

/// Hints of the formulas, notes about the rows.
void print_hints(const evaluation& of);

}  // namespace cli
