#include "plan/short_windows.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "plan/expression_walk.hpp"
#include "plan/pieces.hpp"

namespace merit::plan {

namespace {

using run = axis_panes::run;

/// A window that is cut into pieces is no less short.
void flag_pieces(const plan& what, const frame& pieces, const axis_extent& data,
                 const stretch& within, const map_setting& with, const std::vector<period>& owners,
                 std::vector<run>& flagged) {
    if (pieces.pieces_of == nothing || !data.any) return;
    for (std::size_t p = 0; p < owners.size() && p < flagged.size(); ++p) {
        if (owners[p].blank) continue;
        const placed_interval read = apply(what.maps[pieces.piece_map],
                                           {owners[p].nominal, covered(owners[p], within)}, with);
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
        if (is_event(at)) found.push_back(what.cells[next].at);
        if (at.how != axis::placement::held) continue;
        walk.add(what.frames[what.tables[what.expressions[at.from].over].frame].columns);
        while (const expression* one = walk.next())
            if (one->op == expression_op::finalize) cells.push_back(what.finals[one->with].cell);
    }
    return found;
}

/// Flags periods of an aggregate over the rows of a frame by the windows that are read below.
class held_windows {
public:
    held_windows(const plan& what, id axis_of, const stretch& within, const map_setting& with,
                 std::span<const axis_extent> extents, timeline& made)
        : what_(what),
          axis_(axis_of),
          within_(within),
          with_(with),
          extents_(extents),
          made_(made) {}

    void flag() {
        const axis& held = what_.axes[axis_];
        inner_ = what_.tables[what_.expressions[held.from].over].frame;
        const std::vector<std::uint32_t>& owners = made_.frames[inner_].owners;
        periods own;
        for (std::uint32_t p = 0; p < made_.frames[inner_].periods.size(); ++p)
            own.emplace_back(p, owners.empty() ? p : owners[p]);
        open(what_.frames[inner_].columns, inner_, number_of(std::move(own)));
        while (!open_.empty()) {
            const reading next = open_.back();
            open_.pop_back();
            follow(next);
        }
    }

private:
    /// Of a frame, with those of the aggregate that read them.
    using periods = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    struct reading {
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

    void follow(const reading& from) {
        const expression& one = what_.expressions[from.expression];
        open(one.of, from.frame, from.read);
        if (one.op == expression_op::value_of) {
            const broadcast& through = what_.broadcasts[one.with];
            open({what_.frames[through.frame].columns[through.column]}, through.frame,
                 number_of(periods_in(through.frame, from)));
        }
        if (one.op == expression_op::finalize) flag(what_.finals[one.with], from);
    }

    /// The periods of another frame that hold those of the one that reads it.
    periods periods_in(id other, const reading& from) const {
        const std::vector<std::uint32_t> joined =
            joined_periods(made_.frames[from.frame].periods, made_.frames[other].periods,
                           what_.frames[other].pieces_of == from.frame);
        periods read;
        for (const auto& [period, reader] : read_[from.read])
            if (joined[period] != nothing) read.emplace_back(joined[period], reader);
        return read;
    }

    void flag(const final_value& taken, const reading& from) {
        std::vector<run>& flagged = made_.frames[what_.axes[axis_].period_of].runs[axis_][0];
        if (what_.frames[from.frame].pieces_of != nothing) {
            const std::vector<period>& owners = made_.frames[what_.axes[axis_].period_of].periods;
            for (const id below : events_below(what_, taken.cell))
                if (below < extents_.size())
                    flag_pieces(what_, what_.frames[inner_], extents_[below], within_, with_,
                                owners, flagged);
        }
        const id at = what_.cells[taken.cell].at;
        const std::vector<run>& runs =
            made_.frames[from.frame].runs[at][what_.axes[at].position_of(taken.map).value()];
        for (const auto& [period, reader] : read_[from.read])
            if (runs[period].flag != reason::none && runs[period].flag != reason::no_snapshot)
                flagged[reader].flag = runs[period].flag;
    }

    const plan& what_;
    id axis_;
    id inner_ = nothing;
    const stretch& within_;
    const map_setting& with_;
    std::span<const axis_extent> extents_;
    timeline& made_;
    std::vector<reading> open_;
    std::vector<periods> read_;
    std::set<std::tuple<id, id, std::size_t>> seen_;
};

/// Does a column of a frame read a window that the data does not fill?
bool reads_short(const plan& what, id frame, const timeline& times) {
    std::vector<std::pair<id, id>> open;  // an expression, and the frame that has it
    for (const id column : what.frames[frame].columns) open.emplace_back(column, frame);
    std::set<std::pair<id, id>> seen;
    while (!open.empty()) {
        const auto [next, of] = open.back();
        open.pop_back();
        if (!seen.emplace(next, of).second) continue;
        const expression& one = what.expressions[next];
        for (const id operand : one.of) open.emplace_back(operand, of);
        if (one.op == expression_op::value_of) {
            const broadcast& through = what.broadcasts[one.with];
            open.emplace_back(what.frames[through.frame].columns[through.column], through.frame);
        }
        if (one.op != expression_op::finalize) continue;
        const final_value& taken = what.finals[one.with];
        const id at = what.cells[taken.cell].at;
        const auto& runs = times.frames[of].runs[at][what.axes[at].position_of(taken.map).value()];
        for (const run& period : runs)
            if (period.flag == reason::short_window) return true;
    }
    return false;
}

}  // namespace

bool is_short(const placed_interval& read, const axis_extent& data, const map_setting& with) {
    return read.window != unit::none && data.any &&
           with.in.start_of(read.window, data.low) > read.covers.from;
}

void flag_held(const plan& what, id axis_of, const stretch& within, const map_setting& with,
               std::span<const axis_extent> extents, timeline& made) {
    held_windows(what, axis_of, within, with, extents, made).flag();
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
