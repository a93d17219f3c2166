#include "plan/pieces.hpp"

#include <algorithm>
#include <numeric>

#include "plan/expression_walk.hpp"
#include "plan/found_range.hpp"

namespace merit::plan {

using calendar::interval;

namespace {

/// Axes of the rows that a frame is made of, those of frames below included, or without those of
/// whole targets.
std::vector<bool> axes_read(const plan& what, id frame_of, bool targets) {
    std::vector<bool> out(what.axes.size(), false);
    std::vector<bool> met(what.frames.size(), false);
    expression_walk walk(what);
    std::vector<id> frames{frame_of};
    const auto read = [&](id cell) {
        out[what.cells[cell].at] = true;
        const source& rows = what.sources[what.cells[cell].on];
        if (rows.of == source::relation::table && what.tables[rows.which].frame != nothing)
            frames.push_back(what.tables[rows.which].frame);
    };
    while (!frames.empty()) {
        const id next = frames.back();
        frames.pop_back();
        if (met[next] || (!targets && what.frames[next].uncut)) continue;
        met[next] = true;
        for (const sighting& one : what.frames[next].seen) read(one.cell);
        walk.add(what.frames[next].columns);
        while (const expression* one = walk.next()) {
            if (one->op == expression_op::finalize) read(what.finals[one->with].cell);
            if (one->op == expression_op::value_of)
                frames.push_back(what.broadcasts[one->with].frame);
        }
    }
    return out;
}

/// Those of them that tell where it has rows: who exists decides only where no rows are read.
std::vector<bool> axes_below(const plan& what, id frame_of) {
    std::vector<bool> out = axes_read(what, frame_of, true);
    const auto own = [&](id one) {
        return out[one] && in_time(what.axes[one]) && reads_identity(what.axes[one]);
    };
    bool any = false;
    for (id one = 0; one < out.size(); ++one) any = any || own(one);
    for (id one = 0; any && one < out.size(); ++one) out[one] = own(one);
    return out;
}

bool is_window(const interval_map& map) {
    return std::any_of(map.steps.begin(), map.steps.end(), [](const map_step& step) {
        return step.what != map_step::kind::shift && step.what != map_step::kind::as_of;
    });
}

/// Does a frame read what is planned, which lies behind `as of` too?
bool reads_planned(const plan& what, id of) {
    const std::vector<bool> read = axes_read(what, of, false);
    for (id one = 0; one < read.size(); ++one)
        if (read[one] && what.axes[one].planned && what.axes[one].era == what.frames[of].era)
            return true;
    return false;
}

std::int64_t end_of(interval what) {
    return what.from < what.to ? what.to : beginning_of_time;
}

/// All of time, cut: the part in which a frame has rows, in whole units, or up to `as of`.
interval with_ends(interval what, const plan& from, id of, std::span<const axis_extent> extents,
                   const map_setting& with) {
    const frame& one = from.frames[of];
    if (what.from > beginning_of_time) return what;
    const std::vector<map_step>& steps = from.maps[one.piece_map].steps;
    std::optional<std::int64_t> cut = with.cut;
    for (const map_step& step : steps)
        if (step.what == map_step::kind::as_of) cut = std::min(cut.value_or(step.to), step.to);
    const interval known = found_range(from, axes_below(from, of), extents, cut);
    if (known.from >= std::min(known.to, what.to)) return {0, 0};
    what.from = with.in.start_of(one.piece, known.from);
    const bool moved = std::any_of(steps.begin(), steps.end(), [](const map_step& step) {
        return step.what != map_step::kind::as_of;
    });
    if (!moved && one.era != nothing && what.to >= end_of_time)
        what.to = with.in.add_units(one.piece, with.in.start_of(one.piece, known.to - 1), 1);
    return what;
}

}  // namespace

bool reads_identity(const axis& one) {
    return !one.existence && one.position_of(0).has_value();
}
bool is_event(const axis& one) {
    return one.how == axis::placement::event;
}
bool is_window_of_instants(const plan& what, const axis& one) {
    if (one.how != axis::placement::valid || one.existence) return false;
    const id rows = what.expressions[one.from].over;
    return what.expansions[what.tables[rows].expansion].to == nothing;
}
bool in_time(const axis& one) {
    return is_event(one) || one.how == axis::placement::valid;
}

period all_of_time() {
    period all;
    all.nominal = all.covers = {beginning_of_time, end_of_time};
    return all;
}

piece_source source_of_pieces(const plan& what, id of, const stretch& within,
                              const map_setting& with) {
    const frame& one = what.frames[of];
    piece_source out{within, with};
    out.with.planned = reads_planned(what, of);
    // A whole target is asked, unless a window ends where `as of` does.
    const bool whole = one.uncut && !is_window(what.maps[one.piece_map]);
    if (whole || out.with.planned) out.within.cut.reset();
    return out;
}

result<void> cut_pieces(const plan& what, id of, const stretch& within, const map_setting& with,
                        std::span<const axis_extent> extents, timeline& made) {
    const frame& one = what.frames[of];
    frame_times& into = made.frames[of];
    if (one.pieces_as != nothing) {
        into.periods = made.frames[one.pieces_as].periods;
        into.owners = made.frames[one.pieces_as].owners;
        if (one.pieces_as == one.pieces_of) std::iota(into.owners.begin(), into.owners.end(), 0U);
        return {};
    }
    const piece_source source = source_of_pieces(what, of, within, with);
    const bool own = one.pieces_of == of;
    std::int64_t known = end_of_time;
    const auto add = [&](interval part, std::uint32_t owner) {
        period piece;
        piece.nominal = piece.covers = part;
        piece.covers.to = std::max(part.from, std::min(part.to, known));
        piece.piece = true;
        into.periods.push_back(std::move(piece));
        into.owners.push_back(owner);
    };
    const std::vector<period> owners =
        own ? std::vector{all_of_time()} : made.frames[one.pieces_of].periods;
    for (std::uint32_t p = 0; p < owners.size(); ++p) {
        if (owners[p].blank) continue;
        const auto read = [&](const stretch& in, const map_setting& by) {
            const interval covers = covered(owners[p], in);
            return apply(what.maps[one.piece_map], {owners[p].nominal, covers}, by).covers;
        };
        interval whole = read(source.within, source.with);
        // Beside what is planned, the rest covers less, maybe nothing, and no shift finds that.
        if (source.with.planned) known = end_of(read(within, with));
        if (one.one_piece) {
            add(whole, p);
            continue;
        }
        whole = with_ends(whole, what, of, extents, with);
        if (whole.from >= whole.to) continue;
        if (whole.from <= beginning_of_time || whole.to >= end_of_time)
            return error("E411", "a unit beside `per` needs a period to cut",
                         "ask by a unit, or `for` a period");
        for (std::int64_t at = with.in.start_of(one.piece, whole.from); at < whole.to;) {
            const std::int64_t next = with.in.add_units(one.piece, at, 1);
            add({std::max(at, whole.from), std::min(next, whole.to)}, p);
            at = next;
            if (static_cast<std::int64_t>(into.periods.size()) > most_periods)
                return error("E712", "the range holds more than 1,000,000 periods",
                             "ask for a coarser unit or a shorter range");
        }
    }
    return {};
}

bool cuts_windows(const plan& what) {
    return std::any_of(what.frames.begin(), what.frames.end(), [&](const frame& one) {
        return one.pieces_of != nothing && is_window(what.maps[one.piece_map]);
    });
}

}  // namespace merit::plan
