// Fiscal periods that no rule makes (4-4-5 and the like): a table of months, read from a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

/// Fiscal months in order, without gaps. Time before the first and after the last belongs to two
/// periods of their own, so that nothing outside the table is given a period inside it.
struct fiscal_table {
    struct month {
        std::int64_t from;  ///< local microseconds
        std::int32_t year;
        std::int32_t quarter;
        std::int32_t number;  ///< within the year
    };
    std::vector<month> months;  ///< at least one
    std::int64_t end = 0;       ///< of the last month, local

    /// Number of the period of a fiscal unit that holds a local time: -1 before the first, and
    /// after the last the number of periods.
    [[nodiscard]] std::int64_t number(merit::unit of, std::int64_t local) const;
    /// Where a period begins; the time before the table begins, and the time behind it ends,
    /// beyond all data.
    [[nodiscard]] std::int64_t start(merit::unit of, std::int64_t number) const;
    /// The same place in the n-th period after, at most its last microsecond.
    [[nodiscard]] std::int64_t moved(merit::unit of, std::int64_t local, std::int64_t n) const;
    /// "FY2026-M03", "before FY2026-M01", "after FY2027-M12".
    [[nodiscard]] std::string label(merit::unit of, std::int64_t local) const;

    /// Reads lines of start, end, fiscal_year, fiscal_quarter, fiscal_month: dates with both ends
    /// in, one month a line. E831 says what is wrong in which line.
    [[nodiscard]] static result<fiscal_table> read(std::string_view text);

private:
    [[nodiscard]] std::vector<std::int64_t> starts(merit::unit of) const;
    [[nodiscard]] std::string name(merit::unit of, const month& at) const;
    std::vector<std::int64_t> months_, quarters_, years_;  ///< starts
};

}  // namespace merit::calendar
