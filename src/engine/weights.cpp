#include "engine/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/decimal.hpp"

namespace merit::engine {

using language::function;
using plan::expression;
using plan::expression_op;
using plan::id;

namespace {

/// Constants and parameters read no rows.
class no_rows : public leaf_source {
public:
    [[nodiscard]] bool supplies(id) const override { return false; }
    void load(id, std::size_t, std::size_t, buffer&) override {}
};

bool weighs(const expression& what) {
    return what.op == expression_op::scalar && what.what >= function::weighted_blank &&
           what.what <= function::whole_zero;
}

std::vector<id> weights_of(const expression& what) {
    std::vector<id> out;
    for (std::size_t i = 0; i + 1 < what.of.size(); i += 2) out.push_back(what.of[i]);
    return out;
}

error placed(const expression& what, std::string code, std::string message, std::string help) {
    diagnostic out;
    out.code = std::move(code);
    out.where = what.text;
    out.line = what.source + 1;  // the number of the source; the host of the text knows its lines
    out.message = std::move(message);
    out.help = std::move(help);
    return error(std::move(out));
}

error refused(const expression& what, std::string message) {
    return placed(what, "E501", std::move(message),
                  "give the parameters values with which the weights sum to exactly 100 %");
}

std::optional<double> bound_number(const merit::value& held) {
    if (const auto* whole = std::get_if<std::int64_t>(&held)) return static_cast<double>(*whole);
    if (const auto* number = std::get_if<decimal_value>(&held)) return to_double(*number);
    if (const auto* real = std::get_if<double>(&held)) return *real;
    return std::nullopt;  // a blank makes a blank
}

std::optional<error> checked_amount(const environment& in, const expression& what) {
    const plan::final_value& taken = in.what.finals[what.with];
    if (taken.amount == plan::nothing ||
        in.what.expressions[taken.amount].op == expression_op::constant)
        return std::nullopt;
    no_rows leaves;
    text_pool texts;
    program steps(in, leaves, std::span(&taken.amount, 1), texts);
    steps.run(0, 1);
    const auto amount =
        bound_number(to_value(steps.at(taken.amount), 0, in.what.expressions[taken.amount].type));
    if (!amount || (*amount >= 0 && *amount <= 1)) return std::nullopt;
    if (taken.what != function::top_share)
        return placed(what, "E301", "the p of a percentile lies between 0 and 1",
                      "give its parameter such a value");
    if (*amount > 0 && *amount == static_cast<double>(static_cast<std::int64_t>(*amount)))
        return std::nullopt;
    return placed(what, "E301", "the top is a share up to 100%, or a whole number of values",
                  "give its parameter such a value");
}

std::optional<error> checked(const environment& in, const expression& what) {
    const std::vector<id> weights = weights_of(what);
    no_rows leaves;
    text_pool texts;
    program steps(in, leaves, weights, texts);
    steps.run(0, 1);
    std::vector<decimal_value> values;
    for (const id weight : weights) {
        const value got = to_value(steps.at(weight), 0, in.what.expressions[weight].type);
        if (const auto* whole = std::get_if<std::int64_t>(&got))
            values.push_back({*whole, 0});
        else if (const auto* number = std::get_if<decimal_value>(&got))
            values.push_back(*number);
        else
            return refused(what, "a weight has no value with the parameters of this run");
    }
    const bool negative = std::any_of(values.begin(), values.end(),
                                      [](const decimal_value& one) { return one.units < 0; });
    if (negative) return refused(what, "a weight is negative with the parameters of this run");
    const std::optional<decimal_value> sum = merit::exact_sum(values);
    if (sum && compare(*sum, {1, 0}) == 0) return std::nullopt;
    if (!sum) return refused(what, "the weights are too large to be summed");
    return refused(what, fmt::format("the weights sum to {} %, not 100 %, with the parameters of "
                                     "this run",
                                     percent_text(*sum)));
}

}  // namespace

std::optional<error> wrong_weights(const environment& in) {
    for (const expression& one : in.what.expressions) {
        if (!weighs(one)) continue;
        const std::vector<id> weights = weights_of(one);
        const bool known = std::all_of(weights.begin(), weights.end(), [&](id weight) {
            return in.what.expressions[weight].op == expression_op::constant;
        });
        if (known) continue;
        if (auto problem = checked(in, one)) return problem;
    }
    return std::nullopt;
}

std::optional<error> wrong_amounts(const environment& in) {
    for (const expression& one : in.what.expressions) {
        if (one.op != expression_op::finalize) continue;
        if (auto problem = checked_amount(in, one)) return problem;
    }
    return std::nullopt;
}

}  // namespace merit::engine
