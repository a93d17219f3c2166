// Explanations: each term under its own name and text, and the rule by which each value came about.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "explaining.hpp"
#include "merit/merit.hpp"

namespace {

using explaining::tree_of;

constexpr const char* deals_csv =
    "id,rep,amount\n"
    "1,Ann,40\n"
    "2,Ann,10\n"
    "3,Bob,20\n";

merit::explanation explained(const std::string& definitions, const std::string& request,
                             merit::text_language wording = merit::text_language::english) {
    merit::explain_options how;
    how.wording = wording;
    return explaining::explained(
        {{"deals", deals_csv}},
        "entity rep table deals { entity: deal, key: id, rep: rep }\n" + definitions, request, 0,
        {}, false, how);
}

}  // namespace

TEST_CASE("equal constants are told as each is written") {
    const auto told = explained("kpi rate = share(amount > 15)", "if(rate >= 60%, 0.60, 0.6) as x");
    CHECK(tree_of(told) == R"(x = 0.6
│  if(rate >= 60%, 0.60, 0.6)
├─ if: rate >= 60% = true
│  └─ rate = 0.6667
│        share(amount > 15)
│        · 2 of 3 meet it
│          3  rows in deals
│        = 3  kept
│        row 1 · 1: true
│        row 2 · 2: false
│        row 3 · 3: true
├─ then: 0.60
└─ else: 0.6  (not used)
)");
}

TEST_CASE("equal definitions are told by their own names") {
    const auto told = explained(
        "let calls = 5\nlet visits = 5\nkpi won = count(deals)\nkpi deals_n = count(deals)",
        "won + deals_n + calls + visits + 5 as x");
    CHECK(tree_of(told) == R"(x = 21
│  won + deals_n + calls + visits + 5
│   3  won
│   3  deals_n
│   5  calls
│   5  visits
│   5  5
│  21  in all
├─ won = 3
│     count(deals)
│       3  rows in deals
│     = 3  kept
│     rows (id): 1 (1), 2 (2), 3 (3)
├─ + deals_n = 3
│     count(deals)
│       3  rows in deals
│     = 3  kept
│     rows (id): 1 (1), 2 (2), 3 (3)
├─ + calls = 5
└─ + visits = 5
)");
    const std::string json = to_json(told);
    CHECK(json.find(R"("name":"visits","text":"5","operation":"constant")") != json.npos);
    CHECK(json.find(R"("id":5,"text":"5","operation":"constant")") != json.npos);
}

TEST_CASE("a condition says a `let` by its name and value") {
    const auto told =
        explained("let floor = 1_500_000\nkpi n = count(deals where amount < floor)", "n");
    CHECK(tree_of(told).find("do not meet: amount is below floor (= 1,500,000)") !=
          std::string::npos);
}

namespace {

/// The rules of the first term, one a line.
std::string rules_of(const merit::explanation& told) {
    std::string out;
    for (const merit::explained_rule& one : told.terms.front().rules)
        out += one.code + ": " + one.words + "\n";
    return out;
}

std::string rules_of(const std::string& formula) {
    return rules_of(explained("", formula + " as x"));
}

}  // namespace

TEST_CASE(
    "a percentile says its method, its place in the order, and the rows that it is taken from") {
    // 10, 20, 40: places 1 + 0.9 × 2 = 2.8, and 20 + 0.8 × 20 = 36.
    const auto told = explained("", "percentile(deals.amount, 0.9) as x");
    CHECK(rules_of(told) ==
          "method: linear between neighbours (R-7): of the 3 values in ascending order the one at "
          "place 1 + 0.9 × (3 − 1) = 2.8: 20 + 0.8 × (40 − 20)\n");
    const std::string tree = tree_of(told);
    CHECK(tree.substr(tree.find("   it is taken from:")) ==
          "   it is taken from:\n   row 3 · 3: 20\n   row 1 · 1: 40\n");
    CHECK(rules_of("median(deals.amount)") ==
          "method: median: of the 3 values in ascending order the one in the middle, at place 2\n");
    CHECK(rules_of("median(deals.amount where id != 3)") ==
          "method: median: of the 2 values in ascending order the mean of the two in the middle, "
          "at places 1 and 2\n");
    CHECK(rules_of("percentile_disc(deals.amount, 0.5)") ==
          "method: discrete: of the 3 values in ascending order the first whose place reaches "
          "0.5 × 3 = 1.5, at place 2\n");
}

