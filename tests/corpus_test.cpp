// Runs tests/corpus/*.kpi and examples/library/tests/*.kpi: plain-text cases of tables, definitions
// and one request, with the rows or the exact diagnostics that must come out.
// tests/corpus/README.md says how to write one.
// MERIT_CORPUS_UPDATE=1 rewrites every expectation for review; =errors only those diagnostics whose
// first code is already right.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explaining.hpp"
#include "merit/merit.hpp"

namespace {

const std::filesystem::path library = MERIT_SOURCE_DIR "/examples/library";

struct corpus_case {
    std::string name;
    std::size_t line = 0;
    std::string input;  ///< the text between the name and the ----
    std::string open;   ///< why the expectation, though right, is not met yet
    std::vector<std::pair<std::string, std::string>> tables;
    std::map<std::string, std::string> files;
    std::string model;
    std::optional<std::string> request;
    std::string as_of;
    std::map<std::string, std::string> parameters;
    bool totals = false;
    bool notes = false;
    bool hints = false;
    std::map<std::string, std::string> times;  ///< of tables, as a host declares them
    bool of_library = false;        ///< imports from it; tables and columns may be left out
    std::vector<std::string> only;  ///< security filters
    std::vector<std::string> open_tables;
    std::string expected;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string without_last_blank_lines(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

bool is_comment(const std::string& line) {
    return line.starts_with("# ");
}

/// Options after the request: one a line.
void read_option(const std::string& line, corpus_case& into) {
    if (line.starts_with("as_of ")) {
        into.as_of = line.substr(6);
    } else if (line.starts_with("param ") && line.find(" = ") != std::string::npos) {
        const std::size_t sign = line.find(" = ");
        into.parameters[line.substr(6, sign - 6)] = line.substr(sign + 3);
    } else if (line.starts_with("only ")) {
        into.only.push_back(line.substr(5));
    } else if (line.starts_with("open_table ")) {
        into.open_tables.push_back(line.substr(11));
    } else if (line == "totals") {
        into.totals = true;
    } else if (line == "notes") {
        into.notes = true;
    } else if (line == "hints") {
        into.hints = true;
    } else {
        *into.request += line + "\n";
    }
}

/// `table NAME` and its CSV text, `file NAME` and what an importer finds there, `model` and its
/// definitions, `show` and its request and options.
void read_input(corpus_case& into) {
    std::string* open = nullptr;
    bool in_model = false;
    for (const std::string& line : lines_of(into.input)) {
        if (line == "show") {
            into.request.emplace();
            continue;
        }
        if (into.request) {
            read_option(line, into);
            continue;
        }
        if (in_model && line == "hints") {
            into.hints = true;
        } else if (!in_model && line.starts_with("api_time ")) {
            const std::size_t gap = line.find(' ', 9);
            into.times[line.substr(9, gap - 9)] = line.substr(gap + 1);
        } else if (line.starts_with("open: ") && open == nullptr) {
            into.open = line.substr(6);
        } else if (line == "model") {
            open = &into.model;
            in_model = true;
        } else if (!in_model && line.starts_with("table ")) {
            into.tables.emplace_back(line.substr(6), std::string());
            open = &into.tables.back().second;
        } else if (!in_model && line.starts_with("file ")) {
            open = &into.files[line.substr(5)];
        } else if (open != nullptr && !(!in_model && is_comment(line))) {
            *open += line + "\n";
        }
    }
}

std::vector<corpus_case> read_cases(const std::string& text) {
    std::vector<corpus_case> out;
    bool answer = false;
    std::size_t number = 0;
    for (const std::string& line : lines_of(text)) {
        ++number;
        if (line.starts_with("=== ")) {
            out.push_back({});
            out.back().name = line.substr(4);
            out.back().line = number;
            answer = false;
        } else if (!out.empty() && line == "----") {
            answer = true;
        } else if (!out.empty()) {
            (answer ? out.back().expected : out.back().input) += line + "\n";
        }
    }
    for (corpus_case& one : out) {
        read_input(one);
        one.expected = without_last_blank_lines(one.expected);
    }
    return out;
}

/// The rows as CSV, then one line for each reason; 1-based.
std::string rows_and_flags(const merit::frame& of) {
    std::string out = merit::to_csv(of);
    for (std::size_t row = 0; row < of.rows(); ++row) {
        for (std::size_t column = 0; column < of.columns().size(); ++column) {
            const merit::reason why = of.why(row, column);
            if (why == merit::reason::none) continue;
            out += fmt::format("flags {} {} {}\n", row + 1, column + 1, merit::to_string(why));
        }
    }
    for (const merit::table_coverage& one : of.coverage())
        out += fmt::format("seen {} of {} rows of {}\n", one.seen, one.rows, one.table);
    return out;
}

std::string described(const std::vector<merit::diagnostic>& findings) {
    std::string out;
    for (const merit::diagnostic& one : findings) out += one.to_string();
    return out;
}

/// What an import of the case finds: a file of the case, else one of the library.
std::optional<std::string> imported(const corpus_case& of, std::string_view path) {
    const auto found = of.files.find(std::string(path));
    if (found != of.files.end()) return found->second;
    const std::filesystem::path file = library / path;
    if (!of.of_library || !std::filesystem::exists(file)) return std::nullopt;
    return read_file(file);
}

/// How tables are read, as the model and what it imports declare them.
void declare(const corpus_case& of, const std::string& text,
             std::map<std::string, merit::csv_options>& into) {
    for (const std::string& line : lines_of(text)) {
        const std::size_t quote = line.find('"');
        if (!line.starts_with("import ") || quote == std::string::npos) continue;
        if (const auto inside = imported(of, line.substr(quote + 1, line.rfind('"') - quote - 1)))
            declare(of, *inside, into);
    }
    if (auto declared = merit::declared_tables(text, "model")) {
        for (merit::table_declaration& one : *declared)
            if (one.view_of.empty()) into[one.name] = std::move(one.csv);
    }
}

/// The CSV text with a blank column for each declared one that it leaves out.
std::string completed(const std::string& csv, const merit::csv_options& how) {
    std::vector<std::string> lines = lines_of(csv);
    if (lines.empty()) lines.emplace_back();
    const std::string given = "," + lines[0] + ",";
    for (const auto& [column, type] : how.types) {
        if (given.find("," + column + ",") != std::string::npos) continue;
        lines[0] += (lines[0].empty() ? "" : ",") + column;
        for (std::size_t i = 1; i < lines.size(); ++i) lines[i] += ',';
    }
    return fmt::format("{}\n", fmt::join(lines, "\n"));
}

merit::result<merit::tables> read_tables(const corpus_case& of, merit::model& into) {
    std::map<std::string, merit::csv_options> how;
    declare(of, of.model, how);
    std::vector<std::pair<std::string, std::string>> texts = of.tables;
    if (of.of_library) {
        std::set<std::string> given;
        for (auto& [name, csv] : texts) {
            csv = completed(csv, how[name]);
            given.insert(name);
        }
        for (const auto& [name, options] : how)
            if (!given.contains(name)) texts.emplace_back(name, completed("", options));
    }
    merit::tables out;
    for (const auto& [name, csv] : texts) {
        auto read = merit::read_csv_text(csv, how[name], name);
        if (!read) return read.error();
        merit::table_options roles;
        if (const auto time = of.times.find(name); time != of.times.end())
            roles.time = time->second;
        if (auto added = into.add_table(name, read->schema(), roles); !added) return added.error();
        out[name] = *read;
    }
    return out;
}

merit::result<merit::run_options> options_of(const corpus_case& of, const merit::model& model) {
    merit::run_options out;
    if (!of.as_of.empty()) {
        auto instant = merit::read_instant(of.as_of, model.zone());
        if (!instant) return instant.error();
        out.as_of = *instant;
    }
    for (const merit::model::parameter& one : model.parameters()) {
        const auto given = of.parameters.find(one.name);
        if (given == of.parameters.end()) continue;
        auto read = merit::read_value(given->second, one.type);
        if (!read) return read.error();
        out.parameters[one.name] = *read;
    }
    return out;
}

/// The same bits for every batch size and number of threads.
void check_same_everywhere(const merit::query& query, const merit::tables& data,
                           merit::run_options with, const std::string& first,
                           const std::string& name) {
    for (const auto& [rows, threads] : {std::pair{1, 1}, {2, 7}, {3, 2}}) {
        with.batch_rows = static_cast<std::size_t>(rows);
        with.threads = static_cast<unsigned>(threads);
        const merit::result<merit::frame> again = query.run(data, with);
        const std::string text = again ? rows_and_flags(*again) : again.error().to_string();
        const bool same = text == first;
        CHECK_MESSAGE(same, name << ": another answer with " << rows << " rows a batch and "
                                 << threads << " threads\n"
                                 << text);
    }
}

std::size_t cells_explained = 0;

std::string outcome(const corpus_case& of, const std::string& name) {
    merit::model model;
    const merit::result<merit::tables> data = read_tables(of, model);
    if (!data) return data.error().to_string();
    if (!of.files.empty() || of.of_library)
        model.set_importer([&](std::string_view path) -> merit::result<std::string> {
            if (const auto found = imported(of, path)) return *found;
            return merit::error("E801", "there is no such file");
        });
    if (!of.model.empty()) {
        if (auto defined = model.define(of.model, "model"); !defined)
            return defined.error().to_string();
    }
    if (!of.request) return of.hints ? described(model.hints()) : "ok\n";
    const auto query = model.compile(
        *of.request, {.totals = of.totals, .only = of.only, .open_tables = of.open_tables});
    if (!query) return query.error().to_string();
    const merit::result<merit::run_options> with = options_of(of, model);
    if (!with) return with.error().to_string();
    const merit::result<merit::frame> answer = query->run(*data, *with);
    std::string out = answer ? rows_and_flags(*answer) : answer.error().to_string();
    check_same_everywhere(*query, *data, *with, out, name);
    if (answer) cells_explained += explaining::check(*answer, name);
    if (of.notes && answer) out += described(answer->notes());
    if (of.hints) out += described(query->hints());
    return out;
}

std::string first_code(const std::string& text) {
    const bool has = text.starts_with("error E") || text.starts_with("hint H");
    return has ? text.substr(0, text.find_first_of(": \n", text.find(' ') + 1)) : std::string();
}

/// A file again, with what came out as the expectation where `mode` asks for it.
std::string updated(const std::string& text, const std::vector<corpus_case>& cases,
                    const std::vector<std::string>& actual, std::string_view mode) {
    std::string out = text.substr(0, text.find("=== "));
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const bool take = mode == "1" || (!first_code(actual[i]).empty() &&
                                          first_code(actual[i]) == first_code(cases[i].expected));
        out += fmt::format("=== {}\n{}----\n{}\n\n", cases[i].name, cases[i].input,
                           take ? actual[i] : cases[i].expected);
    }
    out.pop_back();
    return out;
}

}  // namespace

TEST_CASE("every case of the corpus") {
    const char* const asked = std::getenv("MERIT_CORPUS_UPDATE");
    const std::string mode = asked == nullptr ? "" : asked;
    std::vector<std::filesystem::path> files;
    for (const auto& folder :
         {library.parent_path().parent_path() / "tests/corpus", library / "tests"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".kpi") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::size_t count = 0;
    std::size_t open = 0;
    for (const std::filesystem::path& file : files) {
        const std::string text = read_file(file);
        std::vector<corpus_case> cases = read_cases(text);
        std::vector<std::string> actual;
        for (corpus_case& one : cases) {
            one.of_library = file.parent_path() == library / "tests";
            const std::string name =
                fmt::format("{}:{} {}", file.filename().string(), one.line, one.name);
            actual.push_back(without_last_blank_lines(outcome(one, name)));
            const bool as_expected = actual.back() == one.expected;
            const std::string both = fmt::format("{}\n--- expected\n{}\n--- actual\n{}\n\n", name,
                                                 one.expected, actual.back());
            if (one.open.empty()) {
                CHECK_MESSAGE(as_expected, both);
            } else {
                ++open;
                WARN_MESSAGE(!as_expected, name << ": no longer open: " << one.open);
            }
            ++count;
        }
        if (mode.empty()) continue;
        std::ofstream(file, std::ios::binary) << updated(text, cases, actual, mode);
    }
    MESSAGE(count << " cases in " << files.size() << " files, " << open << " of them open");
    CHECK(count >= 150);
    CHECK(cells_explained >= 1000);
}
