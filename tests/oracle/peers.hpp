// Groupings that a term drops or adds, and functions over the groups beside one.
#pragma once

#include "oracle/entities.hpp"

namespace oracle {

/// A result row.
struct shown_group {
    std::vector<value> keys;
    std::size_t number;  ///< among the groups of its level
};

class peer_reader : protected entity_reader {
protected:
    using entity_reader::entity_reader;

    scene scene_of(const shown_group& of) const {
        scene out;
        for (std::size_t i = 0; i < of.keys.size(); ++i)
            out.groups.push_back({&asked_.by[i], of.keys[i]});
        out.filters.push_back(&asked_.where);
        out.present = out.filters;
        out.number = of.number;
        return out;
    }

    cell key_cell(const scene& in, std::size_t dim) const {
        const lang::dimension& by = asked_.by[dim];
        for (const grouping& one : in.groups) {
            if (one.by != &by) continue;
            if (!is_unit(by) || blank(one.key)) return {one.key, {}};
            return {calendar_.label(by.calendar_unit, std::get<std::int64_t>(one.key)), {}};
        }
        return blank_because(reason::not_meaningful);
    }

    /// The interval as shifts leave it: windows do not move its ends.
    reading unwindowed(const scene& in) {
        scene out = in;
        std::erase_if(out.steps, [](const auto* one) {
            return one->what != step_kind::shift && one->what != step_kind::as_of;
        });
        return reading_of(out);
    }

    static const grouping* standing(const lang::dimension& is, const scene& in) {
        for (const grouping& known : in.groups) {
            if (known.by->name == is.name && known.by->entity == is.entity &&
                known.by->calendar_unit == is.calendar_unit)
                return &known;
        }
        return nullptr;
    }

    /// The key of a grouping that another one determines, or that is there already.
    std::optional<value> added_key(const lang::added_dimension& one, const scene& in) {
        if (const grouping* known = standing(one.is, in)) return known->key;
        const grouping* by = grouped_by(one.entity, in);
        if (by == nullptr) return std::nullopt;
        const table_id table = program_.entities[one.entity].table;
        const auto row = one.now ? row_now(table, by->key, in) : row_in_group(table, by->key, in);
        return row ? on_row(one.attribute, table, *row, &in) : value{};
    }

    /// The value of a group whose key is of a version that changed inside is flagged.
    cell flagged(const lang::regrouping& by, const scene& in, cell of) {
        if (blank(of) || of.why != reason::none || in.timeless) return of;
        for (const lang::added_dimension& one : by.added) {
            const table_id table = program_.entities[one.entity].table;
            const grouping* group = grouped_by(one.entity, in);
            if (one.now || group == nullptr || standing(one.is, in) != nullptr) continue;
            const auto row = row_in_group(table, group->key, in);
            if (row && !blank(on_row(one.attribute, table, *row, &in)) &&
                changes_in(reading_of(in), table, *row, one.attribute, in))
                of.why = reason::changed;
        }
        return of;
    }

    /// False: a grouping that it adds cannot be told here.
    bool regroup(const lang::regrouping& by, scene& in) {
        std::vector<grouping> added;
        for (const lang::added_dimension& one : by.added) {
            auto key = added_key(one, in);
            if (!key) return false;
            added.push_back({&one.is, *std::move(key)});
        }
        std::erase_if(in.groups, [&](const grouping& one) { return is_dropped(by, *one.by); });
        std::erase_if(in.pieces,
                      [&](const piece& one) { return is_dropped(by, *unit_of(*one.of)); });
        in.groups.insert(in.groups.end(), added.begin(), added.end());
        return true;
    }

    struct peer_values {
        value mine;
        std::vector<value> all;     ///< in the order of their groups
        std::size_t own = nothing;  ///< which of them is mine
    };

    /// The groups of which some may be peers: those shown, those with rows, and who exists; in each
    /// period that is shown.
    std::vector<shown_group> candidates(const lang::peer& how, std::size_t level,
                                        const std::vector<sighting>& seen) {
        if (how.among_shown) return shown_groups_;
        key_set of_units;
        key_set of_others;
        const auto add = [&](const std::vector<value>& keys, bool units) {
            std::vector<value> kept(level);
            for (std::size_t i = 0; i < level; ++i)
                if (is_unit_at(i) == units) kept[i] = keys[i];
            (units ? of_units : of_others).insert(std::move(kept));
        };
        std::map<std::vector<value>, std::size_t, values_less> numbers;
        for (const shown_group& one : shown_groups_) {
            add(one.keys, true);
            add(one.keys, false);
            numbers[one.keys] = one.number;
        }
        for (const sighting& one : seen) add(one.keys, false);
        if (const auto dim = population_dimension(level)) {
            for (const std::vector<value>& one : population({}, level)) {
                std::vector<value> keys(level);
                keys[*dim] = one[0];
                add(keys, false);
            }
        }
        key_set all;
        for (const std::vector<value>& units : of_units) {
            for (std::vector<value> keys : of_others) {
                for (std::size_t i = 0; i < level; ++i)
                    if (is_unit_at(i)) keys[i] = units[i];
                all.insert(std::move(keys));
            }
        }
        std::vector<shown_group> out;
        for (const std::vector<value>& keys : all) {
            const auto known = numbers.find(keys);
            out.push_back({keys, known == numbers.end() ? nothing : known->second});
        }
        return out;
    }

