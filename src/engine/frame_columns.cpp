#include "engine/frame_columns.hpp"

#include <algorithm>
#include <numeric>

#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::expression;
using plan::expression_op;
using plan::id;
using plan::nothing;

frame_leaves::frame_leaves(const environment& in, frame_rows& rows, const scans& from,
                           text_pool& texts)
    : in_(in), rows_(rows), from_(from), texts_(texts) {}

bool frame_leaves::supplies(id expression) const {
    switch (in_.what.expressions[expression].op) {
        case expression_op::group_key:
        case expression_op::finalize:
        case expression_op::period_start:
        case expression_op::period_end:
        case expression_op::covered_end:
            return true;
        case expression_op::over_peers:
            return kept_.contains(expression);
        default:
            return false;
    }
}

void frame_leaves::load(id which, std::size_t first, std::size_t count, buffer& into) {
    const expression& what = in_.what.expressions[which];
    switch (what.op) {
        case expression_op::group_key:
            return load_key(what, first, count, into);
        case expression_op::finalize:
            return load_final(which, first, count, into);
        case expression_op::over_peers:
            into.view = kept_.at(which).view(first);
            return;
        default:
            return load_period(what, first, count, into);
    }
}

std::optional<std::string_view> period_label(const frame_rows& rows, std::uint32_t period,
                                             std::uint32_t position) {
    const auto unit = rows.unit_at(position);
    const plan::period& of = (*rows.when().periods)[period];
    if (!unit || of.blank || *unit >= of.labels.size()) return std::nullopt;
    return of.labels[*unit];
}

void frame_leaves::load_key(const expression& what, std::size_t first, std::size_t count,
                            buffer& into) {
    into.begin(lane_of(what.type), count);
    if (into.view.kind == lane::text) into.view.texts.pool = &texts_;
    mark* marks = into.begin_marks(count);
    const auto kept = rows_.domain_at(what.with);
    for (std::size_t i = 0; i < count; ++i) {
        const frame_row& row = rows_.rows()[first + i];
        if (!kept) {
            const auto label = period_label(rows_, row.period, what.with);
            into.whole()[i] = texts_.code_of(label.value_or(""));
            marks[i] = static_cast<mark>(label ? 0 : blank_bit);
            continue;
        }
        const key_number key = rows_.key(row.group, *kept);
        const bool blank = key == blank_key;
        marks[i] = static_cast<mark>(blank ? blank_bit : 0);
        if (into.view.kind == lane::text)
            into.whole()[i] = texts_.code_of(
                blank ? "" : rows_.domain(*kept).texts.at(static_cast<std::size_t>(key)));
        else if (into.view.kind == lane::wide)
            into.wide()[i] = blank ? 0 : key;
        else if (into.view.kind == lane::real)
            into.real()[i] = blank ? 0 : from_ordered_bits(static_cast<std::int64_t>(key));
        else
            into.whole()[i] = blank ? 0 : static_cast<std::int64_t>(key);
    }
}

merit::value frame_leaves::amount_of(const plan::final_value& what) {
    if (what.amount == nothing) return blank_value{};
    const auto known = amounts_.find(what.amount);
    if (known != amounts_.end()) return known->second;
    program steps(in_, *this, std::span(&what.amount, 1), texts_);
    steps.run(0, 1);
    merit::value out =
        to_value(steps.at(what.amount), 0, in_.what.expressions[what.amount].type);
    amounts_.emplace(what.amount, out);
    return out;
}

void frame_leaves::load_final(id self, std::size_t first, std::size_t count, buffer& into) {
    const expression& what = in_.what.expressions[self];
    const plan::final_value& taken = in_.what.finals[what.with];
    const plan::cell& cell = in_.what.cells[taken.cell];
    final_call with{taken.what, amount_of(taken), {}};
    if (cell.argument != nothing) with.argument = in_.what.expressions[cell.argument].type;
    into.begin(lane_of(what.type), count);
    if (into.view.kind == lane::text) {
        std::fill_n(into.whole(), count, texts_.code_of(""));
        into.view.texts.pool = &texts_;
    }
    const cell_states& states = from_.states_of(taken.cell);
    for (std::size_t i = 0; i < count; ++i) {
        rows_.slots_of(taken.cell, taken.map, rows_.rows()[first + i], slots_);
        final_writer out(into, i, count, what.type, self, texts_);
        states.finalize(with, slots_, out);
    }
}

