// Builds a plan node by node: equal nodes get one id, which is how terms, conjuncts and scans come
// to be shared.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "plan/nodes.hpp"

namespace merit::plan {

/// A bug in the stage before, never a mistake of an author: asserts, and throws std::logic_error
/// where asserts are off.
[[noreturn]] void bug(const char* what);

class builder {
public:
    plan made;

    builder();
    /// Equal but for their place in the text: the first place stays.
    id add(expression node);
    id add(final_value node);
    id add(interval_map node);
    id add(source node);
    id add(axis node);
    id add(cell node);
    id add(sequence node);
    id add(chain node);
    id add(chain_value node);
    id add(peer_window node);
    id add(broadcast node);
    /// Makes an axis readable through a map; its order says which panes a map merges.
    void read_through(id axis, id map);
    /// Index of an equal constant, or of a new one.
    id constant(const value& what);

    [[nodiscard]] const expression& at(id which) const { return made.expressions[which]; }
    /// True when the expression reads the period of a frame row, so that no scan can evaluate it.
    [[nodiscard]] bool reads_period(id which) const { return reads_period_[which]; }

private:
    using words = std::vector<std::uint32_t>;
    struct hash {
        std::size_t operator()(const words& key) const noexcept;
    };
    using index = std::unordered_map<words, id, hash>;

    template <class Node>
    id intern(index& known, words key, std::vector<Node>& all, Node node);

    index expressions_, finals_, maps_, sources_, axes_, cells_, windows_, broadcasts_, sequences_,
        chains_, chain_values_;
    std::unordered_map<std::string, std::vector<id>> constants_;  ///< by text
    std::vector<bool> reads_period_;
};

}  // namespace merit::plan
