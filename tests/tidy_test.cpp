// Reads the source tree and fails on what the project's style forbids; every breach at once.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using strings = std::vector<std::string>;

struct file {
    std::string path;  ///< from the root of the project
    std::string text;
};

struct layer {
    std::string_view folder;
    std::vector<std::string_view> may_include;  ///< a folder ends in a slash
};

// The layers, lowest first. src/model is the door that puts them together, so it sees them all.
const std::vector<layer> layers = {
    {"include/merit/", {"merit/"}},
    {"src/core/", {"core/", "merit/"}},
    {"src/data/", {"data/", "core/", "merit/"}},
    {"src/language/", {"language/", "core/", "data/calendar/", "merit/"}},
    {"src/plan/",
     {"plan/", "language/program.hpp", "language/function.hpp", "core/", "data/calendar/",
      "merit/"}},
    {"src/engine/",
     {"engine/", "plan/nodes.hpp", "plan/timeline.hpp", "language/function.hpp", "core/", "data/",
      "merit/"}},
    {"src/explain/",
     {"explain/", "engine/inspection.hpp", "engine/number.hpp", "plan/trace.hpp",
      "plan/timeline.hpp", "language/", "core/", "data/calendar/", "merit/"}},
    {"src/report/", {"report/", "core/", "merit/"}},
    {"src/cli/", {"cli/", "merit/"}},
    {"examples/", {"merit/"}},
};

// The language sees a schema and never a column.
const std::vector<layer> never = {
    {"src/language/", {"merit/table.hpp", "merit/csv.hpp", "merit/query.hpp"}},
    {"src/plan/", {"merit/table.hpp", "merit/csv.hpp", "merit/query.hpp", "merit/model.hpp"}},
    {"src/report/", {"merit/model.hpp", "merit/query.hpp", "merit/table.hpp"}},
};

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& heads) {
    return std::ranges::any_of(heads, [&](auto head) {
        return head.ends_with('/') ? text.starts_with(head) : text == head;
    });
}

void report(strings& found, const std::string& path, std::size_t line, const std::string& what) {
    found.push_back(path + ":" + std::to_string(line) + ": " + what);
}

