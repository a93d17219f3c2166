// One thread's part of a scan.
#pragma once

#include "engine/scan.hpp"

namespace merit::engine {

class scan_worker {
public:
    scan_worker(const environment& in, const row_bindings& bound, const plan::timeline& times,
                const std::vector<key_domain>& domains, const scan_plan& what,
                const scan_settings& with);

    /// Rows of one block; blocks come in any order.
    void read_block(std::size_t first, std::size_t count);
    void merge(scan_worker& other);
    [[nodiscard]] bool too_large() const;
    /// A key or a time that failed on a row that matters; nothing otherwise.
    [[nodiscard]] plan::id failed() const { return failure_; }
    scan_result take();

private:
    struct condition_failure {
        std::uint32_t row;
        plan::id origin;
    };
    /// Rows of the batch that a filter keeps.
    struct kept_rows {
        std::vector<std::uint8_t> mask;
        std::vector<std::uint32_t> rows;
        std::size_t count = 0;
        bool all = false;
        std::vector<condition_failure> failures;
    };

    void read_batch(std::size_t first, std::size_t count);
    void read_panes(std::size_t count);
    void test_conjuncts(std::size_t count);
    void test_conjunct(std::size_t which, std::size_t count);
    void apply_filter(std::size_t which, std::size_t count);
    void find_failures(const filter& of, kept_rows& into, std::size_t count) const;
    void number_groups(std::size_t first, std::size_t count);
    void update_cell(std::size_t which, std::size_t first, std::size_t count);
    [[nodiscard]] const vector* operand(plan::id expression) const;
    void fail(std::uint64_t row, plan::id origin);

    const environment& in_;
    const scan_plan& what_;
    const scan_settings& with_;
    row_leaves leaves_;
    text_pool texts_;
    program tests_;    ///< conditions and times
    program values_;   ///< keys and arguments
    std::vector<pane_reader> axes_;
    std::vector<std::vector<std::uint32_t>> panes_;      ///< by axis
    std::vector<std::vector<std::uint8_t>> conditions_;  ///< by conjunct: 1 where it holds
    std::vector<kept_rows> kept_;                        ///< by filter
    std::vector<std::vector<std::uint32_t>> slots_;      ///< by grouping
    std::vector<std::uint8_t> wanted_;
    std::vector<vector> keys_;
    scan_result result_;
    std::uint64_t failure_row_ = 0;
    plan::id failure_ = plan::nothing;
};

}  // namespace merit::engine
