// Random tables go out as CSV in random spellings and must come back equal; random rubbish must end
// in a table or a located error. MERIT_SEED=n runs another series.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <random>

#include "merit/csv.hpp"

using namespace merit;

namespace {

std::uint64_t first_seed() {
    const char* asked = std::getenv("MERIT_SEED");
    return asked == nullptr ? 20260331 : std::strtoull(asked, nullptr, 10);
}

class chance {
public:
    explicit chance(std::uint64_t seed) : random_(seed) {}
    std::size_t below(std::size_t limit) { return random_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    std::int64_t bits(unsigned most) {
        const auto number = static_cast<std::int64_t>(random_() >> (64 - most + below(most)));
        return one_in(2) ? number : -number;
    }
    std::string pieces(std::initializer_list<const char*> from, std::size_t most) {
        std::string out;
        for (std::size_t left = below(most + 1); left != 0; --left) {
            out += from.begin()[below(from.size())];
        }
        return out;
    }

private:
    std::mt19937_64 random_;
};

/// One column: what it is called, what its cells are, and how they are written.
struct made_column {
    std::string type;
    std::vector<value> cells;
    std::vector<std::string> written;
};

struct maker {
    chance& luck;

    std::pair<value, std::string> integer() {
        const std::int64_t number = luck.bits(62);
        return {number, fmt::format("{}", number)};
    }
    std::pair<value, std::string> decimal(std::uint8_t scale) {
        // Written with as many digits as it needs, or more.
        std::string text = to_string(decimal_value{luck.bits(40), scale});
        while (text.back() == '0' && text[text.size() - 2] != '.' && luck.one_in(2)) {
            text.pop_back();
        }
        const std::size_t digits = text.size() - text.find('.') - 1;
        int128 units = 0;
        for (const char c : text) units = c == '.' || c == '-' ? units : units * 10 + (c - '0');
        for (std::size_t i = digits; i < scale; ++i) units *= 10;
        return {decimal_value{text[0] == '-' ? -units : units, scale}, text};
    }
    std::pair<value, std::string> real() {
        const double number = static_cast<double>(luck.bits(60)) / 1024.0;
        return {number, fmt::format("{:.17e}", number)};
    }
    std::pair<value, std::string> boolean() {
        const bool flag = luck.one_in(2);
        const char* words[] = {"false", "False", "true", "TRUE"};
        return {flag, words[luck.below(2) + (flag ? 2 : 0)]};
    }
    std::pair<value, std::string> date() {
        const date_value day{static_cast<std::int32_t>(luck.below(60'000)) - 20'000};
        return {day, to_string(value(day))};
    }
    std::pair<value, std::string> timestamp() {
        const timestamp_value at{luck.bits(50)};
        std::string text = to_string(value(at));
        if (luck.one_in(2)) text.pop_back();
        if (luck.one_in(2)) text[10] = ' ';
        return {at, text};
    }
    std::pair<value, std::string> text() {
        std::string text =
            "x" + luck.pieces({"a", "\"", ",", "\n", "\r\n", " ", "é", "中", "7"}, 6);
        return {text, text};
    }
    std::pair<value, std::string> cell(std::size_t kind) {
        switch (kind) {
            case 0:
                return integer();
            case 1:
                return decimal(3);
            case 2:
                return real();
            case 3:
                return boolean();
            case 4:
                return date();
            case 5:
                return timestamp();
            default:
                return text();
        }
    }
};

made_column make_column(chance& luck, std::size_t rows) {
    static const char* types[] = {"int",  "decimal(3)", "double", "bool",
                                  "date", "timestamp",  "text"};
    // The cell that settles the type stands anywhere, so that it is often found late.
    static const std::pair<value, std::string> settling[] = {
        {std::int64_t{5}, "5"},
        {decimal_value{125, 3}, "0.125"},
        {1e10, "1e10"},
        {true, "true"},
        {date_value{0}, "1970-01-01"},
        {timestamp_value{60'000'000}, "1970-01-01T00:01"},
        {std::string("x"), "x"},
    };
    const std::size_t kind = luck.below(7);
    const std::size_t blanks = 1 + luck.below(4);
    const std::size_t settled = luck.below(rows);
    made_column out;
    out.type = types[kind];
    maker make{luck};
    for (std::size_t row = 0; row < rows; ++row) {
        std::pair<value, std::string> cell = make.cell(kind);
        if (blanks < 4 && luck.below(4) < blanks) {
            cell = {blank_value{}, kind != 6 && luck.one_in(8) ? "  " : ""};
        }
        if (row == settled) cell = settling[kind];
        out.cells.push_back(std::move(cell.first));
        out.written.push_back(std::move(cell.second));
    }
    return out;
}

std::string quoted(chance& luck, const std::string& cell, char separator) {
    const bool needed = cell.find_first_of(std::string("\"\r\n") + separator) != cell.npos;
    if (!needed && !luck.one_in(6)) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

std::string written(chance& luck, const std::vector<made_column>& columns, char separator) {
    const char* line_end = luck.one_in(2) ? "\n" : "\r\n";
    std::string out = luck.one_in(3) ? "\xEF\xBB\xBF" : "";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        out += fmt::format("{}c{}", i == 0 ? std::string() : std::string(1, separator), i);
    }
    for (std::size_t row = 0; row < columns[0].cells.size(); ++row) {
        out += line_end;
        std::string line;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i != 0) line += separator;
            line += quoted(luck, columns[i].written[row], separator);
        }
        out += line.empty() ? "\"\"" : line;  // a blank line at the end would be no row
    }
    return luck.one_in(2) ? out + line_end : out;
}

void round_trip(std::uint64_t seed) {
    CAPTURE(seed);
    chance luck(seed);
    const std::size_t rows = 1 + luck.below(luck.one_in(4) ? 4'000 : 30);
    std::vector<made_column> columns;
    for (std::size_t left = 1 + luck.below(5); left != 0; --left) {
        columns.push_back(make_column(luck, rows));
    }
    csv_options options;
    options.separator = ",;\t|"[luck.below(4)];
    const result<table> read = read_csv_text(written(luck, columns, options.separator), options);
    REQUIRE_MESSAGE(read, read.error().to_string());
    REQUIRE(read->rows() == rows);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        CAPTURE(i);
        REQUIRE(read->at(i).type().to_string() == columns[i].type);
        for (std::size_t row = 0; row < rows; ++row) {
            CAPTURE(row);
            REQUIRE(read->at(i).at(row) == columns[i].cells[row]);
        }
    }
}

csv_options any_options(chance& luck) {
    csv_options out;
    out.spaces = luck.one_in(5);
    out.header = !luck.one_in(4);
    out.skip_bad_rows = luck.one_in(2);
    if (luck.one_in(4)) out.blank = "a";
    if (!out.header) {
        const type_kind kinds[] = {type_kind::int64,     type_kind::decimal,  type_kind::date,
                                   type_kind::timestamp, type_kind::duration, type_kind::text};
        out.types["c1"].kind = kinds[luck.below(6)];
        if (luck.one_in(3)) out.types["c1"].patterns = {"H:MM", "D/M/YYYY"};
    }
    return out;
}

/// Whatever was read must be sound: every cell can be asked, every error has a message.
void check_sound(const result<table>& read) {
    if (!read) {
        REQUIRE(!read.error().diagnostics().empty());
        for (const diagnostic& each : read.error().diagnostics()) REQUIRE(!each.message.empty());
        return;
    }
    for (std::size_t i = 0; i < read->schema().fields.size(); ++i) {
        REQUIRE(read->at(i).size() == read->rows());
        for (std::size_t row = 0; row < read->rows(); ++row) (void)to_string(read->at(i).at(row));
        (void)read->at(i).zones();
    }
    for (const diagnostic& each : read->notes()) (void)each.to_string();
}

}  // namespace

TEST_CASE("a random table survives its way through CSV") {
    MESSAGE("first seed ", first_seed());
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 300; ++seed) round_trip(seed);
}

