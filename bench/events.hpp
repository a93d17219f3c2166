// The benches' data: events of a sales team over two years, in time order. Same seed, same rows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "merit/table.hpp"

namespace bench {

enum class event_type : std::uint8_t { call, email, visit, meeting, lead, demo, won, lost };
inline constexpr std::array<const char*, 8> type_names = {"call", "email", "visit", "meeting",
                                                          "lead", "demo",  "won",   "lost"};
inline constexpr std::size_t rep_count = 200;
inline constexpr std::size_t team_count = 20;
inline constexpr std::size_t customer_count = 1'000'000;

/// One array a column. An opportunity has one rep and one customer; there is one per eight events.
struct events {
    std::vector<std::int64_t> time;       ///< µs since 1970, ascending, 2024 and 2025
    std::vector<std::uint8_t> type;       ///< event_type
    std::vector<std::uint8_t> rep;        ///< index of rep_names()
    std::vector<std::uint32_t> customer;  ///< below customer_count
    std::vector<std::int64_t> opportunity;
    std::vector<std::int64_t> amount;           ///< decimal(18,2), in cents
    std::vector<std::int64_t> score;            ///< 1 to 5
    std::vector<std::uint64_t> score_validity;  ///< a bit a row; 30 % are blank
    [[nodiscard]] std::size_t rows() const { return time.size(); }
    [[nodiscard]] bool has_score(std::size_t row) const {
        return (score_validity[row / 64] >> (row % 64) & 1) != 0;
    }
};

[[nodiscard]] events make_events(std::size_t rows, std::uint64_t seed);

[[nodiscard]] std::vector<std::string> rep_names();               ///< "rep_001" …
[[nodiscard]] std::string team_of(std::size_t rep);               ///< "team_01" …
[[nodiscard]] std::string customer_name(std::uint32_t customer);  ///< "c0000001" …

/// Views of the arrays without a copy: `rows` must outlive the table.
[[nodiscard]] merit::table view_of(const events& rows, bool with_customers = false);
/// One row a rep: rep, team.
[[nodiscard]] merit::table reps_table();

}  // namespace bench
