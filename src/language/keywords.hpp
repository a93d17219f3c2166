// The words of the language: every keyword and unit in English and Chinese, and what a token can
// be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "merit/value.hpp"

namespace merit::language {

/// What a token is. The order matters: the groups below are ranges of it.
enum class token_kind : std::uint8_t {
    bad,  ///< a lexical mistake, already reported
    // symbols
    open_round,
    close_round,
    open_curly,
    close_curly,
    comma,
    colon,
    dot,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    plus,
    minus,
    star,
    slash,
    caret,
    // literals
    number,
    percent,
    money,
    duration,
    string,
    date,
    // what may stand before a statement
    doc,
    annotation,
    // names
    name,
    quoted_name,
    // keywords that are ordinary names where a name or an operand may stand
    word_end,
    word_start,
    word_date,
    word_period,
    word_previous,
    word_step,
    word_below,
    word_from,
    word_to,
    word_at,
    word_ago,
    word_for,
    word_trailing,
    word_prior,
    word_except,
    word_within,
    word_after,
    word_before,
    word_having,
    word_sort,
    word_down,
    // … those that begin a statement
    word_kpi,
    word_entity,
    word_table,
    word_targets,
    word_calendar,
    word_rates,
    word_column,
    word_scorecard,
    word_tiers,
    word_funnel,
    word_attribute,
    word_show,
    word_let,
    word_param,
    word_def,
    word_import,
    // … those that stand inside a scorecard's part, and so cannot begin one
    word_weight,
    word_floor,
    word_goal,
    word_missing,
    word_bands,
    // reserved keywords
    word_and,
    word_or,
    word_not,
    word_in,
    word_is,
    word_between,
    word_where,
    word_per,
    word_on,
    word_across,
    word_by,
    word_over,
    word_as,
    word_of,
    word_every,
    word_all,
    word_unfiltered,
    word_matured,
    word_true,
    word_false,
    word_blank,
    unit,
    end_of_text  ///< only in messages; the token vector does not hold it
};

inline constexpr std::size_t token_kinds = static_cast<std::size_t>(token_kind::end_of_text) + 1;

/// An identifier that is no keyword, or a name in [ ].
[[nodiscard]] constexpr bool is_plain(token_kind kind) {
    return kind == token_kind::name || kind == token_kind::quoted_name;
}
/// What may begin the path of a scorecard's part.
[[nodiscard]] constexpr bool is_part_name(token_kind kind) {
    return kind >= token_kind::name && kind <= token_kind::word_import;
}
/// What may be a name or an operand.
[[nodiscard]] constexpr bool is_name(token_kind kind) {
    return kind >= token_kind::name && kind <= token_kind::word_bands;
}
/// What may follow a dot or stand before a colon: every word.
[[nodiscard]] constexpr bool is_word(token_kind kind) {
    return kind >= token_kind::name && kind <= token_kind::unit;
}
[[nodiscard]] constexpr bool is_keyword(token_kind kind) {
    return kind >= token_kind::word_end && kind <= token_kind::word_blank;
}
[[nodiscard]] constexpr bool is_reserved(token_kind kind) {
    return kind >= token_kind::word_and && kind <= token_kind::unit;
}
[[nodiscard]] constexpr bool begins_statement(token_kind kind) {
    return kind >= token_kind::word_kpi && kind <= token_kind::word_import;
}

/// One token a word stands for: most words are one, `期末` is `at end`.
struct word_part {
    token_kind kind = token_kind::name;
    merit::unit unit = merit::unit::none;
};

/// A word of the pack: its spellings, and the tokens it stands for.
struct keyword {
    std::string_view english;  ///< empty for a Chinese spelling of several English words
    std::string_view chinese;  ///< empty for a second English spelling (plural units)
    word_part parts[4];        ///< the rest stays `name`
    std::uint8_t count = 1;
};

/// The one table of keywords and units, for the lexer, the printer and the reference.
[[nodiscard]] std::span<const keyword> keywords();

/// The table's row for a word as written (English in any case), or null.
[[nodiscard]] const keyword* find_keyword(std::string_view word);

/// The English spelling of a keyword's kind ("where"), empty for kinds without one.
[[nodiscard]] std::string_view spelling(token_kind kind);

/// The English singular of a unit: "day", "fiscal_month".
[[nodiscard]] std::string_view spelling(merit::unit unit);

/// For an unknown name such as `其中阶段`, the split that was probably meant: `其中 阶段`.
[[nodiscard]] std::optional<std::string> glue_hint(std::string_view name);

}  // namespace merit::language
