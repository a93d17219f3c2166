// CSV in: RFC 4180 and what spreadsheets make of it.
// Types are inferred over the whole file, reported, and can be set.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "merit/table.hpp"

namespace merit {

/// A type set for one column, as the `table` statement writes it: text int decimal double bool
/// date(p, …) timestamp(p, …, offset: "use" | "ignore") duration(p).
struct csv_type {
    type_kind kind = type_kind::text;
    /// "M/D/YYYY H:MM", "YYYY-MM-DD"; the first that fits a cell wins. None: ISO 8601, and for a
    /// duration seconds. Of a duration: "H:MM:SS", "D H:MM", "M:SS.S".
    std::vector<std::string> patterns;
    /// false: an offset in the text is read and dropped, the wall clock kept as UTC.
    bool use_offset = true;
};

/// How a text is cut into cells, and what its columns are. The defaults read RFC 4180.
struct csv_options {
    char separator = ',';
    bool spaces = false;         ///< fields are separated by runs of spaces and tabs
    bool header = true;          ///< false: columns are c1, c2, …
    std::string blank;           ///< a cell equal to this is blank, besides the empty one
    bool skip_bad_rows = false;  ///< skip rows that do not fit, and say how many; do not fail
    std::map<std::string, csv_type, std::less<>> types;  ///< by column; the rest is inferred
    /// Called now and then, and at the end of the text, in the thread that reads.
    std::function<void(std::uint64_t rows, std::uint64_t bytes, std::uint64_t total_bytes)>
        progress;
};

/// Reads a file, unpacking gzip. The table owns its cells.
///
/// E801 unreadable, E802 ragged row, E803 encoding, E804 duplicate header, E805 a value that
/// breaks its declared type, E806 an open quote; each names file, line, column and value, and the
/// first few come together. E101: `types` names a column that the file lacks.
///
/// The notes of the table say which types were inferred (D104), how many cells each pattern took
/// (D105), how many cells were NaN or infinite (D102) or finer than a microsecond (D106), why a
/// column is text that may be meant as something else (D107, D110), and which rows were skipped
/// (D103).
///
/// A cell of spaces is blank where its column is not text; digits with a leading zero ("007") are
/// text; blank lines at the end of the file are no rows, a record of empty fields is one.
[[nodiscard]] result<table> read_csv(const std::string& path, const csv_options& options = {});

/// The same over text in memory, which may go once the call returns; `name` stands for the file in
/// messages.
[[nodiscard]] result<table> read_csv_text(std::string_view text, const csv_options& options = {},
                                          std::string_view name = "text");

}  // namespace merit
