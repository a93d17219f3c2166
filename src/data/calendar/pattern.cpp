// Date patterns: "M/D/YYYY H:MM" compiled once, then one pass over each cell.
#include <string>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

namespace {

// What a piece stands for. Letters of the pattern, but for these four:
constexpr char literal_piece = '=';
constexpr char short_year = 'y';
constexpr char month_name = 'N';
constexpr char fraction = 'S';

/// The fields of one cell, as far as they were read.
struct fields {
    int year = 0;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    std::optional<bool> afternoon;
    std::optional<std::int64_t> offset;
};

bool digit(char c) { return c >= '0' && c <= '9'; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Takes `low` to `high` digits off the front.
bool take_number(std::string_view& text, std::size_t low, std::size_t high, int& number) {
    std::size_t length = 0;
    number = 0;
    while (length < high && length < text.size() && digit(text[length])) {
        number = number * 10 + (text[length++] - '0');
    }
    text.remove_prefix(length);
    return length >= low;
}

/// Digits of a second; those beyond the microsecond are cut, as every timestamp here is.
bool take_fraction(std::string_view& text, int& microsecond) {
    std::size_t length = 0;
    microsecond = 0;
    for (; length < text.size() && length < 9 && digit(text[length]); ++length) {
        if (length < 6) microsecond = microsecond * 10 + (text[length] - '0');
    }
    for (std::size_t i = length; i < 6; ++i) microsecond *= 10;
    text.remove_prefix(length);
    return length > 0;
}

bool take_word(std::string_view& text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (upper(text[i]) != word[i]) return false;
    }
    text.remove_prefix(word.size());
    return true;
}

bool take_month_name(std::string_view& text, int& month) {
    constexpr std::string_view names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    for (int i = 0; i < 12; ++i) {
        if (take_word(text, names[i])) {
            month = i + 1;
            return true;
        }
    }
    return false;
}

bool take_half(std::string_view& text, std::optional<bool>& afternoon) {
    if (take_word(text, "AM")) afternoon = false;
    else if (take_word(text, "PM")) afternoon = true;
    return afternoon.has_value();
}

/// Z, +08:00, +0800 or +08.
bool take_offset(std::string_view& text, std::optional<std::int64_t>& offset) {
    if (take_word(text, "Z")) {
        offset = 0;
        return true;
    }
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!take_number(text, 2, 2, hours)) return false;
    const bool colon = !text.empty() && text.front() == ':';
    if (colon) text.remove_prefix(1);
    if ((colon || (!text.empty() && digit(text.front()))) && !take_number(text, 2, 2, minutes)) {
        return false;
    }
    if (hours > 23 || minutes > 59) return false;
    offset = sign * (hours * 60 + minutes) * 60 * second_us;
    return true;
}

bool take_short_year(std::string_view& text, int& year) {
    if (!take_number(text, 2, 2, year)) return false;
    year += year < 69 ? 2000 : 1900;  // the pivot of POSIX
    return true;
}

bool take(std::string_view& text, char what, bool two_digits, fields& into) {
    const std::size_t low = two_digits ? 2 : 1;
    switch (what) {
        case 'Y': return take_number(text, 4, 4, into.year);
        case short_year: return take_short_year(text, into.year);
        case 'M': return take_number(text, low, 2, into.month);
        case month_name: return take_month_name(text, into.month);
        case 'D': return take_number(text, low, 2, into.day);
        case 'H': return take_number(text, low, 2, into.hour);
        case 'm': return take_number(text, low, 2, into.minute);
        case 's': return take_number(text, low, 2, into.second);
        case fraction: return take_fraction(text, into.microsecond);
        case 'A': return take_half(text, into.afternoon);
        case 'Z': return take_offset(text, into.offset);
        default: return false;
    }
}

bool fits(const fields& read) {
    if (read.month < 1 || read.month > 12 || read.day < 1 || read.day > 31) return false;
    if (read.afternoon ? read.hour < 1 || read.hour > 12 : read.hour > 23) return false;
    if (read.minute > 59 || read.second > 59) return false;
    const std::int32_t first = days_of({read.year, static_cast<std::uint8_t>(read.month), 1});
    return read.day <= 28 || civil_of(first + read.day - 1).month == read.month;
}

