// Aggregates: over rows, over entities, and the values of entities.
#pragma once

#include "oracle/folds.hpp"
#include "oracle/held.hpp"

namespace oracle {

class aggregate_reader : protected held_reader {
protected:
    using held_reader::held_reader;

    cell in_scene(term_id id, const scene& in) {
        return evaluate(id, {.table = nothing, .row = 0, .in = &in});
    }

    /// The rows that an aggregate takes, in the order of the table.
    std::vector<std::size_t> rows_taken(const lang::aggregate& what, const scene& under) {
        const scene in = as_planned(what, under);
        std::vector<std::size_t> out;
        const reading by = reading_of(in);
        std::optional<std::set<std::size_t>> held;
        if (what.at != lang::border::none) held = held_rows(what, in);
        const placing at(*this, placement_of(what, by));
        for (const std::size_t row :
             rows_to_read(what.table, in, {what.where, what.argument, what.second})) {
            if (!visible(what.table, row, by.as_of)) continue;
            if (what.at != lang::border::none) {
                if (!held || !held->contains(whole_row(what.table, row))) continue;
            } else if (what.population ? !exists(by, lifetime_of(what.table, row))
                                       : !reads(by, local_time(what, row)))
                continue;
            conditions all;
            if (!all.pass([&] { return kept(what.table, row, in); }) ||
                !all.pass([&] { return in_groups(what.table, row, in); }))
                continue;
            const auto own = [&] { return holds(on_row(what.where, what.table, row, &in)); };
            if (what.where != nothing && !all.pass(own)) continue;
            all.settle();
            out.push_back(row);
        }
        return out;
    }

    bool with_doubles(const lang::aggregate& what) const {
        const auto is_double = [&](term_id one) {
            return one != nothing && (program_.terms[one].type.kind == type_kind::float64 ||
                                      program_.terms[one].type.approximate);
        };
        return is_double(what.argument) || is_double(what.second);
    }

    cell over_rows(const lang::term& of, const scene& under) {
        const lang::aggregate& what = program_.aggregates[of.with];
        const scene in = as_planned(what, under);
        if (what.lasts || !what.names.empty()) throw refused{"unsupported"};
        if (what.at != lang::border::none && !held_rows(what, in))
            return blank_because(reason::no_snapshot);
        folding rows{what.what, of.type, {}, what.argument != nothing, {}, with_doubles(what)};
        if (what.amount != nothing) rows.amount = in_scene(what.amount, in).value;
        const lang::table_info& table = program_.tables[what.table];
        const placing at(*this, placement_of(what, reading_of(in)));
        for (const std::size_t row : rows_taken(what, in)) {
            taken one;
            if (what.argument != nothing) one.x = on_row(what.argument, what.table, row, &in);
            if (what.second != nothing)
                one.second = on_row(what.second, what.table, row, &in);
            else if (table.time != nothing)
                one.second = stored(what.table, table.time, row);
            if (table.order != nothing) one.tie = stored(what.table, table.order, row);
            rows.rows.push_back(std::move(one));
        }
        cell out = fold(rows);
        if (out.why == reason::none && starts_late(what, in)) out.why = reason::short_window;
        return out;
    }

    /// The unit in which the data begins starts after the window does.
    bool starts_late(const lang::aggregate& what, const scene& in) {
        const reading by = reading_of(as_planned(what, in));
        if (!by.window || by.undated || what.population || by.covered.from == long_ago)
            return false;
        if (what.at != lang::border::none) return false;
        if (by.covered.from >= by.covered.to) return false;  // nothing is known of it yet
        std::optional<std::int64_t> first;
        const table_id stored = stored_table(what.table);  // what a view leaves out is data too
        for (std::size_t row = 0; row < data_of(stored).rows(); ++row) {
            const auto local = local_time(what, row);
            if (local && visible(stored, row, with_.as_of) && (!first || *local < *first))
                first = local;
        }
        if (!first) return false;
        const unit of = by.window_unit == unit::none ? unit::day : by.window_unit;
        return calendar_.start_of(of, *first) > by.covered.from;
    }

