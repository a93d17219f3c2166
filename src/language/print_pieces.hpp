// One node → the pieces of its canonical text: words, and the nodes between them.
#pragma once

#include <string>
#include <vector>

#include "language/ast.hpp"

namespace merit::language {

/// A word to print, or a node whose text stands there.
struct piece {
    std::string text;
    node_id id = 0;
    bool is_node = false;

    piece(std::string_view word) : text(word) {}
    piece(const char* word) : text(word) {}
    piece(std::string word) : text(std::move(word)) {}
    piece(node_id of) : id(of), is_node(true) {}
};
using pieces = std::vector<piece>;

/// The pieces of an expression, clause, argument, request or the head of a statement.
[[nodiscard]] pieces pieces_of(const tree& ast, const node& of);

/// "60%", "200000 CNY", "24h", "3 months", "\"won\"": the text of a value as the language writes
/// it.
[[nodiscard]] std::string written_literal(const value& what, bool percent);

/// `name`, or `[name]` for a name that was quoted.
[[nodiscard]] std::string written_name(std::string_view text, bool quoted);

}  // namespace merit::language
