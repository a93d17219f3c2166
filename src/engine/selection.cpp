#include "engine/selection.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace merit::engine {

namespace {

/// The lowest bits of eight bytes side by side. The product moves bit 8·k to bit 56 + k, and no
/// two of its terms meet.
row_word gathered(std::uint64_t bytes) {
    return (bytes & 0x0101'0101'0101'0101U) * 0x0102'0408'1020'4080U >> 56;
}

std::uint64_t eight(const std::uint8_t* bytes) {
    std::uint64_t out = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&out, bytes, 8);
    } else {
        for (unsigned k = 0; k < 8; ++k) out |= std::uint64_t{bytes[k]} << 8 * k;
    }
    return out;
}

row_word packed(const std::uint8_t* bytes, unsigned bit) {
    row_word out = 0;
    for (unsigned k = 0; k < 8; ++k) out |= gathered(eight(bytes + 8 * k) >> bit) << 8 * k;
    return out;
}

#ifdef __SSE2__

/// 16 comparisons and their signs as bits are two instructions of every x86-64, so that a word of
/// rows costs about eight cycles where a branch or a table a row costs fifty (engine_bench, won /
/// lead).
template <std::size_t Codes>
row_word matches(const std::uint8_t* codes, const std::uint8_t* wanted) {
    row_word out = 0;
    for (unsigned part = 0; part < 4; ++part) {
        const __m128i sixteen =
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + 16 * part));
        __m128i found = _mm_setzero_si128();
        for (std::size_t k = 0; k < Codes; ++k) {
            const __m128i code = _mm_set1_epi8(static_cast<char>(wanted[k]));
            found = _mm_or_si128(found, _mm_cmpeq_epi8(sixteen, code));
        }
        out |= row_word{static_cast<std::uint16_t>(_mm_movemask_epi8(found))} << 16 * part;
    }
    return out;
}

#else

template <std::size_t Codes>
row_word matches(const std::uint8_t* codes, const std::uint8_t* wanted) {
    std::uint8_t found[word_rows] = {};
    for (std::size_t i = 0; i < word_rows; ++i) {
        for (std::size_t k = 0; k < Codes; ++k)
            found[i] = static_cast<std::uint8_t>(found[i] | (codes[i] == wanted[k] ? 1 : 0));
    }
    return packed(found, 0);
}

#endif

/// Calls f for each whole word of rows, and once more for the rest, copied to where 64 are.
template <class F>
void each_word(const std::uint8_t* bytes, std::size_t count, row_word* out, F f) {
    const std::size_t whole = count / word_rows;
    for (std::size_t w = 0; w < whole; ++w) out[w] = f(bytes + w * word_rows);
    const std::size_t rest = count % word_rows;
    if (rest == 0) return;
    std::uint8_t last[word_rows] = {};
    std::copy_n(bytes + whole * word_rows, rest, last);
    out[whole] = f(last) & low_bits(rest);
}

}  // namespace

void pack_bits(const std::uint8_t* bytes, std::size_t count, unsigned bit, row_word* out) {
    each_word(bytes, count, out, [bit](const std::uint8_t* at) { return packed(at, bit); });
}

void match_codes(const std::uint8_t* codes, std::size_t count, std::span<const std::uint8_t> wanted,
                 row_word* out) {
    // A loop for each number of codes, so that they stay in registers.
    const auto match = [&]<std::size_t Codes>() {
        each_word(codes, count, out,
                  [wanted](const std::uint8_t* at) { return matches<Codes>(at, wanted.data()); });
    };
    static_assert(most_matched == 4);
    switch (wanted.size()) {
        case 0:
            return match.operator()<0>();
        case 1:
            return match.operator()<1>();
        case 2:
            return match.operator()<2>();
        case 3:
            return match.operator()<3>();
        default:
            return match.operator()<4>();
    }
}

void selection::clear(std::size_t rows) {
    std::fill_n(begin(rows), words_for(rows), row_word{0});
    count_ = 0;
}

void selection::keep_all(std::size_t rows) {
    row_word* words = begin(rows);
    std::fill_n(words, words_for(rows), all_rows);
    if (rows % word_rows != 0) words[rows / word_rows] = low_bits(rows % word_rows);
    count_ = rows;
}

row_word* selection::begin(std::size_t rows) {
    if (words_.size() < words_for(rows)) words_.resize(words_for(rows));
    rows_ = rows;
    listed_ = false;
    return words_.data();
}

void selection::end() {
    std::uint64_t found = 0;
    for (std::size_t w = 0; w < words_for(rows_); ++w) found += bits_in(words_[w]);
    count_ = static_cast<std::size_t>(found);
}

const std::uint32_t* selection::list() {
    if (listed_) return list_.data();
    listed_ = true;
    if (list_.size() < rows_) list_.resize(rows_);
    std::uint32_t* next = list_.data();
    for (std::size_t w = 0; w < words_for(rows_); ++w) {
        const auto base = static_cast<std::uint32_t>(w * word_rows);
        // Steps from kept row to kept row: filters of a KPI mostly keep few.
        for (row_word left = words_[w]; left != 0; left &= left - 1)
            *next++ = base + static_cast<std::uint32_t>(std::countr_zero(left));
    }
    return list_.data();
}

}  // namespace merit::engine
