#include "engine/frame_rows.hpp"

#include <algorithm>
#include <numeric>

namespace merit::engine {

using plan::id;

frame_rows::frame_rows(const environment& in, const plan::frame& of, const plan::frame_times& when,
                       const scans& from, const std::vector<key_domain>& domains,
                       std::size_t most_rows)
    : in_(in),
      of_(of),
      when_(when),
      from_(from),
      domains_(domains),
      groups_([&] {
          for (std::uint32_t d = 0; d < domains.size(); ++d) {
              if (std::find(of.keys.begin(), of.keys.end(), domains[d].position) != of.keys.end())
                  kept_.push_back(d);
          }
          return kept_.size();
      }()),
      filled_(when.periods.size(), 0),
      most_rows_(most_rows) {
    if (of.along != plan::nothing) return;
    find_groups();
    list_rows();
    if (!too_large_) sort_rows();
    index_rows();
    decide();
}

void frame_rows::index_rows() {
    row_of_.clear();
    for (std::uint32_t i = 0; i < rows_.size(); ++i)
        row_of_.emplace(std::uint64_t{rows_[i].group} << 32 | rows_[i].period, i);
}

void frame_rows::take_groups(const frame_rows& finer, std::span<const std::uint32_t> periods) {
    std::vector<key_number> keys(kept_.size(), blank_key);
    for (const frame_row& row : finer.rows()) {
        if (periods[row.period] == no_row) continue;
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            const auto there = finer.domain_at(domain(k).position);
            keys[k] = there ? finer.key(row.group, *there) : blank_key;
        }
        add(keys, periods[row.period]);
    }
    sort_rows();
    index_rows();
}

std::uint32_t frame_rows::add(std::span<const key_number> keys, std::uint32_t period) {
    std::vector<key_number> key(keys.begin(), keys.end());
    key.push_back(0);
    const std::uint32_t group = groups_.slot_of(key.data());
    const std::uint64_t place = std::uint64_t{group} << 32 | period;
    const auto [known, fresh] =
        row_of_.try_emplace(place, static_cast<std::uint32_t>(rows_.size()));
    if (fresh) rows_.push_back({group, period});
    return known->second;
}

std::uint32_t frame_rows::find(std::span<const key_number> keys, std::uint32_t period) const {
    std::vector<key_number> key(keys.begin(), keys.end());
    key.push_back(0);
    const auto group = groups_.find(key.data());
    if (!group) return no_row;
    const auto known = row_of_.find(std::uint64_t{*group} << 32 | period);
    return known == row_of_.end() ? no_row : known->second;
}

std::vector<key_number> frame_rows::kept_keys(const key_number* keys) const {
    std::vector<key_number> kept(kept_.size() + 1, 0);
    for (std::size_t k = 0; k < kept_.size(); ++k) kept[k] = keys[kept_[k]];
    return kept;
}

std::uint32_t frame_rows::group_of(const key_number* keys) {
    const std::uint32_t group = groups_.slot_of(kept_keys(keys).data());
    if (group == always_.size()) {
        always_.push_back(0);
        seen_.resize(seen_.size() + when_.periods.size(), 0);
        exists_.resize(seen_.size(), 0);
    }
    return group;
}

void frame_rows::find_groups() {
    // Without keys there is one group, rows or not.
    if (kept_.empty()) always_[group_of(nullptr)] = 1;
    for (const plan::sighting& one : of_.seen) see(one, false);
    for (const plan::sighting& one : of_.population) see(one, true);
    for (const plan::sighting& one : of_.seen) note_unsure(one, false);
    for (const plan::sighting& one : of_.population) note_unsure(one, true);
}

void frame_rows::note_unsure(const plan::sighting& what, bool everywhere) {
    const cell_states& states = from_.states_of(what.cell);
    if (states.failures().empty()) return;
    const slot_directory& directory = from_.directory_of(what.cell);
    const std::vector<std::uint32_t>& domains =
        from_.plans[from_.cells[what.cell].scan].groupings[from_.grouping_of(what.cell)].domains;
    const auto of_pane = periods_of_panes(what);
    std::vector<key_number> read(domains.size(), blank_key);
    std::vector<key_number> keys(domains_.size(), blank_key);
    std::uint32_t pane = 0;
    for (const auto& [slot, failure] : states.failures()) {
        directory.read(slot, read.data(), pane);
        for (std::size_t k = 0; k < domains.size(); ++k) keys[domains[k]] = read[k];
        if (lacks_entity(keys) || pane >= of_pane.size() || of_pane[pane].empty()) continue;
        unsure_.push_back(
            {kept_keys(keys.data()), of_pane[pane], everywhere, failure.row, failure.origin});
    }
}

