// Which rows of a batch count: a bit a row, lowest first, and the list of them where it is asked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace merit::engine {

/// 64 rows.
using row_word = std::uint64_t;
inline constexpr std::size_t word_rows = 64;
inline constexpr row_word all_rows = ~row_word{0};

[[nodiscard]] inline std::size_t words_for(std::size_t rows) {
    return (rows + word_rows - 1) / word_rows;
}
/// The lowest bits; all of them for 64 and more.
[[nodiscard]] inline row_word low_bits(std::size_t count) {
    return count >= word_rows ? all_rows : (row_word{1} << count) - 1;
}
/// std::popcount without the instruction, which baseline x86-64 lacks, is a call; this is twelve
/// operations in place.
[[nodiscard]] inline std::uint64_t bits_in(row_word x) {
    x -= x >> 1 & 0x5555'5555'5555'5555U;
    x = (x & 0x3333'3333'3333'3333U) + (x >> 2 & 0x3333'3333'3333'3333U);
    return ((x + (x >> 4)) & 0x0f0f'0f0f'0f0f'0f0fU) * 0x0101'0101'0101'0101U >> 56;
}

/// Validity of a column from any row on; no words: every row is present.
class validity_view {
public:
    validity_view() = default;
    validity_view(const std::uint64_t* words, std::size_t first, std::size_t rows)
        : words_(words), first_(first), rows_(rows) {}
    [[nodiscard]] bool everywhere() const { return words_ == nullptr; }
    /// The 64 rows from `at` rows behind the first on; bits behind the column mean nothing.
    [[nodiscard]] row_word word(std::size_t at) const {
        const std::size_t row = first_ + at;
        const std::size_t shift = row % word_rows;
        const row_word low = words_[row / word_rows] >> shift;
        const std::size_t next = row / word_rows + 1;
        return shift == 0 || next * word_rows >= rows_ ? low
                                                       : low | words_[next] << (word_rows - shift);
    }

private:
    const std::uint64_t* words_ = nullptr;
    std::size_t first_ = 0;
    std::size_t rows_ = 0;  ///< of the column
};

/// Bit `bit` of each byte.
void pack_bits(const std::uint8_t* bytes, std::size_t count, unsigned bit, row_word* out);
/// Rows whose code is one of a few: so many comparisons still cost less than a look-up per row.
inline constexpr std::size_t most_matched = 4;
void match_codes(const std::uint8_t* codes, std::size_t count, std::span<const std::uint8_t> wanted,
                 row_word* out);

/// Rows of a batch that a filter keeps.
class selection {
public:
    /// Rows of a batch, none of them kept.
    void clear(std::size_t rows);
    void keep_all(std::size_t rows);
    /// Keeps the rows of some words, whose bits behind the last row are 0.
    row_word* begin(std::size_t rows);
    void end();

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] bool all() const { return count_ == rows_; }
    [[nodiscard]] const row_word* words() const { return words_.data(); }
    [[nodiscard]] bool keeps(std::size_t row) const {
        return (words_[row / word_rows] >> row % word_rows & 1) != 0;
    }
    /// The rows kept, ascending.
    [[nodiscard]] const std::uint32_t* list();

private:
    std::vector<row_word> words_;
    std::vector<std::uint32_t> list_;
    std::size_t rows_ = 0;
    std::size_t count_ = 0;
    bool listed_ = false;
};

}  // namespace merit::engine
