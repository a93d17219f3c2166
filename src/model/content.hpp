// What a model and a query hold behind their doors.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "language/environment.hpp"
#include "language/program.hpp"
#include "merit/model.hpp"
#include "plan/nodes.hpp"

namespace merit {

struct model::content {
    merit::limits limits;
    std::vector<language::known_table> tables;
    std::vector<language::parsed_ptr> documents;  ///< in order of definition; names are unique
    std::set<std::string, std::less<>> imported;  ///< names of documents that an import brought
    std::function<result<std::string>(std::string_view)> importer;
    std::function<std::string(std::string_view)> name_of_path;  ///< may be empty
    std::map<std::string, language::file_text, std::less<>> files;  ///< that calendars name
};

struct query::content {
    plan::plan what;
    std::vector<diagnostic> hints;
    /// Beside expression.source: to place run-time errors, and to explain.
    std::vector<language::parsed_ptr> documents;
    std::shared_ptr<const language::program> program;
};

}  // namespace merit
