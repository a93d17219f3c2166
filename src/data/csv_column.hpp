// Turns the cells of one CSV column into a column: guesses its type, or obeys the declared one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/column_maker.hpp"
#include "data/csv_declared.hpp"
#include "data/csv_scanner.hpp"
#include "data/dictionary_builder.hpp"
#include "data/infer.hpp"

namespace merit::csv {

/// The cell that made text of a column which had looked like something else.
struct surprise {
    form before = form::none;  ///< what the cells before it were
    std::size_t row = 0;
    std::size_t begin = 0;  ///< byte where its record begins
    std::string cell;
};

/// Reads a column in one pass when the first cells show its type, as they mostly do. A later cell
/// that does not fit ends the parsing; the rest is only classified, and a second pass over the
/// file parses the column as the type that holds every cell.
class column_reader {
public:
    /// `declared` is null when the type is to be inferred; else it must outlive the reader.
    column_reader(const declared_type* declared, std::string_view blank_marker);

    /// Declared and not text: some cells may not fit.
    [[nodiscard]] bool can_refuse() const;
    [[nodiscard]] const declared_type* declared() const noexcept { return declared_; }

    /// The cells of a chunk, in either pass. Rows that break the declared type are added to `bad`,
    /// ascending.
    void take(const chunk& rows, std::size_t column, std::vector<std::size_t>& bad);
    /// Forgets what the last take() did. Only where can_refuse().
    void undo();

    /// After the first pass: whether it has to be read again.
    [[nodiscard]] bool unfinished() const;
    /// Forgets the cells, keeps what was learnt; then the second pass follows.
    void restart();
    void reserve(std::size_t rows);
    [[nodiscard]] column finish();

    [[nodiscard]] std::size_t not_finite() const noexcept { return now_.not_finite; }
    /// Cells with digits beyond the microsecond, which were cut.
    [[nodiscard]] std::size_t cut() const noexcept { return now_.cut; }
    /// Timestamps written with an offset, and without.
    [[nodiscard]] std::size_t with_offset() const noexcept { return now_.with_offset; }
    [[nodiscard]] std::size_t without_offset() const noexcept { return now_.without_offset; }
    /// Cells per declared pattern.
    [[nodiscard]] const std::vector<std::size_t>& pattern_cells() const noexcept {
        return now_.pattern_cells;
    }
    /// Whether a cell was seen that is not blank.
    [[nodiscard]] bool tells_type() const { return now_.seen.decide() != form::none; }
    [[nodiscard]] const std::optional<surprise>& surprised() const noexcept { return surprise_; }

private:
    enum class verdict : std::uint8_t { fits, blank, not_finite, refused, wider };

    /// What a chunk changes besides the cells; small, so that it can be put back.
    struct progress {
        bool parsing = true;  ///< false: classifying only, since a cell did not fit
        form kept_as = form::none;
        std::uint8_t scale = 0;
        std::size_t rows = 0;
        std::size_t not_finite = 0;
        std::size_t cut = 0;
        std::size_t with_offset = 0;
        std::size_t without_offset = 0;
        std::vector<std::size_t> pattern_cells;
        shape seen;
    };
    template <class Cell, class Read>
    std::size_t parse_as(std::vector<Cell>& into, std::span<const std::string_view> cells,
                         std::size_t from, std::vector<std::size_t>& bad, Read read);
    std::size_t parse(std::span<const std::string_view> cells, std::size_t from,
                      std::vector<std::size_t>& bad);
    void parse_text(std::span<const std::string_view> cells);
    void classify(const chunk& rows, std::span<const std::string_view> cells, std::size_t from,
                  std::vector<std::size_t>& bad);
    void take_first(const chunk& rows, std::span<const std::string_view> cells,
                    std::vector<std::size_t>& bad);
    void open(form kind);
    void truncate(std::size_t rows);
    [[nodiscard]] form decided() const;
    [[nodiscard]] bool is_blank(std::string_view cell) const;

    bool see_decimal(std::string_view cell);
    verdict read_bool(std::string_view cell, std::uint8_t& out);
    verdict read_int(std::string_view cell, std::int64_t& out);
    verdict read_decimal(std::string_view cell, std::int64_t& out);
    verdict read_decimal128(std::string_view cell, int128& out);
    verdict read_double(std::string_view cell, double& out);
    verdict read_date(std::string_view cell, std::int32_t& out);
    verdict read_timestamp(std::string_view cell, std::int64_t& out);
    verdict read_declared(std::string_view cell, std::int64_t& out);
    verdict read_exact(std::string_view cell, number& what, unsigned most);
    [[nodiscard]] spelling spelling_asked() const {
        return declared_ == nullptr ? spelling::plain : spelling::declared;
    }
    [[nodiscard]] verdict misfit() const {
        return declared_ == nullptr ? verdict::wider : verdict::refused;
    }

    const declared_type* declared_;
    std::string blank_marker_;
    progress now_;
    progress before_;
    bool text_lost_ = false;  ///< cells were taken for blank that a column of text keeps
    std::optional<surprise> surprise_;

    validity_bits validity_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::int32_t> days_;
    std::vector<std::int64_t> words_;
    std::vector<int128> wide_;
    std::vector<double> doubles_;
    std::vector<std::uint32_t> codes_;
    dictionary_builder texts_;
};

}  // namespace merit::csv
