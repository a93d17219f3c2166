// Computed columns and attributes: each is checked, and has a name that is free. Groupings that an
// annotation names exist.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"
#include "language/keywords.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

/// A stored column would hide the computed one, so that it never counts.
void checker::check_new_column(const std::string& name, table_id table, const scope& at,
                               node_id path) {
    const table_info& info = out_.tables[table];
    const std::vector<std::uint32_t> references = references_of(table);
    const bool refers = std::any_of(references.begin(), references.end(), [&](std::uint32_t r) {
        return out_.references[r].role == name;
    });
    if (!refers && !info.columns.find(name)) return;
    report(at, path, "E103",
           refers ? fmt::format("`{}` is what table {} refers by already", name, info.name)
                  : fmt::format("table `{}` has a column `{}` in its data", info.name, name),
           fmt::format("give the computed one another name, such as {}.my_{}", info.name, name));
}

/// A column of the entity's table would be hidden, and another time hide the attribute.
void checker::check_new_attribute(const std::string& name, std::uint32_t entity, const scope& at,
                                  node_id path) {
    const table_id table = out_.entities[entity].table;
    if (table == nothing) return;
    const std::vector<std::string> members = members_of(table);
    if (std::find(members.begin(), members.end(), name) == members.end()) return;
    report(at, path, "E103",
           fmt::format("table `{}` of entity {} has a `{}` already", out_.tables[table].name,
                       out_.entities[entity].name, name),
           fmt::format("give the attribute another name, such as {}.my_{}",
                       out_.entities[entity].name, name));
}

/// `who:` of targets, which else would first be read where a target is asked.
void checker::check_whom_targets_expect() {
    for (const targets_info& one : targets_) {
        if (one.who == nothing || one.references.empty() || in_.aside[one.document]) continue;
        const std::vector<std::uint32_t> entities{out_.references[one.references.front()].entity};
        scope per{.document = one.document};
        per.per = &entities;
        const bool before = std::exchange(inside_per_, true);
        (void)condition(per, one.who);
        inside_per_ = before;
    }
}

void checker::check_members() {
    check_whom_targets_expect();
    for (const auto& [key, one] : in_.computed_columns) {
        if (enough()) return;
        const auto table = table_named(key.first);
        const scope at{.document = one.document};
        if (table)
            check_new_column(key.second, *table, at, body_of(ast(one.document), one.node)[0]);
        if (in_.aside[one.document]) continue;
        if (table)
            (void)own_member(at, one.node, *table, key.second);
        else
            report(at, one.node, "E101", fmt::format("there is no table `{}`", key.first),
                   "declare it, or give its data a name with --data");
    }
    for (const auto& [key, one] : in_.attributes) {
        const auto entity = find_entity(key.first);
        const scope at{.document = one.document};
        if (entity)
            check_new_attribute(key.second, *entity, at, body_of(ast(one.document), one.node)[0]);
        if (in_.aside[one.document]) continue;
        if (entity)
            (void)attribute_named(at, one.node, *entity, key.second);
        else
            report(at, one.node, "E101", fmt::format("there is no entity `{}`", key.first),
                   table_named(key.first)
                       ? fmt::format("a value of each row is a column: column {}.{} = …", key.first,
                                     key.second)
                       : fmt::format("declare it: entity {}", key.first));
    }
}

/// What a request may be grouped by: entities and columns, computed or not.
std::vector<std::string> checker::groupings() const {
    std::vector<std::string> out;
    for (const entity_info& one : out_.entities) out.push_back(one.name);
    for (table_id t = 0; t < out_.tables.size(); ++t)
        for (std::string& name : members_of(t)) out.push_back(std::move(name));
    for (const auto& [key, one] : in_.attributes) out.push_back(key.second);
    return out;
}