    /// A context in which only an entity groups.
    static scene alone(const lang::aggregate& what, const value& key, const scene& in) {
        scene out;
        out.groups.push_back({&entity_of(what), key});
        out.timeless = in.timeless || what.placed_on != nothing;
        if (what.placed_on != nothing) {
            for (const lang::time_step* one : in.steps)
                if (one->what == step_kind::as_of) out.steps.push_back(one);
            return out;
        }
        for (const grouping& one : in.groups) {
            if (is_unit(*one.by)) out.groups.push_back(one);
        }
        out.steps = in.steps;
        out.pieces = in.pieces;
        return out;
    }

    /// Keys that the rows of inner aggregates have, before their own conditions, under all filters
    /// of the context.
    key_set keys_of_rows(const lang::aggregate& what, scene in) {
        in.filters = in.present;
        key_set out;
        key_set unsure;  // of rows of which a filter cannot be told
        conditions failed;
        std::vector<std::pair<std::uint32_t, scene>> found;
        for (const term_id inner : {what.argument, what.where, what.second}) {
            if (inner != nothing) aggregates_under(inner, in, found);
        }
        for (const auto& [index, whole] : found) {
            const lang::aggregate& one = program_.aggregates[index];
            for (const scene& here : in_pieces(whole)) {
                if (!one.per.empty())
                    keys_of_entities(what, one, here, out);
                else
                    keys_of_rows(what, one, here, out, unsure, failed);
            }
        }
        for (const std::vector<value>& key : unsure)
            if (!out.contains(key)) failed.settle();
        return out;
    }

    void keys_of_entities(const lang::aggregate& what, const lang::aggregate& one,
                          const scene& here, key_set& out) {
        const reading by = reading_of(as_planned(one, here));
        for (const entity_at& entity : entities_of(one, here)) {
            if (!home_in_groups(one, entity, here)) continue;
            if (entity.dated && unit_of(one) && !in_some_piece(one, entity, here)) continue;
            if (entity.dated ? !reads(by, entity.local) : !entity_exists(one, by, entity)) continue;
            add_key(what, one.table, out,
                    [&](term_id key) { return of_home(one, entity, key, here); });
        }
    }

    void keys_of_rows(const lang::aggregate& what, const lang::aggregate& one, const scene& under,
                      key_set& out, key_set& unsure, conditions& failed) {
        const scene here = as_planned(one, under);
        const reading by = reading_of(here);
        const bool at_border = one.at != lang::border::none && !is_stock(one);
        const auto held = at_border ? rows_held(one, here) : std::nullopt;
        if (at_border && !held) return;
        const placing at(*this,
                         is_stock(one) ? placement{one.placed_on, {}} : placement_of(one, by));
        std::vector<term_id> keys_read;
        for (const lang::dimension& key : what.per) keys_read.push_back(key_term(key, one.table));
        for (const std::size_t row : rows_to_read(one.table, here, keys_read)) {
            if (!visible(one.table, row, by.as_of)) continue;
            if (one.population ? !exists(by, lifetime_of(one.table, row))
                : held         ? !held->contains(whole_row(one.table, row))
                               : !reads(by, local_time(one, row)))
                continue;
            conditions all;
            if (!all.pass([&] { return kept(one.table, row, here); }) ||
                !in_groups(one.table, row, here))
                continue;
            if (all.failed()) failed = all;
            add_key(what, one.table, all.failed() ? unsure : out,
                    [&](term_id key) { return on_row(key, one.table, row, &here); });
        }
    }

    void add_key(const lang::aggregate& what, table_id table, key_set& out, const auto& value_of) {
        const auto term = resolved(entity_of(what), table);
        if (!term) return;
        const value key = value_of(*term);
        if (!blank(key)) out.insert({key});  // a blank one is a group, but no entity
    }

