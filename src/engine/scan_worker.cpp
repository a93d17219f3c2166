#include "engine/scan_worker.hpp"

#include <algorithm>

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

std::vector<id> time_roots(const environment& in, const scan_plan& what) {
    std::vector<id> out;
    for (const id axis : what.axes) {
        if (in.what.axes[axis].from != nothing) out.push_back(in.what.axes[axis].from);
    }
    return out;
}

/// The column of 64-bit numbers that a cell adds up; nullptr when its argument is something else.
const column* stored_argument(const environment& in, const row_bindings& bound,
                              const plan::cell& cell) {
    if (cell.state != plan::state_kind::sum || cell.weight != nothing) return nullptr;
    const bound_expression& from = bound.at(cell.argument);
    if (from.how != bound_expression::way::column) return nullptr;
    const column& numbers = in.tables[from.table].at(from.column);
    return numbers.storage() == storage::int64 ? &numbers : nullptr;
}

bool has_row(const row_word* words, std::size_t row) {
    return (words[row / word_rows] >> row % word_rows & 1) != 0;
}

}  // namespace

scan_worker::scan_worker(const environment& in, const row_bindings& bound,
                         const plan::timeline& times, const std::vector<key_domain>& domains,
                         const scan_plan& what, const scan_settings& with)
    : in_(in),
      what_(what),
      with_(with),
      batch_rows_(std::min(with.batch_rows, zone_map::block_rows)),
      leaves_(in, bound),
      tests_(in, bound, leaves_, texts_, what.conjuncts),
      times_(in, leaves_, time_roots(in, what), texts_),
      panes_(what.axes.size(), std::vector<std::uint32_t>(batch_rows_)),
      in_panes_(what.axes.size(), std::vector<row_word>(words_for(batch_rows_))),
      lost_times_(what.axes.size()),
      kept_(what.filters.size()),
      undecided_(what.filters.size()),
      slots_(what.groupings.size()),
      keys_(
          in, leaves_,
          [&] {
              std::vector<id> roots;
              for (std::size_t g = 0; g < slots_.size(); ++g) {
                  const grouping& of = what.groupings[g];
                  slots_[g].codes = code_slots::make(in, bound, of, domains);
                  if (slots_[g].codes) continue;
                  roots.insert(roots.end(), of.keys.begin(), of.keys.end());
              }
              return roots;
          }(),
          texts_),
      wanted_(words_for(batch_rows_)),
      bytes_(batch_rows_) {
    for (const id axis : what.axes)
        axes_.emplace_back(in, bound, in.what.axes[axis], times.axes[axis]);
    for (const grouping& one : what.groupings) result_.directories.emplace_back(one, domains);
    for (row_slots& one : slots_) one.slots.resize(batch_rows_);
    for (const scanned_cell& one : what.cells) add_cell(bound, one);
    arguments_.emplace(in, leaves_, texts_, what, stored_, batch_rows_);
}

void scan_worker::add_cell(const row_bindings& bound, const scanned_cell& one) {
    const plan::cell& cell = in_.what.cells[one.cell];
    slots_[one.grouping].axis = what_.filters[one.filter].axis;
    result_.states.emplace_back(in_.what, cell);
    result_.states.back().resize(result_.directories[one.grouping].slots());
    const column* numbers = stored_argument(in_, bound, cell);
    if (numbers != nullptr) {
        const zone_map& zones = numbers->zones();
        if (!result_.states.back().take_stored(zones.low, zones.high)) numbers = nullptr;
    }
    stored_.push_back(numbers);
}

void scan_worker::read_block(std::size_t first, std::size_t count) {
    bool any = false;
    for (pane_reader& axis : axes_) {
        axis.enter(first, count);
        any = any || axis.whole_block() != no_pane;
    }
    if (!any) return;
    tests_.enter(first);
    for (std::size_t done = 0; done < count; done += batch_rows_)
        read_batch(first + done, std::min(batch_rows_, count - done));
}

void scan_worker::read_batch(std::size_t first, std::size_t count) {
    read_panes(first, count);
    tests_.run(first, count);
    std::size_t used = 0;
    for (std::size_t f = 0; f < kept_.size(); ++f) {
        apply_filter(f, count);
        find_lost_times(f, first);
        used += kept_[f].count() + undecided_[f].size();
    }
    if (used == 0) return;
    arguments_->run(first, count, kept_);
    number_groups(first, count);
    for (std::size_t c = 0; c < what_.cells.size(); ++c) update_cell(c, first);
}

