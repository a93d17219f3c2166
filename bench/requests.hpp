// The three requests of the engine bench, once for each contestant.
#pragma once

#include <array>

namespace bench {

struct request {
    const char* title;
    const char* merit;  ///< over `definitions`
    const char* sql;    ///< group columns as one text, then measures as doubles
    int groups;         ///< 0: none, 1: by rep, 2: by rep and month
};

inline constexpr const char* definitions = R"(
    table events { time: ts }
    kpi leads = count(events where type = "lead")
    kpi wins = count(events where type = "won")
    kpi conversion = wins / leads
    kpi revenue = sum(amount where type = "won")
    kpi average_deal = avg(amount where type = "won")
    kpi satisfaction = avg(score)
)";

#define MERIT_SIX                                                                              \
    "(count(*) FILTER (WHERE type = 'lead'))::DOUBLE,"                                         \
    "(count(*) FILTER (WHERE type = 'won'))::DOUBLE,"                                          \
    "count(*) FILTER (WHERE type = 'won') / nullif(count(*) FILTER (WHERE type = 'lead'), 0)," \
    "coalesce(sum(amount) FILTER (WHERE type = 'won'), 0)::DOUBLE,"                            \
    "avg(amount) FILTER (WHERE type = 'won'), avg(score)"

inline constexpr std::array<request, 3> requests = {{
    {"won / lead", "conversion",
     "SELECT '', count(*) FILTER (WHERE type = 'won') /"
     " nullif(count(*) FILTER (WHERE type = 'lead'), 0) FROM events",
     0},
    {"six KPIs by rep", "leads, wins, conversion, revenue, average_deal, satisfaction by rep",
     "SELECT rep::VARCHAR, " MERIT_SIX " FROM events GROUP BY rep", 1},
    {"the same by rep and month",
     "leads, wins, conversion, revenue, average_deal, satisfaction by rep, month",
     "SELECT rep::VARCHAR || ' ' || strftime(date_trunc('month', ts), '%Y-%m'), " MERIT_SIX
     " FROM events GROUP BY rep, date_trunc('month', ts)",
     2},
}};

#undef MERIT_SIX

}  // namespace bench
