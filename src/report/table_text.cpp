// Frames as aligned text: columns, blocks of a scorecard, totals under a rule, notes below.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "merit/report.hpp"
#include "report/format.hpp"

namespace merit {

namespace report_text {

namespace {

/// One printed column. Columns of one part, or of one scorecard's outcome, form a block.
struct printed_column {
    std::string title;         ///< of the block; its first column bears it
    bool opens_block = false;  ///< a bar stands before it
    std::string head;
    bool right = false;
    std::vector<std::string> cells;
    std::size_t width = 0;
};

/// Letters of the reasons, in order of first appearance.
class markers {
public:
    char of(reason why) {
        auto& seen = seen_[static_cast<std::size_t>(why)];
        if (seen.letter == '\0') {
            seen.letter = static_cast<char>('a' + order_.size());
            order_.push_back(why);
        }
        ++seen.cells;
        return seen.letter;
    }

    [[nodiscard]] std::string notes(text_language in) const {
        std::string out;
        for (const reason why : order_) {
            const auto& seen = seen_[static_cast<std::size_t>(why)];
            if (in == text_language::chinese)
                out += fmt::format("{} {}（{} 格）：{}\n", seen.letter, to_string(why), seen.cells,
                                   explanation(why, in));
            else
                out += fmt::format("{} {} ({} {}): {}\n", seen.letter, to_string(why), seen.cells,
                                   seen.cells == 1 ? "cell" : "cells", explanation(why, in));
        }
        return out;
    }

private:
    struct entry {
        char letter = '\0';
        std::size_t cells = 0;
    };
    std::array<entry, static_cast<std::size_t>(reason::changed) + 1> seen_{};
    std::vector<reason> order_;
};

bool of_part(column_role role) {
    return role == column_role::part_value || role == column_role::part_score ||
           role == column_role::part_weight || role == column_role::part_contribution;
}

bool of_outcome(column_role role) {
    return role == column_role::score || role == column_role::rank || role == column_role::band;
}

bool has_parts(const frame& what) {
    const auto& heads = what.columns();
    return std::any_of(heads.begin(), heads.end(), [](const auto& h) { return of_part(h.role); });
}

std::string_view short_head(column_role role, text_language in) {
    const bool chinese = in == text_language::chinese;
    switch (role) {
        case column_role::part_value:
            return chinese ? "值" : "value";
        case column_role::part_score:
        case column_role::score:
            return chinese ? "得分" : "score";
        case column_role::part_weight:
            return chinese ? "权重" : "weight";
        case column_role::part_contribution:
            return chinese ? "贡献" : "points";
        case column_role::rank:
            return chinese ? "排名" : "rank";
        case column_role::band:
            return chinese ? "等级" : "band";
        default:
            return "";
    }
}

/// The weight of a part when every row has the same, else nothing.
std::string one_weight(const std::vector<std::string>& cells) {
    std::string weight;
    for (const std::string& cell : cells) {
        if (cell == "–" || cell == weight) continue;
        if (!weight.empty()) return {};
        weight = cell;
    }
    return weight;
}

std::string title_of(const frame_column& column) {
    if (!column.label.empty()) return one_line(column.label);
    return one_line(of_part(column.role) ? column.name : column.scorecard);
}

/// Adds a letter to flagged cells, and room for one to the others.
void mark(const frame& what, std::size_t column, printed_column& out, markers& letters) {
    bool any = false;
    for (std::size_t row = 0; row < what.rows(); ++row) {
        any = any || what.why(row, column) != reason::none;
    }
    if (!any) return;
    for (std::size_t row = 0; row < what.rows(); ++row) {
        const reason why = what.why(row, column);
        out.cells[row] += why == reason::none ? "  " : std::string{' ', letters.of(why)};
    }
    if (out.right) out.head += "  ";
}

/// The first dropped dimension of a total says so; the others stay empty.
void name_totals(const frame& what, std::vector<printed_column>& columns, text_language in) {
    const std::string total = in == text_language::chinese ? "合计" : "total";
    for (std::size_t row = what.rows() - what.total_rows(); row < what.rows(); ++row) {
        bool named = false;
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (what.columns()[column].role != column_role::group) continue;
            if (!std::holds_alternative<blank_value>(what.at(row, column))) continue;
            columns[column].cells[row] = named ? "" : total;
            named = true;
        }
    }
}

/// Puts a column under the title of its block. The weight of a part moves there if it is one.
void join_block(const frame_column& head, const frame_column* before, printed_column& column,
                std::vector<printed_column>& done, text_language in) {
    const bool part = of_part(head.role);
    const bool continues = before != nullptr && before->scorecard == head.scorecard &&
                           (part ? of_part(before->role) && head.role != column_role::part_value
                                 : of_outcome(head.role) && of_outcome(before->role));
    const bool was_block = before != nullptr && (of_part(before->role) || of_outcome(before->role));
    const bool block = part || of_outcome(head.role);
    column.opens_block = before != nullptr && !continues && (block || was_block);
    if (!block) return;
    column.head = short_head(head.role, in);
    if (!continues) column.title = title_of(head);
    if (head.role != column_role::part_weight || done.empty()) return;
    const std::string weight = one_weight(column.cells);
    if (weight.empty()) return;
    for (std::size_t i = done.size(); i-- > 0;) {
        if (done[i].title.empty()) continue;
        done[i].title += " · " + weight;
        break;
    }
    column.cells.clear();  // not printed
}

std::vector<printed_column> printed_columns(const frame& what, markers& letters, text_language in) {
    const bool blocks = has_parts(what);
    std::vector<printed_column> all(what.columns().size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].head = heading(what, i);
        all[i].right = stands_right(what.columns()[i]);
        all[i].cells = cell_texts(what, i, in);
    }
    name_totals(what, all, in);
    std::vector<printed_column> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (blocks) {
            const frame_column* before = i == 0 ? nullptr : &what.columns()[i - 1];
            join_block(what.columns()[i], before, all[i], out, in);
        }
        if (all[i].cells.size() != what.rows()) continue;
        mark(what, i, all[i], letters);
        out.push_back(std::move(all[i]));
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, display_width(text)), ' ');
    return right ? space + std::string(text) : std::string(text) + space;
}

