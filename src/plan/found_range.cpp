#include "plan/found_range.hpp"

#include <algorithm>

#include "plan/expression_walk.hpp"
#include "plan/pieces.hpp"

namespace merit::plan {

using calendar::interval;

namespace {

/// Do the rows of a cell all lie among those of another?
bool is_part(const cell& one, const cell& of) {
    return one.on == of.on && one.at == of.at &&
           std::includes(one.where.begin(), one.where.end(), of.where.begin(), of.where.end());
}

}  // namespace

bool stays(const interval_map& map) {
    return std::all_of(map.steps.begin(), map.steps.end(),
                       [](const map_step& step) { return step.what == map_step::kind::as_of; });
}

bool reads_period(const expression& one) {
    return one.op == expression_op::period_start || one.op == expression_op::period_end ||
           one.op == expression_op::covered_end || one.op == expression_op::covered_start;
}

std::vector<bool> maps_of(const plan& what, id era, bool pieces) {
    std::vector<bool> read(what.maps.size(), false);
    expression_walk walk(what);
    for (const frame& one : what.frames) {
        if (one.era != era) continue;
        const bool cut = one.pieces_of != nothing;
        if (cut && (pieces || what.frames[one.pieces_of].piece == unit::none ||
                    what.frames[one.pieces_of].era == one.pieces_of))
            read[one.piece_map] = true;
        if (cut && !pieces) continue;
        for (const sighting& there : one.seen) read[there.map] = true;
        for (const sighting& there : one.population) read[there.map] = true;
        walk.add(one.columns);
    }
    while (const expression* one = walk.next()) {
        if (one->op == expression_op::finalize) read[what.finals[one->with].map] = true;
        if (reads_period(*one) && one->with != nothing) read[one->with] = true;
    }
    return read;
}

interval found_range(const plan& what, const std::vector<bool>& among,
                     std::span<const axis_extent> extents, std::optional<std::int64_t> cut) {
    for (const bool identity : {true, false}) {
        interval range{end_of_time, beginning_of_time};
        for (std::size_t i = 0; i < what.axes.size() && i < extents.size(); ++i) {
            if (!in_time(what.axes[i]) || !among[i]) continue;
            if (reads_identity(what.axes[i]) != identity || !extents[i].any) continue;
            if (extents[i].high < extents[i].low) continue;  // none is seen yet
            range.from = std::min(range.from, extents[i].low);
            const std::int64_t end = extents[i].high + 1;
            const bool ends = cut && !what.axes[i].planned;
            range.to = std::max(range.to, ends ? std::min(end, *cut) : end);
        }
        if (range.from < range.to) return range;
    }
    return {0, 0};
}

interval whole_units(const period_rule& rule, interval found, const calendar::calendar& in) {
    if (found.from >= found.to) return found;
    return {in.start_of(rule.of, found.from),
            in.add_units(rule.of, in.start_of(rule.of, found.to - 1), 1)};
}

void keep_around(const interval& rows, std::vector<period>& periods) {
    std::erase_if(periods, [&](const period& one) {
        return !one.blank && !one.labels.empty() &&
               (one.nominal.to <= rows.from || one.nominal.from >= rows.to);
    });
}

bool looks_beyond_rows(const plan& what, std::span<const range_rows> shown) {
    const std::vector<bool> read = maps_of(what, nothing, true);
    for (id m = 0; m < read.size(); ++m)
        if (read[m] && !stays(what.maps[m])) return true;
    for (id one = 0; one < what.cells.size(); ++one) {
        const axis& at = what.axes[what.cells[one].at];
        if (what.early[one] || !in_time(at) || at.era != nothing) continue;
        if (std::none_of(shown.begin(), shown.end(), [&](const range_rows& other) {
                return is_part(what.cells[one], what.cells[other.cell]);
            }))
            return true;
    }
    return std::any_of(what.frames.begin(), what.frames.end(),
                       [](const frame& one) {
                           return one.era == nothing &&
                                  (one.pieces_of != nothing || !one.population.empty());
                       }) ||
           std::any_of(what.axes.begin(), what.axes.end(),
                       [](const axis& one) { return one.era == nothing && one.existence; }) ||
           std::any_of(what.expressions.begin(), what.expressions.end(), reads_period);
}

std::vector<range_rows> rows_of_range(const plan& what) {
    std::vector<range_rows> out;
    std::vector<id> frames{what.shown.shown};
    for (std::size_t next = 0; next < frames.size(); ++next) {
        for (const sighting& one : what.frames[frames[next]].seen) {
            const axis& at = what.axes[what.cells[one.cell].at];
            const bool own = frames[next] == what.shown.shown && stays(what.maps[one.map]);
            if (in_time(at) && !at.existence && at.era == nothing) {
                const auto known = std::ranges::find(out, one.cell, &range_rows::cell);
                if (known == out.end())
                    out.push_back({one.cell, own});
                else
                    known->undated = known->undated || own;
            }
            if (at.how != axis::placement::held) continue;
            // Pieces of rows, whether these name an entity or not.
            const id below = what.tables[what.expressions[at.from].over].frame;
            if (what.frames[below].needed.empty()) frames.push_back(below);
        }
    }
    return out;
}

}  // namespace merit::plan
