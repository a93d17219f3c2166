#include "engine/inspection.hpp"

#include <algorithm>

#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

result<std::unique_ptr<inspection>> inspection::make(const plan::plan& what,
                                                     std::span<const table> tables,
                                                     std::span<const value> parameters,
                                                     const run_settings& with) {
    auto run = running::make(what, tables, parameters, with);
    if (!run) return run.error();
    std::unique_ptr<inspection> made(new inspection(std::move(*run)));
    auto answer = made->run_->all();
    if (!answer) return answer.error();
    made->answer_ = std::move(*answer);
    return made;
}

evaluated* inspection::frame_at(id frame, bool early) {
    if (frame == nothing) return nullptr;
    frames& among = run_->among(early);
    if (evaluated* const known = among.known(frame); known != nullptr) return known;
    // A frame along another has no rows before that one reads it.
    if (what().frames[frame].along != nothing) return nullptr;
    const auto made = among.get(frame);
    return made ? *made : nullptr;
}

seen_value inspection::value_at(id frame, bool early, std::uint32_t row, std::uint32_t column,
                                std::string_view currency) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || column >= from->columns.size()) return {};
    const full_column& values = from->columns[column];
    if (row >= values.size()) return {};
    const vector view = values.view(0);
    const mark m = view.mark_at(row);
    seen_value out;
    out.why = reason_of(m);
    out.failed = (m & error_bit) != 0;
    if ((m & unusable) != 0) return out;
    merit::type type = what().expressions[what().frames[frame].columns[column]].type;
    if (type.kind == type_kind::money && currency.size() < std::size(type.currency))
        std::copy(currency.begin(), currency.end(), type.currency);
    out.is = to_value(view, row, type);
    return out;
}

merit::value inspection::key_at(id frame, bool early, std::uint32_t row, std::uint32_t position) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || row >= from->rows.rows().size()) return blank_value{};
    return key_value(in(), from->rows, from->rows.rows()[row], position);
}

std::string inspection::piece_at(id frame, bool early, std::uint32_t row) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || what().frames[frame].pieces_of == nothing) return {};
    if (row >= from->rows.rows().size()) return {};
    const plan::period& of = from->rows.when().periods[from->rows.rows()[row].period];
    const unit piece = what().frames[frame].piece;
    return in().calendar.label(piece, in().calendar.start_of(piece, of.nominal.from));
}

std::uint32_t inspection::row_through(id broadcast, id frame, bool early, std::uint32_t row) {
    return run_->among(early).row_through(what().broadcasts[broadcast], frame, row);
}

std::uint32_t inspection::row_of_key(id frame, bool early, const merit::value& key) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || from->rows.key_count() == 0) return no_row;
    const std::uint32_t position = from->rows.domain(0).position;
    const auto rows = static_cast<std::uint32_t>(from->rows.rows().size());
    for (std::uint32_t row = 0; row < rows; ++row)
        if (key_at(frame, early, row, position) == key) return row;
    const bool has_default = std::any_of(
        what().tables.begin(), what().tables.end(),
        [&](const plan::table_use& use) { return use.frame == frame && use.has_default; });
    return has_default && rows != 0 ? rows - 1 : no_row;
}

std::uint32_t inspection::row_with_key(id table, const merit::value& key) const {
    const key_index& index = in().looked_up->index(table);
    if (const auto* text = std::get_if<std::string>(&key)) return index.row_of(*text);
    if (const auto* number = std::get_if<std::int64_t>(&key)) return index.row_of(*number);
    if (const auto* day = std::get_if<date_value>(&key))
        return index.row_of(std::int64_t{day->days});
    return no_row;
}

std::vector<std::uint32_t> inspection::beside(id frame, bool early, std::uint32_t row,
                                              const plan::peer_window& by) {
    std::vector<std::uint32_t> out;
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || row >= from->rows.rows().size()) return out;
    const auto rows = static_cast<std::uint32_t>(from->rows.rows().size());
    const std::vector<id>& columns = what().frames[frame].columns;
    for (std::uint32_t other = 0; other < rows; ++other) {
        const auto key = [&](std::uint32_t at) {
            return key_at(frame, early, other, at) == key_at(frame, early, row, at);
        };
        const auto value = [&](id of) {
            const auto at = static_cast<std::uint32_t>(
                std::find(columns.begin(), columns.end(), of) - columns.begin());
            return value_at(frame, early, other, at).is == value_at(frame, early, row, at).is;
        };
        if (std::all_of(by.partition.begin(), by.partition.end(), key) &&
            std::all_of(by.parted.begin(), by.parted.end(), value))
            out.push_back(other);
    }
    return out;
}

