#include "data/zone_map.hpp"

#include <algorithm>
#include <bit>

namespace merit {

namespace {

constexpr std::uint64_t every_row = ~std::uint64_t{0};

/// Validity of the 64 rows from `row` on, cut at `end`.
std::uint64_t word_at(const column& from, std::size_t row, std::size_t end) {
    const std::uint64_t word = from.validity() == nullptr ? every_row : from.validity()[row / 64];
    return end - row >= 64 ? word : word & ((std::uint64_t{1} << (end - row)) - 1);
}

template <class Cell>
struct range {
    Cell low{};
    Cell high{};
    std::size_t present = 0;

    void see(Cell cell) {
        low = present == 0 ? cell : std::min(low, cell);
        high = present == 0 ? cell : std::max(high, cell);
        ++present;
    }
    void see(const range& other) {
        if (other.present == 0) return;
        low = present == 0 ? other.low : std::min(low, other.low);
        high = present == 0 ? other.high : std::max(high, other.high);
        present += other.present;
    }
};

template <class Cell>
range<Cell> range_of(const column& from, std::size_t begin, std::size_t end) {
    const Cell* cells = static_cast<const Cell*>(from.data());
    range<Cell> found;
    if (from.validity() == nullptr) {
        // Without a test per row the compiler turns this loop into vector minima and maxima.
        found = {cells[begin], cells[begin], end - begin};
        for (std::size_t row = begin; row < end; ++row) {
            found.low = std::min(found.low, cells[row]);
            found.high = std::max(found.high, cells[row]);
        }
        return found;
    }
    for (std::size_t row = begin; row < end; row += 64) {
        for (std::uint64_t left = word_at(from, row, end); left != 0; left &= left - 1) {
            found.see(cells[row + static_cast<std::size_t>(std::countr_zero(left))]);
        }
    }
    return found;
}

template <class Cell>
std::int64_t stored(Cell cell) {
    if constexpr (std::is_same_v<Cell, double>) {
        return std::bit_cast<std::int64_t>(cell);
    } else {
        return static_cast<std::int64_t>(cell);
    }
}

template <class Cell>
zone_map zones_as(const column& from) {
    zone_map zones;
    range<Cell> whole;
    for (std::size_t begin = 0; begin < from.size(); begin += zone_map::block_rows) {
        const std::size_t end = std::min(begin + zone_map::block_rows, from.size());
        const range<Cell> found = range_of<Cell>(from, begin, end);
        zones.blocks.push_back({stored(found.low), stored(found.high), found.present == end - begin,
                                found.present == 0});
        whole.see(found);
    }
    zones.low = stored(whole.low);
    zones.high = stored(whole.high);
    zones.blanks = from.size() - whole.present;
    return zones;
}

zone_map zones_of_wide(const column& from) {
    zone_map zones;
    for (std::size_t begin = 0; begin < from.size(); begin += zone_map::block_rows) {
        const std::size_t end = std::min(begin + zone_map::block_rows, from.size());
        std::size_t present = 0;
        for (std::size_t row = begin; row < end; row += 64) {
            present += static_cast<std::size_t>(std::popcount(word_at(from, row, end)));
        }
        zones.blocks.push_back({0, 0, present == end - begin, present == 0});
        zones.blanks += end - begin - present;
    }
    return zones;
}

}  // namespace

zone_map zones_of(const column& from) {
    switch (from.storage()) {
        case storage::byte:
        case storage::code8:
            return zones_as<std::uint8_t>(from);
        case storage::int32:
            return zones_as<std::int32_t>(from);
        case storage::int64:
            return zones_as<std::int64_t>(from);
        case storage::int128:
            return zones_of_wide(from);
        case storage::float64:
            return zones_as<double>(from);
        case storage::code16:
            return zones_as<std::uint16_t>(from);
        case storage::code32:
            return zones_as<std::uint32_t>(from);
    }
    return {};
}

}  // namespace merit
