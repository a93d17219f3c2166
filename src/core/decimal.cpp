#include "core/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace merit {

std::optional<decimal_value> at_scale(decimal_value what, std::uint8_t scale) {
    for (; what.scale > scale; --what.scale) {
        if (what.units % 10 != 0) return std::nullopt;
        what.units /= 10;
    }
    for (; what.scale < scale; ++what.scale) {
        if (__builtin_mul_overflow(what.units, int128{10}, &what.units)) return std::nullopt;
    }
    return what;
}

decimal_value without_idle_zeros(decimal_value what) {
    for (; what.scale > 0 && what.units % 10 == 0; --what.scale) what.units /= 10;
    return what;
}

std::optional<decimal_value> exact_sum(std::span<const decimal_value> all) {
    decimal_value sum;
    for (const decimal_value& each : all) {
        const decimal_value one = without_idle_zeros(each);
        const std::uint8_t scale = std::max(sum.scale, one.scale);
        const std::optional<decimal_value> left = at_scale(sum, scale);
        const std::optional<decimal_value> right = at_scale(one, scale);
        if (!left || !right) return std::nullopt;
        sum.scale = scale;
        if (__builtin_add_overflow(left->units, right->units, &sum.units)) return std::nullopt;
    }
    return sum;
}

std::optional<decimal_value> written_decimal(double number) {
    if (!std::isfinite(number)) return std::nullopt;
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific)
            .ptr;
    const std::string_view all(text, static_cast<std::size_t>(end - text));
    const std::size_t e = all.find('e');
    int power = 0;
    std::from_chars(text + e + (all[e + 1] == '+' ? 2 : 1), end, power);
    decimal_value out;
    int places = -power;  // digits behind the point
    for (std::size_t i = 0; i < e; ++i) {
        if (all[i] == '.') continue;
        out.units = out.units * 10 + (all[i] - '0');
        if (i > 0) ++places;
    }
    if (places > 36 || places < -18) return std::nullopt;
    for (; places < 0; ++places) out.units *= 10;
    out.scale = static_cast<std::uint8_t>(places);
    if (number < 0) out.units = -out.units;
    return out;
}

namespace {

int128 ten_to(unsigned n) {
    int128 out = 1;
    while (n-- > 0) out *= 10;
    return out;
}

}  // namespace

decimal_value rounded(decimal_value what, std::uint8_t digits) {
    if (what.scale <= digits) return what;
    const int128 unit = ten_to(static_cast<unsigned>(what.scale - digits));
    const int128 rest = what.units % unit;
    int128 units = what.units / unit;
    if (rest >= unit - unit / 2) ++units;
    if (rest <= unit / 2 - unit) --units;
    return {units, digits};
}

std::vector<decimal_value> rounded_parts(std::span<const decimal_value> all, std::uint8_t digits) {
    std::vector<decimal_value> out;
    const std::optional<decimal_value> sum = exact_sum(all);
    std::uint8_t scale = digits;
    for (const decimal_value& one : all) scale = std::max(scale, one.scale);
    const std::optional<decimal_value> whole =
        sum ? at_scale(rounded(*sum, digits), digits) : std::nullopt;
    if (!whole) return {all.begin(), all.end()};
    int128 left = whole->units;
    const int128 unit = ten_to(static_cast<unsigned>(scale - digits));
    std::vector<std::pair<int128, std::size_t>> remainders;
    for (const decimal_value& one : all) {
        const std::optional<decimal_value> wide = at_scale(one, scale);
        if (!wide) return {all.begin(), all.end()};
        const int128 rest = (wide->units % unit + unit) % unit;
        out.push_back({(wide->units - rest) / unit, digits});
        left -= out.back().units;
        remainders.emplace_back(-rest, remainders.size());
    }
    std::sort(remainders.begin(), remainders.end());
    for (std::size_t i = 0; left > 0 && !out.empty(); i = (i + 1) % out.size(), --left)
        ++out[remainders[i].second].units;
    return out;
}

int compare(decimal_value a, decimal_value b) {
    const auto sign = [](int128 of) { return of < 0 ? -1 : of > 0 ? 1 : 0; };
    if (sign(a.units) != sign(b.units)) return sign(a.units) < sign(b.units) ? -1 : 1;
    // What cannot be brought to the other's scale lies beyond all that can.
    while (a.scale < b.scale) {
        if (__builtin_mul_overflow(a.units, int128{10}, &a.units)) return sign(b.units);
        ++a.scale;
    }
    while (b.scale < a.scale) {
        if (__builtin_mul_overflow(b.units, int128{10}, &b.units)) return -sign(a.units);
        ++b.scale;
    }
    return a.units < b.units ? -1 : a.units > b.units ? 1 : 0;
}

std::string percent_text(decimal_value what) {
    what = without_idle_zeros(what);
    const auto wide = at_scale(what, std::max<std::uint8_t>(what.scale, 2));
    if (!wide) return to_string(what) + "00";
    const auto places = static_cast<std::uint8_t>(wide->scale - 2);
    return to_string(without_idle_zeros({wide->units, places}));
}

std::string shortest_text(const value& what) {
    if (const auto* number = std::get_if<decimal_value>(&what))
        return to_string(without_idle_zeros(*number));
    if (const auto* money = std::get_if<money_value>(&what)) {
        const std::string amount = to_string(without_idle_zeros(money->amount));
        // A sum over no rows is 0 of no currency.
        return money->currency[0] == 0 ? amount : fmt::format("{} {}", amount, money->currency);
    }
    return to_string(what);
}

std::uint8_t minor_unit(std::string_view currency) {
    for (const std::string_view whole :
         {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
          "VUV", "XAF", "XOF", "XPF"}) {
        if (currency == whole) return 0;
    }
    for (const std::string_view fine : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
        if (currency == fine) return 3;
    }
    return currency == "CLF" || currency == "UYW" ? 4 : 2;
}

std::string with_commas(std::string_view text) {
    const std::size_t start = text.starts_with('-') ? 1 : 0;
    std::string whole;
    std::size_t end = start;
    for (; end < text.size(); ++end) {
        if (text[end] >= '0' && text[end] <= '9')
            whole += text[end];
        else if (text[end] != '_' && text[end] != ',')
            break;
    }
    for (std::size_t at = whole.size(); at > 3; at -= 3) whole.insert(at - 3, ",");
    return std::string(text.substr(0, start)) + whole + std::string(text.substr(end));
}

}  // namespace merit
