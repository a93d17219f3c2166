#include "plan/timeline.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "plan/builder.hpp"
#include "plan/found_range.hpp"
#include "plan/interval_map.hpp"
#include "plan/period.hpp"
#include "plan/pieces.hpp"
#include "plan/short_windows.hpp"
#include "plan/window.hpp"

namespace merit::plan {

using calendar::interval;
using run = axis_panes::run;

namespace {

// The first local time that no instant up to `as of` has. Where a clock was set back in the day
// before, its times before that moment are later by the wall, and lie inside.
std::int64_t cut_after(std::int64_t as_of, const calendar::calendar& in) {
    std::int64_t before = as_of - calendar::day_us;
    const std::int64_t end = in.to_local(as_of) + 1;
    if (in.constant_offset(before, as_of)) return end;
    std::int64_t after = as_of;
    const std::int64_t offset = in.to_local(before) - before;
    while (after - before > 1) {
        const std::int64_t middle = before + (after - before) / 2;
        (in.to_local(middle) - middle == offset ? before : after) = middle;
    }
    return std::max(end, in.to_local(before) + 1);
}

/// No era is that one.
constexpr id unbound = nothing - 1;

std::vector<unit> units_of(const plan& what, const frame& of) {
    std::vector<unit> found;
    for (const std::uint32_t key : of.keys)
        if (what.grain[key].calendar_unit != unit::none)
            found.push_back(what.grain[key].calendar_unit);
    return found;
}

std::vector<bool> axes_of(const plan& what, id era) {
    std::vector<bool> out(what.axes.size());
    for (id one = 0; one < what.axes.size(); ++one) out[one] = what.axes[one].era == era;
    return out;
}

bool any_blanks(const plan& what, std::span<const axis_extent> extents) {
    for (std::size_t i = 0; i < what.axes.size() && i < extents.size(); ++i)
        if (what.axes[i].blank_pane && extents[i].blanks) return true;
    return false;
}

/// Panes of one axis: first every interval that a period set reads, then the runs over their ends.
class pane_maker {
public:
    pane_maker(const plan& what, const axis& of, stretch within, const map_setting& with,
               axis_extent extent)
        : what_(what), axis_(of), within_(within), with_(with), extent_(extent) {
        with_.planned = of.planned;
        with_.cut = within_.cut;
        if (of.planned) within_.cut.reset();
    }

    void note_ends(const std::vector<period>& periods) {
        for (const id map : axis_.maps)
            for (const period& one : periods) {
                const interval read = placed(map, one).covers;
                if (read.from >= read.to) continue;
                made.edges.push_back(read.from);
                made.edges.push_back(read.to);
            }
    }

    void close(bool blanks) {
        std::sort(made.edges.begin(), made.edges.end());
        made.edges.erase(std::unique(made.edges.begin(), made.edges.end()), made.edges.end());
        made.panes = made.edges.empty() ? 0 : static_cast<std::uint32_t>(made.edges.size() - 1);
        if (blanks && axis_.blank_pane) made.blank_pane = made.panes++;
        made.panes = std::max(made.panes, std::uint32_t{1});
    }

    std::vector<std::vector<run>> runs(const std::vector<period>& periods, bool cut) const {
        std::vector<std::vector<run>> all;
        for (const id map : axis_.maps) {
            std::vector<run>& of_map = all.emplace_back();
            for (const period& one : periods) of_map.push_back(run_of(map, one, cut));
        }
        return all;
    }

    axis_panes made;

private:
    placed_interval placed(id map, const period& one) const {
        if (one.blank) return {};
        placed_interval read = apply(what_.maps[map], {one.nominal, covered(one, within_)}, with_);
        if (within_.cut) read.covers.to = std::min(read.covers.to, *within_.cut);
        return read;
    }

    std::uint32_t edge(std::int64_t at) const {
        return static_cast<std::uint32_t>(
            std::lower_bound(made.edges.begin(), made.edges.end(), at) - made.edges.begin());
    }

