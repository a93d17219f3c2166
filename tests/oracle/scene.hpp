// The context of a term: groupings with their keys, filters, windows and shifts, `as of`; and what
// it makes of a row.
#pragma once

#include <algorithm>
#include <set>

#include "oracle/rows.hpp"

namespace oracle {

/// A grouping that holds in a context. The key of a unit is the local start of its period.
struct grouping {
    const lang::dimension* by;
    value key;
};

using filter = std::vector<lang::on_table>;

/// A part of what is read, cut from what the first so many steps make of it.
struct piece {
    interval part;
    std::size_t steps;
    const lang::aggregate* of;  ///< `per` … and that unit
};

struct scene {
    std::vector<grouping> groups;
    std::vector<const filter*> filters;
    std::vector<const filter*> present;         ///< those that decide who is there: none is dropped
    std::vector<const lang::time_step*> steps;  ///< the outermost first
    bool timeless = false;                      ///< all rows up to `as of`
    bool planned = false;                       ///< the dates that are read lie behind it too
    std::vector<piece> pieces;                  ///< the outermost first
    std::vector<piece> uncut;                   ///< pieces inside of those, of which none is taken
    std::size_t number = nothing;               ///< of a result row whose context is unchanged
};

class scene_reader : protected row_reader {
protected:
    scene_reader(const lang::program& what, setting with)
        : row_reader(what, std::move(with)), asked_(*what.asked), range_(asked_.range) {
        bind_range(asked_.range_from_parameter, true);
        bind_range(asked_.range_to_parameter, false);
        for (const lang::dimension& one : asked_.by)
            timed_ = timed_ || one.calendar_unit != unit::none;
        timed_ = timed_ || range_;
    }

    void bind_range(std::uint32_t parameter_index, bool from) {
        if (parameter_index == nothing) return;
        const value given = parameter(parameter_index);
        const auto* text = std::get_if<std::string>(&given);
        const auto date = text == nullptr ? std::nullopt : calendars::read_date(*text);
        if (!date) throw refused{"unsupported"};
        if (from)
            range_->from = date->covers.from;
        else
            range_->to = date->covers.to;
    }

    static bool is_unit(const lang::dimension& one) { return one.calendar_unit != unit::none; }

    /// Of `per`.
    static const lang::dimension& entity_of(const lang::aggregate& what) {
        for (const lang::dimension& one : what.per)
            if (!is_unit(one)) return one;
        throw refused{"unsupported"};
    }
    static const lang::dimension* unit_of(const lang::aggregate& what) {
        for (const lang::dimension& one : what.per)
            if (is_unit(one)) return &one;
        return nullptr;
    }

    static bool filtered(const filter& where, table_id table, const auto& keeps) {
        for (const lang::on_table& one : where) {
            if (one.table == table && !keeps(one.term)) return true;
        }
        return false;
    }

    /// The filters of the context keep the row.
    bool kept(table_id table, std::size_t row, const scene& in) {
        conditions all;
        const auto keeps = [&](term_id term) {
            return all.pass([&] { return holds(on_row(term, table, row, &in)); });
        };
        for (const filter* one : in.filters) {
            if (filtered(*one, table, keeps)) return false;
        }
        all.settle();
        return true;
    }

    std::optional<std::int64_t> local_time(const lang::aggregate& what, std::size_t row) {
        if (what.placed_on == nothing) return std::nullopt;
        const value time = on_row(what.placed_on, what.table, row);
        if (blank(time)) return std::nullopt;
        return local_of(time, calendar_);
    }

    /// A view is of what its table is of.
    std::optional<term_id> resolved(const lang::dimension& by, table_id table) const {
        for (; table != nothing; table = program_.tables[table].view_of) {
            for (const lang::on_table& one : by.on) {
                if (one.table == table) return one.term;
            }
        }
        return std::nullopt;
    }

    bool in_groups(table_id table, std::size_t row, const scene& in) {
        for (const grouping& one : in.groups) {
            if (is_unit(*one.by)) continue;
            const auto term = resolved(*one.by, table);
            if (!term) throw refused{"unsupported"};
            if (order_of(on_row(*term, table, row, &in), one.key) != 0) return false;
        }
        return true;
    }

