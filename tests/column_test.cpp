#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <type_traits>

#include "merit/table.hpp"

using namespace merit;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

std::vector<std::string> cells_of(const column& from) {
    std::vector<std::string> out;
    for (std::size_t row = 0; row < from.size(); ++row) {
        out.push_back(from.present(row) ? to_string(from.at(row)) : "-");
    }
    return out;
}

using texts = std::vector<std::string>;

std::shared_ptr<const dictionary> stages() {
    return std::make_shared<const dictionary>(texts{"won", "lost"});
}

}  // namespace

TEST_CASE("owned columns of every type keep their cells") {
    CHECK(cells_of(column::of_bool({0, 1, 7})) == texts{"false", "true", "true"});
    CHECK(cells_of(column::of_int64({1, -2, 3}, {0b101})) == texts{"1", "-", "3"});
    CHECK(cells_of(column::of_decimal({105, -5}, 2)) == texts{"1.05", "-0.05"});
    CHECK(cells_of(column::of_decimal128({int128{1'000'000'000'000} * 10'000'000'000}, 3)) ==
          texts{"10000000000000000000.000"});
    CHECK(cells_of(column::of_double({0.5, 1}, {0b01})) == texts{"0.5", "-"});
    CHECK(cells_of(column::of_date({0, 20'543})) == texts{"1970-01-01", "2026-03-31"});
    CHECK(cells_of(column::of_timestamp({1})) == texts{"1970-01-01T00:00:00.000001Z"});
    CHECK(cells_of(column::of_duration({1'500'000})) == texts{"1.5"});
    CHECK(cells_of(column::of_text(texts{"b", "a", "b"})) == texts{"b", "a", "b"});
    CHECK(column::of_decimal({1}, 2).type().to_string() == "decimal(2)");
    CHECK(column::of_int64({}).size() == 0);
}

TEST_CASE("blank cells of an owned column hold zero, and a full validity is dropped") {
    const column blanked = column::of_int64({7, 8}, {0b01});
    CHECK(static_cast<const std::int64_t*>(blanked.data())[1] == 0);
    CHECK(column::of_int64({7, 8}, {0b11}).validity() == nullptr);
    CHECK(column::of_int64({7, 8}, {0b10}).validity() != nullptr);
    std::vector<std::int64_t> many(130, 1);
    const column shorter = column::of_int64(many, {~std::uint64_t{0}});
    CHECK(shorter.present(63));
    CHECK_FALSE(shorter.present(64));
    CHECK_FALSE(shorter.present(129));
}

TEST_CASE("NaN and infinities are made blank at the door, and counted") {
    const std::vector<double> values{1, not_a_number, infinite, -infinite, 5};
    const column owned = column::of_double(values);
    CHECK(cells_of(owned) == texts{"1", "-", "-", "-", "5"});
    CHECK(owned.blanked() == 3);
    const column viewed = column::view_double(values);
    CHECK(cells_of(viewed) == texts{"1", "-", "-", "-", "5"});
    CHECK(viewed.blanked() == 3);
    CHECK(viewed.data() != values.data());
    CHECK(std::isnan(values[1]));
    // A NaN under a blank is not news, but it must not stay in reach either.
    const std::vector<std::uint64_t> known{0b10001};
    const column hidden = column::view_double(values, known);
    CHECK(hidden.blanked() == 0);
    CHECK(static_cast<const double*>(hidden.data())[1] == 0);
}

TEST_CASE("a view is not a copy") {
    const std::vector<std::int64_t> values{1, 2, 3};
    const std::vector<std::uint64_t> validity{0b011};
    const column viewed = column::view_int64(values, validity);
    CHECK(viewed.data() == values.data());
    CHECK(viewed.validity() == validity.data());
    CHECK(cells_of(viewed) == texts{"1", "2", "-"});
    const std::vector<double> doubles{1, 2};
    CHECK(column::view_double(doubles).data() == doubles.data());
    const std::vector<std::int32_t> days{0};
    CHECK(cells_of(column::view_date(days)) == texts{"1970-01-01"});
    CHECK(cells_of(column::view_timestamp(values))[0] == "1970-01-01T00:00:00.000001Z");
    CHECK(cells_of(column::view_decimal(values, 1)) == texts{"0.1", "0.2", "0.3"});
}

TEST_CASE("viewed codes outside their dictionary become blank") {
    const std::vector<std::uint8_t> good{0, 1, 0};
    const column fine = column::view_codes(std::span<const std::uint8_t>(good), stages());
    CHECK(fine.data() == good.data());
    CHECK(cells_of(fine) == texts{"won", "lost", "won"});
    const std::vector<std::uint32_t> bad{0, 7, 1};
    const column cut = column::view_codes(std::span<const std::uint32_t>(bad), stages());
    CHECK(cells_of(cut) == texts{"won", "-", "lost"});
    CHECK(cut.blanked() == 1);
    const std::vector<std::uint16_t> none{0, 0};
    const column empty = column::view_codes(std::span<const std::uint16_t>(none), nullptr);
    CHECK(cells_of(empty) == texts{"-", "-"});
    CHECK(empty.texts()->size() == 1);
}

template <class Cells>
concept viewable = requires(Cells cells) {
    column::view_int64(static_cast<Cells&&>(cells));
};
static_assert(viewable<std::vector<std::int64_t>&>);
static_assert(!viewable<std::vector<std::int64_t>>, "a view of a temporary would dangle");

TEST_CASE("text takes the narrowest codes, in order of first appearance") {
    const auto of = [](std::size_t distinct) {
        texts all;
        for (std::size_t i = 0; i < distinct; ++i) all.push_back("t" + std::to_string(i));
        return column::of_text(all);
    };
    CHECK(of(256).storage() == storage::code8);
    CHECK(of(257).storage() == storage::code16);
    CHECK(of(65'536).storage() == storage::code16);
    CHECK(of(65'537).storage() == storage::code32);
    CHECK((*of(300).texts())[299] == "t299");
    CHECK(to_string(of(65'537).at(65'536)) == "t65536");
    const std::vector<std::optional<std::string_view>> cells{std::nullopt, "x", std::nullopt, ""};
    const column some = column::of_text(cells);
    CHECK(cells_of(some) == texts{"-", "x", "-", ""});
    CHECK(some.texts()->size() == 2);
    const std::vector<std::optional<std::string_view>> blanks(3);
    CHECK(column::of_text(blanks).texts()->size() == 1);
}

TEST_CASE("a dictionary finds texts and ranks them in byte order") {
    const dictionary words(texts{"pear", "Apple", "zebra", "apple", "", "中", "é"});
    CHECK(words.find("apple") == 3);
    CHECK(words.find("") == 4);
    CHECK(words.find("APPLE") == words.size());
    const auto rank = words.rank();
    CHECK(std::vector<std::uint32_t>(rank.begin(), rank.end()) ==
          std::vector<std::uint32_t>{3, 1, 4, 2, 0, 6, 5});
    const dictionary copy = words;
    CHECK(copy.find("zebra") == 2);
    CHECK(dictionary({}).find("x") == 0);
}

TEST_CASE("zones give each block's range") {
    std::vector<std::int64_t> values(zone_map::block_rows * 2 + 10);
    std::vector<std::uint64_t> validity(values.size() / 64 + 1, ~std::uint64_t{0});
    for (std::size_t row = 0; row < values.size(); ++row) {
        values[row] = static_cast<std::int64_t>(row) - 100;
    }
    validity[0] = 0b1000;  // of the first 64 rows only row 3
    for (std::size_t row = zone_map::block_rows * 2; row < values.size(); ++row) {
        validity[row / 64] &= ~(std::uint64_t{1} << (row % 64));
    }
    const column some = column::view_int64(values, validity);
    const zone_map& zones = some.zones();
    REQUIRE(zones.blocks.size() == 3);
    CHECK(zones.blocks[0].low == -97);
    CHECK(zones.blocks[0].high == 65'435);
    CHECK_FALSE(zones.blocks[0].all_valid);
    CHECK(zones.blocks[1].all_valid);
    CHECK(zones.blocks[2].none_valid);
    CHECK(zones.low == -97);
    CHECK(zones.high == 131'071 - 100);
    CHECK(zones.blanks == 73);
    const column dense = column::view_int64(values);
    CHECK(dense.zones().low == -100);
    CHECK(dense.zones().high == 131'081 - 100);
    CHECK(dense.zones().blanks == 0);
}

TEST_CASE("zones of other storages") {
    const column doubles = column::of_double({2.5, -1.5, 9}, {0b011});
    CHECK(std::bit_cast<double>(doubles.zones().low) == -1.5);
    CHECK(std::bit_cast<double>(doubles.zones().high) == 2.5);
    const column days = column::of_date({5, -5});
    CHECK(days.zones().blocks[0].low == -5);
    const column codes = column::of_text(texts{"a", "b"});
    CHECK(codes.zones().high == 1);
    const column wide = column::of_decimal128({1, 2, 3}, 0, {0b100});
    CHECK(wide.zones().blanks == 2);
    CHECK(wide.zones().high == 0);
    CHECK(column().zones().blocks.empty());
    CHECK(column::of_int64({1}, {0}).zones().blocks[0].none_valid);
}

TEST_CASE("lazy parts may be asked from many threads at once") {
    std::vector<std::int64_t> values(300'000);
    for (std::size_t row = 0; row < values.size(); ++row) {
        values[row] = static_cast<std::int64_t>(row * 7919 % 1000);
    }
    const column shared = column::view_int64(values);
    const dictionary words(texts{"b", "a", "c"});
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (std::size_t i = 0; i < right.size(); ++i) {
        threads.emplace_back([&, i] {
            const column copy = shared;
            right[i] = copy.zones().high == 999 && words.rank()[0] == 1 && words.find("c") == 2;
        });
    }
    for (std::thread& each : threads) each.join();
    CHECK(right == std::vector<int>{1, 1, 1, 1});
}

TEST_CASE("a table has columns of one length under unique names") {
    const result<table> good =
        table::make({{"a", column::of_int64({1, 2})}, {"b", column::of_text(texts{"x", "y"})}});
    REQUIRE(good);
    CHECK(good->rows() == 2);
    CHECK(good->schema().find("b") == 1);
    CHECK(good->find("b")->type().to_string() == "text");
    CHECK(good->find("c") == nullptr);
    CHECK(table::make({})->rows() == 0);
    CHECK(table::make({{"a", column::of_int64({1})}, {"a", column::of_int64({1})}})
              .error()
              .to_string() ==
          "error E810: the table has two columns named `a`\n"
          " help: give each column a name of its own\n");
    CHECK(table::make({{"a", column::of_int64({1})}, {"b", column::of_int64({1, 2})}})
              .error()
              .to_string() ==
          "error E810: column `a` has 1 rows, but `b` has 2\n"
          " help: give every column the same number of rows\n");
}
