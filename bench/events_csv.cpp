// Writes the benches' data as CSV: events_csv FOLDER [ROWS] [SEED] makes events.csv and reps.csv.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "events.hpp"

namespace {

using output = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

output opened(const std::string& path) {
    output file(std::fopen(path.c_str(), "wb"), &std::fclose);
    if (!file) {
        std::perror(path.c_str());
        std::exit(1);
    }
    return file;
}

/// "2024-01-31T09:30:00Z", to the second.
std::string written_time(std::int64_t microseconds) {
    using namespace std::chrono;
    const sys_seconds at{seconds{microseconds / 1'000'000}};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss clock{at - day};
    char text[32];
    std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int{date.year()},
        unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return text;
}

void write_events(const std::string& path, const bench::events& rows) {
    const output file = opened(path);
    const std::vector<std::string> reps = bench::rep_names();
    std::fputs("ts,type,rep,customer,opportunity,amount,score\n", file.get());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        std::fprintf(file.get(), "%s,%s,%s,%s,%lld,%lld.%02lld,",
                     written_time(rows.time[row]).c_str(), bench::type_names[rows.type[row]],
                     reps[rows.rep[row]].c_str(), bench::customer_name(rows.customer[row]).c_str(),
                     static_cast<long long>(rows.opportunity[row]),
                     static_cast<long long>(rows.amount[row] / 100),
                     static_cast<long long>(rows.amount[row] % 100));
        if (rows.has_score(row)) std::fputc('0' + static_cast<int>(rows.score[row]), file.get());
        std::fputc('\n', file.get());
    }
}

void write_reps(const std::string& path) {
    const output file = opened(path);
    const std::vector<std::string> reps = bench::rep_names();
    std::fputs("rep,team\n", file.get());
    for (std::size_t rep = 0; rep < reps.size(); ++rep) {
        std::fprintf(file.get(), "%s,%s\n", reps[rep].c_str(), bench::team_of(rep).c_str());
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fputs("usage: events_csv FOLDER [ROWS] [SEED]\n", stderr);
        return 2;
    }
    const std::string folder = arguments[1];
    const std::size_t rows = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
    const std::uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1;
    write_events(folder + "/events.csv", bench::make_events(rows, seed));
    write_reps(folder + "/reps.csv");
}
