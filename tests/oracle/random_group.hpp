// Random group expressions: what is computed from aggregates.
#pragma once

#include <map>

#include "oracle/random_aggregate.hpp"

namespace oracle {

class group_words : public aggregate_words {
public:
    group_words(dice& with, const std::vector<table_spec>& tables, const known_names& names)
        : aggregate_words(with, tables, names), context_(with, tables) {}

    /// Defined KPIs that others may use, by kind.
    std::map<type_kind, std::vector<std::pair<std::string, formula>>> kpis;

    formula number(unsigned depth) {
        if (depth > 0 && !kpis[type_kind::float64].empty() && dice_.chance(20))
            return used(type_kind::float64);
        const auto x = [&] { return number(depth == 0 ? 0 : depth - 1); };
        switch (depth == 0 ? 0 : dice_.weighted({35, 30, 7, 6, 6, 6, 6, 6, 5, 6, 12, 4, 7, 12})) {
            case 0:
                return number_aggregate();
            case 1:
                return both("(", x(), dice_.pick({" + ", " - ", " * ", " / ", " / ", " / "}), x(),
                            ")");
            case 2:
                return around("round(", x(), ", " + std::to_string(dice_.below(4)) + ")");
            case 3:
                return around("if_blank(", x(), dice_.chance(50) ? ", 0)" : ", -1.5)");
            case 4:
                return both(dice_.pick({"least(", "greatest("}), x(), ", ", x(), ")");
            case 5:
                return both("if(", condition(depth - 1), ", ", x(),
                            dice_.chance(50) ? ")" : ", 0)");
            case 6:
                return judged(x());
            case 7:
                return weighted(depth - 1);
            case 8:
                if (dice_.chance(40)) return ratio(depth - 1);
                if (works() && dice_.chance(30)) return between_times("work_days(", ")");
                return around("(", duration(depth - 1), dice_.pick({" / 1h)", " / 1 day)"}));
            case 9:
                return filtered(x());
            case 10:
                return context_.in_time(x());
            case 11:
                return context_.growth(x());
            case 12:
                return context_.regrouped(x());
            default:
                return nested(2);
        }
    }

    /// Aggregates over entities: of rows, of such aggregates, or of what is computed from them.
    formula nested(unsigned deeper) {
        if (dice_.chance(25)) {
            if (const auto out = folded()) return *out;
        }
        const formula inner = deeper > 0 && dice_.chance(30) ? nested(deeper - 1)
                              : dice_.chance(40)             ? number(2)
                                                             : plain_aggregate();
        return context_
            .nested(inner, plain_aggregate(),
                    {{"avg(", "avg(", "share(", "share(", "sum(", "sum(", "max(", "min(",
                      "count_if(", "median(", "count(", "count_distinct(", "stddev(", "percentile(",
                      "top_share(", "gini(", "weighted_avg(", "first(", "last("},
                     "2"})
            .value_or(inner);
    }

    /// How many entities have a value of another kind, or one that is large enough.
    std::optional<formula> folded() {
        const std::vector<std::string> heads{"share(", "count_if(", "count(", "count_distinct("};
        switch (dice_.below(3)) {
            case 0: {
                const auto [kind, x] = money(2);
                if (kind != type_kind::money) return {};
                const std::string least = "20 " + (x.currency.empty() ? "USD" : x.currency);
                return context_.nested(x, plain_aggregate(), {heads, least});
            }
            case 1:
                return context_.nested(duration(1), plain_aggregate(), {heads, "24h"});
            default:
                return context_.nested(dice_.chance(50) ? date(0) : text(0), plain_aggregate(),
                                       {{"count(", "count_distinct("}, ""});
        }
    }

    /// A value of another kind than a number, now and then of entities.
    formula of_entities(const formula& x, const std::vector<std::string>& heads) {
        if (!dice_.chance(20)) return x;
        return context_.nested(x, plain_aggregate(), {heads, ""}).value_or(x);
    }

    formula condition(unsigned depth) {
        const unsigned inner = depth == 0 ? 0 : depth - 1;
        const std::string how = dice_.pick({" > ", " <= ", " = ", " != ", " >= ", " < "});
        switch (dice_.weighted({30, 25, 12, 12, 10, 10, 10})) {
            case 6: {
                const auto [kind, x] = money(inner);
                if (kind != type_kind::money) return around("(", x, how + "2)");
                return around("(", x,
                              how + "20 " + (x.currency.empty() ? "USD" : x.currency) + ")");
            }
            case 0:
                return around("(", number(inner), how + dice_.pick({"0", "3", "0.5", "20"}) + ")");
            case 1:
                return both("(", number(inner), how, number(inner), ")");
            case 2:
                return around("(", number(inner), dice_.pick({" is blank)", " is not blank)"}));
            case 3:
                if (dice_.chance(25)) {
                    const formula x = plain_aggregate();
                    if (const auto of = context_.nested(x, plain_aggregate(), {{"any_of("}, "2"}))
                        return *of;
                }
                return condition_aggregate();
            case 4:
                return around("(", text(inner), dice_.pick({" = \"won\")", " != \"East\")"}));
            default:
                return around("(not ", condition(inner), ")");
        }
    }

