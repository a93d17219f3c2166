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
