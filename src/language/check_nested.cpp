// Entities that group: their attributes, and aggregates over them (`per`).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "language/checker.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

std::optional<std::uint32_t> checker::find_entity(std::string_view name) const {
    for (std::uint32_t e = 0; e < out_.entities.size(); ++e)
        if (out_.entities[e].name == name) return e;
    return std::nullopt;
}

type checker::key_type(std::uint32_t entity) const {
    const table_id table = out_.entities[entity].table;
    if (table != nothing && out_.tables[table].key != nothing)
        return out_.tables[table].columns.fields[out_.tables[table].key].type;
    for (const reference_info& one : out_.references)
        if (one.entity == entity && one.column != nothing)
            return out_.tables[one.from].columns.fields[one.column].type;
    return {.kind = type_kind::text};
}

term_id checker::entity_key(const scope& at, node_id path, std::uint32_t entity) {
    term t;
    t.kind = op::entity_key;
    t.at = level::group;
    t.type = key_type(entity);
    t.with = entity;
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// An attribute's place. `nothing` when there is none, when it is in error or still to come.
std::uint32_t checker::attribute_named(const scope& at, node_id path, std::uint32_t entity,
                                       const std::string& name) {
    if (!is_attribute(entity, name)) return nothing;
    const wanted what{wanted::kind::attribute, name, entity};
    if (!ready(at, path, what)) return nothing;
    if (done_[what] == nothing) ++told_elsewhere_;
    return done_[what];
}

bool checker::is_attribute(std::uint32_t entity, const std::string& name) const {
    return !securing_ && in_.attributes.contains(std::pair(out_.entities[entity].name, name));
}

std::uint32_t checker::attribute_definition(std::uint32_t entity, const std::string& name) {
    const column_definition& one =
        in_.attributes.find(std::pair(out_.entities[entity].name, name))->second;
    const bool before = std::exchange(inside_per_, true);
    const std::vector<std::uint32_t> entities{entity};
    scope inside{.document = one.document};
    inside.per = &entities;
    const node_id body = body_of(ast(one.document), one.node).back();
    const term_id term = expression(inside, body);
    inside_per_ = before;
    if (term == nothing || !missing_.empty() || !needs_no_period({term}, false)) return nothing;
    std::set<table_id> homes;
    tables_under(term, homes);
    if (homes.empty()) attribute_homes(term, homes);
    auto by = entity_dimension(inside, body, entity, homes);
    if (!by) return nothing;
    out_.attributes.push_back({entity, name, term, *std::move(by)});
    return static_cast<std::uint32_t>(out_.attributes.size() - 1);
}

/// Tables whose rows tell for which entities the attributes in a term are known.
void checker::attribute_homes(term_id id, std::set<table_id>& found) const {
    term_walk walk(id);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::attribute)
            for (const on_table& one : out_.attributes[t.with].by.on) found.insert(one.table);
        walk.add(t.of);
    }
}

/// An entity as a grouping, by its key on each of some tables.
std::optional<dimension> checker::entity_dimension(const scope& at, node_id path,
                                                   std::uint32_t entity,
                                                   const std::set<table_id>& homes) {
    dimension made;
    made.name = out_.entities[entity].name;
    made.label = made.name;
    made.entity = entity;
    made.type = key_type(entity);
    for (const table_id home : homes) {
        std::vector<term_id> keys;
        const table_info& info = out_.tables[home];
        if (info.entity == entity)
            keys.push_back(own_member(at, path, home, info.columns.fields[info.key].name));
        for (const std::uint32_t r : references_of(home))
            if ((keys.empty() || info.entity != entity) && out_.references[r].entity == entity)
                keys.push_back(reference_key(at, path, r));
        if (keys.size() != 1) {
            report(at, path, keys.empty() ? "E210" : "E102",
                   keys.empty() ? fmt::format("the rows of {} do not refer to a {}",
                                              out_.tables[home].name, made.name)
                                : fmt::format("the rows of {} refer to a {} in two ways",
                                              out_.tables[home].name, made.name),
                   fmt::format("declare it: table {} {{ {}: column }}", out_.tables[home].name,
                               made.name));
            return std::nullopt;
        }
        made.on.push_back({home, keys[0]});
    }
    return made;
}