    /// Is an aggregate placed by a date that no instant cuts?
    bool is_planned(const lang::aggregate& what) const {
        if (what.placed_on == nothing || what.at != lang::border::none) return false;
        const lang::term* date = &program_.terms[what.placed_on];
        const bool of_entity = date->kind == lang::op::of_group;
        const table_id table = of_entity ? program_.entities[date->with].table : what.table;
        if (of_entity) date = &program_.terms[date->of[0]];
        if (date->kind != lang::op::column || table == nothing) return false;
        const std::vector<std::uint32_t>& all = program_.tables[table].planned;
        return std::find(all.begin(), all.end(), date->with) != all.end();
    }

    /// The context as the rows of an aggregate are read in it.
    scene as_planned(const lang::aggregate& what, scene in) const {
        in.planned = is_planned(what);
        in.number = nothing;
        return in;
    }

    static bool moves(const scene& in) {
        return std::any_of(in.steps.begin(), in.steps.end(),
                           [](const auto* step) { return step->what != step_kind::as_of; });
    }

    /// The interval that a term reads in a context.
    reading reading_of(const scene& in) {
        reading out;
        out.as_of = with_.as_of;
        out.planned = in.planned;
        out.timed = timed_ && !in.timeless;
        std::pair<unit, std::int64_t> period{unit::none, 0};
        if (in.timeless) {
            take_steps(out, in, period);
            return out;
        }
        out.bounded = range_.has_value();
        if (range_) {
            out.nominal = *range_;
            period = steps_.length_of(*range_);
        } else if (timed_) {
            out.nominal = found_.value_or(interval{0, 0});
        }
        const unit asked = finest_unit();
        std::optional<interval> whole;  // a period is whole, whatever range cuts it
        for (const grouping& one : in.groups) {
            if (!is_unit(*one.by)) continue;
            out.bounded = true;
            if (blank(one.key)) {
                out.undated = true;
                continue;
            }
            const auto from = std::get<std::int64_t>(one.key);
            const interval here{from, calendar_.add_units(one.by->calendar_unit, from, 1)};
            whole = common(whole.value_or(here), here);
        }
        const bool moves = scene_reader::moves(in);
        const bool fixed = std::any_of(in.steps.begin(), in.steps.end(), [](const auto* step) {
            return step->what == step_kind::fixed;
        });
        if (out.undated || (!out.bounded && timed_ && moves && !found_ && !fixed)) {
            out.moved = moves;  // the blank period has its own rows only
            out.bounded = true;
            out.covered = {0, 0};
            out.as_of = seen_until(in);
            return out;
        }
        if (asked != unit::none) period = {asked, 1};
        out.covered = whole ? common(*whole, out.nominal) : out.nominal;
        if (whole) out.nominal = *whole;
        cut_at_as_of(out);
        if (!moves && !out.bounded && !timed_) out.covered = {long_ago, far_off};
        // Without `for` the range is that of the rows.
        if (!out.bounded && timed_) out.undated_too = undated_found_;
        out.bounded = out.bounded || timed_;
        take_steps(out, in, period);
        return out;
    }

    static interval common(const interval& a, const interval& b) {
        return {std::max(a.from, b.from), std::min(a.to, b.to)};
    }

    /// Steps inside of a piece start from it.
    void take_steps(reading& of, const scene& in, std::pair<unit, std::int64_t> period) {
        for (std::size_t i = 0; i <= in.steps.size(); ++i) {
            for (const piece& one : in.pieces) {
                if (std::min(one.steps, in.steps.size()) != i) continue;
                of.covered.from = std::max(of.covered.from, one.part.from);
                of.covered.to = std::min(of.covered.to, one.part.to);
                of.covered.to = std::max(of.covered.from, of.covered.to);
                of.nominal = of.covered;
                of.bounded = true;
                of.undated_too = false;
                of.window = false;
                if (in.timeless) cut_at_as_of(of);
            }
            if (i < in.steps.size()) step(of, *in.steps[i], period);
        }
    }

    /// What the next pieces that are not taken yet are cut from.
    static scene before_cut(const scene& in) {
        scene out = in;
        out.steps.resize(in.uncut.front().steps);
        out.uncut.clear();
        return out;
    }

    /// The contexts of these pieces.
    std::vector<scene> next_pieces(const scene& in) {
        std::vector<scene> out;
        for (const piece& one : pieces_of(before_cut(in), *in.uncut.front().of)) {
            scene& here = out.emplace_back(in);
            here.pieces.push_back(one);
            here.uncut.erase(here.uncut.begin());
        }
        return out;
    }

    /// One context for each piece of a piece, however often it is cut.
    std::vector<scene> in_pieces(const scene& in) {
        if (in.uncut.empty()) return {in};
        std::vector<scene> out;
        for (const scene& one : next_pieces(in))
            for (scene& here : in_pieces(one)) out.push_back(std::move(here));
        return out;
    }

