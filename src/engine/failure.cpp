#include "engine/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/frame_columns.hpp"
#include "engine/rates.hpp"
#include "engine/rows.hpp"

namespace merit::engine {

using language::function;
using plan::id;

namespace {

/// What an expression failed on: the values of its operands, and which rows.
struct circumstances {
    std::vector<merit::value> operands;  ///< empty: not known
    std::uint64_t rows = 0;              ///< of a table; 0: the values of a group
    std::uint64_t first = 0;
};

std::vector<merit::value> operand_values(const environment& in, leaf_source& leaves,
                                         const std::vector<id>& all, std::size_t row) {
    text_pool texts;
    program steps(in, leaves, all, texts);
    steps.run(row, 1);
    std::vector<merit::value> out;
    for (const id one : all)
        out.push_back(to_value(steps.at(one), 0, in.what.expressions[one].type));
    return out;
}

/// Of all cells the one that met most of the failing rows; the first of them.
cell_states::failed_rows failed_rows_of(const environment& in, id origin, const scans& from) {
    cell_states::failed_rows out{~std::uint64_t{0}, 0};
    for (id cell = 0; cell < in.what.cells.size(); ++cell) {
        const auto found = from.states_of(cell).failed_on(origin);
        if (found.rows == 0) continue;
        out.first = std::min(out.first, found.first);
        out.rows = std::max(out.rows, found.rows);
    }
    return out;
}

circumstances look_again(const environment& in, id origin, const failure_site& at) {
    const plan::expression& what = in.what.expressions[origin];
    circumstances out;
    if (at.from == nullptr || what.op != plan::expression_op::scalar) return out;
    if (what.over == plan::nothing) {
        text_pool texts;
        frame_leaves leaves(in, *at.rows, *at.from, texts);
        out.operands = operand_values(in, leaves, what.of, at.row);
        return out;
    }
    const auto rows = failed_rows_of(in, origin, *at.from);
    if (rows.rows == 0 || in.rows == nullptr) return out;
    out.rows = rows.rows;
    out.first = rows.first;
    row_leaves leaves(in, *in.rows);
    out.operands = operand_values(in, leaves, what.of, rows.first);
    return out;
}

/// "row 2 of deals", "3 rows of deals, the first of them row 2", or "a group".
std::string rows_named(const environment& in, const plan::expression& what,
                       const circumstances& seen) {
    if (seen.rows == 0) return {};
    const std::string& table = in.what.tables[what.over].name;
    const std::uint64_t first = in.given_row(what.over, seen.first) + 1;
    if (seen.rows == 1) return fmt::format(" (row {} of {})", first, table);
    return fmt::format(" ({} rows of {}, the first of them row {})", seen.rows, table, first);
}

std::string written(const merit::value& what) {
    return to_string(what);
}

void describe_overflow(const plan::expression& what, diagnostic& into) {
    const bool wide = lane_of(what.type) == lane::wide;
    into.code = "E310";
    if (what.type.kind == type_kind::date || what.type.kind == type_kind::timestamp) {
        into.message = "the result lies outside the years 0 to 9999";
        into.help = "use a shorter span";
        return;
    }
    into.message =
        wide ? "the result has more than 38 digits" : "the result does not fit in 64 bits";
    into.help = wide ? "round() the operands to fewer digits"
                     : "bring an operand to a decimal or a double: x * 1.0";
}

std::string conversion_to(std::string_view currency) {
    return fmt::format("convert each amount x by its date t first: sum(convert(x, \"{}\", t))",
                       currency);
}

void describe_currencies(const environment& in, const plan::expression& what,
                         const circumstances& seen, diagnostic& into) {
    into.code = "E220";
    into.message = "two currencies meet in one amount";
    into.help = conversion_to("USD");
    if (seen.operands.size() > 2)
        into.message = fmt::format("{} and {} meet in one amount{}", written(seen.operands[1]),
                                   written(seen.operands[2]), rows_named(in, what, seen));
    if (seen.operands.size() > 2) into.help = conversion_to(written(seen.operands[1]));
}

/// Whether the rate was there, so that the number was too large.
bool has_rate(const environment& in, const plan::expression& what, const circumstances& seen) {
    const merit::value& when = seen.operands[3];
    const rate_book& book = (*in.rates)[what.with];
    const std::string from = written(seen.operands[1]);
    const std::string to = written(seen.operands[2]);
    return from == to || book.find(from, to, book.time_of(in, when)).has_value();
}

void describe_rate(const environment& in, const plan::expression& what, const circumstances& seen,
                   diagnostic& into) {
    const plan::rates_use& rates = in.what.rates[what.with];
    const std::string& table = in.what.tables[rates.table].name;
    into.code = "E223";
    into.message = fmt::format("there is no rate in {} for an amount", rates.name);
    into.help = fmt::format("add the rate to {}, or leave the rows out with `where`", table);
    if (seen.operands.size() < 4) return;
    if (has_rate(in, what, seen)) return describe_overflow(what, into);
    into.message = fmt::format("{} has no rate from {} to {} at or before {}{}", rates.name,
                               written(seen.operands[1]), written(seen.operands[2]),
                               written(seen.operands[3]), rows_named(in, what, seen));
}

void describe_calendar(const environment& in, const plan::expression& what,
                       const circumstances& seen, diagnostic& into) {
    into.code = "E853";
    into.message = "a name in the data is no calendar with hours";
    if (!seen.operands.empty())
        into.message = fmt::format("there is no calendar `{}` with hours{}",
                                   written(seen.operands.back()), rows_named(in, what, seen));
    std::string names;
    for (const plan::calendar_use& one : in.what.calendars) {
        if (one.works != nullptr) names += (names.empty() ? "" : ", ") + one.name;
    }
    into.help = names.empty() ? "declare it: calendar work { hours: \"mon-fri 09:00-18:00\" }"
                              : "the calendars with hours are " + names;
}

}  // namespace

error mixed_order(const environment& in, id by) {
    const plan::expression& what = in.what.expressions[by];
    diagnostic out;
    out.code = "E220";
    out.where = what.text;
    out.line = what.source + 1;
    out.message = "amounts of two currencies are put in one order";
    out.help = conversion_to("USD");
    return error(std::move(out));
}

error failure_of(const environment& in, id origin, const failure_site& at) {
    const plan::expression& what = in.what.expressions[origin];
    if (what.op == plan::expression_op::over_peers) return mixed_order(in, origin);
    const circumstances seen = look_again(in, origin, at);
    diagnostic out;
    out.where = what.text;
    out.line = what.source + 1;  // the number of the source; the host of the text knows its lines
    if (what.source < in.what.sources_text_names.size())
        out.source_name = in.what.sources_text_names[what.source];
    const bool scalar = what.op == plan::expression_op::scalar;
    const bool works = what.what >= function::work_time && what.what <= function::in_work_hours;
    if (scalar && what.what == function::one_currency)
        describe_currencies(in, what, seen, out);
    else if (scalar && what.what == function::convert)
        describe_rate(in, what, seen, out);
    else if (scalar && works)
        describe_calendar(in, what, seen, out);
    else
        describe_overflow(what, out);
    return error(std::move(out));
}

}  // namespace merit::engine
