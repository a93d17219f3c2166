// Tables, entities and references: from the API and from `table` and `entity` statements.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "language/check_keys.hpp"
#include "language/checker.hpp"
#include "language/foreign_words.hpp"

namespace merit::language {

namespace {

bool is_type_word(std::string_view word) {
    for (const std::string_view known :
         {"text", "int", "decimal", "double", "bool", "date", "timestamp", "duration"}) {
        if (word == known) return true;
    }
    return false;
}

}  // namespace

std::uint32_t checker::entity_named(std::string_view name) {
    const auto known = entities_.find(name);
    if (known != entities_.end()) return known->second;
    out_.entities.push_back({std::string(name), nothing});
    const auto index = static_cast<std::uint32_t>(out_.entities.size() - 1);
    entities_.emplace(name, index);
    return index;
}

void checker::build_schema() {
    for (const known_table& known : in_.tables) {
        table_info info;
        info.name = known.name;
        info.columns = known.columns;
        const auto find = [&](const std::string& name) {
            const auto at = known.columns.find(name);
            return at ? static_cast<std::uint32_t>(*at) : nothing;
        };
        info.key = find(known.roles.key);
        info.time = find(known.roles.time);
        info.recorded = find(known.roles.recorded);
        info.order = find(known.roles.order);
        out_.tables.push_back(std::move(info));
        const auto id = static_cast<table_id>(out_.tables.size() - 1);
        if (!known.roles.entity.empty()) {
            const std::uint32_t entity = entity_named(known.roles.entity);
            out_.tables[id].entity = entity;
            out_.entities[entity].table = id;
        }
        for (const reference& one : known.roles.references) {
            add_reference(id, one.role, one.entity, find(one.column));
        }
    }
    for (const definition& one : in_.entity_statements) {
        (void)entity_named(ast(one.document).text(ast(one.document).at(one.node)));
    }
    for (const definition& one :
         in_.table_statements) {  // entities first, so that references can name them
        const tree& a = ast(one.document);
        for (const node_id id : body_of(a, one.node)) {
            const node& property = a.at(id);
            if (a.text(property) == "entity")
                (void)entity_named(a.text(a.at(a.children_of(property)[0])));
        }
    }
    for (const definition& one : in_.calendar_statements) read_calendar(one);
    for (const definition& one : in_.table_statements) declare_table(one);
    for (const definition& one : in_.entity_statements) {
        const std::string name(ast(one.document).text(ast(one.document).at(one.node)));
        const auto table = table_named(name);
        if (table && out_.tables[*table].entity != find_entity(name))
            report({.document = one.document}, one.node, "E103",
                   fmt::format("`{}` is a table, so no entity has its name", name),
                   fmt::format("give the entity another name, or say table {0} {{ entity: {0} }}",
                               name));
    }
    for (const definition& one : in_.rates_statements) read_rates(one);
    for (const definition& one : in_.targets_statements) declare_targets(one);
    declare_funnels();
    finish_splits();
    link_references();
    finish_kinds();
    for (const definition& one : in_.table_statements) check_planned(one);
    finish_targets();
    auto made = calendar::calendar::make(out_.calendar);
    if (made) calendar_ = std::move(*made);
}

bool checker::is_declared(std::string_view table) const {
    return std::any_of(in_.table_statements.begin(), in_.table_statements.end(),
                       [&](const definition& one) {
                           const tree& a = ast(one.document);
                           return a.text(a.at(one.node)) == table;
                       });
}

void checker::declare_table(const definition& one) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    const std::string name(a.text(a.at(one.node)));
    for (const node_id id : body_of(a, one.node)) {
        if (a.text(a.at(id)) == "from") return view_property(nothing, at, one.node);
    }
    const auto table = table_named(name);
    if (!table) {
        // A table that has data and no statement may be this one under another name.
        std::vector<std::string> others;
        for (const table_info& t : out_.tables)
            if (t.view_of == nothing && !is_declared(t.name)) others.push_back(t.name);
        const std::vector<std::string> near = near_names(name, others);
        report(
            at, one.node, "E104",
            fmt::format("table `{}` has no data, so its columns are unknown", name),
            near.empty()
                ? fmt::format("give its file with --data {0}=PATH, or add_table(\"{0}\", …)", name)
                : fmt::format("there is data of `{}`: give both one name", near.front()));
        return;
    }
    for (const node_id id : body_of(a, one.node)) table_property(*table, at, id);
}

