// Merit: KPI formulas in, explained scores out. A whole program, examples/01_quickstart.cpp:
//
//   #include <merit/merit.hpp>
//
//   #include <iostream>
//
//   int main() {
//       merit::table deals = merit::read_csv("examples/data/maven_crm/sales_pipeline.csv").value();
//       merit::model model;
//       model.add_table("deals", deals.schema()).value();
//       model.define(R"(
//           table deals { time: close_date }
//           @unit percent
//           kpi win_rate = count(deals where deal_stage = "Won") /
//                          count(deals where deal_stage in ("Won", "Lost"))
//       )").value();
//       merit::query query = model.compile("win_rate, count(deals) as deals by quarter").value();
//       std::cout << merit::to_text(query.run({{"deals", deals}}).value());
//   }
//
// Whatever can fail returns a `result`: test it and read `error()`, or let `value()` throw. A query
// is immutable and may run in any number of threads.
#pragma once

#include "merit/csv.hpp"
#include "merit/diagnostic.hpp"
#include "merit/explain.hpp"
#include "merit/frame.hpp"
#include "merit/limits.hpp"
#include "merit/model.hpp"
#include "merit/query.hpp"
#include "merit/report.hpp"
#include "merit/result.hpp"
#include "merit/schema.hpp"
#include "merit/table.hpp"
#include "merit/value.hpp"
#include "merit/version.hpp"
