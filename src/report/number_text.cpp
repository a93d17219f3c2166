#include "report/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/decimal.hpp"
#include "report/format.hpp"

namespace merit::report_text {

namespace {

constexpr std::uint8_t most_digits = 4;

std::string decimal_text(decimal_value number) {
    return with_commas(to_string(without_idle_zeros(number)));
}

/// Something must not look like nothing: a small number shows three figures.
decimal_value shortened(decimal_value number) {
    for (std::uint8_t digits = most_digits; digits < number.scale; ++digits) {
        const decimal_value out = rounded(number, digits);
        if (out.units == 0 && number.units != 0) continue;
        return digits == most_digits ? out : rounded(number, static_cast<std::uint8_t>(digits + 2));
    }
    return number;
}

/// The number a hundred times.
decimal_value in_percent(decimal_value number) {
    if (number.scale >= 2) return {number.units, static_cast<std::uint8_t>(number.scale - 2)};
    const auto wide = at_scale(number, 2);
    return wide ? decimal_value{wide->units, 0} : number;
}

std::string duration_words(double microseconds, text_language how) {
    struct time_unit {
        const char* word;
        const char* chinese;
        double microseconds;
    };
    static constexpr time_unit units[] = {{"days", "天", 86'400e6},
                                          {"hours", "小时", 3'600e6},
                                          {"min", "分钟", 60e6},
                                          {"s", "秒", 1e6}};
    const time_unit* unit = &units[3];
    for (const time_unit& one : units) {
        const double count = std::abs(microseconds) / one.microseconds;
        if (count < 2 && count != 1) continue;
        unit = &one;
        break;
    }
    const auto number = written_decimal(microseconds / unit->microseconds);
    const std::string text = number ? decimal_text(shortened(*number))
                                    : fmt::format("{:g}", microseconds / unit->microseconds);
    if (how == text_language::chinese) return text + " " + unit->chinese;
    const bool one_day = text == "1" && unit != &units[2] && unit != &units[3];
    return text + " " +
           (one_day ? std::string(unit->word, std::string_view(unit->word).size() - 1)
                    : std::string(unit->word));
}

std::string number_with_unit(decimal_value number, bool exact, std::string_view unit,
                             text_language how) {
    const bool percent = unit == "percent" || unit == "%";
    if (percent) number = in_percent(number);
    const std::string text = decimal_text(exact ? number : shortened(number));
    unit = unit_word(unit, how);
    if (percent) return text + " %";
    return unit.empty() || unit == "score" ? text : text + " " + std::string(unit);
}

}  // namespace

std::string grouped(std::uint64_t number) {
    return with_commas(std::to_string(number));
}

std::string value_text(const value& what, std::string_view unit, text_language how) {
    if (std::holds_alternative<blank_value>(what))
        return how == text_language::chinese ? "空" : "blank";
    if (const auto* n = std::get_if<std::int64_t>(&what))
        return number_with_unit({*n, 0}, true, unit, how);
    if (const auto* d = std::get_if<decimal_value>(&what))
        return number_with_unit(*d, true, unit, how);
    if (const auto* x = std::get_if<double>(&what)) {
        const auto number = written_decimal(*x);
        return number ? number_with_unit(*number, false, unit, how) : fmt::format("{:g}", *x);
    }
    if (const auto* t = std::get_if<duration_value>(&what))
        return duration_words(t->microseconds, how);
    if (const auto* m = std::get_if<money_value>(&what))
        return decimal_text(m->amount) + (m->currency[0] == 0 ? "" : " ") + m->currency;
    if (const auto* b = std::get_if<bool>(&what)) {
        if (how == text_language::chinese) return *b ? "真" : "假";
        return *b ? "true" : "false";
    }
    return one_line(to_string(what));
}

parts_in_text parts_text(const std::vector<explained_part>& all) {
    std::vector<decimal_value> numbers;
    for (const explained_part& one : all)
        if (const auto* number = std::get_if<decimal_value>(&one.contribution))
            numbers.push_back(*number);
    std::optional<decimal_value> whole = exact_sum(numbers);
    std::uint8_t digits = 0;  // as many behind each point, so that they stand above each other
    const auto shorten = [&digits](decimal_value& one) {
        one = without_idle_zeros(rounded(one, most_digits));
        digits = std::max(digits, one.scale);
    };
    for (decimal_value& one : numbers) shorten(one);
    if (whole) shorten(*whole);
    const auto text = [&](decimal_value one) {
        const std::optional<decimal_value> wide = at_scale(one, digits);
        return with_commas(to_string(wide ? *wide : one));
    };
    parts_in_text out;
    std::size_t next = 0;
    for (const explained_part& one : all) {
        const bool blank = !std::holds_alternative<decimal_value>(one.contribution);
        out.parts.push_back(blank ? "–" : text(numbers[next++]));
    }
    out.whole = whole && !numbers.empty() ? text(*whole) : "–";
    std::optional<decimal_value> sum = exact_sum(numbers);
    if (!whole || !sum || numbers.empty()) return out;
    sum->units = -sum->units;
    const std::optional<decimal_value> rest = exact_sum(std::vector{*whole, *sum});
    if (rest && rest->units != 0) out.rounding = text(*rest);
    return out;
}

}  // namespace merit::report_text
