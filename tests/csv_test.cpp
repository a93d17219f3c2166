#include "merit/csv.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <tuple>

#include "data/gzip.hpp"

using namespace merit;

namespace {

/// "a int: 1 2 -; b text: x - y": cells in a row, blank as "-".
std::string dump(const result<table>& read) {
    if (!read) return read.error().to_string();
    std::string out;
    for (std::size_t i = 0; i < read->schema().fields.size(); ++i) {
        const column& cells = read->at(i);
        out += (i == 0 ? "" : "; ") + read->schema().fields[i].name + " " +
               cells.type().to_string() + ":";
        for (std::size_t row = 0; row < cells.size(); ++row) {
            out += " " + (cells.present(row) ? to_string(cells.at(row)) : std::string("-"));
        }
    }
    return out;
}

std::string notes(const result<table>& read) {
    std::string out;
    for (const diagnostic& each : read.value().notes()) out += each.to_string();
    return out;
}

csv_options with(const char* column, type_kind kind, std::vector<std::string> patterns = {},
                 bool use_offset = true) {
    csv_options out;
    out.types[column] = {kind, std::move(patterns), use_offset};
    return out;
}

csv_options skipping(csv_options options = {}) {
    options.skip_bad_rows = true;
    return options;
}

/// gzip of "a,b\n1,x\n" and of "2,y\n".
constexpr std::string_view packed(
    "\037\213\010\000\000\000\000\000\002\003\113\324\111\342\062\324\251\340\002\000"
    "\364\240\001\000\010\000\000\000",
    28);
constexpr std::string_view packed_more(
    "\037\213\010\000\000\000\000\000\002\003\063\322\251\344\002\000\023\173\031\124"
    "\004\000\000\000",
    24);

struct sample {
    std::string text;
    std::string expected;
};

}  // namespace

TEST_CASE("records and fields") {
    const std::vector<sample> samples = {
        {"a,b\n1,x\n2,y\n", "a int: 1 2; b text: x y"},
        {"a,b\n1,x\n2,y", "a int: 1 2; b text: x y"},
        {"a,b\r\n1,x\r\n2,y\r\n", "a int: 1 2; b text: x y"},
        {"a,b\r1,x\r2,y\r", "a int: 1 2; b text: x y"},
        {"\xEF\xBB\xBF"
         "a,b\n1,x\n",
         "a int: 1; b text: x"},
        {"\xEF\xBB\xBF\"a\",b\n1,x\n", "a int: 1; b text: x"},
        {"a\n\"1,5\"\n", "a text: 1,5"},
        {"a,b\n\"x\ny\",\"p\r\nq\"\n", "a text: x\ny; b text: p\r\nq"},
        {"a\n\"say \"\"hi\"\"\"\n", "a text: say \"hi\""},
        {"a\n\"\"\"\"\n", "a text: \""},
        {"a,b\nx\"y,z\n", "a text: x\"y; b text: z"},
        {"a,b\n\"x\" ,1\n", "a text: x; b int: 1"},
        {"a,b\n\"1\",\"2.50\"\n", "a int: 1; b decimal(2): 2.50"},
        {"a,b\n1,\n,\n", "a int: 1 -; b text: - -"},
        {"a,b\n1,\"\"\n", "a int: 1; b text: -"},
        {"a,b\n1,x\n,\n\n\r\n\n", "a int: 1 -; b text: x -"},
        {"a\n1\n\n2\n", "a int: 1 - 2"},
        {"a,b\n", "a text:; b text:"},
        {"a,b", "a text:; b text:"},
        {" a ,[b],\n1,2,3\n", "a int: 1; [b] int: 2; c3 int: 3"},
        {"Cafe\xCC\x81\n1\n", "Caf\xC3\xA9 int: 1"},
        {"名,值\n甲,1\n", "名 text: 甲; 值 int: 1"},
    };
    for (const sample& each : samples) {
        CHECK_MESSAGE(dump(read_csv_text(each.text)) == each.expected, each.text);
    }
}

