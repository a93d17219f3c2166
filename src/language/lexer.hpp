// text → tokens: one linear pass that finds all lexical mistakes at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/keywords.hpp"
#include "language/parse.hpp"
#include "merit/limits.hpp"

namespace merit::language {

/// 16 bytes. The text of a name, string or doc is read from the source when a node is made of it.
struct token {
    token_kind kind = token_kind::bad;
    merit::unit unit = merit::unit::none;  ///< of a unit token
    bool first_on_line = false;
    bool folded = false;  ///< the source spelling holds full-width characters to fold
    byte_range where;
    std::uint32_t value = 0;  ///< number, percent, money, duration: index into `lexed::values`
};

/// What the lexer makes of a source. A `bad` token stands where a mistake was reported.
struct lexed {
    std::vector<token> tokens;
    std::vector<value> values;
    std::vector<comment> comments;
    std::vector<diagnostic> errors;
};

[[nodiscard]] lexed lex(const source& from, const limits& within);

/// The text of a name, quoted name, string, date (without `@`), annotation or doc token.
[[nodiscard]] std::string text_of(std::string_view source, const token& of);

/// A range of the source with full-width punctuation and digits folded to ASCII.
[[nodiscard]] std::string fold_width(std::string_view text);

}  // namespace merit::language
