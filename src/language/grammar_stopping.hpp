// Why a text could not be read on: the place, the tokens around it, and one attempt after another
// to tell what was meant. Attempts about requests are in grammar_stop_request.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "language/grammar_words.hpp"

namespace merit::language {

/// What one pattern of mistake has to say.
struct saying {
    const char* code = "E100";
    byte_range where;
    std::string message;
    std::string help;
};

/// The place where reading stopped, and the tokens around it.
class stopping {
public:
    stopping(const builder& in, const token* first, const token* last)
        : in_(in), first_(first), last_(last), at_(in.stopped().at) {
        if (at_ == nullptr || at_ > last) at_ = last;
    }

    [[nodiscard]] saying explain() const;

private:
    using attempt = std::optional<saying> (stopping::*)() const;

    [[nodiscard]] bool expected(token_kind kind) const {
        return in_.stopped().expected.test(static_cast<std::size_t>(kind));
    }
    [[nodiscard]] bool value_expected() const {
        return expected(token_kind::open_round) && expected(token_kind::number) &&
               expected(token_kind::name);
    }
    [[nodiscard]] bool name_expected() const { return expected(token_kind::name); }
    [[nodiscard]] token_kind here() const {
        return at_ == last_ ? token_kind::end_of_text : at_->kind;
    }
    [[nodiscard]] token_kind before() const {
        return at_ == first_ ? token_kind::end_of_text : at_[-1].kind;
    }
    [[nodiscard]] std::string_view text(const token* of) const { return in_.written(of->where); }
    [[nodiscard]] std::string_view text() const { return text(at_); }
    [[nodiscard]] std::string_view between(const token* from, const token* to) const {
        return in_.written({from->where.begin, to->where.end});
    }
    [[nodiscard]] const token* term_start() const;
    [[nodiscard]] const token* request_start() const;
    [[nodiscard]] const token* request_word(const token* from, int least) const;
    [[nodiscard]] const token* clause_end(const token* from) const;
    [[nodiscard]] const token* name_behind(const token* from, const token* to) const;
    [[nodiscard]] std::string words() const;

    [[nodiscard]] std::optional<saying> brackets() const;
    [[nodiscard]] std::optional<saying> end_of_text() const;
    [[nodiscard]] std::optional<saying> empty_brackets() const;
    [[nodiscard]] std::optional<saying> doc_inside() const;
    [[nodiscard]] std::optional<saying> comma_in_number() const;
    [[nodiscard]] std::optional<saying> unit_as_name() const;
    [[nodiscard]] std::optional<saying> reserved_name() const;
    [[nodiscard]] std::optional<saying> several_words() const;
    [[nodiscard]] std::optional<saying> foreign_operator() const;
    [[nodiscard]] std::optional<saying> not_inside() const;
    [[nodiscard]] std::optional<saying> after_clause() const;
    [[nodiscard]] std::optional<saying> clause_in_request() const;
    [[nodiscard]] std::optional<saying> request_order() const;
    [[nodiscard]] std::optional<saying> formula_as_grouping() const;
    [[nodiscard]] std::optional<saying> clause_elsewhere() const;
    [[nodiscard]] std::optional<saying> comparison_chain() const;
    [[nodiscard]] std::optional<saying> dimensions() const;
    [[nodiscard]] std::optional<saying> span_without_ago() const;
    [[nodiscard]] std::optional<saying> list_without_brackets() const;
    [[nodiscard]] std::optional<saying> side_by_side() const;
    [[nodiscard]] std::optional<saying> no_statement() const;
    [[nodiscard]] std::optional<saying> no_period() const;
    [[nodiscard]] std::optional<saying> period_in_formula() const;
    [[nodiscard]] std::optional<saying> foreign_clause() const;
    [[nodiscard]] std::optional<saying> window_in_words() const;
    [[nodiscard]] std::optional<saying> text_as_name() const;

    const builder& in_;
    const token* first_;
    const token* last_;
    const token* at_;
};

[[nodiscard]] inline bool is_infix(token_kind kind) {
    return is_relation(kind) || is_arithmetic(kind) || kind == token_kind::word_and ||
           kind == token_kind::word_or || kind == token_kind::word_in ||
           kind == token_kind::word_is || kind == token_kind::word_between;
}
[[nodiscard]] inline bool begins_clause(token_kind kind) {
    return kind == token_kind::word_where || kind == token_kind::word_per ||
           kind == token_kind::word_on || kind == token_kind::word_at ||
           kind == token_kind::word_across || kind == token_kind::word_by ||
           kind == token_kind::word_over || kind == token_kind::word_as ||
           kind == token_kind::word_unfiltered || kind == token_kind::word_matured ||
           kind == token_kind::word_previous;
}
[[nodiscard]] inline bool begins_value(token_kind kind) {
    return kind == token_kind::open_round ||
           (kind >= token_kind::number && kind <= token_kind::date) || is_name(kind) ||
           kind == token_kind::unit ||
           (kind >= token_kind::word_true && kind <= token_kind::word_blank);
}
[[nodiscard]] inline bool opens(token_kind kind) {
    return kind == token_kind::open_round || kind == token_kind::open_curly;
}
[[nodiscard]] inline bool closes(token_kind kind) {
    return kind == token_kind::close_round || kind == token_kind::close_curly;
}

[[nodiscard]] inline saying say(byte_range where, std::string message, std::string help,
                                const char* code = "E100") {
    return {code, where, std::move(message), std::move(help)};
}

}  // namespace merit::language
