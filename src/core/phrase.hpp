// Sentences in both languages. The library says the same in each; formulas stay as they are.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

#include "merit/diagnostic.hpp"

namespace merit {

/// A Chinese sentence with its parts in their places: {0}, {1}, … or {} for the next one. A space
/// parts Chinese from Latin letters and digits only: between Chinese and a part that begins or ends
/// in Chinese, or with a full-width sign, none is left.
[[nodiscard]] std::string in_chinese(std::string_view form, std::span<const std::string> parts);

/// One sentence in both languages; {0}, {1}, … stand for what it speaks of.
struct phrase {
    const char* english;
    const char* chinese;

    [[nodiscard]] std::string_view in(text_language how) const {
        return how == text_language::chinese ? chinese : english;
    }
    template <class Part, class... Parts>
    [[nodiscard]] std::string in(text_language how, const Part& first, const Parts&... rest) const {
        if (how == text_language::english)
            return fmt::format(fmt::runtime(english), first, rest...);
        const std::string parts[] = {fmt::format("{}", first), fmt::format("{}", rest)...};
        return in_chinese(chinese, parts);
    }
};

}  // namespace merit
