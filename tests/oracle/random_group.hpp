// Random group expressions: aggregates over one table each, and what is computed from them.
#pragma once

#include <cctype>
#include <map>

#include "oracle/random_context.hpp"
#include "oracle/random_row.hpp"

namespace oracle {

class group_words {
public:
    group_words(dice& with, const std::vector<table_spec>& tables, const known_names& names)
        : dice_(with), tables_(tables), names_(names), context_(with, tables) {
        for (std::size_t i = 0; i < tables.size(); ++i) members_.push_back(members_of(tables, i));
        for (std::size_t i = 0; i < tables.size(); ++i) {
            words_.emplace_back(with, members_[i], names, "");
            named_words_.emplace_back(with, members_[i], names, tables[i].name + ".");
        }
    }

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
                return context_.nested(plain_aggregate(), plain_aggregate());
        }
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
        return {type_kind::money, amounts(t, dice_.pick(currencies_of(t)), depth)};
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
        return aggregate(t, how, named_words_[t].duration(static_cast<unsigned>(dice_.below(2))),
                         "");
    }

    formula date(unsigned depth) {
        if (depth > 0 && works() && dice_.chance(20))
            return around(
                "add_work_time(", date(0),
                dice_.pick({", 40h", ", -90min", ", 2h"}) + dice_.pick(names_.desks) + ")");
        const std::size_t t = any_table();
        const std::string how = dice_.pick({"earliest(", "latest(", "min(", "max("});
        return aggregate(t, how, named_words_[t].any_time(static_cast<unsigned>(dice_.below(2))),
                         "");
    }

    /// An expression of any kind, as a KPI or a shown term.
    std::pair<type_kind, formula> any(unsigned depth) {
        switch (dice_.weighted({76, 6, 7, 6, 5, 14})) {
            case 5:
                if (dice_.chance(30)) return mean_amount();
                return money(depth);
            case 0:
                if (dice_.chance(15)) return {type_kind::float64, context_.peer(number(depth))};
                return {type_kind::float64, number(depth)};
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

    formula used(type_kind kind) {
        const auto& [name, what] = dice_.pick(kpis[kind]);
        formula out = what;
        out.text = name;
        return out;
    }

    const std::vector<member>& members(std::size_t table) const { return members_[table]; }
    row_words& words(std::size_t table) { return words_[table]; }

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

    /// Facts more often than entities.
    std::size_t any_table() {
        for (int i = 0;; ++i) {
            const std::size_t t = dice_.below(tables_.size());
            if (!tables_[t].aside && (i > 2 || tables_[t].entity.empty())) return t;
        }
    }

    /// An amount in an amount of its currency.
    formula ratio(unsigned depth) {
        const auto [kind, x] = money(depth);
        if (kind != type_kind::money) return x;
        const std::string one = x.currency.empty() ? "USD" : x.currency;
        if (dice_.chance(60)) return around("(", x, " / 1 " + one + ")");
        return both("(", x, " / ", x, ")");
    }

    /// Parts of a row have no currency of their row (E220), so they must be of one by their type.
    std::vector<std::string> currencies_of(std::size_t t) const {
        std::vector<std::string> out = words_[t].currencies();
        if (!tables_[t].split.empty()) std::erase(out, "");
        return out;
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

    formula aggregate(std::size_t t, const std::string& head, const std::string& argument,
                      const std::string& tail, bool with_order = false) {
        formula out;
        out.homes = {t};
        out.placed = !tables_[t].time.empty();
        const bool literal =
            std::isalpha(static_cast<unsigned char>(argument[0])) == 0 && argument[0] != '(';
        std::string inside = literal ? "(" + argument + ")" : argument;
        if (with_order && (tables_[t].time.empty() || dice_.chance(40)))
            inside += " by " + order_in(t);
        if (!says_table(t, argument))
            inside +=
                " where " + tables_[t].name + "." + tables_[t].columns[0].name + " is not blank";
        else if (dice_.chance(45))
            inside += " where " + words_[t].condition(static_cast<unsigned>(dice_.below(3)));
        const bool on = dice_.chance(20) || (tables_[t].time.empty() && dice_.chance(50));
        if (on && (words_[t].has(type_kind::date) || words_[t].has(type_kind::timestamp))) {
            inside += " on " + time_column(t);
            out.placed = true;
        } else if (!tables_[t].kind.empty() && dice_.chance(40)) {
            inside += dice_.pick({" at end", " at end", " at start"});
            out.needs_period = out.held = true;
        }
        out.text = head + inside + tail + ")";
        return out;
    }

    /// The table must be named somewhere when a model has several.
    bool says_table(std::size_t t, const std::string& text) const {
        return tables_.size() == 1 || text == tables_[t].name ||
               text.find(tables_[t].name + ".") != std::string::npos;
    }

    std::string time_column(std::size_t t) {
        std::vector<std::string> found;
        for (const column_spec& one : tables_[t].columns) {
            if (one.is.kind == type_kind::date || one.is.kind == type_kind::timestamp)
                found.push_back(one.name);
        }
        return dice_.pick(found);
    }

    std::string order_in(std::size_t t) {
        return dice_.chance(70) ? time_column(t) : tables_[t].columns.front().name;
    }

    formula of_funnel() {
        formula out;
        out.homes = {names_.funnel_table};
        out.nested = out.only_entities = out.of_funnel = true;
        out.text = names_.funnel + dice_.pick({".rate(a, b)", ".rate(a, c)", ".rate(b, c)",
                                               ".count(a)", ".count(b)", ".count(c)"});
        return out;
    }

    formula number_aggregate() {
        if (!names_.funnel.empty() && dice_.chance(15)) return of_funnel();
        return plain_aggregate();
    }

    formula plain_aggregate() {
        const std::size_t t = any_table();
        row_words& row = named_words_[t];
        const unsigned depth = static_cast<unsigned>(dice_.below(3));
        // Parts of a row have no rank among the others.
        const unsigned of_whole_rows = tables_[t].split.empty() ? 1 : 0;
        switch (
            dice_.weighted({14, 16, 10, 8, 8 * of_whole_rows, 6 * of_whole_rows, 7 * of_whole_rows,
                            5, 6, 5, 8, 5, 4, 4 * of_whole_rows, 4 * of_whole_rows, 4})) {
            case 0:
                return aggregate(t, "count(", tables_[t].name, "");
            case 1:
                return aggregate(t, "sum(", row.number(depth), "");
            case 2:
                return aggregate(t, "avg(", row.number(depth), "");
            case 3:
                return aggregate(t, dice_.pick({"min(", "max("}), row.number(depth), "");
            case 4:
                return aggregate(t, "median(", row.number(depth), "");
            case 5:
                return aggregate(t, "stddev(", row.number(depth), "");
            case 6:
                return aggregate(t, dice_.pick({"percentile(", "percentile_disc("}),
                                 row.number(depth),
                                 dice_.pick({", 90%", ", 0.25", ", 0.7", ", 0.1", ", 1"}));
            case 7:
                return aggregate(t, "count(", row.any(1), "");
            case 8:
                return aggregate(t, "count_distinct(", row.any(1), "");
            case 9:
                return aggregate(t, "count_if(", row.condition(2), "");
            case 10:
                return aggregate(t, "share(", row.condition(2), "");
            case 11:
                return aggregate(t, dice_.pick({"first(", "last("}), row.number(depth), "", true);
            case 12:
                return aggregate(t, "weighted_avg(", row.number(depth), ", by: " + row.number(1));
            case 13:
                return aggregate(t, "top_share(", row.number(depth),
                                 dice_.pick({", top: 20%", ", top: 2", ", top: 50%"}));
            case 14:
                return aggregate(t, "gini(", row.number(depth), "");
            default:
                return count_entities();
        }
    }

    formula count_entities() {
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            if (tables_[t].entity.empty() || dice_.chance(30)) continue;
            formula out;
            out.text = "count(" + tables_[t].entity +
                       (dice_.chance(30) ? " where " + words_[t].condition(1) : "") + ")";
            out.homes = {t};
            out.counts_entities = true;
            return out;
        }
        const std::size_t t = any_table();
        return aggregate(t, "count(", tables_[t].name, "");
    }

    formula condition_aggregate() {
        const std::size_t t = any_table();
        return aggregate(t, dice_.pick({"any_of(", "all_of("}), named_words_[t].condition(1), "");
    }

    formula text_aggregate() {
        const std::size_t t = any_table();
        row_words& row = named_words_[t];
        if (dice_.chance(40)) return aggregate(t, dice_.pick({"min(", "max("}), row.text(1), "");
        if (!tables_[t].split.empty())
            return aggregate(t, dice_.pick({"first(", "last("}), row.text(1), "", true);
        return aggregate(t, dice_.pick({"first(", "last(", "text_list("}), row.text(1), "", true);
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

    dice& dice_;
    const std::vector<table_spec>& tables_;
    const known_names& names_;
    std::vector<std::vector<member>> members_;
    std::vector<row_words> words_;
    std::vector<row_words> named_words_;
    context_words context_;
};

}  // namespace oracle
