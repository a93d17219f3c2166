#include "engine/sorting.hpp"

#include <algorithm>

#include "engine/states/bag.hpp"
#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

std::uint32_t row_named(const environment& in, id table, const merit::value& key) {
    const key_index& index = in.looked_up->index(table);
    if (const auto* text = std::get_if<std::string>(&key)) return index.row_of(*text);
    if (const auto* number = std::get_if<std::int64_t>(&key)) return index.row_of(*number);
    if (const auto* day = std::get_if<date_value>(&key))
        return index.row_of(std::int64_t{day->days});
    return no_row;
}

bool is_looked_up(const environment& in, id table) {
    const plan::table_use& use = in.what.tables[table];
    return use.frame == nothing && use.expansion == nothing && in.looked_up->has_index(table);
}

void add_columns(const plan::plan& in, id expression, std::vector<id>& into,
                 plan::expression_op wanted) {
    std::vector<id> open{expression};
    std::vector<bool> seen(in.expressions.size(), false);
    while (!open.empty()) {
        const id next = open.back();
        open.pop_back();
        if (seen[next]) continue;
        seen[next] = true;
        const plan::expression& one = in.expressions[next];
        if (one.op == wanted) into.push_back(next);
        if (one.op == plan::expression_op::column) continue;
        // Of a look-up the key alone is of these rows.
        const std::size_t skip = one.op == plan::expression_op::look_up ? 1 : 0;
        open.insert(open.end(), one.of.begin() + static_cast<std::ptrdiff_t>(skip), one.of.end());
    }
}

namespace {

bool holds(const vector& values, std::size_t i) {
    return (values.mark_at(i) & unusable) == 0 && values.whole[i] != 0;
}

quad size_of(const merit::value& number) {
    if (const auto* n = std::get_if<std::int64_t>(&number)) return static_cast<quad>(*n);
    if (const auto* x = std::get_if<double>(&number)) return static_cast<quad>(*x);
    if (const auto* t = std::get_if<duration_value>(&number))
        return static_cast<quad>(t->microseconds);
    const auto* const m = std::get_if<money_value>(&number);
    const auto* const d = m != nullptr ? &m->amount : std::get_if<decimal_value>(&number);
    return d == nullptr ? quad{0}
                        : static_cast<quad>(d->units) / static_cast<quad>(power_of_ten(d->scale));
}

/// Is it of all values in their order, so that it is told by them?
bool reads_order(language::function what) {
    using language::function;
    return what == function::median || what == function::percentile ||
           what == function::percentile_disc || what == function::stddev ||
           what == function::top_share || what == function::gini;
}

bool blank_at(const vector& values, std::size_t i) {
    return (values.mark_at(i) & blank_bit) != 0;
}

}  // namespace

sorting::sorting(const environment& in, const rows_asked& which, const evaluated& group,
                 evaluated* inner, const plan::timeline& times)
    : in_(in),
      which_(which),
      cell_(in.what.cells[which.cell]),
      group_(group),
      at_(group.rows.rows()[which.row]),
      inner_(inner),
      panes_(times.axes[cell_.at]) {
    find_source();
    find_run(times.frames[which.frame]);
}

