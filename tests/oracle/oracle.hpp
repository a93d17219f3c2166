// The oracle: a naive row-at-a-time evaluator of a checked program, written from the language and
// from nothing else. It scans every row of every table for every cell.
#pragma once

#include "oracle/folds.hpp"
#include "oracle/groups.hpp"

namespace oracle {

struct answer {
    std::vector<std::vector<cell>> rows;  ///< dimensions, then shown terms
    std::size_t total_rows = 0;
};

class witness : private group_finder {
public:
    witness(const lang::program& what, setting with) : group_finder(what, std::move(with)) {}

    answer run() {
        look_around();
        answer out;
        const std::size_t dims = asked_.by.size();
        for (std::size_t level = dims + 1; level-- > 0;) {
            if (level != dims && !asked_.totals) break;
            shown_groups_.clear();
            for (std::vector<value>& keys : groups_at(level))
                shown_groups_.push_back({level, std::move(keys), shown_groups_.size()});
            known_.clear();
            for (std::vector<cell>& row : rows_of_level()) out.rows.push_back(std::move(row));
            if (level == dims) out.total_rows = out.rows.size();
        }
        out.total_rows = out.rows.size() - out.total_rows;
        return out;
    }

private:
    cell in_group(term_id id, const group& of) {
        return evaluate(id, {.table = nothing, .row = 0, .in = &of, .within = {}});
    }

    bool keys_match(const lang::aggregate& what, std::size_t row, const group& of) {
        const auto local = local_time(what, row);
        for (std::size_t i = 0; i < of.level; ++i) {
            value here;
            if (!is_unit(i)) {
                here = on_row(dimension_on(i, what.table), what.table, row);
            } else if (what.population) {
                continue;
            } else if (local) {
                here = calendar_.start_of(asked_.by[i].calendar_unit, *local);
            }
            if (order_of(here, of.keys[i]) != 0) return false;
        }
        return true;
    }

    cell aggregate(const lang::term& of, const place& at) {
        const lang::aggregate& what = program_.aggregates[of.with];
        const group& in = *at.in;
        folding rows{what.what, of.type, {}, what.argument != nothing, {}};
        if (what.amount != nothing) rows.amount = evaluate(what.amount, at).value;
        const lang::table_info& table = program_.tables[what.table];
        for (std::size_t row = 0; row < data_of(what.table).rows(); ++row) {
            if (!in_context(what.table, row, at.within)) continue;
            const auto local = local_time(what, row);
            if (what.population ? !exists_before(local, what.placed_on != nothing, end_of(in))
                                : !covered(local))
                continue;
            if (!keys_match(what, row, in)) continue;
            if (what.where != nothing && !holds(on_row(what.where, what.table, row))) continue;
            taken one;
            if (what.argument != nothing) one.x = on_row(what.argument, what.table, row);
            if (what.second != nothing)
                one.second = on_row(what.second, what.table, row);
            else if (table.time != nothing)
                one.second = stored(what.table, table.time, row);
            if (table.order != nothing) one.tie = stored(what.table, table.order, row);
            rows.rows.push_back(std::move(one));
        }
        return fold(rows);
    }

    cell group_term(const lang::term& what, term_id id, const place& at) override {
        const group& in = *at.in;
        const auto key = std::pair(id, in.number);
        if (at.within.empty()) {
            if (const auto known = known_.find(key); known != known_.end()) return known->second;
        }
        cell out;
        switch (what.kind) {
            case lang::op::aggregate:
                out = aggregate(what, at);
                break;
            case lang::op::in_context: {
                if (program_.changes[what.with].kind != lang::change_kind::where)
                    throw refused{"unsupported"};
                place inner = at;
                inner.within.push_back(&program_.changes[what.with]);
                out = evaluate(what.of[0], inner);
                break;
            }
            case lang::op::group_key:
                out = key_cell(in, what.with);
                break;
            default:
                out = rank(what, at);
                break;
        }
        if (at.within.empty()) known_.emplace(key, out);
        return out;
    }

    cell key_cell(const group& in, std::size_t dim) const {
        if (dim >= in.level) return blank_because(reason::not_meaningful);
        if (!is_unit(dim) || blank(in.keys[dim])) return {in.keys[dim], {}};
        return {calendar_.label(asked_.by[dim].calendar_unit, std::get<std::int64_t>(in.keys[dim])),
                {}};
    }

    /// Highest first, 1, 1, 3; blanks have no rank, and neither has a group that is no peer.
    cell rank(const lang::term& what, const place& at) {
        const lang::peer& peers = program_.peers[what.with];
        const group& own = *at.in;
        std::vector<std::size_t> across;
        for (std::size_t dim = 0; dim < asked_.by.size(); ++dim) {
            for (const lang::dimension_name& name : peers.across.names) {
                if (!lang::is_named(asked_.by[dim], name)) continue;
                if (dim >= own.level) return blank_because(reason::not_meaningful);
                across.push_back(dim);
            }
        }
        const std::vector<sighting> seen = sightings(what.of[0]);
        const cell mine = evaluate(what.of[0], at);
        if (blank(mine)) return mine;
        if (!is_peer(own, seen)) return blank_because(reason::no_data);
        std::int64_t place_of_mine = 1;
        for (const group& other : shown_groups_) {
            bool beside = true;
            for (std::size_t i = 0; i < own.level; ++i) {
                const bool free = std::find(across.begin(), across.end(), i) != across.end();
                beside = beside && (free || order_of(own.keys[i], other.keys[i]) == 0);
            }
            if (!beside || !is_peer(other, seen)) continue;
            place there = at;
            there.in = &other;
            const cell theirs = evaluate(what.of[0], there);
            if (!blank(theirs) && order_present(theirs.value, mine.value) > 0) ++place_of_mine;
        }
        return {place_of_mine, {}};
    }

    std::vector<std::vector<cell>> rows_of_level() {
        std::vector<const group*> kept;
        for (const group& one : shown_groups_) {
            const bool total = one.level != asked_.by.size() && readings.totals_pass_having;
            if (total || asked_.having == nothing || holds(in_group(asked_.having, one).value))
                kept.push_back(&one);
        }
        std::stable_sort(kept.begin(), kept.end(), [&](const group* a, const group* b) {
            for (const lang::sort_key& key : asked_.sort) {
                const value x = in_group(key.term, *a).value;
                const value y = in_group(key.term, *b).value;
                const int found = order_of(x, y);
                if (found != 0) return key.down && !blank(x) && !blank(y) ? found > 0 : found < 0;
            }
            return values_less{}(a->keys, b->keys);
        });
        std::vector<std::vector<cell>> out;
        for (const group* one : kept) {
            std::vector<cell>& row = out.emplace_back();
            for (std::size_t i = 0; i < asked_.by.size(); ++i)
                row.push_back(i < one->level ? key_cell(*one, i) : cell{});
            for (const lang::shown& term : asked_.terms) row.push_back(in_group(term.term, *one));
        }
        return out;
    }

    std::vector<group> shown_groups_;
    std::map<std::pair<term_id, std::size_t>, cell> known_;
};

}  // namespace oracle
