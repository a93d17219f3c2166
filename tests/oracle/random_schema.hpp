// Which tables a random model has, how they relate, and what a formula can name on each.
#pragma once

#include <set>

#include "oracle/random_table.hpp"

namespace oracle {

class schema_maker {
public:
    explicit schema_maker(dice& with) : dice_(with), make_(with) {}

    std::vector<table_spec> tables() {
        const std::size_t shape = dice_.weighted({25, 25, 15, 15, 20});
        const bool text_reps = dice_.chance(70);
        const bool text_customers = dice_.chance(40);
        std::vector<table_spec> out;
        const bool reps = shape == 1 || shape == 2 || shape == 4;
        const bool customers = shape == 2 || (shape == 4 && dice_.chance(30));
        std::size_t rep_rows = 4;
        std::size_t customer_rows = 5;
        if (reps) {
            rep_rows = dice_.chance(8) ? 0 : dice_.below(6) + 1;
            out.push_back(reps_table(text_reps, rep_rows));
        }
        if (customers) {
            customer_rows = dice_.chance(8) ? 0 : dice_.below(6) + 1;
            out.push_back(customers_table(text_customers, customer_rows, text_reps, rep_rows));
        }
        const std::size_t to_reps = std::max<std::size_t>(rep_rows, 1);
        const std::size_t to_customers = std::max<std::size_t>(customer_rows, 1);
        out.push_back(deals_table(text_reps, to_reps, text_customers, to_customers));
        if (!out.back().split.empty()) out.push_back(credits_table(out.back(), text_reps, to_reps));
        if (shape >= 3 && out.size() < 3 + (out.back().aside ? 1 : 0))
            out.push_back(tickets_table(text_reps, to_reps, text_customers, to_customers));
        if (dice_.chance(12)) out.push_back(view_of_deals(out));
        if (dice_.chance(45)) out.push_back(rates_table());
        return out;
    }

private:
    static type decimal(std::uint8_t scale) { return {.kind = type_kind::decimal, .scale = scale}; }

    type any_number() {
        switch (dice_.below(3)) {
            case 0:
                return {.kind = type_kind::int64};
            case 1:
                return decimal(static_cast<std::uint8_t>(dice_.between(1, 4)));
            default:
                return {.kind = type_kind::float64};
        }
    }

    type any_time() { return {.kind = dice_.chance(50) ? type_kind::date : type_kind::timestamp}; }

    void add(table_spec& to, std::string name, const type& is) {
        to.columns.push_back(make_.column(std::move(name), is, to.rows));
    }

    void add_money(table_spec& to, std::string name, std::string currency) {
        add(to, std::move(name), decimal(2));
        to.columns.back().money = std::move(currency);
    }

    /// Amounts in the currency of their row; most models have one currency only, for two do not
    /// add up.
    void add_amounts(table_spec& to) {
        std::vector<std::string> all{"USD", "USD", "USD", dice_.chance(30) ? "" : "USD"};
        if (dice_.chance(25)) all.emplace_back(dice_.pick({"EUR", "JPY", "usd", "Dollar", "EUR"}));
        to.columns.push_back(make_.texts_of("ccy", to.rows, all));
        add_money(to, "fee", "ccy");
        add_money(to, "cost", "ccy");
        add_money(to, "budget", "\"USD\"");
    }

