// Numbers that order like the values they stand for, so that one comparison serves every lane.
#pragma once

#include <bit>
#include <limits>

#include "engine/vector.hpp"

namespace merit::engine {

/// Below every key.
inline constexpr int128 no_key = std::numeric_limits<int128>::min();

/// A double as a whole number of the same order; both zeros are one.
[[nodiscard]] inline std::int64_t ordered_bits(double x) {
    const auto bits = std::bit_cast<std::int64_t>(x == 0 ? 0.0 : x);
    return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}
[[nodiscard]] inline double from_ordered_bits(std::int64_t key) {
    return std::bit_cast<double>(key >= 0 ? key : std::numeric_limits<std::int64_t>::min() - key);
}

/// Texts order by bytes. Their source must be a dictionary.
[[nodiscard]] inline int128 order_key(const vector& from, std::size_t i) {
    switch (from.kind) {
        case lane::wide:
            return from.wide[i];
        case lane::real:
            return ordered_bits(from.real[i]);
        case lane::text:
            return from.texts.known->rank()[static_cast<std::size_t>(from.whole[i])];
        default:
            return from.whole[i];
    }
}

/// The value without its order: what is kept of it.
[[nodiscard]] inline int128 payload(const vector& from, std::size_t i) {
    switch (from.kind) {
        case lane::wide:
            return from.wide[i];
        case lane::real:
            return ordered_bits(from.real[i]);
        default:
            return from.whole[i];
    }
}

}  // namespace merit::engine
