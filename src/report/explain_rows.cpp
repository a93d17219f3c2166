// The rows behind an aggregate as lines: a waterfall from all rows of the table to those that
// count.
#include <algorithm>

#include "report/explain_lines.hpp"
#include "report/format.hpp"

namespace merit::report_text {

namespace {

/// Numbers with a sign before them, one above the other.
class waterfall {
public:
    void add(char sign, std::uint64_t number, std::string words) {
        steps_.push_back({sign, grouped(number), std::move(words)});
        width_ = std::max(width_, steps_.back().number.size());
    }
    /// Only where there is something to take away.
    void drop(std::uint64_t number, std::string words) {
        if (number != 0) add('-', number, std::move(words));
    }
    void write(std::vector<std::string>& to) const {
        for (const step& one : steps_)
            to.push_back(std::string(one.sign == '-' ? "− " : std::string{one.sign, ' '}) +
                         std::string(width_ - one.number.size(), ' ') + one.number + "  " +
                         one.words);
    }

private:
    struct step {
        char sign;
        std::string number;
        std::string words;
    };
    std::vector<step> steps_;
    std::size_t width_ = 0;
};

std::string filter_words(const explained_filter& of, text_language how) {
    static constexpr two_words unless{"do not meet: {}", "不满足：{}"};
    static constexpr two_words view{" (of the view)", "（视图的条件）"};
    static constexpr two_words request{" (of the request)", "（请求的条件）"};
    static constexpr two_words around{" (of a `where` around this term)", "（外层 where 的条件）"};
    const bool named = of.text != of.words && of.text.find_first_of(" (=<>!") == of.text.npos;
    static constexpr two_words means{"{}: {}", "{}：{}"};
    std::string out =
        unless.in(how, named && !of.text.empty() ? means.in(how, of.text, of.words) : of.words);
    static constexpr two_words lacking{" (of them without a row in {1}: {0})",
                                       "（其中 {0} 行在 {1} 中没有对应的行）"};
    if (of.unmatched != 0) out += lacking.in(how, grouped(of.unmatched), of.unmatched_in);
    if (of.from == "view") out += view.in(how);
    if (of.from == "request") out += request.in(how);
    if (of.from == "around") out += around.in(how);
    return out;
}

std::string outside_words(const explained_rows& of, bool targets, text_language how) {
    static constexpr two_words other{"not for {}", "不属于 {}"};
    static constexpr two_words outside{"whose {} is outside {}", "{} 不在区间内：{}"};
    static constexpr two_words gone{"not there: {1}", "当时不存续：{1}"};
    static constexpr two_words periods{"of other periods", "属于其他期间"};
    if (of.interval.empty()) return periods.in(how);
    if (of.lasting && targets) return other.in(how, of.interval);
    if (of.lasting) return gone.in(how, of.date_column, of.interval);
    return outside.in(how, of.date_column, of.interval);
}

bool is_own(const explained_filter& of) {
    return of.from == "own" || of.from == "matured" || of.from == "other";
}

void add_filters(const explained_rows& of, bool own, text_language how, waterfall& to) {
    for (const explained_filter& one : of.filters)
        if (is_own(one) == own) to.add('-', one.dropped, filter_words(one, how));
}

/// "row 53 · D053: blank (amount = 100, currency = "?")"
void blank_lines(const explained_rows& of, text_language how, std::vector<std::string>& to) {
    static constexpr two_words row{"row {}", "第 {} 行"};
    static constexpr two_words blank{": blank", "：空"};
    static constexpr two_words cells{" ({})", "（{}）"};
    for (const explained_row& one : of.blanks) {
        std::string text = row.in(how, grouped(one.number));
        if (!one.key.empty()) text += " · " + one_line(one.key);
        text += blank.in(how);
        if (!one.note.empty()) text += cells.in(how, one_line(one.note));
        to.push_back(std::move(text));
    }
}

/// What a row gives: "41,020.37 CNY × 30 % = 12,306.111 CNY".
std::string taken_text(const explained_row& of, text_language how) {
    static constexpr two_words whose{" ({})", "（{}）"};
    static constexpr two_words step{" {} (row {})", " {}（第 {} 行）"};
    const bool shared = !std::holds_alternative<blank_value>(of.share);
    const bool before = !std::holds_alternative<blank_value>(of.before);
    std::string out = before             ? value_text(of.before, {}, how)
                      : of.local.empty() ? value_text(of.taken, {}, how)
                                         : of.local;
    if (!std::holds_alternative<blank_value>(of.weight))
        out += " × " + value_text(of.weight, shared && of.weight == of.share ? "percent" : "", how);
    else if (before)
        out += " × " + value_text(of.share, "percent", how);
    if (shared && !of.user.empty()) out += whose.in(how, one_line(of.user));
    if (before) out += " = " + value_text(of.taken, {}, how);
    for (std::size_t i = 0; i < of.steps.size(); ++i)
        out +=
            (i == 0 ? " ·" : " →") + step.in(how, of.steps[i].first, grouped(of.steps[i].second));
    return out;
}

}  // namespace

void rows_lines(const explained_rows& of, bool targets, text_language how,
                std::vector<std::string>& to) {
    static constexpr two_words rows{"rows in {}", "{} 的行"};
    static constexpr two_words entities{"entities: {}", "实体：{}"};
    static constexpr two_words shares{"shares of the {1} rows in {0}", "份，来自 {0} 的 {1} 行"};
    static constexpr two_words spans{"periods: {}", "期间：{}"};
    static constexpr two_words whose{" ({})", "（{}）"};
    static constexpr two_words later{"not known yet at `as of`", "截至统计时点尚未知"};
    static constexpr two_words later_by{"not known yet: {} is after `as of`",
                                        "截至统计时点尚未知：{} 晚于该时点"};
    static constexpr two_words later_than{"not known yet: {} is after {}", "尚未知：{} 晚于 {}"};
    static constexpr two_words later_on{"not known yet on {}", "截至 {} 尚未知"};
    static constexpr two_words others{"not of this group: {}", "不属于本组：{}"};
    static constexpr two_words undated{"whose {} is blank", "{} 为空"};
    static constexpr two_words scope{"in scope", "在范围内"};
    static constexpr two_words kept{"kept", "保留"};
    static constexpr two_words blank{"blank: nothing to aggregate", "为空：没有可汇总的值"};
    static constexpr two_words refused{" (of them with cells that make no value: {})",
                                       "（其中 {} 行的单元格无法得出值）"};
    static constexpr two_words lacking{" (of them without a row in {1}: {0})",
                                       "（其中 {0} 行在 {1} 中没有对应的行）"};
    static constexpr two_words count{"count", "计入"};
    static constexpr two_words read{"{}: {}", "{}：{}"};
    waterfall steps;
    std::string all = of.periods       ? spans.in(how, of.table)
                      : of.entities    ? entities.in(how, of.table)
                      : of.shared != 0 ? shares.in(how, of.table, grouped(of.shared))
                                       : rows.in(how, of.table);
    if (of.entities && !of.periods && !of.group.empty()) all += " · " + one_line(of.group);
    if (!of.whose.empty()) all += whose.in(how, of.whose);
    steps.add(' ', of.all, std::move(all));
    const std::string& until = of.known_until;
    steps.drop(of.not_known_yet, of.known_by.empty()
                                     ? (until.empty() ? later.in(how) : later_on.in(how, until))
                                 : until.empty() ? later_by.in(how, of.known_by)
                                                 : later_than.in(how, of.known_by, until));
    steps.drop(of.of_other_groups, others.in(how, of.group));
    steps.drop(of.without_date, undated.in(how, of.date_column));
    steps.drop(of.outside_interval, outside_words(of, targets, how));
    add_filters(of, false, how, steps);
    const bool conditions =
        of.in_scope != of.kept ||
        std::any_of(of.filters.begin(), of.filters.end(), [](auto& one) { return is_own(one); });
    if (conditions) steps.add('=', of.in_scope, scope.in(how));
    add_filters(of, true, how, steps);
    const bool untouched = of.periods && of.kept == of.all;
    if (!untouched) steps.add('=', of.kept, kept.in(how));
    if (of.blank != 0) {
        std::string words = blank.in(how);
        if (of.unmatched != 0) words += lacking.in(how, grouped(of.unmatched), of.unmatched_in);
        if (of.refused != 0) words += refused.in(how, grouped(of.refused));
        steps.add('-', of.blank, std::move(words));
        steps.add('=', of.kept - of.blank, count.in(how));
    }
    if (!of.interval.empty()) to.push_back(read.in(how, of.date_column, of.interval));
    steps.write(to);
    blank_lines(of, how, to);
    list_lines(of, how, to);
}

/// "row 3 · 1C1I7A6R · 2017-03-01: 1,054", or "rows 3, 7, 12" where rows are only counted.
void list_lines(const explained_rows& of, text_language how, std::vector<std::string>& to) {
    static constexpr two_words row{"row {}", "第 {} 行"};
    static constexpr two_words more{"… and {} more", "… 另有 {} 行"};
    static constexpr two_words more_ones{"… and {} more", "… 另有 {} 个 {}"};
    static constexpr two_words among{"rows ({}): ", "行（{}）："};
    static constexpr two_words plain{"rows: ", "行："};
    static constexpr two_words keyed{"{} ({})", "{}（{}）"};
    static constexpr two_words comma{", ", "、"};
    const std::uint64_t counted = of.kept - std::min(of.kept, of.blank);
    const std::uint64_t left =
        counted > of.first.size() && !of.decisive ? counted - of.first.size() : 0;
    static constexpr two_words taken{"it is taken from:", "取自："};
    if (of.decisive && !of.first.empty()) to.push_back(taken.in(how));
    if (of.entities) {
        if (left != 0 && !of.first.empty())
            to.push_back(more_ones.in(how, grouped(left), one_line(of.table)));
        return;
    }
    std::string line;
    for (const explained_row& one : of.first) {
        const bool valued = !std::holds_alternative<blank_value>(one.taken);
        if (!valued) {
            const std::string number = grouped(one.number);
            line += (line.empty() ? "" : comma.in(how)) +
                    (one.key.empty() ? number : keyed.in(how, number, one_line(one.key)));
            continue;
        }
        std::string text = row.in(how, grouped(one.number));
        if (!one.key.empty()) text += " · " + one_line(one.key);
        if (!std::holds_alternative<blank_value>(one.at))
            text += " · " + (one.when.empty() ? value_text(one.at, {}, how) : one.when);
        text += colon(how) + taken_text(one, how);
        for (const explained_rate& rate : one.rates) text += " · " + rate_text(rate, how);
        to.push_back(std::move(text));
    }
    if (!line.empty()) {
        if (left != 0)
            line += (how == text_language::chinese ? "" : " ") + more.in(how, grouped(left));
        to.push_back((of.key_column.empty() ? plain.in(how) : among.in(how, of.key_column)) + line);
    } else if (left != 0 && !of.first.empty()) {
        to.push_back(more.in(how, grouped(left)));
    }
}

std::string rate_text(const explained_rate& of, text_language how) {
    static constexpr two_words used{"{} at 1 {} = {} {} of {}", "{0}，按 {4} 的 1 {1} = {2} {3}"};
    const bool inverse = of.inverse;
    return used.in(how, value_text(of.amount, {}, how), inverse ? of.to : of.from,
                   value_text(of.rate, {}, how), inverse ? of.from : of.to,
                   of.when.empty() ? value_text(of.at, {}, how) : of.when);
}

}  // namespace merit::report_text
