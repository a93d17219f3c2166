#include "plan/window.hpp"

#include <algorithm>
#include <tuple>

#include "plan/found_range.hpp"
#include "plan/pieces.hpp"
#include "plan/short_windows.hpp"

namespace merit::plan {

using calendar::interval;
using run = axis_panes::run;
using window = axis_panes::window;

namespace {

auto place(const window& one) {
    return std::tuple(one.within.to, one.within.from, one.nominal.from, one.nominal.to,
                      one.covered_end, one.undated);
}
bool comes_before(const window& a, const window& b) {
    return place(a) < place(b);
}

/// What one map makes of one period: a window, if it holds any time, and what its cells bear.
struct placed_window {
    bool any = false;
    window what{};
    reason flag = reason::none;
};

class window_maker {
public:
    window_maker(const plan& what, const axis& of, stretch within, const map_setting& with,
                 const axis_extent& extent)
        : what_(what), axis_(of), within_(within), with_(with), extent_(extent) {
        with_.planned = of.planned;
        with_.cut = within_.cut;
        if (of.planned) within_.cut.reset();
    }

    /// `undated`: rows without a time belong to the period, at which they look.
    placed_window make(id map, const period& one, bool undated) const {
        placed_window out;
        out.what.undated = undated && is_window_of_instants(what_, axis_) && stays(what_.maps[map]);
        if (one.blank) {
            out.any = out.what.undated;
            return out;
        }
        placed_interval read = apply(what_.maps[map], {one.nominal, covered(one, within_)}, with_);
        if (within_.cut) read.covers.to = std::min(read.covers.to, *within_.cut);
        out.any = read.covers.from < read.covers.to;
        if (axis_.snapshot) out.flag = snapshot_in(read.covers);
        if (out.any && is_window_of_instants(what_, axis_) && is_short(read, extent_, with_))
            out.flag = reason::short_window;
        interval within = read.covers;
        // Who is there when a period begins, is there in a period after `as of` too.
        if (axis_.existence && !out.any) {
            within.to = within.from + 1;
            out.any = true;
        }
        out.any = out.any || out.what.undated;
        if (!out.any) return out;
        if (axis_.window == axis::part::end) within = {within.to - 1, within.to};
        if (axis_.window == axis::part::start) within = {within.from - 1, within.from};
        out.what.within = within;
        // Windows that no row can tell apart are one.
        out.what.nominal = axis_.by_period ? read.nominal : interval{0, 0};
        out.what.covered_end = axis_.by_period ? covered_end(map, one) : 0;
        return out;
    }

private:
    std::int64_t covered_end(id map, const period& of) const {
        const placed_interval from{of.nominal, covered(of, within_)};
        const std::int64_t end = apply(without_windows(what_.maps[map]), from, with_).covers.to;
        return within_.cut ? std::min(end, *within_.cut) : end;
    }

    /// The newest snapshot must lie in the interval; at its start, anywhere before.
    reason snapshot_in(interval read) const {
        const bool start = axis_.window == axis::part::start;
        const auto& moments = extent_.moments;
        const auto after =
            std::lower_bound(moments.begin(), moments.end(), start ? read.from : read.to);
        const bool none = after == moments.begin() || read.from >= read.to ||
                          (!start && *(after - 1) < read.from);
        return none ? reason::no_snapshot : reason::none;
    }

    const plan& what_;
    const axis& axis_;
    stretch within_;
    map_setting with_;
    const axis_extent& extent_;
};

}  // namespace

axis_panes bind_windows(const plan& what, const axis& of, stretch within, const map_setting& with,
                        bool blanks, const axis_extent& extent, std::vector<frame_times>& frames) {
    axis_panes made;
    const window_maker maker(what, of, within, with, extent);
    // Without `for` the blank period and what no unit cuts hold rows without a time.
    const auto undated = [&](std::size_t f, const period& one) {
        const bool asked = what.periods.ranged || what.periods.of != unit::none;
        if (of.era == nothing && asked && !blanks) return false;
        return one.blank || (what.frames[f].pieces_of == nothing && one.labels.empty());
    };
    for (std::size_t f = 0; f < frames.size(); ++f)
        for (const id map : of.maps)
            for (const period& one : frames[f].periods)
                if (const auto placed = maker.make(map, one, undated(f, one)); placed.any)
                    made.windows.push_back(placed.what);
    std::sort(made.windows.begin(), made.windows.end(), comes_before);
    made.windows.erase(
        std::unique(made.windows.begin(), made.windows.end(),
                    [](const window& a, const window& b) { return place(a) == place(b); }),
        made.windows.end());
    made.panes = std::max<std::uint32_t>(static_cast<std::uint32_t>(made.windows.size()), 1);
    for (std::size_t f = 0; f < frames.size(); ++f) {
        std::vector<std::vector<run>>& of_frame = frames[f].runs.emplace_back();
        for (const id map : of.maps) {
            std::vector<run>& of_map = of_frame.emplace_back();
            for (const period& one : frames[f].periods) {
                const placed_window placed = maker.make(map, one, undated(f, one));
                run found{0, 0, placed.flag};
                if (placed.any && placed.flag != reason::no_snapshot) {
                    const auto at = std::lower_bound(made.windows.begin(), made.windows.end(),
                                                     placed.what, comes_before);
                    found.first = static_cast<std::uint32_t>(at - made.windows.begin());
                    found.last = found.first + 1;
                }
                of_map.push_back(found);
            }
        }
    }
    return made;
}

}  // namespace merit::plan
