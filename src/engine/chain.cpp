#include "engine/chain.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace merit::engine {

using plan::chain_value;
using plan::id;
using plan::nothing;

namespace {

struct chain_row {
    std::uint32_t key;
    std::int64_t time;  ///< local
    int128 order;
    std::uint64_t meets;  ///< a bit a step
    std::uint32_t row;
};

/// Where several rows are of one time, the one that could serve for the fewest steps goes first, so
/// that it is not in the way of a later step.
bool is_earlier(const chain_row& a, const chain_row& b) {
    if (a.key != b.key) return a.key < b.key;
    if (a.time != b.time) return a.time < b.time;
    if (a.order != b.order) return a.order < b.order;
    const int few = std::popcount(a.meets);
    const int other = std::popcount(b.meets);
    if (few != other) return few < other;
    return a.meets != b.meets ? a.meets < b.meets : a.row < b.row;
}
bool is_same_place(const chain_row& a, const chain_row& b) {
    return a.key == b.key && a.time == b.time && a.order == b.order;
}

/// One chain: the rows of its steps so far, as positions among the rows of the entity.
struct made_chain {
    std::size_t entry;
    std::vector<std::size_t> rows;
};

class chain_maker {
public:
    chain_maker(const environment& in, leaf_source& leaves, const plan::chain& along,
                std::size_t batch_rows)
        : in_(in), leaves_(leaves), along_(along), batch_rows_(batch_rows) {
        const id table = table_below(in.what, along.on);
        count_ = in.tables[table].rows();
        steps_ = along.steps.size();
    }

    void run() {
        list_rows();
        reached_.assign(count_, 0);
        place_.assign(count_, 0);
        step_rows_.assign(steps_, std::vector<std::uint32_t>(count_, no_row));
        for (std::size_t first = 0; first < rows_.size();) {
            std::size_t last = first;
            while (last < rows_.size() && rows_[last].key == rows_[first].key) ++last;
            follow(first, last);
            first = last;
        }
    }

    [[nodiscard]] full_column values(const plan::expression& what, const chain_value& of) {
        full_column out;
        out.kind = lane_of(what.type);
        if (of.what == chain_value::kind::time) {
            text_pool texts;
            const full_column times =
                whole_column(in_, leaves_, along_.time, count_, batch_rows_, texts);
            const std::vector<std::uint32_t>& at = step_rows_[of.step];
            for (std::size_t row = 0; row < count_; ++row) {
                const bool blank = at[row] == no_row;
                out.whole.push_back(blank ? 0 : times.whole[at[row]]);
                out.marks.push_back(blank ? blank_bit : mark{0});
            }
            return out;
        }
        if (of.what == chain_value::kind::row) {
            for (const std::uint32_t at : step_rows_[of.step]) {
                out.whole.push_back(at == no_row ? 0 : at);
                out.marks.push_back(at == no_row ? blank_bit : mark{0});
            }
            return out;
        }
        for (std::size_t row = 0; row < count_; ++row) {
            const bool blank = reached_[row] == 0;
            out.whole.push_back(of.what == chain_value::kind::reached ? reached_[row]
                                                                      : place_[row]);
            out.marks.push_back(blank ? blank_bit : mark{0});
        }
        return out;
    }

private:
    void list_rows() {
        const std::vector<std::uint8_t> kept =
            kept_rows(in_, leaves_, along_.on, {}, count_, batch_rows_);
        text_pool texts;
        const auto whole = [&](id expression) {
            return whole_column(in_, leaves_, expression, count_, batch_rows_, texts);
        };
        key_numbers keys(count_, 0);
        key_numbering numbering;
        numbering.add(whole(along_.key), keys);
        const local_times times(in_, leaves_, along_.time, count_, batch_rows_);
        const full_column orders = along_.order == nothing ? full_column{} : whole(along_.order);
        std::vector<std::uint64_t> meets(count_, 0);
        for (std::size_t step = 0; step < steps_; ++step) {
            const full_column holds = whole(along_.steps[step]);
            const vector view = holds.view(0);
            for (std::size_t row = 0; row < count_; ++row)
                if ((view.mark_at(row) & unusable) == 0 && view.whole[row] != 0)
                    meets[row] |= std::uint64_t{1} << step;
        }
        for (std::uint32_t row = 0; row < count_; ++row) {
            if (kept[row] == 0 || keys[row] == no_key_number || !times.present(row) ||
                meets[row] == 0)
                continue;
            const int128 order = along_.order == nothing ? 0 : order_in(orders, row);
            rows_.push_back({keys[row], times.at(row), order, meets[row], row});
        }
        std::sort(rows_.begin(), rows_.end(), is_earlier);
    }

