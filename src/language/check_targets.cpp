// `targets` statements, and what a request may ask of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "language/target_terms.hpp"

namespace merit::language {

namespace {

std::optional<unit> unit_of(std::string_view word) {
    for (const unit one : {unit::day, unit::week, unit::month, unit::quarter, unit::year,
                           unit::fiscal_month, unit::fiscal_quarter, unit::fiscal_year})
        if (unit_name_of(one) == word) return one;
    return std::nullopt;
}

}  // namespace

/// The rows of a target table as a view of their own, with the entities that they are for.
void checker::declare_targets(const definition& one) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    targets_info made;
    made.name = std::string(a.text(a.at(one.node)));
    made.document = one.document;
    made.node = one.node;
    const std::vector<node_id> body = body_of(a, one.node);
    std::optional<table_id> base;
    for (const node_id id : body) {
        if (a.text(a.at(id)) != "from") continue;
        const node_id inside = a.children_of(a.at(id))[0];
        base = table_named(a.text(a.at(inside)));
        if (!base)
            report(at, inside, "E101", fmt::format("there is no table `{}`", written(at, inside)),
                   "give its file with --data, or add it to the model");
    }
    if (!base || table_named(made.name)) {
        if (base)
            report(at, one.node, "E103", fmt::format("`{}` is a table already", made.name),
                   "give the targets another name");
        made.good = false;
        targets_.push_back(std::move(made));
        return;
    }
    table_info view = out_.tables[*base];
    view.name = made.name;
    view.view_of = *base;
    view.entity = nothing;
    view.kept = nothing;
    view.time = nothing;
    view.kind = table_kind::events;
    out_.tables.push_back(std::move(view));
    made.table = static_cast<table_id>(out_.tables.size() - 1);
    const std::size_t before = troubles();
    for (const node_id id : body) target_property(made, at, id);
    made.good = troubles() == before;
    if (made.good && (made.value == nothing || out_.tables[made.table].time == nothing ||
                      made.period == unit::none)) {
        report(at, one.node, "E104",
               "targets need the rows, their time, their period and the value",
               "targets plan { from: rows, time: month_start, period: \"month\", value: amount }");
        made.good = false;
    }
    targets_.push_back(std::move(made));
}

void checker::target_property(targets_info& into, const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const std::string word(a.text(a.at(id)));
    const node_id inside = a.children_of(a.at(id))[0];
    if (word == "from") return;
    if (word == "who") {
        into.who = inside;
        return;
    }
    if (word == "time") return role_property(into.table, at, word, inside);
    if (word == "kpi" || word == "value") {
        const auto column = column_property(into.table, at, inside);
        if (column) (word == "kpi" ? into.kpi : into.value) = *column;
        return;
    }
    if (a.at(inside).kind == node_kind::literal) {
        const bool known = word == "period" || word == "spread" || word == "prorate" ||
                           word == "roll" || word == "missing" || word == "calendar";
        if (!known) {
            constexpr std::array<std::string_view, 11> words = {
                "from", "kpi",     "time",    "period",   "value", "spread",
                "roll", "missing", "prorate", "calendar", "who"};
            const std::vector<std::string> near =
                near_names(word, std::vector<std::string>(words.begin(), words.end()));
            report(at, id, "E101", fmt::format("targets have no property `{}`", word),
                   near.empty() ? fmt::format("the properties are {}", fmt::join(words, ", "))
                                : fmt::format("did you mean {}?", fmt::join(near, ", ")));
        } else if (!target_word(at, id, into, word))
            report(at, inside, "E104",
                   fmt::format("`{}` is no {} of targets", written(at, inside), word),
                   "period: \"month\", spread: \"days\", \"workdays\" or \"equal\", roll: \"sum\", "
                   "\"avg\" or \"last\", missing: \"blank\" or \"zero\", prorate: \"days\" or "
                   "\"workdays\"");
        return;
    }
    const bool entity = std::any_of(out_.entities.begin(), out_.entities.end(),
                                    [&](const entity_info& e) { return e.name == word; });
    if (!entity)
        return report(
            at, id, "E101",
            fmt::format("targets have no property `{}`, and no entity has that name", word),
            fmt::format("declare the entity with `entity {}`, or correct the name", word));
    const auto column = column_property(into.table, at, inside);
    if (!column) return;
    into.references.push_back(static_cast<std::uint32_t>(out_.references.size()));
    add_reference(into.table, word, word, *column);
}

/// Properties that are one of a few words; false when it is none of them.
bool checker::target_word(const scope& at, node_id id, targets_info& into, std::string_view word) {
    const tree& a = ast(at.document);
    const std::string said = to_string(a.values[a.at(a.children_of(a.at(id))[0]).value]);
    const auto one_of = [&](std::string_view name, auto& place, auto is) {
        if (said != name) return false;
        place = is;
        return true;
    };
    if (word == "period") {
        const auto found = unit_of(said);
        if (found) into.period = *found;
        return found.has_value();
    }
    if (word == "spread" || word == "prorate") {
        spread_kind& place = word == "spread" ? into.spread : into.prorate;
        return one_of("days", place, spread_kind::days) ||
               one_of("workdays", place, spread_kind::workdays) ||
               (word == "spread" && one_of("equal", place, spread_kind::equal));
    }
    if (word == "roll")
        return one_of("sum", into.roll, roll_kind::sum) ||
               one_of("avg", into.roll, roll_kind::avg) ||
               one_of("last", into.roll, roll_kind::last);
    if (word == "missing")
        return one_of("blank", into.missing_is_zero, false) ||
               one_of("zero", into.missing_is_zero, true);
    if (word != "calendar") return false;
    into.calendar = said;
    return true;
}

