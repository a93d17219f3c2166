#include "answer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

namespace bench {

namespace {

bool equal(std::optional<double> left, std::optional<double> right) {
    if (left.has_value() != right.has_value()) return false;
    if (!left) return true;
    return std::abs(*left - *right) <= 1e-9 * std::max(std::abs(*left), std::abs(*right));
}

std::string written(std::optional<double> what) {
    return what ? std::to_string(*what) : "blank";
}

std::optional<double> number_of(const merit::value& what) {
    if (const auto* whole = std::get_if<std::int64_t>(&what)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&what)) return *real;
    if (const auto* exact = std::get_if<merit::decimal_value>(&what))
        return merit::to_double(*exact);
    return std::nullopt;
}

}  // namespace

answer answer_of(const merit::frame& from, int groups) {
    answer out;
    const auto first = static_cast<std::size_t>(groups);
    for (std::size_t row = 0; row < from.rows(); ++row) {
        std::string group;
        for (std::size_t k = 0; k < first; ++k) {
            group += (k == 0 ? "" : " ") + merit::to_string(from.at(row, k));
        }
        measures& into = out[group];
        for (std::size_t k = first; k < from.columns().size(); ++k) {
            into.push_back(number_of(from.at(row, k)));
        }
    }
    return out;
}

std::string difference(const answer& left, const answer& right) {
    if (left.size() != right.size()) {
        return std::to_string(left.size()) + " groups against " + std::to_string(right.size());
    }
    for (const auto& [group, values] : left) {
        const auto found = right.find(group);
        if (found == right.end()) return "group `" + group + "` is missing";
        if (values.size() != found->second.size()) return "group `" + group + "` differs in width";
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (equal(values[i], found->second[i])) continue;
            return "group `" + group + "`, measure " + std::to_string(i) + ": " +
                   written(values[i]) + " against " + written(found->second[i]);
        }
    }
    return {};
}

double elapsed_ms(measure how, const std::function<void()>& work) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    const std::clock_t start_cpu = std::clock();
    work();
    if (how == measure::processor)
        return static_cast<double>(std::clock() - start_cpu) * 1e3 / CLOCKS_PER_SEC;
    return std::chrono::duration<double, std::milli>(clock::now() - start).count();
}

double median_of(std::vector<double> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

double median_ms(int runs, const std::function<void()>& work) {
    work();
    std::vector<double> times;
    for (int run = 0; run < runs; ++run) times.push_back(elapsed_ms(measure::wall, work));
    return median_of(std::move(times));
}

}  // namespace bench
