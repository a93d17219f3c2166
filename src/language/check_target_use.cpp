// What a request asks of targets must be what they can tell: whole periods, unless it is said how
// they are spread, and what can be added up.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"

namespace merit::language {

namespace {

using step_kind = time_step::kind;

/// Is each of the larger units made of whole smaller ones?
bool nests(unit small, unit large, const calendar::settings& with) {
    if (small == large) return true;
    if (calendar::length_of(large) < calendar::length_of(small)) return false;
    if (small == unit::week || small == unit::day) return small == unit::day;
    const auto in = calendar::calendar::make(with);
    if (!in) return true;
    std::int64_t at = in->start_of(large, 0);
    for (int i = 0; i < 8; ++i, at = in->add_units(large, at, 1))
        if (in->start_of(small, at) != at) return false;
    return true;
}

/// Does an instant lie within a unit?
bool is_inside(unit of, std::int64_t at, const calendar::settings& with) {
    const auto in = calendar::calendar::make(with);
    return in && in->start_of(of, at) != at;
}

/// Does the range that is asked begin or end within a unit?
bool cuts(unit of, const request& asked, const calendar::settings& with) {
    if (!asked.range) return false;
    return (asked.range_from_parameter == nothing && is_inside(of, asked.range->from, with)) ||
           (asked.range_to_parameter == nothing && is_inside(of, asked.range->to, with));
}

/// How many of another unit there are in one, where that is always the same.
std::int64_t how_many(unit small, unit large) {
    const auto months = [](unit of) {
        return of == unit::month ? 1 : of == unit::quarter ? 3 : of == unit::year ? 12 : 0;
    };
    const auto days = [](unit of) { return of == unit::day ? 1 : of == unit::week ? 7 : 0; };
    for (const auto& in : {+months, +days})
        if (in(small) != 0 && in(large) != 0 && in(large) % in(small) == 0)
            return in(large) / in(small);
    return 0;
}

/// Does a shift move whole units to whole ones?
bool moves_whole(unit of, const time_step& by, const calendar::settings& with) {
    if (by.of == unit::none || nests(of, by.of, with)) return true;
    const std::int64_t parts = how_many(by.of, of);
    return parts != 0 && by.count_parameter == nothing && by.count % parts == 0;
}

/// Does a step in time make intervals that may end within a unit? Those that end where `as of` does
/// may.
bool cuts(unit of, const time_step& by, const calendar::settings& with) {
    switch (by.what) {
        case step_kind::trailing:
        case step_kind::to_date:
        case step_kind::all_to_date:
            return true;
        case step_kind::prior:
            return !nests(of, by.of, with);
        case step_kind::fixed:
            return is_inside(of, by.fixed.from, with) || is_inside(of, by.fixed.to, with);
        case step_kind::shift:
            return !moves_whole(of, by, with);
        case step_kind::as_of:
            break;
    }
    return false;
}

/// May an interval hold several of a unit?
bool holds_several(unit of, const time_step& by, const calendar::settings& with) {
    switch (by.what) {
        case step_kind::to_date:
            return !nests(by.of, of, with);
        case step_kind::prior:
            return by.count_parameter != nothing || by.count > 1 || !nests(by.of, of, with);
        case step_kind::fixed: {
            const auto in = calendar::calendar::make(with);
            return in && in->start_of(of, by.fixed.from) != in->start_of(of, by.fixed.to - 1);
        }
        default:
            return by.what == step_kind::trailing || by.what == step_kind::all_to_date;
    }
}

bool is_window(const time_step& by) {
    return by.what != step_kind::shift && by.what != step_kind::as_of;
}

}  // namespace

/// Targets of whole periods only, of which a part is asked.
bool checker::cuts_targets(const target_use& use, const term& at, const request& asked,
                           const target_reading& how) {
    const targets_info& of = *use.of;
    if (of.spread != spread_kind::none) return false;
    const std::string period = unit_name_of(of.period);
    // The innermost window alone says what is read, but for the shifts in it.
    std::size_t first = how.steps.size();
    while (first > 0 && !is_window(out_.changes[how.steps[first - 1]].time)) --first;
    for (std::size_t i = first == 0 ? 0 : first - 1; i < how.steps.size(); ++i) {
        const time_step& by = out_.changes[how.steps[i]].time;
        if (!cuts(of.period, by, out_.calendar)) continue;
        report(
            by.source, by.text, "E420",
            fmt::format("the targets are for a {}, and `{}` may cut one", period,
                        in_.documents[by.source]->from->text.substr(by.text.begin,
                                                                    by.text.end - by.text.begin)),
            fmt::format("say how they are spread: targets {} {{ spread: \"workdays\" }}", of.name));
        return true;
    }
    if (first > 0) return false;
    if (how.finest != unit::none && !nests(of.period, how.finest, out_.calendar)) {
        report(
            at.source, at.text, "E420",
            fmt::format("the targets are for a {}, and a {} is asked", period,
                        unit_name_of(how.finest)),
            fmt::format("say how they are spread: targets {} {{ spread: \"workdays\" }}", of.name));
        return true;
    }
    if (!cuts(of.period, asked, out_.calendar)) return false;
    report(at.source, at.text, "E420",
           fmt::format("the targets are for a {}, and the range cuts one", period),
           fmt::format("say how they are spread: targets {} {{ spread: \"workdays\" }}, or ask "
                       "for whole periods",
                       of.name));
    return true;
}

void checker::check_target(const target_use& use, const term& at, const request& asked,
                           const target_reading& how) {
    const targets_info& of = *use.of;
    const auto window = std::find_if(how.steps.rbegin(), how.steps.rend(), [&](std::uint32_t one) {
        return is_window(out_.changes[one].time);
    });
    const bool windowed = window != how.steps.rend();
    if (!asks_period(asked) && !windowed)
        return report(at.source, at.text, "E411", "a target is that of a period, and none is asked",
                      "ask by a unit, such as `by month`, or `for` a period");
    if (cuts_targets(use, at, asked, how) || use.additive || of.roll != roll_kind::none) return;
    const unit asked_unit = how.finest != unit::none ? how.finest : asked.range_grain;
    bool whole = windowed ? !holds_several(of.period, out_.changes[*window].time, out_.calendar)
                          : calendar::length_of(asked_unit) <= calendar::length_of(of.period);
    if (!of.references.empty()) {
        const std::uint32_t finest = out_.references[of.references.front()].entity;
        whole = whole &&
                std::find(how.entities.begin(), how.entities.end(), finest) != how.entities.end();
    }
    if (whole) return;
    const time_step* const by = windowed ? &out_.changes[*window].time : nullptr;
    report(
        by != nullptr ? by->source : at.source, by != nullptr ? by->text : at.text, "E421",
        fmt::format("targets of `{}` cannot be added up: it is neither a count nor a sum", use.kpi),
        fmt::format("say how: targets {} {{ roll: \"avg\" }}, or \"last\"", of.name));
}

void checker::check_targets(const request& asked) {
    if (target_uses_.empty()) return;
    target_reading all;
    all.finest = finest_unit(asked.by);
    for (const dimension& one : asked.by)
        if (one.entity != nothing) all.entities.push_back(one.entity);
    std::vector<std::pair<term_id, target_reading>> open;
    for (const term_id one : terms_read(asked)) open.emplace_back(one, all);
    std::set<std::pair<term_id, target_reading>> seen;
    while (!open.empty()) {
        const auto next = open.back();
        open.pop_back();
        if (next.first == nothing || !seen.insert(next).second) continue;
        const term& t = get(next.first);
        target_reading how = next.second;
        if (const auto use = target_uses_.find(next.first); use != target_uses_.end()) {
            check_target(use->second, t, asked, how);
            continue;
        }
        if (t.at != level::group) continue;
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time)
            how.steps.push_back(t.with);
        for (const term_id one : t.of) open.emplace_back(one, how);
        if (t.kind != op::aggregate) continue;
        const aggregate& nested = out_.aggregates[t.with];
        if (nested.per.empty()) continue;
        for (const dimension& one : nested.per) {
            if (one.entity != nothing) how.entities.push_back(one.entity);
            if (one.calendar_unit != unit::none) how.finest = one.calendar_unit;
        }
        for (const term_id one : {nested.argument, nested.where, nested.second})
            open.emplace_back(one, how);
    }
}

}  // namespace merit::language
