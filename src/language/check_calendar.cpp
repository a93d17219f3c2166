// Calendars and what they answer: `calendar` statements, working time, `in month n after`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/calendar/fiscal_table.hpp"
#include "data/calendar/working_time.hpp"
#include "language/checker.hpp"
#include "language/foreign_words.hpp"
#include "language/imports.hpp"

namespace merit::language {

namespace {

constexpr type duration_type{.kind = type_kind::duration};

constexpr std::array day_names{"monday", "tuesday",  "wednesday", "thursday",
                               "friday", "saturday", "sunday"};
constexpr std::array month_names{"january",   "february", "march",    "april",
                                 "may",       "june",     "july",     "august",
                                 "september", "october",  "november", "december"};

template <std::size_t N>
std::optional<int> place_among(const std::array<const char*, N>& names, std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    for (std::size_t i = 0; i < N; ++i) {
        if (text == names[i] || text == std::string_view(names[i]).substr(0, 3))
            return static_cast<int>(i) + 1;
    }
    return std::nullopt;
}

std::string property_text(const tree& ast, const node& inside) {
    return inside.kind == node_kind::literal ? to_string(ast.values[inside.value])
                                             : std::string(ast.text(inside));
}

}  // namespace

void checker::read_calendar(const definition& one) {
    const scope at{.document = one.document};
    const tree& a = ast(one.document);
    calendar_info made;
    made.name = std::string(a.text(a.at(one.node)));
    const auto same = [&](const calendar_info& other) { return other.name == made.name; };
    if (std::any_of(out_.calendars.begin(), out_.calendars.end(), same)) {
        report(at, one.node, "E103", fmt::format("calendar `{}` is declared twice", made.name),
               "give one of them another name");
        return;
    }
    std::set<std::string_view> said;
    for (const node_id id : body_of(a, one.node)) {
        if (said.insert(a.text(a.at(id))).second) {
            calendar_property(at, id, made);
            continue;
        }
        report(at, id, "E103", fmt::format("`{}:` of the calendar is said twice", a.text(a.at(id))),
               "keep one of them");
    }
    working_properties(at, one.node, made);
    if (out_.calendars.empty()) out_.calendar = made.with;
    out_.calendars.push_back(std::move(made));
}

void checker::calendar_property(const scope& at, node_id id, calendar_info& into) {
    const tree& a = ast(at.document);
    const std::string_view word = a.text(a.at(id));
    const node_id inside = a.children_of(a.at(id))[0];
    const std::string text = property_text(a, a.at(inside));
    if (word == "zone") {
        calendar::settings trial;
        trial.zone = text;
        if (calendar::calendar::make(trial)) {
            into.with.zone = text;
        } else {
            report(at, inside, "E850", fmt::format("there is no time zone `{}`", text),
                   "use an IANA name such as \"Asia/Shanghai\"");
        }
    } else if (word == "week") {
        if (const auto day = place_among(day_names, text))
            into.with.week_start = *day;
        else
            report(at, inside, "E301", fmt::format("`{}` is no day of the week", text),
                   "write monday or sunday");
    } else if (word == "fiscal_year") {
        if (const auto month = place_among(month_names, text))
            into.with.fiscal_start = *month;
        else
            report(at, inside, "E301", fmt::format("`{}` is no month", text),
                   "write a month such as april");
    } else if (word == "periods") {
        const std::string* file = file_named(at, inside);
        if (file == nullptr) return;
        auto table = calendar::fiscal_table::read(*file);
        if (table) {
            into.with.periods = std::make_shared<const calendar::fiscal_table>(*std::move(table));
            return;
        }
        const diagnostic& why = table.error().diagnostics().front();
        report(at, inside, why.code, fmt::format("\"{}\", {}", text, why.message), why.help);
    } else if (word != "hours" && word != "holidays" && word != "extra") {
        const std::string_view meant = property_meant(word);
        report(at, id, "E101", fmt::format("a calendar has no property `{}`", word),
               meant.empty() ? "it has zone, week, fiscal_year, hours, holidays, extra and periods"
                             : fmt::format("write {}", meant));
    }
}

/// hours, then holidays and extra days: an extra day without hours of its own takes the usual ones.
void checker::working_properties(const scope& at, node_id statement, calendar_info& into) {
    const tree& a = ast(at.document);
    calendar::working_hours made;
    bool any = false;
    for (const std::string_view wanted : {"hours", "holidays", "extra"}) {
        for (const node_id id : body_of(a, statement)) {
            if (a.text(a.at(id)) != wanted) continue;
            const node_id inside = a.children_of(a.at(id))[0];
            const std::string text = property_text(a, a.at(inside));
            if (wanted == "hours") {
                any = true;
                auto week = calendar::read_week(text);
                if (week) {
                    made.week = *std::move(week);
                    continue;
                }
                const diagnostic& why = week.error().diagnostics().front();
                report(at, inside, why.code, why.message, why.help);
                continue;
            }
            if (!any) {
                report(at, id, "E852",
                       fmt::format("`{}` says nothing, for the calendar has no hours", wanted),
                       "add hours: \"mon-fri 09:00-18:00\"");
                return;
            }
            const std::string* file = file_named(at, inside);
            if (file == nullptr) continue;
            const auto read = calendar::read_special_days(*file, wanted == "holidays", made);
            if (read) continue;
            const diagnostic& why = read.error().diagnostics().front();
            report(at, inside, why.code, fmt::format("\"{}\", {}", text, why.message), why.help);
        }
    }
    if (!any) return;
    auto zone = calendar::calendar::make(into.with);
    if (zone)
        into.works =
            std::make_shared<const calendar::working_time>(*std::move(zone), std::move(made));
}

/// The text of a file that a property names; nullptr, and said so, when there is none.
const std::string* checker::file_named(const scope& at, node_id inside) {
    const std::string path = property_text(ast(at.document), ast(at.document).at(inside));
    const auto known = in_.files.find(file_beside(in_.documents[at.document]->from->name, path));
    if (known != in_.files.end() && known->second.problem.empty()) return &known->second.text;
    report(at, inside, "E830",
           known == in_.files.end()
               ? fmt::format("nothing can read \"{}\" here", path)
               : fmt::format("\"{}\" cannot be read: {}", path, known->second.problem),
           "correct the path, or give the model an importer");
    return nullptr;
}

/// The calendar of a function: the one named, or with an empty name the model's.
std::uint32_t checker::working_calendar(const scope& at, node_id id, std::string_view name) {
    constexpr std::string_view example = "calendar work { hours: \"mon-fri 09:00-18:00\" }";
    if (out_.calendars.empty()) {
        report(at, id, "E852", "no calendar says what working time is", std::string(example));
        return nothing;
    }
    std::uint32_t found = name.empty() ? 0 : nothing;
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < out_.calendars.size(); ++i) {
        names.push_back(out_.calendars[i].name);
        if (out_.calendars[i].name == name) found = i;
    }
    if (found == nothing) {
        const std::vector<std::string> near = near_names(name, names);
        report(at, id, "E101", fmt::format("there is no calendar `{}`", name),
               near.empty() ? fmt::format("the calendars are {}", fmt::join(names, ", "))
                            : fmt::format("did you mean {}?", fmt::join(near, ", ")));
        return nothing;
    }
    if (out_.calendars[found].works == nullptr) {
        report(at, id, "E852", fmt::format("calendar `{}` has no hours", names[found]),
               std::string(example));
        return nothing;
    }
    return found;
}

