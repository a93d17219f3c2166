// Which groups appear: rows in the context, populations of entities, periods of the range.
#pragma once

#include <algorithm>
#include <set>

#include "oracle/rows.hpp"

namespace oracle {

using key_set = std::set<std::vector<value>, values_less>;

class group_finder : protected row_reader {
protected:
    group_finder(const lang::program& what, setting with)
        : row_reader(what, std::move(with)), asked_(*what.asked), range_(asked_.range) {
        bind_range(asked_.range_from_parameter, true);
        bind_range(asked_.range_to_parameter, false);
    }

    /// One row of one aggregate under the filters of the context, before the term's own `where`.
    struct sighting {
        std::vector<value> keys;  ///< of the dimensions that are no units
        std::optional<std::int64_t> local;
        bool event;  ///< false: an entity that is counted, not a row in a period
    };

    bool is_unit(std::size_t dim) const {
        return asked_.by[dim].calendar_unit != merit::unit::none;
    }
    bool units_below(std::size_t level) const {
        for (std::size_t i = 0; i < level; ++i) {
            if (is_unit(i)) return true;
        }
        return false;
    }
    bool timed() const { return range_.has_value() || units_below(asked_.by.size()); }

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

    static bool filtered(const std::vector<lang::on_table>& where, table_id table,
                         const auto& keeps) {
        for (const lang::on_table& one : where) {
            if (one.table == table && !keeps(one.term)) return true;
        }
        return false;
    }

    /// The run sees the row, and the filters of the context keep it.
    bool in_context(table_id table, std::size_t row,
                    const std::vector<const lang::change*>& within) {
        const auto keeps = [&](term_id term) { return holds(on_row(term, table, row)); };
        if (!visible(table, row) || filtered(asked_.where, table, keeps)) return false;
        for (const lang::change* one : within) {
            if (filtered(one->where, table, keeps)) return false;
        }
        return true;
    }

    std::optional<std::int64_t> local_time(const lang::aggregate& what, std::size_t row) {
        if (what.placed_on == nothing) return std::nullopt;
        const value time = on_row(what.placed_on, what.table, row);
        if (blank(time)) return std::nullopt;
        return local_of(time, calendar_);
    }

    /// The covered interval: the range, cut by `as of`. Without any period there is none.
    bool covered(const std::optional<std::int64_t>& local) const {
        if (!timed()) return true;
        if (!local) return !range_;
        if (with_.as_of && *local > calendar_.to_local(*with_.as_of)) return false;
        return !range_ || (*local >= range_->from && *local < range_->to);
    }

    /// An entity exists before the end of the period; without a period always.
    bool exists_before(const std::optional<std::int64_t>& local, bool has_time,
                       std::optional<std::int64_t> end) const {
        if (!end || !has_time) return true;
        return local && *local < *end;
    }

    std::optional<std::int64_t> end_of_range() const {
        if (range_) return range_->to;
        if (!timed() || !last_) return std::nullopt;
        std::int64_t end = *last_ + 1;
        for (std::size_t i = 0; i < asked_.by.size(); ++i) {
            if (!is_unit(i)) continue;
            const merit::unit unit = asked_.by[i].calendar_unit;
            end = std::max(end, calendar_.add_units(unit, calendar_.start_of(unit, *last_), 1));
        }
        return end;
    }

    /// The end of a group's period: of its units, or of the range.
    std::optional<std::int64_t> end_of(const group& of) const {
        std::optional<std::int64_t> end;
        if (range_) end = range_->to;
        for (std::size_t i = 0; i < of.level; ++i) {
            if (!is_unit(i) || blank(of.keys[i])) continue;
            const std::int64_t next = calendar_.add_units(asked_.by[i].calendar_unit,
                                                          std::get<std::int64_t>(of.keys[i]), 1);
            end = end ? std::min(*end, next) : next;
        }
        return end;
    }

    term_id dimension_on(std::size_t dim, table_id table) const {
        for (const lang::on_table& one : asked_.by[dim].on) {
            if (one.table == table) return one.term;
        }
        throw refused{"unsupported"};
    }

    /// An aggregate below a term, and the changes of context on the way to it.
    struct reached {
        std::uint32_t aggregate;
        std::vector<const lang::change*> within;
    };

    void aggregates_under(term_id id, std::vector<const lang::change*> within,
                          std::vector<reached>& found) const {
        const lang::term& what = program_.terms[id];
        if (what.at != lang::level::group) return;
        if (what.kind == lang::op::aggregate) found.push_back({what.with, within});
        if (what.kind == lang::op::in_context && readings.trailing_where_decides_groups)
            within.push_back(&program_.changes[what.with]);
        for (const term_id one : what.of) aggregates_under(one, within, found);
    }

