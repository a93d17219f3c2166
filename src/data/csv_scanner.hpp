// Splits CSV text into records and fields. It knows nothing of types.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace merit::csv {

/// Why a record cannot be a row.
enum class fault : std::uint8_t { none, ragged, encoding, open_quote, text_after_quote };

struct bad_record {
    fault what = fault::none;
    std::size_t begin = 0;   ///< byte where the record begins
    std::size_t at = 0;      ///< byte of the fault
    std::size_t fields = 0;  ///< how many it has, when ragged
};

/// Some records, column by column.
class chunk {
public:
    static constexpr std::size_t capacity = 1024;

    explicit chunk(std::size_t columns) : cells_(columns * capacity), columns_(columns) {}
    [[nodiscard]] std::size_t rows() const noexcept { return begins_.size(); }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::span<const std::string_view> column(std::size_t index) const {
        return {cells_.data() + index * capacity, rows()};
    }
    /// Byte where a row's record begins.
    [[nodiscard]] std::size_t begin_of(std::size_t row) const { return begins_[row]; }
    /// Takes rows out; `rows` ascends.
    void drop(std::span<const std::size_t> rows);

private:
    friend class scanner;
    std::vector<std::string_view> cells_;
    std::vector<std::size_t> begins_;
    std::deque<std::string> unescaped_;  // a deque, for its strings never move
    std::size_t columns_;
};

class scanner {
public:
    /// `text` is without its byte order mark and must outlive every chunk.
    scanner(std::string_view text, char separator, bool spaces);

    [[nodiscard]] bool at_end() const noexcept { return position_ >= end_; }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    /// Moves to the beginning of a record.
    void go_to(std::size_t position);
    /// The fields of one record, as copies, for the header.
    bad_record read(std::vector<std::string>& fields);
    /// Replaces the chunk's rows by the next ones. Records that cannot be rows go to `bad`.
    void fill(chunk& rows, std::vector<bad_record>& bad);

private:
    enum class mark : std::uint8_t { none, field_end, record_end };
    template <class Put>
    bad_record record(std::deque<std::string>& unescaped, Put put);
    bool quoted(std::deque<std::string>& unescaped, std::string_view& field, bad_record& bad);
    void resynchronize(const bad_record& bad);
    bool end_field();
    void skip_spaces();
    [[nodiscard]] std::size_t end_of_line(std::size_t from) const;

    std::string_view text_;
    std::size_t position_ = 0;
    std::size_t end_;
    std::size_t invalid_;  // first byte from position_ on that is not UTF-8
    char separator_;
    bool spaces_;
    bool quotes_span_lines_ = true;
    std::array<mark, 256> marks_{};
};

}  // namespace merit::csv
