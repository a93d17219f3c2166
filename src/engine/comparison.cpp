// = != < <= > >= and in. Two-valued (N2): with a blank side a comparison is false, and != and
// `not in` are the exact negations of = and in.
#include <algorithm>
#include <string>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

template <class Value>
bool holds(function what, const Value& a, const Value& b) {
    switch (what) {
        case function::equal:
            return a == b;
        case function::not_equal:
            return !(a == b);
        case function::less:
            return a < b;
        case function::less_equal:
            return a <= b;
        case function::greater:
            return a > b;
        default:
            return a >= b;
    }
}

/// The result of rows with a blank side or an error; the marks of the operands end here.
void settle_marks(const call& with, bool of_blank) {
    std::int64_t* out = with.out.whole();
    for (const vector& one : with.of) {
        if (one.marks == nullptr) continue;
        for (std::size_t i = 0; i < with.count; ++i) {
            if ((one.marks[i] & blank_bit) != 0) out[i] = of_blank ? 1 : 0;
        }
    }
    for (const vector& one : with.of) {
        if (one.origins == nullptr) continue;
        for (std::size_t i = 0; i < with.count; ++i) {
            if ((one.marks[i] & error_bit) != 0 && (with.out.view.mark_at(i) & error_bit) == 0)
                with.out.fail(i, with.count, one.origins[i]);
        }
    }
}

template <class Read>
void compare_all(const call& with, const Read& a, const Read& b) {
    std::int64_t* out = with.out.begin_whole(with.count);
    const auto loop = [&](auto test) {
        for (std::size_t i = 0; i < with.count; ++i) out[i] = test(a[i], b[i]) ? 1 : 0;
    };
    // One loop per operator, so that each has a test of its own and may become vector code.
    switch (with.what.what) {
        case function::equal:
            return loop([](const auto& x, const auto& y) { return x == y; });
        case function::not_equal:
            return loop([](const auto& x, const auto& y) { return !(x == y); });
        case function::less:
            return loop([](const auto& x, const auto& y) { return x < y; });
        case function::less_equal:
            return loop([](const auto& x, const auto& y) { return x <= y; });
        case function::greater:
            return loop([](const auto& x, const auto& y) { return x > y; });
        default:
            return loop([](const auto& x, const auto& y) { return x >= y; });
    }
}

void compare_texts(const call& with) {
    std::int64_t* out = with.out.begin_whole(with.count);
    for (std::size_t i = 0; i < with.count; ++i) {
        if (((with.of[0].mark_at(i) | with.of[1].mark_at(i)) & unusable) != 0) continue;
        out[i] = holds(with.what.what, with.of[0].texts.at(with.of[0].whole[i]),
                       with.of[1].texts.at(with.of[1].whole[i]))
                     ? 1
                     : 0;
    }
}

void compare(const call& with) {
    const bool of_blank = with.what.what == function::not_equal;
    if (with.type_of(0).kind == type_kind::blank || with.type_of(1).kind == type_kind::blank) {
        std::fill_n(with.out.begin_whole(with.count), with.count, 0);
        return settle_marks(with, of_blank);
    }
    const lane a = with.of[0].kind;
    const lane b = with.of[1].kind;
    if (a == lane::text || b == lane::text) {
        compare_texts(with);
    } else if (a == lane::real || b == lane::real) {
        compare_all(with, real_operand(with.of[0], with.type_of(0), with.count),
                    real_operand(with.of[1], with.type_of(1), with.count));
    } else if (a == lane::wide || b == lane::wide) {
        compare_all(with, wide_operand(with.of[0], with.count),
                    wide_operand(with.of[1], with.count));
    } else {
        compare_all(with, with.of[0].whole, with.of[1].whole);
    }
    settle_marks(with, of_blank);
}

/// Value i of an operand equals value i of the needle; types agree.
bool same(const vector& needle, const vector& one, std::size_t i) {
    if ((one.mark_at(i) & unusable) != 0) return false;
    switch (needle.kind) {
        case lane::wide:
            return one.kind == lane::wide && needle.wide[i] == one.wide[i];
        case lane::real:
            return one.kind == lane::real && needle.real[i] == one.real[i];
        case lane::text:
            return one.kind == lane::text &&
                   needle.texts.at(needle.whole[i]) == one.texts.at(one.whole[i]);
        default:
            return one.kind == lane::whole && needle.whole[i] == one.whole[i];
    }
}

void find_in(const call& with) {
    const vector& needle = with.of[0];
    std::int64_t* out = with.out.begin_whole(with.count);
    for (std::size_t i = 0; i < with.count; ++i) {
        const mark m = needle.mark_at(i);
        out[i] = 0;
        if ((m & error_bit) != 0) with.out.fail(i, with.count, needle.origins[i]);
        if ((m & unusable) != 0) continue;
        for (std::size_t k = 1; k < with.of.size() && out[i] == 0; ++k)
            out[i] = same(needle, with.of[k], i) ? 1 : 0;
    }
}

}  // namespace

bool apply_comparison(const call& with) {
    switch (with.what.what) {
        case function::equal:
        case function::not_equal:
        case function::less:
        case function::less_equal:
        case function::greater:
        case function::greater_equal:
            compare(with);
            return true;
        case function::in:
            find_in(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
