#include "data/calendar/calendar_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/calendar/calendar.hpp"

namespace merit::calendar {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r";
    const std::size_t from = text.find_first_not_of(spaces);
    if (from == text.npos) return {};
    return text.substr(from, text.find_last_not_of(spaces) - from + 1);
}

std::vector<std::string> fields_of(std::string_view line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            out.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    for (std::string& one : out) one = std::string(trimmed(one));
    return out;
}

std::string lower_case(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

calendar_file calendar_file::read(std::string_view text) {
    calendar_file out;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view one = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.empty() || one.front() == '#') continue;
        std::vector<std::string> fields = fields_of(one);
        const bool head = out.lines.empty() && out.head.empty() && !read_day(fields.front());
        if (!head) {
            out.lines.push_back({number, std::move(fields)});
            continue;
        }
        for (std::string& name : fields) out.head.push_back(lower_case(std::move(name)));
    }
    return out;
}

std::optional<std::size_t> calendar_file::place(std::vector<std::string_view> names) const {
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (std::find(names.begin(), names.end(), head[i]) != names.end()) return i;
    }
    return std::nullopt;
}

std::optional<std::int32_t> read_day(std::string_view text) {
    static const std::vector<pattern> known = [] {
        std::vector<pattern> out;
        for (const std::string_view form : {"YYYY-MM-DD", "YYYY/M/D", "YYYY-M-D", "YYYYMMDD"})
            out.push_back(*pattern::compile(form));
        return out;
    }();
    for (const pattern& one : known) {
        if (const auto read = one.read(text))
            return static_cast<std::int32_t>(read->local / day_us);
    }
    return std::nullopt;
}

error file_error(std::size_t line, std::string_view message, std::string_view help) {
    return error("E831", fmt::format("line {}: {}", line, message), std::string(help));
}

}  // namespace merit::calendar
