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

/// What the reps' table says from one day to before another; versions have several of one rep.
struct target_stint {
    key team;
    std::optional<std::int32_t> from;
    std::optional<std::int32_t> to;
};

struct target_rep {
    std::string name;
    std::string role;
    std::vector<target_stint> stints;  ///< in order
};

/// What a `targets` statement says, and the tables it speaks of.
struct target_plan {
    enum class spread { none, days, workdays, equal };
    enum class roll { sum, avg, last };
    enum class reps { unknown, listed, hired, employed, versions };  ///< what is known of them

    unit period = unit::month;
    spread by = spread::none;
    spread prorate = spread::none;
    roll rolled = roll::sum;
    bool missing_is_zero = false;
    bool metrics = false;  ///< rows say which KPI they are for
    bool for_reps = true;
    bool for_teams = false;
    bool reps_have_teams = false;  ///< the reps' table refers to the team that rows name too
    bool sales_only = false;       ///< who: role = "sales"
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
        bool all = true;
        bool somebody = false;
        std::optional<double> last;
        for (const days& period : civil::cut(of_.period, asked)) {
            const piece one = in_period({metric, group, period, asked.within(period)});
            if (one.missing) return std::nullopt;
            any = any || one.any;
            all = all && one.any;
            somebody = somebody || one.somebody;
            if (!one.counts) continue;
            sum += one.value;
            last = one.value;
            ++periods;
        }
        // Where nobody should have rows, each period should have one itself.
        if (!any || (!all && !somebody && !of_.missing_is_zero)) return std::nullopt;
        if (of_.rolled == target_plan::roll::last) return last;
        return of_.rolled == target_plan::roll::avg ? sum / periods : sum;
    }