    /// The chains of one entity, whose rows are [first, last).
    void follow(std::size_t first, std::size_t last) {
        std::vector<made_chain> chains;
        for (std::size_t entry = first; entry < last; ++entry)
            if ((rows_[entry].meets & 1) != 0) chains.push_back(chain_from(entry, first, last));
        std::sort(chains.begin(), chains.end(), [this](const made_chain& a, const made_chain& b) {
            if (a.rows.size() != b.rows.size()) return a.rows.size() > b.rows.size();
            return is_earlier(rows_[a.entry], rows_[b.entry]);
        });
        std::int64_t place = 0;
        for (const made_chain& one : chains) {
            const std::uint32_t row = rows_[one.entry].row;
            reached_[row] = static_cast<std::int64_t>(one.rows.size());
            place_[row] = ++place;
            for (std::size_t step = 0; step < one.rows.size(); ++step)
                step_rows_[step][row] = rows_[one.rows[step]].row;
        }
    }

    made_chain chain_from(std::size_t entry, std::size_t first, std::size_t last) const {
        made_chain out{entry, {entry}};
        std::int64_t end = std::numeric_limits<std::int64_t>::max();
        if (along_.within != nothing)
            end = in_.calendar.add_span(rows_[entry].time,
                                        std::get<span_value>(in_.what.constants[along_.within]));
        for (std::size_t step = 1; step < steps_; ++step) {
            std::size_t at = out.rows.back();
            while (at > first && is_same_place(rows_[at - 1], rows_[at])) --at;
            const auto taken = [&](std::size_t row) {
                return std::find(out.rows.begin(), out.rows.end(), row) != out.rows.end();
            };
            while (at < last && rows_[at].time <= end &&
                   ((rows_[at].meets >> step & 1) == 0 || taken(at)))
                ++at;
            if (at == last || rows_[at].time > end) break;
            out.rows.push_back(at);
        }
        return out;
    }

    const environment& in_;
    leaf_source& leaves_;
    const plan::chain& along_;
    std::size_t batch_rows_;
    std::size_t count_ = 0;
    std::size_t steps_ = 0;
    std::vector<chain_row> rows_;
    std::vector<std::int64_t> reached_;
    std::vector<std::int64_t> place_;
    std::vector<std::vector<std::uint32_t>> step_rows_;  ///< by step and row of the entry
};

}  // namespace

full_column chained(const environment& in, leaf_source& leaves, look_ups& known, id expression,
                    std::size_t batch_rows) {
    const id chain = in.what.chain_values[in.what.expressions[expression].with].chain;
    chain_maker maker(in, leaves, in.what.chains[chain], batch_rows);
    maker.run();
    for (id other = expression + 1; other < in.what.expressions.size(); ++other) {
        const plan::expression& what = in.what.expressions[other];
        if (what.op != plan::expression_op::chain || known.knows(other)) continue;
        const chain_value& of = in.what.chain_values[what.with];
        if (of.chain == chain) known.add(other, maker.values(what, of));
    }
    const plan::expression& what = in.what.expressions[expression];
    return maker.values(what, in.what.chain_values[what.with]);
}

}  // namespace merit::engine
