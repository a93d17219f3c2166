// Money: columns whose rows have a currency each, sums of one currency, and conversion. Where a
// type does not say the currency, a text term beside the money does; it follows the money through
// every operation, and where two meet a check of their equality stands in the program.
#include <fmt/format.h>

#include <algorithm>

#include "core/currency.hpp"
#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

type money_type(unsigned scale, std::string_view currency) {
    type out{.kind = type_kind::money, .scale = static_cast<std::uint8_t>(scale)};
    std::copy(currency.begin(), currency.end(), out.currency);
    return out;
}

bool is_money(const type& t) {
    return t.kind == type_kind::money;
}

}  // namespace

/// amount: money(currency) or amount: money("CNY")
void checker::money_property(table_id table, const scope& at, std::string_view word,
                             node_id inside) {
    const tree& a = ast(at.document);
    const auto parts = a.children_of(a.at(inside));
    const auto column = out_.tables[table].columns.find(word);
    if (!column) return unknown_member(at, inside, table, word);
    const type& is = out_.tables[table].columns.fields[*column].type;
    if (!is_exact(is)) {
        report(at, inside, "E301",
               fmt::format("money is exact, but `{}` is {}", word, is.to_string()),
               "give the column as a decimal");
        return;
    }
    money_column made;
    if (parts.size() == 2 && a.at(parts[1]).kind == node_kind::literal) {
        made.currency = to_string(a.values[a.at(parts[1]).value]);
        if (!is_currency_code(made.currency)) {
            report(at, parts[1], "E301", fmt::format("`{}` is no currency", made.currency),
                   "write its three letters, such as \"CNY\"");
            return;
        }
    } else if (parts.size() == 2) {
        const auto named = column_property(table, at, parts[1]);
        if (!named) return;
        made.column = *named;
        const field& of = out_.tables[table].columns.fields[*named];
        if (of.type.kind != type_kind::text) {
            report(at, parts[1], "E301",
                   fmt::format("`{}` is {}, not a text such as CNY", of.name, of.type.to_string()),
                   "name the column that holds each row's currency");
            return;
        }
    } else {
        report(at, inside, "E303", "money() needs a currency, or the column that holds it",
               fmt::format("{}: money(currency)   or   {}: money(\"CNY\")", word, word));
        return;
    }
    money_.insert_or_assign({table, static_cast<std::uint32_t>(*column)}, std::move(made));
}

const money_column* checker::money_declared(table_id table, std::uint32_t column) const {
    for (; table != nothing; table = out_.tables[table].view_of) {
        const auto found = money_.find({table, column});
        if (found != money_.end()) return &found->second;
    }
    return nullptr;
}

/// A column as the money that its table declares; the same term when it declares none.
term_id checker::as_money(const scope& at, node_id id, table_id table, term_id column) {
    const money_column* declared = money_declared(table, get(column).with);
    if (declared == nullptr) return column;
    const type is = money_type(get(column).type.scale, declared->currency);
    if (declared->column == nothing) return scalar(at, id, function::to_decimal, is, {column});
    term currency = get(column);
    currency.type = text_type;
    currency.with = declared->column;
    const term_id code = intern(std::move(currency));
    const term_id out = scalar(at, id, function::money_of, is, {column, code});
    out_.currencies[out] = code;
    return out;
}

/// The term that says the currency of money whose type does not; else nothing.
term_id checker::changing_currency(term_id money) const {
    if (money == nothing || !is_money(get(money).type) || get(money).type.currency[0] != 0)
        return nothing;
    const auto found = out_.currencies.find(money);
    return found == out_.currencies.end() ? nothing : found->second;
}

term_id checker::currency_of(const scope& at, node_id id, term_id money) {
    const type& is = get(money).type;
    if (is.currency[0] != 0) return constant(at, id, std::string(is.currency), text_type);
    const term_id known = changing_currency(money);
    if (known == nothing)
        report(at, id, "E220", "the currency of this amount is not known here",
               fmt::format("convert it first: {}", conversion_of(money)));
    return known;
}

