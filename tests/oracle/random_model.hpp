// A random model: tables with data, definitions about them, and requests.
#pragma once

#include "oracle/random_calendar.hpp"
#include "oracle/random_request.hpp"

namespace oracle {

struct model_spec {
    std::uint64_t seed = 0;
    std::vector<table_spec> tables;
    std::string definitions;
    std::vector<request_spec> requests;
    std::map<std::string, value, std::less<>> parameters;
    std::optional<std::int64_t> as_of;
    std::map<std::string, std::string, std::less<>> files;  ///< that calendars name
};

class model_maker {
public:
    explicit model_maker(std::uint64_t seed) : dice_(seed) { out_.seed = seed; }

    model_spec make(std::size_t kpis, std::size_t requests) {
        out_.tables = schema_maker(dice_).tables();
        constants();
        statements();
        computed_columns();
        rows_beside();
        attributes();
        funnel();
        group_words words(dice_, out_.tables, names_);
        request_maker asks(dice_, out_.tables, words, names_);
        for (std::size_t i = 0; i < kpis; ++i) kpi(words, i);
        for (std::size_t i = 0; i < requests; ++i) {
            out_.requests.push_back(asks.plain());
            needs_as_of_ = needs_as_of_ || asks.needed_as_of();
        }
        if (dice_.chance(40)) scorecard(words, asks);
        if (dice_.chance(25) || needs_as_of_) {
            const auto day = first_day + dice_.between(20, 160);
            out_.as_of = day * day_length + 43'211'123'456;
        }
        return std::move(out_);
    }

private:
    void line(const std::string& text) { out_.definitions += text + "\n"; }

    void constants() {
        if (dice_.chance(40)) {
            line("let quarter_part = 0.25");
            names_.numbers.emplace_back("quarter_part");
        }
        if (dice_.chance(40)) {
            line("param many = 3");
            names_.numbers.emplace_back("many");
            if (dice_.chance(50)) out_.parameters["many"] = std::int64_t{dice_.between(-2, 9)};
        }
        if (dice_.chance(30)) {
            line("param rate = 0.50");
            names_.numbers.emplace_back("rate");
            if (dice_.chance(50))
                out_.parameters["rate"] = merit::decimal_value{dice_.between(-9, 30), 1};
        }
        if (dice_.chance(20)) {
            line("param whom = \"k2\"");
            names_.texts.emplace_back("whom");
            if (dice_.chance(50)) out_.parameters["whom"] = std::string("lost");
        }
        if (dice_.chance(20)) {
            line("param opening = \"2025-12\"\nlet closing = @2026-02-17");
            names_.ranges = {"opening", "opening to @2026-01", "opening to closing", "closing"};
            if (dice_.chance(50)) out_.parameters["opening"] = std::string("2026-01-15");
        }
        if (dice_.chance(30)) {
            line("def bump(x) = if_blank(x, 0) + 1");
            names_.number_defs.emplace_back("bump");
        }
        if (dice_.chance(40)) {
            line("tiers pay { below 2: 0%  2 to 10.5: 5%  10.5 to 100: 8%  from 100: 10% }");
            names_.number_tiers.emplace_back("pay");
        }
        if (dice_.chance(20)) {
            line("tiers steps { below 0: 1  0 to 5: 2  from 5: 3.5 }");
            names_.number_tiers.emplace_back("steps");
        }
        if (dice_.chance(40)) {
            line("tiers grade { below 1: \"low\"  1 to 50: \"mid\"  from 50: \"high\" }");
            names_.text_tiers.emplace_back("grade");
        }
        calendars_spec made = calendar_maker(dice_).make();
        for (const std::string& one : made.lines) line(one);
        out_.files = std::move(made.files);
        names_.desks = std::move(made.desks);
        names_.desk_column = made.of_column;
    }

    void statements() {
        line("entity rep\nentity customer\nentity deal");
        for (const table_spec& one : out_.tables) {
            std::vector<std::string> properties;
            const auto add = [&](const std::string& word, const std::string& what) {
                if (!what.empty()) properties.push_back(word + ": " + what);
            };
            add("from", one.view_of);
            add("where", one.kept);
            add("entity", one.entity);
            add("key", one.key);
            add("time", one.time);
            add("recorded", one.recorded);
            if (one.view_of.empty() || dice_.chance(20)) add("planned", one.planned);
            add("order", one.order);
            if (one.view_of.empty()) add("kind", one.kind);
            if (one.view_of.empty()) add("split", one.split);
            needs_as_of_ = needs_as_of_ || one.kind.starts_with("versions") ||
                           (!one.planned.empty() && dice_.chance(75));
            for (const reference_spec& to : one.references) {
                if (!one.view_of.empty()) break;  // a view refers as its base does
                if (to.column.empty()) continue;
                add(to.role, to.role == to.entity ? to.column : to.entity + "(" + to.column + ")");
            }
            for (const column_spec& column : one.columns) {
                if (one.view_of.empty() && !column.money.empty())
                    add(column.name, "money(" + column.money + ")");
            }
            std::string text = "table " + one.name + " { ";
            for (std::size_t i = 0; i < properties.size(); ++i)
                text += (i == 0 ? "" : ", ") + properties[i];
            if (!properties.empty()) line(text + " }");
            names_.rates = names_.rates || one.name == "fx";
            if (one.name == "fx")
                line("rates pairs { from: fx, time: d, of: code, to: base, value: rate }");
        }
    }