void frame_leaves::load_period(const expression& what, std::size_t first, std::size_t count,
                               buffer& into) {
    std::int64_t* out = into.begin_whole(count);
    mark* marks = into.begin_marks(count);
    for (std::size_t i = 0; i < count; ++i) {
        const plan::period& of = (*rows_.when().periods)[rows_.rows()[first + i].period];
        const std::int64_t local = what.op == expression_op::period_start ? of.nominal.from
                                   : what.op == expression_op::period_end ? of.nominal.to
                                                                          : of.covers.to;
        const bool endless = local <= plan::beginning_of_time || local >= plan::end_of_time;
        if (of.blank || endless) {
            marks[i] = blank_for(reason::no_data);
            continue;
        }
        out[i] = what.type.kind == type_kind::date
                     ? in_.calendar.start_of(unit::day, local) / calendar::day_us
                     : in_.calendar.to_instant(local);
    }
}

namespace {

/// Rows of one frame by what separates their peers.
class partitions {
public:
    partitions(const frame_rows& rows, const plan::peer_window& window) : rows_(rows) {
        for (const std::uint32_t position : window.partition) {
            if (const auto kept = rows.domain_at(position)) kept_.push_back(*kept);
            if (rows.unit_at(position)) units_.push_back(position);
        }
    }

    [[nodiscard]] int order(const frame_row& a, const frame_row& b) const {
        for (const std::size_t kept : kept_) {
            const key_number x = rows_.key(a.group, kept);
            const key_number y = rows_.key(b.group, kept);
            if (x != y) return x < y ? -1 : 1;
        }
        for (const std::uint32_t position : units_) {
            if (a.period == b.period) break;
            const auto x = period_label(rows_, a.period, position);
            const auto y = period_label(rows_, b.period, position);
            if (x != y) return x < y ? -1 : 1;
        }
        return 0;
    }

private:
    const frame_rows& rows_;
    std::vector<std::size_t> kept_;
    std::vector<std::uint32_t> units_;
};

}  // namespace

full_column ranks_of(const frame_rows& rows, const plan::peer_window& window,
                     const full_column& values) {
    const std::size_t count = rows.rows().size();
    full_column out;
    out.whole.assign(count, 0);
    if (count == 0) return out;
    const vector view = values.view(0);
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < count; ++i) {
        const mark m = view.mark_at(i);
        if ((m & unusable) == 0) {
            order.push_back(i);
            continue;
        }
        out.marks.resize(count, 0);
        out.marks[i] = m;
        if ((m & error_bit) == 0) continue;
        out.origins.resize(count, nothing);
        out.origins[i] = view.origins[i];
    }
    const partitions parts(rows, window);
    const auto key = [&](std::uint32_t i) { return order_key(view, i); };
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int apart = parts.order(rows.rows()[a], rows.rows()[b]);
        return apart != 0 ? apart < 0 : key(b) < key(a);
    });
    std::size_t start = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool fresh =
            i == 0 || parts.order(rows.rows()[order[i - 1]], rows.rows()[order[i]]) != 0;
        if (fresh) start = i;
        const bool tied = !fresh && key(order[i - 1]) == key(order[i]);
        out.whole[order[i]] = tied ? out.whole[order[i - 1]]
                                   : static_cast<std::int64_t>(i - start + 1);
    }
    return out;
}

std::vector<full_column> frame_columns(const environment& in, frame_rows& rows, const scans& from,
                                       std::size_t batch_rows, text_pool& texts) {
    frame_leaves leaves(in, rows, from, texts);
    const std::vector<id>& columns = rows.plan().columns;
    // Places among peers look at whole columns, so they come first, the inner ones before the
    // outer ones.
    std::vector<bool> reached(in.what.expressions.size(), false);
    for (const id column : columns) reached[column] = true;
    for (id e = static_cast<id>(reached.size()); e-- > 0;) {
        if (!reached[e]) continue;
        for (const id operand : in.what.expressions[e].of) reached[operand] = true;
    }
    const std::size_t count = rows.rows().size();
    for (id e = 0; e < reached.size(); ++e) {
        const expression& what = in.what.expressions[e];
        if (!reached[e] || what.op != expression_op::over_peers) continue;
        const full_column values =
            whole_column(in, leaves, what.of[0], count, batch_rows, texts);
        leaves.keep(e, ranks_of(rows, in.what.peer_windows[what.with], values));
    }
    program steps(in, leaves, columns, texts);
    std::vector<full_column> out(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
        out[c].kind = lane_of(in.what.expressions[columns[c]].type);
    for (std::size_t first = 0; first < count; first += batch_rows) {
        const std::size_t size = std::min(batch_rows, count - first);
        steps.run(first, size);
        for (std::size_t c = 0; c < columns.size(); ++c)
            out[c].append(steps.at(columns[c]), size);
    }
    return out;
}

}  // namespace merit::engine
