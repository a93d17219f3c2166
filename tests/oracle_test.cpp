// The oracle against the language's own examples, then the engine against the oracle.
#include <doctest/doctest.h>

#include <cstdlib>

#include "merit/csv.hpp"
#include "oracle/shrinking.hpp"

namespace {

using named_csv = std::vector<std::pair<std::string, std::string>>;

/// The oracle's rows for tables given as CSV: one a line, cells between bars.
std::string told(const named_csv& tables, const std::string& definitions,
                 const std::string& request, bool totals = false) {
    merit::tables data;
    std::vector<merit::language::known_table> known;
    for (const auto& [name, text] : tables) {
        data.emplace(name, merit::read_csv_text(text, {}, name).value());
        known.push_back({name, data.find(name)->second.schema(), {}});
    }
    const oracle::checked checked = oracle::check(known, definitions, request, totals);
    if (!checked.errors.empty()) return checked.errors;
    const oracle::answer out = oracle::witness(checked.what, {&data, {}, {}}).run();
    std::string text;
    for (const auto& row : out.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text += (i == 0 ? "" : " | ") + oracle::text_of(row[i]);
        text += "\n";
    }
    return text;
}

/// How many formulas the random cases show in all; MERIT_ORACLE_FORMULAS asks for more.
std::size_t formulas_wanted() {
    const char* given = std::getenv("MERIT_ORACLE_FORMULAS");
    return given == nullptr ? 2'000 : static_cast<std::size_t>(std::atoll(given));
}

/// How many differences are shown before a run stops.
std::size_t failures_shown() {
    const char* given = std::getenv("MERIT_ORACLE_FAILURES");
    return given == nullptr ? 3 : static_cast<std::size_t>(std::atoll(given));
}

/// MERIT_ORACLE_SEED starts elsewhere.
std::uint64_t seed_wanted() {
    const char* given = std::getenv("MERIT_ORACLE_SEED");
    return given == nullptr ? 20'260'131 : static_cast<std::uint64_t>(std::atoll(given));
}

const std::uint64_t first_seed = seed_wanted();

}  // namespace

TEST_CASE("oracle: sums of products, of corrections and of large numbers") {
    CHECK(told({{"t", "a,b\n2,3\n4,3\n4,2\n"}}, "", "sum(a * b), sum(a) * sum(b)") == "26 | 80\n");
    CHECK(told({{"t", "units,part\n5,1\n10,0.5\n"}}, "", "sum(units * part)") == "10.0\n");
    CHECK(told({{"t", "amount\n1000\n-200\n"}}, "", "sum(amount) * 4%") == "32.00\n");
    const std::string big = "9223372036854775807";
    CHECK(told({{"t", "n\n" + big + "\n" + big + "\n"}}, "", "sum(n)") == "18446744073709551614\n");
    CHECK(told({{"t", "n\n1\n"}}, "", "0.12345678901234567 as x, 0.1 + 0.2 = 0.3 as y") ==
          "0.12345678901234567 | true\n");
}

TEST_CASE("oracle: tiers have their lower bound and not their upper") {
    const std::string tiers =
        "tiers pay { below 80%: 0%  80% to 100%: 5%  100% to 120%: 8%  from 120%: 10% }\n"
        "tiers split { below 1000: 1%  from 1000: 2% }\n";
    const named_csv one{{"t", "won,aim\n0.88,1.10\n"}};
    CHECK(told(one, tiers, "tier(pay, 1.3), tier_marginal(pay, 1.3), tier(pay, 80%)") ==
          "0.10 | 0.0360 | 0.05\n");
    CHECK(told(one, tiers, "tier(split, 999.995), tier_marginal(split, -50)") == "0.01 | -0.50\n");
    CHECK(told(one, tiers, "tier(pay, sum(won) / sum(aim)), sum(won) / sum(aim) >= 80% as y") ==
          "0.05 | true\n");
}

