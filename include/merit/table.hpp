// Typed columns and tables: owned, or a view of the host's memory without a copy.
// Immutable once made, shared by threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "merit/result.hpp"
#include "merit/schema.hpp"

namespace merit {

/// How the cells of a column lie in memory.
enum class storage : std::uint8_t {
    byte,     ///< bool: 0 or 1
    int32,    ///< date: days since 1970-01-01
    int64,    ///< int64, decimal (scaled), timestamp and duration (microseconds), money (scaled)
    int128,   ///< decimal of more than 18 digits
    float64,  ///< double; NaN and infinities are made blank at the door
    code8,    ///< text: index into the dictionary, in the narrowest width
    code16,
    code32
};

/// The distinct texts of a column, in order of first appearance. Codes index it.
class dictionary {
public:
    /// The index of each text is its code.
    explicit dictionary(std::vector<std::string> texts);
    /// How many texts there are; codes are below it.
    [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
    /// The text of a code below size(). The view lives as long as the dictionary.
    [[nodiscard]] std::string_view operator[](std::size_t code) const { return texts_[code]; }
    /// Code of a text, or size() when it does not occur.
    [[nodiscard]] std::size_t find(std::string_view text) const;
    /// rank()[code] is the place of that text in byte order (which is code point order).
    /// Computed at the first call, then shared; safe from any thread.
    [[nodiscard]] std::span<const std::uint32_t> rank() const;

private:
    struct lookup;
    std::vector<std::string> texts_;
    std::shared_ptr<const lookup> lookup_;
};

/// Smallest and largest value per block of 65,536 rows: integers, dates and codes as they are
/// stored, doubles by value as their bits (std::bit_cast<double>(low)). A range without a value
/// is 0 to 0.
struct zone_map {
    static constexpr std::size_t block_rows = 65'536;
    struct block {
        std::int64_t low;
        std::int64_t high;
        bool all_valid;
        bool none_valid;
    };
    std::vector<block> blocks;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::size_t blanks = 0;
};

/// One column: values, validity bits, for text a dictionary.
///
/// A validity has a bit per row, lowest first, 1 = present; empty = all present. Bits after the
/// last row mean nothing, and one that is shorter than the column leaves the rest blank. The code
/// of a blank text cell is always a valid index of the dictionary, which then is never empty.
class column {
public:
    using words = std::vector<std::uint64_t>;
    using words_view = std::span<const std::uint64_t>;
    using texts_pointer = std::shared_ptr<const dictionary>;

    /// No rows.
    column() = default;

    /// Owned columns. A value whose validity bit is off is blank, whatever it holds; NaN and
    /// infinities become blank and are counted in blanked(). `units` · 10^-scale is the number.
    static column of_bool(std::vector<std::uint8_t> values, words validity = {});
    static column of_int64(std::vector<std::int64_t> values, words validity = {});
    static column of_decimal(std::vector<std::int64_t> units, std::uint8_t scale,
                             words validity = {});
    static column of_decimal128(std::vector<int128> units, std::uint8_t scale, words validity = {});
    static column of_double(std::vector<double> values, words validity = {});
    static column of_date(std::vector<std::int32_t> days, words validity = {});
    static column of_timestamp(std::vector<std::int64_t> microseconds, words validity = {});
    static column of_duration(std::vector<std::int64_t> microseconds, words validity = {});
    /// Text, dictionary-coded here; std::nullopt is blank.
    static column of_text(std::span<const std::optional<std::string_view>> values);
    static column of_text(const std::vector<std::string>& values);

