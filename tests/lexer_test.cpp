// Tokens: every literal exactly, both languages, both widths, and every mistake with its repair.
#include "language/lexer.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace merit::language;
using k = token_kind;

/// "number name unit", for a glance.
std::string_view kind_name(k kind) {
    switch (kind) {
        case k::bad:
            return "bad";
        case k::number:
            return "number";
        case k::percent:
            return "percent";
        case k::money:
            return "money";
        case k::duration:
            return "duration";
        case k::string:
            return "string";
        case k::date:
            return "date";
        case k::doc:
            return "doc";
        case k::annotation:
            return "annotation";
        case k::name:
            return "name";
        case k::quoted_name:
            return "quoted";
        case k::unit:
            return "unit";
        case k::open_round:
            return "(";
        case k::close_round:
            return ")";
        case k::open_curly:
            return "{";
        case k::close_curly:
            return "}";
        case k::comma:
            return ",";
        case k::colon:
            return ":";
        case k::dot:
            return ".";
        case k::equal:
            return "=";
        case k::not_equal:
            return "!=";
        case k::less:
            return "<";
        case k::less_equal:
            return "<=";
        case k::greater:
            return ">";
        case k::greater_equal:
            return ">=";
        case k::plus:
            return "+";
        case k::minus:
            return "-";
        case k::star:
            return "*";
        case k::slash:
            return "/";
        case k::caret:
            return "^";
        default:
            return spelling(kind);
    }
}

lexed lex_text(const std::string& text) {
    const source_ptr from = make_source("", text);
    return lex(*from, {});
}

std::string kinds(const std::string& text) {
    std::string out;
    for (const token& one : lex_text(text).tokens) {
        if (!out.empty()) out += ' ';
        out += kind_name(one.kind);
    }
    return out;
}

/// The value of the one token of a text.
std::string value_of(const std::string& text) {
    const lexed all = lex_text(text);
    if (!all.errors.empty()) return all.errors[0].code + " " + all.errors[0].help;
    if (all.tokens.size() != 1 || all.values.size() != 1) return kinds(text);
    return merit::to_string(all.values[0]);
}

std::string mistakes(const std::string& text) {
    std::string out;
    for (const merit::diagnostic& one : lex_text(text).errors) {
        out += fmt::format("{} {}-{} {} | {}\n", one.code, one.where.begin, one.where.end,
                           one.message, one.help);
    }
    return out;
}

std::string name_of(const std::string& text) {
    const lexed all = lex_text(text);
    REQUIRE(all.tokens.size() == 1);
    return text_of(text, all.tokens[0]);
}

}  // namespace

TEST_CASE("numbers are exact") {
    CHECK(value_of("12") == "12");
    CHECK(value_of("1_000") == "1000");
    CHECK(value_of("0.25") == "0.25");
    CHECK(value_of("0.10") == "0.10");
    CHECK(value_of("50万") == "500000");
    CHECK(value_of("0.5万") == "5000");
    CHECK(value_of("1.23456万") == "12345.6");
    CHECK(value_of("3亿") == "300000000");
    CHECK(value_of("2k") == "2000");
    CHECK(value_of("3M") == "3000000");
    CHECK(value_of("60%") == "0.60");
    CHECK(value_of("12.5%") == "0.125");
    CHECK(value_of("１２．５％") == "0.125");
    CHECK(value_of("12345678901234567") == "12345678901234567");
    CHECK(value_of("0.12345678901234567") == "0.12345678901234567");
    CHECK(value_of("123456789012345678901234567890") == "123456789012345678901234567890");
    CHECK(value_of("99999999999999999999999999999999999999") ==
          "99999999999999999999999999999999999999");
    CHECK(value_of("00000000000000000000000000000000000000000001") == "1");
}

TEST_CASE("money, durations and spans") {
    const lexed money = lex_text("200000 CNY");
    REQUIRE(money.tokens.size() == 1);
    const auto amount = std::get<merit::money_value>(money.values[0]);
    CHECK(merit::to_string(amount.amount) == "200000");
    CHECK(std::string(amount.currency) == "CNY");
    CHECK(kinds("20万 CNY") == "money");
    CHECK(kinds("1.5EUR") == "money");
    CHECK(kinds("3 AND x") == "number and name");
    CHECK(kinds("goal 5 ROI weight 30%") == "goal number name weight percent");
    CHECK(kinds("5\nROI") == "number name");
    CHECK(std::get<merit::duration_value>(lex_text("24h").values[0]).microseconds == 86400e6);
    CHECK(std::get<merit::duration_value>(lex_text("1.5h").values[0]).microseconds == 5400e6);
    CHECK(std::get<merit::duration_value>(lex_text("30min").values[0]).microseconds == 1800e6);
    CHECK(std::get<merit::duration_value>(lex_text("10s").values[0]).microseconds == 10e6);
    CHECK(kinds("3 months") == "number unit");
    CHECK(kinds("3个月") == "number unit");
    CHECK(kinds("5 fiscal_quarters") == "number unit");
}

