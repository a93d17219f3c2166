// Computes the values of tests/data/*/expected.json with the formulas in tests/data/*.kpi, and
// compares them: whole numbers exactly, others within 1e-12 of their size. Where a published figure
// follows another rule than the language, the formula says that rule, or the test does beside it.
// All 2,166 are compared.
#include "published/figures.hpp"

using namespace published;

namespace {

const std::string bundle =
    "opps, closed, won, win_rate, revenue, avg_deal, median_deal, avg_cycle_won, "
    "avg_cycle_closed, median_cycle_closed, open ";
const std::string cycles =
    "cycle_n as n, cycle_mean as mean, cycle_median as median, cycle_p25 as p25, "
    "cycle_p75 as p75, cycle_p90 as p90, cycle_p90_disc as p90_disc, cycle_min as min, "
    "cycle_max as max, cycle_stdev as stdev_sample, cycle_sum as sum ";
const std::string ticket_bundle =
    "n, rated, sat_mean, sat_median, satisfied, csat, resolve_n, resolve_mean_h, "
    "resolve_median_h, resolve_mean_abs_h, resolve_nonneg_n, resolve_nonneg_mean_h, "
    "resolve_nonneg_median_h, within_8h_n, within_8h ";
const std::map<std::string, std::string> ticket_columns = {{"csat.num", "satisfied"},
                                                           {"csat.den", "rated"},
                                                           {"csat.value", "csat"},
                                                           {"within_8h.num", "within_8h_n"},
                                                           {"within_8h.den", "resolve_nonneg_n"},
                                                           {"within_8h.value", "within_8h"}};

const std::vector<question> crm_questions = {
    {"count.all", "opps as value"},
    {"count.lost", "lost as value"},
    {"count.prospecting", "prospecting as value"},
    {"win_rate.of_all", "win_rate_of_all as value, won as num, opps as den"},
    {"deal_size.won.mean", "avg_deal as value"},
    {"deal_size.closed.mean", "avg_closed_deal as value"},
    {"cycle.won", cycles + "where deals.won", {}, false},
    {"cycle.closed", cycles + "where deals.closed", {}, false},
    {"by.manager", bundle + "by rep.manager"},
    {"by.product_raw", bundle + "by product"},
    {"by.account", bundle + "by account"},
    {"by.series_fixed_join", "revenue as value by series"},
    {"by.close_quarter",
     bundle + ", qoq_revenue, qoq_won, qoq_win_rate by quarter for @2017Q1 to @2017Q4"},
    {"rank.agent.revenue",
     "revenue as value, by_revenue.rank as place, revenue_dense as dense_rank by rep "
     "having opps > 0 sort by revenue down",
     {{"rank", "place"}, {"row_number", "#"}}},
    {"rank.agent.won",
     "won as value, by_won.rank as place, won_dense as dense_rank by rep "
     "having opps > 0 sort by won down",
     {{"rank", "place"}, {"row_number", "#"}}},
    {"share.region.revenue",
     "revenue as num, (revenue across all) as den, revenue_share as value by rep.regional_office"},
    {"open.pipeline_value", "open_at_list_price as value"}};

data_set crm() {
    const std::string at = "examples/data/maven_crm/";
    return {"maven_crm",
            {{"deals", at + "sales_pipeline.csv"},
             {"reps", at + "sales_teams.csv"},
             {"products", at + "products.csv"},
             {"accounts", at + "accounts.csv"}}};
}

}  // namespace

TEST_CASE("maven_crm") {
    const data_set set = crm();
    tally done(set);
    for (const question& one : crm_questions) done.compare(one);
    for (const leaf& one : leaves_of(set.kpi("cum.revenue.by_month"), true)) {
        const merit::frame until = set.ask("revenue for @2017-03 to @" + one.group);
        done.compare("cum.revenue.by_month", one, until.at(0, 0));
    }
    const merit::frame parts = set.ask(
        "under_30, from_30, from_60, from_90, won, under_30 / won as a, "
        "from_30 / won as b, from_60 / won as c, from_90 / won as d");
    const std::map<std::string, std::size_t> bucket = {
        {"<30", 0}, {"30-60", 1}, {"60-90", 2}, {">=90", 3}};
    for (const leaf& one : leaves_of(set.kpi("cycle.won.bucket_share"), true)) {
        const std::size_t place = bucket.at(one.group);
        done.compare("cycle.won.bucket_share", one,
                     parts.at(0, one.field == "num"   ? place
                                 : one.field == "den" ? 4
                                                      : place + 5));
    }
    const merit::frame idle = set.ask("opps, win_rate by rep having opps = 0");
    const std::map<std::string, std::size_t> agents = rows_by_key(idle);
    const std::vector<leaf> without = leaves_of(set.kpi("follow_up.agents_without_deals"), true);
    CHECK(idle.rows() == without.size());
    for (const leaf& one : without) {
        REQUIRE_MESSAGE(agents.contains(one.group), one.group);
        CHECK(std::holds_alternative<merit::blank_value>(idle.at(agents.at(one.group), 2)));
        CHECK(idle.why(agents.at(one.group), 2) == merit::reason::div0);
        done.count("idle " + one.group);
    }
    done.compare({"repurchase.gap_days",
                  "gap_n, gap_mean, gap_median",
                  {{"n", "gap_n"}, {"mean", "gap_mean"}, {"median", "gap_median"}},
                  false});
    done.finish("maven_crm", 1458, 0);
}

