// The plan as text, one node a line.
#include <string>

#include "plan/builder.hpp"
#include "plan/print_expression.hpp"

namespace merit::plan {

namespace {

std::string number(id which) {
    return std::to_string(which);
}

std::string unit_name(unit of) {
    switch (of) {
        case unit::none:
            return "one";
        case unit::second:
            return "second";
        case unit::minute:
            return "minute";
        case unit::hour:
            return "hour";
        case unit::day:
            return "day";
        case unit::week:
            return "week";
        case unit::month:
            return "month";
        case unit::quarter:
            return "quarter";
        case unit::year:
            return "year";
        case unit::fiscal_month:
            return "fiscal_month";
        case unit::fiscal_quarter:
            return "fiscal_quarter";
        case unit::fiscal_year:
            return "fiscal_year";
    }
    return {};
}

// "keys a, b"; nothing for an empty list.
template <class List, class Name>
std::string listed(const char* word, const List& all, const char* between, Name name) {
    std::string made;
    for (const auto& one : all)
        made += (made.empty() ? std::string(word) : std::string(between)) + name(one);
    return made;
}

class plan_printer {
public:
    explicit plan_printer(const plan& what) : what_(what), texts_(print_expressions(what)) {}

    std::string all() {
        for (const table_use& one : what_.tables) line("table " + one.name + key_text(one));
        for (const reference_use& one : what_.references) line(reference_text(one));
        for (const guard& one : what_.guards) line(guard_text(one));
        for (id i = 0; i < what_.sources.size(); ++i)
            line("source " + number(i) + ' ' + source_text(what_.sources[i]));
        for (const table_use& one : what_.tables)
            if (one.expansion != nothing) line(expansion_text(one));
        for (id i = 1; i < what_.maps.size(); ++i)
            line("map " + number(i) + map_text(what_.maps[i]));
        for (const id one : texts_.lifted)
            line("expression " + number(one) + ' ' + texts_.whole[one]);
        for (id i = 0; i < what_.cells.size(); ++i)
            line("cell " + number(i) + ' ' + cell_text(what_.cells[i]));
        for (id i = 0; i < what_.frames.size(); ++i)
            line("frame " + number(i) + frame_text(what_.frames[i]));
        line(answer_text());
        line(period_text());
        return std::move(made_);
    }

private:
    void line(const std::string& text) { made_ += text + '\n'; }

    // A long expression has a line of its own; others are spelled out.
    std::string text(id which) const {
        const std::string& whole = texts_.whole[which];
        const std::string& named = texts_.named[which];
        return named.size() >= whole.size() ? whole : named;
    }
    std::string condition(id which) const {
        const expression& one = what_.expressions[which];
        const bool either =
            one.op == expression_op::scalar && one.what == language::function::logical_or;
        return either ? texts_.named[which] : text(which);
    }

    std::string key_text(const table_use& one) const {
        std::string made;
        if (!one.entity.empty()) made += " of " + one.entity;
        if (one.key != nothing) made += " key " + one.columns.fields[one.key].name;
        if (one.view_of != nothing) made += " from " + what_.tables[one.view_of].name;
        if (one.kept != nothing) made += " where " + text(one.kept);
        return made;
    }

    std::string expansion_text(const table_use& rows) const {
        const expansion& one = what_.expansions[rows.expansion];
        const std::string made = "rows of " + what_.tables[one.base].name;
        if (one.how == expansion::kind::shares)
            return made + " shared by " + text(one.key) + " = " + text(one.other_key) + " among " +
                   text(one.user) + ", each " + text(one.share);
        return made + " from " + text(one.from) +
               (one.to == nothing ? std::string() : " to " + text(one.to));
    }

    std::string reference_text(const reference_use& one) const {
        const table_use& from = what_.tables[one.from];
        return "reference " + one.role + ": " + from.name + '.' +
               from.columns.fields[one.column].name + " to " + what_.tables[one.to].name +
               (one.looked_up ? ", looked up" : "");
    }

    std::string guard_text(const guard& one) const {
        const std::string& table = what_.tables[one.table].name;
        if (one.open) return "allow all of " + table;
        if (one.conditions.empty()) return "allow nothing of " + table;
        return "allow " + table + listed(" where ", one.conditions, " and ", [this](id which) {
                   return condition(which);
               });
    }

    std::string source_text(const source& one) const {
        if (one.of == source::relation::frame) bug("a source that printing does not know");
        std::string made = one.of == source::relation::table ? what_.tables[one.which].name
                                                             : "source " + number(one.which);
        if (one.visible != nothing) made += " visible " + text(one.visible);
        if (one.as_of != nothing) made += " as of " + to_string(what_.constants[one.as_of]);
        if (one.kept != nothing) made += " where " + text(one.kept);
        return made;
    }

