// The `table` statements of a text, read before any data is seen; and values as the command line
// writes them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/decimal.hpp"
#include "data/calendar/calendar.hpp"
#include "data/csv_declared.hpp"
#include "language/environment.hpp"
#include "merit/model.hpp"

namespace merit {

namespace {

using language::node;
using language::node_id;
using language::node_kind;
using language::tree;

/// A `\N` or `\t` as people write them in a text.
std::string plain_text(const tree& ast, const node& of) {
    return of.kind == node_kind::literal ? to_string(ast.values[of.value])
                                         : std::string(ast.text(of));
}

std::optional<type_kind> type_word(std::string_view word) {
    if (word == "text") return type_kind::text;
    if (word == "int") return type_kind::int64;
    if (word == "decimal") return type_kind::decimal;
    if (word == "double") return type_kind::float64;
    if (word == "bool") return type_kind::boolean;
    if (word == "date") return type_kind::date;
    if (word == "timestamp") return type_kind::timestamp;
    if (word == "duration") return type_kind::duration;
    return std::nullopt;
}

class declaring {
public:
    declaring(const language::parsed& from, std::vector<diagnostic>& errors)
        : from_(from), ast_(from.ast), errors_(errors) {}

    table_declaration table(node_id statement) {
        table_declaration out;
        out.name = std::string(ast_.text(ast_.at(statement)));
        for (const node_id id : language::body_of(ast_, statement)) {
            const std::string word(ast_.text(ast_.at(id)));
            const node& inside = ast_.at(ast_.children_of(ast_.at(id))[0]);
            const std::string text = plain_text(ast_, inside);
            if (word == "entity")
                out.roles.entity = text;
            else if (word == "key")
                out.roles.key = text;
            else if (word == "time")
                out.roles.time = text;
            else if (word == "recorded")
                out.roles.recorded = text;
            else if (word == "order")
                out.roles.order = text;
            else if (word == "from")
                out.view_of = text;
            else if (word == "file")
                csv(inside, out.csv);
            else if (word != "where" && word != "kind" && word != "split" && word != "planned")
                column(word, inside, out);
        }
        return out;
    }

private:
    void complain(const node& at, std::string message, std::string help) {
        errors_.push_back(language::locate(*from_.from, severity::error, "E301", at.where,
                                           std::move(message), std::move(help)));
    }

    void column(const std::string& word, const node& inside, table_declaration& out) {
        const bool call = inside.kind == node_kind::call;
        const auto parts = ast_.children_of(inside);
        const std::string_view callee = ast_.text(call ? ast_.at(parts[0]) : inside);
        const bool money = call && callee == "money";
        const auto kind = money ? std::optional(type_kind::decimal) : type_word(callee);
        if (!kind) {
            const std::string key = call && parts.size() == 2
                                        ? std::string(ast_.text(ast_.at(parts[1])))
                                        : std::string(callee);
            out.roles.references.push_back({word, call ? std::string(callee) : word, key});
            return;
        }
        csv_type made;
        made.kind = *kind;
        for (const node_id id : call && !money ? parts.subspan(1) : parts.subspan(0, 0)) {
            const node& argument = ast_.at(id);
            if (argument.kind == node_kind::literal) {
                made.patterns.push_back(plain_text(ast_, argument));
                check_pattern(*kind, argument);
            } else if (argument.kind == node_kind::argument_named &&
                       ast_.text(argument) == "offset") {
                const std::string use = plain_text(ast_, ast_.at(ast_.children_of(argument)[0]));
                made.use_offset = use != "ignore";
                if (use != "use" && use != "ignore")
                    complain(argument, fmt::format("an offset is used or ignored, not \"{}\"", use),
                             "offset: \"use\"   or   offset: \"ignore\"");
            } else {
                complain(argument, "a type takes patterns, and a timestamp an offset",
                         "timestamp(\"M/D/YYYY H:MM\", offset: \"use\")");
            }
        }
        out.csv.types[word] = std::move(made);
    }

    /// Said here, where it is written, and not first where a file is read.
    void check_pattern(type_kind kind, const node& pattern) {
        csv_type one;
        one.kind = kind;
        one.patterns = {plain_text(ast_, pattern)};
        const auto made = csv::declared_type::make(one);
        if (made) return;
        for (const diagnostic& wrong : made.error().diagnostics())
            errors_.push_back(language::locate(*from_.from, severity::error, wrong.code,
                                               pattern.where, wrong.message, wrong.help));
    }

    void csv(const node& inside, csv_options& out) {
        if (inside.kind != node_kind::call ||
            ast_.text(ast_.at(ast_.children_of(inside)[0])) != "csv") {
            return complain(inside, "a file is described by csv(…)",
                            "file: csv(separator: \",\", header: false)");
        }
        for (const node_id id : ast_.children_of(inside).subspan(1)) {
            const node& argument = ast_.at(id);
            if (argument.kind != node_kind::argument_named) {
                complain(argument, "each property of csv() has a name",
                         "csv(separator: \",\", header: false, blank: \"-\")");
                continue;
            }
            const std::string_view word = ast_.text(argument);
            const std::string text = plain_text(ast_, ast_.at(ast_.children_of(argument)[0]));
            if (word == "header" && (text == "true" || text == "false"))
                out.header = text == "true";
            else if (word == "blank")
                out.blank = text;
            else if (word == "separator" && text == "spaces")
                out.spaces = true;
            else if (word == "separator" && (text.size() == 1 || text == "\\t"))
                out.separator = text == "\\t" ? '\t' : text[0];
            else if (word == "header")
                complain(argument, fmt::format("a file has a header or not, so not \"{}\"", text),
                         "header: true   or   header: false");
            else if (word == "separator")
                complain(argument, fmt::format("\"{}\" is no separator", text),
                         "write one character, \"\\t\" for a tab, or \"spaces\"");
            else
                complain(argument, fmt::format("csv() has no property `{}`", word),
                         "it has separator, header and blank");
        }
    }

