#include "engine/security.hpp"

#include <algorithm>

#include "data/table_rows.hpp"
#include "engine/condition.hpp"
#include "engine/failure.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

/// The rows that meet all conditions of a guard.
class guarding {
public:
    guarding(const environment& in, const row_bindings& bound, const plan::guard& by,
             std::size_t batch_rows)
        : in_(in),
          leaves_(in, bound),
          conditions_([&] {
              std::vector<conjunct> all;
              for (const id one : by.conditions) all.push_back({one, false});
              return all;
          }()),
          tests_(in, bound, leaves_, texts_, conditions_),
          batch_rows_(std::min(batch_rows, zone_map::block_rows)) {}

    result<std::vector<std::uint32_t>> rows(std::size_t count) {
        std::vector<std::uint32_t> out;
        for (std::size_t block = 0; block < count; block += zone_map::block_rows) {
            tests_.enter(block);
            const std::size_t end = std::min(count, block + zone_map::block_rows);
            for (std::size_t first = block; first < end; first += batch_rows_) {
                read(first, std::min(batch_rows_, end - first), out);
                if (failure_ != nothing) return failure_of(in_, failure_);
            }
        }
        return out;
    }

private:
    void read(std::size_t first, std::size_t count, std::vector<std::uint32_t>& into) {
        tests_.run(first, count);
        for (std::size_t i = 0; i < count; ++i) {
            id undecided = nothing;
            bool dropped = false;
            for (std::size_t which = 0; which < conditions_.size(); ++which) {
                const id failed = failure_at(which, i);
                if (failed != nothing)
                    undecided = failed;
                else
                    dropped = dropped || !holds(which, i);
            }
            if (dropped) continue;
            if (undecided != nothing) failure_ = undecided;
            if (failure_ != nothing) return;
            into.push_back(static_cast<std::uint32_t>(first + i));
        }
    }

    [[nodiscard]] bool holds(std::size_t which, std::size_t row) const {
        if (const auto settled = tests_.settled(which)) return *settled;
        return (tests_.holds(which)[row / word_rows] >> row % word_rows & 1) != 0;
    }

    [[nodiscard]] id failure_at(std::size_t which, std::size_t row) const {
        const vector* const values = tests_.failed(which);
        if (values == nullptr || (values->mark_at(row) & error_bit) == 0) return nothing;
        return values->origins[row];
    }

    const environment& in_;
    row_leaves leaves_;
    text_pool texts_;
    std::vector<conjunct> conditions_;
    condition_tests tests_;
    std::size_t batch_rows_;
    id failure_ = nothing;
};

}  // namespace

result<allowance> keep_allowed(environment& in, std::vector<table>& tables,
                               std::size_t batch_rows) {
    std::vector<id> roots;
    for (const plan::guard& one : in.what.guards)
        roots.insert(roots.end(), one.conditions.begin(), one.conditions.end());
    look_ups looked_up;
    row_bindings bound;
    if (auto ready = row_bindings::prepare(bound, in, looked_up, roots, batch_rows); !ready)
        return ready.error();
    allowance out;
    out.taken.resize(tables.size());
    for (const plan::guard& one : in.what.guards) {
        const std::size_t rows = tables[one.table].rows();
        std::size_t seen = one.open ? rows : 0;
        if (!one.conditions.empty()) {
            auto allowed = guarding(in, bound, one, batch_rows).rows(rows);
            if (!allowed) return allowed.error();
            seen = allowed->size();
            out.taken[one.table] = *std::move(allowed);
        }
        out.coverage.push_back({in.what.tables[one.table].name, seen, rows});
    }
    // Only now, for a condition looks things up in tables that are guarded themselves.
    for (std::size_t i = 0; i < in.what.guards.size(); ++i) {
        const table_coverage& covers = out.coverage[i];
        std::vector<std::uint32_t>& taken = out.taken[in.what.guards[i].table];
        if (covers.seen == covers.rows) taken.clear();
        if (covers.seen == covers.rows) continue;
        table& guarded = tables[in.what.guards[i].table];
        guarded = rows_of(guarded, taken);
        for (id view = 0; view < tables.size(); ++view) {
            if (in.what.tables[view].view_of != in.what.guards[i].table) continue;
            tables[view] = guarded;
            out.taken[view] = taken;
        }
    }
    in.tables = tables;
    in.looked_up = nullptr;
    return out;
}

}  // namespace merit::engine
