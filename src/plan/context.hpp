// The context under which a group term is evaluated. Clauses edit it; nothing else does.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "language/program.hpp"

namespace merit::plan {

using context_id = std::uint32_t;

/// What surrounds a term. Filters add up, so a set of them says all that matters: neither order nor
/// repetition does. Steps in time keep their order, the outermost first.
struct context {
    std::vector<std::uint32_t> filters;  ///< sorted; positions in contexts' list of filters
    std::vector<std::uint32_t> present;  ///< those that decide which groups appear: none is dropped
    std::vector<std::uint32_t> times;    ///< program.changes
    std::uint32_t frame = 0;             ///< of the plan: its rows are what the term has values of
    friend auto operator<=>(const context&, const context&) = default;
};

/// Thrown where a request reads its terms under more filters and windows than the limit: the walk
/// is deep there, and nothing is left to do.
struct too_many_contexts {};

/// Interned contexts of one lowering; equal contexts have equal ids, so (term, context) is a memo
/// key.
class contexts {
public:
    /// Holds at most so many.
    contexts(const language::program& from, std::size_t most);

    /// The context of the request, its filter included, over the rows of a frame.
    context_id outermost(std::uint32_t frame);
    /// No filter and no step, over the rows of a frame.
    context_id bare(std::uint32_t frame);
    /// The same over the rows of another frame.
    context_id over(context_id in, std::uint32_t frame);
    /// The same without filters.
    context_id unfiltered(context_id in);
    /// The same without windows and shifts; up to when rows are seen remains.
    context_id unstepped(context_id in);
    /// The context of pieces that some steps are cut into, from that of what they are pieces of,
    /// and the other way round: inside of pieces those steps are not taken again.
    context_id in_pieces(context_id in, const std::vector<std::uint32_t>& steps);
    context_id out_of_pieces(context_id in, const std::vector<std::uint32_t>& steps);
    /// The context inside a term that a clause changes; a regrouping changes the frame alone.
    context_id changed(context_id in, std::uint32_t change);

    [[nodiscard]] const context& at(context_id in) const { return all_[in]; }
    /// A window or a shift: without a period too, rows are placed by their time. An instant alone
    /// says which rows are seen.
    [[nodiscard]] bool moves(context_id in) const;
    /// Filters of a context as row terms of one table. A filter that cannot reach the table is a
    /// bug of check.
    [[nodiscard]] std::vector<language::term_id> on(const std::vector<std::uint32_t>& filters,
                                                    language::table_id table) const;

private:
    context_id intern(context what);
    /// A step in time other than the instant up to which rows are seen.
    [[nodiscard]] bool is_move(std::uint32_t step) const;

    const language::program& program_;
    std::size_t most_;
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
