// The request: its columns, the frames that hold them, and how periods come about.
#include <algorithm>
#include <optional>

#include "plan/lower.hpp"
#include "plan/lowering.hpp"
#include "plan/period.hpp"
#include "plan/rewrite.hpp"
#include "plan/stages.hpp"

namespace merit::plan {

using language::program;

namespace {

period_rule rule_of(const language::request& asked) {
    period_rule made;
    for (const language::dimension& one : asked.by)
        if (one.calendar_unit != unit::none &&
            (made.of == unit::none || length_of(one.calendar_unit) < length_of(made.of)))
            made.of = one.calendar_unit;
    made.from_parameter = asked.range_from_parameter;
    made.to_parameter = asked.range_to_parameter;
    if (asked.range) made.range = *asked.range;
    if (!asked.range) {
        // `for p` alone names both ends by one parameter.
        if (made.from_parameter == nothing) made.from_parameter = made.to_parameter;
        if (made.to_parameter == nothing) made.to_parameter = made.from_parameter;
    }
    made.ranged = asked.range.has_value() || made.from_parameter != nothing;
    return made;
}

// A table that no cell reads is not there when the plan runs. A view's rows are its table's, so
// what a view refers to and what its table refers to may be one reference.
void copy_references(const program& from, const lowering& walk, plan& to) {
    for (std::uint32_t i = 0; i < from.references.size(); ++i) {
        const language::reference_info& one = from.references[i];
        if (one.to == language::nothing) continue;
        const id on = walk.known_table(one.from);
        const id target = walk.known_table(one.to);
        if (on == nothing || target == nothing) continue;
        const auto same = std::find_if(
            to.references.begin(), to.references.end(), [&](const reference_use& other) {
                return other.from == on && other.column == one.column && other.to == target;
            });
        if (same == to.references.end())
            to.references.push_back({one.role, on, one.column, target, walk.looked_up(i)});
        else
            same->looked_up = same->looked_up || walk.looked_up(i);
    }
}

void copy_declarations(const program& from, const lowering& walk, plan& to) {
    to.calendar = from.calendar;
    for (const language::calendar_info& one : from.calendars)
        to.calendars.push_back({one.name, one.works});
    for (const language::parameter_info& one : from.parameters)
        to.parameters.push_back({one.name, one.type, one.initial});
    for (const language::tier_table& one : from.tier_tables) {
        tier_table made{one.name, {}, one.bounds, one.pays};
        for (const language::tier_row& row : one.rows)
            made.rows.push_back({row.low.has_value(), row.high.has_value(),
                                 row.low.value_or(value{}), row.high.value_or(value{}), row.pays});
        to.tier_tables.push_back(std::move(made));
    }
    copy_references(from, walk, to);
}

void lower_grain(const language::request& asked, plan& to) {
    for (const language::dimension& one : asked.by)
        to.grain.push_back({one.name, one.calendar_unit, one.type, one.label});
}

id column_position(frame& in, id expression) {
    const auto found = std::find(in.columns.begin(), in.columns.end(), expression);
    if (found != in.columns.end()) return static_cast<id>(found - in.columns.begin());
    in.columns.push_back(expression);
    return static_cast<id>(in.columns.size() - 1);
}

// The one dimension that is no unit, when it is an entity with a table: its entities appear even
// without rows.
std::optional<id> population_cell(const program& from, lowering& walk) {
    const language::dimension* only = nullptr;
    for (const language::dimension& one : from.asked->by) {
        if (one.calendar_unit != unit::none) continue;
        if (only != nullptr) return std::nullopt;
        only = &one;
    }
    if (only == nullptr || only->entity == language::nothing) return std::nullopt;
    const language::table_id table = from.entities[only->entity].table;
    if (table == language::nothing) return std::nullopt;
    cell made;
    made.on = walk.source_of(table);
    for (const language::term_id filter : resolved_on(from, from.asked->population_where, table))
        for (const language::term_id condition : conjuncts(from, filter))
            made.where.push_back(walk.row(condition));
    normalize(made.where);
    made.keys = {walk.role_of(table, &language::table_info::key)};
    if (made.keys.front() == nothing) bug("an entity's table has no key");
    made.at = walk.existence_axis(table);
    return walk.out.add(std::move(made));
}

/// Rewrites the columns of the shown frame for one over fewer keys: what needs a dropped dimension
/// is blank there.
class total_columns {
public:
    total_columns(builder& out, std::size_t kept) : out_(out), kept_(kept) {}

