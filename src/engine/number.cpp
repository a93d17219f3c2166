#include "engine/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace merit::engine {

namespace {

constexpr std::array<int128, largest_power + 1> make_powers() {
    std::array<int128, largest_power + 1> out{};
    out[0] = 1;
    for (unsigned n = 1; n <= largest_power; ++n) out[n] = out[n - 1] * 10;
    return out;
}

constexpr std::array<int128, largest_power + 1> powers = make_powers();
constexpr int128 exact_double = int128{1} << 53;

bool is_exact_double(int128 of) { return of >= -exact_double && of <= exact_double; }

}  // namespace

int128 power_of_ten(unsigned n) { return powers[n]; }

big_integer::big_integer(int128 from) : negative_(from < 0) {
    for (uint128 rest = magnitude(from); rest != 0; rest >>= 64) {
        limbs_.push_back(static_cast<std::uint64_t>(rest));
    }
}

big_integer::big_integer(std::vector<std::uint64_t> limbs, bool negative)
    : limbs_(std::move(limbs)), negative_(negative) {
    trim();
}

void big_integer::trim() {
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
    negative_ = negative_ && !limbs_.empty();
}

void big_integer::narrow(int128& into) const {
    uint128 size = 0;
    for (std::size_t i = std::min<std::size_t>(limbs_.size(), 2); i-- > 0;)
        size = size << 64 | limbs_[i];
    into = negative_ ? -static_cast<int128>(size) : static_cast<int128>(size);
}

std::size_t big_integer::bits() const {
    if (limbs_.empty()) return 0;
    return 64 * limbs_.size() - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

int big_integer::order(const big_integer& a, const big_integer& b) {
    if (a.limbs_.size() != b.limbs_.size()) return a.limbs_.size() < b.limbs_.size() ? -1 : 1;
    for (std::size_t i = a.limbs_.size(); i-- > 0;) {
        if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i] ? -1 : 1;
    }
    return 0;
}

void big_integer::subtract(const big_integer& smaller) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
        const uint128 take =
            uint128{i < smaller.limbs_.size() ? smaller.limbs_[i] : 0} + uint128{borrow};
        borrow = take > limbs_[i] ? 1 : 0;
        limbs_[i] -= static_cast<std::uint64_t>(take);
    }
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

void big_integer::shift_down() {
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
        const std::uint64_t above = i + 1 < limbs_.size() ? limbs_[i + 1] << 63 : 0;
        limbs_[i] = limbs_[i] >> 1 | above;
    }
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

big_integer big_integer::shifted_up(std::size_t by) const {
    if (limbs_.empty()) return {};
    std::vector<std::uint64_t> out(by / 64, 0);
    std::uint64_t carry = 0;
    for (const std::uint64_t limb : limbs_) {
        out.push_back(limb << (by % 64) | carry);
        carry = by % 64 == 0 ? 0 : limb >> (64 - by % 64);
    }
    out.push_back(carry);
    return {std::move(out), negative_};
}

big_integer operator+(const big_integer& a, const big_integer& b) {
    if (a.negative_ != b.negative_) {
        const bool a_larger = big_integer::order(a, b) >= 0;
        big_integer out = a_larger ? a : b;
        out.subtract(a_larger ? b : a);
        out.trim();
        return out;
    }
    std::vector<std::uint64_t> out;
    uint128 carry = 0;
    for (std::size_t i = 0; i < std::max(a.limbs_.size(), b.limbs_.size()); ++i) {
        carry += i < a.limbs_.size() ? a.limbs_[i] : 0;
        carry += i < b.limbs_.size() ? b.limbs_[i] : 0;
        out.push_back(static_cast<std::uint64_t>(carry));
        carry >>= 64;
    }
    out.push_back(static_cast<std::uint64_t>(carry));
    return {std::move(out), a.negative_};
}

big_integer operator*(const big_integer& a, const big_integer& b) {
    std::vector<std::uint64_t> out(a.limbs_.size() + b.limbs_.size(), 0);
    for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
        uint128 carry = 0;
        for (std::size_t j = 0; j < b.limbs_.size(); ++j) {
            carry += uint128{a.limbs_[i]} * b.limbs_[j] + out[i + j];
            out[i + j] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
        out[i + b.limbs_.size()] = static_cast<std::uint64_t>(carry);
    }
    return {std::move(out), a.negative_ != b.negative_};
}

