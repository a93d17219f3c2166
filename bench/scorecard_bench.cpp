// How many rows a second does the scorecard of the README read? examples/maven_crm.kpi over
// generated deals with the columns of the real ones.
//
//   scorecard_bench [ROWS] [RUNS]
//
// Revenue and deals won are compared with a loop written by hand before anything is timed.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "answer.hpp"
#include "deals.hpp"
#include "merit/merit.hpp"

namespace {

const std::string source = MERIT_SOURCE_DIR;
const std::string data_folder = source + "/examples/data/maven_crm/";

std::vector<std::string> texts_of(const merit::table& from, const char* name) {
    std::vector<std::string> out;
    const merit::column& cells = *from.find(name);
    for (std::size_t row = 0; row < cells.size(); ++row)
        out.push_back(std::get<std::string>(cells.at(row)));
    return out;
}

/// By agent: revenue and deals won.
bench::answer by_hand(const bench::deals& rows, const bench::deal_names& names) {
    std::vector<std::int64_t> revenue(names.agents.size());
    std::vector<std::int64_t> won(names.agents.size());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        if (rows.stage[row] != static_cast<std::uint8_t>(bench::deal_stage::won)) continue;
        revenue[rows.agent[row]] += rows.value[row];
        ++won[rows.agent[row]];
    }
    bench::answer out;
    for (std::size_t i = 0; i < revenue.size(); ++i)
        out[names.agents[i]] = {static_cast<double>(revenue[i]), static_cast<double>(won[i])};
    return out;
}

void run_all(std::size_t rows, int runs) {
    merit::tables data;
    for (const auto& [table, file] : std::map<std::string, std::string>{
             {"reps", "sales_teams"}, {"products", "products"}, {"accounts", "accounts"}})
        data[table] = merit::read_csv(data_folder + file + ".csv").value();
    const bench::deal_names names = {texts_of(data["reps"], "sales_agent"),
                                     texts_of(data["products"], "product"),
                                     texts_of(data["accounts"], "account")};
    const bench::deals made = bench::make_deals(rows, 1, names.agents.size(), names.products.size(),
                                                names.accounts.size());
    data["deals"] = bench::view_of(made, names);
    merit::model model;
    for (const auto& [name, table] : data) model.add_table(name, table.schema()).value();
    std::ifstream in(source + "/examples/maven_crm.kpi");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    model.define(text).value();
    merit::run_options how;
    how.as_of = merit::read_instant("2017-12-31").value();
    const merit::query check =
        model.compile("revenue, count(deals where deal_stage = \"Won\") as won by rep").value();
    const std::string difference =
        bench::difference(by_hand(made, names), bench::answer_of(check.run(data, how).value(), 1));
    if (!difference.empty()) throw std::runtime_error("merit answers otherwise: " + difference);
    std::printf("%zu deals, medians of %d runs\n", rows, runs);
    for (const std::string& request : model.shown()) {
        const merit::query query = model.compile(request).value();
        for (const unsigned threads : {1U, 2U}) {
            how.threads = threads;
            const double ms = bench::median_ms(runs, [&] { (void)query.run(data, how).value(); });
            std::printf("%2u thread%s %8.1f ms %8.0f million rows/s   show %s\n", threads,
                        threads == 1 ? " " : "s", ms, static_cast<double>(rows) / ms / 1e3,
                        request.c_str());
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t rows = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 10'000'000;
    const int runs = count > 2 ? std::atoi(arguments[2]) : 7;
    try {
        run_all(rows, runs);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "scorecard_bench: %s\n", failure.what());
        return 1;
    }
}
