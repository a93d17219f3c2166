#include "data/calendar/duration_pattern.hpp"

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

namespace {

constexpr std::int64_t most_units = 1'000'000'000;  // of one piece; the sum then fits 64 bits

std::int64_t microseconds_of(char what) {
    switch (what) {
        case 'D':
            return day_us;
        case 'H':
            return 3'600 * second_us;
        case 'M':
            return 60 * second_us;
        default:
            return second_us;
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
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

}  // namespace merit::calendar
