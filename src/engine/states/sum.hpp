// Exact sums, with how many arguments were present and how many rows were kept. sum over no rows
// is 0, over blanks only it is blank (N4); a mean is the exact quotient, rounded once.
#pragma once

#include <algorithm>

#include "engine/exact_sum.hpp"
#include "engine/states/packed_sum.hpp"
#include "engine/states/state.hpp"
#include "engine/states/wide_sum.hpp"

namespace merit::engine {

/// Numbers of rows beside a sum.
struct sum_counts {
    std::uint64_t present = 0;
    std::uint64_t rows = 0;
    void add(const sum_counts& other) {
        present += other.present;
        rows += other.rows;
    }
};

/// Answers that need the counts only; true when one was given.
inline bool finalize_counts(const final_call& with, const sum_counts& counts, final_writer& out) {
    using language::function;
    const bool of_rows = with.what == function::any_of || with.what == function::all_of ||
                         with.what == function::share;
    if (of_rows && counts.rows == 0) {
        out.blank(reason::no_data);
        return true;
    }
    const bool needs_value =
        with.what == function::avg || (with.what == function::sum && counts.rows != 0);
    if (needs_value && counts.present == 0) {
        out.blank(reason::no_data);
        return true;
    }
    return false;
}

/// Sums of whole numbers and decimals, conditions included (true is 1).
template <lane Lane>
class whole_sum_states final : public state_array {
public:
    using sum_type = std::conditional_t<Lane == lane::wide, wide_sum, int128>;
    struct state {
        sum_type sum{};
        sum_counts counts;
    };

    void resize(std::size_t slots) override {
        if (slots == states_.size()) return;
        // Groups that are found row by row have no number beforehand.
        settle();
        packed_.stop();
        states_.resize(slots);
    }
    bool take_stored(std::int64_t low, std::int64_t high) override {
        low_ = low;
        small_ = std::max(magnitude(low), magnitude(high)) < most_small;
        packed_.start(states_.size(), low, high);
        return true;
    }
    void update(const update_batch& with) override {
        if (with.stored != nullptr) return update_stored(with);
        const mark* marks = with.argument->marks;
        each_row(with, [&](std::uint32_t i, std::uint32_t slot) {
            state& to = states_[slot];
            ++to.counts.rows;
            if (marks != nullptr && (marks[i] & blank_bit) != 0) return;
            ++to.counts.present;
            if constexpr (Lane == lane::wide)
                add_number(to, with.argument->wide[i]);
            else
                add_number(to, with.argument->whole[i]);
        });
    }
    void settle() override {
        packed_.settle([this](std::uint32_t slot, std::uint64_t rows, std::uint64_t present,
                              std::uint64_t above_low) {
            state& to = states_[slot];
            to.counts.add({present, rows});
            add_number(to, static_cast<int128>(above_low) +
                               static_cast<int128>(low_) * static_cast<int128>(present));
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const whole_sum_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) add(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) add(all, states_[slot]);
        if (finalize_counts(with, all.counts, out)) return;
        finish(with, all, out);
    }

private:
    /// Numbers of which a block sums in 64 bits.
    static constexpr uint128 most_small = uint128{1} << 46;

    static void add_number(state& to, int128 number) {
        if constexpr (Lane == lane::wide)
            to.sum.add(number);
        else
            to.sum += number;
    }
    void update_stored(const update_batch& with) {
        if (with.slots == nullptr && small_) return update_one(with);
        const std::int64_t* cells = with.stored->cells;
        const std::uint32_t* slots = with.slots;
        const std::uint32_t slot = with.slot;
        if (!packed_.active()) {
            return each_stored(with, 0, with.count, [&](std::size_t row, row_word present) {
                state& to = states_[with.slot_of(static_cast<std::uint32_t>(row))];
                ++to.counts.rows;
                to.counts.present += present & 1;
                add_number(to, static_cast<int128>(static_cast<std::int64_t>(
                                   present & static_cast<std::uint64_t>(cells[row]))));
            });
        }
        const packed_sums::adder add = packed_.begin();
        for (std::size_t done = 0; done < with.count;) {
            if (packed_.left() == 0) settle();
            const std::size_t count = std::min(packed_.left(), with.count - done);
            packed_.use(count);
            each_stored(with, done, done + count, [&](std::size_t row, row_word present) {
                add(row, slots == nullptr ? slot : slots[row], cells[row], present);
            });
            done += count;
        }
    }
    /// All rows of the batch belong to one slot, so registers hold what they add.
    void update_one(const update_batch& with) {
        const std::int64_t* cells = with.stored->cells;
        std::uint64_t sum = 0;
        std::uint64_t present_rows = 0;
        each_stored(with, 0, with.count, [&](std::size_t row, row_word present) {
            sum += present & static_cast<std::uint64_t>(cells[row]);
            present_rows += present & 1;
        });
        states_[with.slot].counts.add({present_rows, with.count});
        add_number(states_[with.slot], static_cast<std::int64_t>(sum));
    }
    static void add(state& to, const state& from) {
        to.counts.add(from.counts);
        if constexpr (Lane == lane::wide)
            to.sum.add(from.sum);
        else
            to.sum += from.sum;
    }
    static big_integer whole(const state& of) {
        if constexpr (Lane == lane::wide)
            return of.sum.whole();
        else
            return {of.sum};
    }
    static void finish(const final_call& with, const state& all, final_writer& out) {
        using language::function;
        const big_integer sum = whole(all);
        const auto rows = static_cast<int128>(all.counts.rows);
        switch (with.what) {
            case function::avg: {
                const unsigned scale = Lane == lane::wide ? with.argument.scale : 0;
                return out.real(nearest(sum, big_integer(static_cast<int128>(all.counts.present)) *
                                                 big_integer(power_of_ten(scale))));
            }
            case function::share:
                return out.real(nearest(sum, big_integer(rows)));
            case function::any_of:
                return out.whole(sum.zero() ? 0 : 1);
            case function::all_of:
                return out.whole((sum - big_integer(rows)).zero() ? 1 : 0);
            default:
                return out.exact(sum, Lane == lane::wide ? with.argument.scale : 0);
        }
    }

    std::vector<state> states_;
    packed_sums packed_;
    std::int64_t low_ = 0;
    bool small_ = false;
};

class real_sum_states final : public state_array {
public:
    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        const mark* marks = with.argument->marks;
        each_row(with, [&](std::uint32_t i, std::uint32_t slot) {
            state& to = states_[slot];
            ++to.counts.rows;
            if (marks != nullptr && (marks[i] & blank_bit) != 0) return;
            ++to.counts.present;
            to.sum.add(with.argument->real[i]);
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const real_sum_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) add(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) add(all, states_[slot]);
        if (finalize_counts(with, all.counts, out)) return;
        const bool mean = with.what == language::function::avg;
        out.real(all.sum.nearest_quotient(
            big_integer(mean ? static_cast<int128>(all.counts.present) : int128{1})));
    }

private:
    struct state {
        exact_sum sum;
        sum_counts counts;
    };
    static void add(state& to, const state& from) {
        to.counts.add(from.counts);
        to.sum.add(from.sum);
    }
    std::vector<state> states_;
};

}  // namespace merit::engine
