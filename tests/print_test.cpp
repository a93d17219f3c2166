// Canonical text: what it looks like, and that parsing it again gives the same tree.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "grammar/sentences.hpp"
#include "language/parse.hpp"

namespace {

using namespace merit::language;

/// Two trees say the same; where they stand in their texts does not matter.
bool same(const tree& a, node_id left, const tree& b, node_id right) {
    const node& x = a.at(left);
    const node& y = b.at(right);
    if (x.kind != y.kind || x.op != y.op || x.op2 != y.op2 || x.quoted != y.quoted) return false;
    if (a.text(x) != b.text(y) || x.count != y.count) return false;
    if (x.kind == node_kind::literal && a.values[x.value] != b.values[y.value]) return false;
    if (!std::ranges::equal(a.operations(x), b.operations(y))) return false;
    for (std::uint32_t i = 0; i < x.count; ++i) {
        if (!same(a, a.children_of(x)[i], b, b.children_of(y)[i])) return false;
    }
    return true;
}

std::string formatted(const std::string& text, entry what = entry::file) {
    const parsed out = parse(make_source("", text), what, {});
    for (const merit::diagnostic& one : out.errors) INFO(one.to_string());
    REQUIRE_MESSAGE(out.errors.empty(), text);
    return print(out);
}

struct sample {
    std::string text;
    std::string printed;  ///< empty when it is no formula
};

/// The text with a comment behind some of its lines.
std::string commented(const std::string& text, std::mt19937_64& random) {
    std::string out = "# first of all\n";
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        const bool doc = line.find("##") != std::string::npos;
        out += line;
        if (!doc && random() % 3 == 0) out += "  # beside";
        if (random() % 4 == 0) out += "\n\n# a line of its own";
        out += '\n';
        begin = end + 1;
    }
    return out;
}

std::size_t comments_in(const std::string& text) {
    const source_ptr from = make_source("", text);
    return lex(*from, {}).comments.size();
}

}  // namespace

TEST_CASE("formulas") {
    const sample samples[] = {
        {"= 0.6*a+0.4 * b/5", "0.6 * a + 0.4 * b / 5"},
        {"a==1 and b<>2 or not c>=３", "a = 1 and b != 2 or not c >= 3"},
        {"-( a )^2", ""},
        {"- - a - (-2)", "--a - (-2)"},
        {"2^3^-2", "2 ^ 3 ^ -2"},
        {"1<a<=5", "1 < a <= 5"},
        {"x in(1,2 , 3)", "x in (1, 2, 3)"},
        {"x not in(\"a\",“b”)", "x not in (\"a\", \"b\")"},
        {"x = “say \"hi\"”", "x = “say \"hi\"”"},
        {"x between 1 and 2", "x between 1 and 2"},
        {"x is  not blank", "x is not blank"},
        {"t within 3 day after u", "t within 3 days after u"},
        {"t within 24h before u", "t within 24h before u"},
        {"t in month n after u", "t in month n after u"},
        {"1_000 + 50万 + 2k + 60% + 200000CNY + 90min + 120min",
         "1_000 + 50万 + 2k + 60% + 200000 CNY + 90min + 120min"},
        {"１２ ＋ ６０％", "12 + 60%"},
        {"计数（商机 其中 阶段 ＝ “赢单”）", "计数(商机 where 阶段 = \"赢单\")"},
        {"m 近3个月", "m over trailing 3 months"},
        {"m 1年前", "m 1 year ago"},
        {"m 12 months ago", "m 12 months ago"},
        {"m over prior n weeks", "m over prior n weeks"},
        {"m 本年至今", "m over year to date"},
        {"m over all to date", "m over all to date"},
        {"m over @2026Q1 to @2026Q2", "m over @2026Q1 to @2026Q2"},
        {"m 上期", "m previous period"},
        {"m 截至 @2026-03-31T09:30", "m as of @2026-03-31T09:30"},
        {"m across all except month and rep", "m across all except month and rep"},
        {"m across rep by rep.team unfiltered", "m across rep by rep.team unfiltered"},
        {"share(x per every lead on lead.created_at matured 24h)",
         "share(x per every lead on lead.created_at matured 24h)"},
        {"last(x at 期末 by t)", ""},
        {"sum(x at end)", "sum(x at end)"},
        {"sum(x 期初)", "sum(x at start)"},
        {"[New Biz Revenue].[day] + [x]", "[New Biz Revenue].[day] + [x]"},
        {"weighted(60% of a,40% of b/5,missing:\"blank\")",
         "weighted(60% of a, 40% of b / 5, missing: \"blank\")"},
        {"count(where a=1)", "count(where a = 1)"},
        {"growth(m,1 year ago)", "growth(m, 1 year ago)"},
        {"years(t) + f()", "year(t) + f()"},
        {"table.where.per", "table.where.per"},
    };
    for (const sample& one : samples) {
        if (one.printed.empty()) {
            CHECK_FALSE(parse(make_source("", one.text), entry::formula, {}).errors.empty());
            continue;
        }
        CHECK(formatted(one.text, entry::formula) == one.printed);
        CHECK(formatted(one.printed, entry::formula) == one.printed);
    }
}

TEST_CASE("requests") {
    CHECK(
        formatted("a,b as x by rep,月 for @2026-01 to @2026-03 where c=1 having a>2 sort by a down",
                  entry::request) ==
        "a, b as x by rep, month for @2026-01 to @2026-03 where c = 1 having a > 2 sort by a down");
    CHECK(formatted("(a over trailing 3 months) sort by a", entry::request) ==
          "(a over trailing 3 months) sort by a");
}

