// Explanations as JSON. What is empty is left out; EXPLAIN.md describes every field.
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/decimal.hpp"
#include "merit/explain.hpp"

namespace merit {

namespace report_text {

namespace {

std::string text_json(std::string_view text) {
    using nlohmann::json;
    return json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Numbers with all their digits; money with its currency beside it.
std::string value_json(const value& what) {
    if (std::holds_alternative<blank_value>(what)) return "null";
    if (const auto* real = std::get_if<double>(&what); real != nullptr && !std::isfinite(*real))
        return "null";
    if (const auto* money = std::get_if<money_value>(&what))
        return "{\"amount\":" + shortest_text(money->amount) +
               ",\"currency\":" + text_json(money->currency) + "}";
    const bool plain =
        std::holds_alternative<bool>(what) || std::holds_alternative<std::int64_t>(what) ||
        std::holds_alternative<decimal_value>(what) || std::holds_alternative<double>(what) ||
        std::holds_alternative<duration_value>(what);
    return plain ? shortest_text(what) : text_json(shortest_text(what));
}

/// A JSON object that is written field by field.
class object {
public:
    object& raw(std::string_view name, std::string_view json) {
        out_ += out_.empty() ? "{" : ",";
        out_ += text_json(name) + ":" + std::string(json);
        return *this;
    }
    object& text(std::string_view name, std::string_view what) {
        return what.empty() ? *this : raw(name, text_json(what));
    }
    object& number(std::string_view name, std::uint64_t what) {
        return raw(name, std::to_string(what));
    }
    object& some(std::string_view name, std::uint64_t what) {
        return what == 0 ? *this : number(name, what);
    }
    object& term(std::string_view name, std::size_t which) {
        return which == no_term ? raw(name, "null") : number(name, which);
    }
    object& is(std::string_view name, const value& what) { return raw(name, value_json(what)); }
    object& some(std::string_view name, const value& what) {
        return std::holds_alternative<blank_value>(what) ? *this : is(name, what);
    }
    object& flag(std::string_view name, bool set) { return set ? raw(name, "true") : *this; }
    template <class Item, class Write>
    object& list(std::string_view name, const std::vector<Item>& all, Write write) {
        if (all.empty()) return *this;
        std::string items;
        for (const Item& one : all) items += (items.empty() ? "[" : ",") + write(one);
        return raw(name, items + "]");
    }
    [[nodiscard]] std::string end() const { return out_.empty() ? "{}" : out_ + "}"; }

private:
    std::string out_;
};

std::string rate_json(const explained_rate& what) {
    return object()
        .text("from", what.from)
        .text("to", what.to)
        .is("amount", what.amount)
        .is("rate", what.rate)
        .flag("inverse", what.inverse)
        .is("at", what.at)
        .text("when", what.when)
        .end();
}

std::string row_json(const explained_row& what) {
    object out;
    out.some("row", what.number).text("key", what.key).some("at", what.at).text("when", what.when);
    if (what.note.empty()) out.is("value", what.taken).text("local", what.local);
    out.text("note", what.note).some("weight", what.weight);
    out.some("before", what.before).some("share", what.share).text("user", what.user);
    out.list("steps", what.steps, [](const std::pair<std::string, std::uint64_t>& one) {
        return object().text("step", one.first).number("row", one.second).end();
    });
    out.list("rates", what.rates, rate_json);
    if (what.term != no_term) out.term("term", what.term);
    return out.end();
}

std::string rows_json(const explained_rows& what) {
    object out;
    out.text("table", what.table).flag("entities", what.entities).flag("periods", what.periods);
    out.text("whose", what.whose).text("group", what.group);
    out.text("key_column", what.key_column).text("date_column", what.date_column);
    out.flag("lasting", what.lasting)
        .text("interval", what.interval)
        .text("from", what.from)
        .text("to", what.to);
    out.number("all", what.all).some("shared", what.shared);
    out.some("not_known_yet", what.not_known_yet);
    if (what.not_known_yet != 0) out.text("known_by", what.known_by);
    if (what.not_known_yet != 0) out.text("known_until", what.known_until);
    out.some("of_other_groups", what.of_other_groups);
    out.some("without_date", what.without_date).some("outside_interval", what.outside_interval);
    out.list("filters", what.filters, [](const explained_filter& one) {
        return object()
            .text("text", one.text)
            .text("words", one.words)
            .text("from", one.from)
            .number("dropped", one.dropped)
            .some("unmatched", one.unmatched)
            .text("unmatched_in", one.unmatched_in)
            .end();
    });
    out.number("in_scope", what.in_scope).number("kept", what.kept);
    out.number("blank", what.blank).number("refused", what.refused);
    out.some("unmatched", what.unmatched).text("unmatched_in", what.unmatched_in);
    out.list("blanks", what.blanks, row_json);
    out.flag("decisive", what.decisive).list("first", what.first, row_json);
    return out.end();
}

std::string part_json(const explained_part& what) {
    return object()
        .text("name", what.name)
        .some("weight", what.weight)
        .some("used_weight", what.used_weight)
        .is("score", what.score)
        .is("contribution", what.contribution)
        .term("term", what.term)
        .end();
}

std::string term_json(const explained_term& what, std::size_t number) {
    object out;
    out.number("id", number).text("name", what.name).text("label", what.label);
    out.text("doc", what.doc).text("text", what.text).text("operation", what.operation);
    out.text("type", what.type.to_string()).text("unit", what.unit);
    out.is("value", what.value)
        .text("local", what.local)
        .text("why", to_string(what.why))
        .flag("failed", what.failed);
    out.list("rules", what.rules, [](const explained_rule& one) {
        return object().text("code", one.code).text("words", one.words).end();
    });
    out.list("parts", what.parts, part_json);
    out.list("peers", what.peers, [](const explained_peer& one) {
        return object()
            .text("key", one.key)
            .is("compared", one.compared)
            .is("place", one.place)
            .flag("self", one.self)
            .end();
    });
    out.some("peer_count", what.peer_count);
    if (what.rows) out.raw("rows", rows_json(*what.rows));
    out.list("rates", what.rates, rate_json);
    out.list("of", what.of, [](const explained_operand& one) {
        object operand;
        operand.term("term", one.term).text("role", one.role);
        if (!one.used) operand.raw("used", "false");
        return operand.end();
    });
    return out.end();
}

template <class Item, class Write>
std::string lines_json(const std::vector<Item>& all, Write write) {
    std::string out = "[";
    for (const Item& one : all) out += (out.size() == 1 ? "\n" : ",\n") + write(one);
    return out + (all.empty() ? "]" : "\n]");
}

}  // namespace

}  // namespace report_text

std::string to_json(const explanation& what) {
    using namespace report_text;
    const auto named = [](const std::pair<std::string, value>& one) {
        return object().text("name", one.first).is("value", one.second).end();
    };
    std::size_t number = 0;
    object out;
    out.text("version", what.version).text("definitions_hash", what.definitions_hash);
    out.text("wording", what.wording == text_language::chinese ? "zh" : "en");
    out.text("request", what.request).text("period", what.period);
    out.text("as_of", what.as_of).text("as_of_local", what.as_of_local).text("zone", what.zone);
    out.list("coverage", what.coverage, [](const table_coverage& one) {
        return object()
            .text("table", one.table)
            .number("seen", one.seen)
            .number("rows", one.rows)
            .end();
    });
    out.raw("group", lines_json(what.group, named)).flag("total", what.total);
    out.raw("parameters", lines_json(what.parameters, named));
    out.raw("terms", lines_json(what.terms, [&](const explained_term& one) {
                return term_json(one, number++);
            }));
    out.some("terms_left_out", what.terms_left_out);
    out.raw("definitions", lines_json(what.definitions, [](const explained_definition& one) {
                return object()
                    .text("kind", one.kind)
                    .text("name", one.name)
                    .text("label", one.label)
                    .text("doc", one.doc)
                    .text("text", one.text)
                    .end();
            }));
    return out.end() + "\n";
}

}  // namespace merit