    /// Views: the host's memory must outlive every table and query that uses the column. What may
    /// not pass the door (NaN, infinities, codes outside the dictionary) is found here: such a
    /// column is copied with those cells made blank, and they are counted in blanked().
    static column view_int64(std::span<const std::int64_t> values, words_view validity = {});
    static column view_decimal(std::span<const std::int64_t> units, std::uint8_t scale,
                               words_view validity = {});
    static column view_double(std::span<const double> values, words_view validity = {});
    static column view_date(std::span<const std::int32_t> days, words_view validity = {});
    static column view_timestamp(std::span<const std::int64_t> microseconds,
                                 words_view validity = {});
    static column view_codes(std::span<const std::uint8_t> codes, texts_pointer texts,
                             words_view validity = {});
    static column view_codes(std::span<const std::uint16_t> codes, texts_pointer texts,
                             words_view validity = {});
    static column view_codes(std::span<const std::uint32_t> codes, texts_pointer texts,
                             words_view validity = {});
    /// A view of a temporary would dangle, so it does not compile.
    static column view_int64(std::vector<std::int64_t>&&, words_view = {}) = delete;
    static column view_decimal(std::vector<std::int64_t>&&, std::uint8_t, words_view = {}) = delete;
    static column view_double(std::vector<double>&&, words_view = {}) = delete;
    static column view_date(std::vector<std::int32_t>&&, words_view = {}) = delete;
    static column view_timestamp(std::vector<std::int64_t>&&, words_view = {}) = delete;

    /// What a cell is, and how it lies in memory.
    [[nodiscard]] const merit::type& type() const noexcept { return type_; }
    [[nodiscard]] merit::storage storage() const noexcept { return storage_; }
    /// Rows.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// First cell; cast by storage(). An owned blank cell holds 0.
    [[nodiscard]] const void* data() const noexcept { return data_; }
    /// Validity words, or nullptr when every cell is present.
    [[nodiscard]] const std::uint64_t* validity() const noexcept { return validity_; }
    /// False when the cell of a row is blank.
    [[nodiscard]] bool present(std::size_t row) const {
        return validity_ == nullptr || (validity_[row / 64] >> (row % 64) & 1) != 0;
    }
    /// The dictionary of a text column; nullptr of any other.
    [[nodiscard]] const texts_pointer& texts() const noexcept { return texts_; }
    /// One cell, blank included.
    [[nodiscard]] value at(std::size_t row) const;
    /// Computed at the first call, then shared; safe from any thread. Of int128 only the blanks
    /// are known, its ranges are 0 to 0.
    [[nodiscard]] const zone_map& zones() const;
    /// Cells that became blank at the door because they held no number or no known code.
    [[nodiscard]] std::size_t blanked() const noexcept { return blanked_; }

private:
    friend struct column_maker;
    struct lazy;
    merit::type type_;
    merit::storage storage_ = merit::storage::int64;
    std::size_t size_ = 0;
    const void* data_ = nullptr;
    const std::uint64_t* validity_ = nullptr;
    std::shared_ptr<const void> values_owner_;
    std::shared_ptr<const void> validity_owner_;
    texts_pointer texts_;
    std::shared_ptr<lazy> lazy_;
    std::size_t blanked_ = 0;
};

/// Columns of one length under unique names. Copying shares the columns.
class table {
public:
    /// No columns and no rows.
    table() = default;
    /// Columns (name, cells) in order. E810 when lengths differ or a name occurs twice.
    static result<table> make(std::vector<std::pair<std::string, column>> columns);

    /// Rows of every column.
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    /// Names and types, for model::add_table.
    [[nodiscard]] const merit::schema& schema() const noexcept { return schema_; }
    /// A column by its position, which must be in range, and by its name, nullptr when there is
    /// none. Both live as long as the table.
    [[nodiscard]] const column& at(std::size_t index) const { return columns_[index]; }
    [[nodiscard]] const column* find(std::string_view name) const;
    /// What reading it had to say (types inferred, rows skipped, cells blanked).
    [[nodiscard]] const std::vector<diagnostic>& notes() const noexcept { return notes_; }
    /// Adds a note, which notes() then holds.
    void add_note(diagnostic note) { notes_.push_back(std::move(note)); }

private:
    merit::schema schema_;
    std::vector<column> columns_;
    std::size_t rows_ = 0;
    std::vector<diagnostic> notes_;
};

}  // namespace merit
