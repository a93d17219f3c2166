#include "language/checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace merit::language {

checker::checker(const environment& in, std::vector<diagnostic>& findings)
    : in_(in),
      findings_(findings),
      stack_base_(static_cast<const char*>(__builtin_frame_address(0))) {
    build_schema();
}

void checker::report(std::uint32_t document, byte_range where, std::string code,
                     std::string message, std::string help, severity level) {
    if (silent_ || !missing_.empty()) return;
    if (enough()) {  // it would not be shown, and to place it costs the length of its line
        ++told_elsewhere_;
        return;
    }
    if (level == severity::hint && hints_ >= in_.within.errors) return;
    if (!reported_.emplace(document, where.begin, code).second) return;
    if (level == severity::hint) ++hints_;
    findings_.push_back(locate(*in_.documents[document]->from, level, std::move(code), where,
                               std::move(message), std::move(help)));
}

void checker::report(const scope& at, node_id id, std::string code, std::string message,
                     std::string help) {
    report(at.document, ast(at.document).at(id).where, std::move(code), std::move(message),
           std::move(help));
}

namespace {

std::size_t fingerprint(const aggregate& g) {
    std::size_t out = static_cast<std::size_t>(g.what);
    for (const std::size_t part : {g.table, g.argument, g.second, g.amount, g.where, g.placed_on})
        out = out * 1'000'003 + part;
    return out * 6 + static_cast<std::size_t>(g.at) * 2 + (g.population ? 1 : 0);
}

bool same(const aggregate& a, const aggregate& b) {
    return a.what == b.what && a.table == b.table && a.argument == b.argument &&
           a.second == b.second && a.amount == b.amount && a.where == b.where &&
           a.placed_on == b.placed_on && a.population == b.population && a.at == b.at &&
           a.lasts == b.lasts && a.uncut == b.uncut && a.names == b.names &&
           a.exactly == b.exactly && a.unseen == b.unseen && a.every == b.every &&
           a.matured == b.matured &&
           std::equal(a.per.begin(), a.per.end(), b.per.begin(), b.per.end(),
                      [](const dimension& x, const dimension& y) {
                          return x.name == y.name && x.calendar_unit == y.calendar_unit;
                      });
}

std::size_t fingerprint(const term& t) {
    std::size_t out = static_cast<std::size_t>(t.kind) * 131 + static_cast<std::size_t>(t.what);
    for (const std::size_t part :
         {std::size_t{t.with}, std::size_t{t.home}, static_cast<std::size_t>(t.type.kind),
          std::size_t{t.type.scale}, static_cast<std::size_t>(t.at)}) {
        out = out * 1'000'003 + part;
    }
    for (const term_id id : t.of) out = out * 1'000'003 + id;
    return out;
}

/// How a constant is written: 60% is another term than 0.6, so that each is told as its author
/// wrote it. A longer text is that of a word of the language, which says nothing of its constants.
std::string_view written_constant(const environment& in, const term& of) {
    constexpr std::size_t most = 48;
    if (of.kind != op::constant || of.text.end - of.text.begin > most) return {};
    const std::string_view text = in.documents[of.source]->from->text;
    return text.substr(of.text.begin, of.text.end - of.text.begin);
}

bool same(const term& a, const term& b) {
    return a.kind == b.kind && a.at == b.at && a.type == b.type && a.home == b.home &&
           a.what == b.what && a.with == b.with && a.of == b.of;
}

}  // namespace

term_id checker::intern(term what) {
    const std::string_view written = written_constant(in_, what);
    const std::size_t key = fingerprint(what) + std::hash<std::string_view>{}(written);
    const auto [from, to] = interned_.equal_range(key);
    for (auto it = from; it != to; ++it) {
        const term& known = out_.terms[it->second];
        if (same(known, what) && written_constant(in_, known) == written) return it->second;
    }
    out_.terms.push_back(std::move(what));
    const auto id = static_cast<term_id>(out_.terms.size() - 1);
    interned_.emplace(key, id);
    return id;
}

/// The term of a definition. A constant, or what another definition says too, gets one of its own,
/// so that each is told by its own name.
term_id checker::defined(term_id made, std::string name, std::uint32_t document,
                         node_id statement) {
    if (made == nothing || !missing_.empty()) return made;
    if (get(made).kind == op::constant || named_.contains(made)) {
        const term_id from = std::exchange(made, static_cast<term_id>(out_.terms.size()));
        out_.terms.push_back(term(get(from)));
        if (const auto code = out_.currencies.find(from); code != out_.currencies.end())
            out_.currencies.emplace(made, code->second);
        if (const auto use = target_uses_.find(from); use != target_uses_.end())
            target_uses_.emplace(made, use->second);
    }
    named_.insert(made);
    name_term(made, std::move(name), document, statement);
    return made;
}

