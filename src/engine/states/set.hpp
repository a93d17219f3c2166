// Distinct values, exactly. Codes of a dictionary go into bits once a slot holds many; the rest
// into a flat table. Over nothing it is blank, but its count is 0 over rows without a value too.
#pragma once

#include <bit>

#include "engine/states/order_key.hpp"
#include "engine/states/state.hpp"

namespace merit::engine {

/// A set of numbers by open addressing: a small one is one allocation.
template <class Key>
class flat_set {
public:
    void insert(Key key) {
        if (key == empty) {
            has_empty_ = true;
            return;
        }
        if (used_ * 2 >= keys_.size()) grow();
        place(key);
    }
    template <class F>
    void each(F f) const {
        if (has_empty_) f(empty);
        for (const Key key : keys_) {
            if (key != empty) f(key);
        }
    }
    [[nodiscard]] std::size_t size() const { return used_ + (has_empty_ ? 1 : 0); }
    void clear() { *this = {}; }

private:
    static constexpr Key empty = 0;

    static std::size_t hash(Key key) {
        auto low = static_cast<std::uint64_t>(key);
        if constexpr (sizeof(Key) > 8) low ^= static_cast<std::uint64_t>(key >> 64) * 31;
        return static_cast<std::size_t>((low * 0x9e37'79b9'7f4a'7c15U) >> 20);
    }
    void place(Key key) {
        const std::size_t mask = keys_.size() - 1;
        std::size_t at = hash(key) & mask;
        while (keys_[at] != empty) {
            if (keys_[at] == key) return;
            at = (at + 1) & mask;
        }
        keys_[at] = key;
        ++used_;
    }
    void grow() {
        std::vector<Key> old(keys_.empty() ? 8 : keys_.size() * 2, empty);
        old.swap(keys_);
        used_ = 0;
        for (const Key key : old) {
            if (key != empty) place(key);
        }
    }
    std::vector<Key> keys_;
    std::size_t used_ = 0;
    bool has_empty_ = false;
};

template <class Key>
class set_states final : public state_array {
public:
    void resize(std::size_t slots) override { sets_.resize(slots); }
    void update(const update_batch& with) override {
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            sets_[slot].insert(static_cast<Key>(payload(*with.argument, i)));
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const set_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i)
            from.sets_[i].each([&](Key key) { sets_[to[i]].insert(key); });
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        if (slots.size() == 1)
            return out.whole(static_cast<std::int64_t>(sets_[slots[0]].size()));
        flat_set<Key> all;
        for (const std::uint32_t slot : slots)
            sets_[slot].each([&](Key key) { all.insert(key); });
        out.whole(static_cast<std::int64_t>(all.size()));
    }

private:
    std::vector<flat_set<Key>> sets_;
};

/// The same for codes below a known number.
class code_set_states final : public state_array {
public:
    void resize(std::size_t slots) override { sets_.resize(slots); }
    void update(const update_batch& with) override {
        codes_ = with.argument->texts.known->size();
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            insert(sets_[slot], static_cast<std::uint32_t>(with.argument->whole[i]));
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const code_set_states&>(other);
        codes_ = std::max(codes_, from.codes_);
        for (std::size_t i = 0; i < to.size(); ++i)
            each(from.sets_[i], [&](std::uint32_t code) { insert(sets_[to[i]], code); });
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state all;
        for (const std::uint32_t slot : slots) {
            if (slots.size() == 1) return out.whole(size(sets_[slot]));
            each(sets_[slot], [&](std::uint32_t code) { insert(all, code); });
        }
        out.whole(size(all));
    }

private:
    struct state {
        flat_set<std::uint32_t> few;
        std::vector<std::uint64_t> bits;
    };
    void insert(state& to, std::uint32_t code) const {
        if (to.bits.empty()) {
            to.few.insert(code);
            // From here on the bits are smaller than the table.
            if (to.few.size() * 64 <= codes_) return;
            to.bits.assign(codes_ / 64 + 1, 0);
            to.few.each([&](std::uint32_t one) { set(to, one); });
            to.few.clear();
            return;
        }
        set(to, code);
    }
    static void set(state& to, std::uint32_t code) {
        to.bits[code / 64] |= std::uint64_t{1} << (code % 64);
    }
    template <class F>
    static void each(const state& of, F f) {
        of.few.each(f);
        for (std::size_t word = 0; word < of.bits.size(); ++word) {
            for (std::uint64_t left = of.bits[word]; left != 0; left &= left - 1)
                f(static_cast<std::uint32_t>(word * 64) +
                  static_cast<std::uint32_t>(std::countr_zero(left)));
        }
    }
    static std::int64_t size(const state& of) {
        auto out = static_cast<std::int64_t>(of.few.size());
        for (const std::uint64_t word : of.bits) out += std::popcount(word);
        return out;
    }
    std::vector<state> sets_;
    std::size_t codes_ = 0;
};

}  // namespace merit::engine
