// How cells look to people: digits, units, display width. Shared by the reports of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "merit/frame.hpp"

namespace merit::report_text {

/// Columns that a text takes on a terminal; Chinese characters take two.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text on one line: control characters become spaces, direction overrides vanish.
[[nodiscard]] std::string one_line(std::string_view text);

/// The head of a column for people: its label, or its name where two columns share the label.
[[nodiscard]] std::string heading(const frame& what, std::size_t column);

/// True for numbers, durations and money outside group columns: they stand to the right.
[[nodiscard]] bool stands_right(const frame_column& column);

/// The cells of one column, with one number of decimals, thousands separators and the unit.
/// A blank is "–", a blank group "(blank)".
[[nodiscard]] std::vector<std::string> cell_texts(const frame& what, std::size_t column,
                                                  text_language in);

/// A unit as it stands behind a number: "天" of days.
[[nodiscard]] std::string_view unit_word(std::string_view unit, text_language in);

/// Half a sentence for the note below a table: "the divisor is 0".
[[nodiscard]] std::string_view explanation(reason why, text_language in);

}  // namespace merit::report_text
