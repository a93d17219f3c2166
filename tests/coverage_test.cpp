// What the language has, held against the cases of the corpus: every construct of the grammar,
// every property of a statement, every function and every rule of blanks is in a case that answers.
// MERIT_COVERAGE=1 prints which cases they are.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "language/functions.hpp"
#include "language/parse.hpp"
#include "oracle/random_model.hpp"

namespace fs = std::filesystem;
using namespace merit;
using language::node_kind;

namespace {

const fs::path root = MERIT_SOURCE_DIR;

/// Constructs that a case may use, as a reader calls them.
const std::vector<std::pair<node_kind, std::string>> constructs = {
    {node_kind::literal, "literal"},
    {node_kind::date_literal, "date literal"},
    {node_kind::path, "path"},
    {node_kind::call, "call"},
    {node_kind::unit_name, "unit"},
    {node_kind::group, "brackets"},
    {node_kind::argument_clauses, "clauses as argument"},
    {node_kind::argument_named, "named argument"},
    {node_kind::argument_of, "weight of value"},
    {node_kind::unary, "unary operator"},
    {node_kind::binary, "comparison, power"},
    {node_kind::range_comparison, "a < b < c"},
    {node_kind::logical_and, "and"},
    {node_kind::logical_or, "or"},
    {node_kind::sum_chain, "+ -"},
    {node_kind::product_chain, "* /"},
    {node_kind::in_list, "in (…)"},
    {node_kind::between, "between"},
    {node_kind::is_blank, "is blank"},
    {node_kind::within, "within s after"},
    {node_kind::in_unit_after, "in month n after"},
    {node_kind::where_clause, "where"},
    {node_kind::per_clause, "per"},
    {node_kind::on_clause, "on"},
    {node_kind::at_clause, "at end, at start"},
    {node_kind::across_clause, "across"},
    {node_kind::by_clause, "by on a term"},
    {node_kind::over_clause, "over"},
    {node_kind::shift_clause, "n u ago"},
    {node_kind::previous_period_clause, "previous period"},
    {node_kind::as_of_clause, "as of"},
    {node_kind::unfiltered_clause, "unfiltered"},
    {node_kind::matured_clause, "matured"},
    {node_kind::request_by, "request by"},
    {node_kind::request_for, "request for"},
    {node_kind::request_where, "request where"},
    {node_kind::request_having, "having"},
    {node_kind::request_sort, "sort by"},
    {node_kind::import_file, "import file"},
    {node_kind::import_names, "import names"},
    {node_kind::let_statement, "let"},
    {node_kind::param_statement, "param"},
    {node_kind::def_statement, "def"},
    {node_kind::entity_statement, "entity"},
    {node_kind::kpi_statement, "kpi"},
    {node_kind::column_statement, "column"},
    {node_kind::attribute_statement, "attribute"},
    {node_kind::tiers_statement, "tiers"},
    {node_kind::funnel_statement, "funnel"},
    {node_kind::table_statement, "table"},
    {node_kind::targets_statement, "targets"},
    {node_kind::calendar_statement, "calendar"},
    {node_kind::rates_statement, "rates"},
    {node_kind::scorecard_statement, "scorecard"},
    {node_kind::part_missing, "scorecard missing"},
    {node_kind::part_bands, "scorecard bands"},
    {node_kind::annotation, "annotation"},
    {node_kind::label, "label"},
};

/// Variants that one kind of node has: its `op`.
const std::map<node_kind, std::vector<std::string>> variants = {
    {node_kind::per_clause, {"per", "per every"}},
    {node_kind::at_clause, {"at end", "at start"}},
    {node_kind::across_clause, {"across dims", "across all", "across all except"}},
    {node_kind::over_clause,
     {"over trailing", "over prior", "over u to date", "over all to date", "over dates"}},
    {node_kind::within, {"within after", "within before"}},
    {node_kind::in_list, {"in", "not in"}},
    {node_kind::is_blank, {"is blank", "is not blank"}},
    {node_kind::request_sort, {"sort by", "sort by down"}},
    {node_kind::tier, {"below", "low to high", "from"}},
};

const std::map<node_kind, std::vector<std::string>> properties = {
    {node_kind::table_statement,
     {"entity", "key", "time", "order", "recorded", "kind", "split", "planned", "from", "where",
      "file"}},
    {node_kind::targets_statement,
     {"from", "kpi", "time", "period", "value", "spread", "roll", "missing", "prorate", "who"}},
    {node_kind::calendar_statement,
     {"zone", "week", "fiscal_year", "hours", "holidays", "extra", "periods"}},
    {node_kind::rates_statement, {"from", "time", "of", "to", "value"}},
};

struct coverage {
    std::map<std::string, std::vector<std::string>> cases;  ///< by construct: where it is used

