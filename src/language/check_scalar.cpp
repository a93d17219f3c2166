// Calls: definitions, conditionals, numbers, text and time.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "data/calendar/duration_pattern.hpp"
#include "language/checker.hpp"
#include "language/foreign_words.hpp"

namespace merit::language {

namespace {

/// Name of a callee: a path, or a unit used as a function such as year(t).
std::string callee_name(const tree& ast, const node& callee) {
    if (callee.kind != node_kind::unit_name) {
        std::string out(ast.text(callee));
        for (const node_id word : ast.children_of(callee))
            out += "." + std::string(ast.text(ast.at(word)));
        return out;
    }
    switch (static_cast<unit>(callee.op)) {
        case unit::year:
            return "year";
        case unit::quarter:
            return "quarter";
        case unit::month:
            return "month";
        case unit::day:
            return "day";
        case unit::hour:
            return "hour";
        case unit::week:
            return "iso_week";
        default:
            return std::string(ast.text(callee));
    }
}

}  // namespace

term_id checker::call(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const auto parts = a.children_of(a.at(id));
    if (is_funnel_call(at, id)) return funnel_call(at, id, std::nullopt);
    const std::string name = callee_name(a, a.at(parts[0]));
    if (const auto* known = in_.find(at.document, name);
        known != nullptr && known->second.kind == definition_kind::def) {
        return def_call(at, id, known->first, known->second);
    }
    const function_entry* entry = find_function(name);
    if (entry == nullptr) {
        std::vector<std::string> visible;
        for (const function_entry& one : function_table()) visible.emplace_back(one.name);
        for (const auto& [known, one] : in_.names) {
            if (one.kind == definition_kind::def && !in_.aside[one.document])
                visible.push_back(known);
        }
        const std::vector<std::string> near = near_names(name, visible);
        std::string help = "`merit functions` lists them all";
        if (!near.empty()) help = fmt::format("did you mean {}?", fmt::join(near, ", "));
        if (const std::string_view instead = instead_of_function(name); !instead.empty())
            help = fmt::format("the language has no `{}`: write {}", name, instead);
        report(at, parts[0], "E101", fmt::format("there is no function `{}`", name),
               std::move(help));
        return nothing;
    }
    if (entry->kind == function_kind::aggregate) return aggregate_call(at, id, *entry);
    if (entry->kind == function_kind::peer) return peer_call(at, id, *entry);
    if (entry->kind == function_kind::row) return near_row_call(at, id, *entry);
    if (entry->what == function::target || entry->what == function::attainment)
        return target_call(at, id, *entry);
    if (entry->what == function::growth || entry->what == function::change)
        return comparison_in_time(at, id, *entry);
    if (entry->what == function::score) return score_call(at, id);
    if (entry->what == function::weighted_blank) return weighted_call(at, id);
    if (entry->what == function::start_of) return start_of_call(at, id);
    if (entry->what == function::convert) return convert_call(at, id);
    if (entry->what == function::tier || entry->what == function::tier_marginal ||
        entry->what == function::tier_interpolated) {
        return tier_call(at, id, *entry);
    }
    return scalar_call(at, id, *entry);
}

term_id checker::def_call(const scope& at, node_id id, const std::string& name,
                          const definition& one) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    const std::vector<node_id> body = body_of(ast(one.document), one.node);
    const tree& d = ast(one.document);
    if (arguments.size() + 1 != body.size()) {
        report(at, id, "E303",
               fmt::format("`{}` takes {} argument{}, not {}", name, body.size() - 1,
                           body.size() == 2 ? "" : "s", arguments.size()),
               "give each of its arguments");
        return nothing;
    }
    if (std::find(in_progress_.begin(), in_progress_.end(), name) != in_progress_.end()) {
        report(at, id, "E601", fmt::format("`{}` needs itself", name), "break the cycle");
        return nothing;
    }
    if (++expansions_ > in_.within.expansions) {
        report(at, id, "E708",
               fmt::format("definitions call each other more than {} times", in_.within.expansions),
               "name what repeats with kpi or let");
        return nothing;
    }
    std::map<std::string, closure, std::less<>> locals;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const node_kind kind = a.at(arguments[i]).kind;
        if (kind == node_kind::argument_named || kind == node_kind::argument_clauses ||
            kind == node_kind::argument_of) {
            report(at, arguments[i], "E303",
                   fmt::format("`{}` takes its arguments in order, as plain values", name),
                   "write the value alone");
            return nothing;
        }
        locals.emplace(std::string(d.text(d.at(body[i]))),
                       closure{at.document, arguments[i], &at, in_progress_.size()});
    }
    scope inside{.document = one.document,
                 .table = at.table,
                 .names = at.names,
                 .results = false,
                 .locals = &locals,
                 .per = at.per};
    in_progress_.push_back(name);
    const term_id out = expression(inside, body.back());
    in_progress_.pop_back();
    constexpr std::size_t most_named = 1000;  // explain has no use for more
    if (out != nothing && missing_.empty() && expansions_ <= most_named) {
        name_term(out, name, one.document, one.node);
        out_.names.back().call = true;
    }
    return out;
}