    /// The parts, in whole units, of what is read; of all of time that of its rows.
    std::vector<piece> pieces_of(const scene& in, const lang::aggregate& what) {
        const unit of = unit_of(what)->calendar_unit;
        scene from = in;
        from.planned = reads_planned(what);
        const reading read = reading_of(from);
        interval whole = read.covered;
        if (read.undated) return {};
        if (read.as_of && !read.planned)
            whole.to = std::min(whole.to, calendar_.to_local(*read.as_of) + 1);
        if (whole.from >= whole.to) return {};
        const std::int64_t end = whole.to;
        if (whole.from == long_ago) {
            const auto known = time_of_rows(what, in);
            if (!known || known->from >= std::min(known->to, whole.to)) return {};
            whole.from = known->from;
            if (whole.to == far_off) whole.to = known->to;
        }
        std::vector<piece> out;
        for (std::int64_t at = calendar_.start_of(of, whole.from); at < whole.to;) {
            const std::int64_t next = calendar_.add_units(of, at, 1);
            out.push_back({{at, std::min(next, end)}, in.steps.size(), &what});
            at = next;
        }
        return out;
    }

    /// Does a nested aggregate read a date that no instant cuts?
    virtual bool reads_planned(const lang::aggregate& what) const = 0;

    /// From the first to the last time at which what a nested aggregate reads has a row, whatever
    /// filters say.
    virtual std::optional<interval> time_of_rows(const lang::aggregate& what, const scene& in) = 0;

    /// A period is the finest unit of the request, in its totals too.
    unit finest_unit() const {
        unit out = unit::none;
        std::int64_t shortest = far_off;
        for (const lang::dimension& one : asked_.by) {
            if (!is_unit(one)) continue;
            const auto length = static_cast<std::int64_t>(calendars::length_of(one.calendar_unit));
            if (length < shortest) {
                shortest = length;
                out = one.calendar_unit;
            }
        }
        return out;
    }

    using step_kind = lang::time_step::kind;

    /// The instant up to which rows are seen.
    std::optional<std::int64_t> seen_until(const scene& in) const override {
        std::optional<std::int64_t> out = with_.as_of;
        for (const lang::time_step* one : in.steps) {
            if (one->what != step_kind::as_of) continue;
            const std::int64_t here = calendar_.to_instant(one->fixed.to - 1);
            out = out ? std::min(*out, here) : here;
        }
        return out;
    }

    void cut_at_as_of(reading& of) const {
        if (!of.planned) end_at_as_of(of);
    }

    void end_at_as_of(reading& of) const {
        if (!of.as_of) return;
        of.covered.to = std::min(of.covered.to, calendar_.to_local(*of.as_of) + 1);
        of.covered.to = std::max(of.covered.to, of.covered.from);
    }

    void step(reading& of, const lang::time_step& by, std::pair<unit, std::int64_t> period) {
        std::int64_t n = by.count;
        if (by.count_parameter != nothing) {
            n = std::get<std::int64_t>(parameter(by.count_parameter));
            if (n < 1) throw refused{"E104"};
        }
        if (by.what == step_kind::as_of) {
            const std::int64_t seen = calendar_.to_instant(by.fixed.to - 1);
            of.as_of = of.as_of ? std::min(*of.as_of, seen) : seen;
            if (of.timed || of.moved) cut_at_as_of(of);
            return;
        }
        of.moved = true;
        if (by.what == step_kind::fixed) {
            of.covered = by.fixed;
            cut_at_as_of(of);
            of.bounded = true;
            of.window = false;  // what windows made before does not matter
            return window(of, by.of);
        }
        if (of.covered.to == far_off && !of.as_of) throw refused{"E411"};
        if (of.covered.to == far_off) end_at_as_of(of);
        of.bounded = true;
        // Where nothing is covered, no window that begins somewhere covers anything.
        const bool empty = of.covered.from == of.covered.to;
        if (empty && by.what != step_kind::shift && by.what != step_kind::all_to_date) return;
        switch (by.what) {
            case step_kind::shift: {
                const auto [moved_by_unit, count] =
                    by.of == unit::none ? period : std::pair(by.of, std::int64_t{1});
                if (moved_by_unit == unit::none) throw refused{"E411"};
                of.covered = steps_.shifted(of.covered, moved_by_unit, n * count);
                of.nominal = steps_.shifted(of.nominal, moved_by_unit, n * count);
                if (empty) of.covered.to = of.covered.from;
                return;
            }
            case step_kind::trailing:
                of.covered = steps_.trailing(of.covered, by.of, n);
                break;
            case step_kind::prior:
                if (of.covered.from == long_ago) {  // nothing lies before all of time
                    of.covered = {0, 0};
                    of.window = false;
                    return;
                }
                of.covered = steps_.prior(of.covered, by.of, n);
                break;
            case step_kind::to_date:
                of.covered = steps_.to_date(of.covered, by.of);
                break;
            default:
                of.covered.from = long_ago;
                of.window = false;
                if (of.timed || of.moved) cut_at_as_of(of);
                return;
        }
        window(of, by.of);
    }

