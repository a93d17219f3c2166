// Explanations of what other groups, periods, entities and rows have to say.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "explaining.hpp"
#include "merit/merit.hpp"

namespace {

constexpr const char* orders_csv =
    "id,customer,rep,paid_at,amount,status\n"
    "1,A,Ann,2026-01-05,100,paid\n"
    "2,A,Ann,2026-02-05,60,paid\n"
    "3,B,Bob,2026-02-07,30,paid\n"
    "4,B,Bob,2026-02-08,20,cancelled\n"
    "5,C,Ann,2026-02-20,,paid\n"
    "6,C,Cy,,45,paid\n"
    "7,C,Cy,2026-03-01,40,paid\n"
    "8,,Bob,2026-02-11,10,paid\n";

constexpr const char* reps_csv =
    "rep,team,base\n"
    "Ann,North,1000\n"
    "Bob,North,900\n"
    "Cy,South,800\n"
    "Dee,South,700\n";

constexpr const char* definitions = R"(
table orders { entity: order, key: id, time: paid_at, customer: customer, rep: rep }
table reps { entity: rep, key: rep }
table refunds { from: orders, where: status = "cancelled" }
entity customer
attribute customer.first_order_at = earliest(orders.paid_at)
kpi revenue = sum(orders.amount where status = "paid")
)";

merit::explanation explained(const std::string& request, std::size_t row, bool totals = false) {
    return explaining::explained({{"orders", orders_csv}, {"reps", reps_csv}}, definitions, request,
                                 row, "2026-02-28", totals);
}

using explaining::tree_of;

}  // namespace

TEST_CASE("growth: the same term in two intervals") {
    CHECK(
        tree_of(explained("growth(revenue, previous period) as g by rep, month for @2026-02", 0)) ==
        R"(g = -0.4
│  growth(revenue, previous period)
├─ change: revenue - revenue previous period = -40
│  │    60  revenue
│  │  -100  revenue previous period
│  │   -40  in all
│  ├─ revenue = 60
│  │     sum(orders.amount where status = "paid")
│  │     paid_at: 2026-02-01 to 2026-02-28
│  │       8  rows in orders
│  │     − 1  not known yet: paid_at is after `as of`
│  │     − 4  not of this group: rep is "Ann"
│  │     − 1  whose paid_at is outside 2026-02-01 to 2026-02-28
│  │     = 2  in scope
│  │     − 0  do not meet: status is "paid"
│  │     = 2  kept
│  │     − 1  blank: nothing to aggregate
│  │     = 1  count
│  │     row 5 · 5: blank (amount = blank)
│  │     row 2 · 2 · 2026-02-05: 60
│  └─ - revenue previous period = 100
│     └─ revenue = 100
│           sum(orders.amount where status = "paid")
│           paid_at: 2026-01-01 to 2026-01-31
│             8  rows in orders
│           − 1  not known yet: paid_at is after `as of`
│           − 4  not of this group: rep is "Ann"
│           − 2  whose paid_at is outside 2026-01-01 to 2026-01-31
│           = 1  in scope
│           − 0  do not meet: status is "paid"
│           = 1  kept
│           row 1 · 1 · 2026-01-05: 100
└─ base: revenue previous period = 100  (told above)
)");
}

TEST_CASE("across: the rows of the other group") {
    const merit::explanation told =
        explained("revenue / (revenue across rep by rep.team) as s by rep for @2026-02", 0);
    REQUIRE(told.terms.size() == 4);
    CHECK(told.terms[2].operation == "across");
    REQUIRE(told.terms[3].rows.has_value());
    CHECK(told.terms[3].rows->group == "rep.team is \"North\"");
    // Ann 60 and a blank, Bob 30 and 10; Cy is in the South, one order is in January.
    CHECK(told.terms[3].rows->kept == 4);
    CHECK(told.terms[3].rows->of_other_groups == 1);
    CHECK(to_string(told.terms[3].value) == "100");
}

