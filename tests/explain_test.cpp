// Explanations: what is said of hand-made cases, word for word, and answers recomputed from it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "explaining.hpp"
#include "merit/merit.hpp"

namespace {

constexpr const char* deals_csv =
    "deal,rep,stage,closed,value,note\n"
    "D1,Ann,Won,2026-01-10,1200,3\n"
    "D2,Ann,Lost,2026-01-20,,\n"
    "D3,Ann,Won,2026-02-03,800,x\n"
    "D4,Bob,Lost,2026-02-11,300,4\n"
    "D5,Ann,Won,,500,5\n"
    "D6,Ann,Won,2026-01-15,,\n";

constexpr const char* definitions = R"(
table deals { entity: deal, key: deal, time: closed, rep: rep, note: text }
entity rep

## Share of the closed deals that were won.
@unit percent
kpi win_rate "赢单率" = count(deals where stage = "Won") / count(deals)
kpi revenue = sum(deals.value where stage = "Won")
kpi size = avg(deals.value)
kpi noted = sum(to_number(deals.note))
scorecard card by rep {
    win_rate weight 60%  floor 0%  goal 90%
    revenue  weight 40%  floor 0   goal 3_000
    missing: "reweight"
}
tiers bonus { below 1000: 0%  from 1000: 5% }
kpi paid = revenue * tier(bonus, revenue)
kpi steps = tier_marginal(bonus, revenue)
kpi other = count(deals where stage = "Lost")
)";

merit::frame answer(const std::string& request, const std::string& text = definitions,
                    merit::run_options with = {}) {
    merit::csv_options how;
    how.types["note"].kind = merit::type_kind::text;
    const merit::table deals = merit::read_csv_text(deals_csv, how, "deals").value();
    merit::model model;
    model.add_table("deals", deals.schema()).value();
    model.define(text, "definitions").value();
    if (!with.as_of) with.as_of = merit::read_instant("2026-02-28").value();
    return model.compile(request).value().run({{"deals", deals}}, with).value();
}

using explaining::tree_of;

std::string rules_of(const merit::explained_term& of) {
    std::string out;
    for (const merit::explained_rule& one : of.rules) out += one.code + ": " + one.words + "\n";
    return out;
}

std::string problem_of(const merit::result<merit::explanation>& from) {
    return from ? "" : from.error().to_string();
}

}  // namespace

TEST_CASE("a ratio: the formula, its values, the rows of each count") {
    const merit::frame frame = answer("win_rate by rep for @2026-01");
    const merit::explanation told = frame.explain(0, 1).value();
    CHECK(told.group == std::vector{std::pair{std::string("rep"), merit::value("Ann")}});
    CHECK(told.as_of == "2026-02-28T23:59:59.999999Z");
    CHECK(told.zone == "UTC");
    CHECK(tree_of(told) ==
          R"(win_rate "赢单率" = 66.6667 %
│  # Share of the closed deals that were won.
│  count(deals where stage = "Won") / count(deals)
├─ count(deals where stage = "Won") = 2
│     closed: 2026-01-01 to 2026-01-31
│       6  rows in deals
│     − 1  not of this group: rep is "Ann"
│     − 1  whose closed is blank
│     − 1  whose closed is outside 2026-01-01 to 2026-01-31
│     = 3  in scope
│     − 1  do not meet: stage is "Won"
│     = 2  kept
│     rows (deal): 1 (D1), 6 (D6)
└─ / count(deals) = 3
      closed: 2026-01-01 to 2026-01-31
        6  rows in deals
      − 1  not of this group: rep is "Ann"
      − 1  whose closed is blank
      − 1  whose closed is outside 2026-01-01 to 2026-01-31
      = 3  kept
      rows (deal): 1 (D1), 2 (D2), 6 (D6)
)");
}

TEST_CASE("the same in Chinese, the formula as it was written") {
    merit::explain_options with;
    with.rows = 1;
    with.wording = merit::text_language::chinese;
    const merit::frame frame = answer("win_rate by rep for @2026-01");
    CHECK(tree_of(frame.explain(0, 1, with).value()) ==
          R"(win_rate "赢单率" = 66.6667 %
│  # Share of the closed deals that were won.
│  count(deals where stage = "Won") / count(deals)
├─ count(deals where stage = "Won") = 2
│     closed：2026-01-01 至 2026-01-31
│       6  deals 的行
│     − 1  不属于本组：rep 为“Ann”
│     − 1  closed 为空
│     − 1  closed 不在区间内：2026-01-01 至 2026-01-31
│     = 3  在范围内
│     − 1  不满足：stage 是“Won”
│     = 2  保留
│     行（deal）：1（D1）… 另有 1 行
└─ / count(deals) = 3
      closed：2026-01-01 至 2026-01-31
        6  deals 的行
      − 1  不属于本组：rep 为“Ann”
      − 1  closed 为空
      − 1  closed 不在区间内：2026-01-01 至 2026-01-31
      = 3  保留
      行（deal）：1（D1）… 另有 2 行
)");
}

