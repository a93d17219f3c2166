// The stored tables: cells, rows that count once for each of their shares, and rows that last.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "language/program.hpp"
#include "merit/query.hpp"
#include "oracle/intervals.hpp"

namespace oracle {

using lang::nothing;
using lang::table_id;
using lang::term_id;

/// What a run is given besides the program.
struct setting {
    const merit::tables* data = nullptr;
    std::map<std::string, value, std::less<>> parameters;
    std::optional<std::int64_t> as_of;
};

/// Where the language leaves two readings, the one taken.
inline constexpr struct {
    /// `(x) where c` shown: does c decide which groups appear, as a filter of the request does?
    bool trailing_where_decides_groups = true;
    /// Do totals stay whatever `having` says of them?
    bool totals_pass_having = true;
    /// Does a look-up see the row of an entity whose time is after `as of`?
    bool look_ups_see_every_row = true;
    /// Does a view show what was visible by its own `time` or by that of its table?
    bool views_are_visible_as_their_table = true;
} readings;

class table_reader {
public:
    table_reader(const lang::program& what, setting with)
        : program_(what),
          with_(std::move(with)),
          calendar_(calendars::calendar::make(what.calendar).value()) {}

protected:
    const merit::table& data_of(table_id table) const {
        const lang::table_info* info = &program_.tables[table];
        while (info->view_of != nothing) info = &program_.tables[info->view_of];
        return with_.data->find(info->name)->second;
    }

    value stored(table_id table, std::uint32_t column, std::size_t row) const {
        return data_of(table).at(column).at(whole_row(table, row));
    }

    /// A row that counts once for each of its shares has a number for each: its own, and so many
    /// tables further.
    std::size_t whole_row(table_id table, std::size_t row) const {
        return row % data_of(table).rows();
    }

    /// Rows of a table, each once for each of its shares.
    std::vector<std::size_t> shared_rows(table_id table) const {
        const lang::split_info& by = program_.splits[program_.tables[table].split];
        const std::size_t n = data_of(table).rows();
        std::vector<std::size_t> out;
        for (std::size_t row = 0; row < n; ++row) {
            const value key = stored(table, by.shared, row);
            fraction sum;
            bool any = false;
            for (std::size_t share = 0; share < data_of(by.shares).rows(); ++share) {
                const value its = stored(by.shares, by.key, share);
                if (blank(key) || blank(its) || order_present(key, its) != 0) continue;
                any = true;
                const value part = stored(by.shares, by.share, share);
                if (blank(part)) throw refused{"E814"};
                sum = sum + number_of(part);
                out.push_back(row + (share + 1) * n);
            }
            if (!any) out.push_back(row);
            if (any && std::abs(sum.nearest() - 1) >= 1e-9) throw refused{"E814"};
        }
        return out;
    }

    /// Does a row term tell whose share of a row it is?
    bool of_a_share(term_id id) const {
        if (id == nothing) return false;
        const lang::term& what = program_.terms[id];
        if (what.kind == lang::op::shared_key) return true;
        if (what.kind == lang::op::look_up) {
            if (what.of.size() == 1) return program_.references[what.with].split != nothing;
            return of_a_share(what.of[1]);
        }
        return what.kind != lang::op::near_row &&
               std::any_of(what.of.begin(), what.of.end(),
                           [&](const term_id one) { return of_a_share(one); });
    }

    /// Whose share a row is; of a row that is not shared, its own.
    value user_of(std::uint32_t reference, table_id table, std::size_t row) const {
        const lang::reference_info& by = program_.references[reference];
        const std::size_t share = row / data_of(table).rows();
        if (share == 0) return by.column == nothing ? value{} : stored(table, by.column, row);
        const lang::split_info& split = program_.splits[by.split];
        return stored(split.shares, split.user, share - 1);
    }

    /// Do the rows of a table last?
    bool lasts(table_id table) const {
        const lang::table_kind is = program_.tables[table].kind;
        return is == lang::table_kind::interval || is == lang::table_kind::versions;
    }

    std::optional<std::int64_t> local_in(table_id table, std::uint32_t column,
                                         std::size_t row) const {
        const value time = column == nothing ? value{} : stored(table, column, row);
        return blank(time) ? std::nullopt : std::optional(local_of(time, calendar_));
    }

    const lang::program& program_;
    setting with_;
    calendars::calendar calendar_;
};

}  // namespace oracle
