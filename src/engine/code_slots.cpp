#include "engine/code_slots.hpp"

#include <algorithm>
#include <bit>

namespace merit::engine {

std::optional<code_slots::key> code_slots::key_of(const environment& in, const row_bindings& bound,
                                                  const grouping& of,
                                                  const std::vector<key_domain>& domains,
                                                  std::size_t which) {
    const plan::id expression = of.keys[which];
    const bound_expression& from = bound.at(expression);
    const bool plain = from.how == bound_expression::way::column;
    if (!plain && from.how != bound_expression::way::by_code) return std::nullopt;
    const full_column& values = from.values;
    if (!values.origins.empty()) return std::nullopt;
    const column& codes = in.tables[from.table].at(from.column);
    if (codes.texts() == nullptr) return std::nullopt;
    const std::uint32_t* numbers = domains[of.domains[which]].texts.numbers(expression);
    const auto stride = static_cast<std::uint32_t>(of.strides[which]);
    const auto blank = static_cast<std::uint32_t>(of.sizes[which] - 1) * stride;
    key out{&codes, plain && numbers == nullptr && stride == 1, {}, blank};
    if (out.straight) return out;
    const auto add = [&](std::int64_t value) {
        const auto number = static_cast<std::size_t>(value);
        out.by_code.push_back(
            stride * (numbers == nullptr ? static_cast<std::uint32_t>(number) : numbers[number]));
    };
    for (std::size_t code = 0; code < codes.texts()->size(); ++code) {
        if (plain)
            add(static_cast<std::int64_t>(code));
        else if (!values.marks.empty() && (values.marks[code] & unusable) != 0)
            out.by_code.push_back(blank);
        else
            add(values.whole[code]);
    }
    // A formula may give blank cells a value.
    if (!plain && (values.marks.empty() || (values.marks.back() & unusable) == 0)) {
        add(values.whole.back());
        out.of_blank = out.by_code.back();
        out.by_code.pop_back();
    }
    return out;
}

std::optional<code_slots> code_slots::make(const environment& in, const row_bindings& bound,
                                           const grouping& of,
                                           const std::vector<key_domain>& domains) {
    if (!of.dense) return std::nullopt;
    code_slots out;
    out.groups_ = static_cast<std::uint32_t>(of.groups);
    for (std::size_t which = 0; which < of.keys.size(); ++which) {
        auto one = key_of(in, bound, of, domains, which);
        if (!one) return std::nullopt;
        out.keys_.push_back(std::move(*one));
    }
    return out;
}

template <class Code>
void code_slots::add(const key& what, std::size_t first, std::size_t count, std::uint32_t* slots) {
    const Code* codes = static_cast<const Code*>(what.codes->data()) + first;
    if (what.straight) {
        // No look-up, so that the compiler widens and adds whole vectors of codes.
        for (std::size_t i = 0; i < count; ++i) slots[i] += codes[i];
    } else {
        const std::uint32_t* by_code = what.by_code.data();
        for (std::size_t i = 0; i < count; ++i) slots[i] += by_code[codes[i]];
    }
    if (what.codes->validity() == nullptr) return;
    const validity_view validity(what.codes->validity(), first, what.codes->size());
    for (std::size_t at = 0; at < count; at += word_rows) {
        row_word blanks = ~validity.word(at) & low_bits(count - at);
        for (; blanks != 0; blanks &= blanks - 1) {
            const std::size_t i = at + static_cast<std::size_t>(std::countr_zero(blanks));
            slots[i] += what.of_blank - what.of(codes[i]);
        }
    }
}

void code_slots::number(std::size_t first, std::size_t count, std::uint32_t pane,
                        const std::uint32_t* panes, std::uint32_t* slots) const {
    if (panes == nullptr) {
        std::fill_n(slots, count, pane == no_pane ? 0 : pane * groups_);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            slots[i] = panes[i] == no_pane ? 0 : panes[i] * groups_;
    }
    for (const key& one : keys_) {
        if (one.codes->storage() == storage::code8)
            add<std::uint8_t>(one, first, count, slots);
        else if (one.codes->storage() == storage::code16)
            add<std::uint16_t>(one, first, count, slots);
        else
            add<std::uint32_t>(one, first, count, slots);
    }
}

}  // namespace merit::engine