/// `table followups { from: events, where: …, … }`: the rows of another table, under other roles.
void checker::view_property(table_id, const scope& at, node_id statement) {
    const tree& a = ast(at.document);
    const std::string name(a.text(a.at(statement)));
    table_info view;
    node_id condition_node = nothing;
    for (const node_id id : body_of(a, statement)) {
        const node& property = a.at(id);
        const node_id inside = a.children_of(property)[0];
        if (a.text(property) == "where") condition_node = inside;
        if (a.text(property) != "from") continue;
        const auto base = table_named(a.text(a.at(inside)));
        if (!base) {
            report(at, inside, "E101", fmt::format("there is no table `{}`", a.text(a.at(inside))),
                   "a view reads the rows of a table declared before it");
            return;
        }
        view = out_.tables[*base];
        view.view_of = *base;
    }
    if (table_named(name)) {
        report(at, statement, "E103", fmt::format("`{}` is a table already", name),
               "give the view another name");
        return;
    }
    view.name = name;
    view.entity = nothing;
    view.kept = nothing;
    view.split = nothing;
    out_.tables.push_back(view);
    const auto id = static_cast<table_id>(out_.tables.size() - 1);
    for (const node_id property : body_of(a, statement)) {
        const std::string_view word = a.text(a.at(property));
        if (word != "from" && word != "where") table_property(id, at, property);
    }
    if (condition_node != nothing) {
        scope row = at;
        row.table = id;
        const term_id kept = condition(row, condition_node);
        out_.tables[id].kept = kept;
    }
}

std::optional<std::uint32_t> checker::column_property(table_id table, const scope& at,
                                                      node_id value_node) {
    const tree& a = ast(at.document);
    const node& n = a.at(value_node);
    const std::string name = n.kind == node_kind::unit_name || n.kind == node_kind::path
                                 ? std::string(a.text(n))
                                 : written(at, value_node);
    const schema& columns = out_.tables[table].columns;
    const auto found = columns.find(name);
    if (found) return static_cast<std::uint32_t>(*found);
    const bool quoted = name.size() > 2 && name.starts_with('"');
    if (quoted && columns.find(name.substr(1, name.size() - 2))) {
        report(at, value_node, "E101",
               fmt::format("`{}` is a text, not the name of a column", name),
               fmt::format("write {}", name.substr(1, name.size() - 2)));
        return std::nullopt;
    }
    unknown_member(at, value_node, table, name);
    return std::nullopt;
}

/// key, time, order, recorded, planned: a role that a column plays.
void checker::role_property(table_id table, const scope& at, std::string_view word,
                            node_id inside) {
    const auto column = column_property(table, at, inside);
    if (!column) return;
    table_info& info = out_.tables[table];
    const bool time = word == "time" || word == "recorded" || word == "planned";
    if (time && !is_time(info.columns.fields[*column].type)) {
        report(at, inside, "E301",
               fmt::format("`{}` is {}, not a date or timestamp", info.columns.fields[*column].name,
                           info.columns.fields[*column].type.to_string()),
               fmt::format("say how it is written: {}: date(\"M/D/YYYY\")",
                           info.columns.fields[*column].name));
        return;
    }
    if (word == "planned") return info.planned.push_back(*column);
    (word == "key"     ? info.key
     : word == "time"  ? info.time
     : word == "order" ? info.order
                       : info.recorded) = *column;
}

/// A row that is known from its planned date on is not known before it, so none would lie behind
/// `as of`.
void checker::check_planned(const definition& one) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    const auto table = table_named(a.text(a.at(one.node)));
    if (!table) return;
    table_id rows = *table;
    while (out_.tables[rows].view_of != nothing) rows = out_.tables[rows].view_of;
    const table_info& of = out_.tables[rows];
    const bool lasts = of.kind == table_kind::interval || of.kind == table_kind::versions;
    const std::uint32_t known = lasts ? of.from : of.time;
    if (of.recorded != nothing || known == nothing) return;
    const std::string& name = of.columns.fields[known].name;
    for (const node_id id : body_of(a, one.node)) {
        if (a.text(a.at(id)) != "planned") continue;
        const node_id said = a.children_of(a.at(id))[0];
        if (a.text(a.at(said)) != name) continue;
        report(at, said, "E412",
               fmt::format("rows of {} are known from `{}` on, so none that is planned is seen",
                           of.name, name),
               fmt::format("say when a row was written: table {} {{ recorded: <column>, … }}",
                           of.name));
    }
}

/// What to write for a type of another language.
static std::string type_help(std::string_view said) {
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"datetime", "timestamp"},  {"time", "timestamp"}, {"number", "decimal"},
        {"numeric", "decimal"},     {"float", "double"},   {"real", "double"},
        {"integer", "int"},         {"bigint", "int"},     {"string", "text"},
        {"varchar", "text"},        {"boolean", "bool"},   {"currency", "money(\"CNY\")"},
        {"money", "money(\"CNY\")"}};
    for (const auto& [foreign, instead] : known)
        if (said == foreign) return fmt::format("write {}", instead);
    return "write text, int, decimal, double, bool, date, timestamp, duration or money(\"CNY\")";
}

struct misfit {
    bool of_value;  ///< else of the property's name
    std::string message;
    std::string help;
};