TEST_CASE("maven_crm: what the run has to tell") {
    const data_set set = crm();
    // GTXPro in the pipeline, GTX Pro in the price list.
    const merit::frame by_series = set.ask("opps by item.series");
    std::string notes;
    for (const merit::diagnostic& one : by_series.notes()) notes += one.to_string();
    CHECK_MESSAGE(notes.find("GTXPro (1,480)") != std::string::npos, notes);
    const merit::frame total = set.ask("win_rate, won, closed by rep.regional_office", true);
    CHECK(total.total_rows() == 1);
    CHECK(merit::to_string(total.at(total.rows() - 1, 2)) == "4238");
    CHECK(merit::to_string(total.at(total.rows() - 1, 3)) == "6711");
}

TEST_CASE("support_tickets") {
    const data_set set("support_tickets",
                       {{"tickets", "tests/data/support_tickets/customer_support_tickets.csv"}});
    tally done(set);
    for (const question& one : std::vector<question>{
             {"records.with_blank", "records as value"},
             {"status", "n as value by [Ticket Status]"},
             {"responded_rate", "responded_rate as value, responded as num, n as den"},
             {"by.type", ticket_bundle + "by [Ticket Type]", ticket_columns},
             {"by.channel", ticket_bundle + "by [Ticket Channel]", ticket_columns},
             {"by.gender", ticket_bundle + "by [Customer Gender]", ticket_columns},
             {"by.type_x_priority.sat", "sat_mean as value by [Ticket Type], [Ticket Priority]"},
             {"by.purchase_month", "n, mom by month for @2020 to @2021"},
             {"rank.product.sat_bottom",
              "sat_mean as value, least_liked.rank as place, dense as dense_rank by product "
              "sort by sat_mean",
              {{"rank", "place"}, {"row_number", "#"}}},
             {"age",
              "age_mean, age_median, age_p90",
              {{"0", "age_mean"}, {"1", "age_median"}, {"2", "age_p90"}}}}) {
        done.compare(one);
    }
    done.finish("support_tickets", 302, 0);
}

TEST_CASE("patients") {
    const data_set set("patients", {{"events", "tests/data/patients/patients.csv"}});
    tally done(set);
    done.compare({"instances", "instances as value"});
    done.compare({"processing_minutes.by_activity",
                  "instances as n, mean_minutes as mean, processing_median as median, "
                  "processing_p90 as p90, processing_p90_disc as p90_disc, processing_min as min, "
                  "processing_max as max by handling"});
    done.compare(
        {"by.employee", "instances as n, busy_hours by employee", {{"hours", "busy_hours"}}});
    for (const auto& [from, to] :
         {std::pair{"Registration", "Triage and Assessment"}, {"Triage and Assessment", "X-Ray"}}) {
        std::string asked;
        for (const std::string_view what :
             {"n", "mean", "median", "p90", "p90_disc", "min", "max", "negative", "24h_n", "24h"})
            asked += fmt::format("wait_{0}(\"{1}\", \"{2}\") as wait_{0}, ", what, from, to);
        done.compare({fmt::format("wait_hours.{} > {}", from, to),
                      asked + "patient_n",
                      {{"n", "wait_n"},
                       {"mean", "wait_mean"},
                       {"median", "wait_median"},
                       {"p90", "wait_p90"},
                       {"p90_disc", "wait_p90_disc"},
                       {"min", "wait_min"},
                       {"max", "wait_max"},
                       {"negative", "wait_negative"},
                       {"within_24h.num", "wait_24h_n"},
                       {"within_24h.den", "patient_n"},
                       {"within_24h.value", "wait_24h"}},
                      false});
    }
    for (const leaf& one : leaves_of(set.kpi("reach"), true)) {
        const merit::frame of = set.ask(fmt::format(
            "patients_with(\"{0}\") as num, patient_n as den, reach(\"{0}\") as value", one.group));
        done.compare("reach", one, of.at(0, of.find(one.field)));
    }
    done.finish("patients", 107, 0);
}

