#include "engine/near_row.hpp"

#include <algorithm>

#include "engine/look_up.hpp"
#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

struct placed_row {
    std::uint32_t key;
    std::int64_t time;
    int128 order;
    std::uint32_t row;
};

bool is_before(const placed_row& a, const placed_row& b) {
    if (a.key != b.key) return a.key < b.key;
    if (a.time != b.time) return a.time < b.time;
    return a.order < b.order;
}

class looker {
public:
    looker(const environment& in, leaf_source& leaves, id expression, std::size_t batch_rows)
        : in_(in),
          leaves_(leaves),
          what_(in.what.expressions[expression]),
          among_(in.what.sequences[what_.with]),
          batch_rows_(batch_rows),
          home_rows_(in.tables[what_.over].rows()),
          there_rows_(in.tables[table_below(in.what, among_.on)].rows()) {}

    full_column all() {
        const key_numbers home_keys = number_keys();
        list_rows();
        const full_column values = whole(among_.value, there_rows_);
        value_view_ = values.view(0);
        std::vector<std::uint32_t> nearest(home_rows_, no_row);
        const local_times times(in_, leaves_, what_.of[0], home_rows_, batch_rows_);
        const full_column orders =
            among_.order == nothing ? full_column{} : whole(what_.of[1], home_rows_);
        for (std::uint32_t row = 0; row < home_rows_; ++row) {
            if (home_keys[row] == no_key_number || !times.present(row)) continue;
            const int128 order = among_.order == nothing ? 0 : order_in(orders, row);
            nearest[row] = nearest_to({home_keys[row], time_of(times, row), order, row});
        }
        return taken(values, nearest);
    }

private:
    full_column whole(id expression, std::size_t rows) {
        return whole_column(in_, leaves_, expression, rows, batch_rows_, texts_);
    }

    /// Two instants are compared as such; with a date between them, by the local clock.
    [[nodiscard]] std::int64_t time_of(const local_times& times, std::size_t row) const {
        const auto& home = in_.what.expressions[what_.of[0]].type;
        const auto& there = in_.what.expressions[among_.time].type;
        return home.kind == there.kind ? times.raw(row) : times.at(row);
    }

    key_numbers number_keys() {
        key_numbers home(home_rows_, 0);
        keys_.assign(there_rows_, 0);
        key_numbering numbering;
        const std::size_t first = among_.order == nothing ? 1 : 2;
        for (std::size_t k = 0; k < among_.keys.size(); ++k) {
            numbering.turn();
            numbering.add(whole(what_.of[first + k], home_rows_), home);
            numbering.add(whole(among_.keys[k], there_rows_), keys_);
        }
        return home;
    }

    void list_rows() {
        const std::vector<std::uint8_t> kept =
            kept_rows(in_, leaves_, among_.on, among_.where, there_rows_, batch_rows_);
        const local_times times(in_, leaves_, among_.time, there_rows_, batch_rows_);
        const full_column orders =
            among_.order == nothing ? full_column{} : whole(among_.order, there_rows_);
        for (std::uint32_t row = 0; row < there_rows_; ++row) {
            if (kept[row] == 0 || keys_[row] == no_key_number || !times.present(row)) continue;
            const int128 order = among_.order == nothing ? 0 : order_in(orders, row);
            rows_.push_back({keys_[row], time_of(times, row), order, row});
        }
        std::sort(rows_.begin(), rows_.end(), [](const placed_row& a, const placed_row& b) {
            if (is_before(a, b)) return true;
            return !is_before(b, a) && a.row < b.row;
        });
    }

    std::uint32_t nearest_to(const placed_row& from) const {
        auto place = among_.later == among_.itself
                         ? std::lower_bound(rows_.begin(), rows_.end(), from, is_before)
                         : std::upper_bound(rows_.begin(), rows_.end(), from, is_before);
        if (!among_.later) {
            if (place == rows_.begin()) return no_row;
            --place;
        }
        if (place == rows_.end() || place->key != from.key) return no_row;
        const auto [begin, end] = std::equal_range(rows_.begin(), rows_.end(), *place, is_before);
        std::uint32_t best = begin->row;
        for (auto one = begin + 1; one != end; ++one)
            if (is_less(one->row, best)) best = one->row;
        return best;
    }

    /// Blanks are behind every value.
    bool is_less(std::uint32_t a, std::uint32_t b) const {
        const bool blank = (value_view_.mark_at(a) & unusable) != 0;
        const bool other = (value_view_.mark_at(b) & unusable) != 0;
        if (blank || other) return !blank && other;
        if (value_view_.kind != lane::text)
            return order_key(value_view_, a) < order_key(value_view_, b);
        return value_view_.texts.at(value_view_.whole[a]) <
               value_view_.texts.at(value_view_.whole[b]);
    }

    full_column taken(const full_column& values, const std::vector<std::uint32_t>& nearest) const {
        full_column out;
        out.kind = values.kind;
        buffer some;
        for (std::size_t first = 0; first < nearest.size(); first += batch_rows_) {
            const std::size_t count = std::min(batch_rows_, nearest.size() - first);
            gather(values, nearest.data() + first, count, some);
            for (std::size_t i = 0; i < count; ++i)
                if (nearest[first + i] == no_row) some.marks()[i] = blank_for(reason::none);
            out.append(some.view, count);
        }
        out.texts = values.texts;
        out.owner = values.owner;
        if (out.kind == lane::text && values.texts.pool != nullptr) own(out);
        return out;
    }

    /// Texts that formulas made outlive the pool they were made in.
    static void own(full_column& out) {
        std::vector<std::string> texts;
        for (std::size_t code = 0; code < out.texts.pool->size(); ++code)
            texts.emplace_back(out.texts.pool->at(static_cast<std::int64_t>(code)));
        if (texts.empty()) texts.emplace_back();
        out.owner = std::make_shared<const dictionary>(std::move(texts));
        out.texts = {out.owner.get(), nullptr};
    }

    const environment& in_;
    leaf_source& leaves_;
    const plan::expression& what_;
    const plan::sequence& among_;
    std::size_t batch_rows_;
    std::size_t home_rows_;
    std::size_t there_rows_;
    text_pool texts_;
    key_numbers keys_;
    std::vector<placed_row> rows_;
    vector value_view_;
};

}  // namespace

full_column near_rows(const environment& in, leaf_source& leaves, id expression,
                      std::size_t batch_rows) {
    return looker(in, leaves, expression, batch_rows).all();
}

}  // namespace merit::engine
