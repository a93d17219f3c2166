// `target` and `attainment` against targets worked out from the declaration and its rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "merit/csv.hpp"
#include "merit/model.hpp"
#include "oracle/dice.hpp"
#include "oracle/targets.hpp"

namespace {

using merit::unit;
using oracle::days;
using oracle::key;
using oracle::target_group;
using oracle::target_plan;
using oracle::target_rep;
using oracle::target_row;
using spread = target_plan::spread;
using roll = target_plan::roll;
using reps = target_plan::reps;

constexpr std::int32_t new_year = 20'454;  // 2026-01-01

std::size_t wanted(const char* name, std::size_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : static_cast<std::size_t>(std::atoll(given));
}

std::string date(std::int32_t day) {
    return merit::to_string(merit::date_value{day});
}
std::string date(const std::optional<std::int32_t>& day) {
    return day ? date(*day) : "";
}
std::string word(unit of) {
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
                                                reps::employed, reps::employed});
        if (plan.known == reps::employed && dice_.chance(50))
            plan.prorate = dice_.chance(50) ? spread::days : spread::workdays;
        plan.sales_only = plan.known != reps::unknown && dice_.chance(25);
        people(plan);
        rows(plan);
        ask(out);
        return out;
    }

private:
    std::string name() { return dice_.pick({"Ann", "Bob", "Cem", "Dan"}); }
    key team() { return dice_.pick({"east", "west"}); }

    void people(target_plan& plan) {
        for (const char* one : {"Ann", "Bob", "Cem", "Dan"}) {
            if (dice_.chance(12)) continue;
            target_rep made{one, team(), dice_.pick({"sales", "sales", "office"}), {}, {}};
            if (!dice_.chance(5))
                made.hired = new_year + static_cast<std::int32_t>(dice_.between(-90, 60));
            if (dice_.chance(35) && made.hired)
                made.left = *made.hired + static_cast<std::int32_t>(dice_.between(0, 150));
            plan.people.push_back(made);
        }
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
        for (const days& one : oracle::civil::cut(plan.period, {new_year - 62, new_year + 150})) {
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
                if (plan.for_teams) of = known == nullptr ? key("west") : known->team;
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
        to.to_date = dice_.chance(25) && plan.by != spread::none;
        to.to_date_of = dice_.pick(std::vector{unit::month, unit::quarter, unit::year});
        if (plan.for_reps && dice_.chance(15)) to.only_rep = name();
        if (plan.for_reps && plan.known != reps::unknown && dice_.chance(15)) to.only_team = team();
        to.totals = dice_.chance(50);
    }

    oracle::dice dice_;
};

/// The texts of a scenario.
struct written {
    std::vector<std::pair<std::string, std::string>> tables;
    std::string definitions;
    std::string request;
};