TEST_CASE("rubbish ends in a table or an error") {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 4'000; ++seed) {
        CAPTURE(seed);
        chance luck(seed);
        std::string text = luck.pieces(
            {"a",          "1",      ",",    ",",    "\"",   "\n",  "\n",    "\r",
             " ",          "é",      "\xC3", "\xFF", ".",    "-",   "e",     ":",
             "2024-01-31", "T10:00", "+08",  "nan",  "true", "007", "1e999", "99999999999999999999",
             "/",          "\t"},
            luck.one_in(20) ? 6'000 : 40);
        check_sound(read_csv_text(text, any_options(luck)));
    }
}

TEST_CASE("a damaged table ends in a table or an error") {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 300; ++seed) {
        CAPTURE(seed);
        chance luck(seed);
        std::vector<made_column> columns;
        for (int i = 0; i < 3; ++i) columns.push_back(make_column(luck, 1 + luck.below(50)));
        for (made_column& each : columns) {
            each.cells.resize(columns[0].cells.size());
            each.written.resize(columns[0].cells.size());
        }
        std::string text = written(luck, columns, ',');
        for (std::size_t left = luck.below(6); left != 0; --left) {
            text[luck.below(text.size())] = static_cast<char>(luck.below(256));
        }
        if (luck.one_in(3)) text.resize(luck.below(text.size()));
        check_sound(read_csv_text(text, any_options(luck)));
    }
}
