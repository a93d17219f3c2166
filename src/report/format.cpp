// Cells for people. Every number becomes its exact digits first, so that it is rounded once, half
// away from zero, and 0.63145 is 63.15 % although its double lies below.
#include "report/format.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/decimal.hpp"

namespace merit::report_text {

namespace {

/// sign · 0.figures · 10^point
struct digits {
    bool negative = false;
    std::string figures;
    int point = 0;
    bool exact = true;  ///< from an integer or decimal: shown in full, however large
};

/// How the numbers of a column are written.
struct number_style {
    int shift = 0;  ///< decimal places to the left: 2 for percent
    int decimals = 2;
    std::string unit;    ///< follows the number after a space
    double divisor = 1;  ///< of durations: microseconds of the unit
};

digits trimmed(digits number) {
    const std::size_t first = number.figures.find_first_not_of('0');
    if (first == std::string::npos) return {};
    number.figures.erase(0, first);
    number.point -= static_cast<int>(first);
    number.figures.erase(number.figures.find_last_not_of('0') + 1);
    return number;
}

digits digits_of(decimal_value number) {
    std::string text = to_string(decimal_value{number.units, 0});
    const bool negative = text.front() == '-';
    if (negative) text.erase(0, 1);
    const int point = static_cast<int>(text.size()) - number.scale;
    return trimmed({negative, std::move(text), point, true});
}

/// The shortest digits that read back as the same double.
digits digits_of(double number) {
    if (!std::isfinite(number)) return {};
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(number),
                                   std::chars_format::scientific)
                         .ptr;
    const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    const std::size_t e = text.find('e');
    digits out{number < 0, std::string(text.substr(0, e)), 0, false};
    std::erase(out.figures, '.');
    const char* exponent = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponent, end, out.point);
    ++out.point;
    return trimmed(std::move(out));
}

/// Rounds to `count` figures, which may be none or fewer, half away from zero.
digits rounded(digits number, int count) {
    if (count < 0) return {};
    const auto keep = static_cast<std::size_t>(count);
    if (keep >= number.figures.size()) return number;
    const bool up = number.figures[keep] >= '5';
    number.figures.resize(keep);
    if (!up) return trimmed(std::move(number));
    std::size_t i = keep;
    while (i > 0 && number.figures[i - 1] == '9') --i;
    number.figures.resize(i);
    if (i == 0) {
        number.figures = "1";
        ++number.point;
    } else {
        ++number.figures[i - 1];
    }
    return number;
}

/// "-1,234.50" of digits that were rounded to so many decimals.
std::string fixed_text(const digits& number, int decimals) {
    std::string whole;
    std::string fraction;
    const int size = static_cast<int>(number.figures.size());
    const auto figure = [&](int place) {  // 0 stands right after the point
        const int at = number.point + place;
        return at < 0 || at >= size ? '0' : number.figures[static_cast<std::size_t>(at)];
    };
    for (int place = -std::max(number.point, 1); place < 0; ++place) {
        whole += figure(place);
        if (place != -1 && (-place - 1) % 3 == 0) whole += ',';
    }
    for (int place = 0; place < decimals; ++place) fraction += figure(place);
    std::string out = number.negative ? "-" : "";
    out += whole;
    if (decimals > 0) out += "." + fraction;
    return out;
}

/// "1.23457e+20", for doubles too large or too small to write out.
std::string scientific_text(const digits& number) {
    const digits six = rounded(number, 6);
    std::string out = number.negative ? "-" : "";
    out += six.figures[0];
    if (six.figures.size() > 1) out += "." + six.figures.substr(1);
    return out + fmt::format("e{:+}", six.point - 1);
}

std::string number_text(const digits& number, int decimals) {
    const digits round = rounded(number, number.point + decimals);
    if (number.figures.empty()) return fixed_text(number, decimals);
    if (!number.exact && (number.point > 15 || number.point < -8)) return scientific_text(number);
    // Something must not look like nothing: a small number shows two figures.
    if (round.figures.empty()) {
        const digits two = rounded(number, 2);
        return fixed_text(two, static_cast<int>(two.figures.size()) - two.point);
    }
    return fixed_text(round, decimals);
}

