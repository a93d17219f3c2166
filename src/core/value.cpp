#include "merit/value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace merit {

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

/// Integers up to here are doubles without rounding.
constexpr std::int64_t exact_double = std::int64_t{1} << 53;

std::string digits_of(int128 units) {
    // The magnitude is taken unsigned, for the smallest int128 has no positive twin.
    __extension__ using wide = unsigned __int128;
    wide rest = units < 0 ? wide{0} - static_cast<wide>(units) : static_cast<wide>(units);
    char buffer[40];
    char* first = buffer + sizeof buffer;
    do {
        *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    } while (rest != 0);
    return {first, buffer + sizeof buffer};
}

/// Year, month, day of a day number, proleptic Gregorian (Howard Hinnant, chrono-compatible
/// low-level date algorithms). The calendar is a layer above this file.
std::string date_text(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * of_year + 2) / 153;
    const std::int64_t day = of_year - (153 * month_from_march + 2) / 5 + 1;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string timestamp_text(std::int64_t instant) {
    std::int64_t days = instant / day_us;
    std::int64_t rest = instant % day_us;
    if (rest < 0) {
        rest += day_us;
        --days;
    }
    const std::int64_t seconds = rest / 1'000'000;
    std::string out = date_text(days) + fmt::format("T{:02}:{:02}:{:02}", seconds / 3'600,
                                                    seconds / 60 % 60, seconds % 60);
    if (const std::int64_t fraction = rest % 1'000'000; fraction != 0) {
        out += fmt::format(".{:06}", fraction);
        while (out.back() == '0') out.pop_back();
    }
    return out + "Z";
}

/// Shortest text that reads back as the same number; a negative zero is written as zero.
std::string double_text(double number) {
    return fmt::format("{}", number == 0 ? 0.0 : number);
}

/// In seconds, exact when the microseconds are whole.
std::string duration_text(double microseconds) {
    if (std::abs(microseconds) >= static_cast<double>(exact_double) ||
        microseconds != std::floor(microseconds)) {
        return double_text(microseconds / 1e6);
    }
    std::string out = to_string(decimal_value{static_cast<std::int64_t>(microseconds), 6});
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return out;
}

std::string_view unit_text(unit what) {
    switch (what) {
        case unit::none:
            return "";
        case unit::second:
            return "second";
        case unit::minute:
            return "minute";
        case unit::hour:
            return "hour";
        case unit::day:
            return "day";
        case unit::week:
            return "week";
        case unit::month:
            return "month";
        case unit::quarter:
            return "quarter";
        case unit::year:
            return "year";
        case unit::fiscal_month:
            return "fiscal_month";
        case unit::fiscal_quarter:
            return "fiscal_quarter";
        case unit::fiscal_year:
            return "fiscal_year";
    }
    return "";
}

std::string span_text(span_value span) {
    // The language has a plural for the civil units only.
    const bool plural =
        span.count != 1 && span.unit != unit::none && span.unit < unit::fiscal_month;
    return fmt::format("{} {}{}", span.count, unit_text(span.unit), plural ? "s" : "");
}

struct writer {
    std::string operator()(blank_value) const { return {}; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(decimal_value number) const { return to_string(number); }
    std::string operator()(double number) const { return double_text(number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(date_value date) const { return date_text(date.days); }
    std::string operator()(timestamp_value at) const { return timestamp_text(at.microseconds); }
    std::string operator()(duration_value time) const { return duration_text(time.microseconds); }
    std::string operator()(span_value span) const { return span_text(span); }
    std::string operator()(const money_value& money) const {
        if (money.currency[0] == 0) return to_string(money.amount);
        return fmt::format("{} {}", to_string(money.amount), money.currency);
    }
};

}  // namespace

std::string type::to_string() const {
    switch (kind) {
        case type_kind::blank:
            return "blank";
        case type_kind::boolean:
            return "bool";
        case type_kind::int64:
            return "int";
        case type_kind::decimal:
            return fmt::format("decimal({})", scale);
        case type_kind::float64:
            return "double";
        case type_kind::text:
            return "text";
        case type_kind::date:
            return "date";
        case type_kind::timestamp:
            return "timestamp";
        case type_kind::duration:
            return "duration";
        case type_kind::span:
            return "span";
        case type_kind::money:
            return currency[0] == 0 ? "money" : fmt::format("money({})", currency);
    }
    return "blank";
}

std::string to_string(const value& what) {
    return std::visit(writer{}, what);
}

std::string to_string(decimal_value what) {
    std::string out = digits_of(what.units);
    if (what.scale != 0) {
        if (out.size() <= what.scale) out.insert(0, what.scale + 1 - out.size(), '0');
        out.insert(out.size() - what.scale, 1, '.');
    }
    if (what.units < 0) out.insert(0, 1, '-');
    return out;
}

double to_double(decimal_value what) {
    static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    // Both operands are exact doubles here, so the one division rounds once and correctly.
    if (what.scale <= 22 && what.units >= -exact_double && what.units <= exact_double) {
        return static_cast<double>(static_cast<std::int64_t>(what.units)) / powers[what.scale];
    }
    std::string text = what.units < 0 ? "-" : "";
    text += digits_of(what.units);
    text += fmt::format("e-{}", what.scale);
    double out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace merit
