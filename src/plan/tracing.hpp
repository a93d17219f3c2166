// The state of one trace over a lowering that is done.
#pragma once

#include <map>
#include <tuple>

#include "plan/lowering.hpp"
#include "plan/trace.hpp"

namespace merit::plan {

class tracing {
public:
    tracing(lowering& walk, trace& into) : walk_(walk), into_(into) {}

    /// Number of a term under a context, traced from now on.
    std::uint32_t term(language::term_id which, context_id in);
    /// Traces all that lies below.
    void finish();

private:
    std::uint32_t place(const lowering::task& what, id frame, bool early);
    void expand(std::uint32_t at);
    void aggregate(std::uint32_t at, const language::aggregate& from, context_id in);
    void nested(std::uint32_t at, const language::aggregate& from, context_id in);
    void attribute(std::uint32_t at, std::uint32_t which);
    void funnel(std::uint32_t at, const language::aggregate& from);
    [[nodiscard]] traced_filter::origin origin_of(std::uint32_t filter) const;
    void add_filters(std::uint32_t at, traced_filter::origin from,
                     const std::vector<language::term_id>& all);

    lowering& walk_;
    trace& into_;
    std::vector<lowering::task> tasks_;  ///< beside into_.terms
    std::map<std::tuple<language::term_id, context_id, id>, std::uint32_t> known_;
    std::size_t done_ = 0;  ///< terms whose operands are traced
    bool early_ = false;
};

}  // namespace merit::plan
