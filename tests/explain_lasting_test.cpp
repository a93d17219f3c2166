// Explanations of rows that last, rows that are shared, funnels, targets and pieces of all time.
#include <doctest/doctest.h>

#include <string>

#include "explaining.hpp"
#include "merit/merit.hpp"

using explaining::explained;
using explaining::texts;
using explaining::tree_of;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("at end: the rows that hold at that instant") {
    CHECK(tree_of(explained({{"log",
                              "deal,at,stage,amount\n"
                              "D1,2026-01-05,open,100\n"
                              "D1,2026-02-03,won,100\n"
                              "D2,2026-01-09,open,50\n"}},
                            R"(table log { time: at, deal: deal, kind: changes }
                               entity deal)",
                            "sum(log.amount where stage = \"open\" at end) as x for @2026-02",
                            0)) == R"(x = 50
   sum(log.amount where stage = "open" at end)
   at: the end of 2026-02-28
     3  rows in log
   − 1  not there: the end of 2026-02-28
   = 2  in scope
   − 1  do not meet: stage is "open"
   = 1  kept
   row 3 · 2026-01-09: 50
)");
}

TEST_CASE("intervals: by both of their dates") {
    CHECK(tree_of(explained({{"deals",
                              "id,opened,closed,amount\n"
                              "D1,2026-01-05,2026-02-03,100\n"
                              "D2,2026-01-09,,50\n"
                              "D3,2026-02-01,2026-02-20,30\n"}},
                            R"(table deals { entity: deal, key: id, time: opened,
                                             kind: interval(opened, closed) })",
                            "count(deals at end) as x for @2026-01", 0)) == R"(x = 2
   count(deals at end)
   opened to closed: the end of 2026-01-31
     3  rows in deals
   − 1  not there: the end of 2026-01-31
   = 2  kept
   rows (id): 1 (D1), 2 (D2)
)");
}

TEST_CASE("credit: the share of each row that counts") {
    CHECK(tree_of(explained({{"deals",
                              "id,owner,at,amount\n"
                              "1,Ann,2026-01-05,100\n"
                              "2,Ann,2026-01-06,60\n"
                              "3,Bob,2026-01-07,40\n"},
                             {"splits",
                              "opp,user,share\n"
                              "1,Ann,0.75\n"
                              "1,Bob,0.25\n"
                              "3,Cem,1.00\n"}},
                            R"(table deals { entity: deal, key: id, time: at, rep: owner,
                                             split: splits(opp, user, share) }
                               table splits { deal: opp, rep: user }
                               entity rep)",
                            "sum(deals.amount) as x by rep", 0)) == R"(x = 135
   sum(deals.amount)
     4  shares of the 3 rows in deals
   − 2  not of this group: rep is "Ann"
   = 2  kept
   row 1 · 1: 100 × 75 % = 75
   row 2 · 2: 60
)");
}

TEST_CASE("credit of what lasts: the share and the instant") {
    CHECK(tree_of(explained({{"deals",
                              "id,owner,opened,closed,amount\n"
                              "1,Ann,2026-01-05,2026-02-03,100\n"
                              "2,Bob,2026-01-06,,60\n"},
                             {"splits",
                              "opp,user,share\n"
                              "1,Ann,0.75\n"
                              "1,Bob,0.25\n"}},
                            R"(table deals { entity: deal, key: id, time: opened, rep: owner,
                                             kind: interval(opened, closed),
                                             split: splits(opp, user, share) }
                               table splits { deal: opp, rep: user }
                               entity rep)",
                            "sum(deals.amount at end) as x by rep for @2026-01", 0)) == R"(x = 75
   sum(deals.amount at end)
   opened to closed: the end of 2026-01-31
     3  shares of the 2 rows in deals
   − 2  not of this group: rep is "Ann"
   = 1  kept
   row 1 · 1 · 2026-01-05: 100 × 75 % = 75
)");
}