TEST_CASE("a deviation, a share of the top and a Gini coefficient say what they are made from") {
    CHECK(rules_of("stddev(deals.amount where id != 1)") ==
          "method: standard deviation of a sample: √(Σ(x − mean)² / (n − 1)), n = 2, mean = 15\n");
    CHECK(rules_of("top_share(deals.amount, top: 40%)") ==
          "method: the largest 1 of 3 have 40 of 70; 0.4 × 3, rounded down, are 1\n");
    CHECK(rules_of("gini(deals.amount)") ==
          "method: 2 × Σ(i × x) / (n × Σx) − (n + 1) / n over x in ascending order, i the place of "
          "each: n = 3, Σx = 70\n");
}

namespace {

constexpr const char* sales_csv =
    "rep,team,x\n"
    "A,N,30\n"
    "B,N,20\n"
    "C,N,20\n"
    "D,N,10\n"
    "E,S,5\n";

/// By rep and team: A, B, C and D of the team N.
merit::explanation of_team(const std::string& formula, std::size_t row,
                           const merit::explain_options& how = {}) {
    return explaining::explained({{"s", sales_csv}},
                                 "entity rep table s { rep: rep }\nkpi total = sum(s.x)",
                                 formula + " as x by rep, team", row, {}, false, how);
}

}  // namespace

TEST_CASE("a place among peers says whom it is compared with, and how it comes about") {
    const std::string tree = tree_of(of_team("percent_rank(total across rep)", 1));
    CHECK(tree.substr(0, tree.find("└─")) == R"(x = 66.6667
│  percent_rank(total across rep)
│  · 4 groups with a value are compared, those where team is "N"
│  · 100 × (n − rank) / (n − 1) = 100 × (4 − 2) / (4 − 1); equal values share the best rank
│  A: 30 → 100
│  B: 20 → 66.6667 ← this one
│  C: 20 → 66.6667
│  D: 10 → 0
)");
    const std::string among =
        "peers: 4 groups with a value are compared, those where team is \"N\"";
    CHECK(rules_of(of_team("ntile(total across rep, 2)", 3)) ==
          among +
              "\nmethod: (rank − 1) × 2 / n, rounded down, and 1: (4 − 1) × 2 / 4, rounded down, "
              "and 1; equal values share the best rank\n");
    CHECK(rules_of(of_team("minmax(total across rep)", 1)) ==
          among +
              "\nmethod: 100 × (value − lowest) / (highest − lowest) = 100 × (20 − 10) / "
              "(30 − 10)\n");
    CHECK(rules_of(of_team("zscore(total across rep where rep != \"C\")", 0))
              .find("(30 − 20) / 10") != std::string::npos);
}

TEST_CASE("a rank says what equal values share, and how many are not listed") {
    merit::explain_options few;
    few.rows = 1;
    const std::string tree =
        tree_of(of_team("rank(total across rep, order: \"lowest\", ties: \"fractional\")", 2, few));
    CHECK(tree.substr(0, tree.find("└─")) == R"(x = 2.5
│  rank(total across rep, order: "lowest", ties: "fractional")
│  · 4 groups with a value are compared, those where team is "N"; the lowest comes first
│  · equal values share the mean of their places: 1.5, 1.5, 3
│  1. D: 10
│  2.5. C: 20 ← this one
│  … and 2 more
)");
}

TEST_CASE("allot says what cutting leaves, and whose it is") {
    // 37.5, 25, 25 and 12.5: one is left, of the two halves the larger value takes it.
    const std::string shares =
        "of equal ones to the larger value first, then in the order of the "
        "groups; to this one: ";
    const std::string last = rules_of(of_team("allot(100, total across rep)", 3));
    CHECK(last.find("allot: 100 × 10 / 80, the sum of all, = 12.5; cut to whole numbers: 12\n") !=
          last.npos);
    CHECK(last.find("allot_rest: cutting leaves 1 of the pool, which goes in steps of 1 to the "
                    "largest remainders; " +
                    shares + "0\n") != last.npos);
    const std::string first = rules_of(of_team("allot(100, total across rep)", 0));
    CHECK(first.find("= 37.5; cut to whole numbers: 37\n") != first.npos);
    CHECK(first.find(shares + "1\n") != first.npos);
    // A pool of half a cent more is split as finely as it is written.
    const std::string fine = rules_of(of_team("allot(1.005 USD, total across rep)", 0));
    CHECK(fine.find("allot: 1.005 USD × 30 / 80, the sum of all, = 0.376875 USD; cut to "
                    "thousandths, as the pool is written: 0.376 USD\n") != fine.npos);
    const std::string tree = tree_of(of_team("allot(1 USD, total across rep)", 0));
    CHECK(tree.find("│  A: 30 → 0.38 USD ← this one\n│  B: 20 → 0.25 USD\n") != tree.npos);
}

