// Clauses behind a group term: each changes one part of the context of what it covers.
#include <fmt/format.h>

#include <utility>

#include "data/calendar/week_literal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

using step_kind = time_step::kind;

step_kind kind_of(over_kind how) {
    switch (how) {
        case over_kind::trailing:
            return step_kind::trailing;
        case over_kind::prior:
            return step_kind::prior;
        case over_kind::to_date:
            return step_kind::to_date;
        case over_kind::all_to_date:
            return step_kind::all_to_date;
        case over_kind::fixed:
            break;
    }
    return step_kind::fixed;
}

bool regroups(node_kind what) {
    return what == node_kind::across_clause || what == node_kind::by_clause;
}

}  // namespace

/// `x c1 c2` is `(x c1) c2`: what stands further out changes the context first.
term_id checker::clause_chain(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const auto of = a.children_of(a.at(id));
    if (at.table != nothing) {
        report(at, of[1], "E211", "a clause cannot stand inside a row's expression",
               "put it last in the aggregate's brackets");
        return nothing;
    }
    std::optional<span_value> matured;
    if (is_funnel_call(at, of[0]))
        for (const node_id clause : of.subspan(1))
            if (a.at(clause).kind == node_kind::matured_clause)
                matured = read_length(at, a.children_of(a.at(clause))[0]);
    term_id out = matured ? funnel_call(at, of[0], matured) : expression(at, of[0]);
    bool filtered = false;
    for (std::size_t i = 1; i < of.size() && out != nothing; ++i) {
        if (matured && a.at(of[i]).kind == node_kind::matured_clause) continue;
        change made;
        const bool filters = a.at(of[i]).kind == node_kind::where_clause;
        if (regroups(a.at(of[i]).kind)) {
            // `across rep by rep.team` is one regrouping.
            std::size_t last = i + 1;
            while (last < of.size() && regroups(a.at(of[last]).kind)) ++last;
            made.kind = change_kind::regroup;
            if (!read_regrouping(at, of.subspan(i, last - i), out, made.groups)) return nothing;
            i = last - 1;
        } else if (!context_clause(at, of[0], of[i], out, made)) {
            return nothing;
        }
        if (std::exchange(filtered, filters) && filters) {
            join_filter(at, of[i], made.where);
            continue;
        }
        out = changed_term(at, id, out, std::move(made));
    }
    return out;
}

/// Filters in a row are one filter.
void checker::join_filter(const scope& at, node_id clause, const std::vector<on_table>& more) {
    std::vector<on_table>& before = out_.changes.back().where;
    for (std::size_t i = 0; i < before.size(); ++i)
        before[i].term =
            scalar(at, clause, function::logical_and, boolean_type, {before[i].term, more[i].term});
}

term_id checker::changed_term(const scope& at, node_id id, term_id of, change made) {
    out_.changes.push_back(std::move(made));
    term t;
    t.kind = op::in_context;
    t.at = level::group;
    t.type = get(of).type;
    t.with = static_cast<std::uint32_t>(out_.changes.size() - 1);
    t.of = {of};
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    return over_money(std::move(t));
}

bool checker::context_clause(const scope& at, node_id covered, node_id clause, term_id out,
                             change& made) {
    const tree& a = ast(at.document);
    switch (a.at(clause).kind) {
        case node_kind::where_clause: {
            std::set<table_id> homes;
            tables_under(out, homes);
            made.where = resolve_where(at, a.children_of(a.at(clause))[0], homes);
            return made.where.size() == homes.size();
        }
        case node_kind::over_clause:
        case node_kind::shift_clause:
        case node_kind::previous_period_clause:
        case node_kind::as_of_clause:
            made.kind = change_kind::time;
            return read_time_step(at, clause, made.time);
        case node_kind::unfiltered_clause:
            made.kind = change_kind::unfiltered;
            return true;
        default:
            report(
                at, clause, "E211", "this clause belongs inside an aggregate's brackets",
                a.at(covered).kind == node_kind::call
                    ? fmt::format("write it before the closing bracket of {}", written(at, covered))
                    : fmt::format("write it in the brackets of the aggregate that {} stands for",
                                  written(at, covered)));
            return false;
    }
}

bool checker::read_time_step(const scope& at, node_id clause, time_step& into) {
    const tree& a = ast(at.document);
    const node& n = a.at(clause);
    const auto of = a.children_of(n);
    into.text = n.where;
    into.source = at.document;
    switch (n.kind) {
        case node_kind::previous_period_clause:
            into.what = step_kind::shift;
            into.count = 1;
            return true;
        case node_kind::shift_clause:
            into.what = step_kind::shift;
            into.of = static_cast<unit>(n.op);
            return read_amount(at, of[0], into);
        case node_kind::as_of_clause:
            into.what = step_kind::as_of;
            if (!read_fixed(at, of, into)) return false;
            // The last instant that is seen; a coarse date is its end.
            into.fixed.from =
                (calendar_ ? calendar_->to_instant(into.fixed.to) : into.fixed.to) - 1;
            return true;
        default:
            break;
    }
    into.what = kind_of(static_cast<over_kind>(n.op));
    into.of = static_cast<unit>(n.op2);
    if (into.what == step_kind::fixed) return read_fixed(at, of, into);
    return of.empty() || read_amount(at, of[0], into);
}