    std::vector<entity_at> entities_of(const lang::aggregate& what, const scene& in) override {
        const auto as_of = seen_until(in);
        std::vector<entity_at> out;
        if (std::count_if(what.per.begin(), what.per.end(), is_unit) + 1 !=
            static_cast<std::ptrdiff_t>(what.per.size()))
            throw refused{"unsupported"};
        if (what.table == nothing || !what.every) {
            scene whole;
            whole.timeless = true;
            for (const lang::time_step* one : in.steps)
                if (one->what == step_kind::as_of) whole.steps.push_back(one);
            if (unit_of(what) != nullptr) whole.uncut.push_back({{}, whole.steps.size(), &what});
            for (const std::vector<value>& keys : keys_of_rows(what, whole)) {
                const value& key = keys[0];
                std::optional<std::size_t> row;
                if (what.table != nothing) row = row_with_key(what.table, key);
                if (row && !kept(what.table, *row, in)) continue;
                // Nothing is known of it, but what holds of all holds of it.
                const auto keeps = [&](term_id term) {
                    return program_.terms[term].at == lang::level::constant &&
                           holds(on_row(term, what.table, 0, &in));
                };
                const auto filters_home = [&](const filter* of) {
                    return filtered(*of, what.table, keeps);
                };
                if (!row && std::any_of(in.filters.begin(), in.filters.end(), filters_home))
                    continue;
                out.push_back({key, row, {}, false});
            }
        } else {
            const std::uint32_t key = program_.tables[what.table].key;
            for (std::size_t row = 0; row < data_of(what.table).rows(); ++row) {
                if (!visible(what.table, row, as_of) || !kept(what.table, row, in)) continue;
                const value is = stored(what.table, key, row);
                if (!blank(is)) out.push_back({is, row, time_of(what.table, row), false});
            }
        }
        if (what.placed_on == nothing) return out;
        for (entity_at& one : out) {
            const value date = in_scene(what.placed_on, alone(what, one.key, in)).value;
            one.dated = true;
            one.local = blank(date) ? std::nullopt : std::optional(local_of(date, calendar_));
        }
        return out;
    }

    /// Each entity of a nested aggregate with the context of its inner terms; one for each piece
    /// in which it is there.
    std::vector<scene> entity_scenes(const lang::aggregate& what, const scene& in) {
        if (unit_of(what) == nullptr) return whole_scenes(what, in);
        if (what.placed_on != nothing) return scenes_in_pieces(what, in);
        std::vector<scene> out;
        for (const piece& one : pieces_of(in, what)) {
            scene here = in;
            here.number = nothing;
            here.pieces.push_back(one);
            for (scene& entity : whole_scenes(what, here)) out.push_back(std::move(entity));
        }
        return out;
    }

    /// Entities that a date places, in the pieces of all of time.
    std::vector<scene> scenes_in_pieces(const lang::aggregate& what, const scene& in) {
        std::vector<scene> out;
        const std::vector<scene> all = whole_scenes(what, in);
        const std::vector<entity_at> entities = entities_of(what, in);
        for (const scene& here : pieces_of_all_time(what, in)) {
            const key_set there = keys_in_piece(what, entities, here);
            for (const scene& entity : all) {
                if (!there.contains({entity.groups.front().key})) continue;
                out.push_back(entity);
                out.back().pieces.push_back(here.pieces.back());
            }
        }
        return out;
    }

    std::vector<scene> pieces_of_all_time(const lang::aggregate& what, const scene& in) {
        scene within = alone(what, {}, in);
        within.groups.clear();
        std::vector<scene> out;
        for (const piece& one : pieces_of(within, what)) {
            out.push_back(within);
            out.back().pieces.push_back(one);
        }
        return out;
    }

    key_set keys_in_piece(const lang::aggregate& what, const std::vector<entity_at>& among,
                          const scene& here) {
        if (!what.every) return keys_of_rows(what, here);
        key_set there;
        for (const entity_at& one : among)
            if (entity_exists(what, reading_of(here), one)) there.insert({one.key});
        return there;
    }

