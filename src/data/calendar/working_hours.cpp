// Hours as they are written: "mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00".
#include <fmt/format.h>

#include <algorithm>

#include "data/calendar/calendar_file.hpp"
#include "data/calendar/working_time.hpp"

namespace merit::calendar {

namespace {

constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::string_view hours_example =
    "write \"mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00\"";

error unreadable(std::string message) {
    return error("E851", std::move(message), std::string(hours_example));
}

/// Texts between any of the separators.
std::vector<std::string_view> split_at(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t from = text.find_first_not_of(separators);
        if (from == text.npos) break;
        text.remove_prefix(from);
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

/// Dashes of all widths as "-", and full-width separators as their plain ones.
std::string plain_signs(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"–", "-"}, {"—", "-"}, {"至", "-"}, {"～", "-"}, {"，", ","}, {"；", ";"}, {"：", ":"}};
    std::string out(text);
    for (const auto& [from, to] : known) {
        for (std::size_t at = out.find(from); at != out.npos; at = out.find(from, at))
            out.replace(at, from.size(), to);
    }
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::optional<int> weekday_in(std::string_view text) {
    constexpr std::string_view english[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
    constexpr std::string_view chinese[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    for (int i = 0; i < 7; ++i) {
        const bool known =
            text == english[i] || text == english[i].substr(0, 3) || text == chinese[i];
        if (known) return i;
    }
    return std::nullopt;
}

/// "mon" or "fri-mon", as days from Monday 0.
std::optional<std::vector<int>> days_in(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = weekday_in(text.substr(0, dash));
    const auto last = dash == text.npos ? first : weekday_in(text.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    std::vector<int> out;
    for (int day = *first;; day = (day + 1) % 7) {
        out.push_back(day);
        if (day == *last) return out;
    }
}

/// "09:00", "9", "24:00" as microseconds.
std::optional<std::int64_t> clock_in(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view parts[] = {text.substr(0, colon),
                                      colon == text.npos ? "0" : text.substr(colon + 1)};
    std::int64_t numbers[2] = {0, 0};
    for (int i = 0; i < 2; ++i) {
        if (parts[i].empty() || parts[i].size() > 2) return std::nullopt;
        for (const char c : parts[i]) {
            if (c < '0' || c > '9') return std::nullopt;
            numbers[i] = numbers[i] * 10 + (c - '0');
        }
    }
    const std::int64_t minutes = numbers[0] * 60 + numbers[1];
    if (numbers[1] > 59 || minutes > 24 * 60) return std::nullopt;
    return minutes * minute_us;
}

/// "09:00-12:00"; an end before the start is on the next day.
result<opening> range_in(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto from = clock_in(text.substr(0, dash));
    const auto to = dash == text.npos ? std::nullopt : clock_in(text.substr(dash + 1));
    if (!from || !to || *from == day_us)
        return unreadable(fmt::format("\"{}\" is no range of hours", text));
    if (*from == *to)
        return unreadable(
            fmt::format("\"{}\" is no time at all; a whole day is 00:00-24:00", text));
    return opening{*from, *to < *from ? *to + day_us : *to};
}

result<void> add_opening(day_hours& to, opening one, std::string_view text) {
    for (const opening& other : to) {
        if (one.from < other.to && other.from < one.to)
            return unreadable(fmt::format("\"{}\" overlaps other hours of its day", text));
    }
    to.push_back(one);
    std::sort(to.begin(), to.end(),
              [](const opening& a, const opening& b) { return a.from < b.from; });
    return {};
}

/// A shift that runs into hours of the next day would count them twice.
std::optional<int> runs_into_next(const std::array<day_hours, 7>& week) {
    for (int day = 0; day < 7; ++day) {
        const day_hours& today = week[static_cast<std::size_t>(day)];
        const day_hours& next = week[static_cast<std::size_t>((day + 1) % 7)];
        if (!today.empty() && !next.empty() && today.back().to - day_us > next.front().from)
            return day;
    }
    return std::nullopt;
}

}  // namespace

const day_hours& working_hours::of(std::int32_t day) const {
    const auto known = special.find(day);
    return known != special.end() ? known->second
                                  : week[static_cast<std::size_t>(weekday_of(day) - 1)];
}

const day_hours& working_hours::usual() const {
    for (const day_hours& one : week) {
        if (!one.empty()) return one;
    }
    return week[0];
}

result<day_hours> read_day_hours(std::string_view written) {
    const std::string text = plain_signs(written);
    day_hours out;
    for (const std::string_view word : split_at(text, " \t,;")) {
        const auto range = range_in(word);
        if (!range) return range.error();
        if (auto done = add_opening(out, *range, word); !done) return done.error();
    }
    if (out.empty()) return unreadable("there are no hours");
    return out;
}

result<std::array<day_hours, 7>> read_week(std::string_view written) {
    const std::string text = plain_signs(written);
    std::array<day_hours, 7> out;
    std::vector<int> days;
    for (const std::string_view group : split_at(text, ",;")) {
        bool fresh = true;  // the group has named no day yet
        bool hours = false;
        for (const std::string_view word : split_at(group, " \t")) {
            if (const auto named = days_in(word)) {
                if (fresh || hours) days.clear();
                fresh = hours = false;
                days.insert(days.end(), named->begin(), named->end());
                continue;
            }
            const auto range = range_in(word);
            if (!range) return range.error();
            if (days.empty())
                return unreadable(fmt::format("\"{}\" does not say on which days", word));
            hours = true;
            for (const int day : days) {
                if (auto done = add_opening(out[static_cast<std::size_t>(day)], *range, word);
                    !done)
                    return done.error();
            }
        }
        if (!hours) return unreadable(fmt::format("\"{}\" names no hours", group));
    }
    if (days.empty()) return unreadable("there are no hours");
    if (runs_into_next(out)) return unreadable("a shift runs into the hours of the next day");
    return out;
}

result<void> read_special_days(std::string_view text, bool holidays, working_hours& into) {
    const calendar_file file = calendar_file::read(text);
    const std::size_t date = file.place({"date", "day", "日期"}).value_or(0);
    // Without a head line the hours stand behind the date.
    const auto named = file.place({"hours", "工作时间", "时间"});
    const std::optional<std::size_t> hours = named || !file.head.empty() ? named : 1;
    for (const calendar_file::line& line : file.lines) {
        const auto day =
            date < line.fields.size() ? read_day(line.fields[date]) : std::optional<std::int32_t>();
        if (!day) {
            return file_error(line.number,
                              fmt::format("\"{}\" is no date",
                                          date < line.fields.size() ? line.fields[date] : ""),
                              "write a date such as 2026-02-17 in each line");
        }
        day_hours open;
        if (!holidays) {
            const bool own = hours && *hours < line.fields.size() && !line.fields[*hours].empty();
            if (own) {
                auto read = read_day_hours(line.fields[*hours]);
                if (!read) {
                    const diagnostic& why = read.error().diagnostics().front();
                    return file_error(line.number, why.message, "write 09:00-12:00 13:00-18:00");
                }
                open = *std::move(read);
            } else {
                open = into.usual();
            }
        }
        const auto [place, fresh] = into.special.try_emplace(*day, open);
        if (!fresh && place->second.empty() != open.empty()) {
            return file_error(
                line.number,
                fmt::format("{} is a holiday and an extra working day", date_text(*day)),
                "take it out of one of the two files");
        }
    }
    return {};
}

}  // namespace merit::calendar