term_id checker::scalar_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (arguments.size() < entry.least || arguments.size() > entry.most) {
        report(at, id, "E303",
               fmt::format("`{}` does not take {} argument{}", entry.name, arguments.size(),
                           arguments.size() == 1 ? "" : "s"),
               std::string(entry.signature));
        return nothing;
    }
    std::vector<term_id> of;
    bool good = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const node_kind kind = a.at(arguments[i]).kind;
        if (kind == node_kind::argument_named || kind == node_kind::argument_clauses ||
            kind == node_kind::argument_of) {
            report(at, arguments[i], "E303", fmt::format("`{}` takes plain values", entry.name),
                   std::string(entry.signature));
            return nothing;
        }
        const bool condition_place =
            (entry.what == function::if_ && i == 0) ||
            (entry.what == function::ifs && i % 2 == 0 && i + 1 < arguments.size());
        of.push_back(condition_place ? condition(at, arguments[i]) : expression(at, arguments[i]));
        good = good && of.back() != nothing;
    }
    return good ? scalar_typed(at, id, entry, of) : nothing;
}

term_id checker::plain_scalar(const scope& at, node_id id, const function_entry& entry,
                              std::vector<term_id> of) {
    switch (entry.what) {
        case function::if_:
        case function::ifs:
        case function::if_blank:
            return branches(at, id, entry, of);
        case function::reason_of:
            return scalar(at, id, entry.what, text_type, std::move(of));
        case function::abs:
        case function::round:
        case function::floor:
        case function::ceil:
        case function::sqrt:
        case function::mod:
        case function::bucket:
            return number_function(at, id, entry, of);
        case function::least:
        case function::greatest:
        case function::clamp:
            return extreme_function(at, id, entry, of);
        case function::date_of:
        case function::year:
        case function::quarter:
        case function::month:
        case function::day:
        case function::weekday:
        case function::iso_week:
        case function::hour:
        case function::months_between:
            return time_function(at, id, entry, of);
        case function::work_time:
        case function::add_work_time:
        case function::work_days:
        case function::in_work_hours:
            return work_function(at, id, entry, of);
        default:
            return text_function(at, id, entry, of);
    }
}

/// if, ifs, if_blank: the branches share a type.
term_id checker::branches(const scope& at, node_id id, const function_entry& entry,
                          std::vector<term_id>& of) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < of.size(); ++i) {
        const bool condition_place =
            (entry.what == function::if_ && i == 0) ||
            (entry.what == function::ifs && i % 2 == 0 && i + 1 < of.size());
        if (!condition_place) places.push_back(i);
    }
    std::vector<term_id> values;
    for (const std::size_t i : places) values.push_back(of[i]);
    type is;
    bool numbers = true;
    for (const term_id one : values) {
        const type& t = get(one).type;
        if (t.kind == type_kind::blank) continue;
        numbers = numbers && is_number(t);
        if (is.kind == type_kind::blank) is = t;
        if (is.kind == type_kind::duration && t.kind == type_kind::duration)
            is.approximate = is.approximate || t.approximate;
        if (t.kind != is.kind && !(is_number(t) && is_number(is))) {
            report(at, id, "E301",
                   fmt::format("`{}` would be {} or {}", entry.name, is.to_string(), t.to_string()),
                   "give every branch the same type");
            return nothing;
        }
        if (t.kind == type_kind::money && currencies_differ(t, is)) {
            report(at, id, "E220",
                   fmt::format("`{}` would be {} or {}", entry.name, is.currency, t.currency),
                   "convert one of them");
            return nothing;
        }
    }
    if (is.kind != type_kind::blank && (numbers || is.kind == type_kind::money))
        values = aligned(at, id, values);
    for (std::size_t i = 0; i < places.size(); ++i) {
        of[places[i]] =
            is.kind == type_kind::duration && get(values[i]).type.kind == type_kind::duration
                ? widened(at, id, values[i], is)
                : values[i];
        if (get(values[i]).type.kind != type_kind::blank && is.kind != type_kind::duration)
            is = get(values[i]).type;
    }
    return scalar(at, id, entry.what, is, of);
}

