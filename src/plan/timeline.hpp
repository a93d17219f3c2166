// The timeline: all calendar arithmetic of one run, done once. Runners see only numbers: panes,
// periods, labels.
#pragma once

#include <optional>
#include <span>

#include "merit/result.hpp"
#include "plan/nodes.hpp"

namespace merit::plan {

/// Ends of time for intervals without a border: whole days, far from overflow in any unit.
inline constexpr std::int64_t beginning_of_time =
    -(std::int64_t{1} << 61) / calendar::day_us * calendar::day_us;
inline constexpr std::int64_t end_of_time = -beginning_of_time;

struct period {
    calendar::interval
        covers;  ///< local microseconds: nominal ∩ range ∩ up to `as of`; may be empty (from = to).
                 ///< Of a piece: the part in which what is not planned is read
    std::string label;             ///< of the finest unit; empty without a unit
    bool blank = false;            ///< the period of rows without a time
    calendar::interval nominal{};  ///< the whole period; without a unit the range, or all of time
    std::vector<std::string> labels{};  ///< one per unit dimension of the frame's keys, in order
    bool piece = false;  ///< cut from what a map made of another, so that no range narrows it
};

/// Is a window cut into pieces? Then it matters where the rows of every axis begin.
[[nodiscard]] bool cuts_windows(const plan& what);

/// Panes of one axis: pane p is [edges[p], edges[p+1]); rows outside all edges are not read.
struct axis_panes {
    std::vector<std::int64_t>
        edges;  ///< local microseconds, ascending; for a date axis the local midnight of days
    bool everything = false;  ///< no time condition: one pane, number 0, blank times included
    std::uint32_t blank_pane =
        nothing;  ///< pane number of rows with a blank time, where those count
    std::uint32_t panes = 1;
    /// [first, last) panes that merge into a period. Empty: first = last.
    struct run {
        std::uint32_t first;
        std::uint32_t last;
        /// short_window: the data begins after the window does; no_snapshot: there is no value.
        reason flag = reason::none;
        std::uint32_t undated = nothing;  ///< the blank pane, where it belongs to the period too

        [[nodiscard]] bool holds(std::uint32_t pane) const {
            return (first <= pane && pane < last) || (pane == undated && pane != nothing);
        }
    };
    /// valid: pane p holds the rows that last in windows[p], ordered by their ends.
    struct window {
        calendar::interval within;   ///< local
        calendar::interval nominal;  ///< of the period
        std::int64_t covered_end;
        bool undated = false;  ///< rows without a time look at the period too
    };
    std::vector<window> windows;
};

/// How the periods of one frame read each axis.
struct frame_times {
    std::vector<period> periods;  ///< in order; a blank period is last
    std::vector<std::vector<std::vector<axis_panes::run>>> runs;  ///< [axis][map position][period]
    /// What the maps of plan.maps make of the periods, where an expression reads it.
    std::vector<std::vector<calendar::interval>> nominal, covers;  ///< [map][period]
    std::vector<std::uint32_t> owners;  ///< pieces: the period of the other frame that each is of
    bool trim =
        false;  ///< without `for`: drop periods before the first and after the last with a row seen
};

/// The period of another frame that holds each of these, or nothing. `same_pieces`: they are the
/// very pieces; those of windows may overlap, so their times do not tell them apart.
[[nodiscard]] std::vector<std::uint32_t> joined_periods(std::span<const period> reading,
                                                        std::span<const period> among,
                                                        bool same_pieces);

struct timeline {
    std::vector<frame_times> frames;    ///< beside plan.frames
    std::vector<axis_panes> axes;       ///< beside plan.axes
    std::optional<std::int64_t> as_of;  ///< instant
};

/// Smallest and largest non-blank local time of an axis' rows (before filters); `any` false when
/// there is none. Where the range is found, `high` is of the rows up to `as of`, below `low` where
/// all lie behind.
struct axis_extent {
    bool any = false;
    std::int64_t low = 0;
    std::int64_t high = 0;
    bool blanks = false;
    std::vector<std::int64_t> moments{};  ///< of snapshots, ascending
};

/// A cell of rows that show groups: where none is asked, the range is from the first to the last of
/// them. `undated`: those without a time show the blank period.
struct range_rows {
    id cell;
    bool undated;
};
[[nodiscard]] std::vector<range_rows> rows_of_range(const plan& what);

/// Where no range is asked: does it matter to more than the rows that tell of it? To windows and
/// shifts, pieces, who exists, other rows, and what reads the borders of periods.
[[nodiscard]] bool looks_beyond_rows(const plan& what, std::span<const range_rows> shown);

/// What these rows tell.
struct range_told {
    calendar::interval of{0, 0};  ///< local; empty where there is no row
    bool blanks = false;          ///< the blank period is shown
};

/// `extents` beside plan.axes: the range where none was asked, and which windows the data does not
/// fill. `shown`: what `rows_of_range` alone tell, where it is known. Values of parameters
/// beside plan.parameters. Fails with E712 when periods exceed a limit, E301 when a parameter is no
/// date, E413 when the range ends before it begins, E411 when a window has neither a period nor `as
/// of` to end at, E104 when a parameter is no number of units. `early`: all of time, bound before,
/// and the instant of the run.
[[nodiscard]] result<timeline> bind(const plan& what, const calendar::calendar& in,
                                    std::span<const value> parameters,
                                    std::span<const axis_extent> extents, const timeline& early,
                                    const std::optional<range_told>& shown = {});

/// The timeline of what looks at no period: attributes, before anything else is known. Where they
/// read intervals, it holds after `bind_era`.
[[nodiscard]] timeline timeless(const plan& what, const calendar::calendar& in,
                                std::optional<std::int64_t> as_of);

/// Is an axis of an era one whose rows tell where it begins and ends?
[[nodiscard]] bool tells_of_era(const axis& one, id era);

/// What an era reads, as soon as `extents` knows the axes that tell of it. Fails as `bind` does.
[[nodiscard]] result<void> bind_era(const plan& what, id era, const calendar::calendar& in,
                                    std::span<const value> parameters,
                                    std::span<const axis_extent> extents, timeline& into);

}  // namespace merit::plan