TEST_CASE("oracle: blanks in weights, and what aggregates make of nothing") {
    const named_csv one{{"t", "id,c,s\n1,0.6,5\n"}};
    CHECK(told(one, "",
               "weighted(60% of sum(c), 40% of avg(s where id = 0)) as a, "
               "weighted(60% of sum(c), 40% of avg(s where id = 0), missing: \"reweight\") "
               "as b, "
               "weighted(60% of sum(c), 40% of avg(s where id = 0), missing: \"zero\") as "
               "d") == "blank(no_data) | 0.6 [partial_blank] | 0.36 [partial_blank]\n");
    const named_csv blanks{{"t", "id,x\n1,\n2,\n"}};
    CHECK(told(blanks, "", "count(t), count(x), count(t where id > 5)") == "2 | 0 | 0\n");
    CHECK(told({{"t", "id,x\n1,\n2,5\n"}}, "",
               "sum(x where id = 1), sum(x where id = 9), share(x > 3), avg(x), "
               "count_if(x != 5), count_if(not x = 5), count_if(x < 9)") ==
          "blank(no_data) | 0 | 0.5 | 5 | 1 | 1 | 1\n");
    CHECK(told({{"t", "x\n4\n0\n"}}, "", "sum(x) / sum(x where x > 9), min(x) / max(x)") ==
          "blank(div0) | 0\n");
}

TEST_CASE("oracle: order, percentiles and concentration") {
    const named_csv rows{
        {"t", "x,d\n10,2026-01-03\n30,2026-01-01\n20,2026-01-03\n50,2026-01-02\n"}};
    const std::string table = "table t { time: d }";
    CHECK(told(rows, table,
               "first(x), last(x), median(x), percentile(x, 0.25), "
               "percentile_disc(x, 0.25), percentile_disc(x, 0.26)") ==
          "30 | 20 | 25 | 17.5 | 10 | 20\n");
    CHECK(told({{"t", "x\n1\n1\n1\n1\n1\n30\n30\n1\n1\n1\n"}}, "",
               "top_share(x, top: 20%), top_share(x, top: 1)") ==
          "0.8823529411764706 | 0.4411764705882353\n");
    CHECK(told({{"t", "x\n5\n5\n5\n"}}, "", "gini(x), stddev(x)") == "0 | 0\n");
}

TEST_CASE("oracle: groups, populations and totals") {
    const named_csv sales{{"deals",
                           "rep,won,closed\nann,1,2026-01-05\nann,0,2026-03-31\nzoe,1,2026-01-20\n"
                           ",1,\n"},
                          {"reps", "code,team\nann,East\nbob,West\n"}};
    const std::string text =
        "table reps { entity: rep, key: code } table deals { time: closed, rep: rep }\n"
        "kpi n = count(deals) kpi rate = share(deals.won = 1)";
    CHECK(told(sales, text, "n, rate by rep") ==
          "\"ann\" | 2 | 0.5\n\"bob\" | 0 | blank(no_data)\n\"zoe\" | 1 | 1\nblank | 1 | 1\n");
    CHECK(told(sales, text, "n by rep.team", true) == "\"East\" | 2\nblank | 2\nblank | 4\n");
    CHECK(told(sales, text, "n by month") ==
          "\"2026-01\" | 2\n\"2026-02\" | 0\n\"2026-03\" | 1\nblank | 1\n");
    CHECK(told(sales, text, "n by rep, quarter for @2026Q1 where rep.team = \"West\"", true) ==
          "\"bob\" | \"2026-Q1\" | 0\n\"bob\" | blank | 0\nblank | blank | 0\n");
    CHECK(told(sales, text, "n by rep having n > 0 sort by n down") ==
          "\"ann\" | 2\n\"zoe\" | 1\nblank | 1\n");
}

TEST_CASE("oracle: a scorecard ranks 1, 1, 3 and leaves blanks out") {
    const named_csv rows{{"t", "who,x\na,5\nb,10\nc,10\nd,\n"}};
    const std::string text =
        "scorecard card by who { points weight 100% floor 0 goal 20 }\n"
        "kpi points = avg(t.x)";
    CHECK(told(rows, text, "card.score, card.rank by who", true) ==
          "\"a\" | 25 | 3\n\"b\" | 50 | 1\n\"c\" | 50 | 1\n"
          "\"d\" | blank(no_data) | blank(no_data)\n"
          "blank | 41.66666667 | blank(not_meaningful)\n");
}

TEST_CASE("oracle: the calendar's wall clock places rows") {
    const named_csv rows{{"t", "at\n2026-01-31T15:30:00Z\n2026-01-31T16:30:00Z\n"}};
    CHECK(told(rows, "calendar c { zone: \"Asia/Shanghai\" } table t { time: at }",
               "count(t) by month") == "\"2026-01\" | 1\n\"2026-02\" | 1\n");
}