/// least, greatest, clamp: arguments of one type, numbers aligned.
term_id checker::extreme_function(const scope& at, node_id id, const function_entry& entry,
                                  std::vector<term_id>& of) {
    type is;
    bool numbers = true;
    for (const term_id one : of) {
        const type& t = get(one).type;
        if (t.kind == type_kind::blank) continue;
        numbers = numbers && is_number(t);
        if (is.kind == type_kind::blank) is = t;
        is.approximate = is.approximate || t.approximate;
        if (currencies_differ(t, is)) {
            report(at, id, "E220",
                   fmt::format("`{}` cannot choose between {} and {}", entry.name, is.currency,
                               t.currency),
                   "convert one of them");
            return nothing;
        }
        if ((is_number(t) && is_number(is)) || t.kind == is.kind) continue;
        report(at, id, "E301",
               fmt::format("`{}` cannot choose between {} and {}", entry.name, is.to_string(),
                           t.to_string()),
               "give every argument the same type");
        return nothing;
    }
    if (is.kind == type_kind::boolean || is.kind == type_kind::span) {
        report(at, id, "E301", fmt::format("`{}` needs values with an order", entry.name),
               std::string(entry.signature));
        return nothing;
    }
    if (numbers || is.kind == type_kind::money) of = aligned(at, id, of);
    for (term_id& one : of) {
        if (get(one).type.kind == type_kind::duration) one = widened(at, id, one, is);
        if (get(one).type.kind != type_kind::blank) is = get(one).type;
    }
    return scalar(at, id, entry.what, is, of);
}

term_id checker::number_function(const scope& at, node_id id, const function_entry& entry,
                                 std::vector<term_id>& of) {
    const auto wrong = [&](const type& t) {
        report(at, id, "E301", fmt::format("`{}` needs numbers, not {}", entry.name, t.to_string()),
               std::string(entry.signature));
        return nothing;
    };
    const type first = get(of[0]).type;
    const bool sized = first.kind == type_kind::duration || first.kind == type_kind::money;
    if (!is_number(first) && first.kind != type_kind::blank &&
        !(sized && entry.what == function::abs) &&
        !(first.kind == type_kind::money && entry.what == function::round) &&
        !(first.kind == type_kind::duration && entry.what == function::bucket)) {
        return wrong(first);
    }
    switch (entry.what) {
        case function::sqrt:
            return scalar(at, id, entry.what, double_type, {widened(at, id, of[0], double_type)});
        case function::round: {
            std::int64_t digits = 0;
            if (of.size() == 2) {
                const value* v = constant_of(of[1]);
                const auto* n = v == nullptr ? nullptr : std::get_if<std::int64_t>(v);
                if (n == nullptr || *n < 0 || *n > 18) {
                    report(at, id, "E301", "the digits of round() are a whole number from 0 to 18",
                           "round(x, 2)");
                    return nothing;
                }
                digits = *n;
            }
            type is = first;
            if (first.kind == type_kind::decimal || first.kind == type_kind::money)
                is.scale = static_cast<std::uint8_t>(std::min<std::int64_t>(first.scale, digits));
            if (is.kind == type_kind::decimal && is.scale == 0)
                is = {.kind = type_kind::decimal, .scale = 0};
            return scalar(at, id, entry.what, is, {of[0], constant(at, id, digits, int_type)});
        }
        case function::floor:
        case function::ceil: {
            type is = first;
            if (first.kind == type_kind::decimal) is = {.kind = type_kind::decimal, .scale = 0};
            return scalar(at, id, entry.what, is, of);
        }
        case function::mod:
        case function::bucket: {
            if (first.kind == type_kind::duration) {
                const term_id width = exact_span(at, id, of[1]);
                if (width == nothing) return nothing;
                if (get(width).type.kind != type_kind::duration) {
                    report(at, id, "E221",
                           fmt::format("the width of a bucket of durations is a duration, not {}",
                                       get(width).type.to_string()),
                           "bucket(x, 24h)");
                    return nothing;
                }
                return scalar(at, id, entry.what, first, {of[0], widened(at, id, width, first)});
            }
            if (!is_number(get(of[1]).type)) return wrong(get(of[1]).type);
            of = aligned(at, id, of);
            return scalar(at, id, entry.what, get(of[0]).type, of);
        }
        default:
            return scalar(at, id, entry.what, first, of);
    }
}

