// What the rows of a table are in time, and whose they are: `kind:`, `split:`, `at end`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "language/checker.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

namespace {

/// Folds that have no meaning for a part of a row.
bool needs_whole_rows(function what) {
    return what == function::stddev || what == function::median || what == function::percentile ||
           what == function::percentile_disc || what == function::gini ||
           what == function::top_share || what == function::text_list;
}

}  // namespace

/// events, snapshot, changes, changes(entity), interval(from, to), versions(from, to).
void checker::kind_property(table_id table, const scope& at, node_id inside) {
    const tree& a = ast(at.document);
    const node& n = a.at(inside);
    const bool call = n.kind == node_kind::call;
    const auto parts = call ? a.children_of(n) : std::span<const node_id>();
    const std::string name(call ? a.text(a.at(parts[0])) : a.text(n));
    table_info& info = out_.tables[table];
    info.kind_at = table;
    if (name == "events" && !call) {
        info.kind = table_kind::events;
        return;
    }
    if (name == "snapshot" && !call) {
        info.kind = table_kind::snapshot;
        return;
    }
    if (name == "changes" && parts.size() <= 2) {
        info.kind = table_kind::changes;
        said_changes_.push_back({table, at.document, call ? parts[1] : inside});
        return;
    }
    if ((name == "interval" || name == "versions") && parts.size() == 3) {
        info.kind = name == "interval" ? table_kind::interval : table_kind::versions;
        for (const bool first : {true, false}) {
            const node_id end = parts[first ? 1 : 2];
            const auto column = column_property(table, at, end);
            if (!column) return;
            if (!is_time(info.columns.fields[*column].type))
                return report(at, end, "E301",
                              fmt::format("`{}` is {}, not a date or timestamp",
                                          info.columns.fields[*column].name,
                                          info.columns.fields[*column].type.to_string()),
                              fmt::format("say how it is written: {}: date(\"M/D/YYYY\")",
                                          info.columns.fields[*column].name));
            (first ? info.from : info.to) = *column;
        }
        return;
    }
    report(at, inside, "E101", fmt::format("`{}` is no kind of table", written(at, inside)),
           "write events, snapshot, changes, interval(from, to) or versions(from, to)");
}

/// Of what the rows of a table of changes are: as said, or what it refers to, if that is one.
void checker::finish_kinds() {
    for (const auto& [table, document, node] : said_changes_) {
        const scope at{.document = document};
        const tree& a = ast(document);
        const std::string said(a.text(a.at(node)));
        const std::vector<std::uint32_t> all = references_of(table);
        std::vector<std::uint32_t> found;
        for (const std::uint32_t r : all)
            if (said == "changes" || out_.references[r].role == said) found.push_back(r);
        if (found.size() == 1) {
            out_.tables[table].changed = found[0];
        } else {
            report(
                at, node, found.empty() ? "E104" : "E102",
                fmt::format("it is not said what the rows of {} change", out_.tables[table].name),
                all.empty() ? "declare what they refer to, such as `deal: deal_id`"
                            : fmt::format("kind: changes({})", out_.references[all[0]].role));
        }
        if (out_.tables[table].time != nothing) continue;
        report(at, node, "E412",
               fmt::format("changes need a time, and table {} has none", out_.tables[table].name),
               fmt::format("add `time: <column>` to table {}", out_.tables[table].name));
    }
    for (table_info& one : out_.tables)  // a view is of the kind of its rows
        if (one.view_of != nothing && one.kind_at != nothing && one.kind_at == one.view_of)
            one.changed = out_.tables[one.kind_at].changed;
}

void checker::split_property(table_id table, const scope& at, node_id inside) {
    const tree& a = ast(at.document);
    if (a.at(inside).kind != node_kind::call || a.children_of(a.at(inside)).size() != 4)
        return report(at, inside, "E104", "a split names its table and three of its columns",
                      "split: splits(deal, rep, share)");
    said_splits_.push_back({table, at.document, inside});
}

/// split: shares(key, user, share): each row of the table counts for every user of its shares.
void checker::finish_splits() {
    for (const auto& [table, document, node] : said_splits_) {
        const scope at{.document = document};
        const tree& a = ast(document);
        const auto parts = a.children_of(a.at(node));
        const auto shares = table_named(a.text(a.at(parts[0])));
        if (!shares) {
            report(at, parts[0], "E101",
                   fmt::format("there is no table `{}`", a.text(a.at(parts[0]))),
                   "give its file with --data, or add it to the model");
            continue;
        }
        if (const auto columns = split_columns(*shares, at, parts.subspan(1)))
            add_split({*shares, (*columns)[0], (*columns)[1], (*columns)[2], table, nothing}, at,
                      node);
    }
    for (table_info& one : out_.tables)
        if (one.view_of != nothing && one.split == nothing)
            one.split = out_.tables[one.view_of].split;
}

