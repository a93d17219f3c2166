// Classes of tokens, and what each kind of token leaves on the builder's stack.
#pragma once

#include "language/grammar_build.hpp"

namespace merit::language {

template <token_kind... Kinds>
bool is(token_kind kind) {
    return ((kind == Kinds) || ...);
}
inline bool is_relation(token_kind kind) {
    return kind >= token_kind::equal && kind <= token_kind::greater_equal;
}
inline bool is_arithmetic(token_kind kind) {
    return kind >= token_kind::plus && kind <= token_kind::caret;
}
inline bool is_constant(token_kind kind) {
    return (kind >= token_kind::number && kind <= token_kind::date) ||
           (kind >= token_kind::word_true && kind <= token_kind::word_blank);
}

inline void push_text(builder& in, const token& of) {
    in.push_text(of);
}
inline void push_spelling(builder& in, const token& of) {
    in.push_spelling(of);
}
inline void push_literal(builder& in, const token& of) {
    in.push_literal(of);
}
inline void push_word(builder& in, const token& of) {
    in.push_leaf(node_kind::word, of);
}
inline void push_doc(builder& in, const token& of) {
    in.push_leaf(node_kind::doc, of);
}
inline void push_label(builder& in, const token& of) {
    in.push_leaf(node_kind::label, of);
}
inline void push_unit(builder& in, const token& of) {
    in.push_leaf(node_kind::unit_name, of, static_cast<std::uint8_t>(of.unit));
}
template <item::role Role>
void note_unit(builder& in, const token& of) {
    in.push({Role, static_cast<std::uint8_t>(of.unit), false, 0, of.where});
}
inline void push_prefix(builder& in, const token& of) {
    const operation what =
        of.kind == token_kind::minus ? operation::negate : operation::logical_not;
    in.push({item::role::prefix, static_cast<std::uint8_t>(what), false, 0, of.where});
}
/// The kinds of signs stand in the order of their operations.
template <operation First, token_kind FirstKind>
void push_infix(builder& in, const token& of) {
    const int what =
        static_cast<int>(First) + static_cast<int>(of.kind) - static_cast<int>(FirstKind);
    in.push({item::role::infix, static_cast<std::uint8_t>(what), false, 0, of.where});
}
inline void push_connective(builder& in, const token& of) {
    const std::uint8_t what = of.kind == token_kind::word_or ? 1 : 0;
    in.push({item::role::infix, what, false, 0, of.where});
}

}  // namespace merit::language
