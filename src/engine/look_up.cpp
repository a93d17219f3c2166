#include "engine/look_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/states/order_key.hpp"
#include "plan/timeline.hpp"

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

namespace {

/// A date or instant of a column as local time.
std::int64_t local_at(const environment& in, const column& times, std::size_t row) {
    const std::int64_t time = number_at(times, row);
    return times.type().kind == type_kind::date ? time * calendar::day_us
                                                : in.calendar.to_local(time);
}

/// Rows recorded after `as of` are not there.
bool is_hidden(const environment& in, const plan::table_use& use, const table& rows,
               std::size_t row) {
    if (use.recorded == plan::nothing || !in.as_of) return false;
    const column& recorded = rows.at(use.recorded);
    if (!recorded.present(row)) return false;
    return number_at(recorded, row) > last_visible(in, plan::nothing, recorded.type());
}

}  // namespace

/// Of a versioned table the number stands in place of the row.
std::uint32_t key_index::number_of(std::uint32_t row) {
    if (!versioned_) return row;
    versions_.emplace_back();
    return static_cast<std::uint32_t>(versions_.size() - 1);
}

result<void> key_index::list_versions(const environment& in, const plan::table_use& use,
                                      const table& rows, const std::vector<std::uint8_t>& has_key) {
    const column& keys = rows.at(use.key);
    const column& from = rows.at(use.from);
    const column& to = rows.at(use.to);
    for (std::uint32_t row = 0; row < rows.rows(); ++row) {
        if (has_key[row] == 0) continue;
        const std::uint32_t key = texts_ != nullptr
                                      ? by_code_[texts_->find((*texts_)[code_at(keys, row)])]
                                      : by_number_.at(number_at(keys, row));
        const std::int64_t since =
            from.present(row) ? local_at(in, from, row) : plan::beginning_of_time;
        const std::int64_t until = to.present(row) ? local_at(in, to, row) : plan::end_of_time;
        if (since < until) versions_[key].push_back({since, until, row});
    }
    for (std::vector<version>& of : versions_) {
        std::sort(of.begin(), of.end(),
                  [](const version& a, const version& b) { return a.from < b.from; });
        for (std::size_t i = 1; i < of.size(); ++i) {
            if (of[i - 1].to <= of[i].from) continue;
            return error(
                "E811",
                fmt::format("table {} has two versions of {} {} at one time: rows {} and {}",
                            use.name, use.entity, to_string(keys.at(of[i].row)),
                            std::min(of[i - 1].row, of[i].row) + 1,
                            std::max(of[i - 1].row, of[i].row) + 1),
                "let one version end where the next begins");
        }
    }
    return {};
}

std::uint32_t key_index::version_at(std::uint32_t key, std::int64_t local,
                                    std::int64_t& since) const {
    const std::vector<version>& of = versions_[key];
    auto after = std::upper_bound(of.begin(), of.end(), local,
                                  [](std::int64_t t, const version& one) { return t < one.from; });
    if (after == of.begin()) return no_row;
    --after;
    since = after->from;
    return local < after->to ? after->row : no_row;
}

std::span<const key_index::version> key_index::versions_between(std::uint32_t key,
                                                                std::int64_t from,
                                                                std::int64_t since) const {
    const std::vector<version>& of = versions_[key];
    const auto first = std::partition_point(of.begin(), of.end(),
                                            [from](const version& one) { return one.to <= from; });
    const auto last = std::partition_point(
        first, of.end(), [since](const version& one) { return one.from < since; });
    return {first, last};
}

std::uint32_t key_index::version_near(std::uint32_t key, std::int64_t local) const {
    const std::vector<version>& of = versions_[key];
    if (of.empty()) return no_row;
    const auto after =
        std::upper_bound(of.begin(), of.end(), local,
                         [](std::int64_t t, const version& one) { return t < one.from; });
    return after == of.begin() ? of.front().row : (after - 1)->row;
}

