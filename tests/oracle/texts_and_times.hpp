// Scalar functions over texts and times whose arguments are all present.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "data/calendar/calendar.hpp"
#include "oracle/scalars.hpp"

namespace oracle {

namespace calendars = merit::calendar;

/// One text a code point.
inline std::vector<std::string> characters(std::string_view text) {
    std::vector<std::string> out;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0) == 0x80 && !out.empty())
            out.back() += c;
        else
            out.emplace_back(1, c);
    }
    return out;
}

inline std::string joined(const std::vector<std::string>& parts, std::size_t from, std::size_t to) {
    std::string out;
    for (std::size_t i = from; i < to && i < parts.size(); ++i) out += parts[i];
    return out;
}

/// Case of ASCII and of the Latin-1 letters, which is all that the random texts hold.
inline std::string cased(std::string_view text, bool up) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto c = static_cast<unsigned char>(out[i]);
        if (up && c >= 'a' && c <= 'z') out[i] = static_cast<char>(c - 32);
        if (!up && c >= 'A' && c <= 'Z') out[i] = static_cast<char>(c + 32);
        if (i == 0 || static_cast<unsigned char>(out[i - 1]) != 0xc3) continue;
        if (up && c >= 0xa0 && c <= 0xbe && c != 0xb7) out[i] = static_cast<char>(c - 32);
        if (!up && c >= 0x80 && c <= 0x9e && c != 0x97) out[i] = static_cast<char>(c + 32);
    }
    return out;
}

inline std::string replaced(std::string_view text, std::string_view old, std::string_view with) {
    if (old.empty()) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, old.size()) == old) {
            out += with;
            at += old.size();
        } else {
            out += text[at++];
        }
    }
    return out;
}

/// The n-th part, from 1; beyond the last part there is none.
inline cell split_part_of(std::string_view text, std::string_view separator, std::int64_t n) {
    if (n < 1 || separator.empty()) return blank_because(reason::no_data);
    for (;; --n) {
        const std::size_t end = text.find(separator);
        if (n == 1) return {std::string(text.substr(0, end)), {}};
        if (end == std::string_view::npos) return blank_because(reason::no_data);
        text.remove_prefix(end + separator.size());
    }
}

inline cell number_in(std::string_view text) {
    double out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc{} || end != text.data() + text.size() || !std::isfinite(out))
        return blank_because(reason::no_data);
    return {out, {}};
}

inline std::int64_t day_of(std::int64_t local) {
    const std::int64_t days = local / calendars::day_us;
    return local % calendars::day_us < 0 ? days - 1 : days;
}

inline cell time_in(function what, arguments of, const calendars::calendar& in) {
    const auto& text = std::get<std::string>(of[0]);
    std::optional<std::int64_t> local;
    if (of.size() == 2) {
        const auto pattern = calendars::pattern::compile(std::get<std::string>(of[1]));
        const auto read = pattern ? pattern->read(text) : std::nullopt;
        if (read) local = read->local;
    } else if (const auto read = calendars::read_date(text)) {
        if (read->grain == merit::unit::day) local = read->covers.from;
    }
    if (!local) return blank_because(reason::no_data);
    if (what == function::to_date)
        return {merit::date_value{static_cast<std::int32_t>(day_of(*local))}, {}};
    return {merit::timestamp_value{in.to_instant(*local)}, {}};
}

