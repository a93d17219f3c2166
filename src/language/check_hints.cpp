// Hints: what is right in form and likely not what is meant. They never stop anything, and an
// `@allow CODE` on the definition silences them. Those about judging are in check_judging_hints.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

namespace {

bool allows(const tree& a, node_id statement, std::string_view code) {
    for (const node_id id : a.children_of(a.at(statement))) {
        const node& at = a.at(id);
        if (at.kind != node_kind::annotation || a.text(at) != "allow") continue;
        for (const node_id argument : a.children_of(at)) {
            const node& n = a.at(argument);
            const bool literal = n.kind == node_kind::literal;
            if ((literal ? to_string(a.values[n.value]) : std::string(a.text(n))) == code)
                return true;
        }
    }
    return false;
}

bool is_span_literal(const tree& a, node_id id) {
    if (a.at(id).kind != node_kind::literal) return false;
    const value& held = a.values[a.at(id).value];
    return std::holds_alternative<span_value>(held) || std::holds_alternative<duration_value>(held);
}

/// The last word of a path, by which an entity's date is known whether or not the entity is named.
std::string_view last_word(const tree& a, node_id path) {
    if (a.at(path).kind != node_kind::path) return {};
    const auto words = a.children_of(a.at(path));
    return words.empty() ? a.text(a.at(path)) : a.text(a.at(words.back()));
}

/// Whether a time is counted from that date: `t - lead.created_at`, `work_time(lead.created_at,
/// t)`.
bool counts_from(const tree& a, node_id id, std::string_view date) {
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    if (n.kind == node_kind::group) return counts_from(a, of[0], date);
    if (n.kind == node_kind::sum_chain)
        return of.size() == 2 && last_word(a, of[1]) == date &&
               a.operations(n)[1] == static_cast<std::uint8_t>(operation::subtract);
    return n.kind == node_kind::call && of.size() > 2 && last_word(a, of[1]) == date;
}

}  // namespace

/// The statement of a file that a place lies in; nothing in a request.
node_id checker::statement_at(std::uint32_t document, std::uint32_t byte) const {
    const tree& a = ast(document);
    if (a.nodes.empty() || a.at(a.root).kind != node_kind::file) return nothing;
    for (const node_id id : a.children_of(a.at(a.root)))
        if (a.at(id).where.begin <= byte && byte < a.at(id).where.end) return id;
    return nothing;
}

bool checker::is_allowed(std::uint32_t document, std::uint32_t byte, std::string_view code) const {
    const node_id statement = statement_at(document, byte);
    return statement != nothing && allows(ast(document), statement, code);
}

void checker::hint(std::uint32_t document, byte_range where, std::string code, std::string message,
                   std::string help) {
    if (is_allowed(document, where.begin, code)) return;
    report(document, where, std::move(code), std::move(message), std::move(help), severity::hint);
}

void checker::hint(const scope& at, node_id id, std::string code, std::string message,
                   std::string help) {
    hint(at.document, ast(at.document).at(id).where, std::move(code), std::move(message),
         std::move(help));
}

/// A quotient of two values of the group, or a share, whatever constant it is multiplied by.
bool checker::is_ratio(term_id id) const {
    while (true) {
        const term& t = get(id);
        if (t.kind == op::aggregate) return out_.aggregates[t.with].what == function::share;
        if (t.kind == op::in_context) {
            id = t.of[0];
            continue;
        }
        if (t.kind != op::scalar || t.of.empty()) return false;
        const bool constant_last = t.of.size() < 2 || get(t.of[1]).at == level::constant;
        const bool constant_first = get(t.of[0]).at == level::constant;
        switch (t.what) {
            case function::growth:
                return true;
            case function::divide:
                if (constant_first) return false;
                if (!constant_last) return true;
                id = t.of[0];
                break;
            case function::multiply:
                if (constant_first == constant_last) return false;
                id = t.of[constant_first ? 1 : 0];
                break;
            case function::to_double:
            case function::to_decimal:
            case function::round:
            case function::if_blank:
                id = t.of[0];
                break;
            default:
                return false;
        }
    }
}

/// H201 of entities: `avg(won / closed per rep)`.
void checker::hint_mean_of_ratios(const scope& at, node_id id, const aggregate& made,
                                  node_id inner) {
    if (made.what != function::avg && made.what != function::sum) return;
    if (!is_ratio(made.argument)) return;
    const std::string& entity = out_.entities[made.entity].name;
    hint(at, id, "H201",
         made.what == function::avg
             ? fmt::format("this is a mean of ratios: every {} weighs the same, however much lies "
                           "behind its ratio",
                           entity)
             : fmt::format("this is a sum of ratios, one of each {}", entity),
         fmt::format("for the ratio of all together write {}", written(at, inner)));
}

