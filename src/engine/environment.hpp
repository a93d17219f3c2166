// What expressions may read beside their operands, and programs: expressions compiled to steps
// over a few buffers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "data/calendar/calendar.hpp"
#include "engine/made_table.hpp"
#include "plan/nodes.hpp"

namespace merit::engine {

class look_ups;
class rate_book;
class row_bindings;
struct environment;

/// The last instant, or day, that is seen: as of the run's instant and, where `as_of` names one
/// among the plan's constants, that one.
[[nodiscard]] std::int64_t last_visible(const environment& in, plan::id as_of,
                                        const merit::type& type);
/// A row is seen where its date or instant is blank, or not after the last that is.
[[nodiscard]] inline bool is_seen(const vector& times, std::size_t row, std::int64_t last) {
    return (times.mark_at(row) & unusable) != 0 || times.whole[row] <= last;
}

/// What every expression of a run may read. Immutable while rows are scanned.
struct environment {
    const plan::plan& what;
    std::span<const table> tables;
    std::span<const merit::value> parameters;
    calendar::calendar calendar;
    std::optional<std::int64_t> as_of;
    const look_ups* looked_up = nullptr;
    const std::vector<rate_book>* rates = nullptr;  ///< beside plan.rates
    const row_bindings* rows = nullptr;
    /// Beside tables: which rows of the host's data they hold; empty: all.
    const std::vector<std::vector<std::uint32_t>>* taken = nullptr;
    /// Beside tables: which row of its base each row of an expansion stands for.
    const std::vector<std::vector<std::uint32_t>>* repeated = nullptr;
    /// Beside tables: the reasons and failures in those that the run made.
    const std::vector<std::vector<marked_value>>* marked = nullptr;

    /// The row of data, or of a frame, that a row stands for, and its table.
    [[nodiscard]] std::pair<plan::id, std::size_t> base_row(plan::id table, std::size_t row) const {
        while (repeated != nullptr && what.tables[table].expansion != plan::nothing) {
            row = (*repeated)[table][row];
            table = what.expansions[what.tables[table].expansion].base;
        }
        return {table, row};
    }
    /// Number of a table's row in the data that the host gave.
    [[nodiscard]] std::uint64_t given_row(plan::id table, std::uint64_t row) const {
        const auto [base, of] = base_row(table, row);
        if (taken == nullptr || (*taken)[base].empty()) return of;
        return (*taken)[base][of];
    }
};

/// Where the values of leaves come from: rows of a table, codes of a dictionary, rows of a frame.
class leaf_source {
public:
    virtual ~leaf_source() = default;
    /// True when the source knows the values, so that operands are not looked at.
    [[nodiscard]] virtual bool supplies(plan::id expression) const = 0;
    virtual void load(plan::id expression, std::size_t first, std::size_t count, buffer& into) = 0;
};

/// One function applied to a batch.
struct call {
    const environment& in;
    plan::id self;
    const plan::expression& what;
    std::span<const vector> of;
    std::size_t count;
    text_pool& texts;
    buffer& out;

    /// Type of an operand.
    [[nodiscard]] const merit::type& type_of(std::size_t operand) const {
        return in.what.expressions[what.of[operand]].type;
    }
    /// The value of an operand that check holds to be constant, or nullptr.
    [[nodiscard]] const merit::value* constant(std::size_t operand) const;
};

/// Expressions over one kind of rows, compiled once and run batch by batch. Operands come before
/// what reads them, so one pass over the steps is enough, whatever the depth; buffers are used
/// again as soon as nothing reads them any more.
class program {
public:
    program(const environment& in, leaf_source& leaves, std::span<const plan::id> roots,
            text_pool& texts);

    void run(std::size_t first, std::size_t count);
    /// A root's values in the batch run last.
    [[nodiscard]] const vector& at(plan::id root) const;

private:
    struct step {
        plan::id what = plan::nothing;
        bool leaf = false;
        bool constant = false;
        std::vector<std::uint32_t> of;
        std::uint32_t into = 0;
    };

    void compile(std::span<const plan::id> roots);
    void apply(const step& one, std::size_t count);

    const environment& in_;
    leaf_source& leaves_;
    text_pool& texts_;
    std::vector<step> steps_;
    std::vector<buffer> buffers_;
    std::vector<std::pair<plan::id, std::uint32_t>> roots_;  ///< sorted: root → buffer
    std::vector<vector> operands_;
    std::size_t filled_ = 0;  ///< constants hold that many values
};

/// Runs a program over all rows of a relation and keeps one root.
[[nodiscard]] full_column whole_column(const environment& in, leaf_source& leaves, plan::id root,
                                       std::size_t rows, std::size_t batch_rows, text_pool& texts);

// Each function of the language is in one of these; false when it is not theirs.
bool apply_arithmetic(const call& with);
bool apply_conversion(const call& with);
bool apply_comparison(const call& with);
bool apply_logic(const call& with);
bool apply_number(const call& with);
bool apply_text(const call& with);
bool apply_time(const call& with);
bool apply_working_time(const call& with);
bool apply_money(const call& with);
bool apply_judging(const call& with);
void apply_tier(const call& with);
void apply_look_up(const call& with);

/// N1: marks of the result from those of the operands, the first that matters; nullptr when all
/// are ordinary.
mark* combine_marks(const call& with);
/// A result that is blank for every row.
void all_blank(const call& with, reason why = reason::none);

}  // namespace merit::engine
