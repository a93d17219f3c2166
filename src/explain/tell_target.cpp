// Targets, in the words of targets: which rows were set, or added up over entities and periods, and
// for which part of a period.
#include <algorithm>

#include "explain/apportion.hpp"
#include "explain/telling.hpp"
#include "language/functions.hpp"

namespace merit::explain {

using language::function;
using language::op;

void telling::call_target(place at) {
    static constexpr phrase target{"target", "目标"};
    called_.emplace(at.traced, target.in(how_.wording));
}

/// A target is cut into the periods that the targets are for.
result<void> telling::tell_target(place at, into made) {
    made.operation = "target";
    const place periods = through(operand(at, 0));
    if (term(periods).kind != op::aggregate || traced(periods).inner == plan::nothing) {
        add(made, periods, "value");
        return {};
    }
    if (traced(periods).argument != plan::nothing) {
        const place piece = through({traced(periods).argument, 0});
        target_pieces_.insert(piece.traced);
        call_target(piece);
    }
    static constexpr phrase mean{"the mean over its periods", "取各期间的平均"};
    static constexpr phrase last{"that of the last of its periods", "取最后一个期间"};
    const function fold = of_.program.aggregates[term(periods).with].what;
    if (fold == function::avg || fold == function::last)
        add_rule(made, "target_roll",
                 std::string((fold == function::avg ? mean : last).in(how_.wording)));
    tell_versions(at, made);
    const bool blank = std::holds_alternative<blank_value>(made.value);
    if (blank && traced(at).of.size() == 2)
        if (auto done = tell_gaps(operand(at, 1), made); !done) return done;
    return tell_aggregate(periods, made, blank);
}

/// What changes of an entity counts as it is at the end of each piece.
void telling::tell_versions(place at, into made) const {
    static constexpr phrase ends{
        "{0} is that at the end of each period, as far as it is asked, or the last before it",
        "{0} 取各期间所求部分结束时的值，其时已无则取此前最后的值"};
    const language::program& in = of_.program;
    for (const language::dimension& one : in.asked->by) {
        const auto& keys = of_.run.what().frames[traced(at).frame].keys;
        const bool grouped = std::any_of(keys.begin(), keys.end(), [&](std::uint32_t key) {
            return of_.run.what().grain[key].name == one.name;
        });
        const bool changes =
            std::any_of(one.on.begin(), one.on.end(), [&](const language::on_table& on) {
                const language::term& how = in.terms[on.term];
                if (how.kind != op::look_up || how.what != function::none) return false;
                const language::table_id to = in.references[how.with].to;
                return to != language::nothing &&
                       in.tables[to].kind == language::table_kind::versions;
            });
        if (grouped && changes) add_rule(made, "target_at_end", ends.in(how_.wording, one.name));
    }
}

/// Why a target is not known: the periods that lack a piece of it, or have none themselves.
result<void> telling::tell_gaps(place known, into made) {
    static constexpr phrase piece{"a piece of it is missing in {0}", "以下期间缺少其中一部分：{0}"};
    static constexpr phrase all{"nothing is set for {0}, and no entity has rows at any time",
                                "{0} 未设定目标，且没有实体在任何时候有目标行"};
    std::vector<std::string> lacking;
    std::vector<std::string> without;
    bool entities = false;
    std::vector<place> open{known};
    while (!open.empty()) {
        const place next = through(open.back());
        open.pop_back();
        if (term(next).kind == op::scalar)
            for (std::size_t i = 0; i < traced(next).of.size(); ++i)
                open.push_back(operand(next, i));
        if (term(next).kind != op::aggregate || traced(next).inner == plan::nothing) continue;
        if (explain::number_of(value_of(next).value).value_or(0) == 0) continue;
        const std::string_view note = term(next).note;
        entities = entities || note.starts_with("periods in which an entity");
        if (note != "periods that lack a target" && note != "periods without a target") continue;
        constexpr std::size_t most = 1'000;
        auto met = of_.run.rows_of(asked_of(next, most, false));
        if (!met) return met.error();
        explained_rows listed;
        list_entities(next, *met, listed);
        for (const explained_row& one : listed.first)
            if (one.taken == value(true))
                (note.ends_with("lack a target") ? lacking : without).push_back(one.key);
    }
    if (!lacking.empty())
        add_rule(made, "target_gap", piece.in(how_.wording, words_.list(shortened(lacking))));
    if (!without.empty() && !entities)
        add_rule(made, "target_gap", all.in(how_.wording, words_.list(shortened(without))));
    return {};
}

/// No more names than rows are listed.
std::vector<std::string> telling::shortened(std::vector<std::string> names) const {
    if (names.size() > how_.rows && how_.rows != 0) {
        names.resize(how_.rows);
        names.emplace_back("…");
    }
    return names;
}

/// What entities have, and what was set for coarser ones, are shares of targets.
void telling::mark_shares(place sum) {
    sum = through(sum);
    place listed = sum;
    const bool covered = is_sum_of_set_rows(sum);
    if (covered) {
        mark_shares(operand(sum, 0));
        listed = through(operand(sum, 1));
    }
    if (term(listed).kind != op::aggregate || traced(listed).argument == plan::nothing) return;
    const place inside = through({traced(listed).argument, 0});
    if (!covered) {
        target_shares_.insert(inside.traced);
        call_target(inside);
    } else if (traced(inside).of.size() == 2) {  // what was set, less the sum
        const place set = through(operand(inside, 0));
        target_shares_.insert(set.traced);
        call_target(set);
        static constexpr phrase less{"what was set for it, less the sum of its own",
                                     "为它设定的目标减去其下各实体之和"};
        called_.emplace(inside.traced, less.in(how_.wording));
        mark_shares(operand(inside, 1));
    }
}

/// A sum over entities, with what was set for coarser ones instead of theirs.
bool telling::is_sum_of_set_rows(place at) const {
    return term(at).kind == op::scalar && term(at).what == function::add &&
           traced(at).of.size() == 2;
}

/// What is set for just the group wins over the sum of what its entities have.
result<void> telling::tell_target_piece(place at, into made) {
    static constexpr phrase set{
        "set for this group itself, which wins over the sum of its entities",
        "为本组单独设定，优先于各实体之和"};
    static constexpr phrase sum{"nothing is set for this group itself: the sum over its entities",
                                "未为本组单独设定：取各实体之和"};
    static constexpr phrase mean{"nothing is set for this group itself: the mean over its entities",
                                 "未为本组单独设定：取各实体的平均"};
    made.operation = "target";
    if (term(at).what != function::if_ || traced(at).of.size() != 3)
        return tell_target_share(at, made);
    const value won = value_of(operand(at, 0)).value;
    if (const auto* const is_set = std::get_if<bool>(&won); is_set != nullptr && *is_set) {
        add_rule(made, "target_set", std::string(set.in(how_.wording)));
        return tell_target_share(through(operand(at, 1)), made);
    }
    place entities = through(operand(at, 2));
    const bool checked = term(entities).kind == op::scalar &&
                         term(entities).what == function::if_ && traced(entities).of.size() == 2;
    if (checked) {
        if (auto done = tell_lacking(operand(entities, 0), made); !done) return done;
        entities = through(operand(entities, 1));
    }
    // What was set for coarser entities is told where there is any.
    while (is_sum_of_set_rows(entities)) {
        const auto more = explain::number_of(value_of(operand(entities, 1)).value);
        if (!more || *more != 0) break;
        entities = through(operand(entities, 0));
    }
    if (term(entities).kind != op::aggregate || traced(entities).argument == plan::nothing) {
        mark_shares(entities);
        add(made, entities, "entities");
        return {};
    }
    const bool average = of_.program.aggregates[term(entities).with].what == function::avg;
    add_rule(made, "target_entities", std::string((average ? mean : sum).in(how_.wording)));
    const place share = through({traced(entities).argument, 0});
    target_shares_.insert(share.traced);
    call_target(share);
    if (auto done = tell_aggregate(entities, made); !done) return done;
    if (made.rows) made.rows->whose.clear();  // they are there, with rows or without
    return {};
}

/// Entities that should have a row of the targets and have none: `none` is their rows = 0.
result<void> telling::tell_lacking(place none, into made) {
    static constexpr phrase missing{"without the target that they should have: {0}",
                                    "应有目标而没有：{0}"};
    if (traced(none).of.empty()) return {};
    const place rows = through(operand(none, 0));
    if (explain::number_of(value_of(rows).value).value_or(0) <= 0) return {};
    std::map<std::string, engine::quad> ties;
    if (auto done = count_lacking(rows, 1, ties); !done) return done;
    std::vector<std::string> names;
    for (const auto& [name, tied] : ties)
        if (tied > 0) names.push_back(name);
    if (!names.empty())
        add_rule(made, "target_missing", missing.in(how_.wording, words_.list(shortened(names))));
    return {};
}

/// What ties each of them to the group; what is set for a coarser entity takes its part away.
result<void> telling::count_lacking(place rows, int sign,
                                    std::map<std::string, engine::quad>& ties) {
    constexpr std::size_t most = 10'000;
    rows = through(rows);
    place listed = rows;
    const bool covered = is_sum_of_set_rows(rows);
    if (covered) {
        if (auto done = count_lacking(operand(rows, 0), sign, ties); !done) return done;
        listed = through(operand(rows, 1));
    }
    if (traced(listed).inner == plan::nothing || traced(listed).argument == plan::nothing)
        return {};
    auto met = of_.run.rows_of(asked_of(listed, most, false));
    if (!met) return met.error();
    if (!covered) {
        explained_rows entities;
        list_entities(listed, *met, entities);
        for (const explained_row& one : entities.first)
            ties[one.key] += sign * explain::number_of(one.taken).value_or(0);
        return {};
    }
    for (const std::uint32_t row : met->first) {  // each has 0 less its rows
        const place less = through({traced(listed).argument, row});
        if (traced(less).of.size() != 2) continue;
        if (auto done = count_lacking(operand(less, 1), -sign, ties); !done) return done;
    }
    return {};
}

/// Rows of the targets, and the parts of the period that they are taken for.
result<void> telling::tell_target_share(place at, into made) {
    made.operation = "target";
    const bool divided = term(at).kind == op::scalar && term(at).what == function::divide;
    std::vector<place> taken;
    place rows = divided ? through(operand(at, 0)) : at;
    while (term(rows).kind == op::scalar && term(rows).what == function::multiply) {
        taken.push_back(through(operand(rows, 1)));
        rows = through(operand(rows, 0));
    }
    std::vector<place> whole;
    place below = divided ? through(operand(at, 1)) : at;
    while (divided && term(below).kind == op::scalar && term(below).what == function::multiply) {
        whole.push_back(through(operand(below, 1)));
        below = through(operand(below, 0));
    }
    if (divided) whole.push_back(below);
    if (term(rows).kind != op::aggregate || taken.size() != whole.size()) {
        add_operands(at, made);
        return {};
    }
    if (auto done = tell_aggregate(rows, made); !done) return done;
    std::string factors;
    for (std::size_t i = taken.size(); i-- > 0;)
        factors += days_text(counted_days(taken[i]), counted_days(whole[i]), made);
    if (factors.empty() || made.rows->kept == 0) return {};
    add_rule(made, "target_part", words_.number(value_of(rows).value) + factors);
    return {};
}

/// Where no day is asked, none is taken away: the days in the other case.
telling::place telling::counted_days(place at) {
    const bool guarded =
        term(at).kind == op::scalar && term(at).what == function::if_ && traced(at).of.size() == 3;
    return guarded ? through(operand(at, 2)) : at;
}

/// Past clauses that make it the same for whatever group.
telling::place telling::of_any_group(place at) const {
    while (term(at).kind == op::in_context) {
        const auto inside = there(at, 0);
        if (!inside) break;
        at = through(*inside);
    }
    return at;
}

/// " × 15 of 20 working days"; nothing for all of them. The days of an entity's rows are told with
/// these.
std::string telling::days_text(place taken, place whole, into made) {
    static constexpr phrase asked{" (asked: {0} to {1})", "（所求：{0} 至 {1}）"};
    static constexpr phrase days{" × {0} of {1} days", " × {1} 天中的 {0} 天"};
    static constexpr phrase work{" × {0} of {1} working days", " × {1} 个工作日中的 {0} 个"};
    static constexpr phrase months{" × {0} of {1} equal months", " × {1} 个等分月中的 {0} 个"};
    const value part = value_of(taken).value;
    const value all = value_of(whole).value;
    if (explain::number_of(part) == explain::number_of(all)) return {};
    // Days are counted as borders between two dates, and one more.
    const auto dates_of = [&](place at) {
        return term(at).what == function::add ? through(operand(at, 0)) : at;
    };
    const bool works = term(dates_of(whole)).what == function::work_days;
    const bool whole_days = term(whole).type.kind == type_kind::int64;
    const phrase& how = works ? work : whole_days ? days : months;
    const std::string out = how.in(how_.wording, words_.number(part), words_.number(all));
    const place rows = of_any_group(taken);
    if (term(rows).kind == op::aggregate) {
        add(made, rows, "days");
        return out;
    }
    const place dates = dates_of(taken);
    const bool counted = works || term(dates).what == function::units_between;
    if (!counted || !whole_days || traced(dates).of.size() < 2) return out;
    return out + asked.in(how_.wording,
                          words_.value_text(value_of(through(operand(dates, 0))).value),
                          words_.value_text(value_of(through(operand(dates, 1))).value));
}

}  // namespace merit::explain
