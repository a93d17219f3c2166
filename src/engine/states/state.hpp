// The states of one cell: one per slot, which is a group in a pane. All of them merge exactly, so
// neither threads nor batches nor the order of rows show in a result.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/selection.hpp"
#include "engine/vector.hpp"
#include "merit/table.hpp"
#include "plan/nodes.hpp"

namespace merit::engine {

/// An argument that is a column of 64-bit numbers, decimals among them: read where it lies.
struct stored_numbers {
    const std::int64_t* cells = nullptr;  ///< by row of the batch
    validity_view validity;
};

/// Rows of a batch that a cell keeps, and what it reads of them.
struct update_batch {
    const std::uint32_t* rows = nullptr;  ///< ascending; nullptr: all of 0 … count − 1
    /// Beside rows: where operands hold them; nullptr: at the row itself.
    const std::uint32_t* places = nullptr;
    std::size_t count = 0;
    const std::uint32_t* slots = nullptr;  ///< by row of the batch; nullptr: all in `slot`
    std::uint32_t slot = 0;
    const stored_numbers* stored = nullptr;  ///< in place of `argument`, where states ask for it
    const vector* argument = nullptr;
    const vector* order = nullptr;
    const vector* tie = nullptr;
    const vector* weight = nullptr;
    std::uint64_t first_row = 0;  ///< of the table

    [[nodiscard]] std::uint32_t slot_of(std::uint32_t row) const {
        return slots == nullptr ? slot : slots[row];
    }
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
    /// True when it wants numbers of a column as they are stored; all lie in [low, high].
    virtual bool take_stored(std::int64_t /*low*/, std::int64_t /*high*/) { return false; }
    /// No update follows: what was put off is done.
    virtual void settle() {}
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
    bool take_stored(std::int64_t low, std::int64_t high) { return held_->take_stored(low, high); }
    void settle() { held_->settle(); }
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
    struct failure {
        std::uint64_t row;
        plan::id origin;
    };
    /// By slot, the first row that failed.
    [[nodiscard]] const std::unordered_map<std::uint32_t, failure>& failures() const {
        return failures_;
    }

private:
    std::unique_ptr<state_array> held_;
    void note(std::uint32_t slot, std::uint64_t row, plan::id origin);
    void count(plan::id origin, failed_rows more);
    std::unordered_map<std::uint32_t, failure> failures_;
    std::unordered_map<plan::id, failed_rows> failed_;
    std::vector<std::uint32_t> usable_;
    std::vector<std::uint32_t> places_;  ///< beside usable_
};

/// Where slots are few, neighbouring rows often add to the same one, and each addition would wait
/// some five cycles for the one before to reach memory. So each slot has four places that rows take
/// in turn (scorecard_bench, by rep.manager).
inline constexpr std::size_t few_slots = 64;
inline constexpr unsigned turns = 4;

/// Calls f(where operands hold it, slot) for each row that the cell keeps.
template <class F>
void each_row(const update_batch& with, F f) {
    if (with.rows == nullptr) {
        for (std::uint32_t i = 0; i < with.count; ++i) f(i, with.slot_of(i));
        return;
    }
    for (std::size_t k = 0; k < with.count; ++k) {
        const std::uint32_t row = with.rows[k];
        f(with.places == nullptr ? row : with.places[k], with.slot_of(row));
    }
}

/// Calls f(row of the batch, all bits where its stored number is present, else none) for the k-th
/// of the kept rows, k from begin to end. Loops of 64 rows read one validity word.
template <class F>
void each_stored(const update_batch& with, std::size_t begin, std::size_t end, F f) {
    const validity_view& validity = with.stored->validity;
    if (with.rows != nullptr) {
        for (std::size_t k = begin; k < end; ++k) {
            const std::uint32_t row = with.rows[k];
            f(row, validity.everywhere() ? all_rows : row_word{0} - (validity.word(row) & 1));
        }
        return;
    }
    if (validity.everywhere()) {
        for (std::size_t i = begin; i < end; ++i) f(i, all_rows);
        return;
    }
    for (std::size_t at = begin; at < end; at += word_rows) {
        const row_word present = validity.word(at);
        const std::size_t count = std::min(word_rows, end - at);
        for (std::size_t i = 0; i < count; ++i) f(at + i, row_word{0} - (present >> i & 1));
    }
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