void scan_worker::read_panes(std::size_t first, std::size_t count) {
    const auto differ = [](const pane_reader& axis) { return !axis.whole_block(); };
    if (std::none_of(axes_.begin(), axes_.end(), differ)) return;
    times_.run(first, count);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        if (!differ(axes_[a])) continue;
        std::uint32_t* panes = panes_[a].data();
        const vector& times = times_.at(axes_[a].times());
        axes_[a].read(times, count, panes);
        lost_times_[a].clear();
        for (std::uint32_t i = 0; times.origins != nullptr && i < count; ++i) {
            if ((times.marks[i] & error_bit) != 0) lost_times_[a].push_back({i, times.origins[i]});
        }
        for (std::size_t i = 0; i < count; ++i) bytes_[i] = panes[i] != no_pane ? 1 : 0;
        pack_bits(bytes_.data(), count, 0, in_panes_[a].data());
    }
}

void scan_worker::apply_filter(std::size_t which, std::size_t count) {
    const filter& of = what_.filters[which];
    selection& kept = kept_[which];
    undecided_[which].clear();
    const auto pane = axes_[of.axis].whole_block();
    bool all = pane.has_value();
    bool failed = false;
    if (pane == no_pane) return kept.clear(count);
    for (const std::uint32_t one : of.conjuncts) {
        const auto settled = tests_.settled(one);
        if (settled == false) return kept.clear(count);
        all = all && settled.has_value();
        failed = failed || tests_.failed(one) != nullptr;
    }
    if (all) return kept.keep_all(count);
    if (failed) find_failures(which, count);
    row_word* words = kept.begin(count);
    for (std::size_t at = 0; at < count; at += word_rows)
        words[at / word_rows] = pane ? low_bits(count - at) : in_panes_[of.axis][at / word_rows];
    for (const std::uint32_t one : of.conjuncts) {
        if (tests_.settled(one)) continue;
        const row_word* holds = tests_.holds(one);
        for (std::size_t w = 0; w < words_for(count); ++w) words[w] &= holds[w];
    }
    kept.end();
}

/// Rows that no condition drops but one could not decide. A row that any condition drops was
/// never used (N10), whatever the order of the conditions.
void scan_worker::find_failures(std::size_t which, std::size_t count) {
    const filter& of = what_.filters[which];
    const bool whole = axes_[of.axis].whole_block().has_value();
    for (std::size_t i = 0; i < count; ++i) {
        if (!whole && !has_row(in_panes_[of.axis].data(), i)) continue;
        id origin = nothing;
        for (const std::uint32_t one : of.conjuncts) {
            const vector* values = tests_.settled(one) ? nullptr : tests_.failed(one);
            if (origin == nothing && values != nullptr && (values->mark_at(i) & error_bit) != 0)
                origin = values->origins[i];
        }
        if (origin != nothing && !drops(of, i))
            undecided_[which].push_back({static_cast<std::uint32_t>(i), origin});
    }
}

/// Does a condition drop the row, whatever the others say?
bool scan_worker::drops(const filter& of, std::size_t row) const {
    return std::ranges::any_of(of.conjuncts, [&](std::uint32_t one) {
        if (const auto settled = tests_.settled(one)) return !*settled;
        const vector* values = tests_.failed(one);
        const bool failed = values != nullptr && (values->mark_at(row) & error_bit) != 0;
        return !failed && !has_row(tests_.holds(one), row);
    });
}

/// A row whose time failed lies in no period that is known, so nothing can be told without it.
void scan_worker::find_lost_times(std::size_t which, std::size_t first) {
    const filter& of = what_.filters[which];
    for (const condition_failure& lost : lost_times_[of.axis]) {
        if (!drops(of, lost.row)) fail(first + lost.row, lost.origin);
    }
}

void scan_worker::fail(std::uint64_t row, id origin) {
    if (failure_ != nothing && failure_row_ <= row) return;
    failure_ = origin;
    failure_row_ = row;
}

void scan_worker::number_groups(std::size_t first, std::size_t count) {
    bool evaluated = false;
    for (std::size_t g = 0; g < slots_.size(); ++g) {
        const grouping& of = what_.groupings[g];
        row_slots& into = slots_[g];
        const auto pane = axes_[into.axis].whole_block();
        const std::uint32_t* panes = pane ? nullptr : panes_[into.axis].data();
        into.one = pane && of.dense && of.keys.empty();
        if (into.one) {
            into.slot = *pane == no_pane ? 0 : *pane;
        } else if (into.codes) {
            into.codes->number(first, count, pane.value_or(0), panes, into.slots.data());
        } else {
            if (!evaluated) keys_.run(first, count);
            evaluated = true;
            if (pane) std::fill_n(panes_[into.axis].begin(), count, *pane);
            number_by_keys(g, first, count);
        }
    }
}

