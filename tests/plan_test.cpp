#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "plan/lower.hpp"

namespace {

using namespace merit::language;
using merit::type;
using merit::type_kind;
using merit::unit;
using merit::value;

const type text_type{type_kind::text};
const type int_type{type_kind::int64};
const type double_type{type_kind::float64};
const type bool_type{type_kind::boolean};
const type date_type{type_kind::date};
const type time_type{type_kind::timestamp};

/// A program by hand: deals of reps, their calls (a view of events), as check would give them.
class sketch {
public:
    enum : table_id { deals, reps, events, calls };
    enum : std::uint32_t { id, stage, amount, closed_at, sales_agent };  // of deals
    enum : std::uint32_t { agent, team, hired_at };                      // of reps
    enum : std::uint32_t { kind, at, actor, written_at, line };          // of events and calls

    program made;

    sketch() {
        made.entities = {{"rep", reps}, {"deal", deals}};
        table_info deal_rows{"deals", columns({{"id", text_type},
                                               {"stage", text_type},
                                               {"amount", int_type},
                                               {"closed_at", date_type},
                                               {"sales_agent", text_type}})};
        deal_rows.entity = 1;
        deal_rows.key = id;
        deal_rows.time = closed_at;
        table_info rep_rows{
            "reps", columns({{"agent", text_type}, {"team", text_type}, {"hired_at", date_type}})};
        rep_rows.entity = 0;
        rep_rows.key = agent;
        table_info event_rows{"events", columns({{"kind", text_type},
                                                 {"at", time_type},
                                                 {"actor", text_type},
                                                 {"written_at", time_type},
                                                 {"line", int_type}})};
        event_rows.time = at;
        event_rows.recorded = written_at;
        event_rows.order = line;
        table_info call_rows{"calls", event_rows.columns};
        call_rows.view_of = events;
        made.tables = {deal_rows, rep_rows, event_rows, call_rows};
        made.references = {{"rep", 0, deals, sales_agent, reps},
                           {"actor", 0, events, actor, reps},
                           {"actor", 0, calls, actor, reps}};
        made.tables[calls].kept = equal(column(calls, kind), text("call"));
        made.asked.emplace();
    }

    term_id add(term one) {
        made.terms.push_back(std::move(one));
        return static_cast<term_id>(made.terms.size() - 1);
    }
    term_id constant(value what, type is) {
        made.constants.push_back(std::move(what));
        term one;
        one.type = is;
        one.with = static_cast<std::uint32_t>(made.constants.size() - 1);
        return add(one);
    }
    term_id text(std::string what) { return constant(std::move(what), text_type); }
    term_id number(double what) { return constant(what, double_type); }
    term_id column(table_id table, std::uint32_t which) {
        term one;
        one.kind = op::column;
        one.at = level::row;
        one.home = table;
        one.with = which;
        one.type = made.tables[table].columns.fields[which].type;
        return add(one);
    }
    term_id look_up(std::uint32_t reference, table_id home, std::uint32_t which) {
        term one;
        one.kind = op::look_up;
        one.at = level::row;
        one.home = home;
        one.with = reference;
        one.of = {column(made.references[reference].to, which)};
        one.type = made.terms[one.of[0]].type;
        return add(one);
    }
    term_id scalar(function what, type is, std::vector<term_id> of) {
        term one;
        one.kind = op::scalar;
        one.what = what;
        one.type = is;
        for (const term_id operand : of) {
            one.at = std::max(one.at, made.terms[operand].at);
            if (made.terms[operand].home != nothing) one.home = made.terms[operand].home;
        }
        one.of = std::move(of);
        return add(one);
    }
    term_id equal(term_id a, term_id b) { return scalar(function::equal, bool_type, {a, b}); }
    term_id both(term_id a, term_id b) { return scalar(function::logical_and, bool_type, {a, b}); }
    term_id either(term_id a, term_id b) { return scalar(function::logical_or, bool_type, {a, b}); }
    term_id ratio(term_id a, term_id b) { return scalar(function::divide, double_type, {a, b}); }
    term_id in_stage(std::string name) {
        return equal(column(deals, stage), text(std::move(name)));
    }