TEST_CASE("types are inferred from every cell") {
    const std::vector<sample> samples = {
        {"1\n-2\n0\n-0\n", "int: 1 -2 0 0"},
        {"9223372036854775807\n-9223372036854775808\n",
         "int: 9223372036854775807 -9223372036854775808"},
        {"9223372036854775808\n1\n", "decimal(0): 9223372036854775808 1"},
        {"12345678901234567890123456789012345678\n",
         "decimal(0): 12345678901234567890123456789012345678"},
        {"123456789012345678901234567890123456789\n",
         "text: 123456789012345678901234567890123456789"},
        {"007\n8\n", "text: 007 8"},
        {"00\n", "text: 00"},
        {"-01\n", "text: -01"},
        {"+5\n", "text: +5"},
        {"5.\n", "text: 5."},
        {".5\n-.25\n", "decimal(2): 0.50 -0.25"},
        {"1\n2.5\n3.125\n", "decimal(3): 1.000 2.500 3.125"},
        {"123456789012345.678\n0.1234\n", "decimal(4): 123456789012345.6780 0.1234"},
        {"0.1234567890123456789012345678901234567890\n1\n", "double: 0.12345678901234568 1"},
        {"1e3\n2.5\n7\n", "double: 1000 2.5 7"},
        {"1E-2\n-1e+400\n1e-400\n", "double: 0.01 - 0"},
        {"1\nnan\n-Inf\n2\n", "int: 1 - - 2"},
        {"NaN\nInfinity\n1.5\n", "decimal(1): - - 1.5"},
        {"nan\ninf\n", "double: - -"},
        {"nan\nNA\n", "text: nan NA"},
        {"nan\ntrue\n", "text: nan true"},
        {"True\nfalse\nTRUE\n", "bool: true false true"},
        {"true\n1\n", "text: true 1"},
        {"yes\nno\n", "text: yes no"},
        {"2024-02-29\n1969-12-31\n", "date: 2024-02-29 1969-12-31"},
        {"2023-02-29\n", "text: 2023-02-29"},
        {"2024-1-5\n", "text: 2024-1-5"},
        {"0000-01-01\n9999-12-31\n", "date: 0000-01-01 9999-12-31"},
        {"2024-01-01\n1\n", "text: 2024-01-01 1"},
        {"2024-01-01T10:20\n2024-01-02\n", "timestamp: 2024-01-01T10:20:00Z 2024-01-02T00:00:00Z"},
        {"2024-01-01 10:20:30.25\n", "timestamp: 2024-01-01T10:20:30.25Z"},
        {"2024-01-01T10:20:30Z\n2024-01-01T00:20:30+08:00\n2024-01-01T10:20:30.5-0530\n",
         "timestamp: 2024-01-01T10:20:30Z 2023-12-31T16:20:30Z 2024-01-01T15:50:30.5Z"},
        {"2024-01-01T10:20:30+08\n2024-01-01 10:20 Z\n",
         "timestamp: 2024-01-01T02:20:30Z 2024-01-01T10:20:00Z"},
        {"2024-01-01T24:00:00\n", "text: 2024-01-01T24:00:00"},
        {"2024-01-01T10:20:30+8\n", "text: 2024-01-01T10:20:30+8"},
        {"2024-01-01T10:20:30.123456789\n", "timestamp: 2024-01-01T10:20:30.123456Z"},
        {" 1\n2 \n  \n", "int: 1 2 -"},
        {"x\n  \n y\n", "text: x     y"},
        {"  \n \"\n", "text:     \""},
        {"\"\"\n\"\"\n", "text: - -"},
    };
    for (const sample& each : samples) {
        csv_options plain;
        plain.header = false;
        CHECK_MESSAGE(dump(read_csv_text(each.text, plain)) == "c1 " + each.expected, each.text);
    }
}

