// Compiling expressions to steps, and running them.
#include <algorithm>
#include <unordered_map>

#include "engine/environment.hpp"

namespace merit::engine {

using plan::expression;
using plan::expression_op;
using plan::id;

namespace {

bool is_constant(const expression& what) {
    return what.op == expression_op::constant || what.op == expression_op::parameter ||
           (what.op == expression_op::as_of && what.of.empty());
}

/// Operands whose values a step reads. A look-up reads its key; its target is a column already.
std::span<const id> read_by(const expression& what) {
    const std::span<const id> all = what.of;
    return what.op == expression_op::look_up ? all.subspan(1) : all;
}

}  // namespace

const merit::value* call::constant(std::size_t operand) const {
    const expression& from = in.what.expressions[what.of[operand]];
    if (from.op == expression_op::constant) return &in.what.constants[from.with];
    if (from.op == expression_op::parameter) return &in.parameters[from.with];
    return nullptr;
}

program::program(const environment& in, leaf_source& leaves, std::span<const id> roots,
                 text_pool& texts)
    : in_(in), leaves_(leaves), texts_(texts) {
    compile(roots);
}

void program::compile(std::span<const id> roots) {
    // Reached, and by which step it is read last. Ids ascend from operands to readers.
    std::unordered_map<id, std::size_t> place;
    std::vector<id> open(roots.begin(), roots.end());
    while (!open.empty()) {
        const id next = open.back();
        open.pop_back();
        if (!place.try_emplace(next, 0).second || leaves_.supplies(next)) continue;
        const std::span<const id> of = read_by(in_.what.expressions[next]);
        open.insert(open.end(), of.begin(), of.end());
    }
    std::vector<id> order;
    order.reserve(place.size());
    for (const auto& [what, unused] : place) order.push_back(what);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<std::size_t> last(order.size(), 0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        last[i] = i;
        if (leaves_.supplies(order[i])) continue;
        for (const id operand : read_by(in_.what.expressions[order[i]])) last[place[operand]] = i;
    }
    for (const id root : roots) last[place[root]] = order.size();
    std::vector<std::uint32_t> at(order.size(), 0);
    std::vector<std::uint32_t> idle;
    std::vector<std::vector<std::uint32_t>> released(order.size() + 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const expression& what = in_.what.expressions[order[i]];
        step made;
        made.what = order[i];
        made.leaf = leaves_.supplies(order[i]);
        made.constant = !made.leaf && is_constant(what);
        if (!made.leaf) {
            for (const id operand : read_by(what)) made.of.push_back(at[place[operand]]);
        }
        // A constant keeps its buffer, so that it is filled once.
        if (made.constant || idle.empty()) {
            made.into = static_cast<std::uint32_t>(buffers_.size());
            buffers_.emplace_back();
        } else {
            made.into = idle.back();
            idle.pop_back();
        }
        at[i] = made.into;
        if (!made.constant) released[last[i]].push_back(made.into);
        idle.insert(idle.end(), released[i].begin(), released[i].end());
        steps_.push_back(std::move(made));
    }
    for (const id root : roots) roots_.emplace_back(root, at[place[root]]);
    std::sort(roots_.begin(), roots_.end());
    roots_.erase(std::unique(roots_.begin(), roots_.end()), roots_.end());
}

const vector& program::at(id root) const {
    const auto found = std::lower_bound(roots_.begin(), roots_.end(), std::pair(root, 0U));
    return buffers_[found->second].view;
}

void program::run(std::size_t first, std::size_t count) {
    const bool refill = count > filled_;
    if (refill) filled_ = count;
    for (const step& one : steps_) {
        if (one.leaf)
            leaves_.load(one.what, first, count, buffers_[one.into]);
        else if (!one.constant || refill)
            apply(one, count);
    }
}

void program::apply(const step& one, std::size_t count) {
    const expression& what = in_.what.expressions[one.what];
    operands_.clear();
    for (const std::uint32_t from : one.of) operands_.push_back(buffers_[from].view);
    const call with{in_, one.what, what, operands_, count, texts_, buffers_[one.into]};
    switch (what.op) {
        case expression_op::constant:
            fill(in_.what.constants[what.with], what.type, count, texts_, with.out);
            if (what.what == language::function::reason_of) all_blank(with, reason::not_meaningful);
            return;
        case expression_op::parameter:
            return fill(in_.parameters[what.with], what.type, count, texts_, with.out);
        case expression_op::as_of: {
            if (!in_.as_of && operands_.empty()) return all_blank(with);
            std::int64_t now = in_.as_of.value_or(0);
            if (!operands_.empty()) {
                const auto& then = std::get<timestamp_value>(*with.constant(0));
                now = in_.as_of ? std::min(now, then.microseconds) : then.microseconds;
            }
            if (what.type.kind == type_kind::date) {
                now =
                    in_.calendar.start_of(unit::day, in_.calendar.to_local(now)) / calendar::day_us;
            }
            std::fill_n(with.out.begin_whole(count), count, now);
            return;
        }
        case expression_op::look_up:
            return apply_look_up(with);
        case expression_op::tier:
            return apply_tier(with);
        default:
            break;
    }
    if (apply_logic(with)) return;
    if (apply_comparison(with)) return;
    // N1 for operands that have no type: nothing but blanks, whatever their lane.
    for (std::size_t i = 0; i < with.of.size(); ++i) {
        const auto f = what.what;
        const bool weighed =
            f >= language::function::weighted_blank && f <= language::function::contribution_zero;
        if (with.type_of(i).kind != type_kind::blank || weighed) continue;
        return all_blank(with, f == language::function::divide ? reason::no_data : reason::none);
    }
    if (apply_arithmetic(with) || apply_conversion(with) || apply_number(with) ||
        apply_text(with) || apply_time(with) || apply_working_time(with) || apply_money(with) ||
        apply_judging(with))
        return;
    all_blank(with, reason::not_meaningful);
}

mark* combine_marks(const call& with) {
    mark* marks = nullptr;
    for (const vector& one : with.of) {
        if (one.marks == nullptr) continue;
        if (marks == nullptr) marks = with.out.begin_marks(with.count);
        for (std::size_t i = 0; i < with.count; ++i) {
            // The first error keeps its origin, so it is copied before the marks meet.
            if ((one.marks[i] & error_bit) != 0 && (marks[i] & error_bit) == 0)
                with.out.fail(i, with.count, one.origins[i]);
            else
                marks[i] = first_mark(marks[i], one.marks[i]);
        }
    }
    return marks;
}

void all_blank(const call& with, reason why) {
    with.out.begin(lane_of(with.what.type), with.count);
    if (lane_of(with.what.type) == lane::text) with.out.view.texts.pool = &with.texts;
    std::fill_n(with.out.begin_marks(with.count), with.count, blank_for(why));
}

full_column whole_column(const environment& in, leaf_source& leaves, id root, std::size_t rows,
                         std::size_t batch_rows, text_pool& texts) {
    full_column out;
    out.kind = lane_of(in.what.expressions[root].type);
    program steps(in, leaves, std::span(&root, 1), texts);
    for (std::size_t first = 0; first < rows; first += batch_rows) {
        const std::size_t count = std::min(batch_rows, rows - first);
        steps.run(first, count);
        out.append(steps.at(root), count);
    }
    if (out.kind == lane::text && out.texts == text_source{}) out.texts.pool = &texts;
    return out;
}

}  // namespace merit::engine