std::optional<std::array<std::uint32_t, 3>> checker::split_columns(table_id shares, const scope& at,
                                                                   std::span<const node_id> named) {
    std::array<std::uint32_t, 3> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto column = column_property(shares, at, named[i]);
        if (!column) return std::nullopt;
        out[i] = *column;
    }
    return out;
}

/// A split whose columns are known: which entities they are, and what of the table is shared.
void checker::add_split(split_info made, const scope& at, node_id node) {
    const tree& a = ast(at.document);
    const auto parts = a.children_of(a.at(node));
    const table_id table = made.table;
    const std::array columns{made.key, made.user, made.share};
    const table_id shares = made.shares;
    const schema& fields = out_.tables[shares].columns;
    const auto refers = [&](table_id from, std::uint32_t column) {
        for (const std::uint32_t r : references_of(from))
            if (out_.references[r].column == column) return r;
        return nothing;
    };
    const std::uint32_t user = refers(shares, columns[1]);
    const std::uint32_t key = refers(shares, columns[0]);
    if (user == nothing || key == nothing) {
        const std::string& column = fields.fields[columns[user == nothing ? 1 : 0]].name;
        report(at, parts[user == nothing ? 2 : 1], "E104",
               fmt::format("it is not said which entity `{}` of {} is", column,
                           out_.tables[shares].name),
               fmt::format("table {} {{ {}: {} }}", out_.tables[shares].name,
                           user == nothing ? "rep" : "deal", column));
        return;
    }
    const type& share = fields.fields[columns[2]].type;
    if (!is_number(share)) {
        report(at, parts[3], "E301", fmt::format("a share is a number, not {}", share.to_string()),
               "write shares such as 0.25 or 25%");
        return;
    }
    const std::uint32_t shared_entity = out_.references[key].entity;
    std::uint32_t shared =
        out_.tables[table].entity == shared_entity ? out_.tables[table].key : nothing;
    // A view that says nothing else refers as its base does, though that is linked later.
    const auto referring = [&](const auto& fits) {
        for (table_id t = table; t != nothing; t = out_.tables[t].view_of)
            for (const std::uint32_t r : references_of(t))
                if (fits(out_.references[r])) return r;
        return nothing;
    };
    if (shared == nothing) {
        const std::uint32_t r =
            referring([&](const reference_info& one) { return one.entity == shared_entity; });
        if (r != nothing) shared = out_.references[r].column;
    }
    if (shared == nothing) {
        report(at, node, "E104",
               fmt::format("the rows of {} do not refer to a {}", out_.tables[table].name,
                           out_.entities[shared_entity].name),
               fmt::format("table {} {{ {}: column }}", out_.tables[table].name,
                           out_.entities[shared_entity].name));
        return;
    }
    made.shared = shared;
    out_.splits.push_back(made);
    const auto split = static_cast<std::uint32_t>(out_.splits.size() - 1);
    out_.tables[table].split = split;
    const reference_info whose = out_.references[user];
    std::uint32_t own =
        referring([&](const reference_info& one) { return one.role == whose.role; });
    if (own == nothing || out_.references[own].from != table) {
        const std::uint32_t column = own == nothing ? nothing : out_.references[own].column;
        own = static_cast<std::uint32_t>(out_.references.size());
        out_.references.push_back({whose.role, whose.entity, table, column, nothing, nothing});
    }
    out_.references[own].split = split;
}

/// A row that is shared counts by its share: count, sum and the means are weighted.
bool checker::credit_call(const scope& at, node_id id, aggregate& into) {
    if (out_.tables[into.table].split == nothing) return true;
    const split_info& split = out_.splits[out_.tables[into.table].split];
    term t;
    t.kind = op::share_of;
    t.at = level::row;
    t.home = into.table;
    t.type = out_.tables[split.shares].columns.fields[split.share].type;
    t.with = out_.tables[into.table].split;
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    const term_id part = intern(std::move(t));
    const auto keep = [&](term_id condition) {
        into.where = into.where == nothing ? condition
                                           : scalar(at, id, function::logical_and, boolean_type,
                                                    {into.where, condition});
    };
    switch (into.what) {
        case function::count:
            if (into.argument != nothing) {
                const term_id blank =
                    scalar(at, id, function::is_blank, boolean_type, {into.argument});
                keep(scalar(at, id, function::logical_not, boolean_type, {blank}));
            }
            into.what = function::sum;
            into.argument = part;
            return true;
        case function::count_if:
            keep(into.argument);
            into.what = function::sum;
            into.argument = part;
            return true;
        case function::sum:
            if (into.argument == nothing) return true;  // told by who looks at the arguments
            into.argument = multiply(at, id, into.argument, part);
            return into.argument != nothing;
        case function::share: {
            const term_id one = constant(at, id, std::int64_t{1}, int_type);
            const term_id zero = constant(at, id, std::int64_t{0}, int_type);
            into.argument = scalar(at, id, function::if_, int_type, {into.argument, one, zero});
            into.what = function::weighted_avg;
            into.second = part;
            return true;
        }
        case function::avg:
            into.what = function::weighted_avg;
            into.second = part;
            return true;
        case function::weighted_avg:
            if (into.second == nothing) return true;
            into.second = multiply(at, id, into.second, part);
            return into.second != nothing;
        default:
            return true;
    }
}

