// The scan: blocks of a table over threads, each with states of its own, merged exactly.
#include "engine/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "engine/failure.hpp"
#include "engine/scan_worker.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

/// Blocks handed out to workers, and what stops them.
struct progress_of_scan {
    std::atomic<std::size_t> next_block{0};
    std::atomic<bool> stop{false};
    std::mutex reporting;
};

void work(scan_worker& worker, std::size_t rows, const scan_settings& with,
          progress_of_scan& shared) {
    while (!shared.stop) {
        const std::size_t first = shared.next_block++ * zone_map::block_rows;
        if (first >= rows) return;
        if (with.cancel.stop_requested()) {
            shared.stop = true;
            return;
        }
        const std::size_t count = std::min(rows - first, zone_map::block_rows);
        worker.read_block(first, count);
        if (worker.too_large()) shared.stop = true;
        if (!with.progress) continue;
        const std::scoped_lock lock(shared.reporting);
        with.progress(count);
    }
}

error too_many_groups(const limits& bounds) {
    return error(
        "E710",
        fmt::format("the groups times the aggregates exceed the limit of {}", bounds.groups),
        "group by less, or raise limits.groups");
}

}  // namespace

result<scan_result> run_scan(const environment& in, const row_bindings& bound,
                             const plan::timeline& times, const std::vector<key_domain>& domains,
                             const scan_plan& what, const scan_settings& with) {
    const std::size_t rows = in.tables[what.table].rows();
    const std::size_t blocks = (rows + zone_map::block_rows - 1) / zone_map::block_rows;
    const auto threads = static_cast<unsigned>(
        std::clamp<std::size_t>(with.threads, 1, std::max<std::size_t>(blocks, 1)));
    std::vector<std::unique_ptr<scan_worker>> workers;
    for (unsigned i = 0; i < threads; ++i)
        workers.push_back(std::make_unique<scan_worker>(in, bound, times, domains, what, with));
    progress_of_scan shared;
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i)
            others.emplace_back([&, i] { work(*workers[i], rows, with, shared); });
        work(*workers[0], rows, with, shared);
    }
    if (with.cancel.stop_requested()) return error("E720", "the run was cancelled");
    scan_worker& all = *workers[0];
    for (unsigned i = 1; i < threads; ++i) {
        all.merge(*workers[i]);
        workers[i].reset();
    }
    if (all.too_large()) return too_many_groups(with.bounds);
    if (const id origin = all.failed(); origin != nothing) return failure_of(in, origin);
    return all.take();
}

}  // namespace merit::engine
