#include "language/keywords.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace merit::language {

namespace {

using k = token_kind;

constexpr keyword word(std::string_view english, std::string_view chinese, token_kind kind) {
    return {english, chinese, {{kind, merit::unit::none}}, 1};
}

constexpr keyword unit_word(std::string_view english, std::string_view chinese, merit::unit unit) {
    return {english, chinese, {{token_kind::unit, unit}}, 1};
}

/// A Chinese spelling that stands for several English words.
constexpr keyword phrase(std::string_view chinese, token_kind a, token_kind b) {
    return {{}, chinese, {{a, merit::unit::none}, {b, merit::unit::none}}, 2};
}

constexpr keyword to_date(std::string_view chinese, merit::unit unit) {
    return {{},
            chinese,
            {{k::word_over, merit::unit::none},
             {token_kind::unit, unit},
             {k::word_to, merit::unit::none},
             {k::word_date, merit::unit::none}},
            4};
}

// The first row of a kind gives the spelling that messages and the printer use.
constexpr keyword table[] = {
    // statements
    word("kpi", "指标", k::word_kpi),
    word("entity", "实体", k::word_entity),
    word("table", "表", k::word_table),
    word("targets", "目标表", k::word_targets),
    word("calendar", "日历", k::word_calendar),
    word("rates", "汇率", k::word_rates),
    word("column", "列", k::word_column),
    word("scorecard", "记分卡", k::word_scorecard),
    word("tiers", "阶梯", k::word_tiers),
    word("funnel", "漏斗", k::word_funnel),
    word("attribute", "属性", k::word_attribute),
    word("show", "展示", k::word_show),
    word("let", "令", k::word_let),
    word("param", "参数", k::word_param),
    word("def", "函数", k::word_def),
    word("import", "导入", k::word_import),
    // inside blocks and requests
    word("weight", "权重", k::word_weight),
    word("floor", "底线", k::word_floor),
    word("goal", "目标", k::word_goal),
    word("missing", "缺失", k::word_missing),
    word("bands", "等级", k::word_bands),
    word("step", "步骤", k::word_step),
    word("below", "低于", k::word_below),
    word("from", "来自", k::word_from),
    word("to", "至", k::word_to),
    word("", "到", k::word_to),
    word("for", "时段", k::word_for),
    word("having", "满足", k::word_having),
    word("sort", "排序", k::word_sort),
    word("down", "降序", k::word_down),
    word("as", "作为", k::word_as),
    // operators
    word("and", "且", k::word_and),
    word("", "并且", k::word_and),
    word("", "和", k::word_and),
    word("or", "或", k::word_or),
    word("", "或者", k::word_or),
    word("not", "非", k::word_not),
    word("in", "属于", k::word_in),
    word("is", "是", k::word_is),
    word("between", "介于", k::word_between),
    word("within", "在", k::word_within),
    word("after", "之后", k::word_after),
    word("before", "之前", k::word_before),
    word("of", "的", k::word_of),
    phrase("不属于", k::word_not, k::word_in),
    phrase("为空", k::word_is, k::word_blank),
    // clauses
    word("where", "其中", k::word_where),
    word("per", "每个", k::word_per),
    word("every", "所有", k::word_every),
    word("on", "计于", k::word_on),
    word("at", "于", k::word_at),
    word("end", "末", k::word_end),
    word("start", "初", k::word_start),
    phrase("期末", k::word_at, k::word_end),
    phrase("期初", k::word_at, k::word_start),
    word("across", "跨", k::word_across),
    word("all", "全部", k::word_all),
    word("except", "除", k::word_except),
    word("", "除了", k::word_except),
    word("by", "按", k::word_by),
    word("over", "覆盖", k::word_over),
    word("trailing", "最近", k::word_trailing),
    phrase("近", k::word_over, k::word_trailing),
    word("prior", "前溯", k::word_prior),
    word("date", "今", k::word_date),
    phrase("至今", k::word_to, k::word_date),
    to_date("本年至今", merit::unit::year),
    to_date("年初至今", merit::unit::year),
    to_date("本季至今", merit::unit::quarter),
    to_date("季初至今", merit::unit::quarter),
    to_date("本月至今", merit::unit::month),
    to_date("月初至今", merit::unit::month),
    word("ago", "前", k::word_ago),
    word("previous", "上一", k::word_previous),
    word("period", "期间", k::word_period),
    phrase("上期", k::word_previous, k::word_period),
    phrase("截至", k::word_as, k::word_of),
    word("unfiltered", "不筛选", k::word_unfiltered),
    word("matured", "满期", k::word_matured),
    // constants
    word("true", "真", k::word_true),
    word("false", "假", k::word_false),
    word("blank", "空", k::word_blank),
    // units
    unit_word("second", "秒", merit::unit::second),
    unit_word("minute", "分钟", merit::unit::minute),
    unit_word("hour", "小时", merit::unit::hour),
    unit_word("hour", "个小时", merit::unit::hour),
    unit_word("day", "天", merit::unit::day),
    unit_word("day", "日", merit::unit::day),
    unit_word("week", "周", merit::unit::week),
    unit_word("month", "月", merit::unit::month),
    unit_word("month", "个月", merit::unit::month),
    unit_word("quarter", "季度", merit::unit::quarter),
    unit_word("quarter", "个季度", merit::unit::quarter),
    unit_word("year", "年", merit::unit::year),
    unit_word("fiscal_month", "财月", merit::unit::fiscal_month),
    unit_word("fiscal_quarter", "财季", merit::unit::fiscal_quarter),
    unit_word("fiscal_year", "财年", merit::unit::fiscal_year),
    unit_word("seconds", "", merit::unit::second),
    unit_word("minutes", "", merit::unit::minute),
    unit_word("hours", "", merit::unit::hour),
    unit_word("days", "", merit::unit::day),
    unit_word("weeks", "", merit::unit::week),
    unit_word("months", "", merit::unit::month),
    unit_word("quarters", "", merit::unit::quarter),
    unit_word("years", "", merit::unit::year),
    unit_word("fiscal_months", "", merit::unit::fiscal_month),
    unit_word("fiscal_quarters", "", merit::unit::fiscal_quarter),
    unit_word("fiscal_years", "", merit::unit::fiscal_year),
};

using word_map = std::unordered_map<std::string_view, const keyword*>;

const word_map& words() {
    static const word_map all = [] {
        word_map made;
        for (const keyword& one : table) {
            if (!one.english.empty()) made.emplace(one.english, &one);
            if (!one.chinese.empty()) made.emplace(one.chinese, &one);
        }
        return made;
    }();
    return all;
}

constexpr std::size_t longest_word = 24;  // bytes; anything longer is a name without a look-up

/// A keyword that was glued to the front of `rest`, or null. Single characters count only where
/// they can begin a clause or a condition: `按`, `跨`, `且`, `或`, `非`, `近`.
const keyword* glued_at(std::string_view rest, bool at_front) {
    const keyword* found = nullptr;
    for (const keyword& one : table) {
        if (one.chinese.empty() || !rest.starts_with(one.chinese)) continue;
        const bool one_character = one.chinese.size() == 3;
        const k kind = one.parts[0].kind;
        const bool opens = kind == k::word_by || kind == k::word_across || kind == k::word_and ||
                           kind == k::word_or || kind == k::word_not || one.chinese == "近";
        if (one_character && !(at_front && opens)) continue;
        if (kind == k::unit || (!is_reserved(kind) && one.count == 1)) continue;
        if (found == nullptr || one.chinese.size() > found->chinese.size()) found = &one;
    }
    return found;
}

}  // namespace

