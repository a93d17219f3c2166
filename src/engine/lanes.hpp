// Operands read in the lane that a function works in, and loops over the usable rows.
#pragma once

#include <cmath>
#include <vector>

#include "engine/environment.hpp"

namespace merit::engine {

/// The values of a vector as 128-bit numbers; copied only where they lie otherwise.
class wide_operand {
public:
    wide_operand(const vector& from, std::size_t count) : at_(from.wide) {
        if (from.kind == lane::wide) return;
        copy_.resize(count);
        for (std::size_t i = 0; i < count && from.whole != nullptr; ++i) copy_[i] = from.whole[i];
        at_ = copy_.data();
    }
    const int128& operator[](std::size_t i) const { return at_[i]; }

private:
    std::vector<int128> copy_;
    const int128* at_;
};

/// The values of a vector as doubles, decimals rounded once.
class real_operand {
public:
    real_operand(const vector& from, const merit::type& type, std::size_t count) : at_(from.real) {
        if (from.kind == lane::real) return;
        copy_.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            if ((from.mark_at(i) & unusable) != 0) continue;
            copy_[i] = from.kind == lane::wide ? scaled(from.wide[i], type.scale)
                                               : static_cast<double>(from.whole[i]);
        }
        at_ = copy_.data();
    }
    const double& operator[](std::size_t i) const { return at_[i]; }

private:
    std::vector<double> copy_;
    const double* at_;
};

/// Marks value i blank for a reason, whatever marks there were.
inline void make_blank(const call& with, std::size_t i, reason why) {
    if (with.out.view.marks == nullptr) with.out.begin_marks(with.count);
    with.out.marks()[i] = blank_for(why);
}

/// Calls f(i) for each row whose operands (after combine_marks) may be used.
template <class F>
void each_usable(const call& with, const mark* marks, F f) {
    if (marks == nullptr) {
        for (std::size_t i = 0; i < with.count; ++i) f(i);
        return;
    }
    for (std::size_t i = 0; i < with.count; ++i) {
        if ((marks[i] & unusable) == 0) f(i);
    }
}

/// N11: a result that is no number becomes a blank.
inline void keep_finite(const call& with, std::size_t i) {
    if (!std::isfinite(with.out.real()[i])) {
        with.out.real()[i] = 0;
        make_blank(with, i, reason::not_meaningful);
    }
}

}  // namespace merit::engine