std::string definitions_of(const scenario& of) {
    const target_plan& plan = of.plan;
    std::string out = "entity rep\nentity team\n";
    out += "calendar work { zone: \"UTC\", hours: \"mon-fri 09:00-17:00\" }\n";
    out += "table sales { time: at, rep: seller" +
           std::string(of.team_of_sales ? ", team: group" : "") + " }\n";
    if (plan.known != reps::unknown)
        out += std::string("table reps { entity: rep, key: name") +
               (of.team_of_sales ? ", team: team" : "") +
               (plan.known == reps::hired      ? ", time: hired"
                : plan.known == reps::employed ? ", kind: interval(hired, gone)"
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

written text_of(const scenario& of) {
    const target_plan& plan = of.plan;
    std::string sales = "seller,group,at,amount\n";
    for (const char* one : {"Ann", "Bob", "Cem", "Dan"}) {
        key team = "west";
        for (const target_rep& known : plan.people)
            if (known.name == one) team = known.team;
        for (std::int32_t day = new_year - 70; day < new_year + 370; day += 3)
            sales += fmt::format("{},{},{},{}\n", one, *team, date(day), 10 + day % 7);
    }
    std::string people = "name,team,role,hired,gone\nNobody,,office,2019-01-01,2019-01-02\n";
    for (const target_rep& one : plan.people)
        people += fmt::format("{},{},{},{},{}\n", one.name, one.team.value_or(""), one.role,
                              date(one.hired), date(one.left));
    std::string goals = "metric,whose,team,starts,goal\n";
    for (const target_row& one : plan.rows)
        goals += fmt::format("{},{},{},{},{:.2f}\n", one.metric, one.rep.value_or(""),
                             one.team.value_or(""), date(one.day), one.value);
    const request& asked = of.asked;
    const std::string clause =
        asked.to_date ? " over " + word(asked.to_date_of) + " to date" : std::string();
    std::string show =
        "k, (target(k)" + clause + ") as goal, (attainment(k)" + clause + ") as reached";
    show += ", (k" + clause + ") as actual";
    std::string by = asked.by;
    if (asked.in != unit::none) by += (by.empty() ? "" : ", ") + word(asked.in);
    if (!by.empty()) show += " by " + by;
    show += " for @" + date(asked.range.from) + " to @" + date(asked.range.to - 1);
    std::string where;
    if (asked.only_rep) where = "rep = \"" + *asked.only_rep + "\"";
    if (asked.only_team)
        where +=
            std::string(where.empty() ? "" : " and ") + "rep.team = \"" + *asked.only_team + "\"";
    if (!where.empty()) show += " where " + where;
    return {{{"sales", sales}, {"reps", people}, {"goals", goals}}, definitions_of(of), show};
}

/// Whole weeks, months, … as they stand in a frame.
std::string label(unit of, std::int32_t start) {
    static const auto calendar = merit::calendar::calendar::make({}).value();
    return calendar.label(of, start * merit::calendar::day_us);
}

/// A finer period than that of the targets is asked, and nothing says how they are spread.
bool is_too_fine(const scenario& of) {
    if (of.plan.by != spread::none) return false;
    const auto whole = [&](const days& asked) {
        return oracle::civil::start_of(of.plan.period, asked.from) == asked.from &&
               oracle::civil::start_of(of.plan.period, asked.to) == asked.to;
    };
    if (of.asked.in == unit::none) return !whole(of.asked.range);
    for (const days& one : oracle::civil::cut(of.asked.in, of.asked.range))
        if (!whole(one.within(of.asked.range))) return true;
    return false;
}

class comparison {
public:
    comparison(const scenario& of, const merit::frame& found) : of_(of), found_(found) {}

    /// What differs, in words.
    std::string run(std::size_t& cells) {
        const request& asked = of_.asked;
        for (std::size_t row = 0; row < found_.rows(); ++row) {
            target_group group;
            if (asked.only_rep) group.only_rep = asked.only_rep;
            if (asked.only_team) group.only_team = asked.only_team;
            const bool total = row >= found_.rows() - found_.total_rows();
            std::size_t column = 0;
            bool blank_key = false;
            if (!asked.by.empty()) {
                const merit::value key_value = found_.at(row, column++);
                const auto* text = std::get_if<std::string>(&key_value);
                // A blank key of the last total is a dropped one.
                const bool dropped = total && text == nullptr && row + 1 == found_.rows();
                blank_key = text == nullptr && !dropped;
                const key is = text == nullptr ? key{} : key(*text);
                if (!dropped)
                    (asked.by == "rep"    ? group.rep
                     : asked.by == "team" ? group.team
                                          : group.rep_team) = is;
            }
            days period = asked.range;
            if (asked.in != unit::none) {
                const merit::value name = found_.at(row, column++);
                if (const auto* text = std::get_if<std::string>(&name)) {
                    for (const days& one : oracle::civil::cut(asked.in, asked.range))
                        if (label(asked.in, one.from) == *text) period = one.within(asked.range);
                }
            }
            if (blank_key) continue;
            cells += 2;
            const std::string why = row_differs(row, column, group, period);
            if (!why.empty()) return fmt::format("row {}: {}", row, why);
        }
        return {};
    }

private:
    static bool near(double a, double b) {
        return std::abs(a - b) <= 1e-10 * std::max({std::abs(a), std::abs(b), 1e-300});
    }

    static std::optional<double> number(const merit::value& of) {
        if (const auto* n = std::get_if<std::int64_t>(&of)) return static_cast<double>(*n);
        if (const auto* x = std::get_if<double>(&of)) return *x;
        if (const auto* d = std::get_if<merit::decimal_value>(&of))
            return static_cast<double>(d->units) / std::pow(10.0, d->scale);
        return std::nullopt;
    }

    std::string row_differs(std::size_t row, std::size_t column, const target_group& group,
                            days period) {
        const request& asked = of_.asked;
        if (asked.to_date) {
            // The day that `as of` lies in has begun.
            if (asked.as_of) period.to = std::min(period.to, *asked.as_of + 1);
            if (!period.any()) return {};
            period.from = oracle::civil::start_of(asked.to_date_of, period.to - 1);
        }
        const auto expected =
            oracle::target_sheet(of_.plan).target({"k", "Label of k"}, group, period);
        const auto goal = number(found_.at(row, column + 1));
        if (goal.has_value() != expected.has_value() || (goal && !near(*goal, *expected)))
            return fmt::format("target is {}, expected {} for days {} to {}",
                               merit::to_string(found_.at(row, column + 1)),
                               expected ? fmt::format("{}", *expected) : "blank", date(period.from),
                               date(period.to));
        if (!goal && found_.why(row, column + 1) != merit::reason::no_target)
            return fmt::format("a blank target because of {}",
                               merit::to_string(found_.why(row, column + 1)));
        const auto actual = number(found_.at(row, column + 3));
        const auto reached = number(found_.at(row, column + 2));
        const double above = asked.down ? goal.value_or(0) : actual.value_or(0);
        const double below = asked.down ? actual.value_or(0) : goal.value_or(0);
        const bool any = goal && actual && below != 0;
        if (reached.has_value() != any || (any && !near(*reached, above / below)))
            return fmt::format("attainment is {} of {} and {}",
                               merit::to_string(found_.at(row, column + 2)),
                               merit::to_string(found_.at(row, column + 3)),
                               merit::to_string(found_.at(row, column + 1)));
        return {};
    }

    const scenario& of_;
    const merit::frame& found_;
};

struct counts {
    std::size_t cells = 0;
    std::size_t refused = 0;
};

/// What is wrong with a scenario, in words.
std::string wrong(const scenario& of, counts& seen) {
    const written text = text_of(of);
    merit::tables data;
    merit::model model;
    for (const auto& [name, csv] : text.tables) {
        auto read = merit::read_csv_text(csv, {}, name);
        if (!read) return read.error().to_string();
        data.emplace(name, *std::move(read));
        model.add_table(name, data.find(name)->second.schema()).value();
    }
    if (auto defined = model.define(text.definitions); !defined) return defined.error().to_string();
    const auto query = model.compile(text.request, {.totals = of.asked.totals});
    const std::string code = query ? "" : query.error().diagnostics().front().code;
    if (is_too_fine(of)) {
        ++seen.refused;
        return code == "E420" ? "" : "a finer period than that of the targets is answered" + code;
    }
    if (!query) return query.error().to_string();
    merit::run_options with;
    if (of.asked.as_of) with.as_of = *of.asked.as_of * merit::calendar::day_us + 43'200'000'000;
    const auto frame = query->run(data, with);
    if (!frame) return frame.error().to_string();
    return comparison(of, *frame).run(seen.cells);
}

std::string report_of(const scenario& of) {
    const written text = text_of(of);
    std::string out =
        text.definitions + "show " + text.request + (of.asked.totals ? " (totals)" : "");
    if (of.asked.as_of) out += "\nas of " + date(*of.asked.as_of);
    return out + "\n" + text.tables[1].second + text.tables[2].second;
}

/// Fewer rows, people and parts of the request, as long as it fails.
scenario smaller(scenario of) {
    counts ignored;
    const auto fails = [&](const scenario& one) {
        const std::string why = wrong(one, ignored);
        return !why.empty() && why.find("error ") == std::string::npos;
    };
    const auto attempt = [&](const auto& change) {
        scenario trial = of;
        change(trial);
        if (!fails(trial)) return false;
        of = std::move(trial);
        return true;
    };
    for (std::size_t i = of.plan.rows.size(); i-- > 0;)
        attempt([&](scenario& s) { s.plan.rows.erase(s.plan.rows.begin() + long(i)); });
    for (std::size_t i = of.plan.people.size(); i-- > 0;)
        attempt([&](scenario& s) { s.plan.people.erase(s.plan.people.begin() + long(i)); });
    if (of.asked.totals) attempt([](scenario& s) { s.asked.totals = false; });
    if (of.asked.only_rep) attempt([](scenario& s) { s.asked.only_rep.reset(); });
    if (of.asked.only_team) attempt([](scenario& s) { s.asked.only_team.reset(); });
    if (of.asked.as_of)
        attempt([](scenario& s) {
            s.asked.as_of.reset();
            s.plan.as_of.reset();
        });
    if (of.asked.to_date) attempt([](scenario& s) { s.asked.to_date = false; });
    if (of.plan.metrics) attempt([](scenario& s) { s.plan.metrics = false; });
    if (of.plan.prorate != spread::none)
        attempt([](scenario& s) { s.plan.prorate = spread::none; });
    if (of.plan.missing_is_zero) attempt([](scenario& s) { s.plan.missing_is_zero = false; });
    if (of.asked.down) attempt([](scenario& s) { s.asked.down = false; });
    return of;
}

}  // namespace

TEST_CASE("targets are what the declaration and its rows make of them") {
    const std::uint64_t first = wanted("MERIT_ORACLE_SEED", 20'260'131);
    const std::size_t shown = wanted("MERIT_ORACLE_FAILURES", 3);
    counts seen;
    std::size_t failures = 0;
    const std::size_t n = wanted("MERIT_ORACLE_TARGETS", 400);
    for (std::uint64_t seed = first; seed < first + n && failures < shown; ++seed) {
        const scenario one = scenario_maker(seed).make();
        const std::string why = wrong(one, seen);
        if (why.empty()) continue;
        ++failures;
        const scenario less = smaller(one);
        FAIL_CHECK("seed " << seed << ": " << why << "\nmade smaller: " << wrong(less, seen) << "\n"
                           << report_of(less));
    }
    MESSAGE(n << " requests for targets, " << seen.cells << " cells, " << seen.refused
              << " refused as too fine");
}
