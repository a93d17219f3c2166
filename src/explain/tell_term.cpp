// The tree: each term once, in the order in which they are met.
#include <algorithm>

#include "explain/telling.hpp"
#include "language/functions.hpp"

namespace merit::explain {

using language::function;
using language::op;
using plan::nothing;

namespace {

/// What stands in a program for a reason of its own and says nothing to people.
bool is_silent(const language::term& of) {
    return of.kind == op::scalar &&
           (of.what == function::to_double || of.what == function::to_decimal ||
            of.what == function::date_to_timestamp || of.what == function::one_currency);
}

std::string operation_of(const language::program& in, const language::term& of) {
    switch (of.kind) {
        case op::constant:
            return "constant";
        case op::parameter:
            return "parameter";
        case op::as_of:
            return "as_of";
        case op::period_start:
            return "period.start";
        case op::period_end:
            return "period.end";
        case op::covered_end:
            return "covered.end";
        case op::scalar:
        case op::tier:
            if (of.what == function::if_blank || of.what == function::reason_of) break;
            return std::string(language::name_of(of.what));
        case op::aggregate: {
            const language::aggregate& what = in.aggregates[of.with];
            // Shares are counted by adding them up.
            const bool shares = what.what == function::sum && what.argument != language::nothing &&
                                in.terms[what.argument].kind == op::share_of;
            return std::string(language::name_of(shares ? function::count : what.what));
        }
        case op::in_context:
            switch (in.changes[of.with].kind) {
                case language::change_kind::where:
                    return "where";
                case language::change_kind::time:
                    return "time";
                case language::change_kind::unfiltered:
                    return "unfiltered";
                case language::change_kind::regroup:
                    return "across";
            }
            break;
        case op::peer:
            return std::string(language::name_of(in.peers[of.with].what));
        case op::of_group:
            return "column";
        case op::entity_key:
        case op::group_key:
            return "key";
        case op::attribute:
            return "attribute";
        default:
            break;
    }
    return of.kind == op::scalar ? std::string(language::name_of(of.what)) : "term";
}

}  // namespace

telling::telling(const subject& of, const explain_options& how)
    : of_(of),
      how_(how),
      words_(of.program, of.parameters, of.sources, of.run.in().calendar, how.wording) {}

result<explanation> telling::tell(std::size_t row, std::size_t column,
                                  std::optional<std::int64_t> as_of) {
    tell_request(as_of);
    const engine::row_origin from = of_.run.origins()[row];
    const plan::plan& plan = of_.run.what();
    std::size_t frame = 0;
    if (from.frame != plan.shown.shown) {
        const auto& totals = plan.shown.totals;
        frame = 1 + static_cast<std::size_t>(std::find(totals.begin(), totals.end(), from.frame) -
                                             totals.begin());
        out_.total = true;
    }
    for (std::uint32_t position = 0; position < plan.shown.by; ++position)
        out_.group.emplace_back(plan.grain[position].name,
                                of_.run.key_at(from.frame, false, from.row, position));
    out_.wording = how_.wording;
    number_of(through({of_.trace.shown[frame][column], from.row}));
    std::size_t next = 0;
    do
        for (; next < out_.terms.size(); ++next)
            if (auto done = tell_term(next); !done) return done.error();
    while (number_pending());
    tell_roots();
    return std::move(out_);
}

/// What was asked, and for which days.
void telling::tell_request(std::optional<std::int64_t> as_of) {
    static constexpr phrase always{"all dates, also those that are blank",
                                   "全部日期，包括日期为空的行"};
    static constexpr phrase days{"{0} to {1}", "{0} 至 {1}"};
    const language::request& asked = *of_.program.asked;
    out_.request = words_.text(asked.text, asked.source);
    if (as_of) out_.as_of_local = words_.zoned_text(*as_of);
    if (asked.range) {
        const std::string first = words_.local_text(asked.range->from);
        const std::string last = words_.local_text(asked.range->to - calendar::day_us);
        out_.period = first == last ? first : days.in(how_.wording, first, last);
    } else if (asked.range_from_parameter == language::nothing) {
        out_.period = always.in(how_.wording);
    }
}

/// Entities come behind the formula's own terms, so that many of them do not crowd these out.
bool telling::number_pending() {
    const std::size_t before = out_.terms.size();
    while (pending_done_ < pending_.size() && out_.terms.size() == before) {
        const pending_entity one = pending_[pending_done_++];
        out_.terms[one.term].rows->first[one.row].term = number_of(one.inner);
    }
    return out_.terms.size() != before;
}

/// Of a blank that came from below: where it came about, and why.
void telling::tell_roots() {
    static constexpr phrase below{"blank, because {0} is blank: {1}", "为空，因为 {0} 为空：{1}"};
    const auto cause = [](explained_term& of) {
        return std::find_if(of.rules.begin(), of.rules.end(),
                            [](const explained_rule& one) { return one.code == "blank_operand"; });
    };
    const auto operand_of = [&](const explained_term& of) {
        for (const explained_operand& one : of.of) {
            if (one.term == no_term || !one.used) continue;
            const explained_term& inside = out_.terms[one.term];
            if (std::holds_alternative<blank_value>(inside.value) && inside.why == of.why)
                return one.term;
        }
        return no_term;
    };
    for (explained_term& one : out_.terms) {
        const auto rule = cause(one);
        if (rule == one.rules.end()) continue;
        std::size_t root = operand_of(one);
        while (root != no_term && cause(out_.terms[root]) != out_.terms[root].rules.end())
            root = operand_of(out_.terms[root]);
        if (root == no_term || out_.terms[root].rules.empty()) continue;
        const explained_term& from = out_.terms[root];
        if (from.operation == "constant") continue;
        static constexpr phrase because{"blank, because ", "为空，因为 "};
        std::string why = from.rules.back().words;
        const std::string_view twice = because.in(how_.wording);
        if (why.starts_with(twice)) why.erase(0, twice.size());
        rule->words = below.in(how_.wording, from.name.empty() ? from.text : from.name, why);
    }
}

/// Past what says nothing to people.
telling::place telling::through(place at) const {
    while (is_silent(term(at)) && !traced(at).of.empty()) at = operand(at, 0);
    return at;
}

std::size_t telling::number_of(place at) {
    const auto known = known_.find(at);
    if (known != known_.end()) return known->second;
    if (out_.terms.size() >= std::max<std::size_t>(how_.terms, 1)) {
        ++out_.terms_left_out;
        return no_term;
    }
    known_.emplace(at, out_.terms.size());
    places_.push_back(at);
    out_.terms.push_back(value_of(at));
    return out_.terms.size() - 1;
}

/// A term with its name and value, and nothing below it yet.
explained_term telling::value_of(place at) const {
    const plan::traced& what = traced(at);
    const language::term& term = of_.program.terms[what.term];
    explained_term made;
    made.type = term.type;
    made.text = text_of(at);
    made.operation = operation_of(of_.program, term);
    name(what, made);
    if (term.kind == op::entity_key) made.name = of_.program.entities[term.with].name;
    if (term.kind == op::constant) {
        made.value = of_.program.constants[term.with];
    } else if (term.kind == op::parameter) {
        made.name = of_.program.parameters[term.with].name;
        made.value = of_.parameters[term.with];
    } else {
        const engine::seen_value seen = of_.run.value_at(what.frame, what.early, at.row,
                                                         what.column, currency_of(what, at.row));
        made.value = seen.is;
        made.why = seen.why;
        made.failed = seen.failed;
    }
    if (const auto* at_time = std::get_if<timestamp_value>(&made.value))
        made.local = words_.zoned_text(at_time->microseconds);
    return made;
}

/// As its author wrote it. growth(m, 1 year ago) has the clause, but not the term that it moves.
std::string telling::text_of(place at) const {
    const language::term& term = this->term(at);
    if (const auto own = called_.find(at.traced); own != called_.end()) return own->second;
    const std::string written = words_.text(term);
    if (term.kind == op::scalar && term.what == function::or_no_target)
        return "target" + written.substr(std::min(written.find('('), written.size()));
    const bool moved = term.kind == op::in_context && !traced(at).of.empty() &&
                       of_.program.changes[term.with].kind == language::change_kind::time;
    if (!moved) return repeats_.contains(at.traced) ? words_.spelled(traced(at).term) : written;
    const language::change& change = of_.program.changes[term.with];
    const std::string clause = words_.text(change.time.text, change.time.source);
    if (written.ends_with(clause)) return written;
    const plan::traced& below = traced(through(operand(at, 0)));
    const language::named_term* const known = words_.name_of(below.term);
    return (known != nullptr ? known->name : words_.text(of_.program.terms[below.term])) + " " +
           clause;
}

/// Of money whose type does not say it.
std::string telling::currency_of(const plan::traced& what, std::uint32_t row) const {
    if (what.currency == nothing) return {};
    const plan::traced& code = of_.trace.terms[what.currency];
    const value text = of_.run.value_at(code.frame, code.early, row, code.column).is;
    return std::holds_alternative<std::string>(text) ? std::get<std::string>(text) : std::string();
}

void telling::name(const plan::traced& what, into made) const {
    const language::named_term* const known = words_.name_of(what.term);
    if (known == nullptr) return;
    made.name = known->name;
    made.label = known->label;
    made.unit = known->unit;
    made.doc = known->doc;
    if (made.unit.empty() && made.operation.starts_with("weighted")) made.unit = "score";
}

void telling::add(into made, place at, std::string role, bool used) {
    at = through(at);
    mark_repeated(at);
    made.of.push_back({number_of(at), std::move(role), used});
}

/// A term whose text is that of the one that it is an operand of: a word of the language stands for
/// both, such as target() or a funnel's rate().
void telling::mark_repeated(place at) {
    const language::term& of = term(at);
    const bool plain = of.kind == op::constant || of.kind == op::parameter || !of.note.empty() ||
                       words_.name_of(traced(at).term) != nullptr;
    if (!plain && of.text == telling_.text && of.source == telling_.source)
        repeats_.insert(at.traced);
}

void telling::add_operands(const place& at, into made) {
    for (std::size_t i = 0; i < traced(at).of.size(); ++i) add(made, operand(at, i), {});
}

void telling::add_rule(into made, std::string code, std::string words) const {
    made.rules.push_back({std::move(code), std::move(words)});
}

result<void> telling::tell_term(std::size_t number) {
    const place at = places_[number];
    explained_term made = std::move(out_.terms[number]);
    telling_ = {term(at).text, term(at).source};
    telling_number_ = number;
    switch (term(at).kind) {
        case op::scalar:
            if (auto done = tell_scalar(at, made); !done) return done.error();
            break;
        case op::tier:
            tell_tier(at, made);
            break;
        case op::aggregate:
            if (auto done = tell_aggregate(at, made); !done) return done.error();
            break;
        case op::in_context:
            tell_clause(at, made);
            break;
        case op::peer:
            tell_peers(at, made);
            break;
        case op::attribute:
            tell_attribute(at, made);
            break;
        case op::of_group:
            tell_entity(at, made);
            break;
        default:
            add_operands(at, made);
            break;
    }
    tell_blank(made);
    out_.terms[number] = std::move(made);
    return {};
}

/// A blank is an operand's, if one has the same reason, else it came about here.
void telling::tell_blank(into made) const {
    if (made.failed) {
        static constexpr phrase failed{"computing it is an error; nothing uses it",
                                       "计算出错；结果未使用它"};
        return add_rule(made, "failed", std::string(failed.in(how_.wording)));
    }
    const bool blank = std::holds_alternative<blank_value>(made.value);
    if (!blank && made.why == reason::none) return;
    const bool parts_say = made.operation.starts_with("weighted") ||
                           (!made.rules.empty() && made.rules.back().code == "no_row");
    if (blank && parts_say) return;
    for (const explained_operand& one : made.of) {
        if (one.term == no_term || !one.used || !blank) continue;
        const explained_term& inside = out_.terms[one.term];
        if (!std::holds_alternative<blank_value>(inside.value) || inside.why != made.why) continue;
        if (inside.operation == "constant") return tell_branch_blank(made);
        static constexpr phrase below{"blank, because {0} is blank", "为空，因为 {0} 为空"};
        return add_rule(made, "blank_operand",
                        below.in(how_.wording, inside.name.empty() ? inside.text : inside.name));
    }
    if (blank && made.why == reason::none && made.operation == "constant") return;
    const std::string code = made.why == reason::none ? "blank" : std::string(to_string(made.why));
    add_rule(made, code, std::string(words_for(made.why).in(how_.wording)));
}

/// The branch that was taken is `blank`: the condition says why.
void telling::tell_branch_blank(into made) const {
    static constexpr phrase taken{"blank, because `{0}` holds", "为空，因为 `{0}` 成立"};
    static constexpr phrase failed{"blank, because `{0}` does not hold", "为空，因为 `{0}` 不成立"};
    const explained_term* condition = nullptr;
    for (const explained_operand& one : made.of)
        if (one.role == "if" && one.used && one.term != no_term) condition = &out_.terms[one.term];
    if (condition == nullptr)
        return add_rule(made, "blank", std::string(words_for(made.why).in(how_.wording)));
    const auto* const holds = std::get_if<bool>(&condition->value);
    const phrase& how = holds != nullptr && *holds ? taken : failed;
    add_rule(made, "blank", how.in(how_.wording, condition->text));
}

}  // namespace merit::explain