/// Where the block that begins at `first` ends.
std::size_t block_end(const std::vector<printed_column>& columns, std::size_t first) {
    std::size_t end = first + 1;
    while (end < columns.size() && !columns[end].opens_block) ++end;
    return end;
}

std::size_t block_width(const std::vector<printed_column>& columns, std::size_t first,
                        std::size_t end) {
    std::size_t width = 2 * (end - first - 1);
    for (std::size_t i = first; i < end; ++i) width += columns[i].width;
    return width;
}

void measure(std::vector<printed_column>& columns) {
    for (printed_column& column : columns) {
        column.width = display_width(column.head);
        for (const std::string& cell : column.cells) {
            column.width = std::max(column.width, display_width(cell));
        }
    }
    // A title that is wider than its block widens the block's first column.
    for (std::size_t i = 0; i < columns.size(); i = block_end(columns, i)) {
        const std::size_t width = block_width(columns, i, block_end(columns, i));
        const std::size_t title = display_width(columns[i].title);
        if (title > width) columns[i].width += title - width;
    }
}

/// A line of the table; `text(i)` gives the padded text of column i.
template <class Text>
void append_line(std::string& out, const std::vector<printed_column>& columns,
                 std::string_view between, std::string_view bar, Text text) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) line += columns[i].opens_block ? bar : between;
        line += text(i);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
}

void append_rule(std::string& out, const std::vector<printed_column>& columns) {
    const bool bars = std::any_of(columns.begin(), columns.end(),
                                  [](const printed_column& c) { return c.opens_block; });
    append_line(out, columns, bars ? "──" : "  ", "─┼─", [&](std::size_t i) {
        std::string dashes;
        for (std::size_t k = 0; k < columns[i].width; ++k) dashes += "─";
        return dashes;
    });
}

/// How much of each table security filters let the run see.
std::string coverage_text(const frame& what, text_language in) {
    std::string out;
    for (const table_coverage& one : what.coverage()) {
        if (in == text_language::chinese) {
            out += fmt::format("{}表 {} 的 {} 行中的 {} 行", out.empty() ? "计算范围：" : "，",
                               one.table, one.rows, one.seen);
            continue;
        }
        out += fmt::format("{}{} of {} row{} of {}", out.empty() ? "computed on " : ", ", one.seen,
                           one.rows, one.rows == 1 ? "" : "s", one.table);
    }
    return out.empty() ? out : out + "\n";
}

/// The titles of the blocks, each over the middle of its own.
void append_titles(std::string& out, const std::vector<printed_column>& columns) {
    const bool any = std::any_of(columns.begin(), columns.end(),
                                 [](const printed_column& c) { return !c.title.empty(); });
    if (!any) return;
    std::string line;
    for (std::size_t i = 0; i < columns.size(); i = block_end(columns, i)) {
        if (i != 0) line += " │ ";
        const std::size_t width = block_width(columns, i, block_end(columns, i));
        const std::size_t title = display_width(columns[i].title);
        line += std::string((width - title) / 2, ' ') + columns[i].title;
        line += std::string(width - title - (width - title) / 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
}

}  // namespace

}  // namespace report_text

std::string to_text(const frame& what, text_language in) {
    using namespace report_text;
    markers letters;
    const bool chinese = in == text_language::chinese;
    std::vector<printed_column> columns = printed_columns(what, letters, in);
    measure(columns);
    std::string out;
    if (!columns.empty()) {
        append_titles(out, columns);
        append_line(out, columns, "  ", " │ ", [&](std::size_t i) {
            return padded(columns[i].head, columns[i].width, columns[i].right);
        });
        append_rule(out, columns);
    }
    for (std::size_t row = 0; row < what.rows(); ++row) {
        if (row != 0 && row == what.rows() - what.total_rows()) append_rule(out, columns);
        append_line(out, columns, "  ", " │ ", [&](std::size_t i) {
            return padded(columns[i].cells[row], columns[i].width, columns[i].right);
        });
    }
    if (what.rows() == 0) out += chinese ? "（没有行）\n" : "(no rows)\n";
    const std::string notes = letters.notes(in);
    if (!notes.empty()) out += "\n" + notes;
    const std::string coverage = coverage_text(what, in);
    if (!what.as_of().empty() || !what.notes().empty() || !coverage.empty()) out += "\n";
    out += coverage;
    if (!what.as_of().empty()) out += (chinese ? "截至 " : "as of ") + what.as_of() + "\n";
    for (const diagnostic& note : what.notes()) out += note.to_string(in);
    return out;
}

}  // namespace merit
