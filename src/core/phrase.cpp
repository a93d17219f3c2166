#include "core/phrase.hpp"

#include <algorithm>
#include <cstddef>

namespace merit {

namespace {

/// Chinese, or a sign as wide as it, in UTF-8: the quotes “” and ‘’, and all from U+2E80 on.
bool is_wide(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() < 3) return false;
    if (byte(0) >= 0xe3 && byte(0) < 0xf8) return true;
    if (byte(0) != 0xe2) return false;
    return byte(1) >= 0xba || (byte(1) == 0x80 && byte(2) >= 0x98 && byte(2) <= 0x9d);
}

bool begins_wide(std::string_view text) {
    return is_wide(text.substr(0, 3));
}

bool ends_wide(std::string_view text) {
    std::size_t at = text.size();
    while (at != 0 && (static_cast<unsigned char>(text[at - 1]) & 0xc0) == 0x80) --at;
    return at != 0 && is_wide(text.substr(at - 1));
}

}  // namespace

std::string in_chinese(std::string_view form, std::span<const std::string> parts) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < form.size(); ++at) {
        const std::size_t end = form[at] == '{' ? form.find('}', at) : form.npos;
        if (end == form.npos) {
            out += form[at];
            continue;
        }
        std::size_t which = at + 1 == end ? next++ : 0;
        for (std::size_t i = at + 1; i < end; ++i)
            which = which * 10 + static_cast<std::size_t>(form[i] - '0');
        const std::string& part = parts[std::min(which, parts.size() - 1)];
        const std::string_view before =
            std::string_view(out).substr(0, out.size() - out.ends_with(' '));
        if (begins_wide(part) && ends_wide(before)) out.resize(before.size());
        out += part;
        at = end;
        const std::string_view behind = form.substr(at + 1);
        if (ends_wide(part) && behind.starts_with(' ') && begins_wide(behind.substr(1))) ++at;
    }
    return out;
}

}  // namespace merit
