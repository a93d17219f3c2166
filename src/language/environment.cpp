#include "language/environment.hpp"

#include <fmt/format.h>

#include <set>

#include "language/annotations.hpp"
#include "language/functions.hpp"
#include "language/imports.hpp"

namespace merit::language {

namespace {

class collector {
public:
    collector(environment& into, std::vector<diagnostic>& errors) : into_(into), errors_(errors) {}

    void statement(std::uint32_t document, node_id id) {
        const tree& ast = into_.documents[document]->ast;
        const node& at = ast.at(id);
        const definition one{definition_kind::let, document, id};
        if (errors_.size() < into_.within.errors)
            check_annotations(*into_.documents[document], id, errors_);
        switch (at.kind) {
            case node_kind::let_statement:
                name(definition_kind::let, document, id);
                break;
            case node_kind::param_statement:
                name(definition_kind::param, document, id);
                break;
            case node_kind::def_statement:
                if (check_def(document, id)) name(definition_kind::def, document, id);
                break;
            case node_kind::kpi_statement:
                name(definition_kind::kpi, document, id);
                break;
            case node_kind::tiers_statement:
                name(definition_kind::tiers, document, id);
                break;
            case node_kind::scorecard_statement:
                name(definition_kind::scorecard, document, id);
                break;
            case node_kind::funnel_statement:
                name(definition_kind::funnel, document, id);
                break;
            case node_kind::table_statement:
                into_.table_statements.push_back(one);
                break;
            case node_kind::entity_statement:
                into_.entity_statements.push_back(one);
                break;
            case node_kind::calendar_statement:
                into_.calendar_statements.push_back(one);
                break;
            case node_kind::rates_statement:
                into_.rates_statements.push_back(one);
                break;
            case node_kind::targets_statement:
                into_.targets_statements.push_back(one);
                break;
            case node_kind::column_statement:
                computed_column(document, id, into_.computed_columns, "column deals.cycle = …");
                break;
            case node_kind::attribute_statement:
                computed_column(document, id, into_.attributes, "attribute customer.orders = …");
                break;
            case node_kind::show_statement:
                if (!into_.aside[document]) into_.shows.push_back(one);
                break;
            case node_kind::import_file:
            case node_kind::import_names:
                break;  // the model has read the imported text already
            default:
                break;
        }
    }

private:
    void name(definition_kind kind, std::uint32_t document, node_id id) {
        const parsed& from = *into_.documents[document];
        const std::string text(from.ast.text(from.ast.at(id)));
        const auto [place, fresh] =
            into_.names.try_emplace(key_of(into_, document, text), definition{kind, document, id});
        if (fresh || errors_.size() >= into_.within.errors) return;
        const parsed& other = *into_.documents[place->second.document];
        const diagnostic before =
            locate(*other.from, severity::error, {}, other.ast.at(place->second.node).where, {});
        errors_.push_back(locate(
            *from.from, severity::error, "E103", from.ast.at(id).where,
            fmt::format("`{}` is defined twice; first in {}:{}", text,
                        before.source_name.empty() ? "this text" : before.source_name, before.line),
            "give one of them another name"));
    }

    /// Every argument has a name of its own, and the definition none of the language's: false, for
    /// the function keeps it.
    bool check_def(std::uint32_t document, node_id id) {
        const parsed& from = *into_.documents[document];
        const node& at = from.ast.at(id);
        const std::string_view named = from.ast.text(at);
        if (find_function(named) != nullptr) {
            errors_.push_back(locate(*from.from, severity::error, "E103", from.ast.text_place(at),
                                     fmt::format("`{}` is a function of the language", named),
                                     fmt::format("give it another name, such as my_{}", named)));
        }
        std::set<std::string_view> seen;
        const std::vector<node_id> body = body_of(from.ast, id);
        for (std::size_t i = 0; i + 1 < body.size(); ++i) {
            const node& argument = from.ast.at(body[i]);
            if (seen.insert(from.ast.text(argument)).second) continue;
            errors_.push_back(
                locate(*from.from, severity::error, "E103", argument.where,
                       fmt::format("`{}` has two arguments `{}`", named, from.ast.text(argument)),
                       "give one of them another name"));
        }
        return find_function(named) == nullptr;
    }

