// The lexer at work: a cursor over the text, and a small function for each kind of token.
#pragma once

#include <string>
#include <string_view>

#include "language/lexer.hpp"

namespace merit::language {

/// One character of the text: its code point and its length in bytes; not valid UTF-8 is one byte.
struct character {
    char32_t code = 0;
    std::uint32_t length = 0;
    bool valid = true;
};

[[nodiscard]] character decode(std::string_view text, std::size_t at);
[[nodiscard]] bool begins_name(char32_t code);
[[nodiscard]] bool continues_name(char32_t code);
/// Controls, bidirectional marks and characters without width: they make text look other than it
/// is.
[[nodiscard]] bool is_hidden(char32_t code);
/// Full-width punctuation and digits as the ASCII character they stand for, else the character.
[[nodiscard]] char32_t folded(char32_t code);

class scanner {
public:
    scanner(const source& from, const limits& within)
        : in_(from), text_(from.text), within_(within) {}

    lexed run();

private:
    // lexer.cpp
    void next();
    void comment_or_doc();
    void string_literal(std::uint32_t opening, char32_t closing);
    void quoted_name(std::uint32_t opening);
    void word();
    void keyword_or_name(byte_range where, std::string_view spelled, bool folded);
    bool split_trailing(byte_range where, std::string_view spelled);
    void symbol(character first);
    void annotation();
    void unknown(character first);
    bool check_name(byte_range where);

    // lexer_number.cpp
    void number();
    void number_suffix(byte_range digits, decimal_value amount);
    bool money_code(std::uint32_t digits_begin, decimal_value amount);
    bool glued_unit(byte_range digits, decimal_value amount, std::string_view rest);
    void duration_literal(byte_range where, decimal_value amount, std::string_view unit);
    void malformed_number(byte_range where, std::string_view digits, std::string_view letters);
    bool bare_date(std::uint32_t begin);
    static std::string likely_date(std::string_view written);
    void date();

    void push(token_kind kind, std::uint32_t begin, std::uint32_t end, bool folded = false,
              merit::unit unit = merit::unit::none);
    void push_value(token_kind kind, byte_range where, value what);
    void fail(const char* code, byte_range where, std::string message, std::string help = {});
    [[nodiscard]] char32_t peek_folded(std::uint32_t at, std::uint32_t* length = nullptr) const;
    [[nodiscard]] std::uint32_t name_end(std::uint32_t at, bool* folds) const;
    [[nodiscard]] std::string_view slice(std::uint32_t begin, std::uint32_t end) const {
        return text_.substr(begin, end - begin);
    }

    const source& in_;
    std::string_view text_;
    const limits& within_;
    std::uint32_t at_ = 0;
    bool line_begins_ = true;
    lexed out_;
};

}  // namespace merit::language
