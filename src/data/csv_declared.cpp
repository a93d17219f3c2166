#include "data/csv_declared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "data/infer.hpp"

namespace merit::csv {

namespace {

/// A number of seconds, as Merit itself writes durations.
std::optional<std::int64_t> read_seconds(std::string_view cell) {
    const number what = read_number(cell, spelling::declared);
    if (what.kind != cell_class::integer && what.kind != cell_class::decimal) return std::nullopt;
    if (!what.exact || what.digits > 12 || what.scale > 6) return std::nullopt;
    return static_cast<std::int64_t>(what.units) * power_of_ten(6U - what.scale);
}

/// A pattern as other programs write it: "dd/mm/yyyy", "%Y-%m-%d". Empty where that is none.
std::string likely_pattern(std::string_view written) {
    constexpr std::pair<char, std::string_view> letters[] = {
        {'Y', "YYYY"}, {'m', "MM"}, {'d', "DD"}, {'H', "HH"}, {'M', "MM"}, {'S', "SS"}};
    std::string out;
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (written[at] == '%' && at + 1 < written.size()) {
            const auto* const found =
                std::find_if(std::begin(letters), std::end(letters),
                             [&](const auto& one) { return one.first == written[at + 1]; });
            if (found == std::end(letters)) return {};
            out += found->second;
            ++at;
        } else {
            const char c = written[at];
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return calendar::pattern::compile(out) ? out : std::string();
}

}  // namespace

result<declared_type> declared_type::make(const csv_type& type) {
    declared_type made;
    made.asked_ = type;
    for (const std::string& text : type.patterns) {
        bool fine = false;
        if (type.kind == type_kind::duration) {
            std::optional<calendar::duration_pattern> compiled =
                calendar::duration_pattern::compile(text);
            fine = compiled.has_value();
            if (fine) made.durations_.push_back(std::move(*compiled));
        } else {
            std::optional<calendar::pattern> compiled = calendar::pattern::compile(text);
            fine = compiled.has_value();
            if (fine) made.patterns_.push_back(std::move(*compiled));
        }
        if (!fine) {
            const bool duration = type.kind == type_kind::duration;
            const std::string meant = duration ? std::string() : likely_pattern(text);
            if (!meant.empty())
                return error("E805", fmt::format("\"{}\" is no pattern of a {}", text, "date"),
                             fmt::format("write \"{}\"", meant));
            return error("E805",
                         fmt::format("\"{}\" is no pattern of a {}", text,
                                     duration ? "length of time" : "date"),
                         duration ? "write it like \"H:MM:SS\", or \"S\" for a number of seconds"
                                  : "write it like \"M/D/YYYY H:MM\"");
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
