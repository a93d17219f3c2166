// Scans over tables of several blocks against loops over the same arrays: every way to test a
// condition, to number a group and to add a number, at several batch sizes and threads.
#include "engine/scan.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include "merit/merit.hpp"

namespace {

constexpr std::size_t rows = 3 * 65'536 + 777;
constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t first_day = 19'723;  // 2024-01-01

std::string text_of(const char* head, std::size_t code) {
    return head + std::to_string(code);
}

/// Arrays and the table that views them. stage: 12 codes; city: 700, in 16 bits; both with blanks.
struct arrays {
    std::vector<std::uint8_t> stage;
    std::vector<std::uint16_t> city;
    std::vector<std::int64_t> amount, size, large, at;
    std::vector<std::uint64_t> some, most;

    explicit arrays(bool in_order) {
        std::mt19937_64 random(7);
        some.resize((rows + 63) / 64);
        most.resize((rows + 63) / 64);
        for (std::size_t row = 0; row < rows; ++row) {
            stage.push_back(static_cast<std::uint8_t>(random() % 12));
            city.push_back(static_cast<std::uint16_t>(random() % 700));
            amount.push_back(static_cast<std::int64_t>(random() % 2'000'000) - 500'000);
            size.push_back(static_cast<std::int64_t>(random() % 5) + 1);
            large.push_back(static_cast<std::int64_t>(random()) >> 2);
            const std::size_t when = in_order ? row * 300 / rows : random() % 300;
            at.push_back((first_day + static_cast<std::int64_t>(when)) * day_us);
            some[row / 64] |= std::uint64_t{random() % 3 != 0} << row % 64;
            most[row / 64] |= std::uint64_t{random() % 50 != 0} << row % 64;
        }
    }
    [[nodiscard]] bool has_some(std::size_t row) const {
        return (some[row / 64] >> row % 64 & 1) != 0;
    }
    [[nodiscard]] bool has_most(std::size_t row) const {
        return (most[row / 64] >> row % 64 & 1) != 0;
    }
    [[nodiscard]] merit::table table() const {
        using merit::column;
        const auto texts = [](const char* head, std::size_t count) {
            std::vector<std::string> out;
            for (std::size_t code = 0; code < count; ++code) out.push_back(text_of(head, code));
            return std::make_shared<const merit::dictionary>(std::move(out));
        };
        return merit::table::make({{"stage", column::view_codes(stage, texts("s", 12), most)},
                                   {"city", column::view_codes(city, texts("c", 700), some)},
                                   {"amount", column::view_decimal(amount, 2, most)},
                                   {"size", column::view_int64(size, some)},
                                   {"price", column::view_decimal(large, 1)},
                                   {"at", column::view_timestamp(at, most)}})
            .value();
    }
};

/// Group → value; sums in units of the argument.
using sums = std::map<std::string, merit::int128>;
using rule = std::function<std::optional<merit::int128>(const arrays&, std::size_t)>;

sums by_loop(const arrays& from, const std::function<std::string(std::size_t)>& group,
             const rule& number) {
    sums out;
    for (std::size_t row = 0; row < rows; ++row) {
        merit::int128& sum = out[group(row)];
        if (const auto one = number(from, row)) sum += *one;
    }
    return out;
}

sums by_scan(const merit::model& model, const merit::table& table, const std::string& request,
             std::size_t keys, const merit::run_options& with) {
    const merit::frame frame = model.compile(request).value().run({{"t", table}}, with).value();
    sums out;
    for (std::size_t row = 0; row < frame.rows(); ++row) {
        std::string group;
        for (std::size_t k = 0; k < keys; ++k) group += merit::to_string(frame.at(row, k)) + "|";
        const merit::value value = frame.at(row, keys);
        if (const auto* exact = std::get_if<merit::decimal_value>(&value))
            out[group] = exact->units;
        else if (const auto* whole = std::get_if<std::int64_t>(&value))
            out[group] = *whole;
        else
            out[group] = 0;  // a sum of blanks only; the oracle knows them apart
    }
    return out;
}

/// The first group that differs.
std::string difference(const sums& wanted, const sums& given) {
    for (const auto& [group, sum] : wanted) {
        const auto found = given.find(group);
        if (found == given.end()) return "no group " + group;
        if (found->second != sum) return "another value of group " + group;
    }
    for (const auto& [group, sum] : given) {
        // A group of some months is there in all of them.
        if (!wanted.contains(group) && sum != 0) return "one more group " + group;
    }
    return "";
}

struct expected {
    const char* formula;
    rule number;
};

const std::vector<expected> cases = {
    {"count(t)", [](const arrays&, std::size_t) { return 1; }},
    {"count(t where stage = \"s3\")",
     [](const arrays& t, std::size_t row) { return t.has_most(row) && t.stage[row] == 3; }},
    {"count(t where stage != \"s3\")",
     [](const arrays& t, std::size_t row) { return !(t.has_most(row) && t.stage[row] == 3); }},
    {"count(t where stage in (\"s0\", \"s2\", \"s4\", \"s6\", \"s8\", \"s10\"))",
     [](const arrays& t, std::size_t row) { return t.has_most(row) && t.stage[row] % 2 == 0; }},
    {"count(t where city < \"c2\" and stage = \"s1\")",
     [](const arrays& t, std::size_t row) {
         return t.has_some(row) && text_of("c", t.city[row]) < "c2" && t.has_most(row) &&
                t.stage[row] == 1;
     }},
    {"count(t where stage is blank)",
     [](const arrays& t, std::size_t row) { return !t.has_most(row); }},
    {"count(t.size where amount > 9000)",
     [](const arrays& t, std::size_t row) {
         return t.has_most(row) && t.amount[row] > 900'000 && t.has_some(row);
     }},
    {"sum(t.size)",
     [](const arrays& t, std::size_t row) { return t.has_some(row) ? t.size[row] : 0; }},
    {"sum(t.amount where stage = \"s3\")",
     [](const arrays& t, std::size_t row) {
         const bool kept = t.has_most(row) && t.stage[row] == 3;
         return kept && t.has_most(row) ? t.amount[row] : 0;
     }},
    {"sum(t.amount * t.size where stage = \"s5\")",
     [](const arrays& t, std::size_t row) {
         const bool kept = t.has_most(row) && t.stage[row] == 5 && t.has_some(row);
         return kept ? merit::int128{t.amount[row]} * t.size[row] : 0;
     }},
    {"sum(t.price where size = 2)",
     [](const arrays& t, std::size_t row) {
         return t.has_some(row) && t.size[row] == 2 ? t.large[row] : 0;
     }},
    {"sum(t.price)", [](const arrays& t, std::size_t row) { return t.large[row]; }},
};

void check_all(const arrays& from, const std::string& by, std::size_t keys,
               const std::function<std::string(std::size_t)>& group) {
    const merit::table table = from.table();
    merit::model model;
    model.add_table("t", table.schema()).value();
    model.define("table t { time: at }").value();
    for (const expected& one : cases) {
        const sums wanted = by_loop(from, group, one.number);
        for (const auto& [batch, threads] : {std::pair{std::size_t{2048}, 1U},
                                             {std::size_t{777}, 3U},
                                             {std::size_t{65'536}, 2U}}) {
            merit::run_options with;
            with.batch_rows = batch;
            with.threads = threads;
            INFO(std::string(one.formula), by, ", ", batch, " rows a batch, ", threads, " threads");
            CHECK(difference(wanted, by_scan(model, table, one.formula + by, keys, with)) == "");
        }
    }
}

}  // namespace

TEST_CASE("scan: without groups") {
    check_all(arrays(true), "", 0, [](std::size_t) { return ""; });
}

TEST_CASE("scan: by codes of 8 and of 16 bits, blanks among them") {
    const arrays from(true);
    const auto stage = [&](std::size_t row) {
        return (from.has_most(row) ? text_of("s", from.stage[row]) : "") + "|";
    };
    const auto city = [&](std::size_t row) {
        return (from.has_some(row) ? text_of("c", from.city[row]) : "") + "|";
    };
    check_all(from, " by stage", 1, stage);
    check_all(from, " by city, stage", 2, [&](std::size_t row) { return city(row) + stage(row); });
}

TEST_CASE("scan: by month, rows in order of time and not") {
    for (const bool in_order : {true, false}) {
        const arrays from(in_order);
        check_all(from, " by stage, month", 2, [&](std::size_t row) {
            const std::string stage = from.has_most(row) ? text_of("s", from.stage[row]) : "";
            if (!from.has_most(row)) return stage + "||";
            const auto days = std::chrono::sys_days{std::chrono::days{from.at[row] / day_us}};
            const auto month = static_cast<unsigned>(std::chrono::year_month_day{days}.month());
            return stage + "|2024-" + (month < 10 ? "0" : "") + std::to_string(month) + "|";
        });
    }
}

TEST_CASE("scan: rows that are not visible yet") {
    const arrays from(false);
    const merit::table table = from.table();
    merit::model model;
    model.add_table("t", table.schema()).value();
    model.define("table t { time: at }").value();
    merit::run_options with;
    with.as_of = (first_day + 100) * day_us;
    const sums wanted = by_loop(
        from, [](std::size_t) { return ""; },
        [](const arrays& t, std::size_t row) {
            return !t.has_most(row) || t.at[row] <= (first_day + 100) * day_us;
        });
    CHECK(by_scan(model, table, "count(t)", 0, with) == wanted);
}