TEST_CASE("JSON, as src/report/EXPLAIN.md describes it") {
    CHECK(merit::version == MERIT_VERSION);
    merit::explain_options with;
    with.rows = 1;
    const merit::frame frame = answer("size by rep for @2026-01 where stage != \"Lost\"");
    merit::explanation told = frame.explain(0, 1, with).value();
    CHECK(told.definitions_hash.size() == std::string("fnv1a64:0123456789abcdef").size());
    told.definitions_hash = "fnv1a64:…";
    told.definitions.clear();
    CHECK(to_json(told) ==
          R"j({"version":")j" MERIT_VERSION R"j(","definitions_hash":"fnv1a64:…",)j"
          R"j("wording":"en","request":"size by rep for @2026-01 where stage != \"Lost\"",)j"
          R"j("period":"2026-01-01 to 2026-01-31",)j"
          R"j("as_of":"2026-02-28T23:59:59.999999Z","zone":"UTC","group":[
{"name":"rep","value":"Ann"}
],"parameters":[],"terms":[
{"id":0,"name":"size","text":"avg(deals.value)","operation":"avg","type":"double","value":1200,)j"
          R"j("rules":[{"code":"blanks_left_out",)j"
          R"j("words":"of the rows kept, 1 is blank and left out"}],)j"
          R"j("rows":{"table":"deals","group":"rep is \"Ann\"","key_column":"deal",)j"
          R"j("date_column":"closed","interval":"2026-01-01 to 2026-01-31",)j"
          R"j("from":"2026-01-01","to":"2026-02-01","all":6,)j"
          R"j("of_other_groups":1,"without_date":1,"outside_interval":1,)j"
          R"j("filters":[{"text":"stage != \"Lost\"","words":"stage is not \"Lost\"",)j"
          R"j("from":"request","dropped":1}],"in_scope":2,"kept":2,"blank":1,"refused":0,)j"
          R"j("blanks":[{"row":6,"key":"D6","note":"value = blank"}],)j"
          R"j("first":[{"row":1,"key":"D1","at":"2026-01-10","value":1200}]}}
],"definitions":[]}
)j");
}

TEST_CASE(
    "a scorecard: contributions add up, the weight of a blank part is spread over the others") {
    const merit::frame frame = answer("card for @2026-02");
    const std::size_t score = frame.find("card.score");
    // Ann in February: 1 of 1 won, 800 of 3,000. 60 · 100 clamped, 40 · 26.666…
    const merit::explanation told = frame.explain(0, score).value();
    const merit::explained_term& card = told.terms.front();
    REQUIRE(card.parts.size() == 2);
    CHECK(card.parts[0].name == "win_rate");
    CHECK(std::get<double>(card.parts[0].score) == 100);
    CHECK(to_string(card.parts[0].contribution) == "60");
    CHECK(to_string(card.parts[1].contribution) == "10.66666667");
    CHECK(std::get<double>(card.value) == doctest::Approx(70.66666667));
    CHECK(explaining::parts_wrong(card).empty());
    CHECK(rules_of(told.terms[1]) == "clamped_to_goal: it has reached the goal: 100 points\n");
    CHECK(rules_of(told.terms[2]) ==
          "linear: linear: 100 × (value − floor) / (goal − floor)\n"
          "rounded: rounded to nine places\n");
}

