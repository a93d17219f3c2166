#include "engine/peers.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>

#include "core/decimal.hpp"
#include "engine/frame_columns.hpp"
#include "engine/states/order_key.hpp"

namespace merit::engine {

using language::function;
using plan::nothing;

namespace {

/// Rows of one frame by what separates their peers.
class partitions {
public:
    partitions(const frame_rows& rows, const plan::peer_window& window,
               const std::vector<full_column>& values)
        : rows_(rows) {
        for (const full_column& one : values) values_.push_back(one.view(0));
        for (const std::uint32_t position : window.partition) {
            if (const auto kept = rows.domain_at(position)) kept_.push_back(*kept);
            if (rows.unit_at(position)) units_.push_back(position);
        }
    }

    [[nodiscard]] int order(std::uint32_t i, std::uint32_t j) const {
        const frame_row& a = rows_.rows()[i];
        const frame_row& b = rows_.rows()[j];
        for (const vector& one : values_) {
            if (const int found = order(one, i, j); found != 0) return found;
        }
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
    static int order(const vector& of, std::uint32_t i, std::uint32_t j) {
        const bool x_blank = (of.mark_at(i) & unusable) != 0;
        const bool y_blank = (of.mark_at(j) & unusable) != 0;
        if (x_blank || y_blank) return static_cast<int>(x_blank) - static_cast<int>(y_blank);
        if (of.kind == lane::text)
            return of.texts.at(of.whole[i]).compare(of.texts.at(of.whole[j]));
        const int128 x = order_key(of, i);
        const int128 y = order_key(of, j);
        return x < y ? -1 : static_cast<int>(x > y);
    }

    const frame_rows& rows_;
    std::vector<vector> values_;
    std::vector<std::size_t> kept_;
    std::vector<std::uint32_t> units_;
};

quad number_at(const vector& from, std::size_t i) {
    if (from.kind == lane::wide) return static_cast<quad>(from.wide[i]);
    if (from.kind == lane::real) return static_cast<quad>(from.real[i]);
    return static_cast<quad>(from.whole[i]);
}

/// Computes one partition after the other; its rows come sorted, the first place first.
class placing {
public:
    placing(const peer_call& with, const std::vector<full_column>& operands,
            const std::vector<full_column>& parted)
        : with_(with), compared_(operands[0].view(0)), operands_(operands), parted_(parted) {
        const std::size_t count = with.rows.rows().size();
        out_.kind = lane_of(with.what.type);
        out_.marks.assign(count, blank_for(reason::no_data));
        out_.whole.assign(out_.kind == lane::wide || out_.kind == lane::real ? 0 : count, 0);
        out_.wide.assign(out_.kind == lane::wide ? count : 0, 0);
        out_.real.assign(out_.kind == lane::real ? count : 0, 0);
    }

    full_column all() {
        const std::size_t count = with_.rows.rows().size();
        if (count == 0) {
            out_.marks.clear();
            return std::move(out_);
        }
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < count; ++i)
            if (takes_part(i)) order.push_back(i);
        if (unparted_ != nothing) {
            for (const std::uint32_t row : order) fail(row, unparted_);
            return std::move(out_);
        }
        const partitions parts(with_.rows, with_.window, parted_);
        const auto apart = [&](std::uint32_t a, std::uint32_t b) { return parts.order(a, b); };
        const bool lowest = with_.window.lowest_first;
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            const int parted = apart(a, b);
            if (parted != 0) return parted < 0;
            if (has_failed(a) || has_failed(b)) return has_failed(a) > has_failed(b);
            const int128 x = order_key(compared_, a);
            const int128 y = order_key(compared_, b);
            return x != y ? (lowest ? x < y : y < x) : a < b;
        });
        for (std::size_t first = 0; first < order.size();) {
            std::size_t last = first + 1;
            while (last < order.size() && apart(order[first], order[last]) == 0) ++last;
            settle(order, first, last);
            first = last;
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] bool has_failed(std::uint32_t i) const {
        return (compared_.mark_at(i) & error_bit) != 0;
    }

    /// The peers between two places of the order; where one has failed, none has a place (N10).
    void settle(std::span<const std::uint32_t> order, std::size_t first, std::size_t last) {
        const auto peers = order.subspan(first, last - first);
        if (!has_failed(peers.front())) {
            place(peers);
            return flag(peers);
        }
        for (const std::uint32_t row : peers) fail(row, compared_.origins[peers.front()]);
    }

