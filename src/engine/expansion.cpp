#include "engine/expansion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "core/decimal.hpp"
#include "data/column_maker.hpp"
#include "engine/made_table.hpp"

namespace merit::engine {

using plan::expansion;
using plan::id;
using plan::nothing;

namespace {

/// Columns of a table that something reads; those of an expansion are read from its base.
std::vector<bool> columns_read(const plan::plan& in, id table) {
    std::vector<bool> read(in.tables[table].columns.fields.size(), false);
    for (const plan::expression& one : in.expressions)
        if (one.op == plan::expression_op::column && one.over == table) read[one.with] = true;
    for (id above = table + 1; above < in.tables.size(); ++above) {
        const id made = in.tables[above].expansion;
        if (made == nothing || in.expansions[made].base != table) continue;
        const std::vector<bool> deeper = columns_read(in, above);
        for (std::uint32_t c = 0; c < in.expansions[made].inherited; ++c)
            if (deeper[c]) read[c] = true;
    }
    return read;
}

error too_many() {
    return error("E710", "rows repeated by their shares or periods exceed 2^32",
                 "ask for a shorter range or a coarser unit");
}

/// Rows of the base, and the columns that an expansion adds.
struct repeated {
    std::vector<std::uint32_t> rows;
    std::vector<column> added;
};

class share_maker {
public:
    share_maker(const environment& in, leaf_source& leaves, const expansion& of, id shares,
                std::size_t batch_rows)
        : in_(in), leaves_(leaves), of_(of), shares_(shares), batch_rows_(batch_rows) {}

