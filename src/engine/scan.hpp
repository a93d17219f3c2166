// One pass over a table for all cells that read it.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "engine/condition.hpp"
#include "engine/group.hpp"
#include "engine/states/state.hpp"
#include "merit/limits.hpp"
#include "plan/timeline.hpp"

namespace merit::engine {

/// Rows that some cells keep: conditions, and a place in time.
struct filter {
    std::vector<std::uint32_t> conjuncts;  ///< of the scan
    std::uint32_t axis = 0;                ///< of the scan
    friend auto operator<=>(const filter&, const filter&) = default;
};

struct scanned_cell {
    plan::id cell = plan::nothing;
    std::uint32_t filter = 0;
    std::uint32_t grouping = 0;
};

/// What one scan does; made from the plan before rows are read.
struct scan_plan {
    plan::id table = plan::nothing;
    std::vector<conjunct> conjuncts;
    std::vector<plan::id> axes;
    std::vector<filter> filters;
    std::vector<grouping> groupings;
    std::vector<scanned_cell> cells;
};

/// What a scan leaves: states by slot, and what slots mean.
struct scan_result {
    std::vector<slot_directory> directories;  ///< beside groupings
    std::vector<cell_states> states;          ///< beside cells
};

struct scan_settings {
    unsigned threads = 1;
    std::size_t batch_rows = 2048;
    std::stop_token cancel;
    std::function<void(std::uint64_t)> progress;  ///< rows read since the last call
    limits bounds;
};

/// Scans of some cells of a plan, one a table. `domains` learn the texts of all keys.
[[nodiscard]] std::vector<scan_plan> plan_scans(const environment& in, const row_bindings& bound,
                                                const plan::timeline& times,
                                                std::vector<key_domain>& domains,
                                                std::span<const plan::id> cells,
                                                const limits& bounds);

/// Row expressions that some cells of a plan need.
[[nodiscard]] std::vector<plan::id> scan_roots(const plan::plan& in,
                                               std::span<const plan::id> cells);

[[nodiscard]] result<scan_result> run_scan(const environment& in, const row_bindings& bound,
                                           const plan::timeline& times,
                                           const std::vector<key_domain>& domains,
                                           const scan_plan& what, const scan_settings& with);

}  // namespace merit::engine