TEST_CASE("dates of every grain") {
    for (const char* text : {"@2026", "@2026Q1", "@2026-03", "@2026-03-31", "@2026W05", "@2020W53",
                             "@2026-03-31T09:30", "@2024-02-29", "@２０２６-０３"}) {
        CHECK_MESSAGE(kinds(text) == "date", text);
    }
    CHECK(name_of("@２０２６Q1") == "2026Q1");
    CHECK(kinds("below @2026-03: 5") == "below date : number");
    for (const char* text : {"@2026-13", "@2026-02-30", "@2025-02-29", "@2026Q5", "@2021W53", "@20",
                             "@2026-3", "@2026-03-31T25:00", "@2026x"}) {
        CHECK_MESSAGE(mistakes(text).starts_with("E108"), text);
    }
    CHECK(
        mistakes("x > 2026-03-31") ==
        "E112 4-14 is `2026-03-31` a date or a calculation? | @2026-03-31   or   2026 - 03 - 31\n");
    CHECK(mistakes("2026/03/31").starts_with("E112"));
    CHECK(kinds("2026 - 3") == "number - number");
    CHECK(kinds("2026-13") == "number - number");
}

TEST_CASE("names") {
    CHECK(name_of("win_rate") == "win_rate");
    CHECK(name_of("赢单率") == "赢单率");
    CHECK(name_of("区域１") == "区域1");
    CHECK(name_of("[New Biz Revenue]") == "New Biz Revenue");
    CHECK(name_of("［目标（元）］") == "目标（元）");
    CHECK(name_of("Straße") == "Straße");
    CHECK(kinds("Where WHERE wHeRe") == "where where where");
    CHECK(kinds("a.where.按") == "name . name . name");
    CHECK(mistakes("cafe\xCC\x81 + 1") ==
          "E107 0-6 the name is not in the composed form that names are compared in | write "
          "`café`\n");
    CHECK(mistakes("[cafe\xCC\x81]").starts_with("E107 1-7"));
}

TEST_CASE("the Chinese pack: each keyword and unit has a spelling, and none means two things") {
    std::set<std::string_view> seen;
    std::set<k> spelled;
    for (const keyword& one : keywords()) {
        if (!one.chinese.empty()) CHECK_MESSAGE(seen.insert(one.chinese).second, one.chinese);
        if (!one.chinese.empty() && one.count == 1) spelled.insert(one.parts[0].kind);
    }
    for (int i = static_cast<int>(k::word_end); i <= static_cast<int>(k::unit); ++i) {
        CHECK_MESSAGE(spelled.count(static_cast<k>(i)) == 1, spelling(static_cast<k>(i)));
    }
    for (int i = 1; i <= static_cast<int>(merit::unit::fiscal_year); ++i) {
        CHECK_FALSE(spelling(static_cast<merit::unit>(i)).empty());
    }
    CHECK(kinds("计数（商机 其中 阶段 属于 （“赢单”，“输单”））") ==
          "name ( name where name in ( string , string ) )");
    CHECK(kinds("收入 近3个月") == "name over trailing number unit");
    CHECK(kinds("收入 近 3 个月") == "name over trailing number unit");
    CHECK(kinds("收入 近３０天") == "name over trailing number unit");
    CHECK(kinds("收入 3个月前") == "name number unit ago");
    CHECK(kinds("收入 1年前") == "name number unit ago");
    CHECK(kinds("收入 1 年 之前") == "name number unit before");
    CHECK(kinds("收入 1年之前") == "name number unit ago");
    CHECK(kinds("金额 期末") == "name at end");
    CHECK(kinds("期末: 3") == "name : number");
    CHECK(kinds("客户 为空") == "name is blank");
    CHECK(kinds("阶段 不属于 (1)") == "name not in ( number )");
    CHECK(kinds("收入 本年至今") == "name over unit to date");
    CHECK(kinds("收入 截至 @2026") == "name as of date");
    CHECK(kinds("近况") == "name");
}

TEST_CASE("a glued keyword is proposed apart") {
    CHECK(glue_hint("其中阶段") == "其中 阶段");
    CHECK(glue_hint("商机其中阶段") == "商机 其中 阶段");
    CHECK(glue_hint("按月份") == "按 月份");
    CHECK(glue_hint("阶段属于") == "阶段 属于");
    CHECK(glue_hint("收入期末") == "收入 期末");
    CHECK_FALSE(glue_hint("阶段"));
    CHECK_FALSE(glue_hint("其中"));
    CHECK_FALSE(glue_hint("revenue"));
}