    formula text(unsigned depth) {
        switch (depth == 0 ? 0 : dice_.weighted({60, 15, 15, 10, 10})) {
            case 4:
                return around("reason(", number(depth - 1), ")");
            case 0:
                return text_aggregate();
            case 1:
                return around("upper(", text(depth - 1), ")");
            case 2:
                return around("if(", condition(depth - 1), ", \"yes\", \"no\")");
            default:
                if (names_.text_tiers.empty()) return text_aggregate();
                return around("tier(" + dice_.pick(names_.text_tiers) + ", ", number(depth - 1),
                              ")");
        }
    }

    /// An amount in one currency, now and then of several tables; what there is none of is a
    /// number.
    std::pair<type_kind, formula> money(unsigned depth) {
        std::vector<std::size_t> homes;
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            if (!tables_[t].aside && !currencies_of(t).empty()) homes.push_back(t);
        }
        if (homes.empty()) return {type_kind::float64, number(depth)};
        const std::size_t t = dice_.pick(homes);
        const formula one = amounts(t, dice_.pick(currencies_of(t)), depth);
        return {type_kind::money, of_entities(one, {"sum(", "min(", "max(", "first(", "last("})};
    }

    /// Between two values of the group.
    formula between_times(const std::string& what, const std::string& after) {
        return both(what, date(0), ", ", date(0), dice_.pick(names_.desks) + after);
    }

    formula duration(unsigned depth) {
        if (depth > 0 && works() && dice_.chance(15)) return between_times("work_time(", ")");
        if (depth > 0 && dice_.chance(25))
            return both("(", duration(depth - 1), dice_.pick({" + ", " - "}), duration(depth - 1),
                        ")");
        const std::size_t t = any_table();
        const bool whole = tables_[t].split.empty();
        const std::string how =
            whole ? dice_.pick({"sum(", "avg(", "min(", "max(", "median(", "stddev("})
                  : dice_.pick({"sum(", "avg(", "min(", "max("});
        return of_entities(
            aggregate(t, how, named_words_[t].duration(static_cast<unsigned>(dice_.below(2))), ""),
            {"sum(", "avg(", "min(", "max(", "median(", "stddev(", "first(", "last("});
    }

    formula date(unsigned depth) {
        if (depth > 0 && works() && dice_.chance(20))
            return around(
                "add_work_time(", date(0),
                dice_.pick({", 40h", ", -90min", ", 2h"}) + dice_.pick(names_.desks) + ")");
        const std::size_t t = any_table();
        const std::string how = dice_.pick({"earliest(", "latest(", "min(", "max("});
        return of_entities(
            aggregate(t, how, named_words_[t].any_time(static_cast<unsigned>(dice_.below(2))), ""),
            {"earliest(", "latest(", "min(", "max(", "first(", "last("});
    }

    /// An expression of any kind, as a KPI or a shown term.
    std::pair<type_kind, formula> any(unsigned depth) {
        switch (dice_.weighted({76, 6, 7, 6, 5, 14})) {
            case 5:
                if (dice_.chance(30)) return mean_amount();
                return money(depth);
            case 0:
                if (!dice_.chance(15)) return {type_kind::float64, number(depth)};
                if (dice_.chance(30)) return {type_kind::float64, place(depth)};
                return {type_kind::float64, context_.peer(number(depth))};
            case 1:
                return {type_kind::text, text(depth)};
            case 2:
                return {type_kind::duration, duration(depth)};
            case 3:
                return {type_kind::boolean, condition(depth)};
            default:
                return {type_kind::date, date(depth)};
        }
    }

    /// A number: a place among amounts or durations, where there are any to compare.
    formula place(unsigned depth) {
        const auto [kind, x] =
            dice_.chance(40) ? std::pair(type_kind::duration, duration(depth)) : money(depth);
        formula out = context_.peer(x, kind == type_kind::float64);
        return kind != type_kind::float64 && out.text == x.text ? number(depth) : out;
    }

    formula used(type_kind kind) {
        const auto& [name, what] = dice_.pick(kpis[kind]);
        formula out = what;
        out.text = name;
        return out;
    }

private:
    bool works() const { return !names_.desks.empty(); }