TEST_CASE("a blank part under each mode") {
    const auto told = [](const std::string& mode) {
        const std::string text = fmt::format(R"(
            table deals {{ time: closed }}
            kpi none = avg(deals.value where stage = "x")
            kpi mix = weighted(25% of count(deals), 45% of none, 30% of sum(deals.value),
                               missing: "{}"))",
                                             mode);
        return answer("mix", text).explain(0, 0).value();
    };
    // 6 rows, 2,800 in all.
    const merit::explanation spread = told("reweight");
    const merit::explained_term& all = spread.terms.front();
    CHECK(std::get<double>(all.value) == doctest::Approx((25 * 6 + 30 * 2800) / 55.0));
    CHECK(std::get<double>(all.parts[0].used_weight) == doctest::Approx(25 / 55.0));
    CHECK(to_string(all.parts[1].used_weight) == "0");
    CHECK(to_string(all.parts[1].contribution).empty());
    CHECK(explaining::parts_wrong(all).empty());
    CHECK(rules_of(all) ==
          "reweighted: without a value: none; the other weights, 55% together, are each divided by "
          "that sum\npartial_blank: some of its parts are blank\n");
    const merit::explanation zero = told("zero");
    CHECK(to_string(zero.terms.front().value) == "841.5");
    CHECK(to_string(zero.terms.front().parts[1].contribution) == "0");
    CHECK(explaining::parts_wrong(zero.terms.front()).empty());
    const merit::explanation blank = told("blank");
    CHECK(to_string(blank.terms.front().value).empty());
    CHECK(rules_of(blank.terms.front()) ==
          "part_blank: without a value: none; a blank part makes the whole blank\n");
    CHECK(to_string(blank.terms.front().parts[0].contribution).empty());
}

TEST_CASE("tiers: the row that holds the value, or a slice each") {
    // Ann: 1200 + 800 + 500 = 2,500.
    const merit::frame frame = answer("paid, steps by rep");
    CHECK(rules_of(frame.explain(0, 1).value().terms[2]) ==
          "tier: row 2 of bonus: from 1,000 is 5 %\n");
    CHECK(rules_of(frame.explain(0, 2).value().terms.front()) ==
          "slice: 1,000 × 0 % = 0: row 1 of bonus, below 1,000\n"
          "slice: 1,500 × 5 % = 75: row 2 of bonus, from 1,000\n");
}

TEST_CASE("text that makes no number is refused, empty text is blank") {
    const merit::frame frame = answer("noted");
    const merit::explained_term term = frame.explain(0, 0).value().terms.front();
    CHECK(to_string(term.value) == "12");
    REQUIRE(term.rows.has_value());
    CHECK(term.rows->kept == 6);
    CHECK(term.rows->blank == 3);
    CHECK(term.rows->refused == 1);
}

TEST_CASE("cells that held no number are told, though no row of them is known") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const merit::table readings =
        merit::table::make({{"x", merit::column::of_double({1.5, none, 2.5, none})}}).value();
    merit::model model;
    model.add_table("readings", readings.schema()).value();
    const merit::explained_term term = model.compile("sum(readings.x) as x")
                                           .value()
                                           .run({{"readings", readings}})
                                           .value()
                                           .explain(0, 0)
                                           .value()
                                           .terms.front();
    CHECK(
        rules_of(term) ==
        "blanks_left_out: of the rows kept, 2 are blank and left out\n"
        "refused_cells: cells of `x` that held no number, in the whole table: 2; they are blank\n");
}

TEST_CASE("a branch that is not taken is told as such, and what is blank says why") {
    const merit::frame frame =
        answer("if(other > 0, revenue, 1 / 0) as x, revenue / (other - other) as y by rep");
    const merit::explanation told = frame.explain(1, 1).value();  // Bob
    REQUIRE(told.terms.front().of.size() == 3);
    CHECK(told.terms.front().of[0].role == "if");
    CHECK(told.terms.front().of[1].used);
    CHECK(told.terms.front().of[2].role == "else");
    CHECK_FALSE(told.terms.front().of[2].used);
    const merit::explanation blank = frame.explain(1, 2).value();
    CHECK(blank.terms.front().why == merit::reason::div0);
    CHECK(rules_of(blank.terms.front()) == "div0: the divisor is 0\n");
}

TEST_CASE("the hash is of the definitions that a column stands on") {
    const auto hash = [](const std::string& request, const std::string& text) {
        return answer(request, text).explain(0, 0).value().definitions_hash;
    };
    const std::string table = "table deals { time: closed }\n";
    const std::string a = "kpi a = count(deals) + b\n";
    const std::string b = "kpi b = sum(deals.value)\n";
    const std::string first = hash("a", table + a + b);
    CHECK(first == hash("a", b + table + "# a comment\n" + a));
    CHECK(first == hash("a", table + "kpi c = 1\nkpi   a=count( deals )+b\n" + b));
    CHECK(first == hash("a + 1 as more", table + a + b));
    CHECK(first != hash("a", table + a + "kpi b = avg(deals.value)\n"));
    CHECK(first != hash("a", "table deals { }\n" + a + b));
    CHECK(hash("b", table + a + b) == hash("b", table + b));
}