/// `@grain rep` names a grouping or a unit.
void checker::check_grain_said(const definition& kpi) {
    const tree& a = ast(kpi.document);
    for (const node_id id : a.children_of(a.at(kpi.node))) {
        const node& said = a.at(id);
        if (said.kind != node_kind::annotation || a.text(said) != "grain" || said.count == 0)
            continue;
        const std::string grain = annotation_of(a, kpi.node, "grain");
        const keyword* const word = find_keyword(grain);
        if (word != nullptr && word->parts[0].unit != unit::none) return;
        const std::vector<std::string> known = groupings();
        const std::string last = grain.substr(grain.rfind('.') + 1);
        if (std::find(known.begin(), known.end(), last) != known.end()) return;
        const std::vector<std::string> near = near_names(grain, known);
        report({.document = kpi.document}, a.children_of(said)[0], "E101",
               fmt::format("`{}` is no entity, column or unit to group by", grain),
               near.empty() ? "declare the entity, or correct the name"
                            : fmt::format("did you mean {}?", fmt::join(near, ", ")));
        return;
    }
}

/// A KPI marked `@grain rep` means something per rep only.
void checker::check_grain(const request& asked) {
    for (const shown& one : asked.terms) {
        std::string name = one.head.name;
        if (one.written != nothing) {  // its own name, whatever `as` calls it
            const tree& a = ast(asked.source);
            const node& inside = a.at(a.children_of(a.at(one.written))[0]);
            if (inside.kind == node_kind::path && inside.count == 0 &&
                one.head.role == column_role::value)
                name = std::string(a.text(inside));
        }
        const auto* known = in_.find(asked.source, name);
        if (known == nullptr || known->second.kind != definition_kind::kpi) continue;
        const std::string grain =
            annotation_of(ast(known->second.document), known->second.node, "grain");
        if (grain.empty()) continue;
        const keyword* const word = find_keyword(grain);
        const unit grain_unit = word == nullptr ? unit::none : word->parts[0].unit;
        std::vector<std::string> by;
        std::size_t units = 0;
        bool there = false;
        for (const dimension& d : asked.by) {
            there = there || d.name == grain ||
                    (grain_unit != unit::none && d.calendar_unit == grain_unit);
            by.push_back(d.name);
            units = d.calendar_unit == unit::none ? 0 : units + 1;
        }
        if (there) continue;
        by.insert(by.end() - static_cast<std::ptrdiff_t>(units), grain);
        std::string help = fmt::format("show {} by {}", name, fmt::join(by, ", "));
        const type& is = one.head.type;
        const auto entity = find_entity(grain);
        if (entity && (is_number(is) || is.kind == type_kind::money))
            help =
                fmt::format("show {} by {}   or   sum({} per {}{})", name, fmt::join(by, ", "),
                            name, out_.entities[*entity].table == nothing ? "" : "every ", grain);
        report(asked.source, asked.text, "E331",
               fmt::format("`{}` is computed per {}, and {} is not among the dimensions", name,
                           grain, grain),
               help);
    }
}

/// An entity that the rows below a term all refer to, for a repair with ready text; else the first
/// of the model.
std::string checker::example_entity(term_id of) const {
    std::set<table_id> homes;
    if (of != nothing) tables_under(of, homes);
    for (std::uint32_t e = 0; e < out_.entities.size(); ++e) {
        const bool all = std::all_of(homes.begin(), homes.end(), [&](table_id home) {
            const std::vector<std::uint32_t> references = references_of(home);
            return out_.tables[home].entity == e ||
                   std::any_of(references.begin(), references.end(),
                               [&](std::uint32_t r) { return out_.references[r].entity == e; });
        });
        if (all) return out_.entities[e].name;
    }
    return out_.entities.empty() ? "customer" : out_.entities[0].name;
}

/// A KPI of the model, for a repair with ready text.
std::string checker::example_kpi() const {
    for (const auto& [key, one] : in_.names)
        if (one.kind == definition_kind::kpi && !in_.aside[one.document]) return key;
    return "revenue";
}

