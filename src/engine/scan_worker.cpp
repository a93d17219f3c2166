#include "engine/scan_worker.hpp"

#include <algorithm>

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

std::vector<id> test_roots(const environment& in, const scan_plan& what) {
    std::vector<id> out;
    for (const conjunct& one : what.conjuncts) out.push_back(one.condition);
    for (const id axis : what.axes) {
        if (in.what.axes[axis].from != nothing) out.push_back(in.what.axes[axis].from);
    }
    return out;
}

std::vector<id> value_roots(const environment& in, const scan_plan& what) {
    std::vector<id> out;
    for (const grouping& one : what.groupings)
        out.insert(out.end(), one.keys.begin(), one.keys.end());
    for (const scanned_cell& one : what.cells) {
        const plan::cell& cell = in.what.cells[one.cell];
        for (const id each : {cell.argument, cell.order, cell.tie, cell.weight}) {
            if (each != nothing) out.push_back(each);
        }
    }
    return out;
}

}  // namespace

scan_worker::scan_worker(const environment& in, const row_bindings& bound,
                         const plan::timeline& times, const std::vector<key_domain>& domains,
                         const scan_plan& what, const scan_settings& with)
    : in_(in),
      what_(what),
      with_(with),
      leaves_(in, bound),
      tests_(in, leaves_, test_roots(in, what), texts_),
      values_(in, leaves_, value_roots(in, what), texts_),
      panes_(what.axes.size()),
      conditions_(what.conjuncts.size()),
      kept_(what.filters.size()),
      slots_(what.groupings.size()) {
    for (const id axis : what.axes)
        axes_.emplace_back(in, bound, in.what.axes[axis], times.axes[axis]);
    for (const grouping& one : what.groupings) result_.directories.emplace_back(one, domains);
    for (const scanned_cell& one : what.cells) {
        result_.states.emplace_back(in.what, in.what.cells[one.cell]);
        result_.states.back().resize(result_.directories[one.grouping].slots());
    }
    const std::size_t batch = std::min(with.batch_rows, zone_map::block_rows);
    for (auto& one : panes_) one.resize(batch);
    for (auto& one : conditions_) one.resize(batch);
    for (auto& one : kept_) {
        one.mask.resize(batch);
        one.rows.resize(batch);
    }
    for (auto& one : slots_) one.resize(batch);
    wanted_.resize(batch);
}

void scan_worker::read_block(std::size_t first, std::size_t count) {
    bool any = false;
    for (pane_reader& axis : axes_) {
        axis.enter(first, count);
        any = any || axis.whole_block() != no_pane;
    }
    if (!any) return;
    const std::size_t batch = std::min(with_.batch_rows, zone_map::block_rows);
    for (std::size_t done = 0; done < count; done += batch)
        read_batch(first + done, std::min(batch, count - done));
}

void scan_worker::read_batch(std::size_t first, std::size_t count) {
    tests_.run(first, count);
    read_panes(count);
    test_conjuncts(count);
    std::size_t kept = 0;
    for (std::size_t f = 0; f < kept_.size(); ++f) {
        apply_filter(f, count);
        kept += kept_[f].count + kept_[f].failures.size();
    }
    if (kept == 0) return;
    values_.run(first, count);
    number_groups(first, count);
    for (std::size_t c = 0; c < what_.cells.size(); ++c) update_cell(c, first, count);
}

void scan_worker::read_panes(std::size_t count) {
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        if (const auto pane = axes_[a].whole_block())
            std::fill_n(panes_[a].begin(), count, *pane);
        else
            axes_[a].read(tests_.at(axes_[a].times()), count, panes_[a].data());
    }
}

void scan_worker::test_conjuncts(std::size_t count) {
    for (std::size_t c = 0; c < conditions_.size(); ++c) test_conjunct(c, count);
}

