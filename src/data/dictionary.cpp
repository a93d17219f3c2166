#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include "data/dictionary_builder.hpp"
#include "merit/table.hpp"

namespace merit {

namespace {

/// Multiply and fold, eight bytes at a time. Codes are given by order of appearance, so the hash
/// never shows in a result.
std::uint32_t hash_of(std::string_view text) {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15U;
    std::uint64_t state = text.size() * factor;
    const char* at = text.data();
    std::size_t left = text.size();
    const auto mix = [&state](std::uint64_t word) {
        __extension__ using wide = unsigned __int128;
        const wide product = static_cast<wide>(state ^ word) * factor;
        state = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        mix(word);
    }
    std::uint64_t word = 0;
    if (left != 0) std::memcpy(&word, at, left);
    mix(word);
    return static_cast<std::uint32_t>(state >> 32);
}

}  // namespace

std::size_t code_table::place_of(std::string_view text, std::uint32_t hash,
                                 const std::vector<std::string>& texts) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = hash & mask;
    while (slots_[place].code_plus_one != 0) {
        if (slots_[place].hash == hash && texts[slots_[place].code_plus_one - 1] == text) break;
        place = (place + 1) & mask;
    }
    return place;
}

std::size_t code_table::find(std::string_view text, const std::vector<std::string>& texts) const {
    if (slots_.empty()) return texts.size();
    const slot& found = slots_[place_of(text, hash_of(text), texts)];
    return found.code_plus_one == 0 ? texts.size() : found.code_plus_one - 1;
}

std::uint32_t code_table::add(std::string_view text, std::vector<std::string>& texts) {
    if (used_ * 2 >= slots_.size()) grow(std::max<std::size_t>(slots_.size() * 2, 64));
    const std::uint32_t hash = hash_of(text);
    slot& found = slots_[place_of(text, hash, texts)];
    if (found.code_plus_one == 0) {
        texts.emplace_back(text);
        found = {hash, static_cast<std::uint32_t>(texts.size())};
        ++used_;
    }
    return found.code_plus_one - 1;
}

void code_table::fill(const std::vector<std::string>& texts) {
    std::size_t slots = 64;
    while (slots < texts.size() * 2) slots *= 2;
    slots_.assign(slots, slot{0, 0});
    for (std::size_t code = 0; code < texts.size(); ++code) {
        const std::uint32_t hash = hash_of(texts[code]);
        slot& found = slots_[place_of(texts[code], hash, texts)];
        if (found.code_plus_one == 0) found = {hash, static_cast<std::uint32_t>(code + 1)};
    }
}

void code_table::grow(std::size_t slots) {
    std::vector<slot> old(slots, slot{0, 0});
    old.swap(slots_);
    for (const slot& each : old) {
        if (each.code_plus_one == 0) continue;
        std::size_t place = each.hash & (slots - 1);
        while (slots_[place].code_plus_one != 0) place = (place + 1) & (slots - 1);
        slots_[place] = each;
    }
}

/// Filled at the first need: most dictionaries are only read by code.
struct dictionary::lookup {
    mutable std::once_flag codes_once;
    mutable code_table codes;
    mutable std::once_flag rank_once;
    mutable std::vector<std::uint32_t> rank;
};

dictionary::dictionary(std::vector<std::string> texts)
    : texts_(std::move(texts)), lookup_(std::make_shared<const lookup>()) {}

std::size_t dictionary::find(std::string_view text) const {
    std::call_once(lookup_->codes_once, [this] { lookup_->codes.fill(texts_); });
    return lookup_->codes.find(text, texts_);
}

std::span<const std::uint32_t> dictionary::rank() const {
    std::call_once(lookup_->rank_once, [this] {
        std::vector<std::uint32_t> order(texts_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::string_view(texts_[a]) < std::string_view(texts_[b]);
        });
        lookup_->rank.resize(order.size());
        // A host's dictionary may hold a text twice; both codes then share one rank.
        for (std::uint32_t place = 0; place < order.size(); ++place) {
            const bool again = place != 0 && texts_[order[place]] == texts_[order[place - 1]];
            lookup_->rank[order[place]] = again ? lookup_->rank[order[place - 1]] : place;
        }
    });
    return lookup_->rank;
}

}  // namespace merit