strings lines_of(std::string_view text) {
    strings lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Columns that a terminal gives a line: two for East Asian wide characters.
std::size_t display_width(std::string_view line) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < line.size();) {
        const auto lead = static_cast<unsigned char>(line[i]);
        const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        char32_t point = bytes == 1 ? lead : lead & (0xffU >> (bytes + 1));
        for (std::size_t k = 1; k < bytes && i + k < line.size(); ++k) {
            point = point << 6 | (static_cast<unsigned char>(line[i + k]) & 0x3f);
        }
        const bool wide =
            (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
            (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
            (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
            (point >= 0xffe0 && point <= 0xffe6) || point >= 0x1f300;
        width += wide ? 2 : 1;
        i += bytes;
    }
    return width;
}

/// Where the comment, literal or directive that begins at `i` ends; `i` when there is none.
std::size_t end_of_opaque(std::string_view text, std::size_t i) {
    const auto past = [&](std::string_view closing, std::size_t from) {
        const std::size_t at = text.find(closing, from);
        return at == text.npos ? text.size() : at + closing.size();
    };
    if (text.substr(i, 2) == "//") return std::min(text.find('\n', i), text.size());
    if (text.substr(i, 2) == "/*") return past("*/", i + 2);
    if (text.substr(i, 2) == "R\"") {
        const std::size_t open = text.find('(', i);
        return past(")" + std::string(text.substr(i + 2, open - i - 2)) + "\"", open);
    }
    if (text[i] == '#' && (i == 0 || text[i - 1] == '\n')) {
        std::size_t end = text.find('\n', i);
        while (end != text.npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
        return std::min(end, text.size());
    }
    // A quote between digits (1'000) opens nothing.
    const bool separator = text[i] == '\'' && i > 0 && std::isxdigit(text[i - 1]) != 0;
    if (text[i] != '"' && (text[i] != '\'' || separator)) return i;
    std::size_t end = i + 1;
    while (end < text.size() && text[end] != text[i]) end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
}

/// The text with comments, literals and directives blanked; its lines stay where they are.
std::string code_of(std::string text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = end_of_opaque(text, i);
        for (std::size_t k = i; k < end; ++k) {
            if (text[k] != '\n') text[k] = ' ';
        }
        i = std::max(end, i + 1);
    }
    return text;
}

/// What a brace opens, told by the words before it.
enum class scope { inside, function, list };

scope scope_of(const std::string& head) {
    static const std::regex outer(
        R"(^\s*(inline\s+)?(template\s*<[^;]*>\s*)?(namespace|class|struct|union|enum|extern)\b)");
    if (std::regex_search(head, outer)) return scope::inside;
    return head.find(')') != head.npos ? scope::function : scope::list;
}

std::size_t closing_brace(std::string_view code, std::size_t open) {
    std::size_t depth = 0;
    for (std::size_t i = open; i < code.size(); ++i) {
        if (code[i] == '{') ++depth;
        if (code[i] == '}' && --depth == 0) return i;
    }
    return code.size() - 1;
}

/// Where a function's braces end: `a() : b{1}, c{2} {` has three pairs.
std::size_t end_of_function(std::string_view code, std::size_t open) {
    std::size_t end = closing_brace(code, open);
    for (;;) {
        const std::size_t next = code.find_first_not_of(" \n", end + 1);
        if (next == code.npos || (code[next] != ',' && code[next] != '{')) return end;
        const std::size_t brace = code.find('{', next);
        if (brace == code.npos) return end;
        end = closing_brace(code, brace);
    }
}

void check_functions(const file& one, strings& found) {
    const std::string code = code_of(one.text);
    const auto line_at = [&](std::size_t at) {
        return static_cast<std::size_t>(
                   std::count(code.begin(), code.begin() + std::ptrdiff_t(at), '\n')) +
               1;
    };
    std::size_t begin = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (code[i] == ';' || code[i] == '}') begin = i + 1;
        if (code[i] != '{') continue;
        const scope what = scope_of(code.substr(begin, i - begin));
        if (what != scope::inside) {
            const std::size_t first = code.find_first_not_of(" \n", begin);
            i = what == scope::function ? end_of_function(code, i) : closing_brace(code, i);
            const std::size_t lines = line_at(i) - line_at(first) + 1;
            if (what == scope::function && lines > 70) {
                report(found, one.path, line_at(first),
                       "a function of " + std::to_string(lines) + " lines (70)");
            }
        }
        begin = i + 1;
    }
}

void check_lengths(const file& one, strings& found) {
    const strings lines = lines_of(one.text);
    if (lines.size() > 500) {
        report(found, one.path, 500, std::to_string(lines.size()) + " lines in a file (500)");
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t width = display_width(lines[i]);
        if (width > 100) {
            report(found, one.path, i + 1, std::to_string(width) + " columns in a line (100)");
        }
    }
}

void check_include(const file& one, std::size_t line, const std::string& target, strings& found) {
    const bool is_public = one.path.starts_with("include/");
    const bool is_boost = target.starts_with("boost/");
    if (is_boost && one.path != "src/language/grammar.cpp") {
        report(found, one.path, line, "Boost outside src/language/grammar.cpp");
    }
    if (is_public && target.starts_with("fmt/") && one.path != "include/merit/fmt.hpp") {
        report(found, one.path, line, "fmt in a public header");
    }
    for (const layer& rule : layers) {
        static const std::regex ours(
            R"(^(merit|core|data|language|plan|engine|explain|report|model|cli)/.*)");
        if (one.path.starts_with(rule.folder) && std::regex_match(target, ours) &&
            !starts_with_any(target, rule.may_include)) {
            report(found, one.path, line, std::string(rule.folder) + " may not include " + target);
        }
    }
    for (const layer& rule : never) {
        if (one.path.starts_with(rule.folder) && starts_with_any(target, rule.may_include)) {
            report(found, one.path, line, std::string(rule.folder) + " may not include " + target);
        }
    }
}

void check_includes(const file& one, strings& found) {
    static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)");
    const strings lines = lines_of(one.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (std::regex_match(lines[i], match, include)) {
            check_include(one, i + 1, match[1].str(), found);
        }
    }
}

