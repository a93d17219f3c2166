// What holds at one instant: rows of intervals, of changes and of snapshots at an end of what is
// read.
#pragma once

#include "oracle/beside.hpp"

namespace oracle {

class held_reader : protected beside_reader {
protected:
    using beside_reader::beside_reader;

    /// The rows that hold just before an end of the interval, whatever filters say of them.
    /// Nothing: there is no snapshot.
    std::optional<std::set<std::size_t>> held_rows(const lang::aggregate& what, const scene& in) {
        const lang::table_info& declared = program_.tables[program_.tables[what.table].kind_at];
        const reading by = reading_of(in);
        const bool at_end = what.at == lang::border::end;
        if (!at_end && what.at != lang::border::start) throw refused{"unsupported"};
        if (by.undated) throw refused{"unsupported"};
        // Where nothing is covered, nothing holds.
        const bool covers = by.covered.from < by.covered.to;
        const std::int64_t border = at_end ? end_of(by) : by.covered.from;
        std::vector<std::size_t> seen;
        const table_id table = program_.tables[what.table].kind_at;
        for (std::size_t row = 0; row < data_of(table).rows(); ++row) {
            if (covers && visible(table, row, by.as_of)) seen.push_back(row);
        }
        switch (declared.kind) {
            case lang::table_kind::interval:
            case lang::table_kind::versions:
                return open_at_border(table, seen, border);
            case lang::table_kind::changes:
                return last_changes(table, seen, border);
            case lang::table_kind::snapshot:
                return newest(table, seen, at_end ? by.covered.from : long_ago, border);
            default:
                throw refused{"unsupported"};
        }
    }

    std::optional<std::set<std::size_t>> rows_held(const lang::aggregate& what,
                                                   const scene& in) override {
        return held_rows(what, in);
    }

private:
    std::set<std::size_t> open_at_border(table_id table, const std::vector<std::size_t>& rows,
                                         std::int64_t border) {
        const lang::table_info& info = program_.tables[table];
        const auto before = [&](std::uint32_t column, std::size_t row) {
            const value time = stored(table, column, row);
            return !blank(time) && local_of(time, calendar_) < border;
        };
        std::set<std::size_t> out;
        for (const std::size_t row : rows) {
            if (before(info.from, row) && !before(info.to, row)) out.insert(row);
        }
        return out;
    }

    std::set<std::size_t> last_changes(table_id table, const std::vector<std::size_t>& rows,
                                       std::int64_t border) {
        const std::uint32_t key = program_.references[program_.tables[table].changed].column;
        std::set<std::size_t> out;
        for (const std::size_t row : rows) {
            const auto here = place_of(table, row);
            const value entity = stored(table, key, row);
            if (!here || here->local >= border) continue;
            bool last = true;
            for (const std::size_t other : rows) {
                const auto there = place_of(table, other);
                if (!there || there->local >= border) continue;
                if (order_of(stored(table, key, other), entity) != 0) continue;
                last = last && order_of_places(*there, *here) <= 0;
            }
            if (last) out.insert(row);
        }
        return out;
    }

    std::optional<std::set<std::size_t>> newest(table_id table,
                                                const std::vector<std::size_t>& rows,
                                                std::int64_t from, std::int64_t border) {
        std::optional<std::int64_t> best;
        for (const std::size_t row : rows) {
            const auto here = time_of(table, row);
            if (here && *here >= from && *here < border && (!best || *here > *best)) best = here;
        }
        if (!best) return std::nullopt;
        std::set<std::size_t> out;
        for (const std::size_t row : rows) {
            if (time_of(table, row) == best) out.insert(row);
        }
        return out;
    }
};

}  // namespace oracle