/// What can be said once tables and references are known.
void checker::finish_targets() {
    for (targets_info& one : targets_) {
        if (!one.good) continue;
        const scope at{.document = one.document};
        const type& value = out_.tables[one.table].columns.fields[one.value].type;
        if (!is_number(value) && value.kind != type_kind::money &&
            value.kind != type_kind::duration) {
            report(at, one.node, "E301",
                   fmt::format("a target is a number or an amount, not {}", value.to_string()),
                   "value: a column with numbers");
            one.good = false;
        }
        const bool works =
            one.spread == spread_kind::workdays || one.prorate == spread_kind::workdays;
        if ((works || !one.calendar.empty()) &&
            working_calendar(at, one.node, one.calendar) == nothing)
            one.good = false;
        if (one.prorate == spread_kind::none || one.references.empty()) continue;
        const table_id home = out_.references[one.references.front()].to;
        if (home != nothing && out_.tables[home].kind >= table_kind::interval) continue;
        report(at, one.node, "E104",
               fmt::format("`prorate` needs to know from when to when a {} is there",
                           out_.references[one.references.front()].role),
               "table reps { entity: rep, key: id, kind: interval(hired, left) }");
        one.good = false;
    }
}

const targets_info* checker::targets_named(const scope& at, node_id id,
                                           std::span<const node_id> arguments) {
    const tree& a = ast(at.document);
    if (targets_.empty()) {
        report(at, id, "E101", "there are no targets",
               "targets plan { from: rows, kpi: code, rep: rep, time: month, period: \"month\", "
               "value: amount }");
        return nullptr;
    }
    if (arguments.size() == 2) {
        for (const targets_info& one : targets_)
            if (one.name == a.text(a.at(arguments[1]))) return &one;
        report(at, arguments[1], "E101",
               fmt::format("there are no targets `{}`", written(at, arguments[1])),
               fmt::format("there are {}", targets_.front().name));
        return nullptr;
    }
    if (targets_.size() == 1) return &targets_.front();
    report(
        at, id, "E422", "several targets fit",
        fmt::format("name one: target({}, {})", written(at, arguments[0]), targets_.front().name));
    return nullptr;
}

/// target(m), attainment(m): m is the name of a KPI.
term_id checker::target_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (at.table != nothing) {
        report(at, id, "E202", "a target is that of a group, not of a row",
               "take it out of the brackets");
        return nothing;
    }
    const auto* known = !arguments.empty() && a.at(arguments[0]).kind == node_kind::path
                            ? in_.find(at.document, a.text(a.at(arguments[0])))
                            : nullptr;
    if (known == nullptr || known->second.kind != definition_kind::kpi || arguments.size() > 2) {
        std::string help = fmt::format("{}({})", entry.name, example_kpi());
        const bool chain =
            arguments.size() == 1 && a.at(arguments[0]).kind == node_kind::clause_chain;
        if (chain) {  // `target(m where …)`: the clause stands behind
            const std::string whole = written(at, arguments[0]);
            const std::string inner = written(at, a.children_of(a.at(arguments[0]))[0]);
            help = fmt::format("({}({}){})", entry.name, inner, whole.substr(inner.size()));
        } else if (!arguments.empty() && known == nullptr) {
            help = fmt::format("give it a name, kpi k = {}, and its targets that name: {}(k)",
                               written(at, arguments[0]), entry.name);
        }
        report(at, id, "E303", fmt::format("`{}` takes the name of a KPI", entry.name), help);
        return nothing;
    }
    const targets_info* const of = targets_named(at, id, arguments);
    if (of == nullptr) return nothing;
    if (!of->good) {
        ++told_elsewhere_;
        return nothing;
    }
    const term_id actual = kpi(at, arguments[0], known->first);
    if (actual == nothing) return nothing;
    const target_place here{at, id, *of, known->first, is_additive(actual)};
    const term_id target = target_terms(*this, here).whole();
    if (target == nothing) return nothing;
    target_uses_.insert_or_assign(target, target_use{of, here.additive, known->first});
    if (entry.what == function::target) return target;
    const std::string good = annotation_of(ast(known->second.document), known->second.node, "good");
    return good == "down" ? arithmetic(at, id, operation::divide, target, actual)
                          : arithmetic(at, id, operation::divide, actual, target);
}

/// Counts and sums, and what is added and scaled of them.
bool checker::is_additive(term_id of) const {
    const term& t = get(of);
    if (t.at == level::constant) return false;
    if (t.kind == op::aggregate) {
        const function what = out_.aggregates[t.with].what;
        return out_.aggregates[t.with].at == border::none &&
               (what == function::count || what == function::sum || what == function::count_if);
    }
    if (t.kind == op::in_context)
        return out_.changes[t.with].kind == change_kind::where && is_additive(t.of[0]);
    if (t.kind != op::scalar) return false;
    const auto constant = [&](std::size_t i) { return get(t.of[i]).at == level::constant; };
    switch (t.what) {
        case function::add:
        case function::subtract:
            return is_additive(t.of[0]) && is_additive(t.of[1]);
        case function::multiply:
            return (constant(0) && is_additive(t.of[1])) || (constant(1) && is_additive(t.of[0]));
        case function::divide:
            return constant(1) && is_additive(t.of[0]);
        case function::negate:
        case function::to_decimal:
        case function::to_double:
        case function::one_currency:
        case function::money_of:
        case function::convert:
            return is_additive(t.of[0]);
        default:
            return false;
    }
}

}  // namespace merit::language
