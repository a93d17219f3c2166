// CSV in: RFC 4180 and what spreadsheets make of it. Types are inferred over the whole file,
// reported, and can be set.
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
    std::vector<std::string>
        patterns;  ///< "M/D/YYYY H:MM", "YYYY-MM-DD"; the first that fits a cell wins
    bool use_offset =
        true;  ///< false: an offset in the text is read and dropped, the wall clock kept as UTC
};

struct csv_options {
    char separator = ',';
    bool spaces = false;  ///< fields are separated by runs of spaces and tabs
    bool header = true;   ///< false: columns are c1, c2, …
    std::string blank;    ///< a cell equal to this is blank, besides the empty one
    bool skip_bad_rows =
        false;  ///< skip rows that do not fit, and say how many, instead of failing
    std::map<std::string, csv_type, std::less<>> types;
    std::function<void(std::uint64_t rows, std::uint64_t bytes, std::uint64_t total_bytes)>
        progress;  ///< now and then
};

/// Reads a file (.gz too). E801 unreadable, E802 ragged row, E803 encoding, E804 duplicate header,
/// E805 a value that breaks its declared type, E806 an open quote; each names file, line, column
/// and value. The notes of the table say per column which type was inferred and how many cells each
/// pattern took.
[[nodiscard]] result<table> read_csv(const std::string& path, const csv_options& options = {});

/// The same over text in memory; `name` stands for the file in messages.
[[nodiscard]] result<table> read_csv_text(std::string_view text, const csv_options& options = {},
                                          std::string_view name = "text");

}  // namespace merit
