// The bracket rule: where a clause may stand, and both readings where it may not.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "language/fold.hpp"
#include "language/functions.hpp"

namespace merit::language {

namespace {

using n = node_kind;

/// Whose brackets a clause stands in.
enum class place : std::uint8_t { elsewhere, aggregate, ordered, peer, look_up };

bool one_of(std::string_view name, std::initializer_list<std::string_view> of) {
    return std::find(of.begin(), of.end(), name) != of.end();
}

/// Clauses that come last in these brackets and cover the whole argument.
bool belongs(place in, n clause) {
    switch (in) {
        case place::ordered:
            if (clause == n::by_clause) return true;
            [[fallthrough]];
        case place::aggregate:
            return clause == n::where_clause || clause == n::per_clause || clause == n::on_clause ||
                   clause == n::at_clause || clause == n::matured_clause;
        case place::peer:
            return clause == n::across_clause || clause == n::by_clause;
        case place::look_up:
            return clause == n::where_clause || clause == n::per_clause;
        case place::elsewhere:
            return false;
    }
    return false;
}

/// Clauses that may follow a single term wherever it stands.
bool follows_a_term(n clause) {
    return clause != n::per_clause && clause != n::on_clause && clause != n::at_clause &&
           clause != n::matured_clause;
}

bool is_operator(n kind) {
    return kind >= n::unary && kind <= n::in_unit_after;
}

/// What a reader calls the whole that an operator makes.
std::string_view whole(const tree& ast, const node& of) {
    const auto what = static_cast<operation>(of.op);
    switch (of.kind) {
        case n::sum_chain:
        case n::product_chain: {
            const auto operations = ast.operations(of);
            const auto last = static_cast<operation>(operations.back());
            if (of.kind == n::sum_chain) return last == operation::add ? "sum" : "difference";
            return last == operation::multiply ? "product" : "quotient";
        }
        case n::unary:
            return what == operation::negate ? "negative" : "condition";
        case n::binary:
            return what == operation::power ? "power" : "comparison";
        case n::range_comparison:
            return "comparison";
        default:
            return "condition";
    }
}

class rule {
public:
    rule(builder& in, node_id first) : in_(in), ast_(in.out()), first_(first) {
        places_.resize(ast_.nodes.size() - first, place::elsewhere);
    }

    void run() {
        // Parents come after their children, so brackets are known before the second walk.
        for (node_id id = first_; id < ast_.nodes.size(); ++id) {
            if (ast_.at(id).kind == n::call) call(ast_.at(id));
        }
        for (node_id id = first_; id < ast_.nodes.size(); ++id) {
            const node& of = ast_.at(id);
            if (of.kind == n::clause_chain) chain(of, places_[id - first_]);
            if (of.kind == n::argument_clauses) alone(of, places_[id - first_]);
            if (of.kind == n::shift_clause || of.kind == n::over_clause) whole_amount(of);
        }
    }

private:
    void call(const node& of) {
        const auto children = ast_.children_of(of);
        const node& callee = ast_.at(children[0]);
        const bool has_clauses = std::any_of(children.begin() + 1, children.end(), [&](node_id id) {
            return ast_.at(id).kind == n::clause_chain || ast_.at(id).kind == n::argument_clauses;
        });
        if (!has_clauses || callee.kind != n::path || callee.count != 0) return;
        const function_entry* const known = find_function(ast_.text(callee));
        if (known == nullptr) return;
        place here = place::elsewhere;
        if (known->kind == function_kind::aggregate) here = place::aggregate;
        if (one_of(known->name, {"first", "last", "text_list"})) here = place::ordered;
        if (one_of(known->name, {"next", "previous"})) here = place::look_up;
        const bool ranks = one_of(known->name, {"rank", "percent_rank", "minmax", "zscore"});
        if (ranks || one_of(known->name, {"ntile", "allot"})) here = place::peer;
        for (const node_id id : children.subspan(1)) places_[id - first_] = here;
        const bool one_argument = known->kind == function_kind::aggregate && known->most == 1;
        if (ranks || one_argument) comma(children.subspan(1));
    }

    /// `median(x per a, b)`: the comma begins an argument that the function does not take.
    void comma(std::span<const node_id> arguments) {
        for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
            const node& one = ast_.at(arguments[i]);
            const node& next = ast_.at(arguments[i + 1]);
            const bool clauses = one.kind == n::clause_chain || one.kind == n::argument_clauses;
            if (!clauses || (next.kind != n::path && next.kind != n::unit_name)) continue;
            const node& last = ast_.at(ast_.children_of(one).back());
            if (last.kind != n::per_clause && last.kind != n::across_clause) continue;
            in_.report("E111", {last.where.begin, next.where.end},
                       "groupings are joined by `and`; a comma begins another argument",
                       fmt::format("{} and {}", text(last), text(next)));
            return;
        }
    }

    void chain(const node& of, place here) {
        const auto children = ast_.children_of(of);
        const node& term = ast_.at(children[0]);
        const bool constant = term.kind == n::literal || term.kind == n::date_literal;
        for (const node_id id : children.subspan(1)) {
            const node& clause = ast_.at(id);
            if (constant) return on_constant(clause, term);
            if (belongs(here, clause.kind)) continue;
            const bool ends_funnel = clause.kind == n::matured_clause && is_funnel(term);
            if (!follows_a_term(clause.kind) && !ends_funnel) return misplaced(of, clause);
            if (!is_operator(term.kind)) continue;
            const bool of_aggregate = here == place::aggregate && clause.kind == n::by_clause;
            if (of_aggregate) return misplaced(of, clause);
            return both_readings(of, term);
        }
    }

