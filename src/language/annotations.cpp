#include "language/annotations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "language/functions.hpp"

namespace merit::language {

namespace {

constexpr std::array<std::string_view, 5> known_annotations = {"unit", "good", "owner", "grain",
                                                               "allow"};
constexpr std::array<std::string_view, 12> hint_codes = {
    "H101", "H201", "H301", "H302", "H303", "H502", "H503", "H504", "H505", "H506", "H507", "H601"};

template <class Words>
std::vector<std::string> near_words(std::string_view said, const Words& words) {
    const std::vector<std::string> among(words.begin(), words.end());
    return near_names(said, among);
}

/// Whether an annotation says anything of such a statement.
bool has_meaning(std::string_view name, node_kind statement) {
    const bool names = statement == node_kind::import_file || statement == node_kind::import_names;
    if (name == "owner" || name == "allow") return !names;
    if (name == "good" || name == "grain") return statement == node_kind::kpi_statement;
    switch (statement) {
        case node_kind::kpi_statement:
        case node_kind::column_statement:
        case node_kind::attribute_statement:
        case node_kind::def_statement:
        case node_kind::let_statement:
        case node_kind::param_statement:
            return true;
        default:
            return false;
    }
}

class annotation_check {
public:
    annotation_check(const parsed& from, std::vector<diagnostic>& errors)
        : from_(from), errors_(errors) {}

    void check(node_id statement) {
        std::set<std::string_view> seen;
        for (const node_id id : from_.ast.children_of(from_.ast.at(statement))) {
            const node& at = from_.ast.at(id);
            if (at.kind != node_kind::annotation) continue;
            const std::string_view name = from_.ast.text(at);
            if (std::find(known_annotations.begin(), known_annotations.end(), name) ==
                known_annotations.end()) {
                unknown(at, name);
            } else if (!has_meaning(name, from_.ast.at(statement).kind)) {
                report(at.where, "E211", fmt::format("`@{}` says nothing here", name),
                       name == "good" || name == "grain" ? "write it before a kpi"
                                                         : "write it before a definition");
            } else if (name != "allow" && !seen.insert(name).second) {
                report(at.where, "E103", fmt::format("`@{}` is said twice", name),
                       "keep one of them");
            } else {
                values(at, name);
            }
        }
    }

private:
    void report(byte_range where, std::string code, std::string message, std::string help) {
        errors_.push_back(locate(*from_.from, severity::error, std::move(code), where,
                                 std::move(message), std::move(help)));
    }

    void unknown(const node& at, std::string_view name) {
        const std::vector<std::string> near = near_words(name, known_annotations);
        report(at.where, "E101", fmt::format("there is no annotation `@{}`", name),
               near.empty() ? "there are @unit, @good, @grain, @owner and @allow"
                            : fmt::format("did you mean @{}?", fmt::join(near, ", @")));
    }

    void values(const node& at, std::string_view name) {
        const auto of = from_.ast.children_of(at);
        if (of.empty())
            return report(at.where, "E104", fmt::format("`@{}` needs a value", name),
                          std::string(example(name)));
        if (of.size() > 1 && name != "allow")
            return report(at.where, "E104", fmt::format("`@{}` takes one value", name),
                          std::string(example(name)));
        for (const node_id id : of) {
            const node& value = from_.ast.at(id);
            const bool quoted = value.kind == node_kind::literal;
            const std::string said = quoted ? to_string(from_.ast.values[value.value])
                                            : std::string(from_.ast.text(value));
            if (name == "good" && said != "up" && said != "down")
                report(value.where, "E101", fmt::format("good is up or down, not `{}`", said),
                       "@good up   or   @good down");
            if (name == "allow") code(value, said);
            if (name == "unit" && !quoted) unit_word(value, said);
        }
    }

    void code(const node& value, const std::string& said) {
        if (std::find(hint_codes.begin(), hint_codes.end(), said) != hint_codes.end()) return;
        const std::vector<std::string> near = near_words(said, hint_codes);
        report(value.where, "E101", fmt::format("there is no hint `{}`", said),
               near.empty() ? fmt::format("the hints are {}", fmt::join(hint_codes, ", "))
                            : fmt::format("did you mean {}?", fmt::join(near, ", ")));
    }

    /// A unit is a word of the author's own, but these two say how values are read.
    void unit_word(const node& value, const std::string& said) {
        constexpr std::array<std::string_view, 2> read = {"percent", "score"};
        const std::vector<std::string> near = near_words(said, read);
        if (near.empty() || near[0] == said) return;
        // Of a short word a letter makes another word: store, scope.
        std::string low = said;
        for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (near[0] == "score" && low != "score" && low != "scores") return;
        report(value.where, "E101", fmt::format("the unit `{}` is not known", said),
               fmt::format("did you mean {}? a unit of your own is written \"{}\"", near[0], said));
    }

    static std::string_view example(std::string_view name) {
        if (name == "unit") return "@unit percent";
        if (name == "good") return "@good up   or   @good down";
        if (name == "grain") return "@grain rep";
        if (name == "owner") return "@owner \"sales\"";
        return "@allow H201";
    }

    const parsed& from_;
    std::vector<diagnostic>& errors_;
};

}  // namespace

void check_annotations(const parsed& from, node_id statement, std::vector<diagnostic>& errors) {
    annotation_check(from, errors).check(statement);
}

}  // namespace merit::language
