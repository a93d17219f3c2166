// Row terms: values of one row of one table, its place in time, and whether a run sees it.
#pragma once

#include "oracle/judging.hpp"
#include "oracle/tables.hpp"
#include "oracle/working_and_money.hpp"

namespace oracle {

struct scene;

/// Where a term is evaluated: on a row, in a group, or on a row that a group reads.
struct place {
    table_id table = nothing;
    std::size_t row = 0;
    const scene* in = nullptr;
};

/// Constants, parameters, scalars and columns; what needs a group is left to who derives from it.
class row_reader : protected table_reader {
public:
    row_reader(const lang::program& what, setting with) : table_reader(what, std::move(with)) {}
    virtual ~row_reader() = default;

protected:
    virtual cell group_term(const lang::term& what, term_id id, const place& at) = 0;

    cell evaluate(term_id id, const place& at) {
        const lang::term& what = program_.terms[id];
        switch (what.kind) {
            case lang::op::constant:
                return {program_.constants[what.with], {}};
            case lang::op::parameter:
                return {parameter(what.with), {}};
            case lang::op::column:
                return {stored(at.table, what.with, at.row), {}};
            case lang::op::look_up:
                return looked_up(what, at);
            case lang::op::shared_key:
                return {user_of(what.with, at.table, at.row), {}};
            case lang::op::share_of:
                return share_of(what, at);
            case lang::op::scalar:
                return scalar(what, at);
            case lang::op::tier: {
                const cell x = evaluate(what.of[0], at);
                if (blank(x)) return x;
                cell out = tier_of(what.what, program_.tier_tables[what.with], what.type, x.value);
                if (out.why == reason::none) out.why = x.why;
                return out;
            }
            default:
                return group_term(what, id, at);
        }
    }

    /// Does a row term depend on the period it is read for?
    bool of_the_period(term_id id) {
        const auto known = of_the_period_.find(id);
        if (known != of_the_period_.end()) return known->second;
        const lang::term& what = program_.terms[id];
        bool out = what.kind == lang::op::period_start || what.kind == lang::op::period_end ||
                   what.kind == lang::op::covered_end || what.kind == lang::op::as_of ||
                   what.kind == lang::op::look_up;
        for (const term_id one : what.of) out = out || of_the_period(one);
        return of_the_period_[id] = out;
    }

    /// Does a row term depend on the instant up to which other rows are seen?
    bool of_the_instant(term_id id) {
        const auto known = of_the_instant_.find(id);
        if (known != of_the_instant_.end()) return known->second;
        const lang::term& what = program_.terms[id];
        bool out = what.kind == lang::op::near_row || what.kind == lang::op::chain ||
                   what.what == lang::function::convert;
        for (const term_id one : what.of) out = out || of_the_instant(one);
        return of_the_instant_[id] = out;
    }

    virtual std::optional<std::int64_t> seen_until(const scene& in) const = 0;

    /// The instant up to which a row sees others.
    std::optional<std::int64_t> seen_from(const place& at) const {
        return at.in == nullptr ? with_.as_of : seen_until(*at.in);
    }

    /// A row term, remembered, for every group asks again.
    value on_row(term_id id, table_id table, std::size_t row, const scene* in = nullptr) {
        const bool moved = in != nullptr && seen_until(*in) != with_.as_of;
        if (of_the_date(id) || (in != nullptr && of_the_period(id)) ||
            (moved && of_the_instant(id)))
            return evaluate(id, {.table = table, .row = row, .in = in}).value;
        const auto key = std::pair(id, std::pair(table, row));
        if (const auto known = remembered_.find(key); known != remembered_.end())
            return known->second;
        value out = evaluate(id, {.table = table, .row = row, .in = nullptr}).value;
        remembered_.emplace(key, out);
        return out;
    }

    value parameter(std::uint32_t index) const {
        const lang::parameter_info& info = program_.parameters[index];
        const auto given = with_.parameters.find(info.name);
        return converted(given == with_.parameters.end() ? info.initial : given->second, info.type);
    }

    /// A row is visible if `recorded`, else its time, is blank or not after `as of`; a view sees
    /// the rows that it and the tables below it keep.
    bool visible(table_id table, std::size_t row, const std::optional<std::int64_t>& as_of) {
        const lang::table_info& info = program_.tables[table];
        if (info.kept != nothing && !holds(on_row(info.kept, table, row))) return false;
        if (info.view_of != nothing && !kept_by_views(info.view_of, row)) return false;
        if (info.view_of != nothing && readings.views_are_visible_as_their_table)
            return visible(info.view_of, row, as_of);
        std::uint32_t by = info.recorded;
        if (by == nothing && lasts(table)) by = info.from;
        if (by == nothing) by = info.time;
        return !as_of || by == nothing || not_after(stored(table, by, row), *as_of);
    }

