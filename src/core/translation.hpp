// Findings in Chinese: a catalogue of what the library says, by its English form. Whoever reports a
// finding writes English alone; tests/translation_test.cpp holds every such text against this.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace merit::translation {

/// One text in both languages. The English form is the one that is given to fmt: {} and {0} are its
/// holes, {{ is a brace. In the Chinese form {1} is what stood in a hole, counted from 0;
/// {1!} is that in Chinese, {1+} a list such as "a, b or c" in Chinese, {1*} a list of what is said
/// of columns, {1;} a list of what is said of lines.
struct entry {
    std::string_view english;
    std::string_view chinese;
};

// What is said about texts, names, values, hints, data, runs and entities: a file each.
[[nodiscard]] std::span<const entry> of_text();
[[nodiscard]] std::span<const entry> of_names();
[[nodiscard]] std::span<const entry> of_values();
[[nodiscard]] std::span<const entry> of_hints();
[[nodiscard]] std::span<const entry> of_data();
[[nodiscard]] std::span<const entry> of_runs();
[[nodiscard]] std::span<const entry> of_entities();

/// A text that an entry makes, and what stands in the holes of it.
struct match {
    const entry* by;
    std::vector<std::string_view> holes;
};

/// How an entry makes a text; nothing when it does not.
[[nodiscard]] std::optional<match> matched(const entry& by, std::string_view text);
/// All entries that make a text, the one with most words of its own first: that one is meant.
[[nodiscard]] std::vector<match> all_matches(std::string_view text);

/// A text in Chinese; the text itself where no entry makes it.
[[nodiscard]] std::string to_chinese(std::string_view text);

}  // namespace merit::translation