TEST_CASE("one explanation for any number of threads and rows a batch") {
    std::string first;
    for (const auto& [threads, rows] : {std::pair{1U, 2048}, {2U, 1}, {3U, 4}}) {
        merit::run_options with;
        with.threads = threads;
        with.batch_rows = static_cast<std::size_t>(rows);
        const merit::frame frame = answer("card for @2026-01", definitions, with);
        std::string text;
        for (std::size_t column = 1; column < frame.columns().size(); ++column)
            text += to_json(frame.explain(0, column).value());
        if (first.empty()) first = text;
        CHECK(text == first);
    }
}

TEST_CASE("cells that are not there") {
    const merit::frame frame = answer("win_rate by rep");
    CHECK(problem_of(frame.explain(0, 0)) ==
          "error E820: a group column is no value, so there is nothing to explain\n"
          " help: ask for a shown column\n");
    const std::string none =
        "error E820: there is no such cell\n help: count rows and columns from 0\n";
    CHECK(problem_of(frame.explain(2, 1)) == none);
    CHECK(problem_of(frame.explain(0, 2)) == none);
    CHECK(problem_of(merit::frame().explain(0, 0)) ==
          "error E820: no run made this frame, so nothing is known of its cells\n"
          " help: explain the frame that query::run gives\n");
}

TEST_CASE("a long sum is one term, and a deep formula is cut where it was asked to be") {
    std::string sum = "count(deals)";
    for (int i = 0; i < 3000; ++i) sum += " + count(deals)";
    const merit::explanation flat = answer(sum + " as x").explain(0, 0).value();
    CHECK(flat.terms.size() == 2);
    CHECK(flat.terms.front().of.size() == 3001);
    CHECK(explaining::parts_wrong(flat.terms.front()).empty());
    std::string text = "table deals { time: closed }\nkpi k0 = count(deals)\n";
    for (int i = 1; i <= 2000; ++i) text += fmt::format("kpi k{} = abs(k{})\n", i, i - 1);
    merit::explain_options with;
    with.terms = 50;
    const merit::explanation deep = answer("k2000", text).explain(0, 0, with).value();
    CHECK(deep.terms.size() == 50);
    CHECK(deep.terms_left_out == 1);
    CHECK(to_text(deep).find("(left out)") != std::string::npos);
}

TEST_CASE("rows that a run may not see are counted nowhere, the others keep their numbers") {
    const merit::table deals = merit::read_csv_text(deals_csv, {}, "deals").value();
    merit::model model;
    model.add_table("deals", deals.schema()).value();
    merit::compile_options only;
    only.only = {"stage = \"Won\""};
    const merit::frame frame =
        model.compile("sum(deals.value) as x", only).value().run({{"deals", deals}}).value();
    const merit::explanation told = frame.explain(0, 0).value();
    REQUIRE(told.terms.front().rows.has_value());
    const merit::explained_rows& rows = *told.terms.front().rows;
    CHECK(rows.all == 4);
    REQUIRE(rows.first.size() == 3);
    CHECK(rows.first[2].number == 5);
    REQUIRE(told.coverage.size() == 1);
    CHECK(told.coverage[0].seen == 4);
    CHECK(told.coverage[0].rows == 6);
    CHECK(to_text(told).starts_with("4 of the 6 rows of deals may be seen\n"));
}

namespace {

/// A CSV file as its lines say it: no quotes are in it.
struct plain_csv {
    std::vector<std::vector<std::string>> rows;