    bool not_after(const value& time, std::int64_t as_of) const {
        return blank(time) || local_of(time, calendar_) <= calendar_.to_local(as_of);
    }

    /// The row of the entity's table with that key, if the run sees one; of versions the one that
    /// holds at an instant.
    std::optional<std::size_t> row_with_key(table_id table, const value& key,
                                            const std::optional<std::int64_t>& local) {
        if (program_.tables[table].kind != lang::table_kind::versions)
            return row_with_key(table, key);
        const lang::table_info& info = program_.tables[table];
        if (blank(key) || !local) return std::nullopt;
        for (std::size_t row = 0; row < data_of(table).rows(); ++row) {
            if (order_of(stored(table, info.key, row), key) != 0) continue;
            const auto from = local_in(table, info.from, row);
            const auto to = local_in(table, info.to, row);
            if ((!from || *from <= *local) && (!to || *local < *to)) return row;
        }
        return std::nullopt;
    }

    std::optional<std::size_t> row_with_key(table_id table, const value& key) {
        if (blank(key)) return std::nullopt;
        const std::uint32_t column = program_.tables[table].key;
        for (std::size_t row = 0; row < data_of(table).rows(); ++row) {
            const value here = stored(table, column, row);
            if (!blank(here) && order_present(here, key) == 0 &&
                (readings.look_ups_see_every_row || visible(table, row, with_.as_of)))
                return row;
        }
        return std::nullopt;
    }

    /// What places the rows that are read: a row term, or one instant for all of them.
    struct placement {
        term_id by = nothing;
        std::optional<std::int64_t> instant;
    };
    /// Rows are read under a placement, as long as this is there.
    class placing {
    public:
        placing(row_reader& of, const placement& by) : of_(of), before_(of.placed_) {
            of_.placed_ = by;
        }
        ~placing() { of_.placed_ = before_; }
        placing(const placing&) = delete;
        placing& operator=(const placing&) = delete;

    private:
        row_reader& of_;
        placement before_;
    };

private:
    /// Does a row term depend on the date that places its row?
    bool of_the_date(term_id id) const {
        const lang::term& what = program_.terms[id];
        if (what.kind == lang::op::look_up) {
            const table_id to = program_.references[what.with].to;
            if (program_.tables[to].kind == lang::table_kind::versions) return true;
            return what.of.size() > 1 && of_the_date(what.of[1]);
        }
        return std::any_of(what.of.begin(), what.of.end(),
                           [&](const term_id one) { return of_the_date(one); });
    }

    cell share_of(const lang::term& what, const place& at) const {
        const std::size_t share = at.row / data_of(at.table).rows();
        if (share == 0) return {as_type(fraction(1), what.type), {}};
        const lang::split_info& split = program_.splits[what.with];
        return {stored(split.shares, split.share, share - 1), {}};
    }

    /// The instant of the version that a row sees: of the date that places it, or now.
    std::optional<std::int64_t> version_date(const lang::term& what, const place& at) {
        if (what.what == function::last) {
            const auto now = seen_from(at);
            if (!now) throw refused{"E413"};
            return calendar_.to_local(*now);
        }
        if (placed_.instant) return placed_.instant;
        const std::uint32_t time = program_.tables[at.table].time;
        if (placed_.by == nothing && time == nothing) {
            const auto now = seen_from(at);
            if (!now) throw refused{"E413"};
            return calendar_.to_local(*now);
        }
        if (placed_.by == nothing) return local_in(at.table, time, at.row);
        const value date = evaluate(placed_.by, at).value;
        return blank(date) ? std::nullopt : std::optional(local_of(date, calendar_));
    }

    bool kept_by_views(table_id table, std::size_t row) {
        const lang::table_info& info = program_.tables[table];
        if (info.kept != nothing && !holds(on_row(info.kept, table, row))) return false;
        return info.view_of == nothing || kept_by_views(info.view_of, row);
    }

    cell looked_up(const lang::term& what, const place& at) {
        const lang::reference_info& by = program_.references[what.with];
        value key;
        if (what.of.size() > 1)
            key = evaluate(what.of[1], at).value;
        else if (by.split != nothing)
            key = user_of(what.with, at.table, at.row);
        else
            key = stored(at.table, by.column, at.row);
        std::optional<std::int64_t> local;
        if (program_.tables[by.to].kind == lang::table_kind::versions)
            local = version_date(what, at);
        const auto row = row_with_key(by.to, key, local);
        if (!row) return blank_because(reason::no_data);
        const placing elsewhere(*this, {});
        return {on_row(what.of[0], by.to, *row, at.in), {}};
    }

