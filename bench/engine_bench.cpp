// How fast are three scorecard requests over generated events, against a loop written by hand for
// exactly these requests, and against DuckDB on the same arrays in the same process?
//
//   engine_bench [--rows N] [--runs N] [--threads N …] [--duckdb LIBRARY] [--varchar] [--seed N]
//                [--processor]
//
// Every contestant's answer is compared with the hand loop's before anything is timed. Then they
// take turns, so that what else the machine does meets all of them. --processor counts the time
// that threads were at work instead of the time that passed.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "answer.hpp"
#include "duckdb.hpp"
#include "events.hpp"
#include "hand_loop.hpp"
#include "merit/merit.hpp"
#include "requests.hpp"

namespace {

struct options {
    std::size_t rows = 20'000'000;
    std::uint64_t seed = 1;
    int runs = 7;
    std::vector<unsigned> threads = {1, 2};
    std::string duckdb;  ///< empty: without that peer
    bench::measure how = bench::measure::wall;
    bool as_enum = true;  ///< DuckDB's fastest type for type and rep; --varchar is its usual one
};

options read_options(int count, char** arguments) {
    options read;
    bool threads_given = false;
    for (int i = 1; i < count; ++i) {
        const std::string name = arguments[i];
        if (name == "--varchar") {
            read.as_enum = false;
            continue;
        }
        if (name == "--processor") {
            read.how = bench::measure::processor;
            continue;
        }
        if (++i == count) throw std::runtime_error(name + " wants a value");
        const char* const text = arguments[i];
        if (name == "--rows")
            read.rows = std::strtoull(text, nullptr, 10);
        else if (name == "--seed")
            read.seed = std::strtoull(text, nullptr, 10);
        else if (name == "--runs")
            read.runs = std::atoi(text);
        else if (name == "--duckdb")
            read.duckdb = text;
        else if (name == "--threads") {
            if (!threads_given) read.threads.clear();
            threads_given = true;
            read.threads.push_back(static_cast<unsigned>(std::atoi(text)));
        } else
            throw std::runtime_error("no such option: " + name);
    }
    return read;
}

void expect_equal(const char* who, const bench::answer& wanted, const bench::answer& given) {
    const std::string difference = bench::difference(wanted, given);
    if (difference.empty()) return;
    throw std::runtime_error(std::string(who) + " answers otherwise: " + difference);
}

struct contestant {
    const char* name;
    std::function<bench::answer()> answer;
    std::function<void()> work;
};

/// All contestants on one request with so many threads; prints one line of the table.
void run_request(const bench::request& what, unsigned threads, const options& with,
                 const bench::events& rows, const merit::query& query, const merit::tables& data,
                 bench::duckdb* peer) {
    merit::run_options how;
    how.threads = threads;
    std::vector<contestant> all = {
        {"merit", [&] { return bench::answer_of(query.run(data, how).value(), what.groups); },
         [&] { (void)query.run(data, how).value(); }},
        {"hand", {}, [&] { (void)bench::hand_loop(rows, what.groups, threads); }}};
    if (peer != nullptr) {
        peer->run("SET threads = " + std::to_string(threads));
        all.push_back(
            {"DuckDB", [&] { return peer->ask(what.sql); }, [&] { (void)peer->ask(what.sql); }});
    }
    const bench::answer wanted = bench::hand_loop(rows, what.groups, threads);
    for (const contestant& one : all) {
        if (one.answer) expect_equal(one.name, wanted, one.answer());
    }
    std::vector<std::vector<double>> times(all.size());
    for (int run = 0; run < with.runs; ++run) {
        for (std::size_t c = 0; c < all.size(); ++c)
            times[c].push_back(bench::elapsed_ms(with.how, all[c].work));
    }
    const double merit_ms = bench::median_of(times[0]);
    const double hand_ms = bench::median_of(times[1]);
    std::printf("%-26s %7u %10.2f %10.2f %9.1fx", what.title, threads, merit_ms, hand_ms,
                merit_ms / hand_ms);
    if (peer != nullptr) {
        const double peer_ms = bench::median_of(times[2]);
        std::printf(" %10.2f %9.1fx", peer_ms, peer_ms / merit_ms);
    }
    std::printf("\n");
    std::fflush(stdout);
}

void run_all(const options& with) {
    const bench::events rows = bench::make_events(with.rows, with.seed);
    const merit::table events = bench::view_of(rows);
    merit::model model;
    model.add_table("events", events.schema()).value();
    model.define(bench::definitions).value();
    const merit::tables data = {{"events", events}};
    std::optional<bench::duckdb> peer;
    if (!with.duckdb.empty()) {
        peer.emplace(with.duckdb);
        peer->load(rows, with.as_enum);
        std::printf("DuckDB %s, type and rep as %s\n", peer->version().c_str(),
                    with.as_enum ? "ENUM" : "VARCHAR");
    }
    std::printf("%zu rows, seed %llu, medians of %d runs in ms%s\n", with.rows,
                static_cast<unsigned long long>(with.seed), with.runs,
                with.how == bench::measure::processor ? " of processor time" : "");
    std::printf("%-26s %7s %10s %10s %10s", "request", "threads", "merit", "by hand", "merit/hand");
    std::printf(peer ? " %10s %10s\n" : "\n", "DuckDB", "DuckDB/merit");
    for (const bench::request& what : bench::requests) {
        const merit::query query = model.compile(what.merit).value();
        for (const unsigned threads : with.threads) {
            run_request(what, threads, with, rows, query, data, peer ? &*peer : nullptr);
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        run_all(read_options(count, arguments));
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "engine_bench: %s\n", failure.what());
        return 1;
    }
}
