// The published figures of tests/data/*/expected.json, and what formulas are compared with them.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "merit/merit.hpp"

namespace published {

using nlohmann::json;

inline const std::string root = MERIT_SOURCE_DIR;

inline std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// One value of expected.json: its group ("" when there is one row), its field, what it must be.
struct leaf {
    std::string group;
    std::string field;
    json value;
};

inline void add_fields(const std::string& group, const std::string& field, const json& value,
                       std::vector<leaf>& into) {
    if (value.is_object()) {
        for (const auto& [name, inside] : value.items())
            add_fields(group, field.empty() ? name : field + "." + name, inside, into);
    } else {
        into.push_back({group, field, value});
    }
}

/// A list holds ranked rows, rows whose first cell is the group, names, or plain fields 0, 1, ….
inline std::vector<leaf> leaves_of_list(const json& list) {
    std::vector<leaf> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const json& one = list[i];
        if (one.is_object()) {
            const std::string group = one.value("key", "");
            for (const auto& [name, inside] : one.items()) {
                if (name != "key") out.push_back({group, name, inside});
            }
        } else if (one.is_array() && one.size() == 1) {
            out.push_back({"", "0", one[0]});
        } else if (one.is_array()) {
            for (std::size_t j = 1; j < one.size(); ++j)
                if (!one[j].is_string()) out.push_back({one[0], fmt::format("{}", j), one[j]});
        } else if (one.is_string()) {
            out.push_back({one, "", one});
        } else {
            add_fields("", fmt::format("{}", i), one, out);
        }
    }
    return out;
}

/// `grouped`: the names of an object are groups, not fields.
inline std::vector<leaf> leaves_of(const json& kpi, bool grouped) {
    const json& value = kpi["value"];
    std::vector<leaf> out;
    if (value.is_array()) {
        out = leaves_of_list(value);
    } else if (value.is_object() && grouped) {
        for (const auto& [group, inside] : value.items())
            add_fields(group == "None" ? "" : group, inside.is_object() ? "" : "value", inside,
                       out);
    } else {
        add_fields("", value.is_object() ? "" : "value", value, out);
    }
    for (const char* const part : {"num", "den"}) {
        if (kpi.contains(part)) out.push_back({"", part, kpi[part]});
    }
    return out;
}

inline double number(const merit::value& of) {
    if (const auto* n = std::get_if<std::int64_t>(&of)) return static_cast<double>(*n);
    if (const auto* n = std::get_if<merit::decimal_value>(&of)) return merit::to_double(*n);
    if (const auto* n = std::get_if<double>(&of)) return *n;
    return std::nan("");
}

inline bool agrees(const merit::value& have, const json& want) {
    const bool blank = std::holds_alternative<merit::blank_value>(have);
    if (want.is_null() || blank) return want.is_null() && blank;
    const double wanted = want.get<double>();
    if (want.is_number_integer()) return number(have) == wanted;
    return std::abs(number(have) - wanted) <= 1e-12 * std::abs(wanted);
}

/// The formulas, tables and expected values of one set.
class data_set {
public:
    data_set(const std::string& name, const std::map<std::string, std::string>& files) {
        const std::string formulas = read_text(root + "/tests/data/" + name + ".kpi");
        expected_ = json::parse(read_text(root + "/tests/data/" + name + "/expected.json"));
        std::map<std::string, merit::csv_options> how;
        const auto declared = merit::declared_tables(formulas, name + ".kpi").value();
        for (const merit::table_declaration& one : declared) how[one.name] = one.csv;
        for (const auto& [table, file] : files) {
            tables_[table] = merit::read_csv(root + "/" + file, how[table]).value();
            model_.add_table(table, tables_[table].schema()).value();
        }
        model_.define(formulas, name + ".kpi").value();
    }

    merit::frame ask(const std::string& request, bool totals = false) const {
        merit::run_options with;
        with.threads = 2;
        return model_.compile(request, {.totals = totals}).value().run(tables_, with).value();
    }

    const json& kpi(const std::string& id) const {
        for (const json& one : expected_["kpis"]) {
            if (one["id"] == id) return one;
        }
        FAIL(id << " is not expected");
        return expected_;
    }

    std::vector<std::string> ids() const {
        std::vector<std::string> out;
        for (const json& one : expected_["kpis"]) out.push_back(one["id"]);
        return out;
    }

private:
    merit::model model_;
    merit::tables tables_;
    json expected_;
};

/// One request that answers one entry of expected.json. `columns` says which column holds a field
/// of another name; "" leaves the field for later, "#" is the place of the row. `label`: so many
/// characters of a published group name ours, such as 7 of 2020-01-01 the month.
struct question {
    std::string id;
    std::string request;
    std::map<std::string, std::string> columns = {};
    bool grouped = true;
    std::size_t label = std::string::npos;
};

/// Rows of a frame by their keys, joined by "|".
inline std::map<std::string, std::size_t> rows_by_key(const merit::frame& of) {
    std::map<std::string, std::size_t> out;
    for (std::size_t row = 0; row < of.rows(); ++row) {
        std::string key;
        for (std::size_t i = 0; i < of.columns().size(); ++i) {
            if (of.columns()[i].role != merit::column_role::group) break;
            key += (i == 0 ? "" : "|") + merit::to_string(of.at(row, i));
        }
        out[key] = row;
    }
    return out;
}

/// What was asked of one set, so that every value is either compared or counted as left.
class tally {
public:
    explicit tally(const data_set& of) : of_(of) {}

    void compare(const question& one) {
        const merit::frame answer = of_.ask(one.request);
        const std::map<std::string, std::size_t> rows = rows_by_key(answer);
        for (const leaf& each : leaves_of(of_.kpi(one.id), one.grouped)) {
            const auto renamed = one.columns.find(each.field);
            const std::string column = renamed == one.columns.end() ? each.field : renamed->second;
            if (column.empty()) continue;
            const std::string where = fmt::format("{} {} {}", one.id, each.group, each.field);
            const auto row = rows.find(each.group.substr(0, one.label));
            REQUIRE_MESSAGE(row != rows.end(), where << ": no such group");
            if (column == "#") {
                CHECK_MESSAGE(row->second + 1 == each.value.get<std::size_t>(), where);
            } else {
                const std::size_t place = answer.find(column);
                REQUIRE_MESSAGE(place < answer.columns().size(), where << ": no such column");
                const merit::value& have = answer.at(row->second, place);
                const bool right = agrees(have, each.value);
                CHECK_MESSAGE(right, where << ": expected " << each.value.dump() << ", have "
                                           << merit::to_string(have));
            }
            compared_.insert(where);
        }
    }

    /// One value, compared by hand.
    void compare(const std::string& id, const leaf& each, const merit::value& have) {
        const std::string where = fmt::format("{} {} {}", id, each.group, each.field);
        const bool right = agrees(have, each.value);
        CHECK_MESSAGE(right, where << ": expected " << each.value.dump() << ", have "
                                   << merit::to_string(have));
        compared_.insert(where);
    }

    void count(const std::string& where) { compared_.insert(where); }

    /// Every value of the set is compared or left, and the numbers are those of the table above.
    void finish(const std::string& name, std::size_t compared, std::size_t left) const {
        std::size_t all = 0;
        for (const std::string& id : of_.ids()) all += leaves_of(of_.kpi(id), true).size();
        MESSAGE(name << ": " << compared_.size() << " values compared, " << all - compared_.size()
                     << " left");
        CHECK(compared_.size() == compared);
        CHECK(all - compared_.size() == left);
    }

private:
    const data_set& of_;
    std::set<std::string> compared_;
};

}  // namespace published
