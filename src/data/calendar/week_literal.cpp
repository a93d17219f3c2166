#include "data/calendar/week_literal.hpp"

namespace merit::calendar {

std::optional<written_date> read_date(std::string_view text, const settings& in) {
    std::optional<written_date> read = read_date(text);
    if (!read || read->grain != unit::week || in.week_start == 1) return read;
    // A week has the year of its fourth day, and its number counts those from 1 January: the two
    // weeks of one name share the seven days among which their fourth days lie.
    const std::int32_t thursday = static_cast<std::int32_t>(day_below(read->covers.from)) + 3;
    const std::int32_t year = civil_of(thursday).year;
    const std::int32_t seven = thursday - (thursday - days_of({year, 1, 1})) % 7;
    const std::int32_t fourth = (in.week_start + 2) % 7 + 1;  // its day of the week
    const std::int32_t day = seven + (fourth - weekday_of(seven) + 7) % 7;
    if (civil_of(day).year != year) return std::nullopt;
    read->covers = {(day - 3) * day_us, (day + 4) * day_us};
    return read;
}

}  // namespace merit::calendar
