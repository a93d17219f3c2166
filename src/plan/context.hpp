// The context under which a group term is evaluated. Clauses edit it; nothing else does.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "language/program.hpp"

namespace merit::plan {

using context_id = std::uint32_t;

/// What surrounds a term. Filters add up, so a set of them says all that matters: neither order nor
/// repetition does.
struct context {
    std::vector<std::uint32_t> filters;  ///< sorted; positions in contexts' list of filters
    friend auto operator<=>(const context&, const context&) = default;
};

/// Interned contexts of one lowering; equal contexts have equal ids, so (term, context) is a memo
/// key.
class contexts {
public:
    /// The context of the request: its filter, if it has one.
    explicit contexts(const language::program& from);

    static constexpr context_id outermost = 0;
    /// The context inside a changed term.
    context_id changed(context_id in, std::uint32_t change);
    /// The filters of a context as row terms of one table. A filter that cannot reach the table is
    /// a bug of check.
    [[nodiscard]] std::vector<language::term_id> on(context_id in, language::table_id table) const;

private:
    context_id intern(context what);

    const language::program& program_;
    std::vector<const std::vector<language::on_table>*>
        filters_;  ///< one a change, then the request's
    std::vector<context> all_;
    std::map<context, context_id> known_;
};

/// The row terms that a resolved list holds for a table; a view without its own takes those of the
/// rows it reads.
[[nodiscard]] std::vector<language::term_id> resolved_on(
    const language::program& in, const std::vector<language::on_table>& list,
    language::table_id table);

}  // namespace merit::plan