    void meet(const std::string& what, const std::string& where) {
        std::vector<std::string>& of = cases[what];
        if (of.empty() || of.back() != where) of.push_back(where);
    }
};

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void read_tree(const language::tree& ast, const std::string& where, coverage& into) {
    for (const language::node& one : ast.nodes) {
        for (const auto& [kind, name] : constructs)
            if (one.kind == kind) into.meet(name, where);
        if (const auto of = variants.find(one.kind); of != variants.end())
            if (one.op < of->second.size()) into.meet("variant " + of->second[one.op], where);
        if (const auto of = properties.find(one.kind); of != properties.end()) {
            for (const language::node_id id : ast.children_of(one)) {
                const language::node& property = ast.at(id);
                if (property.kind != node_kind::property) continue;
                const std::string word(ast.text(property));
                if (std::ranges::find(of->second, word) != of->second.end())
                    into.meet("property " + word + " of " + std::to_string(int(one.kind)), where);
            }
        }
        if (one.kind != node_kind::call) continue;
        const language::node& callee = ast.at(ast.children_of(one)[0]);
        if (const auto* entry = language::find_function(ast.text(callee)))
            into.meet("function " + std::string(entry->name), where);
        if (callee.kind != node_kind::unit_name) continue;
        for (const auto& [of, name] : {std::pair{unit::year, "year"},
                                       {unit::quarter, "quarter"},
                                       {unit::month, "month"},
                                       {unit::week, "iso_week"},
                                       {unit::day, "day"},
                                       {unit::hour, "hour"}})
            if (callee.op == static_cast<std::uint8_t>(of))
                into.meet(std::string("function ") + name, where);
    }
}

/// A case counts when it answers: an error shows that a construct is read, not what it means.
void read_case(const std::string& text, const std::string& where, coverage& into) {
    const std::size_t answer = text.find("\n----\n");
    if (answer == text.npos) return;
    if (text.substr(answer + 6).starts_with("error")) return;
    const std::size_t model = text.find("\nmodel\n");
    const std::size_t show = text.find("\nshow\n");
    if (model < answer) {
        const std::size_t end = std::min(show, answer);
        const auto definitions = language::make_source("", text.substr(model + 7, end - model - 6));
        read_tree(language::parse(definitions, language::entry::file, {}).ast, where, into);
    }
    if (show >= answer) return;
    std::string request = text.substr(show + 6, answer - show - 6);
    for (const std::string_view option :
         {"\nas_of ", "\nparam ", "\ntotals", "\nnotes", "\nhints", "\nonly ", "\nopen_table "})
        request = request.substr(0, std::min(request.size(), request.find(option)));
    read_tree(language::parse(language::make_source("", request), language::entry::request, {}).ast,
              where, into);
}

coverage whole_corpus() {
    coverage out;
    std::vector<fs::path> files;
    for (const char* folder : {"tests/corpus", "examples/library/tests"})
        if (fs::exists(root / folder))
            for (const auto& file : fs::directory_iterator(root / folder))
                if (file.path().extension() == ".kpi") files.push_back(file.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        const std::string text = "\n" + text_of(file);
        const std::string name = file.stem().string();
        for (std::size_t at = text.find("\n=== "); at != text.npos;) {
            const std::size_t next = text.find("\n=== ", at + 5);
            const std::string one = text.substr(at + 1, next - at - 1);
            const std::string title = one.substr(4, one.find('\n') - 4);
            read_case(one, name + ": " + title, out);
            for (int rule = 1; rule <= 12; ++rule)
                if (title.starts_with("N" + std::to_string(rule) + " "))
                    out.meet("rule N" + std::to_string(rule), name + ": " + title);
            at = next;
        }
    }
    return out;
}

void print(const coverage& all) {
    if (std::getenv("MERIT_COVERAGE") == nullptr) return;
    for (const auto& [what, cases] : all.cases)
        std::cout << what << " | " << cases.size() << " | " << cases.front() << "\n";
}

std::vector<std::string> wanted() {
    std::vector<std::string> out;
    for (const auto& [kind, name] : constructs) out.push_back(name);
    for (const auto& [kind, names] : variants)
        for (const std::string& name : names) out.push_back("variant " + name);
    for (const auto& [kind, names] : properties)
        for (const std::string& name : names)
            out.push_back("property " + name + " of " + std::to_string(int(kind)));
    for (const language::function_entry& one : language::function_table())
        out.push_back("function " + std::string(one.name));
    for (int rule = 1; rule <= 12; ++rule) out.push_back("rule N" + std::to_string(rule));
    return out;
}

}  // namespace

TEST_CASE("every clause, function and rule has a case that answers") {
    const coverage all = whole_corpus();
    print(all);
    std::string missing;
    for (const std::string& one : wanted())
        if (!all.cases.contains(one)) missing += one + "\n";
    CHECK(missing == "");
}

/// What random formulas do not hold: targets have random requests of their own, files and names
/// of definitions are no matter of values.
static bool is_beyond_formulas(const std::string& one) {
    static const std::vector<std::string> others = {
        "import file",
        "import names",
        "targets",
        "label",
        "function target",
        "function attainment",
        "property file of " + std::to_string(int(node_kind::table_statement)),
    };
    const std::string of_targets = " of " + std::to_string(int(node_kind::targets_statement));
    return std::ranges::find(others, one) != others.end() || one.starts_with("rule ") ||
           one.ends_with(of_targets);
}

TEST_CASE("random formulas of the oracle hold every clause and function") {
    coverage all;
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        const oracle::model_spec model = oracle::model_maker(seed).make(6, 4);
        const auto definitions = language::make_source("", model.definitions);
        read_tree(language::parse(definitions, language::entry::file, {}).ast, "", all);
        for (const oracle::request_spec& asked : model.requests) {
            const auto text = language::make_source("", asked.text());
            read_tree(language::parse(text, language::entry::request, {}).ast, "", all);
        }
    }
    std::string missing;
    for (const std::string& one : wanted())
        if (!all.cases.contains(one) && !is_beyond_formulas(one)) missing += one + "\n";
    CHECK(missing == "");
}