    term_id aggregated(aggregate what, type is = int_type) {
        made.aggregates.push_back(what);
        term one;
        one.kind = op::aggregate;
        one.at = level::group;
        one.type = is;
        one.with = static_cast<std::uint32_t>(made.aggregates.size() - 1);
        return add(one);
    }
    aggregate of(function what, table_id table, term_id argument = nothing,
                 term_id where = nothing) {
        aggregate one;
        one.what = what;
        one.table = table;
        one.argument = argument;
        one.where = where;
        return one;
    }
    term_id count(table_id table, term_id where = nothing) {
        return aggregated(of(function::count, table, nothing, where));
    }
    term_id where(term_id inside, std::vector<on_table> condition) {
        made.changes.push_back({change_kind::where, std::move(condition), {}, {}});
        return group(op::in_context, inside, made.terms[inside].type, made.changes.size() - 1);
    }
    term_id group(op kind, term_id of, type is, std::size_t with) {
        term one;
        one.kind = kind;
        one.at = level::group;
        one.type = is;
        one.with = static_cast<std::uint32_t>(with);
        one.of = {of};
        return add(one);
    }
    term_id rank(term_id of, std::vector<std::uint32_t> across) {
        peer compared;
        compared.among_shown = true;
        for (const std::uint32_t position : across)
            compared.across.names.push_back({made.asked->by[position].name});
        made.peers.push_back(std::move(compared));
        return group(op::peer, of, int_type, made.peers.size() - 1);
    }
    term_id group_key(std::uint32_t position) {
        term one;
        one.kind = op::group_key;
        one.at = level::group;
        one.type = text_type;
        one.with = position;
        return add(one);
    }

    void show(std::string name, term_id what) {
        merit::frame_column head;
        head.name = std::move(name);
        made.asked->terms.push_back({what, head});
    }
    void by_rep() {
        dimension one;
        one.name = "rep";
        one.entity = 0;
        one.type = text_type;
        one.on = {{deals, column(deals, sales_agent)},
                  {reps, column(reps, agent)},
                  {events, column(events, actor)}};
        made.asked->by.push_back(one);
    }
    void by_team() {
        dimension one;
        one.name = "rep.team";
        one.type = text_type;
        one.on = {{deals, look_up(0, deals, team)}, {reps, column(reps, team)}};
        made.asked->by.push_back(one);
    }
    void by(unit of) {
        dimension one;
        one.name = of == unit::month ? "month" : "quarter";
        one.calendar_unit = of;
        made.asked->by.push_back(one);
    }
    void during(std::string_view when) {
        made.asked->range = merit::calendar::read_date(when)->covers;
    }

    std::string printed() const { return to_string(merit::plan::lower(made).value()); }

private:
    static merit::schema columns(std::vector<merit::field> all) { return {std::move(all)}; }
};

}  // namespace

TEST_CASE("one number: no group, no period, no time condition") {
    sketch s;
    s.show("won", s.count(sketch::deals, s.in_stage("won")));
    CHECK(s.printed() ==
          "table deals of deal key id\n"
          "source 0 deals visible closed_at\n"
          "cell 0 on deals rows\n"
          "cell 1 on deals where stage = \"won\" rows\n"
          "frame 0 seen c0: count(c1)\n"
          "show frame 0: won = 0\n"
          "periods one\n");
}

TEST_CASE("a ratio by rep: conjuncts and cells are shared, presence stands before the own where") {
    sketch s;
    s.by_rep();
    const term_id closed = s.either(s.in_stage("won"), s.in_stage("lost"));
    s.show("win_rate",
           s.ratio(s.count(sketch::deals, s.in_stage("won")), s.count(sketch::deals, closed)));
    s.show("won", s.count(sketch::deals, s.in_stage("won")));
    s.show("deals", s.count(sketch::deals));
    CHECK(s.printed() ==
          "table deals of deal key id\n"
          "table reps of rep key agent\n"
          "reference rep: deals.sales_agent to reps\n"
          "source 0 deals visible closed_at\n"
          "source 1 reps\n"
          "cell 0 on deals keys sales_agent rows\n"
          "cell 1 on deals where stage = \"won\" keys sales_agent rows\n"
          "cell 2 on deals where ((stage = \"won\") or (stage = \"lost\")) keys sales_agent rows\n"
          "cell 3 on reps keys agent rows\n"
          "frame 0 by rep seen c0 population c3: count(c1) / count(c2), count(c1), count(c0)\n"
          "show frame 0: win_rate = 0, won = 1, deals = 2\n"
          "periods one\n");
}