    run run_of(id map, const period& one, bool cut) const {
        const std::uint32_t undated = stays(what_.maps[map]) ? made.blank_pane : nothing;
        if (one.blank) return {0, 0, reason::none, undated};
        const placed_interval read = placed(map, one);
        const bool empty = read.covers.from >= read.covers.to;
        run found = empty ? run{0, 0} : run{edge(read.covers.from), edge(read.covers.to)};
        if (!empty && is_short(read, extent_, with_)) found.flag = reason::short_window;
        // Without a unit and without `for` there is no time condition: rows without a time count.
        if (!cut) found.undated = undated;
        return found;
    }

    const plan& what_;
    const axis& axis_;
    stretch within_;
    map_setting with_;
    axis_extent extent_;
};

axis_panes everything(const plan& what, const axis& of, std::vector<frame_times>& frames) {
    axis_panes made;
    made.everything = true;
    for (std::size_t f = 0; f < what.frames.size(); ++f)
        frames[f].runs.emplace_back(of.maps.size(),
                                    std::vector<run>(frames[f].periods.size(), run{0, 1}));
    return made;
}

/// Rows that are groups of another frame: a pane is one of its periods.
axis_panes held(const plan& what, const axis& of, std::vector<frame_times>& frames) {
    axis_panes made;
    made.panes =
        std::max<std::uint32_t>(static_cast<std::uint32_t>(frames[of.period_of].periods.size()), 1);
    for (std::size_t f = 0; f < what.frames.size(); ++f) {
        auto& runs = frames[f].runs.emplace_back(
            of.maps.size(), std::vector<run>(frames[f].periods.size(), run{0, 0}));
        if (f != of.period_of) continue;
        for (std::vector<run>& one : runs)
            for (std::uint32_t p = 0; p < one.size(); ++p) one[p] = {p, p + 1};
    }
    return made;
}

/// Of another era, or of none.
axis_panes unread(const axis& of, std::vector<frame_times>& frames) {
    for (frame_times& one : frames)
        one.runs.emplace_back(of.maps.size(), std::vector<run>(one.periods.size(), run{0, 0}));
    return {};
}

void bind_axes(const plan& what, id era, const stretch& within, bool blanks,
               const map_setting& with, std::span<const axis_extent> extents, timeline& made) {
    for (std::size_t a = 0; a < what.axes.size(); ++a) {
        const axis& one = what.axes[a];
        if (one.how == axis::placement::none) {
            made.axes.push_back(everything(what, one, made.frames));
            continue;
        }
        if (one.era != era) {
            made.axes.push_back(unread(one, made.frames));
            continue;
        }
        if (one.how == axis::placement::held) {
            made.axes.push_back(held(what, one, made.frames));
            continue;
        }
        if (one.how == axis::placement::valid) {
            made.axes.push_back(bind_windows(what, one, within, with, blanks,
                                             a < extents.size() ? extents[a] : axis_extent{},
                                             made.frames));
            continue;
        }
        if (!is_event(one)) bug("a placement before the timeline knows it");
        pane_maker maker(what, one, within, with, a < extents.size() ? extents[a] : axis_extent{});
        for (const frame_times& frame : made.frames) maker.note_ends(frame.periods);
        maker.close(blanks);
        for (std::size_t f = 0; f < what.frames.size(); ++f) {
            const frame& reader = what.frames[f];
            const bool cut = reader.pieces_of != nothing || !units_of(what, reader).empty();
            made.frames[f].runs.push_back(maker.runs(made.frames[f].periods, cut));
        }
        made.axes.push_back(std::move(maker.made));
    }
}

/// Intervals as expressions read them: period.start and its like.
void place_periods(const plan& what, const stretch& within, const map_setting& with,
                   frame_times& made) {
    const bool read = std::any_of(what.expressions.begin(), what.expressions.end(), reads_period);
    if (!read) return;
    for (const interval_map& map : what.maps) {
        std::vector<interval>& nominal = made.nominal.emplace_back();
        std::vector<interval>& covers = made.covers.emplace_back();
        for (const period& one : made.periods) {
            const placed_interval moved = apply(map, {one.nominal, covered(one, within)}, with);
            nominal.push_back(moved.nominal);
            covers.push_back(moved.covers);
        }
    }
}

error at_clause(const interval_map& map, std::string code, std::string message, std::string help) {
    diagnostic out;
    out.code = std::move(code);
    out.message = std::move(message);
    out.help = std::move(help);
    out.where = map.text;
    out.line = map.source + 1;  // the number of the source; the host of the text knows its lines
    return error(std::move(out));
}

error without_end(const interval_map& map, id era) {
    if (era == nothing)
        return at_clause(map, "E411", "there is no period that this could start from",
                         "ask by a unit, such as `by month`, `for` a period, or as of a date");
    return at_clause(map, "E411",
                     "all of time is seen here, which has no end without `as of` that this could "
                     "start from",
                     "run it as of a date");
}

/// Windows and shifts need an end; counts given as parameters must be numbers of units.
std::optional<error> unusable_map(const plan& what, id era, const stretch& within, bool periods,
                                  std::span<const value> parameters) {
    const std::vector<bool> any = maps_of(what, era, true);
    const std::vector<bool> whole = maps_of(what, era, false);
    for (id m = 0; m < what.maps.size(); ++m) {
        const interval_map& map = what.maps[m];
        if (!any[m] || map.text.end == 0) continue;  // made by lowering, not by an author
        bool ends = periods || within.cut || !whole[m];
        for (const map_step& step : map.steps) {
            // Steps further out act first: a fixed interval and an instant give the others an end.
            ends = ends || step.what == map_step::kind::fixed || step.what == map_step::kind::as_of;
            if (!ends) return without_end(map, era);
            if (step.count_parameter == nothing) continue;
            const auto* given = std::get_if<std::int64_t>(&parameters[step.count_parameter]);
            if (given == nullptr || *given < 1 || *given > 1'000'000'000)
                return at_clause(map, "E104",
                                 "`" + what.parameters[step.count_parameter].name +
                                     "` is not a whole number of units, at least one",
                                 "bind it to a number such as 3");
        }
    }
    return std::nullopt;
}

result<std::vector<period>> periods_of(const plan& what, id of, const stretch& within, bool blanks,
                                       const calendar::calendar& in) {
    const std::vector<unit> units = units_of(what, what.frames[of]);
    result<std::vector<period>> made = cut_periods(units, within, in);
    if (made && blanks && !units.empty()) {
        period blank{{0, 0}, "", true, {0, 0}, {}};
        blank.labels.resize(units.size());
        made->push_back(std::move(blank));
    }
    return made;
}

}  // namespace

std::vector<std::uint32_t> joined_periods(std::span<const period> reading,
                                          std::span<const period> among, bool same_pieces) {
    std::vector<std::uint32_t> out(reading.size(), nothing);
    if (same_pieces) {
        std::iota(out.begin(), out.end(), 0U);
        return out;
    }
    for (std::size_t p = 0; p < out.size(); ++p) {
        const period& one = reading[p];
        if (among.size() == 1 && !among[0].blank && among[0].labels.empty()) {
            out[p] = 0;
            continue;
        }
        if (one.blank) {
            if (!among.empty() && among.back().blank)
                out[p] = static_cast<std::uint32_t>(among.size() - 1);
            continue;
        }
        const auto after = std::upper_bound(
            among.begin(), among.end(), one.nominal.from,
            [](std::int64_t at, const period& of) { return of.blank || at < of.nominal.from; });
        if (after != among.begin()) out[p] = static_cast<std::uint32_t>(after - among.begin() - 1);
    }
    return out;
}

timeline timeless(const plan& what, const calendar::calendar& in,
                  std::optional<std::int64_t> as_of) {
    timeline made;
    made.as_of = as_of;
    for (std::size_t f = 0; f < what.frames.size(); ++f) {
        frame_times& one = made.frames.emplace_back();
        one.periods = {all_of_time()};
        one.nominal.assign(what.maps.size(), {one.periods.front().nominal});
        one.covers = one.nominal;
    }
    stretch within{all_of_time().nominal, std::nullopt};
    bind_axes(what, unbound, within, false, {in, {}, unit::none, 1}, {}, made);
    return made;
}

bool tells_of_era(const axis& one, id era) {
    return one.era == era && in_time(one);
}

result<void> bind_era(const plan& what, id era, const calendar::calendar& in,
                      std::span<const value> parameters, std::span<const axis_extent> extents,
                      timeline& into) {
    timeline made;
    stretch within{all_of_time().nominal, std::nullopt};
    if (into.as_of) within.cut = cut_after(*into.as_of, in);
    if (auto problem = unusable_map(what, era, within, false, parameters)) return *problem;
    const map_setting with{in, parameters, unit::none, 1, false, within.cut};
    for (id f = 0; f < what.frames.size(); ++f) {
        frame_times& one = made.frames.emplace_back();
        if (what.frames[f].era != era) continue;
        if (what.frames[f].pieces_of == nothing) {
            one.periods = {all_of_time()};
        } else if (auto done = cut_pieces(what, f, within, with, extents, made); !done) {
            return done.error();
        }
        place_periods(what, within, with, made.frames[f]);
    }
    bind_axes(what, era, within, false, with, extents, made);
    flag_placed(what, era, into, made);
    for (id one = 0; one < what.axes.size(); ++one) {
        if (what.axes[one].era != era) continue;
        if (what.axes[one].how == axis::placement::held)
            flag_held(what, one, within, with, extents, made);
        into.axes[one] = std::move(made.axes[one]);
    }
    for (id f = 0; f < what.frames.size(); ++f)
        if (what.frames[f].era == era) into.frames[f] = std::move(made.frames[f]);
    return {};
}

result<timeline> bind(const plan& what, const calendar::calendar& in,
                      std::span<const value> parameters, std::span<const axis_extent> extents,
                      const timeline& early, const std::optional<range_told>& shown) {
    timeline made;
    const std::optional<std::int64_t> as_of = made.as_of = early.as_of;
    stretch within{{beginning_of_time, end_of_time}, std::nullopt};
    if (as_of) within.cut = cut_after(*as_of, in);
    const auto asked = asked_range(what.periods, parameters, in);
    if (!asked) return asked.error();
    const bool by_rows = what.periods.of != unit::none && !*asked;
    if (*asked) within.range = **asked;
    if (by_rows) {
        const interval found =
            shown ? shown->of : found_range(what, axes_of(what, nothing), extents, within.cut);
        within.range = whole_units(what.periods, found, in);
    }
    const bool timed = what.periods.of != unit::none || *asked;
    if (auto problem = unusable_map(what, nothing, within, timed, parameters)) return *problem;
    const bool blanks = by_rows && (shown ? shown->blanks : any_blanks(what, extents));
    map_setting with{in, parameters, what.periods.of, 1, false, within.cut};
    if (what.periods.of == unit::none && *asked) {
        const whole_range whole = whole_units_of(within.range, in);
        with.period = whole.of;
        with.periods = whole.count;
    }
    for (id f = 0; f < what.frames.size(); ++f) {
        frame_times& one = made.frames.emplace_back();
        if (what.frames[f].era != nothing) continue;  // it was bound before
        if (what.frames[f].pieces_of != nothing) {
            if (auto done = cut_pieces(what, f, within, with, extents, made); !done)
                return done.error();
            place_periods(what, within, with, made.frames[f]);
            continue;
        }
        auto periods = periods_of(what, f, within, blanks, in);
        if (!periods) return periods.error();
        one.periods = *std::move(periods);
        if (shown) keep_around(shown->of, one.periods);
        one.trim = by_rows && !shown && !units_of(what, what.frames[f]).empty();
        place_periods(what, within, with, one);
    }
    bind_axes(what, nothing, within, blanks, with, extents, made);
    flag_placed(what, nothing, early, made);
    for (id one = 0; one < what.axes.size(); ++one)
        if (what.axes[one].how == axis::placement::held && what.axes[one].era == nothing)
            flag_held(what, one, within, with, extents, made);
    return made;
}

}  // namespace merit::plan
