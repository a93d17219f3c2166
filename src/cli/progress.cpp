#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace cli {

namespace {

constexpr auto between_updates = std::chrono::milliseconds(200);

/// "1,234,567"
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

}  // namespace

progress::progress(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) != 0) {}

progress::~progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
}

void progress::show(std::uint64_t rows, std::uint64_t done, std::uint64_t total) {
    const auto now = clock::now();
    if (!terminal_ || now < next_) return;
    next_ = now + between_updates;
    shown_ = true;
    const double elapsed_s = std::chrono::duration<double>(now - start_).count();
    std::string line = what_ + ": " + grouped(rows) + " rows, " +
                       grouped(static_cast<std::uint64_t>(static_cast<double>(rows) / elapsed_s)) +
                       " rows/s";
    if (total > 0) line += ", " + std::to_string(done * 100 / total) + " %";
    std::fprintf(stderr, "\r%s\033[K", line.c_str());
    std::fflush(stderr);
}

}  // namespace cli
