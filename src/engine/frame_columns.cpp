#include "engine/frame_columns.hpp"

#include <algorithm>

#include "engine/peers.hpp"
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
        case expression_op::covered_start:
            return true;
        case expression_op::over_peers:
        case expression_op::value_of:
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
        case expression_op::value_of:
            into.view = kept_.at(which).view(first);
            return;
        default:
            return load_period(what, first, count, into);
    }
}

std::optional<std::string_view> period_label(const frame_rows& rows, std::uint32_t period,
                                             std::uint32_t position) {
    const auto unit = rows.unit_at(position);
    const plan::period& of = rows.when().periods[period];
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
    merit::value out = to_value(steps.at(what.amount), 0, in_.what.expressions[what.amount].type);
    amounts_.emplace(what.amount, out);
    return out;
}

bool frame_leaves::has_rows(id cell, id map, std::size_t row) {
    rows_.slots_of(cell, map, rows_.rows()[row], slots_);
    const cell_states& states = from_.states_of(cell);
    return std::any_of(slots_.begin(), slots_.end(),
                       [&](std::uint32_t slot) { return states.rows_in(slot) != 0; });
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
        reason flag = rows_.slots_of(taken.cell, taken.map, rows_.rows()[first + i], slots_);
        final_writer out(into, i, count, what.type, self, texts_);
        states.finalize(with, slots_, out);
        if (flag == reason::none && taken.changed != nothing &&
            has_rows(taken.changed, taken.map, first + i))
            flag = reason::changed;
        if (flag == reason::none) continue;
        if (into.view.marks == nullptr) into.begin_marks(count);
        if (flag == reason::no_snapshot)
            into.marks()[i] = blank_for(flag);
        else if (into.marks()[i] == 0)
            into.marks()[i] = static_cast<mark>(flag);
    }
}

void frame_leaves::load_period(const expression& what, std::size_t first, std::size_t count,
                               buffer& into) {
    std::int64_t* out = into.begin_whole(count);
    mark* marks = into.begin_marks(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t at = rows_.rows()[first + i].period;
        const plan::period& of = rows_.when().periods[at];
        const calendar::interval nominal = rows_.when().nominal[what.with][at];
        const std::int64_t local = what.op == expression_op::period_start ? nominal.from
                                   : what.op == expression_op::period_end ? nominal.to
                                   : what.op == expression_op::covered_start
                                       ? rows_.when().covers[what.with][at].from
                                       : rows_.when().covers[what.with][at].to;
        const bool endless = local <= plan::beginning_of_time || local >= plan::end_of_time;
        if (of.blank || endless || nominal.from >= nominal.to) {
            marks[i] = blank_for(reason::no_data);
            continue;
        }
        out[i] = what.type.kind == type_kind::date
                     ? in_.calendar.start_of(unit::day, local) / calendar::day_us
                     : in_.calendar.to_instant(local);
    }
}

evaluated frames::made(id frame) const {
    return {frame_rows(in_, in_.what.frames[frame], times_.frames[frame], from_, domains_,
                       with_.bounds.groups),
            {}};
}

result<evaluated*> frames::get(id frame) {
    const auto known = done_.find(frame);
    if (known != done_.end()) return known->second.get();
    auto fresh = std::make_unique<evaluated>(made(frame));
    if (fresh->rows.too_large())
        return error("E710",
                     "the rows times the columns of the result exceed the limit of " +
                         std::to_string(with_.bounds.groups),
                     "group by less, or raise limits.groups");
    if (const id origin = fresh->rows.undecided(); origin != nothing)
        return failure_of(in_, origin, {&from_, &fresh->rows, 0});
    if (const id finer = in_.what.frames[frame].totals_of; finer != nothing) {
        auto parts = get(finer);
        if (!parts) return parts.error();
        const frame_rows& rows = (*parts)->rows;
        fresh->rows.take_groups(
            rows, plan::joined_periods(rows.when().periods, fresh->rows.when().periods, false));
    }
    if (has_default(frame)) fresh->rows.add_default();
    if (auto done = evaluate(*fresh); !done) return done.error();
    return done_.emplace(frame, std::move(fresh)).first->second.get();
}

