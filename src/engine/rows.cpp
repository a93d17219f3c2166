#include "engine/rows.hpp"

#include <algorithm>

#include "engine/chain.hpp"
#include "engine/near_row.hpp"
#include "engine/selection.hpp"

namespace merit::engine {

using plan::expression;
using plan::expression_op;
using plan::id;
using plan::nothing;

namespace {

constexpr id several = nothing - 1;

/// Rows of a batch: the selected ones, or all.
struct batch_rows {
    std::size_t first;
    std::size_t count;
    const std::uint32_t* selected;
    [[nodiscard]] std::size_t at(std::size_t i) const {
        return first + (selected == nullptr ? i : selected[i]);
    }
};

template <class Cell, class Out>
void copy_cells(const column& from, const batch_rows& rows, Out* out) {
    const Cell* cells = static_cast<const Cell*>(from.data()) + rows.first;
    if (rows.selected == nullptr) {
        for (std::size_t i = 0; i < rows.count; ++i) out[i] = static_cast<Out>(cells[i]);
        return;
    }
    for (std::size_t i = 0; i < rows.count; ++i) out[i] = static_cast<Out>(cells[rows.selected[i]]);
}

/// Cells that lie as their lane wants them are lent, unless only some are wanted.
template <class Cell>
const Cell* lend(const column& from, const batch_rows& rows, Cell* copy) {
    if (rows.selected == nullptr) return static_cast<const Cell*>(from.data()) + rows.first;
    copy_cells<Cell>(from, rows, copy);
    return copy;
}

bool any_blank(const column& from, const batch_rows& rows) {
    row_word missing = 0;
    if (rows.selected == nullptr) {
        const validity_view validity(from.validity(), rows.first, from.size());
        for (std::size_t at = 0; at < rows.count; at += word_rows)
            missing |= ~validity.word(at) & low_bits(rows.count - at);
        return missing != 0;
    }
    for (std::size_t i = 0; i < rows.count; ++i)
        missing |= ~(from.validity()[rows.at(i) / word_rows] >> rows.at(i) % word_rows) & 1;
    return missing != 0;
}

/// A batch without blanks has no marks, which spares every step above a look at each row: the rows
/// that a filter keeps are often those that have a value (scorecard_bench).
void load_marks(const column& from, const batch_rows& rows, buffer& into) {
    const std::uint64_t* words = from.validity();
    if (words == nullptr || !any_blank(from, rows)) return;
    mark* marks = into.begin_marks(rows.count);
    for (std::size_t i = 0; i < rows.count; ++i) {
        const std::size_t row = rows.at(i);
        const bool present = (words[row / word_rows] >> row % word_rows & 1) != 0;
        marks[i] = static_cast<mark>(present ? 0 : blank_bit);
    }
}

/// Codes as they come from a dictionary instead of rows: code i is i, the last one is blank.
class code_leaves final : public leaf_source {
public:
    code_leaves(id column, const dictionary& texts) : column_(column), texts_(texts) {}
    [[nodiscard]] bool supplies(id expression) const override { return expression == column_; }
    void load(id, std::size_t first, std::size_t count, buffer& into) override {
        std::int64_t* out = into.begin_whole(count, lane::text);
        into.view.texts.known = &texts_;
        for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::int64_t>(first + i);
        if (first + count <= texts_.size()) return;
        out[count - 1] = 0;
        into.begin_marks(count)[count - 1] = blank_bit;
    }

private:
    id column_;
    const dictionary& texts_;
};

/// Texts of a pool get a dictionary of their own, so that threads may share them.
void own_texts(full_column& of) {
    if (of.kind != lane::text || of.texts.pool == nullptr) return;
    std::vector<std::string> texts;
    for (std::size_t code = 0; code < of.texts.pool->size(); ++code)
        texts.emplace_back(of.texts.pool->at(static_cast<std::int64_t>(code)));
    if (texts.empty()) texts.emplace_back();
    of.owner = std::make_shared<const dictionary>(std::move(texts));
    of.texts = {of.owner.get(), nullptr};
}

/// The index of a table that keys are looked up in; for a view its condition is evaluated first.
result<key_index*> index_of(const environment& in, look_ups& looked_up, leaf_source& leaves,
                            id table, std::size_t batch_rows) {
    const id condition = in.what.tables[table].kept;
    if (condition == nothing || looked_up.has_index(table)) return looked_up.index(in, table);
    text_pool texts;
    const full_column kept =
        whole_column(in, leaves, condition, in.tables[table].rows(), batch_rows, texts);
    return looked_up.index(in, table, &kept);
}

bool makes_text(const expression& what) {
    return what.type.kind == type_kind::text &&
           (what.op == expression_op::scalar || what.op == expression_op::tier ||
            what.op == expression_op::constant || what.op == expression_op::parameter);
}

}  // namespace

void load_column(const column& from, std::size_t first, std::size_t count, buffer& into,
                 const std::uint32_t* selected) {
    const batch_rows rows{first, count, selected};
    const auto begin = [&](lane kind) {
        // A view needs no memory of its own.
        into.begin(kind, selected == nullptr ? 0 : count);
    };
    switch (from.storage()) {
        case storage::byte:
            copy_cells<std::uint8_t>(from, rows, into.begin_whole(count));
            break;
        case storage::int32:
            copy_cells<std::int32_t>(from, rows, into.begin_whole(count));
            break;
        case storage::int64:
            if (lane_of(from.type()) == lane::wide) {
                copy_cells<std::int64_t>(from, rows, into.begin_wide(count));
            } else {
                begin(lane::whole);
                into.view.whole = lend(from, rows, into.whole());
            }
            break;
        case storage::int128:
            begin(lane::wide);
            into.view.wide = lend(from, rows, into.wide());
            break;
        case storage::float64:
            begin(lane::real);
            into.view.real = lend(from, rows, into.real());
            break;
        case storage::code8:
            copy_cells<std::uint8_t>(from, rows, into.begin_whole(count, lane::text));
            break;
        case storage::code16:
            copy_cells<std::uint16_t>(from, rows, into.begin_whole(count, lane::text));
            break;
        case storage::code32:
            copy_cells<std::uint32_t>(from, rows, into.begin_whole(count, lane::text));
            break;
    }
    into.view.texts.known = from.texts().get();
    load_marks(from, rows, into);
}

void row_leaves::load(id expression, std::size_t first, std::size_t count, buffer& into) {
    const bound_expression& from = bound_.at(expression);
    switch (from.how) {
        case bound_expression::way::stored:
            if (selected_ == nullptr) {
                into.view = from.values.view(first);
                return;
            }
            if (codes_.size() < count) codes_.resize(count);
            for (std::size_t i = 0; i < count; ++i)
                codes_[i] = static_cast<std::uint32_t>(first) + selected_[i];
            return gather(from.values, codes_.data(), count, into);
        case bound_expression::way::same:
            codes_.assign(std::max(codes_.size(), count), 0);
            return gather(from.values, codes_.data(), count, into);
        case bound_expression::way::by_code:
            return load_codes(from, first, count, into);
        default:
            return load_column(in_.tables[from.table].at(from.column), first, count, into,
                               selected_);
    }
}

void row_leaves::load_codes(const bound_expression& from, std::size_t first, std::size_t count,
                            buffer& into) {
    const column& codes = in_.tables[from.table].at(from.column);
    const code_view view{codes.data(), codes.storage()};
    const batch_rows rows{first, count, selected_};
    const auto blank = static_cast<std::uint32_t>(from.values.size() - 1);
    if (codes_.size() < count) codes_.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        codes_[i] = codes.present(rows.at(i)) ? view[rows.at(i)] : blank;
    gather(from.values, codes_.data(), count, into);
}

void row_bindings::analyse(const environment& in) {
    const std::vector<expression>& all = in.what.expressions;
    bound_.resize(all.size());
    sole_.assign(all.size(), nothing);
    for (id e = 0; e < all.size(); ++e) {
        const expression& what = all[e];
        if (what.op == expression_op::column) {
            bound_[e] = {bound_expression::way::column, what.over, what.with, {}};
            sole_[e] = several;
            // A frame that is not evaluated yet is no table yet.
            if (what.with >= in.tables[what.over].schema().fields.size()) continue;
            const column& from = in.tables[what.over].at(what.with);
            if (!marked_in((*in.marked)[what.over], what.with).empty()) {
                bound_[e].how = bound_expression::way::stored;
                continue;
            }
            sole_[e] = from.texts() != nullptr ? e : several;
            continue;
        }
        if (what.op == expression_op::near_row || what.op == expression_op::chain) {
            sole_[e] = several;
            continue;
        }
        const std::size_t skip = what.op == expression_op::look_up ? 1 : 0;
        for (std::size_t k = skip; k < what.of.size(); ++k) {
            const id of = sole_[what.of[k]];
            if (of == nothing || of == sole_[e]) continue;
            sole_[e] = sole_[e] == nothing ? of : several;
        }
    }
}

void row_bindings::choose(const environment& in, std::span<const id> roots) {
    const std::vector<expression>& all = in.what.expressions;
    needed_.assign(all.size(), false);
    inside_.assign(all.size(), false);
    for (const id root : roots) needed_[root] = true;
    for (id e = static_cast<id>(all.size()); e-- > 0;) {
        const expression& what = all[e];
        if (!needed_[e] && !inside_[e]) continue;
        const bool look_up = what.op == expression_op::look_up;
        if (look_up) needed_[what.of[0]] = true;
        if (look_up && in.what.tables[what.with].kept != nothing)
            needed_[in.what.tables[what.with].kept] = true;
        for (const id read : read_along(in.what, what)) needed_[read] = true;
        bool by_code = false;
        if (needed_[e] && what.op != expression_op::column && sole_[e] < several) {
            const expression& leaf = all[sole_[e]];
            const table& rows = in.tables[leaf.over];
            // A dictionary much larger than the table would cost more than its rows.
            by_code = rows.at(leaf.with).texts()->size() <= rows.rows() + 4096;
            if (by_code) bound_[e] = {bound_expression::way::by_code, leaf.over, leaf.with, {}};
        }
        for (std::size_t k = look_up ? 1 : 0; k < what.of.size(); ++k) {
            if (inside_[e] || by_code) inside_[what.of[k]] = true;
            if (needed_[e] && !by_code) needed_[what.of[k]] = true;
        }
    }
}

result<void> row_bindings::resolve(environment& in, look_ups& looked_up, id e,
                                   std::size_t batch_rows) {
    const expression& what = in.what.expressions[e];
    row_leaves leaves(in, *this);
    if (what.op == expression_op::look_up) {
        auto index = index_of(in, looked_up, leaves, what.with, batch_rows);
        if (!index) return index.error();
        const expression& key = in.what.expressions[what.of[1]];
        if (key.op == expression_op::column) {
            const column& keys = in.tables[key.over].at(key.with);
            if (keys.texts() != nullptr) (*index)->learn(*keys.texts());
        }
        if (!looked_up.knows(what.of[0])) {
            text_pool texts;
            full_column target = whole_column(in, leaves, what.of[0], in.tables[what.with].rows(),
                                              batch_rows, texts);
            own_texts(target);
            looked_up.add(what.of[0], std::move(target));
        }
    }
    if (!needed_[e]) return {};
    bound_expression& bound = bound_[e];
    text_pool texts;
    if (what.op == expression_op::column && bound.how == bound_expression::way::stored) {
        bound.values = with_marks(in.tables[bound.table].at(bound.column),
                                  marked_in((*in.marked)[bound.table], bound.column));
        return {};
    }
    if (what.op == expression_op::near_row || what.op == expression_op::chain) {
        // Other rows are looked at once a run.
        if (!looked_up.knows(e))
            looked_up.add(e, what.op == expression_op::chain
                                 ? chained(in, leaves, looked_up, e, batch_rows)
                                 : near_rows(in, leaves, e, batch_rows));
        bound.values = looked_up.target(e);
        bound.how = bound_expression::way::stored;
        bound.table = what.over;
        return {};
    }
    if (bound.how == bound_expression::way::by_code) {
        const dictionary& codes = *in.tables[bound.table].at(bound.column).texts();
        code_leaves by_code(sole_[e], codes);
        bound.values = whole_column(in, by_code, e, codes.size() + 1, batch_rows, texts);
        own_texts(bound.values);
    } else if (bound.how == bound_expression::way::step && makes_text(what)) {
        const bool constant = what.over == nothing;
        const std::size_t rows = constant ? 1 : in.tables[what.over].rows();
        bound.values = whole_column(in, leaves, e, rows, batch_rows, texts);
        own_texts(bound.values);
        bound.how = constant ? bound_expression::way::same : bound_expression::way::stored;
        bound.table = what.over;
    }
    return {};
}

result<void> row_bindings::prepare(row_bindings& into, environment& in, look_ups& looked_up,
                                   std::span<const id> roots, std::size_t batch_rows) {
    in.looked_up = &looked_up;
    into.analyse(in);
    into.choose(in, roots);
    for (id e = 0; e < into.bound_.size(); ++e) {
        if (!into.needed_[e] && !into.inside_[e]) continue;
        if (auto done = into.resolve(in, looked_up, e, batch_rows); !done) return done.error();
    }
    return {};
}

const dictionary* row_bindings::texts_of(const environment& in, id e) const {
    const bound_expression& bound = bound_[e];
    if (bound.how == bound_expression::way::column)
        return in.tables[bound.table].at(bound.column).texts().get();
    if (bound.how != bound_expression::way::step) return bound.values.texts.known;
    const expression& what = in.what.expressions[e];
    if (what.op == expression_op::look_up) return in.looked_up->target(what.of[0]).texts.known;
    return nullptr;
}

}  // namespace merit::engine
