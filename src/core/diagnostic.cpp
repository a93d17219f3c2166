#include "merit/diagnostic.hpp"

#include <fmt/format.h>

#include "core/translation.hpp"

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

std::string_view chinese_word(severity level) {
    switch (level) {
        case severity::error:
            return "错误";
        case severity::warning:
            return "警告";
        case severity::hint:
            return "提示";
        case severity::note:
            return "说明";
    }
    return "错误";
}

std::string in_chinese(const diagnostic& what) {
    std::string place = translation::to_chinese(what.source_name);
    if (what.line != 0)
        place = fmt::format("{}:{}:{}", place.empty() ? "公式" : place, what.line, what.column);
    if (!place.empty()) place = fmt::format("（{}）", place);
    const diagnostic said = translate(what, text_language::chinese);
    std::string out = fmt::format("{} {}{}：{}\n{}", chinese_word(what.level), what.code, place,
                                  said.message, what.picture);
    if (!said.help.empty()) out += fmt::format(" 建议：{}\n", said.help);
    return out;
}

}  // namespace

std::string diagnostic::to_string(text_language in) const {
    if (in == text_language::chinese) return in_chinese(*this);
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

diagnostic translate(diagnostic what, text_language into) {
    if (into == text_language::english) return what;
    what.message = translation::to_chinese(what.message);
    what.help = translation::to_chinese(what.help);
    return what;
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

std::string error::to_string(text_language in) const {
    std::string out;
    for (const diagnostic& one : all_) out += one.to_string(in);
    return out;
}

}  // namespace merit
