// Chinese of what is said about rows in time, funnels, credit and targets.
#include "core/translation.hpp"

namespace merit::translation {

namespace {

// clang-format off
constexpr entry entity_entries[] = {
    // rows beside a row
    {"`{}` goes by time, and table {} has none", "`{0}` 按时间查找，但表 {1} 没有时间"},
    {"`{}` looks from one row to another", "`{0}` 是从一行看另一行"},
    {"`{}` takes one value and its clauses", "`{0}` 只接受一个值和它的子句"},
    {"add `time: <column>` to table {}", "请在表 {0} 中加上 `time: <列名>`"},
    {"rows have entities or columns in common, not this", "行与行之间共有的是实体或列，不能是这个"},
    {"this clause has no place in `{}`", "这个子句不能放在 `{0}` 里"},
    {"write it in a column: column orders.before = {}(paid_at per customer)",
     "请写在计算列里：column orders.before = {0}(paid_at per customer)"},
    // kinds, borders
    {"`{}` is no kind of table", "`{0}` 不是表的种类"},
    {"write events, snapshot, changes, interval(from, to) or versions(from, to)",
     "请写 events、snapshot、changes、interval(from, to) 或 versions(from, to)"},
    {"it is not said what the rows of {} change", "没有说明 {0} 的行是什么的变更"},
    {"declare what they refer to, such as `deal: deal_id`",
     "请声明它们引用的实体，如 `deal: deal_id`"},
    {"changes need a time, and table {} has none", "变更需要时间，但表 {0} 没有时间"},
    {"snapshots need a time, and table {} has none", "快照需要时间，但表 {0} 没有时间"},
    {"the rows of {} are events, so nothing says which hold at one instant",
     "{0} 的行是事件，无法判断某一时刻哪些行有效"},
    {"table {} {{ kind: interval(from, to) }}, or snapshot, or changes",
     "table {0} {{ kind: interval(from, to) }}，或 snapshot，或 changes"},
    {"one end of the interval is enough", "只能取区间的一端"},
    {"keep one of the two", "请保留其中一个"},
    {"table {} has two versions of {} {} at one time: rows {} and {}",
     "表 {0} 中 {1} {2} 在同一时间有两个版本：第 {3} 行和第 {4} 行"},
    {"let one version end where the next begins", "请让一个版本在下一个开始时结束"},
    // credit
    {"a split names its table and three of its columns", "分成要写明份额表和它的三个列"},
    {"give its file with --data, or add it to the model",
     "请用 --data 给出它的文件，或把它加入模型"},
    {"it is not said which entity `{}` of {} is", "没有说明 {1} 的 `{0}` 是哪个实体"},
    {"a share is a number, not {}", "份额应是数字，而不是 {0!}"},
    {"write shares such as 0.25 or 25%", "请把份额写成 0.25 或 25%"},
    {"`{}` needs whole rows, and here the rows of {} are shared",
     "`{0}` 需要完整的行，而这里 {1} 的行是分成的"},
    {"use sum, count or avg, or ask without the dimension that has the shares",
     "请用 sum、count 或 avg，或去掉带份额的维度"},
    {"the shares of {} {} sum to {}, not to 100%: rows {} of table {}",
     "{0} {1} 的份额合计为 {2}，不是 100%：表 {4} 的第 {3} 行"},
    {"correct them, or leave all out to give it to one", "请改正份额，或全部删去、归一个人"},
    {"rows repeated by their shares or periods exceed 2^32", "按份额或期间展开后的行数超过 2^32"},
    {"ask for a shorter range or a coarser unit", "请缩短范围或改用更粗的单位"},
    // funnels
    {"a funnel folds entities, but stands where each row has a value",
     "漏斗汇总的是实体，却写在每行取值的地方"},
    {"a funnel goes by time, and table {} has none", "漏斗按时间推进，但表 {0} 没有时间"},
    {"the rows of {} do not refer to a `{}`", "{0} 的行没有引用 `{1}`"},
    {"`{}` is a step already", "步骤 `{0}` 已经存在"},
    {"a funnel has two to {} steps", "漏斗要有二到 {0} 个步骤"},
    {"funnel `{}` has no step `{}`", "漏斗 `{0}` 没有步骤 `{1}`"},
    {"its steps are {}", "它的步骤是 {0}"},
    {"a funnel has no `{}`", "漏斗没有 `{0}`"},
    {"`{}` does not come behind `{}`", "`{0}` 不在 `{1}` 之后"},
    {"{0}.rate({1}, {2})   {0}.count({2})   {0}.median_time({1}, {2})",
     "{0}.rate({1}, {2})   {0}.count({2})   {0}.median_time({1}, {2})"},
    // targets
    {"targets need the rows, their time, their period and the value",
     "目标需要写明行、时间、周期和目标值"},
    {"give the targets another name", "请给目标另取一个名字"},
    {"`{}` is no {} of targets", "`{0}` 不能作为目标的 {1}"},
    {"period: \"month\", spread: \"days\", \"workdays\" or \"equal\", roll: \"sum\", \"avg\" or "
     "\"last\", missing: \"blank\" or \"zero\", prorate: \"days\" or \"workdays\"",
     "period: \"month\"，spread: \"days\"、\"workdays\" 或 \"equal\"，roll: \"sum\"、\"avg\" 或 "
     "\"last\"，missing: \"blank\" 或 \"zero\"，prorate: \"days\" 或 \"workdays\""},
    {"targets have no property `{}`, and no entity has that name",
     "目标没有属性 `{0}`，也没有叫这个名字的实体"},
    {"a target is a number or an amount, not {}", "目标值应是数字或金额，而不是 {0!}"},
    {"value: a column with numbers", "value: 一个数字列"},
    {"`prorate` needs to know from when to when a {} is there",
     "`prorate` 需要知道 {0} 从何时到何时在岗"},
    {"there are no targets", "没有定义目标"},
    {"there are no targets `{}`", "没有名为 `{0}` 的目标"},
    {"there are {}", "有 {0}"},
    {"several targets fit", "有多个目标都适用"},
    {"name one: target({}, {})", "请指明一个：target({0}, {1})"},
    {"a target is that of a group, not of a row", "目标属于分组，不属于行"},
    {"`{}` takes the name of a KPI", "`{0}` 接受一个指标的名字"},
    {"the targets are for a {}, and a {} is asked", "目标按 {0} 设定，而查询按 {1}"},
    {"say how they are spread: targets {} {{ spread: \"workdays\" }}",
     "请说明如何分摊：targets {0} {{ spread: \"workdays\" }}"},
    {"targets of `{}` cannot be added up: it is neither a count nor a sum",
     "`{0}` 的目标不能相加：它既不是计数也不是求和"},
    {"say how: targets {} {{ roll: \"avg\" }}, or \"last\"",
     "请说明方式：targets {0} {{ roll: \"avg\" }}，或 \"last\""},
};
// clang-format on

}  // namespace

std::span<const entry> of_entities() {
    return entity_entries;
}

}  // namespace merit::translation