    const language::parsed& from_;
    const tree& ast_;
    std::vector<diagnostic>& errors_;
};

/// A type in words, for who gives a value of another.
std::string in_words(const type& what) {
    switch (what.kind) {
        case type_kind::int64:
            return "a whole number";
        case type_kind::decimal:
            return fmt::format("a number of at most {} decimals", what.scale);
        case type_kind::float64:
            return "a number";
        case type_kind::duration:
            return "a duration, such as 90min";
        case type_kind::span:
            return "a span, such as 3 months";
        default:
            return what.to_string();
    }
}

/// What a text writes: a literal, or a minus sign and one.
std::optional<value> written_value(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const language::parsed read =
        language::parse(language::make_source("", std::string(text)), language::entry::formula, {});
    if (!read.errors.empty()) return std::nullopt;
    const node& root = read.ast.at(read.ast.root);
    if (root.kind != node_kind::literal) return std::nullopt;
    value out = read.ast.values[root.value];
    if (!negative) return out;
    if (auto* number = std::get_if<decimal_value>(&out))
        number->units = -number->units;
    else if (auto* length = std::get_if<duration_value>(&out))
        length->microseconds = -length->microseconds;
    else if (auto* span = std::get_if<span_value>(&out))
        span->count = -span->count;
    else
        return std::nullopt;
    return out;
}

}  // namespace

result<std::vector<table_declaration>> declared_tables(std::string_view text,
                                                       std::string_view name) {
    language::parsed read = language::parse(
        language::make_source(std::string(name), std::string(text)), language::entry::file, {});
    if (!read.errors.empty()) return error(read.errors);
    std::vector<table_declaration> out;
    std::vector<diagnostic> errors;
    for (const node_id id : read.ast.children_of(read.ast.at(read.ast.root))) {
        if (read.ast.at(id).kind == node_kind::table_statement)
            out.push_back(declaring(read, errors).table(id));
    }
    if (!errors.empty()) return error(std::move(errors));
    return out;
}

namespace {

/// An instant as results print it: 2026-03-31T23:59:59.999999Z.
std::optional<std::int64_t> printed_instant(std::string_view text) {
    if (text.empty() || text.back() != 'Z') return std::nullopt;
    text.remove_suffix(1);
    std::int64_t fraction = 0;
    if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
        const std::string_view digits = text.substr(point + 1);
        const bool whole =
            std::all_of(digits.begin(), digits.end(), [](char c) { return '0' <= c && c <= '9'; });
        if (digits.empty() || digits.size() > 6 || !whole) return std::nullopt;
        for (std::size_t i = 0; i < 6; ++i)
            fraction = fraction * 10 + (i < digits.size() ? digits[i] - '0' : 0);
        text = text.substr(0, point);
    }
    const auto date = calendar::read_date(text);
    if (!date || (date->grain != unit::second && (date->grain != unit::minute || fraction != 0)))
        return std::nullopt;
    return date->covers.from + fraction;
}

}  // namespace

result<std::int64_t> read_instant(std::string_view text, std::string_view zone) {
    if (!text.empty() && text[0] == '@') text.remove_prefix(1);
    if (const auto printed = printed_instant(text)) return *printed;
    const auto date = calendar::read_date(text);
    if (!date)
        return error("E112", fmt::format("\"{}\" is no date", text),
                     "write 2026-03-31 or 2026-03-31T09:30");
    const auto in = calendar::calendar::make({.zone = std::string(zone)});
    if (!in) return in.error();
    if (date->grain == unit::minute || date->grain == unit::second)
        return in->to_instant(date->covers.from);
    return in->to_instant(date->covers.to) - 1;  // a coarse date is its end
}

result<value> read_value(std::string_view text, const type& as) {
    const auto wrong = [&](std::string_view what) {
        return error("E302", fmt::format("\"{}\" is not {}", text, what),
                     fmt::format("the parameter is {}", as.to_string()));
    };
    switch (as.kind) {
        case type_kind::text:
            return value(std::string(text));
        case type_kind::boolean:
            if (text == "true") return value(true);
            if (text == "false") return value(false);
            return wrong("true or false");
        case type_kind::date:
        case type_kind::timestamp: {
            const auto date =
                calendar::read_date(!text.empty() && text[0] == '@' ? text.substr(1) : text);
            if (!date) return wrong("a date");
            if (as.kind == type_kind::timestamp) return value(timestamp_value{date->covers.from});
            return value(
                date_value{static_cast<std::int32_t>(date->covers.from / calendar::day_us)});
        }
        default:
            break;
    }
    const std::optional<value> written = written_value(text);
    if (!written) return wrong(in_words(as));
    if (const auto* d = std::get_if<decimal_value>(&*written)) {
        if (as.kind == type_kind::float64) return value(to_double(*d));
        const auto fits = at_scale(*d, as.kind == type_kind::decimal ? as.scale : 0);
        if (as.kind == type_kind::int64 && fits &&
            fits->units == static_cast<std::int64_t>(fits->units))
            return value(static_cast<std::int64_t>(fits->units));
        if (as.kind == type_kind::decimal && fits) return value(*fits);
        return wrong(in_words(as));
    }
    const bool fits =
        (as.kind == type_kind::duration && std::holds_alternative<duration_value>(*written)) ||
        (as.kind == type_kind::span && std::holds_alternative<span_value>(*written));
    return fits ? result<value>(*written) : wrong(in_words(as));
}

}  // namespace merit
