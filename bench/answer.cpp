#include "answer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

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

}  // namespace

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

double median_ms(int runs, const std::function<void()>& work) {
    using clock = std::chrono::steady_clock;
    work();
    std::vector<double> elapsed_ms;
    for (int run = 0; run < runs; ++run) {
        const auto start = clock::now();
        work();
        elapsed_ms.push_back(
            std::chrono::duration<double, std::milli>(clock::now() - start).count());
    }
    std::ranges::sort(elapsed_ms);
    return elapsed_ms[elapsed_ms.size() / 2];
}

}  // namespace bench