evaluated* frames::known(id frame) const {
    const auto found = done_.find(frame);
    return found == done_.end() ? nullptr : found->second.get();
}

std::uint32_t frames::row_through(const plan::broadcast& from, id reading, std::uint32_t row) {
    evaluated* const source = known(reading);
    evaluated* const target = known(from.frame);
    if (source == nullptr || target == nullptr) return no_row;
    frame_leaves leaves(in_, source->rows, from_, texts_);
    std::vector<std::uint32_t> to;
    const std::size_t before = target->rows.rows().size();
    if (auto done = join(*source, leaves, from, *target, to); !done) return no_row;
    return to[row] < before ? to[row] : no_row;
}

/// By expression: the columns of a frame, and what they are made of.
std::vector<bool> frames::reached_from(const std::vector<id>& columns) const {
    std::vector<bool> reached(in_.what.expressions.size(), false);
    for (const id column : columns) reached[column] = true;
    for (id e = static_cast<id>(reached.size()); e-- > 0;) {
        if (!reached[e]) continue;
        for (const id operand : in_.what.expressions[e].of) reached[operand] = true;
    }
    return reached;
}

failure_site frames::site_of(id origin, id frame, std::uint32_t row) {
    evaluated* here = known(frame);
    const auto failed_there = [&](const plan::broadcast& from) {
        const evaluated* const there = known(from.frame);
        const std::uint32_t at = row_through(from, frame, row);
        if (there == nullptr || at == no_row) return no_row;
        const full_column& values = there->columns[from.column];
        return at < values.origins.size() && values.origins[at] == origin ? at : no_row;
    };
    for (bool found = true; found;) {
        found = false;
        const std::vector<bool> reached = reached_from(here->rows.plan().columns);
        for (id e = 0; e < reached.size() && !found; ++e) {
            const expression& one = in_.what.expressions[e];
            if (!reached[e] || one.op != expression_op::value_of) continue;
            const plan::broadcast& from = in_.what.broadcasts[one.with];
            const std::uint32_t at = failed_there(from);
            if (at == no_row) continue;
            frame = from.frame;
            row = at;
            here = known(frame);
            found = true;
        }
    }
    return {&from_, &here->rows, row};
}

bool frames::has_default(id frame) const {
    return std::any_of(
        in_.what.tables.begin(), in_.what.tables.end(),
        [&](const plan::table_use& use) { return use.frame == frame && use.has_default; });
}

key_number frames::key_of(const vector& keys, std::size_t i, const key_domain& domain) const {
    if ((keys.mark_at(i) & unusable) != 0) return blank_key;
    if (keys.kind != lane::text) return payload(keys, i);
    const auto number = domain.texts.find(keys.texts.at(keys.whole[i]));
    return number ? static_cast<key_number>(*number) : foreign_key;
}

/// The row of the target for each row of the reading frame; rows of a frame along it are made.
result<void> frames::join(evaluated& reading, frame_leaves& leaves, const plan::broadcast& from,
                          evaluated& target, std::vector<std::uint32_t>& to,
                          std::vector<mark>* flags) {
    const std::size_t count = reading.rows.rows().size();
    std::vector<full_column> keys;
    for (const id one : from.keys)
        keys.push_back(whole_column(in_, leaves, one, count, with_.batch_rows, texts_));
    const id pieces_of = target.rows.plan().pieces_of;
    const bool same_pieces =
        pieces_of != nothing && &reading.rows.plan() == &in_.what.frames[pieces_of];
    const std::vector<std::uint32_t> periods =
        plan::joined_periods(reading.rows.when().periods, target.rows.when().periods, same_pieces);
    const bool along = target.rows.plan().along != nothing;
    std::vector<key_number> key(keys.size());
    to.assign(count, no_row);
    if (flags != nullptr) flags->assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const vector values = keys[k].view(0);
            key[k] = key_of(values, i, target.rows.domain(k));
            const mark of = values.mark_at(i);
            if (flags != nullptr && (of & unusable) == 0 && of != 0) (*flags)[i] = of;
        }
        const std::uint32_t period = periods[reading.rows.rows()[i].period];
        if (period == no_row) continue;
        to[i] = along ? target.rows.add(key, period) : target.rows.find(key, period);
    }
    return {};
}

