// What is wrong or worth knowing, where in the author's text, and how to repair it.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace merit {

/// How grave a diagnostic is. Only an `error` stops anything.
enum class severity : std::uint8_t { error, warning, hint, note };

/// A language in which findings are told.
enum class text_language : std::uint8_t { english, chinese };

/// A half-open range of bytes in the author's text.
struct byte_range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    friend bool operator==(byte_range, byte_range) = default;
};

/// One finding: stable code, place, one sentence of cause, one of repair.
struct diagnostic {
    severity level = severity::error;
    std::string code;          ///< stable: "E101", "H201", "D101"
    std::string source_name;   ///< file or definition name; empty when there is none
    byte_range where;          ///< bytes in the source text
    std::uint32_t line = 0;    ///< 1-based; 0 when the finding has no place in a text
    std::uint32_t column = 0;  ///< 1-based, in code points
    std::string message;       ///< cause, one sentence, no grammar symbols
    std::string help;          ///< repair with ready text; may be empty
    /// The source line and its caret line, aligned by display width; may be empty.
    std::string picture;

    /// Renders "error E110 in sales.kpi:12:13: …", the caret picture and the help line.
    [[nodiscard]] std::string to_string(text_language in = text_language::english) const;
    friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

/// The same finding with its message and help in another language; code, place and names stay.
/// Findings are made in English. What the library does not know, such as the words of a host's
/// importer, stays as it is.
[[nodiscard]] diagnostic translate(diagnostic what, text_language into);

/// What a failed call carries: every mistake found at once, errors and warnings in source order.
class error : public std::exception {
public:
    /// No finding at all; what() is empty.
    error() = default;
    /// Several findings, and one.
    explicit error(std::vector<diagnostic> all);
    explicit error(diagnostic one);
    /// An error without a place in a text, for example about a file.
    error(std::string code, std::string message, std::string help = {});

    /// The findings, in the order they are printed.
    [[nodiscard]] const std::vector<diagnostic>& diagnostics() const noexcept { return all_; }
    /// All diagnostics, rendered one after another.
    [[nodiscard]] std::string to_string(text_language in = text_language::english) const;
    /// to_string(), valid as long as the error lives.
    [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

private:
    std::vector<diagnostic> all_;
    std::string what_;
};

}  // namespace merit