    std::string map_text(const interval_map& one) const {
        return listed(" ", one.steps, ", ", [this](const map_step& step) {
            const std::string count = step.count_parameter == nothing
                                          ? number(step.count)
                                          : what_.parameters[step.count_parameter].name;
            const std::string units = count + ' ' + unit_name(step.of);
            switch (step.what) {
                case map_step::kind::trailing:
                    return "trailing " + units;
                case map_step::kind::prior:
                    return "prior " + units;
                case map_step::kind::to_date:
                    return unit_name(step.of) + " to date";
                case map_step::kind::all_to_date:
                    return std::string("all to date");
                case map_step::kind::fixed:
                    return local_text(step.from) + " to " + local_text(step.to);
                case map_step::kind::shift:
                    return step.of == unit::none ? std::string("previous period") : units + " ago";
                case map_step::kind::as_of:
                    return "as of " + local_text(step.to);
            }
            return std::string();
        });
    }

    std::string axis_text(const axis& one) const {
        if (one.how == axis::placement::none) return {};
        if (one.how == axis::placement::valid)
            return std::string(" lasting ") +
                   (one.window == axis::part::end     ? "at end"
                    : one.window == axis::part::start ? "at start"
                                                      : "in period") +
                   '[' + listed("", one.maps, ", ", [](id map) { return "m" + number(map); }) + ']';
        if (one.how == axis::placement::held) return " held by frame " + number(one.period_of);
        if (one.how != axis::placement::event) bug("an axis that printing does not know");
        return " at " + text(one.from) + '[' +
               listed("", one.maps, ", ", [](id map) { return "m" + number(map); }) + ']' +
               (one.blank_pane ? " or blank" : "");
    }

    std::string state_text(const cell& one) const {
        switch (one.state) {
            case state_kind::rows:
                return " rows";
            case state_kind::count:
                return " count ";
            case state_kind::sum:
                return " sum ";
            case state_kind::moments:
                return " moments ";
            case state_kind::min:
                return " min ";
            case state_kind::max:
                return " max ";
            case state_kind::pick:
                return one.last ? " last " : " first ";
            case state_kind::set:
                return " set ";
            case state_kind::bag:
                return " bag ";
        }
        return {};
    }

    std::string cell_text(const cell& one) const {
        const source& on = what_.sources[one.on];
        std::string made = "on " + (on.of == source::relation::table ? what_.tables[on.which].name
                                                                     : "source " + number(one.on));
        made +=
            listed(" where ", one.where, " and ", [this](id which) { return condition(which); });
        made += listed(" keys ", one.keys, ", ", [this](id which) { return text(which); });
        made += axis_text(what_.axes[one.at]) + state_text(one);
        if (one.argument != nothing) made += text(one.argument);
        if (one.weight != nothing) made += " weight " + text(one.weight);
        if (one.order != nothing) made += " by " + text(one.order);
        if (one.tie != nothing) made += " then " + text(one.tie);
        return made;
    }

    std::string frame_text(const frame& one) const {
        const auto sighting_name = [](const sighting& seen) {
            return "c" + number(seen.cell) + (seen.map == 0 ? "" : "@m" + number(seen.map));
        };
        std::string made = listed(" by ", one.keys, " × ",
                                  [this](std::uint32_t key) { return what_.grain[key].name; });
        made += listed(" seen ", one.seen, ", ", sighting_name);
        made += listed(" population ", one.population, ", ", sighting_name);
        if (one.every_period) made += " every period";
        if (one.totals_of != nothing) made += " totals of frame " + number(one.totals_of);
        if (one.along != nothing) made += " along frame " + number(one.along);
        if (one.era != nothing) made += " timeless";
        if (one.pieces_of != nothing)
            made += " each " + unit_name(one.piece) + " of frame " + number(one.pieces_of) +
                    (one.piece_map == 0 ? "" : "@m" + number(one.piece_map));
        return made + listed(": ", one.columns, ", ", [this](id which) { return text(which); });
    }

    std::string answer_text() const {
        const answer& one = what_.shown;
        std::string made = "show frame " + number(one.shown);
        made +=
            listed(" totals ", one.totals, ", ", [](id frame) { return "frame " + number(frame); });
        made += listed(": ", one.columns, ", ", [](const result_column& column) {
            return column.head.name + " = " + number(column.column);
        });
        if (one.having != nothing) made += " having " + number(one.having);
        return made + listed(" sort ", one.sort, ", ", [](const sort_key& key) {
                   return number(key.column) + (key.down ? " down" : "");
               });
    }

    // Local times, so without the sign of UTC.
    static std::string local_text(std::int64_t local) {
        std::string made = calendar::timestamp_text(local);
        if (!made.empty() && made.back() == 'Z') made.pop_back();
        return made;
    }

    std::string period_text() const {
        const period_rule& one = what_.periods;
        std::string made = "periods " + unit_name(one.of);
        if (!one.ranged) return made;
        const auto end = [&](id parameter, std::int64_t local) {
            return parameter == nothing ? local_text(local)
                                        : "param " + what_.parameters[parameter].name;
        };
        return made + " from " + end(one.from_parameter, one.range.from) + " to " +
               end(one.to_parameter, one.range.to);
    }

    const plan& what_;
    expression_texts texts_;
    std::string made_;
};

}  // namespace

std::string to_string(const plan& what) {
    return plan_printer(what).all();
}

}  // namespace merit::plan
