// Terms one after another, each once.
#pragma once

#include <initializer_list>
#include <set>
#include <utility>
#include <vector>

#include "language/program.hpp"

namespace merit::language {

/// What is still to be looked at; who walks says what lies below a term. The last added comes
/// first.
class term_walk {
public:
    explicit term_walk(std::vector<term_id> first) : open_(std::move(first)) {}
    explicit term_walk(term_id first) : open_{first} {}
    /// From the terms that a request shows.
    explicit term_walk(const request& asked) {
        for (const shown& one : asked.terms) open_.push_back(one.term);
    }

    void add(term_id one) { open_.push_back(one); }
    void add(std::initializer_list<term_id> more) { open_.insert(open_.end(), more); }
    void add(const std::vector<term_id>& more) {
        open_.insert(open_.end(), more.begin(), more.end());
    }

    /// One that was not met before; nothing at the end.
    [[nodiscard]] term_id next() {
        while (!open_.empty()) {
            const term_id one = open_.back();
            open_.pop_back();
            if (one != nothing && met_.insert(one).second) return one;
        }
        return nothing;
    }

private:
    std::vector<term_id> open_;
    std::set<term_id> met_;
};

}  // namespace merit::language
