#include "language/print_pieces.hpp"

#include <fmt/format.h>

#include <cmath>

#include "language/keywords.hpp"

namespace merit::language {

namespace {

using n = node_kind;

std::string_view sign_of(operation what) {
    switch (what) {
        case operation::add:
            return "+";
        case operation::subtract:
            return "-";
        case operation::multiply:
            return "*";
        case operation::divide:
            return "/";
        case operation::power:
            return "^";
        case operation::negate:
            return "-";
        case operation::logical_not:
            return "not";
        case operation::equal:
            return "=";
        case operation::not_equal:
            return "!=";
        case operation::less:
            return "<";
        case operation::less_equal:
            return "<=";
        case operation::greater:
            return ">";
        case operation::greater_equal:
            return ">=";
    }
    return "";
}

std::string spaced(std::uint8_t op) {
    return fmt::format(" {} ", sign_of(static_cast<operation>(op)));
}

std::string quoted_text(std::string_view text) {
    const bool plain = text.find('"') == std::string_view::npos;
    return plain ? fmt::format("\"{}\"", text) : fmt::format("“{}”", text);
}

std::string duration_text(double microseconds) {
    const auto whole = static_cast<std::int64_t>(microseconds);
    if (whole % 3'600'000'000 == 0) return fmt::format("{}h", whole / 3'600'000'000);
    if (whole % 60'000'000 == 0) return fmt::format("{}min", whole / 60'000'000);
    std::string seconds = to_string(decimal_value{whole, 6});
    while (seconds.ends_with('0')) seconds.pop_back();
    if (seconds.ends_with('.')) seconds.pop_back();
    return seconds + "s";
}

/// "month" for one, "months" for any other amount.
std::string unit_text(std::uint8_t unit, bool one) {
    return fmt::format("{}{}", spelling(static_cast<merit::unit>(unit)), one ? "" : "s");
}

bool is_one(const tree& ast, const node& amount) {
    if (amount.kind != n::literal) return false;
    const auto* const number = std::get_if<decimal_value>(&ast.values[amount.value]);
    return number != nullptr && number->units == 1 && number->scale == 0;
}

/// The children of a node with a word between each two.
void add_list(pieces& out, std::span<const node_id> all, std::string_view between) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) out.emplace_back(between);
        out.emplace_back(all[i]);
    }
}

pieces word_and_list(std::string_view word, std::span<const node_id> all,
                     std::string_view between) {
    pieces out{word};
    add_list(out, all, between);
    return out;
}

pieces chain_pieces(const tree& ast, const node& of) {
    pieces out;
    const auto operations = ast.operations(of);
    const auto children = ast.children_of(of);
    for (std::size_t i = 0; i < children.size(); ++i) {
        if (i > 0) out.emplace_back(spaced(operations[i]));
        out.emplace_back(children[i]);
    }
    return out;
}

pieces over_pieces(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (static_cast<over_kind>(of.op)) {
        case over_kind::trailing:
        case over_kind::prior: {
            const bool trailing = static_cast<over_kind>(of.op) == over_kind::trailing;
            const std::string unit = unit_text(of.op2, is_one(ast, ast.at(children[0])));
            return {trailing ? "over trailing " : "over prior ", children[0], " " + unit};
        }
        case over_kind::to_date:
            return {"over " + unit_text(of.op2, true) + " to date"};
        case over_kind::all_to_date:
            return {"over all to date"};
        case over_kind::fixed:
            return word_and_list("over ", children, " to ");
    }
    return {};
}

pieces clause_pieces(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (of.kind) {
        case n::where_clause:
            return {"where ", children[0]};
        case n::per_clause:
            return word_and_list(of.op == 1 ? "per every " : "per ", children, " and ");
        case n::on_clause:
            return {"on ", children[0]};
        case n::at_clause:
            return {of.op == 1 ? "at start" : "at end"};
        case n::across_clause:
            if (of.op == 1) return {"across all"};
            return word_and_list(of.op == 2 ? "across all except " : "across ", children, " and ");
        case n::by_clause:
            return word_and_list("by ", children, " and ");
        case n::over_clause:
            return over_pieces(ast, of);
        case n::shift_clause:
            return {children[0], " " + unit_text(of.op, is_one(ast, ast.at(children[0]))) + " ago"};
        case n::previous_period_clause:
            return {"previous period"};
        case n::as_of_clause:
            return {"as of ", children[0]};
        case n::unfiltered_clause:
            return {"unfiltered"};
        case n::matured_clause:
            return {"matured ", children[0]};
        default:
            return {};
    }
}

pieces condition_pieces(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (of.kind) {
        case n::range_comparison:
            return {children[0], spaced(of.op), children[1], spaced(of.op2), children[2]};
        case n::logical_and: {
            pieces out;
            add_list(out, children, " and ");
            return out;
        }
        case n::logical_or: {
            pieces out;
            add_list(out, children, " or ");
            return out;
        }
        case n::in_list: {
            pieces out{children[0], of.op == 1 ? " not in (" : " in ("};
            add_list(out, children.subspan(1), ", ");
            out.emplace_back(")");
            return out;
        }
        case n::between:
            return {children[0], " between ", children[1], " and ", children[2]};
        case n::is_blank:
            return {children[0], of.op == 1 ? " is not blank" : " is blank"};
        case n::within:
            return {children[0], " within ", children[1], of.op == 1 ? " before " : " after ",
                    children[2]};
        case n::in_unit_after:
            return {children[0], " in " + unit_text(of.op, true) + " ", children[1], " after ",
                    children[2]};
        default:
            return {};
    }
}