TEST_CASE("a type may show late in the file") {
    const auto read = [](const std::string& head, std::size_t times, const std::string& tail) {
        std::string text = "a,b\n";
        for (std::size_t i = 0; i < times; ++i) text += head + ",7\n";
        return read_csv_text(text + tail + ",7\n");
    };
    const std::vector<std::pair<sample, std::string>> cases = {
        {{"1", "2.50"}, "decimal(2) 1.00 2.50"},
        {{"1.5", "-2.125"}, "decimal(3) 1.500 -2.125"},
        {{"1.5", "12345678901234567890"}, "decimal(1) 1.5 12345678901234567890.0"},
        {{"1", "9223372036854775808"}, "decimal(0) 1 9223372036854775808"},
        {{"0.1", "1e2"}, "double 0.1 100"},
        {{"1", "007"}, "text 1 007"},
        {{" 1", "x"}, "text  1 x"},
        {{"  ", "5"}, "int - 5"},
        {{"  ", "x"}, "text    x"},
        {{"nan", "x"}, "text nan x"},
        {{"nan", "5"}, "int - 5"},
        {{"", "2024-01-31"}, "date - 2024-01-31"},
        {{"2024-01-31", "2024-01-31 08:00"}, "timestamp 2024-01-31T00:00:00Z 2024-01-31T08:00:00Z"},
        {{"true", "0"}, "text true 0"},
        {{"2024-01-31", "nan"}, "text 2024-01-31 nan"},
        {{"7", "inf"}, "int 7 -"},
    };
    for (const auto& [ends, expected] : cases) {
        const result<table> got = read(ends.text, 3'000, ends.expected);
        REQUIRE(got);
        const column& a = got->at(0);
        const auto cell = [&a](std::size_t row) {
            return a.present(row) ? to_string(a.at(row)) : std::string("-");
        };
        CHECK(a.type().to_string() + " " + cell(0) + " " + cell(3'000) == expected);
        CHECK(cell(2'999) == cell(0));
        CHECK(got->rows() == 3'001);
        CHECK(got->at(1).at(3'000) == value(std::int64_t{7}));
    }
    CHECK(read("nan", 3'000, "5")->at(0).blanked() == 3'000);
    CHECK(read("nan", 3'000, "x")->at(0).blanked() == 0);
    CHECK(notes(read("1", 3'000, "x")) ==
          "note D104 in text: types inferred: `a` text (the first 3000 rows fit int, line 3002 has "
          "\"x\"), `b` int\n"
          "note D107 in text:3002:1: `a` is read as text, for this row has \"x\" where most cells "
          "fit int\n"
          " help: correct it, or declare the type, which names each such row: a: int\n");
}

TEST_CASE("options say how the text is laid out") {
    csv_options semicolon;
    semicolon.separator = ';';
    CHECK(dump(read_csv_text("a;b\n1,5;2\n", semicolon)) == "a text: 1,5; b int: 2");
    csv_options spaces;
    spaces.spaces = true;
    CHECK(dump(read_csv_text("  a\t b\n1   2  \n 3 \"x y\"\n", spaces)) ==
          "a int: 1 3; b text: 2 x y");
    csv_options plain;
    plain.header = false;
    CHECK(dump(read_csv_text("1,x\n2,y\n", plain)) == "c1 int: 1 2; c2 text: x y");
    csv_options marker;
    marker.blank = "\\N";
    CHECK(dump(read_csv_text("a,b\n\\N,\\N\n1, x\n", marker)) == "a int: - 1; b text: -  x");
    csv_options quote;
    quote.separator = '"';
    CHECK(dump(read_csv_text("a\n", quote)) ==
          "error E801 in text: a quote or a line break cannot separate fields\n"
          " help: use \",\", \";\", \"|\" or a tab\n");
}

TEST_CASE("a declared type is obeyed") {
    const auto read = [](const std::string& cells, const csv_options& options) {
        return dump(read_csv_text("a\n" + cells, options));
    };
    using kind = type_kind;
    CHECK(read("007\n+8\n", with("a", kind::int64)) == "a int: 7 8");
    CHECK(read("007\n nan\n", with("a", kind::text)) == "a text: 007  nan");
    CHECK(read("1\n2.5\n1e-3\n15e1\n", with("a", kind::decimal)) ==
          "a decimal(3): 1.000 2.500 0.001 150.000");
    CHECK(read("1\nnan\n", with("a", kind::float64)) == "a double: 1 -");
    CHECK(read("1\nFalse\n \n", with("a", kind::boolean)) == "a bool: true false -");
    CHECK(read("31/12/2024\n2024-12-30\n", with("a", kind::date, {"D/M/YYYY", "YYYY-MM-DD"})) ==
          "a date: 2024-12-31 2024-12-30");
    CHECK(read("6/1/2023 12:15\n", with("a", kind::timestamp, {"M/D/YYYY H:MM"})) ==
          "a timestamp: 2023-06-01T12:15:00Z");
    CHECK(read("6/1/2023 12:15\n", with("a", kind::date, {"M/D/YYYY H:MM"})) ==
          "a date: 2023-06-01");
    CHECK(read("2024-01-01T08:00+08:00\n", with("a", kind::timestamp)) ==
          "a timestamp: 2024-01-01T00:00:00Z");
    CHECK(read("2024-01-01T08:00+08:00\n", with("a", kind::timestamp, {}, false)) ==
          "a timestamp: 2024-01-01T08:00:00Z");
    CHECK(read("90\n0.5\n-1\n", with("a", kind::duration)) == "a duration: 90 0.5 -1");
    CHECK(read("36:15\n-0:30\n", with("a", kind::duration, {"H:MM"})) ==
          "a duration: 130500 -1800");
    CHECK(read("2 03:04:05.5\n7:08\n", with("a", kind::duration, {"D HH:MM:SS.S", "M:SS"})) ==
          "a duration: 183845.5 428");
    CHECK(notes(read_csv_text("a,b\n1/2/2024,x\n2024-01-02,y\n3/2/2024,z\n",
                              with("a", kind::date, {"D/M/YYYY", "YYYY-MM-DD"}))) ==
          "note D104 in text: types inferred: `b` text\n"
          "note D105 in text: cells per pattern: `a` \"D/M/YYYY\" 2, \"YYYY-MM-DD\" 1\n");
}

TEST_CASE("errors name file, line, column and value") {
    const std::vector<std::tuple<std::string, csv_options, std::string>> cases = {
        {"",
         {},
         "error E801 in f.csv: the file is empty, without even a header\n"
         " help: give it a first line that names its columns\n"},
        {"a,b,c\n1,2,3\n4\n",
         {},
         "error E802 in f.csv:3:1: the row has 1 field, but the header has 3; `b` and what follows "
         "it are missing\n help: repair the row\n"},
        {"a,b\n\"x\ny\",1\n4,5,6\n",
         {},
         "error E802 in f.csv:4:1: the row has 3 fields, but the header has 2\n"
         " help: repair the row\n"},
        {"a,b\n1,2\n\n3,4\n",
         {},
         "error E802 in f.csv:3:1: the row has 1 field, but the header has 2; `b` is missing\n"
         " help: repair the row\n"},
        {"a;b\n1;2,5\n",
         {},
         "error E802 in f.csv:2:1: the row has 2 fields, but the header has 1\n"
         " help: if its fields are separated by \";\", say so: file: csv(separator: \";\")\n"},
        {"a,b\nx,caf\xE9\n",
         {},
         "error E803 in f.csv:2:6: byte 0xE9 (byte 10 of the file) is not UTF-8\n"
         " help: save the file as UTF-8\n"},
        {"\xFF\xFE"
         "a",
         {},
         "error E803 in f.csv:1:1: byte 0xFF (byte 1 of the file) is not UTF-8\n"
         " help: save the file as UTF-8\n"},
        {"a,b,a\n1,2,3\n",
         {},
         "error E804 in f.csv:1:1: the header names `a` twice, as columns 1 and 3\n"
         " help: give each column a name of its own\n"},
        {"a,b\n1,2\nüx,2.5\n", with("b", type_kind::int64),
         "error E805 in f.csv:3:4: column `b` is declared int, but this cell is \"2.5\"\n"
         " help: correct the cell, or declare another type\n"},
        {"a\n2024-13-01\n31/12/2024\n", with("a", type_kind::date, {"YYYY-MM-DD"}),
         "error E805 in f.csv:2:1: column `a` is declared date(\"YYYY-MM-DD\"), but this cell is "
         "\"2024-13-01\"\n help: add a pattern that fits, or correct the cell\n"
         "error E805 in f.csv:3:1: column `a` is declared date(\"YYYY-MM-DD\"), but this cell is "
         "\"31/12/2024\"\n help: add a pattern that fits, or correct the cell\n"},
        {"a\n1.5\nx\n", with("a", type_kind::decimal),
         "error E805 in f.csv:3:1: column `a` is declared decimal, but this cell is \"x\"\n"
         " help: correct the cell, or declare another type\n"},
        {"a\n1\n", with("a", type_kind::date, {"QQ"}),
         "error E805 in f.csv: column `a`: \"QQ\" is no pattern of a date\n"
         " help: write it like \"M/D/YYYY H:MM\"\n"},
        {"a\n1\n", with("a", type_kind::span),
         "error E805 in f.csv: column `a` cannot be read as span\n"
         " help: declare text, int, decimal, double, bool, date, timestamp or duration\n"},
        {"a,b\n1,2\n", with("x", type_kind::date),
         "error E101 in f.csv: a type is declared for `x`, which is no column\n"
         " help: its columns are `a`, `b`\n"},
        {"a,b\n1,\"x\n2,y\n",
         {},
         "error E806 in f.csv:2:3: the quote that opens this field is never closed\n"
         " help: close it; a quote inside a quoted field is written twice\n"},
        {"a,b\n1,\"x\"y\n",
         {},
         "error E806 in f.csv:2:6: the field ends with its closing quote, but \"y\" follows\n"
         " help: a quote inside a quoted field is written twice\n"},
    };
    for (const auto& [text, options, expected] : cases) {
        CHECK(dump(read_csv_text(text, options, "f.csv")) == expected);
    }
}

TEST_CASE("bad rows can be skipped, and are counted") {
    const std::string text = "a,b\n1,x\n2\n3,\xFF\n4,y,z\n5,\"q\"r\nsix,t\n7,u\n8,\"open\n9,v\n";
    const result<table> read = read_csv_text(text, skipping(with("a", type_kind::int64)), "f.csv");
    CHECK(dump(read) == "a int: 1 7 9; b text: x u v");
    CHECK(notes(read) ==
          "note D104 in f.csv: types inferred: `b` text\n"
          "note D103 in f.csv: skipped 6 rows: line 3, the row has 1 field, but the header has 2; "
          "`b` is missing; line 4, byte 0xFF (byte 13 of the file) is not UTF-8; line 5, the row "
          "has 3 fields, but the header has 2; and 3 more\n");
    // A skipped row leaves no trace: neither its texts nor its digits.
    const result<table> decimals =
        read_csv_text("a,b,c\n1.5,x,1\n1.2345,y,no\n2,z,3\n", skipping([] {
                          csv_options out = with("a", type_kind::decimal);
                          out.types["c"].kind = type_kind::int64;
                          return out;
                      }()));
    CHECK(dump(decimals) == "a decimal(1): 1.5 2.0; b text: x z; c int: 1 3");
    CHECK(decimals->find("b")->texts()->size() == 2);
}

TEST_CASE("skipped rows stay skipped when a column is read twice") {
    std::string text = "a,b\n";
    for (int i = 0; i < 5'000; ++i) {
        text += (i % 7 == 0 ? "x" : std::to_string(i)) + (i % 11 == 0 ? ",1,2\n" : ",1\n");
    }
    text += "5000,1.5\n";
    const result<table> read = read_csv_text(text, skipping(with("a", type_kind::int64)));
    REQUIRE(read);
    CHECK(read->at(1).type().to_string() == "decimal(1)");
    std::size_t row = 0;
    for (int i = 0; i < 5'000; ++i) {
        if (i % 7 == 0 || i % 11 == 0) continue;
        REQUIRE(read->at(0).at(row) == value(std::int64_t{i}));
        REQUIRE(read->at(1).at(row) == value(decimal_value{10, 1}));
        ++row;
    }
    CHECK(read->rows() == row + 1);
}

TEST_CASE("notes say what became of the cells") {
    CHECK(
        notes(read_csv_text("a,b,t\n1,nan,2024-01-01T00:00:00.1234567\ninf,2.5,2024-01-01T00:00Z\n",
                            {}, "f.csv")) ==
        "note D104 in f.csv: types inferred: `a` int, `b` decimal(1), `t` timestamp (1 with an "
        "offset, 1 without taken as UTC)\n"
        "note D102 in f.csv: NaN and infinite cells became blank: `a` 1, `b` 1\n"
        "note D106 in f.csv: cells cut to whole microseconds: `t` 1\n");
    CHECK(notes(read_csv_text("a;b\n1;2\n")) ==
          "note D104 in text: types inferred: `a;b` text\n"
          "note D110 in text: all of a line is one column, \"a;b\"\n"
          " help: if its fields are separated by \";\", say so: file: csv(separator: \";\")\n");
}

TEST_CASE("notes say why a column is text that may be meant as something else") {
    CHECK(
        notes(read_csv_text("a,d\n1,02-2026-05\n2,2026-02-05\n3,\n4,2026-02-07\n", {}, "f.csv")) ==
        "note D104 in f.csv: types inferred: `a` int, `d` text\n"
        "note D107 in f.csv:2:1: `d` is read as text, for this row has \"02-2026-05\" where most "
        "cells fit date\n"
        " help: correct it, or declare the type, which names each such row: d: date\n");
    // As many texts as numbers are a column of text.
    CHECK(notes(read_csv_text("a\n1\nx\n2\ny\n", {}, "f.csv")) ==
          "note D104 in f.csv: types inferred: `a` text\n");
    CHECK(notes(read_csv_text("a,b\n", {}, "f.csv")) ==
          "note D104 in f.csv: types inferred: `a` text, `b` text\n"
          "note D107 in f.csv: the file has no row of data, so its columns are read as text\n"
          " help: declare what they hold: closed_at: date, amount: decimal\n");
    CHECK(notes(read_csv_text("a,b\n1,\n", {}, "f.csv")) ==
          "note D104 in f.csv: types inferred: `a` int, `b` text\n"
          "note D107 in f.csv: read as text, for no cell tells a type: `b`\n"
          " help: declare what they hold: closed_at: date, amount: decimal\n");
}

TEST_CASE("a byte 0 stands in no text, wherever it is") {
    for (std::size_t at = 4; at < 30; ++at) {
        std::string text = "a,b\n1,abcdefghijklmnopqrstuvwxyz\n";
        text[at] = '\0';
        const result<table> read = read_csv_text(text);
        REQUIRE(!read);
        CHECK(read.error().to_string().find("byte 0x00 (byte " + std::to_string(at + 1) +
                                            " of the file)") != std::string::npos);
    }
}

TEST_CASE("progress is told, and reaches the end") {
    std::string text = "a,b\n";
    for (int i = 0; i < 700'000; ++i) text += "1234,abcdefgh\n";
    csv_options options;
    std::vector<std::uint64_t> bytes;
    std::uint64_t rows = 0;
    options.progress = [&](std::uint64_t done, std::uint64_t at, std::uint64_t total) {
        rows = done;
        bytes.push_back(at);
        CHECK(total == text.size());
    };
    REQUIRE(read_csv_text(text, options));
    CHECK(bytes.size() >= 2);
    CHECK(std::is_sorted(bytes.begin(), bytes.end()));
    CHECK(bytes.back() == text.size());
    CHECK(rows == 700'000);
}

TEST_CASE("files: plain, gzip, missing, damaged") {
    const std::string path =
        (std::filesystem::temp_directory_path() / "merit_csv_test.csv.gz").string();
    const auto write = [&](std::string_view bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
    };
    write("a,b\n3,z\n");  // the content counts, not the name
    CHECK(dump(read_csv(path)) == "a int: 3; b text: z");
    write(packed);
    CHECK(dump(read_csv(path)) == "a int: 1; b text: x");
    write(std::string(packed) + std::string(packed_more));
    CHECK(dump(read_csv(path)) == "a int: 1 2; b text: x y");
    write(packed.substr(0, packed.size() - 5));
    CHECK(dump(read_csv(path)) == "error E801 in " + path +
                                      ": the gzip data is damaged or ends early\n"
                                      " help: fetch the file again\n");
    std::filesystem::remove(path);
    CHECK(dump(read_csv(path)) == "error E801 in " + path +
                                      ": the file cannot be read: No such file or directory\n"
                                      " help: check the path and its permissions\n");
    CHECK_FALSE(read_csv(std::filesystem::temp_directory_path().string()));
    CHECK_FALSE(gunzip("\x1f\x8b").has_value());
}
