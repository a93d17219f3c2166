// Words of spreadsheets, of SQL and of everyday Chinese that the language has another word for.
#pragma once

#include <string>
#include <string_view>

namespace merit::language {

/// What stands here for a word between values or clauses; empty for any other word.
[[nodiscard]] std::string_view instead_of_word(std::string_view word);

/// The window that `最近3个月`, written as one word, means: `近3个月`; empty for any other word.
[[nodiscard]] std::string window_meant(std::string_view word);

/// What stands here for a function; empty for any other name.
[[nodiscard]] std::string_view instead_of_function(std::string_view name);

/// The property of a table or calendar that a Chinese word means; empty for any other word.
[[nodiscard]] std::string_view property_meant(std::string_view word);

}  // namespace merit::language
