// The rows and entities that are listed below an aggregate.
#include <algorithm>

#include "explain/apportion.hpp"
#include "explain/telling.hpp"
#include "language/functions.hpp"

namespace merit::explain {

using engine::rows_met;
using language::function;
using language::op;
using language::table_id;
using plan::nothing;

/// A row by its number, key and what is said of its share.
explained_row telling::row_at(const rows_met& met, table_id table, std::uint32_t row) const {
    explained_row made;
    made.number = of_.run.in().given_row(met.table, row) + 1;
    const auto [base, of_base] = of_.run.in().base_row(met.table, row);
    const std::uint32_t key = role_of(of_.program, table, &language::table_info::key);
    if (key != language::nothing)
        made.key = to_string(of_.run.in().tables[base].at(key).at(of_base));
    return made;
}

/// A share that is the whole row says nothing.
void telling::tell_share(place at, const rows_met& met, std::uint32_t row,
                         explained_row& to) const {
    const auto share = of_.run.share_at(met.table, row);
    if (!share || explain::number_of(share->part) == engine::quad{1}) return;
    to.share = share->part;
    const plan::plan& plan = of_.run.what();
    const table_id table = of_.program.aggregates[term(at).with].table;
    for (const language::reference_info& one : of_.program.references) {
        if (one.from != table || one.split == language::nothing) continue;
        const auto& keys = plan.frames[traced(at).frame].keys;
        const bool grouped = std::any_of(keys.begin(), keys.end(), [&](std::uint32_t key) {
            return plan.grain[key].name == one.role;
        });
        if (!grouped) to.user = to_string(share->user);
    }
}

/// Row numbers, keys, dates and what each row gives.
result<void> telling::list_rows(place at, const rows_met& met, explained_rows& to) {
    const plan::plan& plan = of_.run.what();
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    const plan::cell& cell = plan.cells[traced(at).cell];
    to.table = of_.program.tables[of.table].name;
    to.shared = of_.run.rows_shared(met.table).value_or(0);
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
        explained_row made = row_at(met, of.table, row);
        tell_share(at, met, row, made);
        std::size_t next = i * asked.size();
        const auto [base, of_base] = of_.run.in().base_row(met.table, row);
        if (met.lasting && since != language::nothing)
            made.at = of_.run.in().tables[base].at(since).at(of_base);
        if (cell.argument != nothing) made.taken = (*values)[next++].is;
        if (cell.weight != nothing) made.weight = (*values)[next++].is;
        if (time != nothing) made.at = (*values)[next++].is;
        if (const auto* instant = std::get_if<timestamp_value>(&made.at))
            made.when = words_.zoned_text(instant->microseconds);
        if (traced(at).row_currency != nothing) set_currency((*values)[next++].is, made.taken);
        if (const auto* instant = std::get_if<timestamp_value>(&made.taken))
            made.local = words_.zoned_text(instant->microseconds);
        to.first.push_back(std::move(made));
    }
    if (auto done = list_blanks(at, met, to); !done) return done.error();
    if (auto done = list_before(at, met, to); !done) return done;
    if (auto done = list_steps(at, met, to); !done) return done;
    return add_rates(cell.argument, met.first, to);
}

/// What a row gives is its value times its share: the value before it.
result<void> telling::list_before(place at, const rows_met& met, explained_rows& to) {
    const plan::plan& plan = of_.run.what();
    const plan::id argument = plan.cells[traced(at).cell].argument;
    const language::term_id written = of_.program.aggregates[term(at).with].argument;
    if (to.shared == 0 || argument == nothing || written == language::nothing) return {};
    const language::term& product = of_.program.terms[written];
    const plan::expression& made = plan.expressions[argument];
    const bool split = product.kind == op::scalar && product.what == function::multiply &&
                       of_.program.terms[words_.through(product.of[1])].kind == op::share_of &&
                       made.op == plan::expression_op::scalar && made.what == function::multiply;
    if (!split) return {};
    const plan::id before[] = {made.of[0]};
    auto values = of_.run.values_of(before, met.first);
    if (!values) return values.error();
    for (std::size_t i = 0; i < met.first.size(); ++i) {
        explained_row& row = to.first[i];
        if (std::holds_alternative<blank_value>(row.share)) continue;
        row.before = (*values)[i].is;
        if (const auto* money = std::get_if<money_value>(&row.taken))
            set_currency(value(std::string(money->currency)), row.before);
    }
    return {};
}

