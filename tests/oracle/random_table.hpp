// Random tables: deals and tickets that refer to reps and customers, with every kind of column and
// every kind of gap.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "merit/schema.hpp"
#include "merit/table.hpp"
#include "oracle/dice.hpp"
#include "oracle/values.hpp"

namespace oracle {

struct column_spec {
    std::string name;
    type is;
    std::vector<value> cells;
    std::string money = {};  ///< its currency where it is money: `ccy`, `"USD"`
};

/// What a row expression can name: text as written in an aggregate's brackets.
struct member {
    std::string path;
    type_kind kind;
    std::string currency = {};  ///< of money: USD; nothing where each row has its own
};

struct reference_spec {
    std::string role;
    std::string entity;
    std::string column;
};

struct table_spec {
    std::string name;
    std::string entity;  ///< one row per …
    std::string key;
    std::string time;
    std::string recorded;
    std::string planned;  ///< a date that `as of` does not cut
    std::string order;
    std::string view_of;
    std::string kept;    ///< condition of a view
    std::string kind;    ///< what its rows are in time
    std::string split;   ///< whose its rows are
    bool aside = false;  ///< no formula speaks of it
    std::vector<reference_spec> references;
    std::vector<column_spec> columns;
    std::vector<member> computed;
    std::size_t rows = 0;

    const column_spec* find(const std::string& wanted) const {
        for (const column_spec& one : columns) {
            if (one.name == wanted) return &one;
        }
        return nullptr;
    }
};

inline constexpr std::int64_t day_length = 86'400'000'000;
inline constexpr std::int32_t first_day = 20'393;  ///< 2025-11-01

/// How the cells of one column are spread.
struct spread {
    unsigned blanks = 0;  ///< percent
    bool constant = false;
    bool skewed = false;
};

class table_maker {
public:
    explicit table_maker(dice& with) : dice_(with) {}

    std::size_t row_count() {
        switch (dice_.weighted({6, 8, 40, 36, 10})) {
            case 0:
                return 0;
            case 1:
                return 1;
            case 2:
                return dice_.below(10) + 2;
            case 3:
                return dice_.below(20) + 10;
            default:
                return dice_.below(50) + 20;
        }
    }

    column_spec column(std::string name, const type& is, std::size_t rows) {
        column_spec out{std::move(name), is, {}};
        const spread how = any_spread();
        const std::vector<std::string> texts = text_pool();
        const auto size = dice_.below(4);
        std::optional<value> kept;
        for (std::size_t row = 0; row < rows; ++row) {
            if (dice_.chance(how.blanks)) {
                out.cells.emplace_back();
                continue;
            }
            value one = kept && (how.constant || (how.skewed && dice_.chance(80)))
                            ? *kept
                            : random_value(is, size, texts);
            if (!kept) kept = one;
            out.cells.push_back(std::move(one));
        }
        return out;
    }

    /// Texts out of a few; an empty one stands for a blank.
    column_spec texts_of(std::string name, std::size_t rows, const std::vector<std::string>& all) {
        column_spec out{std::move(name), key_type(true), {}};
        for (std::size_t row = 0; row < rows; ++row) {
            const std::string& one = dice_.pick(all);
            out.cells.push_back(one.empty() ? value{} : value{one});
        }
        return out;
    }

    /// Keys of an entity's table, each once.
    static column_spec own_keys(std::string name, bool text, std::size_t rows) {
        column_spec out{std::move(name), key_type(text), {}};
        for (std::size_t row = 0; row < rows; ++row)
            out.cells.push_back(key(text, static_cast<std::int64_t>(rows - row)));
        return out;
    }

    /// Keys of an entity's table whose rows last: one row each, or one version after the other.
    void lasting(table_spec& to, const std::string& name, bool text, bool versions) {
        column_spec keys{name, key_type(text), {}};
        column_spec begun{"begun", {.kind = type_kind::date}, {}};
        column_spec ended{"ended", {.kind = type_kind::date}, {}};
        for (std::size_t i = to.rows; i > 0; --i) {
            const std::size_t n = versions ? dice_.below(3) + 1 : 1;
            std::int32_t day = first_day - 60 + static_cast<std::int32_t>(dice_.below(150));
            for (std::size_t one = 0; one < n; ++one) {
                keys.cells.push_back(key(text, static_cast<std::int64_t>(i)));
                const bool always = one == 0 && dice_.chance(versions ? 30 : 5);
                begun.cells.push_back(always ? value{} : value{merit::date_value{day}});
                day += static_cast<std::int32_t>(dice_.below(80)) + (versions ? 1 : 0);
                const bool open = one + 1 == n && dice_.chance(60);
                ended.cells.push_back(open ? value{} : value{merit::date_value{day}});
                if (dice_.chance(15)) day += static_cast<std::int32_t>(dice_.below(40));
            }
        }
        to.rows = keys.cells.size();
        for (column_spec* one : {&keys, &begun, &ended}) to.columns.push_back(std::move(*one));
    }

    /// References, some blank, some to nobody.
    column_spec keys_to(std::string name, bool text, std::size_t known, std::size_t rows) {
        column_spec out{std::move(name), key_type(text), {}};
        const unsigned blanks = dice_.chance(60) ? 0 : 15;
        const auto highest = static_cast<std::int64_t>(known) + (dice_.chance(50) ? 2 : 0);
        for (std::size_t row = 0; row < rows; ++row) {
            if (dice_.chance(blanks))
                out.cells.emplace_back();
            else
                out.cells.push_back(
                    key(text, dice_.between(1, std::max<std::int64_t>(highest, 1))));
        }
        return out;
    }

