#include "data/csv_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace merit::csv {

namespace {

constexpr std::size_t shown_bytes = 60;
/// Fewer cells of another type before the first text are no pattern worth a remark.
constexpr std::size_t remarkable_rows = 16;

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::uint32_t narrowed(std::size_t value) {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(value < most ? value : most);
}

diagnostic located(const source& from, std::string_view code, std::size_t begin, std::size_t end) {
    diagnostic out;
    out.code = code;
    out.source_name = from.name;
    out.where = {narrowed(begin + from.skipped), narrowed(end + from.skipped)};
    const place at = place_of(from.text, begin);
    out.line = at.line;
    out.column = at.column;
    return out;
}

diagnostic note(const source& from, std::string_view code, std::string message) {
    diagnostic out;
    out.level = severity::note;
    out.code = code;
    out.source_name = from.name;
    out.message = std::move(message);
    return out;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string ragged_message(const source& from, std::size_t fields) {
    const std::size_t wanted = from.headers.size();
    std::string out = fmt::format("the row has {}, but the {} has {}", counted(fields, "field"),
                                  from.headed ? "header" : "first row", wanted);
    if (fields < wanted) {
        out += fmt::format("; `{}` {} missing", from.headers[fields],
                           fields + 1 == wanted ? "is" : "and what follows it are");
    }
    return out;
}

/// A separator that the header seems to use instead of the one that was asked.
char likelier_separator(const source& from) {
    if (from.headers.size() != 1) return '\0';
    for (const char c : {';', '\t', '|', ','}) {
        if (c != from.separator && from.headers[0].find(c) != std::string::npos) return c;
    }
    return '\0';
}

std::string separator_help(const source& from) {
    const char likelier = likelier_separator(from);
    if (likelier == '\0') return {};
    return fmt::format(
        "if its fields are separated by \"{0}\", say so: file: csv(separator: \"{0}\")",
        likelier == '\t' ? std::string("\\t") : std::string(1, likelier));
}

std::string encoding_message(const source& from, std::size_t at) {
    if (from.text[at] == '\0')
        return fmt::format("byte 0x00 (byte {} of the file) stands in no text",
                           at + from.skipped + 1);
    return fmt::format("byte 0x{:02X} (byte {} of the file) is not UTF-8",
                       static_cast<unsigned char>(from.text[at]), at + from.skipped + 1);
}

std::string_view form_name(form kind) {
    switch (kind) {
        case form::boolean:
            return "bool";
        case form::int64:
            return "int";
        case form::decimal:
        case form::decimal128:
            return "decimal";
        case form::float64:
            return "double";
        case form::date:
            return "date";
        case form::timestamp:
            return "timestamp";
        case form::duration:
            return "duration";
        case form::none:
        case form::text:
            return "text";
    }
    return "text";
}

/// "`day` text (the first 31 rows fit date, line 33 has "soon")"
std::string inferred_text(const source& from, std::string_view name, const column_reader& reader,
                          const column& kept) {
    std::string out = fmt::format("`{}` {}", name, kept.type().to_string());
    const std::optional<surprise>& found = reader.surprised();
    const bool text = kept.type().kind == type_kind::text;
    if (text && found && found->row >= remarkable_rows && found->before != form::none) {
        out += fmt::format(" (the first {} rows fit {}, line {} has {})", found->row,
                           form_name(found->before), place_of(from.text, found->begin).line,
                           shown(found->cell));
    }
    if (!text && reader.with_offset() != 0 && reader.without_offset() != 0) {
        out += fmt::format(" ({} with an offset, {} without taken as UTC)", reader.with_offset(),
                           reader.without_offset());
    }
    if (kept.type().kind == type_kind::timestamp && reader.with_offset() == 0 &&
        reader.without_offset() != 0)
        out = fmt::format("`{}` {} (without an offset, so taken as UTC)", name,
                          kept.type().to_string());
    return out;
}

std::string pattern_text(std::string_view name, const column_reader& reader) {
    std::string out = fmt::format("`{}`", name);
    const std::vector<std::string>& patterns = reader.declared()->asked().patterns;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        out +=
            fmt::format("{} \"{}\" {}", i == 0 ? "" : ",", patterns[i], reader.pattern_cells()[i]);
    }
    return out;
}

void append(std::string& list, std::string_view item) {
    if (!list.empty()) list += ", ";
    list += item;
}

/// A header of numbers and dates alone.
bool looks_like_data(const source& from) {
    if (!from.headed) return false;
    return std::all_of(from.headers.begin(), from.headers.end(), [](const std::string& name) {
        shape what;
        const cell_class kind = what.see(name);
        return kind != cell_class::text && kind != cell_class::boolean;
    });
}

/// Most cells of a column of text are of one other type: the first row that is not. So many rows
/// are looked at.
constexpr std::size_t sampled_rows = 1000;

std::optional<diagnostic> odd_cell(const source& from, std::string_view name,
                                   const column_reader& reader, const column& kept) {
    const std::optional<surprise>& found = reader.surprised();
    if (kept.type().kind != type_kind::text || !found) return std::nullopt;
    shape others;
    std::size_t texts = 0;
    std::size_t fitting = 0;
    for (std::size_t row = 0; row < std::min(kept.size(), sampled_rows); ++row) {
        if (!kept.present(row)) continue;
        shape trial = others;
        const std::string cell = to_string(kept.at(row));
        const bool fits = trial.see(trimmed(cell)) != cell_class::text;
        if (fits) others = trial;
        ++(fits ? fitting : texts);
    }
    const form most = others.decide();
    if (fitting <= texts || most == form::none || most == form::text) return std::nullopt;
    diagnostic out = located(from, "D107", found->begin, found->begin);
    out.level = severity::note;
    out.message = fmt::format("`{}` is read as text, for this row has {} where most cells fit {}",
                              name, shown(found->cell), form_name(most));
    out.help = fmt::format("correct it, or declare the type, which names each such row: {}: {}",
                           name, form_name(most));
    return out;
}

/// Why columns are read as text that may be meant as something else.
void tell_texts(const source& from, const std::vector<column_reader>& readers,
                const std::vector<column>& columns, std::vector<diagnostic>& to) {
    constexpr std::size_t most_told = 5;
    std::string empty;
    std::vector<diagnostic> odd;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        if (readers[i].declared() != nullptr) continue;
        if (!readers[i].tells_type()) append(empty, fmt::format("`{}`", from.headers[i]));
        if (auto found = odd_cell(from, from.headers[i], readers[i], columns[i]))
            odd.push_back(*std::move(found));
    }
    if (!empty.empty()) {
        const bool rows = !columns.empty() && columns.front().size() != 0;
        to.push_back(note(from, "D107",
                          rows ? fmt::format("read as text, for no cell tells a type: {}", empty)
                               : "the file has no row of data, so its columns are read as text"));
        to.back().help = "declare what they hold: closed_at: date, amount: decimal";
    }
    if (odd.size() > most_told) odd.resize(most_told);
    to.insert(to.end(), odd.begin(), odd.end());
}

}  // namespace