TEST_CASE("by rep and month in a range, filtered: each table is placed by its own time") {
    sketch s;
    s.by_rep();
    s.by(unit::month);
    s.during("2026Q1");
    s.made.asked->where = {
        {sketch::deals, s.equal(s.look_up(0, sketch::deals, sketch::team), s.text("East"))},
        {sketch::events, s.equal(s.look_up(1, sketch::events, sketch::team), s.text("East"))}};
    s.made.asked->population_where = {
        {sketch::reps, s.equal(s.column(sketch::reps, sketch::team), s.text("East"))}};
    s.show("revenue",
           s.aggregated(s.of(function::sum, sketch::deals, s.column(sketch::deals, sketch::amount),
                             s.in_stage("won"))));
    s.show("calls", s.count(sketch::calls));
    CHECK(s.printed() ==
          "table deals of deal key id\n"
          "table reps of rep key agent\n"
          "table events\n"
          "reference rep: deals.sales_agent to reps, looked up\n"
          "reference actor: events.actor to reps, looked up\n"
          "source 0 deals visible closed_at\n"
          "source 1 events visible written_at\n"
          "source 2 source 1 where kind = \"call\"\n"
          "source 3 reps\n"
          "cell 0 on deals where reps[sales_agent].team = \"East\" keys sales_agent at "
          "closed_at[m0] rows\n"
          "cell 1 on deals where reps[sales_agent].team = \"East\" and stage = \"won\" keys "
          "sales_agent at "
          "closed_at[m0] sum amount\n"
          "cell 2 on source 2 where reps[actor].team = \"East\" keys actor at at[m0] rows\n"
          "cell 3 on reps where team = \"East\" keys agent rows\n"
          "frame 0 by rep × month seen c0, c2 population c3 every period: sum(c1), count(c2)\n"
          "show frame 0: revenue = 0, calls = 1\n"
          "periods month from 2026-01-01T00:00:00 to 2026-04-01T00:00:00\n");
}

TEST_CASE("a where around a KPI adds up with the request's, in any order and any number of times") {
    sketch s;
    const auto stage = [&](std::string name) {
        return std::vector<on_table>{{sketch::deals, s.in_stage(std::move(name))}};
    };
    s.made.asked->where = stage("open");
    const term_id plain = s.count(sketch::deals);
    s.show("a", s.where(s.where(plain, stage("won")), stage("lost")));
    s.show("b", s.where(s.where(plain, stage("lost")), stage("won")));
    s.show("c", s.where(plain,
                        {{sketch::deals, s.both(s.in_stage("lost"),
                                                s.both(s.in_stage("won"), s.in_stage("open")))}}));
    s.show("d", s.count(sketch::deals, s.both(s.in_stage("won"), s.in_stage("lost"))));
    s.show("e", s.where(plain, stage("open")));
    CHECK(s.printed() ==
          "table deals of deal key id\n"
          "source 0 deals visible closed_at\n"
          "cell 0 on deals where stage = \"won\" and stage = \"lost\" and stage = \"open\" rows\n"
          "cell 1 on deals where stage = \"open\" rows\n"
          "frame 0 seen c0, c1: count(c0), count(c1)\n"
          "show frame 0: a = 0, b = 0, c = 0, d = 0, e = 1\n"
          "periods one\n");
}

TEST_CASE("what a view refers to, its table refers to") {
    sketch s;
    s.show("calls", s.count(sketch::calls,
                            s.equal(s.look_up(2, sketch::calls, sketch::team), s.text("East"))));
    CHECK(s.printed() ==
          "table events\n"
          "table reps of rep key agent\n"
          "reference actor: events.actor to reps, looked up\n"
          "source 0 events visible written_at\n"
          "source 1 source 0 where kind = \"call\"\n"
          "cell 0 on source 1 rows\n"
          "cell 1 on source 1 where reps[actor].team = \"East\" rows\n"
          "frame 0 seen c0: count(c1)\n"
          "show frame 0: calls = 0\n"
          "periods one\n");
}

