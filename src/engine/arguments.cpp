#include "engine/arguments.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace merit::engine {

using plan::expression;
using plan::expression_op;
using plan::id;
using plan::nothing;

namespace {

/// Arguments of the cells of each filter.
std::vector<std::vector<id>> roots_by_filter(const environment& in, const scan_plan& what,
                                             const std::vector<const column*>& stored) {
    std::vector<std::vector<id>> out(what.filters.size());
    for (std::size_t c = 0; c < what.cells.size(); ++c) {
        const plan::cell& cell = in.what.cells[what.cells[c].cell];
        const id argument = stored[c] == nullptr ? cell.argument : nothing;
        for (const id one : {argument, cell.order, cell.tie, cell.weight}) {
            if (one != nothing) out[what.cells[c].filter].push_back(one);
        }
    }
    return out;
}

/// What must be computed for some roots: no leaves, no constants.
std::set<id> steps_below(const environment& in, const row_leaves& leaves,
                         const std::vector<id>& roots) {
    std::set<id> out;
    std::vector<id> open = roots;
    while (!open.empty()) {
        const id next = open.back();
        open.pop_back();
        const expression& what = in.what.expressions[next];
        if (leaves.supplies(next) || what.of.empty() || !out.insert(next).second) continue;
        // The target of a look-up is a column by now.
        const std::size_t skip = what.op == expression_op::look_up ? 1 : 0;
        open.insert(open.end(), what.of.begin() + static_cast<std::ptrdiff_t>(skip), what.of.end());
    }
    return out;
}

}  // namespace

arguments::arguments(const environment& in, row_leaves& leaves, text_pool& texts,
                     const scan_plan& what, const std::vector<const column*>& stored,
                     std::size_t batch_rows)
    : leaves_(leaves), part_of_(what.filters.size(), 0), counting_(batch_rows) {
    std::iota(counting_.begin(), counting_.end(), 0U);
    const std::vector<std::vector<id>> roots = roots_by_filter(in, what, stored);
    std::vector<bool> alone(roots.size(), true);
    std::unordered_map<id, std::size_t> first_user;
    for (std::size_t filter = 0; filter < roots.size(); ++filter) {
        for (const id step : steps_below(in, leaves, roots[filter])) {
            const auto [user, fresh] = first_user.try_emplace(step, filter);
            if (!fresh) alone[filter] = alone[user->second] = false;
        }
    }
    std::vector<std::uint32_t> together;
    for (std::uint32_t filter = 0; filter < roots.size(); ++filter) {
        if (roots[filter].empty()) continue;
        if (alone[filter])
            add(in, texts, {filter}, roots);
        else
            together.push_back(filter);
    }
    if (!together.empty()) add(in, texts, std::move(together), roots);
}

void arguments::add(const environment& in, text_pool& texts, std::vector<std::uint32_t> filters,
                    const std::vector<std::vector<id>>& roots) {
    std::vector<id> all;
    for (const std::uint32_t filter : filters) {
        part_of_[filter] = parts_.size();
        all.insert(all.end(), roots[filter].begin(), roots[filter].end());
    }
    parts_.push_back({program(in, leaves_, all, texts), std::move(filters)});
}

void arguments::run(std::size_t first, std::size_t count, std::vector<selection>& kept) {
    for (part& one : parts_) {
        const bool wanted = std::any_of(one.filters.begin(), one.filters.end(),
                                        [&](std::uint32_t f) { return kept[f].count() != 0; });
        if (!wanted) continue;
        selection& rows = kept[one.filters.front()];
        // Moving rows together costs about as much as one more step on each of them.
        one.compact = one.filters.size() == 1 && rows.count() * 2 <= count;
        leaves_.select(one.compact ? rows.list() : nullptr);
        one.steps.run(first, one.compact ? rows.count() : count);
    }
    leaves_.select(nullptr);
}

const vector* arguments::at(std::size_t filter, id expression) const {
    return expression == nothing ? nullptr : &parts_[part_of_[filter]].steps.at(expression);
}

const std::uint32_t* arguments::places(std::size_t filter) const {
    if (parts_.empty() || !parts_[part_of_[filter]].compact) return nullptr;
    return counting_.data();
}

}  // namespace merit::engine
