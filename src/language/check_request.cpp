// Requests: shown terms, dimensions and filters resolved on every table they reach, the asked
// range, having, sort.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "data/calendar/week_literal.hpp"
#include "language/checker.hpp"
#include "language/term_walk.hpp"

namespace merit::language {

namespace {

struct comma_in_number {
    byte_range where;
    std::string help;
};

/// `x * 1,5`: a comma between digits, where 1.5 is meant and two columns are read.
std::optional<comma_in_number> comma_before(std::string_view text, byte_range shown) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (shown.begin < 2 || text[shown.begin - 1] != ',' || !digit(shown.begin)) return {};
    std::uint32_t begin = shown.begin - 1;
    while (begin > 0 && digit(begin - 1)) --begin;
    const std::string_view left = text.substr(begin, shown.begin - 1 - begin);
    if (left.empty()) return std::nullopt;
    const std::string_view right = text.substr(shown.begin, shown.end - shown.begin);
    return comma_in_number{{begin, shown.end},
                           fmt::format("write {0}.{1} or {0}, {1}", left, right)};
}

}  // namespace

/// Tables whose rows the aggregates below a term read; `grouped`: only those that this dimension
/// groups, not what `across` takes out of it.
void checker::tables_under(term_id id, std::set<table_id>& found,
                           const dimension_name* grouped) const {
    term_walk walk(id);
    for (term_id next = walk.next(); next != nothing; next = walk.next()) {
        const term& t = get(next);
        if (grouped != nullptr && t.kind == op::in_context) {
            const change& made = out_.changes[t.with];
            const std::vector<dimension_name>& names = made.groups.names;
            const bool named = std::any_of(names.begin(), names.end(), [&](const auto& one) {
                return one.name == grouped->name ||
                       (one.entity != nothing && one.entity == grouped->entity);
            });
            if (made.kind == change_kind::regroup && named != made.groups.all) continue;
        }
        if (t.kind == op::aggregate) {
            const aggregate& one = out_.aggregates[t.with];
            if (one.table != nothing) found.insert(one.table);
            // Who has no table is known by the rows that name them.
            if (one.table == nothing && one.entity_home)
                for (const on_table& named : one.per.front().on) found.insert(named.table);
            if (!one.per.empty() && !one.entity_home)
                walk.add({one.argument, one.where, one.second});
        }
        if (t.at == level::group) walk.add(t.of);
    }
}

/// Tables whose rows a dimension of the request groups; all, where no shown term keeps it;
/// the entity's own, where nothing shown reads rows.
std::set<table_id> checker::tables_grouped(const request& asked, const scope& at, node_id dimension,
                                           const std::set<table_id>& all) const {
    if (ast(at.document).at(dimension).kind == node_kind::unit_name) return all;
    dimension_name name;
    name.name = fmt::format("{}", fmt::join(path_words(at, dimension), "."));
    if (const auto entity = find_entity(name.name)) name.entity = *entity;
    std::set<table_id> out;
    for (const term_id one : terms_read(asked)) tables_under(one, out, &name);
    if (!out.empty() || !all.empty() || name.entity == nothing) return out.empty() ? all : out;
    // Only values of the entity itself are shown: its own rows tell which there are.
    const table_id own = out_.entities[name.entity].table;
    return own == nothing ? out : std::set{own};
}

void checker::group_by(std::span<const placed_node> dimensions, const std::set<table_id>& homes,
                       request& asked) {
    asked.by.clear();
    for (const auto& [document, one] : dimensions) {
        const scope at{.document = document};
        asked.by.push_back(resolve_dimension(at, one, tables_grouped(asked, at, one, homes)));
    }
}