/// Equal aggregates share a place, so that their terms are one.
std::uint32_t checker::intern(const aggregate& what) {
    const std::size_t key = fingerprint(what);
    const auto [from, to] = aggregates_.equal_range(key);
    for (auto it = from; it != to; ++it) {
        if (same(out_.aggregates[it->second], what)) return it->second;
    }
    out_.aggregates.push_back(what);
    const auto index = static_cast<std::uint32_t>(out_.aggregates.size() - 1);
    aggregates_.emplace(key, index);
    return index;
}

std::uint32_t checker::constant_number(value what) {
    const auto [place, fresh] =
        constants_.try_emplace(fmt::format("{} {}", what.index(), to_string(what)),
                               static_cast<std::uint32_t>(out_.constants.size()));
    if (fresh) out_.constants.push_back(std::move(what));
    return place->second;
}

term_id checker::constant(const scope& at, node_id id, value what, type is) {
    term t;
    t.kind = op::constant;
    t.type = is;
    t.with = constant_number(std::move(what));
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    return intern(std::move(t));
}

/// A constant held as another type: it stays what its author wrote, under the same name.
term_id checker::converted(term_id from, value what, const type& to) {
    term t = get(from);
    t.type = to;
    t.with = constant_number(std::move(what));
    if (!named_.contains(from)) return intern(std::move(t));
    const auto [known, fresh] = converted_.try_emplace({from, to.to_string()}, nothing);
    if (!fresh) return known->second;
    known->second = static_cast<term_id>(out_.terms.size());
    out_.terms.push_back(std::move(t));
    named_.insert(known->second);
    const auto named = std::find_if(out_.names.begin(), out_.names.end(),
                                    [from](const named_term& one) { return one.term == from; });
    named_term copy = *named;
    copy.term = known->second;
    out_.names.push_back(std::move(copy));
    return known->second;
}

const value* checker::constant_of(term_id id) const {
    if (id == nothing || get(id).kind != op::constant) return nullptr;
    return &out_.constants[get(id).with];
}

term_id checker::scalar(const scope& at, node_id id, function what, type is,
                        std::vector<term_id> of, std::uint32_t with) {
    term t;
    t.with = with;
    t.kind = op::scalar;
    t.what = what;
    t.type = is;
    t.text = ast(at.document).at(id).where;
    t.source = at.document;
    for (const term_id one : of) {
        if (one == nothing) return nothing;
        const term& operand = get(one);
        if (operand.at == level::constant) continue;
        t.at = operand.at;
        if (operand.at == level::row) t.home = operand.home;
    }
    t.of = std::move(of);
    return intern(std::move(t));
}

void checker::check_all() {
    stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
    for (const auto& [key, one] : in_.names) {
        if (enough()) return;
        // Of a text that is imported by names, only these are asked for.
        if (in_.aside[one.document] && in_.outward(key) == key) continue;
        const std::string name(ast(one.document).text(ast(one.document).at(one.node)));
        const scope at{.document = one.document};
        switch (one.kind) {
            case definition_kind::kpi:
                (void)kpi(at, one.node, key);
                check_grain_said(one);
                break;
            case definition_kind::let:
            case definition_kind::param:
                // A whole period is a value for `for` alone.
                if (one.kind == definition_kind::param || !is_period(one))
                    (void)named_value(at, one.node, name);
                break;
            case definition_kind::tiers:
                (void)tier_table_named(at, one.node, name);
                break;
            case definition_kind::scorecard:
                (void)scorecard_named(at, one.node, key);
                break;
            case definition_kind::funnel:
                (void)funnel_named(at, one.node, key);
                break;
            case definition_kind::def:
                check_unused(one);
                break;
            case definition_kind::attribute:
                break;  // by its entity, below
        }
    }
    check_members();
    for (const definition& one : in_.shows)
        check_request(one.document, body_of(ast(one.document), one.node).front(), false);
}

std::string unit_name_of(unit u) {
    switch (u) {
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
        case unit::none:
            break;
    }
    return "";
}

}  // namespace merit::language
