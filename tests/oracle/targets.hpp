// Targets worked out by hand, so to say: from a declaration and its rows, period by period and
// entity by entity, knowing nothing of the formulas that a checker makes of them.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data/calendar/calendar.hpp"

namespace oracle {

using merit::unit;

/// Days from one to before another.
struct days {
    std::int32_t from;
    std::int32_t to;

    bool any() const { return from < to; }
    days within(const days& of) const { return {std::max(from, of.from), std::min(to, of.to)}; }
};

using key = std::optional<std::string>;  ///< nothing: blank

struct target_row {
    std::string metric;
    key rep;
    key team;
    std::int32_t day;
    double value;
};

struct target_rep {
    std::string name;
    key team;
    std::string role;
    std::optional<std::int32_t> hired;
    std::optional<std::int32_t> left;
};

/// What a `targets` statement says, and the tables it speaks of.
struct target_plan {
    enum class spread { none, days, workdays, equal };
    enum class roll { sum, avg, last };
    enum class reps { unknown, listed, hired, employed };  ///< what is known of them

    unit period = unit::month;
    spread by = spread::none;
    spread prorate = spread::none;
    roll rolled = roll::sum;
    bool missing_is_zero = false;
    bool metrics = false;  ///< rows say which KPI they are for
    bool for_reps = true;
    bool for_teams = false;
    bool sales_only = false;  ///< who: role = "sales"
    reps known = reps::unknown;
    std::vector<target_row> rows;
    std::vector<target_rep> people;
    std::optional<std::int32_t> as_of;  ///< who comes later is not known yet
};

/// The group that is asked; what is not grouped by is not there.
struct target_group {
    std::optional<key> rep;
    std::optional<key> team;       ///< the entity
    std::optional<key> rep_team;   ///< what the reps' table says
    std::optional<key> only_rep;   ///< a filter of the request
    std::optional<key> only_team;  ///< the same, of the reps' table
};

namespace civil {

inline std::int32_t start_of(unit of, std::int32_t day) {
    if (of == unit::week) return day - (merit::calendar::weekday_of(day) - 1);
    const int month = merit::calendar::civil_of(day).month;
    const int before = of == unit::year ? month - 1 : of == unit::quarter ? (month - 1) % 3 : 0;
    const std::int32_t first = day - (merit::calendar::civil_of(day).day - 1);
    return merit::calendar::add_months(first, -before);
}

inline std::int32_t next(unit of, std::int32_t start) {
    if (of == unit::week) return start + 7;
    return merit::calendar::add_months(start, of == unit::year ? 12 : of == unit::quarter ? 3 : 1);
}

inline std::vector<days> cut(unit by, const days& what) {
    std::vector<days> out;
    for (std::int32_t at = start_of(by, what.from); at < what.to; at = next(by, at))
        out.push_back({at, next(by, at)});
    return out;
}

inline int workdays(const days& of) {
    int out = 0;
    for (std::int32_t day = of.from; day < of.to; ++day)
        out += merit::calendar::weekday_of(day) <= 5 ? 1 : 0;
    return out;
}

/// Months from a day on, a part of a month by its days.
inline double months(const days& of) {
    double out = 0;
    for (const days& month : cut(unit::month, of)) {
        const days part = of.within(month);
        out += static_cast<double>(part.to - part.from) / (month.to - month.from);
    }
    return out;
}

}  // namespace civil

class target_sheet {
public:
    explicit target_sheet(const target_plan& of) : of_(of) {}

    /// Nothing: there is none, or a piece of it is missing.
    std::optional<double> target(const std::set<std::string>& metric, const target_group& group,
                                 const days& asked) const {
        double sum = 0;
        int periods = 0;
        bool any = false;
        // Where no rep should have rows, each period should have one itself.
        const bool nobody = anybody(metric, group).empty();
        std::optional<double> last;
        for (const days& period : civil::cut(of_.period, asked)) {
            const piece one = in_period(metric, group, period, asked.within(period));
            if (one.missing || (nobody && !one.any && !of_.missing_is_zero)) return std::nullopt;
            any = any || one.any;
            if (!one.counts && !nobody) continue;
            sum += one.value;
            last = one.value;
            ++periods;
        }
        if (!any) return std::nullopt;
        if (of_.rolled == target_plan::roll::last) return last;
        return of_.rolled == target_plan::roll::avg ? sum / periods : sum;
    }

private:
    struct piece {
        bool missing = false;
        bool any = false;
        bool counts = false;  ///< somebody was there who should have a target, or it was set
        double value = 0;
    };

    static bool is(const std::optional<key>& wanted, const key& found) {
        return !wanted || *wanted == found;
    }

    const target_rep* person(const key& rep) const {
        for (const target_rep& one : of_.people)
            if (rep && one.name == *rep) return &one;
        return nullptr;
    }
    key team_of(const key& rep) const {
        const target_rep* known = person(rep);
        return known == nullptr ? key{} : known->team;
    }

    bool of_group(const target_row& row, const target_group& group) const {
        const key rep = of_.for_reps ? row.rep : key{};
        return is(group.rep, rep) && is(group.team, row.team) && is(group.rep_team, team_of(rep)) &&
               is(group.only_rep, rep) && is(group.only_team, team_of(rep));
    }

    /// Of the finest entity that the targets are for.
    key whose(const target_row& row) const {
        if (of_.for_reps) return row.rep;
        return of_.for_teams ? row.team : key{};
    }

