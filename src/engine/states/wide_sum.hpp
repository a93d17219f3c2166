// Whole sums that cannot overflow.
#pragma once

#include <array>

#include "engine/number.hpp"

namespace merit::engine {

/// A signed sum of 128-bit numbers in 192 bits: more rows than any table has.
struct wide_sum {
    uint128 low = 0;
    std::int64_t high = 0;

    void add(int128 x) {
        const uint128 before = low;
        low += static_cast<uint128>(x);
        high += (low < before ? 1 : 0) + (x < 0 ? -1 : 0);
    }
    void add(const wide_sum& other) {
        const uint128 before = low;
        low += other.low;
        high += other.high + (low < before ? 1 : 0);
    }
    [[nodiscard]] big_integer whole() const {
        const bool negative = high < 0;
        const uint128 below = negative ? uint128{0} - low : low;
        std::uint64_t above = static_cast<std::uint64_t>(high);
        if (negative) above = ~above + (low == 0 ? 1 : 0);
        return {{static_cast<std::uint64_t>(below), static_cast<std::uint64_t>(below >> 64), above},
                negative};
    }
};

/// A sum of squares of 128-bit numbers: 256 bits each, and 64 for their number.
struct square_sum {
    std::array<std::uint64_t, 5> limbs{};

    void add_square(int128 x) {
        const uint128 size = magnitude(x);
        const auto a = static_cast<std::uint64_t>(size);
        const auto b = static_cast<std::uint64_t>(size >> 64);
        add_at(0, uint128{a} * a);
        if (b == 0) return;
        const uint128 cross = uint128{a} * b;
        add_at(1, cross);
        add_at(1, cross);
        add_at(2, uint128{b} * b);
    }
    void add(const square_sum& other) {
        uint128 carry = 0;
        for (std::size_t i = 0; i < limbs.size(); ++i) {
            carry += uint128{limbs[i]} + other.limbs[i];
            limbs[i] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
    }
    [[nodiscard]] big_integer whole() const { return {{limbs.begin(), limbs.end()}, false}; }

private:
    void add_at(std::size_t limb, uint128 x) {
        uint128 carry = uint128{limbs[limb]} + static_cast<std::uint64_t>(x);
        limbs[limb] = static_cast<std::uint64_t>(carry);
        carry = (carry >> 64) + limbs[limb + 1] + static_cast<std::uint64_t>(x >> 64);
        limbs[limb + 1] = static_cast<std::uint64_t>(carry);
        for (std::size_t i = limb + 2; carry >> 64 != 0 && i < limbs.size(); ++i) {
            carry = (carry >> 64) + limbs[i];
            limbs[i] = static_cast<std::uint64_t>(carry);
        }
    }
};

}  // namespace merit::engine
