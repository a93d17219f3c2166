// first and last: the value of the row that comes first (or last) by its order, then by the
// table's `order:` column, then by the value itself, the larger being the later. Rows without a
// value or without an order do not stand in line. Blank over nothing.
#pragma once

#include <tuple>

#include "engine/states/extreme.hpp"

namespace merit::engine {

class pick_states final : public state_array {
public:
    explicit pick_states(bool last) : last_(last) {}

    void resize(std::size_t slots) override { states_.resize(slots); }
    void update(const update_batch& with) override {
        const vector& from = *with.argument;
        texts_ = from.texts;
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            const bool ordered = with.order != nullptr;
            if (ordered && (with.order->mark_at(i) & blank_bit) != 0) return;
            const bool tied = with.tie != nullptr && (with.tie->mark_at(i) & blank_bit) == 0;
            offer(states_[slot],
                  {ordered ? order_key(*with.order, i) : 0, tied ? order_key(*with.tie, i) : no_key,
                   order_key(from, i), payload(from, i), true});
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const pick_states&>(other);
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
        int128 order = 0;
        int128 tie = 0;
        int128 value = 0;
        int128 kept = 0;
        bool present = false;
    };
    void offer(state& to, const state& from) const {
        if (!from.present) return;
        const auto a = std::tie(to.order, to.tie, to.value);
        const auto b = std::tie(from.order, from.tie, from.value);
        if (!to.present || (last_ ? a < b : b < a)) to = from;
    }
    std::vector<state> states_;
    text_source texts_;
    bool last_;
};

}  // namespace merit::engine
