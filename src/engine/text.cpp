// Functions of texts. Lengths and places count code points; case follows Unicode, not a locale.
#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "data/calendar/duration_pattern.hpp"
#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::int64_t length_of(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); });
}

/// Byte at which code point n begins; the size of the text when there are fewer.
std::size_t place_of(std::string_view text, std::int64_t n) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (continues(text[at])) continue;
        if (n-- <= 0) return at;
    }
    return at;
}

std::string cased(std::string_view text, bool upper) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        utf8proc_int32_t point = 0;
        const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at);
        const auto used =
            utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
        if (used <= 0) {
            out.push_back(text[at++]);
            continue;
        }
        point = upper ? utf8proc_toupper(point) : utf8proc_tolower(point);
        utf8proc_uint8_t encoded[4];
        const auto size = utf8proc_encode_char(point, encoded);
        out.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
        at += static_cast<std::size_t>(used);
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks[] = {" ", "\t", "\r", "\n", "\xc2\xa0", "\xe3\x80\x80"};
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view one : blanks) {
            if (text.starts_with(one)) {
                text.remove_prefix(one.size());
                again = true;
            }
            if (text.ends_with(one)) {
                text.remove_suffix(one.size());
                again = true;
            }
        }
    }
    return text;
}

std::string replaced(std::string_view text, std::string_view old, std::string_view by) {
    if (old.empty()) return std::string(text);
    std::string out;
    for (std::size_t at = text.find(old); at != std::string_view::npos; at = text.find(old)) {
        out += text.substr(0, at);
        out += by;
        text.remove_prefix(at + old.size());
    }
    return out += text;
}

/// Part n, from 1; nothing when there are fewer.
std::optional<std::string_view> part_of(std::string_view text, std::string_view separator,
                                        std::int64_t n) {
    if (n < 1 || separator.empty()) return n == 1 ? std::optional(text) : std::nullopt;
    while (n-- > 1) {
        const std::size_t at = text.find(separator);
        if (at == std::string_view::npos) return std::nullopt;
        text.remove_prefix(at + separator.size());
    }
    return text.substr(0, text.find(separator));
}

std::optional<double> number_of(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double out = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(out))
        return std::nullopt;
    return out;
}

/// Seconds, or clock form: 90, 1:30, 01:30:00.5.
std::optional<std::int64_t> duration_of(std::string_view text) {
    static const auto clock_forms = [] {
        std::vector<calendar::duration_pattern> out;
        for (const char* form : {"H:M", "H:M:S", "H:M:S.S"})
            out.push_back(*calendar::duration_pattern::compile(form));
        return out;
    }();
    text = trimmed(text);
    if (text.find(':') != std::string_view::npos) {
        for (const calendar::duration_pattern& one : clock_forms)
            if (const auto length = one.read(text)) return length;
        return std::nullopt;
    }
    const auto seconds = number_of(text);
    if (!seconds || !(std::abs(*seconds) < 9e12)) return std::nullopt;
    return static_cast<std::int64_t>(std::round(*seconds * 1e6));
}

std::string_view text_at(const call& with, std::size_t operand, std::size_t i) {
    return with.of[operand].texts.at(with.of[operand].whole[i]);
}

/// What a text function makes of row i; nothing is a blank.
std::optional<std::string> made_text(const call& with, std::size_t i) {
    const std::string_view text = text_at(with, 0, i);
    switch (with.what.what) {
        case function::lower:
            return cased(text, false);
        case function::upper:
            return cased(text, true);
        case function::trim:
            return std::string(trimmed(text));
        case function::left:
            return std::string(text.substr(0, place_of(text, with.of[1].whole[i])));
        case function::right: {
            const std::int64_t skipped = length_of(text) - with.of[1].whole[i];
            return std::string(text.substr(place_of(text, skipped)));
        }
        case function::replace:
            return replaced(text, text_at(with, 1, i), text_at(with, 2, i));
        case function::split_part: {
            const auto part = part_of(text, text_at(with, 1, i), with.of[2].whole[i]);
            return part ? std::optional(std::string(*part)) : std::nullopt;
        }
        default: {
            std::string out;
            for (std::size_t k = 0; k < with.of.size(); ++k) out += text_at(with, k, i);
            return out;
        }
    }
}

