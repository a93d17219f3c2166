#include "engine/rates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/currency.hpp"

namespace merit::engine {

namespace {

/// A cell of the time column as a number: days of dates, instants of timestamps.
std::int64_t rate_time_at(const column& times, std::size_t row) {
    const merit::value cell = times.at(row);
    if (const auto* day = std::get_if<date_value>(&cell)) return day->days;
    return std::get<timestamp_value>(cell).microseconds;
}

int128 rate_units_at(const column& rates, std::size_t row) {
    const merit::value cell = rates.at(row);
    if (const auto* n = std::get_if<std::int64_t>(&cell)) return *n;
    return std::get<decimal_value>(cell).units;
}

std::string code_text_at(const column& texts, std::size_t row) {
    return std::get<std::string>(texts.at(row));
}

}  // namespace

result<rate_book> rate_book::make(const environment& in, const plan::rates_use& from) {
    const table& rows = in.tables[from.table];
    const column& times = rows.at(from.time);
    const column& of = rows.at(from.of);
    const column& to = rows.at(from.to);
    const column& rates = rows.at(from.value);
    const column& seen = rows.at(from.recorded == plan::nothing ? from.time : from.recorded);
    rate_book out;
    out.by_day_ = times.type().kind == type_kind::date;
    out.scale_ = rates.type().kind == type_kind::decimal ? rates.type().scale : 0;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const bool whole = times.present(row) && of.present(row) && to.present(row) &&
                           rates.present(row) && rate_units_at(rates, row) > 0;
        if (!whole) {
            ++out.left_out_;
            continue;
        }
        const bool hidden = (in.as_of || from.as_of != plan::nothing) && seen.present(row) &&
                            rate_time_at(seen, row) > last_visible(in, from.as_of, seen.type());
        if (hidden) continue;
        out.pairs_[pair(code_text_at(of, row), code_text_at(to, row))].push_back(
            {rate_time_at(times, row), rate_units_at(rates, row)});
    }
    for (auto& [names, entries] : out.pairs_) {
        std::sort(entries.begin(), entries.end(), [](const entry& a, const entry& b) {
            return a.from != b.from ? a.from < b.from : a.units < b.units;
        });
        for (std::size_t i = 1; i < entries.size(); ++i) {
            if (entries[i].from != entries[i - 1].from || entries[i].units == entries[i - 1].units)
                continue;
            const std::string when =
                out.by_day_ ? calendar::date_text(static_cast<std::int32_t>(entries[i].from))
                            : calendar::timestamp_text(entries[i].from);
            return error(
                "E813",
                fmt::format("{} has two rates for {} to {} at {}", in.what.tables[from.table].name,
                            names.first, names.second, when),
                "keep one rate of a pair for each time");
        }
    }
    return out;
}

const rate_book::entry* rate_book::last(std::string_view of, std::string_view to,
                                        std::int64_t at) const {
    const auto found = pairs_.find(pair(of, to));
    if (found == pairs_.end()) return nullptr;
    const std::vector<entry>& all = found->second;
    const auto after =
        std::upper_bound(all.begin(), all.end(), at,
                         [](std::int64_t time, const entry& one) { return time < one.from; });
    return after == all.begin() ? nullptr : &*std::prev(after);
}

std::optional<rate_book::rate> rate_book::find(std::string_view from, std::string_view to,
                                               std::int64_t at) const {
    const int128 one = power_of_ten(scale_);
    if (const entry* direct = last(from, to, at)) return rate{direct->units, one};
    if (const entry* inverse = last(to, from, at)) return rate{one, inverse->units};
    return std::nullopt;
}

std::int64_t rate_book::time_of(const environment& in, const merit::value& when) const {
    if (const auto* day = std::get_if<date_value>(&when))
        return by_day_
                   ? day->days
                   : in.calendar.to_instant((day->days + std::int64_t{1}) * calendar::day_us) - 1;
    const auto* const instant = std::get_if<timestamp_value>(&when);
    if (instant == nullptr) return 0;
    return by_day_ ? calendar::day_below(in.calendar.to_local(instant->microseconds))
                   : instant->microseconds;
}

