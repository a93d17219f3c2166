// min and max keep their argument's type; texts compare by bytes. Blank over nothing.
#pragma once

#include "engine/states/order_key.hpp"
#include "engine/states/state.hpp"

namespace merit::engine {

/// Writes a kept payload back as a value.
void write_payload(int128 kept, const merit::type& type, const text_source& texts,
                   final_writer& out);

/// Keys are 64 bits but for decimals.
template <class Key>
class extreme_states final : public state_array {
public:
    explicit extreme_states(bool largest) : largest_(largest) {}

    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        const vector& from = *with.argument;
        texts_ = from.texts;
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            offer(states_[slot], {static_cast<Key>(order_key(from, i)),
                                  static_cast<Key>(payload(from, i)), true});
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const extreme_states&>(other);
        if (texts_ == text_source{}) texts_ = from.texts_;
        for (std::size_t i = 0; i < to.size(); ++i) offer(states_[to[i]], from.states_[i]);
    }
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        state best;
        for (const std::uint32_t slot : slots) offer(best, states_[slot]);
        if (!best.present) return out.blank(reason::no_data);
        write_payload(best.kept, with.argument, texts_, out);
    }

private:
    struct state {
        Key key{};
        Key kept{};
        bool present = false;
    };
    void offer(state& to, const state& from) const {
        if (!from.present) return;
        if (!to.present || (largest_ ? to.key < from.key : from.key < to.key)) to = from;
    }
    std::vector<state> states_;
    text_source texts_;
    bool largest_;
};

}  // namespace merit::engine
