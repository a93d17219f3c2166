// Chinese of what is said about what is likely not meant, and about security filters.
#include "core/translation.hpp"

namespace merit::translation {

namespace {

// clang-format off
constexpr entry hints_entries[] = {
    {"this is a mean of ratios: every {} weighs the same, however much lies behind its ratio",
     "这是比率的平均：每个 {0} 权重相同，不管它背后的数量有多大"},
    {"this is a sum of ratios, one of each {}", "这是把每个 {0} 的比率相加"},
    {"for the ratio of all together write {}", "要整体的比率，请写 {0}"},
    {"divide a sum by a sum: sum(x) / sum(y)", "请用合计除以合计：sum(x) / sum(y)"},
    {"for the ratio of all together write {} / {}", "要整体的比率，请写 {0} / {1}"},
    {"this is a mean of ratios: every row of {} weighs the same, however large it is",
     "这是比率的平均：表 {0} 的每一行权重相同，不管它有多大"},
    {"this is placed in time by `{}`, the time of {}, which has {} too",
     "它按 `{0}`（表 {1} 的时间列）归入期间，但表里还有 {2}"},
    {"say which is meant: on {} in the brackets, or table {} {{ time: {} }}",
     "请说明用哪一个：在括号里写 on {0}，或写 table {1} {{ time: {2} }}"},
    {"a {} is judged before its {} have passed", "{0} 还没满 {1} 就被评判了"},
    {"write `matured {}` behind the date, so that only those old enough count",
     "请在日期后面写 `matured {0}`，只统计已满期限的"},
    {"write `matured` and one of the {} more behind the date, so that only those old enough count",
     "请在日期后面写 `matured`，期限再多一个单位（{0}），只统计已满期限的"},
    {"`{}` is better when low, but `{}` puts the highest first",
     "`{0}` 越低越好，但 `{1}` 把最高的排在最前"},
    {"`{}.{}` is what the latest rows say, in past periods too",
     "`{0}.{1}` 取自最新的行，过去的期间也用今天的值"},
    {"what was true then is an aggregate: last(x by t) over all to date; if today's {} is meant, "
     "write `@allow H303` before the kpi or the attribute",
     "要当时的值，请用聚合：last(x by t) over all to date；如果就是要今天的 {0}，在指标或属性前写"
     " `@allow H303`"},
    {"`{}` is not known here, and will be missed where this definition is called",
     "这里不认识 `{0}`，调用这个定义时会出错"},
    {"a ratio (0 to 1)", "比率（0 到 1）"},
    {"in points (0 to 100)", "分数（0 到 100）"},
    {"in {}", "单位 {0}"},
    {"parts of different scales are weighed: `{}` is {}, `{}` is {}",
     "加权的各部分量纲不同：`{0}` 是{1!}，`{2}` 是{3!}"},
    {"bring it to points: score({}, goal: 100%)", "请换成分数：score({0}, goal: 100%)"},
    {"bring it to points: score({}, floor: …, goal: …)",
     "请换成分数：score({0}, floor: …, goal: …)"},
    {"the coefficients look like weights, but sum to {} %, not 100 %",
     "这些系数像是权重，但合计 {0} %，不是 100 %"},
    {"write weighted({}), whose weights must sum to 100 %",
     "请写 weighted({0})，它要求权重合计 100 %"},
    {"scorecard `{}` has {} part{}; 3 to 5 can be kept in mind, and balance each other",
     "记分卡 `{0}` 有 {1} 个分项；3 到 5 个才记得住，也能互相制衡"},
    {"add what else makes the work good", "请补上工作好坏的其他方面"},
    {"keep what matters most, or split it", "请只留最重要的，或拆成几张"},
    {"part `{}` counts rows of {}, and what is scored by number gets done for the number",
     "分项 `{0}` 只是数表 {1} 的行；按数量打分，就会有人凑数量"},
    {"score a result or a rate; if the rows are results, say `@allow H505`",
     "请对结果或比率打分；如果这些行本身就是结果，写 `@allow H505`"},
    {"part `{}` does not say its unit", "分项 `{0}` 没有说明单位"},
    {"part `{}` does not say which direction is good", "分项 `{0}` 没有说明越高越好还是越低越好"},
    {"part `{}` does not say its unit, nor which direction is good",
     "分项 `{0}` 没有说明单位，也没有说明越高越好还是越低越好"},
    {"before the kpi write `@good up` or `@good down`", "请在指标前写 `@good up` 或 `@good down`"},
    {"before the kpi write its unit, such as `@unit percent`",
     "请在指标前写单位，如 `@unit percent`"},
    {"before the kpi write both, such as `@unit percent @good up`",
     "请在指标前写明两者，如 `@unit percent @good up`"},
    {"`{}` is better when high, but its goal lies below its floor",
     "`{0}` 越高越好，但目标低于底线"},
    {"`{}` is better when low, but its goal lies above its floor",
     "`{0}` 越低越好，但目标高于底线"},
    {"exchange floor and goal, or correct `@good`", "请对调底线和目标，或改正 `@good`"},
    {"a security filter comes before rates are known", "安全过滤先于汇率，不能用汇率"},
    {"compare amounts of one currency", "请比较同一币种的金额"},
    {"this condition reads no row of {}", "这个条件没有用到表 {0} 的任何一行"},
    {"give {0} a column or an entity of that name, or open {0} to all",
     "请给表 {0} 加上这个名称的列或实体，或把表 {0} 对所有人开放"},
    {"there is no table `{}` that could be open", "没有可以开放的表 `{0}`"},
    {"correct its name", "请改正名称"},
    {"security filter", "安全过滤"},
};
// clang-format on

}  // namespace

std::span<const entry> of_hints() {
    return hints_entries;
}

}  // namespace merit::translation