    bool takes_part(std::uint32_t i) {
        const mark m = compared_.mark_at(i);
        if ((m & unusable) != 0 && !has_failed(i)) {
            out_.marks[i] = m;
            return false;
        }
        for (const full_column& one : parted_) {
            if (one.marks.empty() || (one.marks[i] & error_bit) == 0) continue;
            fail(i, one.origins[i]);
            unparted_ = one.origins[i];
            return false;
        }
        if (has_failed(i)) fail(i, compared_.origins[i]);
        if (with_.window.min_n <= 0) return true;
        std::uint64_t most = 0;
        for (const plan::sighting& one : with_.window.counted) {
            with_.rows.slots_of(one.cell, one.map, with_.rows.rows()[i], slots_);
            std::uint64_t rows = 0;
            for (const std::uint32_t slot : slots_)
                rows += with_.from.states_of(one.cell).rows_in(slot);
            most = std::max(most, rows);
        }
        return most >= static_cast<std::uint64_t>(with_.window.min_n);
    }

    /// A version that changed inside tells of the place among its like too.
    void flag(std::span<const std::uint32_t> rows) {
        for (const full_column& one : parted_)
            for (const std::uint32_t row : rows)
                if (!one.marks.empty() && out_.marks[row] == 0 && (one.marks[row] & unusable) == 0)
                    out_.marks[row] = one.marks[row];
    }

    void place(std::span<const std::uint32_t> rows) {
        if (mixes_currencies(rows)) {
            for (const std::uint32_t row : rows) fail(row, with_.self);
            return;
        }
        switch (with_.window.what) {
            case function::minmax:
                return spread(rows);
            case function::zscore:
                return standardize(rows);
            case function::allot:
                return allot(rows);
            default:
                return rank(rows);
        }
    }

    /// Amounts whose currency their type does not say: it stands behind what is compared and split.
    [[nodiscard]] bool is_unsaid(std::size_t operand) const {
        const type& is = with_.in.what.expressions[with_.what.of[operand]].type;
        return is.kind == type_kind::money && is.currency[0] == 0;
    }

    /// The first currency of some rows.
    [[nodiscard]] static std::optional<std::string_view> code_in(
        const full_column& of, std::span<const std::uint32_t> rows) {
        const vector codes = of.view(0);
        for (const std::uint32_t row : rows)
            if ((codes.mark_at(row) & unusable) == 0) return codes.texts.at(codes.whole[row]);
        return std::nullopt;
    }

    /// Amounts of two currencies have no order.
    [[nodiscard]] bool mixes_currencies(std::span<const std::uint32_t> rows) const {
        const std::size_t plain = with_.window.what == function::allot ? 2 : 1;
        if (operands_.size() <= plain || !is_unsaid(0)) return false;
        const full_column& codes = operands_[plain];
        const auto first = code_in(codes, rows);
        return first && std::ranges::any_of(rows, [&](const std::uint32_t& row) {
                   const auto here = code_in(codes, std::span(&row, 1));
                   return here && *here != *first;
               });
    }

    void fail(std::uint32_t row, plan::id origin) {
        out_.origins.resize(out_.marks.size(), nothing);
        out_.marks[row] = error_bit;
        out_.origins[row] = origin;
    }

    void put(std::uint32_t row, std::int64_t number) {
        out_.marks[row] = 0;
        if (out_.kind == lane::real)
            out_.real[row] = static_cast<double>(number);
        else
            out_.whole[row] = number;
    }
    void put(std::uint32_t row, double number) {
        out_.marks[row] = 0;
        out_.real[row] = number;
    }
    void none(std::uint32_t row, reason why) { out_.marks[row] = blank_for(why); }

    void rank(std::span<const std::uint32_t> rows) {
        const auto n = static_cast<std::int64_t>(rows.size());
        std::int64_t groups = 0;
        for (std::size_t first = 0; first < rows.size();) {
            std::size_t last = first + 1;
            while (last < rows.size() &&
                   order_key(compared_, rows[last]) == order_key(compared_, rows[first]))
                ++last;
            ++groups;
            const auto place = static_cast<std::int64_t>(first) + 1;
            for (std::size_t i = first; i < last; ++i) put_rank(rows[i], place, last, groups, n);
            first = last;
        }
    }

    void put_rank(std::uint32_t row, std::int64_t place, std::size_t last, std::int64_t groups,
                  std::int64_t n) {
        switch (with_.window.what) {
            case function::percent_rank:
                if (n == 1) return none(row, reason::no_spread);
                return put(row,
                           100.0 * static_cast<double>(n - place) / static_cast<double>(n - 1));
            case function::ntile:
                return put(row, (place - 1) * with_.window.parts / n + 1);
            default:
                break;
        }
        if (with_.window.ties == language::tie_rule::dense) return put(row, groups);
        if (with_.window.ties == language::tie_rule::fractional)
            return put(row, static_cast<double>(place + static_cast<std::int64_t>(last)) / 2);
        put(row, place);
    }

    /// 0 at the smallest, 100 at the largest.
    void spread(std::span<const std::uint32_t> rows) {
        const quad a = number_at(compared_, rows.front());
        const quad b = number_at(compared_, rows.back());
        const quad low = std::min(a, b);
        const quad high = std::max(a, b);
        for (const std::uint32_t row : rows) {
            if (low == high)
                none(row, reason::no_spread);
            else
                put(row,
                    static_cast<double>(100 * (number_at(compared_, row) - low) / (high - low)));
        }
    }

