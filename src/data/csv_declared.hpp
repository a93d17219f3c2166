// Reads single cells as a declared type says: patterns, offsets, durations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/calendar/calendar.hpp"
#include "data/calendar/duration_pattern.hpp"
#include "merit/csv.hpp"

namespace merit::csv {

/// A declared type, its patterns compiled.
class declared_type {
public:
    /// The error says which pattern cannot be read; the caller knows the column.
    static result<declared_type> make(const csv_type& type);

    [[nodiscard]] const csv_type& asked() const noexcept { return asked_; }
    /// Days, or microseconds, of a trimmed cell. `pattern` is the place of the pattern that fitted.
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view cell,
                                                   std::size_t& pattern) const;
    /// As the language writes it: date("M/D/YYYY").
    [[nodiscard]] std::string to_string() const;

private:
    [[nodiscard]] std::int64_t placed(std::int64_t local, std::optional<std::int64_t> offset) const;
    csv_type asked_;
    std::vector<calendar::pattern> patterns_;
    std::vector<calendar::duration_pattern> durations_;
};

}  // namespace merit::csv
