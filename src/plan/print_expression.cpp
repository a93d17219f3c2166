#include "plan/print_expression.hpp"

#include <array>
#include <string_view>

#include "plan/builder.hpp"

namespace merit::plan {

using language::function;

namespace {

constexpr std::size_t longest_inline = 160;

// In the order of language::function.
constexpr auto last_function = static_cast<std::size_t>(function::change);
// clang-format off
constexpr std::array<std::string_view, last_function + 1> function_names{
    "none", "+", "-", "*", "/", "^", "negate", "=", "!=", "<", "<=", ">", ">=", "and", "or",
    "not", "in", "is blank", "if", "ifs", "if_blank", "reason", "abs", "round", "floor", "ceil",
    "sqrt", "mod", "least", "greatest", "clamp", "lower", "upper", "trim", "left", "right",
    "replace", "concat", "contains", "starts_with", "split_part", "length", "to_number",
    "to_date", "to_timestamp", "to_duration", "date", "start_of", "year", "quarter", "month",
    "day", "weekday", "iso_week", "hour", "months_between", "units_between", "add_span", "bucket",
    "growth", "to_double", "to_decimal", "date_to_timestamp", "work_time", "add_work_time",
    "work_days", "in_work_hours", "money_of", "immature", "or_no_target", "one_currency",
    "convert", "score", "weighted_blank", "weighted_reweight", "weighted_zero",
    "whole_blank", "whole_reweight", "whole_zero", "contribution_blank",
    "contribution_reweight", "contribution_zero", "tier", "tier_marginal", "tier_interpolated",
    "count", "sum", "avg", "min", "max", "median", "stddev", "percentile",
    "percentile_disc", "count_distinct", "count_if", "share", "first", "last",
    "weighted_avg", "any_of", "all_of", "text_list", "top_share", "gini", "rank", "percent_rank",
    "ntile", "minmax", "zscore", "allot", "next", "previous", "target", "attainment", "change"};
// clang-format on
static_assert(function_names.back() == "change");

std::string printed_name(function what) {
    return std::string(function_names[static_cast<std::size_t>(what)]);
}

bool is_infix(function what) {
    switch (what) {
        case function::add:
        case function::subtract:
        case function::multiply:
        case function::divide:
        case function::power:
        case function::equal:
        case function::not_equal:
        case function::less:
        case function::less_equal:
        case function::greater:
        case function::greater_equal:
        case function::logical_and:
        case function::logical_or:
            return true;
        default:
            return false;
    }
}

std::string literal(const value& what) {
    if (std::holds_alternative<blank_value>(what)) return "blank";
    if (std::holds_alternative<std::string>(what)) return '"' + std::get<std::string>(what) + '"';
    if (std::holds_alternative<date_value>(what) || std::holds_alternative<timestamp_value>(what))
        return '@' + to_string(what);
    return to_string(what);
}

class expression_printer {
public:
    explicit expression_printer(const plan& what) : what_(what) {}

    // Operands come before what reads them, so one pass upward suffices, however deep an expression
    // is.
    expression_texts all() {
        for (id i = 0; i < what_.expressions.size(); ++i) {
            const expression& one = what_.expressions[i];
            made_.whole.push_back(text(one));
            const bool infix =
                one.op == expression_op::scalar && (is_infix(one.what) || is_worded(one.what));
            if (made_.whole.back().size() > longest_inline) {
                made_.lifted.push_back(i);
                made_.named.push_back("e" + std::to_string(i));
            } else {
                made_.named.push_back(infix ? '(' + made_.whole.back() + ')' : made_.whole.back());
            }
        }
        return std::move(made_);
    }

private:
    static bool is_worded(function what) {
        return what == function::in || what == function::is_blank || what == function::logical_not;
    }

    std::string text(const expression& one) const {
        switch (one.op) {
            case expression_op::constant:
                return one.what == function::reason_of ? "blank(not_meaningful)"
                                                       : literal(what_.constants[one.with]);
            case expression_op::parameter:
                return "param " + what_.parameters[one.with].name;
            case expression_op::as_of:
                return one.of.empty() ? "as_of" : "as_of " + made_.named[one.of[0]];
            case expression_op::period_start:
                return "period.start" + mapped(one.with);
            case expression_op::period_end:
                return "period.end" + mapped(one.with);
            case expression_op::covered_start:
                return "covered.start" + mapped(one.with);
            case expression_op::covered_end:
                return "covered.end" + mapped(one.with);
            case expression_op::column:
                return what_.tables[one.over].columns.fields[one.with].name;
            case expression_op::look_up:
                return what_.tables[one.with].name + '[' + whole(one.of[1]) +
                       (one.of.size() > 2 ? " at " + whole(one.of[2]) : std::string()) + "]." +
                       made_.named[one.of[0]];
            case expression_op::chain:
                return chain_text(what_.chain_values[one.with]);
            case expression_op::near_row:
                return near_text(one);
            case expression_op::group_key:
                return "key " + what_.grain[one.with].name;
            case expression_op::finalize:
                return final_text(what_.finals[one.with]);
            case expression_op::over_peers:
                return peers_text(one);
            case expression_op::scalar:
                return scalar_text(one);
            case expression_op::tier:
                return printed_name(one.what) + '(' + what_.tier_tables[one.with].name + ", " +
                       whole(one.of[0]) + ')';
            case expression_op::value_of:
                return value_text(what_.broadcasts[one.with]);
        }
        bug("an expression that printing does not know");
    }