/// H201 of rows: `avg(deals.won / deals.calls)`.
void checker::hint_mean_of_quotients(const scope& at, node_id id, const aggregate& made,
                                     node_id argument) {
    if (made.what != function::avg || made.argument == nothing) return;
    const term& t = get(made.argument);
    if (t.kind != op::scalar || t.what != function::divide) return;
    if (get(t.of[0]).at != level::row || get(t.of[1]).at != level::row) return;
    const tree& a = ast(at.document);
    const bool chained = a.at(argument).kind == node_kind::clause_chain;
    const node_id inner = chained ? a.children_of(a.at(argument))[0] : argument;
    std::string help = "divide a sum by a sum: sum(x) / sum(y)";
    if (a.at(inner).kind == node_kind::product_chain && a.at(inner).count == 2) {
        const std::string clauses =
            written(at, argument).substr(chained ? written(at, inner).size() : 0);
        const auto sum = [&](node_id of) {
            const bool bare = a.at(of).kind == node_kind::path && a.at(of).count == 0;
            return fmt::format("sum({}{}{})", bare ? out_.tables[made.table].name + "." : "",
                               written(at, of), chained ? clauses : "");
        };
        const auto of = a.children_of(a.at(inner));
        help = fmt::format("for the ratio of all together write {} / {}", sum(of[0]), sum(of[1]));
    }
    hint(at, id, "H201",
         fmt::format("this is a mean of ratios: every row of {} weighs the same, however large it "
                     "is",
                     out_.tables[made.table].name),
         help);
}

bool checker::time_is_said(table_id table) const {
    while (table != nothing) {
        if (said_properties_.contains(std::pair(table, std::string("time")))) return true;
        table = out_.tables[table].view_of;
    }
    return false;
}

/// H301: the host, and no text, said which of several dates places the rows of a KPI.
void checker::hint_default_time(const scope& at, node_id id, const aggregate& made) {
    const table_info& table = out_.tables[made.table];
    if (table.time == nothing || made.population || time_is_said(made.table)) return;
    const node_id statement = statement_at(at.document, ast(at.document).at(id).where.begin);
    if (statement == nothing || ast(at.document).at(statement).kind != node_kind::kpi_statement)
        return;
    std::string others;
    for (std::uint32_t i = 0; i < table.columns.fields.size(); ++i) {
        if (i == table.time || !is_time(table.columns.fields[i].type)) continue;
        others += fmt::format("{}`{}`", others.empty() ? "" : ", ", table.columns.fields[i].name);
    }
    if (others.empty() || !placed_by_default_.emplace(at.document, statement).second) return;
    const std::string& taken = table.columns.fields[table.time].name;
    hint(at, id, "H301",
         fmt::format("this is placed in time by `{}`, the time of {}, which has {} too", taken,
                     table.name, others),
         fmt::format("say which is meant: on {} in the brackets, or table {} {{ time: {} }}", taken,
                     table.name, taken));
}

/// How far a condition looks forward from that date: "24h", "3 months", "months" where their number
/// is not known; nothing when it does not.
std::string checker::looks_forward(const scope& at, node_id id, std::string_view date) const {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    if (n.kind == node_kind::within && n.op == 0 && last_word(a, of[2]) == date)
        return written(at, of[1]);
    if (n.kind == node_kind::in_unit_after && last_word(a, of[2]) == date) {
        const std::string unit = unit_name_of(static_cast<merit::unit>(n.op));
        const value held = a.at(of[1]).kind == node_kind::literal ? a.values[a.at(of[1]).value]
                                                                  : value(blank_value{});
        const auto* const count = std::get_if<decimal_value>(&held);
        if (count == nullptr || count->scale != 0) return unit + "s";
        return fmt::format("{} {}{}", static_cast<std::int64_t>(count->units) + 1, unit,
                           count->units == 0 ? "" : "s");
    }
    const auto how = static_cast<operation>(n.op);
    if (n.kind == node_kind::binary && (how == operation::less || how == operation::less_equal) &&
        is_span_literal(a, of[1]) && counts_from(a, of[0], date))
        return written(at, of[1]);
    if (n.kind == node_kind::binary &&
        (how == operation::greater || how == operation::greater_equal) &&
        is_span_literal(a, of[0]) && counts_from(a, of[1], date))
        return written(at, of[0]);
    for (const node_id child : of) {
        std::string found = looks_forward(at, child, date);
        if (!found.empty()) return found;
    }
    return {};
}

