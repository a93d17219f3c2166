// The columns of a frame: one evaluator over its rows, leaves read from merged states.
#pragma once

#include "engine/frame_rows.hpp"

namespace merit::engine {

/// Loads what the expressions of a frame read: keys, merged states, periods, places among peers.
class frame_leaves final : public leaf_source {
public:
    frame_leaves(const environment& in, frame_rows& rows, const scans& from, text_pool& texts);

    [[nodiscard]] bool supplies(plan::id expression) const override;
    void load(plan::id expression, std::size_t first, std::size_t count, buffer& into) override;

    /// Values that were computed over the whole frame.
    void keep(plan::id expression, full_column values) {
        kept_.insert_or_assign(expression, std::move(values));
    }

private:
    void load_key(const plan::expression& what, std::size_t first, std::size_t count,
                  buffer& into);
    void load_final(plan::id self, std::size_t first, std::size_t count, buffer& into);
    void load_period(const plan::expression& what, std::size_t first, std::size_t count,
                     buffer& into);
    merit::value amount_of(const plan::final_value& what);

    const environment& in_;
    frame_rows& rows_;
    const scans& from_;
    text_pool& texts_;
    std::unordered_map<plan::id, full_column> kept_;
    std::unordered_map<plan::id, merit::value> amounts_;
    std::vector<std::uint32_t> slots_;
};

/// The columns of a frame, in order, over all its rows.
[[nodiscard]] std::vector<full_column> frame_columns(const environment& in, frame_rows& rows,
                                                     const scans& from, std::size_t batch_rows,
                                                     text_pool& texts);

/// Ranks of values among the rows of equal partition, highest first, 1 1 3; blanks have none.
[[nodiscard]] full_column ranks_of(const frame_rows& rows, const plan::peer_window& window,
                                   const full_column& values);

/// The text of a period for a unit dimension; nothing for the blank period.
[[nodiscard]] std::optional<std::string_view> period_label(const frame_rows& rows,
                                                           std::uint32_t period,
                                                           std::uint32_t position);

}  // namespace merit::engine
