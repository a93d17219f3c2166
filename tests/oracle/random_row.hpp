// Random row expressions, well typed by construction.
#pragma once

#include "oracle/random_schema.hpp"

namespace oracle {

/// Names that every formula of a model may use.
struct known_names {
    std::vector<std::string> numbers;       ///< lets and params
    std::vector<std::string> number_tiers;  ///< tiers that hold numbers
    std::vector<std::string> text_tiers;
    std::vector<std::string> number_defs;  ///< functions of one number
    std::vector<std::string> texts;        ///< params that hold text
    std::vector<std::string> ranges;       ///< what may stand behind `for`
    std::vector<std::string> desks;        ///< calendars with hours: nothing, or `, "night"`
    bool desk_column = false;              ///< a column `desk` names such calendars
    bool rates = false;                    ///< there are rates of exchange
    std::string funnel;                    ///< of steps a, b and c
    std::size_t funnel_table = 0;
};

/// Texts of one table's row expressions. `prefix` is written before every name, "deals." or
/// nothing.
class row_words {
public:
    row_words(dice& with, const std::vector<member>& members, const known_names& names,
              std::string prefix)
        : dice_(with), members_(members), names_(names), prefix_(std::move(prefix)) {}

    std::string number(unsigned depth) {
        if (depth == 0) return number_atom();
        const auto x = [&] { return number(depth - 1); };
        switch (dice_.weighted({30, 30, 12, 8, 6, 8, 6, 8, 6, 6, 5, 4})) {
            case 0:
                return number_atom();
            case 1:
                return "(" + x() + dice_.pick({" + ", " - ", " * ", " / "}) + x() + ")";
            case 2:
                return rounding(x());
            case 3:
                return dice_.pick({"least(", "greatest("}) + x() + ", " + x() + ")";
            case 4:
                return dice_.pick({"mod(", "bucket("}) + x() + ", " +
                       dice_.pick({"3", "0.5", "10", "2.25"}) + ")";
            case 5:
                return "if(" + condition(depth - 1) + ", " + x() +
                       (dice_.chance(70) ? ", " + x() : "") + ")";
            case 6:
                return "ifs(" + condition(depth - 1) + ", " + x() + ", " + condition(depth - 1) +
                       ", " + x() + (dice_.chance(60) ? ", " + x() : "") + ")";
            case 7:
                return "if_blank(" + x() + ", " + x() + ")";
            case 8:
                return number_of_other(depth - 1);
            case 9:
                return judged(x());
            case 10:
                return names_.number_defs.empty()
                           ? "(-" + number_atom() + ")"
                           : dice_.pick(names_.number_defs) + "(" + stored_int() + ")";
            default:
                return "sqrt(abs(" + x() + "))";
        }
    }

    std::string text(unsigned depth) {
        if (depth == 0) return name_or(type_kind::text, "\"won\"");
        const auto x = [&] { return text(depth - 1); };
        switch (dice_.weighted({40, 8, 6, 8, 8, 8, 8, 8})) {
            case 0:
                return name_or(type_kind::text, "\"East\"");
            case 1:
                return dice_.pick({"lower(", "upper(", "trim("}) + x() + ")";
            case 2:
                return dice_.pick({"left(", "right("}) + x() + ", " +
                       std::to_string(dice_.below(4)) + ")";
            case 3:
                return "replace(" + x() + ", " + dice_.pick({"\"a\"", "\"X\"", "\"on\""}) +
                       ", \"-\")";
            case 4:
                return "concat(" + x() + ", \"/\", " + x() + ")";
            case 5:
                return "if(" + condition(depth - 1) + ", " + x() + ", " + x() + ")";
            case 6:
                return "if_blank(" + x() + ", \"none\")";
            default:
                return "split_part(" + x() + ", \"/\", " + std::to_string(dice_.between(1, 2)) +
                       ")";
        }
    }

    std::string date(unsigned depth) {
        switch (depth == 0 ? 0 : dice_.weighted({50, 10, 8, 12, 6})) {
            case 0:
                return name_or(type_kind::date, "@2026-01-15");
            case 1:
                return "date(" + moment(depth - 1) + ")";
            case 2:
                return "start_of(" + date(depth - 1) + ", " + unit() + ")";
            case 3:
                return "(" + date(depth - 1) + dice_.pick({" + ", " - "}) +
                       dice_.pick({"3 days", "1 month", "2 weeks", "1 year"}) + ")";
            default:
                return "to_date(" + text(0) + (dice_.chance(50) ? ", \"M/D/YYYY\")" : ")");
        }
    }

