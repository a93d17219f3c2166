// Random requests: what is shown, by what, for when, under which filter, kept and sorted how.
#pragma once

#include "oracle/random_group.hpp"

namespace oracle {

/// A request in its parts, so that a failing one can be made smaller.
struct request_spec {
    std::vector<std::string> shown;
    std::vector<std::string> by;
    std::string range;
    std::string where;
    std::string having;
    std::string sort;
    bool totals = false;

    std::string text() const {
        const auto list = [](const std::vector<std::string>& of) {
            std::string out;
            for (const std::string& one : of) out += (out.empty() ? "" : ", ") + one;
            return out;
        };
        return list(shown) + (by.empty() ? "" : " by " + list(by)) +
               (range.empty() ? "" : " for " + range) + (where.empty() ? "" : " where " + where) +
               (having.empty() ? "" : " having " + having) +
               (sort.empty() ? "" : " sort by " + sort);
    }
};

class request_maker {
public:
    request_maker(dice& with, const std::vector<table_spec>& tables, group_words& words,
                  const known_names& names)
        : dice_(with), tables_(tables), words_(words), names_(names) {}

    request_spec plain() {
        request_spec out;
        formula all;
        std::vector<std::pair<std::string, type_kind>> columns;
        const std::size_t n = dice_.below(3) + 1;
        for (std::size_t i = 0; i < n; ++i) {
            const bool known = !words_.kpis[type_kind::float64].empty() && dice_.chance(60);
            auto [kind, one] = known
                                   ? std::pair(type_kind::float64, words_.used(type_kind::float64))
                                   : words_.any(2);
            std::string name = one.text;
            if (!known) {
                name = "shown_" + std::to_string(i);
                one.text += " as " + name;
            }
            if (std::find(out.shown.begin(), out.shown.end(), one.text) != out.shown.end())
                continue;
            formula both = all;
            join(both, one);
            if (both.needs_period && !both.placed) continue;
            const auto shared = shared_entities(both.homes);
            const bool reached = std::all_of(
                both.needs_dims.begin(), both.needs_dims.end(), [&](const std::string& dim) {
                    return std::find(shared.begin(), shared.end(), dim) != shared.end();
                });
            if (!reached) continue;
            all = std::move(both);
            out.shown.push_back(one.text);
            columns.emplace_back(name, kind);
        }
        if (out.shown.empty()) return plain();
        finish(out, all, columns);
        needed_as_of_ = all.needs_as_of;
        return out;
    }

    /// Does the request made last want an instant?
    bool needed_as_of() const { return needed_as_of_; }

    /// A scorecard, whole or in parts.
    request_spec scorecard(const std::string& name, const formula& parts,
                           const std::vector<std::string>& by, bool bands) {
        request_spec out;
        std::vector<std::pair<std::string, type_kind>> columns;
        if (dice_.chance(50)) {
            out.shown.push_back(name);
        } else {
            out.shown = {name + ".score", name + ".rank"};
            if (bands) out.shown.push_back(name + ".band");
        }
        if (dice_.chance(40) || out.shown.size() > 1) {
            out.by = by;
            if (parts.placed && dice_.chance(60)) out.by.push_back(unit(parts));
        }
        if (parts.placed && dice_.chance(50)) out.range = range();
        needs_range(out, parts);
        filter(out, parts);
        out.totals = !parts.held && !parts.no_totals && dice_.chance(40);
        return out;
    }

    /// Dimensions that resolve on every table of a formula.
    std::vector<std::string> dimensions(const formula& of, std::size_t most) {
        std::vector<std::string> out;
        std::vector<member> shared = shared_members(of.homes);
        if (of.only_entities) shared.clear();
        // Amounts with a currency each are no groups.
        std::erase_if(shared, [](const member& one) {
            return one.kind == type_kind::money && one.currency.empty();
        });
        for (std::size_t i = 0; i < most; ++i) {
            std::vector<std::string> choice = shared_entities(of.homes);
            if (!shared.empty() && (choice.empty() || dice_.chance(60)))
                choice = {dice_.pick(shared).path};
            if (choice.empty()) break;
            const std::string one = dice_.pick(choice);
            if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
        }
        return out;
    }

