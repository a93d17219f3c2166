// A look into a run that is over: single values of its frames, and the rows behind a state.
#pragma once

#include "engine/number.hpp"
#include "engine/running.hpp"

namespace merit::engine {

/// A value of one row, and what is to be said of it.
struct seen_value {
    merit::value is;
    reason why = reason::none;
    bool failed = false;  ///< it must not be used: evaluating it is an error
};

/// A condition of rows: an expression over them or, where they are rows of a frame, its column.
struct row_condition {
    plan::id expression = plan::nothing;
    std::uint32_t column = plan::nothing;
};

/// Which rows of a cell are asked for: those of one row of a frame, by one of the cell's maps.
struct rows_asked {
    plan::id cell = plan::nothing;
    plan::id map = 0;
    plan::id frame = plan::nothing;
    std::uint32_t row = 0;
    bool early = false;                     ///< the frame is of an attribute
    std::vector<row_condition> conditions;  ///< all that the cell has, in the order to count them
    plan::id inner = plan::nothing;  ///< where the rows are those of a frame: that frame, …
    bool inner_early = false;
    std::uint32_t argument = plan::nothing;  ///< … and the column of what is aggregated
    std::size_t most = 0;                    ///< so many of the rows that count are listed, …
    bool blanks_too = false;                 ///< … and of those kept that are blank
    bool condition = false;                  ///< what is aggregated holds in a row or does not
    language::function what = language::function::none;  ///< the aggregate
    merit::value amount;                                 ///< its p or top
};

/// Rows that look up a row that is not there, and the tables that lack it.
struct rows_unmatched {
    std::uint64_t count = 0;
    std::vector<plan::id> tables{};
};

/// What became of them, each row counted in one place, in this order.
struct rows_met {
    plan::id table = plan::nothing;
    std::uint64_t all = 0;
    std::uint64_t unseen = 0;            ///< not known yet at `as of`
    std::uint64_t elsewhere = 0;         ///< of other groups
    std::uint64_t undated = 0;           ///< without a time, where one is needed
    std::uint64_t outside = 0;           ///< of the interval
    std::vector<std::uint64_t> dropped;  ///< beside the conditions
    std::uint64_t kept = 0;
    std::uint64_t blank = 0;         ///< of those kept: nothing to aggregate
    std::uint64_t refused = 0;       ///< of those blank: though no cell that is read is blank
    rows_unmatched blank_unmatched;  ///< of those blank
    std::vector<rows_unmatched> unmatched;  ///< of those dropped, beside the conditions
    std::uint64_t holding = 0;              ///< of a condition: where it holds
    quad weights = 0;                       ///< of weighted_avg: the sum of those that count
    std::vector<std::uint32_t> blanks;      ///< the first of those that are blank
    std::vector<std::uint32_t> first;       ///< of those that count, or …
    bool decisive = false;  ///< … of those that the value is taken from: the largest
    // of functions of all values in their order
    quad sum = 0;             ///< of those that count
    std::uint64_t place = 0;  ///< from 1, in ascending order; of top_share: how many are the top
    quad rest = 0;            ///< a part of the way from there to the next; top_share: their sum
    // where they lie in time
    bool timed = false;
    bool undated_too = false;  ///< rows without a time are asked for, beside the interval or alone
    std::optional<calendar::interval> interval;  ///< local; nothing: an empty one
    bool lasting = false;  ///< rows that last are read: they meet the interval, or one end of it
};

class inspection {
public:
    /// Runs the plan to its end. `what` and `parameters` must outlive it.
    [[nodiscard]] static result<std::unique_ptr<inspection>> make(const plan::plan& what,
                                                                  std::span<const table> tables,
                                                                  std::span<const value> parameters,
                                                                  const run_settings& with);

    [[nodiscard]] const plan::plan& what() const { return run_->in().what; }
    [[nodiscard]] const environment& in() const { return run_->in(); }
    /// Where each row of the answer came from, and all the answer.
    [[nodiscard]] const std::vector<row_origin>& origins() const { return run_->origins(); }
    [[nodiscard]] const frame::content& answer() const { return answer_; }

    /// A frame that was evaluated, or nullptr.
    [[nodiscard]] evaluated* frame_at(plan::id frame, bool early);
    /// `currency` is that of money whose type does not say it.
    [[nodiscard]] seen_value value_at(plan::id frame, bool early, std::uint32_t row,
                                      std::uint32_t column, std::string_view currency = {});
    /// The key of a row at a position of the plan's grain: a value, or the label of its period.
    [[nodiscard]] merit::value key_at(plan::id frame, bool early, std::uint32_t row,
                                      std::uint32_t position);
    /// Of a frame whose periods are pieces of others: the label of a row's.
    [[nodiscard]] std::string piece_at(plan::id frame, bool early, std::uint32_t row);
    /// The row of another frame that a row reads through a broadcast; no_row where there is none.
    [[nodiscard]] std::uint32_t row_through(plan::id broadcast, plan::id frame, bool early,
                                            std::uint32_t row);
    /// The row of a frame read as a table that a key names; no_row where there is none.
    [[nodiscard]] std::uint32_t row_of_key(plan::id frame, bool early, const merit::value& key);
    /// The row of an entity's table by its key; no_row where there is none.
    [[nodiscard]] std::uint32_t row_with_key(plan::id table, const merit::value& key) const;
    /// Rows of a frame that are the peers of one, itself included.
    [[nodiscard]] std::vector<std::uint32_t> beside(plan::id frame, bool early, std::uint32_t row,
                                                    const plan::peer_window& by);

    [[nodiscard]] result<rows_met> rows_of(const rows_asked& which);
    /// Expressions over the rows of a table in some of its rows: row by row.
    [[nodiscard]] result<std::vector<seen_value>> values_of(std::span<const plan::id> expressions,
                                                            std::span<const std::uint32_t> rows);
    /// Columns that an expression over the rows of a table reads, and how many of their cells held
    /// no number when the table was made, so that they are blank.
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>> refused_cells(
        plan::id expression) const;
    /// What an expression reads in a row of its table: column and cell, and the table that has no
    /// row of that key.
    struct cell_read {
        std::string column;
        merit::value is;
        plan::id without = plan::nothing;
    };
    [[nodiscard]] result<std::vector<cell_read>> cells_of(plan::id expression, std::uint32_t row);
    /// Of a row that is shared: the part that counts, and whose it is.
    struct share {
        merit::value part;
        merit::value user;
    };
    [[nodiscard]] std::optional<share> share_at(plan::id table, std::uint32_t row) const;
    /// How many rows the shares of a table are of; nothing where none are shared.
    [[nodiscard]] std::optional<std::uint64_t> rows_shared(plan::id table) const;
    /// The table below a source.
    [[nodiscard]] plan::id table_of(plan::id source) const;

private:
    explicit inspection(std::unique_ptr<running> run) : run_(std::move(run)) {}

    std::unique_ptr<running> run_;
    frame::content answer_;
};

}  // namespace merit::engine
