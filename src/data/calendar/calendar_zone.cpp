// Zones: a flat table of offset changes, taken from the IANA database once per calendar.
#ifndef USE_OS_TZDB
#define USE_OS_TZDB 1  // Debian builds the library to read the system's zone files: so here too
#endif
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

/// Period i runs from from[i] to from[i + 1]. Its local end is `local_end[i]`: both lists ascend.
struct calendar::zone_table {
    std::vector<std::int64_t> from;       ///< instants; the first stands for all time before
    std::vector<std::int64_t> offset;     ///< local − UTC, microseconds
    std::vector<std::int64_t> local_end;  ///< one fewer: the last period has no end
};

namespace {

constexpr std::int64_t first_year = 1900;
constexpr std::int64_t last_year = 2100;

/// An offset change: seconds since the epoch, and the new local − UTC in seconds.
struct change { std::int64_t at; std::int64_t offset; };

std::int64_t seconds_of(std::int64_t year) {
    return days_of({static_cast<std::int32_t>(year), 1, 1}) * std::int64_t{86'400};
}

/// Adds a change, unless the offset stays as it is. At one instant the later of two holds.
void add_change(std::vector<change>& changes, change next) {
    if (!changes.empty() && changes.back().at == next.at) changes.pop_back();
    if (changes.empty() || changes.back().offset != next.offset) changes.push_back(next);
}

/// The changes that the compiled file tabulates, and the second of the last of them.
std::int64_t tabulated_changes(const date::time_zone& zone, std::vector<change>& changes) {
    std::int64_t at = seconds_of(first_year);
    while (at < seconds_of(last_year + 1)) {
        const date::sys_info info = zone.get_info(date::sys_seconds(std::chrono::seconds(at)));
        add_change(changes, {at, info.offset.count()});
        const std::int64_t end = info.end.time_since_epoch().count();
        if (end >= seconds_of(last_year + 1)) break;
        at = end;
    }
    return at;
}

/// The last line of the compiled file: the rule for all time after the last tabulated change.
std::string rule_of(const std::string& zone) {
    for (const char* folder : {"/usr/share/zoneinfo/", "/var/db/zoneinfo/"}) {
        std::ifstream file(folder + zone, std::ios::binary);
        if (!file) continue;
        std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (text.size() < 2 || text.back() != '\n') return {};
        text.pop_back();
        return text.substr(text.rfind('\n') + 1);
    }
    return {};
}

/// Reads a rule as POSIX writes it in TZ: "EST5EDT,M3.2.0,M11.1.0", "IST-2IDT,M3.4.4/26,M10.5.0".
class rule_reader {
public:
    /// One of the two yearly changes: a day, and a local time in seconds, which may leave the day.
    struct yearly { char kind; int month; int week; int day; std::int64_t time; };
    struct rule { std::int64_t winter; std::int64_t summer; yearly start; yearly end; };

    explicit rule_reader(std::string_view text) : rest_(text) {}

    /// Nothing for a zone without summer time, or for a text that is no rule.
    std::optional<rule> read() {
        rule out{};
        if (!skip_name()) return std::nullopt;
        out.winter = -read_time();
        if (!skip_name()) return std::nullopt;
        out.summer = !rest_.empty() && rest_.front() == ',' ? out.winter + 3600 : -read_time();
        out.start = read_yearly();
        out.end = read_yearly();
        if (failed_ || !rest_.empty()) return std::nullopt;
        return out;
    }

private:
    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool skip_name() {
        const std::size_t end = rest_.starts_with('<') ? rest_.find('>') + 1
                                                       : rest_.find_first_of("+-,0123456789");
        if (end == 0 || end == std::string_view::npos) return false;
        rest_.remove_prefix(end);
        return true;
    }

    int read_number() {
        int number = 0;
        std::size_t length = 0;
        for (; length < 4 && length < rest_.size(); ++length) {
            if (rest_[length] < '0' || rest_[length] > '9') break;
            number = number * 10 + (rest_[length] - '0');
        }
        failed_ = failed_ || length == 0;
        rest_.remove_prefix(length);
        return number;
    }

    std::int64_t read_time() {
        const bool negative = take('-');
        if (!negative) take('+');
        std::int64_t seconds = read_number() * std::int64_t{3600};
        if (take(':')) seconds += read_number() * 60;
        if (take(':')) seconds += read_number();
        return negative ? -seconds : seconds;
    }

    yearly read_yearly() {
        yearly out{'n', 0, 0, 0, 2 * 3600};
        failed_ = failed_ || !take(',');
        if (take('M')) {
            out.kind = 'M';
            out.month = read_number();
            failed_ = failed_ || !take('.');
            out.week = read_number();
            failed_ = failed_ || !take('.') || out.month < 1 || out.month > 12;
        } else if (take('J')) {
            out.kind = 'J';
        }
        out.day = read_number();
        if (take('/')) out.time = read_time();
        return out;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Local second of a yearly change: Mm.w.d is day d (Sunday 0) of week w of month m, week 5 the
/// last; Jn counts days from 1 and never 29 February; n counts from 0.
std::int64_t second_in_year(const rule_reader::yearly& when, std::int32_t year) {
    const std::int32_t new_year = days_of({year, 1, 1});
    std::int32_t day = new_year + when.day;
    if (when.kind == 'J') {
        const bool leap = days_of({year + 1, 1, 1}) - new_year == 366;
        day -= leap && when.day >= 60 ? 0 : 1;
    } else if (when.kind == 'M') {
        const std::int32_t first = days_of({year, static_cast<std::uint8_t>(when.month), 1});
        const std::int32_t next = add_months(first, 1);
        day = first + (when.day - weekday_of(first) % 7 + 7) % 7 + (when.week - 1) * 7;
        while (day >= next) day -= 7;
    }
    return day * std::int64_t{86'400} + when.time;
}

/// Follows the rule from `after` to the last year.
void add_rule(const rule_reader::rule& rule, std::int64_t after, std::vector<change>& changes) {
    const auto days = static_cast<std::int32_t>(after / 86'400);
    for (std::int32_t year = civil_of(days).year; year <= last_year; ++year) {
        change both[] = {{second_in_year(rule.end, year) - rule.summer, rule.winter},
                         {second_in_year(rule.start, year) - rule.winter, rule.summer}};
        if (both[1].at < both[0].at) std::swap(both[0], both[1]);
        for (const change& one : both) {
            if (one.at > after) add_change(changes, one);
        }
    }
}

std::vector<change> changes_of(const std::string& name) {
    const date::time_zone& zone = *date::locate_zone(name);
    std::vector<change> changes;
    const std::int64_t last = tabulated_changes(zone, changes);
    // The library ends where the table ends: in 2037 for a "fat" file, at the last change of the
    // law for a "slim" one. Without the rule New York would then stay on winter time.
    const std::string text = rule_of(name);
    if (const auto rule = rule_reader(text).read()) add_rule(*rule, last, changes);
    return changes;
}

/// The name in the database that differs by letter case only, or nothing.
std::string same_letters(const std::string& name) {
    const auto lower = [](std::string text) {
        for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return text;
    };
    for (const date::time_zone& zone : date::get_tzdb().zones) {
        if (lower(zone.name()) == lower(name)) return zone.name();
    }
    return {};
}

error unknown_zone(const std::string& name) {
    std::string near;
    try {
        near = same_letters(name);
    } catch (const std::runtime_error&) {
        return error("E850",
                     fmt::format("zone \"{}\" needs the time zone database, which is missing",
                                 name),
                     "install the package tzdata");
    }
    if (!near.empty()) near = fmt::format("write \"{}\"", near);
    else near = "write an IANA name such as \"Asia/Shanghai\"";
    return error("E850", fmt::format("the time zone \"{}\" is not known", name), near);
}

}  // namespace

result<calendar> calendar::make(settings with) {
    if (with.week_start < 1 || with.week_start > 7) {
        return error("E850", fmt::format("{} is no first day of a week", with.week_start),
                     "use 1 for Monday to 7 for Sunday");
    }
    if (with.fiscal_start < 1 || with.fiscal_start > 12) {
        return error("E850",
                     fmt::format("{} is no first month of a fiscal year", with.fiscal_start),
                     "use 1 for January to 12 for December");
    }
    calendar made;
    // UTC is the wall clock itself: no table, and no database needed.
    if (with.zone != "UTC") {
        zone_table table;
        // "localtime" is a file of this machine, not a zone: the same model would mean two things.
        if (with.zone == "localtime") return unknown_zone(with.zone);
        try {
            for (const change& one : changes_of(with.zone)) {
                if (!table.from.empty()) {
                    table.local_end.push_back(one.at * second_us + table.offset.back());
                }
                table.from.push_back(one.at * second_us);
                table.offset.push_back(one.offset * second_us);
            }
        } catch (const std::runtime_error&) {
            return unknown_zone(with.zone);
        }
        made.zone_ = std::make_shared<const zone_table>(std::move(table));
    }
    made.options_ = std::move(with);
    return made;
}

std::int64_t calendar::to_local(std::int64_t instant) const {
    if (!zone_) return instant;
    const auto after = std::upper_bound(zone_->from.begin() + 1, zone_->from.end(), instant);
    const auto period = static_cast<std::size_t>(after - zone_->from.begin()) - 1;
    return instant + zone_->offset[period];
}

std::int64_t calendar::to_instant(std::int64_t local) const {
    if (!zone_) return local;
    // The first period whose local end lies after the time: so a repeated hour gives its first. A
    // time before that period's own local start was skipped by the jump that opens the period.
    const auto& ends = zone_->local_end;
    const auto period =
        static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), local) - ends.begin());
    const std::int64_t instant = local - zone_->offset[period];
    return period == 0 ? instant : std::max(instant, zone_->from[period]);
}

std::optional<std::int64_t> calendar::constant_offset(std::int64_t from, std::int64_t to) const {
    if (!zone_) return 0;
    const auto first = zone_->from.begin() + 1;
    const auto after = std::upper_bound(first, zone_->from.end(), from);
    if (after != zone_->from.end() && *after <= to) return std::nullopt;
    return zone_->offset[static_cast<std::size_t>(after - zone_->from.begin()) - 1];
}

}  // namespace merit::calendar
