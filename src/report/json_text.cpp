// Frames as JSON. Numbers are written as text, for a JSON library's doubles would round decimals
// and integers beyond 2^53.
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/decimal.hpp"
#include "merit/report.hpp"

namespace merit {

namespace report_text {

namespace {

using nlohmann::ordered_json;

/// One line; bytes that are not UTF-8 become U+FFFD.
std::string dump(const ordered_json& what) {
    return what.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string cell_json(const value& cell, const type& column) {
    if (std::holds_alternative<blank_value>(cell)) return "null";
    if (const auto* real = std::get_if<double>(&cell); real != nullptr && !std::isfinite(*real)) {
        return "null";
    }
    // The column's type names the currency; without it each cell has to.
    if (const auto* money = std::get_if<money_value>(&cell);
        money != nullptr && column.kind == type_kind::money && column.currency[0] != '\0') {
        return shortest_text(money->amount);
    }
    const bool plain =
        std::holds_alternative<bool>(cell) || std::holds_alternative<std::int64_t>(cell) ||
        std::holds_alternative<decimal_value>(cell) || std::holds_alternative<double>(cell) ||
        std::holds_alternative<duration_value>(cell);
    return plain ? shortest_text(cell) : dump(shortest_text(cell));
}

/// "name":[ … ] with one item a line.
std::string list_json(std::string_view name, const std::vector<std::string>& items) {
    std::string out = "\"" + std::string(name) + "\":[";
    for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "\n" : ",\n") + items[i];
    return out + (items.empty() ? "]" : "\n]");
}

}  // namespace

}  // namespace report_text

std::string to_json(const frame& what) {
    using report_text::ordered_json;
    std::vector<std::string> columns;
    std::vector<std::string> rows;
    std::vector<std::string> flags;
    for (const frame_column& column : what.columns()) {
        ordered_json head;
        head["name"] = column.name;
        head["type"] = column.type.to_string();
        head["unit"] = column.unit;
        columns.push_back(report_text::dump(head));
    }
    for (std::size_t row = 0; row < what.rows(); ++row) {
        std::string line = "[";
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (column != 0) line += ',';
            line += report_text::cell_json(what.at(row, column), what.columns()[column].type);
            const reason why = what.why(row, column);
            if (why == reason::none) continue;
            ordered_json flag;
            flag["row"] = row;
            flag["column"] = column;
            flag["reason"] = to_string(why);
            flags.push_back(report_text::dump(flag));
        }
        rows.push_back(line + "]");
    }
    std::vector<std::string> tables;
    for (const table_coverage& one : what.coverage()) {
        ordered_json covers;
        covers["table"] = one.table;
        covers["seen"] = one.seen;
        covers["rows"] = one.rows;
        tables.push_back(report_text::dump(covers));
    }
    const std::string coverage =
        tables.empty() ? "" : ",\n" + report_text::list_json("coverage", tables);
    return "{" + report_text::list_json("columns", columns) + ",\n" +
           report_text::list_json("rows", rows) + ",\n" + report_text::list_json("flags", flags) +
           coverage + "}\n";
}

}  // namespace merit
