// 中文记分卡 - a scorecard whose keywords, functions, columns and labels are Chinese.
#include <fstream>
#include <iostream>
#include <iterator>
#include <merit/merit.hpp>
#include <string>

int main() {
    const merit::table deals = merit::read_csv("examples/data/chinese/deals.csv").value();
    const merit::table reps = merit::read_csv("examples/data/chinese/reps.csv").value();
    std::ifstream in("examples/chinese.kpi");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};

    merit::model model;
    model.add_table("商机", deals.schema()).value();
    model.add_table("销售", reps.schema()).value();
    model.define(text, "chinese.kpi").value();
    for (const std::string& request : model.shown()) {
        const merit::query query = model.compile(request).value();
        const merit::frame answer = query.run({{"商机", deals}, {"销售", reps}}).value();
        std::cout << merit::to_text(answer, merit::text_language::chinese) << "\n";
    }
    // 写错的公式：指出位置和改法。A slip is shown with its place and its repair.
    const auto slip = model.define("指标 均价 = 平均（商机.金颔 其中 阶段 = “赢单”）", "均价");
    std::cout << slip.error().to_string(merit::text_language::chinese);
}
