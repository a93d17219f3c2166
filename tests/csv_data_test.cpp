// The CSV reader on the data sets that come with the project.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "merit/csv.hpp"

using namespace merit;

namespace {

const std::string root = MERIT_SOURCE_DIR;

std::string types_of(const table& from) {
    std::string out;
    for (const field& each : from.schema().fields) {
        out += (out.empty() ? "" : ", ") + each.name + " " + each.type.to_string();
    }
    return out;
}

std::map<std::string, int> counts_of(const table& from, const char* name) {
    const column& cells = *from.find(name);
    std::map<std::string, int> out;
    for (std::size_t row = 0; row < cells.size(); ++row) ++out[to_string(cells.at(row))];
    return out;
}

std::size_t blanks_of(const table& from, const char* name) {
    return from.find(name)->zones().blanks;
}

nlohmann::json json_of(const std::string& path) {
    std::ifstream file(path);
    return nlohmann::json::parse(file);
}

}  // namespace

TEST_CASE("maven_crm") {
    const std::string folder = root + "/examples/data/maven_crm/";
    const table deals = read_csv(folder + "sales_pipeline.csv").value();
    CHECK(deals.rows() == 8'800);
    CHECK(types_of(deals) ==
          "opportunity_id text, sales_agent text, product text, account text, deal_stage text, "
          "engage_date date, close_date date, close_value int");
    CHECK(counts_of(deals, "deal_stage") ==
          std::map<std::string, int>{
              {"Engaging", 1'589}, {"Lost", 2'473}, {"Prospecting", 500}, {"Won", 4'238}});
    CHECK(counts_of(deals, "product")["GTXPro"] == 1'480);
    CHECK(blanks_of(deals, "account") == 1'425);
    CHECK(blanks_of(deals, "close_date") == 2'089);
    CHECK(to_string(date_value{
              static_cast<std::int32_t>(deals.find("close_date")->zones().high)}) == "2017-12-31");
    CHECK(deals.find("sales_agent")->storage() == storage::code8);
    const table accounts = read_csv(folder + "accounts.csv").value();
    CHECK(accounts.rows() == 85);
    CHECK(types_of(accounts) ==
          "account text, sector text, year_established int, revenue decimal(2), employees int, "
          "office_location text, subsidiary_of text");
    CHECK(read_csv(folder + "products.csv")->rows() == 7);
    CHECK(read_csv(folder + "sales_teams.csv")->rows() == 35);
}

TEST_CASE("support_tickets") {
    const std::string path = root + "/tests/data/support_tickets/customer_support_tickets.csv";
    csv_options options;
    options.types["Date of Purchase"] = {type_kind::date, {"M/D/YYYY"}};
    options.types["First Response Time"] = {type_kind::timestamp, {"M/D/YYYY H:MM"}};
    options.types["Time to Resolution"] = {type_kind::timestamp, {"M/D/YYYY H:MM"}};
    const table tickets = read_csv(path, options).value();
    REQUIRE(tickets.rows() == 8'470);
    for (std::size_t i = 0; i < tickets.schema().fields.size(); ++i) {
        CHECK_FALSE(tickets.at(i).present(8'469));  // the last record is of empty fields
        CHECK(tickets.at(i).present(8'468) == (tickets.at(i).at(8'468) != value(blank_value{})));
    }
    CHECK(counts_of(tickets, "Ticket Status") ==
          std::map<std::string, int>{
              {"", 1}, {"Closed", 2'769}, {"Open", 2'819}, {"Pending Customer Response", 2'881}});
    CHECK(blanks_of(tickets, "First Response Time") == 8'470 - 5'650);
    CHECK(to_string(tickets.find("First Response Time")->at(0)) == "2023-06-01T12:15:00Z");
    CHECK(to_string(tickets.find("Date of Purchase")->at(0)) == "2021-03-22");
    CHECK(to_string(tickets.find("Ticket Description")->at(0)).find("\n\nYour billing zip code") !=
          std::string::npos);
}

TEST_CASE("patients") {
    const table events = read_csv(root + "/tests/data/patients/patients.csv").value();
    CHECK(events.rows() == 5'442);
    CHECK(types_of(events) ==
          "handling text, patient int, employee text, handling_id int, registration_type text, "
          "time timestamp");
    CHECK(counts_of(events, "registration_type") ==
          std::map<std::string, int>{{"complete", 2'721}, {"start", 2'721}});
    CHECK(counts_of(events, "patient").size() == 500);
}

TEST_CASE("metricflow: inferred types agree with the declared ones") {
    const std::string folder = root + "/tests/data/metricflow/";
    const std::map<std::string, std::vector<std::string>> fitting = {
        {"STRING", {"text"}},
        {"INT", {"int"}},
        {"BOOLEAN", {"bool"}},
        {"FLOAT", {"double", "decimal(2)", "decimal(1)", "int"}},
        {"TIME", {"date", "timestamp"}},
    };
    csv_options options;
    options.blank = "\\N";
    int columns = 0;
    const nlohmann::json tables = json_of(folder + "schema.json");
    for (const auto& [name, declared] : tables.items()) {
        const table read = read_csv(folder + "tables/" + name + ".csv", options).value();
        CHECK(read.rows() > 0);
        for (const auto& [column, type] : declared.items()) {
            const std::string inferred = read.find(column)->type().to_string();
            const std::vector<std::string>& good = fitting.at(type.get<std::string>());
            const bool fits = std::find(good.begin(), good.end(), inferred) != good.end();
            const std::string told = name + "." + column + " " + inferred;
            CHECK_MESSAGE(fits, told);
            ++columns;
        }
    }
    CHECK(columns > 60);
    CHECK(read_csv(folder + "tables/transactions_seed.csv")->rows() == 50);
}