namespace {

/// What the days of a year have, added up by the host.
double sum_of_days(const data_set& set, const std::string& kpi, const std::string& year) {
    const merit::frame days = set.ask(fmt::format("{} as x by day for @{}", kpi, year));
    double out = 0;
    for (std::size_t row = 0; row < days.rows(); ++row)
        if (const double one = number(days.at(row, 1)); one == one) out += one;
    return out;
}

/// The source moves each day of the year back by a month and adds up what it finds: 30 and 31 March
/// both meet 29 February. Here a year moves back as a whole, to December until November.
void compare_shifted_years(const data_set& set, tally& done) {
    const std::string id = "test_offset_window_with_grain_larger_than_offset";
    for (const leaf& one : leaves_of(set.kpi(id), true)) {
        const std::string year = one.group.substr(0, 4);
        const double now = sum_of_days(set, "bookings_seen", year);
        const double before = sum_of_days(set, "bookings_before", year);
        const auto seen = [](double x) -> merit::value {
            return x > 0 ? merit::value(x) : merit::value(merit::blank_value{});
        };
        done.compare(id, one,
                     one.field == "1"        ? seen(now)
                     : one.field == "2"      ? seen(before)
                     : now > 0 && before > 0 ? merit::value((now - before) / before)
                                             : merit::value(merit::blank_value{}));
    }
    const merit::frame whole = set.ask("bookings_before by year for @2020");
    CHECK(merit::to_string(whole.at(0, 1)) == "218");
}

/// Rows by day, by day and referrer, by referrer, and one row.
void compare_conversions(const data_set& set, tally& done) {
    const std::string days = " by day for @2020-01-01 to @2020-01-12";
    done.compare({"test_conversion_metric", "visit_buy_rate" + days, {{"1", "visit_buy_rate"}}});
    done.compare({"test_conversion_metric_with_categorical_filter",
                  "fb_visit_buy_rate" + days,
                  {{"2", "fb_visit_buy_rate"}}});
    const merit::value two_days =
        set.ask("fb_visit_buy_rate for @2020-01-01 to @2020-01-02").at(0, 0);
    const merit::value buys = set.ask("new_year_buys").at(0, 0);
    for (const auto& [id, have] :
         {std::pair{"test_conversion_metric_with_time_constraint", two_days},
          {"test_conversion_metric_with_filter_not_in_group_by", buys}})
        for (const leaf& one : leaves_of(set.kpi(id), true)) done.compare(id, one, have);
}

}  // namespace

TEST_CASE("metricflow") {
    const std::string at = "tests/data/metricflow/tables/";
    const data_set set("metricflow", {{"bookings", at + "fct_bookings.csv"},
                                      {"revenues", at + "fct_revenue.csv"},
                                      {"users", at + "dim_users_latest.csv"},
                                      {"accounts", at + "fct_accounts.csv"},
                                      {"visits", at + "fct_visits.csv"},
                                      {"buys", at + "fct_buys.csv"}});
    tally done(set);
    done.compare({"own.booking_value",
                  "value_n, value_sum, value_mean, value_median, value_p99, value_p99_disc, "
                  "value_min, value_max",
                  {{"0", "value_n"},
                   {"1", "value_sum"},
                   {"2", "value_mean"},
                   {"3", "value_median"},
                   {"4", "value_p99"},
                   {"5", "value_p99_disc"},
                   {"6", "value_min"},
                   {"7", "value_max"}}});
    done.compare({"test_simple_fill_nulls_with_0_month",
                  "booking_n by month for @2019-01 to @2020-12",
                  {{"1", "booking_n"}},
                  true,
                  7});
    done.compare({"test_offset_window_with_grain_matching_offset",
                  "bookings_seen, bookings_before, bookings_growth by month for @2019 to @2020",
                  {{"1", "bookings_seen"}, {"2", "bookings_before"}, {"3", "bookings_growth"}},
                  true,
                  7});
    compare_shifted_years(set, done);
    done.compare({"test_multiple_cumulative_metrics",
                  "revenue_all_time, revenue_2_months by day for @2020-03-31 to @2020-05-31",
                  {{"1", "revenue_all_time"}, {"2", "revenue_2_months"}}});
    // The source leaves out days without rows in their window; here they have 0.
    done.compare({"test_non_additive_cumulative_metric",
                  "guests_2_days by day for @2019-12-31 to @2020-01-03",
                  {{"1", "guests_2_days"}}});
    done.compare(
        {"test_cumulative_metric_with_metric_definition_filter",
         "revenue_2_months by day for @2020 to @2021 where user.home_state_latest = \"CA\"",
         {{"1", "revenue_2_months"}}});
    compare_conversions(set, done);
    const merit::value first_day = set.ask("balance for @2020-01-01").at(0, 0);
    const merit::frame last_days = set.ask("balance_of_last_days by user");
    const std::map<std::string, std::size_t> users = rows_by_key(last_days);
    for (const leaf& one : leaves_of(set.kpi("own.semi_additive"), true))
        done.compare("own.semi_additive", one,
                     one.field == "0" ? first_day : last_days.at(users.at(one.field), 1));
    done.finish("metricflow", 299, 0);
}
