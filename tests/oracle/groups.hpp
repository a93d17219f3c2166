// Which groups appear: rows in the context, populations of entities, periods of the range.
#pragma once

#include "oracle/scene.hpp"

namespace oracle {

using key_set = std::set<std::vector<value>, values_less>;

class group_finder : protected scene_reader {
protected:
    using scene_reader::scene_reader;

    /// One row of one aggregate under the filters of the context, before the term's own `where`.
    struct sighting {
        std::vector<value> keys;  ///< of the dimensions that are no units
        std::optional<std::int64_t> local;
        bool event;         ///< false: an entity that is counted, not a row in a period
        scene when;         ///< its steps, and what cuts them
        lifetime there;     ///< of an entity
        bool held = false;  ///< at an end of a period that is asked for
        conditions told{};  ///< a filter that fails on it cannot tell whether it is seen
    };

    virtual std::optional<std::set<std::size_t>> rows_held(const lang::aggregate& what,
                                                           const scene& in) = 0;

    bool is_unit_at(std::size_t dim) const { return is_unit(asked_.by[dim]); }
    bool units_below(std::size_t level) const {
        for (std::size_t i = 0; i < level; ++i) {
            if (is_unit_at(i)) return true;
        }
        return false;
    }

    /// The entities of a nested aggregate whose home they are, with their place in time.
    struct entity_at {
        value key;
        std::optional<std::size_t> row;  ///< of its table
        std::optional<std::int64_t> local;
        bool dated;
    };
    virtual std::vector<entity_at> entities_of(const lang::aggregate& what, const scene& in) = 0;
    /// Is an entity, placed by its date, there in some piece of all of time?
    virtual bool in_some_piece(const lang::aggregate& what, const entity_at& one,
                               const scene& in) = 0;
    virtual std::optional<std::vector<value>> keys_of_home(const lang::aggregate& what,
                                                           const entity_at& one,
                                                           const scene& in) = 0;

    static bool is_dropped(const lang::regrouping& by, const lang::dimension& one) {
        const bool named = std::any_of(by.names.begin(), by.names.end(),
                                       [&](const auto& name) { return lang::is_named(one, name); });
        return by.all != named;
    }

    enum class regroupings { followed, ignored };

    /// Aggregates below a term, each in the context that it reads; `deep`: those of rows below
    /// aggregates over entities.
    void aggregates_under(term_id id, scene in, std::vector<std::pair<std::uint32_t, scene>>& found,
                          bool deep = true, regroupings how = regroupings::ignored) const {
        const lang::term& what = program_.terms[id];
        if (what.at != lang::level::group || what.kind == lang::op::attribute) return;
        if (what.kind == lang::op::aggregate) {
            const lang::aggregate& one = program_.aggregates[what.with];
            if (one.per.empty() || one.entity_home || !deep) {
                found.emplace_back(what.with, in);
            } else {
                scene within = in;
                if (unit_of(one) != nullptr) within.uncut.push_back({{}, in.steps.size(), &one});
                for (const term_id inner : {one.argument, one.where, one.second, one.placed_on}) {
                    if (inner != nothing) aggregates_under(inner, within, found, deep, how);
                }
            }
        }
        if (what.kind == lang::op::in_context) {
            const lang::change& by = program_.changes[what.with];
            if (by.kind == lang::change_kind::where && readings.trailing_where_decides_groups)
                in.filters.push_back(&by.where);
            if (by.kind == lang::change_kind::time) in.steps.push_back(&by.time);
            if (by.kind == lang::change_kind::regroup && how == regroupings::followed) {
                const auto dropped = [&](const piece& one) {
                    return is_dropped(by.groups, *unit_of(*one.of));
                };
                std::erase_if(in.groups,
                              [&](const grouping& one) { return is_dropped(by.groups, *one.by); });
                std::erase_if(in.pieces, dropped);
                std::erase_if(in.uncut, dropped);
            }
        }
        for (const term_id one : what.of) aggregates_under(one, in, found, deep, how);
    }

