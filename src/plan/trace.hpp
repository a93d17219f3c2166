// A plan, and where each group term of a request is in it: what explain shows beside the author's
// text. Every traced term is a column of its frame, so that a run has its value in every row.
#pragma once

#include <vector>

#include "language/program.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// A condition that keeps rows of a cell.
struct traced_filter {
    enum class origin : std::uint8_t {
        view,     ///< of the view that is read
        request,  ///< of the request
        around,   ///< of a `where` behind a term around the aggregate
        own,      ///< in the aggregate's brackets
        matured,  ///< entities that are old enough
        other     ///< of the term, without a text of its own
    } from = origin::own;
    language::term_id term = language::nothing;
    id condition = nothing;          ///< expression over the rows that the cell reads
    std::uint32_t column = nothing;  ///< in its place, of a nested aggregate: column of `inner`
};

/// A term in one place.
struct traced {
    language::term_id term = language::nothing;
    id frame = nothing;                ///< whose rows it has values in
    bool early = false;                ///< that frame is of an attribute: it looks at no period
    id expression = nothing;           ///< of the plan
    std::uint32_t column = nothing;    ///< of the frame; nothing: a constant or a parameter
    std::vector<std::uint32_t> of;     ///< beside term.of, as far as those are no row terms
    std::uint32_t currency = nothing;  ///< of money whose type does not say it: a text
    // aggregates
    id cell = nothing;
    id map = 0;
    std::vector<traced_filter> filters;  ///< in the order in which they are told
    std::uint32_t amount = nothing;      ///< percentile: p; top_share: top
    id row_currency = nothing;           ///< of money that has one a row: expression over the rows
    std::vector<id> steps;  ///< of a funnel: over its rows, which row each step came to
    // nested aggregates, and attributes, whose one value is `argument`
    id inner = nothing;  ///< the frame of the entities
    std::uint32_t argument = nothing, second = nothing, where = nothing, placed = nothing;
};

struct trace {
    std::vector<traced> terms;
    /// Number in `terms` by frame of the answer, the shown one and then its totals, and by column
    /// of the answer.
    std::vector<std::vector<std::uint32_t>> shown;
};

struct traced_plan {
    plan what;
    trace of;
};

/// The plan of the same answer: it shows the same rows with the same values as that of `lower`.
[[nodiscard]] traced_plan lower_traced(const language::program& from);

}  // namespace merit::plan
