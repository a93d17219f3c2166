#include "engine/sequence.hpp"

#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::expression_op;
using plan::id;
using plan::nothing;

void read_below(const plan::plan& in, id source, std::vector<id>& found) {
    while (true) {
        const plan::source& one = in.sources[source];
        found.insert(found.end(), {one.visible, one.kept});
        if (one.of == plan::source::relation::table) return;
        source = one.which;
    }
}

std::vector<id> read_along(const plan::plan& in, const plan::expression& what) {
    std::vector<id> found;
    if (what.op == expression_op::near_row) {
        const plan::sequence& among = in.sequences[what.with];
        found = among.where;
        found.insert(found.end(), among.keys.begin(), among.keys.end());
        found.insert(found.end(), {among.time, among.order, among.value});
        read_below(in, among.on, found);
    } else if (what.op == expression_op::chain) {
        const plan::chain& along = in.chains[in.chain_values[what.with].chain];
        found = along.steps;
        found.insert(found.end(), {along.key, along.time, along.order});
        read_below(in, along.on, found);
    }
    std::erase(found, nothing);
    return found;
}

id table_below(const plan::plan& in, id source) {
    while (in.sources[source].of != plan::source::relation::table)
        source = in.sources[source].which;
    return in.sources[source].which;
}

std::vector<std::uint8_t> kept_rows(const environment& in, leaf_source& leaves, id source,
                                    std::span<const id> where, std::size_t rows,
                                    std::size_t batch_rows) {
    std::vector<std::uint8_t> kept(rows, 1);
    text_pool texts;
    const auto keep_if = [&](id condition, bool visible, id as_of) {
        if (condition == nothing || (visible && !in.as_of && as_of == nothing)) return;
        const full_column column = whole_column(in, leaves, condition, rows, batch_rows, texts);
        const vector holds = column.view(0);
        const std::int64_t last =
            visible ? last_visible(in, as_of, in.what.expressions[condition].type) : 0;
        for (std::size_t row = 0; row < rows; ++row) {
            const bool blank = (holds.mark_at(row) & unusable) != 0;
            const bool good = visible ? is_seen(holds, row, last) : !blank && holds.whole[row] != 0;
            if (!good) kept[row] = 0;
        }
    };
    for (id below = source;;) {
        const plan::source& one = in.what.sources[below];
        keep_if(one.visible, true, one.as_of);
        keep_if(one.kept, false, nothing);
        if (one.of == plan::source::relation::table) break;
        below = one.which;
    }
    for (const id one : where) keep_if(one, false, nothing);
    return kept;
}

void key_numbering::add(const full_column& keys, key_numbers& into) {
    const vector view = keys.view(0);
    std::vector<std::int64_t> codes;
    for (std::size_t row = 0; row < into.size(); ++row) {
        if (into[row] == no_key_number) continue;
        if ((view.mark_at(row) & unusable) != 0) {
            into[row] = no_key_number;
            continue;
        }
        const int128 value =
            view.kind == lane::text ? code_of(view, row, codes) : payload(view, row);
        const auto [place, fresh] = numbers_.try_emplace({into[row], value}, next_);
        if (fresh) ++next_;
        into[row] = place->second;
    }
}

/// A dictionary's code is looked up once.
std::int64_t key_numbering::code_of(const vector& view, std::size_t row,
                                    std::vector<std::int64_t>& codes) {
    const auto code = static_cast<std::size_t>(view.whole[row]);
    if (code >= codes.size()) codes.resize(code + 1, -1);
    if (codes[code] < 0) codes[code] = texts_.code_of(view.texts.at(view.whole[row]));
    return codes[code];
}

local_times::local_times(const environment& in, leaf_source& leaves, id time, std::size_t rows,
                         std::size_t batch_rows)
    : in_(in), dates_(in.what.expressions[time].type.kind == type_kind::date) {
    text_pool texts;
    values_ = whole_column(in, leaves, time, rows, batch_rows, texts);
    view_ = values_.view(0);
}

std::int64_t local_times::at(std::size_t row) const {
    const std::int64_t time = view_.whole[row];
    return dates_ ? time * calendar::day_us : in_.calendar.to_local(time);
}

int128 order_in(const full_column& orders, std::size_t row) {
    const vector view = orders.view(0);
    return (view.mark_at(row) & unusable) != 0 ? no_key : order_key(view, row);
}

}  // namespace merit::engine