    /// Distance from the mean in sample standard deviations (n - 1). The rows come in the order of
    /// their values, so the sums do not depend on the order of the table.
    void standardize(std::span<const std::uint32_t> rows) {
        quad sum = 0;
        for (const std::uint32_t row : rows) sum += number_at(compared_, row);
        const auto n = static_cast<quad>(rows.size());
        const quad mean = sum / n;
        quad squares = 0;
        for (const std::uint32_t row : rows) {
            const quad apart = number_at(compared_, row) - mean;
            squares += apart * apart;
        }
        const bool equal = rows.size() < 2 ||
                           order_key(compared_, rows.front()) == order_key(compared_, rows.back());
        const quad deviation = equal ? 0 : square_root(squares / (n - 1));
        for (const std::uint32_t row : rows) {
            if (equal)
                none(row, reason::no_spread);
            else
                put(row, static_cast<double>((number_at(compared_, row) - mean) / deviation));
        }
    }

    /// Largest remainder: whole parts first, what is left to the largest remainders; equal ones by
    /// place. The parts sum to the pool exactly.
    void allot(std::span<const std::uint32_t> rows) {
        quad total = 0;
        bool negative = false;
        for (const std::uint32_t row : rows) {
            total += number_at(compared_, row);
            negative = negative || number_at(compared_, row) < 0;
        }
        const vector pools = operands_[1].view(0);
        for (const std::uint32_t row : rows) {
            if (const mark m = pools.mark_at(row); (m & unusable) != 0) {
                out_.marks[row] = m;
                if ((m & error_bit) != 0) fail(row, pools.origins[row]);
                continue;
            }
            if (negative || total == 0) {
                none(row, negative ? reason::not_meaningful : reason::div0);
                continue;
            }
            const int128 pool =
                pools.kind == lane::wide ? pools.wide[row] : int128{pools.whole[row]};
            const int128 part = part_of(rows, row, pool, total);
            out_.marks[row] = 0;
            if (out_.kind == lane::wide)
                out_.wide[row] = part;
            else
                out_.whole[row] = static_cast<std::int64_t>(part);
        }
    }

    /// Parts of one pool are the same for each row of a partition, so they are kept.
    int128 part_of(std::span<const std::uint32_t> rows, std::uint32_t row, int128 pool,
                   quad total) {
        if (rows.data() != split_rows_ || pool != split_pool_) split(rows, pool, total);
        split_rows_ = rows.data();
        split_pool_ = pool;
        const auto at = std::find(rows.begin(), rows.end(), row);
        return parts_[static_cast<std::size_t>(at - rows.begin())];
    }

    void split(std::span<const std::uint32_t> rows, int128 pool, quad total) {
        const int128 minor = coin(rows);
        const int128 unit = pool % minor == 0 ? minor : 1;
        const int128 whole = pool / unit;
        const bool owed = whole < 0;
        const int128 size = owed ? -whole : whole;
        std::vector<std::pair<quad, std::size_t>> rests;
        parts_.assign(rows.size(), 0);
        int128 left = size;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            // The rest in parts of the total: equal ones are equal to the bit.
            const quad share = static_cast<quad>(size) * number_at(compared_, rows[i]);
            parts_[i] = static_cast<int128>(share / total);
            if (static_cast<quad>(parts_[i]) * total > share) --parts_[i];
            left -= parts_[i];
            rests.emplace_back(share - static_cast<quad>(parts_[i]) * total, i);
        }
        std::stable_sort(rests.begin(), rests.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        for (std::size_t i = 0; left > 0; ++i, --left) ++parts_[rests[i % rests.size()].second];
        for (int128& part : parts_) part *= owed ? -unit : unit;
    }

    /// What a pool is split into where it is whole in it: the minor unit of money, hundredths.
    [[nodiscard]] int128 coin(std::span<const std::uint32_t> rows) const {
        const type& is = with_.what.type;
        unsigned digits = is.currency[0] == 0 ? 2U : minor_unit(is.currency);
        if (operands_.size() > 2 && is_unsaid(1))
            if (const auto code = code_in(operands_.back(), rows)) digits = minor_unit(*code);
        return is.scale > digits ? power_of_ten(is.scale - digits) : 1;
    }

    const peer_call& with_;
    vector compared_;
    const std::vector<full_column>& operands_;
    const std::vector<full_column>& parted_;
    full_column out_;
    std::vector<std::uint32_t> slots_;
    plan::id unparted_ = nothing;  ///< a peer of which it cannot be told whose it is
    const std::uint32_t* split_rows_ = nullptr;
    int128 split_pool_ = 0;
    std::vector<int128> parts_;
};

}  // namespace

full_column over_peers(const peer_call& with, const std::vector<full_column>& operands,
                       const std::vector<full_column>& parted) {
    return placing(with, operands, parted).all();
}

}  // namespace merit::engine
