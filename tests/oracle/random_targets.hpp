// Random targets, and random requests for them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "merit/value.hpp"
#include "oracle/dice.hpp"
#include "oracle/targets.hpp"

namespace oracle {

namespace asking_targets {

using spread = target_plan::spread;
using roll = target_plan::roll;
using reps = target_plan::reps;

constexpr std::int32_t new_year = 20'454;  // 2026-01-01

inline std::string date(std::int32_t day) {
    return merit::to_string(merit::date_value{day});
}
inline std::string date(const std::optional<std::int32_t>& day) {
    return day ? date(*day) : "";
}
inline std::string word(unit of) {
    return of == unit::week      ? "week"
           : of == unit::month   ? "month"
           : of == unit::quarter ? "quarter"
                                 : "year";
}

/// A request for targets, in its parts.
struct request {
    bool ratio = false;    ///< a KPI that cannot be added up
    bool down = false;     ///< lower is better
    std::string by;        ///< "", rep, team, rep.team
    unit in = unit::none;  ///< periods shown
    days range{};
    bool to_date = false;
    unit to_date_of = unit::none;
    std::optional<std::int32_t> as_of;  ///< a day, to its noon
    key only_rep;
    key only_team;
    bool totals = false;
};

struct scenario {
    target_plan plan;
    bool team_of_sales = false;
    std::vector<target_row> valueless;  ///< rows that say nothing
    request asked;
};

class scenario_maker {
public:
    explicit scenario_maker(std::uint64_t seed) : dice_(seed) {}

    scenario make() {
        scenario out;
        target_plan& plan = out.plan;
        plan.period = dice_.pick(
            std::vector{unit::month, unit::month, unit::quarter, unit::week, unit::year});
        plan.by =
            dice_.pick(std::vector{spread::none, spread::days, spread::workdays, spread::equal});
        if (plan.period == unit::week && plan.by == spread::equal) plan.by = spread::days;
        plan.rolled = dice_.pick(std::vector{roll::sum, roll::sum, roll::avg, roll::last});
        plan.missing_is_zero = dice_.chance(30);
        plan.metrics = dice_.chance(50);
        plan.for_reps = dice_.chance(85);
        plan.for_teams = dice_.chance(40);
        if (plan.for_reps)
            plan.known = dice_.pick(std::vector{reps::unknown, reps::listed, reps::hired,
                                                reps::employed, reps::employed, reps::versions});
        if (plan.known >= reps::employed && dice_.chance(50))
            plan.prorate = dice_.chance(50) ? spread::days : spread::workdays;
        plan.sales_only = plan.known != reps::unknown && dice_.chance(25);
        plan.reps_have_teams = plan.for_teams && (plan.sales_only || dice_.chance(70));
        people(plan);
        rows(plan);
        if (plan.rows.empty()) row(plan, {}, {}, new_year);
        for (target_row& one : plan.rows)
            if (dice_.chance(2)) out.valueless.push_back(one);
        ask(out);
        return out;
    }

private:
    std::string name() { return dice_.pick({"Ann", "Bob", "Cem", "Dan"}); }
    key team() { return dice_.pick({"east", "west"}); }

    void people(target_plan& plan) {
        for (const char* one : {"Ann", "Bob", "Cem", "Dan"}) {
            if (dice_.chance(12)) continue;
            target_rep made{one, dice_.pick({"sales", "sales", "office"}), {}};
            target_stint all{team(), {}, {}};
            if (!dice_.chance(5))
                all.from = new_year + static_cast<std::int32_t>(dice_.between(-90, 60));
            if (dice_.chance(35) && all.from)
                all.to = *all.from + static_cast<std::int32_t>(dice_.between(0, 150));
            made.stints.push_back(all);
            if (plan.known == reps::versions && dice_.chance(60)) move(made);
            plan.people.push_back(made);
        }
    }

    /// To another team, at once or after a while.
    void move(target_rep& one) {
        target_stint& before = one.stints.front();
        const std::int32_t began = before.from.value_or(new_year - 90);
        const std::int32_t day =
            before.to ? began + static_cast<std::int32_t>(dice_.between(0, *before.to - began))
                      : began + static_cast<std::int32_t>(dice_.between(1, 120));
        const std::int32_t away = dice_.chance(25) ? 10 : 0;
        if (before.to && day + away >= *before.to) return;
        const target_stint after{team(), day + away, before.to};
        before.to = day;
        one.stints.push_back(after);
    }