    bool reads_planned(const lang::aggregate& what) const override {
        std::vector<std::pair<std::uint32_t, scene>> found;
        for (const term_id inner : {what.argument, what.where, what.second}) {
            if (inner != nothing) aggregates_under(inner, {}, found);
        }
        return std::any_of(found.begin(), found.end(), [&](const auto& below) {
            const lang::aggregate& one = program_.aggregates[below.first];
            const bool dated = one.per.empty() || one.placed_on != nothing;
            return dated ? is_planned(one) : reads_planned(one);
        });
    }

    std::optional<std::vector<value>> keys_on(table_id table, std::size_t row, const scene& in) {
        std::vector<value> out;
        for (const lang::dimension& one : asked_.by) {
            if (is_unit(one)) {
                out.emplace_back();
                continue;
            }
            const auto term = resolved(one, table);
            if (!term) return std::nullopt;
            out.push_back(on_row(*term, table, row, &in));
        }
        return out;
    }

    /// Who left the stock within a period has rows in it, and none in its last snapshot.
    bool is_stock(const lang::aggregate& what) const {
        return program_.tables[what.table].kind == lang::table_kind::snapshot &&
               what.at == lang::border::end;
    }

    /// Every row that an aggregate may read, whatever the interval.
    void rows_of(const lang::aggregate& what, const scene& under, std::vector<sighting>& out) {
        const scene in = as_planned(what, under);
        if (!what.per.empty()) {
            for (const entity_at& one : entities_of(what, in)) {
                if (what.table == nothing || (!one.row && !one.dated)) continue;
                if (one.dated && unit_of(what) != nullptr && !in_some_piece(what, one, in))
                    continue;
                if (auto keys = keys_of_home(what, one, in))
                    out.push_back({*std::move(keys), one.local, one.dated, in,
                                   one.row ? lifetime_of(what.table, *one.row) : lifetime{},
                                   false});
            }
            return;
        }
        if (what.at != lang::border::none && !is_stock(what))
            return rows_held_in_periods(what, in, out);
        const placing by(*this, {what.placed_on, {}});
        for (const std::size_t row : rows_to_see(what, in)) {
            conditions told;
            if (!visible(what.table, row, seen_until(in))) continue;
            if (!told.pass([&] { return kept(what.table, row, in); })) continue;
            sighting one{{}, local_time(what, row), !what.population, in, {}, false, told};
            if (what.population) one.there = lifetime_of(what.table, row);
            if (with_keys(what.table, row, one)) out.push_back(std::move(one));
        }
    }

    /// A key that cannot be told matters where the row is read only.
    bool with_keys(table_id table, std::size_t row, sighting& one) {
        try {
            auto keys = keys_on(table, row, one.when);
            if (keys) one.keys = *std::move(keys);
            return keys.has_value();
        } catch (const refused&) {
            if (!range_ || appears(one)) throw;
            return false;
        }
    }

    std::vector<std::size_t> rows_to_see(const lang::aggregate& what, const scene& in) const {
        std::vector<term_id> read;
        for (const lang::dimension& one : asked_.by) read.push_back(key_term(one, what.table));
        return rows_to_read(what.table, in, read);
    }

    /// What is held at an end of any period that is asked for.
    void rows_held_in_periods(const lang::aggregate& what, scene in, std::vector<sighting>& out) {
        if (!range_) throw refused{"unsupported"};
        for (const std::vector<value>& starts : periods_at(asked_.by.size())) {
            in.groups.clear();
            std::size_t next = 0;
            for (const lang::dimension& by : asked_.by) {
                if (is_unit(by)) in.groups.push_back({&by, starts[next++]});
            }
            for (const scene& here : in_pieces(in)) rows_held_there(what, in, here, out);
        }
    }

    void rows_held_there(const lang::aggregate& what, const scene& in, const scene& here,
                         std::vector<sighting>& out) {
        const auto held = rows_held(what, here);
        if (!held) return;
        const reading by = reading_of(here);
        const placing at(*this, placement_of(what, by));
        for (const std::size_t row : rows_to_see(what, here)) {
            if (!held->contains(whole_row(what.table, row))) continue;
            conditions told;
            if (!visible(what.table, row, by.as_of)) continue;
            if (!told.pass([&] { return kept(what.table, row, here); })) continue;
            if (auto keys = keys_on(what.table, row, here))
                out.push_back(
                    {*std::move(keys), local_time(what, row), false, in, lifetime{}, true, told});
        }
    }

