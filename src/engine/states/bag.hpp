// All values of a slot: percentiles (linear R-7 after Hyndman and Fan 1996, or discrete), the part
// held by the largest, the Gini coefficient. Blank over nothing.
#pragma once

#include <algorithm>
#include <optional>

#include "engine/exact_sum.hpp"
#include "engine/states/extreme.hpp"
#include "engine/states/wide_sum.hpp"

namespace merit::engine {

/// A number of a bag with all its digits, in units of the argument's scale.
template <class Value>
quad digits_of(Value x) {
    return static_cast<quad>(x);
}

/// p · n for a fraction given as a constant: whole part and rest. Nothing when p is none.
struct portion {
    int128 whole = 0;
    quad rest = 0;
};
[[nodiscard]] std::optional<portion> portion_of(const merit::value& p, std::uint64_t n);

/// How many of n count as the top: a whole number of them, or a fraction rounded down.
[[nodiscard]] std::optional<std::uint64_t> top_of(const merit::value& top, std::uint64_t n);

/// Sum as many digits as a double's rounding could show, exact for whole numbers.
template <class Value>
class bag_states final : public state_array {
public:
    void resize(std::size_t slots) override { bags_.resize(slots); }
    void update(const update_batch& with) override {
        each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
            bags_[slot].push_back(value_at(*with.argument, i));
        });
    }
    void merge(const state_array& other, std::span<const std::uint32_t> to) override {
        const auto& from = static_cast<const bag_states&>(other);
        for (std::size_t i = 0; i < to.size(); ++i) {
            std::vector<Value>& into = bags_[to[i]];
            into.insert(into.end(), from.bags_[i].begin(), from.bags_[i].end());
        }
    }
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override {
        std::vector<Value> all;
        for (const std::uint32_t slot : slots)
            all.insert(all.end(), bags_[slot].begin(), bags_[slot].end());
        if (all.empty()) return out.blank(reason::no_data);
        switch (with.what) {
            case language::function::top_share:
                return top_share(with, std::move(all), out);
            case language::function::gini:
                return gini(std::move(all), out);
            case language::function::percentile_disc:
                return discrete(with, std::move(all), out);
            default:
                return linear(with, std::move(all), out);
        }
    }

private:
    static Value value_at(const vector& from, std::size_t i) {
        if constexpr (std::is_same_v<Value, double>)
            return from.real[i];
        else if constexpr (std::is_same_v<Value, int128>)
            return from.wide[i];
        else
            return from.whole[i];
    }
    static void linear(const final_call& with, std::vector<Value> all, final_writer& out) {
        const bool half = with.what == language::function::median;
        const auto at = portion_of(half ? merit::value(decimal_value{5, 1}) : with.amount,
                                   all.size() - 1);
        if (!at) return out.blank(reason::not_meaningful);
        const auto low = all.begin() + static_cast<std::ptrdiff_t>(at->whole);
        std::nth_element(all.begin(), low, all.end());
        quad found = digits_of(*low);
        if (at->rest != 0 && low + 1 != all.end()) {
            const quad next = digits_of(*std::min_element(low + 1, all.end()));
            found += at->rest * (next - found);
        }
        if constexpr (std::is_same_v<Value, int128>)
            found /= static_cast<quad>(power_of_ten(with.argument.scale));
        out.real(static_cast<double>(found));
    }
    static void discrete(const final_call& with, std::vector<Value> all, final_writer& out) {
        const auto at = portion_of(with.amount, all.size());
        if (!at) return out.blank(reason::not_meaningful);
        // The smallest rank that reaches p · n.
        auto rank = static_cast<std::size_t>(at->whole) + (at->rest > 0 ? 1 : 0);
        rank = std::clamp<std::size_t>(rank, 1, all.size());
        const auto found = all.begin() + static_cast<std::ptrdiff_t>(rank - 1);
        std::nth_element(all.begin(), found, all.end());
        if constexpr (std::is_same_v<Value, double>)
            out.real(*found);
        else
            write_payload(*found, with.argument, {}, out);
    }
    static void top_share(const final_call& with, std::vector<Value> all, final_writer& out) {
        const auto top = top_of(with.amount, all.size());
        if (!top) return out.blank(reason::not_meaningful);
        const auto border = all.begin() + static_cast<std::ptrdiff_t>(*top);
        std::nth_element(all.begin(), border == all.end() ? border - 1 : border, all.end(),
                         std::greater<>());
        const big_integer held = sum_of(all.begin(), border);
        const big_integer whole = held + sum_of(border, all.end());
        if (whole.zero()) return out.blank(reason::div0);
        out.real(nearest(held, whole));
    }
    /// (2 Σ i·x_i − (n + 1) Σ x) / (n Σ x) over ascending x.
    static void gini(std::vector<Value> all, final_writer& out) {
        std::sort(all.begin(), all.end());
        // Between 0 and 1 only where nothing is negative.
        if (all.front() < 0) return out.blank(reason::not_meaningful);
        const big_integer whole = sum_of(all.begin(), all.end());
        if (whole.zero()) return out.blank(reason::div0);
        const auto n = static_cast<int128>(all.size());
        // Σ i·x_i is the sum of the sums of all tails.
        big_integer ranked;
        big_integer tail;
        for (std::size_t i = all.size(); i-- > 0;) {
            tail = tail + whole_of(all[i]);
            ranked = ranked + tail;
        }
        out.real(nearest(ranked + ranked - big_integer(n + 1) * whole, big_integer(n) * whole));
    }
    /// Exactly, for doubles in units of 2^-1074.
    static big_integer whole_of(Value x) {
        if constexpr (std::is_same_v<Value, double>) {
            exact_sum sum;
            sum.add(x);
            return sum.whole();
        } else {
            return {int128{x}};
        }
    }
    template <class Iterator>
    static big_integer sum_of(Iterator from, Iterator to) {
        std::conditional_t<std::is_same_v<Value, double>, exact_sum, wide_sum> sum;
        for (; from != to; ++from) sum.add(*from);
        return sum.whole();
    }

    std::vector<std::vector<Value>> bags_;
};

/// text_list: texts in order, joined by " > ". Order as for first and last.
class text_list_states final : public state_array {
public:
    void resize(std::size_t slots) override { lists_.resize(slots); }
    void update(const update_batch& with) override;
    void merge(const state_array& other, std::span<const std::uint32_t> to) override;
    void finalize(const final_call& with, std::span<const std::uint32_t> slots,
                  final_writer& out) const override;

private:
    struct entry {
        int128 order;
        int128 tie;
        std::uint32_t rank;
        std::uint32_t code;
        friend auto operator<=>(const entry&, const entry&) = default;
    };
    std::vector<std::vector<entry>> lists_;
    text_source texts_;
};

}  // namespace merit::engine
