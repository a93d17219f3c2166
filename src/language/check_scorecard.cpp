// Scorecards: parts become scores, a weighted total, a rank across their dimensions and a band.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"

namespace merit::language {

namespace {

decimal_value as_decimal(const value& v) {
    if (const auto* n = std::get_if<std::int64_t>(&v)) return {*n, 0};
    if (const auto* d = std::get_if<decimal_value>(&v)) return *d;
    return {};
}

}  // namespace

const checker::scorecard* checker::scorecard_named(const scope& at, node_id id,
                                                   const std::string& name) {
    if (!ready(at, id, {wanted::kind::scorecard, name})) return nullptr;
    const scorecard& kept = scorecards_.find(name)->second;
    return kept.total == nothing ? nullptr : &kept;
}

void checker::scorecard_definition(const std::string& name) {
    const definition& one = in_.names.find(name)->second;
    scorecard made;
    made.name = name;
    made.document = one.document;
    made.node = one.node;
    made.label = label_of(ast(one.document), one.node);
    read_scorecard(one, made);
    if (missing_.empty()) scorecards_.emplace(name, std::move(made));
}

void checker::read_scorecard(const definition& one, scorecard& into) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    const std::size_t before = troubles();
    std::size_t written_parts = 0;
    std::set<std::string> said;
    into.missing = "blank";
    for (const node_id id : body_of(a, one.node)) {
        const node& n = a.at(id);
        switch (n.kind) {
            case node_kind::by_clause: {
                const auto dims = a.children_of(n);
                into.by.assign(dims.begin(), dims.end());
                break;
            }
            case node_kind::part:
                ++written_parts;
                if (!said.insert(scored_text(at, id)).second)
                    report(at, id, "E103",
                           fmt::format("part `{}` stands twice", written(at, a.children_of(n)[0])),
                           "keep one of them, with the weight of both");
                read_part(at, id, into);
                break;
            case node_kind::part_missing:
                if (!said.insert("missing:").second)
                    report(at, id, "E103", "`missing:` is said twice", "keep one of them");
                into.missing = std::string(a.text(n));
                if (into.missing != "blank" && into.missing != "reweight" &&
                    into.missing != "zero") {
                    report(at, id, "E503", fmt::format("`missing` cannot be \"{}\"", into.missing),
                           "missing: \"blank\", \"reweight\" or \"zero\"");
                }
                break;
            case node_kind::part_bands:
                if (!said.insert("bands:").second)
                    report(at, id, "E103", "`bands:` is said twice", "keep one of them");
                into.bands = tier_table_named(at, id, std::string(a.text(n)));
                break;
            default:
                break;
        }
    }
    const bool whole = into.parts.size() == written_parts && written_parts != 0;
    if (troubles() == before && missing_.empty() && whole) finish_scorecard(at, into);
}

/// A part without its weight: what is scored, and how.
std::string checker::scored_text(const scope& at, node_id part) const {
    const tree& a = ast(at.document);
    std::string out = written(at, a.children_of(a.at(part))[0]);
    for (const node_id border : a.children_of(a.at(part)).subspan(2))
        out += fmt::format(" {}", written(at, border));
    return out;
}

void checker::read_part(const scope& at, node_id id, scorecard& into) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    scorecard_part part;
    part.node = id;
    part.name = written(at, of[0]);
    part.raw = expression(at, of[0]);
    const term_id weight = expression(at, of[1]);
    std::size_t next = 2;
    const term_id floor = (n.op & 1) != 0 ? expression(at, of[next++]) : nothing;
    const term_id goal = (n.op & 2) != 0 ? expression(at, of[next]) : nothing;
    if (part.raw == nothing || weight == nothing) return;
    const value* known = constant_of(weight);
    if (known == nullptr || !is_exact(get(weight).type)) {
        report(at, of[1], "E501", "a weight must be a constant number", "write it as 40%");
        return;
    }
    part.weight = *known;
    if (const auto* kpi = in_.find(at.document, part.name);
        kpi != nullptr && kpi->second.kind == definition_kind::kpi) {
        const tree& d = ast(kpi->second.document);
        part.label = label_of(d, kpi->second.node);
        part.unit = annotation_of(d, kpi->second.node, "unit");
    }
    if (part.label.empty()) part.label = part.name;
    if (goal == nothing && (n.op & 2) != 0) return;
    if ((n.op & 2) != 0) {
        part.score = score_of(at, id, part.raw, floor, goal);
        if (part.score == nothing) return;
    } else if ((n.op & 1) != 0) {
        report(at, id, "E503", fmt::format("part `{}` has a floor but no goal", part.name),
               fmt::format("{} weight … floor … goal …", part.name));
        return;
    } else {
        if (part.unit != "score") {
            report(at, id, "E503",
                   fmt::format("part `{}` has no goal, so it has no score", part.name),
                   fmt::format("{} weight {} floor … goal …, or mark the KPI `@unit score`",
                               part.name, written(at, of[1])));
            return;
        }
        part.score = widened(at, id, part.raw, double_type);
    }
    into.parts.push_back(std::move(part));
}