/// How amounts with a currency on every row become amounts in one.
std::string checker::conversion_of(term_id money) const {
    term_walk walk(money);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::aggregate) walk.add(out_.aggregates[t.with].argument);
        walk.add(t.of);
        if (t.kind != op::column || money_declared(t.home, t.with) == nullptr) continue;
        const table_info& home = out_.tables[t.home];
        if (home.time == nothing) continue;
        return fmt::format("convert({0}.{1}, \"USD\", {0}.{2})", home.name,
                           home.columns.fields[t.with].name, home.columns.fields[home.time].name);
    }
    return "convert(m, \"USD\", at)";
}

/// A name in a grouping or filter that is no member of the table: one that means nothing anywhere,
/// or something that does not reach its rows.
void checker::unreached(const scope& at, node_id path, std::span<const std::string> words) {
    if (!securing_ && !is_name(at, path, {})) return unknown_member(at, path, at.table, words[0]);
    const std::string& here = out_.tables[at.table].name;
    const std::vector<std::string> near = near_names(words[0], readable_of(at.table));
    std::string help = near.empty() ? fmt::format("columns of {} are {}", here,
                                                  fmt::join(readable_of(at.table), ", "))
                                    : fmt::format("did you mean {}?", fmt::join(near, ", "));
    for (table_id t = 0; t < out_.tables.size() && words.size() == 1; ++t) {
        const std::vector<std::string> members = members_of(t);
        if (out_.tables[t].view_of != nothing ||
            std::find(members.begin(), members.end(), words[0]) == members.end())
            continue;
        help = fmt::format(
            "it is of table {0}: filter there, count({0} where {1} = …), or use an "
            "entity that {0} and {2} both refer to",
            out_.tables[t].name, words[0], here);
        break;
    }
    report(at, path, "E210",
           fmt::format("`{}` cannot reach the rows of {}", written(at, path), here), help);
}

/// What an aggregate cannot read and its author may have meant: a KPI, which is a value of a group,
/// or an entity that other tables refer to. False, and nothing said, when it is neither.
bool checker::told_as_group(const scope& at, node_id call, node_id argument, node_id inner) {
    const tree& a = ast(at.document);
    const std::string callee = written(at, a.children_of(a.at(call))[0]);
    const auto entity = a.at(inner).kind == node_kind::path && a.at(inner).count == 0
                            ? find_entity(a.text(a.at(inner)))
                            : std::nullopt;
    if (entity && (callee == "count" || callee == "count_distinct")) {
        const std::string clauses = written(at, argument).substr(written(at, inner).size());
        std::vector<std::string> ways;
        for (const reference_info& one : out_.references)
            if (one.entity == *entity && out_.tables[one.from].view_of == nothing)
                ways.push_back(fmt::format("count_distinct({}.{}{})", out_.tables[one.from].name,
                                           one.role, clauses));
        if (ways.empty()) return false;
        report(at, inner, "E101",
               fmt::format("entity `{}` has no table, so it cannot be counted",
                           out_.entities[*entity].name),
               fmt::format("{}", fmt::join(ways, "   or   ")));
        return true;
    }
    std::vector<node_id> open{inner};
    while (!open.empty()) {
        const node_id id = open.back();
        open.pop_back();
        const node& n = a.at(id);
        const auto of = a.children_of(n);
        open.insert(open.end(), of.begin(), of.end());
        const bool local = at.locals != nullptr && at.locals->contains(a.text(n));
        const auto* known = n.kind == node_kind::path && n.count == 0 && !local
                                ? in_.find(at.document, a.text(n))
                                : nullptr;
        if (known == nullptr || known->second.kind != definition_kind::kpi) continue;
        const std::string entity_name = example_entity(kpi(at, id, known->first));
        const std::string whole = written(at, argument);
        report(at, id, "E202",
               fmt::format("`{}` is a KPI, a value of a group; inside an aggregate every row "
                           "needs its own",
                           a.text(n)),
               argument == inner ? fmt::format("{}({} per {})", callee, whole, entity_name)
                                 : fmt::format("{}(({}) per {})", callee, whole, entity_name));
        return true;
    }
    return false;
}

}  // namespace merit::language
