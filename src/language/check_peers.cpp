// Functions over peers: the groups that differ in the dropped dimensions only.
#include <fmt/format.h>

#include <algorithm>

#include "core/decimal.hpp"
#include "language/checker.hpp"

namespace merit::language {

namespace {

bool is_same(const regrouping& a, const regrouping& b) {
    return a.all == b.all && a.names == b.names && a.added.empty() && b.added.empty();
}

bool is_same(const peer& a, const peer& b) {
    return a.what == b.what && is_same(a.across, b.across) && a.lowest_first == b.lowest_first &&
           a.ties == b.ties && a.parts == b.parts && a.min_n == b.min_n &&
           a.among_shown == b.among_shown;
}

}  // namespace

/// rank(x across d by e, order: "lowest", ties: "dense", min_n: 5), ntile(x across d, 4),
/// allot(pool, x across d). `across` and `by` belong to the function, other clauses to x.
term_id checker::peer_call(const scope& at, node_id id, const function_entry& entry) {
    const tree& a = ast(at.document);
    const auto arguments = a.children_of(a.at(id)).subspan(1);
    if (at.table != nothing) {
        report(at, id, "E202", fmt::format("`{}` compares groups, not rows", entry.name),
               "use it outside an aggregate's brackets");
        return nothing;
    }
    peer made;
    made.what = entry.what;
    std::vector<node_id> positional;
    for (const node_id one : arguments) {
        if (a.at(one).kind != node_kind::argument_named)
            positional.push_back(one);
        else if (!peer_option(at, one, entry, made))
            return nothing;
    }
    if (positional.size() < entry.least || positional.size() > entry.most) {
        report(at, id, "E303",
               fmt::format("`{}` does not take {} argument{}", entry.name, positional.size(),
                           positional.size() == 1 ? "" : "s"),
               std::string(entry.signature));
        return nothing;
    }
    const node_id compared = positional[made.what == function::allot ? 1 : 0];
    const term_id x = peer_argument(at, compared, entry, made.across);
    if (x == nothing) return nothing;
    if (made.what == function::ntile && !read_parts(at, positional[1], made)) return nothing;
    const type& is = get(x).type;
    if (is.kind == type_kind::boolean || is.kind == type_kind::text ||
        (made.what != function::rank && made.what != function::percent_rank &&
         made.what != function::ntile && is_time(is))) {
        report(at, compared, "E301",
               fmt::format("`{}` needs numbers, not {}", entry.name, is.to_string()),
               "compare a KPI that is a number");
        return nothing;
    }
    if (made.what == function::allot) {
        const term_id pool = expression(at, positional[0]);
        if (pool == nothing) return nothing;
        const type total = get(pool).type;
        if (!is_exact(total) && total.kind != type_kind::money) {
            report(at, positional[0], "E301",
                   fmt::format("a pool is money or an exact number, not {}", total.to_string()),
                   "write it as 200000 CNY, or round(x, 2)");
            return nothing;
        }
        std::vector<term_id> of{x, pool};
        if (!add_currency(at, compared, of)) return nothing;
        const bool said =
            get(pool).type.kind != type_kind::money || get(pool).type.currency[0] != 0;
        const term_id currency =
            said ? static_cast<term_id>(nothing) : currency_of(at, positional[0], pool);
        if (currency != nothing) of.push_back(currency);
        // Money is paid in its minor unit, however many digits the pool is written with.
        type paid = get(pool).type;
        if (paid.kind == type_kind::money && paid.currency[0] != 0)
            paid.scale = std::max(paid.scale, minor_unit(paid.currency));
        of[1] = widened(at, id, pool, paid);
        const term_id out = peer_term(at, id, std::move(made), std::move(of), paid);
        if (currency != nothing && out != nothing) out_.currencies[out] = currency;
        return out;
    }
    hint_direction(at, id, made, compared);
    const bool whole = made.what == function::ntile ||
                       (made.what == function::rank && made.ties != tie_rule::fractional);
    std::vector<term_id> of{x};
    if (!add_currency(at, compared, of)) return nothing;
    return peer_term(at, id, std::move(made), std::move(of), whole ? int_type : double_type);
}

/// Amounts whose type does not say their currency bring it along, for peers must share it.
bool checker::add_currency(const scope& at, node_id compared, std::vector<term_id>& of) {
    const type& is = get(of[0]).type;
    if (is.kind != type_kind::money || is.currency[0] != 0) return true;
    of.push_back(currency_of(at, compared, of[0]));
    return of.back() != nothing;
}

/// The compared term under the clauses that are not the function's.
term_id checker::peer_argument(const scope& at, node_id id, const function_entry& entry,
                               regrouping& into) {
    const tree& a = ast(at.document);
    const node& n = a.at(id);
    std::vector<node_id> own;
    std::vector<node_id> others;
    if (n.kind == node_kind::clause_chain) {
        for (const node_id clause : a.children_of(n).subspan(1)) {
            const node_kind what = a.at(clause).kind;
            const bool mine = what == node_kind::across_clause || what == node_kind::by_clause;
            (mine ? own : others).push_back(clause);
        }
    }
    const bool across = std::any_of(own.begin(), own.end(), [&](node_id one) {
        return a.at(one).kind == node_kind::across_clause;
    });
    if (n.kind == node_kind::argument_clauses) {
        report(at, id, "E303", fmt::format("`{}` needs what it compares", entry.name),
               fmt::format("{}({} {})", entry.name, example_kpi(), written(at, id)));
        return nothing;
    }
    if (!across) {
        report(
            at, id, "E330", fmt::format("`{}` needs its peers", entry.name),
            fmt::format("{}({} across {})", entry.name, written(at, id), example_entity(nothing)));
        return nothing;
    }
    const node_id inner = a.children_of(n)[0];
    term_id x = expression(at, inner);
    if (x == nothing || !needs_group(at, inner, x, entry.name)) return nothing;
    for (const node_id clause : others) {
        change made;
        if (!context_clause(at, inner, clause, x, made)) return nothing;
        x = changed_term(at, id, x, std::move(made));
    }
    return read_regrouping(at, own, x, into) ? x : nothing;
}

bool checker::read_parts(const scope& at, node_id id, peer& into) {
    time_step amount;
    if (!read_amount(at, id, amount)) return false;
    into.parts = amount.count;
    if (amount.count_parameter == nothing) return true;
    report(at, id, "E301", "the number of parts must be known when the formula is read",
           "write it as a number or a let");
    return false;
}

bool checker::peer_option(const scope& at, node_id argument, const function_entry& entry,
                          peer& into) {
    const tree& a = ast(at.document);
    const std::string_view word = a.text(a.at(argument));
    const node_id inside = a.children_of(a.at(argument))[0];
    const bool literal_text = a.at(inside).kind == node_kind::literal;
    const value given = literal_text ? a.values[a.at(inside).value] : value{};
    const auto* text = std::get_if<std::string>(&given);
    const bool ranks = into.what == function::rank || into.what == function::percent_rank ||
                       into.what == function::ntile;
    if (word == "order" && ranks && text != nullptr && (*text == "lowest" || *text == "highest")) {
        into.lowest_first = *text == "lowest";
        return true;
    }
    if (word == "ties" && into.what == function::rank && text != nullptr) {
        if (*text == "competition") return true;
        if (*text == "dense") into.ties = tie_rule::dense;
        if (*text == "fractional") into.ties = tie_rule::fractional;
        if (into.ties != tie_rule::competition) return true;
    }
    if (word == "min_n") {
        time_step amount;
        if (!read_amount(at, inside, amount)) return false;
        into.min_n = amount.count;
        return true;
    }
    const bool known =
        (word == "order" && ranks) || (word == "ties" && into.what == function::rank);
    report(at, argument, "E303",
           known ? fmt::format("`{}:` of `{}` cannot be {}", word, entry.name, written(at, inside))
                 : fmt::format("`{}` has no argument `{}:`", entry.name, word),
           !known            ? std::string(entry.signature)
           : word == "order" ? "order: \"lowest\" or \"highest\""
                             : "ties: \"competition\", \"dense\" or \"fractional\"");
    return false;
}

/// E330: the groupings that are compared must be among those of the request.
term_id checker::peer_term(const scope& at, node_id id, peer made, std::vector<term_id> of,
                           type is) {
    for (const dimension_name& one : made.across.names) {
        if (made.across.all || inside_per_ || !checking_request_) break;
        if (is_asked(one)) continue;
        const std::string unit_word = unit_name_of(one.calendar_unit);
        const std::string& name = unit_word.empty() ? one.name : unit_word;
        report(at, id, "E330",
               fmt::format("`{}` is compared across {}, which is not among the dimensions",
                           name_of(made.what), name),
               fmt::format("add `by {}`", name));
        return nothing;
    }
    const auto known = std::find_if(out_.peers.begin(), out_.peers.end(),
                                    [&](const peer& other) { return is_same(other, made); });
    term t;
    t.kind = op::peer;
    t.at = level::group;
    t.what = made.what;
    t.type = is;
    t.with = static_cast<std::uint32_t>(known - out_.peers.begin());
    if (known == out_.peers.end()) out_.peers.push_back(std::move(made));
    t.of = std::move(of);
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// Is a grouping among those of the request being checked?
bool checker::is_asked(const dimension_name& one) const {
    const std::string unit_word = unit_name_of(one.calendar_unit);
    return std::any_of(by_names_.begin(), by_names_.end(), [&](const auto& words) {
        return fmt::format("{}", fmt::join(words, ".")) ==
               (unit_word.empty() ? one.name : unit_word);
    });
}

}  // namespace merit::language
