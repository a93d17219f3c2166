// The rows behind an aggregate: which count, which do not, and why.
#include <algorithm>
#include <utility>

#include "explain/telling.hpp"
#include "language/functions.hpp"
#include "plan/timeline.hpp"

namespace merit::explain {

using engine::row_condition;
using engine::rows_met;
using language::function;
using language::table_id;
using plan::nothing;

std::uint32_t role_of(const language::program& in, table_id table,
                      std::uint32_t language::table_info::*role) {
    for (; table != language::nothing; table = in.tables[table].view_of)
        if (in.tables[table].*role != language::nothing) return in.tables[table].*role;
    return language::nothing;
}

namespace {

std::string_view origin_name(plan::traced_filter::origin from) {
    using origin = plan::traced_filter::origin;
    switch (from) {
        case origin::view:
            return "view";
        case origin::request:
            return "request";
        case origin::around:
            return "around";
        case origin::own:
            return "own";
        case origin::matured:
            return "matured";
        case origin::other:
            return "other";
    }
    return "";
}

}  // namespace

engine::rows_asked telling::asked_of(place at, std::size_t most, bool blanks_too) const {
    const plan::traced& here = traced(at);
    engine::rows_asked asked{.cell = here.cell,
                             .map = here.map,
                             .frame = here.frame,
                             .row = at.row,
                             .early = here.early,
                             .conditions = {},
                             .most = most,
                             .blanks_too = blanks_too,
                             .what = of_.program.aggregates[term(at).with].what,
                             .amount = {}};
    asked.condition = language::takes_condition(asked.what);
    if (here.amount != nothing) asked.amount = value_of({here.amount, at.row}).value;
    for (const plan::traced_filter& one : here.filters)
        asked.conditions.push_back({one.condition, one.column});
    if (here.inner != nothing) {
        asked.inner = here.inner;
        asked.inner_early = here.early || of_.run.what().frames[here.inner].era != plan::nothing;
        if (here.argument != nothing) asked.argument = of_.trace.terms[here.argument].column;
    }
    return asked;
}

result<void> telling::tell_aggregate(place at, into made, bool blanks_too) {
    const plan::traced& here = traced(at);
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    if (here.amount != nothing)
        add(made, {here.amount, at.row}, of.what == function::top_share ? "top" : "p");
    if (here.cell == nothing || !is_told(here.cell)) return {};
    auto met = of_.run.rows_of(asked_of(at, how_.rows, blanks_too));
    if (!met) return met.error();
    const bool periods =
        !of.per.empty() && std::all_of(of.per.begin(), of.per.end(), [](const auto& one) {
            return one.calendar_unit != unit::none;
        });
    // An entity may be in several groups: those of this one are what can be counted.
    if (here.inner != nothing) met->all -= std::exchange(met->elsewhere, 0);
    explained_rows rows;
    rows.periods = periods;
    rows.group = group_of(at);
    tell_time(at, *met, rows);
    tell_filters(at, *met, rows);
    rows.all = met->all;
    rows.not_known_yet = met->unseen;
    rows.of_other_groups = met->elsewhere;
    rows.without_date = met->undated;
    rows.outside_interval = met->outside;
    rows.kept = met->kept;
    rows.blank = met->blank;
    rows.refused = met->refused;
    rows.unmatched = met->blank_unmatched.count;
    rows.unmatched_in = tables_named(met->blank_unmatched.tables);
    rows.decisive = met->decisive;
    rows.in_scope = met->kept;
    for (const explained_filter& one : rows.filters)
        if (one.from == "own" || one.from == "matured" || one.from == "other")
            rows.in_scope += one.dropped;
    made.rows = std::move(rows);
    if (here.inner != nothing) {
        if (auto done = tell_whose(at, *met, made); !done) return done;
        list_entities(at, *met, *made.rows);
        for (std::size_t i = 0; i < made.rows->first.size() && here.argument != nothing; ++i)
            pending_.push_back({telling_number_, i, through({here.argument, met->first[i]})});
    } else if (auto done = list_rows(at, *met, *made.rows); !done) {
        return done.error();
    }
    tell_method(at, of.what, *met, made);
    tell_counts(of.what, *met, made);
    const plan::id argument = of_.run.what().cells[here.cell].argument;
    if (here.inner == nothing && argument != nothing) tell_refused(argument, made);
    return {};
}

/// NaN and infinities never came in.
void telling::tell_refused(plan::id argument, into made) const {
    static constexpr phrase refused{
        "cells of `{0}` that held no number, in the whole table: {1}; "
        "they are blank",
        "`{0}` 中不是数字的单元格（全表）：{1} 个，按空值处理"};
    for (const auto& [column, cells] : of_.run.refused_cells(argument))
        add_rule(made, "refused_cells", refused.in(how_.wording, column, cells));
}

/// Whether rows are met one at a time, each at one place in time.
bool telling::is_told(plan::id cell) const {
    using placement = plan::axis::placement;
    const placement how = of_.run.what().axes[of_.run.what().cells[cell].at].how;
    return how == placement::none || how == placement::event || how == placement::valid ||
           how == placement::held;
}

/// The group whose rows they are; its periods are told as an interval.
std::string telling::group_of(place at) const {
    static constexpr phrase is{"{0} is {1}", "{0} 为 {1}"};
    static constexpr phrase both{"{0} and {1}", "{0} 且 {1}"};
    const plan::plan& plan = of_.run.what();
    const plan::cell& cell = plan.cells[traced(at).cell];
    std::string out;
    for (const std::uint32_t key : plan.frames[traced(at).frame].keys) {
        if (std::find(cell.grain.begin(), cell.grain.end(), key) == cell.grain.end()) continue;
        const value held = of_.run.key_at(traced(at).frame, traced(at).early, at.row, key);
        const auto place = std::find(cell.grain.begin(), cell.grain.end(), key);
        const std::string name =
            with_column(plan.grain[key].name,
                        column_of(cell.keys[static_cast<std::size_t>(place - cell.grain.begin())]));
        const std::string one = is.in(how_.wording, name, words_.value_text(held));
        out = out.empty() ? one : both.in(how_.wording, out, one);
    }
    return out;
}

/// "rep (sales_agent)": an entity, and the column that names it, where that has another name.
std::string telling::with_column(const std::string& name, const std::string& column) const {
    static constexpr phrase in{"{0} ({1})", "{0}（{1}）"};
    if (column.empty() || column == name) return name;
    return in.in(how_.wording, name, column);
}

/// The column that a key of rows is, where it is one.
std::string telling::column_of(plan::id key) const {
    const plan::expression& one = of_.run.what().expressions[key];
    if (one.op != plan::expression_op::column) return {};
    const plan::plan& in = of_.run.what();
    plan::id table = one.over;  // an expansion has columns of its own behind those of its rows
    while (in.tables[table].expansion != nothing)
        table = in.expansions[in.tables[table].expansion].base;
    const auto& fields = of_.run.in().tables[table].schema().fields;
    const bool inner = in.tables[table].frame != nothing;
    return inner || one.with >= fields.size() ? std::string() : fields[one.with].name;
}

std::string telling::tables_named(const std::vector<plan::id>& tables) const {
    std::vector<std::string> names;
    for (const plan::id one : tables) names.push_back(of_.run.what().tables[one].name);
    return words_.list(names);
}

/// Conditions of one text, such as the two ends of `between`, are told as one.
void telling::tell_filters(place at, const rows_met& met, explained_rows& to) const {
    const plan::traced_filter* before = nullptr;
    for (std::size_t i = 0; i < traced(at).filters.size(); ++i) {
        const plan::traced_filter& one = traced(at).filters[i];
        if (one.term == language::nothing) {
            static constexpr phrase old{"old enough at `as of`", "截至统计时点已满期"};
            static constexpr phrase just{"names this group and no finer one",
                                         "只写明本组，未写明更细的组"};
            static constexpr phrase other{"another condition of this term", "该项的其他条件"};
            const bool exact = of_.program.aggregates[term(at).with].exactly;
            const bool ripe = one.from == plan::traced_filter::origin::matured;
            const phrase& said = ripe ? old : exact ? just : other;
            to.filters.push_back({"",
                                  std::string(said.in(how_.wording)),
                                  std::string(origin_name(one.from)),
                                  met.dropped[i],
                                  0,
                                  {}});
            continue;
        }
        const language::term& term = of_.program.terms[one.term];
        const bool own_text = term.text != telling_.text || term.source != telling_.source;
        const std::string words = own_text ? words_.meaning(one.term) : words_.spelled(one.term);
        if (before != nullptr && before->from == one.from &&
            of_.program.terms[before->term].text == term.text &&
            of_.program.terms[before->term].source == term.source) {
            static constexpr phrase both{"{0} and {1}", "{0} 且 {1}"};
            // In month n after t0 is two conditions, of which one says all.
            if (!words_.is_cohort(before->term))
                to.filters.back().words = both.in(how_.wording, to.filters.back().words, words);
            to.filters.back().dropped += met.dropped[i];
            to.filters.back().unmatched += met.unmatched[i].count;
            continue;
        }
        const language::named_term* const named = words_.name_of(one.term);
        to.filters.push_back({named != nullptr ? named->name
                              : own_text       ? words_.text(term)
                                               : words,
                              words, std::string(origin_name(one.from)), met.dropped[i],
                              met.unmatched[i].count, tables_named(met.unmatched[i].tables)});
        before = &one;
    }
}

void telling::tell_time(place at, const rows_met& met, explained_rows& to) const {
    static constexpr phrase undated{"those without a date", "没有日期者"};
    static constexpr phrase too{", and those without a date", "，以及没有日期者"};
    static constexpr phrase empty{"an empty interval", "空区间"};
    static constexpr phrase always{"all dates", "全部日期"};
    static constexpr phrase until{"up to {0}", "截至 {0}"};
    static constexpr phrase since{"from {0} on", "自 {0} 起"};
    static constexpr phrase days{"{0} to {1}", "{0} 至 {1}"};
    static constexpr phrase times{"from {0} to before {1}", "自 {0} 至 {1} 之前"};
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    if (of.table != language::nothing) to.known_by = known_by(of.table);
    to.known_until = known_until(traced(at).cell);
    if (!met.timed) return;
    to.date_column = of.placed_on == language::nothing ? "" : words_.words(of.placed_on);
    if (of.population) {
        const std::uint32_t time = role_of(of_.program, of.table, &language::table_info::time);
        if (time != language::nothing)
            to.date_column = of_.program.tables[of.table].columns.fields[time].name;
    }
    if (met.lasting) return tell_border(at, met, to);
    if (!met.interval)
        return void(to.interval = (met.undated_too ? undated : empty).in(how_.wording));
    const auto [from, end] = *met.interval;
    const bool open = from <= plan::beginning_of_time;
    const bool endless = end >= plan::end_of_time;
    const auto whole = [](std::int64_t local) { return local % calendar::day_us == 0; };
    if (!open) to.from = words_.local_text(from);
    if (!endless) to.to = words_.local_text(end);
    const std::string last = endless      ? std::string()
                             : whole(end) ? words_.local_text(end - calendar::day_us)
                                          : words_.local_text(end - 1);
    if (open && endless) {
        to.interval = always.in(how_.wording);
    } else if (open) {
        to.interval = until.in(how_.wording, last);
    } else if (endless) {
        to.interval = since.in(how_.wording, to.from);
    } else if (whole(from) && whole(end)) {
        to.interval = to.from == last ? last : days.in(how_.wording, to.from, last);
    } else {
        to.interval = times.in(how_.wording, to.from, to.to);
    }
    if (met.undated_too) to.interval += too.in(how_.wording);
}

/// Rows that last are read at an end of the interval, or where they meet it.
void telling::tell_border(place at, const rows_met& met, explained_rows& to) const {
    static constexpr phrase empty{"an empty interval", "空区间"};
    static constexpr phrase end{"the end of {0}", "{0} 结束时"};
    static constexpr phrase start{"the start of {0}", "{0} 开始时"};
    static constexpr phrase before{"just before {0}", "{0} 之前"};
    static constexpr phrase whole{"{0} to {1}", "{0} 至 {1}"};
    static constexpr phrase last{"the end of time", "最后时刻"};
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    to.lasting = true;
    // Rows of targets last from the beginning of the period of their date.
    to.date_column =
        of.lasts ? words_.words(of_.program.terms[of.placed_on].of[0]) : lasting_columns(of.table);
    if (!met.interval) return void(to.interval = empty.in(how_.wording));
    const auto [from, until] = *met.interval;
    const bool midnight = until % calendar::day_us == 0;
    if (until >= plan::end_of_time) return void(to.interval = last.in(how_.wording));
    to.to = words_.local_text(until);
    if (of.at == language::border::end)
        to.interval = midnight ? end.in(how_.wording, words_.local_text(until - calendar::day_us))
                               : before.in(how_.wording, to.to);
    else if (of.at == language::border::start)
        to.interval = start.in(how_.wording, to.to);
    else
        to.interval = whole.in(how_.wording, to.from = words_.local_text(from),
                               words_.local_text(midnight ? until - calendar::day_us : until));
}

/// The column that says since when a row is known.
std::string telling::known_by(table_id table) const {
    const language::program& in = of_.program;
    std::uint32_t column = role_of(in, table, &language::table_info::recorded);
    if (column == language::nothing && in.tables[table].kind >= language::table_kind::interval)
        column = role_of(in, table, &language::table_info::from);
    if (column == language::nothing) column = role_of(in, table, &language::table_info::time);
    return column == language::nothing ? "" : in.tables[table].columns.fields[column].name;
}

/// The instant of a clause that hides rows, where the run's does not hide them already.
std::string telling::known_until(plan::id cell) const {
    const plan::plan& in = of_.run.what();
    plan::id rows = in.cells[cell].on;
    while (in.sources[rows].of == plan::source::relation::view) rows = in.sources[rows].which;
    if (in.sources[rows].as_of == plan::nothing) return {};
    const auto& then = std::get<timestamp_value>(in.constants[in.sources[rows].as_of]);
    if (of_.run.in().as_of && *of_.run.in().as_of <= then.microseconds) return {};
    const std::int64_t end = of_.run.in().calendar.to_local(then.microseconds) + 1;
    return words_.local_text(end % calendar::day_us == 0 ? end - calendar::day_us : end - 1);
}

/// "hired to left", or the time from which a row holds.
std::string telling::lasting_columns(table_id table) const {
    const language::program& in = of_.program;
    const std::uint32_t from = role_of(in, table, &language::table_info::from);
    const std::uint32_t to = role_of(in, table, &language::table_info::to);
    const std::uint32_t time = role_of(in, table, &language::table_info::time);
    const auto name = [&](std::uint32_t column) {
        return in.tables[table].columns.fields[column].name;
    };
    static constexpr phrase both{"{0} to {1}", "{0} 至 {1}"};
    if (from != language::nothing && to != language::nothing)
        return both.in(how_.wording, name(from), name(to));
    return time == language::nothing ? std::string() : name(time);
}

/// Rules about rows that have nothing to give, and about nothing at all.
void telling::tell_counts(function what, const rows_met& met, into made) const {
    static constexpr phrase skipped{"of the rows kept, {0} {1} blank and left out",
                                    "保留的行中有 {0} 行为空，不计入"};
    static constexpr phrase skipped_ones{"of those kept, {0} {1} blank and left out",
                                         "保留的 {2} 中有 {0} 个为空，不计入"};
    static constexpr phrase unknown{"of the rows kept, {0} {1} not known to meet it: that is false",
                                    "保留的行中有 {0} 行条件未知，按假计"};
    static constexpr phrase unknown_ones{
        "of those kept, {0} {1} not known to meet it: that is false",
        "保留的 {2} 中有 {0} 个条件未知，按假计"};
    static constexpr phrase nothing_is_zero{"no row counts, and {0} of nothing is 0",
                                            "没有计入的行，{0}取 0"};
    static constexpr phrase none_is_zero{"none counts, and {0} of nothing is 0",
                                         "没有计入的 {1}，{0}取 0"};
    static constexpr phrase holds{"{0} of {1} meet it", "{1} 个中有 {0} 个满足"};
    static constexpr phrase shares{"divided by the sum of the shares, {0}", "除以份额之和 {0}"};
    static constexpr phrase weights{"divided by the sum of the weights, {0}", "除以权重之和 {0}"};
    const explained_rows& rows = *made.rows;
    const bool condition = language::takes_condition(what);
    const phrase& blanks =
        rows.entities ? (condition ? unknown_ones : skipped_ones) : (condition ? unknown : skipped);
    if (rows.blank != 0)
        add_rule(made, condition ? "unknown_is_false" : "blanks_left_out",
                 blanks.in(how_.wording, rows.blank, rows.blank == 1 ? "is" : "are", rows.table));
    const bool zero = what == function::count || what == function::sum ||
                      what == function::count_distinct || what == function::count_if;
    if (what == function::share && rows.kept != 0)
        add_rule(made, "met", holds.in(how_.wording, met.holding, rows.kept));
    const std::string weighed =
        amount_text(met.weights, rows.first.empty() ? value() : rows.first.front().weight);
    if (what == function::weighted_avg && !rows.entities && rows.kept != rows.blank)
        add_rule(made, "weights", (rows.shared != 0 ? shares : weights).in(how_.wording, weighed));
    if (rows.kept != 0 || !zero || std::holds_alternative<blank_value>(made.value)) return;
    static constexpr phrase sum{"sum", "求和"};
    static constexpr phrase count{"count", "计数"};
    const phrase& name = what == function::sum && made.operation != "count" ? sum : count;
    add_rule(made, "nothing_is_zero",
             (rows.entities ? none_is_zero : nothing_is_zero)
                 .in(how_.wording, name.in(how_.wording), rows.table));
}

}  // namespace merit::explain
