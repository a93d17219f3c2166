#include "engine/pane.hpp"

#include <algorithm>
#include <optional>

#include "engine/expansion.hpp"

namespace merit::engine {

using plan::axis;
using plan::id;

namespace {

/// The column that an axis reads its times from, if it reads a column.
const column* time_column(const environment& in, const row_bindings& bound, const axis& of) {
    if (of.from == plan::nothing) return nullptr;
    const bound_expression& from = bound.at(of.from);
    if (from.how != bound_expression::way::column) return nullptr;
    return &in.tables[from.table].at(from.column);
}

}  // namespace

pane_reader::pane_reader(const environment& in, const row_bindings& bound, const axis& axis,
                         const plan::axis_panes& panes)
    : in_(in), axis_(axis), panes_(panes), column_(time_column(in, bound, axis)) {
    if (axis.from != plan::nothing)
        dates_ = in.what.expressions[axis.from].type.kind == type_kind::date;
    if (panes_.everything || axis.from == plan::nothing) block_ = 0;
    held_ = axis.how != plan::axis::placement::event && !panes_.everything;
}

std::uint32_t pane_reader::blank_pane() const {
    return panes_.blank_pane == plan::nothing ? no_pane : panes_.blank_pane;
}

std::uint32_t pane_reader::pane_of(std::int64_t local) const {
    const std::vector<std::int64_t>& edges = panes_.edges;
    if (edges.size() < 2) return no_pane;
    // Rows near each other mostly lie in one pane.
    if (last_ + 1 < edges.size() && edges[last_] <= local && local < edges[last_ + 1]) return last_;
    if (local < edges.front() || local >= edges.back()) return no_pane;
    auto low = edges.begin();
    auto high = edges.end();
    if (!grid_.empty()) {
        const std::size_t place = place_of(local);
        low += grid_[place];
        high = edges.begin() + grid_[place + 1] + 2;
    }
    last_ = static_cast<std::uint32_t>(std::upper_bound(low, high, local) - edges.begin()) - 1;
    return last_;
}

std::size_t pane_reader::place_of(std::int64_t local) const {
    const auto first = static_cast<std::uint64_t>(panes_.edges.front());
    return static_cast<std::size_t>((static_cast<std::uint64_t>(local) - first) >> grid_shift_);
}

/// Where times come in no order, a search among the edges is wrong at every second branch. Equal
/// steps of time know the panes they begin and end in, mostly one and the same.
void pane_reader::make_grid() {
    constexpr unsigned steps = 1024;
    const std::vector<std::int64_t>& edges = panes_.edges;
    if (!grid_.empty() || edges.size() < 4) return;
    const auto first = static_cast<std::uint64_t>(edges.front());
    const std::uint64_t length = static_cast<std::uint64_t>(edges.back()) - first;
    while (length >> grid_shift_ >= steps) ++grid_shift_;
    std::uint32_t pane = 0;
    for (std::uint64_t step = 0; step <= length >> grid_shift_; ++step) {
        const std::uint64_t at = step << grid_shift_;
        while (pane + 2 < edges.size() && static_cast<std::uint64_t>(edges[pane + 1]) - first <= at)
            ++pane;
        grid_.push_back(pane);
    }
    grid_.push_back(static_cast<std::uint32_t>(edges.size() - 2));
}

void pane_reader::enter(std::size_t first, std::size_t count) {
    if (panes_.everything || axis_.from == plan::nothing) return;
    block_.reset();
    offset_.reset();
    if (held_) return;
    if (column_ == nullptr || count == 0 || first % zone_map::block_rows != 0) return;
    const zone_map::block& zone = column_->zones().blocks[first / zone_map::block_rows];
    if (zone.none_valid) {
        block_ = blank_pane();
        return;
    }
    std::int64_t low = zone.low;
    std::int64_t high = zone.high;
    if (dates_) {
        low *= calendar::day_us;
        high *= calendar::day_us;
    } else {
        offset_ = in_.calendar.constant_offset(low, high);
        if (!offset_) return;
        low += *offset_;
        high += *offset_;
    }
    const std::uint32_t pane = pane_of(low);
    const bool same =
        pane == pane_of(high) && (pane != no_pane || panes_.edges.size() < 2 ||
                                  high < panes_.edges.front() || low >= panes_.edges.back());
    if (same && (zone.all_valid || pane == blank_pane())) block_ = pane;
}

void pane_reader::read(const vector& times, std::size_t count, std::uint32_t* out) {
    if (held_) {
        for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint32_t>(times.whole[i]);
        return;
    }
    make_grid();
    for (std::size_t i = 0; i < count; ++i) {
        if ((times.mark_at(i) & unusable) != 0) {
            out[i] = blank_pane();
            continue;
        }
        const std::int64_t t = times.whole[i];
        const std::int64_t local = dates_    ? t * calendar::day_us
                                   : offset_ ? t + *offset_
                                             : in_.calendar.to_local(t);
        out[i] = pane_of(local);
    }
}

namespace {

/// The local times of instants from low to high, a little too wide where clocks change between.
void add_instants(const environment& in, std::int64_t low, std::int64_t high,
                  plan::axis_extent& into) {
    constexpr std::int64_t hours = 3 * 3600 * calendar::second_us;
    std::int64_t from = in.calendar.to_local(low);
    std::int64_t to = in.calendar.to_local(high);
    if (!in.calendar.constant_offset(low, high)) {
        // A clock set back soon after `low` shows earlier times again.
        from = std::min(from, in.calendar.to_local(low + hours) - hours);
        to = std::max(to, in.calendar.to_local(high - hours) + hours);
    }
    into.low = into.any ? std::min(into.low, from) : from;
    into.high = into.any ? std::max(into.high, to) : to;
    into.any = true;
}

/// The dates or instants up to which a run sees the rows of a table, if they tell.
const column* seen_since(const environment& in, id table) {
    for (const plan::source& one : in.what.sources) {
        if (one.of != plan::source::relation::table || one.which != table) continue;
        if (one.visible == plan::nothing) return nullptr;
        const plan::expression& time = in.what.expressions[one.visible];
        const bool made = !in.tables[time.over].schema().fields.empty();
        if (time.op != plan::expression_op::column || !made) return nullptr;
        return &in.tables[time.over].at(time.with);
    }
    return nullptr;
}

/// What is not known as of the run's instant tells nothing. One byte a row; none: all are seen.
std::vector<std::uint8_t> seen_rows(const environment& in, id table) {
    const column* const since = in.as_of ? seen_since(in, table) : nullptr;
    if (since == nullptr) return {};
    const std::int64_t last = last_visible(in, plan::nothing, since->type());
    const zone_map& zones = since->zones();
    if (zones.blanks == since->size() || zones.high <= last) return {};
    std::vector<std::uint8_t> seen(since->size(), 1);
    buffer times;
    load_column(*since, 0, seen.size(), times);
    for (std::size_t row = 0; row < seen.size(); ++row)
        if (!is_seen(times.view, row, last)) seen[row] = 0;
    return seen;
}

/// Rows that last: from the first beginning to the last end.
plan::axis_extent extent_of_windows(const environment& in, const row_bindings& bound,
                                    const plan::axis& of, std::size_t batch_rows) {
    plan::axis_extent out;
    const id rows_of = in.what.expressions[of.from].over;
    const plan::expansion& rows = in.what.expansions[in.what.tables[rows_of].expansion];
    std::size_t count = in.tables[rows.base].rows();
    const std::vector<std::uint8_t> seen = seen_rows(in, rows.base);
    row_leaves leaves(in, bound);
    for (const id time : {rows.from, rows.to}) {
        if (time == plan::nothing) continue;
        const local_times times(in, leaves, time, count, batch_rows);
        for (std::size_t row = 0; row < count; ++row) {
            if (!times.present(row) || (!seen.empty() && seen[row] == 0)) continue;
            // A row holds until its end, not at it.
            const std::int64_t local = times.at(row) - (time == rows.to ? 1 : 0);
            out.low = out.any ? std::min(out.low, local) : local;
            out.high = out.any ? std::max(out.high, local) : local;
            out.any = true;
            if (of.snapshot && time == rows.from) out.moments.push_back(local);
        }
    }
    std::sort(out.moments.begin(), out.moments.end());
    out.moments.erase(std::unique(out.moments.begin(), out.moments.end()), out.moments.end());
    return out;
}

}  // namespace

plan::axis_extent extent_of(const environment& in, const row_bindings& bound, const axis& of,
                            std::size_t batch_rows, std::span<const std::uint8_t> kept) {
    plan::axis_extent out;
    if (of.how == plan::axis::placement::valid) return extent_of_windows(in, bound, of, batch_rows);
    if (of.from == plan::nothing || of.how != plan::axis::placement::event) return out;
    const plan::expression& time = in.what.expressions[of.from];
    if (time.over == plan::nothing) return out;
    const bool dates = time.type.kind == type_kind::date;
    const auto add = [&](std::int64_t low, std::int64_t high) {
        if (!dates) return add_instants(in, low, high, out);
        low *= calendar::day_us;
        high *= calendar::day_us;
        out.low = out.any ? std::min(out.low, low) : low;
        out.high = out.any ? std::max(out.high, high) : high;
        out.any = true;
    };
    const auto unseen = [&](std::int64_t at) {
        // Pieces of all time end at `as of`.
        if (!in.as_of || of.planned || of.era != plan::nothing || in.what.periods.ranged)
            return false;
        return dates ? at * calendar::day_us > in.calendar.to_local(*in.as_of) : at > *in.as_of;
    };
    const std::size_t rows = in.tables[time.over].rows();
    std::vector<std::uint8_t> seen;
    if (kept.empty()) kept = seen = seen_rows(in, time.over);
    if (const column* from = time_column(in, bound, of); from != nullptr && kept.empty()) {
        const zone_map& zones = from->zones();
        out.blanks = zones.blanks != 0;
        if (zones.blanks == rows) return out;
        if (!unseen(zones.high)) {
            add(zones.low, zones.high);
            return out;
        }
    }
    std::optional<std::int64_t> first_unseen;
    row_leaves leaves(in, bound);
    text_pool texts;
    program steps(in, leaves, std::span(&of.from, 1), texts);
    for (std::size_t first = 0; first < rows; first += batch_rows) {
        const std::size_t count = std::min(batch_rows, rows - first);
        steps.run(first, count);
        const vector& times = steps.at(of.from);
        for (std::size_t i = 0; i < count; ++i) {
            if (!kept.empty() && kept[first + i] == 0) continue;
            if ((times.mark_at(i) & unusable) != 0)
                out.blanks = true;
            else if (unseen(times.whole[i]))
                first_unseen = std::min(first_unseen.value_or(times.whole[i]), times.whole[i]);
            else
                add(times.whole[i], times.whole[i]);
        }
    }
    if (!out.any && first_unseen) {
        add(*first_unseen, *first_unseen);
        out.high = out.low - 1;
    }
    return out;
}

}  // namespace merit::engine