    void computed_columns() {
        if (!dice_.chance(40)) return;
        for (std::size_t t = 0; t < out_.tables.size(); ++t) {
            const std::string name = out_.tables[t].name;
            if (!out_.tables[t].view_of.empty() || out_.tables[t].aside || dice_.chance(50))
                continue;
            const std::vector<member> members = members_of(out_.tables, t);
            row_words row(dice_, members, names_, "");
            const bool duration = dice_.chance(30);
            // A column needs a name of its table, or it would be a constant.
            const std::string text =
                with_a_name(members, [&] { return duration ? row.duration(1) : row.number(2); });
            const member made{name + "_extra", duration ? type_kind::duration : type_kind::float64};
            line("column " + name + "." + made.path + " = " + text);
            for (table_spec& one : out_.tables) {
                if (one.name == name || one.view_of == name) one.computed.push_back(made);
            }
        }
    }

    /// Tables that have rows, a time and a customer.
    std::vector<table_spec*> timed_facts() {
        std::vector<table_spec*> out;
        for (table_spec& one : out_.tables) {
            if (one.view_of.empty() && one.entity.empty() && !one.time.empty()) out.push_back(&one);
        }
        return out;
    }

    void know(const std::string& table, const member& made) {
        for (table_spec& one : out_.tables) {
            if (one.name == table || one.view_of == table) one.computed.push_back(made);
        }
    }

    void rows_beside() {
        for (const table_spec* one : timed_facts()) {
            if (!dice_.chance(25)) continue;
            const bool deals = one->name == "deals";
            std::vector<std::pair<std::string, member>> all{
                {deals ? "qty" : "points", {"", deals ? type_kind::int64 : type_kind::float64}},
                {deals ? "effort" : "wait", {"", type_kind::duration}}};
            for (const column_spec& column : one->columns)
                if (!column.money.empty()) all.push_back({column.name, member_of(column)});
            const auto& [what, kind] = dice_.pick(all);
            const std::string where = deals ? " where won" : " where urgent";
            const std::string name = one->name + "_beside";
            line("column " + one->name + "." + name + " = " + dice_.pick({"next(", "previous("}) +
                 one->name + "." + what + (dice_.chance(40) ? where : "") + " per customer)");
            know(one->name, {name, kind.kind, kind.currency});
        }
    }

    /// Frozen values of entities that have a table.
    void attributes() {
        for (const table_spec* one : timed_facts()) {
            for (const std::string entity : {"rep", "customer"}) {
                const table_spec* known = table_of_entity(out_.tables, entity);
                if (known == nullptr || ways_to(*one, entity) != 1 || !dice_.chance(20)) continue;
                const bool first = dice_.chance(40);
                const std::string name = entity + "_" + one->name + (first ? "_first" : "_n");
                const std::string time = one->name + "." + one->time;
                line("attribute " + entity + "." + name + " = " +
                     (first ? "earliest(" + time
                            : dice_.pick({"count(", "count_distinct("}) + time) +
                     placed(*one) + ")");
                const type_kind kind = first ? one->find(one->time)->is.kind : type_kind::int64;
                know(known->name, {name, kind});
                if (dice_.chance(60)) in_pieces(*one, entity, known->name);
                worked(*one, entity, known->name);
            }
        }
    }

    /// By a planned date, where there is one.
    std::string placed(const table_spec& of) {
        return of.planned.empty() || dice_.chance(30) ? "" : " on " + of.planned;
    }

    /// What an attribute makes of all of time: windows and shifts up to `as of`, and pieces.
    void in_pieces(const table_spec& of, const std::string& entity, const std::string& known) {
        const std::string name = entity + "_" + of.name + "_pieces";
        const std::string unit = dice_.pick({"month", "month", "week", "quarter"});
        const std::string n = "count(" + of.name + "." + of.time + placed(of) + ")";
        std::string inner = n;
        if (dice_.chance(30)) {
            inner = "(" + n +
                    dice_.pick({" over trailing 2 months)", " 1 month ago)", " over year to date)",
                                " over prior 2 weeks)"});
        }
        std::string text = dice_.pick({"max(", "sum(", "count_distinct(", "min("}) + inner +
                           dice_.pick({" per ", " per every "}) + entity + " and " + unit + ")";
        if (dice_.chance(30)) {
            text = inner = "(" + text +
                           dice_.pick({" over trailing 3 months)", " 1 month ago)",
                                       " over @2026-01 to @2026-02)", " over all to date)",
                                       " as of @2026-02-15)"});
        }
        needs_as_of_ = needs_as_of_ || inner != n;
        if (dice_.chance(20)) {
            needs_as_of_ = true;
            text = "(" + n +
                   dice_.pick({") over trailing 2 months", ") over @2026-01",
                               " 1 month ago) over month to date",
                               " over month to date) 1 month ago"});
        }
        line("attribute " + entity + "." + name + " = " + text);
        know(known, {name, type_kind::int64});
    }

