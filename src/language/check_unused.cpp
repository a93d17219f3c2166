// Definitions with arguments: what a name means is known where they are called, and wrong ones are
// errors there. A name that means nothing anywhere is a hint even if nobody calls.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"
#include "language/functions.hpp"

namespace merit::language {

/// Whether a path may mean something: an argument, a definition, or what a table or entity has.
bool checker::is_name(const scope& at, node_id path,
                      const std::set<std::string_view>& arguments) const {
    const std::string_view name = ast(at.document).text(ast(at.document).at(path));
    const auto made_by = [&](const auto& definitions) {
        return std::any_of(definitions.begin(), definitions.end(),
                           [&](const auto& one) { return one.first.second == name; });
    };
    return arguments.contains(name) || in_.find(at.document, name) != nullptr || is_member(name) ||
           table_named(name) || made_by(in_.computed_columns) || made_by(in_.attributes) ||
           name == "as_of" || name == "period" || name == "covered" || name == "now";
}

void checker::hint_unknown(const scope& at, node_id id, std::string_view name) {
    std::vector<std::string> visible;
    for (const auto& [known, one] : in_.names) visible.push_back(known);
    for (const table_info& one : out_.tables) visible.push_back(one.name);
    for (const function_entry& one : function_table()) visible.emplace_back(one.name);
    const std::vector<std::string> near = near_names(name, visible);
    hint(at, id, "H101",
         fmt::format("`{}` is not known here, and will be missed where this definition is called",
                     name),
         near.empty() ? "define it, or correct the name"
                      : fmt::format("did you mean {}?", fmt::join(near, ", ")));
}

void checker::check_unused(const definition& one) {
    const tree& a = ast(one.document);
    const scope at{.document = one.document};
    const std::vector<node_id> body = body_of(a, one.node);
    std::set<std::string_view> arguments;
    for (std::size_t i = 0; i + 1 < body.size(); ++i) arguments.insert(a.text(a.at(body[i])));
    std::vector<node_id> open{body.back()};
    while (!open.empty()) {
        const node_id id = open.back();
        open.pop_back();
        const node& n = a.at(id);
        const auto of = a.children_of(n);
        if (n.kind == node_kind::path) {
            if (!is_name(at, id, arguments)) hint_unknown(at, id, a.text(n));
            continue;
        }
        const bool calls = n.kind == node_kind::call && a.at(of[0]).kind == node_kind::path &&
                           a.at(of[0]).count == 0;
        if (calls) {
            const std::string name(a.text(a.at(of[0])));
            if (find_function(name) == nullptr && in_.find(at.document, name) == nullptr)
                hint_unknown(at, of[0], name);
        }
        const auto inside = calls ? of.subspan(1) : of;
        open.insert(open.end(), inside.begin(), inside.end());
    }
}

}  // namespace merit::language
