// `target` and `attainment` against targets worked out from the declaration and its rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "merit/csv.hpp"
#include "merit/model.hpp"
#include "oracle/random_targets.hpp"

namespace {

using merit::unit;
using namespace oracle::asking_targets;
using oracle::days;
using oracle::key;
using oracle::target_group;
using oracle::target_plan;

std::size_t wanted(const char* name, std::size_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : static_cast<std::size_t>(std::atoll(given));
}

/// Whole weeks, months, … as they stand in a frame.
std::string label(unit of, std::int32_t start) {
    static const auto calendar = merit::calendar::calendar::make({}).value();
    return calendar.label(of, start * merit::calendar::day_us);
}

/// A finer period than that of the targets is asked, and nothing says how they are spread.
bool is_too_fine(const scenario& of) {
    if (of.plan.by != spread::none) return false;
    if (of.asked.to_date) return true;
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
            if (!asked.by.empty()) {
                const merit::value key_value = found_.at(row, column++);
                const auto* text = std::get_if<std::string>(&key_value);
                // A blank key of the last total is a dropped one.
                const bool dropped = total && text == nullptr && row + 1 == found_.rows();
                // Who is in no team makes a blank one.
                const bool possible =
                    asked.by == "rep.team" || (asked.by == "team" && of_.plan.sales_only);
                if (text == nullptr && !dropped && !possible)
                    return fmt::format("row {}: of a blank {}", row, asked.by);
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

/// A model with its tables, of which several things can be asked.
class asking {
public:
    explicit asking(const scenario& of) : of_(of), text_(text_of(of)) {
        for (const auto& [name, csv] : text_.tables) {
            auto read = merit::read_csv_text(csv, {}, name).value();
            model_.add_table(name, read.schema()).value();
            data_.emplace(name, std::move(read));
        }
        if (auto defined = model_.define(text_.definitions); !defined)
            wrong_ = defined.error().to_string();
    }

    merit::result<merit::frame> ask(const std::string& shown, bool totals) const {
        const auto query = model_.compile(shown + text_.about, {.totals = totals});
        if (!query) return query.error();
        merit::run_options with;
        if (of_.asked.as_of)
            with.as_of = *of_.asked.as_of * merit::calendar::day_us + 43'200'000'000;
        return query->run(data_, with);
    }
    const written& text() const { return text_; }
    const std::string& wrong() const { return wrong_; }

private:
    const scenario& of_;
    written text_;
    merit::tables data_;
    merit::model model_;
    std::string wrong_;
};

/// What is wrong with a scenario, in words.
std::string wrong(const scenario& of, counts& seen) {
    const asking all(of);
    if (!all.wrong().empty()) return all.wrong();
    const auto frame = all.ask(all.text().shown, of.asked.totals);
    if (is_too_fine(of)) {
        ++seen.refused;
        const bool told = !frame && frame.error().diagnostics().front().code == "E420";
        return told ? "" : "a finer period than that of the targets is answered";
    }
    if (!frame) return frame.error().to_string();
    return comparison(of, *frame).run(seen.cells);
}

/// Values of the last columns by what stands in those before.
std::map<std::string, std::string> by_group(const merit::frame& of, std::size_t last) {
    std::map<std::string, std::string> out;
    for (std::size_t row = 0; row + of.total_rows() < of.rows(); ++row) {
        std::string group;
        std::string values;
        for (std::size_t c = 0; c < of.columns().size(); ++c) {
            if (of.columns()[c].role == merit::column_role::group)
                group += merit::to_string(of.at(row, c)) + " · ";
            if (c + last >= of.columns().size())
                values += fmt::format("{} {} · ", merit::to_string(of.at(row, c)),
                                      merit::to_string(of.why(row, c)));
        }
        out.emplace(std::move(group), std::move(values));
    }
    return out;
}

/// What is not the same when other things are shown beside it, in words.
std::string differs_beside(const scenario& of, counts& seen) {
    if (is_too_fine(of)) return {};
    const asking all(of);
    if (!all.wrong().empty()) return all.wrong();
    const std::string& by = of.asked.by;
    std::string own = "target(k) as goal";
    if (!by.empty()) own += ", rank(target(k) across " + by + ") as place";
    const bool known = of.plan.known != reps::unknown;
    const bool by_team = by == "rep" && known;
    if (by_team) own += ", rank(target(k) across rep by rep.team) as in_team";
    const auto alone = all.ask(own, false);
    if (!alone) return alone.error().to_string();
    const std::size_t last = by.empty() ? 1 : by_team ? 3 : 2;
    const std::string people = by == "team" || !known ? "" : "count(rep), ";
    for (const std::string& beside : {std::string("k, attainment(k) as reached, "),
                                      people + "count(sales), (k previous period) as before, "}) {
        const auto more = all.ask(beside + own, of.asked.totals);
        if (!more) return more.error().to_string();
        const auto here = by_group(*more, last);
        for (const auto& [group, values] : by_group(*alone, last)) {
            ++seen.cells;
            const auto there = here.find(group);
            if (there != here.end() && there->second != values)
                return fmt::format("{}is {}beside {}it is {}", group, values, beside,
                                   there->second);
        }
    }
    return {};
}

std::string report_of(const scenario& of) {
    const written text = text_of(of);
    std::string out =
        text.definitions + "show " + text.shown + text.about + (of.asked.totals ? " (totals)" : "");
    if (of.asked.as_of) out += "\nas of " + date(*of.asked.as_of);
    return out + "\n" + text.tables[1].second + text.tables[2].second;
}

using check = std::string (*)(const scenario& of, counts& seen);

/// Fewer rows, people and parts of the request, as long as it fails.
scenario smaller(scenario of, check what) {
    counts ignored;
    const auto fails = [&](const scenario& one) {
        if (one.plan.rows.empty()) return false;
        const std::string why = what(one, ignored);
        return !why.empty() && why.find("error ") == std::string::npos;
    };
    const auto attempt = [&](const auto& change) {
        scenario trial = of;
        change(trial);
        if (!fails(trial)) return false;
        of = std::move(trial);
        return true;
    };
    attempt([](scenario& s) { s.valueless.clear(); });
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

/// Random scenarios that must pass a check.
counts try_out(std::size_t n, check what) {
    const std::uint64_t first = wanted("MERIT_ORACLE_SEED", 20'260'131);
    const std::size_t shown = wanted("MERIT_ORACLE_FAILURES", 3);
    counts seen;
    std::size_t failures = 0;
    for (std::uint64_t seed = first; seed < first + n && failures < shown; ++seed) {
        const scenario one = scenario_maker(seed).make();
        const std::string why = what(one, seen);
        if (why.empty()) continue;
        ++failures;
        const scenario less = smaller(one, what);
        FAIL_CHECK("seed " << seed << ": " << why << "\nmade smaller: " << what(less, seen) << "\n"
                           << report_of(less));
    }
    return seen;
}

}  // namespace

TEST_CASE("targets are what the declaration and its rows make of them") {
    const std::size_t n = wanted("MERIT_ORACLE_TARGETS", 400);
    const counts seen = try_out(n, wrong);
    MESSAGE(n << " requests for targets, " << seen.cells << " cells, " << seen.refused
              << " refused as too fine");
}

TEST_CASE("targets and places by them do not depend on what is shown beside them") {
    const std::size_t n = wanted("MERIT_ORACLE_TARGETS", 400) / 4;
    const counts seen = try_out(n, differs_beside);
    MESSAGE(n << " requests, " << seen.cells << " cells");
}