/// A row that nothing could decide matters where its group is not there without it.
void frame_rows::decide() {
    std::uint64_t first = 0;
    for (const unsure_row& one : unsure_) {
        const auto group = groups_.find(one.keys.data());
        const auto listed = [&](std::uint32_t period) {
            return row_of_.contains(std::uint64_t{*group} << 32 | period);
        };
        bool there = group.has_value();
        if (there && one.everywhere)
            there = std::any_of(rows_.begin(), rows_.end(),
                                [&](const frame_row& row) { return row.group == *group; });
        else if (there)
            there = std::all_of(one.periods.begin(), one.periods.end(), listed);
        if (there || (undecided_ != plan::nothing && first <= one.row)) continue;
        undecided_ = one.origin;
        first = one.row;
    }
}

/// The periods that a pane belongs to, by a map of the cell's axis.
std::vector<std::vector<std::uint32_t>> frame_rows::periods_of_panes(
    const plan::sighting& what) const {
    std::vector<std::vector<std::uint32_t>> out;
    const id axis = in_.what.cells[what.cell].at;
    const auto position = in_.what.axes[axis].position_of(what.map);
    if (!position) return out;
    const auto& runs = when_.runs[axis][*position];
    for (std::uint32_t p = 0; p < runs.size(); ++p) {
        for (std::uint32_t pane = runs[p].first; pane < runs[p].last; ++pane) {
            if (out.size() <= pane) out.resize(pane + 1);
            out[pane].push_back(p);
        }
        if (const std::uint32_t undated = runs[p].undated; undated != plan::nothing) {
            if (out.size() <= undated) out.resize(undated + 1);
            out[undated].push_back(p);
        }
    }
    return out;
}

/// A blank key is a group, but no entity.
bool frame_rows::lacks_entity(const std::vector<key_number>& keys) const {
    for (const std::uint32_t position : of_.needed) {
        for (std::size_t d = 0; d < domains_.size(); ++d)
            if (domains_[d].position == position && keys[d] == blank_key) return true;
    }
    return false;
}

void frame_rows::see(const plan::sighting& what, bool everywhere) {
    const cell_states& states = from_.states_of(what.cell);
    const slot_directory& directory = from_.directory_of(what.cell);
    const std::vector<std::uint32_t>& domains =
        from_.plans[from_.cells[what.cell].scan].groupings[from_.grouping_of(what.cell)].domains;
    const std::size_t periods = when_.periods.size();
    const auto of_pane = periods_of_panes(what);
    const bool own = in_.what.axes[in_.what.cells[what.cell].at].position_of(0).has_value();
    const auto unshifted = periods_of_panes({what.cell, 0});
    unshifted_ = unshifted_ || (own && !everywhere);
    std::vector<key_number> read(domains.size(), blank_key);
    std::vector<key_number> keys(domains_.size(), blank_key);
    std::uint32_t pane = 0;
    for (std::uint32_t slot = 0; slot < directory.slots(); ++slot) {
        if (states.rows_in(slot) == 0) continue;
        directory.read(slot, read.data(), pane);
        for (std::size_t k = 0; k < domains.size(); ++k) keys[domains[k]] = read[k];
        if (lacks_entity(keys)) continue;
        if (everywhere) {
            if (pane >= of_pane.size()) continue;
            const std::size_t at = group_of(keys.data()) * periods;
            for (const std::uint32_t p : of_pane[pane]) exists_[at + p] = 1;
            continue;
        }
        if (pane < unshifted.size())
            for (const std::uint32_t p : unshifted[pane]) filled_[p] = 1;
        if (pane >= of_pane.size()) continue;
        for (const std::uint32_t p : of_pane[pane]) seen_[group_of(keys.data()) * periods + p] = 1;
    }
}

