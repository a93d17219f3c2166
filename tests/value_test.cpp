#include "merit/value.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "merit/schema.hpp"

using namespace merit;

namespace {

constexpr int128 largest = (int128{1} << 126) - 1 + (int128{1} << 126);

type type_of(type_kind kind, std::uint8_t scale = 0, const char* currency = "") {
    type out;
    out.kind = kind;
    out.scale = scale;
    std::snprintf(out.currency, sizeof out.currency, "%s", currency);
    return out;
}

}  // namespace

TEST_CASE("a type is named as the language names it") {
    const std::vector<std::pair<type, std::string>> cases = {
        {type_of(type_kind::blank), "blank"},
        {type_of(type_kind::boolean), "bool"},
        {type_of(type_kind::int64), "int"},
        {type_of(type_kind::decimal, 2), "decimal(2)"},
        {type_of(type_kind::float64), "double"},
        {type_of(type_kind::text), "text"},
        {type_of(type_kind::date), "date"},
        {type_of(type_kind::timestamp), "timestamp"},
        {type_of(type_kind::duration), "duration"},
        {type_of(type_kind::span), "span"},
        {type_of(type_kind::money, 2, "CNY"), "money(CNY)"},
        {type_of(type_kind::money, 2), "money"},
    };
    for (const auto& [what, text] : cases) CHECK(what.to_string() == text);
}

TEST_CASE("a value is written as in CSV") {
    const std::vector<std::pair<value, std::string>> cases = {
        {blank_value{}, ""},
        {true, "true"},
        {false, "false"},
        {std::int64_t{-42}, "-42"},
        {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
        {0.1, "0.1"},
        {1e6, "1000000"},
        {1e100, "1e+100"},
        {-0.0, "0"},
        {0.30000000000000004, "0.30000000000000004"},
        {std::string("Zoë, \"x\""), "Zoë, \"x\""},
        {decimal_value{12345, 2}, "123.45"},
        {date_value{0}, "1970-01-01"},
        {date_value{-1}, "1969-12-31"},
        {date_value{11016}, "2000-02-29"},
        {date_value{20543}, "2026-03-31"},
        {timestamp_value{0}, "1970-01-01T00:00:00Z"},
        {timestamp_value{-1}, "1969-12-31T23:59:59.999999Z"},
        {timestamp_value{1'774'949'400'500'000}, "2026-03-31T09:30:00.5Z"},
        {duration_value{90'000'000}, "90"},
        {duration_value{1'500'000}, "1.5"},
        {duration_value{-250'000}, "-0.25"},
        {duration_value{1e6 / 3}, "0.3333333333333333"},
        {span_value{3, unit::month}, "3 months"},
        {span_value{1, unit::day}, "1 day"},
        {span_value{2, unit::fiscal_year}, "2 fiscal_year"},
        {money_value{{20'000'000, 2}, "CNY"}, "200000.00 CNY"},
    };
    for (const auto& [what, text] : cases) CHECK(to_string(what) == text);
}

TEST_CASE("every digit of a decimal is written") {
    CHECK(to_string(decimal_value{0, 0}) == "0");
    CHECK(to_string(decimal_value{0, 3}) == "0.000");
    CHECK(to_string(decimal_value{5, 2}) == "0.05");
    CHECK(to_string(decimal_value{-5, 2}) == "-0.05");
    CHECK(to_string(decimal_value{-100, 2}) == "-1.00");
    CHECK(to_string(decimal_value{largest, 10}) == "17014118346046923173168730371.5884105727");
    CHECK(to_string(decimal_value{-largest - 1, 0}) == "-170141183460469231731687303715884105728");
}

TEST_CASE("a decimal becomes its nearest double") {
    CHECK(to_double({1, 1}) == 0.1);
    CHECK(to_double({-12345, 2}) == -123.45);
    CHECK(to_double({(int128{1} << 53) + 1, 0}) == 9007199254740992.0);  // a tie goes to even
    CHECK(to_double({(int128{1} << 53) + 3, 0}) == 9007199254740996.0);
    CHECK(to_double({largest, 0}) == 0x1p127);
    CHECK(to_double({1, 255}) == 1e-255);
    std::mt19937_64 random(20260331);
    for (int i = 0; i < 20'000; ++i) {
        const int128 high = static_cast<std::int64_t>(random());
        const int bits = static_cast<int>(random() % 127);
        const decimal_value what{
            (high * (int128{1} << 63) + static_cast<int128>(random() >> 1)) >> bits,
            static_cast<std::uint8_t>(random() % 39)};
        const std::string text = to_string(what);
        double expected = 0;
        std::from_chars(text.data(), text.data() + text.size(), expected);
        REQUIRE_MESSAGE(to_double(what) == expected, text);
    }
}

TEST_CASE("a schema finds a column by its exact name") {
    const schema columns{
        {{"stage", type_of(type_kind::text)}, {"Stage", type_of(type_kind::text)}}};
    CHECK(columns.find("Stage") == 1);
    CHECK(columns.find("stage") == 0);
    CHECK_FALSE(columns.find("STAGE").has_value());
}
