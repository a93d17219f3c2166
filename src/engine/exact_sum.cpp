#include "engine/exact_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace merit::engine {

namespace {

constexpr std::uint64_t digit_mask = 0xffff'ffff;
constexpr std::uint32_t settle_after = 1U << 30;

template <class Chunks>
void carry(Chunks& chunks) {
    for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
        const std::int64_t over = chunks[i] >> 32;
        chunks[i] &= static_cast<std::int64_t>(digit_mask);
        chunks[i + 1] += over;
    }
}

}  // namespace

void exact_sum::add(double x) {
    const auto word = std::bit_cast<std::uint64_t>(x);
    const auto biased = static_cast<int>(word >> 52 & 0x7ff);
    std::uint64_t mantissa = word & ((std::uint64_t{1} << 52) - 1);
    if (biased != 0) mantissa |= std::uint64_t{1} << 52;
    if (mantissa == 0) return;
    const int place = biased == 0 ? 0 : biased - 1;  // bits above 2^-1074
    const uint128 wide = static_cast<uint128>(mantissa) << (place & 31);
    auto low = static_cast<std::int64_t>(static_cast<std::uint64_t>(wide) & digit_mask);
    auto middle = static_cast<std::int64_t>(static_cast<std::uint64_t>(wide) >> 32);
    auto high = static_cast<std::int64_t>(wide >> 64);
    if ((word >> 63) != 0) {
        low = -low;
        middle = -middle;
        high = -high;
    }
    add_digits(place >> 5, low, middle, high);
}

void exact_sum::add_digits(int chunk, std::int64_t low, std::int64_t middle, std::int64_t high) {
    // Each value changes a chunk by less than 2^32, so 2^30 of them cannot overflow it.
    if (++pending_ >= settle_after) settle();
    if (!all_) {
        if (first_ < 0) first_ = std::clamp(chunk - 2, 0, chunks_all - chunks_inline);
        const int at = chunk - first_;
        // The last inline chunk is kept for carries.
        if (at >= 0 && at + 3 < chunks_inline) {
            near_[static_cast<std::size_t>(at)] += low;
            near_[static_cast<std::size_t>(at) + 1] += middle;
            near_[static_cast<std::size_t>(at) + 2] += high;
            return;
        }
        spill();
    }
    const auto at = static_cast<std::size_t>(chunk);
    (*all_)[at] += low;
    (*all_)[at + 1] += middle;
    (*all_)[at + 2] += high;
}

void exact_sum::spill() {
    all_ = std::make_unique<all_chunks>();
    all_->fill(0);
    if (first_ < 0) return;
    for (std::size_t i = 0; i < near_.size(); ++i) {
        (*all_)[static_cast<std::size_t>(first_) + i] = near_[i];
    }
}

void exact_sum::settle() {
    pending_ = 1;
    if (all_)
        carry(*all_);
    else
        carry(near_);
}

void exact_sum::add(const exact_sum& other) {
    if (other.first_ < 0 && !other.all_) return;
    if (!all_ && first_ < 0 && !other.all_) {
        near_ = other.near_;
        first_ = other.first_;
        pending_ = other.pending_;
        return;
    }
    if (pending_ >= settle_after - other.pending_) settle();
    if (!all_ && !other.all_ && first_ == other.first_) {
        for (std::size_t i = 0; i < near_.size(); ++i) near_[i] += other.near_[i];
    } else {
        if (!all_) spill();
        const std::size_t base = other.all_ ? 0 : static_cast<std::size_t>(other.first_);
        const std::size_t count = other.all_ ? other.all_->size() : other.near_.size();
        for (std::size_t i = 0; i < count; ++i) {
            (*all_)[base + i] += other.all_ ? (*other.all_)[i] : other.near_[i];
        }
    }
    pending_ = std::min(settle_after - 1, pending_ + other.pending_);
}

void exact_sum::add_product(double x, double y) {
    const double high = x * y;
    // Where the product leaves the range of doubles its halves would not be exact.
    if (std::isfinite(high) && (std::fabs(high) > 1e-250 || high == 0)) {
        add(high);
        const double low = std::fma(x, y, -high);
        if (low != 0) add(low);
        return;
    }
    add(std::isfinite(high) ? high : 0);
}

big_integer exact_sum::whole() const {
    big_integer out;
    const std::size_t count = all_ ? all_->size() : near_.size();
    if (!all_ && first_ < 0) return out;
    for (std::size_t i = count; i-- > 0;) {
        out = out.shifted_up(32) + big_integer(int128{all_ ? (*all_)[i] : near_[i]});
    }
    return all_ ? out : out.shifted_up(32 * static_cast<std::size_t>(first_));
}

double exact_sum::nearest_quotient(const big_integer& by) const {
    return nearest(whole(), by, lowest_exponent);
}

}  // namespace merit::engine