    static formula around(const std::string& before, formula x, const std::string& after) {
        x.text = before + x.text + after;
        return x;
    }

    static formula both(const std::string& before, formula x, const std::string& between,
                        const formula& y, const std::string& after) {
        x.text = before + x.text + between + y.text + after;
        x.join(y);
        return x;
    }

    /// An amount in an amount of its currency.
    formula ratio(unsigned depth) {
        const auto [kind, x] = money(depth);
        if (kind != type_kind::money) return x;
        const std::string one = x.currency.empty() ? "USD" : x.currency;
        if (dice_.chance(60)) return around("(", x, " / 1 " + one + ")");
        return both("(", x, " / ", x, ")");
    }

    /// A mean, a middle, a spread: doubles, which the engine rounds to cents where they meet exact
    /// amounts, so they stay alone.
    std::pair<type_kind, formula> mean_amount() {
        std::vector<std::size_t> homes;
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            const bool whole = !tables_[t].aside && tables_[t].split.empty();
            if (whole && !currencies_of(t).empty()) homes.push_back(t);
        }
        if (homes.empty()) return money(0);
        const std::size_t t = dice_.pick(homes);
        const std::string in = dice_.pick(currencies_of(t));
        formula out =
            aggregate(t, dice_.pick({"avg(", "median(", "avg(", "stddev("}),
                      named_words_[t].money(static_cast<unsigned>(dice_.below(2)), in), "");
        out = around("(", out, dice_.pick({")", " * 10%)", " / 3)", " * 2)"}));
        out.currency = in;
        return {type_kind::money, dice_.chance(30) ? context_.in_time(out) : out};
    }

    formula amounts(std::size_t t, const std::string& in, unsigned depth) {
        const auto x = [&] { return amounts(t, in, depth - 1); };
        const bool converts = names_.rates && !in.empty();
        formula out;
        switch (depth == 0 ? 0 : dice_.weighted({40, 12, 10, 8, 8, 10, 8, converts ? 25U : 0U})) {
            case 0:
                out =
                    aggregate(t, dice_.pick({"sum(", "sum(", "min(", "max("}),
                              named_words_[t].money(static_cast<unsigned>(dice_.below(3)), in), "");
                break;
            case 1:
                out = both("(", x(), dice_.pick({" + ", " - "}), x(), ")");
                break;
            case 2:
                out = around("(", x(), dice_.pick({" * 10%)", " / 3)", " * 2)", " / 0.7)"}));
                break;
            case 3:
                out = both("if(", condition(depth - 1), ", ", x(), ")");
                break;
            case 4:
                out = both(dice_.pick({"if_blank(", "least(", "greatest("}), x(), ", ", x(), ")");
                break;
            case 5:
                out = context_.in_time(x());
                break;
            case 6:
                out = filtered(x());
                break;
            default:
                out = around("convert(", amounts(t, dice_.pick(currencies_of(t)), depth - 1),
                             ", \"" + in + "\", " +
                                 dice_.pick({"@2026-01-31", "@2025-12-01", "@2026-03-15"}) + ")");
                break;
        }
        out.currency = in;
        return out;
    }

    formula judged(const formula& x) {
        switch (dice_.below(3)) {
            case 0:
                return around("score(", x,
                              ", floor: " + dice_.pick({"0", "1", "20"}) +
                                  ", goal: " + dice_.pick({"10", "2.5", "50%"}) + ")");
            case 1:
                return around("clamp(", x, ", 0, 100)");
            default:
                if (names_.number_tiers.empty()) return around("abs(", x, ")");
                return around(dice_.pick({"tier(", "tier_marginal(", "tier_interpolated("}) +
                                  dice_.pick(names_.number_tiers) + ", ",
                              x, ")");
        }
    }

    formula weighted(unsigned depth) {
        const formula a = number(depth);
        const formula b = number(depth);
        const std::string missing = dice_.pick(
            {"", ", missing: \"blank\"", ", missing: \"reweight\"", ", missing: \"zero\""});
        const std::string first = dice_.pick({"60%", "25%", "33.3%"});
        const std::string second = first == "60%" ? "40%" : first == "25%" ? "75%" : "66.7%";
        return both("weighted(" + first + " of ", a, ", " + second + " of ", b, missing + ")");
    }

    /// A `where` behind a term, when one condition reaches all its tables.
    formula filtered(const formula& x) {
        if (x.homes.size() != 1 || x.only_entities) return x;
        // Whether an entity that exists in a shifted interval only appears, is an open question.
        if (x.counts_entities && x.needs_period) return x;
        const std::size_t t = *x.homes.begin();
        return around("((", x, ") where " + words_[t].condition(1) + ")");
    }

    context_words context_;
};

}  // namespace oracle
