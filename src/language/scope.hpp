// Where an expression stands, what definitions need each other, and what types are alike.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "language/ast.hpp"
#include "language/program.hpp"

namespace merit::language {

inline constexpr type int_type{.kind = type_kind::int64};
inline constexpr type double_type{.kind = type_kind::float64};
inline constexpr type text_type{.kind = type_kind::text};
inline constexpr type boolean_type{.kind = type_kind::boolean};

struct scope;

/// A `def` argument: text of the caller, read in the caller's scope.
struct closure {
    std::uint32_t document;
    node_id node;
    const scope* in;
    std::size_t calls = 0;  ///< of definitions, around the one whose argument it is
};

/// A definition that others need by its name.
struct wanted {
    enum class kind : std::uint8_t {
        kpi,
        constant,
        column,
        attribute,
        tiers,
        scorecard,
        funnel
    } what;
    std::string name;
    table_id table = nothing;  ///< of a column; of an attribute: the entity
    friend auto operator<=>(const wanted&, const wanted&) = default;
};

/// How a bare name of a row expression resolves.
enum class naming : std::uint8_t {
    columns,  ///< in an aggregate's brackets: a column of its table, then let or param
    context   ///< in `by` and a request's where: an entity, a column, or an attribute of a
              ///< referenced entity
};

/// Where an expression stands.
struct scope {
    std::uint32_t document = 0;
    table_id table = nothing;  ///< row expressions: the table
    naming names = naming::columns;
    bool results = false;  ///< having and sort: names of dimensions and shown columns are known
    const std::map<std::string, closure, std::less<>>* locals = nullptr;  ///< def arguments
    const std::vector<std::uint32_t>* per = nullptr;  ///< group terms of a nested aggregate: the
                                                      ///< entities that group
};

/// A part of a weighted sum.
struct weighed {
    node_id node = nothing;
    term_id of = nothing;
    decimal_value weight;
    std::string text;
};

/// A property of a table that is understood once all tables are known.
struct said_split {
    table_id table;
    std::uint32_t document;
    node_id node;
};

/// A column declared `money(…)`: one currency, or the column that holds each row's.
struct money_column {
    std::string currency;
    std::uint32_t column = nothing;
};

/// A part of a scorecard.
struct scorecard_part {
    term_id raw, score;
    value weight;
    node_id node;
    std::string name, label, unit;
};

/// "month", "fiscal_year"; empty for none.
[[nodiscard]] std::string unit_name_of(unit u);

[[nodiscard]] inline bool is_number(const type& t) {
    return t.kind == type_kind::int64 || t.kind == type_kind::decimal ||
           t.kind == type_kind::float64;
}
[[nodiscard]] inline bool is_exact(const type& t) {
    return t.kind == type_kind::int64 || t.kind == type_kind::decimal;
}
/// Two amounts of money that can never be of one currency.
[[nodiscard]] inline bool currencies_differ(const type& a, const type& b) {
    return a.currency[0] != 0 && b.currency[0] != 0 &&
           std::string_view(a.currency) != std::string_view(b.currency);
}
[[nodiscard]] inline bool is_time(const type& t) {
    return t.kind == type_kind::date || t.kind == type_kind::timestamp;
}

}  // namespace merit::language
