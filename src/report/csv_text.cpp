// Frames as CSV: RFC 4180 quoting, every digit that counts.
#include "core/decimal.hpp"
#include "merit/report.hpp"

namespace merit {

namespace report_text {

namespace {

void append_quoted(std::string& out, std::string_view field) {
    out += '"';
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_field(std::string& out, std::string_view field) {
    if (field.find_first_of(",\"\r\n") == std::string_view::npos)
        out += field;
    else
        append_quoted(out, field);
}

void append_cell(std::string& out, const value& cell, bool alone) {
    const bool blank = std::holds_alternative<blank_value>(cell);
    const std::string text = shortest_text(cell);
    // Quotes tell an empty text from a blank, and an empty line would be no row at all.
    if (text.empty() && (!blank || alone))
        out += "\"\"";
    else
        append_field(out, text);
}

}  // namespace

}  // namespace report_text

std::string to_csv(const frame& what) {
    std::string out;
    const std::size_t width = what.columns().size();
    if (width == 0) return out;
    for (std::size_t column = 0; column < width; ++column) {
        if (column != 0) out += ',';
        report_text::append_field(out, what.columns()[column].name);
    }
    out += '\n';
    for (std::size_t row = 0; row < what.rows(); ++row) {
        for (std::size_t column = 0; column < width; ++column) {
            if (column != 0) out += ',';
            report_text::append_cell(out, what.at(row, column), width == 1);
        }
        out += '\n';
    }
    return out;
}

}  // namespace merit
