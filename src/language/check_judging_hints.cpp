// Hints about judging: weights, scales, scorecards.
#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

std::optional<decimal_value> number_of(const value* held) {
    if (held == nullptr) return std::nullopt;
    if (const auto* n = std::get_if<std::int64_t>(held)) return decimal_value{*n, 0};
    if (const auto* d = std::get_if<decimal_value>(held)) return *d;
    return std::nullopt;
}

/// For comparing: goals of one part are of one type.
std::optional<double> size_of(const value* held) {
    if (const auto number = number_of(held)) return to_double(*number);
    if (held == nullptr) return std::nullopt;
    if (const auto* real = std::get_if<double>(held)) return *real;
    if (const auto* money = std::get_if<money_value>(held)) return to_double(money->amount);
    if (const auto* length = std::get_if<duration_value>(held))
        return static_cast<double>(length->microseconds);
    return std::nullopt;
}

/// Near enough to 100 % to be meant so.
bool looks_complete(const decimal_value& sum) {
    return compare(sum, {75, 2}) >= 0 && compare(sum, {125, 2}) <= 0;
}

std::string described(const std::string& scale) {
    if (scale == "percent") return "a ratio (0 to 1)";
    if (scale == "score") return "in points (0 to 100)";
    return "in " + scale;
}

}  // namespace

/// An annotation of the KPI that a path names.
std::string checker::kpi_annotation(const scope& at, node_id path, std::string_view word) const {
    const tree& a = ast(at.document);
    if (a.at(path).kind != node_kind::path || a.at(path).count != 0) return {};
    const auto* known = in_.find(at.document, a.text(a.at(path)));
    if (known == nullptr || known->second.kind != definition_kind::kpi) return {};
    return annotation_of(ast(known->second.document), known->second.node, word);
}

/// "percent" for 0 to 1, "score" for 0 to 100, or the unit that a KPI says; nothing when it is not
/// known.
std::string checker::scale_of(const scope& at, node_id id, term_id of) const {
    const tree& a = ast(at.document);
    while (a.at(id).kind == node_kind::group || a.at(id).kind == node_kind::clause_chain)
        id = a.children_of(a.at(id))[0];
    const std::string said = kpi_annotation(at, id, "unit");
    if (!said.empty()) return said == "%" ? "percent" : said;
    if (a.at(id).kind == node_kind::path && a.at(id).count == 1) {
        const auto* known = in_.find(at.document, a.text(a.at(id)));
        if (known != nullptr && known->second.kind == definition_kind::scorecard) return "score";
    }
    while (get(of).kind == op::in_context ||
           (get(of).kind == op::scalar && get(of).what == function::to_double))
        of = get(of).of[0];
    const term& t = get(of);
    if (t.kind == op::scalar && t.what == function::score) return "score";
    if (t.kind == op::peer && (t.what == function::minmax || t.what == function::percent_rank))
        return "score";
    if (t.kind != op::aggregate) return {};
    const function what = out_.aggregates[t.with].what;
    const bool part = what == function::share || what == function::top_share;
    return part ? "percent" : "";
}

/// H502: parts that cannot be weighed against each other as they are.
void checker::hint_scales(const scope& at, node_id id, const std::vector<weighed>& parts) {
    const weighed* first = nullptr;
    std::string scale;
    for (const weighed& part : parts) {
        const std::string here = scale_of(at, part.node, part.of);
        if (here.empty()) continue;
        if (first == nullptr) {
            first = &part;
            scale = here;
            continue;
        }
        if (here == scale) continue;
        const node_id small = here == "score" ? first->node : part.node;
        const std::string& of_small = here == "score" ? scale : here;
        hint(at, id, "H502",
             fmt::format("parts of different scales are weighed: `{}` is {}, `{}` is {}",
                         written(at, first->node), described(scale), written(at, part.node),
                         described(here)),
             of_small == "percent"
                 ? fmt::format("bring it to points: score({}, goal: 100%)", written(at, small))
                 : fmt::format("bring it to points: score({}, floor: …, goal: …)",
                               written(at, small)));
        return;
    }
}

/// A literal, or a let that is a number.
std::optional<decimal_value> checker::known_number(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    if (n.kind == node_kind::literal) return number_of(constant_of(literal(at, id)));
    if (n.kind != node_kind::path || n.count != 0 || at.locals != nullptr) return std::nullopt;
    const auto* known = in_.find(at.document, a.text(n));
    if (known == nullptr || known->second.kind != definition_kind::let || is_member(a.text(n)))
        return std::nullopt;
    return number_of(constant_of(named_value(at, id, a.text(n))));
}

/// `0.6 * a / 5`, which is a term already, as a weight and what it weighs; nothing when it is
/// anything else.
std::optional<weighed> checker::weighed_term(const scope& at, node_id id, term_id whole) {
    const tree& a = ast(at.document);
    while (a.at(id).kind == node_kind::group) id = a.children_of(a.at(id))[0];
    const node& n = a.at(id);
    if (n.kind != node_kind::product_chain) return std::nullopt;
    const auto of = a.children_of(n);
    const auto how = a.operations(n);
    weighed out;
    bool found = false;
    std::size_t others = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
        const bool times = i == 0 || how[i] == static_cast<std::uint8_t>(operation::multiply);
        const auto number = known_number(at, of[i]);
        if (number && times) {
            if (found || compare(*number, {0, 0}) <= 0 || compare(*number, {1, 0}) >= 0)
                return std::nullopt;
            out.weight = *number;
            found = true;
            continue;
        }
        if (others == 0 && !times) return std::nullopt;
        out.text += fmt::format("{}{}",
                                others == 0 ? ""
                                : times     ? " * "
                                            : " / ",
                                written(at, of[i]));
        out.node = of[i];
        ++others;
    }
    if (!found || others == 0 || get(whole).at == level::constant) return std::nullopt;
    if (others > 1) out.node = id;
    out.of = whole;
    const term& t = get(whole);
    if (others == 1 && t.kind == op::scalar && t.what == function::multiply)
        out.of = t.of[get(t.of[0]).at == level::constant ? 1 : 0];
    return out;
}

