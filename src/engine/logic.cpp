// Conditions and branches: and, or, not, if, ifs, if_blank, is blank, reason. Two-valued (N2): a
// blank condition is false. An error counts only where it decides the result (N10).
#include <algorithm>

#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

/// and, or: true or false if any operand decides, else the first error, else the other one.
void join(const call& with, bool decisive) {
    std::int64_t* out = with.out.begin_whole(with.count);
    std::fill_n(out, with.count, decisive ? 0 : 1);
    for (const vector& one : with.of) {
        for (std::size_t i = 0; i < with.count; ++i) {
            const mark m = one.mark_at(i);
            if ((m & error_bit) != 0) {
                if (out[i] != (decisive ? 1 : 0) && (with.out.view.mark_at(i) & error_bit) == 0)
                    with.out.fail(i, with.count, one.origins[i]);
                continue;
            }
            const bool holds = (m & blank_bit) == 0 && one.whole[i] != 0;
            if (holds != decisive) continue;
            out[i] = decisive ? 1 : 0;
            if (with.out.view.marks != nullptr) with.out.marks()[i] = 0;
        }
    }
}

void invert(const call& with) {
    const vector& from = with.of[0];
    std::int64_t* out = with.out.begin_whole(with.count);
    for (std::size_t i = 0; i < with.count; ++i) {
        const mark m = from.mark_at(i);
        out[i] = (m & blank_bit) != 0 || from.whole[i] == 0 ? 1 : 0;
        if ((m & error_bit) != 0) with.out.fail(i, with.count, from.origins[i]);
    }
}

bool empty_text(const vector& from, std::size_t i) {
    return from.kind == lane::text && from.texts.at(from.whole[i]).empty();
}

void test_blank(const call& with) {
    const vector& from = with.of[0];
    std::int64_t* out = with.out.begin_whole(with.count);
    for (std::size_t i = 0; i < with.count; ++i) {
        const mark m = from.mark_at(i);
        if ((m & error_bit) != 0) {
            with.out.fail(i, with.count, from.origins[i]);
            continue;
        }
        out[i] = (m & blank_bit) != 0 || empty_text(from, i) ? 1 : 0;
    }
}

/// Copies value i of an operand into the result, its mark with it.
void take(const call& with, std::size_t operand, std::size_t i) {
    const vector& from = with.of[operand];
    const mark m = from.mark_at(i);
    if ((m & error_bit) != 0) return with.out.fail(i, with.count, from.origins[i]);
    if (m != 0 && with.out.view.marks == nullptr) with.out.begin_marks(with.count);
    if (with.out.view.marks != nullptr) with.out.marks()[i] = m;
    if ((m & blank_bit) != 0) return;
    switch (with.out.view.kind) {
        case lane::text:
            // One dictionary of operands stays; texts of several meet in the pool.
            with.out.whole()[i] = with.out.view.texts == from.texts
                                      ? from.whole[i]
                                      : with.texts.code_of(from.texts.at(from.whole[i]));
            break;
        case lane::whole:
            with.out.whole()[i] = from.whole[i];
            break;
        case lane::wide:
            with.out.wide()[i] = from.kind == lane::wide ? from.wide[i] : from.whole[i];
            break;
        case lane::real:
            with.out.real()[i] = from.kind == lane::real ? from.real[i]
                                 : from.kind == lane::wide
                                     ? scaled(from.wide[i], with.type_of(operand).scale)
                                     : static_cast<double>(from.whole[i]);
            break;
    }
}

void begin_choice(const call& with) {
    with.out.begin(lane_of(with.what.type), with.count);
    if (with.out.view.kind != lane::text) return;
    std::fill_n(with.out.whole(), with.count, 0);
    with.out.view.texts.pool = &with.texts;
}

void no_choice(const call& with, std::size_t i) {
    make_blank(with, i, reason::none);
}

void choose(const call& with) {
    begin_choice(with);
    const bool otherwise = with.of.size() % 2 == 1;
    for (std::size_t i = 0; i < with.count; ++i) {
        std::size_t at = 0;
        bool done = false;
        for (; !done && at + 1 < with.of.size(); at += 2) {
            const vector& condition = with.of[at];
            const mark m = condition.mark_at(i);
            if ((m & error_bit) != 0) {
                with.out.fail(i, with.count, condition.origins[i]);
                done = true;
            } else if ((m & blank_bit) == 0 && condition.whole[i] != 0) {
                take(with, at + 1, i);
                done = true;
            }
        }
        if (done) continue;
        if (otherwise)
            take(with, with.of.size() - 1, i);
        else
            no_choice(with, i);
    }
}

void replace_blank(const call& with) {
    begin_choice(with);
    for (std::size_t i = 0; i < with.count; ++i) {
        std::size_t at = 0;
        while (at < with.of.size()) {
            const mark m = with.of[at].mark_at(i);
            if ((m & error_bit) != 0) break;
            if ((m & blank_bit) == 0 && !empty_text(with.of[at], i)) break;
            ++at;
        }
        // Nothing but blanks: the last of them, so that an empty text stays what it is.
        take(with, std::min(at, with.of.size() - 1), i);
    }
}

/// The value as it is, flagged where something of it is unfinished.
void flag_unfinished(const call& with) {
    begin_choice(with);
    for (std::size_t i = 0; i < with.count; ++i) {
        take(with, 0, i);
        const bool open = (with.of[1].mark_at(i) & unusable) == 0 && with.of[1].whole[i] > 0;
        if (!open || with.of[0].mark_at(i) != 0) continue;  // a flag that is there stays
        if (with.out.view.marks == nullptr) with.out.begin_marks(with.count);
        with.out.marks()[i] = static_cast<mark>(reason::immature);
    }
}

/// The value where there is a target.
void require_target(const call& with) {
    begin_choice(with);
    for (std::size_t i = 0; i < with.count; ++i) {
        take(with, 0, i);
        if ((with.of[0].mark_at(i) & error_bit) != 0) continue;
        const bool there = (with.of[1].mark_at(i) & unusable) == 0 && with.of[1].whole[i] != 0;
        if (there) continue;
        if (with.out.view.marks == nullptr) with.out.begin_marks(with.count);
        with.out.marks()[i] = blank_for(reason::no_target);
    }
}

void explain(const call& with) {
    const vector& from = with.of[0];
    std::int64_t* out = with.out.begin_whole(with.count, lane::text);
    with.out.view.texts.pool = &with.texts;
    std::fill_n(out, with.count, 0);
    for (std::size_t i = 0; i < with.count; ++i) {
        const mark m = from.mark_at(i);
        if ((m & error_bit) != 0)
            with.out.fail(i, with.count, from.origins[i]);
        else if (reason_of(m) == reason::none)
            make_blank(with, i, reason::none);
        else
            out[i] = with.texts.code_of(to_string(reason_of(m)));
    }
}

}  // namespace

bool apply_logic(const call& with) {
    switch (with.what.what) {
        case function::logical_and:
            join(with, false);
            return true;
        case function::logical_or:
            join(with, true);
            return true;
        case function::logical_not:
            invert(with);
            return true;
        case function::is_blank:
            test_blank(with);
            return true;
        case function::if_:
        case function::ifs:
            choose(with);
            return true;
        case function::if_blank:
            replace_blank(with);
            return true;
        case function::or_no_target:
            require_target(with);
            return true;
        case function::immature:
            flag_unfinished(with);
            return true;
        case function::reason_of:
            explain(with);
            return true;
        default:
            return false;
    }
}

}  // namespace merit::engine
