// Explanations from which a number can be recomputed by hand: every factor of it is told.
#include <doctest/doctest.h>

#include <string>

#include "explaining.hpp"
#include "merit/merit.hpp"

using explaining::explained;
using explaining::tree_of;

namespace {

using texts = explaining::texts;

bool has(const std::string& text, const std::string& part) {
    const bool found = text.find(part) != std::string::npos;
    if (!found) MESSAGE("no \"" << part << "\" in:\n" << text);
    return found;
}

/// A cell of a result, with its heads.
merit::explanation told(const texts& csv, const std::string& definitions,
                        const std::string& request, std::size_t row,
                        const merit::explain_options& how, const std::string& as_of = {}) {
    return explaining::explained(csv, definitions, request, row, as_of, false, how);
}

merit::explain_options chinese() {
    merit::explain_options how;
    how.wording = merit::text_language::chinese;
    return how;
}

const texts quotas = {{"sales", "rep,at,amount\nAnn,2026-02-10,80\n"},
                      {"reps", "rep,hired,left\nAnn,2026-02-09,\nBob,2026-01-01,2027-01-01\n"},
                      {"goals",
                       "rep,month_start,goal\n"
                       "Ann,2026-02-01,200\n"
                       "Bob,2026-01-01,100\n"}};

constexpr const char* prorated = R"(
calendar work { zone: "UTC", week: monday, hours: "mon-fri 09:00-18:00" }
table sales { time: at, rep: rep }
table reps { entity: rep, key: rep, kind: interval(hired, left) }
targets plan { from: goals, rep: rep, time: month_start, period: "month", value: goal,
               prorate: "workdays" }
kpi revenue = sum(sales.amount)
)";

}  // namespace

TEST_CASE("a target of who came inside the month, in working days") {
    // February 2026 has 20 working days; 15 of them from the 9th on: 200 × 15/20 = 150.
    const std::string text =
        tree_of(explained(quotas, prorated, "target(revenue) as x by rep for @2026-02", 0));
    CHECK(text == R"(x = 150
│  target(revenue)
│    1  periods: month
└─ 2026-02: target = 150
   │  · nothing is set for this group itself: the sum over its entities
   │    1  entities: rep · rep is "Ann"
   │  = 1  in scope
   │  − 0  do not meet: has a row and is there in the period
   │  = 1  kept
   └─ Ann: target = 150
      │  · 200 × 15 of 20 working days
      │  month_start: 2026-02-01 to 2026-02-28
      │    2  rows in plan
      │  − 1  not for 2026-02-01 to 2026-02-28
      │  = 1  in scope
      │  − 0  do not meet: rep is not blank
      │  = 1  kept
      │  row 1 · 2026-02-01: 200
      └─ days: days in which the entity was there = 15
            hired to left: 2026-02-01 to 2026-02-28
              2  rows in reps
            − 1  not of this group: rep is "Ann"
            = 1  kept
            row 1 · Ann · 2026-02-09: 15
)");
    CHECK(has(
        to_text(told(quotas, prorated, "target(revenue) as x by rep for @2026-02", 0, chinese())),
        "200 × 20 个工作日中的 15 个"));
}

TEST_CASE("who lacks a target is named, and why a blank is blank") {
    const merit::explanation is =
        told(quotas, prorated, "attainment(revenue) as x by rep for @2026-02", 1,
             merit::explain_options{});
    const std::string text = to_text(is);
    CHECK(has(text, "without the target that they should have: Bob"));
    CHECK(has(text, "blank, because target(revenue) is blank: no target covers it"));
    CHECK(has(to_text(told(quotas, prorated, "attainment(revenue) as x by rep for @2026-02", 1,
                           chinese())),
              "应有目标而没有：Bob"));
}

TEST_CASE("why a target of several periods is blank, and where what changes counts") {
    const texts csv = {{"sales", "rep,team,at,amount\nAnn,E,2026-02-10,80\n"},
                       {"reps",
                        "name,team,since,until\nAnn,E,2024-01-01,2026-02-15\nAnn,W,2026-02-15,\n"
                        "Old,E,2019-01-01,2019-02-01\n"},
                       {"goals",
                        "rep,team,start,goal\nAnn,E,2026-01-01,10\nAnn,W,2026-02-01,20\n"
                        ",F,2026-01-01,70\n"}};
    const std::string definitions = R"(
entity team
table reps { entity: rep, key: name, kind: versions(since, until) }
table sales { time: at, rep: rep, team: team }
targets plan { from: goals, rep: rep, team: team, time: start, period: "month", value: goal }
kpi revenue = sum(sales.amount)
)";
    const auto text = [&](const std::string& asked, std::size_t row) {
        return to_text(told(csv, definitions, asked, row, {}));
    };
    // Ann has no row of March; F has none of February.
    const std::string all = text("target(revenue) as x by rep.team for @2026Q1", 1);
    CHECK(has(all, "rep.team: W"));
    CHECK(has(all, "· a piece of it is missing in 2026-03\n"));
    CHECK(has(all, "· rep.team is that at the end of each period"));
    CHECK(has(text("target(revenue) as x by team for @2026-01 to @2026-02", 1),
              "· nothing is set for 2026-02, and no entity has rows at any time\n"));
}

