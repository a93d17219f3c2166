// The whole way from a file and a formula to an answer.
#include <merit/merit.hpp>

#include <iostream>

int main() {
    merit::table deals = merit::read_csv("examples/data/maven_crm/sales_pipeline.csv").value();
    merit::model model;
    model.add_table("deals", deals.schema()).value();
    model.define(R"(
        table deals { time: close_date }
        @unit percent
        kpi win_rate = count(deals where deal_stage = "Won") /
                       count(deals where deal_stage in ("Won", "Lost"))
    )").value();
    merit::query query = model.compile("win_rate, count(deals) as deals by quarter").value();
    std::cout << merit::to_text(query.run({{"deals", deals}}).value());
}
