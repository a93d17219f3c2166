// How many megabytes of formulas a second does the front end read? Text to canonical text
// (merit::format) stands for parsing: it is the door that needs no schema.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "answer.hpp"
#include "merit/merit.hpp"

namespace {

/// A file of KPIs as people write them, numbered so that no name comes twice.
std::string formulas(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string n = std::to_string(i);
        text += "## Share of closed deals that were won, variant " + n +
                ".\n"
                "@unit percent @good up\n"
                "kpi win_rate_" +
                n +
                " = count(deals where stage = \"won\" on closed_at)"
                " / count(deals where stage in (\"won\", \"lost\") on closed_at)\n"
                "kpi rep_score_" +
                n +
                " = weighted(60% of conversion_rate,"
                " 40% of satisfaction / 5, missing: \"blank\")\n"
                "kpi net_" +
                n + " = (sum(price * qty where stage = \"won\") - 12.5 * " + n +
                ")"
                " / if(a + b * 2 >= 0.25, 1_000, -c)\n";
    }
    return text;
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t copies = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 2'000;
    const int runs = count > 2 ? std::atoi(arguments[2]) : 7;
    const std::string text = formulas(copies);
    const auto once = merit::format(text);
    if (!once || merit::format(*once).value() != *once) {
        std::fputs(once ? "format is not stable\n" : once.error().what(), stderr);
        return 1;
    }
    const double format_ms = bench::median_ms(runs, [&] { (void)merit::format(text).value(); });
    const double tables_ms =
        bench::median_ms(runs, [&] { (void)merit::declared_tables(text).value(); });
    const double megabytes = static_cast<double>(text.size()) / 1e6;
    std::printf("%.2f MB of formulas, medians of %d runs\n", megabytes, runs);
    std::printf("parse            %8.2f ms %8.1f MB/s\n", tables_ms, megabytes / tables_ms * 1e3);
    std::printf("parse and print  %8.2f ms %8.1f MB/s\n", format_ms, megabytes / format_ms * 1e3);
}