TEST_CASE("what is set for a team, for a part of its period") {
    // February has 28 days: 28 × 7/28 of Ann, 280 × 7/28 of F.
    const std::string text = tree_of(
        explained({{"sales", "rep,team,at,amount\nAnn,E,2026-02-10,80\n"},
                   {"goals", "rep,team,start,goal\nAnn,E,2026-02-01,28\n,F,2026-02-01,280\n"}},
                  R"(table sales { time: at, rep: rep, team: team }
           entity rep
           entity team
           targets plan { from: goals, rep: rep, team: team, time: start, period: "month",
                          value: goal, spread: "days" }
           kpi revenue = sum(sales.amount))",
                  "target(revenue) as x for @2026-02-01 to @2026-02-07", 0));
    CHECK(text.starts_with("x = 77\n"));
    CHECK(has(text, "· 28 × 7 of 28 days (asked: 2026-02-01 to 2026-02-07)"));
    CHECK(has(text, "· 280 × 7 of 28 days (asked: 2026-02-01 to 2026-02-07)"));
    CHECK_FALSE(text.find("days of its period") != std::string::npos);
}

TEST_CASE("the part of a target's period that is asked") {
    // 14 of the 28 days of February: 280 × 14/28 = 140.
    const std::string text =
        tree_of(explained({{"sales", "rep,at,amount\nAnn,2026-02-10,80\n"},
                           {"goals", "rep,month_start,goal\nAnn,2026-02-01,280\n"}},
                          R"(table sales { time: at, rep: rep }
           entity rep
           targets plan { from: goals, rep: rep, time: month_start, period: "month", value: goal,
                          spread: "days" }
           kpi revenue = sum(sales.amount))",
                          "target(revenue) as x by rep for @2026-02-01 to @2026-02-14", 0));
    CHECK(text.starts_with("x = 140\n"));
    CHECK(has(text, "· 280 × 14 of 28 days (asked: 2026-02-01 to 2026-02-14)"));
    CHECK_FALSE(text.find("units_between") != std::string::npos);
    CHECK_FALSE(text.find("period.start") != std::string::npos);
}

TEST_CASE("how the targets of several periods become one") {
    // 4.0 in January and 4.4 in February: the mean is 4.2, the last 4.4.
    const texts rates = {
        {"sales", "rep,at,stars\nAnn,2026-02-10,5\n"},
        {"goals", "rep,month_start,goal\nAnn,2026-01-01,4.0\nAnn,2026-02-01,4.4\n"}};
    const auto rolled = [&](const std::string& roll) {
        return tree_of(explained(rates,
                                 R"(table sales { time: at, rep: rep }
                                    entity rep
                                    targets plan { from: goals, rep: rep, time: month_start,
                                                   period: "month", value: goal, roll: ")" +
                                     roll + R"(" }
                                    kpi stars = avg(sales.stars))",
                                 "target(stars) as x by rep for @2026-01 to @2026-02", 0));
    };
    CHECK(rolled("avg").starts_with(
        "x = 4.2\n│  target(stars)\n│  · the mean over its periods\n│    2  periods: month\n"));
    CHECK(
        rolled("last").starts_with("x = 4.4\n│  target(stars)\n│  · that of the last of its "
                                   "periods\n│    2  periods: month\n"));
}

TEST_CASE("constants of other names stand beside what they decide") {
    const std::string text = tree_of(explained({{"deals", "amount\n100\n50\n"}},
                                               R"(table deals { amount: int }
                             let gate = 2
                             let cap = 120
                             kpi bonus =
                                 if(count(deals) >= gate, least(sum(deals.amount), cap), 0))",
                                               "bonus", 0));
    CHECK(text == R"(bonus = 120
│  if(count(deals) >= gate, least(sum(deals.amount), cap), 0)
├─ if: count(deals) >= gate = true
│  ├─ count(deals) = 2
│  │       2  rows in deals
│  │     = 2  kept
│  │     rows: 1, 2
│  └─ gate = 2
├─ then: least(sum(deals.amount), cap) = 120
│  ├─ sum(deals.amount) = 150
│  │       2  rows in deals
│  │     = 2  kept
│  │     row 1: 100
│  │     row 2: 50
│  └─ cap = 120
└─ else: 0  (not used)
)");
}

