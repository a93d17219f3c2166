#include "engine/condition.hpp"

#include <algorithm>

namespace merit::engine {

using plan::id;

namespace {

/// Bits for present rows as they are, for blank ones as told, behind the batch 0.
void settle_blanks(const column& codes, std::size_t first, std::size_t count, bool of_blank,
                   row_word* out) {
    if (codes.validity() == nullptr) return;
    const validity_view validity(codes.validity(), first, codes.size());
    for (std::size_t at = 0; at < count; at += word_rows) {
        const row_word present = validity.word(at);
        row_word& word = out[at / word_rows];
        word = (word & present) | (of_blank ? ~present : 0);
        word &= low_bits(count - at);
    }
}

template <class Code>
void look_up_codes(const column& codes, std::size_t first, std::size_t count,
                   const std::uint8_t* bits, std::uint8_t* out) {
    const Code* at = static_cast<const Code*>(codes.data()) + first;
    for (std::size_t i = 0; i < count; ++i) out[i] = bits[at[i]];
}

std::vector<id> evaluated_roots(std::span<const conjunct> all,
                                const std::vector<std::uint32_t>& evaluated) {
    std::vector<id> out;
    for (const std::uint32_t which : evaluated) out.push_back(all[which].condition);
    return out;
}

/// What a condition says of each code; nothing when it is no function of one code, or fails on one.
std::optional<std::vector<std::uint8_t>> truth_by_code(const row_bindings& bound,
                                                       const conjunct& of) {
    const bound_expression& from = bound.at(of.condition);
    if (of.visible || from.how != bound_expression::way::by_code) return std::nullopt;
    if (from.values.kind != lane::whole || !from.values.origins.empty()) return std::nullopt;
    std::vector<std::uint8_t> out(from.values.size());
    for (std::size_t code = 0; code < out.size(); ++code) {
        const mark m = from.values.marks.empty() ? mark{0} : from.values.marks[code];
        out[code] = (m & unusable) == 0 && from.values.whole[code] != 0 ? 1 : 0;
    }
    return out;
}

}  // namespace

code_tests::code_tests(const environment& in, id table, std::uint32_t column)
    : table_(table), at_(column), codes_(in.tables[table].at(column)) {}

bool code_tests::reads(id table, std::uint32_t column) const {
    return table == table_ && column == at_;
}

bool code_tests::compare(std::uint32_t conjunct, const std::vector<std::uint8_t>& truth) {
    if (codes_.storage() != storage::code8) return false;
    const std::size_t codes = truth.size() - 1;
    const auto end = truth.begin() + static_cast<std::ptrdiff_t>(codes);
    const auto hold = static_cast<std::size_t>(std::count(truth.begin(), end, 1));
    if (std::min(hold, codes - hold) > most_matched) return false;
    comparison made{conjunct, {}, hold > codes - hold, truth.back() != 0};
    for (std::size_t code = 0; code < codes; ++code) {
        if ((truth[code] != 0) != made.inverted)
            made.codes.push_back(static_cast<std::uint8_t>(code));
    }
    comparisons_.push_back(std::move(made));
    return true;
}

void code_tests::add(std::uint32_t conjunct, const std::vector<std::uint8_t>& truth) {
    if (compare(conjunct, truth)) return;
    if (tables_.empty() || tables_.back().conjuncts.size() == 8) {
        tables_.emplace_back();
        tables_.back().bits.resize(truth.size() - 1);
    }
    look_up_table& into = tables_.back();
    const std::size_t bit = into.conjuncts.size();
    into.conjuncts.push_back(conjunct);
    for (std::size_t code = 0; code + 1 < truth.size(); ++code)
        into.bits[code] = static_cast<std::uint8_t>(into.bits[code] | truth[code] << bit);
    into.of_blank = static_cast<std::uint8_t>(into.of_blank | truth.back() << bit);
}

void code_tests::look_up(const look_up_table& in, std::size_t first, std::size_t count) {
    if (found_.size() < count) found_.resize(count);
    if (codes_.storage() == storage::code8)
        look_up_codes<std::uint8_t>(codes_, first, count, in.bits.data(), found_.data());
    else if (codes_.storage() == storage::code16)
        look_up_codes<std::uint16_t>(codes_, first, count, in.bits.data(), found_.data());
    else
        look_up_codes<std::uint32_t>(codes_, first, count, in.bits.data(), found_.data());
}

void code_tests::run(std::size_t first, std::size_t count,
                     std::vector<std::vector<row_word>>& out) {
    for (const comparison& one : comparisons_) {
        row_word* words = out[one.conjunct].data();
        match_codes(static_cast<const std::uint8_t*>(codes_.data()) + first, count, one.codes,
                    words);
        if (one.inverted) {
            for (std::size_t at = 0; at < count; at += word_rows)
                words[at / word_rows] = ~words[at / word_rows] & low_bits(count - at);
        }
        settle_blanks(codes_, first, count, one.of_blank, words);
    }
    for (const look_up_table& one : tables_) {
        look_up(one, first, count);
        for (unsigned bit = 0; bit < one.conjuncts.size(); ++bit) {
            row_word* words = out[one.conjuncts[bit]].data();
            pack_bits(found_.data(), count, bit, words);
            settle_blanks(codes_, first, count, (one.of_blank >> bit & 1) != 0, words);
        }
    }
}

condition_tests::condition_tests(const environment& in, const row_bindings& bound,
                                 row_leaves& leaves, text_pool& texts,
                                 std::span<const conjunct> all)
    : in_(in),
      bound_(bound),
      all_(all),
      always_(all.size()),
      evaluated_([&] {
          std::vector<std::uint32_t> out;
          for (std::uint32_t which = 0; which < all.size(); ++which) {
              if (!bind_codes(bound, which)) out.push_back(which);
          }
          return out;
      }()),
      values_(in, leaves, evaluated_roots(all, evaluated_), texts),
      holds_(all.size()) {
    settled_ = always_;
}

bool condition_tests::bind_codes(const row_bindings& bound, std::uint32_t which) {
    const auto truth = truth_by_code(bound, all_[which]);
    if (!truth) return false;
    if (std::count(truth->begin(), truth->end(), truth->front()) ==
        static_cast<std::ptrdiff_t>(truth->size())) {
        always_[which] = truth->front() != 0;
        return true;
    }
    const bound_expression& from = bound.at(all_[which].condition);
    auto tests = std::find_if(by_code_.begin(), by_code_.end(), [&](const code_tests& one) {
        return one.reads(from.table, from.column);
    });
    if (tests == by_code_.end()) {
        by_code_.emplace_back(in_, from.table, from.column);
        tests = by_code_.end() - 1;
    }
    tests->add(which, *truth);
    return true;
}

void condition_tests::enter(std::size_t first) {
    settled_ = always_;
    for (const std::uint32_t which : evaluated_) {
        // A row is visible when its time is blank or not after `as of`; columns know their latest.
        const bound_expression& from = bound_.at(all_[which].condition);
        if (!all_[which].visible || from.how != bound_expression::way::column) continue;
        const column& times = in_.tables[from.table].at(from.column);
        const zone_map::block& zone = times.zones().blocks[first / zone_map::block_rows];
        if (zone.none_valid || zone.high <= last_visible(in_, times.type())) settled_[which] = true;
    }
}

void condition_tests::run(std::size_t first, std::size_t count) {
    for (auto& words : holds_) {
        if (words.size() < words_for(count)) words.resize(words_for(count));
    }
    for (code_tests& one : by_code_) one.run(first, count, holds_);
    const auto open = [this](std::uint32_t which) { return !settled_[which]; };
    ran_ = std::any_of(evaluated_.begin(), evaluated_.end(), open);
    if (!ran_) return;
    values_.run(first, count);
    for (const std::uint32_t which : evaluated_) {
        if (open(which)) read_values(which, count);
    }
}

void condition_tests::read_values(std::size_t which, std::size_t count) {
    const conjunct& of = all_[which];
    const vector& values = values_.at(of.condition);
    if (bytes_.size() < count) bytes_.resize(count);
    std::uint8_t* out = bytes_.data();
    if (of.visible) {
        const std::int64_t now = last_visible(in_, in_.what.expressions[of.condition].type);
        for (std::size_t i = 0; i < count; ++i) {
            const mark m = values.mark_at(i);
            out[i] = (m & blank_bit) != 0 || ((m & error_bit) == 0 && values.whole[i] <= now);
        }
    } else if (values.marks == nullptr) {
        for (std::size_t i = 0; i < count; ++i) out[i] = values.whole[i] != 0;
    } else {
        for (std::size_t i = 0; i < count; ++i)
            out[i] = (values.marks[i] & unusable) == 0 && values.whole[i] != 0;
    }
    pack_bits(out, count, 0, holds_[which].data());
}

const vector* condition_tests::failed(std::size_t which) const {
    if (!ran_ || settled_[which]) return nullptr;
    if (!std::binary_search(evaluated_.begin(), evaluated_.end(), which)) return nullptr;
    const vector& values = values_.at(all_[which].condition);
    return values.origins == nullptr ? nullptr : &values;
}

}  // namespace merit::engine