id inspection::table_of(id source) const {
    while (what().sources[source].of == plan::source::relation::view)
        source = what().sources[source].which;
    return what().sources[source].which;
}

result<std::vector<seen_value>> inspection::values_of(std::span<const id> expressions,
                                                      std::span<const std::uint32_t> rows) {
    std::vector<seen_value> out;
    row_bindings bound;
    const std::size_t batch = run_->settings().batch_rows;
    auto ready = row_bindings::prepare(bound, run_->in(), run_->looked_up(), expressions, batch);
    if (!ready) return ready.error();
    row_leaves leaves(in(), bound);
    text_pool texts;
    program steps(in(), leaves, expressions, texts);
    for (const std::uint32_t row : rows) {
        steps.run(row, 1);
        for (const id one : expressions) {
            const vector& value = steps.at(one);
            const mark m = value.mark_at(0);
            seen_value& made = out.emplace_back();
            made.why = reason_of(m);
            made.failed = (m & error_bit) != 0;
            if ((m & unusable) == 0) made.is = to_value(value, 0, what().expressions[one].type);
        }
    }
    return out;
}

std::optional<inspection::share> inspection::share_at(id table, std::uint32_t row) const {
    while (what().tables[table].expansion != nothing) {
        const plan::expansion& how = what().expansions[what().tables[table].expansion];
        if (how.how == plan::expansion::kind::shares)
            return share{in().tables[table].at(how.inherited + 1).at(row),
                         in().tables[table].at(how.inherited).at(row)};
        if (in().repeated == nullptr || row >= (*in().repeated)[table].size()) break;
        row = (*in().repeated)[table][row];
        table = how.base;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> inspection::rows_shared(id table) const {
    while (what().tables[table].expansion != nothing) {
        const plan::expansion& how = what().expansions[what().tables[table].expansion];
        table = how.base;
        if (how.how == plan::expansion::kind::shares) return in().tables[table].rows();
    }
    return std::nullopt;
}

namespace {

/// Columns of a table that an expression over its rows reads.
void add_columns(const plan::plan& in, id expression, std::vector<id>& into) {
    std::vector<id> open{expression};
    std::vector<bool> seen(in.expressions.size(), false);
    while (!open.empty()) {
        const id next = open.back();
        open.pop_back();
        if (seen[next]) continue;
        seen[next] = true;
        const plan::expression& one = in.expressions[next];
        if (one.op == plan::expression_op::column) {
            into.push_back(next);
            continue;
        }
        // Of a look-up the key alone is of these rows.
        const std::size_t skip = one.op == plan::expression_op::look_up ? 1 : 0;
        open.insert(open.end(), one.of.begin() + static_cast<std::ptrdiff_t>(skip), one.of.end());
    }
}

bool holds(const vector& values, std::size_t i) {
    return (values.mark_at(i) & unusable) == 0 && values.whole[i] != 0;
}

quad size_of(const merit::value& weight) {
    if (const auto* n = std::get_if<std::int64_t>(&weight)) return static_cast<quad>(*n);
    if (const auto* x = std::get_if<double>(&weight)) return static_cast<quad>(*x);
    const auto* const d = std::get_if<decimal_value>(&weight);
    return d == nullptr ? quad{0}
                        : static_cast<quad>(d->units) / static_cast<quad>(power_of_ten(d->scale));
}

bool blank_at(const vector& values, std::size_t i) {
    return (values.mark_at(i) & blank_bit) != 0;
}

/// One pass over the rows of a cell, each sorted into its place.
class sorting {
public:
    sorting(const environment& in, const rows_asked& which, const evaluated& group,
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

    [[nodiscard]] std::vector<id> roots() const {
        std::vector<id> out = columns_;
        const auto add = [&out](id one) {
            if (one != nothing) out.push_back(one);
        };
        for (const plan::source* one : sources_) add(one->visible);
        for (const row_condition& one : which_.conditions) add(one.expression);
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

    rows_met all(const row_bindings& bound, std::size_t batch_rows);

private:
    void find_source();
    void find_run(const plan::frame_times& when);
    void sort_row(const program& steps, std::size_t first, std::size_t i, std::uint32_t pane);
    [[nodiscard]] bool is_seen(const program& steps, std::size_t i) const;
    [[nodiscard]] bool is_ours(const program& steps, std::size_t i) const;
    [[nodiscard]] bool meets(const row_condition& one, const program& steps, std::size_t row,
                             std::size_t i) const;
    [[nodiscard]] bool is_blank(const program& steps, std::size_t row, std::size_t i) const;
    void weigh(const program& steps, std::size_t row, std::size_t i);
    bool is_best(const program& steps, std::size_t i);

    const environment& in_;
    const rows_asked& which_;
    const plan::cell& cell_;
    const evaluated& group_;
    const frame_row at_;
    evaluated* inner_;
    const plan::axis_panes& panes_;
    plan::axis_panes::run run_{0, 0};
    std::vector<const plan::source*> sources_;
    std::vector<id> columns_;  ///< that the argument reads
    std::optional<int128> best_;
    std::uint64_t met_ = 0;  ///< rows looked at: of rows that last, those in the window
    rows_met out_;
};

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
    if (inner_ == nullptr && cell_.argument != nothing)
        add_columns(in_.what, cell_.argument, columns_);
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
        if (blank_at(times, i)) return true;
        return times.whole[i] <=
               last_visible(in_, one->as_of, in_.what.expressions[one->visible].type);
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
        if (!meets(which_.conditions[c], steps, row, i)) return void(++out_.dropped[c]);
    ++out_.kept;
    if (is_blank(steps, row, i)) {
        ++out_.blank;
        const bool whole = std::none_of(columns_.begin(), columns_.end(),
                                        [&](id column) { return blank_at(steps.at(column), i); });
        out_.refused += whole && !columns_.empty() ? 1 : 0;
        if (out_.blanks.size() < which_.most)
            out_.blanks.push_back(static_cast<std::uint32_t>(row));
        if (!which_.blanks_too) return;
    } else {
        weigh(steps, row, i);
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
    return std::move(out_);
}

}  // namespace

std::vector<std::pair<std::string, std::size_t>> inspection::refused_cells(id expression) const {
    std::vector<id> columns;
    add_columns(what(), expression, columns);
    std::vector<std::pair<std::string, std::size_t>> out;
    for (const id one : columns) {
        const plan::expression& column = what().expressions[one];
        const table& rows = in().tables[column.over];
        if (column.with >= rows.schema().fields.size()) continue;
        const std::size_t cells = rows.at(column.with).blanked();
        if (cells != 0) out.emplace_back(rows.schema().fields[column.with].name, cells);
    }
    return out;
}

std::vector<std::pair<std::string, merit::value>> inspection::cells_of(id expression,
                                                                       std::uint32_t row) const {
    std::vector<id> columns;
    add_columns(what(), expression, columns);
    std::vector<std::pair<std::string, merit::value>> out;
    for (const id one : columns) {
        const plan::expression& column = what().expressions[one];
        const auto [base, at] = in().base_row(column.over, row);
        const auto& fields = in().tables[base].schema().fields;
        if (column.with < fields.size())  // not what an expansion adds
            out.emplace_back(fields[column.with].name, in().tables[base].at(column.with).at(at));
    }
    return out;
}

result<rows_met> inspection::rows_of(const rows_asked& which) {
    evaluated* const group = frame_at(which.frame, which.early);
    if (group == nullptr || which.row >= group->rows.rows().size()) return rows_met{};
    evaluated* const inner =
        which.inner == nothing ? nullptr : frame_at(which.inner, which.inner_early);
    sorting pass(in(), which, *group, inner, run_->times(which.early));
    row_bindings bound;
    const std::size_t batch = run_->settings().batch_rows;
    const std::vector<id> roots = pass.roots();
    auto ready = row_bindings::prepare(bound, run_->in(), run_->looked_up(), roots, batch);
    if (!ready) return ready.error();
    return pass.all(bound, batch);
}

}  // namespace merit::engine
