// Trees of every construct, each mistake with its whole picture, and texts that are far too deep.
#include "language/parse.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pthread.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace merit::language;
using n = node_kind;

constexpr std::array kind_names{
    "literal", "date",    "path",      "word",     "call",       "unit",       "group",
    "clauses", "named",   "of",        "unary",    "binary",     "range",      "and",
    "or",      "sum",     "product",   "in",       "between",    "blank?",     "within",
    "in_unit", "chain",   "where",     "per",      "on",         "at",         "across",
    "by",      "over",    "shift",     "previous", "as_of",      "unfiltered", "matured",
    "request", "shown",   "by*",       "for",      "where*",     "having",     "sort",
    "import",  "import*", "item",      "let",      "param",      "def",        "entity",
    "kpi",     "column",  "attribute", "tiers",    "tier",       "funnel",     "step",
    "table",   "targets", "calendar",  "rates",    "property",   "scorecard",  "part",
    "missing", "bands",   "show",      "doc",      "annotation", "label",      "file"};

/// The tree as nested brackets: kind, op and op2 where not 0, text, value, children.
std::string dump(const tree& ast, node_id id) {
    const node& of = ast.at(id);
    std::string out = fmt::format("({}", kind_names[static_cast<std::size_t>(of.kind)]);
    if (of.op != 0) out += fmt::format("/{}", of.op);
    if (of.op2 != 0) out += fmt::format("/{}", of.op2);
    if (of.quoted) out += "/quoted";
    if (of.text != 0) out += fmt::format(" {}", ast.text(of));
    if (of.kind == n::literal) {
        const merit::value& held = ast.values[of.value];
        const auto* const span = std::get_if<merit::span_value>(&held);
        out += span != nullptr ? fmt::format(" {}:{}", span->count, static_cast<int>(span->unit))
                               : fmt::format(" {}", merit::to_string(held));
    }
    const auto children = ast.children_of(of);
    for (std::size_t i = 0; i < children.size(); ++i) {
        const std::uint8_t before = ast.operations(of)[i];
        out += before == 0 || i == 0 ? " " : fmt::format(" {}", "+-*/"[before]);
        out += dump(ast, children[i]);
    }
    return out + ")";
}

parsed parse_text(const std::string& text, entry what) {
    return parse(make_source("sales.kpi", text), what, {});
}

std::string formula(const std::string& text) {
    const parsed out = parse_text(text, entry::formula);
    return out.errors.empty() ? dump(out.ast, out.ast.root) : out.errors[0].to_string();
}

std::string statement(const std::string& text) {
    const parsed out = parse_text(text, entry::file);
    if (!out.errors.empty()) return out.errors[0].to_string();
    std::string all;
    for (const node_id id : out.ast.children_of(out.ast.at(out.ast.root))) {
        all += (all.empty() ? "" : " ") + dump(out.ast, id);
    }
    return all;
}

std::string errors(const std::string& text, entry what = entry::file) {
    std::string out;
    for (const merit::diagnostic& one : parse_text(text, what).errors) out += one.to_string();
    return out;
}

/// The codes and places alone: "E100@1:3 E110@2:1".
std::string codes(const std::string& text, entry what = entry::formula) {
    std::string out;
    for (const merit::diagnostic& one : parse_text(text, what).errors) {
        if (!out.empty()) out += ' ';
        out += fmt::format("{}@{}:{}", one.code, one.line, one.column);
    }
    return out;
}