namespace {

const explaining::texts orders{{"orders",
                                "id,product,paid_at,n\n"
                                "1,pen,2026-01-05T09:30,2\n"
                                "2,cup,2026-01-06T23:30,1\n"
                                "3,,2026-01-07T10:00,4\n"},
                               {"items", "code,price,kind\npen,3,paper\n"}};

merit::explanation of_orders(const std::string& request, merit::text_language wording) {
    merit::explain_options how;
    how.wording = wording;
    return explaining::explained(orders, R"(calendar shop { zone: "Asia/Shanghai" }
        table orders { entity: order, key: id, item: product, time: paid_at }
        table items { entity: item, key: code })",
                                 request, 0, {}, false, how);
}

}  // namespace

TEST_CASE("what is looked up and not there is told") {
    const auto english = merit::text_language::english;
    CHECK(tree_of(of_orders("sum(orders.item.price * orders.n) as x", english)) == R"(x = 6
   sum(orders.item.price * orders.n)
     3  rows in orders
   = 3  kept
   − 2  blank: nothing to aggregate (of them without a row in items: 1)
   = 1  count
   row 2 · 2: blank (n = 1, product = "cup", without a row in items)
   row 3 · 3: blank (n = 4, product = blank)
   row 1 · 1: 6
)");
    const auto counted =
        of_orders("count(orders where orders.item.kind = \"paper\") as x", english);
    CHECK(tree_of(counted).find(
              "− 2  do not meet: item.kind is \"paper\" (of them without a row in items: 1)\n") !=
          std::string::npos);
    CHECK(to_json(counted).find(R"("dropped":2,"unmatched":1,"unmatched_in":"items")") !=
          std::string::npos);
    const auto chinese =
        tree_of(of_orders("sum(orders.item.price) as x", merit::text_language::chinese));
    CHECK(chinese.find("− 2  为空：没有可汇总的值（其中 1 行在 items 中没有对应的行）\n") !=
          std::string::npos);
    CHECK(chinese.find("第 2 行 · 2：空（product = “cup”，items 中没有对应的行）\n") !=
          std::string::npos);
}

TEST_CASE("times without an offset are said to be read as UTC") {
    const auto told = of_orders("max(orders.n) as x for @2026-01", merit::text_language::english);
    const std::string text = to_text(told);
    CHECK(text.find("times that are written without an offset are read as UTC\n") != text.npos);
    CHECK(text.find("row 3 · 3 · 2026-01-07T18:00:00+08:00: 4\n") != text.npos);
    const std::string latest =
        tree_of(of_orders("max(orders.paid_at) as x", merit::text_language::english));
    CHECK(latest.find("row 3 · 3: 2026-01-07T18:00:00+08:00\n") != latest.npos);
}

TEST_CASE("Chinese names what it counts, with no space beside full-width signs") {
    merit::explain_options how;
    how.rows = 1;
    how.wording = merit::text_language::chinese;
    const std::string tree = tree_of(
        explaining::explained({{"s", sales_csv}}, "entity person table s { person: rep }",
                              "median(sum(s.x) per person) as x by team", 0, {}, false, how));
    CHECK(tree.find("│    4  实体：person · team 为“N”（在 s 中有行）\n") != tree.npos);
    CHECK(tree.find("不属于本组：team 为“N”且 person（rep）为“B”\n") != tree.npos);
    const std::string mean =
        tree_of(explaining::explained({{"s", sales_csv}}, "entity person table s { person: rep }",
                                      "avg(sum(s.x) per person) as x by team", 0, {}, false, how));
    CHECK(mean.find("… 另有 3 个 person\n") != mean.npos);
}

TEST_CASE("a constant of another text is told by its plain name") {
    const merit::table deals = merit::read_csv_text(deals_csv, {}, "deals").value();
    merit::model model;
    model.add_table("deals", deals.schema()).value();
    model.set_importer([](std::string_view) -> merit::result<std::string> {
        return std::string("let most = 2\nkpi few = least(count(deals), most)");
    });
    model.define("import { few } from \"lib.kpi\"").value();
    const auto frame = model.compile("few").value().run({{"deals", deals}}).value();
    CHECK(tree_of(frame.explain(0, 0).value()).find("└─ most = 2\n") != std::string::npos);
}

TEST_CASE("an entity without a row in its table says so") {
    const auto told =
        explaining::explained({{"s", sales_csv}, {"reps", "rep,base\nA,7\n"}},
                              "table s { rep: rep } table reps { entity: rep, key: rep }",
                              "rep.base as x, count(s) by rep", 1);
    CHECK(tree_of(told) == R"(x = blank
   · base of reps, by the row of its rep
   · no row of reps has this key, so what it says is blank
     1  rows in reps
   − 1  not of this group: rep is "B"
   = 0  kept
)");
}
