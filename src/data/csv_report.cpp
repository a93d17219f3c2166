#include "data/csv_report.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>

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
    return fmt::format("if its fields are separated by \"{}\", set the separator",
                       likelier == '\t' ? std::string("\\t") : std::string(1, likelier));
}

std::string encoding_message(const source& from, std::size_t at) {
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
            out.help = "save the file as UTF-8, or skip bad rows";
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
    if (out.help.empty()) out.help = "repair the row, or skip bad rows";
    return out;
}

diagnostic duplicate_header(const source& from, std::size_t first, std::size_t second) {
    diagnostic out = located(from, "E804", 0, 0);
    out.message = fmt::format("the header names `{}` twice, as columns {} and {}",
                              from.headers[first], first + 1, second + 1);
    out.help = "give each column a name of its own";
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
    out.help = patterned ? "add a pattern that fits, correct the cell, or skip bad rows"
                         : "correct the cell, declare another type, or skip bad rows";
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
        out.back().help = separator_help(from);
    }
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