term_id checker::attribute_term(const scope& at, node_id path, std::uint32_t attribute,
                                term_id key) {
    term t;
    t.kind = op::attribute;
    t.at = get(key).at;
    t.home = get(key).home;
    t.type = get(out_.attributes[attribute].term).type;
    t.with = attribute;
    t.of = {key};
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// `rep.now.team`: a version is asked at `as of`, not at the date of a row or the end of a period.
bool checker::asks_now(table_id table, std::span<const std::string> words) const {
    return words.size() > 1 && words[0] == "now" && table != nothing &&
           out_.tables[table].kind == table_kind::versions;
}

/// `rep.role` where rep groups: a column of the entity's table, what lies behind it, or an
/// attribute.
term_id checker::group_attribute(const scope& at, node_id path, std::uint32_t entity,
                                 std::span<const std::string> words) {
    const std::uint32_t attribute =
        words.size() == 1 ? attribute_named(at, path, entity, words[0]) : nothing;
    if (attribute != nothing)
        return attribute_term(at, path, attribute, entity_key(at, path, entity));
    if (words.size() == 1 && is_attribute(entity, words[0])) return nothing;
    const table_id table = out_.entities[entity].table;
    if (table == nothing) {
        report(at, path, "E101",
               fmt::format("entity `{}` has no table and no attribute `{}`",
                           out_.entities[entity].name, words[0]),
               fmt::format("attribute {}.{} = …", out_.entities[entity].name, words[0]));
        return nothing;
    }
    scope row = at;
    row.table = table;
    row.names = naming::columns;
    row.per = nullptr;
    row.results = false;
    const bool now = asks_now(table, words);
    const term_id found = member(row, path, table, now ? words.subspan(1) : words, true);
    if (found == nothing) return nothing;
    term t;
    t.kind = op::of_group;
    if (now) t.what = function::last;
    t.at = level::group;
    t.type = get(found).type;
    t.with = entity;
    t.of = {found};
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// Paths that begin with an entity, and in a nested aggregate bare columns of the entity's table.
/// `nothing` when the path is none of these and nothing was reported.
term_id checker::entity_path(const scope& at, node_id path, std::span<const std::string> words) {
    const auto entity = find_entity(words[0]);
    if (entity && words.size() > 1) return group_attribute(at, path, *entity, words.subspan(1));
    if (at.per == nullptr) return nothing;
    if (entity && std::find(at.per->begin(), at.per->end(), *entity) != at.per->end())
        return entity_key(at, path, *entity);
    for (const std::uint32_t one : *at.per) {
        const table_id table = out_.entities[one].table;
        const bool attribute =
            in_.attributes.contains(std::pair(out_.entities[one].name, std::string(words[0])));
        const bool column =
            table != nothing &&
            (out_.tables[table].columns.find(words[0]) ||
             in_.computed_columns.contains(std::pair(out_.tables[table].name, words[0])));
        if (words.size() == 1 && (attribute || column))
            return group_attribute(at, path, one, words);
    }
    return nothing;
}

bool checker::is_nested(const scope& at, std::span<const node_id> arguments) const {
    const tree& a = ast(at.document);
    return std::any_of(arguments.begin(), arguments.end(), [&](node_id argument) {
        if (a.at(argument).kind != node_kind::clause_chain) return false;
        const auto of = a.children_of(a.at(argument)).subspan(1);
        return std::any_of(of.begin(), of.end(), [&](node_id clause) {
            return a.at(clause).kind == node_kind::per_clause;
        });
    });
}

bool checker::read_per(const scope& at, node_id clause, std::vector<std::uint32_t>& entities,
                       aggregate& into) {
    const tree& a = ast(at.document);
    into.every = a.at(clause).op == 1;
    for (const node_id one : a.children_of(a.at(clause))) {
        if (a.at(one).kind == node_kind::unit_name) continue;
        const std::vector<std::string> words = path_words(at, one);
        const auto entity = words.size() == 1 ? find_entity(words[0]) : std::nullopt;
        if (!entity) {
            report(at, one, "E101", fmt::format("`{}` is no entity", written(at, one)),
                   "declare it: entity customer, or a table with `customer: column`");
            return false;
        }
        entities.push_back(*entity);
    }
    if (entities.empty()) {
        report(at, clause, "E101", "`per` needs an entity",
               fmt::format("… per {} and {}", example_entity(nothing),
                           written(at, a.children_of(a.at(clause))[0])));
        return false;
    }
    into.entity = entities.front();
    return true;
}

bool checker::nested_clause(const scope& at, const scope& per, node_id clause, aggregate& into) {
    const tree& a = ast(at.document);
    const auto of = a.children_of(a.at(clause));
    switch (a.at(clause).kind) {
        case node_kind::per_clause:
            return true;
        case node_kind::where_clause: {
            const term_id one = condition(per, of[0]);
            if (one == nothing) return false;
            into.where = into.where == nothing ? one
                                               : scalar(per, clause, function::logical_and,
                                                        boolean_type, {into.where, one});
            return true;
        }
        case node_kind::on_clause:
            into.placed_on = expression(per, of[0]);
            if (into.placed_on == nothing) return false;
            if (is_time(get(into.placed_on).type) && get(into.placed_on).at == level::group)
                return true;
            report(at, clause, "E301", "`on` needs a date of the entity",
                   "name one of its columns or attributes: on customer.first_order_at");
            return false;
        case node_kind::matured_clause: {
            into.matured = read_length(at, of[0]);
            return into.matured.has_value();
        }
        case node_kind::by_clause:
            into.second = expression(per, of[0]);
            return into.second != nothing;
        default:
            break;
    }
    report(at, clause, "E211", "this clause has no meaning beside `per`",
           "write it behind the closing bracket");
    return false;
}

/// Where groups and filters act, and how each inner table reaches the entity.
bool checker::nested_home(const scope& at, node_id id, node_id per, aggregate& into) {
    std::set<table_id> inner;
    for (const term_id one : {into.argument, into.where, into.second})
        if (one != nothing) tables_under(one, inner);
    into.entity_home = into.every || into.placed_on != nothing || inner.empty();
    if (inner.empty()) into.every = true;
    const table_id table = out_.entities[into.entity].table;
    into.table = into.entity_home ? table : nothing;
    // Without a table, those exist that have the date.
    std::set<table_id> known = inner;
    if (table == nothing && into.placed_on != nothing) attribute_homes(into.placed_on, known);
    if (into.entity_home && table == nothing && into.every && known.empty()) {
        report(at, per, "E101",
               fmt::format("entity `{}` has no table, so it is not known which exist",
                           out_.entities[into.entity].name),
               fmt::format("write `per {0}`, or declare a table with `entity: {0}`",
                           out_.entities[into.entity].name));
        return false;
    }
    if (into.matured && into.placed_on == nothing) {
        report(at, id, "E413", "`matured` needs the date it counts from",
               fmt::format("… on {}.created_at matured 24h", out_.entities[into.entity].name));
        return false;
    }
    const tree& a = ast(at.document);
    for (const node_id one : a.children_of(a.at(per))) {
        const std::set<table_id>& homes = into.per.empty() ? known : inner;
        into.per.push_back(resolve_dimension(at, one, homes));
        const dimension& made = into.per.back();
        if (made.calendar_unit == unit::none && made.on.size() != homes.size()) return false;
        if (made.calendar_unit == unit::none && inner.empty()) {
            into.per.back().entity = *find_entity(made.name);
            into.per.back().type = key_type(into.per.back().entity);
        }
    }
    return into.placed_on == nothing ||
           needs_no_period({into.argument, into.where, into.second}, cuts_time(into));
}

/// outer(inner per entity): the inner group term is evaluated for each entity, the outer aggregate
/// folds its values.
term_id checker::nested_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (at.table != nothing) {
        report(at, id, "E202",
               fmt::format("`{}` aggregates entities, but stands where each row has its own value",
                           entry.name),
               "take it out of the brackets");
        return nothing;
    }
    const node_id chain = arguments[0];
    const bool chained = a.at(chain).kind == node_kind::clause_chain;
    const auto clauses =
        chained ? a.children_of(a.at(chain)).subspan(1) : std::span<const node_id>();
    aggregate made;
    made.what = entry.what;
    std::vector<std::uint32_t> entities;
    node_id per_node = nothing;
    for (const node_id clause : clauses) {
        if (a.at(clause).kind != node_kind::per_clause) continue;
        if (per_node != nothing || !read_per(at, clause, entities, made)) return nothing;
        per_node = clause;
    }
    if (per_node == nothing) {
        report(at, id, "E211", "`per` belongs to the first argument", std::string(entry.signature));
        return nothing;
    }
    scope per = at;
    per.per = &entities;
    per.results = false;
    const bool before = inside_per_;
    inside_per_ = true;
    const node_id inner = a.children_of(a.at(chain))[0];
    made.argument = takes_condition(entry.what) ? condition(per, inner) : expression(per, inner);
    bool good = made.argument != nothing && needs_group(at, inner, made.argument, entry.name);
    for (const node_id clause : clauses) good = good && nested_clause(at, per, clause, made);
    std::size_t positional = 1;
    for (const node_id argument : arguments.subspan(1)) {
        if (!good) break;
        if (a.at(argument).kind == node_kind::argument_named) {
            good = aggregate_option(at, per, argument, entry, made);
            continue;
        }
        good = positional < entry.most;
        ++positional;
        if (good) made.amount = expression(at, argument);
        good = good && made.amount != nothing;
    }
    inside_per_ = before;
    if (!good || !nested_home(at, id, per_node, made)) return nothing;
    if (made.what == function::count && get(made.argument).type.kind == type_kind::boolean) {
        report(at, inner, "E301",
               "count() of a condition would count entities on which it is known",
               fmt::format("count_if({} …)", written(at, inner)));
        return nothing;
    }
    hint_mean_of_ratios(at, id, made, inner);
    hint_unripe(at, id, made, chain);
    return one_currency(at, id, made, aggregate_term(at, id, made));
}

/// A unit beside `per` cuts the period of the request, so it needs one and is no longer than it.
void checker::check_units(const request& asked) {
    const unit finest = finest_unit(asked.by);
    // What no window reads: the periods of a window are others.
    term_walk walk(asked);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time &&
            out_.changes[t.with].time.what != time_step::kind::shift)
            continue;
        if (t.at == level::group) walk.add(t.of);
        if (t.kind != op::aggregate) continue;
        const aggregate& nested = out_.aggregates[t.with];
        unit piece = unit::none;
        for (const dimension& one : nested.per)
            if (one.calendar_unit != unit::none) piece = one.calendar_unit;
        if (piece == unit::none && !nested.per.empty() && nested.placed_on == nothing)
            walk.add({nested.argument, nested.where, nested.second});
        if (piece == unit::none || nested.placed_on != nothing) continue;
        if (!asks_period(asked))
            report(t.source, t.text, "E411",
                   fmt::format("there is no period to cut into {}s", unit_name_of(piece)),
                   "ask by a unit, such as `by month`, or `for` a period");
        else if (!nested.uncut && finest != unit::none &&
                 calendar::length_of(piece) > calendar::length_of(finest))
            report(t.source, t.text, "E411",
                   fmt::format("a {} is no part of a {}, by which it is asked", unit_name_of(piece),
                               unit_name_of(finest)),
                   fmt::format("ask by {}, or say: per … and {}", unit_name_of(piece),
                               unit_name_of(finest)));
    }
}

