#include "plan/period.hpp"

#include <algorithm>

#include "data/calendar/week_literal.hpp"

namespace merit::plan {

using calendar::interval;

namespace {

error too_many_periods() {
    return error("E712", "the range holds more than 1,000,000 periods",
                 "ask for a coarser unit or a shorter range");
}

// The whole period that a parameter's value names.
result<interval> named_period(const value& given, const calendar::calendar& in) {
    if (const auto* text = std::get_if<std::string>(&given)) {
        if (const auto read = calendar::read_date(*text, in.options())) return read->covers;
        return error("E301", "the range ends in \"" + *text + "\", which is no date",
                     "write a date such as 2026, 2026Q1, 2026-03 or 2026-03-31");
    }
    if (const auto* date = std::get_if<date_value>(&given)) {
        const std::int64_t from = std::int64_t{date->days} * calendar::day_us;
        return interval{from, from + calendar::day_us};
    }
    if (const auto* time = std::get_if<timestamp_value>(&given)) {
        const std::int64_t from = in.to_local(time->microseconds);
        return interval{from, from + 1};
    }
    return error("E301", "an end of the range is \"" + to_string(given) + "\", which is no date",
                 "write a date such as 2026, 2026Q1, 2026-03 or 2026-03-31");
}

std::optional<unit> finest(std::span<const unit> units) {
    const auto found = std::min_element(units.begin(), units.end(), [](unit a, unit b) {
        return calendar::length_of(a) < calendar::length_of(b);
    });
    return found == units.end() ? std::nullopt : std::optional<unit>(*found);
}

// Where one of the units begins, from the first period to the end of the last. Units that do not
// nest, such as week and month, cut each other.
std::vector<std::int64_t> borders(std::span<const unit> units, interval range,
                                  const calendar::calendar& in) {
    std::vector<std::int64_t> all;
    std::int64_t first = beginning_of_time;
    std::int64_t end = end_of_time;
    for (const unit one : units) {
        std::int64_t start = in.start_of(one, range.from);
        first = std::max(first, start);
        for (; start < range.to; start = in.add_units(one, start, 1)) all.push_back(start);
        end = std::min(end, start);
    }
    all.push_back(end);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    all.erase(all.begin(), std::lower_bound(all.begin(), all.end(), first));
    return all;
}

}  // namespace

result<std::optional<interval>> asked_range(const period_rule& rule,
                                            std::span<const value> parameters,
                                            const calendar::calendar& in) {
    if (!rule.ranged) return std::optional<interval>{};
    interval range = rule.range;
    if (rule.from_parameter != nothing) {
        const result<interval> named = named_period(parameters[rule.from_parameter], in);
        if (!named) return named.error();
        range.from = named->from;
    }
    if (rule.to_parameter != nothing) {
        const result<interval> named = named_period(parameters[rule.to_parameter], in);
        if (!named) return named.error();
        range.to = named->to;
    }
    if (range.to <= range.from)
        return error("E413", "the range ends before it begins", "give the earlier date first");
    return std::optional<interval>(range);
}

interval covered(interval nominal, const stretch& within) {
    interval part{std::max(nominal.from, within.range.from), std::min(nominal.to, within.range.to)};
    if (within.cut) part.to = std::min(part.to, *within.cut);
    part.to = std::max(part.from, part.to);
    return part;
}

interval covered(const period& of, const stretch& within) {
    const interval all{beginning_of_time, end_of_time};
    interval out = covered(of.nominal, {of.piece ? all : within.range, within.cut});
    if (of.piece && within.cut) out.to = std::max(out.from, std::min(out.to, of.covers.to));
    return out;
}

result<std::vector<period>> cut_periods(std::span<const unit> units, const stretch& within,
                                        const calendar::calendar& in) {
    const interval range = within.range;
    const std::optional<unit> by = finest(units);
    std::vector<period> made;
    if (!by) {
        made.push_back({covered(range, within), "", false, range, {}});
        return made;
    }
    if (range.from >= range.to) return made;
    for (const unit one : units) {
        const std::int64_t first = in.start_of(one, range.from);
        const std::int64_t last = in.start_of(one, range.to - 1);
        if (in.units_between(one, first, last) >= most_periods) return too_many_periods();
    }
    const std::vector<std::int64_t> edges = borders(units, range, in);
    if (static_cast<std::int64_t>(edges.size()) - 1 > most_periods) return too_many_periods();
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        const interval nominal{edges[i], edges[i + 1]};
        period one{covered(nominal, within),
                   in.label(*by, in.start_of(*by, nominal.from)),
                   false,
                   nominal,
                   {}};
        for (const unit name : units)
            one.labels.push_back(in.label(name, in.start_of(name, nominal.from)));
        made.push_back(std::move(one));
    }
    return made;
}

}  // namespace merit::plan
