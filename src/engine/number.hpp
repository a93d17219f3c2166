// Exact numbers: whole numbers of any size, quotients rounded once, powers of ten.
#pragma once

#include <cstdint>
#include <vector>

#include "merit/value.hpp"

namespace merit::engine {

__extension__ using uint128 = unsigned __int128;
/// 113 bits of mantissa: products of two doubles are exact in it, and a sum of few of them loses
/// nothing that the one rounding to double could show.
__extension__ using quad = __float128;

inline constexpr unsigned largest_power = 38;
/// 10^n for n up to 38.
[[nodiscard]] int128 power_of_ten(unsigned n);

[[nodiscard]] inline uint128 magnitude(int128 of) {
    return of < 0 ? uint128{0} - static_cast<uint128>(of) : static_cast<uint128>(of);
}

/// A whole number of any size: 64-bit limbs, lowest first, no leading zeros.
class big_integer {
public:
    big_integer() = default;
    big_integer(int128 from);  // NOLINT: meant to convert
    big_integer(std::vector<std::uint64_t> limbs, bool negative);

    [[nodiscard]] bool zero() const { return limbs_.empty(); }
    [[nodiscard]] bool negative() const { return negative_; }
    [[nodiscard]] std::size_t bits() const;
    [[nodiscard]] big_integer shifted_up(std::size_t by) const;
    [[nodiscard]] big_integer negated() const { return {limbs_, !negative_}; }
    /// Its value, where it has at most 127 bits.
    void narrow(int128& into) const;

    friend big_integer operator+(const big_integer& a, const big_integer& b);
    friend big_integer operator-(const big_integer& a, const big_integer& b) {
        return a + b.negated();
    }
    friend big_integer operator*(const big_integer& a, const big_integer& b);
    friend double nearest(const big_integer& top, const big_integer& bottom, int exponent);
    friend quad approximately(const big_integer& of);

private:
    static int order(const big_integer& a, const big_integer& b);  ///< of the magnitudes
    void subtract(const big_integer& smaller);                     ///< of the magnitudes
    void shift_down();
    void trim();

    std::vector<std::uint64_t> limbs_;
    bool negative_ = false;
};

/// The double nearest to top / bottom · 2^exponent, ties to even; bottom is not 0. Infinite when
/// it is too large.
[[nodiscard]] double nearest(const big_integer& top, const big_integer& bottom, int exponent = 0);
/// Its first 113 bits or more.
[[nodiscard]] quad approximately(const big_integer& of);

/// top / bottom, rounded once; bottom is not 0.
[[nodiscard]] double quotient(int128 top, int128 bottom);
/// units · 10^-scale, rounded once.
[[nodiscard]] double scaled(int128 units, unsigned scale);

/// units · 10^-from as units of 10^-to, half away from zero where digits are dropped; false when
/// it does not fit.
[[nodiscard]] bool rescale(int128& units, unsigned from, unsigned to);

/// x · 10^digits rounded half away from zero to a whole number; |x| below 2^53.
[[nodiscard]] int128 rounded_units(double x, unsigned digits);

/// Square root with more digits than a double holds; 0 for negative numbers.
[[nodiscard]] quad square_root(quad of);

}  // namespace merit::engine