    std::string chain_text(const chain_value& one) const {
        const chain& along = what_.chains[one.chain];
        std::string made = "chain " + std::to_string(one.chain) + " of source " +
                           std::to_string(along.on) + " per " + whole(along.key) + " through ";
        for (std::size_t i = 0; i < along.steps.size(); ++i)
            made += (i == 0 ? "" : ", ") + whole(along.steps[i]);
        if (along.within != nothing) made += " within " + to_string(what_.constants[along.within]);
        return made + (one.what == chain_value::kind::reached ? ": steps"
                       : one.what == chain_value::kind::place
                           ? ": place"
                           : ": time " + std::to_string(one.step + 1));
    }

    std::string near_text(const expression& one) const {
        const sequence& among = what_.sequences[one.with];
        std::string made = among.later ? "next(" : "previous(";
        made += whole(among.value) + " of source " + std::to_string(among.on);
        for (std::size_t i = 0; i < among.where.size(); ++i)
            made += (i == 0 ? " where " : " and ") + whole(among.where[i]);
        const std::size_t first = among.order == nothing ? 1 : 2;
        for (std::size_t i = 0; i < among.keys.size(); ++i)
            made +=
                (i == 0 ? " per " : ", ") + whole(among.keys[i]) + " = " + whole(one.of[first + i]);
        return made + " from " + whole(one.of[0]) + ')';
    }

    static std::string mapped(id map) {
        return map == 0 || map == nothing ? std::string() : "@m" + std::to_string(map);
    }

    std::string value_text(const broadcast& one) const {
        std::string made = "frame " + std::to_string(one.frame) + '[' + list(one.keys, 0) + "]." +
                           std::to_string(one.column);
        return made;
    }

    std::string final_text(const final_value& one) const {
        std::string made = printed_name(one.what) + "(c" + std::to_string(one.cell);
        made += mapped(one.map);
        if (one.amount != nothing) made += ", " + whole(one.amount);
        if (one.changed != nothing) made += ", changed c" + std::to_string(one.changed);
        return made + ')';
    }

    std::string peers_text(const expression& one) const {
        const peer_window& window = what_.peer_windows[one.with];
        std::string made = printed_name(window.what) + '(' + list(one.of, 0);
        if (window.parts != 0) made += ", " + std::to_string(window.parts);
        if (window.lowest_first) made += " lowest first";
        if (window.ties != language::tie_rule::competition)
            made += window.ties == language::tie_rule::dense ? " dense" : " fractional";
        if (window.min_n != 0) made += " from " + std::to_string(window.min_n) + " rows";
        for (std::size_t i = 0; i < window.partition.size(); ++i)
            made += (i == 0 ? " within " : ", ") + what_.grain[window.partition[i]].name;
        for (const id value : window.parted) made += " parted by " + made_.named[value];
        return made + ')';
    }

    std::string scalar_text(const expression& one) const {
        if (one.what == function::logical_not) return "not " + made_.named[one.of[0]];
        if (one.what == function::is_blank) return made_.named[one.of[0]] + " is blank";
        if (one.what == function::in)
            return made_.named[one.of[0]] + " in (" + list(one.of, 1) + ')';
        if (!is_infix(one.what) || one.of.size() < 2)
            return printed_name(one.what) + '(' + list(one.of, 0) + declared(one) + ')';
        std::string made = made_.named[one.of[0]];
        for (std::size_t i = 1; i < one.of.size(); ++i)
            made += ' ' + printed_name(one.what) + ' ' + made_.named[one.of[i]];
        return made;
    }

    /// The calendar or the rates that a function reads, by name.
    std::string declared(const expression& one) const {
        if (one.with == nothing) return {};
        if (one.what == function::convert) return ", " + what_.rates[one.with].name;
        const bool works = one.what >= function::work_time && one.what <= function::in_work_hours;
        return works ? ", " + what_.calendars[one.with].name : std::string();
    }

    std::string list(const std::vector<id>& of, std::size_t from) const {
        std::string made;
        for (std::size_t i = from; i < of.size(); ++i)
            made += (i == from ? "" : ", ") + whole(of[i]);
        return made;
    }

    // Where commas or brackets separate already; a lifted one stays a name.
    std::string whole(id which) const {
        return made_.whole[which].size() > longest_inline ? made_.named[which] : made_.whole[which];
    }

    const plan& what_;
    expression_texts made_;
};

}  // namespace

expression_texts print_expressions(const plan& what) {
    return expression_printer(what).all();
}

}  // namespace merit::plan
