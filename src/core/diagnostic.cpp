#include "merit/diagnostic.hpp"

#include <fmt/format.h>

namespace merit {

namespace {

std::string_view word(severity level) {
    switch (level) {
        case severity::error:
            return "error";
        case severity::warning:
            return "warning";
        case severity::hint:
            return "hint";
        case severity::note:
            return "note";
    }
    return "error";
}

}  // namespace

std::string diagnostic::to_string() const {
    std::string out = fmt::format("{} {}", word(level), code);
    if (line != 0) {
        const std::string_view name =
            source_name.empty() ? std::string_view("formula") : source_name;
        out += fmt::format(" in {}:{}:{}", name, line, column);
    } else if (!source_name.empty()) {
        out += fmt::format(" in {}", source_name);
    }
    out += fmt::format(": {}\n", message);
    out += picture;
    if (!help.empty()) out += fmt::format(" help: {}\n", help);
    return out;
}

error::error(std::vector<diagnostic> all) : all_(std::move(all)), what_(to_string()) {}

error::error(diagnostic one) {
    all_.push_back(std::move(one));
    what_ = to_string();
}

error::error(std::string code, std::string message, std::string help) {
    diagnostic one;
    one.code = std::move(code);
    one.message = std::move(message);
    one.help = std::move(help);
    all_.push_back(std::move(one));
    what_ = to_string();
}

std::string error::to_string() const {
    std::string out;
    for (const diagnostic& one : all_) out += one.to_string();
    return out;
}

}  // namespace merit