/// Seconds, H:MM or H:MM:SS; with a pattern M:SS or H:MM:SS as it stands there.
inline cell duration_in(arguments of) {
    std::string text = std::get<std::string>(of[0]);
    text.erase(0, text.find_first_not_of(" \t"));
    text.erase(text.find_last_not_of(" \t") + 1);
    const std::string pattern = of.size() == 2 ? std::get<std::string>(of[1]) : "";
    static const std::regex seconds("(-?)([0-9.]+)");
    static const std::regex two("(-?)([0-9]+):([0-9]+)");
    static const std::regex two_exactly("(-?)([0-9]+):([0-9]{2,})");
    static const std::regex three("(-?)([0-9]+):([0-9]+):([0-9]+)");
    static const std::regex three_exactly("(-?)([0-9]+):([0-9]{2,}):([0-9]{2,})");
    std::smatch found;
    const auto part = [&](std::size_t i) { return std::stoll(found[i]); };
    std::int64_t out = 0;
    if (pattern.empty() && std::regex_match(text, found, seconds)) {
        const cell number = number_in(found[2].str());
        if (blank(number)) return number;
        out = std::llround(std::get<double>(number.value) * 1e6);
    } else if (pattern != "H:MM:SS" &&
               std::regex_match(text, found, pattern.empty() ? two : two_exactly)) {
        if (part(3) >= 60) return blank_because(reason::no_data);
        out = (part(2) * 60 + part(3)) * (pattern.empty() ? 60'000'000 : 1'000'000);
    } else if (pattern != "M:SS" &&
               std::regex_match(text, found, pattern.empty() ? three : three_exactly)) {
        if (part(3) >= 60 || part(4) >= 60) return blank_because(reason::no_data);
        out = (part(2) * 3'600 + part(3) * 60 + part(4)) * 1'000'000;
    } else {
        return blank_because(reason::no_data);
    }
    return {merit::duration_value{static_cast<double>(found[1].length() > 0 ? -out : out)}, {}};
}

inline cell text_function(function what, arguments of, const calendars::calendar& in) {
    const auto text = [&](std::size_t i) -> const std::string& {
        return std::get<std::string>(of[i]);
    };
    switch (what) {
        case function::lower:
            return {cased(text(0), false), {}};
        case function::upper:
            return {cased(text(0), true), {}};
        case function::trim: {
            const std::size_t from = text(0).find_first_not_of(' ');
            const std::size_t to = text(0).find_last_not_of(' ');
            return {from == std::string::npos ? std::string() : text(0).substr(from, to - from + 1),
                    {}};
        }
        case function::left:
        case function::right: {
            const auto parts = characters(text(0));
            const auto n =
                static_cast<std::size_t>(std::max<std::int64_t>(0, std::get<std::int64_t>(of[1])));
            const std::size_t kept = std::min(n, parts.size());
            return {what == function::left ? joined(parts, 0, kept)
                                           : joined(parts, parts.size() - kept, parts.size()),
                    {}};
        }
        case function::replace:
            return {replaced(text(0), text(1), text(2)), {}};
        case function::concat: {
            std::string out;
            for (std::size_t i = 0; i < of.size(); ++i) out += text(i);
            return {out, {}};
        }
        case function::contains:
            return {text(0).find(text(1)) != std::string::npos, {}};
        case function::starts_with:
            return {text(0).compare(0, text(1).size(), text(1)) == 0, {}};
        case function::split_part:
            return split_part_of(text(0), text(1), std::get<std::int64_t>(of[2]));
        case function::length:
            return {static_cast<std::int64_t>(characters(text(0)).size()), {}};
        case function::to_number:
            return number_in(text(0));
        case function::to_date:
        case function::to_timestamp:
            return time_in(what, of, in);
        case function::to_duration:
            return duration_in(of);
        default:
            throw refused{"unsupported"};
    }
}

/// The local wall clock of a date (its first moment) or a timestamp.
inline std::int64_t local_of(const value& what, const calendars::calendar& in) {
    if (const auto* d = std::get_if<merit::date_value>(&what))
        return std::int64_t{d->days} * calendars::day_us;
    return in.to_local(std::get<merit::timestamp_value>(what).microseconds);
}

/// A local wall clock as the type asked for.
inline cell at_local(std::int64_t local, const type& is, const calendars::calendar& in) {
    if (is.kind == type_kind::date)
        return {merit::date_value{static_cast<std::int32_t>(day_of(local))}, {}};
    return {merit::timestamp_value{in.to_instant(local)}, {}};
}

inline cell part_of_time(function what, std::int64_t local) {
    const auto days = static_cast<std::int32_t>(day_of(local));
    const calendars::civil date = calendars::civil_of(days);
    std::int64_t out = 0;
    switch (what) {
        case function::year:
            out = date.year;
            break;
        case function::quarter:
            out = (date.month + 2) / 3;
            break;
        case function::month:
            out = date.month;
            break;
        case function::day:
            out = date.day;
            break;
        case function::weekday:
            out = calendars::weekday_of(days);
            break;
        case function::iso_week:
            out = calendars::iso_week_of(days);
            break;
        default:
            out = (local - days * calendars::day_us) / (3600 * calendars::second_us);
            break;
    }
    return {out, {}};
}

inline cell time_function(function what, const type& is, arguments of,
                          const calendars::calendar& in) {
    const std::int64_t local = local_of(of[0], in);
    switch (what) {
        case function::date_of:
        case function::date_to_timestamp:
            return at_local(local, is, in);
        case function::start_of:
            return at_local(in.start_of(std::get<merit::span_value>(of[1]).unit, local), is, in);
        case function::add_span:
            return at_local(in.add_span(local, std::get<merit::span_value>(of[1])), is, in);
        case function::units_between:
            return {in.units_between(std::get<merit::span_value>(of[2]).unit, local,
                                     local_of(of[1], in)),
                    {}};
        case function::months_between:
            return {in.units_between(merit::unit::month, local, local_of(of[1], in)), {}};
        default:
            return part_of_time(what, local);
    }
}

/// date − date, timestamp ± duration and the like.
inline cell time_arithmetic(function what, const value& a, const value& b) {
    const auto instant = [](const value& v) {
        if (const auto* d = std::get_if<merit::date_value>(&v)) return d->days * calendars::day_us;
        return std::get<merit::timestamp_value>(v).microseconds;
    };
    if (const auto* by = std::get_if<merit::duration_value>(&b)) {
        const auto length = static_cast<std::int64_t>(by->microseconds);
        return {merit::timestamp_value{instant(a) + (what == function::add ? length : -length)},
                {}};
    }
    return {merit::duration_value{static_cast<double>(instant(a) - instant(b))}, {}};
}

}  // namespace oracle