void frame_rows::list_rows() {
    const std::vector<plan::period>& periods = when_.periods;
    const std::size_t groups = always_.size();
    std::size_t first = 0;
    std::size_t last = periods.size();
    const auto empty = [&](std::size_t p) {
        if (unshifted_) return filled_[p] == 0;
        for (std::size_t g = 0; g < groups; ++g) {
            if (seen_[g * periods.size() + p] != 0) return false;
        }
        return true;
    };
    if (when_.trim) {
        while (last > first && (periods[last - 1].blank || empty(last - 1))) --last;
        while (first < last && (periods[first].blank || empty(first))) ++first;
    }
    // The others are read for periods of those that are shown.
    const bool shown =
        &of_ == &in_.what.frames[in_.what.shown.shown] || of_.totals_of != plan::nothing;
    for (std::uint32_t g = 0; g < groups; ++g) {
        bool any = always_[g] != 0;
        for (std::size_t p = 0; p < periods.size(); ++p) {
            const std::size_t at = g * periods.size() + p;
            any = any || seen_[at] != 0;
            // Who exists in the range is there in all of it.
            if (p >= first && p < last && !periods[p].blank && exists_[at] != 0) always_[g] = 1;
        }
        for (std::uint32_t p = 0; p < periods.size(); ++p) {
            const bool seen = seen_[g * periods.size() + p] != 0;
            const bool inside = !periods[p].blank && p >= first && p < last;
            // What a shift or a window sees from outside of the range makes no period of it.
            if (shown && when_.trim && !inside && !periods[p].blank) continue;
            if (!seen && !(inside && ((of_.every_period && any) || always_[g] != 0))) continue;
            if (rows_.size() >= most_rows_) {
                too_large_ = true;
                return;
            }
            rows_.push_back({g, p});
        }
    }
}

std::optional<std::size_t> frame_rows::domain_at(std::uint32_t position) const {
    for (std::size_t k = 0; k < kept_.size(); ++k) {
        if (domains_[kept_[k]].position == position) return k;
    }
    return std::nullopt;
}

std::optional<std::size_t> frame_rows::unit_at(std::uint32_t position) const {
    std::size_t units = 0;
    for (const std::uint32_t key : of_.keys) {
        if (in_.what.grain[key].calendar_unit == unit::none) continue;
        if (key == position) return units;
        ++units;
    }
    return std::nullopt;
}

/// Place of each group by one of its keys; equal keys share it.
std::vector<std::uint32_t> frame_rows::ranks_of(std::size_t kept) const {
    const key_domain& of = domain(kept);
    std::vector<std::uint32_t> order(groups_.size());
    std::iota(order.begin(), order.end(), 0U);
    const bool text = of.type.kind == type_kind::text;
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const key_number x = key(a, kept);
        const key_number y = key(b, kept);
        if (!text || x == blank_key || y == blank_key) return x < y;
        return of.texts.at(static_cast<std::size_t>(x)) < of.texts.at(static_cast<std::size_t>(y));
    };
    std::sort(order.begin(), order.end(), before);
    std::vector<std::uint32_t> ranks(order.size(), 0);
    for (std::size_t i = 1; i < order.size(); ++i)
        ranks[order[i]] = ranks[order[i - 1]] + (before(order[i - 1], order[i]) ? 1 : 0);
    return ranks;
}

void frame_rows::sort_rows() {
    const std::vector<plan::period>& periods = when_.periods;
    // One number per row and key; periods that share a label of a coarser unit share a number.
    std::vector<std::vector<std::uint32_t>> ranks;
    std::vector<bool> of_group;
    for (const std::uint32_t position : of_.keys) {
        if (const auto kept = domain_at(position)) {
            ranks.push_back(ranks_of(*kept));
            of_group.push_back(true);
            continue;
        }
        std::vector<std::uint32_t> numbers(periods.size(), 0);
        const std::size_t unit = unit_at(position).value_or(0);
        for (std::size_t p = 1; p < periods.size(); ++p) {
            const bool same = periods[p].blank == periods[p - 1].blank &&
                              unit < periods[p].labels.size() &&
                              periods[p].labels[unit] == periods[p - 1].labels[unit];
            numbers[p] = numbers[p - 1] + (same ? 0 : 1);
        }
        ranks.push_back(std::move(numbers));
        of_group.push_back(false);
    }
    std::sort(rows_.begin(), rows_.end(), [&](const frame_row& a, const frame_row& b) {
        for (std::size_t k = 0; k < ranks.size(); ++k) {
            const std::uint32_t x = ranks[k][of_group[k] ? a.group : a.period];
            const std::uint32_t y = ranks[k][of_group[k] ? b.group : b.period];
            if (x != y) return x < y;
        }
        return a.period < b.period;
    });
}

