// A text, its lines, and the caret picture that a diagnostic shows of it.
#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

#include "language/lexer_scan.hpp"
#include "language/parse.hpp"

namespace merit::language {

namespace {

constexpr std::size_t tab_width = 4;
constexpr std::size_t picture_width =
    100;  // columns of source shown; longer lines are cut around the caret

/// One character of a line as it is drawn.
struct glyph {
    std::uint32_t at = 0;  ///< byte in the source
    std::string drawn;
    std::size_t width = 0;  ///< columns
};

glyph draw(std::string_view text, std::size_t at, std::size_t column) {
    const character one = decode(text, at);
    glyph out{static_cast<std::uint32_t>(at), {}, 1};
    if (one.valid && one.code == '\t') {
        out.width = tab_width - column % tab_width;
        out.drawn.assign(out.width, ' ');
    } else if (!one.valid || is_hidden(one.code)) {
        out.drawn = "\xEF\xBF\xBD";  // what cannot be shown is shown as U+FFFD
    } else {
        out.drawn = std::string(text.substr(at, one.length));
        const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(one.code));
        out.width = static_cast<std::size_t>(std::max(width, 0));
    }
    return out;
}

std::vector<glyph> draw_line(std::string_view text, std::size_t begin, std::size_t end) {
    std::vector<glyph> out;
    std::size_t column = 0;
    for (std::size_t at = begin; at < end;) {
        out.push_back(draw(text, at, column));
        column += out.back().width;
        at += decode(text, at).length;
    }
    return out;
}

/// The bytes of a long line worth drawing: enough before the caret, and a picture's width after it.
std::pair<std::size_t, std::size_t> near_caret(const source& in, std::size_t begin, std::size_t end,
                                               std::size_t caret) {
    constexpr std::size_t reach = 4 * picture_width;
    std::size_t from = caret > begin + reach ? caret - reach : begin;
    std::size_t to = std::min(end, caret + reach);
    while (from > begin && (static_cast<unsigned char>(in.text[from]) & 0xC0) == 0x80) --from;
    while (to < end && (static_cast<unsigned char>(in.text[to]) & 0xC0) == 0x80) ++to;
    return {from, to};
}

struct window {
    std::size_t first = 0;  ///< glyphs [first, last)
    std::size_t last = 0;
};

/// The glyphs to show: the whole line if it fits, else a stretch that holds the caret.
window choose(const std::vector<glyph>& line, std::size_t caret) {
    std::size_t total = 0;
    for (const glyph& one : line) total += one.width;
    window out{0, line.size()};
    if (total <= picture_width) return out;
    std::size_t before = 0;
    out.first = std::min(caret, line.size());
    while (out.first > 0 && before + line[out.first - 1].width <= picture_width / 3) {
        before += line[--out.first].width;
    }
    out.last = out.first;
    std::size_t used = 0;
    while (out.last < line.size() && used + line[out.last].width <= picture_width) {
        used += line[out.last++].width;
    }
    return out;
}

std::string picture_of(const source& in, byte_range where, std::uint32_t line) {
    const std::size_t whole_begin = in.line_starts[line - 1];
    std::size_t whole_end =
        line < in.line_starts.size() ? in.line_starts[line] - 1 : in.text.size();
    if (whole_end > whole_begin && in.text[whole_end - 1] == '\r') --whole_end;
    const auto [begin, end] = near_caret(in, whole_begin, whole_end, where.begin);
    const std::vector<glyph> glyphs = draw_line(in.text, begin, end);
    std::size_t caret = 0;
    while (caret < glyphs.size() && glyphs[caret].at < where.begin) ++caret;
    const window shown = choose(glyphs, caret);

    std::string text;
    std::size_t pad = 0;
    std::size_t marked = 0;
    if (begin > whole_begin || shown.first > 0) {
        text += "…";
        pad = 1;
    }
    for (std::size_t i = shown.first; i < shown.last; ++i) {
        text += glyphs[i].drawn;
        if (glyphs[i].at < where.begin)
            pad += glyphs[i].width;
        else if (glyphs[i].at < where.end)
            marked += glyphs[i].width;
    }
    if (shown.last < glyphs.size() || end < whole_end) text += "…";
    text.erase(text.find_last_not_of(' ') + 1);
    const std::string number = std::to_string(line);
    return fmt::format(" {} | {}\n {:{}} | {:{}}^{:~>{}}\n", number, text, "", number.size(), "",
                       pad, "", marked > 0 ? marked - 1 : 0);
}

/// A sentence stays a sentence, whatever it quotes: the middle of a long one is left out.
std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    std::size_t first = most * 3 / 4;
    std::size_t rest = text.size() - most / 4;
    const auto inside = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    while (first > 0 && inside(first)) --first;
    while (rest < text.size() && inside(rest)) ++rest;
    return text.substr(0, first) + " … " + text.substr(rest);
}

}  // namespace

source_ptr make_source(std::string name, std::string text) {
    auto made = std::make_shared<source>();
    made->name = std::move(name);
    made->text = std::move(text);
    made->line_starts.push_back(made->text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    for (std::size_t at = made->text.find('\n'); at != std::string::npos && at < UINT32_MAX - 1;
         at = made->text.find('\n', at + 1)) {
        made->line_starts.push_back(static_cast<std::uint32_t>(at + 1));
    }
    return made;
}

diagnostic locate(const source& in, severity level, std::string code, byte_range where,
                  std::string message, std::string help) {
    diagnostic out;
    out.level = level;
    out.code = std::move(code);
    out.source_name = in.name;
    out.where = where;
    constexpr std::size_t longest_message = 600;
    constexpr std::size_t longest_help = 2000;  // it may hold a repaired formula whole
    out.message = shortened(std::move(message), longest_message);
    out.help = shortened(std::move(help), longest_help);
    if (where.begin > in.text.size()) return out;
    const auto after = std::upper_bound(in.line_starts.begin(), in.line_starts.end(), where.begin);
    out.line = std::max(1U, static_cast<std::uint32_t>(after - in.line_starts.begin()));
    const std::size_t begin = in.line_starts[out.line - 1];
    out.column = 1;
    for (std::size_t at = begin; at < where.begin; ++out.column) at += decode(in.text, at).length;
    out.picture = picture_of(in, where, out.line);
    return out;
}

}  // namespace merit::language
