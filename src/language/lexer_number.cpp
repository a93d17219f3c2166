// Numbers and what is glued to them: percent, money, durations, units; and dates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "language/lexer_scan.hpp"

namespace merit::language {

namespace {

constexpr int most_digits = 38;  // what an int128 holds

bool digit(char32_t code) {
    return code >= '0' && code <= '9';
}

/// The digits of a number read so far. `digits` counts from the first that is not zero.
struct digit_run {
    int128 units = 0;
    int digits = 0;
    int scale = 0;

    void add(char32_t code) {
        if (units != 0 || code != '0') ++digits;
        if (digits <= most_digits) units = units * 10 + static_cast<int>(code - '0');
    }
};

/// Multiplies by a power of ten: points first move right, then zeros are added.
bool shift(decimal_value& amount, int tens) {
    for (; tens > 0; --tens) {
        if (amount.scale > 0) {
            --amount.scale;
            continue;
        }
        if (amount.units > int128(1) << 122) return false;
        amount.units *= 10;
    }
    return true;
}

bool is_currency(std::string_view word) {
    if (word.size() != 3) return false;
    for (const char c : word) {
        if (c < 'A' || c > 'Z') return false;
    }
    return find_keyword(word) == nullptr;
}

bool leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_of_month(int year, int month) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

/// A year has 53 ISO weeks when it begins on a Thursday, or on a Wednesday and is a leap year.
int weeks_of_year(int year) {
    const int before = year - 1;
    const int weekday =
        (1 + 365 * before + before / 4 - before / 100 + before / 400) % 7;  // Monday 1
    return weekday == 4 || (weekday == 3 && leap(year)) ? 53 : 52;
}

/// Reads `pattern` (d a digit, others themselves) and puts the numbers of its digit groups in
/// order.
bool matches(std::string_view text, std::string_view pattern, std::array<int, 6>& groups) {
    if (text.size() != pattern.size()) return false;
    std::size_t group = 0;
    groups.fill(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (pattern[i] != 'd') {
            if (text[i] != pattern[i]) return false;
            ++group;
        } else if (digit(static_cast<unsigned char>(text[i]))) {
            groups[group] = groups[group] * 10 + (text[i] - '0');
        } else {
            return false;
        }
    }
    return true;
}

bool valid_date(std::string_view text) {
    std::array<int, 6> part{};
    const auto month = [&] { return part[1] >= 1 && part[1] <= 12; };
    const auto day = [&] {
        return month() && part[2] >= 1 && part[2] <= days_of_month(part[0], part[1]);
    };
    const auto time = [&] { return day() && part[3] < 24 && part[4] < 60 && part[5] < 60; };
    if (text.starts_with("0000")) return false;
    if (matches(text, "dddd", part)) return true;
    if (matches(text, "ddddQd", part)) return part[1] >= 1 && part[1] <= 4;
    if (matches(text, "ddddWdd", part)) return part[1] >= 1 && part[1] <= weeks_of_year(part[0]);
    if (matches(text, "dddd-dd", part)) return month();
    if (matches(text, "dddd-dd-dd", part)) return day();
    return (matches(text, "dddd-dd-ddTdd:dd", part) ||
            matches(text, "dddd-dd-ddTdd:dd:dd", part)) &&
           time();
}

}  // namespace

void scanner::number() {
    const std::uint32_t begin = at_;
    if (bare_date(begin)) return;
    digit_run run;
    std::uint32_t length = 1;
    const auto read = [&](bool fraction) {
        for (char32_t code = peek_folded(at_, &length); digit(code) || (code == '_' && !fraction);
             code = peek_folded(at_, &length)) {
            if (code == '_' && !digit(peek_folded(at_ + 1))) break;
            if (code != '_') run.add(code);
            if (fraction) ++run.scale;
            at_ += length;
        }
    };
    read(false);
    std::uint32_t point = 1;
    const bool fraction = peek_folded(at_, &point) == '.' && digit(peek_folded(at_ + point));
    if (fraction) {
        at_ += point;
        read(true);
    }
    if (run.digits > most_digits || run.scale > most_digits) {
        at_ = name_end(at_, nullptr);
        return fail("E104", {begin, at_},
                    fmt::format("the number has more than {} digits", most_digits),
                    "numbers are exact up to 38 digits; write fewer");
    }
    number_suffix({begin, at_}, {run.units, static_cast<std::uint8_t>(run.scale)});
}

void scanner::number_suffix(byte_range digits, decimal_value amount) {
    std::uint32_t length = 1;
    if (peek_folded(at_, &length) == '%') {
        at_ += length;
        amount.scale = static_cast<std::uint8_t>(amount.scale + 2);
        if (amount.scale > most_digits) {
            return fail("E104", {digits.begin, at_}, "the percentage has more than 38 digits",
                        "write fewer digits");
        }
        return push_value(token_kind::percent, {digits.begin, at_}, amount);
    }
    bool folds = false;
    const std::uint32_t end = name_end(at_, &folds);
    std::string held = fold_width(slice(at_, end));
    std::string_view rest = held;
    int tens = 0;
    std::uint32_t eaten = 0;
    const auto take = [&](std::string_view suffix, int power) {
        if (tens != 0 || !rest.starts_with(suffix)) return;
        if (suffix.size() == 1 && rest.size() > 1 && !is_currency(rest.substr(1))) return;
        tens = power;
        eaten = static_cast<std::uint32_t>(suffix.size());
        rest.remove_prefix(suffix.size());
    };
    take("k", 3);
    take("M", 6);
    take("万", 4);
    take("亿", 8);
    if (!shift(amount, tens)) {
        at_ = end;
        return fail("E104", {digits.begin, end}, "the number has more than 38 digits",
                    "numbers are exact up to 38 digits; write fewer");
    }
    at_ += eaten;
    if (rest.empty()) {
        if (money_code(digits.begin, amount)) return;
        return push_value(token_kind::number, {digits.begin, at_}, amount);
    }
    if (tens == 0 && (rest == "h" || rest == "min" || rest == "s")) {
        at_ = end;
        return duration_literal({digits.begin, end}, amount, rest);
    }
    if (is_currency(rest) && money_code(digits.begin, amount)) return;
    if (glued_unit({digits.begin, at_}, amount, rest)) return;
    at_ = end;
    malformed_number({digits.begin, end}, slice(digits.begin, digits.end + eaten), rest);
}

bool scanner::money_code(std::uint32_t begin, decimal_value amount) {
    std::uint32_t from = at_;
    while (from < text_.size() && (text_[from] == ' ' || text_[from] == '\t')) ++from;
    const std::uint32_t end = name_end(from, nullptr);
    const std::string_view code = slice(from, end);
    if (!is_currency(code)) return false;
    // In a scorecard the next part may stand on the same line: `goal 5 ROI weight 30%`.
    std::uint32_t next = end;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
    const keyword* const after = find_keyword(slice(next, name_end(next, nullptr)));
    if (after != nullptr && after->parts[0].kind == token_kind::word_weight) return false;
    at_ = end;
    money_value made{amount, {code[0], code[1], code[2], 0}};
    push_value(token_kind::money, {begin, end}, made);
    return true;
}

bool scanner::glued_unit(byte_range digits, decimal_value amount, std::string_view rest) {
    // `3个月前`: the longest Chinese unit, then nothing or one more keyword.
    const keyword* found = nullptr;
    for (const keyword& one : keywords()) {
        if (one.parts[0].kind != token_kind::unit || one.chinese.empty()) continue;
        if (!rest.starts_with(one.chinese)) continue;
        if (found == nullptr || one.chinese.size() > found->chinese.size()) found = &one;
    }
    if (found == nullptr) return false;
    const std::string_view tail = rest.substr(found->chinese.size());
    const keyword* after = nullptr;
    if (!tail.empty()) {
        after = find_keyword(tail);
        if (after == nullptr) return false;
    }
    push_value(token_kind::number, digits, amount);
    const auto unit_end = static_cast<std::uint32_t>(digits.end + found->chinese.size());
    push(token_kind::unit, digits.end, unit_end, false, found->parts[0].unit);
    at_ = unit_end;
    if (after != nullptr) {
        at_ = static_cast<std::uint32_t>(unit_end + tail.size());
        // After a span `之前` tells how far back: `3个月之前` is `3个月前`.
        const bool back = after->parts[0].kind == token_kind::word_before;
        for (std::uint8_t i = 0; i < after->count; ++i) {
            push(back ? token_kind::word_ago : after->parts[i].kind, unit_end, at_, false,
                 after->parts[i].unit);
        }
    }
    return true;
}

void scanner::duration_literal(byte_range where, decimal_value amount, std::string_view unit) {
    int128 scaled = amount.units;
    const int128 factor = unit == "h"     ? 3'600'000'000LL
                          : unit == "min" ? 60'000'000LL
                                          : 1'000'000LL;
    bool exact = scaled < (int128(1) << 80);
    if (exact) scaled *= factor;
    for (int i = 0; i < amount.scale; ++i) {
        exact &= scaled % 10 == 0;
        scaled /= 10;
    }
    if (!exact || scaled > int128(1) << 53) {
        return fail("E104", where,
                    "the duration is not a whole number of microseconds, or too long",
                    "write it in a smaller unit, or with fewer digits");
    }
    push_value(token_kind::duration, where, duration_value{static_cast<double>(scaled)});
}

void scanner::malformed_number(byte_range where, std::string_view digits,
                               std::string_view letters) {
    const std::string number = fold_width(digits);
    const std::string whole = fmt::format("{}{}", number, letters);
    std::string help = fmt::format("for a product write `{} * {}`; for a name write `[{}]`", number,
                                   letters, whole);
    const keyword* const unit = find_keyword(letters);
    if (unit != nullptr && unit->count == 1) {
        help = fmt::format("write `{} {}`; for a name write `[{}]`", number, letters, whole);
    } else if (letters == "m") {
        help =
            fmt::format("write `{0}M` for millions, `{0}min` for minutes or `{0} months`", number);
    } else if (letters == "K") {
        help = fmt::format("write `{}k` for thousands; for a name write `[{}]`", number, whole);
    } else if (letters == "d" || letters == "w" || letters == "y") {
        const std::string_view word = letters == "d" ? "days" : letters == "w" ? "weeks" : "years";
        help = fmt::format("write `{} {}`; for a name write `[{}]`", number, word, whole);
    } else if (valid_date(whole)) {
        help = fmt::format("for the period write `@{0}`; for a name write `[{0}]`", whole);
    } else if (const std::string meant = likely_date(whole);
               letters.starts_with("年") && !meant.empty()) {
        help = fmt::format("write @{}", meant);
    } else if (letters.starts_with("元")) {
        help = fmt::format("write `{} CNY`", number);
    }
    fail("E104", where, fmt::format("`{}` is neither a number nor a name", whole), std::move(help));
}

namespace {

/// 2026年1月5日 and 2026年第1季度 with the signs of dates.
std::string with_signs(std::string_view written) {
    constexpr std::pair<std::string_view, std::string_view> signs[] = {
        {"年第", "-Q"}, {"季度", ""}, {"年", "-"}, {"月", "-"}, {"日", ""}, {"号", ""}};
    std::string out(written);
    if (out.ends_with("季度") && out.find("年第") == std::string::npos)
        if (const std::size_t year = out.find("年"); year != std::string::npos)
            out.insert(year + std::string_view("年").size(), "第");
    for (const auto& [chinese, sign] : signs)
        for (std::size_t at = out.find(chinese); at != std::string::npos; at = out.find(chinese))
            out.replace(at, chinese.size(), sign);
    if (out.ends_with('-')) out.pop_back();
    return out;
}

}  // namespace

/// What a date in another spelling is here: 2026/1/5, 2026-Q1, Q1-2026, 2026年1月5日. Empty where
/// that is not clear, as it is not of 01.02.2026.
std::string scanner::likely_date(std::string_view written) {
    const bool chinese = written.find("年") != std::string_view::npos;
    const std::string plain = chinese ? with_signs(written) : std::string(written);
    if (chinese && valid_date(plain)) return plain;
    std::vector<std::string> parts(1);
    for (const char c : plain) {
        if (c == '-' || c == '/' || c == '.')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    if (parts.size() == 2 && parts[1].size() == 4) std::swap(parts[0], parts[1]);
    if (parts.size() < 2 || parts.size() > 3 || parts[0].size() != 4) return {};
    std::string out = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const bool number = std::all_of(parts[i].begin(), parts[i].end(),
                                        [](char c) { return c >= '0' && c <= '9'; });
        if (number) out += '-';
        if (number && parts[i].size() == 1) out += '0';
        out += parts[i];
    }
    return valid_date(out) ? out : std::string();
}

bool scanner::bare_date(std::uint32_t begin) {
    std::uint32_t end = begin;
    while (end < text_.size() && (digit(static_cast<unsigned char>(text_[end])) ||
                                  text_[end] == '-' || text_[end] == '/')) {
        ++end;
    }
    if (end < text_.size() && (continues_name(decode(text_, end).code) || text_[end] == '.'))
        return false;
    std::string text(slice(begin, end));
    std::array<int, 6> part{};
    const bool slashes = matches(text, "dddd/dd/dd", part);
    if (slashes) text[4] = text[7] = '-';
    if (!slashes && !matches(text, "dddd-dd-dd", part) && !matches(text, "dddd-dd", part))
        return false;
    if (!valid_date(text)) return false;
    at_ = end;
    std::string spaced;
    for (const char c : slice(begin, end)) {
        spaced += digit(static_cast<unsigned char>(c)) ? std::string(1, c) : fmt::format(" {} ", c);
    }
    fail("E112", {begin, end}, fmt::format("is `{}` a date or a calculation?", slice(begin, end)),
         fmt::format("@{}   or   {}", text, spaced));
    return true;
}

void scanner::date() {
    const std::uint32_t begin = at_;
    std::uint32_t length = decode(text_, at_).length;
    std::uint32_t end = at_ + length;
    bool timed = false;
    bool folds = false;
    while (end < text_.size()) {
        const char32_t code = peek_folded(end, &length);
        const bool letter = code < 0x80 && begins_name(code) && code != '_';
        const bool joins = code == '-' || (code == ':' && timed);
        if (!digit(code) && !letter && !(joins && digit(peek_folded(end + length)))) break;
        timed |= code == 'T';
        folds |= length > 1;
        end += length;
    }
    at_ = end;
    token probe;
    probe.kind = token_kind::date;
    probe.folded = folds;
    probe.where = {begin, end};
    const std::string text = text_of(text_, probe);
    // Of `@2026/01/05`, `@2026.01.05` and `@2026-Q1` all is meant for the date.
    const auto plain_digit = [&](std::uint32_t at) {
        return at < text_.size() && digit(static_cast<unsigned char>(text_[at]));
    };
    const auto parts = [&] {
        if (end >= text_.size()) return false;
        if (text_[end] == '/' || text_[end] == '.') return plain_digit(end + 1);
        const bool unit = slice(end, end + 2) == "-Q" || slice(end, end + 2) == "-W";
        return unit && end + 2 < text_.size() && plain_digit(end + 2);
    };
    const bool chinese = text_.substr(end).starts_with("年");
    if (valid_date(text) && !parts() && !chinese) return push(token_kind::date, begin, end, folds);
    std::string whole = text;
    while (chinese && end < text_.size() && continues_name(decode(text_, end).code)) {
        const std::uint32_t next = end + decode(text_, end).length;
        whole += slice(end, next);
        end = next;
    }
    while (plain_digit(end) || parts() || (whole.ends_with('-') && end < text_.size()))
        whole += text_[end++];
    at_ = end;
    const std::string meant = likely_date(whole);
    fail("E108", {begin, end}, fmt::format("`@{}` is not a date", whole),
         meant.empty() ? "dates are written @2026, @2026Q1, @2026-03, @2026W05, @2026-03-31 or "
                         "@2026-03-31T09:30"
                       : fmt::format("write @{}", meant));
}

}  // namespace merit::language
