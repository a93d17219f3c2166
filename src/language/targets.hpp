// What a `targets` statement says.
#pragma once

#include <string>
#include <vector>

#include "language/scope.hpp"

namespace merit::language {

enum class spread_kind : std::uint8_t { none, days, workdays, equal };
enum class roll_kind : std::uint8_t { none, sum, avg, last };
struct targets_info {
    std::string name;
    std::uint32_t document = 0;
    node_id node = 0;
    table_id table = nothing;               ///< a view of the rows
    std::uint32_t kpi = nothing;            ///< column
    std::uint32_t value = nothing;          ///< column
    std::vector<std::uint32_t> references;  ///< of the view, the finest first
    unit period = unit::none;
    spread_kind spread = spread_kind::none;
    spread_kind prorate = spread_kind::none;
    roll_kind roll = roll_kind::none;
    bool missing_is_zero = false;
    node_id who = nothing;
    std::string calendar;
    bool good = true;  ///< nothing wrong was found in it
};
/// A target where a formula stands, so that a request can be held against it.
struct target_use {
    const targets_info* of;
    bool additive;
    std::string kpi;
};
/// The clauses and groups around a target.
struct target_reading {
    std::vector<std::uint32_t> steps;     ///< program.changes of time, the outermost first
    unit finest = unit::none;             ///< the shortest unit that groups
    std::vector<std::uint32_t> entities;  ///< that group
    friend auto operator<=>(const target_reading&, const target_reading&) = default;
};

/// What a target is made of, at one place of a text.
struct target_place {
    const scope& at;
    node_id id;
    const targets_info& of;
    std::string kpi;
    bool additive;
};

}  // namespace merit::language