TEST_CASE("a branch that is blank says which condition led to it") {
    const std::string text =
        tree_of(explained({{"deals", "amount\n100\n50\n"}}, R"(table deals { amount: int })",
                          "if(count(deals) >= 3, avg(deals.amount), blank) as x", 0));
    CHECK(has(text, "blank, because `count(deals) >= 3` does not hold"));
    CHECK(has(text, "then: avg(deals.amount)  (not used)\n"));
}

namespace {

const texts credits = {{"deals",
                        "id,at,rep,amount\n"
                        "o1,2026-01-10,Ann,100\n"
                        "o2,2026-01-20,Bob,200\n"
                        "o3,2026-02-10,Ann,400\n"},
                       {"splits",
                        "opp,user,share\n"
                        "o1,Ann,0.5\n"
                        "o1,Cem,0.5\n"
                        "o3,Ann,0.25\n"
                        "o3,Bob,0.75\n"}};

constexpr const char* credited = R"(
table deals { entity: opp, key: id, time: at, rep: rep, split: splits(opp, user, share) }
table splits { opp: opp, rep: user }
entity rep
kpi x = sum(deals.amount)
)";

}  // namespace

TEST_CASE("a mean of shares: what it is divided by") {
    // (100 × 0.5 + 400 × 0.25) / (0.5 + 0.25) = 150 / 0.75 = 200.
    CHECK(tree_of(explained(credits, credited, "avg(deals.amount) as a by rep", 0)) == R"(a = 200
   avg(deals.amount)
   · divided by the sum of the shares, 0.75
     5  shares of the 3 rows in deals
   − 3  not of this group: rep is "Ann"
   = 2  kept
   row 1 · o1: 100 × 50 %
   row 3 · o3: 400 × 25 %
)");
}

TEST_CASE("shares of all: whose each is") {
    CHECK(tree_of(explained(credits, credited, "(x across rep) as z by rep", 0)) == R"(z = 700
│  x across rep
└─ x = 700
      sum(deals.amount)
        5  shares of the 3 rows in deals
      = 5  kept
      row 1 · o1: 100 × 50 % (Ann) = 50
      row 1 · o1: 100 × 50 % (Cem) = 50
      row 2 · o2: 200
      row 3 · o3: 400 × 25 % (Ann) = 100
      row 3 · o3: 400 × 75 % (Bob) = 300
)");
    const merit::explanation counted = explained(credits, credited, "count(deals) as n by rep", 0);
    CHECK(counted.terms[0].operation == "count");
}

TEST_CASE("entities are counted once, and a share says how many meet it") {
    // February: A has one order, B two; C has orders in January only.
    const texts orders = {{"orders",
                           "customer,at\n"
                           "A,2026-01-05\n"
                           "A,2026-02-05\n"
                           "B,2026-02-07\n"
                           "B,2026-02-08\n"
                           "C,2026-01-20\n"}};
    const std::string text =
        tree_of(explained(orders, "table orders { time: at, customer: customer } entity customer",
                          "share(count(orders) >= 2 per customer) as s by month for @2026Q1", 1));
    CHECK(text.starts_with(R"(s = 0.5
│  share(count(orders) >= 2 per customer)
│  · 1 of 2 meet it
│    2  entities: customer (with rows in orders, at: 2026-02-01 to 2026-02-28)
│  = 2  kept
├─ A: )"));
}

TEST_CASE("in month n after: n is told") {
    const std::string text =
        tree_of(explained({{"orders", "customer,at\nA,2026-01-05\nA,2026-02-05\nA,2026-03-01\n"}},
                          R"(table orders { time: at, customer: customer }
           entity customer
           attribute customer.first_at = earliest(orders.at)
           def later(n) = count(orders where at in month n after customer.first_at))",
                          "later(1) as x", 0));
    CHECK(has(text, "− 2  do not meet: at in month 1 after customer.first_at\n"));
    CHECK(text.find("units_between") == std::string::npos);
}