pieces request_pieces(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (of.kind) {
        case n::request: {
            pieces out;
            for (std::size_t i = 0; i < children.size(); ++i) {
                if (i > 0) out.emplace_back(ast.at(children[i]).kind == n::shown ? ", " : " ");
                out.emplace_back(children[i]);
            }
            return out;
        }
        case n::shown:
            if (of.text == 0) return {children[0]};
            return {children[0], " as " + written_name(ast.text(of), of.quoted)};
        case n::request_by:
            return word_and_list("by ", children, ", ");
        case n::request_for:
            return word_and_list("for ", children, " to ");
        case n::request_where:
            return {"where ", children[0]};
        case n::request_having:
            return {"having ", children[0]};
        case n::request_sort:
            return {"sort by ", children[0], of.op == 1 ? " down" : ""};
        default:
            return {};
    }
}

pieces operand_pieces(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (of.kind) {
        case n::literal:
            if (of.text != 0) return {std::string(ast.text(of))};
            return {written_literal(ast.values[of.value], of.op == 1)};
        case n::date_literal:
            return {fmt::format("@{}", ast.text(of))};
        case n::word:
            return {written_name(ast.text(of), of.quoted)};
        case n::unit_name:
            return {unit_text(of.op, true)};
        case n::path: {
            pieces out{written_name(ast.text(of), of.quoted)};
            for (const node_id word : children) {
                out.emplace_back(".");
                out.emplace_back(word);
            }
            return out;
        }
        case n::call: {
            pieces out{children[0], "("};
            add_list(out, children.subspan(1), ", ");
            out.emplace_back(")");
            return out;
        }
        case n::group:
            return {"(", children[0], ")"};
        default:
            return {};
    }
}

/// What stands inside a block, and what stands before a definition.
pieces block_item(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    switch (of.kind) {
        case n::tier:
            if (of.op == 0) return {"below ", children[0], ": ", children[1]};
            if (of.op == 2) return {"from ", children[0], ": ", children[1]};
            return {children[0], " to ", children[1], ": ", children[2]};
        case n::step:
            return {fmt::format("step {}: ", written_name(ast.text(of), of.quoted)), children[0]};
        case n::property:
            return {written_name(ast.text(of), of.quoted) + ": ", children[0]};
        case n::part: {
            pieces out{children[0], " weight ", children[1]};
            std::size_t at = 2;
            if ((of.op & 1) != 0) out.insert(out.end(), {" floor ", children[at++]});
            if ((of.op & 2) != 0) out.insert(out.end(), {" goal ", children[at]});
            return out;
        }
        case n::part_missing:
            return {"missing: " + quoted_text(ast.text(of))};
        case n::part_bands:
            return {"bands: " + written_name(ast.text(of), of.quoted)};
        case n::import_item: {
            pieces out{written_name(ast.text(of), of.quoted)};
            if (!children.empty()) out.insert(out.end(), {" as ", children[0]});
            return out;
        }
        case n::doc:
            return {fmt::format("## {}", ast.text(of))};
        case n::label:
            return {quoted_text(ast.text(of))};
        case n::annotation: {
            pieces out{fmt::format("@{}", ast.text(of))};
            if (children.empty()) return out;
            // Brackets are kept where they are needed: around several values.
            out.emplace_back(of.op == 1 ? " (" : " ");
            add_list(out, children, ", ");
            if (of.op == 1) out.emplace_back(")");
            return out;
        }
        default:
            return {};
    }
}

}  // namespace

std::string written_name(std::string_view text, bool quoted) {
    return quoted ? fmt::format("[{}]", text) : std::string(text);
}

std::string written_literal(const value& what, bool percent) {
    if (const auto* number = std::get_if<decimal_value>(&what)) {
        if (!percent) return to_string(*number);
        return to_string(
                   decimal_value{number->units, static_cast<std::uint8_t>(number->scale - 2)}) +
               "%";
    }
    if (const auto* money = std::get_if<money_value>(&what)) {
        return fmt::format("{} {}", to_string(money->amount), money->currency);
    }
    if (const auto* text = std::get_if<std::string>(&what)) return quoted_text(*text);
    if (const auto* duration = std::get_if<duration_value>(&what)) {
        return duration_text(duration->microseconds);
    }
    if (const auto* span = std::get_if<span_value>(&what)) {
        const auto unit = static_cast<std::uint8_t>(span->unit);
        return fmt::format("{} {}", span->count, unit_text(unit, span->count == 1));
    }
    if (const auto* truth = std::get_if<bool>(&what)) return *truth ? "true" : "false";
    return "blank";
}

pieces pieces_of(const tree& ast, const node& of) {
    const auto children = ast.children_of(of);
    if (of.kind <= n::group) return operand_pieces(ast, of);
    if (of.kind >= n::where_clause && of.kind <= n::matured_clause) return clause_pieces(ast, of);
    if (of.kind >= n::request && of.kind <= n::request_sort) return request_pieces(ast, of);
    if (of.kind >= n::import_file) return block_item(ast, of);
    switch (of.kind) {
        case n::argument_clauses:
        case n::clause_chain: {
            pieces out;
            add_list(out, children, " ");
            return out;
        }
        case n::argument_named:
            return {written_name(ast.text(of), of.quoted) + ": ", children[0]};
        case n::argument_of:
            return {children[0], " of ", children[1]};
        case n::unary: {
            const bool negative = static_cast<operation>(of.op) == operation::negate;
            return {negative ? "-" : "not ", children[0]};
        }
        case n::binary:
            return {children[0], spaced(of.op), children[1]};
        case n::sum_chain:
        case n::product_chain:
            return chain_pieces(ast, of);
        default:
            return condition_pieces(ast, of);
    }
}

}  // namespace merit::language