    /// The open time from one column of the rows to another.
    void worked(const table_spec& of, const std::string& entity, const std::string& known) {
        if (names_.desks.empty()) return;
        const std::string how = dice_.pick({"sum(", "max("});
        // Time that counts by shares is no exact duration.
        const bool weighed = how == "sum(" && !of.split.empty();
        const std::string name = entity + "_" + of.name + (weighed ? "_weighed" : "_worked");
        const std::string other = of.name + (of.name == "deals" ? ".touched" : ".solved");
        line("attribute " + entity + "." + name + " = " + how + "work_time(" + of.name + "." +
             of.time + ", " + other + dice_.pick(names_.desks) + "))");
        know(known, {name, type_kind::duration});
    }

    void funnel() {
        const std::vector<table_spec*> facts = timed_facts();
        if (facts.empty() || !dice_.chance(30)) return;
        const table_spec& one = *facts.front();
        if (one.name != "deals") return;
        line("funnel path per customer from deals" +
             dice_.pick({" within 30 days", " within 72h", " within 2 months", ""}) +
             " { step a: qty > 3  step b: qty <= 3 and won  step c: qty <= 3 and not won }");
        names_.funnel = "path";
        for (std::size_t i = 0; i < out_.tables.size(); ++i) {
            if (&out_.tables[i] == &one) names_.funnel_table = i;
        }
    }

    static std::string with_a_name(const std::vector<member>& members, const auto& make) {
        for (;;) {
            std::string out = make();
            for (const member& one : members) {
                if (out.find(one.path) != std::string::npos) return out;
            }
        }
    }

    void kpi(group_words& words, std::size_t i) {
        auto [kind, what] = words.any(3);
        needs_as_of_ = needs_as_of_ || what.needs_as_of;
        if (!what.needs_dims.empty()) return;
        const std::string name = "kpi_" + std::to_string(i);
        line("kpi " + name + " = " + what.text);
        words.kpis[kind].emplace_back(name, what);
    }

    /// A part of a scorecard: a number or a duration with its goal, or points already.
    std::pair<std::string, std::string> part(group_words& words, formula& all, std::size_t i) {
        const std::size_t how = dice_.weighted({70, 15, 15});
        const type_kind kind = how == 1 ? type_kind::duration : type_kind::float64;
        if (words.kpis[kind].empty()) return {};
        auto [name, what] = dice_.pick(words.kpis[kind]);
        if (how == 2) {
            const std::string points = "points_" + std::to_string(i);
            line("@unit score\nkpi " + points + " = score(" + name + ", floor: 1, goal: 8)");
            name = points;
        }
        request_maker::join(all, what);
        if (how == 2) return {name, ""};
        const std::string goals =
            how == 1
                ? dice_.pick({" floor 90 days goal 30 days", " floor 0h goal 2 weeks", " goal 24h"})
                : dice_.pick(
                      {" floor 0 goal 10", " floor 50% goal 2.5", " floor 1 goal -5", " goal 4"});
        return {name, goals};
    }

    void scorecard(group_words& words, request_maker& asks) {
        formula all;
        const std::size_t n = dice_.below(3) + 1;
        const std::vector<std::vector<std::string>> weights{
            {"100%"}, {"60%", "40%"}, {"50%", "30%", "20%"}};
        std::string parts;
        std::set<std::string> names;
        for (std::size_t i = 0; i < n; ++i) {
            const auto [name, goals] = part(words, all, i);
            if (name.empty() || !names.insert(name).second) return;
            parts += "    " + name + " weight " + weights[n - 1][i] + goals + "\n";
        }
        if (all.needs_period && !all.placed) return;
        const std::vector<std::string> by = asks.dimensions(all, 1);
        if (by.empty()) return;
        const bool bands = !names_.text_tiers.empty() && dice_.chance(60);
        line("scorecard card by " + by[0] + " {\n" + parts + "    missing: \"" +
             dice_.pick({"blank", "reweight", "zero"}) + "\"\n" +
             (bands ? "    bands: " + names_.text_tiers[0] + "\n" : "") + "}");
        out_.requests.push_back(asks.scorecard("card", all, by, bands));
        out_.requests.push_back(asks.scorecard("card", all, by, bands));
    }

    dice dice_;
    model_spec out_;
    known_names names_;
    bool needs_as_of_ = false;
};

}  // namespace oracle
