// Text to checked program, as model and query do it, for the oracle to evaluate.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "language/checker.hpp"
#include "language/environment.hpp"
#include "language/parse.hpp"
#include "merit/query.hpp"
#include "oracle/random_model.hpp"

namespace oracle {

struct checked {
    merit::language::program what;
    std::string errors;
};

inline std::vector<merit::language::known_table> known_tables(const model_spec& of) {
    std::vector<merit::language::known_table> out;
    for (const table_spec& one : of.tables) {
        if (!one.view_of.empty()) continue;
        merit::language::known_table known{one.name, {}, {}};
        for (const column_spec& column : one.columns)
            known.columns.fields.push_back({column.name, column.is});
        out.push_back(std::move(known));
    }
    return out;
}

inline checked check(const std::vector<merit::language::known_table>& tables,
                     const std::string& definitions, const std::string& request, bool totals,
                     const std::map<std::string, std::string, std::less<>>& files = {}) {
    namespace language = merit::language;
    const merit::limits within;
    checked out;
    std::vector<language::parsed_ptr> documents;
    documents.push_back(std::make_shared<language::parsed>(language::parse(
        language::make_source("definitions", definitions), language::entry::file, within)));
    documents.push_back(std::make_shared<language::parsed>(language::parse(
        language::make_source("request", request), language::entry::request, within)));
    std::vector<merit::diagnostic> found;
    for (const language::parsed_ptr& one : documents)
        found.insert(found.end(), one->errors.begin(), one->errors.end());
    if (found.empty()) {
        const auto last = static_cast<std::uint32_t>(documents.size() - 1);
        const auto root = documents.back()->ast.root;
        language::environment known = language::collect(std::move(documents), tables, found);
        for (const auto& [path, text] : files) known.files[path] = {text, {}};
        language::checker checking(known, found);
        checking.check_request(last, root, totals);
        out.what = checking.take();
    }
    for (const merit::diagnostic& one : found) {
        if (one.level == merit::severity::error) out.errors += one.to_string() + "\n";
    }
    return out;
}

inline merit::tables data_of(const model_spec& of) {
    merit::tables out;
    for (const table_spec& one : of.tables) {
        if (one.view_of.empty()) out.emplace(one.name, table_of(one));
    }
    return out;
}

}  // namespace oracle