std::string repeated(const std::string& what, std::size_t times) {
    std::string out;
    out.reserve(what.size() * times);
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

/// Runs on a thread with a stack of 256 KiB, as a host may have it.
void on_small_stack(std::function<void()> work) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstacksize(&attributes, std::size_t{256} << 10) == 0);
    pthread_t thread{};
    const auto run = [](void* given) -> void* {
        (*static_cast<std::function<void()>*>(given))();
        return nullptr;
    };
    REQUIRE(pthread_create(&thread, &attributes, run, &work) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("operators bind by precedence, chains are flat") {
    CHECK(formula("a + b * c - d / e") ==
          "(sum (path a) (product (path b) *(path c)) -(product (path d) /(path e)))");
    CHECK(formula("0.6 * x") == "(product (literal 0.6) *(path x))");
    CHECK(formula("-a ^ b").starts_with("error E112"));
    CHECK(formula("a ^ b ^ c") == "(binary/4 (path a) (binary/4 (path b) (path c)))");
    CHECK(formula("a ^ -b * c") == "(product (binary/4 (path a) (unary/5 (path b))) *(path c))");
    CHECK(formula("not a = 1 and b or c") ==
          "(or (and (unary/6 (binary/7 (path a) (literal 1))) (path b)) (path c))");
    CHECK(formula("a < b <= c") == "(range/9/10 (path a) (path b) (path c))");
    CHECK(formula("(a + b)") == "(group (sum (path a) (path b)))");
    CHECK(formula("a and b and c") == "(and (path a) (path b) (path c))");
}

TEST_CASE("literals and names") {
    CHECK(formula("60%") == "(literal/1 0.60)");
    CHECK(formula("50万") == "(literal 50万 500000)");
    CHECK(formula("\"won\"") == "(literal won)");
    CHECK(formula("true") == "(literal true)");
    CHECK(formula("3 months") == "(literal 3:6)");
    CHECK(formula("@2026Q1 = t") == "(binary/7 (date 2026Q1) (path t))");
    CHECK(formula("[day].where.按") == "(path/quoted day (word where) (word 按))");
    CHECK(formula("table + from") == "(sum (path table) (path from))");
    CHECK(formula("year(t)") == "(call (unit/8) (path t))");
    CHECK(formula("sales.rate(lead, won)") ==
          "(call (path sales (word rate)) (path lead) (path won))");
    CHECK(formula("1.5 months").starts_with("error E104"));
}

TEST_CASE("conditions") {
    CHECK(formula("x in (1, 2)") == "(in (path x) (literal 1) (literal 2))");
    CHECK(formula("x not in (1)") == "(in/1 (path x) (literal 1))");
    CHECK(formula("x between 1 and 2 and y") ==
          "(and (between (path x) (literal 1) (literal 2)) (path y))");
    CHECK(formula("x is not blank") == "(blank?/1 (path x))");
    CHECK(formula("t within 24h before u") == "(within/1 (path t) (literal 86400) (path u))");
    CHECK(formula("t in month n + 1 after u") ==
          "(in_unit/6 (path t) (sum (path n) (literal 1)) (path u))");
}

TEST_CASE("clauses and arguments") {
    CHECK(formula("count(where a = 1)") ==
          "(call (path count) (clauses (where (binary/7 (path a) (literal 1)))))");
    CHECK(formula("sum(a * b where c per every d and month on e.f at start matured 2 days)") ==
          "(call (path sum) (chain (product (path a) *(path b)) (where (path c)) (per/1 (path d) "
          "(unit/6)) (on (path e (word f))) (at/1) (matured (literal 2:4))))");
    CHECK(formula("m across all except a by b unfiltered") ==
          "(chain (path m) (across/2 (path a)) (by (path b)) (unfiltered))");
    CHECK(formula("m over trailing 3 months") == "(chain (path m) (over/6 (literal 3)))");
    CHECK(formula("m over prior k weeks") == "(chain (path m) (over/1/5 (path k)))");
    CHECK(formula("m over year to date") == "(chain (path m) (over/2/8))");
    CHECK(formula("m over all to date") == "(chain (path m) (over/3))");
    CHECK(formula("m over @2025 to @2026") == "(chain (path m) (over/4 (date 2025) (date 2026)))");
    CHECK(formula("m 2 weeks ago") == "(chain (path m) (shift/5 (literal 2)))");
    CHECK(formula("m previous period as of now") ==
          "(chain (path m) (previous) (as_of (path now)))");
    CHECK(formula("growth(m, 1 year ago)") ==
          "(call (path growth) (path m) (clauses (shift/8 (literal 1))))");
    CHECK(formula("weighted(60% of a, where: 1)") ==
          "(call (path weighted) (of (literal/1 0.60) (path a)) (named where (literal 1)))");
    CHECK(formula("previous(x per k)") == "(call (path previous) (chain (path x) (per (path k))))");
    CHECK(formula("at >= end") == "(binary/12 (path at) (path end))");
    CHECK(formula("count(at end)") == "(call (path count) (clauses (at)))");
}

TEST_CASE("requests") {
    const parsed out =
        parse_text("a as x, b by rep, month for @2026 to @2027 where c having d sort by e down",
                   entry::request);
    REQUIRE(out.errors.empty());
    CHECK(dump(out.ast, out.ast.root) ==
          "(request (shown x (path a)) (shown (path b)) (by* (path rep) (unit/6)) (for (date 2026) "
          "(date 2027)) (where* (path c)) (having (path d)) (sort/1 (path e)))");
}

TEST_CASE("statements") {
    CHECK(statement("## One.\n@unit percent @allow (1, 2)\nkpi a \"甲\" = b") ==
          "(kpi a (doc One.) (annotation unit (path percent)) (annotation/1 allow (literal 1) "
          "(literal 2)) (label 甲) (path b))");
    CHECK(statement("import \"a.kpi\"") == "(import a.kpi)");
    CHECK(statement("import { a as b, c } from \"x\"") == "(import* x (item a (word b)) (item c))");
    CHECK(statement("let a = 1 param b: int = 2 param c = 3 def f(x, y) = x") ==
          "(let a (literal 1)) (param/1 b (word int) (literal 2)) (param c (literal 3)) (def f "
          "(word x) "
          "(word y) (path x))");
    CHECK(statement("entity a \"l\"") == "(entity a (label l))");
    CHECK(statement("column a.b = c attribute d.e = f") ==
          "(column (path a (word b)) (path c)) (attribute (path d (word e)) (path f))");
    CHECK(statement("tiers t { below 80%: 0% 80% to x: 5% from -1: 2 }") ==
          "(tiers t (tier (literal/1 0.80) (literal/1 0.00)) (tier/1 (literal/1 0.80) (path x) "
          "(literal/1 0.05)) (tier/2 (unary/5 (literal 1)) (literal 2)))");
    CHECK(statement("funnel f per a.b from c within 30 days { step d: e step g: h }") ==
          "(funnel/1 f (path a (word b)) (word c) (literal 30:4) (step d (path e)) (step g (path "
          "h)))");
    CHECK(statement("table t { } calendar c { week: monday, where: a = 1 }") ==
          "(table t) (calendar c (property week (path monday)) (property where (binary/7 (path a) "
          "(literal 1))))");
    CHECK(
        statement("scorecard s \"l\" by a and b { x.y weight 1 w weight 2 goal 3 missing: \"zero\" "
                  "bands: t }") ==
        "(scorecard s (label l) (by (path a) (path b)) (part (path x (word y)) (literal 1)) "
        "(part/2 "
        "(path w) (literal 2) (literal 3)) (missing zero) (bands t))");
    CHECK(statement("show a by b show c") ==
          "(show (request (shown (path a)) (by* (path b)))) (show (request (shown (path c))))");
}

TEST_CASE("places: a node, and the name of a definition") {
    const parsed out = parse_text("kpi win_rate = a + bc", entry::file);
    const node& kpi = out.ast.at(out.ast.children_of(out.ast.at(out.ast.root))[0]);
    CHECK(kpi.where == merit::byte_range{0, 21});
    CHECK(out.ast.text_place(kpi) == merit::byte_range{4, 12});
    CHECK(out.ast.at(out.ast.children_of(kpi)[0]).where == merit::byte_range{15, 21});
}

TEST_CASE("the bracket rule offers both readings") {
    CHECK(errors("# one\nkpi delta = revenue - revenue 1 year ago") ==
          "error E110 in sales.kpi:2:13: does `1 year ago` cover the whole difference or only "
          "`revenue`?\n"
          " 2 | kpi delta = revenue - revenue 1 year ago\n"
          "   |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
          " help: revenue - (revenue 1 year ago)   or   (revenue - revenue) 1 year ago\n");
    CHECK(errors("won / created where region = \"East\"", entry::formula) ==
          "error E110 in sales.kpi:1:1: does `where region = \"East\"` cover the whole quotient or "
          "only "
          "`created`?\n"
          " 1 | won / created where region = \"East\"\n"
          "   | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
          " help: won / (created where region = \"East\")   or   (won / created) where region = "
          "\"East\"\n");
    CHECK(codes("sum(a * b where c)") == "");
    CHECK(codes("计数(a * b 其中 c)") == "");
    CHECK(codes("sum(a - b 1 year ago)") == "E110@1:5");
    CHECK(codes("least(a * b where c, 1)") == "E110@1:7");
    CHECK(codes("rank(a / b across rep by team)") == "");
    CHECK(codes("rank(a / b where c across rep)") == "E110@1:6");
    CHECK(codes("first(a + b by t)") == "");
    CHECK(codes("sum(a + b by t)") == "E211@1:11");
    CHECK(codes("next(a.t where b = 1 per c)") == "");
    CHECK(codes("-m 1 year ago") == "E110@1:1");
    CHECK(codes("m 1 year ago - m") == "E110@1:1");
    CHECK(codes("show revenue over trailing 3 months by rep", entry::file) == "E110@1:6");
    CHECK(codes("(m where a = 1) over trailing 3 months / 2") == "E110@1:1");
}

TEST_CASE("clauses in places where they mean nothing") {
    CHECK(codes("m per rep") == "E211@1:3");
    CHECK(codes("m on t") == "E211@1:3");
    CHECK(codes("m at end") == "E211@1:3");
    CHECK(codes("m matured 3 days") == "");
    CHECK(codes("f(m) matured 3 days") == "E211@1:6");
    CHECK(codes("s.rate(a, b) matured 3 days") == "");
    CHECK(codes("60% where a") == "E211@1:1");
    CHECK(codes("percentile(x, 90% where a)") == "E211@1:15");
    CHECK(codes("f(where a)") == "E211@1:3");
    CHECK(codes("f(1 year ago)") == "");
    CHECK(codes("x in (a where b)") == "E211@1:9");
    CHECK(codes("count(1 year ago)") == "E211@1:7");
}

TEST_CASE("commas for and, signs before powers, comparisons both ways") {
    CHECK(errors("median(x per deal, customer)", entry::formula) ==
          "error E111 in sales.kpi:1:10: groupings are joined by `and`; a comma begins another "
          "argument\n"
          " 1 | median(x per deal, customer)\n"
          "   |          ^~~~~~~~~~~~~~~~~~\n"
          " help: per deal and customer\n");
    CHECK(codes("percentile(x per deal, p)") == "");
    CHECK(codes("rank(m across a, b)") == "E111@1:8");
    CHECK(codes("scorecard s by a, b { c weight 1 }", entry::file) == "E111@1:16");
    CHECK(errors("-2^2", entry::formula) ==
          "error E112 in sales.kpi:1:1: does the sign belong to the base or to the whole power?\n"
          " 1 | -2^2\n"
          "   | ^~~~\n"
          " help: (-2)^2   or   -(2^2)\n");
    CHECK(codes("2^-2") == "");
    CHECK(codes("(-2)^2 - (2^2)") == "");
    CHECK(errors("a < b > c", entry::formula).ends_with(" help: a < b and b > c\n"));
    CHECK(codes("a = b = c") == "E112@1:1");
    CHECK(codes("a > b >= c") == "");
    CHECK(codes("t > 2026-03-31") == "E112@1:5");
}

TEST_CASE("mistakes of form say what is missing, in words") {
    struct sample {
        const char* text;
        const char* code;
        const char* message;
        const char* help;
    };
    const sample samples[] = {
        {"a +", "E100@1:3", "something is missing after `+`", "write a value"},
        {"", "E100@1:1", "there is nothing to read", "write a value"},
        {"(a", "E105@1:1", "the bracket that opens here is not closed", "put a ) where it ends"},
        {"a)", "E105@1:2", "closes a bracket that was never opened", "delete it"},
        {"f(a, (b, c)", "E100@1:8", "`,` cannot stand here", "a closing bracket"},
        {"()", "E100@1:1", "these brackets are empty", "write a value between them"},
        {"a b", "E100@1:3", "`a` and `b` stand side by side", "one name of several words is [a b]"},
        {"f(a b)", "E100@1:5", "side by side", "or a comma"},
        {"day + 1", "E100@1:1", "`day` is a unit of time here", "[day]"},
        {"a + month", "E100@1:5", "`month` is a unit of time here", "[month]"},
        {"a and", "E100@1:3", "missing after `and`", "write a value"},
        {"a * and b", "E100@1:5", "a value is missing between `*` and `and`", "[and]"},
        {"a = not b", "E100@1:5", "`not` cannot follow `=`", "(not …)"},
        {"a < b < c < d", "E100@1:11", "cannot follow another comparison", "`and`"},
        {"x in 1, 2", "E100@1:6", "a list of values stands in brackets", "in (\"a\", \"b\")"},
        {"x is 3", "E100@1:6", "`3` cannot stand here", "write `not` or `blank` here"},
        {"a // b", "E100@1:3", "`//` is no operator", "a comment begins with #"},
        {"a ** b", "E100@1:3", "`**` is no operator", "a ^ b"},
        {"a => b", "E100@1:4", "`>` cannot stand here", "write a value"},
        {"m 1 year", "E100@1:3", "`1 year` cannot follow `m`", "1 year ago"},
        {"计数(商机其中 阶段 = 1)", "E100@1:9", "`商机其中` is read as one name", "商机 其中"},
        {"m over trailing month", "E100@1:17", "`month` is a unit", "a number before it"},
    };
    for (const sample& one : samples) {
        const parsed out = parse_text(one.text, entry::formula);
        REQUIRE_MESSAGE(out.errors.size() == 1, one.text);
        CHECK_MESSAGE(codes(one.text) == one.code, one.text);
        CHECK_MESSAGE(out.errors[0].message.find(one.message) != std::string::npos,
                      out.errors[0].message);
        CHECK_MESSAGE(out.errors[0].help.find(one.help) != std::string::npos, out.errors[0].help);
    }
}

TEST_CASE("one mistake hides no other, and what is sound is kept") {
    const std::string text =
        "kpi a = (b\n"
        "kpi c = 1\n"
        "## told\n"
        "kpi d e = 2\n"
        "kpi f = 'g' + 3m\n"
        "table t { a: b c: d }\n"
        "foo = 3\n"
        "kpi h =\n"
        "kpi i = j 1 year ago + 2\n"
        "show k by l\n";
    CHECK(codes(text, entry::file) ==
          "E105@1:9 E100@4:7 E103@5:9 E104@5:15 E100@6:16 E100@8:7 E110@9:9");
    const parsed out = parse_text(text, entry::file);
    CHECK(out.ast.at(out.ast.root).count == 2);
    CHECK(parse_text(repeated("kpi a = +\n", 50), entry::file).errors.size() == 20);
}

TEST_CASE("pictures stand right under full-width text and tabs, and cut long lines") {
    CHECK(errors("指标 增长 = 收入 － 收入 １年前") ==
          "error E110 in sales.kpi:1:9: does `１年前` cover the whole difference or only `收入`?\n"
          " 1 | 指标 增长 = 收入 － 收入 １年前\n"
          "   |             ^~~~~~~~~~~~~~~~~~~\n"
          " help: 收入 － (收入 １年前)   or   (收入 － 收入) １年前\n");
    CHECK(errors("\tkpi\ta =\tb +\t* c") ==
          "error E100 in sales.kpi:1:14: `*` cannot stand here\n"
          " 1 |     kpi a = b + * c\n"
          "   |                 ^\n"
          " help: write a value (a name, a number, a text or a bracket) here\n");
    const std::string long_line =
        "kpi a = " + repeated("name + ", 100) + "* 2 " + repeated("+ 1 ", 100);
    const merit::diagnostic cut = parse_text(long_line, entry::file).errors.at(0);
    CHECK(cut.column == 709);
    CHECK(
        cut.picture ==
        " 1 | …me + name + name + name + name + * 2 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + "
        "1 + 1 + 1 + 1 + 1…\n"
        "   |                                   ^\n");
    CHECK(errors("kpi a =\r\nkpi b = +\r\n").find("kpi a =\n   |       ^\n") != std::string::npos);
}

TEST_CASE("limits end in one located error") {
    const auto code = [](merit::limits within, const std::string& text) {
        const parsed out = parse(make_source("", text), entry::formula, within);
        return out.errors.size() == 1 ? out.errors[0].code : "none, or several";
    };
    merit::limits within;
    CHECK(code(within, repeated("(", 257) + "a" + repeated(")", 257)) == "E703");
    within = {};
    within.parser_stack_bytes = 8000;
    CHECK(code(within, repeated("(", 200) + "a" + repeated(")", 200)) == "E704");
    within = {};
    within.steps = 100;
    CHECK(code(within, repeated("a + ", 200) + "a") == "E705");
    within = {};
    within.nodes = 100;
    CHECK(code(within, repeated("a + ", 200) + "a") == "E706");
    within = {};
    within.tree_depth = 10;
    CHECK(code(within, repeated("(", 20) + "a" + repeated(")", 20)) == "E707");
}

TEST_CASE("a million brackets, signs, nots and calls on a stack of 256 KiB") {
    struct sample {
        std::string text;
        std::vector<std::string> codes;  ///< empty: it parses
    };
    const std::vector<std::string> deep{"E703", "E704"};
    constexpr std::size_t million = 1'000'000;
    const sample samples[] = {
        {repeated("(", million), deep},
        {repeated("-", million) + "a", deep},
        {repeated("not ", million) + "a", deep},
        {repeated("f(", million), deep},
        {repeated("count(where ", 600'000), deep},
        {repeated("f(1 of ", 400'000), deep},
        {repeated("f(x: ", 400'000), deep},
        {repeated("a in (", 600'000), {"E100"}},
        {repeated("2 ^ ", 900'000) + "2", deep},
        {repeated("{", million), {"E100"}},
        {repeated("a + ", 199'999) + "a", {}},
        {repeated("a and ", 199'999) + "a", {}},
        {repeated("a.", 199'999) + "a", {}},
        {"a" + repeated(" where b", 199'999), {}},
        {repeated("(", 12) + "a" + repeated(")", 12), {}},
    };
    for (const sample& one : samples) {
        parsed out;
        std::string printed;
        on_small_stack([&] {
            out = parse_text(one.text, entry::formula);
            if (out.errors.empty()) printed = print(out);
        });
        const std::string head = one.text.substr(0, 12);
        if (one.codes.empty()) {
            CHECK_MESSAGE(out.errors.empty(), head);
            CHECK_MESSAGE(printed == one.text, head);
            continue;
        }
        REQUIRE_MESSAGE(out.errors.size() == 1, head);
        const std::string& code = out.errors[0].code;
        CHECK_MESSAGE(std::find(one.codes.begin(), one.codes.end(), code) != one.codes.end(),
                      out.errors[0].to_string());
        CHECK(out.errors[0].line == 1);
    }
}
