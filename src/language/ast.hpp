// The syntax tree: one flat array of nodes, made by the parser, read by check, the printer and
// explain.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "merit/diagnostic.hpp"
#include "merit/value.hpp"

namespace merit::language {

/// What a node is. The comment gives its children in order; `text`, `op` and `value` are fields of
/// the node.
enum class node_kind : std::uint8_t {
    // literals
    literal,  ///< value (numbers are decimal_value with the written scale, 60% is 0.60; durations;
              ///< spans; money; text; bool; blank); op = 1 when written as a percentage
    date_literal,  ///< text as written without '@': "2026", "2026Q1", "2026-03", "2026W05",
                   ///< "2026-03-31", "2026-03-31T09:30"
    // operands
    path,       ///< text = first name; children: word nodes for what follows each dot
    word,       ///< text
    call,       ///< children: callee (path, or unit_name), arguments
    unit_name,  ///< op = merit::unit; a unit used as a dimension, as an argument, or as a callee
                ///< such as year(t)
    group,      ///< ( expr ): kept, for brackets decide scope; child: the inside
    // arguments; a unit alone, as in start_of(t, month), is a unit_name
    argument_clauses,  ///< clauses alone, as in count(where …): children: clauses
    argument_named,    ///< text ":" expr; child: the value
    argument_of,       ///< sum "of" expr; children: weight, value
    // operators; op = merit::language::operation
    unary,             ///< child
    binary,            ///< left, right; a power and one comparison (`+ - * /` are always chains)
    range_comparison,  ///< a < b < c: low, middle, high; op = first operation, op2 = second
    logical_and,       ///< two or more operands, flat
    logical_or,        ///< two or more operands, flat
    sum_chain,      ///< flat a + b - c: children are operands; operations(node) gives the operator
                    ///< before each one
    product_chain,  ///< flat a * b / c, the same
    in_list,        ///< needle, items…; op = 1 for "not in"
    between,        ///< middle, low, high
    is_blank,       ///< child; op = 1 for "is not blank"
    within,         ///< t, span literal, t0; op = 0 after, 1 before
    in_unit_after,  ///< t, n, t0; op = merit::unit
    // an expression and the clauses behind it
    clause_chain,   ///< child 0 the term, then one clause or more
    where_clause,   ///< condition
    per_clause,     ///< dimensions; op = 1 for "per every"
    on_clause,      ///< path
    at_clause,      ///< op = 0 end, 1 start
    across_clause,  ///< op = 0 dims, 1 all, 2 all except dims; children: dims
    by_clause,      ///< dimensions
    over_clause,    ///< op = over_kind; children: amount (literal or path) for trailing and prior;
                    ///< one or two date_literal or path for fixed; op2 = merit::unit
    shift_clause,   ///< child: number literal; op = merit::unit ("1 year ago")
    previous_period_clause,
    as_of_clause,  ///< child: date_literal or path
    unfiltered_clause,
    matured_clause,  ///< child: span literal
    // requests
    request,  ///< children: shown…, then request_by, request_for, request_where, request_having,
              ///< request_sort where present
    shown,    ///< expr; text = alias or empty
    request_by,   ///< dimensions
    request_for,  ///< one or two of date_literal or path
    request_where,
    request_having,  ///< condition
    request_sort,    ///< expr; op = 1 for down
    // statements; children begin with doc and annotation nodes where present, then what is listed
    import_file,       ///< text = file
    import_names,      ///< text = file; children: import_item
    import_item,       ///< text = name; child word = alias where present
    let_statement,     ///< text = name; expr
    param_statement,   ///< text = name; word node for the type where op = 1; expr last
    def_statement,     ///< text = name; word nodes for parameters; expr last
    entity_statement,  ///< text = name; label
    kpi_statement,     ///< text = name; label; expr last
    column_statement,
    attribute_statement,  ///< path, expr
    tiers_statement,      ///< text = name; tier…
    tier,  ///< op = 0 below(bound, value), 1 from-to(low, high, value), 2 from(low, value)
    funnel_statement,  ///< text = name; per path, from word, span literal where op = 1, steps
    step,              ///< text = name; condition
    table_statement,
    targets_statement,
    calendar_statement,
    rates_statement,      ///< text = name; property…
    property,             ///< text = word; expr
    scorecard_statement,  ///< text = name; label; by_clause where present; parts
    part,            ///< path, weight expr, floor expr where (op & 1), goal expr where (op & 2)
    part_missing,    ///< text = "blank" | "reweight" | "zero"
    part_bands,      ///< text = tiers name
    show_statement,  ///< request
    doc,             ///< text
    annotation,      ///< text = name; children: literal or path arguments; op = 1 when written in
                     ///< brackets
    label,           ///< text: the string after a name
    file             ///< statements
};

enum class operation : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    power,
    negate,
    logical_not,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal
};

enum class over_kind : std::uint8_t { trailing, prior, to_date, all_to_date, fixed };

using node_id = std::uint32_t;

/// 32 bytes. `text` and `value` index side tables of the tree.
struct node {
    node_kind kind = node_kind::literal;
    std::uint8_t op = 0;
    std::uint8_t op2 = 0;
    bool quoted = false;      ///< a name written in [ ]
    byte_range where;         ///< in the source, clauses and brackets included
    std::uint32_t first = 0;  ///< children: tree.children[first, first + count)
    std::uint32_t count = 0;
    std::uint32_t text = 0;   ///< index into tree.texts; 0 is the empty text
    std::uint32_t value = 0;  ///< literal: index into tree.values
};

/// Immutable once parsed. Destroying it is a few vector frees, whatever its depth.
struct tree {
    std::vector<node> nodes;
    std::vector<node_id> children;
    std::vector<std::uint8_t>
        chain_operations;  ///< beside `children`: the operation before that child of a chain
    std::vector<std::string> texts{std::string()};
    std::vector<byte_range> text_places{byte_range()};  ///< beside `texts`: where each was read
    std::vector<value> values;
    node_id root = 0;  ///< file, request, or an expression

    [[nodiscard]] const node& at(node_id id) const { return nodes[id]; }
    [[nodiscard]] std::span<const node_id> children_of(const node& of) const {
        return std::span(children).subspan(of.first, of.count);
    }
    [[nodiscard]] std::span<const std::uint8_t> operations(const node& of) const {
        return std::span(chain_operations).subspan(of.first, of.count);
    }
    [[nodiscard]] std::string_view text(const node& of) const { return texts[of.text]; }
    /// Where the text of a node stands: the name of a definition, for a message about that name
    /// alone.
    [[nodiscard]] byte_range text_place(const node& of) const {
        return of.text == 0 ? of.where : text_places[of.text];
    }
};

}  // namespace merit::language