/// `at end`, `at start`: the table must say what its rows are in time.
bool checker::at_clause(const scope& row, node_id clause, aggregate& into) {
    const table_info& info = out_.tables[into.table];
    if (info.kind == table_kind::events) {
        report(row, clause, "E412",
               fmt::format("the rows of {} are events, so nothing says which hold at one instant",
                           info.name),
               fmt::format("table {} {{ kind: interval(from, to) }}, or snapshot, or changes",
                           info.name));
        return false;
    }
    if (info.kind == table_kind::snapshot && info.time == nothing) {
        report(row, clause, "E412",
               fmt::format("snapshots need a time, and table {} has none", info.name),
               fmt::format("add `time: <column>` to table {}", info.name));
        return false;
    }
    if (into.at != border::none) {
        report(row, clause, "E211", "one end of the interval is enough", "keep one of the two");
        return false;
    }
    into.at = ast(row.document).at(clause).op == 1 ? border::start : border::end;
    return true;
}

/// A part of a row has no rank among the others.
void checker::check_credit(const request& asked) {
    using shared_tables = std::set<table_id>;
    std::vector<std::pair<term_id, shared_tables>> open;
    const auto add = [&](shared_tables& to, const std::vector<on_table>& on) {
        for (const on_table& one : on) {
            if (is_shared(one.term)) to.insert(one.table);
            open.emplace_back(one.term, shared_tables{});  // it may hold an attribute
        }
    };
    shared_tables of_request;
    for (const dimension& by : asked.by) add(of_request, by.on);
    add(of_request, asked.where);
    for (const term_id one : terms_read(asked)) open.emplace_back(one, of_request);
    std::set<std::pair<term_id, shared_tables>> met;
    while (!open.empty()) {
        auto [id, shared] = std::move(open.back());
        open.pop_back();
        if (id == nothing || !met.emplace(id, shared).second) continue;
        const term& t = get(id);
        if (t.kind == op::in_context) {
            add(shared, out_.changes[t.with].where);
            for (const added_dimension& by : out_.changes[t.with].groups.added)
                add(shared, by.is.on);
        }
        if (t.kind == op::peer)
            for (const added_dimension& by : out_.peers[t.with].across.added) add(shared, by.is.on);
        if (t.kind == op::attribute) {
            shared_tables of_entity;
            add(of_entity, out_.attributes[t.with].by.on);
            open.emplace_back(out_.attributes[t.with].term, std::move(of_entity));
        }
        for (const term_id one : t.of) open.emplace_back(one, shared);
        if (t.kind != op::aggregate) continue;
        const aggregate& one = out_.aggregates[t.with];
        for (const dimension& by : one.per) add(shared, by.on);
        for (const term_id inner : {one.argument, one.where, one.second})
            open.emplace_back(inner, shared);
        if (!one.per.empty()) continue;
        if (!needs_whole_rows(one.what) || out_.tables[one.table].split == nothing) continue;
        bool here = false;
        for (table_id table = one.table; table != nothing; table = out_.tables[table].view_of)
            here = here || shared.contains(table);
        for (const term_id read : {one.argument, one.where, one.second})
            here = here || (read != nothing && is_shared(read));
        if (!here) continue;
        report(t.source, t.text, "E204",
               fmt::format("`{}` needs whole rows, and here the rows of {} are shared",
                           name_of(one.what), out_.tables[one.table].name),
               "use sum, count or avg, or ask without the dimension that has the shares");
    }
}

/// Does a row term tell whose share of the row it is?
bool checker::is_shared(term_id of) const {
    term_walk walk(of);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::shared_key) return true;
        if (t.kind == op::look_up && t.of.size() == 1 && out_.references[t.with].split != nothing)
            return true;
        for (std::size_t i = t.kind == op::look_up ? 1 : 0; i < t.of.size(); ++i) walk.add(t.of[i]);
    }
    return false;
}

}  // namespace merit::language