    /// `sales.rate(lead, won)`, or what may hold one: a bracket or a name.
    bool is_funnel(const node& term) const {
        if (term.kind == n::group || term.kind == n::path) return true;
        return term.kind == n::call && ast_.at(ast_.children_of(term)[0]).count > 0;
    }

    void alone(const node& of, place here) {
        for (const node_id id : ast_.children_of(of)) {
            const node& clause = ast_.at(id);
            const bool shift =
                clause.kind == n::shift_clause || clause.kind == n::previous_period_clause;
            const bool fits = here == place::elsewhere ? shift : belongs(here, clause.kind);
            if (fits) continue;
            in_.report(
                "E211", clause.where,
                fmt::format("`{}` has no term before it that it could belong to", text(clause)),
                "write the name, call or bracket that it belongs to before it");
            return;
        }
    }

    void on_constant(const node& clause, const node& term) {
        in_.report("E211", {term.where.begin, clause.where.end},
                   fmt::format("`{}` cannot belong to the constant `{}`", text(clause), text(term)),
                   "put it behind the name, call or bracket that it is meant for");
    }

    [[nodiscard]] bool is_aggregate(const node& term) const {
        if (term.kind != n::call) return false;
        const node& callee = ast_.at(ast_.children_of(term)[0]);
        const function_entry* const known = callee.kind == n::path && callee.count == 0
                                                ? find_function(ast_.text(callee))
                                                : nullptr;
        return known != nullptr && known->kind == function_kind::aggregate &&
               text(term).ends_with(')');
    }

    void misplaced(const node& of, const node& clause) {
        const node& term = ast_.at(ast_.children_of(of)[0]);
        std::string help;
        std::string_view where = "in the brackets of an aggregate";
        switch (clause.kind) {
            case n::by_clause:
                where = "behind a single term, or in the brackets of first, last and text_list";
                help = fmt::format("first({} {})", text(term), text(clause));
                break;
            case n::matured_clause:
                where = "in the brackets of an aggregate, or behind a funnel call";
                help = fmt::format("share({} {})", text(term), text(clause));
                break;
            default:
                help = fmt::format("sum({} {})", text(term), text(clause));
                if (is_aggregate(term))  // sum(x) at end
                    help = fmt::format("{} {})", text(term).substr(0, text(term).size() - 1),
                                       text(clause));
                else if (term.kind == n::path && term.count == 0 && clause.kind != n::per_clause)
                    help = fmt::format(
                        "sum({0} {1}) of a column; the brackets of a KPI are in its "
                        "definition: sum(x {1})",
                        text(term), text(clause));
                break;
        }
        in_.report("E211", clause.where,
                   fmt::format("`{}` stands {}, not here", text(clause), where), std::move(help));
    }

    void both_readings(const node& of, const node& term) {
        const auto children = ast_.children_of(of);
        const byte_range clauses{ast_.at(children[1]).where.begin, of.where.end};
        const node* last = &term;
        while (is_operator(last->kind) && last->kind != n::in_list && last->kind != n::is_blank) {
            last = &ast_.at(ast_.children_of(*last).back());
        }
        const std::string all = fmt::format("({}) {}", text(term), in_.written(clauses));
        const std::string_view named = whole(ast_, term);
        if (last->kind != n::path && last->kind != n::call && last->kind != n::group) {
            in_.report("E110", of.where,
                       fmt::format("does `{}` cover the whole {}?", shortened(clauses), named),
                       all);
            return;
        }
        const byte_range before{of.where.begin, last->where.begin};
        in_.report("E110", of.where,
                   fmt::format("does `{}` cover the whole {} or only `{}`?", shortened(clauses),
                               named, shortened(last->where)),
                   fmt::format("{}({} {})   or   {}", in_.written(before), text(*last),
                               in_.written(clauses), all));
    }

    void whole_amount(const node& of) {
        for (const node_id id : ast_.children_of(of)) {
            const node& amount = ast_.at(id);
            if (amount.kind != n::literal) continue;
            const auto* const number = std::get_if<decimal_value>(&ast_.values[amount.value]);
            if (number == nullptr) continue;
            if (number->scale == 0 && number->units > 0 && number->units <= 1'000'000'000) continue;
            in_.report("E104", amount.where, "this is not a whole number of units, at least one",
                       "use a smaller unit");
        }
    }

    [[nodiscard]] std::string_view text(const node& of) const { return in_.written(of.where); }

    /// A long stretch is cut for the sentence; the picture shows it whole.
    [[nodiscard]] std::string shortened(byte_range where) const {
        constexpr std::size_t most = 48;
        std::string_view all = in_.written(where);
        if (all.size() <= most) return std::string(all);
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(all[end]) & 0xC0) == 0x80) --end;
        return fmt::format("{}…", all.substr(0, end));
    }

    builder& in_;
    const tree& ast_;
    node_id first_;
    std::vector<place> places_;
};

}  // namespace

void check_brackets(builder& in, node_id first) {
    rule(in, first).run();
}

}  // namespace merit::language
