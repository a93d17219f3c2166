// What must hold of every explanation, whatever it is of.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "merit/merit.hpp"

namespace explaining {

/// What the parts of a term must add up to, digit for digit: the number that its text writes.
inline std::optional<merit::decimal_value> whole_of(const merit::value& what) {
    if (const auto* x = std::get_if<double>(&what)) return merit::written_decimal(*x);
    if (const auto* d = std::get_if<merit::decimal_value>(&what)) return *d;
    if (const auto* n = std::get_if<std::int64_t>(&what)) return merit::decimal_value{*n, 0};
    if (const auto* m = std::get_if<merit::money_value>(&what)) return m->amount;
    return std::nullopt;
}

inline std::string parts_wrong(const merit::explained_term& of) {
    if (of.operation.starts_with("contribution")) return {};
    std::vector<merit::decimal_value> all;
    for (const merit::explained_part& one : of.parts)
        if (const auto* d = std::get_if<merit::decimal_value>(&one.contribution)) all.push_back(*d);
    if (all.empty()) return {};
    const auto sum = merit::exact_sum(all);
    const auto whole = whole_of(of.value);
    if (sum && whole && merit::compare(*sum, *whole) == 0) return {};
    return fmt::format("parts of `{}` do not add up to {}\n", of.text, to_string(of.value));
}

/// Each row is counted once, and what a count says is what was kept.
inline std::string rows_wrong(const merit::explained_term& of) {
    if (!of.rows) return {};
    const merit::explained_rows& rows = *of.rows;
    std::uint64_t sum = rows.not_known_yet + rows.of_other_groups + rows.without_date +
                        rows.outside_interval + rows.kept;
    for (const merit::explained_filter& one : rows.filters) sum += one.dropped;
    if (sum != rows.all) return fmt::format("`{}`: {} of {} rows\n", of.text, sum, rows.all);
    const auto* const count = std::get_if<std::int64_t>(&of.value);
    if (of.operation == "count" && count != nullptr &&
        rows.kept - rows.blank != static_cast<std::uint64_t>(*count))
        return fmt::format("`{}` is {}, but {} rows count\n", of.text, *count,
                           rows.kept - rows.blank);
    return {};
}

inline std::string places_wrong(const merit::explanation& of) {
    for (const merit::explained_term& term : of.terms) {
        for (const merit::explained_operand& one : term.of)
            if (one.term != merit::no_term && one.term >= of.terms.size())
                return "an operand is nowhere\n";
        for (const merit::explained_part& one : term.parts)
            if (one.term != merit::no_term && one.term >= of.terms.size())
                return "a part is nowhere\n";
    }
    return {};
}

inline std::string wrong_with(const merit::explanation& of, const merit::value& cell,
                              merit::reason why) {
    std::string out = places_wrong(of);
    if (of.terms.empty()) return "there is no term\n";
    if (of.terms.front().value != cell || of.terms.front().why != why)
        out += fmt::format("the root is {}, the cell {}\n", to_string(of.terms.front().value),
                           to_string(cell));
    for (const merit::explained_term& term : of.terms) out += parts_wrong(term) + rows_wrong(term);
    if (to_text(of).empty() || to_json(of).empty()) out += "there is no text\n";
    return out;
}

using texts = std::vector<std::pair<std::string, std::string>>;  ///< table, CSV

/// The first value of a row.
inline merit::explanation explained(const texts& csv, const std::string& definitions,
                                    const std::string& request, std::size_t row,
                                    const std::string& as_of = {}, bool totals = false,
                                    const merit::explain_options& wanted = {}) {
    merit::model model;
    merit::tables data;
    for (const auto& [name, text] : csv) {
        data[name] = merit::read_csv_text(text, {}, name).value();
        model.add_table(name, data[name].schema()).value();
    }
    model.define(definitions).value();
    merit::run_options with;
    if (!as_of.empty()) with.as_of = merit::read_instant(as_of).value();
    merit::compile_options how;
    how.totals = totals;
    const merit::frame frame = model.compile(request, how).value().run(data, with).value();
    std::size_t column = 0;
    while (frame.columns()[column].role == merit::column_role::group) ++column;
    return frame.explain(row, column, wanted).value();
}

/// Without its heads and definitions.
inline std::string tree_of(const merit::explanation& of) {
    std::string text = to_text(of);
    text.erase(0, text.find("\n\n") + 2);
    const bool chinese = of.wording == merit::text_language::chinese;
    return text.substr(0, text.find(chinese ? "\n定义" : "\nDef"));
}

/// Every cell of an answer, in both wordings; says how many there are.
inline std::size_t check(const merit::frame& answer, const std::string& name) {
    std::size_t cells = 0;
    for (std::size_t row = 0; row < answer.rows(); ++row) {
        for (std::size_t column = 0; column < answer.columns().size(); ++column) {
            if (answer.columns()[column].role == merit::column_role::group) continue;
            for (const merit::text_language how :
                 {merit::text_language::english, merit::text_language::chinese}) {
                if (row != 0 && how == merit::text_language::chinese) continue;
                merit::explain_options with;
                with.rows = 3;
                with.wording = how;
                const auto told = answer.explain(row, column, with);
                const std::string wrong =
                    told ? wrong_with(*told, answer.at(row, column), answer.why(row, column))
                         : told.error().to_string();
                CHECK_MESSAGE(wrong.empty(), name << ", row " << row + 1 << ", column "
                                                  << column + 1 << ": " << wrong);
            }
            ++cells;
        }
    }
    return cells;
}

}  // namespace explaining
