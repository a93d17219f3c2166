// Dates as they are written, where the weeks are those of a calendar.
#pragma once

#include <optional>
#include <string_view>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

/// As read_date(text), but "2026W05" is the week that the calendar labels so; nothing where it has
/// none of that number.
[[nodiscard]] std::optional<written_date> read_date(std::string_view text, const settings& in);

}  // namespace merit::calendar