double nearest(const big_integer& top, const big_integer& bottom, int exponent) {
    if (top.zero()) return 0;
    // Two doubles hold both exactly, and their division rounds once.
    if (exponent == 0 && top.bits() <= 53 && bottom.bits() <= 53) {
        const double size =
            static_cast<double>(top.limbs_.front()) / static_cast<double>(bottom.limbs_.front());
        return top.negative_ != bottom.negative_ ? -size : size;
    }
    // A quotient of 65 or 66 bits and whether anything is left below it decide the rounding.
    const auto gap = static_cast<int>(top.bits()) - static_cast<int>(bottom.bits());
    const int up = 65 - gap;
    big_integer rest = top.shifted_up(up > 0 ? static_cast<std::size_t>(up) : 0);
    big_integer part = bottom.shifted_up(up < 0 ? static_cast<std::size_t>(-up) : 0);
    rest.negative_ = false;
    part.negative_ = false;
    part = part.shifted_up(65);
    uint128 whole = 0;
    for (int bit = 65; bit >= 0; --bit) {
        if (big_integer::order(rest, part) >= 0) {
            rest.subtract(part);
            whole |= uint128{1} << bit;
        }
        part.shift_down();
    }
    const unsigned extra = (whole >> 65 != 0 ? 66 : 65) - 53;
    auto kept = static_cast<std::uint64_t>(whole >> extra);
    const uint128 below = whole & ((uint128{1} << extra) - 1);
    const uint128 half = uint128{1} << (extra - 1);
    if (below > half || (below == half && (!rest.zero() || (kept & 1) != 0))) ++kept;
    const double size =
        std::ldexp(static_cast<double>(kept), static_cast<int>(extra) - up + exponent);
    return top.negative_ != bottom.negative_ ? -size : size;
}

quad approximately(const big_integer& of) {
    quad out = 0;
    for (std::size_t i = of.limbs_.size(); i-- > 0;) {
        out = out * static_cast<quad>(18446744073709551616.0) + static_cast<quad>(of.limbs_[i]);
    }
    return of.negative_ ? -out : out;
}

double quotient(int128 top, int128 bottom) {
    if (is_exact_double(top) && is_exact_double(bottom)) {
        // Both are exact doubles, so the one division rounds once.
        return static_cast<double>(static_cast<std::int64_t>(top)) /
               static_cast<double>(static_cast<std::int64_t>(bottom));
    }
    return nearest(top, bottom);
}

double scaled(int128 units, unsigned scale) {
    if (scale <= 22 && is_exact_double(units)) {
        static constexpr double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
        return static_cast<double>(static_cast<std::int64_t>(units)) / exact[scale];
    }
    if (scale == 0 && units == static_cast<std::int64_t>(units))
        return static_cast<double>(static_cast<std::int64_t>(units));
    return nearest(units, power_of_ten(std::min(scale, largest_power)));
}

bool rescale(int128& units, unsigned from, unsigned to) {
    if (to >= from) {
        if (to - from > largest_power) return units == 0;
        return !__builtin_mul_overflow(units, powers[to - from], &units);
    }
    if (from - to > largest_power) {
        units = 0;
        return true;
    }
    const int128 divisor = powers[from - to];
    const int128 rest = units % divisor;
    units /= divisor;
    if (magnitude(rest) >= static_cast<uint128>(divisor) - magnitude(rest)) {
        units += rest < 0 ? -1 : rest > 0 ? 1 : 0;
    }
    return true;
}

int128 rounded_units(double x, unsigned digits) {
    int exponent = 0;
    const double mantissa = std::frexp(std::fabs(x), &exponent);
    // 53 bits times 10^18 stay below 2^113.
    int128 units = static_cast<std::int64_t>(std::ldexp(mantissa, 53));
    units *= power_of_ten(std::min(digits, 18U));
    exponent -= 53;
    if (exponent < -126) return 0;
    if (exponent < 0) units = (units + (int128{1} << (-exponent - 1))) >> -exponent;
    return x < 0 ? -units : units;
}

quad square_root(quad of) {
    if (!(of > 0)) return 0;
    quad guess = std::sqrt(static_cast<double>(of));
    if (guess == 0) return 0;
    // Newton doubles the 53 good bits of the guess to 106.
    guess += (of - guess * guess) / (2 * guess);
    return guess;
}

}  // namespace merit::engine
