// The oracle: a naive row-at-a-time evaluator of a checked program, written from the language and
// from nothing else. It scans every row of every table for every cell.
#pragma once

#include "oracle/peers.hpp"

namespace oracle {

struct answer {
    std::vector<std::vector<cell>> rows;  ///< dimensions, then shown terms
    std::size_t total_rows = 0;
};

class witness : private peer_reader {
public:
    witness(const lang::program& what, setting with) : peer_reader(what, std::move(with)) {}

    answer run() {
        check_shares();
        look_around();
        answer out;
        const std::size_t dims = asked_.by.size();
        for (std::size_t level = dims + 1; level-- > 0;) {
            if (level != dims && !asked_.totals) break;
            shown_groups_.clear();
            for (std::vector<value>& keys : groups_at(level))
                shown_groups_.push_back({std::move(keys), shown_groups_.size()});
            known_.clear();
            for (std::vector<cell>& row : rows_of_level(level)) out.rows.push_back(std::move(row));
            if (level == dims) out.total_rows = out.rows.size();
        }
        out.total_rows = out.rows.size() - out.total_rows;
        return out;
    }

private:
    /// Shares that are no whole are refused, whatever becomes of their rows.
    void check_shares() {
        std::vector<term_id> open{asked_.having};
        std::set<term_id> met{nothing};
        const auto add = [&](const std::vector<lang::on_table>& of) {
            for (const lang::on_table& one : of) open.push_back(one.term);
        };
        for (const lang::shown& one : asked_.terms) open.push_back(one.term);
        for (const lang::sort_key& one : asked_.sort) open.push_back(one.term);
        for (const lang::dimension& one : asked_.by) add(one.on);
        add(asked_.where);
        while (!open.empty()) {
            const term_id next = open.back();
            open.pop_back();
            if (!met.insert(next).second) continue;
            const lang::term& what = program_.terms[next];
            open.insert(open.end(), what.of.begin(), what.of.end());
            if (what.kind == lang::op::attribute) {
                open.push_back(program_.attributes[what.with].term);
                add(program_.attributes[what.with].by.on);
            }
            if (what.kind == lang::op::in_context) add(program_.changes[what.with].where);
            if (what.kind == lang::op::aggregate) {
                const lang::aggregate& one = program_.aggregates[what.with];
                for (const term_id part :
                     {one.argument, one.second, one.where, one.placed_on, one.amount})
                    open.push_back(part);
                for (const lang::dimension& key : one.per) add(key.on);
            }
            if (what.at == lang::level::row && what.home != nothing && of_a_share(next) &&
                program_.tables[what.home].split != nothing)
                shared_rows(what.home);
        }
    }

    cell in_group(term_id id, const shown_group& of) { return in_scene(id, scene_of(of)); }

    cell group_term(const lang::term& what, term_id id, const place& at) override {
        if (at.in == nullptr || at.table != nothing) return of_the_row(what, at);
        const scene& in = *at.in;
        const auto key = std::pair(id, in.number);
        if (in.number != nothing) {
            if (const auto known = known_.find(key); known != known_.end()) return known->second;
        }
        const cell out = of_the_group(what, at);
        if (in.number != nothing) known_.emplace(key, out);
        return out;
    }

    cell of_the_row(const lang::term& what, const place& at) {
        switch (what.kind) {
            case lang::op::attribute:
                return attribute(what, at);
            case lang::op::near_row:
                return near_row(what, at);
            case lang::op::chain:
                return chain(what, at);
            case lang::op::as_of:
            case lang::op::period_start:
            case lang::op::period_end:
            case lang::op::covered_end:
                if (at.in == nullptr) throw refused{"unsupported"};
                return moment(what, *at.in);
            default:
                throw refused{"unsupported"};
        }
    }

    cell of_the_group(const lang::term& what, const place& at) {
        const scene& in = *at.in;
        switch (what.kind) {
            case lang::op::aggregate:
                return program_.aggregates[what.with].per.empty() ? over_rows(what, in)
                                                                  : over_entities(what, in);
            case lang::op::in_context:
                return in_context(what, in);
            case lang::op::peer:
                return peer(what, in);
            case lang::op::group_key:
                return key_cell(in, what.with);
            case lang::op::entity_key:
                return key_of(what.with, in);
            case lang::op::of_group:
                return of_group(what, in);
            case lang::op::attribute:
                return attribute(what, at);
            case lang::op::as_of:
            case lang::op::period_start:
            case lang::op::period_end:
            case lang::op::covered_end:
                return moment(what, in);
            default:
                throw refused{"unsupported"};
        }
    }

