// Funnels. Each row of the first step begins a chain; what came of it are values of that row. A
// call folds them for each entity, by the chain that gets furthest, and then over the entities.
#include <fmt/format.h>

#include "language/checker.hpp"

namespace merit::language {

namespace {

constexpr std::size_t most_steps = 32;

/// What a funnel is asked for, with the names of its first and last step.
std::string calls_of(std::string_view funnel, const funnel_info& of) {
    return fmt::format("{0}.rate({1}, {2})   {0}.count({2})   {0}.median_time({1}, {2})", funnel,
                       of.names.front(), of.names.back());
}

}  // namespace

bool checker::is_funnel_call(const scope& at, node_id id) const {
    const tree& a = ast(at.document);
    if (a.at(id).kind != node_kind::call) return false;
    const node& callee = a.at(a.children_of(a.at(id))[0]);
    if (callee.kind != node_kind::path || callee.count != 1) return false;
    const auto* known = in_.find(at.document, a.text(callee));
    return known != nullptr && known->second.kind == definition_kind::funnel;
}

/// The rows that begin chains are a view of the table, so that they are the home of what is asked.
void checker::declare_funnels() {
    for (const auto& [name, one] : in_.names) {
        if (one.kind != definition_kind::funnel) continue;
        const tree& a = ast(one.document);
        const std::vector<node_id> body = body_of(a, one.node);
        const auto base = table_named(a.text(a.at(body[1])));
        if (!base) continue;
        table_info view = out_.tables[*base];
        view.name = name + " entries";
        view.view_of = *base;
        view.entity = nothing;
        view.kept = nothing;
        out_.tables.push_back(std::move(view));
        out_.funnels.push_back(
            {name, static_cast<table_id>(out_.tables.size() - 1), nothing, {}, {}, {}});
    }
}

std::uint32_t checker::funnel_named(const scope& at, node_id id, const std::string& name) {
    const wanted what{wanted::kind::funnel, name};
    if (!ready(at, id, what)) return nothing;
    if (funnels_[name] == nothing) ++told_elsewhere_;
    return funnels_[name];
}

std::optional<span_value> checker::read_length(const scope& at, node_id literal) {
    const tree& a = ast(at.document);
    const value& length = a.values[a.at(literal).value];
    if (const auto* span = std::get_if<span_value>(&length)) return *span;
    const auto* exact = std::get_if<duration_value>(&length);
    if (exact == nullptr) return std::nullopt;
    return span_value{static_cast<std::int64_t>(exact->microseconds / 1e6), unit::second};
}

void checker::funnel_definition(const std::string& name) {
    const definition& one = in_.names.find(name)->second;
    const tree& a = ast(one.document);
    const scope at{.document = one.document};
    const std::vector<node_id> body = body_of(a, one.node);
    funnels_[name] = nothing;
    std::uint32_t index = 0;
    while (index < out_.funnels.size() && out_.funnels[index].name != name) ++index;
    if (index == out_.funnels.size())
        return report(at, body[1], "E101",
                      fmt::format("there is no table `{}`", a.text(a.at(body[1]))),
                      "declare it, or give its data a name with --data");
    funnel_info made = out_.funnels[index];
    made.names.clear();
    made.steps.clear();
    const table_id base = out_.tables[made.table].view_of;
    if (out_.tables[base].time == nothing)
        return report(
            at, body[1], "E412",
            fmt::format("a funnel goes by time, and table {} has none", out_.tables[base].name),
            fmt::format("add `time: <column>` to table {}", out_.tables[base].name));
    const std::string entity(a.text(a.at(body[0])));
    for (const std::uint32_t r : references_of(base))
        if (made.reference == nothing && out_.references[r].role == entity) made.reference = r;
    if (made.reference == nothing || out_.references[made.reference].column == nothing)
        return report(
            at, body[0], "E101",
            fmt::format("the rows of {} do not refer to a `{}`", out_.tables[base].name, entity),
            fmt::format("declare it: table {} {{ {}: column }}", out_.tables[base].name, entity));
    std::size_t next = 2;
    if (a.at(body[next]).kind != node_kind::step) made.within = read_length(at, body[next++]);
    scope row = at;
    row.table = base;
    for (; next < body.size(); ++next) {
        const std::string step(a.text(a.at(body[next])));
        for (const std::string& known : made.names)
            if (known == step)
                return report(at, body[next], "E103", fmt::format("`{}` is a step already", step),
                              "give one of them another name");
        made.names.push_back(step);
        made.steps.push_back(condition(row, a.children_of(a.at(body[next]))[0]));
        if (made.steps.back() == nothing) {
            if (!missing_.empty()) funnels_.erase(name);
            return;
        }
    }
    if (made.steps.size() < 2 || made.steps.size() > most_steps)
        return report(at, one.node, "E303", fmt::format("a funnel has two to {} steps", most_steps),
                      "step lead: type = \"lead\"  step won: type = \"won\"");
    row.table = made.table;
    const node_id first = body[made.within ? 3 : 2];
    const term_id entries = condition(row, a.children_of(a.at(first))[0]);
    if (!missing_.empty()) {
        funnels_.erase(name);
        return;
    }
    out_.tables[made.table].kept = entries;
    out_.funnels[index] = std::move(made);
    funnels_[name] = index;
}

std::optional<std::uint32_t> checker::funnel_step(const scope& at, node_id id,
                                                  const funnel_info& of) {
    const std::string said(ast(at.document).text(ast(at.document).at(id)));
    for (std::uint32_t i = 0; i < of.names.size(); ++i)
        if (of.names[i] == said) return i;
    report(at, id, "E101", fmt::format("funnel `{}` has no step `{}`", of.name, written(at, id)),
           fmt::format("its steps are {}", fmt::join(of.names, ", ")));
    return std::nullopt;
}

term_id checker::chain_term(const scope& at, node_id id, std::uint32_t funnel,
                            chain_value::kind what, std::uint32_t step) {
    const chain_value wanted_value{funnel, what, step};
    std::uint32_t index = 0;
    while (index < out_.chains.size() && !(out_.chains[index] == wanted_value)) ++index;
    if (index == out_.chains.size()) out_.chains.push_back(wanted_value);
    const table_info& rows = out_.tables[out_.funnels[funnel].table];
    term t;
    t.kind = op::chain;
    t.at = level::row;
    t.home = out_.funnels[funnel].table;
    t.type = what == chain_value::kind::time ? rows.columns.fields[rows.time].type : int_type;
    t.with = index;
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// An aggregate of the rows that begin chains.
term_id checker::of_entries(const scope& at, node_id id, std::uint32_t funnel, function what,
                            term_id argument, term_id where) {
    const table_info& rows = out_.tables[out_.funnels[funnel].table];
    aggregate made;
    made.what = what;
    made.table = out_.funnels[funnel].table;
    made.argument = argument;
    made.where = where;
    made.placed_on = own_member(at, id, made.table, rows.columns.fields[rows.time].name);
    return aggregate_term(at, id, made);
}

/// An aggregate of the entities, each as its rows of the cell show it.
term_id checker::over_entities(const scope& at, node_id id, std::uint32_t funnel, function what,
                               term_id argument, term_id where) {
    const reference_info& through = out_.references[out_.funnels[funnel].reference];
    dimension by;
    by.name = out_.entities[through.entity].name;
    by.label = by.name;
    by.entity = through.entity;
    by.type = out_.tables[through.from].columns.fields[through.column].type;
    const table_id home = out_.funnels[funnel].table;
    by.on.push_back(
        {home, own_member(at, id, home, out_.tables[home].columns.fields[through.column].name)});
    aggregate made;
    made.what = what;
    made.argument = argument;
    made.where = where;
    made.entity = through.entity;
    made.per.push_back(std::move(by));
    return aggregate_term(at, id, made);
}

/// Entries whose window was open as of the run's instant and that had not come to a step.
term_id checker::unfinished(const scope& at, node_id id, std::uint32_t funnel, std::uint32_t step,
                            term_id where) {
    const table_info& rows = out_.tables[out_.funnels[funnel].table];
    const term_id time = chain_term(at, id, funnel, chain_value::kind::time, 0);
    const type is = rows.columns.fields[rows.time].type;
    const term_id length =
        constant(at, id, *out_.funnels[funnel].within, {.kind = type_kind::span});
    const term_id end = scalar(at, id, function::add_span, is, {time, length});
    term now;
    now.kind = op::as_of;
    now.type = is;
    now.with = 1;  // where the run has no instant, nothing is known to be unfinished
    now.text = ast(at.document).at(id).where;
    now.source = at.document;
    const term_id open =
        scalar(at, id, function::greater, boolean_type, {end, intern(std::move(now))});
    const term_id reached = chain_term(at, id, funnel, chain_value::kind::reached, 0);
    const term_id missing = scalar(at, id, function::less, boolean_type,
                                   {reached, constant(at, id, std::int64_t{step} + 1, int_type)});
    term_id all = scalar(at, id, function::logical_and, boolean_type, {open, missing});
    if (where != nothing) all = scalar(at, id, function::logical_and, boolean_type, {where, all});
    return noted(of_entries(at, id, funnel, function::count, nothing, all),
                 "entries whose window is still open");
}

/// `matured s`: entries so long ago.
term_id checker::matured_entries(const scope& at, node_id id, std::uint32_t funnel,
                                 span_value length) {
    const table_info& rows = out_.tables[out_.funnels[funnel].table];
    const type is = rows.columns.fields[rows.time].type;
    const term_id time = chain_term(at, id, funnel, chain_value::kind::time, 0);
    const term_id span = constant(at, id, length, {.kind = type_kind::span});
    term now;
    now.kind = op::as_of;
    now.type = is;
    now.text = ast(at.document).at(id).where;
    now.source = at.document;
    return scalar(at, id, function::less_equal, boolean_type,
                  {scalar(at, id, function::add_span, is, {time, span}), intern(std::move(now))});
}

/// sales.rate(lead, won), sales.count(won), sales.median_time(lead, won).
term_id checker::funnel_without_steps(const scope& at, node_id path, const std::string& name) {
    const std::uint32_t funnel = funnel_named(at, path, name);
    if (funnel == nothing) return nothing;
    report(at, path, "E201", fmt::format("`{}` is a funnel, and no step is named", name),
           calls_of(name, out_.funnels[funnel]));
    return nothing;
}

term_id checker::funnel_call(const scope& at, node_id id, std::optional<span_value> matured) {
    const tree& a = ast(at.document);
    const auto parts = a.children_of(a.at(id));
    const std::string name(a.text(a.at(parts[0])));
    const std::string word(a.text(a.at(a.children_of(a.at(parts[0]))[0])));
    if (at.table != nothing) {
        report(at, id, "E202", "a funnel folds entities, but stands where each row has a value",
               "take it out of the brackets");
        return nothing;
    }
    const std::uint32_t funnel = funnel_named(at, parts[0], in_.find(at.document, name)->first);
    if (funnel == nothing) return nothing;
    const funnel_info& of = out_.funnels[funnel];
    const std::size_t takes = word == "count" ? 1 : 2;
    if ((word != "rate" && word != "count" && word != "median_time") || parts.size() != takes + 1) {
        report(at, id, "E303", fmt::format("a funnel has no `{}`", written(at, id)),
               calls_of(name, of));
        return nothing;
    }
    const auto first = funnel_step(at, parts[1], of);
    const auto last = takes == 2 ? funnel_step(at, parts[2], of) : first;
    if (!first || !last) return nothing;
    if (takes == 2 && *last <= *first) {
        std::uint32_t from = *last;
        std::uint32_t to = *first;
        if (from == to && to + 1 < of.names.size())
            ++to;
        else if (from == to)
            --from;
        report(at, id, "E303",
               fmt::format("`{}` does not come behind `{}`", of.names[*last], of.names[*first]),
               fmt::format("{}.{}({}, {})", name, word, of.names[from], of.names[to]));
        return nothing;
    }
    const term_id kept =
        matured ? matured_entries(at, id, funnel, *matured) : static_cast<term_id>(nothing);
    const term_id furthest =
        noted(of_entries(at, id, funnel, function::max,
                         chain_term(at, id, funnel, chain_value::kind::reached, 0), kept),
              "steps that its best chain reached");
    const auto reaches = [&](std::uint32_t step) {
        return noted(scalar(at, id, function::greater_equal, boolean_type,
                            {furthest, constant(at, id, std::int64_t{step} + 1, int_type)}),
                     "came to the step");
    };
    term_id out = nothing;
    if (word == "count") {
        out = over_entities(at, id, funnel, function::count_if, reaches(*last), nothing);
    } else if (word == "rate") {
        out = over_entities(at, id, funnel, function::share, reaches(*last), reaches(*first));
    } else {
        out = over_entities(at, id, funnel, function::median,
                            time_taken(at, id, funnel, {*first, *last}, kept), reaches(*last));
    }
    if (out == nothing || !of.within) return out;
    const term_id open = unfinished(at, id, funnel, *last, kept);
    return scalar(at, id, function::immature, get(out).type, {out, open});
}

/// From one step to another, by the chain that counts for the entity.
term_id checker::time_taken(const scope& at, node_id id, std::uint32_t funnel,
                            std::pair<std::uint32_t, std::uint32_t> steps, term_id where) {
    const term_id from = chain_term(at, id, funnel, chain_value::kind::time, steps.first);
    const term_id to = chain_term(at, id, funnel, chain_value::kind::time, steps.second);
    const table_info& rows = out_.tables[out_.funnels[funnel].table];
    aggregate made;
    made.what = function::first;
    made.table = out_.funnels[funnel].table;
    made.argument = arithmetic(at, id, operation::subtract, to, from);
    made.second = chain_term(at, id, funnel, chain_value::kind::place, 0);
    made.where = where;
    made.placed_on = own_member(at, id, made.table, rows.columns.fields[rows.time].name);
    if (made.argument == nothing) return nothing;
    return noted(aggregate_term(at, id, made), "time from the one step to the other");
}

}  // namespace merit::language
