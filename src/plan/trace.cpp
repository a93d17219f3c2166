// Follows the walk of a lowering again: what each (term, context) became is known by now.
#include "plan/trace.hpp"

#include <algorithm>
#include <utility>

#include "plan/rewrite.hpp"
#include "plan/tracing.hpp"

namespace merit::plan {

using language::op;
using language::term_id;

std::uint32_t tracing::term(term_id which, context_id in) {
    return place({which, walk_.key_context(which, in)}, walk_.contexts_.at(in).frame, early_);
}

/// Operands come behind what reads them, whatever the depth: a list, not the thread's stack.
void tracing::finish() {
    while (done_ < into_.terms.size()) {
        early_ = into_.terms[done_].early;
        expand(static_cast<std::uint32_t>(done_));
        ++done_;
    }
}

std::uint32_t tracing::place(const lowering::task& what, id frame, bool early) {
    const auto [known, fresh] = known_.try_emplace({what.term, what.in, frame},
                                                   static_cast<std::uint32_t>(into_.terms.size()));
    if (!fresh) return known->second;
    traced made;
    made.term = what.term;
    made.frame = frame;
    made.early = early || walk_.out.made.frames[frame].era != nothing;
    made.expression = walk_.lower(what);
    const op kind = walk_.program_.terms[what.term].kind;
    if (kind != op::constant && kind != op::parameter)
        made.column = column_position(walk_.out.made.frames[frame], made.expression);
    into_.terms.push_back(std::move(made));
    tasks_.push_back(what);
    return known->second;
}

void tracing::expand(std::uint32_t at) {
    const lowering::task what = tasks_[at];
    const id frame = into_.terms[at].frame;
    const language::term& term = walk_.program_.terms[what.term];
    std::vector<std::uint32_t> of;
    for (const lowering::task& operand : walk_.operands(what)) {
        const bool grouped = walk_.program_.terms[operand.term].at == language::level::group;
        of.push_back(
            place(operand, grouped ? walk_.contexts_.at(operand.in).frame : frame, early_));
    }
    into_.terms[at].of = std::move(of);
    if (term.type.kind == type_kind::money && term.type.currency[0] == 0) {
        const auto code = walk_.program_.currencies.find(what.term);
        if (code != walk_.program_.currencies.end() && term.at == language::level::group)
            into_.terms[at].currency = this->term(code->second, what.in);
    }
    // What a check of currencies passes on has the one that it found.
    const bool checked = term.kind == op::scalar && term.what == language::function::one_currency;
    if (checked && !into_.terms[at].of.empty())
        into_.terms[into_.terms[at].of.front()].currency = into_.terms[at].currency;
    if (term.kind == op::aggregate) aggregate(at, walk_.program_.aggregates[term.with], what.in);
    if (term.kind == op::attribute) attribute(at, term.with);
}

void tracing::aggregate(std::uint32_t at, const language::aggregate& from, context_id in) {
    const plan& made = walk_.out.made;
    const expression& value = made.expressions[into_.terms[at].expression];
    if (value.op != expression_op::finalize) return;
    into_.terms[at].cell = made.finals[value.with].cell;
    into_.terms[at].map = made.finals[value.with].map;
    if (from.amount != language::nothing) into_.terms[at].amount = term(from.amount, in);
    if (!from.per.empty()) return nested(at, from, in);
    const auto code = walk_.program_.currencies.find(from.argument);
    if (code != walk_.program_.currencies.end())
        into_.terms[at].row_currency =
            walk_.row(code->second, walk_.place_of_cell(into_.terms[at].cell));
    funnel(at, from);
    using origin = traced_filter::origin;
    for (language::table_id table = from.table;
         walk_.program_.tables[table].view_of != language::nothing;
         table = walk_.program_.tables[table].view_of) {
        const term_id kept = walk_.program_.tables[table].kept;
        if (kept != language::nothing) add_filters(at, origin::view, {kept});
    }
    for (const std::uint32_t filter : walk_.contexts_.at(in).filters)
        add_filters(at, origin_of(filter), walk_.contexts_.on({filter}, from.table));
    if (from.where != language::nothing) add_filters(at, origin::own, {from.where});
    for (const id one : std::vector(walk_.out.made.cells[into_.terms[at].cell].where)) {
        const std::vector<traced_filter>& told = into_.terms[at].filters;
        const bool known = std::any_of(told.begin(), told.end(), [one](const traced_filter& by) {
            return by.condition == one;
        });
        if (!known) into_.terms[at].filters.push_back({origin::other, language::nothing, one});
    }
}

/// Which rows the steps of each chain came to.
void tracing::funnel(std::uint32_t at, const language::aggregate& from) {
    for (const term_id one : {from.argument, from.second}) {
        if (one == language::nothing || walk_.program_.terms[one].kind != op::chain) continue;
        const id known = walk_.row(one, walk_.place_of_cell(into_.terms[at].cell));
        expression made = walk_.out.made.expressions[known];
        if (made.op != expression_op::chain) continue;  // it is carried to the shares of its rows
        const id chain = walk_.out.made.chain_values[made.with].chain;
        const auto steps = static_cast<std::uint32_t>(walk_.out.made.chains[chain].steps.size());
        made.type = {.kind = type_kind::int64};
        for (std::uint32_t step = 0; step < steps; ++step) {
            made.with = walk_.out.add(chain_value{chain_value::kind::row, chain, step});
            into_.terms[at].steps.push_back(walk_.out.add(made));
        }
        return;
    }
}

/// The filters of clauses are numbered like the changes; that of the request comes behind them.
traced_filter::origin tracing::origin_of(std::uint32_t filter) const {
    return filter < walk_.program_.changes.size() ? traced_filter::origin::around
                                                  : traced_filter::origin::request;
}

void tracing::add_filters(std::uint32_t at, traced_filter::origin from,
                          const std::vector<term_id>& all) {
    for (const term_id one : all)
        for (const term_id condition : conjuncts(walk_.program_, one))
            into_.terms[at].filters.push_back(
                {from, condition, walk_.row(condition, walk_.place_of_cell(into_.terms[at].cell))});
}

/// The conditions of a nested aggregate are columns of the frame of its entities.
void tracing::nested(std::uint32_t at, const language::aggregate& from, context_id in) {
    const auto known = walk_.nested_frames_.find(tasks_[at]);
    if (known == walk_.nested_frames_.end()) bug("a nested aggregate that was not lowered");
    const id frame = known->second;
    const context_id inner = walk_.nested_context(from, in, frame);
    into_.terms[at].inner = frame;
    using origin = traced_filter::origin;
    const auto keep = [&](origin of, term_id which, id condition) {
        const std::uint32_t column = column_position(walk_.out.made.frames[frame], condition);
        into_.terms[at].filters.push_back({of, which, nothing, column});
    };
    if (from.entity_home && from.table != language::nothing) {
        for (const std::uint32_t filter : walk_.contexts_.at(in).filters)
            for (const term_id one : walk_.contexts_.on({filter}, from.table))
                for (const term_id condition : conjuncts(walk_.program_, one))
                    keep(origin_of(filter), condition, walk_.of_home(from, inner, condition));
    }
    if (from.where != language::nothing)
        keep(origin::own, from.where, walk_.group(from.where, inner));
    if (from.matured)
        keep(origin::matured, language::nothing,
             walk_.ripe(from, walk_.program_.terms[tasks_[at].term], inner));
    const bool early = early_;
    early_ = early || walk_.out.made.frames[frame].era != nothing;
    const auto inside = [&](term_id which) {
        return which == language::nothing ? nothing : this->term(which, inner);
    };
    const std::uint32_t argument = inside(from.argument);
    const std::uint32_t second = inside(from.second);
    const std::uint32_t where = inside(from.where);
    const std::uint32_t placed = inside(from.entity_home ? from.placed_on : language::nothing);
    traced& made = into_.terms[at];
    made.argument = argument;
    made.second = second;
    made.where = where;
    made.placed = placed;
    early_ = early;
}

void tracing::attribute(std::uint32_t at, std::uint32_t which) {
    const id table = walk_.attribute_table(which);
    const id frame = walk_.out.made.tables[table].frame;
    into_.terms[at].inner = frame;
    const bool early = std::exchange(early_, true);
    const std::uint32_t value =
        term(walk_.program_.attributes[which].term, walk_.contexts_.bare(frame));
    into_.terms[at].argument = value;
    early_ = early;
}

}  // namespace merit::plan
