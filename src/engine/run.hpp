// plan × tables → frame. The one door of the engine.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>

#include "merit/frame.hpp"
#include "merit/limits.hpp"
#include "merit/result.hpp"
#include "merit/table.hpp"
#include "plan/nodes.hpp"

namespace merit::engine {

struct run_settings {
    unsigned threads = 1;               ///< ≥ 1
    std::size_t batch_rows = 2048;      ///< any number ≥ 1 gives the same bits
    std::optional<std::int64_t> as_of;  ///< instant, µs UTC
    std::stop_token cancel;             ///< E720 when it fires
    std::function<void(std::uint64_t rows, std::uint64_t total)> progress;
    merit::limits limits;
};

/// `tables` beside plan.tables, with the schemas the plan was made for. `parameters` beside
/// plan.parameters. Run-time errors are located: E310 integer overflow, E811 duplicate key of an
/// entity, E710 too many groups, E720 cancelled.
[[nodiscard]] result<frame::content> run(const plan::plan& what, std::span<const table> tables,
                                         std::span<const value> parameters,
                                         const run_settings& with);

}  // namespace merit::engine