/// H302: a cohort by a date, judged by what follows that date, with members too young to be judged.
void checker::hint_unripe(const scope& at, node_id id, const aggregate& made, node_id argument) {
    if (made.placed_on == nothing || made.matured) return;
    const tree& a = ast(at.document);
    node_id date = nothing;
    for (const node_id clause : a.children_of(a.at(argument)).subspan(1))
        if (a.at(clause).kind == node_kind::on_clause) date = a.children_of(a.at(clause))[0];
    if (date == nothing) return;
    const std::string_view word = last_word(a, date);
    const std::string span = word.empty() ? std::string() : looks_forward(at, argument, word);
    if (span.empty()) return;
    hint(at, id, "H302",
         fmt::format("a {} is judged before its {} have passed", out_.entities[made.entity].name,
                     span),
         span[0] >= '0' && span[0] <= '9'
             ? fmt::format(
                   "write `matured {}` behind the date, so that only those old enough count", span)
             : fmt::format("write `matured` and one of the {} more behind the date, so that only "
                           "those old enough count",
                           span));
}

/// H503: a place among peers that counts from the wrong end.
void checker::hint_direction(const scope& at, node_id id, const peer& made, node_id compared) {
    const bool places = made.what == function::rank || made.what == function::percent_rank ||
                        made.what == function::ntile;
    const tree& a = ast(at.document);
    node_id inner = compared;
    while (a.at(inner).kind == node_kind::clause_chain || a.at(inner).kind == node_kind::group)
        inner = a.children_of(a.at(inner))[0];
    if (!places || made.lowest_first || kpi_annotation(at, inner, "good") != "down") return;
    for (const node_id argument : a.children_of(a.at(id)))
        if (a.at(argument).kind == node_kind::argument_named && a.text(a.at(argument)) == "order")
            return;  // said on purpose
    const std::string call = written(at, id);
    hint(at, id, "H503",
         fmt::format("`{}` is better when low, but `{}` puts the highest first", written(at, inner),
                     name_of(made.what)),
         fmt::format("{}, order: \"lowest\")", call.substr(0, call.size() - 1)));
}

/// Windows and shifts that begin where all of time ends.
static bool starts_at_end(time_step::kind what) {
    using kind = time_step::kind;
    return what == kind::trailing || what == kind::prior || what == kind::to_date ||
           what == kind::shift;
}

/// Whether an attribute is what the latest rows say, so that it changes with time.
bool checker::looks_at_latest(std::uint32_t attribute) const {
    term_walk walk(out_.attributes[attribute].term);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (t.kind == op::aggregate) {
            const aggregate& one = out_.aggregates[t.with];
            if (one.what == function::last || (one.what == function::max && is_time(t.type)))
                return true;
        }
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time &&
            starts_at_end(out_.changes[t.with].time.what))
            return true;
        walk.add(t.of);
    }
    return false;
}

/// H303: such an attribute where the request has periods, the past ones too.
void checker::hint_latest_in_periods(const request& asked) {
    if (!asks_period(asked)) return;
    term_walk walk(std::vector<term_id>{});
    for (const dimension& one : asked.by)
        for (const on_table& key : one.on) walk.add(key.term);
    for (const shown& one : asked.terms) walk.add(one.term);
    for (const on_table& one : asked.where) walk.add(one.term);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        walk.add(t.of);
        if (t.kind == op::aggregate) {
            const aggregate& one = out_.aggregates[t.with];
            walk.add({one.argument, one.second, one.where, one.placed_on});
        }
        if (t.kind == op::in_context)
            for (const on_table& one : out_.changes[t.with].where) walk.add(one.term);
        if (t.kind != op::attribute || !looks_at_latest(t.with)) continue;
        const attribute_info& of = out_.attributes[t.with];
        const std::string& entity = out_.entities[of.entity].name;
        const auto& defined = in_.attributes.find(std::pair(entity, of.name))->second;
        if (allows(ast(defined.document), defined.node, "H303")) continue;
        hint(t.source, t.text, "H303",
             fmt::format("`{}.{}` is what the latest rows say, in past periods too", entity,
                         of.name),
             fmt::format("what was true then is an aggregate: last(x by t) over all to date; if "
                         "today's {} is meant, write `@allow H303` before the kpi or the attribute",
                         of.name));
    }
}

}  // namespace merit::language