    static void join(formula& into, const formula& one) { into.join(one); }

private:
    void finish(request_spec& out, const formula& all,
                const std::vector<std::pair<std::string, type_kind>>& columns) {
        out.by = dimensions(all, dice_.weighted({20, 50, 30}));
        for (const std::string& dim : all.needs_dims) {
            if (std::find(out.by.begin(), out.by.end(), dim) == out.by.end()) out.by.push_back(dim);
        }
        if (all.placed && dice_.chance(35)) {
            const std::size_t at = dice_.below(out.by.size() + 1);
            out.by.insert(out.by.begin() + static_cast<std::ptrdiff_t>(at), unit(all));
            if (dice_.chance(15) && out.by[at] != "year") out.by.insert(out.by.begin(), "year");
        }
        if (all.placed && dice_.chance(35)) out.range = range();
        needs_range(out, all);
        filter(out, all);
        if (dice_.chance(25)) out.having = kept(out, columns);
        if (dice_.chance(30)) {
            const bool by_column = out.by.empty() || dice_.chance(75);
            const std::string dim = by_column ? "" : dice_.pick(out.by);
            out.sort = by_column ? dice_.pick(columns).first : is_unit(dim) ? "[" + dim + "]" : dim;
            if (dice_.chance(50)) out.sort += " down";
        }
        // Whether a total of what no longer holds at its own end appears, the language does not
        // say.
        out.totals = !all.held && !all.no_totals && dice_.chance(35);
    }

    /// Entities have no rows in periods, so the range must be said.
    void needs_range(request_spec& out, const formula& all) {
        const bool units = std::any_of(out.by.begin(), out.by.end(), is_unit);
        const bool found = units && !all.held && dice_.chance(50);
        if (all.needs_period && out.range.empty() && !found) out.range = range();
        if (all.counts_entities && out.range.empty()) out.range = range();
        if (!all.placed) out.range.clear();
    }

    void filter(request_spec& out, const formula& all) {
        if (all.only_entities || !dice_.chance(35)) return;
        const std::vector<member> shared = shared_members(all.homes);
        if (shared.empty()) return;
        row_words row(dice_, shared, names_, "");
        out.where = row.condition(static_cast<unsigned>(dice_.below(3)));
    }

    std::string kept(const request_spec& of,
                     const std::vector<std::pair<std::string, type_kind>>& columns) {
        const auto& [name, kind] = dice_.pick(columns);
        std::string out = name + " is not blank";
        if (kind == type_kind::float64)
            out = name + dice_.pick({" > 0", " >= 2", " < 10", " != 1", " is not blank"});
        if (kind == type_kind::text) out = name + dice_.pick({" != \"won\"", " > \"M\""});
        for (const std::string& dim : of.by) {
            if (dim == "month" && dice_.chance(50)) out += " or [month] >= \"2026-02\"";
            if (dim == "rep" && dice_.chance(50)) out += " or rep is blank";
        }
        return out;
    }

    std::string unit(const formula& of) {
        if (of.by_months) return dice_.pick({"month", "month", "quarter", "year"});
        return dice_.pick({"month", "month", "month", "quarter", "year", "week", "fiscal_quarter",
                           "fiscal_month", "fiscal_year"});
    }

    static bool is_unit(const std::string& dim) {
        return dim == "month" || dim == "quarter" || dim == "year" || dim == "week" ||
               dim.starts_with("fiscal");
    }

    std::string range() {
        if (!names_.ranges.empty() && dice_.chance(25)) return dice_.pick(names_.ranges);
        return dice_.pick({"@2026-01 to @2026-03", "@2026Q1", "@2026", "@2025-12",
                           "@2026-01-10 to @2026-02-20", "@2026W05", "@2025-11 to @2026-01"});
    }

    std::vector<std::string> shared_entities(const std::set<std::size_t>& homes) const {
        return entities_shared(tables_, homes);
    }

    /// Paths that mean the same on every table; on one table alone, all that it has.
    std::vector<member> shared_members(const std::set<std::size_t>& homes) const {
        if (homes.size() == 1) return words_.members(*homes.begin());
        std::vector<member> out;
        for (const std::string& entity : shared_entities(homes)) {
            for (std::size_t t = 0; t < tables_.size(); ++t) {
                if (tables_[t].entity != entity) continue;
                for (const member& one : words_.members(t)) {
                    if (one.path != tables_[t].key)
                        out.push_back({entity + "." + one.path, one.kind, one.currency});
                }
            }
        }
        return out;
    }

    dice& dice_;
    const std::vector<table_spec>& tables_;
    group_words& words_;
    const known_names& names_;
    bool needed_as_of_ = false;
};

}  // namespace oracle
