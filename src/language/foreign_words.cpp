#include "language/foreign_words.hpp"

#include <span>
#include <utility>

namespace merit::language {

namespace {

using pair = std::pair<std::string_view, std::string_view>;

std::string_view found_in(std::span<const pair> known, std::string_view word) {
    std::string low(word);
    for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const auto& [foreign, instead] : known)
        if (low == foreign) return instead;
    return {};
}

}  // namespace

std::string_view instead_of_word(std::string_view word) {
    static constexpr pair words[] = {
        {"if", "if(condition, value, other value)"},
        {"then", "if(condition, value, other value)"},
        {"else", "if(condition, value, other value)"},
        {"case", "ifs(condition, value, …, other value)"},
        {"when", "ifs(condition, value, …, other value)"},
        {"select", "what is shown, then by, for, where: sum(deals.amount) by rep"},
        {"distinct", "count_distinct(x)"},
        {"group", "by alone, as in `by rep`"},
        {"order", "sort by"},
        {"like", "contains(x, \"part\") or starts_with(x, \"part\")"},
        {"desc", "down"},
        {"asc", "sort by x, which goes upward"},
        {"top", "a condition on the place: having rank(x across rep) <= 10"},
        {"null", "blank"},
        {"since", "for @2026-01 to @2026-03"},
        {"during", "for @2026-03"},
        {"limit", "a condition on the place: having rank(x across rep) <= 10"},
        {"div", "/"},
        {"显示", "展示"},
        {"查看", "展示"},
        {"查询", "展示"},
        {"当", "其中"},
        {"筛选", "其中"},
        {"过滤", "其中"},
        {"条件", "其中"},
        {"分组", "按"},
        {"按照", "按"},
        {"那么", "如果(条件, 值, 否则的值)"},
        {"否则", "如果(条件, 值, 否则的值)"},
        {"升序", "排序 x，默认由小到大"},
        {"倒序", "降序"},
        {"加", "+"},
        {"减", "-"},
        {"乘", "*"},
        {"乘以", "*"},
        {"除以", "/"},
        {"等于", "="},
        {"不等于", "!="},
        {"大于", ">"},
        {"小于", "<"},
        {"大于等于", ">="},
        {"小于等于", "<="},
        {"不为空", "是 非 空"},
        {"去年", "1年前"},
        {"上年", "1年前"},
        {"上月", "1个月前"},
        {"上个月", "1个月前"},
        {"上季度", "1个季度前"},
        {"上周", "1周前"},
        {"本月", "时段 @2026-03"},
        {"本季度", "时段 @2026Q1"},
        {"今年", "时段 @2026"},
        {"本年", "时段 @2026"},
        {"前十", "满足 排名(x 跨 销售) <= 10"},
    };
    return found_in(words, word);
}

std::string window_meant(std::string_view word) {
    for (const std::string_view lead : {"最近", "过去"}) {
        if (!word.starts_with(lead) || word.size() == lead.size()) continue;
        const char next = word[lead.size()];
        if ('0' <= next && next <= '9') return "近" + std::string(word.substr(lead.size()));
    }
    return {};
}

std::string_view instead_of_function(std::string_view name) {
    static constexpr pair functions[] = {
        {"sumif", "sum(x where condition)"},
        {"sumifs", "sum(x where condition)"},
        {"countifs", "count(rows where condition)"},
        {"averageif", "avg(x where condition)"},
        {"averageifs", "avg(x where condition)"},
        {"mean", "avg(x)"},
        {"total", "sum(x)"},
        {"sumproduct", "sum(x * y)"},
        {"unique", "count_distinct(x)"},
        {"countd", "count_distinct(x)"},
        {"coalesce", "if_blank(x, value)"},
        {"ifnull", "if_blank(x, value)"},
        {"nvl", "if_blank(x, value)"},
        {"isnull", "x is blank"},
        {"isblank", "x is blank"},
        {"iif", "if(condition, value, other value)"},
        {"switch", "ifs(condition, value, …, other value)"},
        {"len", "length(x)"},
        {"date_trunc", "start_of(t, month)"},
        {"datediff", "later - earlier"},
        {"dateadd", "t + 3 days"},
        {"today", "as_of"},
        {"now", "as_of"},
        {"row_number", "rank(x across rep)"},
        {"dense_rank", "rank(x across rep, ties: \"dense\")"},
        {"quantile", "percentile(x, 90%)"},
        {"vlookup", "the column by way of its entity: deals.rep.team"},
        {"xlookup", "the column by way of its entity: deals.rep.team"},
        {"lookup", "the column by way of its entity: deals.rep.team"},
        {"合计", "求和(x)"},
        {"总和", "求和(x)"},
        {"总计", "求和(x)"},
        {"汇总", "求和(x)"},
        {"条件求和", "求和(x 其中 条件)"},
        {"总数", "计数(x)"},
        {"个数", "计数(x)"},
        {"数量", "计数(x)"},
        {"去重", "去重计数(x)"},
        {"不重复计数", "去重计数(x)"},
        {"均值", "平均(x)"},
        {"平均值", "平均(x)"},
        {"平均数", "平均(x)"},
        {"最大值", "最大(x)"},
        {"最小值", "最小(x)"},
        {"中值", "中位数(x)"},
        {"比例", "占比(条件)"},
        {"比率", "占比(条件)"},
        {"判断", "如果(条件, 值, 否则的值)"},
        {"若", "如果(条件, 值, 否则的值)"},
        {"是否为空", "x 为空"},
        {"增长", "增长率(x, 1年前)"},
        {"名次", "排名(x 跨 销售)"},
        {"今天", "as_of"},
    };
    return found_in(functions, name);
}

std::string_view property_meant(std::string_view word) {
    static constexpr pair properties[] = {
        {"时间", "time"},         {"主键", "key"},          {"键", "key"},
        {"编号", "key"},          {"排序", "order"},        {"顺序", "order"},
        {"记录时间", "recorded"}, {"录入时间", "recorded"}, {"类型", "kind"},
        {"分摊", "split"},        {"分成", "split"},        {"计划", "planned"},
        {"文件", "file"},         {"实体", "entity"},       {"时区", "zone"},
        {"周", "week"},           {"财年", "fiscal_year"},  {"工时", "hours"},
        {"工作时间", "hours"},    {"节假日", "holidays"},   {"假期", "holidays"},
        {"调休", "extra"},        {"加班", "extra"},        {"期间", "periods"},
    };
    return found_in(properties, word);
}

}  // namespace merit::language
