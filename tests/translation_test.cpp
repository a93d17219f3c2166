// Every finding has a Chinese text: those that the sources write, and those that the corpus and the
// command line's cases show.
#include "core/translation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "language/parse.hpp"
#include "merit/diagnostic.hpp"

namespace {

namespace fs = std::filesystem;
using namespace merit::translation;

const fs::path root = MERIT_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<entry> whole_catalogue() {
    std::vector<entry> out;
    for (const auto part : {of_text(), of_names(), of_values(), of_hints(), of_data(), of_runs(),
                            merit::translation::of_entities()})
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

/// Files whose texts are no findings: what plans, frames and formulas look like in print, the words
/// of the language and its functions, the help of the command line.
bool has_findings(const std::string& path) {
    static const std::regex none(
        R"(^(plan/print|plan/trace|language/print|language/functions\.cpp|language/keywords|)"
        R"(report/|explain/phrases|explain/tell|explain/words|)"
        R"(core/translation|cli/main\.cpp|cli/progress|merit\.cpp|install/))");
    return !std::regex_search(path, none);
}

char unescaped(char c) {
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/// The string literals of a source, those side by side joined; what is given to bug() is for
/// programmers.
std::vector<std::string> literals_of(const std::string& source) {
    std::vector<std::string> out;
    bool joins = false;
    for (std::size_t i = 0; i < source.size(); ++i) {
        const char c = source[i];
        const std::string_view rest = std::string_view(source).substr(i);
        if (rest.starts_with("//") || (c == '#' && (i == 0 || source[i - 1] == '\n'))) {
            i = std::min(source.find('\n', i), source.size());
        } else if (rest.starts_with("bug(\"")) {
            i = source.find("\")", i);
        } else if (c == '\'' && (i == 0 || std::isxdigit(source[i - 1]) == 0)) {
            i = source.find('\'', i + (source[i + 1] == '\\' ? 3 : 2));
            joins = false;
        } else if (c == '"') {
            if (!joins) out.emplace_back();
            for (++i; source[i] != '"'; ++i)
                out.back() += source[i] == '\\' ? unescaped(source[++i]) : source[i];
            joins = true;
        } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
            joins = false;
        }
    }
    return out;
}

/// Words, with something between them.
bool is_text(const std::string& literal) {
    static const std::regex words(R"([a-z][^ ]* [^ ]|[^ ] [^ ]*[a-z])");
    return std::regex_search(literal, words);
}

std::string doubled_braces(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '{' || c == '}' ? std::string(2, c) : std::string(1, c);
    return out;
}

/// Formulas and parts of formulas, which are the same in every language.
const std::set<std::string> formulas = {
    "x 为空",
    "增长率(x, 1年前)",
    "排名(x 跨 销售)",
    "排序 x，默认由小到大",
    "求和(x 其中 条件)",
    "满足 排名(x 跨 销售) <= 10",
    "for @2026-01 to @2026-03",
    "for @2026-03",
    "over trailing {}",
    "percentile(x, 90%)",
    "rank(x across rep)",
    "rank(x across rep, ties: \"dense\")",
    "sum(x * y)",
    "t + 3 days",
    "x is blank",
    "{0} by {1}   or   avg({0} per {1})",
    " is blank",
    " is not blank",
    "YYYY-MM-DD HH:mm",
    "YYYY-MM-DD HH:mm:ss",
    "YYYY-MM-DD HH:mm:ss.S",
    "YYYY-MM-DD HH:mm:ss.SZ",
    "YYYY-MM-DD HH:mm:ssZ",
    "@allow H201",
    "@grain rep",
    "@owner \"sales\"",
    "@unit percent",
    "attribute {}",
    "bucket(x, 24h)",
    "calendar work { hours: \"mon-fri 09:00-18:00\" }",
    "convert(m, \"USD\", at)",
    "csv(separator: \",\", header: false, blank: \"-\")",
    "file: csv(separator: \",\", header: false)",
    "first({} {})",
    "next(x per customer)",
    "kind: changes({})",
    "split: splits(deal, rep, share)",
    "step lead: type = \"lead\"  step won: type = \"won\"",
    "table reps { entity: rep, key: id, kind: interval(hired, left) }",
    "table {} {{ {}: column }}",
    "table {} {{ {}: {} }}",
    "targets plan { from: rows, kpi: code, rep: rep, time: month, period: \"month\", value: amount "
    "}",
    "targets plan { from: rows, time: month_start, period: \"month\", value: amount }",
    "order: \"lowest\", ties: \"dense\" or \"fractional\", min_n: 5",
    "rates fx { from: fx_rows, time: rate_date, of: ccy, to: base, value: rate }",
    "round(x, 2)",
    "score(x, floor: 10%, goal: 30%)",
    "share({} {})",
    "start_of(t, month)",
    "sum({} {})",
    "tiers {} {{ below 80%: 0%  from 80%: 5% }}",
    "timestamp(\"M/D/YYYY H:MM\", offset: \"use\")",
    "top_share(x, top: 20%)",
    "weighted(60% of a, 40% of b)",
    "weighted_avg(x, by: w)",
    "{} and {}",
    "{} weight … floor … goal …",
    "{}(x by t)",
    "{}(x per customer by t)",
    "{}({} across rep)",
    "{}, order: \"lowest\")",
    "{}{} {} and {} {}",
    "{}{}% of {}",
};

/// Parts that findings are put together from; the findings that they make are entries.
const std::set<std::string> parts = {
    " in time",
    "share part",
    "share user",
    "window covered end",
    "window instant",
    "window period end",
    "window period start",
    " (row {} of {})",
    " (the first {} rows fit {}, line {} has {})",
    " ({} rows of {}, the first of them row {})",
    " ({} with an offset, {} without taken as UTC)",
    " and {} more",
    " help: {}\n",
    " in {}",
    " in {}:{}:{}",
    "\", which is no date",
    ", or a comma",
    "; and {} more",
    "; one name of several words is [{}]",
    "; `{}` {} missing",
    "` is not a whole number of units, at least one",
    "an end of the range is \"",
    "and what follows it are",
    " is none of the rows that are meant",
    "` is neither a row's number nor NAME=VALUE",
    "declare it in a file: param ",
    "did you mean",
    "did you mean ",
    "first row",
    "skipped {}: ",
    "the file cannot be ",
    "the range ends in \"",
    "the row has {}, but the {} has {}",
    "there is no calendar `{}` with hours{}",
    "there is no parameter `",
    "{} and {} meet in one amount{}",
    "{} has no rate from {} to {} at or before {}{}",
    "{}line {}, {}",
};

/// What is said of the command line itself, and names that it gives to streams.
const std::set<std::string> usage = {
    "%s is not in canonical form\n",
    "--data takes NAME=PATH, not `",
    "--param takes NAME=VALUE, not `",
    "` holds no definitions: the rows of a table are given as --data ",
    "`: what is asked follows --show",
    "there is no file `",
    "merit: %s\n%s\n",
    "nothing to check: give files",
    "nothing to format: give files, or - for standard input",
    "nothing to show: give --show, or a file with a `show`",
    "standard input",
    "standard output",
};

bool is_known(const std::string& literal, const std::set<std::string>& english) {
    for (const std::string& text : {literal, doubled_braces(literal)}) {
        for (const std::string& whole : {text, text + "{}", "{}" + text, "{}" + text + "{}"})
            if (english.contains(whole)) return true;
    }
    return false;
}

/// An English form with something in each hole.
std::string example_of(std::string_view english) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < english.size(); ++at) {
        const bool doubled = at + 1 < english.size() && english[at + 1] == english[at];
        if ((english[at] == '{' || english[at] == '}') && doubled) {
            out += english[at++];
        } else if (english[at] == '{') {
            const char first = english[at + 1];
            const bool numbered = first >= '0' && first <= '9';
            const std::size_t hole = numbered ? static_cast<std::size_t>(first - '0') : next++;
            out += "x" + std::to_string(hole);
            at = english.find('}', at);
        } else {
            out += english[at];
        }
    }
    return out;
}