/// Why `word: said` is no property of a table: no entity has that name.
static misfit property_misfit(const schema& columns, const std::string& word,
                              const std::string& said) {
    if (const std::string_view meant = property_meant(word); !columns.find(word) && !meant.empty())
        return {false, fmt::format("a table has no property `{}`", word),
                fmt::format("write {}", fmt::format("{}: {}", meant, said))};
    if (!columns.find(word))
        return {false,
                fmt::format("a table has no property `{}`, and no entity or column has that name",
                            word),
                fmt::format("declare the entity with `entity {}`, or correct the name", word)};
    if (columns.find(said))
        return {false, fmt::format("there is no entity `{}`", word),
                fmt::format("declare it: entity {}", word)};
    return {true, fmt::format("`{}` is no type of a column", said), type_help(said)};
}

void checker::table_property(table_id table, const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const std::string word(a.text(a.at(id)));
    const node_id inside = a.children_of(a.at(id))[0];
    const node& value_node = a.at(inside);
    if (const bool once = word == "entity" || word == "key" || word == "time" || word == "order" ||
                          word == "recorded" || word == "file" || word == "kind" || word == "split";
        once && !said_properties_.emplace(table, word).second) {
        return report(at, id, "E103",
                      fmt::format("`{}:` of table {} is said twice", word, out_.tables[table].name),
                      "keep one of them");
    }
    if (word == "entity") {
        const std::uint32_t entity = entity_named(a.text(value_node));
        out_.tables[table].entity = entity;
        if (out_.entities[entity].table != nothing && out_.entities[entity].table != table) {
            report(at, id, "E103",
                   fmt::format("entity `{}` has a table already", a.text(value_node)),
                   "only one table has a row per entity");
            return;
        }
        out_.entities[entity].table = table;
        return;
    }
    if (word == "file") return;  // how to read it: declared_tables() has seen it
    if (word == "key" || word == "time" || word == "order" || word == "recorded" ||
        word == "planned") {
        return role_property(table, at, word, inside);
    }
    if (word == "kind") return kind_property(table, at, inside);
    if (word == "split") return split_property(table, at, inside);
    if (value_node.kind == node_kind::call) {
        const auto parts = a.children_of(value_node);
        const std::string callee(a.text(a.at(parts[0])));
        if (is_type_word(callee)) return;
        if (callee == "money") return money_property(table, at, word, inside);
        for (const entity_info& known : out_.entities) {
            if (known.name != callee || parts.size() != 2) continue;
            if (const auto column = column_property(table, at, parts[1]))
                add_reference(table, word, callee, *column);
            return;
        }
        report(at, inside, "E101", fmt::format("`{}` is neither a type nor an entity", callee),
               "write a type such as date(\"M/D/YYYY\"), or an entity declared with `entity:` or "
               "`entity`");
        return;
    }
    if (value_node.kind == node_kind::path && is_type_word(a.text(value_node)) &&
        out_.tables[table].columns.find(word)) {
        return;  // the type of a column
    }
    const bool entity = std::any_of(out_.entities.begin(), out_.entities.end(),
                                    [&](const entity_info& e) { return e.name == word; });
    if (!entity) {
        const misfit why = property_misfit(out_.tables[table].columns, word, written(at, inside));
        return report(at, why.of_value ? inside : id, "E101", why.message, why.help);
    }
    if (const auto column = column_property(table, at, inside))
        add_reference(table, word, word, *column);
}

void checker::add_reference(table_id table, std::string role, std::string_view entity,
                            std::uint32_t column) {
    if (column == nothing) return;
    out_.references.push_back(
        {std::move(role), entity_named(entity), table, column, nothing, nothing});
}

void checker::link_references() {
    const std::size_t own = out_.references.size();
    // A view refers as its base does, where it says nothing else; a base stands before its views.
    for (table_id t = 0; t < out_.tables.size(); ++t) {
        if (out_.tables[t].view_of == nothing) continue;
        const std::size_t before = out_.references.size();
        for (std::size_t i = 0; i < before; ++i) {
            reference_info copy = out_.references[i];
            if (copy.from != out_.tables[t].view_of) continue;
            const bool said = std::any_of(
                out_.references.begin(), out_.references.begin() + static_cast<std::ptrdiff_t>(own),
                [&](const reference_info& r) { return r.from == t && r.role == copy.role; });
            if (said) continue;
            copy.from = t;
            out_.references.push_back(std::move(copy));
        }
    }
    for (reference_info& one : out_.references) one.to = out_.entities[one.entity].table;
    for (key_clash& one : key_clashes(in_, out_)) {
        if (one.node != nothing)
            report({.document = one.document}, one.node, "E301", std::move(one.message),
                   std::move(one.help));
        else
            findings_.push_back({severity::error,
                                 "E301",
                                 {},
                                 {},
                                 0,
                                 0,
                                 std::move(one.message),
                                 std::move(one.help),
                                 {}});
    }
    for (const reference_info& one : out_.references) {
        if (one.to == nothing || out_.tables[one.to].key != nothing) continue;
        findings_.push_back(
            {severity::error,
             "E104",
             {},
             {},
             0,
             0,
             fmt::format("table `{}` has one row per {}, but no key", out_.tables[one.to].name,
                         out_.entities[one.entity].name),
             fmt::format("add `key: <column>` to table {}", out_.tables[one.to].name),
             {}});
    }
}

}  // namespace merit::language