TEST_CASE("every aggregate names its state") {
    sketch s;
    const term_id amount = s.column(sketch::deals, sketch::amount);
    const auto show = [&](function what, term_id argument) {
        s.show("x", s.aggregated(s.of(what, sketch::deals, argument)));
    };
    for (const function what :
         {function::count, function::sum, function::avg, function::stddev, function::min,
          function::max, function::median, function::gini, function::count_distinct})
        show(what, amount);
    for (const function what :
         {function::share, function::count_if, function::any_of, function::all_of})
        show(what, s.in_stage("won"));
    aggregate percentile = s.of(function::percentile, sketch::deals, amount);
    percentile.amount = s.number(0.9);
    s.show("x", s.aggregated(percentile));
    percentile.what = function::top_share;
    s.show("x", s.aggregated(percentile));
    const std::string text = s.printed();
    CHECK(text.find("cell 0 on deals rows\n"
                    "cell 1 on deals count amount\n"
                    "cell 2 on deals sum amount\n"
                    "cell 3 on deals moments amount\n"
                    "cell 4 on deals min amount\n"
                    "cell 5 on deals max amount\n"
                    "cell 6 on deals bag amount\n"
                    "cell 7 on deals set amount\n"
                    "cell 8 on deals sum stage = \"won\"\n"
                    "frame 0 seen c0: count(c1), sum(c2), avg(c2), stddev(c3), min(c4), max(c5), "
                    "median(c6), gini(c6), count_distinct(c7), share(c8), count_if(c8), "
                    "any_of(c8), all_of(c8), percentile(c6, 0.9), top_share(c6, 0.9)\n") !=
          std::string::npos);
}

TEST_CASE("first, last and lists go by their order, else the time, then the table's order") {
    sketch s;
    const term_id kind = s.column(sketch::calls, sketch::kind);
    s.show("a", s.aggregated(s.of(function::first, sketch::calls, kind), text_type));
    aggregate last = s.of(function::last, sketch::events, s.column(sketch::events, sketch::kind));
    last.second = s.column(sketch::events, sketch::written_at);
    s.show("b", s.aggregated(last, text_type));
    s.show("c", s.aggregated(s.of(function::text_list, sketch::calls, kind), text_type));
    aggregate weighted =
        s.of(function::weighted_avg, sketch::deals, s.column(sketch::deals, sketch::amount));
    weighted.second = s.column(sketch::deals, sketch::amount);
    s.show("d", s.aggregated(weighted, double_type));
    const std::string text = s.printed();
    CHECK(text.find("cell 1 on source 1 first kind by at then line\n") != std::string::npos);
    CHECK(text.find("cell 3 on events last kind by written_at then line\n") != std::string::npos);
    CHECK(text.find("cell 4 on source 1 bag kind by at then line\n") != std::string::npos);
    CHECK(text.find("cell 6 on deals sum amount weight amount\n") != std::string::npos);
}

TEST_CASE(
    "count(entity) counts those that exist: everything up to the period's end, where they have a "
    "time") {
    sketch s;
    s.by(unit::month);
    s.during("2026");
    aggregate existing = s.of(function::count, sketch::reps);
    existing.population = true;
    s.show("reps", s.aggregated(existing));
    CHECK(s.printed().find("cell 0 on reps rows\n") != std::string::npos);
    s.made.tables[sketch::reps].time = sketch::hired_at;
    CHECK(s.printed() ==
          "table reps of rep key agent\n"
          "source 0 reps visible hired_at\n"
          "map 1 all to date\n"
          "cell 0 on reps at hired_at[m1] rows\n"
          "frame 0 by month seen c0@m1 every period: count(c0@m1)\n"
          "show frame 0: reps = 0\n"
          "periods month from 2026-01-01T00:00:00 to 2027-01-01T00:00:00\n");
    // a group of one entity appears when the entity exists within what is asked
    s.by_rep();
    CHECK(s.printed().find("population c0@m1 every period") != std::string::npos);
}

