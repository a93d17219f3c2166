// Names: in an aggregate's brackets, in `by` and a request's where, and at group level.
#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "language/checker.hpp"
#include "language/keywords.hpp"
#include "language/lexer_scan.hpp"
#include "language/print_pieces.hpp"

namespace merit::language {

std::optional<table_id> checker::table_named(std::string_view name) const {
    for (table_id i = 0; i < out_.tables.size(); ++i) {
        if (out_.tables[i].name == name) return i;
    }
    return std::nullopt;
}

std::vector<std::string> checker::path_words(const scope& at, node_id path) const {
    const tree& a = ast(at.document);
    std::vector<std::string> out{std::string(a.text(a.at(path)))};
    for (const node_id id : a.children_of(a.at(path))) out.emplace_back(a.text(a.at(id)));
    return out;
}

std::vector<std::uint32_t> checker::references_of(table_id table) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < out_.references.size(); ++i) {
        if (out_.references[i].from == table) out.push_back(i);
    }
    return out;
}

/// Names as they are written: those that are no plain name in brackets.
static std::string written_names(std::vector<std::string> names) {
    const auto plain = [](const std::string& name) {
        const keyword* const word = find_keyword(name);
        if (word != nullptr && is_reserved(word->parts[0].kind)) return false;
        for (std::size_t at = 0; at < name.size();) {
            const character one = decode(name, at);
            if (at == 0 ? !begins_name(one.code) : !continues_name(one.code)) return false;
            at += one.length;
        }
        return true;
    };
    for (std::string& one : names) one = written_name(one, !plain(one));
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> checker::members_of(table_id table) const {
    std::vector<std::string> out;
    for (const field& one : out_.tables[table].columns.fields) out.push_back(one.name);
    for (const auto& [key, one] : in_.computed_columns) {
        if (key.first == out_.tables[table].name) out.push_back(key.second);
    }
    for (const std::uint32_t r : references_of(table))
        if (std::find(out.begin(), out.end(), out_.references[r].role) == out.end())
            out.push_back(out_.references[r].role);
    return out;
}

/// Members, and the attributes of the entity that the table's rows are.
std::vector<std::string> checker::readable_of(table_id table) const {
    std::vector<std::string> out = members_of(table);
    const std::uint32_t entity = out_.tables[table].entity;
    if (entity == nothing || securing_) return out;
    for (const auto& [key, one] : in_.attributes)
        if (key.first == out_.entities[entity].name) out.push_back(key.second);
    return out;
}

void checker::unknown_member(const scope& at, node_id path, table_id table, std::string_view name) {
    if (enough()) return;
    const std::vector<std::string> near = near_names(name, readable_of(table));
    std::string help;
    if (const auto split = glue_hint(name))
        help = fmt::format("write {}", *split);
    else if (!near.empty())
        help = fmt::format("did you mean {}?", written_names(near));
    else
        help = fmt::format("columns of {} are {}", out_.tables[table].name,
                           written_names(readable_of(table)));
    report(at, path, "E101",
           fmt::format("table `{}` has no column `{}`", out_.tables[table].name, name), help);
}

void checker::unknown_name(const scope& at, node_id path, std::string_view name) {
    if (enough()) return;
    std::vector<std::string> visible;
    for (const auto& [known, one] : in_.names)
        if (!in_.aside[one.document]) visible.push_back(known);
    for (const auto& [known, key] : in_.given) visible.push_back(known);
    if (in_.aside[at.document])
        for (const auto& [known, key] : in_.seen[at.document]) visible.push_back(known);
    for (const table_info& one : out_.tables) visible.push_back(one.name);
    for (const entity_info& one : out_.entities) visible.push_back(one.name);
    std::erase(visible, name);  // that is known, but not what can stand here
    const std::vector<std::string> near = near_names(name, visible);
    std::string help = "define it, or correct the name";
    if (!near.empty()) help = fmt::format("did you mean {}?", written_names(near));
    if (const auto split = glue_hint(name)) help = fmt::format("write {}", *split);
    report(at, path, "E101", fmt::format("`{}` is not known here", name), help);
}

/// A column of the table itself: stored or computed. `nothing` when there is none; says nothing
/// then.
term_id checker::own_member(const scope& at, node_id path, table_id table,
                            const std::string& name) {
    const table_info& info = out_.tables[table];
    if (const auto column = info.columns.find(name)) {
        term t;
        t.kind = op::column;
        t.at = level::row;
        t.home = table;
        t.type = info.columns.fields[*column].type;
        t.with = static_cast<std::uint32_t>(*column);
        t.text = ast(at.document).at(path).where;
        t.source = at.document;
        return as_money(at, path, table, intern(std::move(t)));
    }
    if (column_definition_of(table, name) == nullptr) return nothing;
    const wanted what{wanted::kind::column, name, table};
    const term_id out = ready(at, path, what) ? done_[what] : nothing;
    if (out == nothing) ++told_elsewhere_;
    return out;
}

/// The statement of a computed column; a view has those of its table too.
const column_definition* checker::column_definition_of(table_id table,
                                                       const std::string& name) const {
    if (securing_) return nullptr;
    const table_info& info = out_.tables[table];
    const auto found = in_.computed_columns.find(std::pair(info.name, name));
    if (found != in_.computed_columns.end()) return &found->second;
    return info.view_of == nothing ? nullptr : column_definition_of(info.view_of, name);
}

term_id checker::computed_column(table_id table, const std::string& name) {
    const column_definition& one = *column_definition_of(table, name);
    return expression({.document = one.document, .table = table},
                      body_of(ast(one.document), one.node).back());
}

term_id checker::hop(const scope& at, node_id path, std::uint32_t reference,
                     std::span<const std::string> words, bool loud) {
    const reference_info& ref = out_.references[reference];
    if (words.empty()) return reference_key(at, path, reference);
    const bool now = words[0] == "now" && words.size() > 1;
    if (now) words = words.subspan(1);
    const std::uint32_t attribute =
        words.size() == 1 ? attribute_named(at, path, ref.entity, words[0]) : nothing;
    if (attribute != nothing) {
        return attribute_term(at, path, attribute, reference_key(at, path, reference));
    }
    if (words.size() == 1 && is_attribute(ref.entity, words[0])) return nothing;
    if (ref.to == nothing) {
        if (loud) {
            report(
                at, path, "E101",
                fmt::format("entity `{}` has no table, so it has no `{}`",
                            out_.entities[ref.entity].name, words[0]),
                fmt::format("declare a table with `entity: {}`", out_.entities[ref.entity].name));
        }
        return nothing;
    }
    const table_id from = ref.from;
    const table_id to = ref.to;
    const term_id inner = member(at, path, to, words, loud);
    if (inner == nothing) return nothing;
    term t;
    t.kind = op::look_up;
    t.at = level::row;
    t.home = from;
    t.type = get(inner).type;
    t.with = reference;
    t.of = {inner};
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    if (now) t.what = function::last;
    if (get(inner).kind == op::look_up && sees_versions(get(inner).with)) {
        // The version is that of this row's date, so its key is fetched first.
        const term behind = get(inner);
        t.of = {behind.of.size() > 1 ? behind.of[1] : reference_key(at, path, behind.with)};
        t.type = get(t.of[0]).type;
        const term_id key = intern(t);
        t.with = behind.with;
        t.type = behind.type;
        t.what = now ? function::last : behind.what;
        t.of = {behind.of[0], key};
    }
    return over_money(std::move(t));
}

bool checker::sees_versions(std::uint32_t reference) const {
    const table_id to = out_.references[reference].to;
    return to != nothing && out_.tables[to].kind == table_kind::versions;
}

/// The key that a row refers with: a column, or of a shared row each share's.
term_id checker::reference_key(const scope& at, node_id path, std::uint32_t reference) {
    const reference_info& ref = out_.references[reference];
    if (ref.split == nothing)
        return own_member(at, path, ref.from,
                          out_.tables[ref.from].columns.fields[ref.column].name);
    const split_info& split = out_.splits[ref.split];
    term t;
    t.kind = op::shared_key;
    t.at = level::row;
    t.home = ref.from;
    t.type = out_.tables[split.shares].columns.fields[split.user].type;
    t.with = reference;
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// words resolved on a table: a role and what lies behind it, or a column.
term_id checker::member(const scope& at, node_id path, table_id table,
                        std::span<const std::string> words, bool loud) {
    const std::string& first = words[0];
    if (too_deep(at, path)) return nothing;
    if (words.size() > 1) {
        for (const std::uint32_t r : references_of(table)) {
            if (out_.references[r].role == first) return hop(at, path, r, words.subspan(1), loud);
        }
        const std::uint32_t entity = out_.tables[table].entity;
        if (entity != nothing && out_.entities[entity].name == first) {
            return member(at, path, table, words.subspan(1), loud);
        }
        if (own_member(at, path, table, first) != nothing) {
            if (loud) {
                const keyword* const word = find_keyword(words[1]);
                const bool unit_of_time = word != nullptr && word->parts[0].unit != unit::none;
                report(
                    at, path, "E101",
                    fmt::format("`{}` is a column of {}, it has no `{}`", first,
                                out_.tables[table].name, words[1]),
                    unit_of_time
                        ? fmt::format("group by {}; which date counts is said in the "
                                      "aggregate: sum(x on {})",
                                      words[1], first)
                        : fmt::format("to follow it, declare the entity it refers to in table {}",
                                      out_.tables[table].name));
            }
            return nothing;
        }
        if (loud) unknown_member(at, path, table, first);
        return nothing;
    }
    const std::size_t before = troubles();
    if (const term_id own = own_member(at, path, table, first); own != nothing) return own;
    if (troubles() != before)
        return nothing;  // a computed column that is wrong: said at its definition
    for (const std::uint32_t r : references_of(table)) {
        if (out_.references[r].role == first) return hop(at, path, r, {}, loud);
    }
    const table_info& info = out_.tables[table];
    if (info.entity != nothing && out_.entities[info.entity].name == first && info.key != nothing) {
        return own_member(at, path, table, info.columns.fields[info.key].name);
    }
    if (info.entity != nothing && info.key != nothing) {
        const std::uint32_t attribute = attribute_named(at, path, info.entity, first);
        if (attribute != nothing) {
            const term_id key = own_member(at, path, table, info.columns.fields[info.key].name);
            return attribute_term(at, path, attribute, key);
        }
        if (is_attribute(info.entity, first)) return nothing;
    }
    if (loud) unknown_member(at, path, table, first);
    return nothing;
}

term_id checker::row_path(const scope& at, node_id path) {
    const std::vector<std::string> words = path_words(at, path);
    if (at.locals != nullptr && words.size() == 1) {
        if (const auto local = at.locals->find(words[0]); local != at.locals->end()) {
            scope caller = *local->second.in;
            caller.table = at.table;
            caller.names = at.names;
            return argument_of(local->second, caller);
        }
    }
    if (at.names == naming::context) return context_path(at, path);
    const auto named = table_named(words[0]);
    if (named && words.size() > 1) {
        if (*named == at.table)
            return member(at, path, at.table, std::span(words).subspan(1), true);
        const bool role = std::any_of(
            out_.references.begin(), out_.references.end(),
            [&](const reference_info& r) { return r.from == at.table && r.role == words[0]; });
        if (!role) {
            report(
                at, path, "E204",
                fmt::format("this aggregate reads the rows of {}, so `{}` of {} cannot stand here",
                            out_.tables[at.table].name, words[1], words[0]),
                fmt::format("aggregate each table by itself: sum({}) next to sum({}.…)",
                            written(at, path), out_.tables[at.table].name));
            return nothing;
        }
    }
    if (words.size() == 2)
        if (const auto known = context_constant(at, path, words)) return *known;
    if (words.size() == 1) {
        const std::size_t before = troubles();
        if (const term_id found = member(at, path, at.table, words, false); found != nothing)
            return found;
        if (troubles() != before) return nothing;
        if (const auto known = context_constant(at, path, words)) return *known;
        if (const auto* known = in_.find(at.document, words[0]); known != nullptr) {
            if (known->second.kind == definition_kind::let ||
                known->second.kind == definition_kind::param) {
                return named_value(at, path, words[0]);
            }
            if (known->second.kind == definition_kind::kpi) {
                report(
                    at, path, "E202",
                    fmt::format("`{}` is a KPI, a value of a group; inside an aggregate every row "
                                "needs its own",
                                words[0]),
                    fmt::format("say for whom it is computed: … per {}",
                                example_entity(kpi(at, path, known->first))));
                return nothing;
            }
        }
        if (named) {
            report(at, path, "E201", fmt::format("`{}` is a table, not a value", words[0]),
                   fmt::format("name a column: {}.…", words[0]));
            return nothing;
        }
    }
    return member(at, path, at.table, words, true);
}

term_id checker::context_path(const scope& at, node_id path) {
    const std::vector<std::string> words = path_words(at, path);
    const auto named = table_named(words[0]);
    if (named && words.size() > 1) {
        if (*named == at.table)
            return member(at, path, at.table, std::span(words).subspan(1), true);
        report(at, path, "E210",
               fmt::format("`{}` cannot reach the rows of {}", written(at, path),
                           out_.tables[at.table].name),
               fmt::format("use an entity that {} and {} both refer to", words[0],
                           out_.tables[at.table].name));
        return nothing;
    }
    std::vector<std::uint32_t> roles;
    for (const std::uint32_t r : references_of(at.table)) {
        const reference_info& ref = out_.references[r];
        if (ref.role == words[0]) roles.assign(1, r);
        if (ref.role == words[0]) break;
        if (out_.entities[ref.entity].name == words[0]) roles.push_back(r);
    }
    if (roles.size() > 1) {
        report(at, path, "E102",
               fmt::format("`{}` has {} meanings for {}", words[0], roles.size(),
                           out_.tables[at.table].name),
               fmt::format("say {} or {}", out_.references[roles[0]].role,
                           out_.references[roles[1]].role));
        return nothing;
    }
    if (roles.size() == 1) return hop(at, path, roles[0], std::span(words).subspan(1), true);
    const std::size_t before = troubles();
    if (const term_id own = member(at, path, at.table, words, false); own != nothing) return own;
    if (troubles() != before) return nothing;
    if (words.size() == 1) {
        std::vector<std::pair<std::uint32_t, term_id>> found;
        for (const std::uint32_t r : references_of(at.table)) {
            if (out_.references[r].to == nothing) continue;
            const term_id behind = hop(at, path, r, words, false);
            if (behind != nothing) found.emplace_back(r, behind);
        }
        if (found.size() > 1) {
            std::vector<std::string> paths;
            for (const auto& [r, t] : found)
                paths.push_back(out_.references[r].role + "." + words[0]);
            report(at, path, "E102", fmt::format("`{}` has {} meanings", words[0], found.size()),
                   fmt::format("say {}", fmt::join(paths, " or ")));
            return nothing;
        }
        if (found.size() == 1) return found[0].second;
        if (const auto* known = in_.find(at.document, words[0]);
            known != nullptr && !(securing_ && is_member(words[0])) &&
            (known->second.kind == definition_kind::let ||
             known->second.kind == definition_kind::param)) {
            return named_value(at, path, words[0]);
        }
    }
    unreached(at, path, words);
    return nothing;
}

term_id checker::row_value_as_kpi(const scope& at, node_id path, table_id table,
                                  std::string_view column) {
    if (at.per != nullptr) {
        const std::string& entity = out_.entities[at.per->front()].name;
        report(at, path, "E203",
               fmt::format("`{}` has a value on every row of {}, so a {} has many",
                           written(at, path), out_.tables[table].name, entity),
               fmt::format("filter the rows in the inner brackets, or aggregate them: "
                           "max({}.{}) …",
                           out_.tables[table].name, column));
        return nothing;
    }
    const auto field_at = out_.tables[table].columns.find(column);
    const bool number = !field_at || is_number(out_.tables[table].columns.fields[*field_at].type);
    report(at, path, "E201",
           fmt::format("`{}` has a value on every row of {}; a KPI needs one for the group",
                       written(at, path), out_.tables[table].name),
           number ? fmt::format("sum({0}.{1})   or   avg({0}.{1})", out_.tables[table].name, column)
                  : fmt::format("count_distinct({0}.{1})   or   count({0} where {1} = …)",
                                out_.tables[table].name, column));
    return nothing;
}

term_id checker::group_path(const scope& at, node_id path) {
    const std::vector<std::string> words = path_words(at, path);
    if (at.locals != nullptr && words.size() == 1) {
        if (const auto local = at.locals->find(words[0]); local != at.locals->end()) {
            return argument_of(local->second, *local->second.in);
        }
    }
    if (at.results) {
        if (const term_id found = result_name(at, path, words); found != nothing) return found;
    }
    if (const auto* known = in_.find(at.document, words[0]); known != nullptr) {
        const definition& one = known->second;
        if (one.kind == definition_kind::scorecard) {
            const scorecard* card = scorecard_named(at, path, known->first);
            if (card == nullptr) return nothing;
            if (words.size() == 2) return scorecard_value(at, path, *card, words[1]);
            report(at, path, "E201", fmt::format("`{}` is a scorecard, not one value", words[0]),
                   fmt::format("write {}.score", words[0]));
            return nothing;
        }
        if (one.kind == definition_kind::funnel)
            return funnel_without_steps(at, path, known->first);
        if (words.size() == 1) {
            if (one.kind == definition_kind::kpi) return kpi(at, path, known->first);
            if (one.kind == definition_kind::let || one.kind == definition_kind::param)
                return named_value(at, path, words[0]);
            report(at, path, "E101", fmt::format("`{}` is not a value", words[0]),
                   "call it with its arguments in brackets");
            return nothing;
        }
    }
    if (const auto known = context_constant(at, path, words)) return *known;
    const std::size_t before = troubles();
    if (const term_id found = entity_path(at, path, words); found != nothing) return found;
    if (troubles() != before) return nothing;
    if (const auto table = table_named(words[0])) {
        if (words.size() > 1) return row_value_as_kpi(at, path, *table, words.back());
        report(at, path, "E201", fmt::format("`{}` is a table, not a number", words[0]),
               fmt::format("count({})", words[0]));
        return nothing;
    }
    for (table_id t = 0; t < out_.tables.size(); ++t) {
        if (words.size() == 1 && out_.tables[t].columns.find(words[0]))
            return row_value_as_kpi(at, path, t, words[0]);
    }
    unknown_name(at, path, words[0]);
    return nothing;
}

/// having and sort: a dimension of the request by its name.
term_id checker::result_name(const scope& at, node_id path, std::span<const std::string> words) {
    if (!out_.asked) return nothing;
    for (std::uint32_t i = 0; i < by_names_.size(); ++i) {
        if (!std::equal(words.begin(), words.end(), by_names_[i].begin(), by_names_[i].end()))
            continue;
        term t;
        t.kind = op::group_key;
        t.at = level::group;
        t.with = i;
        t.type = out_.asked->by[i].type;
        t.text = ast(at.document).at(path).where;
        t.source = at.document;
        return intern(std::move(t));
    }
    for (const shown& one : out_.asked->terms) {
        if (words.size() == 1 && one.head.name == words[0]) return one.term;
    }
    return nothing;
}

term_id checker::kpi(const scope& at, node_id path, const std::string& name) {
    const wanted what{wanted::kind::kpi, name};
    return ready(at, path, what) ? done_[what] : nothing;
}

}  // namespace merit::language
