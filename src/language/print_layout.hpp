// Statements → lines: blocks, comments, blank lines.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/parse.hpp"
#include "language/print_pieces.hpp"

namespace merit::language {

/// An expression, clause, request or block item on one line.
[[nodiscard]] std::string print_flat(const tree& ast, node_id id);

[[nodiscard]] bool is_statement(node_kind kind);

/// What the tree does not hold: the author's text, for blank lines, and the comments in it.
struct original {
    std::string_view text;
    std::span<const comment> comments;
};

class layout {
public:
    layout(const tree& ast, original from) : ast_(ast), from_(from) {}

    /// The text of a file or of one statement, ended by a newline.
    [[nodiscard]] std::string text(node_id id);

private:
    void statement(const node& of);
    void prefix(const node& of);
    [[nodiscard]] std::string head(const node& of) const;
    void block(const node& of, std::string_view head, std::span<const node_id> items);
    [[nodiscard]] std::vector<std::string> item_lines(const node& of,
                                                      std::span<const node_id> items) const;
    [[nodiscard]] std::vector<std::string> aligned_parts(std::span<const node_id> items) const;

    void comments_before(std::uint32_t end, std::string_view indent);
    void trailing_comment(std::uint32_t end);
    void gap(std::uint32_t next);
    [[nodiscard]] bool comments_within(std::uint32_t begin, std::uint32_t end) const;
    void line(std::string_view indent, std::string_view text);

    const tree& ast_;
    original from_;
    std::size_t next_comment_ = 0;
    std::uint32_t last_ = 0;  ///< the end of what was printed last, in the author's text
    std::string out_;
};

}  // namespace merit::language
