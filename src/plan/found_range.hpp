// The range that rows tell where none is asked, and what reads more than these rows.
#pragma once

#include <span>
#include <vector>

#include "plan/interval_map.hpp"
#include "plan/period.hpp"

namespace merit::plan {

/// Does a map leave a period where it is, or only as it was known at some instant?
[[nodiscard]] bool stays(const interval_map& map);

[[nodiscard]] bool reads_period(const expression& one);

/// Which maps the frames of an era read, or those of them that are not cut into pieces.
[[nodiscard]] std::vector<bool> maps_of(const plan& what, id era, bool pieces);

/// From the first to the last time of a row on some axes. Those of existence alone decide only
/// where nothing else does, for entities exist on after their time.
[[nodiscard]] calendar::interval found_range(const plan& what, const std::vector<bool>& among,
                                             std::span<const axis_extent> extents,
                                             std::optional<std::int64_t> cut);

/// Whole finest units around what was found.
[[nodiscard]] calendar::interval whole_units(const period_rule& rule, calendar::interval found,
                                             const calendar::calendar& in);

/// Of units that do not nest, parts of the finest may lie outside of the rows' time.
void keep_around(const calendar::interval& rows, std::vector<period>& periods);

}  // namespace merit::plan