std::span<const keyword> keywords() {
    return table;
}

const keyword* find_keyword(std::string_view word) {
    if (word.size() > longest_word) return nullptr;
    std::array<char, longest_word> lower{};
    std::transform(word.begin(), word.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto found = words().find(std::string_view(lower.data(), word.size()));
    return found == words().end() ? nullptr : found->second;
}

std::string_view spelling(token_kind kind) {
    for (const keyword& one : table) {
        if (one.count == 1 && one.parts[0].kind == kind && !one.english.empty()) return one.english;
    }
    return {};
}

std::string_view spelling(merit::unit unit) {
    for (const keyword& one : table) {
        if (one.count == 1 && one.parts[0].unit == unit && unit != merit::unit::none) {
            return one.english;
        }
    }
    return {};
}

std::optional<std::string> glue_hint(std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if ((static_cast<unsigned char>(name[at]) & 0xC0) == 0x80) continue;  // inside a character
        const keyword* const found = glued_at(name.substr(at), at == 0);
        if (found == nullptr) continue;
        const std::string_view before = name.substr(0, at);
        const std::string_view after = name.substr(at + found->chinese.size());
        std::string split(before);
        for (const std::string_view piece : {found->chinese, after}) {
            if (!split.empty() && !piece.empty()) split += ' ';
            split += piece;
        }
        return split == name ? std::nullopt : std::optional(split);
    }
    return std::nullopt;
}

}  // namespace merit::language
