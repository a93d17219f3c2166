#include "plan/rewrite.hpp"

#include <algorithm>

namespace merit::plan {

using language::term_id;

std::vector<term_id> conjuncts(const language::program& of, term_id condition) {
    std::vector<term_id> found;
    // A stack of our own, for a condition may be as deep as the limits allow.
    std::vector<term_id> open{condition};
    while (!open.empty()) {
        const term_id next = open.back();
        open.pop_back();
        const language::term& term = of.terms[next];
        if (term.kind == language::op::scalar && term.what == language::function::logical_and)
            open.insert(open.end(), term.of.rbegin(), term.of.rend());
        else
            found.push_back(next);
    }
    return found;
}

void normalize(std::vector<id>& conditions) {
    std::sort(conditions.begin(), conditions.end());
    conditions.erase(std::unique(conditions.begin(), conditions.end()), conditions.end());
}

}  // namespace merit::plan