/// H601 and H502: a sum whose coefficients look like weights.
void checker::hint_weights(const scope& at, node_id sum, std::span<const term_id> terms) {
    const tree& a = ast(at.document);
    const auto how = a.operations(a.at(sum));
    std::vector<weighed> parts;
    std::vector<decimal_value> weights;
    const auto of = a.children_of(a.at(sum));
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (i != 0 && how[i] != static_cast<std::uint8_t>(operation::add)) return;
        auto part = weighed_term(at, of[i], terms[i]);
        if (!part) return;
        weights.push_back(part->weight);
        parts.push_back(*std::move(part));
    }
    const std::optional<decimal_value> total = exact_sum(weights);
    if (!total || !looks_complete(*total)) return;
    hint_scales(at, sum, parts);
    if (compare(*total, {1, 0}) == 0) return;
    std::string all;
    for (const weighed& part : parts)
        all += fmt::format("{}{}% of {}", all.empty() ? "" : ", ", percent_text(part.weight),
                           part.text);
    hint(at, sum, "H601",
         fmt::format("the coefficients look like weights, but sum to {} %, not 100 %",
                     percent_text(*total)),
         fmt::format("write weighted({}), whose weights must sum to 100 %", all));
}

/// Lints of a scorecard: H504 its size, H505 counts, H506 what a part does not say, H507 goals.
void checker::hint_scorecard(const scope& at, const scorecard& card) {
    if (card.parts.size() < 3 || card.parts.size() > 5) {
        hint(at.document, ast(at.document).text_place(ast(at.document).at(card.node)), "H504",
             fmt::format("scorecard `{}` has {} part{}; 3 to 5 can be kept in mind, and balance "
                         "each other",
                         card.name, card.parts.size(), card.parts.size() == 1 ? "" : "s"),
             card.parts.size() < 3 ? "add what else makes the work good"
                                   : "keep what matters most, or split it");
    }
    for (const scorecard_part& part : card.parts) hint_part(at, part);
}

void checker::hint_part(const scope& at, const scorecard_part& part) {
    const tree& a = ast(at.document);
    const node_id path = a.children_of(a.at(part.node))[0];
    if (a.at(path).count != 0) return;  // a score of another scorecard
    const auto* known = in_.find(at.document, a.text(a.at(path)));
    if (known == nullptr || known->second.kind != definition_kind::kpi) return;
    const definition& kpi = known->second;
    const auto say = [&](std::string code, std::string message, std::string help) {
        if (is_allowed(kpi.document, ast(kpi.document).at(kpi.node).where.begin, code)) return;
        hint(at, part.node, std::move(code), std::move(message), std::move(help));
    };
    term_id raw = part.raw;
    while (get(raw).kind == op::in_context) raw = get(raw).of[0];
    if (get(raw).kind == op::aggregate) {
        const aggregate& one = out_.aggregates[get(raw).with];
        const bool counts = one.what == function::count || one.what == function::count_if;
        if (counts && one.per.empty() && !one.population)
            say("H505",
                fmt::format("part `{}` counts rows of {}, and what is scored by number gets done "
                            "for the number",
                            part.name, out_.tables[one.table].name),
                "score a result or a rate; if the rows are results, say `@allow H505`");
    }
    const type& is = get(part.raw).type;
    const bool unit =
        !part.unit.empty() || is.kind == type_kind::money || is.kind == type_kind::duration;
    const std::string good = annotation_of(ast(kpi.document), kpi.node, "good");
    const bool direction = good == "up" || good == "down" || part.unit == "score";
    if (!unit || !direction)
        say("H506",
            unit        ? fmt::format("part `{}` does not say which direction is good", part.name)
            : direction ? fmt::format("part `{}` does not say its unit", part.name)
                        : fmt::format("part `{}` does not say its unit, nor which direction is "
                                      "good",
                                      part.name),
            unit        ? "before the kpi write `@good up` or `@good down`"
            : direction ? "before the kpi write its unit, such as `@unit percent`"
                        : "before the kpi write both, such as `@unit percent @good up`");
    if (get(part.score).kind != op::scalar || get(part.score).what != function::score) return;
    const auto floor = size_of(constant_of(get(part.score).of[1]));
    const auto goal = size_of(constant_of(get(part.score).of[2]));
    if (!floor || !goal) return;
    const bool rises = *floor < *goal;
    if ((good == "down" && rises) || (good == "up" && !rises))
        say("H507",
            rises ? fmt::format("`{}` is better when low, but its goal lies above its floor",
                                part.name)
                  : fmt::format("`{}` is better when high, but its goal lies below its floor",
                                part.name),
            "exchange floor and goal, or correct `@good`");
}

}  // namespace merit::language
