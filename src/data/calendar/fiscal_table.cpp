#include "data/calendar/fiscal_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "data/calendar/calendar_file.hpp"

namespace merit::calendar {

namespace {

// The ends of time of a timeline: whole days, beyond all data.
constexpr std::int64_t last_moment = (std::int64_t{1} << 61) / day_us * day_us;
constexpr std::int64_t first_moment = -last_moment;

std::optional<std::int32_t> fiscal_number(std::string_view text) {
    if (!text.empty() && (text.front() == 'Q' || text.front() == 'M' || text.front() == 'P'))
        text.remove_prefix(1);
    if (text.starts_with("FY")) text.remove_prefix(2);
    std::int32_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc{} || end != text.data() + text.size() || out < 1) return std::nullopt;
    return out;
}

/// Where the fields of a line stand.
struct places {
    std::size_t start, end, year, quarter, month;
};

std::optional<places> fiscal_places(const calendar_file& file) {
    const auto start = file.place({"start", "from", "开始"});
    const auto end = file.place({"end", "to", "结束"});
    const auto year = file.place({"fiscal_year", "year", "财年"});
    const auto quarter = file.place({"fiscal_quarter", "quarter", "财季"});
    const auto month = file.place({"fiscal_month", "month", "period", "财月"});
    if (!start || !end || !year || !quarter || !month) return std::nullopt;
    return places{*start, *end, *year, *quarter, *month};
}

constexpr std::string_view fiscal_form =
    "start,end,fiscal_year,fiscal_quarter,fiscal_month, one fiscal month a line: "
    "2026-02-01,2026-02-28,2026,1,1";

/// One line; its `end` is the first moment behind it.
result<std::pair<fiscal_table::month, std::int64_t>> fiscal_month_in(
    const calendar_file::line& line, const places& at) {
    const auto field = [&](std::size_t place) -> std::string_view {
        return place < line.fields.size() ? std::string_view(line.fields[place]) : "";
    };
    const auto start = read_day(field(at.start));
    const auto end = read_day(field(at.end));
    const auto year = fiscal_number(field(at.year));
    const auto quarter = fiscal_number(field(at.quarter));
    const auto month = fiscal_number(field(at.month));
    if (!start || !end) {
        return file_error(line.number,
                          fmt::format("\"{}\" is no date", field(start ? at.end : at.start)),
                          fiscal_form);
    }
    if (!year || !quarter || !month)
        return file_error(line.number, "year, quarter and month are whole numbers from 1",
                          fiscal_form);
    if (*end < *start)
        return file_error(line.number, "the period ends before it begins", "swap its dates");
    return std::pair(fiscal_table::month{*start * day_us, *year, *quarter, *month},
                     (std::int64_t{*end} + 1) * day_us);
}

/// What does not follow on the month before, or nothing.
std::optional<error> gap_after(const fiscal_table::month& before, std::int64_t end,
                               const fiscal_table::month& next, std::size_t line) {
    if (next.from != end) {
        return file_error(line,
                          fmt::format("the period begins on {}, but the one before ends on {}",
                                      date_text(static_cast<std::int32_t>(next.from / day_us)),
                                      date_text(static_cast<std::int32_t>(end / day_us - 1))),
                          "periods follow each other without a gap, in order");
    }
    const bool in_order = next.year == before.year
                              ? next.number > before.number && next.quarter >= before.quarter
                              : next.year > before.year;
    if (in_order) return std::nullopt;
    return file_error(line, "its year, quarter and month do not follow on the line before",
                      "number the months of a year upward");
}

}  // namespace

result<fiscal_table> fiscal_table::read(std::string_view text) {
    const calendar_file file = calendar_file::read(text);
    const auto at = fiscal_places(file);
    if (!at) return file_error(1, "the first line must name the columns", fiscal_form);
    fiscal_table out;
    for (const calendar_file::line& line : file.lines) {
        auto one = fiscal_month_in(line, *at);
        if (!one) return one.error();
        if (!out.months.empty()) {
            if (auto wrong = gap_after(out.months.back(), out.end, one->first, line.number))
                return *wrong;
        }
        out.months.push_back(one->first);
        out.end = one->second;
    }
    if (out.months.empty()) return file_error(1, "there is no period in the file", fiscal_form);
    out.months_ = out.starts(unit::fiscal_month);
    out.quarters_ = out.starts(unit::fiscal_quarter);
    out.years_ = out.starts(unit::fiscal_year);
    return out;
}

std::vector<std::int64_t> fiscal_table::starts(unit of) const {
    std::vector<std::int64_t> out;
    const month* before = nullptr;
    for (const month& one : months) {
        const bool fresh = before == nullptr || of == unit::fiscal_month ||
                           one.year != before->year ||
                           (of == unit::fiscal_quarter && one.quarter != before->quarter);
        if (fresh) out.push_back(one.from);
        before = &one;
    }
    return out;
}

std::int64_t fiscal_table::number(unit of, std::int64_t local) const {
    const std::vector<std::int64_t>& all = of == unit::fiscal_month     ? months_
                                           : of == unit::fiscal_quarter ? quarters_
                                                                        : years_;
    if (local >= end) return static_cast<std::int64_t>(all.size());
    return std::upper_bound(all.begin(), all.end(), local) - all.begin() - 1;
}

std::int64_t fiscal_table::start(unit of, std::int64_t number) const {
    const std::vector<std::int64_t>& all = of == unit::fiscal_month     ? months_
                                           : of == unit::fiscal_quarter ? quarters_
                                                                        : years_;
    const auto size = static_cast<std::int64_t>(all.size());
    if (number < 0) return first_moment;
    if (number > size) return last_moment;
    return number == size ? end : all[static_cast<std::size_t>(number)];
}

std::int64_t fiscal_table::moved(unit of, std::int64_t local, std::int64_t n) const {
    const std::int64_t here = number(of, local);
    constexpr std::int64_t far = 1'000'000;
    const std::int64_t there = std::max<std::int64_t>(-1, here + std::clamp(n, -far, far));
    const std::int64_t into = start(of, there) + (local - start(of, here));
    return std::min(into, start(of, there + 1) - 1);
}

std::string fiscal_table::name(unit of, const month& at) const {
    if (of == unit::fiscal_quarter) return fmt::format("FY{:04}-Q{}", at.year, at.quarter);
    if (of == unit::fiscal_month) return fmt::format("FY{:04}-M{:02}", at.year, at.number);
    return fmt::format("FY{:04}", at.year);
}

std::string fiscal_table::label(unit of, std::int64_t local) const {
    if (local < months.front().from) return "before " + name(of, months.front());
    if (local >= end) return "after " + name(of, months.back());
    const auto after = std::upper_bound(months_.begin(), months_.end(), local);
    return name(of, months[static_cast<std::size_t>(after - months_.begin()) - 1]);
}

}  // namespace merit::calendar