dimension checker::resolve_dimension(const scope& at, node_id id, const std::set<table_id>& homes) {
    const tree& a = ast(at.document);
    dimension out;
    if (a.at(id).kind == node_kind::unit_name) {
        out.calendar_unit = static_cast<unit>(a.at(id).op);
        out.name = unit_name_of(out.calendar_unit);
        out.label = out.name;
        out.type = text_type;
        return out;
    }
    const std::vector<std::string> words = path_words(at, id);
    out.name = fmt::format("{}", fmt::join(words, "."));
    out.label = out.name;
    /// What the name means on one table: the same on another table only for an entity and its
    /// attributes.
    std::vector<std::string> meanings;
    for (const table_id home : homes) {
        scope row = at;
        row.table = home;
        row.names = naming::context;
        const term_id found = context_path(row, id);
        if (found == nothing) continue;
        out.on.push_back({home, found});
        out.type = get(found).type;
        if (out.type.kind == type_kind::money && out.type.currency[0] == 0)
            report(at, id, "E220",
                   fmt::format("`{}` has a currency on every row, so its amounts are no groups",
                               out.name),
                   fmt::format("convert them in a column: column {}.converted = {}",
                               out_.tables[home].name, conversion_of(found)));
        const term* last = &get(found);
        while (last->kind == op::look_up) last = &get(last->of[0]);
        // A computed column may be one value for all rows, which belongs to no table.
        table_id of = last->home == nothing ? home : last->home;
        while (out_.tables[of].view_of != nothing) of = out_.tables[of].view_of;
        std::string meaning = fmt::format("{}.{}", out_.tables[of].name, last->with);
        if (last->kind == op::attribute) meaning = fmt::format("attribute {}", last->with);
        for (const std::uint32_t r : references_of(home)) {
            const reference_info& ref = out_.references[r];
            const bool shares = get(found).kind == op::shared_key && get(found).with == r;
            const bool column = get(found).kind == op::column && get(found).with == ref.column;
            if (!shares && !column) continue;
            if (words.size() != 1 ||
                (ref.role != words[0] && out_.entities[ref.entity].name != words[0]))
                continue;
            out.entity = ref.entity;
            meaning = out_.entities[ref.entity].name;
        }
        const table_info& info = out_.tables[home];
        if (info.entity != nothing && info.key == get(found).with &&
            get(found).kind == op::column && words.size() == 1 &&
            out_.entities[info.entity].name == words[0]) {
            out.entity = info.entity;
            meaning = words[0];
        }
        meanings.push_back(std::move(meaning));
    }
    for (std::size_t i = 1; i < meanings.size(); ++i) {
        if (meanings[i] == meanings[0]) continue;
        report(at, id, "E102",
               fmt::format("`{}` is not the same thing for every column shown", out.name),
               fmt::format("group by an entity, or say {}.{} and show one table at a time",
                           out_.tables[out.on[0].table].name, words.back()));
        break;
    }
    return out;
}

/// One condition a table; fewer than `homes` when it does not reach one of them (which is
/// reported).
std::vector<on_table> checker::resolve_where(const scope& at, node_id id,
                                             const std::set<table_id>& homes) {
    std::vector<on_table> out;
    for (const table_id home : homes) {
        scope row = at;
        row.table = home;
        row.names = naming::context;
        row.results = false;
        const term_id found = condition(row, id);
        if (found != nothing) out.push_back({home, found});
    }
    return out;
}

void checker::conjuncts(const scope& at, node_id id, std::vector<node_id>& into) const {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    if (n.kind == node_kind::group || n.kind == node_kind::logical_and) {
        for (const node_id child : a.children_of(n)) conjuncts(at, child, into);
        return;
    }
    into.push_back(id);
}

