// weighted_avg: Σ x·w / Σ w over rows where both are present, one rounding at the end. Blank over
// nothing, and where the weights sum to 0.
#pragma once

#include "engine/exact_sum.hpp"
#include "engine/states/state.hpp"
#include "engine/states/wide_sum.hpp"

namespace merit::engine {

/// An exact signed sum of products of two 128-bit numbers.
struct product_sum {
    wide_sum low;   ///< products of the low halves …
    wide_sum middle;
    wide_sum high;

    void add(int128 x, int128 y) {
        int128 product = 0;
        if (!__builtin_mul_overflow(x, y, &product)) return low.add(product);
        const bool negative = (x < 0) != (y < 0);
        const uint128 a = magnitude(x);
        const uint128 b = magnitude(y);
        const auto part = [&](wide_sum& to, std::uint64_t p, std::uint64_t q) {
            // Half of a product of 64-bit parts always fits 127 bits and a sign.
            const uint128 size = uint128{p} * q;
            const auto half = static_cast<int128>(size >> 1);
            const auto rest = static_cast<int128>(size & 1);
            to.add(negative ? -half : half);
            to.add(negative ? -half - rest : half + rest);
        };
        part(low, static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
        part(middle, static_cast<std::uint64_t>(a >> 64), static_cast<std::uint64_t>(b));
        part(middle, static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b >> 64));
        part(high, static_cast<std::uint64_t>(a >> 64), static_cast<std::uint64_t>(b >> 64));
    }
    void add(const product_sum& other) {
        low.add(other.low);
        middle.add(other.middle);
        high.add(other.high);
    }
    [[nodiscard]] big_integer whole() const {
        return low.whole() + middle.whole().shifted_up(64) + high.whole().shifted_up(128);
    }
};

/// Both exact.
class exact_weighted_states final : public state_array {
public:
    explicit exact_weighted_states(unsigned value_scale) : value_scale_(value_scale) {}

    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            if ((with.weight->mark_at(i) & blank_bit) != 0) return;
            const int128 w = units(*with.weight, i);
            states_[slot].products.add(units(*with.argument, i), w);
            states_[slot].weights.add(w);
            ++states_[slot].present;
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const exact_weighted_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) add(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) add(all, states_[slot]);
        if (all.present == 0) return out.blank(reason::no_data);
        const big_integer weights = all.weights.whole();
        if (weights.zero()) return out.blank(reason::div0);
        // The weights' scale cancels.
        out.real(nearest(all.products.whole(),
                         weights * big_integer(power_of_ten(value_scale_))));
    }

private:
    struct state {
        product_sum products;
        wide_sum weights;
        std::uint64_t present = 0;
    };
    static int128 units(const vector& from, std::size_t i) {
        return from.kind == lane::wide ? from.wide[i] : from.whole[i];
    }
    static void add(state& to, const state& from) {
        to.products.add(from.products);
        to.weights.add(from.weights);
        to.present += from.present;
    }
    std::vector<state> states_;
    unsigned value_scale_;
};

/// One of them a double: decimals are read as their nearest double.
class real_weighted_states final : public state_array {
public:
    real_weighted_states(const merit::type& value, const merit::type& weight)
        : value_(value), weight_(weight) {}

    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            if ((with.weight->mark_at(i) & blank_bit) != 0) return;
            const double w = number(*with.weight, weight_, i);
            states_[slot].products.add_product(number(*with.argument, value_, i), w);
            states_[slot].weights.add(w);
            ++states_[slot].present;
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const real_weighted_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) add(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) add(all, states_[slot]);
        if (all.present == 0) return out.blank(reason::no_data);
        const big_integer weights = all.weights.whole();
        if (weights.zero()) return out.blank(reason::div0);
        out.real(nearest(all.products.whole(), weights));
    }

private:
    struct state {
        exact_sum products;
        exact_sum weights;
        std::uint64_t present = 0;
    };
    static double number(const vector& from, const merit::type& type, std::size_t i) {
        if (from.kind == lane::real) return from.real[i];
        return from.kind == lane::wide ? scaled(from.wide[i], type.scale)
                                       : static_cast<double>(from.whole[i]);
    }
    static void add(state& to, const state& from) {
        to.products.add(from.products);
        to.weights.add(from.weights);
        to.present += from.present;
    }
    std::vector<state> states_;
    merit::type value_;
    merit::type weight_;
};

}  // namespace merit::engine