void scan_worker::test_conjunct(std::size_t which, std::size_t count) {
    const conjunct& of = what_.conjuncts[which];
    const vector& values = tests_.at(of.condition);
    std::uint8_t* out = conditions_[which].data();
    if (of.visible) {
        const merit::type& type = in_.what.expressions[of.condition].type;
        std::int64_t now = in_.as_of ? last_visible(in_, *in_.as_of, type) : 0;
        if (of.as_of != nothing) {
            const auto& at = std::get<timestamp_value>(in_.what.constants[of.as_of]);
            const std::int64_t then = last_visible(in_, at.microseconds, type);
            now = in_.as_of ? std::min(now, then) : then;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const mark m = values.mark_at(i);
            out[i] = (m & blank_bit) != 0 || ((m & error_bit) == 0 && values.whole[i] <= now);
        }
        return;
    }
    if (values.marks == nullptr) {
        for (std::size_t i = 0; i < count; ++i) out[i] = values.whole[i] != 0;
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
        out[i] = (values.marks[i] & unusable) == 0 && values.whole[i] != 0;
}

void scan_worker::apply_filter(std::size_t which, std::size_t count) {
    const filter& of = what_.filters[which];
    kept_rows& kept = kept_[which];
    std::uint8_t* mask = kept.mask.data();
    const std::uint32_t* panes = panes_[of.axis].data();
    for (std::size_t i = 0; i < count; ++i) mask[i] = panes[i] != no_pane;
    kept.failures.clear();
    for (const std::uint32_t one : of.conjuncts) {
        if (tests_.at(what_.conjuncts[one].condition).origins == nullptr) continue;
        find_failures(of, kept, count);
        break;
    }
    for (const std::uint32_t one : of.conjuncts) {
        const std::uint8_t* holds = conditions_[one].data();
        for (std::size_t i = 0; i < count; ++i) mask[i] &= holds[i];
    }
    std::size_t found = 0;
    std::uint32_t* rows = kept.rows.data();
    for (std::size_t i = 0; i < count; ++i) {
        rows[found] = static_cast<std::uint32_t>(i);
        found += mask[i];
    }
    kept.count = found;
    kept.all = found == count;
}

/// Rows that no condition drops but one could not decide. A row that any condition drops was
/// never used (N10), whatever the order of the conditions.
void scan_worker::find_failures(const filter& of, kept_rows& into, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (panes_[of.axis][i] == no_pane) continue;
        id origin = nothing;
        bool dropped = false;
        for (const std::uint32_t one : of.conjuncts) {
            const vector& values = tests_.at(what_.conjuncts[one].condition);
            if ((values.mark_at(i) & error_bit) != 0) {
                if (origin == nothing) origin = values.origins[i];
            } else {
                dropped = dropped || conditions_[one][i] == 0;
            }
        }
        if (origin != nothing && !dropped)
            into.failures.push_back({static_cast<std::uint32_t>(i), origin});
    }
}

void scan_worker::fail(std::uint64_t row, id origin) {
    if (failure_ != nothing && failure_row_ <= row) return;
    failure_ = origin;
    failure_row_ = row;
}

void scan_worker::number_groups(std::size_t first, std::size_t count) {
    for (std::size_t g = 0; g < what_.groupings.size(); ++g) {
        const grouping& of = what_.groupings[g];
        std::fill_n(wanted_.begin(), count, std::uint8_t{0});
        std::size_t axis = 0;
        for (const scanned_cell& one : what_.cells) {
            if (one.grouping != g) continue;
            const kept_rows& kept = kept_[one.filter];
            axis = what_.filters[one.filter].axis;
            for (std::size_t i = 0; i < count; ++i) wanted_[i] |= kept.mask[i];
            for (const condition_failure& failure : kept.failures) wanted_[failure.row] = 1;
        }
        keys_.clear();
        for (const id key : of.keys) keys_.push_back(values_.at(key));
        for (const vector& key : keys_) {
            if (key.origins == nullptr) continue;
            for (std::size_t i = 0; i < count; ++i) {
                if (wanted_[i] != 0 && (key.marks[i] & error_bit) != 0)
                    fail(first + i, key.origins[i]);
            }
        }
        result_.directories[g].number(keys_, panes_[axis].data(), wanted_.data(), count,
                                      slots_[g].data());
        if (of.dense) continue;
        const std::size_t slots = result_.directories[g].slots();
        for (std::size_t c = 0; c < what_.cells.size(); ++c) {
            if (what_.cells[c].grouping == g) result_.states[c].resize(slots);
        }
    }
}

const vector* scan_worker::operand(id expression) const {
    return expression == nothing ? nullptr : &values_.at(expression);
}

void scan_worker::update_cell(std::size_t which, std::size_t first, std::size_t count) {
    const scanned_cell& one = what_.cells[which];
    const plan::cell& cell = in_.what.cells[one.cell];
    const kept_rows& kept = kept_[one.filter];
    const std::uint32_t* slots = slots_[one.grouping].data();
    for (const condition_failure& failure : kept.failures)
        result_.states[which].fail(slots[failure.row], first + failure.row, failure.origin);
    if (kept.count == 0) return;
    update_batch batch;
    batch.rows = kept.all ? nullptr : kept.rows.data();
    batch.count = kept.all ? count : kept.count;
    batch.slots = slots;
    batch.argument = operand(cell.argument);
    batch.order = operand(cell.order);
    batch.tie = operand(cell.tie);
    batch.weight = operand(cell.weight);
    batch.first_row = first;
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

void scan_worker::merge(scan_worker& other) {
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
    return std::move(result_);
}

}  // namespace merit::engine
