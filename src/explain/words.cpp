#include "explain/words.hpp"

#include <fmt/ranges.h>

#include <cstdlib>

#include "core/decimal.hpp"
#include "core/translation.hpp"
#include "language/functions.hpp"
#include "language/scope.hpp"

namespace merit::explain {

using language::function;
using language::op;
using language::term;
using language::term_id;

namespace {

constexpr unsigned most_depth = 24;    // deeper than people read
constexpr unsigned most_terms = 200;   // and longer
constexpr unsigned most_spelled = 12;  // of what the language spells out for its own words

bool is_time(const type& what) {
    return what.kind == type_kind::date || what.kind == type_kind::timestamp;
}

/// Functions that change how a value is held, not what it is.
bool is_silent(function what) {
    return what == function::to_double || what == function::to_decimal ||
           what == function::date_to_timestamp || what == function::money_of;
}

}  // namespace

vocabulary::vocabulary(const language::program& program, std::span<const value> parameters,
                       std::span<const language::source_ptr> sources,
                       const calendar::calendar& calendar, text_language how)
    : program_(program),
      parameters_(parameters),
      sources_(sources),
      calendar_(calendar),
      how_(how) {
    for (const language::named_term& one : program.names) {
        // What a KPI is called comes before the `def` that it calls.
        const auto [place, fresh] = names_.try_emplace(one.term, &one);
        if (!fresh && place->second->call && !one.call) place->second = &one;
    }
}

const language::named_term* vocabulary::name_of(term_id term) const {
    const auto found = names_.find(term);
    return found == names_.end() ? nullptr : found->second;
}

std::string vocabulary::text(const language::term& of) const {
    if (std::string step = step_reached(of); !step.empty()) return step;
    if (of.note.empty()) return text(of.text, of.source);
    return how_ == text_language::chinese ? translation::to_chinese(of.note) : std::string(of.note);
}

std::string vocabulary::text(byte_range where, std::uint32_t source) const {
    if (source >= sources_.size() || where.end > sources_[source]->text.size()) return {};
    std::string out;
    for (const char c :
         std::string_view(sources_[source]->text).substr(where.begin, where.end - where.begin)) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string vocabulary::local_text(std::int64_t local) const {
    std::string out = calendar::timestamp_text(local);
    out.pop_back();  // it is no UTC
    return out.ends_with("T00:00:00") ? out.substr(0, out.find('T')) : out;
}

std::string vocabulary::value_text(const value& what) const {
    if (const auto* text = std::get_if<std::string>(&what))
        return how_ == text_language::chinese ? "“" + *text + "”" : "\"" + *text + "\"";
    if (const auto* at = std::get_if<timestamp_value>(&what))
        return local_text(calendar_.to_local(at->microseconds));
    if (std::holds_alternative<blank_value>(what))
        return how_ == text_language::chinese ? "空" : "blank";
    return shortest_text(what);
}

std::string vocabulary::list(const std::vector<std::string>& all) const {
    if (how_ == text_language::chinese) return fmt::format("{}", fmt::join(all, "、"));
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string vocabulary::constant(const term& of) const {
    const value& is = program_.constants[of.with];
    if (std::holds_alternative<std::string>(is) || is_time(of.type)) return value_text(is);
    // A number as its author wrote it: 60% and 24h say more than 0.6 and 86400.
    std::string written = text(of);
    const bool plain = written.size() <= 24 && !written.empty() && written[0] >= '0' &&
                       written[0] <= '9' && written.find('(') == written.npos;
    return plain ? with_commas(written) : number(is);
}

std::string vocabulary::words(term_id which) const {
    left_ = most_terms;
    return words(which, 0);
}

std::string vocabulary::meaning(term_id which) const {
    defined_ = which;
    std::string out = words(which);
    defined_ = language::nothing;
    return out;
}

term_id vocabulary::through(term_id which) const {
    for (;;) {
        const term& of = program_.terms[which];
        if (of.kind != op::scalar || !is_silent(of.what) || of.of.empty()) return which;
        which = of.of.front();
    }
}

std::string vocabulary::number(const value& what) const {
    const bool plain = std::holds_alternative<std::int64_t>(what) ||
                       std::holds_alternative<decimal_value>(what) ||
                       std::holds_alternative<double>(what);
    if (const auto* money = std::get_if<money_value>(&what))
        return number(value(money->amount)) + " " + money->currency;
    return plain ? with_commas(shortest_text(what)) : value_text(what);
}

std::string vocabulary::number(engine::quad what) const {
    constexpr unsigned digits = 12;
    const engine::quad half = what < 0 ? -0.5 : 0.5;
    const engine::quad units =
        what * static_cast<engine::quad>(engine::power_of_ten(digits)) + half;
    return number(value(without_idle_zeros({static_cast<int128>(units), digits})));
}

std::string vocabulary::zoned_text(std::int64_t instant) const {
    const std::int64_t local = calendar_.to_local(instant);
    constexpr std::int64_t minute = 60'000'000;
    const std::int64_t minutes = (local - instant) / minute;
    if (minutes == 0) return {};
    std::string out = calendar::timestamp_text(local);
    out.pop_back();  // it is no UTC
    return fmt::format("{}{}{:02}:{:02}", out, minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                       std::abs(minutes) % 60);
}

std::string vocabulary::words(term_id which, unsigned depth) const {
    const term& of = program_.terms[which];
    if (depth > most_depth || left_ == 0) return "…";
    --left_;
    const bool plain = of.kind == op::column;  // not by the name of a column that is the same
    const language::named_term* const known = plain || defined_ == which ? nullptr : name_of(which);
    if (known != nullptr && of.kind == op::constant)
        return fmt::format("{} (= {})", known->name, constant(of));
    if (known != nullptr) return known->name;
    if (!of.note.empty()) return text(of);
    switch (of.kind) {
        case op::constant:
            return constant(of);
        case op::parameter: {
            const std::string& name = program_.parameters[of.with].name;
            if (of.with >= parameters_.size()) return name;
            return fmt::format("{} (= {})", name, value_text(parameters_[of.with]));
        }
        case op::column:
            return program_.tables[of.home].columns.fields[of.with].name;
        case op::look_up:
            return program_.references[of.with].role + "." + words(of.of.front(), depth + 1);
        case op::attribute: {
            const language::attribute_info& one = program_.attributes[of.with];
            return program_.entities[one.entity].name + "." + one.name;
        }
        case op::as_of:
            return how_ == text_language::chinese ? "统计时点" : "as_of";
        case op::chain:
            return chain(program_.chains[of.with]);
        case op::scalar:
            return scalar(of, depth);
        default:
            return is_hidden(of) ? structure(of, depth) : text(of);
    }
}

std::string vocabulary::spelled(term_id which) const {
    const term& of = program_.terms[which];
    hidden_.emplace(of.text, of.source);
    left_ = most_spelled;
    std::string out = words(which, 0);
    hidden_.reset();
    return out;
}

/// What a term is made of, where its text is only that of the word it stands for.
std::string vocabulary::structure(const term& of, unsigned depth) const {
    switch (of.kind) {
        case op::aggregate:
            return aggregate(program_.aggregates[of.with], depth);
        case op::in_context: {
            const language::change& how = program_.changes[of.with];
            const std::string inside = words(of.of.front(), depth + 1);
            if (how.kind != language::change_kind::time) return inside;
            return inside + " " + text(how.time.text, how.time.source);
        }
        case op::of_group:
            return program_.entities[of.with].name + "." + words(of.of.front(), depth + 1);
        case op::entity_key:
            return program_.entities[of.with].name;
        case op::period_start:
            return "period.start";
        case op::period_end:
            return "period.end";
        case op::covered_end:
            return "covered.end";
        default:
            return text(of);
    }
}

std::string vocabulary::aggregate(const language::aggregate& of, unsigned depth) const {
    static constexpr phrase where{" where {0}", " 其中 {0}"};
    static constexpr phrase per{" per {0}", " 每个 {0}"};
    std::string inside;
    if (of.argument != language::nothing)
        inside = words(of.argument, depth + 1);
    else if (of.table != language::nothing)
        inside = program_.tables[of.table].name;
    std::vector<std::string> entities;
    for (const language::dimension& one : of.per) entities.push_back(one.name);
    if (!entities.empty()) inside += per.in(how_, list(entities));
    if (of.where != language::nothing) inside += where.in(how_, words(of.where, depth + 1));
    return fmt::format("{}({})", language::name_of(of.what), inside);
}

/// Of a funnel: that an entity came to a step, which is a number in the program.
std::string vocabulary::step_reached(const term& of) const {
    if (of.kind != op::scalar || of.what != function::greater_equal) return {};
    const term& most = program_.terms[of.of[0]];
    const term& number = program_.terms[of.of[1]];
    if (most.kind != op::aggregate || number.kind != op::constant) return {};
    const term_id argument = program_.aggregates[most.with].argument;
    if (argument == language::nothing || program_.terms[argument].kind != op::chain) return {};
    const auto& names =
        program_.funnels[program_.chains[program_.terms[argument].with].funnel].names;
    const auto* const step = std::get_if<std::int64_t>(&program_.constants[number.with]);
    if (step == nullptr || *step < 1 || *step > static_cast<std::int64_t>(names.size())) return {};
    static constexpr phrase came{"came to `{0}`", "到达 `{0}`"};
    return came.in(how_, names[static_cast<std::size_t>(*step - 1)]);
}

/// What came of a funnel that began with a row.
std::string vocabulary::chain(const language::chain_value& of) const {
    static constexpr phrase reached{"steps reached", "到达的步数"};
    static constexpr phrase time{"time of `{0}`", "`{0}` 的时间"};
    static constexpr phrase place{"place among the chains", "在各链中的名次"};
    using kind = language::chain_value::kind;
    if (of.what == kind::reached) return std::string(reached.in(how_));
    if (of.what == kind::place) return std::string(place.in(how_));
    return time.in(how_, program_.funnels[of.funnel].names[of.step]);
}

std::string vocabulary::joined(const term& of, const phrase& between, unsigned depth) const {
    std::string out;
    for (const term_id one : of.of) {
        const term& inside = program_.terms[one];
        const bool mixed =
            inside.kind == op::scalar && inside.what != of.what &&
            (inside.what == function::logical_and || inside.what == function::logical_or);
        if (!out.empty()) out += between.in(how_);
        const std::string part = words(one, depth + 1);
        out += mixed ? "(" + part + ")" : part;
    }
    return out;
}

std::string vocabulary::negation(const term& of, unsigned depth) const {
    const term& inside = program_.terms[of.of.front()];
    if (inside.kind == op::scalar && inside.what == function::is_blank) {
        static constexpr phrase present{"{0} is not blank", "{0} 不为空"};
        return present.in(how_, words(inside.of.front(), depth + 1));
    }
    if (inside.kind == op::scalar && inside.what == function::in) {
        static constexpr phrase none{"{0} is none of {1}", "{0} 不是 {1} 之一"};
        std::vector<std::string> items;
        for (std::size_t i = 1; i < inside.of.size(); ++i)
            items.push_back(words(inside.of[i], depth + 1));
        return none.in(how_, words(inside.of.front(), depth + 1), list(items));
    }
    static constexpr phrase other{"not ({0})", "并非（{0}）"};
    return other.in(how_, words(of.of.front(), depth + 1));
}

bool vocabulary::is_cohort(term_id which) const {
    const term& of = program_.terms[which];
    if (of.kind != op::scalar || of.what != function::equal) return false;
    const term& borders = program_.terms[through(of.of[0])];
    return borders.kind == op::scalar && borders.what == function::units_between;
}

/// "paid in month 1 after customer.first_at"
std::string vocabulary::cohort(const term& of, unsigned depth) const {
    static constexpr phrase after{"{0} in {1} {2} after {3}", "{0} 在 {3} 之后第 {2} 个 {1}"};
    const term& borders = program_.terms[through(of.of[0])];
    const auto* const step =
        std::get_if<span_value>(&program_.constants[program_.terms[borders.of[2]].with]);
    return after.in(how_, words(borders.of[1], depth + 1),
                    step == nullptr ? "" : language::unit_name_of(step->unit),
                    words(of.of[1], depth + 1), words(borders.of[0], depth + 1));
}

std::string vocabulary::comparison(const term& of, unsigned depth) const {
    static constexpr phrase is{"{0} is {1}", "{0} 是 {1}"};
    static constexpr phrase is_not{"{0} is not {1}", "{0} 不是 {1}"};
    static constexpr phrase less{"{0} is below {1}", "{0} 小于 {1}"};
    static constexpr phrase at_most{"{0} is at most {1}", "{0} 不超过 {1}"};
    static constexpr phrase more{"{0} is above {1}", "{0} 大于 {1}"};
    static constexpr phrase at_least{"{0} is at least {1}", "{0} 不低于 {1}"};
    static constexpr phrase before{"{0} is before {1}", "{0} 早于 {1}"};
    static constexpr phrase until{"{0} is not after {1}", "{0} 不晚于 {1}"};
    static constexpr phrase after{"{0} is after {1}", "{0} 晚于 {1}"};
    static constexpr phrase since{"{0} is not before {1}", "{0} 不早于 {1}"};
    const bool time = is_time(program_.terms[of.of.front()].type);
    if (of.what == function::equal && program_.terms[through(of.of[0])].kind == op::scalar &&
        program_.terms[through(of.of[0])].what == function::units_between)
        return cohort(of, depth);
    const phrase* how = &is;
    switch (of.what) {
        case function::not_equal:
            how = &is_not;
            break;
        case function::less:
            how = time ? &before : &less;
            break;
        case function::less_equal:
            how = time ? &until : &at_most;
            break;
        case function::greater:
            how = time ? &after : &more;
            break;
        case function::greater_equal:
            how = time ? &since : &at_least;
            break;
        default:
            break;
    }
    return how->in(how_, words(of.of[0], depth + 1), words(of.of[1], depth + 1));
}

std::string vocabulary::call(const term& of, unsigned depth) const {
    std::vector<std::string> items;
    for (const term_id one : of.of) items.push_back(words(one, depth + 1));
    return fmt::format("{}({})", language::name_of(of.what), fmt::join(items, ", "));
}

std::string vocabulary::scalar(const term& of, unsigned depth) const {
    static constexpr phrase both{" and ", " 且 "};
    static constexpr phrase either{" or ", " 或 "};
    static constexpr phrase blank{"{0} is blank", "{0} 为空"};
    static constexpr phrase one_of{"{0} is one of {1}", "{0} 是 {1} 之一"};
    if (is_silent(of.what)) return words(of.of.front(), depth + 1);
    switch (of.what) {
        case function::logical_and:
            return joined(of, both, depth);
        case function::logical_or:
            return joined(of, either, depth);
        case function::logical_not:
            return negation(of, depth);
        case function::is_blank:
            return blank.in(how_, words(of.of.front(), depth + 1));
        case function::in: {
            static constexpr phrase is{"{0} is {1}", "{0} 是 {1}"};
            if (of.of.size() == 2)
                return is.in(how_, words(of.of[0], depth + 1), words(of.of[1], depth + 1));
            std::vector<std::string> items;
            for (std::size_t i = 1; i < of.of.size(); ++i)
                items.push_back(words(of.of[i], depth + 1));
            return one_of.in(how_, words(of.of.front(), depth + 1), list(items));
        }
        case function::equal:
        case function::not_equal:
        case function::less:
        case function::less_equal:
        case function::greater:
        case function::greater_equal:
            return comparison(of, depth);
        case function::negate:
            return "-" + words(of.of.front(), depth + 1);
        case function::add:
        case function::subtract:
        case function::multiply:
        case function::divide:
        case function::add_span: {
            const std::string_view sign =
                of.what == function::add_span ? "+" : language::name_of(of.what);
            const std::string all = fmt::format("{} {} {}", words(of.of[0], depth + 1), sign,
                                                words(of.of[1], depth + 1));
            return depth == 0 ? all : "(" + all + ")";
        }
        default:
            return call(of, depth);
    }
}

}  // namespace merit::explain
