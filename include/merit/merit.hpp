// Merit: KPI formulas in, explained scores out. A whole program:
//
//   #include <merit/merit.hpp>
//   #include <iostream>
//
//   int main() {
//       merit::table deals = merit::read_csv("sales_pipeline.csv").value();
//       merit::model model;
//       model.add_table("deals", deals.schema(), {.entity = "deal", .key = "opportunity_id", .time
//       = "close_date"}).value(); auto defined = model.define(R"(
//           @unit percent
//           kpi win_rate = count(deals where deal_stage = "Won") / count(deals where deal_stage in
//           ("Won", "Lost"))
//       )");
//       if (!defined) {
//           std::cerr << defined.error().to_string();   // every mistake at once, with caret
//           pictures return 1;
//       }
//       merit::query query = model.compile("win_rate by sales_agent, quarter").value();  //
//       immutable, shared by threads std::cout << merit::to_text(query.run({{"deals", deals}},
//       {.threads = 2}).value());
//   }
#pragma once

#include "merit/csv.hpp"
#include "merit/diagnostic.hpp"
#include "merit/frame.hpp"
#include "merit/limits.hpp"
#include "merit/model.hpp"
#include "merit/query.hpp"
#include "merit/report.hpp"
#include "merit/result.hpp"
#include "merit/schema.hpp"
#include "merit/table.hpp"
#include "merit/value.hpp"