/// Interns a term that passes its one operand on; so does its currency.
term_id checker::over_money(term made) {
    const term_id currency = changing_currency(made.of[0]);
    const term_id out = intern(made);
    if (currency == nothing) return out;
    made.of[0] = currency;
    made.type = text_type;
    out_.currencies[out] = intern(std::move(made));
    return out;
}

/// What an operation made of operands: where their currencies may differ, a check that they do not.
term_id checker::with_currency(const scope& at, node_id id, term_id made,
                               const std::vector<term_id>& operands) {
    std::vector<term_id> money;
    bool changing = false;
    for (const term_id one : operands) {
        if (one == nothing || !is_money(get(one).type)) continue;
        money.push_back(one);
        changing = changing || get(one).type.currency[0] == 0;
    }
    if (made == nothing || !changing) return made;
    std::vector<term_id> codes;
    for (const term_id one : money) {
        const term_id code = currency_of(at, id, one);
        if (code == nothing) return nothing;
        if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
    }
    const type is = get(made).type;
    term_id code = codes[0];
    for (std::size_t i = 1; i < codes.size(); ++i) {
        std::vector<term_id> of{made, codes[0], codes[i]};
        of.insert(of.end(), money.begin(), money.end());
        made = scalar(at, id, function::one_currency, is, std::move(of));
        code = scalar(at, id, function::if_blank, text_type, {code, codes[i]});
    }
    if (is_money(is) && is.currency[0] == 0) out_.currencies[made] = code;
    return made;
}

term_id checker::arithmetic(const scope& at, node_id id, operation how, term_id left,
                            term_id right) {
    return with_currency(at, id, plain_arithmetic(at, id, how, left, right), {left, right});
}

term_id checker::compare_terms(const scope& at, node_id id, function how, term_id left,
                               term_id right) {
    return with_currency(at, id, plain_comparison(at, id, how, left, right), {left, right});
}

term_id checker::scalar_typed(const scope& at, node_id id, const function_entry& entry,
                              const std::vector<term_id>& of) {
    const term_id made = plain_scalar(at, id, entry, of);
    const bool chooses = entry.what == function::if_ || entry.what == function::ifs ||
                         entry.what == function::if_blank;
    return chooses ? chosen_currency(at, id, made, entry, of) : with_currency(at, id, made, of);
}

/// if, ifs, if_blank: the currency is chosen as the amount is.
term_id checker::chosen_currency(const scope& at, node_id id, term_id made,
                                 const function_entry& entry, const std::vector<term_id>& of) {
    if (made == nothing || !is_money(get(made).type) || get(made).type.currency[0] != 0)
        return made;
    std::vector<term_id> codes = of;
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (!is_money(get(of[i]).type)) continue;
        codes[i] = currency_of(at, id, of[i]);
        if (codes[i] == nothing) return nothing;
    }
    if (entry.what != function::if_blank) {
        out_.currencies[made] = scalar(at, id, entry.what, text_type, std::move(codes));
        return made;
    }
    term_id code = codes.back();
    for (std::size_t i = of.size() - 1; i-- > 0;) {
        const term_id missing = scalar(at, id, function::is_blank, boolean_type, {of[i]});
        code = scalar(at, id, function::if_, text_type, {missing, code, codes[i]});
    }
    out_.currencies[made] = code;
    return made;
}

/// An aggregate of amounts with a currency each: they must agree. The least and the greatest of the
/// currencies are aggregates themselves, so that they follow every filter and period.
term_id checker::one_currency(const scope& at, node_id id, const aggregate& made, term_id value) {
    if (value == nothing || made.argument == nothing || made.what == function::count) return value;
    if (made.what == function::weighted_avg && made.second != nothing)
        value = of_one_currency(at, id, made, made.second, value);
    return of_one_currency(at, id, made, made.argument, value);
}

