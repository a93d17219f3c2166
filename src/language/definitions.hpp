// Which definitions a formula stands on, in their canonical form.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "language/environment.hpp"

namespace merit::language {

struct reached_definition {
    std::string kind;  ///< "kpi", "column", "table", …: the word its statement begins with
    std::string name;
    std::string label, unit, doc;
    std::string text;  ///< canonical
};

/// The definitions whose names a node of a text uses, and those that these use, sorted by kind and
/// name. A name that could mean several of them means all. `tables` are read anyway; calendars
/// always count, for they place everything in time.
[[nodiscard]] std::vector<reached_definition> reached_definitions(
    std::span<const parsed_ptr> documents, std::uint32_t document, node_id from,
    const std::set<std::string, std::less<>>& tables);

/// 64-bit FNV-1a over kind, name and text of each, as 16 hexadecimal digits.
[[nodiscard]] std::string hash_of(std::span<const reached_definition> all);

}  // namespace merit::language