/// The findings that a file of expectations shows, as message and help.
void add_shown(const std::string& text, std::set<std::string>& messages,
               std::set<std::string>& helps) {
    static const std::regex head(R"(^(error|warning|hint|note) [EHD]\d{3}( in [^\n]*?)?: (.*)$)");
    static const std::regex placed(
        R"(^(?:error|warning|hint|note) [EHD]\d{3} in .*?:\d+:\d+: (.*)$)");
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        std::smatch found;
        if (std::regex_match(line, found, placed))
            messages.insert(found[1]);
        else if (std::regex_match(line, found, head))
            messages.insert(found[3]);
        else if (line.starts_with(" help: "))
            helps.insert(line.substr(7));
        at = end + 1;
    }
}

/// A help that is nothing but a formula, a request or a definition to write.
bool is_formula(std::string help) {
    for (std::size_t at = help.find("…"); at != help.npos; at = help.find("…"))
        help.replace(at, 3, " xyz ");
    for (const auto what : {merit::language::entry::formula, merit::language::entry::request,
                            merit::language::entry::file}) {
        if (merit::language::parse(merit::language::make_source("", help), what, {}).errors.empty())
            return true;
    }
    const auto clause = merit::language::make_source("", "sum(x " + help + ")");
    if (merit::language::parse(clause, merit::language::entry::formula, {}).errors.empty())
        return true;
    return formulas.contains(help);
}

}  // namespace