    /// A timestamp.
    std::string moment(unsigned depth) {
        switch (depth == 0 ? 0 : dice_.weighted({60, 15, 15, works() ? 15U : 0U, 6, 5})) {
            case 3:
                return "add_work_time(" + any_time(depth - 1) + ", " + whole_duration() + desk() +
                       ")";
            case 4:
                return "start_of(" + moment(depth - 1) + ", " +
                       dice_.pick({"hour", "day", "month"}) + ")";
            case 5:
                return "to_timestamp(" + text(0) + (dice_.chance(50) ? ", \"M/D/YYYY\")" : ")");
            case 0:
                return name_or(type_kind::timestamp, "@2026-01-15T09:30");
            case 1:
                return "(" + moment(depth - 1) + dice_.pick({" + ", " - "}) +
                       dice_.pick({"24h", "90min", "1 month", "2 days"}) + ")";
            default:
                return "(" + date(depth - 1) + " + 36h)";
        }
    }

    std::string any_time(unsigned depth) { return dice_.chance(50) ? date(depth) : moment(depth); }

    std::string duration(unsigned depth) {
        switch (depth == 0 ? 0 : dice_.weighted({30, 25, 20, 10, 10, 10, works() ? 40U : 0U, 8})) {
            case 7:
                return "to_duration(concat(" + text(depth - 1) + ", " +
                       dice_.pick({"\":30\")", "\":05:59\")", "\"\")"}) +
                       dice_.pick({")", ")", ", \"M:SS\")", ", \"H:MM:SS\")"});
            case 6:
                return work_time(depth - 1);
            case 0:
                return name_or(type_kind::duration, "36h");
            case 1:
                return "(" + date(depth - 1) + " - " + date(depth - 1) + ")";
            case 2:
                return "(" + moment(depth - 1) + " - " + moment(depth - 1) + ")";
            case 3:
                return "abs(" + duration(depth - 1) + ")";
            case 4:
                return "(" + duration(depth - 1) +
                       dice_.pick({" * 2", " / 4", " + 24h", " - 1 day"}) + ")";
            default:
                return "if(" + condition(depth - 1) + ", " + duration(depth - 1) + ", " +
                       duration(depth - 1) + ")";
        }
    }

    std::string condition(unsigned depth) {
        switch (depth == 0 ? dice_.below(2)
                           : dice_.weighted({12, 26, 8, 10, 10, 14, 12, 8, works() ? 10U : 0U})) {
            case 8:
                return "in_work_hours(" + moment(depth - 1) + desk() + ")";
            case 0:
                return name_or(type_kind::boolean, number_atom() + " > 3");
            case 1:
                return comparison(depth == 0 ? 0 : depth - 1);
            case 2:
                return "(not " + condition(depth - 1) + ")";
            case 3:
                return "(" + condition(depth - 1) + " and " + condition(depth - 1) + ")";
            case 4:
                return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
            case 5:
                return membership();
            case 6:
                return "(" + any(depth - 1) + dice_.pick({" is blank)", " is not blank)"});
            default:
                return dice_.pick({"contains(", "starts_with("}) + text(depth - 1) + ", " +
                       dice_.pick({"\"o\"", "\"E\"", "\"a\""}) + ")";
        }
    }

    /// The currencies of the amounts that a row has, "" being its own.
    std::vector<std::string> currencies() const {
        std::vector<std::string> out;
        for (const member& one : members_) {
            if (one.kind == type_kind::money) out.push_back(one.currency);
        }
        return out;
    }

