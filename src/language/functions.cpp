#include "language/functions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace merit::language {

namespace {

using enum function_kind;
using f = function;

constexpr std::uint8_t any = 255;

constexpr function_entry entries[] = {
    // aggregates
    {"count", "计数", aggregate, f::count, 0, 1, "count(table where …)",
     "rows, entities, or values that are not blank"},
    {"sum", "求和", aggregate, f::sum, 1, 1, "sum(x)", "exact sum; 0 over no rows"},
    {"avg", "平均", aggregate, f::avg, 1, 1, "avg(x)", "mean of the values that are not blank"},
    {"min", "最小", aggregate, f::min, 1, 1, "min(x)", "smallest value"},
    {"max", "最大", aggregate, f::max, 1, 1, "max(x)", "largest value"},
    {"earliest", "最早", aggregate, f::min, 1, 1, "earliest(t)", "first of the times"},
    {"latest", "最晚", aggregate, f::max, 1, 1, "latest(t)", "last of the times"},
    {"median", "中位数", aggregate, f::median, 1, 1, "median(x)",
     "middle value, linear between two"},
    {"stddev", "标准差", aggregate, f::stddev, 1, 1, "stddev(x)",
     "sample standard deviation (n - 1)"},
    {"percentile", "百分位", aggregate, f::percentile, 2, 2, "percentile(x, p)",
     "linear percentile (R-7)"},
    {"percentile_disc", "离散百分位", aggregate, f::percentile_disc, 2, 2, "percentile_disc(x, p)",
     "smallest value whose cumulative share reaches p"},
    {"count_distinct", "去重计数", aggregate, f::count_distinct, 1, 1, "count_distinct(x)",
     "different values"},
    {"count_if", "条件计数", aggregate, f::count_if, 1, 1, "count_if(condition)",
     "rows on which it holds"},
    {"share", "占比", aggregate, f::share, 1, 1, "share(condition)",
     "part of the rows in scope on which it holds"},
    {"first", "首个", aggregate, f::first, 1, 1, "first(x by t)", "value of the earliest row"},
    {"last", "末个", aggregate, f::last, 1, 1, "last(x by t)", "value of the latest row"},
    {"weighted_avg", "加权平均", aggregate, f::weighted_avg, 1, 1, "weighted_avg(x, by: w)",
     "mean weighted by w"},
    {"any_of", "任一", aggregate, f::any_of, 1, 1, "any_of(condition)",
     "true if it holds on some row"},
    {"all_of", "全都", aggregate, f::all_of, 1, 1, "all_of(condition)",
     "true if it holds on every row"},
    {"text_list", "文本列表", aggregate, f::text_list, 1, 1, "text_list(x by t)",
     "texts in order, joined by ' > '"},
    {"top_share", "头部占比", aggregate, f::top_share, 1, 1, "top_share(x, top: 20%)",
     "share of the total held by the largest"},
    {"gini", "基尼系数", aggregate, f::gini, 1, 1, "gini(x)",
     "concentration, 0 equal to 1 all in one"},
    // conditionals
    {"if", "如果", scalar, f::if_, 2, 3, "if(condition, then, else)",
     "only the taken branch is evaluated"},
    {"ifs", "多重如果", scalar, f::ifs, 2, any, "ifs(c1, x1, c2, x2, …, else)",
     "the first value whose condition holds"},
    {"if_blank", "空值替换", scalar, f::if_blank, 2, any, "if_blank(x, other)",
     "x, or other when x is blank"},
    {"reason", "原因", scalar, f::reason_of, 1, 1, "reason(x)", "why a KPI is blank, as text"},
    // numbers
    {"abs", "绝对值", scalar, f::abs, 1, 1, "abs(x)", "size without sign"},
    {"round", "四舍五入", scalar, f::round, 1, 2, "round(x, digits)", "half away from zero"},
    {"floor", "向下取整", scalar, f::floor, 1, 1, "floor(x)", "largest whole number not above x"},
    {"ceil", "向上取整", scalar, f::ceil, 1, 1, "ceil(x)", "smallest whole number not below x"},
    {"sqrt", "平方根", scalar, f::sqrt, 1, 1, "sqrt(x)", "square root; blank below 0"},
    {"mod", "取余", scalar, f::mod, 2, 2, "mod(x, y)", "remainder with the sign of y"},
    {"least", "取小", scalar, f::least, 2, any, "least(a, b, …)", "smallest of its arguments"},
    {"greatest", "取大", scalar, f::greatest, 2, any, "greatest(a, b, …)",
     "largest of its arguments"},
    {"clamp", "限制", scalar, f::clamp, 3, 3, "clamp(x, low, high)",
     "x, but not outside low to high"},
    // text
    {"lower", "小写", scalar, f::lower, 1, 1, "lower(s)", "lower case"},
    {"upper", "大写", scalar, f::upper, 1, 1, "upper(s)", "upper case"},
    {"trim", "去空格", scalar, f::trim, 1, 1, "trim(s)", "without spaces at both ends"},
    {"left", "左取", scalar, f::left, 2, 2, "left(s, n)", "first n characters"},
    {"right", "右取", scalar, f::right, 2, 2, "right(s, n)", "last n characters"},
    {"replace", "替换", scalar, f::replace, 3, 3, "replace(s, old, new)",
     "every occurrence replaced"},
    {"concat", "连接", scalar, f::concat, 1, any, "concat(a, b, …)", "texts joined"},
    {"contains", "包含", scalar, f::contains, 2, 2, "contains(s, part)",
     "true if part occurs in s"},
    {"starts_with", "开头是", scalar, f::starts_with, 2, 2, "starts_with(s, part)",
     "true if s begins with part"},
    {"split_part", "拆分取", scalar, f::split_part, 3, 3, "split_part(s, separator, n)",
     "the n-th part, from 1"},
    {"length", "长度", scalar, f::length, 1, 1, "length(s)", "characters"},
    // conversions
    {"to_number", "转数字", scalar, f::to_number, 1, 1, "to_number(s)",
     "blank when it is no number"},
    {"to_date", "转日期", scalar, f::to_date, 1, 2, "to_date(s, pattern)",
     "blank when it does not fit"},
    {"to_timestamp", "转时间", scalar, f::to_timestamp, 1, 2, "to_timestamp(s, pattern)",
     "blank when it does not fit"},
    {"to_duration", "转时长", scalar, f::to_duration, 1, 2, "to_duration(s, pattern)",
     "blank when it does not fit"},
    // time
    {"date", "日期", scalar, f::date_of, 1, 1, "date(t)", "the day of a time"},
    {"start_of", "起始", scalar, f::start_of, 2, 2, "start_of(t, month)",
     "first day of the unit that holds t"},
    {"year", "年份", scalar, f::year, 1, 1, "year(t)", "calendar year"},
    {"quarter", "季度数", scalar, f::quarter, 1, 1, "quarter(t)", "1 to 4"},
    {"month", "月份", scalar, f::month, 1, 1, "month(t)", "1 to 12"},
    {"day", "日", scalar, f::day, 1, 1, "day(t)", "day of the month"},
    {"weekday", "星期", scalar, f::weekday, 1, 1, "weekday(t)", "Monday 1 to Sunday 7"},
    {"iso_week", "周数", scalar, f::iso_week, 1, 1, "iso_week(t)", "ISO 8601 week number"},
    {"hour", "时", scalar, f::hour, 1, 1, "hour(t)", "0 to 23"},
    {"months_between", "月数差", scalar, f::months_between, 2, 2, "months_between(a, b)",
     "month borders from a to b"},
    {"work_time", "工作时长", scalar, f::work_time, 2, 3, "work_time(from, to, calendar)",
     "open time of a calendar from one time to another"},
    {"add_work_time", "加工作时长", scalar, f::add_work_time, 2, 3,
     "add_work_time(t, 8h, calendar)", "when so much open time has passed since t"},
    {"work_days", "工作日", scalar, f::work_days, 2, 3, "work_days(a, b, calendar)",
     "working days from a to b, both counted"},
    {"in_work_hours", "工作时间内", scalar, f::in_work_hours, 1, 2, "in_work_hours(t, calendar)",
     "true while the calendar is open"},
    {"bucket", "分箱", scalar, f::bucket, 2, 2, "bucket(x, width)",
     "lower border of the bucket that holds x"},
    // money
    {"convert", "换算", scalar, f::convert, 3, 4, "convert(m, \"USD\", at, rates)",
     "another currency, by the last rate at or before a time"},
    // judging
    {"score", "得分", scalar, f::score, 1, 1, "score(x, floor:, goal:)",
     "0 at the floor, 100 at the goal, clamped"},
    {"weighted", "加权", scalar, f::weighted_blank, 1, any,
     "weighted(60% of a, 40% of b, missing:)", "weights that sum to 100 %"},
    {"tier", "阶梯", scalar, f::tier, 2, 2, "tier(table, x)", "value of the tier that holds x"},
    {"tier_marginal", "累进", scalar, f::tier_marginal, 2, 2, "tier_marginal(table, x)",
     "each part of x by its own tier"},
    {"tier_interpolated", "插值", scalar, f::tier_interpolated, 2, 2, "tier_interpolated(table, x)",
     "linear between tiers"},
    // targets
    {"growth", "增长率", scalar, f::growth, 1, 2, "growth(m, 1 year ago)", "relative change"},
    {"同比", "", scalar, f::growth, 1, 2, "同比(m)", "growth(m, 1 year ago)"},
    {"环比", "", scalar, f::growth, 1, 2, "环比(m)", "growth(m, previous period)"},
    {"change", "变化", scalar, f::change, 2, 2, "change(m, shift)", "difference"},
    {"target", "目标", scalar, f::target, 1, 2, "target(m)", "target of a KPI"},
    {"attainment", "达成率", scalar, f::attainment, 1, 2, "attainment(m)",
     "part of the target reached"},
    {"rank", "排名", peer, f::rank, 1, 1, "rank(m across d)", "place among peers"},
    {"percent_rank", "百分比排名", peer, f::percent_rank, 1, 1, "percent_rank(m across d)",
     "place, 0 to 100"},
    {"ntile", "分位组", peer, f::ntile, 2, 2, "ntile(m across d, k)", "group of k"},
    {"minmax", "极差归一", peer, f::minmax, 1, 1, "minmax(m across d)", "0 to 100 between peers"},
    {"zscore", "标准分", peer, f::zscore, 1, 1, "zscore(m across d)", "standard score"},
    {"allot", "分配", peer, f::allot, 2, 2, "allot(pool, x across d)", "largest remainder"},
    {"next", "下一个", row, f::next, 1, 1, "next(x per k)", "the next row's value"},
    {"previous", "上一个", row, f::previous, 1, 1, "previous(x per k)", "the previous row's value"},
};

constexpr std::pair<std::string_view, std::string_view> spreadsheet_aliases[] = {
    {"average", "avg"},      {"iferror", "if_blank"},
    {"ifblank", "if_blank"}, {"countdistinct", "count_distinct"},
    {"countif", "count_if"}, {"ceiling", "ceil"},
    {"len", "length"},
};

std::string folded(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return out;
}

/// Full-width letters as the plain ones they look like.
std::string narrow(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
        const bool wide = at + 2 < text.size() && byte(0) == 0xEF;
        if (wide && byte(1) == 0xBC && byte(2) >= 0xA1 && byte(2) <= 0xBA) {
            out += static_cast<char>('A' + (byte(2) - 0xA1));
            at += 2;
        } else if (wide && byte(1) == 0xBD && byte(2) >= 0x81 && byte(2) <= 0x9A) {
            out += static_cast<char>('a' + (byte(2) - 0x81));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

/// Optimal string alignment distance (Damerau), over bytes; names are short.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before[j - 2] + 1);
            }
        }
        before = std::exchange(last, now);
    }
    return last[b.size()];
}

}  // namespace