TEST_CASE("totals are recomputed frames; what needs a dropped dimension is blank there") {
    sketch s;
    s.by_rep();
    s.by(unit::month);
    s.during("2026");
    s.made.asked->totals = true;
    const term_id revenue =
        s.aggregated(s.of(function::sum, sketch::deals, s.column(sketch::deals, sketch::amount)));
    const term_id place = s.rank(revenue, {0});
    s.show("revenue", revenue);
    s.show("place", place);
    s.show("best",
           s.scalar(function::if_, text_type, {s.equal(place, s.number(1)), s.group_key(0)}));
    s.made.asked->sort = {{s.group_key(1), true}};
    CHECK(s.printed() ==
          "table deals of deal key id\n"
          "table reps of rep key agent\n"
          "reference rep: deals.sales_agent to reps\n"
          "source 0 deals visible closed_at\n"
          "source 1 reps\n"
          "cell 0 on deals keys sales_agent at closed_at[m0] rows\n"
          "cell 1 on deals keys sales_agent at closed_at[m0] sum amount\n"
          "cell 2 on reps keys agent rows\n"
          "frame 0 by rep × month seen c0 population c2 every period: sum(c1), rank(sum(c1) within "
          "month), "
          "if(rank(sum(c1) within month) = 1, key rep), key month\n"
          "frame 1 by rep totals of frame 0: sum(c1), rank(sum(c1)), if(rank(sum(c1)) = 1, key "
          "rep), "
          "blank(not_meaningful)\n"
          "frame 2 totals of frame 0: sum(c1), blank(not_meaningful), "
          "if(blank(not_meaningful) = 1, blank(not_meaningful)), blank(not_meaningful)\n"
          "show frame 0 totals frame 1, frame 2: revenue = 0, place = 1, best = 2 sort 3 down\n"
          "periods month from 2026-01-01T00:00:00 to 2027-01-01T00:00:00\n");
}

TEST_CASE("totals by quarter keep the quarters; without `for` a blank time is a period") {
    sketch s;
    s.by(unit::quarter);
    s.by_team();
    s.made.asked->totals = true;
    s.show("deals", s.count(sketch::deals));
    const std::string text = s.printed();
    CHECK(text.find("frame 0 by quarter × rep.team seen c0 every period: count(c0)\n"
                    "frame 1 by quarter totals of frame 0: count(c0)\n"
                    "frame 2 totals of frame 0: count(c0)\n") != std::string::npos);
    CHECK(
        text.find("cell 0 on deals keys reps[sales_agent].team at closed_at[m0] or blank rows\n") !=
        std::string::npos);
}

TEST_CASE("having and sort are hidden columns, and make no group appear") {
    sketch s;
    s.by_team();
    s.show("deals", s.count(sketch::deals));
    aggregate all = s.of(function::count, sketch::reps);
    all.population = true;
    s.made.asked->having = s.scalar(function::greater, bool_type, {s.aggregated(all), s.number(3)});
    s.made.asked->sort = {{s.count(sketch::deals), true}, {s.group_key(0), false}};
    const std::string text = s.printed();
    CHECK(text.find("frame 0 by rep.team seen c0: count(c0), count(c1) > 3, key rep.team\n"
                    "show frame 0: deals = 0 having 1 sort 0 down, 2\n") != std::string::npos);
}

TEST_CASE("parameters end the range, tiers keep their rows") {
    sketch s;
    s.made.parameters = {{"start", text_type, value(std::string("2026"))}};
    s.made.asked->range_from_parameter = 0;
    s.made.tier_tables = {
        {"commission",
         {{std::nullopt, value(0.8), value(0.0)}, {value(0.8), std::nullopt, value(0.1)}},
         double_type,
         double_type}};
    term tier;
    tier.kind = op::tier;
    tier.at = level::group;
    tier.what = function::tier;
    tier.type = double_type;
    tier.with = 0;
    tier.of = {s.count(sketch::deals)};
    s.show("pay", s.add(tier));
    const merit::plan::plan made = merit::plan::lower(s.made).value();
    CHECK(made.periods.ranged);
    CHECK(made.periods.to_parameter == 0);
    REQUIRE(made.tier_tables.size() == 1);
    CHECK_FALSE(made.tier_tables[0].rows[0].has_low);
    CHECK(made.tier_tables[0].rows[1].low == value(0.8));
    CHECK(to_string(made).find("frame 0 seen c0: tier(commission, count(c0))\n"
                               "show frame 0: pay = 0\n"
                               "periods one from param start to param start\n") !=
          std::string::npos);
    CHECK(made.stage == std::vector<std::uint16_t>(made.cells.size(), 0));
}

TEST_CASE("a chain of two hundred thousand additions is lowered and printed") {
    sketch s;
    term_id sum = s.count(sketch::deals);
    const term_id one = s.number(1);
    for (int i = 0; i < 200'000; ++i) sum = s.scalar(function::add, double_type, {sum, one});
    s.show("sum", sum);
    const merit::plan::plan made = merit::plan::lower(s.made).value();
    CHECK(made.expressions.size() == 200'003);
    CHECK(to_string(made).find("expression ") != std::string::npos);
}
