// Random aggregates over one table each.
#pragma once

#include <cctype>

#include "oracle/random_context.hpp"
#include "oracle/random_row.hpp"

namespace oracle {

class aggregate_words {
public:
    aggregate_words(dice& with, const std::vector<table_spec>& tables, const known_names& names)
        : dice_(with), tables_(tables), names_(names) {
        for (std::size_t i = 0; i < tables.size(); ++i) members_.push_back(members_of(tables, i));
        for (std::size_t i = 0; i < tables.size(); ++i) {
            words_.emplace_back(with, members_[i], names, "");
            named_words_.emplace_back(with, members_[i], names, tables[i].name + ".");
        }
    }

    const std::vector<member>& members(std::size_t table) const { return members_[table]; }
    row_words& words(std::size_t table) { return words_[table]; }

protected:
    /// Facts more often than entities.
    std::size_t any_table() {
        for (int i = 0;; ++i) {
            const std::size_t t = dice_.below(tables_.size());
            if (!tables_[t].aside && (i > 2 || tables_[t].entity.empty())) return t;
        }
    }

    /// Parts of a row have no currency of their row (E220), so they must be of one by their type.
    std::vector<std::string> currencies_of(std::size_t t) const {
        std::vector<std::string> out = words_[t].currencies();
        if (!tables_[t].split.empty()) std::erase(out, "");
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
        if (dice_.chance(3) && has_time(t)) {
            inside += (inside.find(" where ") == std::string::npos ? " where " : " and ") +
                      time_column(t) + dice_.pick({" < ", " >= "}) +
                      dice_.pick({"period.start", "period.end", "covered.end"});
            out.of_period = true;
            out.needs_period = out.needs_period || dice_.chance(70);
        }
        const bool on = dice_.chance(tables_[t].planned.empty() ? 20 : 45) ||
                        (tables_[t].time.empty() && dice_.chance(50));
        if (on && has_time(t)) {
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

    bool has_time(std::size_t t) const {
        return words_[t].has(type_kind::date) || words_[t].has(type_kind::timestamp);
    }

    std::string time_column(std::size_t t) {
        if (!tables_[t].planned.empty() && dice_.chance(50)) return tables_[t].planned;
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

    dice& dice_;
    const std::vector<table_spec>& tables_;
    const known_names& names_;
    std::vector<std::vector<member>> members_;
    std::vector<row_words> words_;
    std::vector<row_words> named_words_;
};

}  // namespace oracle
