#include "language/fold.hpp"

#include <fmt/format.h>

namespace merit::language {

namespace {

/// The operands of a chain that is being read, with the operation before each.
struct chain {
    node_kind kind;
    operation neutral;  ///< written before the first operand
    std::vector<node_id> operands;
    std::vector<std::uint8_t> operations;

    void add(node_id operand, operation before) {
        operands.push_back(operand);
        operations.push_back(static_cast<std::uint8_t>(before));
    }

    node_id close(builder& in) {
        node_id out = operands.front();
        if (operands.size() > 1) {
            node made;
            made.kind = kind;
            made.where = {in.out().at(operands.front()).where.begin,
                          in.out().at(operands.back()).where.end};
            out = in.add(made, operands, operations);
        }
        operands.clear();
        operations.clear();
        return out;
    }
};

/// A sign or the base of a power whose operand is still to come.
struct pending {
    operation what;
    byte_range where;
    node_id base;
};

node_id close_unary(builder& in, const pending& outer, node_id inner) {
    const node inside = in.out().at(inner);
    node made;
    made.where = {outer.where.begin, inside.where.end};
    made.op = static_cast<std::uint8_t>(outer.what);
    if (outer.what == operation::power) {
        made.kind = node_kind::binary;
        return in.add(made, {outer.base, inner});
    }
    made.kind = node_kind::unary;
    if (outer.what == operation::negate && inside.kind == node_kind::binary) {
        const node& base = in.out().at(in.out().children_of(inside)[0]);
        const std::string_view rest = in.written({base.where.end, inside.where.end});
        in.report("E112", made.where, "does the sign belong to the base or to the whole power?",
                  fmt::format("(-{}){}   or   -({})", in.written(base.where), rest,
                              in.written(inside.where)));
    }
    return in.add(made, {inner});
}

/// Reads `- - a ^ - b …`: signs bind looser than powers, powers to the right.
node_id read_unary(builder& in, const std::vector<item>& all, std::size_t& at) {
    std::vector<pending> open;
    node_id result = 0;
    for (;;) {
        for (; all[at].what == item::role::prefix; ++at) {
            open.push_back({static_cast<operation>(all[at].op), all[at].where, 0});
        }
        result = all[at++].id;
        const bool power = at < all.size() && all[at].what == item::role::infix &&
                           static_cast<operation>(all[at].op) == operation::power;
        if (!power) break;
        open.push_back({operation::power, in.out().at(result).where, result});
        ++at;
    }
    for (auto outer = open.rbegin(); outer != open.rend() && !in.failed(); ++outer) {
        result = close_unary(in, *outer, result);
    }
    return result;
}

std::vector<item> taken(builder& in, std::size_t mark) {
    std::vector<item> out(in.items().begin() + static_cast<std::ptrdiff_t>(mark), in.items().end());
    in.rewind(mark);
    return out;
}

}  // namespace

void fold_sum(builder& in, std::size_t mark) {
    if (in.failed() || in.mark() == mark + 1) return;
    const std::vector<item> all = taken(in, mark);
    chain sum{node_kind::sum_chain, operation::add, {}, {}};
    chain product{node_kind::product_chain, operation::multiply, {}, {}};
    operation before_product = sum.neutral;
    operation before = product.neutral;
    for (std::size_t at = 0; !in.failed();) {
        product.add(read_unary(in, all, at), before);
        if (at == all.size()) break;
        before = static_cast<operation>(all[at++].op);
        if (before == operation::multiply || before == operation::divide) continue;
        sum.add(product.close(in), before_product);
        before_product = before;
        before = product.neutral;
    }
    if (in.failed()) return;
    sum.add(product.close(in), before_product);
    in.push_node(sum.close(in));
}

void fold_condition(builder& in, std::size_t mark) {
    if (in.failed() || in.mark() == mark + 1) return;
    const std::vector<item> all = taken(in, mark);
    chain any{node_kind::logical_or, operation::add, {}, {}};
    chain both{node_kind::logical_and, operation::add, {}, {}};
    for (std::size_t at = 0; !in.failed();) {
        both.add(read_unary(in, all, at), operation::add);
        if (at == all.size()) break;
        if (all[at++].op == 1) any.add(both.close(in), operation::add);
    }
    if (in.failed()) return;
    any.add(both.close(in), operation::add);
    in.push_node(any.close(in));
}

}  // namespace merit::language
