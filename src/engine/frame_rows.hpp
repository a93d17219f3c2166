// The rows of a frame: which groups appear in which periods, and their states.
#pragma once

#include "engine/look_up.hpp"
#include "engine/scan.hpp"

namespace merit::engine {

/// All scans of a run and where each cell is among them.
struct scans {
    std::vector<scan_plan> plans;
    std::vector<scan_result> results;  ///< beside plans
    struct place {
        std::uint32_t scan = 0;
        std::uint32_t cell = 0;  ///< in the scan
    };
    std::vector<place> cells;  ///< beside plan.cells

    [[nodiscard]] const cell_states& states_of(plan::id cell) const {
        return results[cells[cell].scan].states[cells[cell].cell];
    }
    [[nodiscard]] std::uint32_t grouping_of(plan::id cell) const {
        return plans[cells[cell].scan].cells[cells[cell].cell].grouping;
    }
    [[nodiscard]] const slot_directory& directory_of(plan::id cell) const {
        return results[cells[cell].scan].directories[grouping_of(cell)];
    }
};

struct frame_row {
    std::uint32_t group;
    std::uint32_t period;
};

class frame_rows {
public:
    /// Nothing here fails but for too many rows, which too_large() tells. The rows are those that
    /// the plan says are seen; a frame along another has none yet.
    frame_rows(const environment& in, const plan::frame& of, const plan::frame_times& when,
               const scans& from, const std::vector<key_domain>& domains, std::size_t most_rows);

    /// The row of keys, beside the keys kept, and a period; made where it is new.
    std::uint32_t add(std::span<const key_number> keys, std::uint32_t period);
    /// The groups that the rows of a finer frame belong to; periods: this one's, by those of it.
    void take_groups(const frame_rows& finer, std::span<const std::uint32_t> periods);
    /// The same as add, where it is known; no_row otherwise.
    [[nodiscard]] std::uint32_t find(std::span<const key_number> keys, std::uint32_t period) const;
    /// A last row without keys and without rows below: what a group has that nothing is known of.
    void add_default() { rows_.push_back({static_cast<std::uint32_t>(groups_.size()), 0}); }
    /// Grain positions kept that are no units, in order.
    [[nodiscard]] std::size_t key_count() const { return kept_.size(); }

    [[nodiscard]] std::span<const frame_row> rows() const { return rows_; }
    [[nodiscard]] bool too_large() const { return too_large_; }
    /// Why a condition failed on a row whose group appears only if it holds; nothing where none
    /// did. Of several rows the first.
    [[nodiscard]] plan::id undecided() const { return undecided_; }
    [[nodiscard]] const plan::frame_times& when() const { return when_; }
    [[nodiscard]] const plan::frame& plan() const { return of_; }
    /// Number of the domain of a grain position; nothing for a unit or a dropped dimension.
    [[nodiscard]] std::optional<std::size_t> domain_at(std::uint32_t position) const;
    /// Which of the kept units stands at a grain position.
    [[nodiscard]] std::optional<std::size_t> unit_at(std::uint32_t position) const;
    [[nodiscard]] key_number key(std::uint32_t group, std::size_t kept) const {
        return group < groups_.size() ? groups_.key(group)[kept] : blank_key;
    }
    [[nodiscard]] const key_domain& domain(std::size_t kept) const { return domains_[kept_[kept]]; }

    /// Slots of a cell that make up a row, by one of the maps of the cell's axis; and what the
    /// timeline says of them: short_window, or no_snapshot where there is no value.
    reason slots_of(plan::id cell, plan::id map, const frame_row& row,
                    std::vector<std::uint32_t>& out);

private:
    /// Slots of a grouping by group of the frame, ordered by pane.
    struct slot_index {
        struct entry {
            std::uint32_t pane;
            std::uint32_t slot;
        };
        std::vector<std::size_t> begin;
        std::vector<entry> entries;
    };

    /// A row of a group of which no condition could say whether it is seen.
    struct unsure_row {
        std::vector<key_number> keys;  ///< beside the keys kept
        std::vector<std::uint32_t> periods;
        bool everywhere;  ///< in any period
        std::uint64_t row;
        plan::id origin;
    };

    void find_groups();
    void note_unsure(const plan::sighting& what, bool everywhere);
    void decide();
    [[nodiscard]] std::vector<key_number> kept_keys(const key_number* keys) const;
    void see(const plan::sighting& what, bool everywhere);
    [[nodiscard]] bool lacks_entity(const std::vector<key_number>& keys) const;
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> periods_of_panes(
        const plan::sighting& what) const;
    std::uint32_t group_of(const key_number* keys);
    void list_rows();
    void sort_rows();
    void index_rows();
    [[nodiscard]] std::vector<std::uint32_t> ranks_of(std::size_t kept) const;
    const slot_index& index_of(plan::id cell);

    const environment& in_;
    const plan::frame& of_;
    const plan::frame_times& when_;
    const scans& from_;
    const std::vector<key_domain>& domains_;
    std::vector<std::uint32_t> kept_;  ///< domains kept, in grain order
    slot_table groups_;
    std::vector<std::uint8_t> seen_;    ///< group × period
    std::vector<std::uint8_t> exists_;  ///< group × period: an entity that is there
    std::vector<std::uint8_t> filled_;  ///< by period: a row lies in it, unshifted
    std::unordered_map<std::uint64_t, std::uint32_t> row_of_;  ///< group, period → row
    std::vector<std::uint8_t> always_;                         ///< by group: in every period
    std::vector<frame_row> rows_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, slot_index> indexes_;  ///< scan, grouping
    std::size_t most_rows_;
    bool unshifted_ = false;  ///< a sighting reads its own period, so that `filled_` tells all
    bool too_large_ = false;
    std::vector<unsure_row> unsure_;
    plan::id undecided_ = plan::nothing;
};

}  // namespace merit::engine
