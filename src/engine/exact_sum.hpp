// An exact sum of doubles that does not depend on their order.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/number.hpp"

namespace merit::engine {

/// A superaccumulator after R. M. Neal, "Fast exact summation using small and large
/// superaccumulators" (2015): a fixed-point number of 32-bit digits in 64-bit chunks, wide enough
/// for every double. Since most columns span few binary orders, eight chunks live inline and the
/// rest come only when a value needs them.
class exact_sum {
public:
    /// x is finite.
    void add(double x);
    void add(const exact_sum& other);
    /// x · y without a rounding (Dekker's product); both finite.
    void add_product(double x, double y);

    /// The sum is whole() · 2^lowest_exponent.
    static constexpr int lowest_exponent = -1074;
    [[nodiscard]] big_integer whole() const;
    /// The sum divided by a number that is not 0, rounded once; may be infinite.
    [[nodiscard]] double nearest_quotient(const big_integer& by) const;
    [[nodiscard]] double nearest_sum() const { return nearest_quotient(big_integer(1)); }

private:
    static constexpr int chunks_inline = 8;
    static constexpr int chunks_all = 68;
    using all_chunks = std::array<std::int64_t, chunks_all>;

    void add_digits(int chunk, std::int64_t low, std::int64_t middle, std::int64_t high);
    void spill();
    void settle();

    std::array<std::int64_t, chunks_inline> near_{};
    std::int32_t first_ = -1;    ///< chunk number of near_[0]; −1 before the first value
    std::uint32_t pending_ = 0;  ///< values added since the carries were last carried
    std::unique_ptr<all_chunks> all_;
};

}  // namespace merit::engine