bool is_banned(const std::string& name) {
    static const std::regex banned(R"((^|_)(utils?|helpers?|common|misc|managers?)(_|$))",
                                   std::regex::icase);
    return std::regex_search(name, banned);
}

void check_names(const file& one, strings& found) {
    for (const auto& part : std::filesystem::path(one.path)) {
        if (is_banned(part.stem().string())) report(found, one.path, 1, "a name that says nothing");
    }
    static const std::regex type(R"(\b(class|struct|union|enum|using|namespace)\s+(\w+))");
    const strings lines = lines_of(code_of(one.text));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (std::regex_search(lines[i], match, type) && is_banned(match[2].str())) {
            report(found, one.path, i + 1, "a name that says nothing: " + match[2].str());
        }
    }
}

namespace fs = std::filesystem;

const fs::path root = MERIT_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<file> source_tree() {
    static constexpr std::array endings = {".cpp", ".hpp", ".h"};
    std::vector<file> files;
    for (const char* folder : {"include", "src", "tests", "bench", "examples"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            if (std::ranges::find(endings, entry.path().extension()) == endings.end()) continue;
            files.push_back(
                {fs::relative(entry.path(), root).generic_string(), text_of(entry.path())});
        }
    }
    std::ranges::sort(files, {}, &file::path);
    return files;
}

/// Whether a line of a table has all the cells of another, in their order.
bool holds_cells(std::string_view whole, std::string_view part) {
    static constexpr std::string_view bar = " │ ";
    std::size_t at = 0;
    for (;;) {
        const std::size_t end = std::min(part.find(bar), part.size());
        const std::size_t found = whole.find(part.substr(0, end), at);
        if (found == whole.npos) return false;
        if (end == part.size()) return true;
        at = found + end;
        part.remove_prefix(end + bar.size());
    }
}

/// A line of an explanation's tree.
bool is_branch(const std::string& line) {
    return line.starts_with("│") || line.starts_with("├") || line.starts_with("└");
}

/// Runs one rule over the whole tree.
std::string breaches(void (*rule)(const file&, strings&)) {
    strings found;
    for (const file& one : source_tree()) rule(one, found);
    std::string all;
    for (const std::string& line : found) all += line + "\n";
    return all;
}

std::string breaches_of(void (*rule)(const file&, strings&), const file& one) {
    strings found;
    rule(one, found);
    std::string all;
    for (const std::string& line : found) all += line + "\n";
    return all;
}

}  // namespace

TEST_CASE("includes point down the layers, and only the grammar sees Boost") {
    CHECK(breaches(check_includes) == "");
}

TEST_CASE("lines keep to 100 columns and files to 500 lines") {
    CHECK(breaches(check_lengths) == "");
}

TEST_CASE("functions keep to 70 lines") {
    CHECK(breaches(check_functions) == "");
}

TEST_CASE("names say something") {
    CHECK(breaches(check_names) == "");
}

TEST_CASE("src/merit.cpp holds every source of the library, once") {
    std::string wanted, present;
    for (const file& one : source_tree()) {
        const bool is_library = one.path.starts_with("src/") && one.path.ends_with(".cpp") &&
                                one.path != "src/merit.cpp" && !one.path.starts_with("src/cli/");
        if (is_library) wanted += one.path.substr(4) + "\n";
        if (one.path != "src/merit.cpp") continue;
        strings lines = lines_of(one.text);
        std::ranges::sort(lines);
        for (const std::string& line : lines) {
            if (line.starts_with("#include \""))
                present += line.substr(10, line.rfind('"') - 10) + "\n";
        }
    }
    CHECK(present == wanted);
}

