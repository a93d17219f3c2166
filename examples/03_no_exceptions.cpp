// The same library without a single exception: every call that can fail returns a result.
#include <merit/merit.hpp>

#include <iostream>

namespace {

constexpr const char* csv =
    "id,agent,stage,amount\n"
    "1,North,won,120\n"
    "2,North,lost,80\n"
    "3,South,won,200\n"
    "4,South,,40\n";

int report(const merit::error& failure) {
    std::cout << failure.to_string() << "\n";
    return 1;
}

/// Defines a text, asks for a request and prints the answer, or every mistake that was found.
int answer(const merit::table& deals, const char* formulas, const char* request) {
    merit::model model;
    if (auto added = model.add_table("deals", deals.schema()); !added) return report(added.error());
    if (auto defined = model.define(formulas, "formulas"); !defined) return report(defined.error());
    const auto query = model.compile(request);
    if (!query) return report(query.error());
    const auto frame = query->run({{"deals", deals}});
    if (!frame) return report(frame.error());
    std::cout << merit::to_csv(*frame) << "\n";
    return 0;
}

}  // namespace

int main() {
    const auto deals = merit::read_csv_text(csv, {}, "deals.csv");
    if (!deals) return report(deals.error());

    // Two mistakes in one text: both are told, with their places and repairs.
    answer(*deals,
           "kpi revenue = sum(deals.amuont where stage = \"won\")\n"
           "kpi average = deals.amount / count(deals)\n",
           "revenue by agent");
    // A mistake of the request.
    answer(*deals, "kpi revenue = sum(deals.amount where stage = \"won\")\n", "revenu by agent");
    // A row that breaks its file.
    if (const auto torn = merit::read_csv_text("id,agent\n1,North\n2\n", {}, "torn.csv"); !torn)
        report(torn.error());
    return answer(*deals, "kpi revenue = sum(deals.amount where stage = \"won\")\n",
                  "revenue, count(deals) as deals by agent");
}
