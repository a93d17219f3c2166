// Sentences in both languages. The library says the same in each; formulas stay as they are.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "merit/explain.hpp"

namespace merit::explain {

/// One sentence in both languages; {0}, {1}, … stand for what it speaks of.
struct phrase {
    const char* english;
    const char* chinese;

    [[nodiscard]] std::string_view in(text_language how) const {
        return how == text_language::chinese ? chinese : english;
    }
    template <class... Parts>
    [[nodiscard]] std::string in(text_language how, const Parts&... parts) const {
        return fmt::format(fmt::runtime(in(how)), parts...);
    }
};

/// Why a cell is blank or flagged, as a sentence.
[[nodiscard]] const phrase& words_for(reason why);

}  // namespace merit::explain