void checker::shown_term(const scope& at, node_id id, request& into) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const node_id inside = a.children_of(n)[0];
    const bool path = a.at(inside).kind == node_kind::path;
    const std::vector<std::string> words =
        path ? path_words(at, inside) : std::vector<std::string>{};
    const auto* known = path ? in_.find(at.document, words[0]) : nullptr;
    if (known != nullptr && known->second.kind == definition_kind::scorecard) {
        const scorecard* card = scorecard_named(at, inside, known->first);
        if (card == nullptr) return;
        if (words.size() == 1) return show_scorecard(at, id, *card, into);
    }
    const term_id found = expression(at, inside);
    if (found == nothing) return;
    if (get(found).type.kind == type_kind::span) {
        report(at, inside, "E301", "a span of the calendar is no value to show",
               "divide a duration by it, or show its number alone");
        return;
    }
    shown one;
    one.term = found;
    one.head.name = n.text != 0 ? std::string(a.text(n)) : written(at, inside);
    one.head.label = one.head.name;
    one.head.type = get(found).type;
    if (one.head.type.kind == type_kind::money && one.head.type.currency[0] == 0) {
        one.currency = currency_of(at, inside, found);
        if (one.currency == nothing) return;
    }
    if (known != nullptr) {
        const tree& d = ast(known->second.document);
        if (known->second.kind == definition_kind::kpi && words.size() == 1) {
            const std::string label = label_of(d, known->second.node);
            one.head.unit = annotation_of(d, known->second.node, "unit");
            if (!label.empty() && n.text == 0) one.head.label = label;
        }
        if (known->second.kind == definition_kind::scorecard) {
            one.head.scorecard = words[0];
            one.head.role = words[1] == "rank"   ? column_role::rank
                            : words[1] == "band" ? column_role::band
                                                 : column_role::score;
            if (one.head.role == column_role::score) one.head.unit = "score";
        }
    }
    into.terms.push_back(std::move(one));
}

void checker::read_range(const scope& at, node_id id, request& into) {
    const tree& a = ast(at.document);
    const auto ends = a.children_of(a.at(id));
    calendar::interval range{};
    for (std::size_t i = 0; i < ends.size(); ++i) {
        node_id end = ends[i];
        scope where = at;
        if (a.at(end).kind == node_kind::path) {
            const std::string name(a.text(a.at(end)));
            const auto* known = in_.find(at.document, name);
            if (known == nullptr || (known->second.kind != definition_kind::let &&
                                     known->second.kind != definition_kind::param)) {
                return unknown_name(at, end, name);
            }
            where.document = known->second.document;
            end = body_of(ast(where.document), known->second.node).back();
            if (known->second.kind == definition_kind::param) {
                if (named_value(at, ends[i], name) == nothing) return;
                std::uint32_t index = 0;
                while (out_.parameters[index].name != name) ++index;
                (i == 0 ? into.range_from_parameter : into.range_to_parameter) = index;
                if (ends.size() == 1) into.range_to_parameter = index;
            }
        }
        const tree& b = ast(where.document);
        const auto date =
            is_date_literal(where, end) ? calendar::read_date(b.text(b.at(end)), out_.calendar)
            : b.at(end).kind == node_kind::literal
                ? calendar::read_date(to_string(b.values[b.at(end).value]), out_.calendar)
                : std::nullopt;
        if (!date)
            return report(at, ends[i], "E112", "this is no date or period",
                          "write @2026, @2026Q1, @2026-03 or @2026-03-31");
        if (i == 0) range.from = date->covers.from;
        range.to = date->covers.to;
        into.range_grain = i == 0 ? date->grain : std::min(into.range_grain, date->grain);
    }
    if (range.to <= range.from)
        return report(at, id, "E413", "the range ends before it begins",
                      "write the earlier date first");
    into.range = range;
}

void checker::read_order(const scope& at, node_id id, request& into) {
    const tree& a = ast(at.document);
    scope results = at;
    results.results = true;
    const node& n = a.at(id);
    const node_id inside = a.children_of(n)[0];
    if (n.kind == node_kind::request_having) {
        into.having = condition(results, inside);
        if (out_.asked) out_.asked->having = into.having;
        return;
    }
    const term_id key = expression(results, inside);
    if (key == nothing) return;
    into.sort.push_back({key, n.op == 1});
    const type& is = get(key).type;
    if (is.kind == type_kind::money && is.currency[0] == 0)
        into.sort.back().currency = currency_of(results, inside, key);
}

