// Which cells share what in one pass over a table.
#include <algorithm>

#include "engine/scan.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

/// The base table below a source, and the conditions on the way.
id table_below(const plan::plan& in, id source, std::vector<conjunct>& found) {
    while (true) {
        const plan::source& one = in.sources[source];
        if (one.visible != nothing) found.push_back({one.visible, true, one.as_of});
        if (one.kept != nothing) found.push_back({one.kept, false});
        if (one.of == plan::source::relation::table) return one.which;
        source = one.which;
    }
}

template <class Item>
std::uint32_t place_of(std::vector<Item>& all, Item one) {
    const auto found = std::find(all.begin(), all.end(), one);
    if (found != all.end()) return static_cast<std::uint32_t>(found - all.begin());
    all.push_back(std::move(one));
    return static_cast<std::uint32_t>(all.size() - 1);
}

std::uint32_t grouping_of(const plan::cell& cell, scan_plan& into) {
    for (std::uint32_t i = 0; i < into.groupings.size(); ++i) {
        if (into.groupings[i].keys == cell.keys && into.groupings[i].grain == cell.grain &&
            into.groupings[i].at == cell.at)
            return i;
    }
    grouping made;
    made.keys = cell.keys;
    made.grain = cell.grain;
    made.at = cell.at;
    into.groupings.push_back(std::move(made));
    return static_cast<std::uint32_t>(into.groupings.size() - 1);
}

void add_cell(const environment& in, id which, scan_plan& into,
              const std::vector<conjunct>& of_source) {
    const plan::cell& cell = in.what.cells[which];
    filter made;
    made.axis = place_of(into.axes, cell.at);
    for (const conjunct& one : of_source) {
        // Without an instant every row is visible.
        if (one.visible && !in.as_of && one.as_of == nothing) continue;
        made.conjuncts.push_back(place_of(into.conjuncts, one));
    }
    for (const id one : cell.where)
        made.conjuncts.push_back(place_of(into.conjuncts, conjunct{one, false}));
    std::sort(made.conjuncts.begin(), made.conjuncts.end());
    made.conjuncts.erase(std::unique(made.conjuncts.begin(), made.conjuncts.end()),
                         made.conjuncts.end());
    scanned_cell cell_made;
    cell_made.cell = which;
    cell_made.filter = place_of(into.filters, std::move(made));
    cell_made.grouping = grouping_of(cell, into);
    into.cells.push_back(cell_made);
}

void learn_keys(const environment& in, const row_bindings& bound, scan_plan& scan,
                std::vector<key_domain>& domains) {
    for (grouping& one : scan.groupings) {
        for (std::uint32_t k = 0; k < one.keys.size(); ++k) {
            const auto domain = std::find_if(
                domains.begin(), domains.end(),
                [&](const key_domain& known) { return known.position == one.grain[k]; });
            one.domains.push_back(static_cast<std::uint32_t>(domain - domains.begin()));
            if (const dictionary* texts = bound.texts_of(in, one.keys[k]); texts != nullptr)
                domain->texts.learn(one.keys[k], *texts);
        }
    }
}

}  // namespace

std::vector<id> scan_roots(const plan::plan& in, std::span<const id> cells) {
    std::vector<id> out;
    const auto add = [&out](id one) {
        if (one != nothing) out.push_back(one);
    };
    for (const id which : cells) {
        const plan::cell& cell = in.cells[which];
        for (const id one : cell.where) add(one);
        for (const id one : cell.keys) add(one);
        for (const id one : {cell.argument, cell.order, cell.tie, cell.weight}) add(one);
        add(in.axes[cell.at].from);
        std::vector<conjunct> conditions;
        table_below(in, cell.on, conditions);
        for (const conjunct& one : conditions) add(one.condition);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<scan_plan> plan_scans(const environment& in, const row_bindings& bound,
                                  const plan::timeline& times, std::vector<key_domain>& domains,
                                  std::span<const id> cells, const limits& bounds) {
    std::vector<scan_plan> out;
    for (const id which : cells) {
        std::vector<conjunct> conditions;
        const id table = table_below(in.what, in.what.cells[which].on, conditions);
        auto scan = std::find_if(out.begin(), out.end(),
                                 [&](const scan_plan& one) { return one.table == table; });
        if (scan == out.end()) {
            out.emplace_back().table = table;
            scan = out.end() - 1;
        }
        add_cell(in, which, *scan, conditions);
    }
    for (scan_plan& scan : out) learn_keys(in, bound, scan, domains);
    // Every dictionary is known before numbers are given out, for they make a text's radix.
    for (scan_plan& scan : out) {
        for (std::uint32_t g = 0; g < scan.groupings.size(); ++g) {
            const auto sharing = static_cast<std::size_t>(
                std::count_if(scan.cells.begin(), scan.cells.end(),
                              [g](const scanned_cell& one) { return one.grouping == g; }));
            const std::size_t rows = in.tables[scan.table].rows();
            const std::size_t budget = std::min(std::max<std::size_t>(65'536, rows),
                                                bounds.groups / std::max<std::size_t>(sharing, 1));
            scan.groupings[g].panes = &times.axes[scan.groupings[g].at];
            choose_slots(scan.groupings[g], domains, budget);
        }
    }
    return out;
}

}  // namespace merit::engine