/// The value, if the amounts that made it agree in their currency.
term_id checker::of_one_currency(const scope& at, node_id id, const aggregate& made,
                                 term_id amounts, term_id value) {
    if (value == nothing) return nothing;
    const type& argument = get(amounts).type;
    if (!is_money(argument) || argument.currency[0] != 0) return value;
    const term_id code = currency_of(at, id, amounts);
    if (code == nothing) return nothing;
    aggregate of_code = made;
    of_code.argument = code;
    of_code.second = of_code.amount = nothing;
    const term_id blank = scalar(at, id, function::is_blank, boolean_type, {amounts});
    const term_id present = scalar(at, id, function::logical_not, boolean_type, {blank});
    of_code.where = made.where == nothing ? present
                                          : scalar(at, id, function::logical_and, boolean_type,
                                                   {made.where, present});
    of_code.what = function::min;
    const term_id low = aggregate_term(at, id, of_code);
    of_code.what = function::max;
    const term_id high = aggregate_term(at, id, of_code);
    if (low == nothing || high == nothing) return nothing;
    const type is = get(value).type;
    const term_id out = scalar(at, id, function::one_currency, is, {value, low, high});
    if (is_money(is) && is.currency[0] == 0) out_.currencies[out] = low;
    return out;
}

std::optional<std::uint32_t> checker::rates_column(const scope& at, node_id statement,
                                                   std::string_view word, table_id table) {
    const tree& a = ast(at.document);
    for (const node_id id : body_of(a, statement)) {
        if (a.text(a.at(id)) != word) continue;
        const node_id inside = a.children_of(a.at(id))[0];
        const auto column = column_property(table, at, inside);
        if (!column) return std::nullopt;
        const type& is = out_.tables[table].columns.fields[*column].type;
        const bool fits = word == "time"    ? is_time(is)
                          : word == "value" ? is_exact(is)
                                            : is.kind == type_kind::text;
        if (fits) return column;
        report(at, inside, "E301",
               fmt::format("`{}` is {}, not {}", written(at, inside), is.to_string(),
                           word == "time"    ? "a date or timestamp"
                           : word == "value" ? "an exact number"
                                             : "a text such as USD"),
               word == "value" ? "give the rates as decimals" : "name another column");
        return std::nullopt;
    }
    report(at, statement, "E303", fmt::format("rates need `{}:`", word),
           "rates fx { from: fx_rows, time: rate_date, of: ccy, to: base, value: rate }");
    return std::nullopt;
}

/// rates fx { from: fx_rows, time: rate_date, of: ccy, to: base, value: rate }
void checker::read_rates(const definition& one) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    rates_info made;
    made.name = std::string(a.text(a.at(one.node)));
    made.table = nothing;
    const auto same = [&](const rates_info& other) { return other.name == made.name; };
    if (std::any_of(out_.rates.begin(), out_.rates.end(), same)) {
        report(at, one.node, "E103", fmt::format("rates `{}` are declared twice", made.name),
               "give one of them another name");
        return;
    }
    for (const node_id id : body_of(a, one.node)) {
        const std::string_view word = a.text(a.at(id));
        const node_id inside = a.children_of(a.at(id))[0];
        if (word == "time" || word == "of" || word == "to" || word == "value") continue;
        if (word != "from") {
            report(at, id, "E101", fmt::format("rates have no property `{}`", word),
                   "they have from, time, of, to and value");
            return;
        }
        const auto table = table_named(a.text(a.at(inside)));
        if (!table || out_.tables[*table].view_of != nothing) {
            report(at, inside, "E101",
                   fmt::format("there is no table `{}` with rows of its own", a.text(a.at(inside))),
                   "name the table that holds a rate a row");
            return;
        }
        made.table = *table;
    }
    if (made.table == nothing) {
        report(at, one.node, "E303", "rates need `from:`",
               "rates fx { from: fx_rows, time: rate_date, of: ccy, to: base, value: rate }");
        return;
    }
    const std::pair<std::string_view, std::uint32_t rates_info::*> columns[] = {
        {"time", &rates_info::time},
        {"of", &rates_info::of},
        {"to", &rates_info::to},
        {"value", &rates_info::value}};
    for (const auto& [word, place] : columns) {
        const auto column = rates_column(at, one.node, word, made.table);
        if (!column) return;
        made.*place = *column;
    }
    out_.rates.push_back(std::move(made));
}

