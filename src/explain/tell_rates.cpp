// Rates of exchange: which row of the rates each amount was converted by.
#include "explain/telling.hpp"

namespace merit::explain {

using plan::nothing;

namespace {

/// Conversions below a row expression.
std::vector<plan::id> conversions_in(const plan::plan& in, plan::id expression) {
    std::vector<plan::id> found;
    std::vector<plan::id> open{expression};
    std::vector<bool> seen(in.expressions.size(), false);
    while (!open.empty()) {
        const plan::id next = open.back();
        open.pop_back();
        if (seen[next]) continue;
        seen[next] = true;
        const plan::expression& one = in.expressions[next];
        if (one.op == plan::expression_op::scalar && one.what == language::function::convert)
            found.push_back(next);
        if (one.op != plan::expression_op::look_up)
            open.insert(open.end(), one.of.begin(), one.of.end());
    }
    return found;
}

}  // namespace

void telling::set_currency(const value& code, value& money) const {
    auto* const amount = std::get_if<money_value>(&money);
    const auto* const letters = std::get_if<std::string>(&code);
    if (amount != nullptr && letters != nullptr && letters->size() < std::size(amount->currency))
        std::copy(letters->begin(), letters->end(), amount->currency);
}

/// The rate of one conversion: `of` are its currency, the wanted one, and the time.
std::optional<explained_rate> telling::rate_of(std::uint32_t rates, const value& from,
                                               const value& to, const value& at) const {
    const auto* const a = std::get_if<std::string>(&from);
    const auto* const b = std::get_if<std::string>(&to);
    if (a == nullptr || b == nullptr || *a == *b || rates >= of_.run.in().rates->size())
        return std::nullopt;
    const auto used = (*of_.run.in().rates)[rates].used(of_.run.in(), *a, *b, at);
    if (!used) return std::nullopt;
    explained_rate made{*a, *b, {}, used->rate, used->inverse, used->at, {}};
    if (const auto* instant = std::get_if<timestamp_value>(&used->at))
        made.when = words_.zoned_text(instant->microseconds);
    return made;
}

result<void> telling::add_rates(plan::id argument, std::span<const std::uint32_t> rows,
                                explained_rows& to) {
    if (argument == nothing) return {};
    const plan::plan& plan = of_.run.what();
    for (const plan::id one : conversions_in(plan, argument)) {
        const plan::expression& what = plan.expressions[one];
        if (what.of.size() < 4) continue;
        const plan::id asked[] = {what.of[0], what.of[1], what.of[2], what.of[3]};
        auto values = of_.run.values_of(asked, rows);
        if (!values) return values.error();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            value amount = (*values)[4 * i].is;
            const value& from = (*values)[4 * i + 1].is;
            auto rate = rate_of(what.with, from, (*values)[4 * i + 2].is, (*values)[4 * i + 3].is);
            if (!rate) continue;
            set_currency(from, amount);
            rate->amount = std::move(amount);
            to.first[i].rates.push_back(*std::move(rate));
        }
    }
    return {};
}

/// convert() of a group's value.
void telling::tell_convert(place at, into made) {
    static constexpr const char* roles[] = {"amount", "from", "to", "at"};
    value operands[4];
    for (std::size_t i = 0; i < 4 && i < traced(at).of.size(); ++i) {
        operands[i] = value_of(operand(at, i)).value;
        add(made, operand(at, i), roles[i]);
    }
    const plan::expression& what = of_.run.what().expressions[traced(at).expression];
    auto rate = rate_of(what.with, operands[1], operands[2], operands[3]);
    if (!rate) return;
    rate->amount = operands[0];
    made.rates.push_back(*std::move(rate));
}

}  // namespace merit::explain