    /// Rates of a pair at different days each; some are blank or no rates, some come late.
    table_spec rates_table() {
        table_spec out;
        out.name = "fx";
        out.aside = true;
        const bool days = dice_.chance(60);
        column_spec when{"d", {.kind = days ? type_kind::date : type_kind::timestamp}, {}};
        column_spec of{"code", {.kind = type_kind::text}, {}};
        column_spec to{"base", {.kind = type_kind::text}, {}};
        column_spec rate{"rate", decimal(4), {}};
        column_spec written{"written", {.kind = type_kind::date}, {}};
        const auto add_rate = [&](const std::string& pair, std::int32_t day) {
            if (days)
                when.cells.emplace_back(merit::date_value{day});
            else
                when.cells.emplace_back(merit::timestamp_value{
                    day * day_length + dice_.between(0, 23) * 3'600'000'000});
            of.cells.emplace_back(pair.substr(0, 3));
            to.cells.emplace_back(pair.substr(3));
            rate.cells.push_back(dice_.chance(4)
                                     ? value{}
                                     : value{merit::decimal_value{
                                           dice_.between(dice_.chance(5) ? -1 : 70,
                                                         pair == "EURJPY" ? 1'700'000 : 12'000),
                                           4}});
            const auto late = static_cast<std::int32_t>(dice_.below(40));
            written.cells.emplace_back(merit::date_value{day + (dice_.chance(80) ? 0 : late)});
        };
        for (const std::string pair : {"USDEUR", "JPYUSD", "EURJPY", "EURUSD"}) {
            if (dice_.chance(pair == "EURUSD" ? 20 : 92)) add_rate(pair, -30'000);
            const std::size_t n = dice_.below(5);
            for (std::size_t i = 0; i < n; ++i)
                add_rate(pair, first_day + static_cast<std::int32_t>(i * 30 + dice_.below(30)));
        }
        out.rows = when.cells.size();
        if (dice_.chance(25)) out.recorded = "written";
        for (column_spec* one : {&when, &of, &to, &rate, &written})
            out.columns.push_back(std::move(*one));
        return out;
    }

    /// Names of calendars, now and then one that is not there.
    void add_desk(table_spec& to) {
        std::vector<std::string> all{"work", "night", "work", "night", "night", ""};
        if (dice_.chance(4)) all.emplace_back("day");
        to.columns.push_back(make_.texts_of("desk", to.rows, all));
    }

    table_spec reps_table(bool text, std::size_t rows) {
        table_spec out;
        out.name = "reps";
        out.entity = "rep";
        out.key = "rep_code";
        out.rows = rows;
        const std::size_t how = dice_.weighted({60, 20, 20});
        if (how == 0) {
            out.columns.push_back(table_maker::own_keys("rep_code", text, rows));
        } else {
            make_.lasting(out, "rep_code", text, how == 1);
            out.kind = how == 1 ? "versions(begun, ended)" : "interval(begun, ended)";
        }
        add(out, "team", {.kind = type_kind::text});
        add(out, "quota", any_number());
        add(out, "hired", any_time());
        add(out, "senior", {.kind = type_kind::boolean});
        add_desk(out);
        if (dice_.chance(40)) add_money(out, "wage", "\"USD\"");
        if (how != 1 && dice_.chance(40)) out.time = "hired";
        if ((out.time.empty() || how == 2) && dice_.chance(15)) out.planned = "hired";
        return out;
    }

    table_spec customers_table(bool text, std::size_t rows, bool text_reps, std::size_t reps) {
        table_spec out;
        out.name = "customers";
        out.entity = "customer";
        out.key = "customer_id";
        out.rows = rows;
        out.columns.push_back(table_maker::own_keys("customer_id", text, rows));
        add(out, "region", {.kind = type_kind::text});
        add(out, "seats", any_number());
        add(out, "since", any_time());
        out.columns.push_back(make_.keys_to("keeper", text_reps, reps, rows));
        out.references.push_back({"keeper", "rep", "keeper"});
        if (dice_.chance(30)) out.time = "since";
        if (out.time.empty() && dice_.chance(15)) out.planned = "since";
        return out;
    }

    void order_column(table_spec& to, const std::string& name) {
        column_spec made{name, {.kind = type_kind::int64}, {}};
        const bool ties = dice_.chance(30);
        for (std::size_t row = 0; row < to.rows; ++row)
            made.cells.emplace_back(ties ? dice_.between(1, 4)
                                         : static_cast<std::int64_t>((row * 7) % 101));
        to.columns.push_back(std::move(made));
        if (dice_.chance(60)) to.order = name;
    }

    table_spec deals_table(bool text_reps, std::size_t reps, bool text_customers,
                           std::size_t customers) {
        table_spec out;
        out.name = "deals";
        out.rows = make_.row_count();
        order_column(out, "deal_id");
        const bool roles = dice_.chance(12);
        out.columns.push_back(make_.keys_to("rep_key", text_reps, reps, out.rows));
        out.references.push_back({roles ? "owner" : "rep", "rep", "rep_key"});
        if (roles) {
            out.columns.push_back(make_.keys_to("closer_key", text_reps, reps, out.rows));
            out.references.push_back({"closer", "rep", "closer_key"});
        }
        if (!roles && dice_.chance(20)) {
            out.split = "credits(deal_ref, user_key, part)";
            out.references.push_back({"deal", "deal", "deal_id"});
            // The shares alone may tell whose a row is.
            if (dice_.chance(25)) out.references.front().column.clear();
        }
        out.columns.push_back(make_.keys_to("cust", text_customers, customers, out.rows));
        out.references.push_back({"customer", "customer", "cust"});
        add(out, "stage", {.kind = type_kind::text});
        add(out, "note", {.kind = type_kind::text});
        add(out, "amount", any_number());
        add(out, "qty", {.kind = type_kind::int64});
        add(out, "price", any_number());
        add(out, "won", {.kind = type_kind::boolean});
        add(out, "opened", {.kind = type_kind::date});
        add(out, "closed", any_time());
        add(out, "touched", {.kind = type_kind::timestamp});
        add(out, "effort", {.kind = type_kind::duration});
        if (dice_.chance(60)) add_amounts(out);
        if (dice_.chance(85)) out.time = dice_.pick({"opened", "closed", "closed", "touched"});
        if (dice_.chance(15)) out.recorded = "touched";
        if (!out.time.empty() && dice_.chance(20)) out.kind = "interval(opened, touched)";
        if (out.kind.empty() && dice_.chance(20))
            out.planned = planned_date(out, {"opened", "closed", "closed"});
        return out;
    }

    /// A date behind `as of`, of rows that are known before it.
    std::string planned_date(const table_spec& of, std::vector<std::string> all) {
        if (of.recorded.empty()) std::erase(all, of.time);
        return dice_.pick(all);
    }

    /// Shares of some deals, and of some that are not there.
    table_spec credits_table(const table_spec& deals, bool text, std::size_t reps) {
        table_spec out;
        out.name = "credits";
        out.aside = true;
        const bool exact = dice_.chance(70);
        column_spec deal{"deal_ref", {.kind = type_kind::int64}, {}};
        column_spec part{"part", exact ? decimal(2) : type{.kind = type_kind::float64}, {}};
        std::set<std::int64_t> ids{1'000};
        for (const value& one : deals.columns.front().cells)
            ids.insert(std::get<std::int64_t>(one));
        const unsigned shared = dice_.chance(80) ? 50 : 95;
        for (const std::int64_t id : ids) {
            if (!dice_.chance(shared)) continue;
            const auto parts = dice_.pick(std::vector<std::vector<int>>{
                {100}, {75, 25}, {50, 50}, {50, 30, 20}, {100, 0}, {120, -20}, {33, 33, 34}});
            for (const int one : parts) {
                deal.cells.emplace_back(id);
                if (exact)
                    part.cells.emplace_back(merit::decimal_value{one, 2});
                else
                    part.cells.emplace_back(one / 100.0);
            }
        }
        if (dice_.chance(3) && !part.cells.empty()) part.cells.back() = value{};
        out.rows = deal.cells.size();
        out.columns.push_back(std::move(deal));
        out.columns.push_back(make_.keys_to("user_key", text, reps, out.rows));
        out.columns.push_back(std::move(part));
        out.references = {{"deal", "deal", "deal_ref"}, {"rep", "rep", "user_key"}};
        return out;
    }

    table_spec tickets_table(bool text_reps, std::size_t reps, bool text_customers,
                             std::size_t customers) {
        table_spec out;
        out.name = "tickets";
        out.rows = make_.row_count();
        order_column(out, "ticket_id");
        out.columns.push_back(make_.keys_to("agent_code", text_reps, reps, out.rows));
        out.references.push_back({dice_.chance(50) ? "rep" : "agent", "rep", "agent_code"});
        out.columns.push_back(make_.keys_to("client", text_customers, customers, out.rows));
        out.references.push_back({"customer", "customer", "client"});
        add(out, "topic", {.kind = type_kind::text});
        add(out, "points", any_number());
        add(out, "asked", any_time());
        add(out, "solved", any_time());
        add(out, "urgent", {.kind = type_kind::boolean});
        add(out, "wait", {.kind = type_kind::duration});
        if (dice_.chance(40)) add_money(out, "refund", "\"EUR\"");
        add_desk(out);
        out.time = dice_.chance(80) ? "asked" : "";
        if (!out.time.empty() && dice_.chance(15)) out.kind = "snapshot";
        if (out.kind.empty() && dice_.chance(15))
            out.planned = planned_date(out, {"asked", "solved", "solved"});
        return out;
    }

    table_spec view_of_deals(const std::vector<table_spec>& tables) {
        for (const table_spec& one : tables) {
            if (one.name != "deals") continue;
            table_spec out = one;
            out.name = "followups";
            out.view_of = "deals";
            out.kept = dice_.pick({"qty > 3", "won", "stage != \"won\"", "amount is not blank"});
            if (dice_.chance(50)) out.time = "opened";
            return out;
        }
        return {};
    }

    dice& dice_;
    table_maker make_;
};

inline member member_of(const column_spec& one) {
    if (one.money.empty()) return {one.name, one.is.kind};
    const bool fixed = one.money.starts_with('"');
    return {one.name, type_kind::money, fixed ? one.money.substr(1, 3) : ""};
}

/// Own columns and what lies behind references, as written inside an aggregate over that table.
inline std::vector<member> members_of(const std::vector<table_spec>& tables, std::size_t table) {
    std::vector<member> out;
    const table_spec& own = tables[table];
    for (const column_spec& one : own.columns) out.push_back(member_of(one));
    out.insert(out.end(), own.computed.begin(), own.computed.end());
    for (const reference_spec& to : own.references) {
        for (std::size_t i = 0; i < tables.size(); ++i) {
            if (tables[i].entity != to.entity || tables[i].entity.empty()) continue;
            const bool versions = tables[i].kind.starts_with("versions");
            for (const member& behind : members_of(tables, i)) {
                out.push_back({to.role + "." + behind.path, behind.kind, behind.currency});
                if (versions)
                    out.push_back({to.role + ".now." + behind.path, behind.kind, behind.currency});
            }
        }
    }
    return out;
}

}  // namespace oracle
