// Characters: UTF-8, identifier classes, full-width folding.
#include <utf8proc.h>

#include "language/lexer_scan.hpp"

namespace merit::language {

character decode(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return {first, 1, true};
    utf8proc_int32_t code = -1;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (length <= 0) return {first, 1, false};
    return {static_cast<char32_t>(code), static_cast<std::uint32_t>(length), true};
}

bool begins_name(char32_t code) {
    if (code < 0x80) {
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_';
    }
    const int category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           category == UTF8PROC_CATEGORY_NL;
}

bool continues_name(char32_t code) {
    if (code < 0x80) return begins_name(code) || (code >= '0' && code <= '9');
    if (begins_name(code)) return true;
    const int category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_PC;
}

bool is_hidden(char32_t code) {
    if (code < 0x20) return code != '\t' && code != '\n' && code != '\r';
    if (code < 0x7F) return false;
    if (code < 0xA0 || code == 0xAD || code == 0x61C || code == 0x180E) return true;
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
           (code >= 0xE0000 && code < 0xE0080);
}

char32_t folded(char32_t code) {
    if (code < 0x80) return code;
    if (code >= 0xFF10 && code <= 0xFF19) return code - 0xFEE0;  // digits
    switch (code) {
        case 0xFF08:
        case 0xFF09:
        case 0xFF0A:
        case 0xFF0B:
        case 0xFF0C:
        case 0xFF0D:
        case 0xFF0E:
        case 0xFF0F:
        case 0xFF1A:
        case 0xFF1C:
        case 0xFF1D:
        case 0xFF1E:
        case 0xFF05:
        case 0xFF01:
        case 0xFF3B:
        case 0xFF3D:
        case 0xFF3E:
        case 0xFF5B:
        case 0xFF5D:
        case 0xFF20:
        case 0xFF03:
        case 0xFF02:
        case 0xFF1B:
            return code - 0xFEE0;
        case 0xD7:
            return '*';  // ×
        case 0xF7:
            return '/';  // ÷
        case 0x3001:
            return ',';  // 、
        case 0x2212:
            return '-';  // −
        default:
            return code;
    }
}

std::string fold_width(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const character one = decode(text, at);
        const char32_t code = one.valid ? folded(one.code) : one.code;
        if (one.valid && code != one.code) {
            out += static_cast<char>(code);
        } else {
            out += text.substr(at, one.length);
        }
        at += one.length;
    }
    return out;
}

std::string text_of(std::string_view source, const token& of) {
    std::string_view text = source.substr(of.where.begin, of.where.end - of.where.begin);
    const auto strip = [&](std::size_t front, std::size_t back) {
        text.remove_prefix(front);
        text.remove_suffix(back);
    };
    switch (of.kind) {
        case token_kind::string:
        case token_kind::quoted_name: {
            // The opening sign is one ASCII byte or three bytes of UTF-8, the closing one likewise.
            const bool wide_end = static_cast<unsigned char>(text.back()) >= 0x80;
            strip(decode(text, 0).length, wide_end ? 3 : 1);
            return std::string(text);
        }
        case token_kind::date:
        case token_kind::annotation:
            strip(decode(text, 0).length, 0);
            break;
        case token_kind::doc: {
            strip(2, 0);
            const std::size_t first = text.find_first_not_of(" \t");
            if (first == std::string_view::npos) return {};
            return std::string(text.substr(first));
        }
        default:
            break;
    }
    return of.folded ? fold_width(text) : std::string(text);
}

}  // namespace merit::language
