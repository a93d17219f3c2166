// The columns of a frame: one evaluator over its rows, leaves read from merged states.
#pragma once

#include "engine/failure.hpp"

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
    void load_key(const plan::expression& what, std::size_t first, std::size_t count, buffer& into);
    bool has_rows(plan::id cell, plan::id map, std::size_t row);
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

/// The text of a period for a unit dimension; nothing for the blank period.
[[nodiscard]] std::optional<std::string_view> period_label(const frame_rows& rows,
                                                           std::uint32_t period,
                                                           std::uint32_t position);

/// One frame with its columns evaluated.
struct evaluated {
    frame_rows rows;
    std::vector<full_column> columns;
};

/// All frames of a run, evaluated when they are first asked for. A frame may read columns of
/// others: of peers, or of groups that its own rows belong to.
class frames {
public:
    frames(const environment& in, const plan::timeline& times, const scans& from,
           const std::vector<key_domain>& domains, const scan_settings& with)
        : in_(in), times_(times), from_(from), domains_(domains), with_(with) {}

    /// E710 when it has too many rows, E720 when the run is cancelled.
    result<evaluated*> get(plan::id frame);
    /// A frame that was evaluated already, or nullptr.
    [[nodiscard]] evaluated* known(plan::id frame) const;
    /// The row of another frame that a row of a known one reads; no_row where there is none.
    [[nodiscard]] std::uint32_t row_through(const plan::broadcast& from, plan::id reading,
                                            std::uint32_t row);

    /// Where an error came about that a row of a known frame has: there, or in the row of another
    /// frame that it reads.
    [[nodiscard]] failure_site site_of(plan::id origin, plan::id frame, std::uint32_t row);

    /// A frame as a table: its keys, the number of its period, and the columns of `use.values`.
    result<made_table> as_table(const plan::table_use& use);

private:
    result<void> evaluate(evaluated& of);
    result<full_column> value_of(evaluated& reading, frame_leaves& leaves,
                                 const plan::broadcast& from);
    result<void> join(evaluated& reading, frame_leaves& leaves, const plan::broadcast& from,
                      evaluated& target, std::vector<std::uint32_t>& to,
                      std::vector<mark>* flags = nullptr);
    [[nodiscard]] key_number key_of(const vector& keys, std::size_t i,
                                    const key_domain& domain) const;
    [[nodiscard]] evaluated made(plan::id frame) const;
    [[nodiscard]] std::vector<bool> reached_from(const std::vector<plan::id>& columns) const;
    [[nodiscard]] bool has_default(plan::id frame) const;

    const environment& in_;
    const plan::timeline& times_;
    const scans& from_;
    const std::vector<key_domain>& domains_;
    const scan_settings& with_;
    text_pool texts_;
    std::map<plan::id, std::unique_ptr<evaluated>> done_;
};

}  // namespace merit::engine
