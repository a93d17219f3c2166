#include "merit/report.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "report/format.hpp"

namespace {

using namespace merit;

type kind(type_kind what, std::uint8_t scale = 0) {
    type out;
    out.kind = what;
    out.scale = scale;
    return out;
}

type money_in(std::string_view currency) {
    type out = kind(type_kind::money, 2);
    currency.copy(out.currency, 3);
    return out;
}

const type text_type = kind(type_kind::text);
const type int_type = kind(type_kind::int64);
const type double_type = kind(type_kind::float64);
const type duration_type = kind(type_kind::duration);

value money(std::int64_t units, std::uint8_t scale, std::string_view currency) {
    money_value out;
    out.amount = {units, scale};
    currency.copy(out.currency, 3);
    return out;
}

value days(double count) { return duration_value{count * 86'400e6}; }

/// Builds a frame column by column, then row by row.
class frame_builder {
public:
    frame_builder& group(std::string name, std::string label = {}) {
        return add({std::move(name), std::move(label), "", text_type, column_role::group,
                    unit::none, ""});
    }
    frame_builder& term(std::string name, type of, std::string unit_text = {},
                        std::string label = {}) {
        return add({std::move(name), std::move(label), std::move(unit_text), of,
                    column_role::value, unit::none, ""});
    }
    frame_builder& of_card(std::string name, std::string label, column_role role, type of,
                           std::string unit_text = {}) {
        return add({std::move(name), std::move(label), std::move(unit_text), of, role, unit::none,
                    "card"});
    }
    frame_builder& row(std::vector<frame::cell> cells) {
        for (frame::cell& one : cells) content.cells.push_back(std::move(one));
        ++content.rows;
        return *this;
    }
    [[nodiscard]] frame done() const { return frame(content); }

    frame::content content;

private:
    frame_builder& add(frame_column head) {
        content.columns.push_back(std::move(head));
        return *this;
    }
};

frame::cell cell(value what, reason why = reason::none) { return {std::move(what), why}; }
frame::cell text(const char* what) { return {std::string(what), reason::none}; }
frame::cell blank(reason why = reason::none) { return {blank_value{}, why}; }

/// The cells of a one-column frame as a table shows them.
std::vector<std::string> shown(type of, std::string unit_text, std::vector<value> values) {
    frame_builder builder;
    builder.term("x", of, std::move(unit_text));
    for (value& one : values) builder.row({cell(std::move(one))});
    return report_text::cell_texts(builder.done(), 0, text_language::english);
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a table: groups left, numbers right, units, letters for reasons, a total under a rule") {
    frame_builder builder;
    builder.group("rep", "销售").group("month");
    builder.term("win_rate", double_type, "percent", "赢单率").term("cycle", duration_type, "days");
    builder.term("revenue", money_in("CNY")).term("deals", int_type);
    builder.row({text("张三"), text("2026-01"), cell(0.63145), cell(days(51.78)),
                 cell(money(123'456'789, 2, "CNY")), cell(std::int64_t{1200})});
    builder.row({text("Ann Lee"), text("2026-01"), blank(reason::div0), cell(days(9)),
                 cell(money(5000, 2, "CNY")), cell(std::int64_t{3})});
    builder.row({blank(), text("2026-01"), cell(0.5, reason::immature), blank(reason::div0),
                 cell(money(-99'950, 2, "CNY")), cell(std::int64_t{0})});
    builder.row({blank(), blank(), cell(0.585), cell(days(40.25)),
                 cell(money(123'361'839, 2, "CNY")), cell(std::int64_t{1203})});
    builder.content.total_rows = 1;
    builder.content.as_of = "2026-04-01T00:00:00Z";
    diagnostic note;
    note.level = severity::note;
    note.code = "D101";
    note.message = "2 rows name a rep that is not in reps";
    builder.content.notes.push_back(note);
    CHECK(to_text(builder.done()) ==
          "销售     month     赢单率        cycle             revenue  deals\n"
          "───────  ───────  ─────────  ───────────  ────────────────  ─────\n"
          "张三     2026-01  63.15 %    51.8 days    1,234,567.89 CNY  1,200\n"
          "Ann Lee  2026-01        – a   9.0 days           50.00 CNY      3\n"
          "(blank)  2026-01  50.00 % b          – a       -999.50 CNY      0\n"
          "───────  ───────  ─────────  ───────────  ────────────────  ─────\n"
          "total             58.50 %    40.3 days    1,233,618.39 CNY  1,203\n"
          "\n"
          "a div0 (2 cells): the divisor is 0\n"
          "b immature (1 cell): some entries are younger than their window\n"
          "\n"
          "as of 2026-04-01T00:00:00Z\n"
          "note D101: 2 rows name a rep that is not in reps\n");
}

namespace {

void add_part(frame_builder& builder, const std::string& name, type of, const std::string& unit,
              const std::string& label) {
    builder.of_card(name, label, column_role::part_value, of, unit);
    builder.of_card(name + ".score", label, column_role::part_score, double_type, "score");
    builder.of_card(name + ".weight", label, column_role::part_weight,
                    kind(type_kind::decimal, 2), "percent");
    builder.of_card(name + ".contribution", label, column_role::part_contribution, double_type,
                    "score");
}

frame scorecard_frame(int weight_of_second_row) {
    frame_builder builder;
    builder.group("rep");
    add_part(builder, "win_rate", double_type, "percent", "赢单率");
    add_part(builder, "sales_cycle", duration_type, "days", "sales_cycle");
    builder.of_card("card.score", "销售记分卡", column_role::score, double_type, "score");
    builder.of_card("card.rank", "rank", column_role::rank, int_type);
    builder.of_card("card.band", "band", column_role::band, text_type);
    builder.row({text("Darcel"), cell(0.2812), cell(90.6), cell(decimal_value{60, 2}), cell(54.36),
                 cell(days(44.3)), cell(76.25), cell(decimal_value{40, 2}), cell(30.5),
                 cell(84.86), cell(std::int64_t{1}), text("A")});
    builder.row({text("Ann"), cell(0.211), cell(55.5), cell(decimal_value{weight_of_second_row, 2}),
                 cell(33.3), blank(reason::no_data), blank(reason::no_data),
                 cell(decimal_value{40, 2}), blank(), blank(reason::partial_blank), blank(),
                 blank()});
    return builder.done();
}

}  // namespace

TEST_CASE("a scorecard: a block for each part, its weight in the title") {
    CHECK(to_text(scorecard_frame(60)) ==
          "       │     赢单率 · 60 %      │      sales_cycle · 40 %      │     销售记分卡\n"
          "rep    │   value  score  points │     value    score    points │ score    rank  band\n"
          "───────┼────────────────────────┼──────────────────────────────┼────────────────────\n"
          "Darcel │ 28.12 %   90.6    54.4 │ 44.3 days     76.3      30.5 │  84.9       1  A\n"
          "Ann    │ 21.10 %   55.5    33.3 │         – a      – a       – │     – b     –  –\n"
          "\n"
          "a no_data (2 cells): no rows to compute it from\n"
          "b partial_blank (1 cell): some of its parts are blank\n");
}

TEST_CASE("a weight that differs by row is a column of its own") {
    const std::string table = to_text(scorecard_frame(100));
    CHECK(table.find("│             赢单率             │") != table.npos);
    CHECK(table.find("│   value  score  weight  points │") != table.npos);
    CHECK(table.find("Ann    │ 21.10 %   55.5   100 %    33.3 │") != table.npos);
}

TEST_CASE("numbers of one column share their decimals and are rounded once, half away from zero") {
    const value none = blank_value{};
    const struct {
        type of;
        const char* unit;
        std::vector<value> values;
        texts shown;
    } table[] = {
        {int_type, "", {std::int64_t{0}, std::int64_t{-1234}, std::int64_t{1'000'000}},
         {"0", "-1,234", "1,000,000"}},
        {int_type, "", {std::numeric_limits<std::int64_t>::min()}, {"-9,223,372,036,854,775,808"}},
        {int_type, "deals", {std::int64_t{12}, none}, {"12 deals", "–"}},
        {double_type, "", {1234.5, 2.0, none}, {"1,234.50", "2.00", "–"}},
        {double_type, "", {3.0, 12'000.0}, {"3", "12,000"}},
        {double_type, "", {0.6315, 0.5}, {"0.6315", "0.5000"}},
        {double_type, "", {999.999, 1.005}, {"1,000.00", "1.01"}},
        {double_type, "", {-0.0, 0.25}, {"0.0000", "0.2500"}},
        {double_type, "", {100.0, 0.000'123}, {"100.00", "0.00012"}},
        {double_type, "", {1e300, 1.0}, {"1e+300", "1"}},
        {double_type, "", {123'456'789'012'345'678.0}, {"1.23457e+17"}},
        {double_type, "percent", {0.63145, 0.07}, {"63.15 %", "7.00 %"}},
        {double_type, "percent", {0.5, 1.0, 12.0}, {"50 %", "100 %", "1,200 %"}},
        {kind(type_kind::decimal, 4), "percent", {decimal_value{6'315, 4}}, {"63.15 %"}},
        {kind(type_kind::decimal, 2), "percent", {decimal_value{40, 2}}, {"40 %"}},
        {double_type, "score", {90.56, 100.0}, {"90.6", "100.0"}},
        {double_type, "days", {51.78}, {"51.8 days"}},
        {double_type, "CNY", {1234.5}, {"1,234.50 CNY"}},
        {kind(type_kind::decimal, 2), "", {decimal_value{-5, 2}, decimal_value{12'345, 2}},
         {"-0.05", "123.45"}},
        {kind(type_kind::decimal, 2), "", {decimal_value{20'000'000, 2}}, {"200,000"}},
        {kind(type_kind::decimal, 8), "", {decimal_value{150'000'000, 8}, decimal_value{5, 8}},
         {"1.5000", "0.00000005"}},
        {duration_type, "", {days(3), days(0.5)}, {"3.0 days", "0.5 days"}},
        {duration_type, "", {duration_value{5'400e6}, duration_value{7'200e6}},
         {"1.5 hours", "2.0 hours"}},
        {duration_type, "", {duration_value{90e6}}, {"90 s"}},
        {duration_type, "", {duration_value{150e6}}, {"2.5 min"}},
        {duration_type, "hours", {days(1)}, {"24 hours"}},
        {duration_type, "days", {days(1), days(30)}, {"1 day ", "30 days"}},
        {money_in("CNY"), "", {money(12'345'678, 8, "CNY")}, {"0.12 CNY"}},
        {kind(type_kind::money), "", {money(100, 0, "JPY"), money(50, 0, "USD")},
         {"100 JPY", "50 USD"}},
        {kind(type_kind::boolean), "", {true, none}, {"true", "–"}},
        {kind(type_kind::date), "", {date_value{20'543}}, {"2026-03-31"}},
        {kind(type_kind::timestamp), "", {timestamp_value{0}}, {"1970-01-01T00:00:00Z"}},
        {text_type, "", {std::string("a\nb\x1b[31m\xe2\x80\xae!")}, {"a b [31m!"}},
    };
    for (const auto& row : table) {
        CAPTURE(row.shown.front());
        CHECK(shown(row.of, row.unit, row.values) == row.shown);
    }
}

TEST_CASE("every digit of an exact number is shown") {
    int128 units = 1;
    for (int i = 0; i < 37; ++i) units *= 10;
    CHECK(shown(kind(type_kind::decimal), "", {decimal_value{units + 1, 0}}) ==
          texts{"10,000,000,000,000,000,000,000,000,000,000,000,001"});
    CHECK(shown(int_type, "", {std::int64_t{9'007'199'254'740'993}}) ==
          texts{"9,007,199,254,740,993"});
}

TEST_CASE("width on a terminal") {
    const struct { const char* text; std::size_t width; } table[] = {
        {"", 0}, {"abc", 3}, {"赢单率", 6}, {"é", 1}, {"e\xcc\x81", 1}, {"（）", 4}, {"–", 1},
        {"\xff", 1},
    };
    for (const auto& row : table) CHECK(report_text::display_width(row.text) == row.width);
}

TEST_CASE("columns with one label are told apart by their names") {
    frame_builder builder;
    builder.term("a", int_type, "", "同名").term("b", int_type, "", "同名").term("c", int_type);
    builder.row({cell(std::int64_t{1}), cell(std::int64_t{2}), cell(std::int64_t{3})});
    CHECK(to_text(builder.done()) ==
          "a  b  c\n"
          "─  ─  ─\n"
          "1  2  3\n");
}

TEST_CASE("nothing to show is said") {
    CHECK(to_text(frame()) == "(no rows)\n");
    CHECK(to_csv(frame()) == "");
    CHECK(nlohmann::json::parse(to_json(frame())) ==
          nlohmann::json::parse(R"({"columns":[],"rows":[],"flags":[]})"));
    CHECK(to_text(frame_builder().group("rep").term("won", int_type).done()) ==
          "rep  won\n"
          "───  ───\n"
          "(no rows)\n");
}

TEST_CASE("CSV keeps every digit and quotes what needs it") {
    frame_builder builder;
    builder.group("rep").term("a,b", double_type, "percent");
    builder.term("exact", kind(type_kind::decimal));
    builder.term("cycle", duration_type, "days").term("pay", money_in("CNY"));
    builder.term("when", kind(type_kind::date)).term("at", kind(type_kind::timestamp));
    builder.row({text("say \"hi\""), cell(0.1 + 0.2),
                 cell(decimal_value{-1'234'567'890'123'456'789, 6}),
                 cell(duration_value{1'500'000}), cell(money(1250, 2, "CNY")),
                 cell(date_value{20'543}), cell(timestamp_value{1'500'000})});
    builder.row({text("two\nlines"), blank(reason::div0), blank(), cell(days(2)), blank(), blank(),
                 blank()});
    builder.row({text(""), cell(1e21), cell(decimal_value{5, 0}), blank(), blank(), blank(),
                 blank()});
    CHECK(to_csv(builder.done()) ==
          "rep,\"a,b\",exact,cycle,pay,when,at\n"
          "\"say \"\"hi\"\"\",0.30000000000000004,-1234567890123.456789,1.5,12.5 CNY,2026-03-31,"
          "1970-01-01T00:00:01.5Z\n"
          "\"two\nlines\",,,172800,,,\n"
          "\"\",1e+21,5,,,,\n");
    CHECK(to_csv(frame_builder().group("rep").row({blank()}).done()) == "rep\n\"\"\n");
}

TEST_CASE("JSON keeps every digit, and flags each cell that has a reason") {
    frame_builder builder;
    builder.group("rep").term("win", double_type, "percent");
    builder.term("exact", kind(type_kind::decimal, 6)).term("big", int_type);
    builder.term("pay", money_in("CNY")).term("mixed", kind(type_kind::money));
    builder.term("cycle", duration_type, "days").term("ok", kind(type_kind::boolean));
    builder.row({text("张\"三\"\n"), cell(0.1, reason::immature),
                 cell(decimal_value{-1'234'567'890'123'456'789, 6}),
                 cell(std::int64_t{9'007'199'254'740'993}), cell(money(1250, 2, "CNY")),
                 cell(money(5, 0, "USD")), cell(duration_value{1'500'000}), cell(true)});
    builder.row({blank(), blank(reason::div0), blank(), blank(), blank(), blank(),
                 cell(std::numeric_limits<double>::infinity()), cell(false)});
    const std::string json = to_json(builder.done());
    CHECK(json ==
          "{\"columns\":[\n"
          "{\"name\":\"rep\",\"type\":\"text\",\"unit\":\"\"},\n"
          "{\"name\":\"win\",\"type\":\"double\",\"unit\":\"percent\"},\n"
          "{\"name\":\"exact\",\"type\":\"decimal(6)\",\"unit\":\"\"},\n"
          "{\"name\":\"big\",\"type\":\"int\",\"unit\":\"\"},\n"
          "{\"name\":\"pay\",\"type\":\"money(CNY)\",\"unit\":\"\"},\n"
          "{\"name\":\"mixed\",\"type\":\"money\",\"unit\":\"\"},\n"
          "{\"name\":\"cycle\",\"type\":\"duration\",\"unit\":\"days\"},\n"
          "{\"name\":\"ok\",\"type\":\"bool\",\"unit\":\"\"}\n"
          "],\n"
          "\"rows\":[\n"
          "[\"张\\\"三\\\"\\n\",0.1,-1234567890123.456789,9007199254740993,"
          "12.5,\"5 USD\",1.5,true],\n"
          "[null,null,null,null,null,null,null,false]\n"
          "],\n"
          "\"flags\":[\n"
          "{\"row\":0,\"column\":1,\"reason\":\"immature\"},\n"
          "{\"row\":1,\"column\":1,\"reason\":\"div0\"}\n"
          "]}\n");
    CHECK(nlohmann::json::parse(json)["rows"][0][0] == "张\"三\"\n");
    frame_builder broken;
    broken.group("rep").row({text("\xff")});
    CHECK(nlohmann::json::parse(to_json(broken.done()))["rows"][0][0] == "\xef\xbf\xbd");
}

TEST_CASE("every reason has a name and an explanation") {
    CHECK(to_string(reason::none).empty());
    for (int i = 1; i <= static_cast<int>(reason::changed); ++i) {
        CHECK_FALSE(to_string(static_cast<reason>(i)).empty());
        std::set<std::string_view> said;
        for (const text_language in : {text_language::english, text_language::chinese})
            said.insert(report_text::explanation(static_cast<reason>(i), in));
        CHECK(said.size() == 2);
        CHECK_FALSE(said.contains(""));
    }
    CHECK(to_string(reason::no_spread) == "no_spread");
}

TEST_CASE("a column is found by its name") {
    const frame both = frame_builder().group("rep").term("won", int_type).done();
    CHECK(both.find("won") == 1);
    CHECK(both.find("lost") == 2);
}