TEST_CASE("definitions") {
    const sample samples[] = {
        {"import   \"base.kpi\"", "import \"base.kpi\"\n"},
        {"import {a,b as c} from \"x.kpi\"", "import { a, b as c } from \"x.kpi\"\n"},
        {"let n=3 param p:percent=60% param q=1",
         "let n = 3\nparam p: percent = 60%\nparam q = 1\n"},
        {"def f( a,b )=a/b", "def f(a, b) = a / b\n"},
        {"entity customer \"客户\"", "entity customer \"客户\"\n"},
        {"@unit percent\n@good up\n## How many.\nkpi [a b] \"x\"=1",
         "@unit percent @good up\n## How many.\nkpi [a b] \"x\" = 1\n"},
        {"@allow (\"H201\",\"H301\") @owner \"Ann\" let a=1",
         "@allow (\"H201\", \"H301\") @owner \"Ann\"\nlet a = 1\n"},
        {"column a.b=c attribute d.e=f", "column a.b = c\nattribute d.e = f\n"},
        {"tiers t{below 80%:0% 80% to -1:5 from x:\"a\"}",
         "tiers t { below 80%: 0%  80% to -1: 5  from x: \"a\" }\n"},
        {"table t{}", "table t {}\n"},
        {"table t{entity:rep,where:a=1 on b}", ""},
        {"table t{entity:rep,where:a=1}", "table t { entity: rep, where: a = 1 }\n"},
        {"funnel f per a from b{step c:d}", "funnel f per a from b { step c: d }\n"},
        {"show a by b", "show a by b\n"},
    };
    for (const sample& one : samples) {
        if (one.printed.empty()) {
            CHECK_FALSE(parse(make_source("", one.text), entry::file, {}).errors.empty());
            continue;
        }
        CHECK(formatted(one.text) == one.printed);
    }
}

TEST_CASE("blocks stand one part a line when they are long, scorecards always, in columns") {
    CHECK(formatted(
              "scorecard s \"销售\" by rep {a weight 40% floor 10% goal 30% 毛利 weight 5% goal 3 "
              "missing:\"zero\" bands:grades}") ==
          "scorecard s \"销售\" by rep {\n"
          "    a    weight 40%  floor 10%  goal 30%\n"
          "    毛利 weight 5%              goal 3\n"
          "    missing: \"zero\"\n"
          "    bands: grades\n"
          "}\n");
    CHECK(formatted("table deals { entity: deal, key: opportunity_id, time: close_date, order: id, "
                    "rep: sales_agent, customer: account }") ==
          "table deals {\n"
          "    entity: deal,\n"
          "    key: opportunity_id,\n"
          "    time: close_date,\n"
          "    order: id,\n"
          "    rep: sales_agent,\n"
          "    customer: account\n"
          "}\n");
}

TEST_CASE("comments and blank lines stay where they were") {
    const std::string text =
        "# The house rules.\n"
        "\n"
        "kpi a = 1  # beside a\n"
        "# before b\n"
        "kpi b = 2\n"
        "\n"
        "table t {\n"
        "    # what a row is\n"
        "    entity: x,  # one\n"
        "    key: y\n"
        "    # the last word\n"
        "}\n"
        "# the end\n";
    CHECK(formatted(text) == text);
    CHECK(formatted("kpi a = 1 + # why\n  2\n\n\n\nkpi b = 3") ==
          "# why\nkpi a = 1 + 2\n\nkpi b = 3\n");
}

TEST_CASE("parse, print, parse is the identity on every example") {
    std::size_t files = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(MERIT_SOURCE_DIR "/tests/corpus/syntax")) {
        const std::string text =
            grammar::read_file("tests/corpus/syntax/" + file.path().filename().string());
        const parsed first = parse(make_source("", text), entry::file, {});
        REQUIRE_MESSAGE(first.errors.empty(), first.errors[0].to_string());
        const std::string printed = print(first);
        const parsed second = parse(make_source("", printed), entry::file, {});
        REQUIRE_MESSAGE(second.errors.empty(), second.errors[0].to_string());
        CHECK(same(first.ast, first.ast.root, second.ast, second.ast.root));
        CHECK(print(second) == printed);
        CHECK(first.comments.size() == second.comments.size());
        ++files;
    }
    CHECK(files > 0);
}

TEST_CASE("parse, print, parse is the identity on random texts, their comments kept") {
    std::mt19937_64 random(grammar::seed());
    std::size_t trees = 0;
    for (int round = 0; round < 4000; ++round) {
        const grammar::sentence sentence = grammar::productions().derive(random, 6 + round % 16);
        if (sentence.size() > 300) continue;
        const std::string& mode = grammar::productions().name(sentence[0]);
        std::string text = grammar::spell(sentence, random);
        const bool file = mode == "FILE";
        if (file) text = commented(text, random);
        grammar::reading first = grammar::read_tokens(text, mode);
        if (!first.accepted) continue;  // money before `weight`, see grammar_test
        const parsed all{first.from, std::move(first.ast), first.tokens.comments, {}, {}};
        const std::string printed = print(all);
        INFO("written: ", text);
        INFO("printed: ", printed);
        grammar::reading second = grammar::read_tokens(printed, mode);
        REQUIRE(second.accepted);
        CHECK(same(all.ast, all.ast.root, second.ast, second.ast.root));
        const parsed again{second.from, std::move(second.ast), second.tokens.comments, {}, {}};
        CHECK(print(again) == printed);
        if (file) CHECK(comments_in(printed) == comments_in(text));
        ++trees;
    }
    MESSAGE(fmt::format("seed {}: {} trees", grammar::seed(), trees));
    CHECK(trees > 2000);
}
