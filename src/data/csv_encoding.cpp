#include "data/csv_encoding.hpp"

#include <cstdint>
#include <cstring>

namespace merit::csv {

namespace {

/// Length of the valid character at `at`, or 0 (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF).
std::size_t character(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead < 0x80U) return lead == 0 ? 0 : 1;
    if (lead < 0xC2U || lead > 0xF4U || !tail(1)) return 0;
    if (lead < 0xE0U) return 2;
    if (!tail(2)) return 0;
    if (lead < 0xF0U) {
        if ((lead == 0xE0U && byte(1) < 0xA0U) || (lead == 0xEDU && byte(1) > 0x9FU)) return 0;
        return 3;
    }
    if ((lead == 0xF0U && byte(1) < 0x90U) || (lead == 0xF4U && byte(1) > 0x8FU)) return 0;
    return tail(3) ? 4 : 0;
}

}  // namespace

std::size_t first_invalid(std::string_view text, std::size_t from) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t at = from;
    while (at < text.size()) {
        // Eight ASCII bytes at a time, which is most of most files.
        std::uint64_t word = 0;
        while (at + 8 <= text.size()) {
            std::memcpy(&word, text.data() + at, 8);
            // Taking 1 from a byte borrows into its high bit where it is 0 (or one below it is).
            if (((word | (word - ones)) & high_bits) != 0) break;
            at += 8;
        }
        if (at >= text.size()) break;
        const std::size_t length = character(text, at);
        if (length == 0) return at;
        at += length;
    }
    return text.size();
}

}  // namespace merit::csv
