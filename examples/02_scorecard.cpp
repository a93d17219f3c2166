// A scorecard from a file of formulas: what `merit run` does, by hand.
#include <merit/merit.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

int main() {
    const std::string name = "examples/maven_crm.kpi";
    const std::string folder = "examples/data/maven_crm/";
    const std::map<std::string, std::string> files = {{"deals", folder + "sales_pipeline.csv"},
                                                      {"reps", folder + "sales_teams.csv"},
                                                      {"products", folder + "products.csv"},
                                                      {"accounts", folder + "accounts.csv"}};
    std::ifstream in(name);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};

    merit::model model;
    merit::tables data;
    // The file may say how its tables are read: types, date patterns, separators.
    const auto declared = merit::declared_tables(text, name).value();
    for (const merit::table_declaration& one : declared) {
        data[one.name] = merit::read_csv(files.at(one.name), one.csv).value();
        model.add_table(one.name, data[one.name].schema()).value();
    }
    model.define(text, name).value();

    merit::run_options with;
    with.threads = 2;
    with.as_of = merit::read_instant("2017-12-31").value();
    for (const std::string& request : model.shown()) {
        const merit::frame answer = model.compile(request).value().run(data, with).value();
        std::cout << merit::to_text(answer) << "\n";
    }
}