/// Local microseconds of fields that fit.
std::int64_t local_of(const fields& read) {
    const int hour = read.afternoon ? read.hour % 12 + (*read.afternoon ? 12 : 0) : read.hour;
    const std::int64_t day = days_of({read.year, static_cast<std::uint8_t>(read.month),
                                      static_cast<std::uint8_t>(read.day)});
    return day * day_us + (hour * 3600 + read.minute * 60 + read.second) * second_us +
           read.microsecond;
}

/// The piece that a run of one letter is; '\0' when it is none. `seen` holds the pieces so far.
char piece_of(char letter, std::size_t length, const std::string& seen) {
    const auto has = [&](char what) { return seen.find(what) != std::string::npos; };
    switch (letter) {
        case 'Y': return length == 4 ? 'Y' : length == 2 ? short_year : '\0';
        case 'M':
            if (length == 3) return month_name;
            return length > 3 ? '\0' : has('H') && !has('m') ? 'm' : 'M';
        case 'h': return length <= 2 ? 'H' : '\0';
        // Many write HH:MM:SS: before the seconds were seen, S cannot be their fraction.
        case 'S': return has('s') ? fraction : length <= 2 ? 's' : '\0';
        case 'A':
        case 'Z': return length == 1 ? letter : '\0';
        default: return length <= 2 ? letter : '\0';
    }
}

bool number_piece(char what) { return what != literal_piece && what != month_name && what != 'A'; }

/// Width is open, so a digit after it could belong to either.
bool open_width(char what, bool two_digits) {
    if (what == fraction || what == 'Z') return true;
    return !two_digits && number_piece(what) && what != 'Y' && what != short_year;
}

/// Year, then month, then day; hour, then minute, then second; each at most once.
bool sensible(const std::string& seen) {
    const auto count = [&](char what) {
        std::size_t n = 0;
        for (const char c : seen) n += c == what ? 1 : 0;
        return n;
    };
    const std::size_t years = count('Y') + count(short_year);
    const std::size_t months = count('M') + count(month_name);
    for (const char what : {'D', 'H', 'm', 's', fraction, 'A', 'Z'}) {
        if (count(what) > 1) return false;
    }
    if (years != 1 || months > 1 || count('D') > months) return false;
    if (count('m') > count('H') || count('s') > count('m') || count(fraction) > count('s')) {
        return false;
    }
    if (count('H') > count('D')) return false;
    return count('A') <= count('H') && count('Z') <= count('H');
}

}  // namespace

std::optional<pattern> pattern::compile(std::string_view text) {
    constexpr std::string_view letters = "YMDHhmsSAZ";
    pattern made;
    std::string seen;
    bool half_day_hour = false;
    for (std::size_t at = 0; at < text.size();) {
        const char letter = text[at];
        if (letters.find(letter) == std::string_view::npos) {
            if (digit(letter) && !made.pieces_.empty() &&
                open_width(made.pieces_.back().what, made.pieces_.back().two_digits)) {
                return std::nullopt;
            }
            made.pieces_.push_back({literal_piece, letter, false});
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && text[end] == letter) ++end;
        const char what = piece_of(letter, end - at, seen);
        if (what == '\0') return std::nullopt;
        if (!made.pieces_.empty() && number_piece(what) && what != 'Z' &&
            open_width(made.pieces_.back().what, made.pieces_.back().two_digits)) {
            return std::nullopt;
        }
        half_day_hour = half_day_hour || letter == 'h';
        made.pieces_.push_back({what, '\0', end - at == 2});
        seen += what;
        at = end;
    }
    // h counts to 12, so without AM or PM it would mean two times.
    if (!sensible(seen) || (half_day_hour && seen.find('A') == std::string::npos)) {
        return std::nullopt;
    }
    return made;
}

std::optional<pattern::reading> pattern::read(std::string_view text) const {
    fields read;
    bool has_time = false;
    for (const piece& one : pieces_) {
        if (one.what == literal_piece) {
            if (text.empty() || text.front() != one.literal) return std::nullopt;
            text.remove_prefix(1);
        } else if (!take(text, one.what, one.two_digits, read)) {
            return std::nullopt;
        }
        has_time = has_time || one.what == 'H';
    }
    if (!text.empty() || !fits(read)) return std::nullopt;
    return reading{local_of(read), has_time, read.offset};
}

}  // namespace merit::calendar
