#include "data/csv_declared.hpp"

#include <fmt/format.h>

#include "data/infer.hpp"

namespace merit::csv {

namespace {

constexpr std::int64_t most_units = 1'000'000'000;  // of one piece; the sum then fits 64 bits

std::int64_t microseconds_of(char what) {
    switch (what) {
        case 'D':
            return calendar::day_us;
        case 'H':
            return 3'600 * calendar::second_us;
        case 'M':
            return 60 * calendar::second_us;
        default:
            return calendar::second_us;
    }
}

/// A number of seconds, as Merit itself writes durations.
std::optional<std::int64_t> read_seconds(std::string_view cell) {
    const number what = read_number(cell, spelling::declared);
    if (what.kind != cell_class::integer && what.kind != cell_class::decimal) return std::nullopt;
    if (!what.exact || what.digits > 12 || what.scale > 6) return std::nullopt;
    return static_cast<std::int64_t>(what.units) * power_of_ten(6U - what.scale);
}

/// Takes digits off the front; nothing when there are too few or the number is absurd.
std::optional<std::int64_t> take_digits(std::string_view& text, std::size_t least) {
    std::int64_t value = 0;
    std::size_t length = 0;
    for (; length < text.size() && is_digit(text[length]); ++length) {
        value = value * 10 + (text[length] - '0');
        if (value > most_units) return std::nullopt;
    }
    if (length < least) return std::nullopt;
    text.remove_prefix(length);
    return value;
}

/// Up to six digits after a point, in microseconds.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
    std::int64_t value = 0;
    std::int64_t worth = 100'000;
    std::size_t length = 0;
    for (; length < text.size() && is_digit(text[length]); ++length, worth /= 10) {
        if (worth == 0) return std::nullopt;
        value += (text[length] - '0') * worth;
    }
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    return value;
}

}  // namespace

std::optional<duration_pattern> duration_pattern::compile(std::string_view text) {
    static constexpr std::string_view units = "DHMS";
    duration_pattern made;
    std::size_t largest_left = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char letter = text[at];
        if (units.find(letter) == std::string_view::npos) {
            made.pieces_.push_back({'=', letter, 0, false});
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && text[end] == letter) ++end;
        const bool after_seconds =
            largest_left == units.size() && !made.pieces_.empty() &&
            (made.pieces_.back().literal == '.' || made.pieces_.back().literal == ',');
        if (letter == 'S' && after_seconds) {
            made.pieces_.push_back({'f', '\0', 1, false});
            ++largest_left;  // no second fraction
        } else {
            const std::size_t place = units.find(letter);
            const bool touching = !made.pieces_.empty() && made.pieces_.back().what != '=';
            if (place < largest_left || touching || end - at > 2) return std::nullopt;
            made.pieces_.push_back(
                {letter, '\0', static_cast<std::uint8_t>(end - at), largest_left != 0});
            largest_left = place + 1;
        }
        at = end;
    }
    if (largest_left == 0) return std::nullopt;
    return made;
}

std::optional<std::int64_t> duration_pattern::read(std::string_view text) const {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    std::int64_t sum = 0;
    for (const piece& one : pieces_) {
        if (one.what == '=') {
            if (text.empty() || text.front() != one.literal) return std::nullopt;
            text.remove_prefix(1);
            continue;
        }
        const std::optional<std::int64_t> value =
            one.what == 'f' ? take_fraction(text) : take_digits(text, one.digits);
        if (!value) return std::nullopt;
        const std::int64_t next_larger = one.what == 'H' ? 24 : 60;
        if (one.bounded && *value >= next_larger) return std::nullopt;
        const std::int64_t worth = one.what == 'f' ? 1 : microseconds_of(one.what);
        // A million days and the like are no length of time that 64 bits of microseconds hold.
        if (*value > std::int64_t{4'000'000'000'000'000'000} / worth) return std::nullopt;
        sum += *value * worth;
    }
    if (!text.empty()) return std::nullopt;
    return negative ? -sum : sum;
}

result<declared_type> declared_type::make(const csv_type& type) {
    declared_type made;
    made.asked_ = type;
    for (const std::string& text : type.patterns) {
        bool fine = false;
        if (type.kind == type_kind::duration) {
            std::optional<duration_pattern> compiled = duration_pattern::compile(text);
            fine = compiled.has_value();
            if (fine) made.durations_.push_back(std::move(*compiled));
        } else {
            std::optional<calendar::pattern> compiled = calendar::pattern::compile(text);
            fine = compiled.has_value();
            if (fine) made.patterns_.push_back(std::move(*compiled));
        }
        if (!fine) {
            const bool duration = type.kind == type_kind::duration;
            return error(
                "E805",
                fmt::format("\"{}\" is no pattern of a {}", text,
                            duration ? "length of time" : "date"),
                duration ? "write it like \"H:MM:SS\"" : "write it like \"M/D/YYYY H:MM\"");
        }
    }
    return made;
}

/// The day of a wall clock, or its instant.
std::int64_t declared_type::placed(std::int64_t local, std::optional<std::int64_t> offset) const {
    if (asked_.kind == type_kind::date) return calendar::day_below(local);
    return asked_.use_offset ? local - offset.value_or(0) : local;
}

std::optional<std::int64_t> declared_type::read(std::string_view cell, std::size_t& pattern) const {
    pattern = 0;
    if (asked_.kind == type_kind::duration) {
        if (durations_.empty()) return read_seconds(cell);
        for (; pattern < durations_.size(); ++pattern) {
            if (const auto read = durations_[pattern].read(cell)) return read;
        }
        return std::nullopt;
    }
    if (patterns_.empty()) {
        const moment read = read_moment(cell);
        const bool has_time = read.kind == cell_class::timestamp;
        if (read.kind == cell_class::text) return std::nullopt;
        if (asked_.kind == type_kind::date && has_time) return std::nullopt;
        return placed(read.local, read.offset);
    }
    for (; pattern < patterns_.size(); ++pattern) {
        if (const auto read = patterns_[pattern].read(cell)) {
            return placed(read->local, read->offset);
        }
    }
    return std::nullopt;
}

std::string declared_type::to_string() const {
    merit::type type;
    type.kind = asked_.kind;
    // The scale of a decimal comes from the cells.
    std::string out = asked_.kind == type_kind::decimal ? "decimal" : type.to_string();
    if (asked_.patterns.empty()) return out;
    for (std::size_t i = 0; i < asked_.patterns.size(); ++i) {
        out += fmt::format("{}\"{}\"", i == 0 ? "(" : ", ", asked_.patterns[i]);
    }
    return out + ")";
}

}  // namespace merit::csv