    bool in_some_piece(const lang::aggregate& what, const entity_at& one,
                       const scene& in) override {
        const std::vector<scene> all = pieces_of_all_time(what, in);
        return std::any_of(all.begin(), all.end(), [&](const scene& here) {
            return keys_in_piece(what, {one}, here).contains({one.key});
        });
    }

    std::optional<interval> time_of_rows(const lang::aggregate& what, const scene& in) override {
        std::optional<interval> out;
        const auto meet = [&](std::int64_t at, std::int64_t end = far_off) {
            if (!out) out = interval{at, std::min(at + 1, end)};
            out = interval{std::min(out->from, at), std::max(out->to, std::min(at + 1, end))};
        };
        std::vector<std::pair<std::uint32_t, scene>> found;
        for (const term_id inner : {what.argument, what.where, what.second}) {
            if (inner != nothing) aggregates_under(inner, in, found);
        }
        for (const auto& [index, here] : found) {
            const lang::aggregate& one = program_.aggregates[index];
            const auto until = is_planned(one) ? std::nullopt : seen_until(in);
            const std::int64_t end = until ? calendar_.to_local(*until) + 1 : far_off;
            if (one.placed_on != nothing && !one.per.empty()) {
                for (const entity_at& entity : entities_of(one, here))
                    if (entity.local) meet(*entity.local, end);
            } else if (!one.per.empty()) {
                const auto below = time_of_rows(one, here);
                if (below) meet(below->from);
                if (below) meet(below->to - 1);
            } else {
                if (one.at != lang::border::none || one.population) throw refused{"unsupported"};
                for (std::size_t row = 0; row < data_of(one.table).rows(); ++row)
                    if (const auto local = local_time(one, row);
                        local && visible(one.table, row, with_.as_of))
                        meet(*local, end);
            }
        }
        return out;
    }

    std::vector<scene> whole_scenes(const lang::aggregate& what, const scene& in) {
        std::vector<scene> out;
        const reading by = reading_of(as_planned(what, in));
        if (!what.entity_home) {
            for (const std::vector<value>& keys : keys_of_rows(what, in)) {
                scene& one = out.emplace_back(in);
                one.number = nothing;
                one.groups.push_back({&entity_of(what), keys[0]});
            }
            return out;
        }
        bool named = false;
        for (const grouping& one : in.groups) named = named || !is_unit(*one.by);
        key_set met;  // an entity has a row for each of its versions
        for (const entity_at& one : entities_of(what, in)) {
            if (named && !home_in_groups(what, one, in)) continue;
            if (one.dated ? !reads(by, one.local) : !entity_exists(what, by, one)) continue;
            if (what.matured && !ripe(*what.matured, one, by)) continue;
            if (met.insert({one.key}).second) out.push_back(alone(what, one.key, in));
        }
        return out;
    }

    /// Those of them that the condition beside `per` keeps.
    std::vector<scene> entities_taken(const lang::aggregate& what, const scene& in) {
        std::vector<scene> out = entity_scenes(what, in);
        if (what.where == nothing) return out;
        std::erase_if(out,
                      [&](const scene& one) { return !holds(in_scene(what.where, one).value); });
        return out;
    }

    /// A key without its row keeps its own group; what else is asked of it is blank.
    value of_home(const lang::aggregate& what, const entity_at& one, term_id term,
                  const scene& in) {
        if (one.row) return on_row(term, what.table, *one.row, &in);
        const lang::term& key = program_.terms[term];
        const bool own = what.table != nothing && key.kind == lang::op::column &&
                         key.with == program_.tables[what.table].key;
        return own ? one.key : value{};
    }

    bool home_in_groups(const lang::aggregate& what, const entity_at& one, const scene& in) {
        for (const grouping& by : in.groups) {
            if (is_unit(*by.by)) continue;
            const auto term = resolved(*by.by, what.table);
            if (!term) throw refused{"unsupported"};
            if (order_of(of_home(what, one, *term, in), by.key) != 0) return false;
        }
        return true;
    }