    // Operands have smaller ids than what reads them, so one ascending pass over what is reached
    // meets no unknown.
    std::vector<id> of(const std::vector<id>& columns) {
        std::vector<bool> reached(out_.made.expressions.size(), false);
        for (const id column : columns) reached[column] = true;
        for (std::size_t i = reached.size(); i-- > 0;)
            if (reached[i])
                for (const id operand : out_.made.expressions[i].of) reached[operand] = true;
        became_.assign(reached.size(), nothing);
        for (id i = 0; i < reached.size(); ++i)
            if (reached[i]) became_[i] = rewrite(i);
        std::vector<id> made;
        for (const id column : columns) made.push_back(became_[column]);
        return made;
    }

private:
    id rewrite(id which) {
        expression made = out_.at(which);
        if (made.over != nothing) return which;
        if (made.op == expression_op::group_key && made.with >= kept_)
            return not_meaningful(std::move(made));
        for (id& operand : made.of) operand = became_[operand];
        if (made.op == expression_op::over_peers) {
            peer_window window = out_.made.peer_windows[made.with];
            if (drops_peers(window)) return not_meaningful(std::move(made));
            std::erase_if(window.partition,
                          [this](std::uint32_t position) { return position >= kept_; });
            made.with = out_.add(std::move(window));
        }
        return out_.add(std::move(made));
    }

    // A dropped dimension that is not in the partition is one of those whose groups are compared.
    bool drops_peers(const peer_window& window) const {
        for (auto position = static_cast<std::uint32_t>(kept_); position < out_.made.grain.size();
             ++position)
            if (std::find(window.partition.begin(), window.partition.end(), position) ==
                window.partition.end())
                return true;
        return false;
    }

    id not_meaningful(expression instead_of) {
        instead_of.op = expression_op::constant;
        instead_of.what = language::function::reason_of;
        instead_of.of.clear();
        instead_of.with = out_.constant(blank_value{});
        return out_.add(std::move(instead_of));
    }

    builder& out_;
    std::size_t kept_;
    std::vector<id> became_;
};

bool keeps_unit(const plan& in, const frame& of) {
    return std::any_of(of.keys.begin(), of.keys.end(), [&](std::uint32_t key) {
        return in.grain[key].calendar_unit != unit::none;
    });
}

// Copies, for the rewriting makes new expressions but no new frame may refer to a moved one.
void add_totals(const frame& shown, lowering& walk) {
    plan& made = walk.out.made;
    for (std::size_t kept = shown.keys.size(); kept-- > 0;) {
        frame total = shown;
        total.keys.resize(kept);
        total.columns = total_columns(walk.out, kept).of(shown.columns);
        total.every_period = keeps_unit(made, total);
        made.shown.totals.push_back(static_cast<id>(made.frames.size()));
        made.frames.push_back(std::move(total));
    }
}

frame shown_frame(const program& from, lowering& walk) {
    const language::request& asked = *from.asked;
    plan& made = walk.out.made;
    frame shown;
    for (std::uint32_t i = 0; i < asked.by.size(); ++i) shown.keys.push_back(i);
    shown.every_period = walk.has_unit();
    for (const language::shown& one : asked.terms) {
        const id value = walk.group(one.term, contexts::outermost);
        made.shown.columns.push_back({one.head, column_position(shown, value)});
        if (one.currency == language::nothing) continue;
        const id currency = walk.group(one.currency, contexts::outermost);
        made.shown.columns.back().currency = column_position(shown, currency);
    }
    shown.seen = walk.seen();
    walk.stop_showing();
    if (asked.having != language::nothing)
        made.shown.having = column_position(shown, walk.group(asked.having, contexts::outermost));
    for (const language::sort_key& one : asked.sort) {
        const id value = walk.group(one.term, contexts::outermost);
        made.shown.sort.push_back({column_position(shown, value), one.down});
    }
    if (const std::optional<id> cell = population_cell(from, walk))
        shown.population.push_back(*cell);
    return shown;
}

}  // namespace

plan lower(const program& from) {
    if (!from.asked) bug("a program without a request is not lowered");
    lowering walk(from);
    plan& made = walk.out.made;
    lower_grain(*from.asked, made);
    const frame shown = shown_frame(from, walk);
    made.shown.shown = static_cast<id>(made.frames.size());
    made.frames.push_back(shown);
    if (from.asked->totals) add_totals(shown, walk);
    made.periods = rule_of(*from.asked);
    copy_declarations(from, walk, made);
    number_stages(made);
    return std::move(walk.out.made);
}

}  // namespace merit::plan
