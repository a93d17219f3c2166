// One pass over the rows of a cell: where each of them went. What inspection asks of it.
#pragma once

#include "engine/inspection.hpp"
#include "engine/pane.hpp"

namespace merit::engine {

/// Columns of a table that an expression over its rows reads, or its look-ups of other rows.
void add_columns(const plan::plan& in, plan::id expression, std::vector<plan::id>& into,
                 plan::expression_op wanted = plan::expression_op::column);

/// The row of a looked-up table by its key; no_row where there is none.
[[nodiscard]] std::uint32_t row_named(const environment& in, plan::id table,
                                      const merit::value& key);

/// A table of the host, whose rows are looked up.
[[nodiscard]] bool is_looked_up(const environment& in, plan::id table);

/// One pass over the rows of a cell, each sorted into its place.
class sorting {
public:
    sorting(const environment& in, const rows_asked& which, const evaluated& group,
            evaluated* inner, const plan::timeline& times);

    /// What the rows are sorted by: expressions over them.
    [[nodiscard]] std::vector<plan::id> roots() const;
    rows_met all(const row_bindings& bound, std::size_t batch_rows);

private:
    void find_source();
    void find_run(const plan::frame_times& when);
    void sort_row(const program& steps, std::size_t first, std::size_t i, std::uint32_t pane);
    [[nodiscard]] bool is_seen(const program& steps, std::size_t i) const;
    [[nodiscard]] bool is_ours(const program& steps, std::size_t i) const;
    [[nodiscard]] bool meets(const row_condition& one, const program& steps, std::size_t row,
                             std::size_t i) const;
    [[nodiscard]] bool is_blank(const program& steps, std::size_t row, std::size_t i) const;
    void weigh(const program& steps, std::size_t row, std::size_t i);
    void note_unmatched(const std::vector<plan::id>& look_ups, const program& steps, std::size_t i,
                        rows_unmatched& to) const;
    void note_value(const program& steps, std::size_t row, std::size_t i);
    void find_places();
    bool is_best(const program& steps, std::size_t i);

    const environment& in_;
    const rows_asked& which_;
    const plan::cell& cell_;
    const evaluated& group_;
    const frame_row at_;
    evaluated* inner_;
    const plan::axis_panes& panes_;
    plan::axis_panes::run run_{0, 0};
    std::vector<const plan::source*> sources_;
    std::vector<plan::id> columns_;              ///< that the argument reads
    std::vector<plan::id> argument_looks_;       ///< its look-ups
    std::vector<std::vector<plan::id>> looked_;  ///< those of the conditions
    struct counted {
        int128 key;
        std::uint32_t row;
        quad number;
    };
    std::vector<counted> values_;
    std::optional<int128> best_;
    std::uint64_t met_ = 0;  ///< rows looked at: of rows that last, those in the window
    rows_met out_;
};

}  // namespace merit::engine
