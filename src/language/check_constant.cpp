// Constants of a model: let and param.
#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

/// Declares a parameter. A decimal keeps six digits at least, so that 62.5% can take the place of
/// 60%.
std::uint32_t checker::parameter_named(const scope& at, node_id statement, node_id body,
                                       const std::string& name, term_id initial) {
    for (std::uint32_t i = 0; i < out_.parameters.size(); ++i) {
        if (out_.parameters[i].name == name) return i;
    }
    const tree& a = ast(at.document);
    type is = get(initial).type;
    if (a.at(statement).op == 1) {
        const std::string_view wanted = a.text(a.at(body_of(a, statement).front()));
        if (wanted == "double" && is_number(is)) is = {.kind = type_kind::float64};
        if (wanted == "decimal" && is_exact(is)) is.kind = type_kind::decimal;
        const std::string has = is.to_string();
        if (has.substr(0, has.find('(')) != wanted) {
            report(at, body, "E301",
                   fmt::format("`{}` is declared {}, but its default is {}", name, wanted, has),
                   fmt::format("write param {}: {} = …, or leave the type out", name,
                               has.substr(0, has.find('('))));
            return nothing;
        }
    }
    value first = *constant_of(initial);
    if (is.kind == type_kind::decimal) {
        const auto* whole = std::get_if<std::int64_t>(&first);
        const decimal_value given =
            whole != nullptr ? decimal_value{*whole, 0} : std::get<decimal_value>(first);
        // A number so long that six digits more do not fit keeps its own.
        const decimal_value scaled =
            at_scale(given, std::max<std::uint8_t>(is.scale, 6)).value_or(given);
        is.scale = scaled.scale;
        first = scaled;
    } else if (is.kind == type_kind::float64) {
        const auto* whole = std::get_if<std::int64_t>(&first);
        first = whole != nullptr ? static_cast<double>(*whole)
                                 : to_double(std::get<decimal_value>(first));
    }
    out_.parameters.push_back({name, is, std::move(first)});
    return static_cast<std::uint32_t>(out_.parameters.size() - 1);
}

/// A let or a param, from anywhere.
term_id checker::named_value(const scope& at, node_id path, std::string_view name) {
    const wanted what{wanted::kind::constant, in_.find(at.document, name)->first};
    return ready(at, path, what) ? done_[what] : nothing;
}

/// A let or param that is a whole period, such as @2026Q1.
bool checker::is_period(const definition& one) const {
    const scope inside{.document = one.document};
    const tree& a = ast(one.document);
    node_id body = body_of(a, one.node).back();
    if (!is_date_literal(inside, body)) return false;
    while (a.at(body).kind == node_kind::group) body = a.children_of(a.at(body))[0];
    const auto date = calendar::read_date(a.text(a.at(body)));
    return date && date->grain != unit::day && date->grain != unit::minute &&
           date->grain != unit::second;
}

term_id checker::constant_definition(const std::string& name) {
    const definition& one = in_.names.find(name)->second;
    const scope inside{.document = one.document};
    const node_id body = body_of(ast(one.document), one.node).back();
    term_id value_term = nothing;
    if (one.kind == definition_kind::param && is_period(one)) {
        // A period as a parameter is its text, for `for` reads it when the run begins.
        const std::string text = written(inside, body);
        value_term = constant(inside, body, text.substr(text.find('@') + 1), text_type);
    } else {
        value_term = expression(inside, body);
    }
    if (value_term == nothing) return nothing;
    if (get(value_term).at != level::constant) {
        report(inside, body, "E201", fmt::format("`{}` must be a constant", name),
               fmt::format("write kpi {} = … for a value computed from rows", name));
        return nothing;
    }
    if (one.kind == definition_kind::let) {
        const tree& a = ast(one.document);
        return defined(value_term, std::string(a.text(a.at(one.node))), one.document, one.node);
    }
    if (constant_of(value_term) == nullptr) {
        report(inside, body, "E301", fmt::format("the default of `{}` must be a plain value", name),
               "write the value itself");
        return nothing;
    }
    const std::uint32_t index =
        parameter_named(inside, one.node, body, in_.outward(name), value_term);
    if (index == nothing) return nothing;
    term t;
    t.kind = op::parameter;
    t.type = out_.parameters[index].type;
    t.with = index;
    t.text = ast(inside.document).at(body).where;
    t.source = inside.document;
    return intern(std::move(t));
}

}  // namespace merit::language