term_id checker::text_function(const scope& at, node_id id, const function_entry& entry,
                               std::vector<term_id>& of) {
    type is = text_type;
    if (entry.what == function::contains || entry.what == function::starts_with) is = boolean_type;
    if (entry.what == function::length) is = int_type;
    if (entry.what == function::to_number) is = double_type;
    if (entry.what == function::to_date) is = {.kind = type_kind::date};
    if (entry.what == function::to_timestamp) is = {.kind = type_kind::timestamp};
    if (entry.what == function::to_duration) is = {.kind = type_kind::duration};
    for (std::size_t i = 0; i < of.size(); ++i) {
        const bool number =
            (i == 1 && (entry.what == function::left || entry.what == function::right)) ||
            (i == 2 && entry.what == function::split_part);
        const type& t = get(of[i]).type;
        if (t.kind == type_kind::blank ||
            (number ? t.kind == type_kind::int64 : t.kind == type_kind::text))
            continue;
        report(at, id, "E301",
               fmt::format("`{}` needs {} here, not {}", entry.name,
                           number ? "a whole number" : "text", t.to_string()),
               std::string(entry.signature));
        return nothing;
    }
    const bool length = entry.what == function::to_duration;
    const bool pattern =
        length || entry.what == function::to_date || entry.what == function::to_timestamp;
    if (pattern && of.size() == 2) {
        const value* v = constant_of(of[1]);
        const auto* text = v == nullptr ? nullptr : std::get_if<std::string>(v);
        const bool fine =
            text != nullptr && (length ? calendar::duration_pattern::compile(*text).has_value()
                                       : calendar::pattern::compile(*text).has_value());
        if (!fine) {
            report(at, id, "E301",
                   fmt::format("the pattern must be a text such as \"{}\"",
                               length ? "H:MM:SS" : "M/D/YYYY H:MM"),
                   std::string(entry.signature));
            return nothing;
        }
    }
    return scalar(at, id, entry.what, is, of);
}

term_id checker::time_function(const scope& at, node_id id, const function_entry& entry,
                               std::vector<term_id>& of) {
    for (const term_id one : of) {
        const type& t = get(one).type;
        if (is_time(t) || t.kind == type_kind::blank) continue;
        report(at, id, "E301",
               fmt::format("`{}` needs a date or timestamp, not {}", entry.name, t.to_string()),
               std::string(entry.signature));
        return nothing;
    }
    if (entry.what == function::date_of) {
        return get(of[0]).type.kind == type_kind::date
                   ? of[0]
                   : scalar(at, id, entry.what, {.kind = type_kind::date}, of);
    }
    return scalar(at, id, entry.what, int_type, of);
}

/// The unit that an argument names, through the arguments of a definition; none when it is none.
unit checker::unit_argument(const scope& at, node_id id) const {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    if (n.kind == node_kind::unit_name) return static_cast<unit>(n.op);
    if (n.kind != node_kind::path || n.count != 0 || at.locals == nullptr) return unit::none;
    const auto local = at.locals->find(a.text(n));
    if (local == at.locals->end()) return unit::none;
    return unit_argument(*local->second.in, local->second.node);
}

term_id checker::start_of_call(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    const auto of = arguments.size() == 2 ? unit_argument(at, arguments[1]) : unit::none;
    if (of == unit::none) {
        report(at, id, "E303", "`start_of` needs a time and a unit", "start_of(t, month)");
        return nothing;
    }
    const term_id t = expression(at, arguments[0]);
    if (t == nothing) return nothing;
    const type is = get(t).type;
    if (!is_time(is)) {
        report(at, id, "E301",
               fmt::format("`start_of` needs a date or timestamp, not {}", is.to_string()),
               "start_of(t, month)");
        return nothing;
    }
    const term_id unit_term =
        constant(at, arguments[1], span_value{1, of}, {.kind = type_kind::span});
    return scalar(at, id, function::start_of, is, {t, unit_term});
}

}  // namespace merit::language