/// The rates of convert(): the ones named behind the time, else the only ones.
std::uint32_t checker::rates_named(const scope& at, node_id id,
                                   std::span<const node_id> arguments) {
    const tree& a = ast(at.document);
    std::vector<std::string> names;
    for (const rates_info& one : out_.rates) names.push_back(one.name);
    if (arguments.size() < 4) {
        if (names.size() == 1) return 0;
        report(at, id, "E223",
               names.empty()
                   ? "there are no rates to convert by"
                   : fmt::format("it is not said which rates: {}", fmt::join(names, ", ")),
               names.empty()
                   ? "rates fx { from: fx_rows, time: rate_date, of: ccy, to: base, value: rate }"
                   : fmt::format("name them: convert(m, \"USD\", at, {})", names[0]));
        return nothing;
    }
    const std::string_view wanted = a.text(a.at(arguments[3]));
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        if (names[i] == wanted) return i;
    }
    const std::vector<std::string> near = near_names(wanted, names);
    report(at, arguments[3], "E101", fmt::format("there are no rates `{}`", wanted),
           near.empty() ? "declare them: rates fx { from: …, time: …, of: …, to: …, value: … }"
                        : fmt::format("did you mean {}?", fmt::join(near, ", ")));
    return nothing;
}

term_id checker::wanted_currency(const scope& at, node_id id) {
    const term_id out = expression(at, id);
    if (out == nothing) return nothing;
    const value* v = constant_of(out);
    const auto* code = v == nullptr ? nullptr : std::get_if<std::string>(v);
    if (code != nullptr && is_currency_code(*code)) return out;
    report(at, id, "E301", "the wanted currency is a constant text of three letters",
           "convert(m, \"USD\", at)");
    return nothing;
}

term_id checker::convert_call(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    const bool plain = std::none_of(arguments.begin(), arguments.end(), [&](node_id one) {
        const node_kind kind = a.at(one).kind;
        return kind == node_kind::argument_named || kind == node_kind::argument_clauses ||
               kind == node_kind::argument_of;
    });
    if (arguments.size() < 3 || arguments.size() > 4 || !plain) {
        report(at, id, "E303", "`convert` needs an amount, a currency and a time",
               "convert(m, \"USD\", at)");
        return nothing;
    }
    const term_id amount = expression(at, arguments[0]);
    const term_id wanted = wanted_currency(at, arguments[1]);
    const term_id when = expression(at, arguments[2]);
    const std::uint32_t rates = rates_named(at, id, arguments);
    if (amount == nothing || wanted == nothing || when == nothing || rates == nothing)
        return nothing;
    const type is = get(amount).type;
    if (!is_money(is) || (!is_time(get(when).type) && get(when).type.kind != type_kind::blank)) {
        const bool first = !is_money(is);
        report(at, arguments[first ? 0 : 2], "E301",
               fmt::format("`convert` needs {}, not {}", first ? "money" : "a date or timestamp",
                           first ? is.to_string() : get(when).type.to_string()),
               first ? "declare the column in its table: amount: money(currency)"
                     : "convert(m, \"USD\", at)");
        return nothing;
    }
    const std::string code = std::get<std::string>(*constant_of(wanted));
    if (code == is.currency) return amount;
    const term_id from = currency_of(at, arguments[0], amount);
    if (from == nothing) return nothing;
    type out = money_type(minor_unit(code) + digits_beyond_minor, code);
    out.approximate = is.approximate;
    return scalar(at, id, function::convert, out, {amount, from, wanted, when}, rates);
}

}  // namespace merit::language
