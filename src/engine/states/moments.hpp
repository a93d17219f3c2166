// Exact sums of values and of their squares: the standard deviation (n − 1) without cancellation.
// Blank below two values.
#pragma once

#include "engine/exact_sum.hpp"
#include "engine/states/state.hpp"
#include "engine/states/wide_sum.hpp"

namespace merit::engine {

template <lane Lane>
class moment_states final : public state_array {
public:
    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            state& to = states_[slot];
            ++to.present;
            if constexpr (Lane == lane::real) {
                to.sum.add(with.argument->real[i]);
                to.squares.add_product(with.argument->real[i], with.argument->real[i]);
            } else {
                const int128 x =
                    Lane == lane::wide ? with.argument->wide[i] : with.argument->whole[i];
                to.sum.add(x);
                to.squares.add_square(x);
            }
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const moment_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) add(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) add(all, states_[slot]);
        if (all.present < 2) return out.blank(reason::no_data);
        const auto n = static_cast<int128>(all.present);
        const big_integer sum = all.sum.whole();
        // n·Σx² − (Σx)²; sums of doubles are in units of 2^-1074, their squares in 2^-2148.
        constexpr int exponent = Lane == lane::real ? exact_sum::lowest_exponent : 0;
        const big_integer spread =
            (big_integer(n) * all.squares.whole()).shifted_up(-exponent) - sum * sum;
        quad variance = approximately(spread) / static_cast<quad>(n) / static_cast<quad>(n - 1);
        for (int i = 0; i < 2; ++i) {
            if constexpr (Lane == lane::real) variance *= smallest_double;
            if constexpr (Lane == lane::wide)
                variance /= static_cast<quad>(power_of_ten(with.argument.scale));
        }
        out.real(static_cast<double>(square_root(variance)));
    }

private:
    static constexpr double smallest_double = 0x1p-1074;
    struct state {
        std::conditional_t<Lane == lane::real, exact_sum, wide_sum> sum;
        std::conditional_t<Lane == lane::real, exact_sum, square_sum> squares;
        std::uint64_t present = 0;
    };
    static void add(state& to, const state& from) {
        to.sum.add(from.sum);
        to.squares.add(from.squares);
        to.present += from.present;
    }
    std::vector<state> states_;
};

}  // namespace merit::engine