/// The conjuncts of the request's filter that the entities of its only dimension can decide for
/// themselves.
void checker::population_filter(const scope& at, node_id filter, request& into) {
    std::uint32_t entity = nothing;
    std::size_t plain = 0;
    for (const dimension& one : into.by) {
        if (one.calendar_unit != unit::none) continue;
        ++plain;
        entity = one.entity;
    }
    if (plain != 1 || entity == nothing || out_.entities[entity].table == nothing) return;
    const table_id table = out_.entities[entity].table;
    std::vector<node_id> parts;
    conjuncts(at, filter, parts);
    term_id all = nothing;
    for (const node_id part : parts) {
        scope row = at;
        row.table = table;
        row.names = naming::context;
        silent_ = true;
        const term_id found = condition(row, part);
        silent_ = false;
        if (found == nothing) continue;
        all = all == nothing ? found
                             : scalar(row, part, function::logical_and, boolean_type, {all, found});
    }
    if (all != nothing) into.population_where.push_back({table, all});
}

void checker::check_times(const request& asked) {
    const bool timed = asks_period(asked);
    bool weekly = false;
    for (const dimension& one : asked.by) weekly = weekly || one.calendar_unit == unit::week;
    for (const dimension& one : asked.by)
        weekly = weekly && one.calendar_unit != unit::day && one.calendar_unit != unit::hour;
    std::vector<std::pair<term_id, bool>> open;  // and whether a clause moves its interval
    for (const term_id one : terms_read(asked)) open.emplace_back(one, timed);
    std::set<std::pair<term_id, bool>> seen;
    while (!open.empty()) {
        const auto [next, placed] = open.back();
        open.pop_back();
        if (next == nothing || !seen.insert({next, placed}).second) continue;
        const term& t = get(next);
        bool below = placed;
        if (t.kind == op::in_context && out_.changes[t.with].kind == change_kind::time) {
            const time_step& step = out_.changes[t.with].time;
            check_step(step, timed, weekly);
            below = below || step.what != time_step::kind::as_of;
        }
        if (t.at == level::group)
            for (const term_id one : t.of) open.emplace_back(one, below);
        if (t.kind != op::aggregate) continue;
        const aggregate& g = out_.aggregates[t.with];
        if (g.placed_on != nothing || g.population || g.at != border::none) continue;
        if (g.per.empty()) {
            if (below) needs_time(t, g);
            continue;
        }
        for (const term_id one : {g.argument, g.where, g.second})
            open.emplace_back(one, below || cuts_time(g));
    }
}

/// What a window or shift needs of the request's periods.
void checker::check_step(const time_step& step, bool timed, bool weekly) {
    if (step.what != time_step::kind::shift) return;
    if (step.of == unit::none && !timed) {
        report(step.source, step.text, "E411", "there is no period that the previous one precedes",
               "ask by a unit, such as `by month`, or `for` a period");
    }
    const bool months = step.of >= unit::month && step.of != unit::none;
    if (weekly && months) {
        report(step.source, step.text, "E410",
               "weeks are not parts of months and years, so none is a year before another",
               "shift by weeks: 52 weeks ago, or ask by month");
    }
}

/// The dimensions as written: of the request, else of a scorecard that it shows.
std::vector<checker::placed_node> checker::asked_dimensions(std::uint32_t document, node_id id) {
    const tree& a = ast(document);
    const auto parts = a.children_of(a.at(id));
    std::vector<placed_node> dims;
    for (const node_id part : parts) {
        if (a.at(part).kind != node_kind::request_by) continue;
        for (const node_id one : a.children_of(a.at(part))) dims.emplace_back(document, one);
        return dims;
    }
    for (const node_id part : parts) {  // a scorecard shown alone brings its own dimensions
        if (a.at(part).kind != node_kind::shown) continue;
        const node_id inside = a.children_of(a.at(part))[0];
        if (a.at(inside).kind != node_kind::path) continue;
        const auto* known = in_.find(document, a.text(a.at(inside)));
        if (known == nullptr || known->second.kind != definition_kind::scorecard) continue;
        const scorecard* card = scorecard_named({.document = document}, inside, known->first);
        if (card == nullptr) continue;
        for (const node_id one : card->by) dims.emplace_back(card->document, one);
        break;
    }
    return dims;
}