    void computed_column(std::uint32_t document, node_id id,
                         std::map<std::pair<std::string, std::string>, column_definition>& among,
                         std::string_view example) {
        const parsed& from = *into_.documents[document];
        const node& path = from.ast.at(body_of(from.ast, id).front());
        const auto words = from.ast.children_of(path);
        if (words.size() != 1) {
            errors_.push_back(locate(*from.from, severity::error, "E101", path.where,
                                     "this is named by its table or entity and one name",
                                     fmt::format("write {}", example)));
            return;
        }
        const auto key = std::pair(std::string(from.ast.text(path)),
                                   std::string(from.ast.text(from.ast.at(words[0]))));
        if (!among.try_emplace(key, column_definition{document, id}).second) {
            errors_.push_back(locate(*from.from, severity::error, "E103", path.where,
                                     fmt::format("`{}.{}` is defined twice", key.first, key.second),
                                     "give one of them another name"));
        }
    }

    environment& into_;
    std::vector<diagnostic>& errors_;
};

}  // namespace

environment collect(std::vector<parsed_ptr> documents, std::vector<known_table> tables,
                    std::vector<diagnostic>& errors, const limits& within,
                    const std::set<std::string, std::less<>>& imported) {
    environment out;
    out.within = within;
    out.documents = std::move(documents);
    out.aside = set_aside(out.documents, imported);
    out.tables = std::move(tables);
    collector into(out, errors);
    for (std::uint32_t d = 0; d < out.documents.size(); ++d) {
        const tree& ast = out.documents[d]->ast;
        if (ast.nodes.empty() || ast.at(ast.root).kind != node_kind::file) continue;
        for (const node_id id : ast.children_of(ast.at(ast.root))) into.statement(d, id);
    }
    see_imports(out, errors);
    return out;
}

std::vector<std::string> calendar_files(const tree& ast) {
    std::vector<std::string> out;
    if (ast.nodes.empty() || ast.at(ast.root).kind != node_kind::file) return out;
    for (const node_id id : ast.children_of(ast.at(ast.root))) {
        if (ast.at(id).kind != node_kind::calendar_statement) continue;
        for (const node_id property : body_of(ast, id)) {
            const std::string_view word = ast.text(ast.at(property));
            const node& inside = ast.at(ast.children_of(ast.at(property))[0]);
            if (word != "holidays" && word != "extra" && word != "periods") continue;
            if (inside.kind == node_kind::literal)
                out.push_back(to_string(ast.values[inside.value]));
        }
    }
    return out;
}

std::vector<node_id> body_of(const tree& ast, node_id statement) {
    std::vector<node_id> out;
    for (const node_id id : ast.children_of(ast.at(statement))) {
        const node_kind kind = ast.at(id).kind;
        if (kind != node_kind::doc && kind != node_kind::annotation && kind != node_kind::label)
            out.push_back(id);
    }
    return out;
}

std::string annotation_of(const tree& ast, node_id statement, std::string_view name) {
    for (const node_id id : ast.children_of(ast.at(statement))) {
        const node& at = ast.at(id);
        if (at.kind != node_kind::annotation || ast.text(at) != name || at.count == 0) continue;
        const node& argument = ast.at(ast.children_of(at)[0]);
        if (argument.kind != node_kind::literal) return std::string(ast.text(argument));
        return to_string(ast.values[argument.value]);
    }
    return {};
}

std::string doc_of(const tree& ast, node_id statement) {
    std::string out;
    for (const node_id id : ast.children_of(ast.at(statement))) {
        if (ast.at(id).kind != node_kind::doc) continue;
        std::string_view line = ast.text(ast.at(id));
        while (line.starts_with(' ')) line.remove_prefix(1);
        out += (out.empty() ? "" : " ") + std::string(line);
    }
    return out;
}

std::string label_of(const tree& ast, node_id statement) {
    for (const node_id id : ast.children_of(ast.at(statement))) {
        if (ast.at(id).kind == node_kind::label) return std::string(ast.text(ast.at(id)));
    }
    return {};
}

}  // namespace merit::language
