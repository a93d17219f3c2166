// What looking along rows needs: which rows a source keeps, keys as numbers, places in time.
#pragma once

#include <unordered_map>

#include "engine/environment.hpp"

namespace merit::engine {

/// Expressions that must be there before an expression looks at other rows; none where it does not.
[[nodiscard]] std::vector<plan::id> read_along(const plan::plan& in, const plan::expression& what);

/// What tells which rows a source has, or nothing in its place.
void read_below(const plan::plan& in, plan::id source, std::vector<plan::id>& found);

/// One byte a row of a source's table: is it seen, and does it meet the conditions?
[[nodiscard]] std::vector<std::uint8_t> kept_rows(const environment& in, leaf_source& leaves,
                                                  plan::id source, std::span<const plan::id> where,
                                                  std::size_t rows, std::size_t batch_rows);

/// The base table below a source.
[[nodiscard]] plan::id table_below(const plan::plan& in, plan::id source);

/// A number a row. Rows of equal keys have equal ones, across tables.
using key_numbers = std::vector<std::uint32_t>;
inline constexpr std::uint32_t no_key_number = 0xffff'ffff;

class key_numbering {
public:
    /// The rows' numbers become those of pairs: the number so far and this key. A blank key has
    /// none.
    void add(const full_column& keys, key_numbers& into);
    /// To the next of several keys.
    void turn() { numbers_.clear(); }

private:
    std::int64_t code_of(const vector& view, std::size_t row, std::vector<std::int64_t>& codes);

    struct pair_hash {
        std::size_t operator()(const std::pair<std::uint32_t, int128>& of) const noexcept {
            const auto low = static_cast<std::uint64_t>(of.second);
            return static_cast<std::size_t>((low ^ (low >> 31) ^ of.first) * 0x9e37'79b9'7f4a'7c15);
        }
    };
    std::unordered_map<std::pair<std::uint32_t, int128>, std::uint32_t, pair_hash> numbers_;
    text_pool texts_;
    std::uint32_t next_ = 0;
};

/// Local times of a date or timestamp expression for every row of its table; a date is its
/// midnight.
class local_times {
public:
    local_times(const environment& in, leaf_source& leaves, plan::id time, std::size_t rows,
                std::size_t batch_rows);
    [[nodiscard]] bool present(std::size_t row) const {
        return (view_.mark_at(row) & unusable) == 0;
    }
    [[nodiscard]] std::int64_t at(std::size_t row) const;
    /// As it was, date or instant.
    [[nodiscard]] std::int64_t raw(std::size_t row) const { return view_.whole[row]; }

private:
    const environment& in_;
    full_column values_;
    vector view_;
    bool dates_;
};

/// The place of a row among those of equal time; below every place where it has none.
[[nodiscard]] int128 order_in(const full_column& orders, std::size_t row);

}  // namespace merit::engine