    /// The groups that differ in the dropped dimensions only.
    std::vector<const shown_group*> beside(const lang::peer& how, const scene& in,
                                           const std::vector<shown_group>& among) {
        std::vector<const shown_group*> out;
        for (const shown_group& other : among) {
            bool same = true;
            for (std::size_t i = 0; i < other.keys.size(); ++i) {
                const lang::dimension& by = asked_.by[i];
                for (const grouping& one : in.groups)
                    same = same && (one.by != &by || is_dropped(how.across, by) ||
                                    order_of(one.key, other.keys[i]) == 0);
            }
            for (const lang::added_dimension& one : how.across.added) {
                const auto here = added_key(one, in);
                const auto there = added_key(one, scene_of(other));
                same = same && here && there && order_of(*here, *there) == 0;
            }
            if (same) out.push_back(&other);
        }
        return out;
    }

    scene moved_to(const shown_group& other, const scene& in) const {
        scene out = in;
        out.number = in.number == nothing ? nothing : other.number;
        for (grouping& one : out.groups) {
            for (std::size_t i = 0; i < other.keys.size(); ++i) {
                if (one.by == &asked_.by[i]) one.key = other.keys[i];
            }
        }
        return out;
    }

    /// Every aggregate of the term has fewer rows than that.
    bool too_few(term_id id, const scene& in, std::int64_t least) {
        if (least <= 0) return false;
        const lang::term& what = program_.terms[id];
        if (what.at != lang::level::group || what.kind == lang::op::attribute) return true;
        if (what.kind == lang::op::aggregate) {
            const lang::aggregate& one = program_.aggregates[what.with];
            const std::size_t n =
                one.per.empty() ? rows_taken(one, in).size() : entities_taken(one, in).size();
            if (static_cast<std::int64_t>(n) >= least) return false;
        }
        // The rows are those of the group, whatever a regrouping reads.
        const bool changes = what.kind == lang::op::in_context &&
                             program_.changes[what.with].kind != lang::change_kind::regroup;
        const scene here = changes ? changed(program_.changes[what.with], in) : in;
        return std::all_of(what.of.begin(), what.of.end(),
                           [&](term_id one) { return too_few(one, here, least); });
    }

    /// A context under a clause that does not regroup.
    static scene changed(const lang::change& by, scene in) {
        in.number = nothing;
        if (by.kind == lang::change_kind::where) {
            in.filters.push_back(&by.where);
            in.present.push_back(&by.where);
        }
        if (by.kind == lang::change_kind::unfiltered) in.filters.clear();
        if (by.kind == lang::change_kind::time) in.steps.push_back(&by.time);
        return in;
    }

    cell peer(const lang::term& what, const scene& in) {
        const lang::peer& how = program_.peers[what.with];
        std::vector<value> own;
        for (std::size_t i = 0; i < asked_.by.size(); ++i) {
            bool there = false;
            for (const grouping& one : in.groups) {
                if (one.by != &asked_.by[i]) continue;
                own.push_back(one.key);
                there = true;
            }
            if (!there && is_dropped(how.across, asked_.by[i]))
                return blank_because(reason::not_meaningful);
        }
        if (own.size() != in.groups.size()) throw refused{"unsupported"};
        const std::vector<sighting> seen = sightings(what.of[0], in.present);
        if (!how.among_shown && !is_peer(in, own, seen)) return blank_because(reason::no_data);
        const cell mine = in_scene(what.of[0], in);
        if (blank(mine)) return mine;
        if (too_few(what.of[0], in, how.min_n)) return blank_because(reason::no_data);
        peer_values values{mine.value, {}, nothing};
        key_set codes;
        const std::vector<shown_group> among = candidates(how, own.size(), seen);
        for (const shown_group* other : beside(how, in, among)) {
            const scene there = moved_to(*other, in);
            if (!how.among_shown && !is_peer(there, other->keys, seen)) continue;
            const cell theirs = in_scene(what.of[0], there);
            if (blank(theirs) || too_few(what.of[0], there, how.min_n)) continue;
            if (!values_less{}(own, other->keys) && !values_less{}(other->keys, own))
                values.own = values.all.size();
            values.all.push_back(theirs.value);
            const type& is = program_.terms[what.of[0]].type;
            if (is.kind != type_kind::money || is.currency[0] != 0) continue;
            const std::size_t codes_at = how.what == function::allot ? 2 : 1;
            if (const cell code = in_scene(what.of[codes_at], there); !blank(code))
                codes.insert({code.value});
        }
        if (codes.size() > 1) throw refused{"E220"};  // amounts of two currencies have no order
        return flagged(how.across, in,
                       how.what == function::allot ? allotted(what, in, values)
                                                   : placed(how, what.type, values));
    }

