// Where rows lie in time: the pane of each row of a batch.
#pragma once

#include "engine/rows.hpp"
#include "plan/timeline.hpp"

namespace merit::engine {

inline constexpr std::uint32_t no_pane = 0xffff'ffff;

/// Reads the panes of one axis. Blocks that lie inside one pane, or outside all, need no look at
/// their rows when the time is a column, for columns know their range per block.
class pane_reader {
public:
    pane_reader(const environment& in, const row_bindings& bound, const plan::axis& axis,
                const plan::axis_panes& panes);

    /// Turns to a block of rows.
    void enter(std::size_t first, std::size_t count);
    /// The pane of every row of the block, no_pane where none of them is in any, or nothing when
    /// rows differ.
    [[nodiscard]] std::optional<std::uint32_t> whole_block() const { return block_; }
    /// Panes of rows whose times are given.
    void read(const vector& times, std::size_t count, std::uint32_t* out);

    /// Time expression to evaluate for `read`; nothing where there is none.
    [[nodiscard]] plan::id times() const { return axis_.from; }

private:
    [[nodiscard]] std::uint32_t pane_of(std::int64_t local) const;
    [[nodiscard]] std::uint32_t blank_pane() const;
    [[nodiscard]] std::size_t place_of(std::int64_t local) const;
    void make_grid();

    const environment& in_;
    const plan::axis& axis_;
    const plan::axis_panes& panes_;
    const column* column_ = nullptr;
    bool dates_ = false;
    bool held_ = false;  ///< times are numbers of panes
    std::optional<std::uint32_t> block_;
    std::optional<std::int64_t> offset_;  ///< local − UTC, the same for the whole block
    mutable std::uint32_t last_ = 0;      ///< where the pane before was found
    std::vector<std::uint32_t> grid_;     ///< by step of time: the pane that it begins in
    unsigned grid_shift_ = 0;             ///< a step is two to that many microseconds
};

/// Local times of an axis' rows, as far as they go. `kept`: one byte a row, of those that count;
/// none: all.
[[nodiscard]] plan::axis_extent extent_of(const environment& in, const row_bindings& bound,
                                          const plan::axis& axis, std::size_t batch_rows,
                                          std::span<const std::uint8_t> kept = {});

}  // namespace merit::engine
