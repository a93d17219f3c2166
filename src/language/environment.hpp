// Every definition of a model by its name: which text holds it, and where. Check resolves names
// against it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "language/parse.hpp"
#include "merit/schema.hpp"

namespace merit::language {

using parsed_ptr = std::shared_ptr<const parsed>;

enum class definition_kind : std::uint8_t {
    let,
    param,
    def,
    kpi,
    tiers,
    scorecard,
    attribute,
    funnel
};

/// A statement in one of the texts.
struct definition {
    definition_kind kind;
    std::uint32_t document;  ///< environment.documents
    node_id node;
};

/// A table made known through the API.
struct known_table {
    std::string name;
    merit::schema columns;
    table_options roles;
};

struct column_definition {
    std::uint32_t document;
    node_id node;
};

/// A file that a calendar names, as the model's importer gave it.
struct file_text {
    std::string text;
    std::string problem;  ///< why there is none
};

/// Name → key in environment.names.
using names_seen = std::map<std::string, std::string, std::less<>>;

struct environment {
    std::vector<parsed_ptr> documents;
    std::vector<known_table> tables;
    std::map<std::string, definition, std::less<>> names;
    std::vector<definition> table_statements;
    std::vector<definition> entity_statements;
    std::vector<definition> calendar_statements;
    std::map<std::pair<std::string, std::string>, column_definition>
        computed_columns;  ///< (table, column)
    std::map<std::pair<std::string, std::string>, column_definition>
        attributes;  ///< (entity, attribute)
    std::vector<definition> rates_statements;
    std::vector<definition> targets_statements;
    std::map<std::string, file_text, std::less<>> files;  ///< by path, as it is written
    std::vector<definition> shows;
    std::vector<definition> only;  ///< security filters: the condition of a document
    std::vector<std::string> open_tables;
    limits within;
    std::vector<bool> aside;       ///< by document: imported by names, so checked where it is used
    std::vector<names_seen> seen;  ///< by document set aside: its names and those it imports
    names_seen given;              ///< names that the model's texts import one by one

    using named = std::pair<const std::string, definition>;
    /// What a name means in a text: of the text itself, then of the model. nullptr: nothing.
    [[nodiscard]] const named* find(std::uint32_t document, std::string_view name) const;
    /// The name of a key for those outside: the one it was imported by, else the key.
    [[nodiscard]] std::string outward(const std::string& key) const;
};

/// Sorts the statements of every document by name. E103 for a name that is defined twice.
/// `imported`: the names of the documents that came by an import.
[[nodiscard]] environment collect(std::vector<parsed_ptr> documents,
                                  std::vector<known_table> tables, std::vector<diagnostic>& errors,
                                  const limits& within = {},
                                  const std::set<std::string, std::less<>>& imported = {});

/// Paths of the files that the calendars of a text name, as they are written.
[[nodiscard]] std::vector<std::string> calendar_files(const tree& ast);

/// The children of a statement that are not docs, annotations or labels.
[[nodiscard]] std::vector<node_id> body_of(const tree& ast, node_id statement);

/// Text of an annotation such as @unit: its argument, or nothing.
[[nodiscard]] std::string annotation_of(const tree& ast, node_id statement, std::string_view name);

/// The doc lines before a statement, joined by spaces, or nothing.
[[nodiscard]] std::string doc_of(const tree& ast, node_id statement);

/// The label string after a name, or nothing.
[[nodiscard]] std::string label_of(const tree& ast, node_id statement);

}  // namespace merit::language