    /// All of time ends at `as of`.
    std::int64_t end_of(const reading& by) const {
        if (by.covered.to != far_off || !by.as_of) return by.covered.to;
        return calendar_.to_local(*by.as_of) + 1;
    }

    /// What is held at an end of the interval is placed at its last instant there.
    placement placement_of(const lang::aggregate& what, const reading& by) const {
        if (what.at == lang::border::none) return {what.placed_on, {}};
        return {nothing, (what.at == lang::border::end ? end_of(by) : by.covered.from) - 1};
    }

    term_id key_term(const lang::dimension& by, table_id table) const {
        return is_unit(by) ? nothing : resolved(by, table).value_or(nothing);
    }

    /// The rows of a table; where shares group or filter, a row once for each of them.
    std::vector<std::size_t> rows_to_read(table_id table, const scene& in,
                                          std::vector<term_id> read) const {
        for (const filter* one : in.filters) {
            for (const lang::on_table& on : *one)
                if (on.table == table) read.push_back(on.term);
        }
        for (const grouping& one : in.groups) read.push_back(key_term(*one.by, table));
        for (table_id t = table; t != nothing; t = program_.tables[t].view_of)
            read.push_back(program_.tables[t].kept);
        const bool shares = program_.tables[table].split != nothing &&
                            std::any_of(read.begin(), read.end(),
                                        [&](const term_id one) { return of_a_share(one); });
        if (shares) return shared_rows(table);
        std::vector<std::size_t> out(data_of(table).rows());
        for (std::size_t row = 0; row < out.size(); ++row) out[row] = row;
        return out;
    }

    /// Does a context read the row, in any of its pieces?
    bool is_read(const sighting& one, const scene& in) {
        const std::vector<scene> all = in_pieces(in);
        return std::any_of(all.begin(), all.end(), [&](const scene& here) {
            const reading by = reading_of(here);
            return one.event ? reads(by, one.local) : exists(by, one.there);
        });
    }

    /// Does a term read the row in any period that is asked for?
    bool appears(const sighting& one) {
        if (one.held) return true;
        scene whole;
        whole.steps = one.when.steps;
        whole.uncut = one.when.uncut;
        whole.planned = one.when.planned;
        if (one.event && !moves(whole)) {
            if (!timed_) return true;
            const reading by = reading_of(whole);
            if (!one.local) return !range_;
            const bool cut = by.as_of && !by.planned;
            if (cut && *one.local > calendar_.to_local(*by.as_of)) return false;
            return !range_ || (*one.local >= range_->from && *one.local < range_->to);
        }
        if (!one.event && !moves(whole) && whole.uncut.empty()) {
            const auto asked = range_asked();
            return !asked || one.there.meets(*asked);
        }
        if (!units_below(asked_.by.size())) return is_read(one, whole);
        for (const std::vector<value>& starts : periods_at(asked_.by.size())) {
            whole.groups.clear();
            std::size_t next = 0;
            for (const lang::dimension& by : asked_.by) {
                if (is_unit(by)) whole.groups.push_back({&by, starts[next++]});
            }
            if (is_read(one, whole)) return true;
        }
        return false;
    }

    std::vector<sighting> sightings(term_id of, const std::vector<const filter*>& filters) {
        const auto key = std::pair(of, filters);
        if (const auto known = seen_.find(key); known != seen_.end()) return known->second;
        std::vector<sighting> out;
        std::vector<std::pair<std::uint32_t, scene>> found;
        scene whole;
        whole.filters = filters;  // no clause below drops one where groups appear
        aggregates_under(of, whole, found);
        for (const auto& [index, in] : found) rows_of(program_.aggregates[index], in, out);
        seen_.emplace(key, out);
        return out;
    }