    result<repeated> make() {
        const std::size_t base_rows = in_.tables[of_.base].rows();
        const std::size_t share_rows = in_.tables[shares_].rows();
        key_numbers home(base_rows, 0);
        key_numbers there(share_rows, 0);
        key_numbering numbering;
        numbering.add(whole(of_.key, base_rows), home);
        numbering.add(whole(of_.other_key, share_rows), there);
        std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> of_key;
        for (std::uint32_t row = 0; row < share_rows; ++row)
            if (there[row] != no_key_number) of_key[there[row]].push_back(row);
        repeated out;
        std::vector<std::uint32_t> share_of;
        for (std::uint32_t row = 0; row < base_rows; ++row) {
            const auto found = of_key.find(home[row]);
            if (home[row] == no_key_number || found == of_key.end()) {
                out.rows.push_back(row);
                share_of.push_back(no_share);
                continue;
            }
            if (auto wrong = incomplete(found->first, found->second)) return *wrong;
            for (const std::uint32_t share : found->second) {
                out.rows.push_back(row);
                share_of.push_back(share);
            }
            if (out.rows.size() > 0xffff'fff0U) return too_many();
        }
        add_users(out, share_of, base_rows, share_rows);
        add_parts(out, share_of, share_rows);
        return out;
    }

private:
    static constexpr std::uint32_t no_share = 0xffff'ffff;

    full_column whole(id expression, std::size_t rows) {
        return whole_column(in_, leaves_, expression, rows, batch_rows_, texts_);
    }

    /// Shares that are no whole, with the rows.
    std::optional<error> incomplete(std::uint32_t key, const std::vector<std::uint32_t>& rows) {
        if (!checked_.insert({key, true}).second) return std::nullopt;
        const column& parts = share_column();
        double real = 0;
        decimal_value exact{0, parts.type().scale};
        bool blank = false;
        for (const std::uint32_t row : rows) {
            const merit::value part = parts.at(row);
            if (const auto* d = std::get_if<decimal_value>(&part))
                exact.units += d->units;
            else if (const auto* i = std::get_if<std::int64_t>(&part))
                exact.units += *i;
            else if (const auto* x = std::get_if<double>(&part))
                real += *x;
            else
                blank = true;
        }
        const bool doubles = parts.type().kind == type_kind::float64;
        const bool good = doubles ? std::abs(real - 1) < 1e-9 : compare(exact, {1, 0}) == 0;
        if (good && !blank) return std::nullopt;
        const column& keys = in_.tables[shares_].at(in_.what.expressions[of_.other_key].with);
        std::string list;
        for (std::size_t i = 0; i < rows.size() && i < 5; ++i)
            list += fmt::format("{}{}", i == 0 ? "" : ", ", rows[i] + 1);
        return error("E814",
                     fmt::format("the shares of {} {} sum to {}, not to 100%: rows {} of table {}",
                                 of_.entity, to_string(keys.at(rows.front())),
                                 blank     ? std::string("blank")
                                 : doubles ? fmt::format("{:.6g}%", real * 100)
                                           : percent(exact),
                                 list, in_.what.tables[shares_].name),
                     "correct them, or leave all out to give it to one");
    }

    static std::string percent(decimal_value of) {
        of.units *= 100;
        while (of.scale > 0 && of.units % 10 == 0) {
            of.units /= 10;
            --of.scale;
        }
        return to_string(value{of}) + "%";
    }

    const column& share_column() {
        return in_.tables[shares_].at(in_.what.expressions[of_.share].with);
    }

    void add_users(repeated& out, const std::vector<std::uint32_t>& share_of, std::size_t base_rows,
                   std::size_t share_rows) {
        const full_column shared = whole(of_.user, share_rows);
        const full_column own =
            of_.otherwise == nothing ? full_column{} : whole(of_.otherwise, base_rows);
        const merit::type& type = in_.what.expressions[of_.user].type;
        full_column made;
        made.kind = shared.kind;
        std::vector<std::optional<std::string_view>> texts;
        const auto take = [&](const full_column& from, std::uint32_t row) {
            const vector view = from.size() == 0 ? vector{} : from.view(0);
            const bool blank = from.size() == 0 || (view.mark_at(row) & unusable) != 0;
            made.marks.push_back(blank ? blank_bit : mark{0});
            if (made.kind == lane::text)
                texts.push_back(blank ? std::nullopt
                                      : std::optional(view.texts.at(view.whole[row])));
            else if (made.kind == lane::wide)
                made.wide.push_back(blank ? 0 : view.wide[row]);
            else if (made.kind == lane::real)
                made.real.push_back(blank ? 0 : view.real[row]);
            else
                made.whole.push_back(blank ? 0 : view.whole[row]);
        };
        for (std::size_t i = 0; i < out.rows.size(); ++i) {
            if (share_of[i] == no_share)
                take(own, out.rows[i]);
            else
                take(shared, share_of[i]);
        }
        out.added.push_back(made.kind == lane::text ? column::of_text(texts)
                                                    : stored(made, out.rows.size(), type));
    }

    void add_parts(repeated& out, const std::vector<std::uint32_t>& share_of,
                   std::size_t share_rows) {
        const full_column parts = whole(of_.share, share_rows);
        const merit::type& type = in_.what.expressions[of_.share].type;
        const vector view = parts.view(0);
        full_column made;
        made.kind = parts.kind;
        int128 one = 1;
        for (std::uint8_t digit = 0; digit < type.scale; ++digit) one *= 10;
        for (const std::uint32_t share : share_of) {
            const bool all = share == no_share;
            made.marks.push_back(0);
            if (made.kind == lane::wide)
                made.wide.push_back(all ? one : view.wide[share]);
            else if (made.kind == lane::real)
                made.real.push_back(all ? 1.0 : view.real[share]);
            else
                made.whole.push_back(all ? 1 : view.whole[share]);
        }
        out.added.push_back(stored(made, out.rows.size(), type));
    }

    const environment& in_;
    leaf_source& leaves_;
    const expansion& of_;
    id shares_;
    std::size_t batch_rows_;
    text_pool texts_;
    std::unordered_map<std::uint32_t, bool> checked_;
};

/// The last instant of the window of each row, and the borders of its period. What has none is
/// blank.
std::vector<column> times_of_windows(const environment& in,
                                     std::span<const plan::axis_panes::window> windows,
                                     std::span<const std::int64_t> of) {
    std::array<std::vector<std::int64_t>, 4> times;
    std::array<column::words, 4> present;
    for (std::size_t i = 0; i < of.size(); ++i) {
        const plan::axis_panes::window& one = windows[static_cast<std::size_t>(of[i])];
        const bool none = one.undated && one.nominal.from >= one.nominal.to;
        const std::int64_t local[] = {one.within.to - 1, one.nominal.from, one.nominal.to,
                                      one.covered_end};
        for (std::size_t t = 0; t < times.size(); ++t) {
            const bool endless =
                local[t] <= plan::beginning_of_time || local[t] >= plan::end_of_time;
            const bool known = !none && !(t > 0 && endless);
            times[t].push_back(known ? in.calendar.to_instant(local[t]) : 0);
            if (i % 64 == 0) present[t].push_back(0);
            if (known) present[t].back() |= std::uint64_t{1} << i % 64;
        }
    }
    std::vector<column> out;
    for (std::size_t t = 0; t < times.size(); ++t)
        out.push_back(column::of_timestamp(std::move(times[t]), std::move(present[t])));
    return out;
}

result<repeated> in_windows(const environment& in, leaf_source& leaves, const expansion& of,
                            const plan::axis_panes& panes, std::size_t batch_rows) {
    const std::size_t rows = in.tables[of.base].rows();
    std::optional<local_times> from;  // rows of a table without a time have none
    if (of.from != nothing) from.emplace(in, leaves, of.from, rows, batch_rows);
    std::optional<local_times> to;
    if (of.to != nothing) to.emplace(in, leaves, of.to, rows, batch_rows);
    const auto& windows = panes.windows;
    const bool ordered =
        std::is_sorted(windows.begin(), windows.end(),
                       [](const auto& a, const auto& b) { return a.within.from < b.within.from; });
    repeated out;
    std::vector<std::int64_t> pane;
    std::vector<std::uint32_t> undated;
    for (std::uint32_t w = 0; w < windows.size(); ++w)
        if (windows[w].undated) undated.push_back(w);
    for (std::uint32_t row = 0; row < rows; ++row) {
        if (!from || !from->present(row)) {
            for (const std::uint32_t window : undated) {
                out.rows.push_back(row);
                pane.push_back(window);
            }
            continue;
        }
        const std::int64_t since = from->at(row);
        const std::int64_t until = !to                ? since + 1
                                   : to->present(row) ? to->at(row)
                                                      : plan::end_of_time + 1;
        if (until <= since) continue;  // what ends as it begins is never there
        auto at = std::upper_bound(
            windows.begin(), windows.end(), since,
            [](std::int64_t t, const auto& window) { return t < window.within.to; });
        for (; at != windows.end(); ++at) {
            if (at->within.from < until) {
                out.rows.push_back(row);
                pane.push_back(at - windows.begin());
            } else if (ordered) {
                break;
            }
        }
        if (out.rows.size() > 0xffff'fff0U) return too_many();
    }
    out.added.push_back(column::of_int64(pane));
    for (column& one : times_of_windows(in, windows, pane)) out.added.push_back(std::move(one));
    return out;
}

const plan::axis_panes& panes_of(const environment& in, id table, const plan::timeline& times) {
    for (id a = 0; a < in.what.axes.size(); ++a) {
        const plan::axis& one = in.what.axes[a];
        if (one.how == plan::axis::placement::valid && in.what.expressions[one.from].over == table)
            return times.axes[a];
    }
    static const plan::axis_panes none;
    return none;
}

/// What is marked in a column of the base is so in each row that stands for its row.
void inherit_marks(std::span<const marked_value> base, std::span<const std::uint32_t> rows,
                   std::uint32_t column, std::vector<marked_value>& into) {
    const auto marked = marked_in(base, column);
    if (marked.empty()) return;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const auto found = std::ranges::lower_bound(marked, rows[i], {}, &marked_value::row);
        if (found != marked.end() && found->row == rows[i])
            into.push_back({column, i, found->is, found->origin});
    }
}

}  // namespace

std::vector<id> expansion_roots(const plan::plan& in, id table) {
    const expansion& of = in.expansions[in.tables[table].expansion];
    std::vector<id> roots = of.carried;
    roots.insert(roots.end(),
                 {of.key, of.other_key, of.user, of.share, of.otherwise, of.from, of.to});
    std::erase(roots, nothing);
    return roots;
}

result<made_table> expanded(const environment& in, const row_bindings& bound, id which,
                            const plan::timeline& times, std::size_t batch_rows,
                            std::vector<std::uint32_t>& rows) {
    const plan::table_use& use = in.what.tables[which];
    const expansion& of = in.what.expansions[use.expansion];
    row_leaves leaves(in, bound);
    const auto made =
        of.how == expansion::kind::shares
            ? share_maker(in, leaves, of, in.what.expressions[of.user].over, batch_rows).make()
            : in_windows(in, leaves, of, panes_of(in, which, times), batch_rows);
    if (!made) return made.error();
    rows = made->rows;
    const std::vector<bool> read = columns_read(in.what, which);
    std::vector<std::pair<std::string, column>> columns;
    const auto add = [&](column one) {
        columns.emplace_back(use.columns.fields[columns.size()].name, std::move(one));
    };
    const column unread = column::of_bool(std::vector<std::uint8_t>(rows.size(), 0));
    std::vector<marked_value> marked;
    for (std::uint32_t c = 0; c < of.inherited; ++c) {
        if (read[c]) inherit_marks((*in.marked)[of.base], rows, c, marked);
        add(read[c] ? column_maker::taken(in.tables[of.base].at(c), rows) : unread);
    }
    for (const column& one : made->added) add(one);
    text_pool texts;
    for (const id one : of.carried) {
        const std::size_t base_rows = in.tables[of.base].rows();
        const full_column whole = whole_column(in, leaves, one, base_rows, batch_rows, texts);
        add_marks(whole, rows, static_cast<std::uint32_t>(columns.size()), marked);
        add(column_maker::taken(stored(whole, base_rows, in.what.expressions[one].type), rows));
    }
    auto table = table::make(std::move(columns));
    if (!table) return table.error();
    return made_table{std::move(*table), std::move(marked)};
}

}  // namespace merit::engine
