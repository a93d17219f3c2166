// The words of the CSV reader: its errors and its notes, with lines, columns and values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/csv_column.hpp"
#include "data/csv_scanner.hpp"
#include "merit/diagnostic.hpp"

namespace merit::csv {

/// The text that is read and what is known of it.
struct source {
    std::string_view name;
    std::string_view text;
    std::size_t skipped = 0;  ///< bytes of the byte order mark before `text`
    std::vector<std::string> headers;
    bool headed = true;  ///< the file has a header
    char separator = ',';
};

/// 1-based line and column (in code points) of a byte.
struct place {
    std::uint32_t line;
    std::uint32_t column;
};
[[nodiscard]] place place_of(std::string_view text, std::size_t at);

/// A value as messages show it: quoted, on one line, not too long.
[[nodiscard]] std::string shown(std::string_view value);

[[nodiscard]] diagnostic unreadable(std::string_view name, std::string_view why,
                                    std::string_view help);
[[nodiscard]] diagnostic bad_record_error(const source& from, const bad_record& bad);
[[nodiscard]] diagnostic duplicate_header(const source& from, std::size_t first,
                                          std::size_t second);
/// E101: a type is declared for a column that is not there.
[[nodiscard]] diagnostic no_column(const source& from, std::string_view name);
/// A cell that breaks its declared type. `cell` may lie outside the text when it was unescaped.
[[nodiscard]] diagnostic bad_cell(const source& from, std::size_t column,
                                  const declared_type& declared, std::string_view cell,
                                  std::size_t record_begin);

/// What the readers have to say when all rows are in.
[[nodiscard]] std::vector<diagnostic> notes_of(const source& from,
                                               const std::vector<column_reader>& readers,
                                               const std::vector<column>& columns);
/// D103. `examples` are the first faults.
[[nodiscard]] diagnostic skipped_note(const source& from, std::size_t rows,
                                      const std::vector<diagnostic>& examples);

}  // namespace merit::csv