    static type key_type(bool text) { return {.kind = text ? type_kind::text : type_kind::int64}; }

private:
    static value key(bool text, std::int64_t number) {
        return text ? value("k" + std::to_string(number)) : value(number);
    }

    spread any_spread() {
        spread out;
        out.blanks =
            std::vector<unsigned>{0, 0, 10, 30, 80, 100}[dice_.weighted({30, 15, 25, 18, 8, 4})];
        out.constant = dice_.chance(6);
        out.skewed = dice_.chance(20);
        return out;
    }

    std::vector<std::string> text_pool() {
        std::vector<std::string> all{"won",   "lost", "open", "East",       "West",
                                     " a b ", "",     "é É",  "客户",       "Zeta",
                                     "10",    "3.5",  "-2",   "2026-01-05", "a/b/c",
                                     "aXbX",  "éa",   "B",    "b",          "2/29/2024"};
        std::vector<std::string> out;
        const std::size_t n = dice_.below(5) + 2;
        while (out.size() < n) {
            const std::string& one = dice_.pick(all);
            if (!one.empty() || dice_.chance(30)) out.push_back(one);
        }
        return out;
    }

    double random_double(std::size_t size) {
        switch (size) {
            case 0:
                return static_cast<double>(dice_.between(-40, 400)) / 8;
            case 1:
                return static_cast<double>(dice_.between(-500, 5000)) / 10;
            case 2:
                return static_cast<double>(dice_.between(-1'000'000, 1'000'000)) / 999.7;
            default:
                return dice_.chance(20) ? (dice_.chance(50) ? 1e15 : -1e15)
                                        : static_cast<double>(dice_.between(1, 100)) / 7;
        }
    }

    std::int32_t random_day() {
        const std::int32_t length = dice_.chance(85) ? 150 : 600;
        return first_day + static_cast<std::int32_t>(dice_.below(static_cast<std::size_t>(length)));
    }

    value random_value(const type& is, std::size_t size, const std::vector<std::string>& texts) {
        const std::int64_t reach = std::vector<std::int64_t>{5, 50, 5'000, 2'000'000}[size];
        switch (is.kind) {
            case type_kind::boolean:
                return dice_.chance(50);
            case type_kind::int64:
                return dice_.between(dice_.chance(30) ? -reach : 0, reach);
            case type_kind::decimal:
                return merit::decimal_value{dice_.between(-reach, 20 * reach), is.scale};
            case type_kind::float64:
                return random_double(size);
            case type_kind::text:
                return dice_.pick(texts);
            case type_kind::date:
                return merit::date_value{random_day()};
            case type_kind::timestamp: {
                const std::int64_t second =
                    dice_.chance(40) ? dice_.between(0, 3) * 21'600 - 1 : dice_.between(0, 86'399);
                return merit::timestamp_value{random_day() * day_length + second * 1'000'000};
            }
            default:
                return merit::duration_value{
                    static_cast<double>(dice_.between(-10, 400) * 1'800'000'000)};
        }
    }

    dice& dice_;
};

/// Validity words for the cells that are present.
inline std::vector<std::uint64_t> validity_of(const std::vector<value>& cells) {
    std::vector<std::uint64_t> out((cells.size() + 63) / 64, 0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!blank(cells[i])) out[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    return out;
}

template <class Stored, class Held>
std::vector<Stored> stored_of(const std::vector<value>& cells, const auto& read) {
    std::vector<Stored> out;
    for (const value& one : cells) out.push_back(blank(one) ? Stored{} : read(std::get<Held>(one)));
    return out;
}

inline merit::column column_of(const column_spec& from) {
    const auto& cells = from.cells;
    const auto valid = validity_of(cells);
    const auto same = [](const auto& x) { return x; };
    switch (from.is.kind) {
        case type_kind::boolean:
            return merit::column::of_bool(
                stored_of<std::uint8_t, bool>(
                    cells, [](bool x) { return static_cast<std::uint8_t>(x ? 1 : 0); }),
                valid);
        case type_kind::int64:
            return merit::column::of_int64(stored_of<std::int64_t, std::int64_t>(cells, same),
                                           valid);
        case type_kind::decimal:
            return merit::column::of_decimal(
                stored_of<std::int64_t, merit::decimal_value>(
                    cells, [](auto x) { return static_cast<std::int64_t>(x.units); }),
                from.is.scale, valid);
        case type_kind::float64:
            return merit::column::of_double(stored_of<double, double>(cells, same), valid);
        case type_kind::date:
            return merit::column::of_date(
                stored_of<std::int32_t, merit::date_value>(cells, [](auto x) { return x.days; }),
                valid);
        case type_kind::timestamp:
            return merit::column::of_timestamp(stored_of<std::int64_t, merit::timestamp_value>(
                                                   cells, [](auto x) { return x.microseconds; }),
                                               valid);
        case type_kind::duration:
            return merit::column::of_duration(
                stored_of<std::int64_t, merit::duration_value>(
                    cells, [](auto x) { return static_cast<std::int64_t>(x.microseconds); }),
                valid);
        default: {
            std::vector<std::optional<std::string_view>> texts;
            for (const value& one : cells) {
                const auto* text = std::get_if<std::string>(&one);
                texts.push_back(text == nullptr ? std::nullopt
                                                : std::optional<std::string_view>(*text));
            }
            return merit::column::of_text(std::span(texts));
        }
    }
}

inline merit::table table_of(const table_spec& from) {
    std::vector<std::pair<std::string, merit::column>> columns;
    for (const column_spec& one : from.columns) columns.emplace_back(one.name, column_of(one));
    return merit::table::make(std::move(columns)).value();
}

}  // namespace oracle
