// What must hold between two answers of the engine, whatever they are: over random requests.
#include <doctest/doctest.h>

#include <regex>

#include "oracle/shrinking.hpp"

namespace {

using oracle::model_spec;
using oracle::outcome;
using oracle::request_spec;
using oracle::table_spec;

constexpr std::uint64_t first_seed = 20'260'612;
constexpr std::uint64_t models = 60;

outcome answer_to(const model_spec& model, const request_spec& asked) {
    const auto query = oracle::compiled(model, asked);
    if (!query) return {{}, query.error().to_string()};
    return oracle::of_engine(*query, model, oracle::data_of(model), 2048, 1);
}

bool same_bits(const outcome& a, const outcome& b) {
    return a.error == b.error && oracle::identical(a.rows, b.rows);
}

/// The tables that hold rows of their own.
template <class What>
void each_table(model_spec& of, const What& what) {
    for (table_spec& one : of.tables) {
        if (one.view_of.empty()) what(one);
    }
}

void shuffle(table_spec& rows, oracle::dice& roll) {
    for (std::size_t left = rows.rows; left > 1; --left) {
        const std::size_t other = roll.below(left);
        for (oracle::column_spec& one : rows.columns)
            std::swap(one.cells[left - 1], one.cells[other]);
    }
}

/// Keeps the rows that `keeps` says.
template <class Keeps>
void keep(table_spec& rows, const Keeps& keeps) {
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < rows.rows; ++row) {
        if (keeps(row)) kept.push_back(row);
    }
    for (oracle::column_spec& one : rows.columns) {
        std::vector<oracle::value> cells;
        for (const std::size_t row : kept) cells.push_back(one.cells[row]);
        one.cells = std::move(cells);
    }
    rows.rows = kept.size();
}

std::string renamed(const std::string& text) {
    static const std::regex names(
        R"(\b(amount|qty|price|won|stage|opened|closed|points|asked|quota|hired|team|seats)\b)"
        R"((?!"))");
    return std::regex_replace(text, names, "$1_by_another_name");
}

model_spec renamed(model_spec of) {
    of.definitions = renamed(of.definitions);
    for (table_spec& one : of.tables) {
        for (oracle::column_spec& column : one.columns) column.name = renamed(column.name);
    }
    return of;
}

request_spec renamed(request_spec of) {
    for (std::string& one : of.shown) one = renamed(one);
    for (std::string& one : of.by) one = renamed(one);
    of.where = renamed(of.where);
    of.having = renamed(of.having);
    of.sort = renamed(of.sort);
    return of;
}

/// Aggregates of deals, grouped, and conditions on their rows.
struct deals_words {
    explicit deals_words(model_spec& of, oracle::dice& roll) : dice(roll) {
        for (std::size_t i = 0; i < of.tables.size(); ++i) {
            if (of.tables[i].name == "deals") table = i;
        }
        members = oracle::members_of(of.tables, table);
        // What looks at other rows changes when these are not there.
        std::erase_if(members, [](const oracle::member& one) {
            const auto all = {"_beside", "_first", "_n", "_pieces", "_worked", "_weighed"};
            return std::any_of(std::begin(all), std::end(all),
                               [&](const char* end) { return one.path.ends_with(end); });
        });
        named = members;
        for (oracle::member& one : named) one.path = "deals." + one.path;
    }

    std::string number() { return oracle::row_words(dice, named, names, "").number(2); }
    std::string condition() { return oracle::row_words(dice, members, names, "").condition(2); }

    oracle::dice& dice;
    oracle::known_names names;
    std::vector<oracle::member> members;
    std::vector<oracle::member> named;
    std::size_t table = 0;
};

request_spec grouped(std::vector<std::string> shown, oracle::dice& roll) {
    request_spec out;
    out.shown = std::move(shown);
    out.by = {roll.pick({"customer", "deals.note", "deals.won"})};
    return out;
}

double number_in(const oracle::cell& what) {
    return oracle::blank(what) ? 0 : oracle::number_of(what.value).nearest();
}

bool close(double a, double b) {
    return std::abs(a - b) <= 1e-9 * (1 + std::max(std::abs(a), std::abs(b)));
}

}  // namespace

namespace {

/// Errors that random rows bring: overflow, shares that do not sum up, currencies and their rates.
bool of_the_data(const std::string& code) {
    return code == "E310" || code == "E814" || code == "E220" || code == "E223" || code == "E853";
}

}  // namespace

TEST_CASE("shuffling the rows changes no bit") {
    std::size_t compared = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + models; ++seed) {
        const model_spec model = oracle::model_maker(seed).make(6, 4);
        model_spec other = model;
        oracle::dice roll(seed);
        each_table(other, [&](table_spec& one) { shuffle(one, roll); });
        for (const request_spec& asked : model.requests) {
            CHECK_MESSAGE(same_bits(answer_to(model, asked), answer_to(other, asked)),
                          oracle::report_of(model, asked));
            ++compared;
        }
    }
    MESSAGE(compared << " requests from seed " << first_seed);
}

