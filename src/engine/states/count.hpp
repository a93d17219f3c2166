// rows: how many rows are kept. count: how many of them have an argument. Over nothing both are 0
// (N4).
#pragma once

#include "engine/states/state.hpp"

namespace merit::engine {

class row_states final : public state_array {
public:
    void resize(std::size_t slots) override { rows_.resize(slots, 0); }
    void update(const update_batch& with) override {
        if (with.slots == nullptr) {
            rows_[with.slot] += with.count;
        } else if (rows_.size() > few_slots) {
            each_row(with, [this](std::uint32_t, std::uint32_t slot) { ++rows_[slot]; });
        } else {
            std::uint32_t in_turn[few_slots * turns] = {};
            each_row(with, [&in_turn](std::uint32_t i, std::uint32_t slot) {
                ++in_turn[slot * turns + i % turns];
            });
            for (std::size_t at = 0; at < rows_.size() * turns; ++at)
                rows_[at / turns] += in_turn[at];
        }
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const row_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) rows_[to[i]] += from.rows_[i];
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        std::uint64_t sum = 0;
        for (const std::uint32_t slot : slots) sum += rows_[slot];
        out.whole(static_cast<std::int64_t>(sum));
    }
    [[nodiscard]] std::uint64_t rows_in(std::uint32_t slot) const override { return rows_[slot]; }

private:
    std::vector<std::uint64_t> rows_;
};

class count_states final : public state_array {
public:
    void resize(std::size_t slots) override { present_.resize(slots, 0); }
    void update(const update_batch& with) override {
        each_present(with, [this](std::uint32_t, std::uint32_t slot) { ++present_[slot]; });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const count_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) present_[to[i]] += from.present_[i];
    }
    void finalize(const final_call&, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        std::uint64_t sum = 0;
        for (const std::uint32_t slot : slots) sum += present_[slot];
        out.whole(static_cast<std::int64_t>(sum));
    }

private:
    std::vector<std::uint64_t> present_;
};

}  // namespace merit::engine