place place_of(std::string_view text, std::size_t at) {
    place out{1, 1};
    std::size_t line_begin = 0;
    for (std::size_t i = 0; i < at; ++i) {
        const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !pair)) {
            ++out.line;
            line_begin = i + 1;
        }
    }
    for (std::size_t i = line_begin; i < at; ++i) out.column += starts_character(text[i]) ? 1 : 0;
    return out;
}

std::string shown(std::string_view value) {
    const bool whole = value.size() <= shown_bytes;
    std::size_t length = whole ? value.size() : shown_bytes;
    while (!whole && length > 0 && !starts_character(value[length])) --length;
    std::string out = "\"";
    for (const char c : value.substr(0, length)) {
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + (whole ? "\"" : "…\"");
}

diagnostic unreadable(std::string_view name, std::string_view why, std::string_view help) {
    diagnostic out;
    out.code = "E801";
    out.source_name = name;
    out.message = why;
    out.help = help;
    return out;
}

diagnostic bad_record_error(const source& from, const bad_record& bad) {
    switch (bad.what) {
        case fault::encoding: {
            diagnostic out = located(from, "E803", bad.at, bad.at + 1);
            out.message = encoding_message(from, bad.at);
            out.help = "save the file as UTF-8";
            return out;
        }
        case fault::open_quote: {
            diagnostic out = located(from, "E806", bad.at, bad.at + 1);
            out.message = "the quote that opens this field is never closed";
            out.help = "close it; a quote inside a quoted field is written twice";
            return out;
        }
        case fault::text_after_quote: {
            diagnostic out = located(from, "E806", bad.at, bad.at + 1);
            out.message = fmt::format("the field ends with its closing quote, but {} follows",
                                      shown(from.text.substr(bad.at, 1)));
            out.help = "a quote inside a quoted field is written twice";
            return out;
        }
        case fault::none:
        case fault::ragged:
            break;
    }
    diagnostic out = located(from, "E802", bad.begin, bad.begin);
    out.message = ragged_message(from, bad.fields);
    out.help = separator_help(from);
    if (out.help.empty())
        out.help = from.headed && from.headers.size() == 1 && bad.fields > 1
                       ? "if the names of the columns stand further down, delete what is above them"
                       : "repair the row";
    return out;
}

diagnostic duplicate_header(const source& from, std::size_t first, std::size_t second) {
    diagnostic out = located(from, "E804", 0, 0);
    out.message = fmt::format("the header names `{}` twice, as columns {} and {}",
                              from.headers[first], first + 1, second + 1);
    out.help = "give each column a name of its own";
    return out;
}

diagnostic no_column(const source& from, std::string_view name) {
    diagnostic out;
    out.code = "E101";
    out.source_name = from.name;
    out.message = fmt::format("a type is declared for `{}`, which is no column", name);
    out.help = separator_help(from);
    if (out.help.empty())
        out.help = fmt::format("its columns are `{}`", fmt::join(from.headers, "`, `"));
    return out;
}

diagnostic bad_cell(const source& from, std::size_t column, const declared_type& declared,
                    std::string_view cell, std::size_t record_begin) {
    std::size_t begin = record_begin;
    std::size_t size = 0;
    // Compared as numbers: pointers into different texts have no order.
    const auto first = reinterpret_cast<std::uintptr_t>(from.text.data());
    const auto at = reinterpret_cast<std::uintptr_t>(cell.data());
    if (at >= first && at + cell.size() <= first + from.text.size()) {
        begin = at - first;
        size = cell.size();
    }
    diagnostic out = located(from, "E805", begin, begin + size);
    out.message = fmt::format("column `{}` is declared {}, but this cell is {}",
                              from.headers[column], declared.to_string(), shown(cell));
    const bool patterned = !declared.asked().patterns.empty();
    out.help = patterned ? "add a pattern that fits, or correct the cell"
                         : "correct the cell, or declare another type";
    std::string bare(trimmed(cell));
    const bool commas = std::erase(bare, ',') != 0;
    if (commas && !patterned && read_number(bare, spelling::declared).kind != cell_class::text)
        out.help = fmt::format(
            "a number has no commas: delete them, or declare text and write "
            "to_number(replace({}, \",\", \"\"))",
            from.headers[column]);
    return out;
}

std::vector<diagnostic> notes_of(const source& from, const std::vector<column_reader>& readers,
                                 const std::vector<column>& columns) {
    std::string inferred;
    std::string blanked;
    std::string patterns;
    std::string cut;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const std::string& name = from.headers[i];
        const column_reader& reader = readers[i];
        if (reader.declared() == nullptr) {
            append(inferred, inferred_text(from, name, reader, columns[i]));
        } else if (!reader.declared()->asked().patterns.empty()) {
            append(patterns, pattern_text(name, reader));
        }
        if (reader.not_finite() != 0) {
            append(blanked, fmt::format("`{}` {}", name, reader.not_finite()));
        }
        if (reader.cut() != 0) append(cut, fmt::format("`{}` {}", name, reader.cut()));
    }
    std::vector<diagnostic> out;
    if (!inferred.empty()) {
        out.push_back(note(from, "D104", "types inferred: " + inferred));
    }
    if (looks_like_data(from)) {
        out.push_back(note(from, "D110",
                           fmt::format("the first line is read as the names of columns, {}",
                                       shown(fmt::format("{}", fmt::join(from.headers, ","))))));
        out.back().help = "if it is data, say so: file: csv(header: false)";
    }
    if (likelier_separator(from) != '\0') {
        out.push_back(note(from, "D110",
                           fmt::format("all of a line is one column, {}", shown(from.headers[0]))));
        out.back().help = separator_help(from);
    }
    tell_texts(from, readers, columns, out);
    if (!patterns.empty()) {
        out.push_back(note(from, "D105", "cells per pattern: " + patterns));
    }
    if (!blanked.empty()) {
        out.push_back(note(from, "D102", "NaN and infinite cells became blank: " + blanked));
    }
    if (!cut.empty()) {
        out.push_back(note(from, "D106", "cells cut to whole microseconds: " + cut));
    }
    return out;
}

diagnostic skipped_note(const source& from, std::size_t rows,
                        const std::vector<diagnostic>& examples) {
    std::string message = fmt::format("skipped {}: ", counted(rows, "row"));
    for (std::size_t i = 0; i < examples.size(); ++i) {
        message +=
            fmt::format("{}line {}, {}", i == 0 ? "" : "; ", examples[i].line, examples[i].message);
    }
    if (rows > examples.size()) message += fmt::format("; and {} more", rows - examples.size());
    return note(from, "D103", std::move(message));
}

}  // namespace merit::csv
