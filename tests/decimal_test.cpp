#include "core/decimal.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace merit;

namespace {

constexpr int128 largest = (int128{1} << 126) - 1 + (int128{1} << 126);

std::string texts_of(const std::optional<decimal_value>& what) {
    return what ? to_string(*what) : "none";
}

}  // namespace

TEST_CASE("a decimal at another scale is the same number, or none") {
    CHECK(texts_of(at_scale({15, 1}, 3)) == "1.500");
    CHECK(texts_of(at_scale({1500, 3}, 1)) == "1.5");
    CHECK(texts_of(at_scale({1500, 3}, 0)) == "none");
    CHECK(texts_of(at_scale({0, 5}, 0)) == "0");
    CHECK(texts_of(at_scale({largest, 0}, 1)) == "none");
}

TEST_CASE("numbers for programs have no zeros behind the last digit") {
    CHECK(shortest_text(decimal_value{450, 2}) == "4.5");
    CHECK(shortest_text(decimal_value{-45'000, 4}) == "-4.5");
    CHECK(shortest_text(decimal_value{1'000, 0}) == "1000");
    CHECK(shortest_text(decimal_value{0, 6}) == "0");
    CHECK(shortest_text(money_value{{1'050, 2}, "EUR"}) == "10.5 EUR");
    CHECK(shortest_text(std::string("1.50")) == "1.50");
    CHECK(shortest_text(0.1) == "0.1");
}

TEST_CASE("a number in percent") {
    CHECK(percent_text({975, 3}) == "97.5");
    CHECK(percent_text({1, 0}) == "100");
    CHECK(percent_text({11, 1}) == "110");
    CHECK(percent_text({5, 3}) == "0.5");
    CHECK(percent_text({largest, 0}) == to_string(decimal_value{largest, 0}) + "00");
}

TEST_CASE("sums of decimals are exact or none") {
    const std::vector<decimal_value> thirds{{3333, 4}, {3333, 4}, {3334, 4}};
    CHECK(texts_of(exact_sum(thirds)) == "1.0000");
    const std::vector<decimal_value> fine{{6, 1}, {1, 38}, {4, 1}};
    CHECK(texts_of(exact_sum(fine)) == "1.00000000000000000000000000000000000001");
    const std::vector<decimal_value> wide{{largest, 0}, {1, 1}};
    CHECK(texts_of(exact_sum(wide)) == "none");
    CHECK(texts_of(exact_sum({})) == "0");
}

TEST_CASE("decimals compare by value, whatever their scales") {
    CHECK(compare({10, 1}, {1, 0}) == 0);
    CHECK(compare({1, 38}, {1, 0}) == -1);
    CHECK(compare({largest, 0}, {largest, 38}) == 1);
    CHECK(compare({-largest, 0}, {-largest, 38}) == -1);
    CHECK(compare({largest, 38}, {largest, 0}) == -1);
    CHECK(compare({-1, 0}, {1, 30}) == -1);
    CHECK(compare({0, 3}, {0, 0}) == 0);
}

TEST_CASE("minor units of ISO 4217") {
    CHECK(minor_unit("EUR") == 2);
    CHECK(minor_unit("JPY") == 0);
    CHECK(minor_unit("KWD") == 3);
    CHECK(minor_unit("CLF") == 4);
    CHECK(minor_unit("XXX") == 2);
}
