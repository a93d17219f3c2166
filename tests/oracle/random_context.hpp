// Random changes of context behind a group expression: windows, shifts, groupings, peers, entities.
#pragma once

#include <set>

#include "oracle/random_schema.hpp"

namespace oracle {

/// A group expression, and what a request must know to show it.
struct formula {
    std::string text;
    std::set<std::size_t> homes;  ///< tables whose rows it reads
    bool placed = true;           ///< every aggregate has a time, so periods may be asked
    bool counts_entities = false;
    bool needs_period = false;   ///< a unit or `for`
    bool of_period = false;      ///< … of which it reads the one before
    bool by_months = false;      ///< units that are whole months of the civil year only
    bool needs_as_of = false;    ///< the run must be given an instant
    bool only_entities = false;  ///< it reads a table under two names: entities group only
    bool nested = false;
    bool of_funnel = false;
    bool no_totals = false;            ///< whether its totals appear, the language does not say
    bool held = false;                 ///< it reads what holds at an instant
    std::string currency;              ///< of money, "" where each row has its own
    std::set<std::string> needs_dims;  ///< groupings that it speaks of

    void join(const formula& one) {
        homes.insert(one.homes.begin(), one.homes.end());
        placed = placed && one.placed;
        counts_entities = counts_entities || one.counts_entities;
        needs_period = needs_period || one.needs_period;
        of_period = of_period || one.of_period;
        by_months = by_months || one.by_months;
        needs_as_of = needs_as_of || one.needs_as_of;
        held = held || one.held;
        nested = nested || one.nested;
        of_funnel = of_funnel || one.of_funnel;
        no_totals = no_totals || one.no_totals;
        only_entities = only_entities || one.only_entities;
        needs_dims.insert(one.needs_dims.begin(), one.needs_dims.end());
    }
};

/// How often a table refers to an entity; the entity's own table counts as once.
inline std::size_t ways_to(const table_spec& table, const std::string& entity) {
    if (table.entity == entity) return 1;
    std::size_t out = 0;
    for (const reference_spec& one : table.references) out += one.entity == entity ? 1 : 0;
    return out;
}

inline std::vector<std::string> entities_shared(const std::vector<table_spec>& tables,
                                                const std::set<std::size_t>& homes) {
    std::vector<std::string> out;
    for (const char* entity : {"rep", "customer"}) {
        const bool all = std::all_of(homes.begin(), homes.end(), [&](std::size_t t) {
            return ways_to(tables[t], entity) == 1;
        });
        if (all && !homes.empty()) out.emplace_back(entity);
    }
    return out;
}

inline const table_spec* table_of_entity(const std::vector<table_spec>& tables,
                                         const std::string& entity) {
    for (const table_spec& one : tables) {
        if (one.entity == entity) return &one;
    }
    return nullptr;
}

class context_words {
public:
    context_words(dice& with, const std::vector<table_spec>& tables)
        : dice_(with), tables_(tables) {}

    std::string shift(formula& of) {
        of.needs_period = true;
        const std::string out =
            dice_.pick({"1 month ago", "1 month ago", "1 year ago", "2 months ago", "1 quarter ago",
                        "previous period", "previous period", "1 week ago", "10 days ago"});
        if (out.find("month") != std::string::npos || out.find("year") != std::string::npos ||
            out.find("quarter") != std::string::npos)
            of.by_months = true;
        of.of_period = of.of_period || out == "previous period";
        return out;
    }

    std::string window(formula& of) {
        of.needs_period = true;
        const std::string out =
            dice_.pick({"over trailing 2 months", "over trailing 3 months", "over trailing 28 days",
                        "over trailing 2 weeks", "over prior 1 month", "over prior 2 weeks",
                        "over prior 1 quarter", "over month to date", "over year to date",
                        "over quarter to date", "over all to date", "over trailing 1 year",
                        "over @2026-01 to @2026-02", "over @2025-12"});
        of.no_totals = of.no_totals || out.starts_with("over prior");
        return out;
    }

    /// A window, a shift or an earlier instant behind a term; sometimes two of them.
    formula in_time(formula x) {
        if (!x.placed) return x;
        std::string text = "((" + x.text + ") ";
        switch (dice_.weighted({40, 35, 12, 13})) {
            case 0:
                text += shift(x);
                break;
            case 1:
                text += window(x);
                break;
            case 2:
                x.needs_period = true;
                text += dice_.pick({"as of @2026-01-31", "as of @2026-02-15", "as of @2026Q1"});
                break;
            default:
                text = "(" + text + window(x) + ") " + shift(x);
                break;
        }
        x.text = text + ")";
        return x;
    }

    formula growth(formula x) {
        if (!x.placed) return x;
        if (dice_.chance(15)) {
            const bool year = dice_.chance(50);
            x.needs_period = true;
            x.by_months = x.by_months || year;
            x.of_period = x.of_period || !year;
            x.text = (year ? "同比(" : "环比(") + x.text + ")";
            return x;
        }
        const std::string by = shift(x);
        x.text = dice_.pick({"growth(", "change("}) + x.text + ", " + by + ")";
        return x;
    }

    formula regrouped(formula x) {
        const std::vector<std::string> entities = entities_shared(tables_, x.homes);
        if (entities.empty()) return x;
        const std::string entity = dice_.pick(entities);
        const table_spec* known = table_of_entity(tables_, entity);
        std::string clause = "across " + entity;
        switch (dice_.below(6)) {
            case 0:
                clause = "across all";
                break;
            case 1:
                clause = "across all except " + entity;
                break;
            case 2:
                clause = "unfiltered";
                break;
            case 3:
                if (known == nullptr) break;
                clause += " by " + entity + "." + attribute_of(entity);
                x.needs_dims.insert(entity);
                break;
            default:
                break;
        }
        x.text = "((" + x.text + ") " + clause + ")";
        return x;
    }

