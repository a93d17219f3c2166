#include "plan/short_windows.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "plan/expression_walk.hpp"
#include "plan/pieces.hpp"

namespace merit::plan {

namespace {

using calendar::interval;
using run = axis_panes::run;

/// A window that is cut into pieces is no less short. Beside what is planned, what is not is cut at
/// `as of`.
void flag_pieces(const plan& what, id of, const axis& placed, const axis_extent& data,
                 const stretch& within, const map_setting& with, const std::vector<period>& owners,
                 std::vector<run>& flagged) {
    const frame& pieces = what.frames[of];
    if (pieces.pieces_of == nothing || !data.any) return;
    const piece_source whole = source_of_pieces(what, of, within, with);
    const bool cut = whole.with.planned && !placed.planned;
    const piece_source source = cut ? piece_source{within, with} : whole;
    for (std::size_t p = 0; p < owners.size() && p < flagged.size(); ++p) {
        if (owners[p].blank) continue;
        const interval covers = covered(owners[p], source.within);
        const placed_interval read =
            apply(what.maps[pieces.piece_map], {owners[p].nominal, covers}, source.with);
        if (read.covers.from < read.covers.to && is_short(read, data, with))
            flagged[p].flag = reason::short_window;
    }
}

/// The axes by which rows are placed that a cell is made of, through frames that are read as
/// tables.
std::vector<id> events_below(const plan& what, id cell) {
    std::vector<id> found;
    std::vector<id> cells{cell};
    std::vector<bool> met(what.cells.size(), false);
    expression_walk walk(what);
    while (!cells.empty()) {
        const id next = cells.back();
        cells.pop_back();
        if (met[next]) continue;
        met[next] = true;
        const axis& at = what.axes[what.cells[next].at];
        if (is_event(at) || is_window_of_instants(what, at)) found.push_back(what.cells[next].at);
        if (at.how != axis::placement::held) continue;
        walk.add(what.frames[what.tables[what.expressions[at.from].over].frame].columns);
        while (const expression* one = walk.next())
            if (one->op == expression_op::finalize) cells.push_back(what.finals[one->with].cell);
    }
    return found;
}

/// What the columns of a frame read, through the frames whose values they take.
class finals_below {
public:
    /// Periods of a frame, each with one of whoever reads them.
    using periods = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    struct reading {
        const final_value& taken;
        id frame;             ///< that takes it
        const periods& read;  ///< of that frame
    };

    finals_below(const plan& what, const timeline& times, id frame, periods own)
        : what_(what), times_(times) {
        open(what.frames[frame].columns, frame, number_of(std::move(own)));
    }

    /// It holds until the next one.
    std::optional<reading> next() {
        while (!open_.empty()) {
            const place here = open_.back();
            open_.pop_back();
            const expression& one = what_.expressions[here.expression];
            open(one.of, here.frame, here.read);
            if (one.op == expression_op::value_of) {
                const broadcast& through = what_.broadcasts[one.with];
                open({what_.frames[through.frame].columns[through.column]}, through.frame,
                     number_of(periods_in(through.frame, here)));
            }
            if (one.op == expression_op::finalize)
                return reading{what_.finals[one.with], here.frame, read_[here.read]};
        }
        return std::nullopt;
    }

private:
    struct place {
        id expression;
        id frame;
        std::size_t read;  ///< of read_
    };

    std::size_t number_of(periods read) {
        const auto known = std::find(read_.begin(), read_.end(), read);
        const auto number = static_cast<std::size_t>(known - read_.begin());
        if (known == read_.end()) read_.push_back(std::move(read));
        return number;
    }

    void open(const std::vector<id>& all, id frame, std::size_t read) {
        for (const id one : all)
            if (seen_.emplace(one, frame, read).second) open_.push_back({one, frame, read});
    }

    /// The periods of another frame that hold those of the one that reads it.
    periods periods_in(id other, const place& from) const {
        const std::vector<std::uint32_t> joined =
            joined_periods(times_.frames[from.frame].periods, times_.frames[other].periods,
                           what_.frames[other].pieces_of == from.frame);
        periods read;
        for (const auto& [period, reader] : read_[from.read])
            if (joined[period] != nothing) read.emplace_back(joined[period], reader);
        return read;
    }

    const plan& what_;
    const timeline& times_;
    std::vector<place> open_;
    std::vector<periods> read_;
    std::set<std::tuple<id, id, std::size_t>> seen_;
};

/// How the frame that takes a value reads its cell, by period.
const std::vector<run>& runs_of(const plan& what, const timeline& times,
                                const finals_below::reading& one) {
    const id at = what.cells[one.taken.cell].at;
    return times.frames[one.frame].runs[at][what.axes[at].position_of(one.taken.map).value()];
}

/// Does a column of a frame read a window that the data does not fill?
bool reads_short(const plan& what, id frame, const timeline& times) {
    finals_below::periods own;
    for (std::uint32_t p = 0; p < times.frames[frame].periods.size(); ++p) own.emplace_back(p, p);
    finals_below walk(what, times, frame, std::move(own));
    while (const auto one = walk.next())
        for (const run& period : runs_of(what, times, *one))
            if (period.flag == reason::short_window) return true;
    return false;
}

}  // namespace

bool is_short(const placed_interval& read, const axis_extent& data, const map_setting& with) {
    return read.window != unit::none && data.any &&
           with.in.start_of(read.window, data.low) > read.covers.from;
}

void flag_held(const plan& what, id axis_of, const stretch& within, const map_setting& with,
               std::span<const axis_extent> extents, timeline& made) {
    const axis& held = what.axes[axis_of];
    const id inner = what.tables[what.expressions[held.from].over].frame;
    const std::vector<std::uint32_t>& owners = made.frames[inner].owners;
    finals_below::periods own;
    for (std::uint32_t p = 0; p < made.frames[inner].periods.size(); ++p)
        own.emplace_back(p, owners.empty() ? p : owners[p]);
    std::vector<run>& flagged = made.frames[held.period_of].runs[axis_of][0];
    finals_below walk(what, made, inner, std::move(own));
    while (const auto one = walk.next()) {
        if (what.frames[one->frame].pieces_of != nothing)
            for (const id below : events_below(what, one->taken.cell))
                if (below < extents.size())
                    flag_pieces(what, inner, what.axes[below], extents[below], within, with,
                                made.frames[held.period_of].periods, flagged);
        const std::vector<run>& runs = runs_of(what, made, *one);
        for (const auto& [period, reader] : one->read)
            if (runs[period].flag != reason::none && runs[period].flag != reason::no_snapshot)
                flagged[reader].flag = runs[period].flag;
    }
}

void flag_placed(const plan& what, id era, const timeline& early, timeline& made) {
    for (id one = 0; one < what.axes.size(); ++one) {
        const axis& by = what.axes[one];
        const bool whole = by.how == axis::placement::none || by.how == axis::placement::event;
        if (!whole || by.era != era || by.from == nothing) continue;
        const id table = what.expressions[by.from].over;
        const id frame = table == nothing ? nothing : what.tables[table].frame;
        if (frame == nothing || what.frames[frame].era != frame) continue;
        if (!reads_short(what, frame, early)) continue;
        for (frame_times& reading : made.frames)
            for (std::vector<run>& periods : reading.runs[one])
                for (run& period : periods) period.flag = reason::short_window;
    }
}

}  // namespace merit::plan