    /// `as_of`, and the borders of the period: the ends are those behind the last moment.
    cell moment(const lang::term& what, const scene& in) {
        const reading by = reading_of(in);
        std::int64_t local = 0;
        if (what.kind == lang::op::as_of) {
            if (!by.as_of && what.with == 1) return blank_because(reason::no_data);
            if (!by.as_of) throw refused{"E413"};
            local = calendar_.to_local(*by.as_of);
        } else {
            local = what.kind == lang::op::period_start ? by.nominal.from
                    : what.kind == lang::op::period_end ? by.nominal.to
                                                        : unwindowed(in).covered.to;
            // What is known ends at `as of`.
            const bool last = what.kind == lang::op::covered_end && local == far_off;
            if (last && by.as_of && !by.planned) local = calendar_.to_local(*by.as_of) + 1;
            const bool none = by.undated || by.nominal.from >= by.nominal.to;
            if (none || local == long_ago || local == far_off)
                return blank_because(reason::no_data);
        }
        if (what.type.kind == type_kind::date)
            return {merit::date_value{static_cast<std::int32_t>(day_of(local))}, {}};
        return {merit::timestamp_value{calendar_.to_instant(local)}, {}};
    }

    cell in_context(const lang::term& what, const scene& in) {
        const lang::change& by = program_.changes[what.with];
        if (by.kind != lang::change_kind::regroup) return in_scene(what.of[0], changed(by, in));
        scene inner = in;
        inner.number = nothing;
        if (!regroup(by.groups, inner)) return blank_because(reason::not_meaningful);
        return flagged(by.groups, in, in_scene(what.of[0], inner));
    }

    /// An amount has its currency from beside where its type has none.
    cell shown_value(const lang::shown& what, const scene& in) {
        cell out = in_scene(what.term, in);
        auto* money = std::get_if<merit::money_value>(&out.value);
        if (money == nullptr) return out;
        if (what.currency == nothing) {
            std::copy(std::begin(what.head.type.currency), std::end(what.head.type.currency),
                      money->currency);
        } else if (const cell code = in_scene(what.currency, in); !blank(code)) {
            const auto& text = std::get<std::string>(code.value);
            std::copy(text.begin(), text.end(), money->currency);
        }
        return out;
    }

    /// Amounts of two currencies have no order.
    void check_order(const std::vector<const shown_group*>& rows) {
        for (const lang::sort_key& key : asked_.sort) {
            std::set<std::vector<value>, values_less> seen;
            for (const shown_group* one : rows) {
                in_group(key.term, *one);
                if (key.currency == nothing) continue;
                const value code = in_group(key.currency, *one).value;
                if (!blank(code)) seen.insert({code});
            }
            if (seen.size() > 1) throw refused{"E220"};
        }
    }

    std::vector<std::vector<cell>> rows_of_level(std::size_t level) {
        std::vector<const shown_group*> kept;
        for (const shown_group& one : shown_groups_) {
            const bool total = level != asked_.by.size() && readings.totals_pass_having;
            if (total || asked_.having == nothing || holds(in_group(asked_.having, one).value))
                kept.push_back(&one);
        }
        check_order(kept);
        std::stable_sort(kept.begin(), kept.end(), [&](const auto* a, const auto* b) {
            for (const lang::sort_key& key : asked_.sort) {
                const value x = in_group(key.term, *a).value;
                const value y = in_group(key.term, *b).value;
                const int found = order_of(x, y);
                if (found != 0) return key.down && !blank(x) && !blank(y) ? found > 0 : found < 0;
            }
            return values_less{}(a->keys, b->keys);
        });
        std::vector<std::vector<cell>> out;
        for (const shown_group* one : kept) {
            std::vector<cell>& row = out.emplace_back();
            const scene in = scene_of(*one);
            for (std::size_t i = 0; i < asked_.by.size(); ++i)
                row.push_back(i < level ? key_cell(in, i) : cell{});
            for (const lang::shown& term : asked_.terms) row.push_back(shown_value(term, in));
        }
        return out;
    }

    std::map<std::pair<term_id, std::size_t>, cell> known_;
};

}  // namespace oracle