private:
    struct question {
        const std::set<std::string>& metric;
        const target_group& group;
        days period;
        days asked;  ///< of the period
    };
    struct piece {
        bool missing = false;
        bool any = false;
        bool counts = false;    ///< somebody was there who should have a target, or it was set
        bool somebody = false;  ///< has rows at some time, or should have
        double value = 0;
    };

    static bool is(const std::optional<key>& wanted, const key& found) {
        return !wanted || *wanted == found;
    }

    std::vector<target_stint> stints(const key& rep) const {
        if (of_.known == target_plan::reps::unknown) return {};
        for (const target_rep& one : of_.people)
            if (rep && one.name == *rep) return one.stints;
        return {};
    }

    /// `as of` decides which rows of reps are there, not what an attribute is looked up in.
    bool is_seen(const target_stint& one) const {
        const bool dated = of_.known >= target_plan::reps::hired;
        return !dated || !of_.as_of || !one.from || *one.from <= *of_.as_of;
    }

    /// The team that a rep has on a day, had last, or has first.
    key team_of(const key& rep, std::int32_t day) const {
        key out;
        bool first = true;
        for (const target_stint& one : stints(rep)) {
            if (one.from && one.to && *one.to <= *one.from) {
                if (of_.known == target_plan::reps::versions) continue;
            }
            if (first || !one.from || *one.from <= day) out = one.team;
            first = false;
        }
        return out;
    }

    bool of_group(const target_row& row, const question& asked) const {
        const target_group& group = asked.group;
        const key rep = of_.for_reps ? row.rep : key{};
        // What is set for a coarser entity is of no group of a finer one, not of a blank one.
        const bool none = !rep && (group.rep_team || (group.team && !row.team));
        const key team = team_of(rep, asked.asked.to - 1);
        return is(group.rep, rep) && is(group.team, row.team) && is(group.rep_team, team) &&
               is(group.only_rep, rep) && is(group.only_team, team) && !none;
    }

    /// Of the finest entity that the targets are for.
    key whose(const target_row& row) const {
        if (of_.for_reps) return row.rep;
        return of_.for_teams ? row.team : key{};
    }

    bool of_metric(const target_row& row, const question& asked) const {
        return !of_.metrics || asked.metric.contains(row.metric);
    }

    static bool of_period(const target_row& row, const question& asked) {
        return row.day >= asked.period.from && row.day < asked.period.to;
    }

    static bool meets(const target_stint& stint, const days& piece, bool versions) {
        if (!stint.from && !versions) return false;
        if (stint.from && *stint.from >= piece.to) return false;
        if (!stint.to) return true;
        return *stint.to > piece.from && (!stint.from || *stint.to > *stint.from);
    }

    std::vector<target_stint> present(const std::string& rep, const days& piece) const {
        using reps = target_plan::reps;
        std::vector<target_stint> out;
        for (const target_stint& one : stints(rep)) {
            const bool there =
                of_.known == reps::listed ||
                (of_.known == reps::hired ? one.from && *one.from < piece.to
                                          : meets(one, piece, of_.known == reps::versions));
            if (there && is_seen(one)) out.push_back(one);
        }
        return out;
    }

    bool exists(const std::string& rep, const days& piece) const {
        return of_.known == target_plan::reps::unknown || !present(rep, piece).empty();
    }

    static double size(target_plan::spread by, const days& of) {
        if (!of.any()) return 0;
        if (by == target_plan::spread::equal) return civil::months(of);
        return by == target_plan::spread::workdays ? civil::workdays(of) : of.to - of.from;
    }

    /// The part of the period that is asked.
    double part(const question& asked) const {
        if (of_.by == target_plan::spread::none) return 1;
        return size(of_.by, asked.asked) / size(of_.by, asked.period);
    }

    /// The part of the piece in which a rep was there.
    double employed(const std::string& rep, const days& piece) const {
        if (of_.prorate == target_plan::spread::none) return 1;
        if (size(of_.prorate, piece) == 0) return 1;  // a weekend takes no part away
        double there = 0;
        for (const target_stint& one : present(rep, piece))
            there += size(of_.prorate,
                          piece.within({one.from.value_or(piece.from), one.to.value_or(piece.to)}));
        return there / size(of_.prorate, piece);
    }

    /// What ties somebody to the group, by the team that it names: rows at any time; with a
    /// condition, what the table of reps says of the period too.
    std::map<std::string, std::vector<key>> tied(const question& asked) const {
        std::map<std::string, std::vector<key>> out;
        for (const target_row& row : of_.rows)
            if (const key who = whose(row); who && of_metric(row, asked) && of_group(row, asked))
                out[*who].push_back(row.team);
        if (!of_.sales_only) return out;
        for (const target_rep& one : of_.people) {
            if (one.role != "sales") out.erase(one.name);
            if (one.role != "sales") continue;
            for (const target_stint& stint : present(one.name, asked.asked)) {
                const target_group& group = asked.group;
                const bool meant =
                    is(group.rep, one.name) && is(group.only_rep, one.name) &&
                    (!group.team || (of_.reps_have_teams && is(group.team, stint.team))) &&
                    is(group.rep_team, stint.team) && is(group.only_team, stint.team);
                if (meant) out[one.name].push_back(of_.reps_have_teams ? stint.team : key{});
            }
        }
        std::erase_if(out, [&](const auto& one) {
            return std::none_of(of_.people.begin(), of_.people.end(),
                                [&](const target_rep& rep) { return rep.name == one.first; }) ||
                   stints(one.first).empty();
        });
        return out;
    }

    bool any_row_ever(const question& asked, bool named) const {
        return std::any_of(of_.rows.begin(), of_.rows.end(), [&](const target_row& row) {
            return of_metric(row, asked) && of_group(row, asked) && (!named || whose(row));
        });
    }

    /// Does somebody have a row of the period, in whatever group?
    bool has_row(const std::string& who, const question& asked) const {
        return std::any_of(of_.rows.begin(), of_.rows.end(), [&](const target_row& row) {
            return of_metric(row, asked) && of_period(row, asked) && whose(row) == key(who);
        });
    }

    /// Set for just what is asked: for a team where teams are asked, else for all.
    bool is_set(const target_row& row, const question& asked) const {
        if (whose(row) || asked.group.rep || asked.group.rep_team) return false;
        if (!of_.for_teams) return true;
        return of_.for_reps ? row.team.has_value() == asked.group.team.has_value()
                            : !asked.group.team;
    }

    piece in_period(const question& asked) const {
        piece out;
        out.somebody = !tied(asked).empty() || any_row_ever(asked, true);
        bool set = false;
        std::set<key> teams;  // that have a row of their own, where teams are not asked
        for (const target_row& row : of_.rows) {
            if (!of_metric(row, asked) || !of_group(row, asked) || !of_period(row, asked)) continue;
            if (is_set(row, asked)) {
                set = true;
                out.value += row.value * part(asked);
            } else if (!whose(row) && row.team && of_.rolled == target_plan::roll::sum &&
                       !asked.group.rep && !asked.group.rep_team && !asked.group.team) {
                teams.insert(row.team);
            }
        }
        if (set) {
            out.any = out.counts = true;
            return out;
        }
        add_entities(asked, teams, out);
        return out;
    }

    void add_entities(const question& asked, const std::set<key>& teams, piece& out) const {
        int n = 0;
        const auto count = [&](double value) {
            out.any = out.counts = true;
            out.value += value;
        };
        std::map<std::string, double> has;
        for (const target_row& row : of_.rows) {
            if (!of_metric(row, asked) || !of_group(row, asked) || !of_period(row, asked)) continue;
            const key who = whose(row);
            if (teams.contains(row.team) && row.team) {
                // A team's row wins over those of its reps, in a sum of teams too.
                if (!who) count(row.value * part(asked));
            } else if (who) {
                has[*who] += row.value;
            }
        }
        for (const auto& [who, value] : has) {
            if (!exists(who, asked.asked)) continue;
            count(value * part(asked) * employed(who, asked.asked));
            ++n;
        }
        const auto expected = tied(asked);
        for (const auto& [who, ties] : expected) {
            if (!exists(who, asked.asked) || has_row(who, asked)) continue;
            const bool covered = std::all_of(ties.begin(), ties.end(), [&](const key& team) {
                return team && teams.contains(team);
            });
            if (covered) continue;
            if (!of_.missing_is_zero) out.missing = true;
            count(0);
            ++n;
        }
        if (of_.missing_is_zero && !out.any && !out.somebody && any_row_ever(asked, false))
            count(0);
        if (n > 0 && of_.rolled != target_plan::roll::sum) out.value /= n;
    }

    const target_plan& of_;
};

}  // namespace oracle