TEST_CASE("a funnel: how far each entity got, from which row") {
    CHECK(tree_of(explained({{"events",
                              "customer,at,type,rep\n"
                              "C1,2026-01-20,lead,Sue\n"
                              "C1,2026-01-25,lead,Sue\n"
                              "C1,2026-02-02,won,Ann\n"
                              "C2,2026-01-21,lead,Ann\n"}},
                            R"(table events { time: at, customer: customer, rep: rep }
                               entity customer
                               entity rep
                               funnel sales per customer from events {
                                   step lead: type = "lead" step won: type = "won" })",
                            "sales.rate(lead, won) as x by rep", 1)) == R"(x = 1
│  sales.rate(lead, won)
│  · each step is the earliest row of the same customer at or after the step before it
│  · of several chains the furthest counts, of equals the earliest
│  · 1 of 1 meet it
│    1  entities: customer · rep is "Sue" (with rows in sales entries)
│  = 1  in scope
│  − 0  do not meet: came to `lead`
│  = 1  kept
└─ C1: came to `won` = true
   └─ steps that its best chain reached = 2
           4  rows in sales entries
         − 2  not of this group: rep is "Sue" and customer is "C1"
         − 0  do not meet: type is "lead" (of the view)
         = 2  kept
         it is taken from:
         row 1: 2 · lead (row 1) → won (row 3)
         row 2: 2 · lead (row 2) → won (row 3)
)");
}

namespace {

constexpr const char* sales_csv =
    "rep,team,at,amount\n"
    "Ann,east,2026-01-05,80\n";
constexpr const char* goals_csv =
    "rep,team,month_start,goal\n"
    "Ann,east,2026-01-01,100\n"
    "Bob,east,2026-01-01,60\n"
    "Cem,west,2026-01-01,30\n"
    ",east,2026-01-01,150\n";
constexpr const char* targets = R"(
table sales { time: at, rep: rep, team: team }
entity rep
entity team
targets plan { from: goals, rep: rep, team: team, time: month_start, period: "month", value: goal }
kpi revenue = sum(sales.amount)
)";

}  // namespace

TEST_CASE("a target that was set for the group wins, and both are told") {
    const merit::explanation told = explained({{"sales", sales_csv}, {"goals", goals_csv}}, targets,
                                              "target(revenue) as x by team for @2026-01", 0);
    CHECK(tree_of(told) == R"(x = 150
│  target(revenue)
│    1  periods: month
└─ 2026-01: target = 150
      · set for this group itself, which wins over the sum of its entities
      month_start: 2026-01-01 to 2026-01-31
        4  rows in plan
      − 1  not of this group: team is "east"
      = 3  in scope
      − 2  do not meet: rep is blank
      − 0  do not meet: names this group and no finer one
      = 1  kept
      row 4 · 2026-01-01: 150
)");
    std::string kinds;
    for (const merit::explained_definition& one : told.definitions) kinds += one.kind + " ";
    CHECK(kinds == "entity entity kpi table targets ");
}

TEST_CASE("a target that is missing is named in its period") {
    const merit::explanation told =
        explained({{"sales", "rep,at,amount\nAnn,2026-01-05,80\n"},
                   {"goals",
                    "rep,month_start,goal\n"
                    "Ann,2026-01-01,100\n"
                    "Ann,2026-02-01,60\n"
                    "Bob,2026-01-01,40\n"}},
                  R"(table sales { time: at, rep: rep }
                     entity rep
                     targets plan { from: goals, rep: rep, time: month_start, period: "month",
                                    value: goal }
                     kpi revenue = sum(sales.amount))",
                  "target(revenue) as x by rep for @2026-01 to @2026-02", 1);
    CHECK(told.terms[0].why == merit::reason::no_target);
    REQUIRE(told.terms[0].rows.has_value());
    REQUIRE(told.terms[0].rows->first.size() == 2);
    CHECK(told.terms[0].rows->first[0].key == "2026-01");
    CHECK(to_string(told.terms[0].rows->first[0].taken) == "40");
    const merit::explained_row& february = told.terms[0].rows->first[1];
    CHECK(february.key == "2026-02");
    CHECK(to_string(february.taken).empty());
    CHECK(told.terms[february.term].rules.front().words ==
          "without the target that they should have: Bob");
}