TEST_CASE("other names change nothing") {
    std::size_t compared = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + models; ++seed) {
        const model_spec model = oracle::model_maker(seed).make(6, 4);
        const model_spec other = renamed(model);
        for (const request_spec& asked : model.requests) {
            CHECK_MESSAGE(same_bits(answer_to(model, asked), answer_to(other, renamed(asked))),
                          oracle::report_of(model, asked)
                              << answer_to(other, renamed(asked)).error);
            ++compared;
        }
    }
    MESSAGE(compared << " requests from seed " << first_seed);
}

TEST_CASE("where p and where not p are the whole of every additive aggregate") {
    std::size_t compared = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + models; ++seed) {
        model_spec model = oracle::model_maker(seed).make(0, 0);
        oracle::dice roll(seed);
        deals_words words(model, roll);
        const std::string x = words.number();
        const std::string p = words.condition();
        const auto three = [&](const std::string& how, const std::string& argument) {
            const std::string head = how + "(" + argument + " where deals.deal_id is not blank";
            return std::vector<std::string>{head + " and " + p + ") as a",
                                            head + " and not " + p + ") as b", head + ") as c"};
        };
        for (const auto& shown :
             {three("count", "deals"), three("sum", "(" + x + ")"),
              three("count_if", "(" + x + ") > 1"), three("count", "(" + x + ")")}) {
            const request_spec asked = grouped(shown, roll);
            const outcome out = answer_to(model, asked);
            if (of_the_data(out.error)) continue;
            REQUIRE_MESSAGE(out.error.empty(), asked.text() << "\n" << out.error);
            for (const auto& row : out.rows.rows) {
                CHECK_MESSAGE(close(number_in(row[1]) + number_in(row[2]), number_in(row[3])),
                              oracle::report_of(model, asked));
                ++compared;
            }
        }
    }
    MESSAGE(compared << " cells from seed " << first_seed);
}

TEST_CASE("the parts of any split of the rows merge to the whole") {
    std::size_t compared = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + models; ++seed) {
        const model_spec whole = oracle::model_maker(seed).make(0, 0);
        oracle::dice roll(seed);
        model_spec given = whole;
        deals_words words(given, roll);
        const std::string x = words.number();
        std::vector<bool> first;
        for (std::size_t row = 0; row < whole.tables[words.table].rows; ++row)
            first.push_back(roll.chance(50));
        model_spec parts[2] = {whole, whole};
        keep(parts[0].tables[words.table], [&](std::size_t row) { return first[row]; });
        keep(parts[1].tables[words.table], [&](std::size_t row) { return !first[row]; });
        const request_spec asked =
            grouped({"count(deals) as n", "sum((" + x + ") where deals.deal_id is not blank) as s",
                     "min((" + x + ") where deals.deal_id is not blank) as low"},
                    roll);
        const outcome all = answer_to(whole, asked);
        if (of_the_data(all.error)) continue;
        REQUIRE_MESSAGE(all.error.empty(), asked.text() << "\n" << all.error);
        for (const auto& row : all.rows.rows) {
            double count = 0;
            double sum = 0;
            std::optional<double> low;
            for (const model_spec& part : parts) {
                for (const auto& here : answer_to(part, asked).rows.rows) {
                    if (oracle::order_of(here[0].value, row[0].value) != 0) continue;
                    count += number_in(here[1]);
                    sum += number_in(here[2]);
                    if (!oracle::blank(here[3]))
                        low = std::min(low.value_or(number_in(here[3])), number_in(here[3]));
                }
            }
            const bool same = close(count, number_in(row[1])) && close(sum, number_in(row[2])) &&
                              low.has_value() == !oracle::blank(row[3]) &&
                              (!low || *low == number_in(row[3]));
            CHECK_MESSAGE(same, oracle::report_of(whole, asked));
            ++compared;
        }
    }
    MESSAGE(compared << " groups from seed " << first_seed);
}

TEST_CASE("a filter is the same as rows that are not there") {
    std::size_t compared = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + models; ++seed) {
        const model_spec whole = oracle::model_maker(seed).make(0, 0);
        oracle::dice roll(seed);
        model_spec part = whole;
        deals_words words(part, roll);
        const oracle::column_spec* stage = whole.tables[words.table].find("stage");
        std::string wanted = "won";
        for (const oracle::value& one : stage->cells) {
            const auto* text = std::get_if<std::string>(&one);
            if (text != nullptr && !text->empty()) wanted = *text;
        }
        const std::vector<oracle::value> cells = stage->cells;
        keep(part.tables[words.table],
             [&](std::size_t row) { return cells[row] == oracle::value(wanted); });
        const std::string x = "((" + words.number() + ") where deals.deal_id is not blank)";
        request_spec asked = grouped({"count(deals) as n", "sum" + x + " as s",
                                      "median" + x + " as m", "count_distinct" + x + " as d"},
                                     roll);
        if (roll.chance(50)) asked.by = {"deals.note", "deals.won"};
        request_spec filtered = asked;
        filtered.where = "stage = \"" + wanted + "\"";
        CHECK_MESSAGE(same_bits(answer_to(whole, filtered), answer_to(part, asked)),
                      oracle::report_of(whole, filtered));
        ++compared;
    }
    MESSAGE(compared << " requests from seed " << first_seed);
}