    /// The rows of all shown terms, and the first and last moment they have.
    void look_around() {
        std::vector<sighting> all;
        for (const lang::shown& one : asked_.terms) {
            for (sighting& here : sightings(one.term, {&asked_.where}))
                all.push_back(std::move(here));
        }
        const std::int64_t cut = with_.as_of ? calendar_.to_local(*with_.as_of) : far_off;
        for (const sighting& here : all) {
            if (!here.event || here.told.failed()) continue;
            undated_found_ = undated_found_ || (!here.local && !moves(here.when));
            if (!here.local || !timed_) continue;
            if (*here.local > cut && !here.when.planned) continue;
            if (range_ && (*here.local < range_->from || *here.local >= range_->to)) continue;
            first_ = std::min(first_.value_or(*here.local), *here.local);
            last_ = std::max(last_.value_or(*here.local), *here.local);
        }
        if (!range_ && first_) {
            found_ = interval{*first_, *last_ + 1};
            for (const lang::dimension& by : asked_.by) {
                if (!is_unit(by)) continue;
                const unit of = by.calendar_unit;
                const interval whole{calendar_.start_of(of, *first_),
                                     calendar_.add_units(of, calendar_.start_of(of, *last_), 1)};
                if (of == finest_unit()) found_ = whole;
                if (!in_periods_) in_periods_ = whole;
                in_periods_->from = std::max(in_periods_->from, whole.from);
                in_periods_->to = std::min(in_periods_->to, whole.to);
            }
        }
        std::vector<sighting> unsure;
        for (sighting& here : all) {
            if (!appears(here)) continue;
            (here.told.failed() ? unsure : all_seen_).push_back(std::move(here));
        }
        for (const sighting& one : unsure) {
            if (!surely_shown(one)) one.told.settle();
        }
    }

    /// The group of a row appears whether the row is seen or not.
    bool surely_shown(const sighting& one) {
        if (asked_.by.empty()) return true;
        const bool units = units_below(asked_.by.size());
        const auto outside = [&](std::int64_t at) {
            return units && !range_ &&
                   (!in_periods_ || at < in_periods_->from || at >= in_periods_->to);
        };
        if (one.event && one.local && outside(*one.local)) return false;
        if (const auto dim = population_dimension();
            dim && population(range_asked()).contains({one.keys[*dim]}))
            return true;
        return std::any_of(all_seen_.begin(), all_seen_.end(), [&](const sighting& other) {
            const bool undated = units && one.event && !one.local;
            return !values_less{}(one.keys, other.keys) && !values_less{}(other.keys, one.keys) &&
                   (!undated || (other.event && !other.local));
        });
    }

    std::optional<interval> range_asked() const { return range_ ? range_ : in_periods_; }

    /// The only grouped dimension besides units, when it is an entity with a table; of the first so
    /// many.
    std::optional<std::size_t> population_dimension() const {
        return population_dimension(asked_.by.size());
    }
    std::optional<std::size_t> population_dimension(std::size_t level) const {
        std::optional<std::size_t> out;
        for (std::size_t i = 0; i < level; ++i) {
            if (is_unit_at(i)) continue;
            if (out) return std::nullopt;
            out = i;
        }
        if (!out || asked_.by[*out].entity == nothing) return std::nullopt;
        return program_.entities[asked_.by[*out].entity].table == nothing ? std::nullopt : out;
    }

    /// Keys of the entities that exist in an interval and meet the filters that resolve on them.
    key_set population(const std::optional<interval>& within) {
        return population(within, asked_.by.size());
    }
    key_set population(const std::optional<interval>& within, std::size_t level) {
        key_set out;
        const auto dim = population_dimension(level);
        if (!dim) return out;
        const table_id table = program_.entities[asked_.by[*dim].entity].table;
        const lang::table_info& info = program_.tables[table];
        for (std::size_t row = 0; row < data_of(table).rows(); ++row) {
            const auto keeps = [&](term_id term) { return holds(on_row(term, table, row)); };
            if (!visible(table, row, with_.as_of) ||
                filtered(asked_.population_where, table, keeps))
                continue;
            const value key = stored(table, info.key, row);
            if (!blank(key) && (!within || lifetime_of(table, row).meets(*within)))
                out.insert({key});
        }
        return out;
    }

    std::optional<std::int64_t> time_of(table_id table, std::size_t row) const {
        return local_in(table, program_.tables[table].time, row);
    }

