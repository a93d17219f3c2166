// Scores, weighted means and tiers: which rule gave the points.
#include <algorithm>

#include "core/decimal.hpp"
#include "explain/apportion.hpp"
#include "explain/telling.hpp"

namespace merit::explain {

using engine::quad;
using language::function;

namespace {

bool is_blank(const value& what) {
    return std::holds_alternative<blank_value>(what);
}

using missing = telling::missing;

missing mode_of(function what) {
    switch (what) {
        case function::weighted_reweight:
        case function::whole_reweight:
        case function::contribution_reweight:
            return missing::reweight;
        case function::weighted_zero:
        case function::whole_zero:
        case function::contribution_zero:
            return missing::zero;
        default:
            return missing::blank;
    }
}

/// Up to so many digits behind the point, without idle zeros.
std::string number_text(quad number, int digits = 6) {
    std::string out = fmt::format("{:.{}f}", static_cast<double>(number), digits);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
}

/// More digits behind the point than that, beyond what a double may be off by.
bool has_more_places(quad number, unsigned places) {
    const quad units = number * static_cast<quad>(engine::power_of_ten(places));
    const quad whole = static_cast<quad>(static_cast<int128>(units + (units < 0 ? -0.5 : 0.5)));
    const quad apart = units < whole ? whole - units : units - whole;
    return apart > quad{1e-4};
}

std::string percent(quad share) {
    return number_text(share * 100, 4) + "%";
}

}  // namespace

void telling::tell_score(place at, into made) {
    add(made, operand(at, 0), "value");
    add(made, operand(at, 1), "floor");
    add(made, operand(at, 2), "goal");
    const auto x = explain::number_of(value_of(through(operand(at, 0))).value);
    const auto floor = explain::number_of(value_of(through(operand(at, 1))).value);
    const auto goal = explain::number_of(value_of(through(operand(at, 2))).value);
    if (!x || !floor || !goal || *floor == *goal) return;
    const bool falling = *goal < *floor;
    const bool at_floor = falling ? *x >= *floor : *x <= *floor;
    const bool at_goal = falling ? *x <= *goal : *x >= *goal;
    static constexpr phrase low{"it has not passed the floor: 0 points", "未超过下限：0 分"};
    static constexpr phrase high{"it has reached the goal: 100 points", "已达到目标：100 分"};
    static constexpr phrase linear{"linear: 100 × (value − floor) / (goal − floor)",
                                   "线性：100 ×（值 − 下限）÷（目标 − 下限）"};
    static constexpr phrase places{"rounded to nine places", "四舍五入至九位小数"};
    const phrase& said = at_floor ? low : at_goal ? high : linear;
    add_rule(made,
             at_floor  ? "clamped_to_floor"
             : at_goal ? "clamped_to_goal"
                       : "linear",
             std::string(said.in(how_.wording)));
    const bool inside = !at_floor && !at_goal;
    if (inside && has_more_places(100 * (*x - *floor) / (*goal - *floor), 9))
        add_rule(made, "rounded", std::string(places.in(how_.wording)));
}

/// What a part of a weighted mean is called: by what is scored.
std::string telling::part_name(place at) const {
    const explained_term made = value_of(at);
    if (!made.name.empty()) return made.name;
    if (term(at).kind == language::op::constant) return words_.words(traced(at).term);
    const bool scored = term(at).what == function::score;
    return scored ? part_name(through(operand(at, 0))) : made.text;
}

/// Weights and scores in pairs; of a contribution they stand behind the number of its part.
void telling::tell_weighted(place at, into made) {
    const missing mode = mode_of(term(at).what);
    const std::size_t first = traced(at).of.size() % 2;
    std::vector<quad> exact;
    std::vector<std::size_t> present;
    quad weights = 0;
    for (std::size_t i = first; i + 1 < traced(at).of.size(); i += 2) {
        const value weight = value_of(through(operand(at, i))).value;
        const place below = through(operand(at, i + 1));
        const value score = value_of(below).value;
        add(made, below, "part");
        made.parts.push_back({part_name(below), weight, weight, score, {}, made.of.back().term});
        const auto points = explain::number_of(score);
        if (!points) continue;
        const quad share = explain::number_of(weight).value_or(0);
        weights += share;
        exact.push_back(share * *points);
        present.push_back(made.parts.size() - 1);
    }
    const bool whole = present.size() == made.parts.size();
    if (!whole && mode == missing::reweight && weights != 0)
        respread(present, weights, exact, made);
    if (!whole) tell_missing(mode, present, weights, made);
    const bool blank = present.empty() || (!whole && mode == missing::blank) ||
                       (mode == missing::reweight && weights == 0);
    if (blank) return;
    quad sum = 0;
    for (const quad one : exact) sum += one;
    static constexpr phrase places{"the whole is rounded to eight places",
                                   "合计四舍五入至八位小数"};
    const function what = term(at).what;
    const bool judged = what == function::whole_blank || what == function::whole_reweight ||
                        what == function::whole_zero;
    if (judged && std::holds_alternative<double>(made.value) && has_more_places(sum, 8))
        add_rule(made, "rounded", std::string(places.in(how_.wording)));
    const value total = first == 0 ? made.value : value(static_cast<double>(sum));
    share_out(exact, present, total, made.parts);
    for (explained_part& part : made.parts)
        if (is_blank(part.score) && mode == missing::zero) part.contribution = decimal_value{};
    if (first != 0) tell_which(at, made);
}

/// The weights of blank parts go to the others, in the proportion of these.
void telling::respread(const std::vector<std::size_t>& present, quad weights,
                       std::vector<quad>& exact, into made) const {
    for (explained_part& part : made.parts) part.used_weight = std::int64_t{0};
    for (std::size_t i = 0; i < present.size(); ++i) {
        explained_part& part = made.parts[present[i]];
        const quad share = explain::number_of(part.weight).value_or(0) / weights;
        part.used_weight = static_cast<double>(share);
        exact[i] /= weights;
    }
}

void telling::tell_missing(missing mode, const std::vector<std::size_t>& present, quad weights,
                           into made) const {
    std::vector<std::string> names;
    for (const explained_part& part : made.parts)
        if (is_blank(part.score)) names.push_back(part.name);
    const std::string all = words_.list(names);
    static constexpr phrase blank{"without a value: {0}; a blank part makes the whole blank",
                                  "没有值：{0}；有部分为空则整体为空"};
    static constexpr phrase nothing{"all parts are blank", "所有部分均为空"};
    static constexpr phrase zero{"without a value: {0}; a blank part counts 0 points",
                                 "没有值：{0}；为空的部分按 0 分计"};
    static constexpr phrase spread{
        "without a value: {0}; the other weights, {1} together, are each divided by that sum",
        "没有值：{0}；其余权重合计 {1}，各自除以该合计"};
    if (present.empty()) return add_rule(made, "all_blank", std::string(nothing.in(how_.wording)));
    if (mode == missing::reweight)
        return add_rule(made, "reweighted", spread.in(how_.wording, all, percent(weights)));
    if (mode == missing::zero) return add_rule(made, "part_zero", zero.in(how_.wording, all));
    add_rule(made, "part_blank", blank.in(how_.wording, all));
}

/// Of one part's contribution the whole is the sum of all.
void telling::tell_which(place at, into made) const {
    static constexpr phrase one_of{"it is the contribution of {0}", "这是 {0} 的贡献"};
    const value number = value_of(operand(at, 0)).value;
    const auto* const which = std::get_if<std::int64_t>(&number);
    if (which == nullptr || static_cast<std::size_t>(*which) >= made.parts.size()) return;
    add_rule(made, "contribution",
             one_of.in(how_.wording, made.parts[static_cast<std::size_t>(*which)].name));
}

/// Digit for digit: contributions of exact numbers are what they are, others are shared out to the
/// number that is shown.
void telling::share_out(std::span<const quad> exact, std::span<const std::size_t> present,
                        const value& total, std::vector<explained_part>& parts) const {
    constexpr std::uint8_t least_scale = 8;  // of the whole of scores
    std::optional<decimal_value> whole;
    if (const auto* x = std::get_if<double>(&total)) whole = written_decimal(*x);
    if (const auto* d = std::get_if<decimal_value>(&total)) whole = *d;
    if (const auto* n = std::get_if<std::int64_t>(&total)) whole = decimal_value{*n, 0};
    if (const auto* m = std::get_if<money_value>(&total)) whole = m->amount;
    if (whole && std::holds_alternative<double>(total))
        whole = at_scale(*whole, std::max(whole->scale, least_scale));
    if (!whole) return;
    const std::vector<decimal_value> shares = apportioned(exact, *whole);
    for (std::size_t i = 0; i < shares.size(); ++i)
        parts[present[i]].contribution = without_idle_zeros(shares[i]);
}

namespace {

/// Below a bound, as the engine compares: a decimal meets a double as its nearest double.
bool is_below(const value& x, const value& bound) {
    const auto* const real = std::get_if<double>(&x);
    if (real != nullptr) return *real < static_cast<double>(explain::number_of(bound).value_or(0));
    return explain::number_of(x).value_or(0) < explain::number_of(bound).value_or(0);
}

/// Do the rows pay shares, such as 3.5 %, and not points or amounts?
bool is_rate(const language::tier_table& tiers) {
    const auto share = [](const language::tier_row& row) {
        const auto pays = explain::number_of(row.pays);
        return pays && !std::holds_alternative<money_value>(row.pays) && *pays > -1 && *pays < 1;
    };
    const bool decimals =
        std::any_of(tiers.rows.begin(), tiers.rows.end(), [](const language::tier_row& row) {
            return !std::holds_alternative<std::int64_t>(row.pays);
        });
    return decimals && std::all_of(tiers.rows.begin(), tiers.rows.end(), share);
}

bool holds(const language::tier_row& row, const value& x) {
    return !(row.low && is_below(x, *row.low)) && (!row.high || is_below(x, *row.high));
}

}  // namespace

/// Shares as percent: "80 %" of 0.8.
std::string telling::tier_number(const value& of, bool percent) const {
    if (percent)
        if (const auto number = explain::number_of(of); number && !std::get_if<money_value>(&of))
            return words_.number(*number * 100) + " %";
    return words_.number(of);
}

/// "from 0.8 to below 1"
std::string telling::tier_text(const language::tier_row& row, bool percent) const {
    static constexpr phrase between{"from {0} to below {1}", "从 {0} 到 {1}（不含）"};
    static constexpr phrase below{"below {0}", "低于 {0}"};
    static constexpr phrase from{"from {0}", "从 {0} 起"};
    static constexpr phrase any{"any value", "任意值"};
    const auto bound = [&](const std::optional<value>& of) { return tier_number(*of, percent); };
    if (row.low && row.high) return between.in(how_.wording, bound(row.low), bound(row.high));
    if (row.high) return below.in(how_.wording, bound(row.high));
    if (row.low) return from.in(how_.wording, bound(row.low));
    return std::string(any.in(how_.wording));
}

void telling::tell_tier(place at, into made) {
    const language::tier_table& tiers = of_.program.tier_tables[term(at).with];
    add(made, operand(at, 0), "value");
    const explained_term judged = value_of(through(operand(at, 0)));
    const value& x = judged.value;
    if (is_blank(x)) return;
    const bool percent = judged.unit == "percent" || judged.unit == "%";
    if (term(at).what == function::tier_marginal) return tell_slices(tiers, x, made);
    static constexpr phrase pays{"row {0} of {1}: {2} is {3}", "{1} 第 {0} 档：{2} 为 {3}"};
    static constexpr phrase between{
        "linear between the lower bounds of the rows of {0} around it: {1}",
        "在 {0} 相邻两档的下限之间线性插值：{1}"};
    for (std::size_t i = 0; i < tiers.rows.size(); ++i) {
        const language::tier_row& row = tiers.rows[i];
        if (!holds(row, x)) continue;
        const std::string text = pays.in(how_.wording, i + 1, tiers.name, tier_text(row, percent),
                                         tier_number(row.pays, is_rate(tiers)));
        if (term(at).what == function::tier) return add_rule(made, "tier", text);
        add_rule(made, "tier_interpolated", between.in(how_.wording, tiers.name, text));
    }
}

/// Each slice of x by its own tier.
void telling::tell_slices(const language::tier_table& tiers, const value& x, into made) const {
    static constexpr phrase slice{"{0} × {4} = {5}: row {1} of {2}, {3}",
                                  "{0} × {4} = {5}：{2} 第 {1} 档，{3}"};
    static constexpr phrase negative{"it is negative, so all of it is by row 1 of {0}: times {1}",
                                     "为负数，全部按 {0} 第 1 档：乘以 {1}"};
    const quad size = explain::number_of(x).value_or(0);
    const bool rate = is_rate(tiers);
    if (size < 0 && !tiers.rows.empty())
        return add_rule(
            made, "slice",
            negative.in(how_.wording, tiers.name, tier_number(tiers.rows.front().pays, rate)));
    const auto* const money = std::get_if<money_value>(&x);
    const std::string currency = money == nullptr ? "" : std::string(" ") + money->currency;
    for (std::size_t i = 0; i < tiers.rows.size(); ++i) {
        const language::tier_row& row = tiers.rows[i];
        quad low = row.low ? explain::number_of(*row.low).value_or(0) : quad{0};
        quad high = row.high ? explain::number_of(*row.high).value_or(0) : size;
        low = std::max(low, quad{0});
        high = std::min(high, size);
        if (high <= low) continue;
        const quad pays = explain::number_of(row.pays).value_or(0);
        add_rule(made, "slice",
                 slice.in(how_.wording, words_.number(high - low) + currency, i + 1, tiers.name,
                          tier_text(row, false), tier_number(row.pays, rate),
                          words_.number((high - low) * pays) + currency));
    }
}

}  // namespace merit::explain