    bool of_metric(const target_row& row, const std::set<std::string>& metric) const {
        return !of_.metrics || metric.contains(row.metric);
    }

    bool exists(const std::string& rep, const days& piece) const {
        using reps = target_plan::reps;
        if (of_.known == reps::unknown) return true;
        const target_rep* known = person(rep);
        if (known == nullptr) return false;
        if (of_.known == reps::listed) return true;
        if (!known->hired || *known->hired >= piece.to) return false;
        if (of_.as_of && *known->hired > *of_.as_of) return false;
        return of_.known == reps::hired || !known->left ||
               (*known->left > piece.from && *known->left > *known->hired);
    }

    static double size(target_plan::spread by, const days& of) {
        if (by == target_plan::spread::equal) return civil::months(of);
        return by == target_plan::spread::workdays ? civil::workdays(of) : of.to - of.from;
    }

    /// The part of the period that is asked.
    double part(const days& period, const days& piece) const {
        if (of_.by == target_plan::spread::none) return 1;
        return size(of_.by, piece) / size(of_.by, period);
    }

    /// The part of the piece in which a rep was there.
    double employed(const std::string& rep, const days& piece) const {
        if (of_.prorate == target_plan::spread::none) return 1;
        if (size(of_.prorate, piece) == 0) return 1;  // a weekend takes no part away
        const target_rep* known = person(rep);
        const days there =
            piece.within({known->hired.value_or(piece.from), known->left.value_or(piece.to)});
        return size(of_.prorate, there) / size(of_.prorate, piece);
    }

    /// Who has any row, or should have.
    std::set<std::string> anybody(const std::set<std::string>& metric,
                                  const target_group& group) const {
        std::set<std::string> out;
        if (of_.sales_only) out = expected(metric, group);
        for (const target_row& row : of_.rows) {
            const key who = whose(row);
            if (who && of_metric(row, metric) && of_group(row, group)) out.insert(*who);
        }
        return out;
    }

    /// Who should have rows: who has any, or meets the condition.
    std::set<std::string> expected(const std::set<std::string>& metric,
                                   const target_group& group) const {
        std::set<std::string> out;
        if (!of_.sales_only) return anybody(metric, group);
        for (const target_rep& one : of_.people) {
            const target_row row{"", one.name, one.team, 0, 0};
            if (one.role == "sales" && of_group(row, group)) out.insert(one.name);
        }
        return out;
    }

    /// Rows of a period by rep, but for those in some teams.
    std::map<std::string, double> without_teams(const std::set<std::string>& metric,
                                                const target_group& group, const days& period,
                                                const std::set<std::string>& teams) const {
        std::map<std::string, double> out;
        for (const target_row& row : of_.rows) {
            if (!of_metric(row, metric) || !of_group(row, group) || !whose(row)) continue;
            if (row.day < period.from || row.day >= period.to) continue;
            if (!row.team || !teams.contains(*row.team)) out[*whose(row)] += row.value;
        }
        return out;
    }

    /// Has a rep rows in these teams alone?
    bool only_in(const std::string& rep, const std::set<std::string>& metric,
                 const std::set<std::string>& teams) const {
        for (const target_row& row : of_.rows) {
            if (!of_metric(row, metric) || whose(row) != key(rep)) continue;
            if (!row.team || !teams.contains(*row.team)) return false;
        }
        return true;
    }

    piece in_period(const std::set<std::string>& metric, const target_group& group,
                    const days& period, const days& asked) const {
        piece out;
        std::map<std::string, double> has;
        std::set<std::string> teams;  // that have a row of their own, where teams are not asked
        double of_teams = 0;
        bool set = false;
        for (const target_row& row : of_.rows) {
            if (!of_metric(row, metric) || !of_group(row, group)) continue;
            if (!of_.for_reps && of_.missing_is_zero) out.any = true;
            if (row.day < period.from || row.day >= period.to) continue;
            if (const key who = whose(row)) {
                has[*who] += row.value;
                continue;
            }
            // What is set for just what is asked: for a team where teams are asked, else for all.
            if (of_.for_reps && of_.for_teams && row.team.has_value() != group.team.has_value()) {
                if (!row.team || of_.rolled != target_plan::roll::sum) continue;
                // A team's row wins over those of its reps, in a sum of teams too.
                teams.insert(*row.team);
                of_teams += row.value * part(period, asked);
                continue;
            }
            set = out.any = out.counts = true;
            out.value += row.value * part(period, asked);
        }
        if (set) return out;
        if (!teams.empty()) {
            out.any = out.counts = true;
            out.value += of_teams;
            has = without_teams(metric, group, period, teams);
        }
        int n = 0;
        for (const auto& [rep, value] : has) {
            if (!exists(rep, asked)) continue;
            out.any = out.counts = true;
            ++n;
            out.value += value * part(period, asked) * employed(rep, asked);
        }
        for (const std::string& rep : expected(metric, group)) {
            if (has.contains(rep) || !exists(rep, asked)) continue;
            if (!teams.empty() && only_in(rep, metric, teams)) continue;
            out.counts = true;
            out.missing = !of_.missing_is_zero;
            if (!of_.missing_is_zero) continue;
            out.any = true;
            ++n;
        }
        if (n > 0 && of_.rolled != target_plan::roll::sum) out.value /= n;
        return out;
    }

    const target_plan& of_;
};

}  // namespace oracle