    explicit plain_csv(const std::string& path) {
        std::ifstream in(MERIT_SOURCE_DIR "/" + path);
        REQUIRE(in);
        for (std::string line; std::getline(in, line);) {
            if (!line.empty() && line.back() == '\r') line.pop_back();
            std::vector<std::string>& cells = rows.emplace_back(1);
            for (const char c : line)
                if (c == ',')
                    cells.emplace_back();
                else
                    cells.back() += c;
        }
    }
};

merit::frame maven_scorecard() {
    const std::string folder = MERIT_SOURCE_DIR "/examples/data/maven_crm/";
    std::ifstream in(MERIT_SOURCE_DIR "/examples/maven_crm.kpi");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    merit::model model;
    merit::tables data;
    for (const auto& [name, file] : {std::pair{"deals", "sales_pipeline.csv"},
                                     {"reps", "sales_teams.csv"},
                                     {"products", "products.csv"},
                                     {"accounts", "accounts.csv"}}) {
        data[name] = merit::read_csv(folder + file).value();
        model.add_table(name, data[name].schema()).value();
    }
    model.define(text).value();
    merit::run_options with;
    with.as_of = merit::read_instant("2017-12-31").value();
    return model.compile("sales_rep").value().run(data, with).value();
}

/// Days since 1970 of "2017-03-01".
std::int64_t days_of(const std::string& date) {
    int year = std::stoi(date.substr(0, 4));
    const int month = std::stoi(date.substr(5, 2));
    year -= month <= 2 ? 1 : 0;
    const int era = year / 400;
    const int of_era = year - era * 400;
    const int of_year =
        (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + std::stoi(date.substr(8)) - 1;
    return std::int64_t{era} * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// What someone finds who holds an explanation beside the file: the rows it names, added up.
class recomputing {
public:
    recomputing(const merit::explanation& told, const plain_csv& deals, std::string rep)
        : told_(told), deals_(deals), rep_(std::move(rep)) {}

    std::optional<double> value(std::size_t number) {
        const merit::explained_term& of = told_.terms[number];
        if (of.operation == "constant") return number_of(of.value);
        if (of.rows) return aggregate(of);
        std::vector<std::optional<double>> x;
        for (const merit::explained_operand& one : of.of) x.push_back(value(one.term));
        if (of.operation == "/") {
            if (*x[1] == 0) return std::nullopt;
            return *x[0] / *x[1];
        }
        if (of.operation == "score") {
            if (!x[0]) return std::nullopt;
            return std::clamp(100 * (*x[0] - *x[1]) / (*x[2] - *x[1]), 0.0, 100.0);
        }
        REQUIRE(of.operation == "weighted");
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (!x[i]) return std::nullopt;
            const double part = *number_of(of.parts[i].weight) * *x[i];
            CHECK(*number_of(of.parts[i].contribution) == doctest::Approx(part));
            sum += part;
        }
        return sum;
    }

private:
    static std::optional<double> number_of(const merit::value& what) {
        if (const auto* n = std::get_if<std::int64_t>(&what)) return static_cast<double>(*n);
        if (const auto* d = std::get_if<merit::decimal_value>(&what)) return to_double(*d);
        if (const auto* x = std::get_if<double>(&what)) return *x;
        if (const auto* t = std::get_if<merit::duration_value>(&what)) return t->microseconds;
        return std::nullopt;
    }

    /// opportunity_id, sales_agent, product, account, deal_stage, engage_date, close_date,
    /// close_value
    std::optional<double> aggregate(const merit::explained_term& of) {
        std::size_t own = 0;
        for (std::size_t i = 1; i < deals_.rows.size(); ++i) own += deals_.rows[i][1] == rep_;
        CHECK(of.rows->all == deals_.rows.size() - 1);
        CHECK(of.rows->in_scope == own);
        CHECK(of.rows->first.size() == of.rows->kept);
        double sum = 0;
        for (const merit::explained_row& one : of.rows->first) {
            const std::vector<std::string>& row = deals_.rows[one.number];
            CHECK(row[0] == one.key);
            CHECK(row[1] == rep_);
            if (of.text.find("deal_stage = ") != std::string::npos) CHECK(row[4] == "Won");
            if (of.operation == "count") continue;
            const bool cycle = of.text.find("cycle") != std::string::npos;
            sum += cycle ? static_cast<double>(days_of(row[6]) - days_of(row[5])) * 86'400e6
                         : std::stod(row[7]);
        }
        const auto count = static_cast<double>(of.rows->first.size());
        if (of.operation == "count") return count;
        if (of.operation == "sum") return sum;
        REQUIRE(of.operation == "avg");
        return count == 0 ? std::nullopt : std::optional(sum / count);
    }

    const merit::explanation& told_;
    const plain_csv& deals_;
    std::string rep_;
};

}  // namespace

TEST_CASE("three scorecards recomputed from their explanations and the file they name") {
    const merit::frame frame = maven_scorecard();
    const plain_csv deals("examples/data/maven_crm/sales_pipeline.csv");
    const std::size_t score = frame.find("sales_rep.score");
    std::size_t found = 0;
    for (const std::string rep : {"Reed Clapper", "Lajuana Vencill", "Carl Lin"}) {
        for (std::size_t row = 0; row < frame.rows(); ++row) {
            if (to_string(frame.at(row, 0)) != rep) continue;
            merit::explain_options all;
            all.rows = 10'000;
            const merit::explanation told = frame.explain(row, score, all).value();
            const std::optional<double> by_hand = recomputing(told, deals, rep).value(0);
            const auto* shown = std::get_if<double>(&frame.at(row, score));
            INFO(rep);
            CHECK(by_hand.has_value() == (shown != nullptr));
            if (by_hand && shown != nullptr) CHECK(*by_hand == doctest::Approx(*shown));
            CHECK(explaining::parts_wrong(told.terms.front()).empty());
            ++found;
        }
    }
    CHECK(found == 3);
}