/// A value of an entity at group level needs that entity among the groups.
void checker::check_group_values(const request& asked) {
    term_walk walk(asked);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::of_group || t.kind == op::entity_key) {
            const bool there =
                std::any_of(asked.by.begin(), asked.by.end(),
                            [&](const dimension& one) { return one.entity == t.with; });
            const std::string& entity = out_.entities[t.with].name;
            const bool asked_for =
                std::any_of(asked.by.begin(), asked.by.end(),
                            [&](const dimension& one) { return one.name == entity; });
            if (!there && asked_for)
                report(t.source, t.text, "E201",
                       fmt::format("nothing shown reads rows, and entity `{}` has no table, so it "
                                   "is not known which there are",
                                   entity),
                       fmt::format("show a value of rows beside it, or declare a table with "
                                   "`entity: {}`",
                                   entity));
            else if (!there)
                report(t.source, t.text, "E201",
                       fmt::format("this has a value for each {}, and {} is not among the "
                                   "dimensions",
                                   entity, entity),
                       fmt::format("add `by {}`", entity));
            continue;
        }
        if (t.at == level::group) walk.add(t.of);
    }
}

/// Entities without a table have themselves only: no condition chooses among them, and nothing else
/// groups them.
void checker::check_homes(const request& asked) {
    struct place {
        term_id term;
        bool filtered;
        std::vector<bool> grouped;  ///< beside asked.by
        auto operator<=>(const place&) const = default;
    };
    std::vector<place> open;
    for (const term_id one : terms_read(asked))
        open.push_back({one, !asked.where.empty(), std::vector<bool>(asked.by.size(), true)});
    std::set<place> seen;
    while (!open.empty()) {
        place here = std::move(open.back());
        open.pop_back();
        if (here.term == nothing || !seen.insert(here).second) continue;
        const term& t = get(here.term);
        if (t.at != level::group) continue;
        if (t.kind == op::aggregate) {
            const aggregate& one = out_.aggregates[t.with];
            if (one.entity_home && one.table == nothing)
                tableless_home(t, one, here.filtered, here.grouped, asked);
            if (one.entity_home) continue;
            for (const term_id inner : {one.argument, one.where, one.second})
                open.push_back({inner, here.filtered, here.grouped});
        }
        if (t.kind == op::in_context) {
            const change& by = out_.changes[t.with];
            here.filtered = by.kind == change_kind::where ||
                            (here.filtered && by.kind != change_kind::unfiltered);
            for (std::size_t d = 0; by.kind == change_kind::regroup && d < asked.by.size(); ++d)
                if (drops(by.groups, asked.by[d])) here.grouped[d] = false;
        }
        for (const term_id one : t.of) open.push_back({one, here.filtered, here.grouped});
    }
}

void checker::tableless_home(const term& at, const aggregate& one, bool filtered,
                             const std::vector<bool>& grouped, const request& asked) {
    const std::string& entity = out_.entities[one.entity].name;
    const std::string help =
        fmt::format("add a table with one row for each: table t {{ entity: {}, key: … }}", entity);
    if (filtered)
        report(at.source, at.text, "E210",
               fmt::format("no table says of `{}` what `where` asks", entity), help);
    for (std::size_t d = 0; d < grouped.size(); ++d) {
        const dimension& by = asked.by[d];
        if (!grouped[d] || by.calendar_unit != unit::none || by.entity == one.entity) continue;
        report(at.source, at.text, "E210",
               fmt::format("no table says of `{}` its `{}`", entity, by.name), help);
    }
}

}  // namespace merit::language