    const target_rep* person(const target_plan& plan, const std::string& name) {
        for (const target_rep& one : plan.people)
            if (one.name == name) return &one;
        return nullptr;
    }

    void row(target_plan& plan, const key& rep, const key& team, std::int32_t day) {
        const double value = static_cast<double>(dice_.between(1, 4'000)) / 4;
        plan.rows.push_back({dice_.chance(85) ? dice_.pick({"k", "k", "Label of k"}) : "other", rep,
                             team, day, value});
    }

    void rows(target_plan& plan) {
        const unsigned gaps = dice_.chance(50) ? 0 : 15;
        const unsigned twice = dice_.chance(70) ? 0 : 15;
        const unsigned set = dice_.chance(60) ? 0 : 25;
        const bool inside = dice_.chance(20);  // dated within the period
        const unsigned elsewhere = dice_.chance(70) ? 0 : 15;
        for (const days& one : civil::cut(plan.period, {new_year - 62, new_year + 150})) {
            const auto day = [&] {
                return inside ? one.from + static_cast<std::int32_t>(dice_.below(
                                               static_cast<std::size_t>(one.to - one.from)))
                              : one.from;
            };
            for (const char* rep : {"Ann", "Bob", "Cem"}) {
                if (!plan.for_reps) break;
                if (dice_.chance(gaps)) continue;
                const target_rep* known = person(plan, rep);
                key of;
                if (plan.for_teams) of = known == nullptr ? key("west") : known->stints[0].team;
                if (plan.for_teams && dice_.chance(elsewhere)) of = team();
                row(plan, rep, of, day());
                if (dice_.chance(twice)) row(plan, rep, of, day());
            }
            for (const char* of : {"east", "west"}) {
                if (!plan.for_teams || dice_.chance(plan.for_reps ? 100 - set : gaps)) continue;
                row(plan, {}, of, day());
            }
            if (dice_.chance(plan.for_reps || plan.for_teams ? set : 100 - gaps))
                row(plan, {}, {}, day());
        }
    }

    void ask(scenario& out) {
        request& to = out.asked;
        const target_plan& plan = out.plan;
        out.team_of_sales = plan.for_teams;
        std::vector<std::string> groups{""};
        if (plan.for_reps) groups.insert(groups.end(), {"rep", "rep"});
        if (plan.for_teams) groups.emplace_back("team");
        if (plan.for_reps && plan.known != reps::unknown) groups.emplace_back("rep.team");
        to.by = dice_.pick(groups);
        to.ratio = plan.rolled != roll::sum && dice_.chance(50);
        to.down = dice_.chance(25);
        std::vector<unit> units{unit::none, unit::month, unit::quarter, unit::year};
        if (dice_.chance(30)) units.push_back(unit::week);
        to.in = dice_.pick(units);
        to.range = dice_.pick(std::vector<days>{{new_year, new_year + 90},
                                                {new_year, new_year + 31},
                                                {new_year - 31, new_year + 59},
                                                {new_year, new_year + 365},
                                                {new_year + 9, new_year + 51},
                                                {new_year + 31, new_year + 59}});
        if (dice_.chance(40)) to.as_of = new_year + static_cast<std::int32_t>(dice_.between(0, 80));
        out.plan.as_of = to.as_of;
        to.to_date = dice_.chance(plan.by != spread::none ? 25 : 3);
        to.to_date_of = dice_.pick(std::vector{unit::month, unit::quarter, unit::year});
        if (plan.for_reps && dice_.chance(15)) to.only_rep = name();
        if (plan.for_reps && plan.known != reps::unknown && dice_.chance(15)) to.only_team = team();
        to.totals = dice_.chance(50);
    }

    dice dice_;
};

/// The texts of a scenario.
struct written {
    std::vector<std::pair<std::string, std::string>> tables;
    std::string definitions;
    std::string shown;
    std::string about;  ///< by, for, where
};

inline std::string definitions_of(const scenario& of) {
    const target_plan& plan = of.plan;
    std::string out = "entity rep\nentity team\n";
    out += "calendar work { zone: \"UTC\", hours: \"mon-fri 09:00-17:00\" }\n";
    out += "table sales { time: at, rep: seller" +
           std::string(of.team_of_sales ? ", team: group" : "") + " }\n";
    if (plan.known != reps::unknown)
        out += std::string("table reps { entity: rep, key: name") +
               (plan.reps_have_teams ? ", team: team" : "") +
               (plan.known == reps::hired      ? ", time: hired"
                : plan.known == reps::employed ? ", kind: interval(hired, gone)"
                : plan.known == reps::versions ? ", kind: versions(hired, gone)"
                                               : "") +
               " }\n";
    out += "targets plan { from: goals";
    if (plan.metrics) out += ", kpi: metric";
    if (plan.for_reps) out += ", rep: whose";
    if (plan.for_teams) out += ", team: team";
    out += ", time: starts, period: \"" + word(plan.period) + "\", value: goal";
    if (plan.by != spread::none)
        out += std::string(", spread: ") + (plan.by == spread::days       ? "\"days\""
                                            : plan.by == spread::workdays ? "\"workdays\""
                                                                          : "\"equal\"");
    if (plan.prorate != spread::none)
        out += std::string(", prorate: ") +
               (plan.prorate == spread::days ? "\"days\"" : "\"workdays\"");
    if (plan.rolled != roll::sum)
        out += std::string(", roll: ") + (plan.rolled == roll::avg ? "\"avg\"" : "\"last\"");
    if (plan.missing_is_zero) out += ", missing: \"zero\"";
    if (plan.sales_only) out += ", who: role = \"sales\"";
    out += " }\n";
    if (of.asked.down) out += "@good down\n";
    out += "kpi k \"Label of k\" = " +
           std::string(of.asked.ratio ? "avg(sales.amount)" : "sum(sales.amount)") + "\n";
    return out;
}

inline written text_of(const scenario& of) {
    const target_plan& plan = of.plan;
    std::string sales = "seller,group,at,amount\n";
    for (const char* one : {"Ann", "Bob", "Cem", "Dan"}) {
        key team = "west";
        for (const target_rep& known : plan.people)
            if (known.name == one) team = known.stints[0].team;
        for (std::int32_t day = new_year - 70; day < new_year + 370; day += 3)
            sales += fmt::format("{},{},{},{}\n", one, *team, date(day), 10 + day % 7);
    }
    std::string people = "name,team,role,hired,gone\nNobody,,office,2019-01-01,2019-01-02\n";
    for (const target_rep& one : plan.people)
        for (const target_stint& stint : one.stints)
            people += fmt::format("{},{},{},{},{}\n", one.name, stint.team.value_or(""), one.role,
                                  date(stint.from), date(stint.to));
    std::string goals = "metric,whose,team,starts,goal\n";
    const auto goal = [&](const target_row& one, const std::string& value) {
        goals += fmt::format("{},{},{},{},{}\n", one.metric, one.rep.value_or(""),
                             one.team.value_or(""), date(one.day), value);
    };
    for (const target_row& one : plan.rows) goal(one, fmt::format("{:.2f}", one.value));
    for (const target_row& one : of.valueless) goal(one, "");
    const request& asked = of.asked;
    const std::string clause =
        asked.to_date ? " over " + word(asked.to_date_of) + " to date" : std::string();
    const std::string show = "k, (target(k)" + clause + ") as goal, (attainment(k)" + clause +
                             ") as reached, (k" + clause + ") as actual";
    std::string about;
    std::string by = asked.by;
    if (asked.in != unit::none) by += (by.empty() ? "" : ", ") + word(asked.in);
    if (!by.empty()) about += " by " + by;
    about += " for @" + date(asked.range.from) + " to @" + date(asked.range.to - 1);
    std::string where;
    if (asked.only_rep) where = "rep = \"" + *asked.only_rep + "\"";
    if (asked.only_team)
        where +=
            std::string(where.empty() ? "" : " and ") + "rep.team = \"" + *asked.only_team + "\"";
    if (!where.empty()) about += " where " + where;
    return {
        {{"sales", sales}, {"reps", people}, {"goals", goals}}, definitions_of(of), show, about};
}

}  // namespace asking_targets

}  // namespace oracle