/// Of a row that begins a funnel: the rows that its steps came to.
result<void> telling::list_steps(place at, const rows_met& met, explained_rows& to) {
    const std::vector<plan::id>& steps = traced(at).steps;
    if (steps.empty()) return {};
    const table_id table = of_.program.aggregates[term(at).with].table;
    const auto funnel =
        std::find_if(of_.program.funnels.begin(), of_.program.funnels.end(),
                     [table](const language::funnel_info& one) { return one.table == table; });
    if (funnel == of_.program.funnels.end()) return {};
    auto values = of_.run.values_of(steps, met.first);
    if (!values) return values.error();
    for (std::size_t i = 0; i < met.first.size(); ++i) {
        for (std::size_t step = 0; step < steps.size() && step < funnel->names.size(); ++step) {
            const value& row = (*values)[i * steps.size() + step].is;
            const auto* const number = std::get_if<std::int64_t>(&row);
            if (number == nullptr) continue;
            to.first[i].steps.emplace_back(
                funnel->names[step],
                of_.run.in().given_row(met.table, static_cast<std::uint64_t>(*number)) + 1);
        }
    }
    return {};
}

/// Rows without a value, each with the cells that it would be made from.
result<void> telling::list_blanks(place at, const rows_met& met, explained_rows& to) {
    static constexpr phrase missing{"{0} = {1}, without a row in {2}",
                                    "{0} = {1}，{2} 中没有对应的行"};
    const plan::id argument = of_.run.what().cells[traced(at).cell].argument;
    const table_id table = of_.program.aggregates[term(at).with].table;
    for (const std::uint32_t row : met.blanks) {
        explained_row made = row_at(met, table, row);
        std::vector<std::string> cells;
        if (argument != nothing) {
            const auto read = of_.run.cells_of(argument, row);
            if (!read) return read.error();
            for (const auto& [name, cell, without] : *read)
                cells.push_back(without == nothing
                                    ? name + " = " + words_.value_text(cell)
                                    : missing.in(how_.wording, name, words_.value_text(cell),
                                                 tables_named({without})));
        }
        std::sort(cells.begin(), cells.end());
        made.note = words_.list(cells);
        to.blanks.push_back(std::move(made));
    }
    return {};
}

/// Tables that a group term reads.
std::set<table_id> telling::tables_below(language::term_id term) const {
    std::set<table_id> out;
    std::set<language::term_id> seen;
    std::vector<language::term_id> open{term};
    while (!open.empty()) {
        const language::term_id next = open.back();
        open.pop_back();
        if (next == language::nothing || !seen.insert(next).second) continue;
        const language::term& one = of_.program.terms[next];
        if (one.at != language::level::group) continue;
        open.insert(open.end(), one.of.begin(), one.of.end());
        if (one.kind != op::aggregate) continue;
        const language::aggregate& of = of_.program.aggregates[one.with];
        if (!of.per.empty())
            open.push_back(of.argument);
        else if (of.table != language::nothing)
            out.insert(of.table);
    }
    return out;
}

/// Which entities a `per` counts: those that have rows, or all.
result<void> telling::tell_whose(place at, const rows_met& met, into made) {
    static constexpr phrase every{"every one that exists", "全部"};
    static constexpr phrase rows{"with rows in {0}{1}", "在 {0} 中有行{1}"};
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    if (made.rows->periods) return {};
    std::vector<std::string> names;
    for (const table_id table : tables_below(of.argument)) {
        names.push_back(of_.program.tables[table].name);
        for (std::uint32_t i = 0; i < of_.program.funnels.size(); ++i)
            if (of_.program.funnels[i].table == table && of.table == language::nothing)
                tell_funnel(i, made);
    }
    if (of.every) {
        made.rows->whose = every.in(how_.wording);
    } else if (!names.empty()) {
        std::string days;
        if (names.size() == 1 && !met.first.empty()) {
            auto told = days_of_entities(at, met.first.front());
            if (!told) return told.error();
            days = *std::move(told);
        }
        made.rows->whose = rows.in(how_.wording, words_.list(names), days);
    }
    return {};
}

