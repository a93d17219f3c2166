// What every contestant hands in, so that answers are compared before anything is timed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "merit/frame.hpp"

namespace bench {

/// By group ("", "rep_001", "rep_001 2024-01"): the measures, blank where undefined.
using measures = std::vector<std::optional<double>>;
using answer = std::map<std::string, measures>;

/// A frame in that form: so many group columns, the rest measures.
[[nodiscard]] answer answer_of(const merit::frame& from, int groups);

/// Empty when equal (counts exactly, the rest to 1e-9 of their size), else the first difference.
[[nodiscard]] std::string difference(const answer& left, const answer& right);

/// Median wall time of `runs` calls in milliseconds, after one that warms up.
[[nodiscard]] double median_ms(int runs, const std::function<void()>& work);

/// Wall time, or the time that all threads of this process were at work: the fairer one where other
/// work shares the machine, and of no use for more than one thread.
enum class measure : std::uint8_t { wall, processor };
[[nodiscard]] double elapsed_ms(measure how, const std::function<void()>& work);
/// The middle one.
[[nodiscard]] double median_of(std::vector<double> times);

}  // namespace bench