TEST_CASE("merit.hpp and the README show the program of examples/01_quickstart.cpp") {
    const std::string example = text_of(root / "examples/01_quickstart.cpp");
    const std::string program = example.substr(example.find('\n') + 1);
    CHECK(text_of(root / "README.md").find("\n" + program) != std::string::npos);
    std::string quoted;
    for (const std::string& line : lines_of(program)) {
        quoted += line.empty() ? "//\n" : "//   " + line + "\n";
    }
    CHECK(text_of(root / "include/merit/merit.hpp").find(quoted) != std::string::npos);
}

TEST_CASE("the README shows a part of what examples/02_scorecard.cpp prints") {
    const strings printed = lines_of(text_of(root / "examples/expected/02_scorecard.txt"));
    std::size_t rows = 0;
    for (const std::string& line : lines_of(text_of(root / "README.md"))) {
        if (line.find(" │ ") == std::string::npos || is_branch(line)) continue;
        ++rows;
        const bool found = std::ranges::any_of(
            printed, [&](const std::string& whole) { return holds_cells(whole, line); });
        INFO(line);
        CHECK(found);
    }
    CHECK(rows > 10);
}

TEST_CASE("the README shows the beginning of what examples/07_explain.cpp prints") {
    const strings printed = lines_of(text_of(root / "examples/expected/07_explain.txt"));
    const strings readme = lines_of(text_of(root / "README.md"));
    const auto first = std::ranges::find_if(readme, is_branch);
    const auto same = std::ranges::find_if(printed, is_branch);
    REQUIRE(first > readme.begin());
    REQUIRE(same > printed.begin());
    CHECK(*(first - 1) == *(same - 1));
    std::ptrdiff_t lines = 0;
    for (; is_branch(*(first + lines)); ++lines) CHECK(*(first + lines) == *(same + lines));
    CHECK(lines > 10);
}

TEST_CASE("the README has fewer than 250 lines and its links lead somewhere") {
    const std::string readme = text_of(root / "README.md");
    CHECK(lines_of(readme).size() < 250);
    static const std::regex link(R"(\]\(([^)#]+))");
    for (std::sregex_iterator at(readme.begin(), readme.end(), link), end; at != end; ++at) {
        const std::string target = (*at)[1].str();
        INFO(target);
        CHECK((target.starts_with("http") || fs::exists(root / target)));
    }
}

TEST_CASE("the rules see what they are meant to see") {
    CHECK(breaches_of(check_includes, {"src/plan/a.cpp", "\n#include \"language/ast.hpp\"\n"}) ==
          "src/plan/a.cpp:2: src/plan/ may not include language/ast.hpp\n");
    CHECK(breaches_of(check_includes, {"include/merit/a.hpp", "#include <fmt/core.h>\n"}) ==
          "include/merit/a.hpp:1: fmt in a public header\n");
    CHECK(breaches_of(check_lengths, {"a.cpp", "// " + std::string(98, 'x')}) ==
          "a.cpp:1: 101 columns in a line (100)\n");
    CHECK(display_width("# 赢单率") == 8);
    CHECK(breaches_of(check_names, {"src/string_utils.cpp", "struct row_manager {};"}) ==
          "src/string_utils.cpp:1: a name that says nothing\n"
          "src/string_utils.cpp:1: a name that says nothing: row_manager\n");
}

TEST_CASE("a function's lines are counted from its head to its last brace") {
    const std::string body(69, '\n');
    CHECK(breaches_of(check_functions, {"a.cpp", "namespace x {\nvoid f() {" + body + "}\n}"}) ==
          "");
    CHECK(breaches_of(check_functions, {"a.cpp", "namespace x {\nvoid f() {" + body + "\n}\n}"}) ==
          "a.cpp:2: a function of 71 lines (70)\n");
    CHECK(breaches_of(check_functions, {"a.cpp", "struct s {\n s() : a{1} {" + body + "\n}\n};"}) ==
          "a.cpp:2: a function of 71 lines (70)\n");
    CHECK(breaches_of(check_functions, {"a.cpp", "int table[] = {" + body + body + "};"}) == "");
}
