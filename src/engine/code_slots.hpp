// Slots of a dense grouping, read off codes where every key is a function of one.
#pragma once

#include "engine/group.hpp"
#include "engine/selection.hpp"

namespace merit::engine {

class code_slots {
public:
    /// Nothing when the grouping is not dense, or a key is no function of one code.
    [[nodiscard]] static std::optional<code_slots> make(const environment& in,
                                                        const row_bindings& bound,
                                                        const grouping& of,
                                                        const std::vector<key_domain>& domains);

    /// Slots of a batch. Rows lie in one pane, or in those of `panes`; without a pane (no_pane)
    /// they get any slot.
    void number(std::size_t first, std::size_t count, std::uint32_t pane,
                const std::uint32_t* panes, std::uint32_t* slots) const;

private:
    /// What a code adds to the slot.
    struct key {
        const column* codes;
        bool straight;                       ///< the code itself
        std::vector<std::uint32_t> by_code;  ///< unless straight
        std::uint32_t of_blank;
        [[nodiscard]] std::uint32_t of(std::size_t code) const {
            return straight ? static_cast<std::uint32_t>(code) : by_code[code];
        }
    };
    static std::optional<key> key_of(const environment& in, const row_bindings& bound,
                                     const grouping& of, const std::vector<key_domain>& domains,
                                     std::size_t which);
    template <class Code>
    static void add(const key& what, std::size_t first, std::size_t count, std::uint32_t* slots);

    std::uint32_t groups_ = 1;
    std::vector<key> keys_;
};

}  // namespace merit::engine
