// Groups: key values that mean the same in every table, and the slots of states.
#pragma once

#include <limits>
#include <map>

#include "engine/pane.hpp"
#include "engine/selection.hpp"
#include "plan/timeline.hpp"

namespace merit::engine {

/// A key of a group as one number that orders like the value; a text's is its number in the
/// domain. Blank comes last.
using key_number = int128;
inline constexpr key_number blank_key = std::numeric_limits<int128>::max();

/// The texts of one dimension over all tables that bear it, each with one number.
class text_domain {
public:
    void learn(plan::id expression, const dictionary& texts);
    /// Number by code; nullptr where a code is its own number.
    [[nodiscard]] const std::uint32_t* numbers(plan::id expression) const;
    [[nodiscard]] std::string_view at(std::size_t number) const;
    [[nodiscard]] std::size_t size() const;

private:
    const dictionary* first_ = nullptr;
    std::vector<std::string_view> more_;
    std::unordered_map<std::string_view, std::uint32_t> more_numbers_;
    std::map<plan::id, std::vector<std::uint32_t>> numbers_;
};

/// One dimension of the request that is no unit.
struct key_domain {
    std::uint32_t position = 0;  ///< in plan.grain
    merit::type type;
    text_domain texts;
};

/// Cells with the same keys and axis share group numbers.
struct grouping {
    std::vector<plan::id> keys;
    plan::id at = plan::nothing;
    const plan::axis_panes* panes = nullptr;
    std::vector<std::uint32_t> domains;  ///< beside keys: which key_domain
    bool dense = false;                  ///< slot = pane · groups + mixed radix of the keys
    std::vector<std::size_t> strides;    ///< of the keys
    std::vector<std::size_t> sizes;      ///< values of a key, its blank included
    std::size_t groups = 1;
};

/// Numbers of (keys, pane) by hashing, for groupings that are not dense.
class slot_table {
public:
    explicit slot_table(std::size_t keys) : width_(keys + 1) {}
    /// `key` holds the keys and then the pane.
    std::uint32_t slot_of(const key_number* key);
    /// The same without adding; nothing when it is not known.
    [[nodiscard]] std::optional<std::uint32_t> find(const key_number* key) const;
    [[nodiscard]] std::size_t size() const { return keys_.size() / width_; }
    [[nodiscard]] const key_number* key(std::uint32_t slot) const {
        return keys_.data() + slot * width_;
    }

private:
    [[nodiscard]] std::size_t hash(const key_number* key) const;
    void grow();

    std::size_t width_;
    std::vector<key_number> keys_;
    std::vector<std::uint32_t> places_;  ///< slot + 1, 0 for none
};

/// What the slots of a grouping mean after a scan.
class slot_directory {
public:
    slot_directory(const grouping& of, const std::vector<key_domain>& domains);

    /// Slots of a batch. `wanted` has the bits of rows that matter; other rows get any slot.
    /// `keys` are beside grouping.keys; panes are those of the rows.
    void number(std::span<const vector> keys, const std::uint32_t* panes, const row_word* wanted,
                std::size_t count, std::uint32_t* slots);
    [[nodiscard]] std::size_t slots() const;
    /// Keys and pane of a slot.
    void read(std::uint32_t slot, key_number* keys, std::uint32_t& pane) const;
    /// The slot of keys and a pane; made where it is new and the grouping is not dense.
    std::uint32_t slot_of(const key_number* keys, std::uint32_t pane);

private:
    [[nodiscard]] key_number key_of(std::size_t which, const vector& from, std::size_t i) const;

    const grouping& of_;
    const std::vector<key_domain>& domains_;
    std::vector<const std::uint32_t*> numbers_;
    slot_table table_;
    std::vector<key_number> key_;
};

/// Chooses how a grouping numbers its groups. `budget` bounds the slots of a dense one.
void choose_slots(grouping& of, const std::vector<key_domain>& domains, std::size_t budget);

}  // namespace merit::engine