    std::string money(unsigned depth, const std::string& in) {
        if (depth == 0) return amount(in);
        const auto x = [&] { return money(depth - 1, in); };
        const bool converts = names_.rates && !in.empty() && !currencies().empty();
        switch (dice_.weighted({40, 20, 12, 8, 8, 8, 6, converts ? 40U : 0U})) {
            case 0:
                return amount(in);
            case 1:
                return "(" + x() + dice_.pick({" + ", " - "}) + x() + ")";
            case 2:
                // Exact only: an amount that is a double loses it where it meets exact ones.
                return "(" + x() + " * " + dice_.pick({"10%", "2", "0.5"}) + ")";
            case 3:
                return "(" + x() + " / " +
                       (dice_.chance(60) ? dice_.pick({"3", "7", "0.25"}) : number(depth - 1)) +
                       ")";
            case 4:
                return "if(" + condition(depth - 1) + ", " + x() + ", " + x() + ")";
            case 5:
                return "if_blank(" + x() + ", " + x() + ")";
            case 6:
                return dice_.chance(50)
                           ? "abs(" + x() + ")"
                           : dice_.pick({"least(", "greatest("}) + x() + ", " + x() + ")";
            default:
                return "convert(" + money(depth - 1, dice_.pick(currencies())) + ", \"" + in +
                       "\", " + any_time(depth - 1) + ")";
        }
    }

    bool works() const { return !names_.desks.empty(); }

    std::string work_time(unsigned depth) {
        return "work_time(" + any_time(depth) + ", " + any_time(depth) + desk() + ")";
    }

    /// Anything at all.
    std::string any(unsigned depth) {
        switch (currencies().empty() ? dice_.below(6) : dice_.below(7)) {
            case 6:
                return money(depth, dice_.pick(currencies()));
            case 0:
                return text(depth);
            case 1:
                return date(depth);
            case 2:
                return moment(depth);
            case 3:
                return duration(depth);
            default:
                return number(depth);
        }
    }

    std::string name_or(type_kind kind, const std::string& otherwise) {
        std::vector<std::string> found;
        for (const member& one : members_) {
            if (one.kind == kind) found.push_back(one.path);
        }
        return found.empty() || dice_.chance(4) ? otherwise : prefix_ + dice_.pick(found);
    }

    bool has(type_kind kind) const {
        for (const member& one : members_) {
            if (one.kind == kind) return true;
        }
        return false;
    }

private:
    /// The calendar that is asked: none, a constant or one a row.
    std::string desk() {
        std::vector<std::string> found;
        for (const member& one : members_) {
            if (one.path == "desk" || one.path.ends_with(".desk")) found.push_back(one.path);
        }
        if (names_.desk_column && !found.empty() && dice_.chance(35))
            return ", " + prefix_ + dice_.pick(found);
        return dice_.pick(names_.desks);
    }

    /// A currency that can be written: a row's own is a dollar, most often.
    static std::string written(const std::string& in) { return in.empty() ? "USD" : in; }

    std::string amount(const std::string& in) {
        std::vector<std::string> found;
        for (const member& one : members_) {
            if (one.kind == type_kind::money && one.currency == in) found.push_back(one.path);
        }
        return found.empty() || dice_.chance(10) ? dice_.pick({"20 ", "0.75 ", "-3 "}) + written(in)
                                                 : prefix_ + dice_.pick(found);
    }

    /// A duration that no division made.
    std::string whole_duration() {
        std::vector<std::string> found{"8h", "90min", "-7h", "40h", "0h", "1min"};
        for (const member& one : members_) {
            if (one.kind == type_kind::duration && !one.path.ends_with("_extra") &&
                !one.path.ends_with("_weighed"))
                found.push_back(prefix_ + one.path);
        }
        return dice_.pick(found);
    }

    std::string unit() { return dice_.pick({"month", "week", "quarter", "year", "day"}); }

    std::string literal() {
        return dice_.pick({"3", "0.5", "60%", "2k", "10", "1.25", "7", "100", "0"});
    }

    std::string number_atom() {
        if (dice_.chance(12)) return literal();
        if (dice_.chance(8) && !names_.numbers.empty()) return dice_.pick(names_.numbers);
        const type_kind kind =
            std::vector{type_kind::int64, type_kind::decimal, type_kind::float64}[dice_.below(3)];
        return name_or(has(kind) ? kind : type_kind::int64, literal());
    }

    std::string stored_int() {
        std::vector<std::string> found;
        for (const member& one : members_) {
            if (one.kind == type_kind::int64) found.push_back(one.path);
        }
        return found.empty() ? literal() : prefix_ + dice_.pick(found);
    }

    std::string rounding(const std::string& x) {
        if (dice_.chance(50))
            return "round(" + x +
                   (dice_.chance(50) ? ")" : ", " + std::to_string(dice_.below(4)) + ")");
        return dice_.pick({"abs(", "floor(", "ceil("}) + x + ")";
    }

