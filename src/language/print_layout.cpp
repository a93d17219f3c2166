#include "language/print_layout.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

#include "language/lexer_scan.hpp"

namespace merit::language {

namespace {

using n = node_kind;

constexpr std::size_t line_width = 100;
constexpr std::string_view indentation = "    ";

std::size_t columns(std::string_view text) {
    std::size_t out = 0;
    for (std::size_t at = 0; at < text.size();) {
        const character one = decode(text, at);
        const int width =
            one.valid ? utf8proc_charwidth(static_cast<utf8proc_int32_t>(one.code)) : 1;
        out += static_cast<std::size_t>(std::max(width, 0));
        at += one.length;
    }
    return out;
}

bool is_block_item(n kind) {
    return kind == n::tier || kind == n::step || kind == n::property || kind == n::part ||
           kind == n::part_missing || kind == n::part_bands;
}

std::string_view keyword_of(n kind) {
    switch (kind) {
        case n::let_statement:
            return "let";
        case n::param_statement:
            return "param";
        case n::entity_statement:
            return "entity";
        case n::kpi_statement:
            return "kpi";
        case n::column_statement:
            return "column";
        case n::attribute_statement:
            return "attribute";
        case n::tiers_statement:
            return "tiers";
        case n::funnel_statement:
            return "funnel";
        case n::table_statement:
            return "table";
        case n::targets_statement:
            return "targets";
        case n::calendar_statement:
            return "calendar";
        case n::rates_statement:
            return "rates";
        case n::scorecard_statement:
            return "scorecard";
        case n::def_statement:
            return "def";
        default:
            return "show";
    }
}

}  // namespace

bool is_statement(n kind) {
    return (kind >= n::import_file && kind <= n::show_statement) && kind != n::import_item &&
           !is_block_item(kind);
}

std::string layout::text(node_id id) {
    const node& of = ast_.at(id);
    if (of.kind != n::file) {
        if (is_statement(of.kind)) {
            statement(of);
        } else {
            comments_before(UINT32_MAX, "");
            out_ += print_flat(ast_, id);
        }
        return std::move(out_);
    }
    for (const node_id one : ast_.children_of(of)) statement(ast_.at(one));
    comments_before(UINT32_MAX, "");
    return std::move(out_);
}

void layout::line(std::string_view indent, std::string_view text) {
    out_ += indent;
    out_ += text;
    out_ += '\n';
}

void layout::gap(std::uint32_t next) {
    if (out_.empty() || next > from_.text.size() || next < last_) return;
    const std::string_view between = from_.text.substr(last_, next - last_);
    if (std::count(between.begin(), between.end(), '\n') > 1) out_ += '\n';
}

void layout::comments_before(std::uint32_t end, std::string_view indent) {
    for (; next_comment_ < from_.comments.size(); ++next_comment_) {
        const byte_range where = from_.comments[next_comment_].where;
        if (where.begin >= end) return;
        if (indent.empty()) gap(where.begin);
        line(indent, from_.text.substr(where.begin, where.end - where.begin));
        last_ = std::max(last_, where.end);
    }
}

void layout::trailing_comment(std::uint32_t end) {
    last_ = std::max(last_, end);
    if (next_comment_ >= from_.comments.size()) return;
    const comment& next = from_.comments[next_comment_];
    if (next.own_line || next.where.begin < end) return;
    const std::string_view between = from_.text.substr(end, next.where.begin - end);
    if (between.find('\n') != std::string_view::npos) return;
    // Only a comma may stand between: after anything else the comment is not this item's.
    if (between.find_first_not_of(" \t,") != std::string_view::npos) return;
    out_.insert(out_.size() - 1,
                fmt::format("  {}", from_.text.substr(next.where.begin,
                                                      next.where.end - next.where.begin)));
    ++next_comment_;
    last_ = std::max(last_, next.where.end);
}

bool layout::comments_within(std::uint32_t begin, std::uint32_t end) const {
    return std::any_of(from_.comments.begin(), from_.comments.end(), [&](const comment& one) {
        return one.where.begin >= begin && one.where.begin < end;
    });
}

void layout::statement(const node& of) {
    const auto children = ast_.children_of(of);
    const auto first_item = std::find_if(children.begin(), children.end(), [&](node_id id) {
        return is_block_item(ast_.at(id).kind);
    });
    const bool is_block = first_item != children.end();
    // A comment inside a formula moves before its definition; one inside a block stays there.
    std::uint32_t before = of.where.end;
    if (is_block) {
        before = of.where.begin;
        for (auto child = children.begin(); child != first_item; ++child) {
            before = std::max(before, ast_.at(*child).where.end);
        }
    }
    comments_before(before, "");
    gap(of.where.begin);
    prefix(of);
    const bool properties = of.kind >= n::table_statement && of.kind <= n::rates_statement;
    if (is_block || properties) {
        block(of, head(of), {first_item, children.end()});
    } else {
        line("", head(of));
    }
    trailing_comment(of.where.end);
}

void layout::prefix(const node& of) {
    bool open = false;  // annotations in a row share a line
    for (const node_id id : ast_.children_of(of)) {
        const n kind = ast_.at(id).kind;
        if (kind != n::doc && kind != n::annotation) break;
        const std::string text = print_flat(ast_, id);
        if (kind == n::annotation && open && out_.size() > 1) {
            out_.pop_back();
            line(" ", text);
        } else {
            line("", text);
        }
        open = kind == n::annotation;
    }
}

std::string layout::head(const node& of) const {
    std::vector<node_id> rest;
    for (const node_id id : ast_.children_of(of)) {
        const n kind = ast_.at(id).kind;
        if (kind != n::doc && kind != n::annotation && !is_block_item(kind)) rest.push_back(id);
    }
    const auto printed = [&](std::size_t i) { return print_flat(ast_, rest[i]); };
    const std::string name = written_name(ast_.text(of), of.quoted);
    std::string out = fmt::format("{} {}", keyword_of(of.kind), name);
    switch (of.kind) {
        case n::import_file:
        case n::import_names: {
            std::string items;
            for (std::size_t i = 0; i < rest.size(); ++i) items += (i > 0 ? ", " : "") + printed(i);
            const std::string file = written_literal(std::string(ast_.text(of)), false);
            if (of.kind == n::import_file) return fmt::format("import {}", file);
            return fmt::format("import {{ {} }} from {}", items, file);
        }
        case n::show_statement:
            return fmt::format("show {}", printed(0));
        case n::column_statement:
        case n::attribute_statement:
            return fmt::format("{} {} = {}", keyword_of(of.kind), printed(0), printed(1));
        case n::param_statement: {
            const std::string type = of.op == 1 ? fmt::format(": {}", printed(0)) : "";
            return fmt::format("{}{} = {}", out, type, printed(rest.size() - 1));
        }
        case n::def_statement: {
            std::string names;
            for (std::size_t i = 0; i + 1 < rest.size(); ++i)
                names += (i > 0 ? ", " : "") + printed(i);
            return fmt::format("{}({}) = {}", out, names, printed(rest.size() - 1));
        }
        case n::funnel_statement: {
            const std::string within = of.op == 1 ? fmt::format(" within {}", printed(2)) : "";
            return fmt::format("{} per {} from {}{}", out, printed(0), printed(1), within);
        }
        case n::let_statement:
            return fmt::format("{} = {}", out, printed(0));
        case n::kpi_statement:
            if (rest.size() > 1) out += " " + printed(0);
            return fmt::format("{} = {}", out, printed(rest.size() - 1));
        default:
            for (std::size_t i = 0; i < rest.size(); ++i) out += " " + printed(i);
            return out;
    }
}

std::vector<std::string> layout::aligned_parts(std::span<const node_id> items) const {
    constexpr std::size_t fields = 4;
    std::vector<std::array<std::string, fields>> rows;
    std::array<std::size_t, fields> widths{};
    for (const node_id id : items) {
        const node& of = ast_.at(id);
        auto& row = rows.emplace_back();
        if (of.kind != n::part) {
            row[0] = print_flat(ast_, id);
            continue;
        }
        const auto children = ast_.children_of(of);
        std::size_t at = 2;
        row[0] = print_flat(ast_, children[0]);
        row[1] = "weight " + print_flat(ast_, children[1]);
        if ((of.op & 1) != 0) row[2] = "floor " + print_flat(ast_, children[at++]);
        if ((of.op & 2) != 0) row[3] = "goal " + print_flat(ast_, children[at]);
        for (std::size_t i = 0; i < fields; ++i) widths[i] = std::max(widths[i], columns(row[i]));
    }
    std::vector<std::string> out;
    for (const auto& row : rows) {
        std::string text;
        for (std::size_t i = 0; i < fields; ++i) {
            if (row[i].empty() && widths[i] == 0) continue;
            if (!text.empty()) text += i == 1 ? " " : "  ";
            text += row[i];
            if (columns(row[i]) < widths[i]) text.append(widths[i] - columns(row[i]), ' ');
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out.push_back(std::move(text));
    }
    return out;
}

std::vector<std::string> layout::item_lines(const node& of, std::span<const node_id> items) const {
    if (of.kind == n::scorecard_statement) return aligned_parts(items);
    std::vector<std::string> out;
    for (const node_id id : items) out.push_back(print_flat(ast_, id));
    const bool commas = of.kind >= n::table_statement && of.kind <= n::rates_statement;
    for (std::size_t i = 0; commas && i + 1 < out.size(); ++i) out[i] += ',';
    return out;
}

void layout::block(const node& of, std::string_view head, std::span<const node_id> items) {
    const std::vector<std::string> lines = item_lines(of, items);
    if (lines.empty()) return line("", fmt::format("{} {{}}", head));
    const std::string_view between = of.kind == n::tiers_statement ? "  " : " ";
    const std::string flat = fmt::format("{} {{ {} }}", head, fmt::join(lines, between));
    const std::uint32_t begin = ast_.at(items.front()).where.begin;
    const bool commented = next_comment_ < from_.comments.size() &&
                           from_.comments[next_comment_].where.begin < of.where.end;
    if (of.kind != n::scorecard_statement && columns(flat) <= line_width && !commented &&
        !comments_within(begin, of.where.end)) {
        return line("", flat);
    }
    line("", fmt::format("{} {{", head));
    for (std::size_t i = 0; i < items.size(); ++i) {
        const byte_range where = ast_.at(items[i]).where;
        comments_before(where.end, indentation);
        line(indentation, lines[i]);
        trailing_comment(where.end);
    }
    comments_before(of.where.end, indentation);
    line("", "}");
}

}  // namespace merit::language