    /// `parts`: the compared value can tell how a pool is split.
    formula peer(formula x, bool parts = true) {
        const std::vector<std::string> entities = entities_shared(tables_, x.homes);
        if (entities.empty() || !x.needs_dims.empty() || x.held) return x;
        const std::string entity = dice_.pick(entities);
        std::string inside = "(" + x.text + ") across " + entity;
        if (table_of_entity(tables_, entity) != nullptr && dice_.chance(20))
            inside += " by " + entity + "." + attribute_of(entity);
        const std::string order = dice_.pick({"", "", ", order: \"lowest\""});
        const std::string least = dice_.pick({"", "", "", ", min_n: 3"});
        switch (dice_.weighted({40, 15, 15, 15, 15, parts ? 15U : 0U})) {
            case 0:
                x.text = "rank(" + inside + order +
                         dice_.pick({"", ", ties: \"dense\"", ", ties: \"fractional\""}) + least +
                         ")";
                break;
            case 1:
                x.text = "percent_rank(" + inside + order + least + ")";
                break;
            case 2:
                x.text = "ntile(" + inside + dice_.pick({", 2", ", 4"}) + order + ")";
                break;
            case 3:
                x.text = "minmax(" + inside + ")";
                break;
            case 4:
                x.text = "zscore(" + inside + ")";
                break;
            default:
                x.text = "allot(" + dice_.pick({"100", "10.25", "1000"}) + ", " + inside + ")";
                break;
        }
        x.needs_dims.insert(entity);
        return x;
    }

    /// Aggregates over the values of entities: what may stand before the brackets, and a value that
    /// conditions compare with.
    struct folds {
        std::vector<std::string> heads;
        std::string least;
    };

    /// An aggregate over the values of entities. `inner` and `beside` speak of one table each, or
    /// of the entities of one.
    std::optional<formula> nested(formula inner, const formula& beside, const folds& how) {
        if (inner.homes.size() != 1) return {};
        if (!inner.nested && inner.counts_entities) return {};
        const std::vector<std::string> entities = entities_shared(tables_, inner.homes);
        if (entities.empty()) return {};
        const bool told = beside.homes == inner.homes && !beside.counts_entities && !beside.held &&
                          beside.needs_dims.empty();
        const std::string entity = dice_.pick(entities);
        const table_spec* known = table_of_entity(tables_, entity);
        std::string clauses = " per " + entity;
        bool every = false;
        if (known != nullptr && dice_.chance(35)) {
            clauses = " per every " + entity;
            every = true;
        }
        if (dice_.chance(12) && inner.placed) {
            clauses += " and month";
            inner.needs_period = inner.by_months = true;
        }
        const bool versions = known != nullptr && known->kind.starts_with("versions");
        const bool whole = versions;
        if (told && dice_.chance(35) && (beside.placed || !inner.by_months)) {
            clauses += " where " + beside.text + dice_.pick({" > 1", " >= 2", " is not blank"});
            inner.join(beside);
        } else if (const std::string of = pieces_of(known); !of.empty()) {
            clauses += " where " + entity + "." + of + dice_.pick({" >= 1", " is blank", " <= 2"});
        }
        if (known != nullptr && !whole && !inner.of_period && dice_.chance(every ? 45 : 15)) {
            clauses += " on " + entity + "." + (entity == "rep" ? "hired" : "since");
            if (dice_.chance(30)) {
                clauses += dice_.pick({" matured 24h", " matured 30 days", " matured 1 month"});
                inner.needs_as_of = true;
            }
            every = true;
            inner.placed = true;
            // Windows of all time end at `as of`.
            inner.needs_as_of = inner.needs_as_of || inner.needs_period;
        }
        if (every && versions) inner.only_entities = true;
        if (every) {
            inner.homes = {static_cast<std::size_t>(known - tables_.data())};
            inner.counts_entities = true;
        }
        inner.nested = true;
        std::string head = dice_.pick(how.heads);
        const bool ordered = head == "first(" || head == "last(";
        if (ordered && known == nullptr) head = "max(";
        const bool condition = head == "share(" || head == "count_if(" || head == "any_of(";
        std::string tail;
        if (head == "percentile(") tail = ", 70%";
        if (head == "top_share(") tail = ", top: 2";
        if (head == "weighted_avg(")
            tail = ", by: " + inner.text;
        else if (ordered && known != nullptr)
            clauses += " by " + entity + (entity == "rep" ? ".hired" : ".since");
        inner.text = head + "(" + inner.text + ")" +
                     (condition ? dice_.pick({" >= ", " > "}) + how.least : "") + clauses + tail +
                     ")";
        return inner;
    }

private:
    /// An attribute that is made of pieces of all time.
    static std::string pieces_of(const table_spec* entity) {
        if (entity == nullptr) return {};
        for (const member& one : entity->computed)
            if (one.path.ends_with("_pieces")) return one.path;
        return {};
    }

    std::string attribute_of(const std::string& entity) {
        return entity == "rep" ? dice_.pick({"team", "senior"}) : std::string("region");
    }

    dice& dice_;
    const std::vector<table_spec>& tables_;
};

}  // namespace oracle
