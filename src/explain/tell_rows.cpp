// The rows behind an aggregate: which count, which do not, and why.
#include <algorithm>

#include "explain/telling.hpp"
#include "language/functions.hpp"
#include "plan/timeline.hpp"

namespace merit::explain {

using engine::row_condition;
using engine::rows_met;
using language::function;
using language::table_id;
using plan::nothing;

namespace {

/// A role's column in a table or, for a view, in what it reads.
std::uint32_t role_of(const language::program& in, table_id table,
                      std::uint32_t language::table_info::*role) {
    for (; table != language::nothing; table = in.tables[table].view_of)
        if (in.tables[table].*role != language::nothing) return in.tables[table].*role;
    return language::nothing;
}

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

result<void> telling::tell_aggregate(place at, into made, bool blanks_too) {
    const plan::traced& here = traced(at);
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    if (here.amount != nothing)
        add(made, {here.amount, at.row}, of.what == function::top_share ? "top" : "p");
    if (here.cell == nothing || !is_told(here.cell)) return {};
    engine::rows_asked asked{.cell = here.cell,
                             .map = here.map,
                             .frame = here.frame,
                             .row = at.row,
                             .early = here.early,
                             .conditions = {},
                             .most = how_.rows,
                             .blanks_too = blanks_too};
    for (const plan::traced_filter& one : here.filters)
        asked.conditions.push_back({one.condition, one.column});
    if (here.inner != nothing) {
        asked.inner = here.inner;
        asked.inner_early = here.early || of_.run.what().frames[here.inner].timeless;
        if (here.argument != nothing) asked.argument = of_.trace.terms[here.argument].column;
    }
    auto met = of_.run.rows_of(asked);
    if (!met) return met.error();
    explained_rows rows;
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
    rows.decisive = met->decisive;
    rows.in_scope = met->kept;
    for (const explained_filter& one : rows.filters)
        if (one.from == "own" || one.from == "matured" || one.from == "other")
            rows.in_scope += one.dropped;
    if (here.inner != nothing) {
        list_entities(at, *met, rows);
    } else if (auto done = list_rows(at, *met, rows); !done) {
        return done.error();
    }
    made.rows = std::move(rows);
    tell_counts(of.what, made);
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
        const std::string one = is.in(how_.wording, plan.grain[key].name, words_.value_text(held));
        out = out.empty() ? one : both.in(how_.wording, out, one);
    }
    return out;
}

/// Conditions of one text, such as the two ends of `between`, are told as one.
void telling::tell_filters(place at, const rows_met& met, explained_rows& to) const {
    const plan::traced_filter* before = nullptr;
    for (std::size_t i = 0; i < traced(at).filters.size(); ++i) {
        const plan::traced_filter& one = traced(at).filters[i];
        if (one.term == language::nothing) {
            static constexpr phrase old{"old enough at `as of`", "截至 as of 已满期"};
            static constexpr phrase just{"names this group and no finer one",
                                         "只写明本组，未写明更细的组"};
            static constexpr phrase other{"another condition of this term", "该项的其他条件"};
            const bool exact = !of_.program.aggregates[term(at).with].exactly.empty();
            const bool ripe = one.from == plan::traced_filter::origin::matured;
            const phrase& said = ripe ? old : exact ? just : other;
            to.filters.push_back({"", std::string(said.in(how_.wording)),
                                  std::string(origin_name(one.from)), met.dropped[i]});
            continue;
        }
        const language::term& term = of_.program.terms[one.term];
        const bool own_text = term.text != telling_.text || term.source != telling_.source;
        const std::string words = own_text ? words_.words(one.term) : words_.spelled(one.term);
        if (before != nullptr && before->from == one.from &&
            of_.program.terms[before->term].text == term.text &&
            of_.program.terms[before->term].source == term.source) {
            static constexpr phrase both{"{0} and {1}", "{0} 且 {1}"};
            to.filters.back().words = both.in(how_.wording, to.filters.back().words, words);
            to.filters.back().dropped += met.dropped[i];
            continue;
        }
        to.filters.push_back(
            {words_.text(term), words, std::string(origin_name(one.from)), met.dropped[i]});
        before = &one;
    }
}

void telling::tell_time(place at, const rows_met& met, explained_rows& to) const {
    static constexpr phrase undated{"those without a date", "没有日期的行"};
    static constexpr phrase too{", and those without a date", "，以及没有日期的行"};
    static constexpr phrase empty{"an empty interval", "空区间"};
    static constexpr phrase always{"all dates", "全部日期"};
    static constexpr phrase until{"up to {0}", "截至 {0}"};
    static constexpr phrase since{"from {0} on", "自 {0} 起"};
    static constexpr phrase days{"{0} to {1}", "{0} 至 {1}"};
    static constexpr phrase times{"from {0} to before {1}", "自 {0} 至 {1} 之前"};
    if (!met.timed) return;
    const language::aggregate& of = of_.program.aggregates[term(at).with];
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
    if (of.at == language::border::whole || of.at == language::border::always)
        to.date_column = words_.words(of.placed_on);
    else
        to.date_column = lasting_columns(of.table);
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
void telling::tell_counts(function what, into made) const {
    static constexpr phrase skipped{"of the rows kept, {0} {1} blank and left out",
                                    "保留的行中有 {0} 行为空，不计入"};
    static constexpr phrase unknown{"of the rows kept, {0} {1} not known to meet it: that is false",
                                    "保留的行中有 {0} 行条件未知，按假计"};
    static constexpr phrase nothing_is_zero{"no row counts, and {0} of nothing is 0",
                                            "没有计入的行，{0} 取 0"};
    const explained_rows& rows = *made.rows;
    const bool condition = language::takes_condition(what);
    if (rows.blank != 0)
        add_rule(made, condition ? "unknown_is_false" : "blanks_left_out",
                 (condition ? unknown : skipped)
                     .in(how_.wording, rows.blank, rows.blank == 1 ? "is" : "are"));
    const bool zero = what == function::count || what == function::sum ||
                      what == function::count_distinct || what == function::count_if;
    if (rows.kept == 0 && zero && !std::holds_alternative<blank_value>(made.value))
        add_rule(made, "nothing_is_zero",
                 nothing_is_zero.in(how_.wording, language::name_of(what)));
}

/// Row numbers, keys, dates and what each row gives.
result<void> telling::list_rows(place at, const rows_met& met, explained_rows& to) {
    const plan::plan& plan = of_.run.what();
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    const plan::cell& cell = plan.cells[traced(at).cell];
    to.table = of_.program.tables[of.table].name;
    const std::uint32_t key = role_of(of_.program, of.table, &language::table_info::key);
    if (key != language::nothing)
        to.key_column = of_.program.tables[of.table].columns.fields[key].name;
    std::uint32_t since = role_of(of_.program, of.table, &language::table_info::from);
    if (since == language::nothing)
        since = role_of(of_.program, of.table, &language::table_info::time);
    const bool dated = plan.axes[cell.at].how == plan::axis::placement::event;
    const plan::id time = met.timed && dated ? plan.axes[cell.at].from : nothing;
    std::vector<plan::id> asked;
    for (const plan::id one : {cell.argument, cell.weight, time, traced(at).row_currency})
        if (one != nothing) asked.push_back(one);
    auto values = of_.run.values_of(asked, met.first);
    if (!values) return values.error();
    for (std::size_t i = 0; i < met.first.size(); ++i) {
        const std::uint32_t row = met.first[i];
        explained_row made;
        made.number = of_.run.in().given_row(met.table, row) + 1;
        const auto [base, of_base] = of_.run.in().base_row(met.table, row);
        if (key != language::nothing)
            made.key = to_string(of_.run.in().tables[base].at(key).at(of_base));
        made.share = of_.run.share_at(met.table, row);
        std::size_t next = i * asked.size();
        if (met.lasting && since != language::nothing)
            made.at = of_.run.in().tables[base].at(since).at(of_base);
        if (cell.argument != nothing) made.taken = (*values)[next++].is;
        if (cell.weight != nothing) made.weight = (*values)[next++].is;
        if (time != nothing) made.at = (*values)[next++].is;
        if (traced(at).row_currency != nothing) set_currency((*values)[next++].is, made.taken);
        to.first.push_back(std::move(made));
    }
    return add_rates(cell.argument, met.first, to);
}

/// The entities of a nested aggregate, each with the tree of its own value.
void telling::list_entities(place at, const rows_met& met, explained_rows& to) {
    const plan::traced& here = traced(at);
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    to.entities = true;
    for (const language::dimension& one : of.per)
        to.table += (to.table.empty() ? "" : " · ") + one.name;
    const bool early = here.early || of_.run.what().frames[here.inner].timeless;
    std::vector<std::uint32_t> names;
    for (const std::uint32_t key : of_.run.what().frames[here.inner].keys) {
        const std::string& name = of_.run.what().grain[key].name;
        if (of_.run.what().grain[key].calendar_unit != unit::none) continue;  // the piece says it
        if (std::any_of(of.per.begin(), of.per.end(),
                        [&](const language::dimension& one) { return one.name == name; }))
            names.push_back(key);
    }
    for (const std::uint32_t row : met.first) {
        explained_row made;
        made.key = keys_of(here.inner, early, row, names);
        if (const std::string piece = of_.run.piece_at(here.inner, early, row); !piece.empty())
            made.key += (made.key.empty() ? "" : " · ") + piece;
        if (here.argument != nothing) {
            const place inner = through({here.argument, row});
            mark_repeated(inner);
            made.taken = value_of(inner).value;
            made.term = number_of(inner);
        }
        if (here.placed != nothing) made.at = value_of({here.placed, row}).value;
        if (here.second != nothing && of.what == function::weighted_avg)
            made.weight = value_of({here.second, row}).value;
        to.first.push_back(std::move(made));
    }
}

}  // namespace merit::explain
