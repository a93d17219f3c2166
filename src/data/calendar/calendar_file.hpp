// The lines of a calendar's file: fields between commas, by the names of its head line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "merit/result.hpp"

namespace merit::calendar {

/// A small table of texts. Quotes may hold commas; blank lines and lines that begin with # are
/// skipped.
struct calendar_file {
    struct line {
        std::size_t number;  ///< from 1
        std::vector<std::string> fields;
    };
    std::vector<std::string> head;  ///< lower case; empty when the first line holds a date
    std::vector<line> lines;

    [[nodiscard]] static calendar_file read(std::string_view text);
    /// Place of the first field with one of the names, or nothing.
    [[nodiscard]] std::optional<std::size_t> place(std::vector<std::string_view> names) const;
};

/// A day such as 2026-02-17 or 2026/2/17.
[[nodiscard]] std::optional<std::int32_t> read_day(std::string_view text);

/// E831 at a line of a calendar's file.
[[nodiscard]] error file_error(std::size_t line, std::string_view message, std::string_view help);

}  // namespace merit::calendar
