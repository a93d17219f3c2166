// Builds columns from their parts; the one place that may fill a column's members.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "merit/table.hpp"

namespace merit {

/// Validity bits that grow row by row.
class validity_bits {
public:
    void push(bool present) {
        if (rows_ % 64 == 0) words_.push_back(0);
        words_.back() |= std::uint64_t{present} << (rows_ % 64);
        blanks_ += present ? 0U : 1U;
        ++rows_;
    }
    void push_blanks(std::size_t rows);
    /// Forgets the rows from `rows` on.
    void truncate(std::size_t rows);
    void reserve(std::size_t rows) { words_.reserve(rows / 64 + 1); }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t blanks() const noexcept { return blanks_; }
    /// The words, or none when every row is present.
    [[nodiscard]] std::vector<std::uint64_t> take();

private:
    std::vector<std::uint64_t> words_;
    std::size_t rows_ = 0;
    std::size_t blanks_ = 0;
};

struct column_maker {
    template <class Cell>
    static column own(merit::type type, merit::storage storage, std::vector<Cell> values,
                      column::words validity);
    template <class Cell>
    static column view(merit::type type, merit::storage storage, std::span<const Cell> values,
                       column::words_view validity);
    /// Codes of any width into a dictionary; narrowed here. Every code must be below its size, but
    /// an empty dictionary stands for a column of blanks only.
    static column of_codes(const std::vector<std::uint32_t>& codes, std::vector<std::string> texts,
                           column::words validity);
    template <class Code>
    static column view_codes(std::span<const Code> codes, column::texts_pointer texts,
                             column::words_view validity);
    /// The cells of some rows, in that order. Texts are shared.
    static column taken(const column& from, std::span<const std::uint32_t> rows);
    static column owned_double(std::vector<double> values, column::words validity);
    static void set_texts(column& to, column::texts_pointer texts) { to.texts_ = std::move(texts); }
    static void set_blanked(column& to, std::size_t cells) { to.blanked_ = cells; }
};

}  // namespace merit
