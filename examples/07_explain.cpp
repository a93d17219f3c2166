// Why a score is what it is: the formula with its values, down to the rows of the tables.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <merit/merit.hpp>
#include <string>

int main() {
    const std::string name = "examples/maven_crm.kpi";
    const std::string folder = "examples/data/maven_crm/";
    std::ifstream in(name);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};

    merit::model model;
    merit::tables data;
    for (const auto& [table, file] :
         std::map<std::string, std::string>{{"deals", "sales_pipeline.csv"},
                                            {"reps", "sales_teams.csv"},
                                            {"products", "products.csv"},
                                            {"accounts", "accounts.csv"}}) {
        data[table] = merit::read_csv(folder + file).value();
        model.add_table(table, data[table].schema()).value();
    }
    model.define(text, name).value();

    merit::run_options with;
    with.as_of = merit::read_instant("2017-12-31").value();
    const merit::query query = model.compile("sales_rep sort by sales_rep.rank").value();
    const merit::frame answer = query.run(data, with).value();

    // The first row's score; two rows of each aggregate are enough here.
    merit::explain_options how;
    how.rows = 2;
    const merit::explanation told = answer.explain(0, answer.find("sales_rep.score"), how).value();
    std::cout << merit::to_text(told);
}
