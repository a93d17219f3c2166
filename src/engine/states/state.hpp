// The states of one cell: one per slot, which is a group in a pane. All of them merge exactly, so
// neither threads nor batches nor the order of rows show in a result.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/vector.hpp"
#include "merit/table.hpp"
#include "plan/nodes.hpp"

namespace merit::engine {

/// Rows of a batch that a cell keeps, and what it reads of them.
struct update_batch {
    const std::uint32_t* rows = nullptr;  ///< ascending; nullptr: all of 0 … count − 1
    std::size_t count = 0;
    const std::uint32_t* slots = nullptr;  ///< by row of the batch
    const vector* argument = nullptr;
    const vector* order = nullptr;
    const vector* tie = nullptr;
    const vector* weight = nullptr;
    std::uint64_t first_row = 0;  ///< of the table
};

/// Where finalize puts a value.
class final_writer {
public:
    final_writer(buffer& out, std::size_t at, std::size_t count, const merit::type& type,
                 plan::id self, text_pool& texts)
        : out_(out), at_(at), count_(count), type_(type), self_(self), texts_(texts) {}

    [[nodiscard]] const merit::type& type() const { return type_; }
    void blank(reason why);
    void whole(std::int64_t number);
    void real(double number);
    /// units · 10^-scale in the lane of the result; an error where they do not fit.
    void exact(const big_integer& units, unsigned scale);
    void exact(int128 units, unsigned scale);
    void text(std::string_view text);
    void fail(plan::id origin) { out_.fail(at_, count_, origin); }
    void fail() { fail(self_); }

private:
    buffer& out_;
    std::size_t at_;
    std::size_t count_;
    const merit::type& type_;
    plan::id self_;
    text_pool& texts_;
};

/// What to take from a state, and its parameter (p, top).
struct final_call {
    language::function what = language::function::none;
    merit::value amount;
    merit::type argument;  ///< type of the cell's argument
};

class state_array {
public:
    virtual ~state_array() = default;
    /// Grows to that many slots; new ones are empty.
    virtual void resize(std::size_t slots) = 0;
    virtual void update(const update_batch& with) = 0;
    /// Adds slot i of another array of the same cell to slot to[i] of this one.
    virtual void merge(const state_array& other, std::span<const std::uint32_t> to) = 0;
    /// The value of all of the slots together.
    virtual void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                          final_writer& out) const = 0;
    /// Rows kept in a slot; only states of kind rows know.
    [[nodiscard]] virtual std::uint64_t rows_in(std::uint32_t) const { return 0; }
};

/// Empty states for a cell of the plan.
[[nodiscard]] std::unique_ptr<state_array> make_states(const plan::plan& in,
                                                       const plan::cell& cell);

/// States and, where the argument of a row failed, the first failure of the slot (N10: it is
/// raised only where the value is used).
class cell_states {
public:
    cell_states(const plan::plan& in, const plan::cell& cell) : held_(make_states(in, cell)) {}

    void resize(std::size_t slots) { held_->resize(slots); }
    void update(const update_batch& with);
    /// A condition that failed on a row: the slot's value is unknown.
    void fail(std::uint32_t slot, std::uint64_t row, plan::id origin);
    void merge(const cell_states& other, std::span<const std::uint32_t> to);
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const;
    [[nodiscard]] std::uint64_t rows_in(std::uint32_t slot) const { return held_->rows_in(slot); }

    /// Rows on which an expression failed.
    struct failed_rows {
        std::uint64_t first;
        std::uint64_t rows = 0;
    };
    /// What an expression failed on among the rows of this cell; no rows when it did not.
    [[nodiscard]] failed_rows failed_on(plan::id origin) const;
    [[nodiscard]] state_array& states() { return *held_; }

private:
    struct failure {
        std::uint64_t row;
        plan::id origin;
    };
    std::unique_ptr<state_array> held_;
    void note(std::uint32_t slot, std::uint64_t row, plan::id origin);
    void count(plan::id origin, failed_rows more);
    std::unordered_map<std::uint32_t, failure> failures_;
    std::unordered_map<plan::id, failed_rows> failed_;
    std::vector<std::uint32_t> usable_;
};

/// Calls f(row of the batch, slot) for each row that the cell keeps.
template <class F>
void each_row(const update_batch& with, F f) {
    if (with.rows == nullptr) {
        for (std::uint32_t i = 0; i < with.count; ++i) f(i, with.slots[i]);
        return;
    }
    for (std::size_t k = 0; k < with.count; ++k) f(with.rows[k], with.slots[with.rows[k]]);
}

/// The same for rows whose argument is present (N3).
template <class F>
void each_present(const update_batch& with, F f) {
    const mark* marks = with.argument->marks;
    if (marks == nullptr) return each_row(with, f);
    each_row(with, [&](std::uint32_t i, std::uint32_t slot) {
        if ((marks[i] & blank_bit) == 0) f(i, slot);
    });
}

}  // namespace merit::engine