TEST_CASE("oracle: working time and money") {
    const named_csv asks{{"t", "asked,answered\n2026-01-09T17:00:00Z,2026-01-12T09:15:00Z\n"}};
    CHECK(told(asks, "calendar work { hours: \"mon-fri 09-18\" }",
               "sum(work_time(asked, answered)) / 1min, min(add_work_time(asked, 75min))") ==
          "75 | 2026-01-12T09:15:00Z\n");
    const named_csv deals{{"t", "amount,ccy,d\n2500000,EUR,2026-03-02\n1000000,USD,2026-03-03\n"},
                          {"fx", "d,code,base,rate\n2026-01-01,USD,EUR,0.92\n"}};
    CHECK(told(deals,
               "table t { amount: money(ccy) } "
               "rates r { from: fx, time: d, of: code, to: base, value: rate }",
               "sum(convert(t.amount, \"EUR\", t.d)) / 1 EUR") == "3420000\n");
}

namespace {

/// What engine and oracle do not agree on, in words.
std::string disagreement(const named_csv& csv, const std::string& definitions,
                         const std::string& request, oracle::tally& count) {
    merit::tables data;
    merit::model model;
    std::vector<merit::language::known_table> known;
    for (const auto& [name, text] : csv) {
        data.emplace(name, merit::read_csv_text(text, {}, name).value());
        known.push_back({name, data.find(name)->second.schema(), {}});
        model.add_table(name, known.back().columns).value();
    }
    if (auto defined = model.define(definitions); !defined) return defined.error().to_string();
    const auto query = model.compile(request);
    if (!query) return query.error().to_string();
    const auto frame = query->run(data, {});
    const std::string failed = frame ? "" : frame.error().diagnostics().front().code;
    const oracle::checked checked = oracle::check(known, definitions, request, false);
    if (!checked.errors.empty()) return checked.errors;
    try {
        const oracle::answer expected = oracle::witness(checked.what, {&data, {}, {}}).run();
        if (!failed.empty()) return "the engine says " + frame.error().to_string();
        return oracle::difference(oracle::answer_of(*frame), expected, true, count);
    } catch (const oracle::refused& why) {
        return failed == why.code ? "" : "the oracle says " + why.code + ", the engine " + failed;
    }
}

/// Rows of requests for help with calendars and amounts of their own, and rates.
named_csv random_asks(oracle::dice& roll) {
    const auto instant = [&] {
        return merit::to_string(merit::timestamp_value{1'767'225'600'000'000 +
                                                       roll.between(0, 360 * 96) * 900'000'000});
    };
    const auto money = [&](std::int64_t least) {
        return std::to_string(roll.between(least, 40)) + "." + std::to_string(roll.between(10, 99));
    };
    std::string asks = "team,asked,answered,day,desk,amount,ccy,other\n";
    const bool one_currency = roll.chance(50);
    for (std::int64_t row = 0; row < 12; ++row) {
        const std::string when = instant();
        asks += roll.pick({"a", "b"}) + "," + when + "," + (roll.chance(90) ? instant() : "") +
                "," + when.substr(0, 10) + "," + roll.pick({"work", "night", "night", ""}) + "," +
                money(-5) + "," + (one_currency ? "USD" : roll.pick({"USD", "EUR", "", "USD"})) +
                "," + money(0) + "\n";
    }
    std::string rates = "d,code,base,rate\n";
    for (int month = 1; month <= 9; ++month) {
        const std::string day = "2026-0" + std::to_string(month) + "-11,";
        if (roll.chance(70))
            rates += day + "USD,EUR,0." + std::to_string(roll.between(80, 99)) + "\n";
        if (roll.chance(70))
            rates += day + "JPY,USD,0.006" + std::to_string(roll.between(1, 9)) + "\n";
        if (roll.chance(30))
            rates += day + "EUR,JPY,160." + std::to_string(roll.between(1, 9)) + "\n";
    }
    rates += "2026-01-01,USD,EUR,0.9\n2025-12-31,EUR,JPY,161\n";
    if (roll.chance(80)) rates += "2025-12-31,JPY,USD,0.0067\n";
    return {{"t", asks}, {"fx", rates}};
}

}  // namespace