    cell scalar(const lang::term& what, const place& at) {
        const auto of = [&](std::size_t i) { return evaluate(what.of[i], at); };
        const auto true_at = [&](std::size_t i) { return holds(of(i).value); };
        const std::size_t n = what.of.size();
        switch (what.what) {
            case function::logical_and:
            case function::logical_or: {
                // What any operand decides, no other one fails on.
                const bool decisive = what.what == function::logical_or;
                conditions all;
                for (std::size_t i = 0; i < n; ++i) {
                    if (!all.pass([&] { return true_at(i) != decisive; })) return {decisive, {}};
                }
                all.settle();
                return {!decisive, {}};
            }
            case function::logical_not:
                return {!true_at(0), {}};
            case function::if_:
                return if_of(what, at, true_at(0));
            case function::ifs:
                return ifs_of(what, at);
            case function::growth: {
                const cell base = of(1);
                if (!blank(base) && number_of(base.value).sign() <= 0)
                    return blank_because(reason::not_meaningful);
                return of(0);
            }
            case function::if_blank:
            case function::is_blank:
                return blanks_of(what, at);
            case function::reason_of: {
                const reason why = of(0).why;
                if (why == reason::none) return blank_because(reason::none);
                return {std::string(merit::to_string(why)), {}};
            }
            default:
                return eager(what, at);
        }
    }

    cell if_of(const lang::term& what, const place& at, bool taken) {
        if (taken) return typed(what, evaluate(what.of[1], at));
        if (what.of.size() < 3) return blank_because(reason::none);
        return typed(what, evaluate(what.of[2], at));
    }

    cell ifs_of(const lang::term& what, const place& at) {
        const std::size_t n = what.of.size();
        for (std::size_t i = 0; i + 1 < n; i += 2) {
            if (holds(evaluate(what.of[i], at).value))
                return typed(what, evaluate(what.of[i + 1], at));
        }
        if (n % 2 == 0) return blank_because(reason::none);
        return typed(what, evaluate(what.of[n - 1], at));
    }

    static bool blank_or_empty(const cell& what) {
        const auto* text = std::get_if<std::string>(&what.value);
        return blank(what) || (text != nullptr && text->empty());
    }

    cell blanks_of(const lang::term& what, const place& at) {
        if (what.what == function::is_blank) return {blank_or_empty(evaluate(what.of[0], at)), {}};
        for (std::size_t i = 0; i + 1 < what.of.size(); ++i) {
            cell one = evaluate(what.of[i], at);
            if (!blank_or_empty(one)) return typed(what, std::move(one));
        }
        return typed(what, evaluate(what.of.back(), at));
    }

    static cell typed(const lang::term& what, cell from) {
        from.value = converted(from.value, what.type);
        return from;
    }

    /// Functions that evaluate all their arguments.
    cell eager(const lang::term& what, const place& at) {
        std::vector<cell> cells;
        for (const term_id one : what.of) cells.push_back(evaluate(one, at));
        switch (what.what) {
            case function::weighted_blank:
            case function::weighted_reweight:
            case function::weighted_zero:
                return weighted_of(missing_of(what.what), cells);
            case function::whole_blank:
            case function::whole_reweight:
            case function::whole_zero:
                return weighted_of(missing_of(what.what), cells, {}, true);
            case function::contribution_blank:
            case function::contribution_reweight:
            case function::contribution_zero: {
                const auto part = std::get<std::int64_t>(cells[0].value);
                return weighted_of(missing_of(what.what), std::span(cells).subspan(1),
                                   static_cast<std::size_t>(part));
            }
            case function::in:
                return among(cells);
            case function::equal:
            case function::less:
            case function::less_equal:
            case function::greater:
            case function::greater_equal:
            case function::not_equal:
                if (blank(cells[0]) || blank(cells[1]))
                    return {what.what == function::not_equal, {}};
                return {compared(what.what, cells[0].value, cells[1].value), {}};
            default:
                break;
        }
        if (what.what == function::one_currency) return of_one_currency(cells);
        if (what.what == function::immature) return flagged_immature(cells);
        std::vector<value> values;
        reason flag = reason::none;
        for (const cell& one : cells) {
            if (blank(one)) return blank_argument(what.what, one);
            if (flag == reason::none) flag = one.why;
            values.push_back(one.value);
        }
        cell out = present(what, values, at);
        if (out.why == reason::none) out.why = flag;
        return out;
    }