void make_texts(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count, lane::text);
    std::fill_n(out, with.count, with.texts.code_of(""));
    with.out.view.texts.pool = &with.texts;
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (const auto text = made_text(with, i))
            out[i] = with.texts.code_of(*text);
        else
            make_blank(with, i, reason::no_data);
    });
}

void read_whole(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const std::string_view text = text_at(with, 0, i);
        if (with.what.what == function::length)
            out[i] = length_of(text);
        else if (with.what.what == function::contains)
            out[i] = text.find(text_at(with, 1, i)) != std::string_view::npos ? 1 : 0;
        else
            out[i] = text.starts_with(text_at(with, 1, i)) ? 1 : 0;
    });
}

void read_number(const call& with) {
    double* out = with.out.begin_real(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        if (const auto number = number_of(text_at(with, 0, i)))
            out[i] = *number;
        else
            make_blank(with, i, reason::no_data);
    });
}

/// Patterns for a text without one: ISO 8601.
constexpr const char* date_patterns[] = {"YYYY-MM-DD"};
constexpr const char* time_patterns[] = {"YYYY-MM-DDTHH:mm:ss.SZ",
                                         "YYYY-MM-DDTHH:mm:ssZ",
                                         "YYYY-MM-DDTHH:mm:ss.S",
                                         "YYYY-MM-DDTHH:mm:ss",
                                         "YYYY-MM-DDTHH:mm",
                                         "YYYY-MM-DD HH:mm:ss.SZ",
                                         "YYYY-MM-DD HH:mm:ssZ",
                                         "YYYY-MM-DD HH:mm:ss.S",
                                         "YYYY-MM-DD HH:mm:ss",
                                         "YYYY-MM-DD HH:mm",
                                         "YYYY-MM-DD"};

std::vector<calendar::pattern> patterns_of(const call& with) {
    std::vector<calendar::pattern> out;
    const auto add = [&out](std::string_view text) {
        if (auto made = calendar::pattern::compile(text)) out.push_back(std::move(*made));
    };
    if (with.of.size() > 1) {
        const auto* text =
            with.constant(1) == nullptr ? nullptr : std::get_if<std::string>(with.constant(1));
        if (text != nullptr) add(*text);
    } else if (with.what.what == function::to_date) {
        for (const char* one : date_patterns) add(one);
    } else {
        for (const char* one : time_patterns) add(one);
    }
    return out;
}

void read_time(const call& with) {
    const std::vector<calendar::pattern> patterns = patterns_of(with);
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const std::string_view text = trimmed(text_at(with, 0, i));
        for (const calendar::pattern& one : patterns) {
            const auto read = one.read(text);
            if (!read) continue;
            if (with.what.what == function::to_date)
                out[i] = calendar::day_below(read->local);
            else
                out[i] = read->offset ? read->local - *read->offset
                                      : with.in.calendar.to_instant(read->local);
            return;
        }
        make_blank(with, i, reason::no_data);
    });
}

void read_duration(const call& with) {
    std::optional<calendar::duration_pattern> pattern;
    if (with.of.size() > 1 && with.constant(1) != nullptr)
        if (const auto* text = std::get_if<std::string>(with.constant(1)))
            pattern = calendar::duration_pattern::compile(*text);
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    each_usable(with, marks, [&](std::size_t i) {
        const std::string_view text = text_at(with, 0, i);
        if (const auto length = pattern ? pattern->read(trimmed(text)) : duration_of(text))
            out[i] = *length;
        else
            make_blank(with, i, reason::no_data);
    });
}

}  // namespace

bool apply_text(const call& with) {
    switch (with.what.what) {
        case function::lower:
        case function::upper:
        case function::trim:
        case function::left:
        case function::right:
        case function::replace:
        case function::concat:
        case function::split_part:
            make_texts(with);
            return true;
        case function::contains:
        case function::starts_with:
        case function::length:
            read_whole(with);
            return true;
        case function::to_number:
            read_number(with);
            return true;
        case function::to_date:
        case function::to_timestamp:
            read_time(with);
            return true;
        case function::to_duration:
            read_duration(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