    /// The group has rows in its period, or an entity that exists in it.
    bool is_peer(const scene& of, const std::vector<value>& keys,
                 const std::vector<sighting>& seen) {
        const std::size_t level = keys.size();
        bool blank_period = false;
        conditions unsure;
        for (std::size_t i = 0; i < level; ++i)
            blank_period = blank_period || (is_unit_at(i) && blank(keys[i]));
        for (const sighting& one : seen) {
            bool same = true;
            for (std::size_t i = 0; i < level; ++i)
                same = same && (is_unit_at(i) || order_of(one.keys[i], keys[i]) == 0);
            if (!same) continue;
            scene here = of;
            here.steps = one.when.steps;
            here.uncut = one.when.uncut;
            here.planned = one.when.planned;
            if (!one.event && blank_period) continue;
            // What lies in no piece is one of the blank period.
            const bool undated = blank_period && !one.local && !moves(here);
            if (!undated && !is_read(one, here)) continue;
            if (!one.told.failed()) return true;
            unsure = one.told;
        }
        unsure.settle();
        const auto dim = population_dimension(level);
        if (!dim) return false;
        const reading by = reading_of(of);
        std::optional<interval> within;
        if (by.bounded) within = by.undated ? interval{long_ago, long_ago} : by.covered;
        return population(within, level).contains({keys[*dim]});
    }

    /// Every tuple of unit starts that the range holds, in order.
    std::vector<std::vector<value>> periods_at(std::size_t level) const {
        std::vector<std::vector<value>> out;
        if (!range_ && !first_) return out;
        const std::int64_t to = range_ ? range_->to : *last_ + 1;
        for (std::int64_t at = range_ ? range_->from : *first_; at < to;) {
            std::vector<value> starts;
            std::int64_t next = to;
            for (std::size_t i = 0; i < level; ++i) {
                if (!is_unit_at(i)) continue;
                const unit of = asked_.by[i].calendar_unit;
                const std::int64_t start = calendar_.start_of(of, at);
                starts.emplace_back(start);
                next = std::min(next, calendar_.add_units(of, start, 1));
            }
            out.push_back(std::move(starts));
            at = next;
        }
        return out;
    }

    /// Keys of the groups that appear, one vector a group.
    std::vector<std::vector<value>> groups_at(std::size_t level) {
        key_set combinations;
        key_set undated;
        bool plain = false;
        for (std::size_t i = 0; i < level; ++i) plain = plain || !is_unit_at(i);
        if (plain && level < asked_.by.size()) {  // a total is of groups that are shown
            for (std::vector<value>& keys : groups_at(asked_.by.size())) {
                keys.resize(level);
                combinations.insert(std::move(keys));
            }
            return {combinations.begin(), combinations.end()};
        }
        if (!plain) combinations.insert(std::vector<value>(level));
        for (const sighting& one : all_seen_) {
            std::vector<value> kept(one.keys.begin(),
                                    one.keys.begin() + static_cast<std::ptrdiff_t>(level));
            if (!one.local && one.event) undated.insert(kept);
            combinations.insert(std::move(kept));
        }
        if (const auto dim = population_dimension(); dim && *dim < level) {
            for (const std::vector<value>& key : population(range_asked())) {
                std::vector<value> kept(level);
                kept[*dim] = key[0];
                combinations.insert(std::move(kept));
            }
        }
        std::vector<std::vector<value>> out(combinations.begin(), combinations.end());
        if (!units_below(level)) return out;
        out.clear();
        const auto periods = periods_at(level);
        for (const std::vector<value>& keys : combinations) {
            for (const std::vector<value>& starts : periods) {
                out.push_back(keys);
                std::size_t next = 0;
                for (std::size_t i = 0; i < level; ++i) {
                    if (is_unit_at(i)) out.back()[i] = starts[next++];
                }
            }
        }
        out.insert(out.end(), undated.begin(), undated.end());
        return out;
    }

private:
    std::optional<std::int64_t> first_;
    std::optional<std::int64_t> last_;
    std::optional<interval> in_periods_;  ///< without `for`: all periods, each cut by every unit
    std::vector<sighting> all_seen_;
    std::map<std::pair<term_id, std::vector<const filter*>>, std::vector<sighting>> seen_;
};

}  // namespace oracle