TEST_CASE("allot: money is rounded to the minor unit of its currency") {
    const auto told = [](const std::string& pool) {
        return tree_of(explained({{"deals", "rep,amount\nAnn,1\nBob,1\nCem,1\n"}},
                                 R"(table deals { rep: rep, amount: int }
           entity rep)",
                                 "allot(" + pool + ", sum(deals.amount) across rep) as x by rep",
                                 1));
    };
    CHECK(has(told("100 JPY"), "= 33.333333333333 JPY; cut to whole numbers: 33 JPY"));
    CHECK(has(told("100 KWD"), "; cut to thousandths: 33.333 KWD"));
    CHECK(has(told("100 CNY"), "; cut to hundredths: 33.33 CNY"));
    CHECK(has(told("100"), "; cut to whole numbers: 33\n"));
    CHECK(has(told("100.1234"),
              "; cut to 4 digits behind the point, as the pool is written: 33.3744"));
}

TEST_CASE("a constant has the name of a `let` only where the formula names it") {
    const texts deals = {{"deals", "id,amount\nD1,99\n"}};
    constexpr const char* model = R"(table deals { key: id }
           let cap = 12
           kpi a = least(sum(deals.amount), cap)
           kpi b = greatest(12, a))";
    const std::string text = tree_of(explained(deals, model, "b as x", 0));
    CHECK(has(text, "└─ cap = 12\n"));
    CHECK(text.find("cap = 12") == text.rfind("cap = 12"));
}

TEST_CASE("a clause's own `as of` is told where rows are not known yet") {
    const texts deals = {{"deals", "id,at\nD1,2026-01-03\nD2,2026-03-03\nD3,2026-05-03\n"}};
    constexpr const char* model = "table deals { key: id, time: at }";
    const std::string text =
        tree_of(explained(deals, model, "(count(deals) as of @2026-01-31) as x", 0));
    CHECK(has(text, "− 2  not known yet: at is after 2026-01-31\n"));
}

TEST_CASE("an attribute of the months of all time is told month by month") {
    const texts orders = {
        {"orders", "customer,at\nA,2026-01-05\nA,2026-01-20\nA,2026-03-01\nB,2026-02-01\n"}};
    constexpr const char* model = R"(table orders { time: at, customer: customer }
           entity customer
           attribute customer.best = max(count(orders) per customer and month)
           kpi busiest = max(count(orders) per customer and month)
           attribute customer.late = busiest over @2026-02 to @2026-03)";
    const std::string text =
        tree_of(explained(orders, model, "customer.best as x, count(orders) by customer", 0));
    CHECK(has(text, "├─ key: customer = A\n"));
    CHECK(has(text, "(with rows in orders, at: 2026-01-01 to 2026-03-31)\n"));
    CHECK(has(text, "├─ A · 2026-01: count(orders) = 2\n"));
    CHECK(has(text, "at: 2026-01-01 to 2026-01-31\n"));
    CHECK(has(text, "└─ A · 2026-03: count(orders) = 1\n"));
    const std::string late =
        tree_of(explained(orders, model, "customer.late as x, count(orders) by customer", 0));
    CHECK(has(late, "(with rows in orders, at: 2026-02-01 to 2026-03-31)\n"));
}

TEST_CASE("the hash is of what an imported definition says, under any name") {
    const auto told = [](const std::string& library) {
        const merit::table deals = merit::read_csv_text("id\n1\n2\n", {}, "deals").value();
        merit::model model;
        model.add_table("deals", deals.schema()).value();
        model.set_importer([&](std::string_view path) -> merit::result<std::string> {
            CHECK(path == "sales/shared.kpi");  // beside the text that names it
            return library;
        });
        model.define("import { a as n } from \"shared.kpi\"", "sales/all.kpi").value();
        return model.compile("n").value().run({{"deals", deals}}).value().explain(0, 0).value();
    };
    const merit::explanation one = told("kpi a = b + 1\nkpi b = count(deals)");
    const merit::explanation other = told("kpi a = b + 1\nkpi b = count(deals) * 2");
    CHECK(one.definitions.size() == 2);
    CHECK(one.definitions_hash != other.definitions_hash);
}
