// The lines below a term of an explanation.
#pragma once

#include <string>
#include <vector>

#include "core/phrase.hpp"
#include "report/number_text.hpp"

namespace merit::report_text {

/// A piece of text in both languages; {} stands for what it speaks of.
struct two_words {
    const char* english;
    const char* chinese;

    template <class... Parts>
    [[nodiscard]] std::string in(text_language how, const Parts&... parts) const {
        return std::string(phrase{english, chinese}.in(how, parts...));
    }
};

/// Between a name and what is said of it.
[[nodiscard]] inline const char* colon(text_language how) {
    return how == text_language::chinese ? "：" : ": ";
}

/// Rows of targets are for a period; others that last are there in it.
void rows_lines(const explained_rows& of, bool targets, text_language how,
                std::vector<std::string>& to);
void list_lines(const explained_rows& of, text_language how, std::vector<std::string>& to);
[[nodiscard]] std::string rate_text(const explained_rate& of, text_language how);

}  // namespace merit::report_text
