// The state of one lowering: the program read, the plan built, and what each (term, context)
// became.
#pragma once

#include <unordered_map>
#include <vector>

#include "language/program.hpp"
#include "plan/builder.hpp"
#include "plan/context.hpp"

namespace merit::plan {

class lowering {
public:
    explicit lowering(const language::program& from);

    builder out;

    /// A group or constant term under a context, as an expression over the rows of a frame.
    id group(language::term_id term, context_id in) { return lower({term, key_context(term, in)}); }
    /// A row or constant term, as an expression over the rows of its table.
    id row(language::term_id term);

    /// The plan's table that holds the rows of a table or view.
    id table_of(language::table_id table);
    id source_of(language::table_id table);
    /// A column that plays a role (`time`, `order`, …) in a table or, for a view, in what it reads;
    /// or nothing.
    id role_of(language::table_id table, std::uint32_t language::table_info::*role);
    /// Rows of the entities of a table that exist: a time decides it only where there is a period.
    id existence_axis(language::table_id table);
    [[nodiscard]] bool has_unit() const { return has_unit_; }

    /// From now on aggregates reached do not make groups appear (`having` and `sort by` show
    /// nothing).
    void stop_showing() { showing_ = false; }
    [[nodiscard]] const std::vector<id>& seen() const { return seen_; }
    [[nodiscard]] bool looked_up(std::uint32_t reference) const { return looked_up_[reference]; }
    /// Number of a table in the plan, or nothing when nothing reads it.
    [[nodiscard]] id known_table(language::table_id table) const { return tables_[base_of(table)]; }

private:
    struct task {
        language::term_id term;
        context_id in;
        friend bool operator==(const task&, const task&) = default;
    };
    struct task_hash {
        std::size_t operator()(const task& one) const noexcept {
            return static_cast<std::size_t>((std::uint64_t{one.in} << 32 | one.term) *
                                            0x9e37'79b9'7f4a'7c15);
        }
    };

    context_id key_context(language::term_id term, context_id in) const;
    id lower(task what);
    std::vector<task> operands(const task& what);
    id build(const task& what);
    id build_look_up(const language::term& term);
    id build_peer(const language::term& term, id ranked);
    id build_aggregate(const language::term& term, context_id in);
    std::uint32_t rates_of(std::uint32_t rates);

    id column(language::table_id table, std::uint32_t which);
    language::table_id base_of(language::table_id table) const;
    cell start_cell(const language::aggregate& from, context_id in);
    void fill_state(cell& made, const language::aggregate& from);
    id axis_of(const language::aggregate& from);
    id order_of(const language::aggregate& from);

    const language::program& program_;
    contexts contexts_;
    std::unordered_map<task, id, task_hash> memo_;
    std::vector<id> tables_;       ///< beside program.tables
    std::vector<id> rates_;        ///< beside program.rates: of the plan
    std::vector<bool> looked_up_;  ///< beside program.references
    std::vector<id> seen_;
    bool showing_ = true;
    bool has_unit_ = false;
    bool has_period_ = false;
    bool ranged_ = false;
};

}  // namespace merit::plan
