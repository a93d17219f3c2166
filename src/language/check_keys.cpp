#include "language/check_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace merit::language {

namespace {

/// A column that holds keys of an entity.
struct key_column {
    table_id table;
    std::uint32_t column;
    std::string role;
};

const field& field_of(const program& of, const key_column& one) {
    return of.tables[one.table].columns.fields[one.column];
}

/// The entity's own keys first, then what refers to it.
std::vector<key_column> columns_of(const program& of, std::uint32_t entity) {
    std::vector<key_column> out;
    const table_id own = of.entities[entity].table;
    if (own != nothing && of.tables[own].key != nothing)
        out.push_back({own, of.tables[own].key, "key"});
    for (const reference_info& one : of.references)
        if (one.entity == entity && one.column != nothing)
            out.push_back({one.from, one.column, one.role});
    return out;
}

bool is_alike(const type& a, const type& b) {
    return a.kind == b.kind && a.scale == b.scale;
}

/// What all keys should be: text can hold any of them, whole numbers are exact.
const key_column& model_of(const program& of, const std::vector<key_column>& keys) {
    for (const type_kind kind : {type_kind::text, type_kind::int64}) {
        const auto found = std::find_if(keys.begin(), keys.end(), [&](const key_column& one) {
            return field_of(of, one).type.kind == kind;
        });
        if (found != keys.end()) return *found;
    }
    return keys.front();
}

/// Where a statement gives the column its role; a view's may stand at the table that it reads.
void find_place(const environment& in, const program& of, const key_column& one, key_clash& made) {
    for (table_id t = one.table; t != nothing; t = of.tables[t].view_of) {
        for (const definition& statement : in.table_statements) {
            const tree& a = in.documents[statement.document]->ast;
            if (a.text(a.at(statement.node)) != of.tables[t].name) continue;
            for (const node_id id : body_of(a, statement.node)) {
                const node& inside = a.at(a.children_of(a.at(id))[0]);
                const bool type =
                    inside.kind == node_kind::path && a.text(inside) != field_of(of, one).name;
                if (a.text(a.at(id)) != one.role || type) continue;
                made.document = statement.document;
                made.node = id;
                return;
            }
        }
    }
}

}  // namespace

std::vector<key_clash> key_clashes(const environment& in, const program& of) {
    std::vector<key_clash> out;
    for (std::uint32_t entity = 0; entity < of.entities.size(); ++entity) {
        const std::vector<key_column> keys = columns_of(of, entity);
        if (keys.empty()) continue;
        const key_column& model = model_of(of, keys);
        const field& wanted = field_of(of, model);
        const bool fractions = wanted.type.kind == type_kind::decimal;
        for (const key_column& one : keys) {
            const field& has = field_of(of, one);
            if (is_alike(has.type, wanted.type)) continue;
            key_clash made;
            made.message = fmt::format(
                "the keys of {} are {} in column `{}` of {}, but {} in column `{}` of {}",
                of.entities[entity].name, has.type.to_string(), has.name, of.tables[one.table].name,
                wanted.type.to_string(), wanted.name, of.tables[model.table].name);
            made.help = fmt::format("say the type of the column in table {}: {}: {}",
                                    of.tables[one.table].name, has.name,
                                    fractions ? "text" : wanted.type.to_string());
            find_place(in, of, one, made);
            out.push_back(std::move(made));
        }
    }
    return out;
}

}  // namespace merit::language
