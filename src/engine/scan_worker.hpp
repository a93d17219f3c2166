// One thread's part of a scan.
#pragma once

#include "engine/arguments.hpp"
#include "engine/code_slots.hpp"
#include "engine/scan.hpp"
#include "engine/selection.hpp"

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
    /// Slots of a batch's rows.
    struct row_slots {
        std::size_t axis = 0;             ///< of the scan
        std::optional<code_slots> codes;  ///< where they can be read off codes
        bool one = false;                 ///< all rows of the batch are in `slot`
        std::uint32_t slot = 0;
        std::vector<std::uint32_t> slots;  ///< unless one
    };

    void add_cell(const row_bindings& bound, const scanned_cell& one);
    void read_batch(std::size_t first, std::size_t count);
    void read_panes(std::size_t first, std::size_t count);
    void apply_filter(std::size_t which, std::size_t count);
    void find_failures(std::size_t which, std::size_t count);
    void find_lost_times(std::size_t which, std::size_t first);
    [[nodiscard]] bool drops(const filter& of, std::size_t row) const;
    void number_groups(std::size_t first, std::size_t count);
    void number_by_keys(std::size_t which, std::size_t first, std::size_t count);
    void mark_wanted(std::size_t grouping, std::size_t count);
    void update_cell(std::size_t which, std::size_t first);
    void fail(std::uint64_t row, plan::id origin);
    void settle();

    const environment& in_;
    const scan_plan& what_;
    const scan_settings& with_;
    std::size_t batch_rows_;
    row_leaves leaves_;
    text_pool texts_;
    condition_tests tests_;
    std::vector<pane_reader> axes_;
    program times_;
    std::vector<std::vector<std::uint32_t>> panes_;           ///< by axis, where rows differ
    std::vector<std::vector<row_word>> in_panes_;             ///< by axis: rows with a pane
    std::vector<std::vector<condition_failure>> lost_times_;  ///< by axis: rows whose time failed
    std::vector<selection> kept_;                             ///< by filter
    std::vector<std::vector<condition_failure>> undecided_;   ///< by filter
    std::vector<row_slots> slots_;                            ///< by grouping
    program keys_;                                            ///< of groupings without codes
    std::vector<vector> key_values_;
    std::vector<row_word> wanted_;
    std::vector<const column*> stored_;  ///< by cell: the column that is its argument
    std::optional<arguments> arguments_;
    std::vector<std::uint8_t> bytes_;
    scan_result result_;
    std::uint64_t failure_row_ = 0;
    plan::id failure_ = plan::nothing;
};

}  // namespace merit::engine
