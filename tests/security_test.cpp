// Security filters through the API. What they mean in formulas is in tests/corpus/security.kpi.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/table_rows.hpp"
#include "merit/merit.hpp"

namespace {

/// Rows 0, 1, 2 … in every way that a column lies in memory; every third cell is blank.
merit::table of_all_storages(std::size_t rows) {
    std::vector<std::uint8_t> bools;
    std::vector<std::int64_t> wholes;
    std::vector<merit::int128> wides;
    std::vector<double> reals;
    std::vector<std::int32_t> days;
    std::vector<std::string> few, many;
    merit::column::words present((rows + 63) / 64, 0);
    for (std::size_t row = 0; row < rows; ++row) {
        bools.push_back(row % 2 == 0 ? 1 : 0);
        wholes.push_back(static_cast<std::int64_t>(row));
        wides.push_back(static_cast<merit::int128>(row) << 64);
        reals.push_back(static_cast<double>(row) / 4);
        days.push_back(static_cast<std::int32_t>(row));
        few.push_back(row % 5 == 0 ? "five" : "other");
        many.push_back("t" + std::to_string(row));
        if (row % 3 != 0) present[row / 64] |= std::uint64_t{1} << row % 64;
    }
    return merit::table::make({{"flag", merit::column::of_bool(bools, present)},
                               {"whole", merit::column::of_int64(wholes)},
                               {"wide", merit::column::of_decimal128(wides, 2, present)},
                               {"real", merit::column::of_double(reals, present)},
                               {"day", merit::column::of_date(days, present)},
                               {"at", merit::column::of_timestamp(wholes, present)},
                               {"few", merit::column::of_text(few)},
                               {"many", merit::column::of_text(many)}})
        .value();
}

}  // namespace

TEST_CASE("rows of a table keep their cells, whatever their storage") {
    for (const std::size_t rows : {300, 70'000}) {  // codes of 16 and of 32 bits
        const merit::table whole = of_all_storages(rows);
        const std::vector<std::uint32_t> taken = {0, 1, 64, 65, 299, 7};
        const merit::table some = merit::rows_of(whole, taken);
        REQUIRE(some.rows() == taken.size());
        for (std::size_t c = 0; c < whole.schema().fields.size(); ++c) {
            CHECK(some.schema().fields[c].name == whole.schema().fields[c].name);
            CHECK(some.at(c).type() == whole.at(c).type());
            CHECK(some.at(c).storage() == whole.at(c).storage());
            for (std::size_t i = 0; i < taken.size(); ++i) {
                INFO(rows << " rows, column " << c << ", row " << taken[i]);
                const bool same = some.at(c).at(i) == whole.at(c).at(taken[i]);
                CHECK(same);
            }
        }
        CHECK(merit::rows_of(whole, {}).rows() == 0);
    }
}

TEST_CASE("a condition over many blocks of rows, in any batches and threads") {
    const std::size_t rows = 200'000;
    merit::tables data{{"numbers", of_all_storages(rows)}};
    merit::model model;
    model.add_table("numbers", data["numbers"].schema()).value();
    model.define("param least_of = 150_000").value();
    const merit::query query =
        model
            .compile("count(numbers) as n, sum(numbers.whole) as s",
                     {.only = {"whole >= least_of", "few = \"five\" or whole < 150_010"}})
            .value();
    CHECK(query.plan_text().find("allow numbers where ") != std::string::npos);
    for (const unsigned threads : {1U, 3U}) {
        for (const std::size_t batch : {std::size_t{7}, std::size_t{2048}}) {
            merit::run_options how;
            how.threads = threads;
            how.batch_rows = batch;
            const merit::frame answer = query.run(data, how).value();
            // Multiples of 5 from 150,000 to 199,995, and 1 to 4, 6 to 9 behind 150,000.
            CHECK(std::get<std::int64_t>(answer.at(0, 0)) == 10'008);
            const auto sum = std::get<merit::decimal_value>(answer.at(0, 1));
            CHECK(sum.units == (merit::int128{150'000} + 199'995) * 10'000 / 2 + 1'200'040);
            REQUIRE(answer.coverage().size() == 1);
            CHECK(answer.coverage()[0].table == "numbers");
            CHECK(answer.coverage()[0].seen == 10'008);
            CHECK(answer.coverage()[0].rows == rows);
        }
    }
    merit::run_options all;
    all.parameters["least_of"] = std::int64_t{200'000};
    CHECK(query.run(data, all).value().coverage()[0].seen == 0);
}

TEST_CASE("without filters nothing is said of coverage") {
    merit::tables data{{"numbers", of_all_storages(10)}};
    merit::model model;
    model.add_table("numbers", data["numbers"].schema()).value();
    const merit::query query =
        model.compile("count(numbers)", {.open_tables = {"numbers"}}).value();
    CHECK(query.run(data).value().coverage().empty());
}