TEST_CASE("signs fold from full width, outside texts") {
    CHECK(kinds("（a，b）：c＝1＋2－3×4÷5 ≥ ≤ ≠ <> == != < ＞ ^ ｛｝ 、") ==
          "( name , name ) : name = number + number - number * number / number >= <= != != = != < "
          "> ^ "
          "{ } ,");
    CHECK(name_of("“（全角，保留）”") == "（全角，保留）");
    CHECK(name_of("\"a “b” c\"") == "a “b” c");
    CHECK(name_of("“say \"hi\"”") == "say \"hi\"");
    CHECK(name_of("\"\\N\"") == "\\N");
    CHECK(kinds("a\xC2\xA0+\xE3\x80\x80 b") == "name + name");
}

TEST_CASE("comments, docs and annotations") {
    const lexed all = lex_text("a # one\n# two\n## doc  \n@unit percent\r\n");
    CHECK(kinds("a # one\n# two\n## doc  \n@unit percent\r\n") == "name doc annotation name");
    REQUIRE(all.comments.size() == 2);
    CHECK_FALSE(all.comments[0].own_line);
    CHECK(all.comments[1].own_line);
    CHECK(name_of("##   A sentence. ") == "A sentence.");
    CHECK(name_of("@单位") == "单位");
    CHECK(kinds("\xEF\xBB\xBF"
                "a") == "name");
}

TEST_CASE("each mistake has its code, its place and its repair") {
    CHECK(mistakes("5days") ==
          "E104 0-5 `5days` is neither a number nor a name | write `5 days`; for a name write "
          "`[5days]`\n");
    CHECK(mistakes("3m").find("`3M` for millions, `3min` for minutes or `3 months`") !=
          std::string::npos);
    CHECK(mistakes("12abc").find("for a product write `12 * abc`; for a name write `[12abc]`") !=
          std::string::npos);
    CHECK(mistakes("2K").find("write `2k`") != std::string::npos);
    CHECK(mistakes("50万元").find("write `50万 CNY`") != std::string::npos);
    CHECK(mistakes("1e5").starts_with("E104 0-3"));
    CHECK(mistakes("999999999999999999999999999999999999999").starts_with("E104 0-39"));
    CHECK(mistakes("99999999999999999999999999999999999999万").starts_with("E104"));
    CHECK(mistakes("\"abc\n").starts_with("E106 0-4 the text that begins here is not closed"));
    CHECK(mistakes("“abc").starts_with("E106"));
    CHECK(mistakes("[abc").starts_with("E106"));
    CHECK(mistakes("[]").starts_with("E106 0-2 the quoted name is empty"));
    CHECK(mistakes("'won'") ==
          "E103 0-5 texts stand in double quotes | write \"won\", or [won] for a name\n");
    CHECK(mistakes("a % b").find("a remainder is mod(a, b)") != std::string::npos);
    CHECK(mistakes("a && b").find("write `and`") != std::string::npos);
    CHECK(mistakes("$5").find("200 USD") != std::string::npos);
    CHECK(mistakes("re\xE2\x80\x8Bvenue").starts_with("E103 2-5 the invisible character U+200B"));
    CHECK(mistakes("\"a\xE2\x80\xAE\"").starts_with("E103 2-5 the invisible character U+202E"));
    CHECK(mistakes("# \xE2\x81\xA6").starts_with("E103"));
    CHECK(mistakes("a \xFF\xFE b") ==
          "E103 2-4 these bytes are not valid UTF-8 | save the text as UTF-8\n");
    CHECK(mistakes("\xC0\xAF").starts_with("E103"));
    CHECK(mistakes("\xED\xA0\x80").starts_with("E103"));
    CHECK(mistakes(std::string("a\0b", 3)).starts_with("E103 1-2"));
}

TEST_CASE("all mistakes at once, up to the limit") {
    CHECK(lex_text("'a' + 3m + @2026-13 + $").errors.size() == 4);
    std::string many;
    for (int i = 0; i < 100; ++i) many += "$ ";
    CHECK(lex_text(many).errors.size() == 20);
}

TEST_CASE("limits") {
    merit::limits within;
    within.source_bytes = 10;
    CHECK(lex(*make_source("", "a + b + c + d"), within).errors.at(0).code == "E701");
    within.source_bytes = 100;
    within.tokens = 3;
    CHECK(lex(*make_source("", "a + b + c + d"), within).errors.at(0).code == "E702");
}