result<key_index> key_index::make(const environment& in, plan::id which, const full_column* kept) {
    const plan::table_use& use = in.what.tables[which];
    const table& rows = in.tables[which];
    key_index out;
    out.versioned_ = use.from != plan::nothing;
    const column& keys = rows.at(use.key);
    std::vector<std::uint8_t> has_key(rows.rows(), 0);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const bool seen =
            kept == nullptr ||
            (kept->whole[row] != 0 && (kept->marks.empty() || (kept->marks[row] & unusable) == 0));
        has_key[row] = keys.present(row) && seen && !is_hidden(in, use, rows, row) ? 1 : 0;
    }
    std::vector<std::string> twice;
    if (keys.type().kind == type_kind::text) {
        out.texts_ = keys.texts().get();
        out.by_code_.assign(out.texts_ == nullptr ? 0 : out.texts_->size(), no_row);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            if (has_key[row] == 0) continue;
            // A host's dictionary may hold a text twice; the first code stands for both.
            const std::size_t code = out.texts_->find((*out.texts_)[code_at(keys, row)]);
            if (out.by_code_[code] == no_row)
                out.by_code_[code] = out.number_of(static_cast<std::uint32_t>(row));
            else if (!out.versioned_)
                twice.emplace_back((*out.texts_)[code]);
        }
    } else {
        out.by_number_.reserve(rows.rows());
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            if (has_key[row] == 0) continue;
            const auto [place, fresh] =
                out.by_number_.try_emplace(number_at(keys, row), static_cast<std::uint32_t>(row));
            if (fresh)
                place->second = out.number_of(place->second);
            else if (!out.versioned_)
                twice.push_back(to_string(keys.at(row)));
        }
    }
    if (!twice.empty()) return duplicates(use, twice);
    if (out.versioned_) {
        if (auto done = out.list_versions(in, use, rows, has_key); !done) return done.error();
        return out;
    }
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
    result<key_index> made = key_index::make(in, table, kept);
    if (!made) return made.error();
    return &indexes_.emplace(table, std::move(*made)).first->second;
}

namespace {

/// Times of an operand by the local clock; nothing where one is blank.
std::optional<std::int64_t> local_time_of(const call& with, std::size_t operand, std::size_t i) {
    const vector& times = with.of[operand - 1];
    if ((times.mark_at(i) & unusable) != 0) return std::nullopt;
    const merit::type& type = with.in.what.expressions[with.what.of[operand]].type;
    return type.kind == type_kind::date ? times.whole[i] * calendar::day_us
                                        : with.in.calendar.to_local(times.whole[i]);
}

bool are_same(const full_column& of, std::uint32_t a, std::uint32_t b) {
    const auto unknown = [&](std::uint32_t row) {
        return !of.marks.empty() && (of.marks[row] & unusable) != 0;
    };
    if (unknown(a) || unknown(b)) return unknown(a) && unknown(b);
    if (of.kind == lane::wide) return of.wide[a] == of.wide[b];
    if (of.kind == lane::real) return of.real[a] == of.real[b];
    return of.whole[a] == of.whole[b];
}

/// The versions that hold at the instant of each row, in place of the numbers of their keys.
/// `changed`: where a value from the fourth operand on was another one before.
void pick_versions(const call& with, const key_index& index, const full_column& values,
                   std::vector<std::uint32_t>& rows, std::vector<std::uint8_t>& changed) {
    changed.assign(with.count, 0);
    const std::int64_t known =
        with.in.as_of ? with.in.calendar.to_local(*with.in.as_of) + 1 : plan::end_of_time;
    for (std::size_t i = 0; i < with.count; ++i) {
        if (rows[i] == no_row) continue;
        auto at = local_time_of(with, 2, i);
        const bool nearest = with.what.what == language::function::if_blank ||
                             with.what.what == language::function::last;
        const bool before = with.what.what == language::function::less ||
                            with.what.what == language::function::last;
        // Without a period the last covered instant is `as of`; none after it is covered.
        if (before && (!at || (!nearest && *at > known))) at = known;
        if (!at) {
            rows[i] = no_row;
            continue;
        }
        if (nearest) {
            rows[i] = index.version_near(rows[i], before ? *at - 1 : *at);
            continue;
        }
        std::int64_t since = plan::beginning_of_time;
        const std::uint32_t key = rows[i];
        rows[i] = index.version_at(key, before ? *at - 1 : *at, since);
        if (with.what.of.size() < 4 || rows[i] == no_row) continue;
        const auto from = local_time_of(with, 3, i);
        if (!from || since <= *from) continue;
        for (const key_index::version& one : index.versions_between(key, *from, since))
            if (!are_same(values, one.row, rows[i])) changed[i] = 1;
    }
}

}  // namespace

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
            if (keys.texts.known == nullptr || by_code.empty())
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
    std::vector<std::uint8_t> changed;
    if (index.has_versions()) pick_versions(with, index, target, rows, changed);
    gather(target, rows.data(), with.count, with.out);
    for (std::size_t i = 0; i < with.count; ++i) {
        if (rows[i] == no_row)
            with.out.marks()[i] = blank_for(reason::no_data);
        else if (i < changed.size() && changed[i] != 0) {
            if (with.out.view.marks == nullptr) with.out.begin_marks(with.count);
            if (with.out.marks()[i] == 0) with.out.marks()[i] = static_cast<mark>(reason::changed);
        }
    }
    if (keys.origins == nullptr) return;
    for (std::size_t i = 0; i < with.count; ++i) {
        if ((keys.marks[i] & error_bit) != 0) with.out.fail(i, with.count, keys.origins[i]);
    }
}

}  // namespace merit::engine