struct time_unit {
    std::string_view word;
    double microseconds;
};
constexpr time_unit time_units[] = {
    {"days", 86'400e6}, {"hours", 3'600e6}, {"min", 60e6}, {"s", 1e6}};

/// The unit of durations: what the author asked for, else the largest that the column fills twice.
time_unit duration_unit(const frame& what, std::size_t column) {
    const std::string& asked = what.columns()[column].unit;
    if (asked.starts_with("week")) return {"weeks", 7 * 86'400e6};
    if (asked.starts_with("day")) return time_units[0];
    if (asked.starts_with("hour")) return time_units[1];
    if (asked.starts_with("min")) return time_units[2];
    if (asked.starts_with("sec")) return time_units[3];
    double largest = 0;
    for (std::size_t row = 0; row < what.rows(); ++row) {
        const auto* time = std::get_if<duration_value>(&what.at(row, column));
        if (time != nullptr) largest = std::max(largest, std::abs(time->microseconds));
    }
    for (const time_unit& one : time_units) {
        if (largest >= 2 * one.microseconds) return one;
    }
    return time_units[3];
}

bool time_word(const std::string& unit) {
    for (const char* word : {"day", "hour", "minute", "second", "week", "month", "year"}) {
        if (unit == word || unit == word + std::string("s")) return true;
    }
    return false;
}

/// Digits of a cell that is a number, in the style's unit.
std::optional<digits> number_of(const value& cell, const number_style& style) {
    digits out;
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        out = digits_of(decimal_value{*whole, 0});
    } else if (const auto* decimal = std::get_if<decimal_value>(&cell)) {
        out = digits_of(*decimal);
    } else if (const auto* real = std::get_if<double>(&cell)) {
        out = digits_of(*real);
    } else if (const auto* time = std::get_if<duration_value>(&cell)) {
        out = digits_of(time->microseconds / style.divisor);
    } else if (const auto* money = std::get_if<money_value>(&cell)) {
        out = digits_of(money->amount);
    } else {
        return std::nullopt;
    }
    if (!out.figures.empty()) out.point += style.shift;
    return out;
}

/// Decimals that a number's type asks for.
int decimals_of(const frame& what, std::size_t column) {
    const frame_column& head = what.columns()[column];
    int most = 0;
    bool below_one = true;
    for (std::size_t row = 0; row < what.rows(); ++row) {
        const value& cell = what.at(row, column);
        if (const auto* real = std::get_if<double>(&cell)) {
            below_one = below_one && std::abs(*real) < 1;
            most = std::max(most, 2);
        } else if (const auto* decimal = std::get_if<decimal_value>(&cell)) {
            most = std::max(most, std::min<int>(decimal->scale, 4));
        } else if (const auto* money = std::get_if<money_value>(&cell)) {
            most = std::max<int>(most, minor_unit(money->currency));
        }
    }
    return head.type.kind == type_kind::float64 && below_one && most > 0 ? 4 : most;
}

/// Whole numbers need no zeros behind the point, if the whole column is such.
bool whole_column(const frame& what, std::size_t column, const number_style& style) {
    for (std::size_t row = 0; row < what.rows(); ++row) {
        const auto number = number_of(what.at(row, column), style);
        if (!number || number->figures.empty()) continue;
        const digits round = rounded(*number, number->point + style.decimals);
        if (round.figures.empty()) return false;
        if (static_cast<int>(round.figures.size()) > round.point) return false;
    }
    return true;
}

number_style style_of(const frame& what, std::size_t column) {
    const frame_column& head = what.columns()[column];
    number_style style;
    if (head.unit == "percent" || head.unit == "%" || head.role == column_role::part_weight) {
        style.shift = 2;
        style.unit = "%";
    } else if (head.type.kind == type_kind::duration) {
        const time_unit unit = duration_unit(what, column);
        style.decimals = 1;
        style.divisor = unit.microseconds;
        style.unit = unit.word;
    } else if (head.unit == "score") {
        style.decimals = 1;
    } else if (head.type.kind == type_kind::money && head.unit.empty()) {
        style.decimals = decimals_of(what, column);
        style.unit = head.type.currency;
    } else {
        style.decimals = time_word(head.unit) ? 1 : decimals_of(what, column);
        style.unit = head.unit;
    }
    if (whole_column(what, column, style)) style.decimals = 0;
    return style;
}