std::optional<rate_book::written> rate_book::used(const environment& in, std::string_view from,
                                                  std::string_view to,
                                                  const merit::value& when) const {
    const std::int64_t at = time_of(in, when);
    const entry* const direct = last(from, to, at);
    const entry* const taken = direct != nullptr ? direct : last(to, from, at);
    if (taken == nullptr) return std::nullopt;
    written out{decimal_value{taken->units, static_cast<std::uint8_t>(scale_)}, {}, !direct};
    if (by_day_)
        out.at = date_value{static_cast<std::int32_t>(taken->from)};
    else
        out.at = timestamp_value{taken->from};
    return out;
}

namespace {

diagnostic money_note(std::string code, std::string message, std::string help) {
    diagnostic out;
    out.level = severity::warning;
    out.code = std::move(code);
    out.message = std::move(message);
    out.help = std::move(help);
    return out;
}

/// Rows of money(currency) that have an amount and no currency.
std::size_t amounts_alone(const column& amounts, const column& codes) {
    std::size_t out = 0;
    for (std::size_t row = 0; row < amounts.size(); ++row) {
        if (!amounts.present(row)) continue;
        if (!codes.present(row) || !is_currency_code(code_text_at(codes, row))) ++out;
    }
    return out;
}

/// Whether a column holds nothing but currencies, which its dictionary tells.
bool only_currencies(const column& codes) {
    if (codes.validity() != nullptr) return false;
    for (std::size_t code = 0; code < codes.texts()->size(); ++code) {
        if (!is_currency_code((*codes.texts())[code])) return false;
    }
    return true;
}

}  // namespace

std::vector<diagnostic> money_notes(const environment& in) {
    std::vector<diagnostic> out;
    for (const plan::expression& one : in.what.expressions) {
        if (one.op != plan::expression_op::scalar || one.what != language::function::money_of)
            continue;
        const table& rows = in.tables[one.over];
        const plan::table_use& use = in.what.tables[one.over];
        const std::uint32_t amount = in.what.expressions[one.of[0]].with;
        const column& codes = rows.at(in.what.expressions[one.of[1]].with);
        if (only_currencies(codes)) continue;
        const std::size_t alone = amounts_alone(rows.at(amount), codes);
        if (alone == 0) continue;
        out.push_back(money_note(
            "D108",
            fmt::format("{} row{} of {} ha{} an amount in `{}` without a currency, so it is blank",
                        alone, alone == 1 ? "" : "s", use.name, alone == 1 ? "s" : "ve",
                        use.columns.fields[amount].name),
            "give each amount its currency in three letters, such as CNY"));
    }
    for (std::size_t i = 0; i < in.what.rates.size(); ++i) {
        const std::size_t rows = (*in.rates)[i].left_out();
        // The same rates may be read as of several instants.
        const auto same = [&](const plan::rates_use& one) {
            return one.table == in.what.rates[i].table && one.value == in.what.rates[i].value;
        };
        const auto here = in.what.rates.begin() + static_cast<std::ptrdiff_t>(i);
        if (rows == 0 || std::any_of(in.what.rates.begin(), here, same)) continue;
        out.push_back(
            money_note("D109",
                       fmt::format("{} row{} of {} {} no rate{}", rows, rows == 1 ? "" : "s",
                                   in.what.tables[in.what.rates[i].table].name,
                                   rows == 1 ? "is" : "are", rows == 1 ? "" : "s"),
                       "a rate needs a time, two currencies and a positive value"));
    }
    return out;
}

result<std::vector<rate_book>> rate_books(const environment& in) {
    std::vector<rate_book> out;
    for (const plan::rates_use& one : in.what.rates) {
        auto made = rate_book::make(in, one);
        if (!made) return made.error();
        out.push_back(*std::move(made));
    }
    return out;
}

}  // namespace merit::engine