void checker::finish_scorecard(const scope& at, scorecard& into) {
    std::vector<decimal_value> sum;
    for (const scorecard_part& part : into.parts) sum.push_back(as_decimal(part.weight));
    if (!weights_sum_up(at, into.node, fmt::format("the weights of `{}`", into.name), sum)) return;
    std::vector<term_id> weights;
    std::vector<term_id> of;
    for (const scorecard_part& part : into.parts) {
        const type is =
            std::holds_alternative<std::int64_t>(part.weight)
                ? int_type
                : type{.kind = type_kind::decimal, .scale = as_decimal(part.weight).scale};
        weights.push_back(constant(at, part.node, part.weight, is));
    }
    weights = aligned(at, into.node, weights);
    for (std::size_t i = 0; i < weights.size(); ++i)
        of.insert(of.end(), {weights[i], into.parts[i].score});
    const function how = into.missing == "reweight" ? function::whole_reweight
                         : into.missing == "zero"   ? function::whole_zero
                                                    : function::whole_blank;
    into.total = scalar(at, into.node, how, double_type, std::move(of));
    hint_scorecard(at, into);
    name_term(into.total, into.name + ".score", into.document, into.node);
}

/// Of the request's dimensions, those the scorecard ranks across. E330 when one is missing.
term_id checker::scorecard_rank(const scope& at, node_id id, const scorecard& card) {
    peer made;
    made.among_shown = true;
    const scope home{.document = card.document};
    for (const node_id one : card.by) {
        if (!out_.asked) break;  // a definition that nothing asks for yet
        const auto name = read_dimension_name(home, one, {});
        if (!name) return nothing;
        if (!is_asked(*name)) {
            report(at, id, "E330",
                   fmt::format("`{}` is judged by {}, which is not among the dimensions", card.name,
                               written(home, one)),
                   fmt::format("add `by {}`", written(home, one)));
            return nothing;
        }
        made.across.names.push_back(*name);
    }
    return peer_term(at, id, std::move(made), {card.total}, int_type);
}

term_id checker::scorecard_value(const scope& at, node_id id, const scorecard& card,
                                 std::string_view word) {
    const term_id rank = scorecard_rank(at, id, card);
    if (rank == nothing) return nothing;
    if (word == "score") return card.total;
    if (word == "rank") return rank;
    if (word == "band" && card.bands != nothing)
        return tier_term(at, id, function::tier, card.bands, card.total);
    report(at, id, "E101", fmt::format("scorecard `{}` has no `{}`", card.name, word),
           word == "band" ? "add `bands: <tiers>` to it" : "it has score, rank and band");
    return nothing;
}

void checker::show_scorecard(const scope& at, node_id id, const scorecard& card, request& into) {
    const auto head = [&](std::string name, std::string label, std::string unit_text, type is,
                          column_role role) {
        frame_column out;
        out.name = std::move(name);
        out.label = std::move(label);
        out.unit = std::move(unit_text);
        out.type = is;
        out.role = role;
        out.scorecard = card.name;
        return out;
    };
    std::vector<term_id> pairs = get(card.total).of;
    const function how = card.missing == "reweight" ? function::contribution_reweight
                         : card.missing == "zero"   ? function::contribution_zero
                                                    : function::contribution_blank;
    for (std::size_t i = 0; i < card.parts.size(); ++i) {
        const scorecard_part& part = card.parts[i];
        const term_id index = constant(at, id, static_cast<std::int64_t>(i), int_type);
        std::vector<term_id> of{index};
        of.insert(of.end(), pairs.begin(), pairs.end());
        into.terms.push_back({part.raw, head(part.name, part.label, part.unit, get(part.raw).type,
                                             column_role::part_value)});
        into.terms.push_back({part.score, head(part.name + ".score", part.label, "score",
                                               double_type, column_role::part_score)});
        into.terms.push_back(
            {pairs[2 * i], head(part.name + ".weight", part.label, "percent",
                                get(pairs[2 * i]).type, column_role::part_weight)});
        into.terms.push_back({scalar(at, id, how, double_type, std::move(of)),
                              head(part.name + ".contribution", part.label, "score", double_type,
                                   column_role::part_contribution)});
    }
    const term_id rank = scorecard_rank(at, id, card);
    if (rank == nothing) return;
    into.terms.push_back(
        {card.total, head(card.name + ".score", card.label.empty() ? card.name : card.label,
                          "score", double_type, column_role::score)});
    into.terms.push_back(
        {rank, head(card.name + ".rank", "rank", "", int_type, column_role::rank)});
    if (card.bands == nothing) return;
    const term_id band = tier_term(at, id, function::tier, card.bands, card.total);
    if (band != nothing)
        into.terms.push_back(
            {band, head(card.name + ".band", "band", "", get(band).type, column_role::band)});
}

}  // namespace merit::language