/// work_time, add_work_time, work_days, in_work_hours; a text behind their operands is a calendar.
term_id checker::work_function(const scope& at, node_id id, const function_entry& entry,
                               std::vector<term_id>& of) {
    const auto wrong = [&](std::string_view needs, const type& t) {
        report(at, id, "E301",
               fmt::format("`{}` needs {}, not {}", entry.name, needs, t.to_string()),
               std::string(entry.signature));
        return nothing;
    };
    const bool instant = entry.what == function::in_work_hours;
    const bool adds = entry.what == function::add_work_time;
    if (adds) {
        const value* v = constant_of(of[1]);
        const auto* span = v == nullptr ? nullptr : std::get_if<span_value>(v);
        if (span != nullptr && span->unit >= unit::day) {
            report(at, id, "E222", "a day has no fixed working time", "write hours, such as 8h");
            return nothing;
        }
        of[1] = exact_span(at, id, of[1]);
        const type& t = get(of[1]).type;
        if (t.kind != type_kind::blank && (t.kind != type_kind::duration || t.approximate))
            return wrong("an exact duration", t);
    }
    for (std::size_t i = 0; i < (instant || adds ? 1U : 2U); ++i) {
        const type& t = get(of[i]).type;
        if (t.kind == type_kind::blank) continue;
        if (instant ? t.kind != type_kind::timestamp : !is_time(t))
            return wrong(instant ? "a timestamp" : "a date or timestamp", t);
    }
    std::string name;
    bool by_row = false;
    if (of.size() == (instant ? 2U : 3U)) {
        if (get(of.back()).type.kind != type_kind::text)
            return wrong("a calendar's name as text", get(of.back()).type);
        const value* v = constant_of(of.back());
        by_row = v == nullptr;
        if (!by_row) {
            name = std::get<std::string>(*v);
            of.pop_back();
        }
    }
    std::uint32_t which = nothing;
    if (!by_row) {
        which = working_calendar(at, id, name);
        if (which == nothing) return nothing;
    }
    const type is = instant                             ? boolean_type
                    : adds                              ? type{.kind = type_kind::timestamp}
                    : entry.what == function::work_time ? duration_type
                                                        : int_type;
    return scalar(at, id, entry.what, is, of, which);
}

/// t in month n after t0: n borders of the unit lie between them, and t is not before t0.
term_id checker::in_unit_after(const scope& at, node_id id) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    const auto of = a.children_of(n);
    const term_id t = expression(at, of[0]);
    const term_id number = expression(at, of[1]);
    const term_id from = expression(at, of[2]);
    if (t == nothing || number == nothing || from == nothing) return nothing;
    for (const auto& [place, one] : {std::pair(of[0], t), std::pair(of[2], from)}) {
        const type& is = get(one).type;
        if (is_time(is) || is.kind == type_kind::blank) continue;
        report(
            at, place, "E301",
            fmt::format("`{}` is {}, not a date or timestamp", written(at, place), is.to_string()),
            "t in month n after t0 compares two times");
        return nothing;
    }
    const type& is = get(number).type;
    if (is.kind != type_kind::blank && (!is_exact(is) || is.scale != 0)) {
        report(at, of[1], "E301",
               fmt::format("`{}` is {}, not a whole number", written(at, of[1]), is.to_string()),
               "count the months with a whole number");
        return nothing;
    }
    const term_id step =
        constant(at, id, span_value{1, static_cast<unit>(n.op)}, {.kind = type_kind::span});
    const term_id borders = scalar(at, id, function::units_between, int_type, {from, t, step});
    const term_id there = compare_terms(at, id, function::equal, borders, number);
    const term_id later = compare_terms(at, id, function::greater_equal, t, from);
    if (there == nothing || later == nothing) return nothing;
    return scalar(at, id, function::logical_and, boolean_type, {there, later});
}

}  // namespace merit::language
