// Functions of group values: sums and products as their authors chained them, branches, the rest.
#include <algorithm>

#include "explain/apportion.hpp"
#include "explain/telling.hpp"
#include "language/functions.hpp"

namespace merit::explain {

using engine::quad;
using language::function;
using language::op;

namespace {

bool is_sum(function what) {
    return what == function::add || what == function::subtract;
}
bool is_product(function what) {
    return what == function::multiply || what == function::divide;
}
/// Two operations of one chain, as the author wrote it.
bool same_chain(const language::term& outer, const language::term& inner) {
    return inner.kind == op::scalar && inner.text == outer.text && inner.source == outer.source &&
           ((is_sum(outer.what) && is_sum(inner.what)) ||
            (is_product(outer.what) && is_product(inner.what)));
}

bool is_true(const value& what) {
    const auto* const held = std::get_if<bool>(&what);
    return held != nullptr && *held;
}

bool is_empty(const value& what) {
    const auto* const text = std::get_if<std::string>(&what);
    return std::holds_alternative<blank_value>(what) || (text != nullptr && text->empty());
}

}  // namespace

result<void> telling::tell_scalar(place at, into made) {
    if (term(at).what == function::or_no_target) return tell_target(at, made);
    if (target_pieces_.contains(at.traced)) return tell_target_piece(at, made);
    if (target_shares_.contains(at.traced)) return tell_target_share(at, made);
    tell_function(at, made);
    return {};
}

void telling::tell_function(place at, into made) {
    switch (term(at).what) {
        case function::add:
        case function::subtract:
        case function::multiply:
        case function::divide:
            return tell_chain(at, made);
        case function::if_:
        case function::ifs:
        case function::if_blank:
            return tell_branches(at, made);
        case function::growth:
            return tell_growth(at, made);
        case function::immature:
            return tell_unfinished(at, made);
        case function::score:
            return tell_score(at, made);
        case function::weighted_blank:
        case function::weighted_reweight:
        case function::weighted_zero:
        case function::whole_blank:
        case function::whole_reweight:
        case function::whole_zero:
        case function::contribution_blank:
        case function::contribution_reweight:
        case function::contribution_zero:
            return tell_weighted(at, made);
        case function::convert:
            return tell_convert(at, made);
        default:
            return add_operands(at, made);
    }
}

/// a + b - c is one sum of three, though the program adds two at a time.
void telling::tell_chain(place at, into made) {
    std::vector<std::pair<place, function>> all;
    place left = at;
    for (;;) {
        const language::term& here = term(left);
        all.emplace_back(operand(left, 1), here.what);
        const place next = operand(left, 0);
        const place below = through(next);
        if (words_.name_of(traced(below).term) == nullptr && same_chain(term(at), term(below))) {
            left = below;
            continue;
        }
        const bool sum = is_sum(here.what);
        all.emplace_back(next, sum ? function::add : function::multiply);
        break;
    }
    std::reverse(all.begin(), all.end());
    std::vector<quad> exact;
    std::vector<std::size_t> present;
    for (const auto& [one, how] : all) {
        add(made, one, made.of.empty() ? std::string() : std::string(language::name_of(how)));
        const place below = through(one);
        const value is = value_of(below).value;
        made.parts.push_back({part_name(below), {}, {}, is, {}, made.of.back().term});
        const auto number = explain::number_of(is);
        if (!number || std::holds_alternative<duration_value>(is)) continue;
        exact.push_back(how == function::subtract ? -*number : *number);
        present.push_back(made.parts.size() - 1);
    }
    // Times and texts add nothing up that could be shared out, and one blank makes all blank.
    const bool shared = is_sum(term(at).what) && present.size() == made.parts.size();
    if (shared) share_out(exact, present, made.value, made.parts);
    if (!shared || std::holds_alternative<blank_value>(made.parts.front().contribution))
        made.parts.clear();
}

/// growth is the quotient of a difference and its base, blank where the base is not above 0.
void telling::tell_growth(place at, into made) {
    const place quotient = through(operand(at, 0));
    if (term(quotient).kind != op::scalar || term(quotient).what != function::divide)
        return add_operands(at, made);
    add(made, operand(quotient, 0), "change");
    add(made, operand(quotient, 1), "base");
}

/// A funnel's value, flagged while some of its entries may still get further.
void telling::tell_unfinished(place at, into made) {
    static constexpr phrase open{
        "entries whose window is open, so that they may still get further: {0}",
        "有 {0} 个进入项的窗口尚未结束，仍可能继续"};
    add(made, operand(at, 0), "value");
    const value count = value_of(operand(at, 1)).value;
    if (made.why != reason::immature) return;
    add_rule(made, "unfinished", open.in(how_.wording, to_string(count)));
    add(made, operand(at, 1), "unfinished");
}

/// N10: the branch that is not taken counts for nothing.
void telling::tell_branches(place at, into made) {
    const std::size_t count = traced(at).of.size();
    const auto value_of_operand = [&](std::size_t i) { return value_of(operand(at, i)).value; };
    if (term(at).what == function::if_blank) {
        bool found = false;
        for (std::size_t i = 0; i < count; ++i) {
            add(made, operand(at, i), i == 0 ? "value" : "if blank", !found);
            found = found || !is_empty(value_of_operand(i));
        }
        return;
    }
    bool taken = false;
    for (std::size_t i = 0; i < count; i += 2) {
        if (i + 1 == count) {
            add(made, operand(at, i), "else", !taken);
            break;
        }
        const bool holds = is_true(value_of_operand(i));
        add(made, operand(at, i), "if", !taken);
        add(made, operand(at, i + 1), "then", !taken && holds);
        taken = taken || holds;
    }
}

}  // namespace merit::explain
