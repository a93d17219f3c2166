#include "language/grammar_stop.hpp"

#include <fmt/format.h>

namespace merit::language {

namespace {

using k = token_kind;

/// What was expected, in words. Signs that stand for a group of signs are named as the group.
std::vector<std::string> expectations(const stop& at) {
    const auto has = [&](k kind) { return at.expected.test(static_cast<std::size_t>(kind)); };
    const bool value = has(k::open_round) && has(k::number) && has(k::name);
    const bool operators = has(k::plus);
    std::vector<std::string> out;
    const auto say = [&](bool when, const char* what) {
        if (when) out.emplace_back(what);
    };
    say(value, "a value (a name, a number, a text or a bracket)");
    say(!value && has(k::name), "a name");
    say(!value && has(k::number), has(k::duration) ? "a span such as `30 days`" : "a number");
    say(!value && has(k::string), "a text in double quotes");
    say(!value && has(k::date), "a date such as @2026-03");
    say(!value && has(k::unit), "a unit such as month");
    say(operators, "an operator");
    say(has(k::word_kpi), "a definition such as `kpi name = …`");
    say(has(k::close_round), "a closing bracket");
    say(has(k::close_curly), "a closing brace");
    say(has(k::open_curly), "an opening brace");
    say(has(k::open_round) && !value && !operators, "an opening bracket");
    say(has(k::comma), "a comma");
    say(has(k::colon), "a colon");
    say(has(k::equal) && !operators, "an equals sign");
    for (std::size_t i = static_cast<std::size_t>(k::word_end); i <= static_cast<std::size_t>(k::word_blank); ++i) {
        const k kind = static_cast<k>(i);
        const bool of_operators = operators && is_reserved(kind);
        const bool of_values = value && (kind == k::word_not || kind >= k::word_true);
        if (!at.expected.test(i) || begins_statement(kind) || of_operators || of_values) continue;
        out.push_back(fmt::format("`{}`", spelling(kind)));
    }
    return out;
}

std::string joined(const std::vector<std::string>& all) {
    constexpr std::size_t most = 4;
    std::string out;
    const std::size_t count = std::min(all.size(), most);
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out += i + 1 == count ? " or " : ", ";
        out += all[i];
    }
    return out;
}

}  // namespace

diagnostic explain_stop(const builder& in, const token* first, const token* last) {
    const stop& at = in.stopped();
    const std::string expected = joined(expectations(at));
    const std::string help = expected.empty() ? std::string() : fmt::format("write {} here", expected);
    if (first == last) {
        return locate(in.from(), severity::error, "E100", {0, 0}, "there is nothing to read", help);
    }
    if (at.at == nullptr || at.at >= last) {
        const byte_range end = (last - 1)->where;
        return locate(in.from(), severity::error, "E100", end,
                      fmt::format("something is missing after `{}`", in.written(end)), help);
    }
    return locate(in.from(), severity::error, "E100", at.at->where,
                  fmt::format("`{}` cannot stand here", in.written(at.at->where)), help);
}

}  // namespace merit::language