/// Where a term is read in pieces: from the first to the last of what they are cut from.
std::optional<calendar::interval> telling::all_pieces(place at) const {
    const plan::id frame = traced(at).frame;
    if (of_.run.what().frames[frame].pieces_of == plan::nothing) return std::nullopt;
    engine::evaluated* const of = of_.run.frame_at(frame, traced(at).early);
    if (of == nullptr || at.row >= of->rows.rows().size()) return std::nullopt;
    const plan::frame_times& when = of->rows.when();
    const std::uint32_t period = of->rows.rows()[at.row].period;
    calendar::interval all = when.periods[period].nominal;
    for (std::size_t p = 0; p < when.periods.size(); ++p) {
        if (when.owners[p] != when.owners[period]) continue;
        all.from = std::min(all.from, when.periods[p].nominal.from);
        all.to = std::max(all.to, when.periods[p].nominal.to);
    }
    return all;
}

/// ", paid_at: 2026-02-01 to 2026-02-28": the days whose rows make an entity count, where all
/// aggregates below read the same ones.
result<std::string> telling::days_of_entities(place at, std::uint32_t row) {
    static constexpr phrase read{", {0}: {1}", "，{0}：{1}"};
    std::set<std::uint32_t> seen;
    std::set<std::string> found;
    std::vector<std::uint32_t> open{traced(at).argument};
    while (!open.empty()) {
        const std::uint32_t next = open.back();
        open.pop_back();
        if (next == nothing || !seen.insert(next).second) continue;
        const place here{next, row};
        if (traced(here).frame != traced(at).inner) continue;
        open.insert(open.end(), traced(here).of.begin(), traced(here).of.end());
        if (term(here).kind != op::aggregate || traced(here).inner != nothing) continue;
        if (traced(here).cell == nothing || !is_told(traced(here).cell)) return std::string();
        auto met = of_.run.rows_of(asked_of(here, 0, false));
        if (!met) return met.error();
        if (const auto all = all_pieces(here); all && met->interval) {
            if (traced(here).map != 0) return std::string();  // each piece has its own days
            met->interval = all;
        }
        explained_rows rows;
        tell_time(here, *met, rows);
        found.insert(rows.interval.empty()
                         ? std::string()
                         : read.in(how_.wording, rows.date_column, rows.interval));
    }
    return found.size() == 1 ? *found.begin() : std::string();
}

/// How the rows of a funnel follow each other.
void telling::tell_funnel(std::uint32_t funnel, into made) const {
    static constexpr phrase order{
        "each step is the earliest row of the same {0} at or after the step before it{1}",
        "每一步取同一 {0} 在前一步当时或之后最早的行{1}"};
    static constexpr phrase best{"of several chains the furthest counts, of equals the earliest",
                                 "多条链取走得最远的，相同则取最早的"};
    static constexpr phrase within{", within {0} of the first", "，且在第一步后 {0} 之内"};
    if (std::any_of(made.rules.begin(), made.rules.end(),
                    [](const explained_rule& one) { return one.code == "funnel"; }))
        return;
    const language::funnel_info& of = of_.program.funnels[funnel];
    const std::string window =
        of.within ? within.in(how_.wording, words_.value_text(value(*of.within))) : "";
    const std::uint32_t entity = of_.program.references[of.reference].entity;
    add_rule(made, "funnel", order.in(how_.wording, of_.program.entities[entity].name, window));
    add_rule(made, "best_chain", std::string(best.in(how_.wording)));
}

/// The entities of a nested aggregate; each has the tree of its own value.
void telling::list_entities(place at, const rows_met& met, explained_rows& to) {
    const plan::traced& here = traced(at);
    const language::aggregate& of = of_.program.aggregates[term(at).with];
    to.entities = true;
    bool periods = false;
    for (const language::dimension& one : of.per) {
        to.table += (to.table.empty() ? "" : " · ") + one.name;
        periods = periods || one.calendar_unit != unit::none;
    }
    const bool early = here.early || of_.run.what().frames[here.inner].era != plan::nothing;
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
        const std::string piece = of_.run.piece_at(here.inner, early, row);
        if (periods && !piece.empty()) made.key += (made.key.empty() ? "" : " · ") + piece;
        if (here.argument != nothing) {
            const place inner = through({here.argument, row});
            mark_repeated(inner);
            made.taken = value_of(inner).value;
        }
        if (here.placed != nothing) made.at = value_of({here.placed, row}).value;
        if (here.second != nothing && of.what == function::weighted_avg)
            made.weight = value_of({here.second, row}).value;
        to.first.push_back(std::move(made));
    }
}

}  // namespace merit::explain