    std::optional<std::vector<value>> keys_of_home(const lang::aggregate& what,
                                                   const entity_at& one, const scene& in) override {
        std::vector<value> out;
        for (const lang::dimension& by : asked_.by) {
            out.emplace_back();
            if (is_unit(by)) continue;
            const auto term = resolved(by, what.table);
            if (!term) return std::nullopt;
            out.back() = of_home(what, one, *term, in);
        }
        return out;
    }

    bool entity_exists(const lang::aggregate& what, const reading& by, const entity_at& one) const {
        return what.table == nothing || (one.row && exists(by, lifetime_of(what.table, *one.row)));
    }

    bool ripe(const merit::span_value& age, const entity_at& one, const reading& by) {
        if (!by.as_of) throw refused{"E413"};
        return one.local && calendar_.add_span(*one.local, age) <= calendar_.to_local(*by.as_of);
    }

    cell over_entities(const lang::term& of, const scene& in) {
        const lang::aggregate& what = program_.aggregates[of.with];
        if (what.uncut) throw refused{"unsupported"};
        const bool cut = std::any_of(what.per.begin(), what.per.end(), is_unit);
        // Of all time up to an end, the part that begins with the first row.
        const bool all = in.timeless || what.placed_on != nothing;
        const reading by = reading_of(in);
        if (cut && !all && !by.timed && (!by.bounded || by.covered.to == far_off))
            throw refused{"E411"};
        folding rows{what.what, of.type, {}, true, {}, with_doubles(what)};
        if (what.amount != nothing) rows.amount = in_scene(what.amount, in).value;
        for (const scene& one : entities_taken(what, in)) {
            taken row;
            row.x = in_scene(what.argument, one).value;
            if (what.second != nothing) row.second = in_scene(what.second, one).value;
            rows.rows.push_back(std::move(row));
        }
        cell out = fold(rows);
        if (out.why == reason::none && inner_starts_late(what, in)) out.why = reason::short_window;
        return out;
    }

    /// Of entities placed by their date, the data begins with the first of these.
    bool entities_start_late(const lang::aggregate& what, const scene& in) {
        const reading by = reading_of(as_planned(what, in));
        if (!by.window || by.undated || by.covered.from == long_ago) return false;
        if (by.covered.from >= by.covered.to) return false;  // nothing is known of it yet
        scene all = in;
        all.filters.clear();
        std::optional<std::int64_t> first;
        for (const entity_at& one : entities_of(what, all))
            if (one.local) first = std::min(first.value_or(*one.local), *one.local);
        const unit of = by.window_unit == unit::none ? unit::day : by.window_unit;
        return first && calendar_.start_of(of, *first) > by.covered.from;
    }

    /// A window below that the data does not fill; one that is cut into pieces is no less short.
    bool inner_starts_late(const lang::aggregate& what, const scene& in) {
        if (what.placed_on != nothing && entities_start_late(what, in)) return true;
        scene within = what.entity_home ? alone(what, {}, in) : in;
        if (unit_of(what) != nullptr) within.uncut.push_back({{}, within.steps.size(), &what});
        std::vector<std::pair<std::uint32_t, scene>> found;
        for (const term_id inner : {what.argument, what.where, what.second}) {
            if (inner != nothing)
                aggregates_under(inner, within, found, true, regroupings::followed);
        }
        return std::any_of(found.begin(), found.end(), [&](const auto& one) {
            return reads_late(program_.aggregates[one.first], one.second);
        });
    }

    bool reads_late(const lang::aggregate& what, const scene& in) {
        if (in.uncut.empty())
            return what.per.empty() ? starts_late(what, in) : inner_starts_late(what, in);
        if (reads_late(what, before_cut(in))) return true;
        const std::vector<scene> all = next_pieces(in);
        return std::any_of(all.begin(), all.end(),
                           [&](const scene& one) { return reads_late(what, one); });
    }
};

}  // namespace oracle
