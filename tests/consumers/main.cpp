// What every consumer builds: rows and a formula in, the right number out.
#include <merit/merit.hpp>

#include <cstdio>

int main() {
    const merit::table deals = merit::read_csv_text("stage\nwon\nlost\nwon\n").value();
    merit::model model;
    model.add_table("deals", deals.schema()).value();
    model.define("kpi wins = count(deals where stage = \"won\")").value();
    const merit::frame answer = model.compile("wins").value().run({{"deals", deals}}).value();
    std::fputs(merit::to_text(answer).c_str(), stdout);
    return answer.at(0, 0) == merit::value{std::int64_t{2}} ? 0 : 1;
}
