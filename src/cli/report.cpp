#include "cli/report.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/command.hpp"

namespace cli {

namespace {

merit::text_language language = merit::text_language::english;

const char* name_of(merit::severity level) {
    switch (level) {
        case merit::severity::error:
            return "error";
        case merit::severity::warning:
            return "warning";
        case merit::severity::hint:
            return "hint";
        case merit::severity::note:
            return "note";
    }
    return "";
}

}  // namespace

void set_language(merit::text_language in) {
    language = in;
}

merit::text_language language_in_use() {
    return language;
}

void print(const std::vector<merit::diagnostic>& all) {
    for (const merit::diagnostic& one : all) std::fputs(one.to_string(language).c_str(), stderr);
}

std::string to_json(const std::vector<merit::diagnostic>& all) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const merit::diagnostic& each : all) {
        const merit::diagnostic one = merit::translate(each, language);
        list.push_back({{"severity", name_of(one.level)},
                        {"code", one.code},
                        {"source", one.source_name},
                        {"line", one.line},
                        {"column", one.column},
                        {"begin", one.where.begin},
                        {"end", one.where.end},
                        {"message", one.message},
                        {"help", one.help}});
    }
    // A source may hold bytes that are no UTF-8; they must not stop the message about them.
    return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

int fail(const merit::error& why) {
    print(why.diagnostics());
    return wrong;
}

merit::error said_of(const std::string& option, const merit::error& why) {
    std::vector<merit::diagnostic> all = why.diagnostics();
    for (merit::diagnostic& one : all) one.source_name = option;
    return merit::error(std::move(all));
}

std::vector<merit::diagnostic> notes_of(const merit::table& rows, bool with_types) {
    std::vector<merit::diagnostic> kept;
    for (const merit::diagnostic& note : rows.notes()) {
        const bool of_types = note.code == "D104" || note.code == "D105" || note.code == "D107" ||
                              note.code == "D110";
        if (with_types || !of_types) kept.push_back(note);
    }
    return kept;
}

int misused(const std::string& message) {
    merit::diagnostic what;
    what.message = message;
    what.help = "Run with --help for more information.";
    what = merit::translate(std::move(what), language);
    std::fprintf(stderr, "merit: %s\n%s\n", what.message.c_str(), what.help.c_str());
    return usage;
}

}  // namespace cli