TEST_CASE("rank: the places of the peers, the group itself among them") {
    CHECK(tree_of(explained("rank(revenue across rep) as r by rep for @2026-02", 1)) == R"(r = 2
│  rank(revenue across rep)
│  · 4 groups with a value are compared
│  · equal values share the best of their places, and as many of the next are left out: 1, 1, 3
│  1. Ann: 60
│  2. Bob: 40 ← this one
│  3. Cy: 0
│  3. Dee: 0
└─ compared: revenue = 40
      sum(orders.amount where status = "paid")
      paid_at: 2026-02-01 to 2026-02-28
        8  rows in orders
      − 1  not known yet: paid_at is after `as of`
      − 4  not of this group: rep is "Bob"
      = 3  in scope
      − 1  do not meet: status is "paid"
      = 2  kept
      row 3 · 3 · 2026-02-07: 30
      row 8 · 8 · 2026-02-11: 10
)");
}

TEST_CASE("per: the entities, each with its own tree") {
    CHECK(tree_of(explained("share(count(orders) >= 2 per customer) as s for @2026-01 to @2026-02",
                            0)) == R"(s = 0.6667
│  share(count(orders) >= 2 per customer)
│  · 2 of 3 meet it
│    3  entities: customer (with rows in orders, paid_at: 2026-01-01 to 2026-02-28)
│  = 3  kept
├─ A: count(orders) >= 2 = true
│  └─ count(orders) = 2
│        paid_at: 2026-01-01 to 2026-02-28
│          8  rows in orders
│        − 1  not known yet: paid_at is after `as of`
│        − 5  not of this group: customer is "A"
│        = 2  kept
│        rows (id): 1 (1), 2 (2)
├─ B: count(orders) >= 2 = true
│  └─ count(orders) = 2
│        paid_at: 2026-01-01 to 2026-02-28
│          8  rows in orders
│        − 1  not known yet: paid_at is after `as of`
│        − 5  not of this group: customer is "B"
│        = 2  kept
│        rows (id): 3 (3), 4 (4)
└─ C: count(orders) >= 2 = false
   └─ count(orders) = 1
         paid_at: 2026-01-01 to 2026-02-28
           8  rows in orders
         − 1  not known yet: paid_at is after `as of`
         − 5  not of this group: customer is "C"
         − 1  whose paid_at is blank
         = 1  kept
         rows (id): 5 (5)
)");
}

TEST_CASE("per customer and month: the piece of time is a part of the key") {
    const merit::explanation told = explained(
        "sum(sum(orders.amount) per customer and month) as s for @2026-01 to @2026-02", 0);
    REQUIRE(told.terms.front().rows.has_value());
    std::string keys;
    for (const merit::explained_row& one : told.terms.front().rows->first)
        keys += one.key + " = " + to_string(one.taken) + "\n";
    CHECK(keys == "A · 2026-01 = 100\nA · 2026-02 = 60\nB · 2026-02 = 50\n");
    CHECK(told.terms.front().rows->table == "customer · month");
}

TEST_CASE("attributes: frozen, by the key of the group; entities: their own row") {
    CHECK(tree_of(explained("if(customer.first_order_at < @2026-02, 1, 2) as x, count(orders) as n "
                            "by customer",
                            2)) == R"(x = 2
│  if(customer.first_order_at < @2026-02, 1, 2)
├─ if: customer.first_order_at < @2026-02 = false
│  └─ customer.first_order_at = 2026-02-20
│     │  · an attribute: over all rows up to `as of`, whatever the period, groups and filters
│     ├─ key: customer = C
│     └─ definition: earliest(orders.paid_at) = 2026-02-20
│             8  rows in orders
│           − 1  not known yet: paid_at is after `as of`
│           − 5  not of this group: customer is "C"
│           = 2  kept
│           − 1  blank: nothing to aggregate
│           = 1  count
│           row 6 · 6: blank (paid_at = blank)
│           it is taken from:
│           row 5 · 5: 2026-02-20
├─ then: 1  (not used)
└─ else: 2
)");
    CHECK(tree_of(explained("rep.base as b, count(orders) as n by rep", 0)) == R"(b = 1,000
   · base of reps, by the row of its rep
     4  rows in reps
   − 3  not of this group: rep is "Ann"
   = 1  kept
   row 1 · Ann: 1,000
)");
}