TEST_CASE("a funnel: the rows of its steps, the window and the order") {
    const texts events = {{"events",
                           "customer,at,type\n"
                           "C,2026-02-01,lead\n"
                           "C,2026-02-05,lead\n"
                           "C,2026-02-06,demo\n"
                           "C,2026-03-06,won\n"}};
    constexpr const char* funnel = R"(
        table events { time: at, customer: customer }
        entity customer
        funnel f per customer from events within 30 days {
            step lead: type = "lead" step demo: type = "demo" step won: type = "won" })";
    // From the 1st the window ends on 3 March, from the 5th on the 7th.
    const std::string text = tree_of(explained(events, funnel, "f.count(won) as x", 0));
    CHECK(has(text,
              "each step is the earliest row of the same customer at or after the step before it, "
              "within 30 days of the first"));
    CHECK(has(text, "row 2: 3 · lead (row 2) → demo (row 3) → won (row 4)\n"));
}

TEST_CASE("instants are told in local time, and the head says what was asked") {
    const texts deals = {{"deals",
                          "id,at,seen,amount\nD1,2026-01-31T17:06:00Z,2026-02-01,5\n"
                          "D2,2026-02-02T00:00:00Z,2026-03-05,7\n"}};
    constexpr const char* local = R"(
        calendar work { zone: "Asia/Shanghai", week: monday }
        table deals { key: id, time: at, recorded: seen })";
    const merit::explanation is = told(deals, local, "sum(deals.amount) as x for @2026-02", 0,
                                       merit::explain_options{}, "2026-02-28");
    CHECK(is.request == "sum(deals.amount) as x for @2026-02");
    const std::string text = to_text(is);
    CHECK(has(text,
              "sum(deals.amount) as x for @2026-02 (2026-02-01 to 2026-02-28)\n"
              "as of 2026-03-01T07:59:59.999999+08:00 · dates in Asia/Shanghai"));
    CHECK(has(text, "− 1  not known yet: seen is after `as of`\n"));
    CHECK(has(text, "row 1 · D1 · 2026-02-01T01:06:00+08:00: 5\n"));
    CHECK(has(to_text(told(deals, local, "sum(deals.amount) as x for @2026-02", 0, chinese(),
                           "2026-02-28")),
              "截至统计时点尚未知：seen 晚于该时点"));
    CHECK(has(to_text(told(deals, local, "sum(deals.amount) as x", 0, merit::explain_options{})),
              "sum(deals.amount) as x (all dates, also those that are blank)\n"));
}

TEST_CASE("parts are rounded each by itself, and what that leaves is a line") {
    // 0.5 × 1.11111 = 0.555555 is 0.5556, twice that 1.1112; the whole is 1.1111.
    const std::string text = tree_of(explained({{"deals", "amount\n1\n"}},
                                               R"(table deals { amount: int }
           kpi a = count(deals) * 1.11111
           kpi b = sum(deals.amount) * 1.11111)",
                                               "weighted(50% of a, 50% of b) as x", 0));
    CHECK(has(text, "50 % × 1.11111 =  0.5556  a\n"));
    CHECK(has(text, "-0.0001  rounding of the lines above\n"));
    CHECK(has(text, " 1.1111  in all\n"));
}

TEST_CASE("a score of nine places, a whole of eight, told where they act") {
    // 1 of 3 is 33.333333333 points, 1 of 2 is 50: 40 % and 60 % of them are 43.33333333.
    const auto card = [](const std::string& amounts) {
        return tree_of(explained({{"deals", "rep,amount\n" + amounts}},
                                 R"(table deals { rep: rep, amount: int }
                                    entity rep
                                    kpi a = sum(deals.amount)
                                    kpi b = count(deals)
                                    scorecard card by rep {
                                        a weight 40% floor 0 goal 3
                                        b weight 60% floor 0 goal 2
                                    })",
                                 "card.score as x by rep", 0));
    };
    const std::string third = card("Ann,1\n");
    CHECK(has(third, "│  · the whole is rounded to eight places\n"));
    CHECK(has(third, "· 100 × (1 − 0) / (3 − 0), rounded to nine places\n"));
    CHECK(has(third, "· 100 × (1 − 0) / (2 − 0)\n"));
    // 3 of 3 and 1 of 2 are 100 and 50: nothing is rounded.
    CHECK(card("Ann,3\n").find("rounded") == std::string::npos);
}

