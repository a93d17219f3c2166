// Whole numbers without bounds and exact fractions, slow and simple: the oracle rounds once, where
// the language says so, and nowhere else.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "merit/value.hpp"

namespace oracle {

using merit::int128;
__extension__ using uint128 = unsigned __int128;

/// A natural number as 32-bit digits, lowest first, without leading zeros.
using digits = std::vector<std::uint32_t>;

inline void trim(digits& of) {
    while (!of.empty() && of.back() == 0) of.pop_back();
}

inline int compare(const digits& a, const digits& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    for (std::size_t i = a.size(); i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

inline digits plus(const digits& a, const digits& b) {
    digits out;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
        carry += (i < a.size() ? a[i] : 0) + std::uint64_t{i < b.size() ? b[i] : 0};
        out.push_back(static_cast<std::uint32_t>(carry));
        carry >>= 32;
    }
    trim(out);
    return out;
}

/// a − b for a ≥ b.
inline digits minus(const digits& a, const digits& b) {
    digits out;
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::int64_t here = std::int64_t{a[i]} - (i < b.size() ? b[i] : 0) - borrow;
        borrow = here < 0 ? 1 : 0;
        if (here < 0) here += std::int64_t{1} << 32;
        out.push_back(static_cast<std::uint32_t>(here));
    }
    trim(out);
    return out;
}

inline digits times(const digits& a, const digits& b) {
    digits out(a.size() + b.size(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            carry += std::uint64_t{a[i]} * b[j] + out[i + j];
            out[i + j] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        out[i + b.size()] = static_cast<std::uint32_t>(carry);
    }
    trim(out);
    return out;
}

inline std::size_t bits_of(const digits& of) {
    return of.empty() ? 0 : 32 * of.size() - static_cast<std::size_t>(std::countl_zero(of.back()));
}

inline bool bit_of(const digits& of, std::size_t at) {
    return at / 32 < of.size() && (of[at / 32] >> (at % 32) & 1) != 0;
}

inline digits shifted_up(const digits& of, std::size_t by) {
    digits out(by / 32, 0);
    std::uint64_t carry = 0;
    for (const std::uint32_t one : of) {
        carry |= std::uint64_t{one} << (by % 32);
        out.push_back(static_cast<std::uint32_t>(carry));
        carry >>= 32;
    }
    out.push_back(static_cast<std::uint32_t>(carry));
    trim(out);
    return out;
}

/// Quotient and remainder by long division, a bit at a time.
inline std::pair<digits, digits> divided(const digits& a, const digits& b) {
    digits quotient(a.size(), 0);
    digits rest;
    for (std::size_t i = bits_of(a); i-- > 0;) {
        rest = shifted_up(rest, 1);
        if (bit_of(a, i)) {
            if (rest.empty()) rest.push_back(0);
            rest[0] |= 1;
        }
        if (compare(rest, b) < 0) continue;
        rest = minus(rest, b);
        quotient[i / 32] |= std::uint32_t{1} << (i % 32);
    }
    trim(quotient);
    return {quotient, rest};
}

/// A whole number of any size.
struct whole {
    digits size;
    bool negative = false;

    whole() = default;
    whole(int128 from) : negative(from < 0) {  // NOLINT: meant to convert
        uint128 rest = static_cast<uint128>(from);
        if (negative) rest = uint128{0} - rest;
        for (; rest != 0; rest >>= 32) size.push_back(static_cast<std::uint32_t>(rest));
    }
    whole(digits of, bool below) : size(std::move(of)), negative(below && !size.empty()) {}

    [[nodiscard]] bool zero() const { return size.empty(); }
    [[nodiscard]] int sign() const { return size.empty() ? 0 : negative ? -1 : 1; }
    [[nodiscard]] whole negated() const { return {size, !negative}; }
};

inline whole operator+(const whole& a, const whole& b) {
    if (a.negative == b.negative) return {plus(a.size, b.size), a.negative};
    const int order = compare(a.size, b.size);
    return order >= 0 ? whole{minus(a.size, b.size), a.negative}
                      : whole{minus(b.size, a.size), b.negative};
}
inline whole operator-(const whole& a, const whole& b) {
    return a + b.negated();
}
inline whole operator*(const whole& a, const whole& b) {
    return {times(a.size, b.size), a.negative != b.negative};
}
inline whole power_of(std::uint32_t base, unsigned exponent) {
    whole out(1);
    for (; exponent > 0; --exponent) out = out * whole(base);
    return out;
}

/// top / bottom · 2^exponent, bottom odd or not but positive. Doubles and decimals of one scale add
/// without growing the bottom.
class fraction {
public:
    fraction() = default;
    fraction(whole top) : top_(std::move(top)) {}  // NOLINT: meant to convert
    fraction(int128 top) : top_(top) {}            // NOLINT: meant to convert
    fraction(whole top, whole bottom, std::int64_t exponent = 0)
        : top_(std::move(top)), bottom_(std::move(bottom)), exponent_(exponent) {
        if (bottom_.negative) {
            bottom_ = bottom_.negated();
            top_ = top_.negated();
        }
    }
    static fraction of(double from) {
        int exponent = 0;
        const double mantissa = std::frexp(from, &exponent);
        return {whole(static_cast<std::int64_t>(std::ldexp(mantissa, 53))), whole(1),
                exponent - 53};
    }
    static fraction of(merit::decimal_value from) {
        return {whole(from.units), power_of(5, from.scale), -static_cast<std::int64_t>(from.scale)};
    }

    [[nodiscard]] int sign() const { return top_.sign(); }
    [[nodiscard]] fraction negated() const { return {top_.negated(), bottom_, exponent_}; }

    friend fraction operator+(const fraction& a, const fraction& b) {
        const std::int64_t low = std::min(a.exponent_, b.exponent_);
        const whole x = a.raised(a.exponent_ - low);
        const whole y = b.raised(b.exponent_ - low);
        if (compare(a.bottom_.size, b.bottom_.size) == 0) return {x + y, a.bottom_, low};
        return {x * b.bottom_ + y * a.bottom_, a.bottom_ * b.bottom_, low};
    }
    friend fraction operator-(const fraction& a, const fraction& b) { return a + b.negated(); }
    friend fraction operator*(const fraction& a, const fraction& b) {
        return {a.top_ * b.top_, a.bottom_ * b.bottom_, a.exponent_ + b.exponent_};
    }
    /// b is not zero.
    friend fraction operator/(const fraction& a, const fraction& b) {
        return {a.top_ * b.bottom_, a.bottom_ * b.top_, a.exponent_ - b.exponent_};
    }
    friend int order(const fraction& a, const fraction& b) { return (a - b).sign(); }

    /// Largest whole number not above it.
    [[nodiscard]] whole floor() const {
        const digits above = exponent_ > 0 ? raised(exponent_).size : top_.size;
        const digits below = exponent_ < 0
                                 ? shifted_up(bottom_.size, static_cast<std::size_t>(-exponent_))
                                 : bottom_.size;
        auto [quotient, rest] = divided(above, below);
        whole out{std::move(quotient), top_.negative};
        return top_.negative && !rest.empty() ? out - whole(1) : out;
    }

    /// Nearest double, ties to even. (Results below the smallest normal double round twice.)
    [[nodiscard]] double nearest() const {
        if (top_.zero()) return 0;
        const auto lack = 66 + static_cast<std::int64_t>(bits_of(bottom_.size)) -
                          static_cast<std::int64_t>(bits_of(top_.size));
        const auto up = static_cast<std::size_t>(std::max<std::int64_t>(lack, 0));
        auto [quotient, rest] = divided(shifted_up(top_.size, up), bottom_.size);
        const std::size_t extra = bits_of(quotient) - 53;
        bool sticky = !rest.empty();
        for (std::size_t i = 0; i + 1 < extra; ++i) sticky = sticky || bit_of(quotient, i);
        std::uint64_t mantissa = 0;
        for (std::size_t i = 0; i < 53; ++i)
            mantissa |= static_cast<std::uint64_t>(bit_of(quotient, extra + i)) << i;
        if (bit_of(quotient, extra - 1) && (sticky || (mantissa & 1) != 0)) ++mantissa;
        const double size =
            std::ldexp(static_cast<double>(mantissa),
                       static_cast<int>(exponent_ + static_cast<std::int64_t>(extra) -
                                        static_cast<std::int64_t>(up)));
        return top_.negative ? -size : size;
    }

private:
    [[nodiscard]] whole raised(std::int64_t by) const {
        return {shifted_up(top_.size, static_cast<std::size_t>(by)), top_.negative};
    }

    whole top_;
    whole bottom_ = whole(1);
    std::int64_t exponent_ = 0;
};

/// The number as 128 bits; ok is false when it does not fit.
inline int128 narrow(const whole& from, bool& ok) {
    uint128 out = 0;
    ok = bits_of(from.size) < 128;
    if (!ok) return 0;
    for (std::size_t i = from.size.size(); i-- > 0;) out = out << 32 | from.size[i];
    return from.negative ? -static_cast<int128>(out) : static_cast<int128>(out);
}

}  // namespace oracle
