#include "engine/look_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;

namespace {

/// Keys that are no texts, as one number each.
std::int64_t number_at(const column& keys, std::size_t row) {
    switch (keys.storage()) {
        case storage::byte:
            return static_cast<const std::uint8_t*>(keys.data())[row];
        case storage::int32:
            return static_cast<const std::int32_t*>(keys.data())[row];
        case storage::float64:
            return ordered_bits(static_cast<const double*>(keys.data())[row]);
        case storage::int128:
            return static_cast<std::int64_t>(static_cast<const int128*>(keys.data())[row]);
        default:
            return static_cast<const std::int64_t*>(keys.data())[row];
    }
}

std::size_t code_at(const column& keys, std::size_t row) {
    if (keys.storage() == storage::code8) return static_cast<const std::uint8_t*>(keys.data())[row];
    if (keys.storage() == storage::code16)
        return static_cast<const std::uint16_t*>(keys.data())[row];
    return static_cast<const std::uint32_t*>(keys.data())[row];
}

error duplicates(const plan::table_use& use, const std::vector<std::string>& twice) {
    std::string names;
    for (std::size_t i = 0; i < twice.size() && i < 3; ++i)
        names += fmt::format("{}{}", i == 0 ? "" : ", ", twice[i]);
    if (twice.size() > 3) names += fmt::format(" and {} more", twice.size() - 3);
    return error("E811",
                 fmt::format("table {} has more than one row for a {}: {}", use.name,
                             use.entity.empty() ? "key" : use.entity, names),
                 fmt::format("keep one row for each {}", use.columns.fields[use.key].name));
}

}  // namespace

std::int64_t last_visible(const environment& in, plan::id as_of, const merit::type& type) {
    std::int64_t last = in.as_of.value_or(0);
    if (as_of != plan::nothing) {
        const auto& then = std::get<timestamp_value>(in.what.constants[as_of]);
        last = in.as_of ? std::min(last, then.microseconds) : then.microseconds;
    }
    if (type.kind != type_kind::date) return last;
    // A date is there from its local midnight on.
    return calendar::day_below(in.calendar.to_local(last));
}

result<key_index> key_index::make(const plan::table_use& use, const table& rows,
                                  const full_column* kept) {
    key_index out;
    const column& keys = rows.at(use.key);
    const auto has_key = [&](std::size_t row) {
        if (!keys.present(row)) return false;
        if (kept == nullptr) return true;
        return kept->whole[row] != 0 && (kept->marks.empty() || (kept->marks[row] & unusable) == 0);
    };
    std::vector<std::string> twice;
    if (keys.type().kind == type_kind::text) {
        out.texts_ = keys.texts().get();
        out.by_code_.assign(out.texts_ == nullptr ? 0 : out.texts_->size(), no_row);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            if (!has_key(row)) continue;
            // A host's dictionary may hold a text twice; the first code stands for both.
            const std::size_t code = out.texts_->find((*out.texts_)[code_at(keys, row)]);
            if (out.by_code_[code] != no_row)
                twice.emplace_back((*out.texts_)[code]);
            else
                out.by_code_[code] = static_cast<std::uint32_t>(row);
        }
    } else {
        out.by_number_.reserve(rows.rows());
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            if (!has_key(row)) continue;
            const auto [place, fresh] =
                out.by_number_.try_emplace(number_at(keys, row), static_cast<std::uint32_t>(row));
            if (!fresh) twice.push_back(to_string(keys.at(row)));
        }
    }
    if (!twice.empty()) return duplicates(use, twice);
    if (use.has_default && rows.rows() != 0) {
        out.missing_ = static_cast<std::uint32_t>(rows.rows() - 1);
        std::replace(out.by_code_.begin(), out.by_code_.end(), no_row, out.missing_);
    }
    return out;
}

void key_index::learn(const dictionary& texts) {
    const auto [place, fresh] = foreign_.try_emplace(&texts);
    if (!fresh) return;
    place->second.assign(texts.size(), missing_);
    if (texts_ == nullptr) return;
    for (std::size_t code = 0; code < texts.size(); ++code) {
        const std::size_t known = texts_->find(texts[code]);
        if (known < by_code_.size()) place->second[code] = by_code_[known];
    }
}

std::uint32_t key_index::row_of(std::int64_t number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? missing_ : found->second;
}

std::uint32_t key_index::row_of(std::string_view text) const {
    const std::size_t code = texts_ == nullptr ? 0 : texts_->find(text);
    return texts_ == nullptr || code >= by_code_.size() ? missing_ : by_code_[code];
}

std::span<const std::uint32_t> key_index::rows_by_code(const dictionary& texts) const {
    const auto found = foreign_.find(&texts);
    return found == foreign_.end() ? std::span<const std::uint32_t>() : found->second;
}

result<key_index*> look_ups::index(const environment& in, id table, const full_column* kept) {
    const auto known = indexes_.find(table);
    if (known != indexes_.end()) return &known->second;
    result<key_index> made = key_index::make(in.what.tables[table], in.tables[table], kept);
    if (!made) return made.error();
    return &indexes_.emplace(table, std::move(*made)).first->second;
}

void apply_look_up(const call& with) {
    const key_index& index = with.in.looked_up->index(with.what.with);
    const full_column& target = with.in.looked_up->target(with.what.of[0]);
    const vector& keys = with.of[0];
    std::vector<std::uint32_t> rows(with.count, no_row);
    const auto by_code = keys.kind == lane::text && keys.texts.known != nullptr
                             ? index.rows_by_code(*keys.texts.known)
                             : std::span<const std::uint32_t>();
    for (std::size_t i = 0; i < with.count; ++i) {
        if ((keys.mark_at(i) & unusable) != 0) continue;
        if (keys.kind == lane::text) {
            const auto code = static_cast<std::size_t>(keys.whole[i]);
            if (keys.texts.known == nullptr)
                rows[i] = index.row_of(keys.texts.at(keys.whole[i]));
            else if (code < by_code.size())
                rows[i] = by_code[code];
        } else if (keys.kind == lane::wide) {
            rows[i] = index.row_of(static_cast<std::int64_t>(keys.wide[i]));
        } else if (keys.kind == lane::real) {
            rows[i] = index.row_of(ordered_bits(keys.real[i]));
        } else {
            rows[i] = index.row_of(keys.whole[i]);
        }
    }
    gather(target, rows.data(), with.count, with.out);
    for (std::size_t i = 0; i < with.count; ++i) {
        if (rows[i] == no_row) with.out.marks()[i] = blank_for(reason::no_data);
    }
    if (keys.origins == nullptr) return;
    for (std::size_t i = 0; i < with.count; ++i) {
        if ((keys.marks[i] & error_bit) != 0) with.out.fail(i, with.count, keys.origins[i]);
    }
}

}  // namespace merit::engine
