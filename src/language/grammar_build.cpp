#include "language/grammar_build.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "language/print_pieces.hpp"

namespace merit::language {

namespace {

/// The kinds that count as a level of nesting: brackets, calls, signs, powers.
bool nests(node_kind kind, std::uint8_t op) {
    return kind == node_kind::group || kind == node_kind::call || kind == node_kind::unary ||
           (kind == node_kind::binary && op == static_cast<std::uint8_t>(operation::power));
}

/// A number's spelling is kept only when its value does not tell it: `1_000`, `50万`, `90min`.
bool plain_spelling(std::string_view text, const token& of, const value& what) {
    if (of.kind == token_kind::string) return true;
    const bool digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (of.kind == token_kind::number && digits && text[0] != '0') return true;  // the common case
    return text == written_literal(what, of.kind == token_kind::percent);
}

/// A currency stands behind one space, however it was written.
std::string spelling_of(std::string text, token_kind kind) {
    if (kind != token_kind::money) return text;
    const std::size_t code = text.size() - 3;
    const std::size_t end = text.find_last_not_of(" \t", code - 1) + 1;
    return fmt::format("{} {}", text.substr(0, end), text.substr(code));
}

}  // namespace

builder::builder(const source& from, const lexed& of, const limits& within, tree& out)
    : source_(from), lexed_(of), within_(within), tree_(out) {
    stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
}

bool builder::enter(const token& here) {
    const std::ptrdiff_t used = stack_base_ - static_cast<const char*>(__builtin_frame_address(0));
    ++levels_;
    if (levels_ > within_.nesting) {
        exceed("E703", here.where,
               fmt::format("brackets and calls stand inside each other more than {} levels deep",
                           within_.nesting),
               "name the inner parts with let, def or kpi");
    } else if (used > 0 && static_cast<std::size_t>(used) > within_.parser_stack_bytes) {
        exceed(
            "E704", here.where,
            fmt::format("brackets and calls are nested deeper than the parser's {} bytes of stack "
                        "allow",
                        within_.parser_stack_bytes),
            "name the inner parts with let, def or kpi");
    }
    return !failed_;
}

bool builder::step(const token* first, const token* last) {
    if (++steps_ <= within_.steps) return !failed_;
    exceed("E705", first == last ? byte_range{} : first->where,
           fmt::format("reading this text takes more than {} steps", within_.steps),
           "split it into several files");
    return false;
}

bool builder::sum_on_top() const {
    if (failed_ || items_.empty() || items_.back().what != item::role::node) return false;
    const node& top = tree_.nodes[items_.back().id];
    const auto what = static_cast<operation>(top.op);
    switch (top.kind) {
        case node_kind::binary:
            return what == operation::power;
        case node_kind::unary:
            return what == operation::negate;
        case node_kind::range_comparison:
        case node_kind::logical_and:
        case node_kind::logical_or:
        case node_kind::in_list:
        case node_kind::between:
        case node_kind::is_blank:
        case node_kind::within:
        case node_kind::in_unit_after:
            return false;
        default:
            return true;
    }
}

std::uint32_t builder::keep_text(std::string text, byte_range where) {
    if (text.empty()) return 0;
    tree_.texts.push_back(std::move(text));
    tree_.text_places.push_back(where);
    return static_cast<std::uint32_t>(tree_.texts.size() - 1);
}

void builder::push_text(const token& of) {
    const std::uint32_t text = keep_text(text_of(source_.text, of), of.where);
    push({item::role::text, 0, of.kind == token_kind::quoted_name, text, of.where});
}

void builder::push_spelling(const token& of) {
    std::string word = text_of(source_.text, of);
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    // A Chinese unit has no plural; as a value such as `@unit days` it reads best in the plural.
    if (static_cast<unsigned char>(word[0]) >= 0x80) {
        word = of.kind == token_kind::unit ? fmt::format("{}s", spelling(of.unit))
                                           : std::string(spelling(of.kind));
    }
    push({item::role::text, 0, false, keep_text(std::move(word), of.where), of.where});
}

void builder::push_leaf(node_kind kind, const token& of, std::uint8_t op) {
    node made;
    made.kind = kind;
    made.op = op;
    made.where = of.where;
    made.quoted = of.kind == token_kind::quoted_name;
    if (kind != node_kind::unit_name) made.text = keep_text(text_of(source_.text, of), of.where);
    push_node(add(made, {}));
}

void builder::push_literal(const token& of) {
    if (of.kind == token_kind::date) return push_leaf(node_kind::date_literal, of);
    node made;
    made.where = of.where;
    made.value = static_cast<std::uint32_t>(tree_.values.size());
    switch (of.kind) {
        case token_kind::string:
            tree_.values.emplace_back(text_of(source_.text, of));
            break;
        case token_kind::word_true:
            tree_.values.emplace_back(true);
            break;
        case token_kind::word_false:
            tree_.values.emplace_back(false);
            break;
        case token_kind::word_blank:
            tree_.values.emplace_back(blank_value{});
            break;
        default: {
            tree_.values.push_back(lexed_.values[of.value]);
            made.op = of.kind == token_kind::percent ? 1 : 0;
            const std::string spelled = spelling_of(fold_width(written(of.where)), of.kind);
            if (!plain_spelling(spelled, of, tree_.values.back()))
                made.text = keep_text(spelled, of.where);
        }
    }
    push_node(add(made, {}));
}

void builder::push_span(const token& number, const token& of_unit) {
    const auto amount = std::get<decimal_value>(lexed_.values[number.value]);
    const byte_range where{number.where.begin, of_unit.where.end};
    const bool whole = amount.scale == 0 && amount.units <= 1'000'000'000;
    if (!whole) {
        report("E104", where, "a span is a whole number of units, up to 1000000000",
               "use a smaller unit, or an exact duration such as 36h");
    }
    node made;
    made.where = where;
    made.value = static_cast<std::uint32_t>(tree_.values.size());
    tree_.values.emplace_back(
        span_value{whole ? static_cast<std::int64_t>(amount.units) : 0, of_unit.unit});
    push_node(add(made, {}));
}

node_id builder::add(node made, const std::vector<node_id>& children,
                     const std::vector<std::uint8_t>& operations) {
    const auto id = static_cast<node_id>(tree_.nodes.size());
    if (id >= within_.nodes) {
        exceed("E706", made.where,
               fmt::format("the text makes a tree of more than {} nodes", within_.nodes),
               "split it into several files");
        return 0;
    }
    std::uint32_t depth = 0;
    std::uint32_t nested = 0;
    for (const node_id child : children) {
        depth = std::max(depth, depths_[child]);
        nested = std::max(nested, nested_[child]);
    }
    nested += nests(made.kind, made.op) ? 1 : 0;
    ++depth;
    if (nested > within_.nesting) {
        exceed("E703", made.where,
               fmt::format(
                   "brackets, signs and calls stand inside each other more than {} levels deep",
                   within_.nesting),
               "name the inner parts with let, def or kpi");
    } else if (depth > within_.tree_depth) {
        exceed("E707", made.where,
               fmt::format("the formula is more than {} levels deep", within_.tree_depth),
               "name its parts with let, def or kpi");
    }
    made.first = static_cast<std::uint32_t>(tree_.children.size());
    made.count = static_cast<std::uint32_t>(children.size());
    tree_.children.insert(tree_.children.end(), children.begin(), children.end());
    if (operations.empty())
        tree_.chain_operations.resize(tree_.children.size());
    else
        tree_.chain_operations.insert(tree_.chain_operations.end(), operations.begin(),
                                      operations.end());
    tree_.nodes.push_back(made);
    depths_.push_back(depth);
    nested_.push_back(nested);
    return id;
}

void builder::make(node_kind kind, std::size_t mark, byte_range where) {
    if (failed_) return;
    node made;
    made.kind = kind;
    made.where = where;
    std::vector<node_id> children;
    for (std::size_t i = mark; i < items_.size(); ++i) {
        const item& one = items_[i];
        switch (one.what) {
            case item::role::node:
                children.push_back(one.id);
                break;
            case item::role::text:
                made.text = one.id;
                made.quoted = one.quoted;
                break;
            case item::role::op:
                made.op = one.op;
                break;
            case item::role::op2:
                made.op2 = one.op;
                break;
            case item::role::op_bit:
                made.op = static_cast<std::uint8_t>(made.op | one.op);
                break;
            default:
                break;
        }
    }
    if (kind == node_kind::range_comparison || kind == node_kind::binary) relations(made, mark);
    rewind(mark);
    push_node(add(made, children));
}

void builder::relations(node& made, std::size_t mark) {
    const item* found[2] = {};
    for (std::size_t i = mark, n = 0; i < items_.size() && n < 2; ++i) {
        if (items_[i].what == item::role::infix) found[n++] = &items_[i];
    }
    made.op = found[0]->op;
    if (made.kind != node_kind::range_comparison) return;
    made.op2 = found[1]->op;
    const auto direction = [](std::uint8_t op) {
        const auto one = static_cast<operation>(op);
        if (one == operation::less || one == operation::less_equal) return 1;
        return one == operation::greater || one == operation::greater_equal ? 2 : 0;
    };
    if (direction(made.op) == direction(made.op2) && direction(made.op) != 0) return;
    // The middle operand stands between the two signs.
    const byte_range middle{found[0]->where.end, found[1]->where.begin};
    std::string_view inner = written(middle);
    inner.remove_prefix(std::min(inner.find_first_not_of(" \t\r\n"), inner.size()));
    inner = inner.substr(0, inner.find_last_not_of(" \t\r\n") + 1);
    const std::string_view low = written({made.where.begin, found[0]->where.begin});
    const std::string_view high = written({found[1]->where.begin, made.where.end});
    report("E112", made.where,
           "two comparisons in one row must point the same way, as in `a < b <= c`",
           fmt::format("{}{} {} and {} {}", low, written(found[0]->where), inner, inner, high));
}

void builder::make_shaped(std::size_t mark, byte_range where) {
    if (failed_) return;
    std::size_t nodes = 0;
    for (std::size_t i = mark; i < items_.size(); ++i) {
        if (items_[i].what == item::role::shape) {
            const auto kind = static_cast<node_kind>(items_[i].op);
            items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i));
            return make(kind, mark, where);
        }
        nodes += items_[i].what == item::role::node ? 1 : 0;
    }
    if (nodes > 1) make(node_kind::clause_chain, mark, where);
}

void builder::report(const char* code, byte_range where, std::string message, std::string help) {
    if (found_.size() >= within_.errors) return;
    found_.push_back(
        locate(source_, severity::error, code, where, std::move(message), std::move(help)));
}

void builder::exceed(const char* code, byte_range where, std::string message, std::string help) {
    if (limit_met_) return;
    limit_met_ = true;
    failed_ = true;
    where.end = std::min(where.end, where.begin + 1);  // the place, not the whole deep thing
    report(code, where, std::move(message), std::move(help));
}

void builder::begin_statement() {
    stop_ = {};
    failed_ = limit_met_ && failed_;
    items_.clear();
    levels_ = 0;
}

checkpoint builder::here() const {
    return {items_.size(), tree_.nodes.size(), tree_.children.size(), tree_.texts.size(),
            tree_.values.size()};
}

void builder::back_to(const checkpoint& where) {
    items_.resize(where.items);
    tree_.nodes.resize(where.nodes);
    tree_.children.resize(where.children);
    tree_.chain_operations.resize(where.children);
    tree_.texts.resize(where.texts);
    tree_.text_places.resize(where.texts);
    tree_.values.resize(where.values);
    depths_.resize(where.nodes);
    nested_.resize(where.nodes);
}

}  // namespace merit::language