TEST_CASE("every text of the sources is in the catalogue, once") {
    std::set<std::string> english;
    for (const entry& one : whole_catalogue()) {
        INFO(one.english);
        CHECK(english.insert(std::string(one.english)).second);
        CHECK(one.chinese != "");
    }
    std::set<std::string> missing;
    for (const auto& file : fs::recursive_directory_iterator(root / "src")) {
        const std::string path = fs::relative(file.path(), root / "src").generic_string();
        if (file.path().extension() != ".cpp" && file.path().extension() != ".hpp") continue;
        if (!has_findings(path)) continue;
        for (const std::string& one : literals_of(text_of(file.path()))) {
            if (is_text(one) && !is_known(one, english) && !formulas.contains(one) &&
                !parts.contains(one) && !usage.contains(one))
                missing.insert(path + ": " + one);
        }
    }
    std::string all;
    for (const std::string& one : missing) all += one + "\n";
    CHECK(all == "");
}

TEST_CASE("an English form makes no text of another entry") {
    for (const entry& one : whole_catalogue()) {
        const std::string text = example_of(one.english);
        const auto found = all_matches(text);
        REQUIRE(!found.empty());
        INFO(one.english << "\nis taken for\n" << found.front().by->english);
        CHECK(found.front().by->english == one.english);
    }
}

TEST_CASE("each hole that the Chinese form names is one of the English form") {
    for (const entry& one : whole_catalogue()) {
        INFO(one.english);
        const auto found = all_matches(example_of(one.english));
        for (std::size_t at = 0; at + 2 < one.chinese.size(); ++at) {
            if (one.chinese[at] != '{' || one.chinese[at + 1] == '{') continue;
            if (at > 0 && one.chinese[at - 1] == '{') continue;
            const auto hole = static_cast<std::size_t>(one.chinese[at + 1] - '0');
            CHECK(hole < found.front().holes.size());
        }
    }
}