    static cell placed(const lang::peer& how, const type& is, const peer_values& of) {
        const auto n = static_cast<std::int64_t>(of.all.size());
        std::int64_t before = 0;
        std::int64_t equal = 0;
        std::set<std::vector<value>, values_less> better;
        for (const value& one : of.all) {
            const int found = order_present(one, of.mine);
            if (found == 0) ++equal;
            if (how.lowest_first ? found >= 0 : found <= 0) continue;
            ++before;
            better.insert({one});
        }
        fraction rank(before + 1);
        if (how.ties == lang::tie_rule::dense)
            rank = fraction(static_cast<std::int64_t>(better.size()) + 1);
        if (how.ties == lang::tie_rule::fractional)
            rank = fraction(before) + fraction(whole(equal + 1), whole(2));
        switch (how.what) {
            case function::rank:
                return {as_type(rank, is), {}};
            case function::percent_rank:
                if (n < 2) return blank_because(reason::no_spread);
                return {as_type(fraction(100) * (fraction(n) - rank) / fraction(n - 1), is), {}};
            case function::ntile:
                return {as_type(fraction(((rank - fraction(1)) * fraction(how.parts) / fraction(n))
                                             .floor()) +
                                    fraction(1),
                                is),
                        {}};
            default:
                return spread_over(how.what, is, of);
        }
    }

    static cell spread_over(function what, const type& is, const peer_values& of) {
        std::vector<taken> rows;
        for (const value& one : of.all) rows.push_back({one, {}, {}});
        const std::vector<value> sorted = sorted_of(rows);
        if (sorted.size() < 2 || order_present(sorted.front(), sorted.back()) == 0)
            return blank_because(reason::no_spread);
        const fraction x = number_of(of.mine);
        if (what == function::minmax) {
            const fraction low = number_of(sorted.front());
            return {as_type(fraction(100) * (x - low) / (number_of(sorted.back()) - low), is), {}};
        }
        const fraction mean = total_of(sorted) / fraction(static_cast<std::int64_t>(sorted.size()));
        const fraction apart = x - mean;
        const double size = root_of(apart * apart / variance_of(sorted));
        return finite(apart.sign() < 0 ? -size : size);
    }

    /// Parts of the pool in its smallest unit: rounded down, then one more for the largest rests.
    cell allotted(const lang::term& what, const scene& in, const peer_values& of) {
        const cell pool = in_scene(what.of[1], in);
        if (blank(pool)) return pool;
        fraction total;
        for (const value& one : of.all) {
            if (number_of(one).sign() < 0) return blank_because(reason::not_meaningful);
            total = total + number_of(one);
        }
        if (total.sign() == 0) return blank_because(reason::div0);
        const fraction scale(power_of(10, what.type.scale));
        const fraction units = number_of(pool.value) * scale;
        const bool negative = units.sign() < 0;
        const fraction size = negative ? units.negated() : units;
        std::vector<std::pair<fraction, std::size_t>> rests;
        std::vector<fraction> parts;
        fraction left = size;
        for (std::size_t i = 0; i < of.all.size(); ++i) {
            const fraction exact = size * number_of(of.all[i]) / total;
            parts.push_back(fraction(exact.floor()));
            rests.emplace_back(exact - parts.back(), i);
            left = left - parts.back();
        }
        // Of equal rests the larger part has the first; then the order of the groups decides.
        std::stable_sort(rests.begin(), rests.end(), [&](const auto& a, const auto& b) {
            const int apart = order(a.first, b.first);
            return apart != 0 ? apart > 0 : order_present(of.all[a.second], of.all[b.second]) > 0;
        });
        for (const auto& [rest, i] : rests) {
            if (left.sign() <= 0) break;
            parts[i] = parts[i] + fraction(1);
            left = left - fraction(1);
        }
        const fraction out = parts[of.own] / scale;
        return {as_type(negative ? out.negated() : out, what.type), {}};
    }

    std::vector<shown_group> shown_groups_;
};

}  // namespace oracle
