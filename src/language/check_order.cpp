// Definitions by name, in the order in which they need each other. One that lacks another is put
// aside until that is done, on a list and not on the thread's stack: a chain may be any length.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"

namespace merit::language {

bool checker::is_done(const wanted& what) const {
    if (what.what == wanted::kind::tiers) return tier_tables_.contains(what.name);
    if (what.what == wanted::kind::scorecard) return scorecards_.contains(what.name);
    if (what.what == wanted::kind::funnel) return funnels_.contains(what.name);
    return done_.contains(what);
}

/// The way from a definition back to itself, its middle left out where it is long.
std::string checker::cycle_text(std::size_t from) const {
    constexpr std::size_t most = 8;
    std::vector<std::string> names;
    for (std::size_t i = from; i < pending_.size(); ++i) {
        const auto begun = begun_.find(pending_[i]);
        if (begun == begun_.end() || begun->second != i) continue;  // waits, needs nothing yet
        const wanted& one = pending_[i];
        if (one.what == wanted::kind::column)
            names.push_back(fmt::format("{}.{}", out_.tables[one.table].name, one.name));
        else if (one.what == wanted::kind::attribute)
            names.push_back(fmt::format("{}.{}", out_.entities[one.table].name, one.name));
        else
            names.push_back(one.name);
    }
    names.push_back(names.front());
    if (names.size() > most) {
        names[most / 2] = "…";
        names.erase(names.begin() + most / 2 + 1, names.end() - most / 2 + 1);
    }
    return fmt::format("`{}` needs itself: {}", names.front(), fmt::join(names, " -> "));
}

/// True when a definition is computed. Else its computation is still to come, and what is asked
/// now will be asked again; or it needs itself, which is said.
bool checker::ready(const scope& at, node_id id, const wanted& what) {
    if (is_done(what)) return true;
    if (const auto begun = begun_.find(what); begun != begun_.end()) {
        report(at, id, "E601", cycle_text(begun->second), "break the cycle");
        return false;
    }
    if (pending_.empty()) {
        complete(what);
        return true;
    }
    missing_.push_back(what);
    return false;
}

void checker::complete(const wanted& first) {
    const std::vector<std::string> calls = std::exchange(in_progress_, {});
    const bool silent = std::exchange(silent_, false);
    pending_.push_back(first);
    while (!pending_.empty()) {
        const wanted what = pending_.back();
        if (is_done(what)) {
            pending_.pop_back();
            continue;
        }
        begun_.emplace(what, pending_.size() - 1);
        const std::size_t told = told_elsewhere_;
        compute(what);
        if (missing_.empty())
            begun_.erase(what);
        else
            told_elsewhere_ = told;  // what is still to come is no trouble
        for (auto next = missing_.rbegin(); next != missing_.rend(); ++next)
            pending_.push_back(*next);
        missing_.clear();
    }
    in_progress_ = calls;
    silent_ = silent;
}

/// Computes a definition and keeps the result, unless something was missing for it.
void checker::compute(const wanted& what) {
    const auto keep = [&](term_id made) {
        if (missing_.empty()) done_[what] = made;
    };
    switch (what.what) {
        case wanted::kind::kpi: {
            const definition& one = in_.names.find(what.name)->second;
            const term_id made =
                expression({.document = one.document}, body_of(ast(one.document), one.node).back());
            if (made != nothing && get(made).at == level::row) return keep(nothing);
            return keep(defined(made, what.name, one.document, one.node));
        }
        case wanted::kind::constant:
            return keep(constant_definition(what.name));
        case wanted::kind::column: {
            const term_id made = computed_column(what.table, what.name);
            const column_definition& one = *column_definition_of(what.table, what.name);
            if (missing_.empty()) name_term(made, what.name, one.document, one.node);
            return keep(made);
        }
        case wanted::kind::attribute:
            return keep(attribute_definition(what.table, what.name));
        case wanted::kind::tiers:
            return tier_definition(what.name);
        case wanted::kind::scorecard:
            return scorecard_definition(what.name);
        case wanted::kind::funnel:
            return funnel_definition(what.name);
    }
}

void checker::name_term(term_id made, std::string name, std::uint32_t document, node_id statement) {
    if (made == nothing) return;
    const tree& a = ast(document);
    out_.names.push_back({made, std::move(name), label_of(a, statement),
                          annotation_of(a, statement, "unit"), doc_of(a, statement)});
}

/// The text of an argument where a definition uses it: read in the caller's scope, outside of the
/// calls that came since, so that f(f(1)) is no cycle.
term_id checker::argument_of(const closure& what, const scope& caller) {
    const auto first = in_progress_.begin() +
                       static_cast<std::ptrdiff_t>(std::min(what.calls, in_progress_.size()));
    const std::vector<std::string> inner(first, in_progress_.end());
    in_progress_.erase(first, in_progress_.end());
    const term_id out = expression(caller, what.node);
    in_progress_.insert(in_progress_.end(), inner.begin(), inner.end());
    return out;
}

/// Calls of definitions nest on the thread's stack, which ends; so this ends before it.
bool checker::too_deep(const scope& at, node_id id) {
    const std::ptrdiff_t used = stack_base_ - static_cast<const char*>(__builtin_frame_address(0));
    if (used <= 0 || static_cast<std::size_t>(used) <= in_.within.parser_stack_bytes) return false;
    report(at, id, "E704",
           fmt::format("formulas stand inside each other deeper than {} bytes of stack allow",
                       in_.within.parser_stack_bytes),
           "name the inner parts with kpi or let");
    return true;
}

}  // namespace merit::language
