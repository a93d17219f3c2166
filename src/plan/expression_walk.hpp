// Expressions and what they are made of, one after another, each once.
#pragma once

#include <span>
#include <vector>

#include "plan/nodes.hpp"

namespace merit::plan {

class expression_walk {
public:
    explicit expression_walk(const plan& what)
        : what_(what), met_(what.expressions.size(), false) {}

    void add(std::span<const id> roots) { open_.insert(open_.end(), roots.begin(), roots.end()); }

    /// One that was not met before; its operands follow. nullptr at the end.
    [[nodiscard]] const expression* next() {
        while (!open_.empty()) {
            const id at = open_.back();
            open_.pop_back();
            if (met_[at]) continue;
            met_[at] = true;
            const expression& one = what_.expressions[at];
            add(one.of);
            return &one;
        }
        return nullptr;
    }

private:
    const plan& what_;
    std::vector<bool> met_;
    std::vector<id> open_;
};

}  // namespace merit::plan
