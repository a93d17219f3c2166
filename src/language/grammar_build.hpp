// What the grammar writes to while it reads: a stack of items, from which nodes are made bottom-up.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/lexer.hpp"
#include "language/parse.hpp"

namespace merit::language {

/// One thing that the grammar has read and no node holds yet.
struct item {
    enum class role : std::uint8_t {
        node,  ///< id
        text,  ///< id: index into the tree's texts; becomes the `text` of the next node made
        op,
        op2,     ///< set in the next node made
        op_bit,  ///< added to the op of the next node made
        shape,   ///< op: the kind of the next shaped node
        prefix,  ///< op: negate or logical_not, before an operand
        infix,   ///< op: an operation between two operands; for conditions 0 = and, 1 = or
    };
    role what = role::node;
    std::uint8_t op = 0;
    bool quoted = false;
    std::uint32_t id = 0;
    byte_range where;
};

/// The farthest token that no rule could take, and what would have been taken there.
struct stop {
    const token* at = nullptr;
    bool met = false;  ///< anything was tried at all
    std::bitset<token_kinds> expected;
};

/// A place to come back to when a statement does not parse.
struct checkpoint {
    std::size_t items, nodes, children, texts, values;
};

class builder {
public:
    builder(const source& from, const lexed& of, const limits& within, tree& out);

    // --- tokens, called by the grammar for every token it tries
    [[nodiscard]] bool at(const token* first, const token* last, token_kind kind) {
        if (!failed_ && first != last && first->kind == kind) return true;
        expect(first, kind);
        return false;
    }
    /// Like `at`, for a class of kinds of which `as` is named in messages.
    [[nodiscard]] bool at(const token* first, const token* last, bool (*of)(token_kind),
                          token_kind as) {
        if (!failed_ && first != last && of(first->kind)) return true;
        expect(first, as);
        return false;
    }
    void expect(const token* here, token_kind kind) {
        if (failed_ || (stop_.met && here < stop_.at)) return;
        if (!stop_.met || here > stop_.at) stop_ = {here, true, {}};
        stop_.expected.set(static_cast<std::size_t>(kind));
    }
    /// From here on nothing matches: what began must end as the grammar says, or the statement
    /// fails.
    void give_up() { failed_ = true; }
    [[nodiscard]] bool failed() const { return failed_; }

    // --- the guard, on the rule that every cycle crosses
    [[nodiscard]] bool enter(const token& here);
    void leave() { --levels_; }
    [[nodiscard]] bool step(const token* first, const token* last);
    /// The node on top of the stack is a sum: no comparison, no condition.
    [[nodiscard]] bool sum_on_top() const;

    // --- items
    [[nodiscard]] std::size_t mark() const { return items_.size(); }
    void rewind(std::size_t mark) { items_.resize(mark); }
    void push(item one) { items_.push_back(one); }
    void push_text(const token& of);
    /// A word of the language where it is a name: its English spelling.
    void push_spelling(const token& of);
    void push_literal(const token& of);
    void push_span(const token& number, const token& of_unit);
    void push_leaf(node_kind kind, const token& of, std::uint8_t op = 0);
    [[nodiscard]] std::vector<item>& items() { return items_; }

    // --- nodes
    /// Makes one node of all items since `mark`, which it replaces.
    void make(node_kind kind, std::size_t mark, byte_range where);
    /// The same, the kind being that of the shape item; without one several nodes make a clause
    /// chain, and one node stays as it is.
    void make_shaped(std::size_t mark, byte_range where);
    /// A node of given children; `operations` is empty or as long.
    node_id add(node made, const std::vector<node_id>& children,
                const std::vector<std::uint8_t>& operations = {});
    void push_node(node_id id) {
        items_.push_back({item::role::node, 0, false, id, tree_.nodes[id].where});
    }

    // --- mistakes that the grammar does not stop at
    void report(const char* code, byte_range where, std::string message, std::string help);
    /// A limit: nothing matches any more, and this is the one message for it.
    void exceed(const char* code, byte_range where, std::string message, std::string help);

    void begin_statement();
    [[nodiscard]] checkpoint here() const;
    void back_to(const checkpoint& where);

    [[nodiscard]] const stop& stopped() const { return stop_; }
    [[nodiscard]] bool limit_met() const { return limit_met_; }
    [[nodiscard]] std::vector<diagnostic>& found() { return found_; }
    [[nodiscard]] const source& from() const { return source_; }
    [[nodiscard]] tree& out() { return tree_; }
    [[nodiscard]] std::string_view written(byte_range where) const {
        return std::string_view(source_.text).substr(where.begin, where.end - where.begin);
    }

private:
    std::uint32_t keep_text(std::string text, byte_range where);
    void relations(node& made, std::size_t mark);

    const source& source_;
    const lexed& lexed_;
    const limits& within_;
    tree& tree_;
    std::vector<item> items_;
    std::vector<std::uint32_t> depths_;  ///< beside tree_.nodes: the longest way down
    std::vector<std::uint32_t>
        nested_;  ///< beside tree_.nodes: brackets, signs and calls on the way
    std::vector<diagnostic> found_;
    stop stop_;
    bool failed_ = false;
    bool limit_met_ = false;
    std::size_t levels_ = 0;
    std::size_t steps_ = 0;
    const char* stack_base_ = nullptr;
};

}  // namespace merit::language
