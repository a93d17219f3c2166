// Date literals: 2026, 2026Q1, 2026-03, 2026W05, 2026-03-31, 2026-03-31T09:30.
#include "data/calendar/calendar.hpp"

namespace merit::calendar {

namespace {

/// Takes what it reads off the front of a text.
class reader {
public:
    explicit reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }

    /// One ASCII character; a letter in either case.
    bool take(char wanted) {
        if (rest_.empty()) return false;
        const char found = rest_.front();
        const bool letter = wanted >= 'A' && wanted <= 'Z';
        if (found != wanted && !(letter && found == wanted - 'A' + 'a')) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Exactly `count` digits.
    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int number = 0;
        for (const char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            number = number * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return number;
    }

    /// Exactly `count` digits in a range.
    std::optional<int> digits(std::size_t count, int low, int high) {
        const std::optional<int> number = digits(count);
        return number && *number >= low && *number <= high ? number : std::nullopt;
    }

private:
    std::string_view rest_;
};

std::int32_t first_of_month(int year, int month) {
    return days_of({year + (month - 1) / 12, static_cast<std::uint8_t>((month - 1) % 12 + 1), 1});
}

written_date whole_days(std::int32_t from, std::int32_t to, merit::unit grain) {
    return {{from * day_us, to * day_us}, grain};
}

std::optional<written_date> read_quarter(reader& in, int year) {
    const std::optional<int> quarter = in.digits(1, 1, 4);
    if (!quarter || !in.done()) return std::nullopt;
    const int month = *quarter * 3 - 2;
    return whole_days(first_of_month(year, month), first_of_month(year, month + 3),
                      merit::unit::quarter);
}

/// ISO weeks: Monday first, week 1 holds 4 January; a year has 52 or 53.
std::optional<written_date> read_week(reader& in, int year) {
    const std::optional<int> week = in.digits(2, 1, 53);
    if (!week || !in.done()) return std::nullopt;
    const std::int32_t fourth = days_of({year, 1, 4});
    const std::int32_t monday = fourth - weekday_of(fourth) + 1 + (*week - 1) * 7;
    if (iso_week_of(monday) != *week) return std::nullopt;
    return whole_days(monday, monday + 7, merit::unit::week);
}

std::optional<written_date> read_clock(reader& in, std::int32_t day) {
    const std::optional<int> hour = in.digits(2, 0, 23);
    if (!hour || !in.take(':')) return std::nullopt;
    const std::optional<int> minute = in.digits(2, 0, 59);
    if (!minute) return std::nullopt;
    const std::int64_t start = day * day_us + (*hour * 3600 + *minute * 60) * second_us;
    if (in.done()) return written_date{{start, start + 60 * second_us}, merit::unit::minute};
    if (!in.take(':')) return std::nullopt;
    const std::optional<int> second = in.digits(2, 0, 59);
    if (!second || !in.done()) return std::nullopt;
    const std::int64_t exact = start + *second * second_us;
    return written_date{{exact, exact + second_us}, merit::unit::second};
}

}  // namespace

std::optional<written_date> read_date(std::string_view text) {
    reader in(text);
    const std::optional<int> year = in.digits(4);
    if (!year) return std::nullopt;
    if (in.done()) {
        return whole_days(first_of_month(*year, 1), first_of_month(*year, 13), merit::unit::year);
    }
    // A label such as 2026-Q1 or 2026-W05 may be pasted back as a date.
    const bool dash = in.take('-');
    if (in.take('Q')) return read_quarter(in, *year);
    if (in.take('W')) return read_week(in, *year);
    if (!dash) return std::nullopt;
    const std::optional<int> month = in.digits(2, 1, 12);
    if (!month) return std::nullopt;
    const std::int32_t first = first_of_month(*year, *month);
    const std::int32_t next = first_of_month(*year, *month + 1);
    if (in.done()) return whole_days(first, next, merit::unit::month);
    if (!in.take('-')) return std::nullopt;
    const std::optional<int> day = in.digits(2, 1, next - first);
    if (!day) return std::nullopt;
    const std::int32_t date = first + *day - 1;
    if (in.done()) return whole_days(date, date + 1, merit::unit::day);
    if (!in.take('T')) return std::nullopt;
    return read_clock(in, date);
}

}  // namespace merit::calendar
