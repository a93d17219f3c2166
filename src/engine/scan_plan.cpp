// Which cells share what in one pass over a table.
#include <algorithm>
#include <map>
#include <tuple>

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

/// What the cells of one scan share, and where it stands; thousands of cells may share nothing.
struct sharing {
    scan_plan made;
    std::map<conjunct, std::uint32_t> conjuncts;
    std::map<id, std::uint32_t> axes;
    std::map<filter, std::uint32_t> filters;
    std::map<std::tuple<std::vector<id>, std::vector<std::uint32_t>, id>, std::uint32_t> groupings;
};

template <class Item>
std::uint32_t place_of(std::map<Item, std::uint32_t>& known, std::vector<Item>& all, Item one) {
    const auto [place, fresh] = known.try_emplace(one, static_cast<std::uint32_t>(all.size()));
    if (fresh) all.push_back(std::move(one));
    return place->second;
}

std::uint32_t grouping_of(const plan::cell& cell, sharing& into) {
    std::vector<grouping>& all = into.made.groupings;
    const auto [place, fresh] = into.groupings.try_emplace({cell.keys, cell.grain, cell.at},
                                                           static_cast<std::uint32_t>(all.size()));
    if (!fresh) return place->second;
    grouping made;
    made.keys = cell.keys;
    made.grain = cell.grain;
    made.at = cell.at;
    all.push_back(std::move(made));
    return place->second;
}

void add_cell(const environment& in, id which, sharing& into,
              const std::vector<conjunct>& of_source) {
    const plan::cell& cell = in.what.cells[which];
    filter made;
    made.axis = place_of(into.axes, into.made.axes, cell.at);
    for (const conjunct& one : of_source) {
        // Without an instant every row is visible.
        if (one.visible && !in.as_of && one.as_of == nothing) continue;
        made.conjuncts.push_back(place_of(into.conjuncts, into.made.conjuncts, one));
    }
    for (const id one : cell.where)
        made.conjuncts.push_back(
            place_of(into.conjuncts, into.made.conjuncts, conjunct{one, false}));
    std::sort(made.conjuncts.begin(), made.conjuncts.end());
    made.conjuncts.erase(std::unique(made.conjuncts.begin(), made.conjuncts.end()),
                         made.conjuncts.end());
    scanned_cell cell_made;
    cell_made.cell = which;
    cell_made.filter = place_of(into.filters, into.made.filters, std::move(made));
    cell_made.grouping = grouping_of(cell, into);
    into.made.cells.push_back(cell_made);
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
    std::vector<sharing> scans;
    for (const id which : cells) {
        std::vector<conjunct> conditions;
        const id table = table_below(in.what, in.what.cells[which].on, conditions);
        auto scan = std::find_if(scans.begin(), scans.end(),
                                 [&](const sharing& one) { return one.made.table == table; });
        if (scan == scans.end()) {
            scans.emplace_back().made.table = table;
            scan = scans.end() - 1;
        }
        add_cell(in, which, *scan, conditions);
    }
    std::vector<scan_plan> out;
    for (sharing& one : scans) out.push_back(std::move(one.made));
    for (scan_plan& scan : out) learn_keys(in, bound, scan, domains);
    // Every dictionary is known before numbers are given out, for they make a text's radix.
    for (scan_plan& scan : out) {
        std::vector<std::size_t> sharing(scan.groupings.size(), 0);
        for (const scanned_cell& one : scan.cells) ++sharing[one.grouping];
        for (std::uint32_t g = 0; g < scan.groupings.size(); ++g) {
            const std::size_t rows = in.tables[scan.table].rows();
            const std::size_t budget =
                std::min(std::max<std::size_t>(65'536, rows),
                         bounds.groups / std::max<std::size_t>(sharing[g], 1));
            scan.groupings[g].panes = &times.axes[scan.groupings[g].at];
            choose_slots(scan.groupings[g], domains, budget);
        }
    }
    return out;
}

}  // namespace merit::engine
