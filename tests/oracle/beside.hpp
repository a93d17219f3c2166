// Rows beside a row: the nearest one that a look-up finds, and the chain of a funnel that begins
// with it.
#pragma once

#include "oracle/groups.hpp"

namespace oracle {

class beside_reader : protected group_finder {
protected:
    using group_finder::group_finder;

    /// A row's place in the order of its table: its time, then its `order:`.
    struct place_in_time {
        std::int64_t local;
        value order;
    };

    std::optional<place_in_time> place_of(table_id table, std::size_t row) const {
        const auto local = time_of(table, row);
        if (!local) return std::nullopt;
        const std::uint32_t column = program_.tables[table].order;
        return place_in_time{*local, column == nothing ? value{} : stored(table, column, row)};
    }

    table_id stored_table(table_id table) const {
        while (program_.tables[table].view_of != nothing) table = program_.tables[table].view_of;
        return table;
    }

    static int order_of_places(const place_in_time& a, const place_in_time& b) {
        if (a.local != b.local) return a.local < b.local ? -1 : 1;
        return order_of(a.order, b.order);
    }

    /// next and previous.
    cell near_row(const lang::term& what, const place& at) {
        const lang::row_look_up& by = program_.row_look_ups[what.with];
        const std::size_t first_key = by.conditioned ? 2 : 1;
        const bool own = stored_table(by.table) == stored_table(at.table);
        const auto here = place_of(at.table, at.row);
        std::optional<place_in_time> best;
        std::vector<value> found;
        for (std::size_t row = 0; here && row < data_of(by.table).rows(); ++row) {
            const auto there = place_of(by.table, row);
            if (!there || !visible(by.table, row, seen_from(at))) continue;
            bool same = true;
            for (std::size_t i = 0; i < by.keys; ++i) {
                const value mine = on_row(what.of[first_key + i], at.table, at.row, at.in);
                const value theirs = on_row(what.of[first_key + by.keys + i], by.table, row, at.in);
                same = same && !blank(mine) && !blank(theirs) && order_present(mine, theirs) == 0;
            }
            if (!same || (by.conditioned && !holds(on_row(what.of[1], by.table, row, at.in))))
                continue;
            int apart = own ? order_of_places(*there, *here)
                            : static_cast<int>(there->local > here->local) -
                                  static_cast<int>(there->local < here->local);
            if (!by.later) apart = -apart;
            if (own ? apart <= 0 : apart < 0) continue;
            const int nearer = best ? order_of_places(*there, *best) * (by.later ? 1 : -1) : -1;
            if (nearer > 0) continue;
            if (nearer < 0) found.clear();
            best = there;
            found.push_back(on_row(what.of[0], by.table, row, at.in));
        }
        if (found.empty()) return blank_because(reason::no_data);
        return {*std::min_element(found.begin(), found.end(),
                                  [](const auto& a, const auto& b) { return order_of(a, b) < 0; }),
                {}};
    }

    /// The rows of each step that the chain beginning with a row comes to.
    std::vector<std::size_t> chain_of(const lang::funnel_info& of, const place& from) {
        std::size_t entry = from.row;
        const table_id base = program_.tables[of.table].view_of;
        const std::uint32_t column = program_.references[of.reference].column;
        const value entity = stored(base, column, entry);
        entry = whole_row(base, entry);
        std::vector<std::size_t> out{entry};
        const auto begin = place_of(base, entry);
        if (!begin) return out;
        std::int64_t end = far_off;
        if (of.within) end = calendar_.add_span(begin->local, *of.within);
        for (std::size_t step = 1; step < of.steps.size(); ++step) {
            const auto before = place_of(base, out.back());
            std::optional<std::size_t> next;
            for (std::size_t row = 0; row < data_of(base).rows(); ++row) {
                const auto there = place_of(base, row);
                if (!there || there->local > end || !visible(base, row, seen_from(from))) continue;
                if (order_of(stored(base, column, row), entity) != 0 || blank(entity)) continue;
                if (std::find(out.begin(), out.end(), row) != out.end()) continue;
                if (order_of_places(*there, *before) < 0) continue;
                if (!holds(on_row(of.steps[step], base, row, from.in))) continue;
                if (!next || order_of_places(*there, *place_of(base, *next)) < 0) next = row;
            }
            if (!next) break;
            out.push_back(*next);
        }
        return out;
    }

    cell chain(const lang::term& what, const place& at) {
        const lang::chain_value& wanted = program_.chains[what.with];
        const lang::funnel_info& of = program_.funnels[wanted.funnel];
        const table_id base = program_.tables[of.table].view_of;
        const std::uint32_t entity = program_.references[of.reference].column;
        if (!time_of(base, at.row) || blank(stored(base, entity, at.row)))
            return blank_because(reason::no_data);  // nothing begins
        const std::vector<std::size_t> rows = chain_of(of, at);
        const auto reached = static_cast<std::int64_t>(rows.size());
        switch (wanted.what) {
            case lang::chain_value::kind::reached:
                return {reached, {}};
            case lang::chain_value::kind::time:
                if (wanted.step >= rows.size()) return blank_because(reason::no_data);
                return {stored(base, program_.tables[base].time, rows[wanted.step]), {}};
            default:
                // The furthest first, then the earliest entry.
                return {
                    (100 - reached) * 50'000'000'000'000'000 + time_of(base, at.row).value_or(0),
                    {}};
        }
    }
};

}  // namespace oracle
