// Chance with a fixed seed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace oracle {

class dice {
public:
    explicit dice(std::uint64_t seed) : state_(seed) {}

    /// 0 … n − 1.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(state_() % n); }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low + 1)));
    }
    bool chance(unsigned percent) { return below(100) < percent; }

    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }
    std::string pick(std::initializer_list<const char*> from) {
        return *(from.begin() + below(from.size()));
    }
    /// One of several numbers, each as likely as its weight says.
    std::size_t weighted(std::initializer_list<unsigned> weights) {
        std::size_t sum = 0;
        for (const unsigned one : weights) sum += one;
        std::size_t at = below(sum);
        std::size_t i = 0;
        for (const unsigned one : weights) {
            if (at < one) return i;
            at -= one;
            ++i;
        }
        return i;
    }

private:
    std::mt19937_64 state_;
};

}  // namespace oracle