result<full_column> frames::value_of(evaluated& reading, frame_leaves& leaves,
                                     const plan::broadcast& from) {
    std::vector<std::uint32_t> to;
    std::vector<mark> flags;  // of the keys: a version that changed inside tells of the value too
    const full_column* values = nullptr;
    const bool along = in_.what.frames[from.frame].along != nothing;
    if (along && !done_.contains(from.frame)) {
        auto fresh = std::make_unique<evaluated>(made(from.frame));
        if (auto done = join(reading, leaves, from, *fresh, to, &flags); !done) return done.error();
        if (auto done = evaluate(*fresh); !done) return done.error();
        values = &done_.emplace(from.frame, std::move(fresh)).first->second->columns[from.column];
    } else {
        auto target = get(from.frame);
        if (!target) return target.error();
        evaluated& known = *done_.at(from.frame);
        if (auto done = join(reading, leaves, from, known, to, &flags); !done) return done.error();
        values = &known.columns[from.column];
    }
    full_column out;
    out.kind = values->kind;
    const bool flagged = std::any_of(flags.begin(), flags.end(), [](mark one) { return one != 0; });
    buffer some;
    for (std::size_t first = 0; first < to.size(); first += with_.batch_rows) {
        const std::size_t count = std::min(with_.batch_rows, to.size() - first);
        gather(*values, to.data() + first, count, some);
        if (flagged && some.view.marks == nullptr) some.begin_marks(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (to[first + i] == no_row)
                some.marks()[i] = blank_for(reason::no_data);
            else if (flagged && some.marks()[i] == 0)
                some.marks()[i] = flags[first + i];
        }
        out.append(some.view, count);
    }
    if (out.kind == lane::text && out.texts == text_source{}) out.texts.pool = &texts_;
    return out;
}

result<void> frames::evaluate(evaluated& of) {
    if (with_.cancel.stop_requested()) return error("E720", "the run was cancelled");
    frame_leaves leaves(in_, of.rows, from_, texts_);
    const std::vector<id>& columns = of.rows.plan().columns;
    // Places among peers and values of other frames look at whole columns, so they come first, the
    // inner ones before the outer ones.
    const std::vector<bool> reached = reached_from(columns);
    const std::size_t count = of.rows.rows().size();
    for (id e = 0; e < reached.size(); ++e) {
        const expression& what = in_.what.expressions[e];
        if (!reached[e]) continue;
        if (what.op == expression_op::value_of) {
            auto values = value_of(of, leaves, in_.what.broadcasts[what.with]);
            if (!values) return values.error();
            leaves.keep(e, std::move(*values));
        }
        if (what.op != expression_op::over_peers) continue;
        const auto whole = [&](const std::vector<id>& all) {
            std::vector<full_column> made;
            for (const id one : all)
                made.push_back(whole_column(in_, leaves, one, count, with_.batch_rows, texts_));
            return made;
        };
        const plan::peer_window& window = in_.what.peer_windows[what.with];
        const peer_call call{in_, of.rows, from_, window, what, e};
        leaves.keep(e, over_peers(call, whole(what.of), whole(window.parted)));
    }
    program steps(in_, leaves, columns, texts_);
    of.columns.resize(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
        of.columns[c].kind = lane_of(in_.what.expressions[columns[c]].type);
    for (std::size_t first = 0; first < count; first += with_.batch_rows) {
        const std::size_t size = std::min(with_.batch_rows, count - first);
        steps.run(first, size);
        for (std::size_t c = 0; c < columns.size(); ++c)
            of.columns[c].append(steps.at(columns[c]), size);
    }
    return {};
}

}  // namespace merit::engine
