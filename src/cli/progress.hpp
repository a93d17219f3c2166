// One line on a terminal that says how far slow work is. In a pipe, or within a second: nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace cli {

class progress {
public:
    explicit progress(std::string what);
    /// Wipes the line.
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// `done` of `total` (0: not known) units of the work, with so many rows passed.
    void show(std::uint64_t rows, std::uint64_t done, std::uint64_t total);

private:
    using clock = std::chrono::steady_clock;
    std::string what_;
    bool terminal_;
    bool shown_ = false;
    clock::time_point start_ = clock::now();
    clock::time_point next_ = start_ + std::chrono::seconds(1);
};

}  // namespace cli