    std::vector<sighting> sightings(term_id of) {
        if (const auto known = seen_.find(of); known != seen_.end()) return known->second;
        std::vector<sighting> out;
        std::vector<reached> found;
        aggregates_under(of, {}, found);
        for (const reached& here : found) {
            const lang::aggregate& what = program_.aggregates[here.aggregate];
            for (std::size_t row = 0; row < data_of(what.table).rows(); ++row) {
                if (!in_context(what.table, row, here.within)) continue;
                const auto local = local_time(what, row);
                if (what.population
                        ? !exists_before(local, what.placed_on != nothing, end_of_range())
                        : !covered(local))
                    continue;
                sighting one{{}, local, !what.population};
                for (std::size_t i = 0; i < asked_.by.size(); ++i)
                    one.keys.push_back(is_unit(i)
                                           ? value{}
                                           : on_row(dimension_on(i, what.table), what.table, row));
                out.push_back(std::move(one));
            }
        }
        seen_.emplace(of, out);
        return out;
    }

    /// The rows of all shown terms, and the first and last moment they have.
    void look_around() {
        for (const lang::shown& one : asked_.terms) {
            for (sighting& here : sightings(one.term)) {
                if (here.local && here.event) {
                    first_ = std::min(first_.value_or(*here.local), *here.local);
                    last_ = std::max(last_.value_or(*here.local), *here.local);
                }
                all_seen_.push_back(std::move(here));
            }
        }
    }

    /// The only grouped dimension besides units, when it is an entity with a table.
    std::optional<std::size_t> population_dimension() const {
        std::optional<std::size_t> out;
        for (std::size_t i = 0; i < asked_.by.size(); ++i) {
            if (is_unit(i)) continue;
            if (out) return std::nullopt;
            out = i;
        }
        if (!out || asked_.by[*out].entity == nothing) return std::nullopt;
        return program_.entities[asked_.by[*out].entity].table == nothing ? std::nullopt : out;
    }

    /// Keys of the entities that exist before `end` and meet the filters that resolve on them.
    key_set population(std::optional<std::int64_t> end) {
        key_set out;
        const auto dim = population_dimension();
        if (!dim) return out;
        const table_id table = program_.entities[asked_.by[*dim].entity].table;
        const lang::table_info& info = program_.tables[table];
        for (std::size_t row = 0; row < data_of(table).rows(); ++row) {
            const auto keeps = [&](term_id term) { return holds(on_row(term, table, row)); };
            if (!visible(table, row) || filtered(asked_.population_where, table, keeps)) continue;
            std::optional<std::int64_t> local;
            if (info.time != nothing) {
                const value time = stored(table, info.time, row);
                if (!blank(time)) local = local_of(time, calendar_);
            }
            const value key = stored(table, info.key, row);
            if (!blank(key) && exists_before(local, info.time != nothing, end)) out.insert({key});
        }
        return out;
    }

    bool is_peer(const group& of, const std::vector<sighting>& seen) {
        bool blank_period = false;
        for (std::size_t i = 0; i < of.level; ++i)
            blank_period = blank_period || (is_unit(i) && blank(of.keys[i]));
        for (const sighting& one : seen) {
            bool same = !blank_period || (!one.local && one.event);
            for (std::size_t i = 0; i < of.level; ++i)
                same = same && (is_unit(i) || order_of(one.keys[i], of.keys[i]) == 0);
            if (same) return true;
        }
        const auto dim = population_dimension();
        if (!dim || *dim >= of.level || blank_period) return false;
        const auto end = readings.peers_exist_in_every_period ? end_of_range() : end_of(of);
        return population(end).contains({of.keys[*dim]});
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
                if (!is_unit(i)) continue;
                const merit::unit unit = asked_.by[i].calendar_unit;
                const std::int64_t start = calendar_.start_of(unit, at);
                starts.emplace_back(start);
                next = std::min(next, calendar_.add_units(unit, start, 1));
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
        for (std::size_t i = 0; i < level; ++i) plain = plain || !is_unit(i);
        if (!plain) combinations.insert(std::vector<value>(level));
        for (const sighting& one : all_seen_) {
            std::vector<value> kept(one.keys.begin(),
                                    one.keys.begin() + static_cast<std::ptrdiff_t>(level));
            if (!one.local && one.event) undated.insert(kept);
            combinations.insert(std::move(kept));
        }
        if (const auto dim = population_dimension(); dim && *dim < level) {
            for (const std::vector<value>& key : population(end_of_range())) {
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
                    if (is_unit(i)) out.back()[i] = starts[next++];
                }
            }
        }
        out.insert(out.end(), undated.begin(), undated.end());
        return out;
    }

    const lang::request& asked_;
    std::optional<calendars::interval> range_;

private:
    std::optional<std::int64_t> first_;
    std::optional<std::int64_t> last_;
    std::vector<sighting> all_seen_;
    std::map<term_id, std::vector<sighting>> seen_;
};

}  // namespace oracle
