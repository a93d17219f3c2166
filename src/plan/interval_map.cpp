#include "plan/interval_map.hpp"

#include <algorithm>
#include <initializer_list>

#include "plan/period.hpp"

namespace merit::plan {

namespace {

using calendar::interval;

bool endless(std::int64_t local) {
    return local <= beginning_of_time || local >= end_of_time;
}

bool is_border(unit of, std::int64_t local, const calendar::calendar& in) {
    return in.start_of(of, local) == local;
}

bool is_whole(unit of, interval what, const calendar::calendar& in) {
    return is_border(of, what.from, in) && is_border(of, what.to, in);
}

std::int64_t count_of(const map_step& step, const map_setting& with) {
    if (step.count_parameter == nothing) return step.count;
    const auto* given = std::get_if<std::int64_t>(&with.parameters[step.count_parameter]);
    return given == nullptr ? 1 : *given;
}

/// A day, moved; the clock time behind it is kept.
std::int64_t moved_day(std::int64_t local, std::int64_t day, span_value by,
                       const calendar::calendar& in) {
    return in.add_span(day, by) + (local - day);
}

interval shifted(interval what, unit of, std::int64_t count, const calendar::calendar& in) {
    interval out = what;
    const span_value by{-count, of};
    const bool days = calendar::length_of(of) <= calendar::length_of(unit::week);
    // Between borders of a unit, or of months for what is made of them, borders move to borders.
    const auto borders = [&](std::int64_t& end) {
        if (!endless(end)) end = days ? in.add_span(end, by) : in.add_units(of, end, -count);
    };
    const auto months = [&](std::int64_t& end) {
        if (!endless(end)) end = in.add_span(end, by);
    };
    const auto at_border = [&](unit one) {
        return (endless(what.from) || is_border(one, what.from, in)) &&
               (endless(what.to) || is_border(one, what.to, in));
    };
    if (days || at_border(of)) {
        borders(out.from);
        borders(out.to);
    } else if (at_border(unit::month)) {
        months(out.from);
        months(out.to);
    } else {
        if (!endless(what.from))
            out.from = moved_day(what.from, in.start_of(unit::day, what.from), by, in);
        if (!endless(what.to))
            out.to = moved_day(what.to, in.start_of(unit::day, what.to - 1), by, in);
    }
    out.to = std::max(out.from, out.to);
    return out;
}

std::int64_t trailing_start(std::int64_t end, unit of, std::int64_t count,
                            const calendar::calendar& in) {
    if (is_border(of, end, in)) return in.add_units(of, end, -count);
    const span_value back{-count, of};
    if (calendar::length_of(of) < calendar::length_of(unit::day)) return in.add_span(end, back);
    const std::int64_t last_day = in.start_of(unit::day, end - 1);
    return in.add_units(unit::day, in.start_of(unit::day, in.add_span(last_day, back)), 1);
}

void widen(const map_step& step, placed_interval& to, const map_setting& with) {
    const calendar::calendar& in = with.in;
    interval& read = to.covers;
    switch (step.what) {
        case map_step::kind::trailing:
            if (!endless(read.to))
                read.from = trailing_start(read.to, step.of, count_of(step, with), in);
            break;
        case map_step::kind::prior: {
            if (endless(read.from)) {
                read = {0, 0};
                break;
            }
            const std::int64_t border = in.start_of(step.of, read.from);
            read = {in.add_units(step.of, border, -count_of(step, with)), border};
            break;
        }
        case map_step::kind::to_date:
            if (!endless(read.to)) read.from = in.start_of(step.of, read.to - 1);
            break;
        default:
            break;
    }
    if (to.window == unit::none || calendar::length_of(step.of) < calendar::length_of(to.window))
        to.window = step.of;
}

}  // namespace

placed_interval apply(const interval_map& map, placed_interval to, const map_setting& with) {
    std::optional<std::int64_t> cut = with.cut;
    const auto cut_off = [&] {
        if (cut && !with.planned)
            to.covers.to = std::max(to.covers.from, std::min(to.covers.to, *cut));
    };
    // All of time has no end for what is planned; windows and shifts start where it is known.
    const auto begin_at_cut = [&] {
        if (cut && to.covers.to >= end_of_time) to.covers.to = std::max(to.covers.from, *cut);
    };
    for (const map_step& step : map.steps) {
        const bool starts =
            step.what != map_step::kind::fixed && step.what != map_step::kind::as_of;
        if (starts) begin_at_cut();
        // Where nothing is covered, no window that begins somewhere covers anything.
        const bool empty = to.covers.from >= to.covers.to;
        switch (step.what) {
            case map_step::kind::all_to_date:
                to.covers.from = beginning_of_time;
                to.window = unit::none;
                cut_off();
                break;
            case map_step::kind::trailing:
            case map_step::kind::prior:
            case map_step::kind::to_date:
                if (!empty) widen(step, to, with);
                break;
            case map_step::kind::fixed:
                to.covers = {step.from, step.to};
                to.window = step.of;
                cut_off();
                break;
            case map_step::kind::as_of:
                cut = std::min(cut.value_or(step.to), step.to);
                cut_off();
                break;
            case map_step::kind::shift: {
                const unit of = step.of == unit::none ? with.period : step.of;
                const std::int64_t count =
                    step.of == unit::none ? with.periods : count_of(step, with);
                if (of == unit::none) break;
                to.nominal = shifted(to.nominal, of, count, with.in);
                to.covers = shifted(to.covers, of, count, with.in);
                if (empty) to.covers.to = to.covers.from;
                break;
            }
        }
    }
    return to;
}

interval_map without_windows(const interval_map& map) {
    interval_map out;
    for (const map_step& step : map.steps)
        if (step.what == map_step::kind::shift || step.what == map_step::kind::as_of)
            out.steps.push_back(step);
    return out;
}

whole_range whole_units_of(interval range, const calendar::calendar& in) {
    for (const unit of : {unit::year, unit::quarter, unit::month, unit::week, unit::day, unit::hour,
                          unit::minute, unit::second}) {
        if (is_whole(of, range, in)) return {of, in.units_between(of, range.from, range.to)};
    }
    return {};
}

}  // namespace merit::plan
