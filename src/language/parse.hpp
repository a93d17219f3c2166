// text → tree. The one door of the front end: lexer, grammar and the bracket rule stand behind it.
//
// Codes that the front end gives:
//   E100 a word or sign that cannot stand here          E110 a clause after an operator, without
//   brackets E103 bytes or characters that no text may hold      E111 `per a, b` for `per a and b`
//   E104 a number, money or duration that is malformed  E112 `-2^2`, `a < b > c`, a date without
//   `@` E105 a bracket that is not closed, or closes nothing  E211 a clause in a place where it
//   means nothing E106 a string or quoted name that is not closed     E701 source bytes    E702
//   tokens     E703 nesting E107 a name that is not in composed form (NFC)      E704 parser stack
//   E705 steps E108 a date that does not exist                     E706 nodes           E707 depth
//   of the tree
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "language/ast.hpp"
#include "merit/limits.hpp"

namespace merit::language {

/// A text with a name, kept alive as long as anything points into it.
struct source {
    std::string name;  ///< shown in diagnostics; may be empty
    std::string text;
    std::vector<std::uint32_t> line_starts;  ///< byte offsets
};
using source_ptr = std::shared_ptr<const source>;

[[nodiscard]] source_ptr make_source(std::string name, std::string text);

/// Fills place and picture of a diagnostic that points into `in`.
[[nodiscard]] diagnostic locate(const source& in, severity level, std::string code,
                                byte_range where, std::string message, std::string help = {});

/// A `#` comment, kept for the printer.
struct comment {
    byte_range where;       ///< from `#` to the end of the line
    bool own_line = false;  ///< nothing but blanks stands before it on its line
};

enum class entry : std::uint8_t { file, formula, request };

struct parsed {
    source_ptr from;
    tree ast;
    std::vector<comment> comments;  ///< in source order
    std::vector<diagnostic>
        errors;  ///< in source order; when not empty, `ast` holds only the statements that parsed
    /// Names of the texts that it imports, by the paths that it writes; whoever reads them fills
    /// it.
    std::map<std::string, std::string, std::less<>> imports;
};

/// Parses a whole file, one formula (a leading "=" is allowed), or what `show` takes. Never throws
/// on bad input.
[[nodiscard]] parsed parse(source_ptr from, entry what, const limits& within);

/// Canonical text of a tree: English keywords, one statement a block, comments and docs kept.
/// parse(print(t)) equals t.
[[nodiscard]] std::string print(const parsed& what);

/// Canonical text of one node, for repairs and reports.
[[nodiscard]] std::string print(const tree& ast, node_id id);

}  // namespace merit::language