/// A number of units: written, a let, or a parameter bound at the run.
bool checker::read_amount(const scope& at, node_id amount, time_step& into) {
    const tree& a = ast(at.document);
    const term_id found =
        a.at(amount).kind == node_kind::path ? group_path(at, amount) : literal(at, amount);
    if (found == nothing) return false;
    const term& t = get(found);
    const value* known = constant_of(found);
    const auto* count = known == nullptr ? nullptr : std::get_if<std::int64_t>(known);
    if (t.kind == op::parameter && t.type.kind == type_kind::int64) {
        into.count_parameter = t.with;
        return true;
    }
    if (count == nullptr || *count < 1 || *count > 1'000'000'000) {
        report(at, amount, "E104", "this is not a whole number of units, at least one",
               "write it as a number, a let or a param");
        return false;
    }
    into.count = *count;
    return true;
}

/// One or two dates, as written or by the name of a let.
bool checker::read_fixed(const scope& at, std::span<const node_id> ends, time_step& into) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
        scope where = at;
        node_id end = ends[i];
        if (ast(at.document).at(end).kind == node_kind::path) {
            const auto* known =
                in_.find(at.document, ast(at.document).text(ast(at.document).at(end)));
            if (known == nullptr || known->second.kind != definition_kind::let) {
                report(at, end, "E112", "this is no date or period",
                       "write @2026, @2026Q1, @2026-03 or @2026-03-31, or a let that holds one");
                return false;
            }
            where.document = known->second.document;
            end = body_of(ast(where.document), known->second.node).back();
        }
        const tree& b = ast(where.document);
        const auto date = is_date_literal(where, end)
                              ? calendar::read_date(b.text(b.at(end)), out_.calendar)
                              : std::nullopt;
        if (!date) {
            report(at, ends[i], "E112", "this is no date or period",
                   "write @2026, @2026Q1, @2026-03 or @2026-03-31");
            return false;
        }
        if (i == 0) into.fixed.from = date->covers.from;
        if (i == 0) into.of = date->grain;
        into.fixed.to = date->covers.to;
    }
    if (into.fixed.to > into.fixed.from) return true;
    report(at, ends[0], "E413", "the range ends before it begins", "write the earlier date first");
    return false;
}

/// A grouping that a clause names.
std::optional<dimension_name> checker::read_dimension_name(const scope& at, node_id id,
                                                           const std::set<table_id>& homes) {
    const tree& a = ast(at.document);
    dimension_name out;
    if (a.at(id).kind == node_kind::unit_name) {
        out.calendar_unit = static_cast<unit>(a.at(id).op);
        return out;
    }
    const std::vector<std::string> words = path_words(at, id);
    out.name = fmt::format("{}", fmt::join(words, "."));
    if (words.size() == 1) {
        for (std::uint32_t e = 0; e < out_.entities.size(); ++e)
            if (out_.entities[e].name == words[0]) out.entity = e;
        if (out.entity != nothing) return out;
    }
    for (const std::vector<std::string>& one : asked_names())
        if (one == words) return out;
    for (const table_id home : homes) {
        scope row = at;
        row.table = home;
        row.names = naming::context;
        const bool before = silent_;
        silent_ = true;
        const term_id found = context_path(row, id);
        silent_ = before;
        if (found != nothing) return out;
    }
    unknown_name(at, id, words[0]);
    return std::nullopt;
}

bool checker::read_regrouping(const scope& at, std::span<const node_id> clauses, term_id covered,
                              regrouping& into) {
    const tree& a = ast(at.document);
    std::set<table_id> homes;
    tables_under(covered, homes);
    for (const node_id clause : clauses) {
        const node& n = a.at(clause);
        if (n.kind == node_kind::by_clause) continue;
        into.all = n.op != 0;
        for (const node_id one : a.children_of(n)) {
            auto name = read_dimension_name(at, one, homes);
            if (!name) return false;
            into.names.push_back(*std::move(name));
        }
    }
    for (const node_id clause : clauses) {
        if (a.at(clause).kind != node_kind::by_clause) continue;
        for (const node_id one : a.children_of(a.at(clause)))
            if (!read_added(at, one, homes, into)) return false;
    }
    return true;
}

