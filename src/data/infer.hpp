// What one cell of a text file can be, and what a column of such cells is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "merit/value.hpp"

namespace merit::csv {

/// What a cell is by itself, before its column is known.
enum class cell_class : std::uint8_t {
    blank,
    integer,
    decimal,
    exponent,
    not_finite,
    boolean,
    date,
    timestamp,
    text
};
inline constexpr std::size_t cell_classes = 9;

/// ASCII only, whatever the host's locale.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number as it is written: units · 10^(exponent − scale).
struct number {
    cell_class kind = cell_class::text;  ///< integer, decimal, exponent, not_finite, else text
    bool exact = true;                   ///< false: more digits than `units` can hold
    std::uint8_t digits = 0;             ///< before the point, leading zeros not counted
    std::uint8_t scale = 0;              ///< after the point
    std::int32_t exponent = 0;
    int128 units = 0;
};

/// How strictly a number must be written.
enum class spelling : std::uint8_t {
    plain,    ///< what inference takes for a number: no plus sign, no leading zeros ("007" is text)
    declared  ///< what a declared column takes: both are fine
};

[[nodiscard]] number read_number(std::string_view cell, spelling as);

/// The number without its exponent, when it is exact in 38 digits.
[[nodiscard]] std::optional<number> without_exponent(number from);

/// A date or a time as ISO 8601 writes it: 2026-03-31, 2026-03-31T09:30[:00[.000]][Z|+08:00].
struct moment {
    cell_class kind = cell_class::text;  ///< date, timestamp, else text
    bool cut = false;                    ///< digits beyond the microsecond were dropped
    std::int32_t days = 0;               ///< of the date as written
    std::int64_t local = 0;              ///< microseconds of the wall clock as written
    std::optional<std::int64_t> offset;  ///< microseconds, local − UTC
};

[[nodiscard]] moment read_moment(std::string_view cell);

/// true or false in any case.
[[nodiscard]] std::optional<bool> read_boolean(std::string_view cell);

/// The cell without spaces and tabs around it.
[[nodiscard]] std::string_view trimmed(std::string_view cell);

[[nodiscard]] std::int64_t power_of_ten(unsigned exponent);  ///< up to 18
[[nodiscard]] int128 wide_power_of_ten(unsigned exponent);   ///< up to 38

/// The form in which a column's cells are kept.
enum class form : std::uint8_t {
    none,
    boolean,
    int64,
    decimal,
    decimal128,
    float64,
    date,
    timestamp,
    duration,
    text
};

/// What was seen of a column so far; what kind of column that makes.
struct shape {
    std::array<std::uint64_t, cell_classes> cells{};
    std::uint8_t digits = 0;    ///< most digits before a point
    std::uint8_t scale = 0;     ///< most digits after a point
    bool beyond_int64 = false;  ///< a whole number outside int64
    bool beyond_exact = false;  ///< a number of more than 38 digits

    void see(const number& what);
    /// Classifies a trimmed cell that is not blank, and remembers it.
    cell_class see(std::string_view cell);
    /// The form that holds every cell seen without loss; none before the first cell.
    [[nodiscard]] form decide() const;
    /// The form that holds every number seen exactly; nothing when 38 digits are too few.
    [[nodiscard]] std::optional<form> decide_decimal() const;
    /// Whether more than blanks and "nan" was seen, which alone tell nothing.
    [[nodiscard]] bool tells() const;
    [[nodiscard]] std::uint64_t count(cell_class of) const {
        return cells[static_cast<std::size_t>(of)];
    }
};

}  // namespace merit::csv
