#include "data/infer.hpp"

#include <algorithm>
#include <limits>

namespace merit::csv {

namespace {

constexpr unsigned most_digits = 38;    // of int128
constexpr unsigned narrow_digits = 18;  // of int64, with room for any sign

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view text, std::string_view word) {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

bool not_finite_word(std::string_view text) {
    return same_word(text, "nan") || same_word(text, "inf") || same_word(text, "infinity");
}

/// Digits as they come, gathered in 64 bits as long as they fit.
struct digit_run {
    std::uint64_t narrow = 0;
    int128 wide = 0;
    unsigned taken = 0;  ///< significant digits so far
    bool exact = true;

    void take(char c) {
        const unsigned value = static_cast<unsigned>(c - '0');
        if (taken == 0 && value == 0) return;
        if (++taken <= narrow_digits) {
            narrow = narrow * 10 + value;
        } else if (taken <= most_digits) {
            if (taken == narrow_digits + 1) wide = narrow;
            wide = wide * 10 + value;
        } else {
            exact = false;
        }
    }
    [[nodiscard]] int128 units() const {
        return taken <= narrow_digits ? static_cast<int128>(narrow) : wide;
    }
};

/// "e+12" and the like; the end of the text must follow.
bool read_exponent(std::string_view text, std::int32_t& exponent) {
    std::size_t at = 1;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (at == text.size()) return false;
    std::int32_t value = 0;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) return false;
        value = std::min(value * 10 + (text[at] - '0'), 100'000);
    }
    exponent = negative ? -value : value;
    return true;
}

/// Two digits at `at`, or −1.
int two_digits(std::string_view text, std::size_t at) {
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

bool leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Day number of a date (Howard Hinnant's algorithm, as in the calendar, for years 0 to 9999);
/// nothing when there is no such day. Written out here, where it can be inlined per cell.
std::optional<std::int32_t> day_number(int year, int month, int day) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) return std::nullopt;
    if (day > lengths[month - 1] + (month == 2 && leap(year) ? 1 : 0)) return std::nullopt;
    const int shifted = year + 400 - (month <= 2 ? 1 : 0);  // kept positive, for year 0
    const int era = shifted / 400;
    const int of_era = shifted - era * 400;
    const int of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return (era - 1) * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

/// Z, +08:00, +0800 or +08; nothing else may follow.
bool read_offset(std::string_view text, std::optional<std::int64_t>& offset) {
    if (text == "Z" || text == "z") {
        offset = 0;
        return true;
    }
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return false;
    const int hours = two_digits(text, 1);
    int minutes = 0;
    if (text.size() > 3) {
        const std::size_t at = text[3] == ':' ? 4 : 3;
        minutes = two_digits(text, at);
        if (text.size() != at + 2) return false;
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (text[0] == '-' ? -1 : 1) * (std::int64_t{hours} * 60 + minutes) * 60'000'000;
    return true;
}

/// The clock after the date: HH:MM[:SS[.fraction]][offset].
bool read_clock(std::string_view text, moment& into) {
    const int hour = two_digits(text, 0);
    const int minute = two_digits(text, 3);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return false;
    std::size_t at = 5;
    int second = 0;
    std::int64_t fraction = 0;
    if (at < text.size() && text[at] == ':') {
        second = two_digits(text, at + 1);
        if (second < 0 || second > 59) return false;
        at += 3;
        if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
            const std::size_t first = ++at;
            std::int64_t worth = 100'000;
            for (; at < text.size() && is_digit(text[at]); ++at, worth /= 10) {
                fraction += (text[at] - '0') * worth;
                into.cut = into.cut || (worth == 0 && text[at] != '0');
            }
            if (at == first) return false;
        }
    }
    into.local += (std::int64_t{hour} * 3'600 + minute * 60 + second) * 1'000'000 + fraction;
    if (at == text.size()) return true;
    if (text[at] == ' ') ++at;
    return read_offset(text.substr(at), into.offset);
}

}  // namespace

std::int64_t power_of_ten(unsigned exponent) {
    static constexpr auto powers = [] {
        std::array<std::int64_t, narrow_digits + 1> out{1};
        for (std::size_t i = 1; i < out.size(); ++i) out[i] = out[i - 1] * 10;
        return out;
    }();
    return powers[exponent];
}

int128 wide_power_of_ten(unsigned exponent) {
    const int128 low = power_of_ten(std::min(exponent, narrow_digits));
    if (exponent <= narrow_digits) return low;
    const int128 middle = low * power_of_ten(std::min(exponent - narrow_digits, narrow_digits));
    return exponent <= 36 ? middle : middle * power_of_ten(exponent - 36);
}

std::string_view trimmed(std::string_view cell) {
    const auto space = [](char c) { return c == ' ' || c == '\t'; };
    while (!cell.empty() && space(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && space(cell.back())) cell.remove_suffix(1);
    return cell;
}

number read_number(std::string_view cell, spelling as) {
    const number none;
    std::size_t at = 0;
    const bool negative = !cell.empty() && cell[0] == '-';
    if (negative || (!cell.empty() && cell[0] == '+')) ++at;
    const std::string_view magnitude = cell.substr(at);
    if (!magnitude.empty() && !is_digit(magnitude[0]) && magnitude[0] != '.') {
        number out;
        if (not_finite_word(magnitude)) out.kind = cell_class::not_finite;
        return out;
    }
    if (at == 1 && !negative && as == spelling::plain) return none;
    number out;
    digit_run run;
    const std::size_t first = at;
    while (at < cell.size() && is_digit(cell[at])) run.take(cell[at++]);
    const std::size_t whole = at - first;
    if (as == spelling::plain && whole > 1 && cell[first] == '0') return none;
    out.digits = static_cast<std::uint8_t>(std::min(run.taken, 255U));
    out.kind = cell_class::integer;
    if (at < cell.size() && cell[at] == '.') {
        const std::size_t point = at++;
        while (at < cell.size() && is_digit(cell[at])) run.take(cell[at++]);
        const std::size_t scale = at - point - 1;
        if (scale == 0) return none;
        out.kind = cell_class::decimal;
        out.scale = static_cast<std::uint8_t>(std::min<std::size_t>(scale, 255));
    } else if (whole == 0) {
        return none;
    }
    if (at < cell.size() && (cell[at] == 'e' || cell[at] == 'E')) {
        if (!read_exponent(cell.substr(at), out.exponent)) return none;
        out.kind = cell_class::exponent;
        at = cell.size();
    }
    if (at != cell.size()) return none;
    out.exact = run.exact;
    out.units = negative ? -run.units() : run.units();
    return out;
}

std::optional<number> without_exponent(number from) {
    if (!from.exact) return std::nullopt;
    int scale = from.scale - from.exponent;
    if (from.units == 0) scale = std::clamp(scale, 0, static_cast<int>(from.scale));
    if (scale > static_cast<int>(most_digits) || scale < -static_cast<int>(most_digits)) {
        return std::nullopt;
    }
    unsigned digits = 0;
    for (int128 rest = from.units; rest != 0; rest /= 10) ++digits;
    if (scale < 0) {
        digits += static_cast<unsigned>(-scale);
        if (digits > most_digits) return std::nullopt;
        from.units *= wide_power_of_ten(static_cast<unsigned>(-scale));
        scale = 0;
    }
    from.kind = scale == 0 ? cell_class::integer : cell_class::decimal;
    from.scale = static_cast<std::uint8_t>(scale);
    from.digits = static_cast<std::uint8_t>(digits > from.scale ? digits - from.scale : 0U);
    from.exponent = 0;
    return from;
}

moment read_moment(std::string_view cell) {
    moment out;
    if (cell.size() < 10 || cell[4] != '-' || cell[7] != '-') return out;
    const int century = two_digits(cell, 0);
    const int year = two_digits(cell, 2);
    const int month = two_digits(cell, 5);
    const int day = two_digits(cell, 8);
    if (century < 0 || year < 0) return out;
    const std::optional<std::int32_t> days = day_number(century * 100 + year, month, day);
    if (!days) return out;
    moment read;
    read.days = *days;
    read.local = *days * std::int64_t{86'400'000'000};
    if (cell.size() == 10) {
        read.kind = cell_class::date;
        return read;
    }
    if ((cell[10] != 'T' && cell[10] != 't' && cell[10] != ' ') || cell.size() < 16) return out;
    if (!read_clock(cell.substr(11), read)) return out;
    read.kind = cell_class::timestamp;
    return read;
}

std::optional<bool> read_boolean(std::string_view cell) {
    if (same_word(cell, "true")) return true;
    if (same_word(cell, "false")) return false;
    return std::nullopt;
}

void shape::see(const number& what) {
    ++cells[static_cast<std::size_t>(what.kind)];
    if (what.kind == cell_class::not_finite || what.kind == cell_class::text) return;
    digits = std::max(digits, what.digits);
    scale = std::max(scale, what.scale);
    beyond_exact = beyond_exact || !what.exact;
    beyond_int64 = beyond_int64 || !what.exact ||
                   what.units > std::numeric_limits<std::int64_t>::max() ||
                   what.units < std::numeric_limits<std::int64_t>::min();
}

cell_class shape::see(std::string_view cell) {
    cell_class found = cell_class::text;
    const char first = cell.front();
    if (is_digit(first) && cell.size() >= 10 && cell[4] == '-') {
        found = read_moment(cell).kind;
    } else if (is_digit(first) || first == '-' || first == '.' || first == '+' ||
               lower(first) == 'n' || lower(first) == 'i') {
        const number what = read_number(cell, spelling::plain);
        see(what);
        return what.kind;
    } else if (read_boolean(cell)) {
        found = cell_class::boolean;
    }
    ++cells[static_cast<std::size_t>(found)];
    return found;
}

form shape::decide() const {
    if (count(cell_class::text) != 0) return form::text;
    const std::uint64_t exponents = count(cell_class::exponent);
    const bool numbers = count(cell_class::integer) + count(cell_class::decimal) + exponents != 0;
    const bool others = count(cell_class::not_finite) != 0;
    const bool booleans = count(cell_class::boolean) != 0;
    const bool moments = count(cell_class::date) + count(cell_class::timestamp) != 0;
    if ((numbers || others) + booleans + moments > 1) return form::text;
    if (booleans) return form::boolean;
    if (moments) return count(cell_class::timestamp) != 0 ? form::timestamp : form::date;
    if (!numbers) return others ? form::float64 : form::none;
    if (exponents != 0) return form::float64;
    if (count(cell_class::decimal) == 0 && !beyond_int64) return form::int64;
    if (const std::optional<form> exact = decide_decimal()) return *exact;
    // A whole number of more than 38 digits is an identifier, and a double would garble it.
    return count(cell_class::decimal) == 0 ? form::text : form::float64;
}

bool shape::tells() const {
    std::uint64_t told = 0;
    for (const std::uint64_t each : cells) told += each;
    return told != count(cell_class::blank) + count(cell_class::not_finite);
}

std::optional<form> shape::decide_decimal() const {
    const unsigned total = unsigned{digits} + scale;
    if (beyond_exact || total > most_digits) return std::nullopt;
    return total <= narrow_digits ? form::decimal : form::decimal128;
}

}  // namespace merit::csv