void scan_worker::mark_wanted(std::size_t grouping, std::size_t count) {
    std::fill_n(wanted_.begin(), words_for(count), row_word{0});
    for (const scanned_cell& one : what_.cells) {
        if (one.grouping != grouping) continue;
        const row_word* kept = kept_[one.filter].words();
        for (std::size_t w = 0; w < words_for(count); ++w) wanted_[w] |= kept[w];
        for (const condition_failure& failure : undecided_[one.filter])
            wanted_[failure.row / word_rows] |= row_word{1} << failure.row % word_rows;
    }
}

void scan_worker::number_by_keys(std::size_t which, std::size_t first, std::size_t count) {
    mark_wanted(which, count);
    const grouping& of = what_.groupings[which];
    key_values_.clear();
    for (const id key : of.keys) key_values_.push_back(keys_.at(key));
    for (const vector& key : key_values_) {
        if (key.origins == nullptr) continue;
        for (std::size_t i = 0; i < count; ++i) {
            const bool wanted = has_row(wanted_.data(), i);
            if (wanted && (key.marks[i] & error_bit) != 0) fail(first + i, key.origins[i]);
        }
    }
    slot_directory& directory = result_.directories[which];
    directory.number(key_values_, panes_[slots_[which].axis].data(), wanted_.data(), count,
                     slots_[which].slots.data());
    if (of.dense) return;
    for (std::size_t c = 0; c < what_.cells.size(); ++c) {
        if (what_.cells[c].grouping == which) result_.states[c].resize(directory.slots());
    }
}

void scan_worker::update_cell(std::size_t which, std::size_t first) {
    const scanned_cell& one = what_.cells[which];
    const plan::cell& cell = in_.what.cells[one.cell];
    const row_slots& slots = slots_[one.grouping];
    selection& kept = kept_[one.filter];
    for (const condition_failure& failure : undecided_[one.filter])
        result_.states[which].fail(slots.one ? slots.slot : slots.slots[failure.row],
                                   first + failure.row, failure.origin);
    if (kept.count() == 0) return;
    update_batch batch;
    batch.count = kept.count();
    batch.slots = slots.one ? nullptr : slots.slots.data();
    batch.slot = slots.slot;
    batch.first_row = first;
    // How many rows are kept is known without a list of them.
    const bool counted = slots.one && cell.state == plan::state_kind::rows;
    if (!counted && !kept.all()) batch.rows = kept.list();
    stored_numbers numbers;
    if (const column* from = stored_[which]; from != nullptr) {
        numbers.cells = static_cast<const std::int64_t*>(from->data()) + first;
        numbers.validity = validity_view(from->validity(), first, from->size());
        batch.stored = &numbers;
    } else if (!counted) {
        batch.argument = arguments_->at(one.filter, cell.argument);
        batch.order = arguments_->at(one.filter, cell.order);
        batch.tie = arguments_->at(one.filter, cell.tie);
        batch.weight = arguments_->at(one.filter, cell.weight);
        if (cell.argument != nothing) batch.places = arguments_->places(one.filter);
    }
    result_.states[which].update(batch);
}

bool scan_worker::too_large() const {
    for (std::size_t g = 0; g < what_.groupings.size(); ++g) {
        std::size_t cells = 0;
        for (const scanned_cell& one : what_.cells) cells += one.grouping == g ? 1 : 0;
        if (result_.directories[g].slots() > with_.bounds.groups / std::max<std::size_t>(cells, 1))
            return true;
    }
    return false;
}

void scan_worker::settle() {
    for (cell_states& one : result_.states) one.settle();
}

void scan_worker::merge(scan_worker& other) {
    settle();
    other.settle();
    std::vector<std::vector<std::uint32_t>> to(what_.groupings.size());
    for (std::size_t g = 0; g < to.size(); ++g) {
        const slot_directory& from = other.result_.directories[g];
        to[g].resize(from.slots());
        std::vector<key_number> keys(what_.groupings[g].keys.size());
        std::uint32_t pane = 0;
        for (std::uint32_t slot = 0; slot < to[g].size(); ++slot) {
            to[g][slot] = slot;
            if (what_.groupings[g].dense) continue;
            from.read(slot, keys.data(), pane);
            to[g][slot] = result_.directories[g].slot_of(keys.data(), pane);
        }
    }
    for (std::size_t c = 0; c < what_.cells.size(); ++c) {
        const std::uint32_t g = what_.cells[c].grouping;
        result_.states[c].resize(result_.directories[g].slots());
        result_.states[c].merge(other.result_.states[c], to[g]);
    }
    if (other.failure_ != nothing) fail(other.failure_row_, other.failure_);
}

scan_result scan_worker::take() {
    settle();
    return std::move(result_);
}

}  // namespace merit::engine