    static cell flagged_immature(const std::vector<cell>& cells) {
        cell out = cells[0];
        const bool any = !blank(cells[1]) && number_of(cells[1].value).sign() > 0;
        if (any && out.why == reason::none) out.why = reason::immature;
        return out;
    }

    static cell blank_argument(function what, const cell& first) {
        if (what == function::divide && first.why == reason::none)
            return blank_because(reason::no_data);
        return first;
    }

    static cell among(const std::vector<cell>& cells) {
        for (std::size_t i = 1; i < cells.size(); ++i) {
            if (blank(cells[0]) || blank(cells[i])) continue;
            if (order_present(cells[0].value, cells[i].value) == 0) return {true, {}};
        }
        return {false, {}};
    }

    cell present(const lang::term& what, arguments of, const place& at) {
        const bool times = std::holds_alternative<merit::date_value>(of[0]) ||
                           std::holds_alternative<merit::timestamp_value>(of[0]);
        switch (what.what) {
            case function::score:
                return score_of(of);
            case function::work_time:
            case function::add_work_time:
            case function::work_days:
            case function::in_work_hours:
                return working(what, of);
            case function::money_of:
                if (!is_currency(std::get<std::string>(of[1])))
                    return blank_because(reason::no_data);
                return {as_type(number_of(of[0]), what.type), {}};
            case function::convert:
                return convert(what, of, at);
            case function::least:
            case function::greatest:
            case function::clamp:
                return picked(what.what, of);
            case function::add:
            case function::subtract:
                if (times) return time_arithmetic(what.what, of[0], of[1]);
                break;
            default:
                break;
        }
        if (times) return time_function(what.what, what.type, of, calendar_);
        if (std::holds_alternative<std::string>(of[0]))
            return text_function(what.what, of, calendar_);
        return number_function(what.what, what.type, of);
    }

    cell working(const lang::term& what, arguments of) const {
        const lang::calendar_info* by = nullptr;
        if (what.with != nothing) {
            by = &program_.calendars[what.with];
        } else {
            for (const lang::calendar_info& one : program_.calendars) {
                if (one.name == std::get<std::string>(of.back())) by = &one;
            }
        }
        if (by == nullptr || by->works == nullptr) throw refused{"E853"};
        return working_time_of(what.what, of, *by->works);
    }

    /// The last rate of the pair at or before the time, else of the inverse pair.
    cell convert(const lang::term& what, arguments of, const place& at) const {
        const auto& from = std::get<std::string>(of[1]);
        const auto& to = std::get<std::string>(of[2]);
        const auto rounded = [&](const fraction& x) {
            return what.type.approximate ? x : oracle::rounded(x, what.type.scale);
        };
        if (from == to) return {as_type(rounded(number_of(of[0])), what.type), {}};
        if (const auto rate = last_rate(program_.rates[what.with], from, to, of[3], seen_from(at)))
            return {as_type(rounded(number_of(of[0]) * *rate), what.type), {}};
        if (const auto rate = last_rate(program_.rates[what.with], to, from, of[3], seen_from(at)))
            return {as_type(rounded(number_of(of[0]) / *rate), what.type), {}};
        throw refused{"E223"};
    }

    std::optional<fraction> last_rate(const lang::rates_info& rates, const std::string& of,
                                      const std::string& to, const value& at,
                                      const std::optional<std::int64_t>& as_of) const {
        const merit::table& rows = data_of(rates.table);
        const std::uint32_t recorded = program_.tables[rates.table].recorded;
        std::optional<std::size_t> best;
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const value time = rows.at(rates.time).at(row);
            const value rate = rows.at(rates.value).at(row);
            if (blank(time) || blank(rate) || number_of(rate).sign() <= 0) continue;
            if (rows.at(rates.of).at(row) != value(of) || rows.at(rates.to).at(row) != value(to))
                continue;
            const value seen = recorded == nothing ? time : rows.at(recorded).at(row);
            if (as_of && !not_after(seen, *as_of)) continue;
            if (!oracle::not_after(time, at, calendar_)) continue;
            if (!best || order_present(rows.at(rates.time).at(*best), time) < 0) best = row;
        }
        if (!best) return std::nullopt;
        return number_of(rows.at(rates.value).at(*best));
    }

    std::map<std::pair<term_id, std::pair<table_id, std::size_t>>, value> remembered_;
    std::map<term_id, bool> of_the_period_;
    std::map<term_id, bool> of_the_instant_;
    placement placed_;
};

}  // namespace oracle