std::string cell_text(const value& cell, const number_style& style) {
    const auto number = number_of(cell, style);
    if (!number) return one_line(to_string(cell));
    std::string out = number_text(*number, style.decimals);
    const auto* money = std::get_if<money_value>(&cell);
    const std::string unit =
        money != nullptr && style.unit.empty() ? std::string(money->currency) : style.unit;
    if (unit.empty()) return out;
    const bool one = out == "1" || out == "-1";
    out += " " + one_line(unit);
    // "1 day", and a space that keeps the digits above each other.
    if (one && time_word(unit) && unit.back() == 's') out.back() = ' ';
    return out;
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    const auto* next = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t length = utf8proc_iterate(next, left, &point);
        width += length > 0 ? static_cast<std::size_t>(utf8proc_charwidth(point)) : 1;
        const utf8proc_ssize_t step = std::max<utf8proc_ssize_t>(length, 1);
        next += step;
        left -= step;
    }
    return width;
}

std::string one_line(std::string_view text) {
    // U+202A to U+202E and U+2066 to U+2069 would turn the rest of the line around.
    const auto turns = [](std::string_view three) {
        if (three.size() < 3 || three[0] != '\xe2') return false;
        const auto last = static_cast<unsigned char>(three[2]);
        return (three[1] == '\x80' && last >= 0xaa && last <= 0xae) ||
               (three[1] == '\x81' && last >= 0xa6 && last <= 0xa9);
    };
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (turns(text.substr(i, 3))) {
            i += 2;
        } else {
            const auto byte = static_cast<unsigned char>(text[i]);
            out += byte < 0x20 || byte == 0x7f ? ' ' : text[i];
        }
    }
    return out;
}

std::string heading(const frame& what, std::size_t column) {
    const auto& heads = what.columns();
    const std::string& label = heads[column].label;
    const auto same = [&](const frame_column& other) { return other.label == label; };
    const bool shared = std::count_if(heads.begin(), heads.end(), same) > 1;
    return one_line(label.empty() || shared ? heads[column].name : label);
}

bool stands_right(const frame_column& column) {
    if (column.role == column_role::group) return false;
    switch (column.type.kind) {
        case type_kind::int64:
        case type_kind::decimal:
        case type_kind::float64:
        case type_kind::duration:
        case type_kind::money:
            return true;
        default:
            return false;
    }
}

std::string_view unit_word(std::string_view unit, text_language in) {
    static constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"days", "天"},      {"day", "天"},      {"hours", "小时"}, {"hour", "小时"},
        {"minutes", "分钟"}, {"minute", "分钟"}, {"min", "分钟"},   {"seconds", "秒"},
        {"second", "秒"},    {"s", "秒"},        {"weeks", "周"},   {"week", "周"},
        {"months", "个月"},  {"month", "个月"},  {"years", "年"},   {"year", "年"}};
    if (in == text_language::english) return unit;
    for (const auto& [word, translated] : words)
        if (unit == word) return translated;
    return unit;
}

std::vector<std::string> cell_texts(const frame& what, std::size_t column, text_language in) {
    const bool group = what.columns()[column].role == column_role::group;
    number_style style = group ? number_style{} : style_of(what, column);
    style.unit = unit_word(style.unit, in);
    std::vector<std::string> out;
    out.reserve(what.rows());
    for (std::size_t row = 0; row < what.rows(); ++row) {
        const value& cell = what.at(row, column);
        if (std::holds_alternative<blank_value>(cell))
            out.emplace_back(group ? "(blank)" : "–");
        else
            out.push_back(group ? one_line(to_string(cell)) : cell_text(cell, style));
    }
    return out;
}

}  // namespace merit::report_text
