#include "language/imports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "language/functions.hpp"

namespace merit::language {

namespace {

constexpr std::uint32_t no_text = 0xffff'ffff;

std::uint32_t text_named(const std::vector<parsed_ptr>& documents, std::string_view name) {
    const auto found = std::find_if(documents.begin(), documents.end(),
                                    [&](const parsed_ptr& one) { return one->from->name == name; });
    return found == documents.end() ? no_text
                                    : static_cast<std::uint32_t>(found - documents.begin());
}

/// The text that an import of another one names.
std::uint32_t text_of(const std::vector<parsed_ptr>& documents, const parsed& from,
                      const node& statement) {
    const auto named = from.imports.find(from.ast.text(statement));
    return named == from.imports.end() ? no_text : text_named(documents, named->second);
}

/// The imports of a text, in order.
std::vector<node_id> imports_of(const parsed& from) {
    std::vector<node_id> out;
    const tree& ast = from.ast;
    if (ast.nodes.empty() || ast.at(ast.root).kind != node_kind::file) return out;
    for (const node_id id : ast.children_of(ast.at(ast.root))) {
        const node_kind kind = ast.at(id).kind;
        if (kind == node_kind::import_file || kind == node_kind::import_names) out.push_back(id);
    }
    return out;
}

class seeing {
public:
    seeing(environment& in, std::vector<diagnostic>& errors)
        : in_(in), errors_(errors), own_(in.documents.size()) {
        for (const auto& [key, one] : in.names) {
            const tree& ast = in.documents[one.document]->ast;
            own_[one.document].emplace_back(std::string(ast.text(ast.at(one.node))), key);
        }
    }

    void all() {
        in_.seen.resize(in_.documents.size());
        for (std::uint32_t d = 0; d < in_.documents.size(); ++d) {
            if (in_.aside[d])
                for (const auto& [name, key] : own_[d]) in_.seen[d].emplace(name, key);
            for (const node_id id : imports_of(*in_.documents[d])) bring(d, id);
        }
    }

private:
    /// Names of a text and of those that it imports whole.
    void names_of(std::uint32_t document, std::vector<bool>& met, names_seen& into) const {
        if (met[document]) return;
        met[document] = true;
        for (const auto& [name, key] : own_[document]) into.emplace(name, key);
        const parsed& from = *in_.documents[document];
        for (const node_id id : imports_of(from)) {
            const node& statement = from.ast.at(id);
            const std::uint32_t whole = text_of(in_.documents, from, statement);
            if (statement.kind == node_kind::import_file && whole != no_text)
                names_of(whole, met, into);
        }
    }

    void bring(std::uint32_t document, node_id id) {
        const parsed& from = *in_.documents[document];
        const node& statement = from.ast.at(id);
        const std::uint32_t source = text_of(in_.documents, from, statement);
        if (source == no_text) return;  // E830 has been said
        names_seen there;
        std::vector<bool> met(in_.documents.size(), false);
        names_of(source, met, there);
        if (statement.kind == node_kind::import_file) {
            if (in_.aside[document]) in_.seen[document].insert(there.begin(), there.end());
            return;
        }
        for (const node_id item : from.ast.children_of(statement)) name(document, item, there);
    }

    void name(std::uint32_t document, node_id item, const names_seen& there) {
        const parsed& from = *in_.documents[document];
        const node& wanted = from.ast.at(item);
        const std::string_view called = from.ast.text(wanted);
        const auto alias = from.ast.children_of(wanted);
        const std::string as(alias.empty() ? called : from.ast.text(from.ast.at(alias[0])));
        const auto found = there.find(called);
        if (found == there.end()) {
            std::vector<std::string> known;
            for (const auto& [one, key] : there) known.push_back(one);
            const std::vector<std::string> near = near_names(called, known);
            return complain(from, wanted, "E101", fmt::format("the text has no `{}`", called),
                            near.empty() ? "correct the name"
                                         : fmt::format("did you mean {}?", fmt::join(near, ", ")));
        }
        names_seen& into = in_.aside[document] ? in_.seen[document] : in_.given;
        const auto own = in_.names.find(as);
        const bool taken = !in_.aside[document] && own != in_.names.end() && as != found->second;
        const auto [place, fresh] = into.emplace(as, found->second);
        if (taken || place->second != found->second)
            complain(from, wanted, "E103", fmt::format("`{}` is defined twice", as),
                     fmt::format("give it another name: {} as my_{}", called, as));
    }

    void complain(const parsed& from, const node& at, std::string code, std::string message,
                  std::string help) {
        if (errors_.size() >= in_.within.errors) return;
        errors_.push_back(locate(*from.from, severity::error, std::move(code), at.where,
                                 std::move(message), std::move(help)));
    }

    environment& in_;
    std::vector<diagnostic>& errors_;
    std::vector<std::vector<std::pair<std::string, std::string>>> own_;  ///< (name, key) by text
};

}  // namespace

std::string file_beside(std::string_view text, std::string_view file) {
    if (file.find("://") != std::string_view::npos) return std::string(file);
    const std::filesystem::path folder = std::filesystem::path(text).parent_path();
    return (folder / file).lexically_normal().generic_string();
}

std::vector<bool> set_aside(const std::vector<parsed_ptr>& documents,
                            const std::set<std::string, std::less<>>& imported) {
    std::vector<bool> out(documents.size(), true);
    std::vector<std::uint32_t> open;
    for (std::uint32_t d = 0; d < documents.size(); ++d)
        if (!imported.contains(documents[d]->from->name)) open.push_back(d);
    while (!open.empty()) {
        const std::uint32_t next = open.back();
        open.pop_back();
        if (!out[next]) continue;
        out[next] = false;
        const parsed& from = *documents[next];
        for (const node_id id : imports_of(from)) {
            const node& statement = from.ast.at(id);
            const std::uint32_t whole = text_of(documents, from, statement);
            if (statement.kind == node_kind::import_file && whole != no_text) open.push_back(whole);
        }
    }
    return out;
}

std::string key_of(const environment& in, std::uint32_t document, std::string_view name) {
    if (!in.aside[document]) return std::string(name);
    return fmt::format("{}: {}", in.documents[document]->from->name, name);
}

void see_imports(environment& in, std::vector<diagnostic>& errors) {
    seeing(in, errors).all();
}

const environment::named* environment::find(std::uint32_t document, std::string_view name) const {
    if (aside[document]) {
        if (const auto own = seen[document].find(name); own != seen[document].end())
            return &*names.find(own->second);
    }
    if (const auto known = names.find(name); known != names.end()) return &*known;
    const auto other = given.find(name);
    return other == given.end() ? nullptr : &*names.find(other->second);
}

std::string environment::outward(const std::string& key) const {
    for (const auto& [name, of] : given)
        if (of == key) return name;
    return key;
}

}  // namespace merit::language