TEST_CASE("a total: all its periods, and the rows without one") {
    const merit::explanation told = explained("revenue by rep, month", 13, true);
    CHECK(to_text(told).starts_with("total\n"));
    const merit::explained_rows& rows = told.terms.front().rows.value();
    CHECK(rows.group.empty());
    CHECK(rows.interval == "2026-01-01 to 2026-02-28, and those without a date");
    CHECK(rows.kept - rows.blank == 5);
    CHECK(to_string(told.terms.front().value) == "245");
}

TEST_CASE("conditions: of the view, the request, a clause around and the brackets") {
    const merit::explanation told = explained(
        "(count(refunds where amount > 10 or amount is blank) where rep.team = \"North\") as c "
        "for @2026-02 where customer in (\"B\", \"C\") and not (amount between 1 and 5)",
        0);
    std::string all;
    for (const merit::explained_filter& one : told.terms[1].rows.value().filters)
        all += one.from + ": " + one.words + " | " + one.text + " " + std::to_string(one.dropped) +
               "\n";
    CHECK(all ==
          "view: status is \"cancelled\" | status = \"cancelled\" 4\n"
          "around: rep.team is \"North\" | rep.team = \"North\" 0\n"
          "request: customer is one of \"B\", \"C\" | customer in (\"B\", \"C\") 0\n"
          "request: not (amount is at least 1 and amount is at most 5) | "
          "not (amount between 1 and 5) 0\n"
          "own: amount is above 10 or amount is blank | amount > 10 or amount is blank 0\n");
}

TEST_CASE("convert: the amount, the rate and its date") {
    const merit::table bills = merit::read_csv_text(
                                   "id,dated,amount,ccy\n"
                                   "1,2026-01-15,10.00,USD\n"
                                   "2,2026-02-15,10.00,USD\n"
                                   "3,2026-02-16,5.00,EUR\n"
                                   "4,2026-02-17,1.00,CNY\n",
                                   {}, "bills")
                                   .value();
    const merit::table rates = merit::read_csv_text(
                                   "dated,ccy,base,rate\n"
                                   "2026-01-01,USD,CNY,7\n"
                                   "2026-02-01,USD,CNY,7.2\n"
                                   "2026-01-01,EUR,CNY,8\n",
                                   {}, "fx_rows")
                                   .value();
    merit::model model;
    model.add_table("bills", bills.schema()).value();
    model.add_table("fx_rows", rates.schema()).value();
    model
        .define(R"(
            table bills { key: id, time: dated, amount: money(ccy) }
            rates fx { from: fx_rows, time: dated, of: ccy, to: base, value: rate }
            kpi cny = sum(convert(bills.amount, "CNY", bills.dated))
            kpi usd = convert(cny, "USD", @2026-02-20))")
        .value();
    const merit::explanation told = model.compile("usd")
                                        .value()
                                        .run({{"bills", bills}, {"fx_rows", rates}})
                                        .value()
                                        .explain(0, 0)
                                        .value();
    CHECK(tree_of(told) == R"(usd = 25.41666667 USD
│  convert(cny, "USD", @2026-02-20)
│  183 CNY at 1 USD = 7.2 CNY of 2026-02-01
├─ amount: cny = 183 CNY
│     sum(convert(bills.amount, "CNY", bills.dated))
│       4  rows in bills
│     = 4  kept
│     row 1 · 1: 70 CNY · 10 USD at 1 USD = 7 CNY of 2026-01-01
│     row 2 · 2: 72 CNY · 10 USD at 1 USD = 7.2 CNY of 2026-02-01
│     row 3 · 3: 40 CNY · 5 EUR at 1 EUR = 8 CNY of 2026-01-01
│     row 4 · 4: 1 CNY
├─ from: CNY
├─ to: "USD"
└─ at: 2026-02-20
)");
    std::string kinds;
    for (const merit::explained_definition& one : told.definitions) kinds += one.kind + " ";
    CHECK(kinds == "kpi kpi rates table ");
}