std::vector<id> sorting::roots() const {
    std::vector<id> out = columns_;
    const auto add = [&out](id one) {
        if (one != nothing) out.push_back(one);
    };
    for (const plan::source* one : sources_) add(one->visible);
    for (const row_condition& one : which_.conditions) add(one.expression);
    for (const std::vector<id>& condition : looked_)
        for (const id one : condition) add(in_.what.expressions[one].of[1]);
    for (const id one : argument_looks_) add(in_.what.expressions[one].of[1]);
    for (const id one : cell_.keys) add(one);
    add(in_.what.axes[cell_.at].from);
    if (inner_ == nullptr) {
        add(cell_.argument);
        add(cell_.weight);
        add(cell_.order);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void sorting::find_source() {
    id source = cell_.on;
    for (;;) {
        const plan::source& one = in_.what.sources[source];
        sources_.push_back(&one);
        source = one.which;
        if (one.of != plan::source::relation::view) break;
    }
    out_.table = source;
    out_.dropped.assign(which_.conditions.size(), 0);
    const id by = cell_.state == plan::state_kind::pick ? cell_.order : cell_.argument;
    const bool one = cell_.state == plan::state_kind::min || cell_.state == plan::state_kind::max ||
                     cell_.state == plan::state_kind::pick;
    // Texts that formulas make have no order that is known here.
    out_.decisive = inner_ == nullptr && one && by != nothing &&
                    in_.what.expressions[by].type.kind != type_kind::text;
    looked_.resize(which_.conditions.size());
    out_.unmatched.resize(which_.conditions.size());
    constexpr auto look_up = plan::expression_op::look_up;
    for (std::size_t c = 0; c < which_.conditions.size(); ++c)
        if (which_.conditions[c].expression != nothing)
            add_columns(in_.what, which_.conditions[c].expression, looked_[c], look_up);
    if (inner_ != nullptr || cell_.argument == nothing) return;
    add_columns(in_.what, cell_.argument, columns_);
    add_columns(in_.what, cell_.argument, argument_looks_, look_up);
}

void sorting::find_run(const plan::frame_times& when) {
    const auto map = in_.what.axes[cell_.at].position_of(which_.map);
    const auto& runs = when.runs[cell_.at];
    if (map && *map < runs.size() && at_.period < runs[*map].size()) run_ = runs[*map][at_.period];
    using placement = plan::axis::placement;
    const placement how = in_.what.axes[cell_.at].how;
    out_.lasting = how == placement::valid;
    out_.timed = out_.lasting || (how == placement::event && !panes_.everything);
    if (out_.lasting) {
        if (run_.first < run_.last) out_.interval = panes_.windows[run_.first].within;
        return;
    }
    if (!out_.timed) return;
    out_.undated_too = run_.undated != nothing;
    if (run_.first < run_.last) out_.interval = {panes_.edges[run_.first], panes_.edges[run_.last]};
}

bool sorting::is_seen(const program& steps, std::size_t i) const {
    return std::all_of(sources_.begin(), sources_.end(), [&](const plan::source* one) {
        if (one->visible == nothing || (!in_.as_of && one->as_of == nothing)) return true;
        const vector& times = steps.at(one->visible);
        const merit::type& type = in_.what.expressions[one->visible].type;
        return engine::is_seen(times, i, last_visible(in_, one->as_of, type));
    });
}

/// Of the group: where the frame keeps a key, the row's is the same.
bool sorting::is_ours(const program& steps, std::size_t i) const {
    for (std::size_t k = 0; k < cell_.keys.size(); ++k) {
        const auto kept = group_.rows.domain_at(cell_.grain[k]);
        if (!kept) continue;
        const key_number wanted = group_.rows.key(at_.group, *kept);
        const vector& keys = steps.at(cell_.keys[k]);
        if ((keys.mark_at(i) & unusable) != 0) {
            if (wanted != blank_key) return false;
            continue;
        }
        if (wanted >= foreign_key) return false;
        const bool same =
            keys.kind == lane::text
                ? keys.texts.at(keys.whole[i]) ==
                      group_.rows.domain(*kept).texts.at(static_cast<std::size_t>(wanted))
                : payload(keys, i) == wanted;
        if (!same) return false;
    }
    return true;
}

bool sorting::meets(const row_condition& one, const program& steps, std::size_t row,
                    std::size_t i) const {
    if (one.expression != nothing) return holds(steps.at(one.expression), i);
    if (inner_ == nullptr || one.column >= inner_->columns.size()) return true;
    return holds(inner_->columns[one.column].view(0), row);
}

bool sorting::is_blank(const program& steps, std::size_t row, std::size_t i) const {
    if (inner_ != nullptr) {
        if (which_.argument >= inner_->columns.size()) return false;
        return blank_at(inner_->columns[which_.argument].view(0), row);
    }
    if (cell_.argument != nothing && blank_at(steps.at(cell_.argument), i)) return true;
    return cell_.weight != nothing && blank_at(steps.at(cell_.weight), i);
}

/// Where a condition holds, and how much weighs what counts.
void sorting::weigh(const program& steps, std::size_t row, std::size_t i) {
    if (which_.condition) {
        const bool inside = inner_ != nullptr && which_.argument < inner_->columns.size();
        const bool met = inside ? holds(inner_->columns[which_.argument].view(0), row)
                                : cell_.argument != nothing && holds(steps.at(cell_.argument), i);
        out_.holding += met ? 1 : 0;
    }
    if (inner_ == nullptr && cell_.weight != nothing)
        out_.weights +=
            size_of(to_value(steps.at(cell_.weight), i, in_.what.expressions[cell_.weight].type));
}

/// Of a row that was dropped or is blank: it looks up a row that is not there.
void sorting::note_unmatched(const std::vector<id>& look_ups, const program& steps, std::size_t i,
                             rows_unmatched& to) const {
    bool missing = false;
    for (const id one : look_ups) {
        const plan::expression& how = in_.what.expressions[one];
        const vector& keys = steps.at(how.of[1]);
        if ((keys.mark_at(i) & unusable) != 0 || !is_looked_up(in_, how.with)) continue;
        const merit::value key = to_value(keys, i, in_.what.expressions[how.of[1]].type);
        if (row_named(in_, how.with, key) != no_row) continue;
        missing = true;
        if (std::find(to.tables.begin(), to.tables.end(), how.with) == to.tables.end())
            to.tables.push_back(how.with);
    }
    to.count += missing ? 1 : 0;
}

void sorting::note_value(const program& steps, std::size_t row, std::size_t i) {
    const auto note = [&](const vector& values, std::size_t at, const type& is) {
        const quad number = size_of(to_value(values, at, is));
        out_.sum += number;
        values_.push_back({order_key(values, at), static_cast<std::uint32_t>(row), number});
    };
    if (inner_ == nullptr) {
        if (cell_.argument != nothing)
            note(steps.at(cell_.argument), i, in_.what.expressions[cell_.argument].type);
    } else if (which_.argument < inner_->columns.size()) {
        const id column = in_.what.frames[which_.inner].columns[which_.argument];
        note(inner_->columns[which_.argument].view(0), row, in_.what.expressions[column].type);
    }
}

/// Where in the order of all values the one lies that is taken.
void sorting::find_places() {
    using language::function;
    const std::size_t n = values_.size();
    if (n == 0 || which_.what == function::stddev || which_.what == function::gini) return;
    std::sort(values_.begin(), values_.end(), [](const counted& a, const counted& b) {
        return std::pair(a.key, a.row) < std::pair(b.key, b.row);
    });
    if (which_.what == function::top_share) {
        const auto top = top_of(which_.amount, n);
        out_.place = top.value_or(0);
        for (std::size_t i = 0; i < out_.place; ++i) out_.rest += values_[n - 1 - i].number;
        return;
    }
    const bool discrete = which_.what == function::percentile_disc;
    const bool half = which_.what == function::median;
    const auto at =
        portion_of(half ? merit::value(decimal_value{5, 1}) : which_.amount, discrete ? n : n - 1);
    if (!at) return;
    auto place = static_cast<std::size_t>(at->whole);
    if (discrete)
        place = std::clamp<std::size_t>(place + (at->rest > 0 ? 1 : 0), 1, n) - 1;
    else
        out_.rest = at->rest;
    out_.place = place + 1;
    out_.decisive = true;
    out_.first.clear();
    if (which_.most == 0) return;
    out_.first.push_back(values_[place].row);
    if (out_.rest != 0 && place + 1 < n) out_.first.push_back(values_[place + 1].row);
}

void sorting::sort_row(const program& steps, std::size_t first, std::size_t i, std::uint32_t pane) {
    const std::size_t row = first + i;
    const bool outside = !run_.holds(pane);
    if (out_.lasting && outside) return;
    // The rows of a frame are entities in each of its periods: of another one they are no others.
    if (inner_ != nullptr && !out_.timed && outside) return void(--out_.all);
    ++met_;
    if (!is_seen(steps, i)) return void(++out_.unseen);
    if (!is_ours(steps, i)) return void(++out_.elsewhere);
    if (outside) {
        const id from = in_.what.axes[cell_.at].from;
        const bool undated = out_.timed && from != nothing && blank_at(steps.at(from), i);
        return void(++(undated ? out_.undated : out_.outside));
    }
    for (std::size_t c = 0; c < which_.conditions.size(); ++c)
        if (!meets(which_.conditions[c], steps, row, i)) {
            note_unmatched(looked_[c], steps, i, out_.unmatched[c]);
            return void(++out_.dropped[c]);
        }
    ++out_.kept;
    if (is_blank(steps, row, i)) {
        ++out_.blank;
        const bool whole = std::none_of(columns_.begin(), columns_.end(),
                                        [&](id column) { return blank_at(steps.at(column), i); });
        const std::uint64_t before = out_.blank_unmatched.count;
        note_unmatched(argument_looks_, steps, i, out_.blank_unmatched);
        const bool matched = out_.blank_unmatched.count == before;
        out_.refused += whole && matched && !columns_.empty() ? 1 : 0;
        if (out_.blanks.size() < which_.most)
            out_.blanks.push_back(static_cast<std::uint32_t>(row));
        if (!which_.blanks_too) return;
    } else {
        weigh(steps, row, i);
        if (reads_order(which_.what)) note_value(steps, row, i);
    }
    if (out_.decisive && !is_best(steps, i)) return;
    if (out_.first.size() < which_.most) out_.first.push_back(static_cast<std::uint32_t>(row));
}

/// Of min, max, first and last: no row before was as good; those that were worse are forgotten.
bool sorting::is_best(const program& steps, std::size_t i) {
    const bool pick = cell_.state == plan::state_kind::pick;
    const vector& by = steps.at(pick ? cell_.order : cell_.argument);
    if ((by.mark_at(i) & unusable) != 0) return false;
    const bool greatest = pick ? cell_.last : cell_.state == plan::state_kind::max;
    const int128 key = greatest ? -order_key(by, i) : order_key(by, i);
    if (best_ && key > *best_) return false;
    if (!best_ || key < *best_) out_.first.clear();
    best_ = key;
    return true;
}

rows_met sorting::all(const row_bindings& bound, std::size_t batch_rows) {
    row_leaves leaves(in_, bound);
    text_pool texts;
    const std::vector<id> needed = roots();
    program steps(in_, leaves, needed, texts);
    const plan::axis& axis = in_.what.axes[cell_.at];
    pane_reader reader(in_, bound, axis, panes_);
    std::vector<std::uint32_t> panes(batch_rows);
    // A frame that is read as a table has a last row for what it does not know.
    std::size_t rows = in_.tables[out_.table].rows();
    if (in_.what.tables[out_.table].has_default && rows != 0) --rows;
    out_.all = rows;
    for (std::size_t first = 0; first < rows; first += batch_rows) {
        const std::size_t count = std::min(batch_rows, rows - first);
        steps.run(first, count);
        reader.enter(first, count);
        if (const auto pane = reader.whole_block())
            std::fill_n(panes.begin(), count, *pane);
        else
            reader.read(steps.at(axis.from), count, panes.data());
        for (std::size_t i = 0; i < count; ++i) sort_row(steps, first, i, panes[i]);
    }
    if (out_.lasting) {
        // A row stands there once a window in which it lasts.
        const plan::table_use& use = in_.what.tables[out_.table];
        if (use.expansion != nothing)
            out_.all = in_.tables[in_.what.expansions[use.expansion].base].rows();
        out_.outside = out_.all - std::min(out_.all, met_);
    }
    find_places();
    return std::move(out_);
}

}  // namespace merit::engine