TEST_CASE("allot: the pool, the sum of all, the rounding") {
    // 100.00 in the proportion of 1, 1 and 1: 33.34, 33.33, 33.33.
    const std::string text =
        tree_of(explained({{"deals", "rep,amount\nAnn,1\nBob,1\nCem,1\n"}},
                          R"(table deals { rep: rep, amount: int }
           entity rep)",
                          "allot(100.00, sum(deals.amount) across rep) as x by rep", 1));
    CHECK(
        has(text, "· 100 × 1 / 3, the sum of all, = 33.333333333333; cut to hundredths: 33.33\n"));
    CHECK(has(text,
              "· cutting leaves 0.01 of the pool, which goes in steps of 0.01 to the largest "));
    CHECK(has(text, "then in the order of the groups; to this one: 0\n"));
    CHECK(has(text, "Ann: 1 → 33.34\n"));
    CHECK(has(text, "Bob: 1 → 33.33 ← this one\n"));
}

TEST_CASE("many entities do not crowd out the formula's own terms") {
    merit::explain_options how;
    how.terms = 4;
    const merit::explanation is =
        told({{"orders", "customer,at\nA,2026-01-05\nB,2026-01-06\nC,2026-01-07\n"}},
             "table orders { time: at, customer: customer } entity customer",
             "sum(count(orders) per customer) / count(orders) * 2 as x", 0, how);
    std::string operations;
    for (const merit::explained_term& one : is.terms) operations += one.operation + " ";
    CHECK(operations == "* sum count constant ");
    REQUIRE(is.terms[1].rows.has_value());
    CHECK(is.terms[1].rows->first[0].term == merit::no_term);
    CHECK(is.terms_left_out == 3);
}

TEST_CASE("a column of another name that holds the group, and units of time in Chinese") {
    const texts deals = {{"deals", "owner,days\nAnn,2\nBob,3\n"}};
    constexpr const char* by_owner = R"(
        table deals { rep: owner, days: int }
        entity rep
        @unit days
        kpi x = sum(deals.days))";
    CHECK(has(to_text(told(deals, by_owner, "x by rep", 0, merit::explain_options{})),
              "not of this group: rep (owner) is \"Ann\"\n"));
    CHECK(has(to_text(told(deals, by_owner, "x by rep", 0, chinese())), "x = 2 天\n"));
    // The table says the same.
    merit::model model;
    merit::tables data;
    data["deals"] = merit::read_csv_text(deals[0].second, {}, "deals").value();
    model.add_table("deals", data["deals"].schema()).value();
    model.define(by_owner).value();
    const merit::frame frame = model.compile("x by rep").value().run(data, {}).value();
    CHECK(has(to_text(frame, merit::text_language::chinese), "2 天"));
    CHECK(has(to_text(frame, merit::text_language::english), "2 days"));
}

TEST_CASE("conditions by the author's name, and what that is in words") {
    const merit::explanation is = explained({{"deals", "stage\nWon\nLost\nOpen\n"}},
                                            R"(table deals { stage: text }
                               column deals.final = stage in ("Won", "Lost"))",
                                            "count(deals where final) as x", 0);
    REQUIRE(is.terms[0].rows.has_value());
    CHECK(is.terms[0].rows->filters[0].text == "final");
    CHECK(is.terms[0].rows->filters[0].words == "stage is one of \"Won\", \"Lost\"");
    CHECK(has(to_text(is), "− 1  do not meet: final: stage is one of \"Won\", \"Lost\"\n"));
}

TEST_CASE("a KPI that calls a `def`: the call, then what the `def` says") {
    const std::string text = tree_of(explained({{"deals", "amount\n100\n50\n"}},
                                               R"(table deals { amount: int }
                                                  def enough(n, x) = if(n >= 2, x, blank)
                                                  kpi size = enough(count(deals),
                                                                    avg(deals.amount)))",
                                               "size", 0));
    CHECK(text.starts_with(R"(size = 75
│  enough(count(deals), avg(deals.amount))
│  if(n >= 2, x, blank)
├─ if: n >= 2 = true
)"));
}

TEST_CASE("a blank that a condition led to, further up") {
    const std::string text = tree_of(explained({{"deals", "amount\n100\n50\n"}},
                                               R"(table deals { amount: int }
                                                  kpi size = if(count(deals) >= 3,
                                                                avg(deals.amount), blank))",
                                               "size * 2 as x", 0));
    CHECK(has(text, "· blank, because size is blank: `count(deals) >= 3` does not hold\n"));
}

TEST_CASE("parts are told by their labels too") {
    const std::string text = tree_of(explained({{"deals", "rep,amount\nAnn,50\n"}},
                                               R"(table deals { rep: rep, amount: int }
                             entity rep
                             kpi revenue "业绩" = sum(deals.amount)
                             scorecard card by rep { revenue weight 100% floor 0 goal 100 })",
                                               "card.score as x by rep", 0));
    CHECK(has(text, "100 % × 50 = 50  revenue \"业绩\"\n"));
}