/// A name given with `as` is that of no other column; no dimension stands twice.
void checker::check_headings(const scope& at, std::span<const node_id> parts,
                             const request& asked) {
    const tree& a = ast(at.document);
    std::map<std::string, std::size_t, std::less<>> count;
    std::set<std::string> shown_before;
    for (const shown& one : asked.terms) ++count[one.head.name];
    std::set<std::string> dimensions;
    for (const std::vector<std::string>& words : by_names_) {
        const std::string name = fmt::format("{}", fmt::join(words, "."));
        if (!dimensions.insert(name).second)
            report(asked.source, asked.text, "E103", fmt::format("`{}` is grouped by twice", name),
                   "name each dimension once");
        ++count[name];
    }
    for (const node_id part : parts) {
        const node& n = a.at(part);
        if (n.kind != node_kind::shown) continue;
        const std::string name =
            n.text != 0 ? std::string(a.text(n)) : written(at, a.children_of(n)[0]);
        const bool again = !shown_before.insert(name).second || dimensions.contains(name);
        if (count[name] < 2 || (n.text == 0 && !again)) continue;
        report(at, part, "E103", fmt::format("two columns would be called `{}`", name),
               n.text != 0 ? "give one of them another name"
                           : fmt::format("give it another name: {} as …", name));
    }
}

void checker::check_request(std::uint32_t document, node_id id, bool totals) {
    stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
    const scope at{.document = document};
    const tree& a = ast(document);
    const auto parts = a.children_of(a.at(id));
    out_.asked.emplace();
    checking_request_ = true;
    by_names_.clear();
    request asked;
    asked.totals = totals;
    asked.text = a.at(id).where;
    asked.source = document;
    const auto find = [&](node_kind kind) {
        for (const node_id part : parts) {
            if (a.at(part).kind == kind) return part;
        }
        return nothing;
    };
    const std::vector<placed_node> dims = asked_dimensions(document, id);
    for (const auto& [d, one] : dims) {
        const scope from{.document = d};
        by_names_.push_back(ast(d).at(one).kind == node_kind::unit_name
                                ? std::vector{unit_name_of(static_cast<unit>(ast(d).at(one).op))}
                                : path_words(from, one));
        out_.asked->by.emplace_back();
    }
    const std::size_t before = troubles();
    for (const node_id part : parts) {
        if (a.at(part).kind != node_kind::shown) continue;
        const std::size_t first = asked.terms.size();
        if (const auto comma = comma_before(in_.documents[document]->from->text, a.at(part).where))
            report(document, comma->where, "E100", "a comma is no part of a number", comma->help);
        shown_term(at, part, asked);
        for (std::size_t i = first; i < asked.terms.size(); ++i) asked.terms[i].written = part;
    }
    check_headings(at, parts, asked);
    out_.asked->terms = asked.terms;
    std::set<table_id> homes;
    for (const shown& one : asked.terms) tables_under(one.term, homes);
    group_by(dims, homes, asked);
    out_.asked->by = asked.by;
    if (const node_id range = find(node_kind::request_for); range != nothing)
        read_range(at, range, asked);
    if (const node_id having = find(node_kind::request_having); having != nothing)
        read_order(at, having, asked);
    if (const node_id sort = find(node_kind::request_sort); sort != nothing)
        read_order(at, sort, asked);
    const std::set<table_id> shown_homes = homes;
    for (const term_id hidden : {asked.having, asked.sort.empty() ? nothing : asked.sort[0].term})
        tables_under(hidden, homes);
    // A hidden term may read another table: the dimensions must reach it too.
    if (homes != shown_homes) group_by(dims, homes, asked);
    if (const node_id filter = find(node_kind::request_where); filter != nothing) {
        const node_id inside = a.children_of(a.at(filter))[0];
        asked.where = resolve_where(at, inside, homes);
        population_filter(at, inside, asked);
    }
    if (troubles() == before) {
        check_times(asked);
        check_homes(asked);
        check_credit(asked);
        check_targets(asked);
        check_group_values(asked);
        check_units(asked);
        check_grain(asked);
        hint_latest_in_periods(asked);
    }
    out_.asked = std::move(asked);
}

}  // namespace merit::language
