// Frames for people and for programs: aligned text, CSV, JSON.
#pragma once

#include <string>

#include "merit/frame.hpp"

namespace merit {

/// Aligned by display width (Chinese too), units applied (63.15 %, 51.8 days), reasons for blanks
/// as short notes below. The words around names and values are in the language asked for.
[[nodiscard]] std::string to_text(const frame& what,
                                  text_language in = text_language::english);

/// Group columns, then KPI columns; blank is empty; numbers shortest round-trip, percent not
/// scaled; durations in seconds; dates and timestamps ISO 8601.
[[nodiscard]] std::string to_csv(const frame& what);

/// {"columns":[{"name","type","unit"}],"rows":[[…]],"flags":[{"row","column","reason"}]}, values as
/// in to_csv(), blank as null. Rows and columns of flags count from 0.
[[nodiscard]] std::string to_json(const frame& what);

}  // namespace merit