const frame_rows::slot_index& frame_rows::index_of(id cell) {
    const std::pair key{from_.cells[cell].scan, from_.grouping_of(cell)};
    const auto [place, fresh] = indexes_.try_emplace(key);
    slot_index& out = place->second;
    if (!fresh) return out;
    const slot_directory& directory = from_.directory_of(cell);
    const std::vector<std::uint32_t>& domains =
        from_.plans[key.first].groupings[key.second].domains;
    std::vector<key_number> read(domains.size(), blank_key);
    std::vector<key_number> keys(domains_.size(), blank_key);
    std::vector<key_number> kept(kept_.size() + 1, 0);
    std::uint32_t pane = 0;
    std::vector<std::uint32_t> group_of(directory.slots(), no_row);
    std::vector<std::uint32_t> pane_of(directory.slots(), 0);
    out.begin.assign(groups_.size() + 1, 0);
    for (std::uint32_t slot = 0; slot < directory.slots(); ++slot) {
        directory.read(slot, read.data(), pane);
        for (std::size_t k = 0; k < domains.size(); ++k) keys[domains[k]] = read[k];
        for (std::size_t k = 0; k < kept_.size(); ++k) kept[k] = keys[kept_[k]];
        const auto group = groups_.find(kept.data());
        if (!group) continue;
        group_of[slot] = *group;
        pane_of[slot] = pane;
        ++out.begin[*group + 1];
    }
    std::partial_sum(out.begin.begin(), out.begin.end(), out.begin.begin());
    out.entries.resize(out.begin.back());
    std::vector<std::size_t> next(out.begin.begin(), out.begin.end() - 1);
    for (std::uint32_t slot = 0; slot < group_of.size(); ++slot) {
        if (group_of[slot] != no_row) out.entries[next[group_of[slot]]++] = {pane_of[slot], slot};
    }
    for (std::size_t g = 0; g + 1 < out.begin.size(); ++g) {
        std::sort(out.entries.begin() + static_cast<std::ptrdiff_t>(out.begin[g]),
                  out.entries.begin() + static_cast<std::ptrdiff_t>(out.begin[g + 1]),
                  [](const auto& a, const auto& b) {
                      return a.pane != b.pane ? a.pane < b.pane : a.slot < b.slot;
                  });
    }
    return out;
}

reason frame_rows::slots_of(id cell, id map, const frame_row& row,
                            std::vector<std::uint32_t>& out) {
    out.clear();
    const plan::cell& what = in_.what.cells[cell];
    const auto position = in_.what.axes[what.at].position_of(map);
    const auto& runs = when_.runs[what.at];
    if (!position || *position >= runs.size() || row.period >= runs[*position].size())
        return reason::none;
    const plan::axis_panes::run run = runs[*position][row.period];
    const slot_index& index = index_of(cell);
    if (row.group + 1 >= index.begin.size()) return run.flag;
    const auto end =
        index.entries.begin() + static_cast<std::ptrdiff_t>(index.begin[row.group + 1]);
    auto at = std::lower_bound(
        index.entries.begin() + static_cast<std::ptrdiff_t>(index.begin[row.group]), end, run.first,
        [](const slot_index::entry& entry, std::uint32_t pane) { return entry.pane < pane; });
    for (; at != end && at->pane < run.last; ++at) out.push_back(at->slot);
    for (; at != end && run.undated != plan::nothing; ++at)
        if (at->pane == run.undated) out.push_back(at->slot);
    return run.flag;
}

}  // namespace merit::engine