TEST_CASE("every finding that the cases show has a Chinese text") {
    std::set<std::string> messages, helps;
    for (const char* folder : {"tests/corpus", "tests/cli", "examples/library/tests"}) {
        for (const auto& file : fs::directory_iterator(root / folder)) {
            const std::string ending = file.path().extension().string();
            if (ending == ".kpi" || ending == ".err")
                add_shown(text_of(file.path()), messages, helps);
        }
    }
    CHECK(messages.size() > 250);
    std::string missing;
    for (const std::string& one : messages)
        if (all_matches(one).empty()) missing += one + "\n";
    for (const std::string& one : helps)
        if (all_matches(one).empty() && !is_formula(one)) missing += "help: " + one + "\n";
    CHECK(missing == "");
}

TEST_CASE("a finding in Chinese: header, picture and help; what is not known stays") {
    merit::diagnostic one;
    one.code = "E101";
    one.source_name = "team.kpi";
    one.line = 1;
    one.column = 34;
    one.message = "table `deals` has no column `deal_stag`";
    one.help = "columns of deals are id, stage; for a text write \"deal_stag\"";
    one.picture = " 1 | kpi a = count(deals where deal_stag)\n   |   ^~~\n";
    CHECK(one.to_string(merit::text_language::chinese) ==
          "错误 E101（team.kpi:1:34）：表 `deals` 没有列 `deal_stag`\n"
          " 1 | kpi a = count(deals where deal_stag)\n   |   ^~~\n"
          " 建议：表 deals 的列有 id, stage；如果是文本，写 \"deal_stag\"\n");
    const merit::diagnostic said = merit::translate(one, merit::text_language::chinese);
    CHECK(said.message == "表 `deals` 没有列 `deal_stag`");
    CHECK(said.code == "E101");
    CHECK(merit::translate(one, merit::text_language::english) == one);
    one.source_name = "";
    one.line = 0;
    one.level = merit::severity::warning;
    one.message = "the host's own words";
    one.help = "";
    one.picture = "";
    CHECK(one.to_string(merit::text_language::chinese) == "警告 E101：the host's own words\n");
    CHECK(merit::error(one).to_string(merit::text_language::chinese) ==
          "警告 E101：the host's own words\n");
}

TEST_CASE("lists and findings inside findings") {
    CHECK(to_chinese("write a name, `kpi`, a value (a name, a number, a text or a bracket) or a "
                     "comma here") ==
          "这里请写：名称、`kpi`、一个值（名称、数字、文本或括号）或逗号");
    CHECK(to_chinese("types inferred: `day` text (the first 31 rows fit date, line 33 has "
                     "\"soon\"), `n` int") ==
          "推断的类型：`day` text（前 31 行符合 date，第 33 行是 \"soon\"），`n` int");
    CHECK(to_chinese("skipped 3 rows: line 4, the row has 2 fields, but the header has 3; `c` is "
                     "missing; line 7, the row has 1 field, but the header has 3; `b` and what "
                     "follows it are missing; and 1 more") ==
          "跳过了 3 行：第 4 行，这一行有 2 个字段，但表头有 3 个；缺少 `c`；第 7 行，"
          "这一行有 1 个字段，但表头有 3 个；缺少 `b` 及其后的字段；另有 1 行");
    CHECK(to_chinese("not yet: `kind:` of a table") == "暂不支持：表的 `kind:`");
    CHECK(to_chinese("the weights of `card` sum to 90 %, not 100 %") ==
          "`card` 的权重合计 90 %，不是 100 %");
}

TEST_CASE("an entry has words enough that it is not taken for another text") {
    for (const entry& one : whole_catalogue()) {
        std::size_t letters = 0;
        for (std::size_t at = 0; at < one.english.size(); ++at) {
            if (one.english[at] == '{')
                at = std::min(one.english.find('}', at), one.english.size());
            else
                letters += std::isalpha(static_cast<unsigned char>(one.english[at])) != 0 ? 1 : 0;
        }
        INFO(one.english);
        CHECK(letters >= 2);
    }
    CHECK(all_matches("the disk has failed and is gone").empty());
}