TEST_CASE("engine and oracle agree on working time and money") {
    const std::string definitions =
        "table t { time: asked, amount: money(ccy), other: money(\"USD\") }\n"
        "calendar work { zone: \"America/New_York\", hours: \"mon-fri 09-12 13-18; sat 10-14\" }\n"
        "calendar night { zone: \"Asia/Shanghai\", hours: \"sun-thu 22:00-06:30\" }\n"
        "rates r { from: fx, time: d, of: code, to: base, value: rate }\n";
    const std::string formulas[] = {
        "sum(work_time(t.asked, answered))",
        "sum(work_time(t.asked, answered, desk))",
        "sum(work_time(t.day, answered, \"night\"))",
        "max(add_work_time(t.asked, 90min))",
        "min(add_work_time(t.asked, -7h, desk))",
        "add_work_time(max(t.asked), 40h, \"night\")",
        "sum(work_days(t.asked, answered, desk))",
        "count(t where in_work_hours(t.asked, desk))",
        "count(t where answered in day 1 after asked)",
        "count_if(t.answered in week 4 after t.day)",
        "count_if(not t.answered in quarter 1 after t.asked)",
        "sum(convert(t.amount, \"EUR\", t.asked)) / 1 EUR",
        "max(convert(t.amount, \"JPY\", t.day)) / 1 JPY",
        "sum(t.amount) / 1 USD",
        "sum(t.amount - t.other) / 1 USD",
        "count(t where amount > 20 USD)",
        "count(t where ccy = \"USD\" and amount > 20 USD)",
        "convert(sum(t.amount), \"USD\", @2026-06-30) / 1 USD",
        "if(count_distinct(t.ccy) = 1, sum(t.amount) / 1 USD, 0)",
        "sum(convert(if_blank(t.amount, t.other), \"EUR\", t.day)) / 1 EUR",
    };
    oracle::dice roll(first_seed);
    oracle::tally count;
    std::size_t compared = 0;
    for (int i = 0; i < 15; ++i) {
        const named_csv rows = random_asks(roll);
        for (const std::string& formula : formulas) {
            const std::string request = formula + " as x by team";
            const std::string why = disagreement(rows, definitions, request, count);
            ++compared;
            CHECK_MESSAGE(why.empty(), request << "\n"
                                               << why << "\n"
                                               << rows[0].second << "\n"
                                               << rows[1].second);
        }
    }
    MESSAGE(compared << " formulas");
}

TEST_CASE("engine and oracle agree on random formulas") {
    oracle::tally count;
    std::size_t formulas = 0;
    std::size_t failures = 0;
    for (std::uint64_t seed = first_seed;
         formulas < formulas_wanted() && failures < failures_shown(); ++seed) {
        const oracle::model_spec model = oracle::model_maker(seed).make(6, 4);
        for (const oracle::request_spec& asked : model.requests) {
            const std::size_t before = count.unsupported;
            const std::string why = oracle::disagreement(model, asked, count);
            if (count.unsupported == before) formulas += asked.shown.size();
            if (why.empty()) continue;
            ++failures;
            oracle::shrinker smaller(model, asked, oracle::verdict);
            smaller.run();
            FAIL_CHECK(why << "\n"
                           << oracle::report_of(model, asked) << "\nmade smaller: " << smaller.why()
                           << "\n"
                           << oracle::report_of(smaller.model(), smaller.asked()));
            break;
        }
    }
    MESSAGE(formulas << " formulas from seed " << first_seed << ", " << count.cells << " cells, "
                     << count.doubles_to_the_bit << " of " << count.doubles
                     << " doubles equal to the bit; " << count.unsupported
                     << " requests without an opinion");
}

TEST_CASE("the engine's bits do not depend on batches and threads") {
    std::size_t runs = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + formulas_wanted() / 50; ++seed) {
        const oracle::model_spec model = oracle::model_maker(seed).make(6, 4);
        const merit::tables data = oracle::data_of(model);
        for (const oracle::request_spec& asked : model.requests) {
            const auto query = oracle::compiled(model, asked);
            REQUIRE(query);
            const oracle::outcome one = oracle::of_engine(*query, model, data, 2048, 1);
            for (const std::size_t batch : {1, 2, 3, 2048}) {
                for (const unsigned threads : {1U, 2U, 7U}) {
                    const oracle::outcome other =
                        oracle::of_engine(*query, model, data, batch, threads);
                    ++runs;
                    INFO("seed " << seed << ", " << batch << " rows a batch, " << threads
                                 << " threads: " << asked.text());
                    CHECK(one.error == other.error);
                    CHECK(oracle::identical(one.rows, other.rows));
                }
            }
        }
    }
    MESSAGE(runs << " runs");
}