    /// Of several windows the finest unit tells whether the data fills them.
    static void window(reading& of, unit is) {
        if (!of.window || is < of.window_unit) of.window_unit = is;
        of.window = true;
    }

    static bool reads(const reading& by, const std::optional<std::int64_t>& local) {
        if (by.undated) return !local && !by.moved;
        if (!local) return !by.moved && (by.undated_too || !by.bounded);
        return *local >= by.covered.from && *local < by.covered.to;
    }

    /// When an entity is there: while its interval lasts, else from its time on, else always.
    struct lifetime {
        bool timed = false;
        bool lasts = false;
        std::optional<std::int64_t> from;
        std::optional<std::int64_t> to;

        bool meets(const interval& of) const {
            if (!timed) return true;
            if (!lasts) return from && *from < of.to;
            // What ends as it begins is never there.
            return from && *from < of.to && (!to || (*to > of.from && *to > *from));
        }
    };

    lifetime lifetime_of(table_id table, std::size_t row) const {
        const lang::table_info& info = program_.tables[table];
        if (!lasts(table))
            return {info.time != nothing, false, local_in(table, info.time, row), {}};
        auto from = local_in(table, info.from, row);
        if (!from && info.kind == lang::table_kind::versions) from = long_ago;
        return {true, true, from, local_in(table, info.to, row)};
    }

    /// Had an earlier version, within what is covered, another value?
    bool changes_in(const reading& by, table_id table, std::size_t row, term_id term,
                    const scene& in) {
        const bool versions = program_.tables[table].kind == lang::table_kind::versions;
        if (!versions || by.undated || by.covered.from == long_ago) return false;
        const std::uint32_t key = program_.tables[table].key;
        const auto since = *lifetime_of(table, row).from;
        const placing elsewhere(*this, {});
        const value found = on_row(term, table, row, &in);
        for (std::size_t other = 0; other < data_of(table).rows(); ++other) {
            const bool same = order_of(stored(table, key, other), stored(table, key, row)) == 0;
            if (!same || !visible(table, other, with_.as_of)) continue;
            const lifetime held = lifetime_of(table, other);
            const bool ended = held.to && (*held.to <= by.covered.from || *held.to <= *held.from);
            const bool before = *held.from < since && !ended;
            if (before && order_of(on_row(term, table, other, &in), found) != 0) return true;
        }
        return false;
    }

    /// The version of `as of`.
    std::optional<std::size_t> row_now(table_id table, const value& key, const scene& in) {
        const auto now = seen_until(in);
        if (!now) throw refused{"E413"};
        return row_with_key(table, key, calendar_.to_local(*now));
    }

    /// The row of an entity that groups; of versions that of the last covered instant.
    std::optional<std::size_t> row_in_group(table_id table, const value& key, const scene& in) {
        if (program_.tables[table].kind != lang::table_kind::versions)
            return row_with_key(table, key);
        std::int64_t last = far_off;  // the blank period covers no instant: as of now
        if (const reading by = reading_of(in); !by.undated) last = by.covered.to - 1;
        if (with_.as_of) last = std::min(last, calendar_.to_local(*with_.as_of));
        return row_with_key(table, key, last);
    }

    /// Does an entity exist in what is read? Without a period always.
    static bool exists(const reading& by, const lifetime& its) {
        // Whose interval holds the begin of a period, is there in one of which nothing is known.
        interval within = by.covered;
        if (its.lasts) within.to = std::max(within.to, within.from + 1);
        return !by.bounded || by.undated || its.meets(within);
    }

    const lang::request& asked_;
    std::optional<interval> range_;
    std::optional<interval>
        found_;                   ///< without `for`: from the first to the last period with a row
    bool undated_found_ = false;  ///< without `for`: the blank period is shown
    bool timed_ = false;
    interval_steps steps_{calendar_};
};

}  // namespace oracle
