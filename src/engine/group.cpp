#include "engine/group.hpp"

#include <algorithm>

#include "engine/states/order_key.hpp"

namespace merit::engine {

void text_domain::learn(plan::id expression, const dictionary& texts) {
    if (numbers_.contains(expression)) return;
    std::vector<std::uint32_t>& into = numbers_[expression];
    if (first_ == nullptr) first_ = &texts;
    // The first dictionary's codes are the numbers, unless it holds a text twice.
    constexpr std::size_t few = 65'536;
    if (&texts == first_ && texts.size() > few) return;
    into.resize(texts.size());
    bool same = &texts == first_;
    for (std::size_t code = 0; code < texts.size(); ++code) {
        std::size_t number = first_->find(texts[code]);
        if (number == first_->size()) {
            const auto fresh = static_cast<std::uint32_t>(first_->size() + more_.size());
            const auto [place, added] = more_numbers_.try_emplace(texts[code], fresh);
            if (added) more_.push_back(texts[code]);
            number = place->second;
        }
        into[code] = static_cast<std::uint32_t>(number);
        same = same && number == code;
    }
    if (same) into.clear();
}

const std::uint32_t* text_domain::numbers(plan::id expression) const {
    const auto found = numbers_.find(expression);
    return found == numbers_.end() || found->second.empty() ? nullptr : found->second.data();
}

std::string_view text_domain::at(std::size_t number) const {
    const std::size_t known = first_ == nullptr ? 0 : first_->size();
    return number < known ? (*first_)[number] : more_[number - known];
}

std::size_t text_domain::size() const {
    return (first_ == nullptr ? 0 : first_->size()) + more_.size();
}

std::size_t slot_table::hash(const key_number* key) const {
    std::uint64_t state = 0;
    for (std::size_t i = 0; i < width_; ++i) {
        const auto low = static_cast<std::uint64_t>(key[i]);
        const auto high = static_cast<std::uint64_t>(key[i] >> 64);
        state = (state ^ low ^ (high * 0x85eb'ca6bU)) * 0x9e37'79b9'7f4a'7c15U;
        state ^= state >> 29;
    }
    return static_cast<std::size_t>(state);
}

std::uint32_t slot_table::slot_of(const key_number* key) {
    if (size() * 2 >= places_.size()) grow();
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash(key) & mask;
    while (places_[at] != 0) {
        const key_number* known = this->key(places_[at] - 1);
        if (std::equal(known, known + width_, key)) return places_[at] - 1;
        at = (at + 1) & mask;
    }
    keys_.insert(keys_.end(), key, key + width_);
    places_[at] = static_cast<std::uint32_t>(size());
    return places_[at] - 1;
}

std::optional<std::uint32_t> slot_table::find(const key_number* key) const {
    if (places_.empty()) return std::nullopt;
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash(key) & mask; places_[at] != 0; at = (at + 1) & mask) {
        const key_number* known = this->key(places_[at] - 1);
        if (std::equal(known, known + width_, key)) return places_[at] - 1;
    }
    return std::nullopt;
}

void slot_table::grow() {
    places_.assign(places_.empty() ? 64 : places_.size() * 2, 0);
    const std::size_t mask = places_.size() - 1;
    for (std::uint32_t slot = 0; slot < size(); ++slot) {
        std::size_t at = hash(key(slot)) & mask;
        while (places_[at] != 0) at = (at + 1) & mask;
        places_[at] = slot + 1;
    }
}

slot_directory::slot_directory(const grouping& of, const std::vector<key_domain>& domains)
    : of_(of), domains_(domains), table_(of.keys.size()), key_(of.keys.size() + 1) {
    for (std::size_t k = 0; k < of.keys.size(); ++k)
        numbers_.push_back(domains[of.domains[k]].texts.numbers(of.keys[k]));
}

std::size_t slot_directory::slots() const {
    return of_.dense ? of_.groups * of_.panes->panes : table_.size();
}

key_number slot_directory::key_of(std::size_t which, const vector& from, std::size_t i) const {
    if ((from.mark_at(i) & unusable) != 0) return blank_key;
    if (from.kind != lane::text) return payload(from, i);
    const auto code = static_cast<std::size_t>(from.whole[i]);
    return numbers_[which] == nullptr ? static_cast<key_number>(code) : numbers_[which][code];
}

void slot_directory::number(std::span<const vector> keys, const std::uint32_t* panes,
                            const row_word* wanted, std::size_t count, std::uint32_t* slots) {
    if (of_.dense) {
        for (std::size_t i = 0; i < count; ++i)
            slots[i] = panes[i] == no_pane ? 0 : static_cast<std::uint32_t>(panes[i] * of_.groups);
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const vector& from = keys[k];
            const std::uint32_t* numbers = numbers_[k];
            const auto stride = static_cast<std::uint32_t>(of_.strides[k]);
            const auto blank = static_cast<std::uint32_t>(of_.sizes[k] - 1);
            for (std::size_t i = 0; i < count; ++i) {
                const bool missing = (from.mark_at(i) & unusable) != 0;
                const auto code = static_cast<std::uint32_t>(missing ? 0 : from.whole[i]);
                slots[i] += stride * (missing ? blank : numbers == nullptr ? code : numbers[code]);
            }
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if ((wanted[i / word_rows] >> i % word_rows & 1) == 0) continue;
        for (std::size_t k = 0; k < keys.size(); ++k) key_[k] = key_of(k, keys[k], i);
        key_.back() = panes[i];
        slots[i] = table_.slot_of(key_.data());
    }
}

void slot_directory::read(std::uint32_t slot, key_number* keys, std::uint32_t& pane) const {
    if (!of_.dense) {
        const key_number* from = table_.key(slot);
        std::copy(from, from + of_.keys.size(), keys);
        pane = static_cast<std::uint32_t>(from[of_.keys.size()]);
        return;
    }
    pane = static_cast<std::uint32_t>(slot / of_.groups);
    const std::size_t group = slot % of_.groups;
    for (std::size_t k = 0; k < of_.keys.size(); ++k) {
        const std::size_t value = group / of_.strides[k] % of_.sizes[k];
        keys[k] = value + 1 == of_.sizes[k] ? blank_key : static_cast<key_number>(value);
    }
}

std::uint32_t slot_directory::slot_of(const key_number* keys, std::uint32_t pane) {
    std::copy(keys, keys + of_.keys.size(), key_.begin());
    key_.back() = pane;
    return table_.slot_of(key_.data());
}

void choose_slots(grouping& of, const std::vector<key_domain>& domains, std::size_t budget) {
    of.dense = true;
    of.groups = 1;
    for (const std::uint32_t which : of.domains) {
        const key_domain& domain = domains[which];
        std::size_t size = 0;
        if (domain.type.kind == type_kind::text)
            size = domain.texts.size() + 1;
        else if (domain.type.kind == type_kind::boolean)
            size = 3;
        of.strides.push_back(of.groups);
        of.sizes.push_back(size);
        of.dense = of.dense && size != 0 && of.groups <= budget / std::max<std::size_t>(size, 1);
        of.groups *= std::max<std::size_t>(size, 1);
        if (!of.dense) of.groups = 1;
    }
    const std::size_t panes = std::max<std::size_t>(of.panes->panes, 1);
    of.dense = of.dense && of.groups <= budget / panes;
}

}  // namespace merit::engine