std::span<const function_entry> function_table() {
    return entries;
}

const function_entry* find_function(std::string_view name) {
    std::string wanted = folded(name);
    for (const auto& [alias, real] : spreadsheet_aliases) {
        if (wanted == alias) wanted = real;
    }
    for (const function_entry& entry : entries) {
        if (wanted == entry.name || (!entry.chinese.empty() && name == entry.chinese))
            return &entry;
    }
    return nullptr;
}

std::string_view name_of(function what) {
    switch (what) {
        case f::none:
            return "none";
        case f::add:
            return "+";
        case f::subtract:
            return "-";
        case f::multiply:
            return "*";
        case f::divide:
            return "/";
        case f::power:
            return "^";
        case f::negate:
            return "-";
        case f::equal:
            return "=";
        case f::not_equal:
            return "!=";
        case f::less:
            return "<";
        case f::less_equal:
            return "<=";
        case f::greater:
            return ">";
        case f::greater_equal:
            return ">=";
        case f::logical_and:
            return "and";
        case f::logical_or:
            return "or";
        case f::logical_not:
            return "not";
        case f::in:
            return "in";
        case f::is_blank:
            return "is blank";
        case f::add_span:
            return "add_span";
        case f::to_double:
            return "to_double";
        case f::to_decimal:
            return "to_decimal";
        case f::date_to_timestamp:
            return "date_to_timestamp";
        case f::units_between:
            return "units_between";
        case f::weighted_reweight:
        case f::whole_reweight:
            return "weighted_reweight";
        case f::weighted_zero:
        case f::whole_zero:
            return "weighted_zero";
        case f::contribution_blank:
            return "contribution";
        case f::contribution_reweight:
            return "contribution_reweight";
        case f::contribution_zero:
            return "contribution_zero";
        case f::rank:
            return "rank";
        default:
            break;
    }
    for (const function_entry& entry : entries) {
        if (entry.what == what) return entry.name;
    }
    return what == f::whole_blank ? "weighted" : "?";
}

bool takes_condition(function what) {
    return what == f::count_if || what == f::share || what == f::any_of || what == f::all_of;
}

std::vector<std::string> near_names(std::string_view wrong, std::span<const std::string> among) {
    const std::string low = folded(narrow(wrong));
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& name : among) {
        if (name.size() > 64 || wrong.size() > 64) continue;
        // Names of very different length cannot be near.
        const std::size_t gap =
            name.size() > low.size() ? name.size() - low.size() : low.size() - name.size();
        if (gap > std::max<std::size_t>(1, std::min(low.size(), name.size()) / 3)) continue;
        const std::size_t apart = distance(low, folded(name));
        // Of names of one letter each is near each, which says nothing.
        if (apart < std::max(low.size(), name.size()) &&
            apart <= std::max<std::size_t>(1, std::min(wrong.size(), name.size()) / 3))
            found.emplace_back(apart, name);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::vector<std::string> out;
    for (std::size_t i = 0; i < found.size() && out.size() < 3; ++i) out.push_back(found[i].second);
    return out;
}

}  // namespace merit::language
