// Look-ups: rows of a table by their key, and columns over that whole table.
#pragma once

#include <map>
#include <unordered_map>

#include "engine/environment.hpp"
#include "merit/result.hpp"

namespace merit::engine {

inline constexpr std::uint32_t no_row = 0xffff'ffff;

/// Rows of one table by key. Made before rows are scanned, then only read.
class key_index {
public:
    /// E811 when two rows have the same key, or two versions hold at one time. Rows that `as of`
    /// hides are none. `kept`: only these rows have one.
    [[nodiscard]] static result<key_index> make(const environment& in, plan::id table,
                                                const full_column* kept = nullptr);

    /// Prepares for codes of a dictionary, which need not be that of the key.
    void learn(const dictionary& texts);
    /// Row of a key that is no text; no_row when there is none.
    [[nodiscard]] std::uint32_t row_of(std::int64_t number) const;
    /// Row of a text key, by the text itself.
    [[nodiscard]] std::uint32_t row_of(std::string_view text) const;
    /// Row by code of a dictionary that was learnt.
    [[nodiscard]] std::span<const std::uint32_t> rows_by_code(const dictionary& texts) const;

    /// Does a key have several rows, one after the other? Then what is called a row above is a
    /// number of the key.
    [[nodiscard]] bool has_versions() const { return versioned_; }
    /// The row that holds at a local time; no_row when none does. `since`: when it began.
    [[nodiscard]] std::uint32_t version_at(std::uint32_t key, std::int64_t local,
                                           std::int64_t& since) const;
    /// A row of a key, from a local time until another.
    struct version {
        std::int64_t from;
        std::int64_t to;
        std::uint32_t row;
    };
    /// Those before the one that began at `since` that held at `from` or later.
    [[nodiscard]] std::span<const version> versions_between(std::uint32_t key, std::int64_t from,
                                                            std::int64_t since) const;
    /// The row that holds at a local time, or held last before it, or else is the first.
    [[nodiscard]] std::uint32_t version_near(std::uint32_t key, std::int64_t local) const;

private:
    /// `has_key`: one byte a row.
    result<void> list_versions(const environment& in, const plan::table_use& use, const table& rows,
                               const std::vector<std::uint8_t>& has_key);
    [[nodiscard]] std::uint32_t number_of(std::uint32_t row);

    bool versioned_ = false;
    std::vector<std::vector<version>> versions_;  ///< by number of the key, in order
    const dictionary* texts_ = nullptr;
    std::uint32_t missing_ = no_row;  ///< row of a key that is not there
    std::vector<std::uint32_t> by_code_;
    std::unordered_map<std::int64_t, std::uint32_t> by_number_;
    std::map<const dictionary*, std::vector<std::uint32_t>> foreign_;
};

/// Everything that look-ups of a run need.
class look_ups {
public:
    /// The index of a table, made at the first call; of a view, over the rows that it keeps.
    result<key_index*> index(const environment& in, plan::id table,
                             const full_column* kept = nullptr);
    [[nodiscard]] bool has_index(plan::id table) const { return indexes_.contains(table); }
    [[nodiscard]] const key_index& index(plan::id table) const { return indexes_.at(table); }

    void add(plan::id target, full_column values) { targets_.emplace(target, std::move(values)); }
    [[nodiscard]] bool knows(plan::id target) const { return targets_.contains(target); }
    [[nodiscard]] const full_column& target(plan::id target) const { return targets_.at(target); }

private:
    std::map<plan::id, key_index> indexes_;
    std::unordered_map<plan::id, full_column> targets_;  ///< by target expression
};

}  // namespace merit::engine
