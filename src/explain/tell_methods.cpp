// By which method an aggregate comes about that is more than a sum, a count or an extreme.
#include "explain/apportion.hpp"
#include "explain/telling.hpp"

namespace merit::explain {

using engine::quad;
using engine::rows_met;
using language::function;

/// A number of the kind that another value is: "1,318.15 USD", "4.5 days".
std::string telling::amount_text(quad number, const value& like) const {
    if (const auto* money = std::get_if<money_value>(&like)) {
        const std::string text = words_.number(number);
        return money->currency[0] == 0 ? text : text + " " + money->currency;
    }
    if (!std::holds_alternative<duration_value>(like)) return words_.number(number);
    static constexpr phrase days{"{0} days", "{0} 天"};
    static constexpr phrase hours{"{0} h", "{0} 小时"};
    static constexpr phrase seconds{"{0} s", "{0} 秒"};
    constexpr quad second = 1'000'000;
    const quad size = number < 0 ? -number : number;
    const quad unit = size >= 86'400 * second ? 86'400 : size >= 3'600 * second ? 3'600 : 1;
    const phrase& how = unit == 1 ? seconds : unit == 3'600 ? hours : days;
    return how.in(how_.wording, words_.number(number / (unit * second)));
}

/// Which of the values in their order is taken, and how: the rows below are those.
void telling::tell_place(place at, function what, const rows_met& met, into made) const {
    static constexpr phrase middle{
        "median: of the {0} values in ascending order the one in the middle, at place {1}",
        "中位数：{0} 个值由小到大排列，取正中第 {1} 个"};
    static constexpr phrase between{
        "median: of the {0} values in ascending order the mean of the two in the middle, at places "
        "{1} and {2}",
        "中位数：{0} 个值由小到大排列，取正中第 {1} 与第 {2} 个的平均"};
    static constexpr phrase first{
        "discrete: of the {0} values in ascending order the first whose place reaches {1} × {0} = "
        "{2}, at place {3}",
        "离散：{0} 个值由小到大排列，取名次首个达到 {1} × {0} = {2} 者，即第 {3} 个"};
    static constexpr phrase linear{
        "linear between neighbours (R-7): of the {0} values in ascending order the one at place 1 "
        "+ {1} × ({0} − 1) = {2}{3}",
        "相邻值之间线性插值（R-7）：{0} 个值由小到大排列，取第 1 + {1} ×（{0} − 1）= {2} 个{3}"};
    static constexpr phrase part{": {0} + {1} × ({2} − {0})", "：{0} + {1} ×（{2} − {0}）"};
    const std::uint64_t n = met.kept - met.blank;
    const auto place = static_cast<std::int64_t>(met.place);
    const auto rule = [&](std::string words) { add_rule(made, "method", std::move(words)); };
    const text_language how = how_.wording;
    if (what == function::median && met.rest == 0) return rule(middle.in(how, n, met.place));
    if (what == function::median) return rule(between.in(how, n, met.place, met.place + 1));
    if (traced(at).amount == plan::nothing) return;
    const value p = value_of({traced(at).amount, at.row}).value;
    if (what == function::percentile_disc) {
        const quad reached = explain::number_of(p).value_or(0) * static_cast<quad>(n);
        return rule(first.in(how, n, words_.number(p), words_.number(reached), place));
    }
    std::string step;
    const std::vector<explained_row>& taken = made.rows->first;
    if (met.rest != 0 && taken.size() == 2)
        step = part.in(how, words_.number(taken[0].taken), words_.number(met.rest),
                       words_.number(taken[1].taken));
    rule(linear.in(how, n, words_.number(p), words_.number(static_cast<quad>(place) + met.rest),
                   step));
}

void telling::tell_method(place at, function what, const rows_met& met, into made) const {
    static constexpr phrase sample{
        "standard deviation of a sample: √(Σ(x − mean)² / (n − 1)), n = {0}, mean = {1}",
        "样本标准差：√(Σ(x − 平均)² ÷ (n − 1))，n = {0}，平均 = {1}"};
    static constexpr phrase gini{
        "2 × Σ(i × x) / (n × Σx) − (n + 1) / n over x in ascending order, i the place of each: n = "
        "{0}, Σx = {1}",
        "2 × Σ(i × x) ÷ (n × Σx) − (n + 1) ÷ n，x 由小到大排列，i 为其名次：n = {0}，Σx = {1}"};
    static constexpr phrase top{"the largest {0} of {1} have {2} of {3}{4}",
                                "最大的 {0} 个（共 {1} 个）占 {3} 中的 {2}{4}"};
    static constexpr phrase part{"; {0} × {1}, rounded down, are {2}",
                                 "；{0} × {1} 向下取整为 {2}"};
    const std::uint64_t n = met.kept - met.blank;
    if (n == 0 || std::holds_alternative<blank_value>(made.value)) return;
    const value like = made.rows->first.empty() ? value() : made.rows->first.front().taken;
    const auto text = [&](quad number) { return amount_text(number, like); };
    const text_language how = how_.wording;
    switch (what) {
        case function::median:
        case function::percentile:
        case function::percentile_disc:
            return tell_place(at, what, met, made);
        case function::stddev:
            return add_rule(made, "method",
                            sample.in(how, n, text(met.sum / static_cast<quad>(n))));
        case function::gini:
            return add_rule(made, "method", gini.in(how, n, text(met.sum)));
        case function::top_share: {
            if (traced(at).amount == plan::nothing) return;
            const value share = value_of({traced(at).amount, at.row}).value;
            std::string rounded;
            if (!std::holds_alternative<std::int64_t>(share))
                rounded = part.in(how, words_.number(share), n, met.place);
            return add_rule(made, "method",
                            top.in(how, met.place, n, text(met.rest), text(met.sum), rounded));
        }
        default:
            return;
    }
}

}  // namespace merit::explain
