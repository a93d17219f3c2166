#include "hand_loop.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace bench {

namespace {

constexpr std::size_t month_count = 24;

/// All that six measures of one group need.
struct cell {
    std::int64_t rows = 0, leads = 0, wins = 0, won_amount = 0, scores = 0, score_sum = 0;
};

void merge(cell& into, const cell& from) {
    into.rows += from.rows;
    into.leads += from.leads;
    into.wins += from.wins;
    into.won_amount += from.won_amount;
    into.scores += from.scores;
    into.score_sum += from.score_sum;
}

/// Counts of bytes equal to `code`; sums of bytes so that the compiler makes it wide.
std::int64_t count_equal(const std::uint8_t* codes, std::size_t rows, std::uint8_t code) {
    std::int64_t total = 0;
    for (std::size_t begin = 0; begin < rows; begin += 255) {
        const std::size_t end = std::min(begin + 255, rows);
        std::uint8_t some = 0;
        for (std::size_t row = begin; row < end; ++row) {
            some = static_cast<std::uint8_t>(some + (codes[row] == code ? 1 : 0));
        }
        total += some;
    }
    return total;
}

/// First instants of the months of 2024 and 2025, and of 2026.
std::array<std::int64_t, month_count + 1> month_starts() {
    using namespace std::chrono;
    std::array<std::int64_t, month_count + 1> starts{};
    for (std::size_t i = 0; i <= month_count; ++i) {
        const year_month at = year{2024} / January + months{i};
        starts[i] = duration_cast<microseconds>(sys_days{at / 1}.time_since_epoch()).count();
    }
    return starts;
}

void add_row(cell& into, const events& rows, std::size_t row) {
    const auto type = static_cast<event_type>(rows.type[row]);
    const std::int64_t won = type == event_type::won ? 1 : 0;
    const std::int64_t scored = rows.has_score(row) ? 1 : 0;
    into.rows += 1;
    into.leads += type == event_type::lead ? 1 : 0;
    into.wins += won;
    into.won_amount += -won & rows.amount[row];
    into.scores += scored;
    into.score_sum += -scored & rows.score[row];
}

std::vector<cell> by_rep(const events& rows, std::size_t begin, std::size_t end) {
    std::vector<cell> cells(rep_count);
    for (std::size_t row = begin; row < end; ++row) add_row(cells[rows.rep[row]], rows, row);
    return cells;
}

/// The rows are in time order, so a month is a range of them, found by its border.
std::vector<cell> by_rep_and_month(const events& rows, std::size_t begin, std::size_t end) {
    static const auto starts = month_starts();
    std::vector<cell> cells(rep_count * month_count);
    for (std::size_t month = 0; month < month_count; ++month) {
        const auto first = rows.time.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = rows.time.begin() + static_cast<std::ptrdiff_t>(end);
        const auto from = std::lower_bound(first, last, starts[month]) - rows.time.begin();
        const auto to = std::lower_bound(first, last, starts[month + 1]) - rows.time.begin();
        cell* const at = cells.data() + month * rep_count;
        for (auto row = static_cast<std::size_t>(from); row < static_cast<std::size_t>(to); ++row) {
            add_row(at[rows.rep[row]], rows, row);
        }
    }
    return cells;
}

std::vector<cell> ungrouped(const events& rows, std::size_t begin, std::size_t end) {
    cell all;
    const std::uint8_t* codes = rows.type.data() + begin;
    all.rows = static_cast<std::int64_t>(end - begin);
    all.leads = count_equal(codes, end - begin, static_cast<std::uint8_t>(event_type::lead));
    all.wins = count_equal(codes, end - begin, static_cast<std::uint8_t>(event_type::won));
    return {all};
}

std::optional<double> ratio(std::int64_t above, std::int64_t below) {
    if (below == 0) return std::nullopt;
    return static_cast<double>(above) / static_cast<double>(below);
}

measures measured(const cell& of, int groups) {
    const std::optional<double> conversion = ratio(of.wins, of.leads);
    if (groups == 0) return {conversion};
    const std::optional<double> cents = ratio(of.won_amount, of.wins);
    return {static_cast<double>(of.leads),
            static_cast<double>(of.wins),
            conversion,
            static_cast<double>(of.won_amount) / 100,
            cents ? std::optional(*cents / 100) : std::nullopt,
            ratio(of.score_sum, of.scores)};
}

std::string group_name(std::size_t index, int groups) {
    static const std::vector<std::string> reps = rep_names();
    if (groups == 0) return {};
    std::string name = reps[index % rep_count];
    if (groups == 2) {
        const std::size_t month = index / rep_count;
        name += month < 12 ? " 2024-" : " 2025-";
        name += month % 12 < 9 ? "0" : "";
        name += std::to_string(month % 12 + 1);
    }
    return name;
}

}  // namespace

answer hand_loop(const events& rows, int groups, unsigned threads) {
    const auto work = groups == 0 ? ungrouped : groups == 1 ? by_rep : by_rep_and_month;
    std::vector<std::vector<cell>> parts(threads);
    const auto run_part = [&](std::size_t part) {
        const std::size_t begin = rows.rows() * part / threads;
        parts[part] = work(rows, begin, rows.rows() * (part + 1) / threads);
    };
    std::vector<std::thread> others;
    for (unsigned part = 1; part < threads; ++part) others.emplace_back(run_part, part);
    run_part(0);
    for (std::thread& one : others) one.join();
    answer out;
    for (std::size_t index = 0; index < parts[0].size(); ++index) {
        cell all;
        for (const auto& part : parts) merge(all, part[index]);
        if (all.rows > 0) out[group_name(index, groups)] = measured(all, groups);
    }
    return out;
}

}  // namespace bench