/// `by d` on a term: d must be an attribute of a grouping that is dropped.
bool checker::read_added(const scope& at, node_id id, const std::set<table_id>& homes,
                         regrouping& into) {
    const tree& a = ast(at.document);
    const std::vector<std::string> words =
        a.at(id).kind == node_kind::unit_name ? std::vector<std::string>{} : path_words(at, id);
    added_dimension made;
    for (std::uint32_t e = 0; e < out_.entities.size() && words.size() > 1; ++e) {
        if (out_.entities[e].name == words[0]) made.entity = e;
    }
    if (made.entity == nothing || out_.entities[made.entity].table == nothing) {
        report(at, id, "E330",
               fmt::format("`{}` is not determined by a grouping that `across` drops",
                           written(at, id)),
               "name an attribute of the dropped entity: revenue across rep by rep.team");
        return false;
    }
    made.is = resolve_dimension(at, id, homes);
    if (made.is.on.size() != homes.size()) return false;
    scope row = at;
    row.table = out_.entities[made.entity].table;
    row.names = naming::columns;
    std::span<const std::string> behind = std::span(words).subspan(1);
    made.now = asks_now(row.table, behind);
    if (made.now) behind = behind.subspan(1);
    made.attribute = member(row, id, row.table, behind, true);
    if (made.attribute == nothing) return false;
    into.added.push_back(std::move(made));
    return true;
}

/// growth(m, shift) and change(m, shift): m against itself under the shift.
term_id checker::comparison_in_time(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    const std::string_view name = a.text(a.at(a.children_of(a.at(id))[0]));
    const bool yearly = name == "同比";
    const bool periodic = name == "环比";
    if (arguments.size() != (yearly || periodic ? 1U : 2U)) {
        report(at, id, "E303",
               fmt::format("`{}` does not take {} argument{}", name, arguments.size(),
                           arguments.size() == 1 ? "" : "s"),
               std::string(entry.signature));
        return nothing;
    }
    if (at.table != nothing) {
        report(at, id, "E202", fmt::format("`{}` compares a KPI with itself, not a row", name),
               "use it outside an aggregate's brackets");
        return nothing;
    }
    change shift;
    shift.kind = change_kind::time;
    shift.time = {
        .what = step_kind::shift, .count = 1, .text = a.at(id).where, .source = at.document};
    if (yearly) shift.time.of = unit::year;
    if (!yearly && !periodic) {
        const node& second = a.at(arguments[1]);
        const auto clauses = a.children_of(second);
        const bool one = second.kind == node_kind::argument_clauses && clauses.size() == 1;
        const node_kind what = one ? a.at(clauses[0]).kind : node_kind::literal;
        if (what != node_kind::shift_clause && what != node_kind::previous_period_clause) {
            report(at, arguments[1], "E303", fmt::format("`{}` needs a shift in time", name),
                   fmt::format("{0}({1}, 1 year ago)   or   {0}({1}, previous period)", name,
                               written(at, arguments[0])));
            return nothing;
        }
        if (!read_time_step(at, clauses[0], shift.time)) return nothing;
    }
    const term_id now = expression(at, arguments[0]);
    if (now == nothing || !needs_group(at, arguments[0], now, name)) return nothing;
    const term_id base = changed_term(at, id, now, std::move(shift));
    const term_id apart = arithmetic(at, id, operation::subtract, now, base);
    if (apart == nothing || entry.what == function::change) return apart;
    const term_id ratio = arithmetic(at, id, operation::divide, apart, base);
    if (ratio == nothing) return nothing;
    return scalar(at, id, function::growth, get(ratio).type, {ratio, base});
}

bool checker::needs_group(const scope& at, node_id id, term_id what, std::string_view by) {
    if (get(what).at == level::group) return true;
    report(at, id, "E201", fmt::format("`{}` needs a KPI, not a constant", by),
           "name a KPI, or write an aggregate");
    return false;
}

/// as_of, period.start, period.end, covered.end.
std::optional<term_id> checker::context_constant(const scope& at, node_id path,
                                                 std::span<const std::string> words) {
    term t;
    if (words.size() == 1 && words[0] == "as_of") t.kind = op::as_of;
    if (words.size() == 2 && words[0] == "period" && words[1] == "start") t.kind = op::period_start;
    if (words.size() == 2 && words[0] == "period" && words[1] == "end") t.kind = op::period_end;
    if (words.size() == 2 && words[0] == "covered" && words[1] == "end") t.kind = op::covered_end;
    if (t.kind == op::constant) return std::nullopt;
    t.at = t.kind == op::as_of ? level::constant : at.table != nothing ? level::row : level::group;
    if (t.at == level::row) t.home = at.table;
    t.type = {.kind = type_kind::timestamp};
    t.text = ast(at.document).at(path).where;
    t.source = at.document;
    return intern(std::move(t));
}

}  // namespace merit::language
