// What holds for every KPI of examples/library: a doc string, an English and a Chinese name, a unit
// and a direction, and a case in examples/library/tests, which corpus_test runs.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "language/environment.hpp"
#include "language/parse.hpp"
#include "merit/merit.hpp"

namespace {

using merit::language::node;
using merit::language::node_id;
using merit::language::node_kind;
using merit::language::tree;

const std::filesystem::path library = MERIT_SOURCE_DIR "/examples/library";

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> kpi_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".kpi") out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// The areas: what is neither the schema nor a host's own mapping.
bool is_area(const std::filesystem::path& file) {
    for (const char* const other : {"events.kpi", "maven_crm.kpi", "support_tickets.kpi"})
        if (file.filename() == other) return false;
    return true;
}

/// All areas over the schema, with tables that have no rows.
struct whole_library {
    merit::model model;
    merit::tables data;

    whole_library() {
        std::string imports = "import \"events.kpi\"\n";
        for (const auto& file : kpi_files(library)) {
            if (is_area(file)) imports += fmt::format("import \"{}\"\n", file.filename().string());
            if (is_area(file) || file.filename() == "events.kpi") add_tables(read_file(file));
        }
        model.set_importer([](std::string_view path) -> merit::result<std::string> {
            return read_file(library / path);
        });
        model.define(imports).value();
    }

    void add_tables(const std::string& text) {
        const auto declared = merit::declared_tables(text).value();
        for (const merit::table_declaration& one : declared) {
            if (!one.view_of.empty()) continue;
            std::string head;
            for (const auto& [column, type] : one.csv.types)
                head += (head.empty() ? "" : ",") + column;
            data[one.name] = merit::read_csv_text(head + "\n", one.csv, one.name).value();
            model.add_table(one.name, data[one.name].schema()).value();
        }
    }

    merit::type_kind kind_of(const std::string& kpi, const std::string& grain) const {
        const std::string asked = kpi + (grain.empty() ? "" : " by " + grain) + " for @2026-01";
        merit::run_options with;
        with.as_of = merit::read_instant("2026-01-31").value();
        const merit::frame answer = model.compile(asked).value().run(data, with).value();
        return answer.columns().at(answer.find(kpi)).type.kind;
    }
};

/// What a KPI does not say, in words; nothing when it says all.
std::string missing(const tree& ast, node_id statement, merit::type_kind kind) {
    std::string out;
    const auto kinds = ast.children_of(ast.at(statement));
    const bool doc = std::any_of(kinds.begin(), kinds.end(),
                                 [&](node_id id) { return ast.at(id).kind == node_kind::doc; });
    if (!doc) out += " doc string";
    const std::string label = merit::language::label_of(ast, statement);
    const bool chinese = std::any_of(label.begin(), label.end(), [](char c) { return c < 0; });
    if (!chinese) out += " Chinese name";
    if (ast.at(statement).kind == node_kind::scorecard_statement) return out;
    if (kind == merit::type_kind::text || kind == merit::type_kind::boolean) return out;
    const std::string unit = merit::language::annotation_of(ast, statement, "unit");
    if (unit.empty() && kind != merit::type_kind::money) out += " unit";
    const std::string good = merit::language::annotation_of(ast, statement, "good");
    if (good != "up" && good != "down") out += " direction";
    return out;
}

/// The requests of all cases.
std::string asked_in_cases() {
    std::string out;
    for (const auto& file : kpi_files(library / "tests")) {
        const std::string text = read_file(file);
        std::size_t at = 0;
        while ((at = text.find("\nshow\n", at)) != std::string::npos) {
            const std::size_t end = text.find("\n----", at);
            out += text.substr(at, end - at) + "\n";
            at = end;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("every KPI of the library says what it is, and has a case") {
    const whole_library all;
    const std::string asked = asked_in_cases();
    std::size_t count = 0;
    for (const auto& file : kpi_files(library)) {
        if (!is_area(file)) continue;
        const auto read = merit::language::parse(
            merit::language::make_source(file.filename().string(), read_file(file)),
            merit::language::entry::file, {});
        REQUIRE(read.errors.empty());
        for (const node_id id : read.ast.children_of(read.ast.at(read.ast.root))) {
            const node& one = read.ast.at(id);
            const bool scorecard = one.kind == node_kind::scorecard_statement;
            if (one.kind != node_kind::kpi_statement && !scorecard) continue;
            const std::string name(read.ast.text(one));
            const std::string grain = merit::language::annotation_of(read.ast, id, "grain");
            const auto kind = scorecard ? merit::type_kind::float64 : all.kind_of(name, grain);
            const std::string lacks = missing(read.ast, id, kind);
            CHECK_MESSAGE(lacks.empty(), file.filename().string() << " " << name << ":" << lacks);
            const bool shown = std::regex_search(asked, std::regex("\\b" + name + "\\b"));
            CHECK_MESSAGE(shown, file.filename().string() << " " << name << " has no case");
            ++count;
        }
    }
    MESSAGE(count << " KPIs and scorecards");
    CHECK(count >= 150);
}