    std::string number_of_other(unsigned depth) {
        const unsigned amounts = currencies().empty() ? 0 : 25;
        switch (dice_.weighted({10, 10, 10, 10, 10, 10, 10, works() ? 20U : 0U, amounts})) {
            case 8: {
                const std::string in = dice_.pick(currencies());
                return "(" + money(depth, in) + " / " +
                       (dice_.chance(50) ? money(depth, in) : "1 " + written(in)) + ")";
            }
            case 7:
                return "work_days(" + any_time(depth) + ", " + any_time(depth) + desk() + ")";
            case 0:
                return "length(" + text(depth) + ")";
            case 1:
                return dice_.pick(
                           {"year(", "quarter(", "month(", "day(", "weekday(", "iso_week("}) +
                       any_time(depth) + ")";
            case 2:
                return "hour(" + moment(depth) + ")";
            case 3:
                return "months_between(" + any_time(depth) + ", " + any_time(depth) + ")";
            case 4:
                return "(" + duration(depth) + " / " + dice_.pick({"1h", "1 day", "90min"}) + ")";
            case 5:
                return "(" + duration(depth) + " / " + duration(depth) + ")";
            default:
                return "to_number(" + text(depth) + ")";
        }
    }

    std::string judged(const std::string& x) {
        switch (dice_.below(4)) {
            case 0:
                return "score(" + x + ", floor: " + dice_.pick({"0", "2", "10%"}) +
                       ", goal: " + dice_.pick({"5", "12.5", "-3"}) + ")";
            case 1:
                return "clamp(" + x + ", 1, 20)";
            case 2:
                return "(" + x + " ^ 2)";
            default:
                return names_.number_tiers.empty()
                           ? x
                           : dice_.pick({"tier(", "tier_marginal(", "tier_interpolated("}) +
                                 dice_.pick(names_.number_tiers) + ", " + x + ")";
        }
    }

    std::string comparison(unsigned depth) {
        const std::string how = dice_.pick({" = ", " != ", " < ", " <= ", " > ", " >= "});
        switch (currencies().empty() ? dice_.below(10) : dice_.below(12)) {
            case 8:
                return "(" + any_time(depth) + " in " + unit() + " " +
                       std::to_string(dice_.below(4)) + " after " + any_time(depth) + ")";
            case 9:
                return "(" + number(0) + dice_.pick({" < ", " <= "}) + number(depth) +
                       dice_.pick({" < ", " <= "}) + number(0) + ")";
            case 10:
            case 11: {
                const std::string in = dice_.pick(currencies());
                return "(" + money(depth, in) + how +
                       (dice_.chance(40) ? money(depth, in) : "20 " + written(in)) + ")";
            }
            case 0:
            case 1:
                return "(" + number(depth) + how + number(depth) + ")";
            case 2:
                return "(" + text(depth) + how + dice_.pick({"\"won\"", "\"East\"", "\"b\""}) + ")";
            case 3:
                return "(" + no_literal(any_time(depth)) + how +
                       dice_.pick({"@2026-01", "@2026Q1", "@2026-01-15", "@2025", "@2026W05"}) +
                       ")";
            case 4:
                return "(" + any_time(depth) + how + any_time(depth) + ")";
            case 5:
                return "(" + duration(depth) + how + dice_.pick({"24h", "30 days", "2 weeks"}) +
                       ")";
            case 6:
                return "(" + any_time(depth) + " within " +
                       dice_.pick({"14 days", "72h", "1 month"}) +
                       dice_.pick({" after ", " before "}) + any_time(depth) + ")";
            default:
                return "(" + number(depth) + " between " + literal() + " and " + number(depth) +
                       ")";
        }
    }

    /// Two written dates are two days, and one of them must not be a whole month.
    static std::string no_literal(const std::string& time) {
        return time[0] == '@' ? "(" + time + " + 1 day)" : time;
    }

    std::string membership() {
        const std::string how = dice_.pick({" in ", " not in "});
        if (dice_.chance(60)) return "(" + text(0) + how + "(\"won\", \"lost\", \"East\"))";
        return "(" + number_atom() + how + "(1, 2, 3.5, 10))";
    }

    dice& dice_;
    const std::vector<member>& members_;
    const known_names& names_;
    std::string prefix_;
};

}  // namespace oracle
