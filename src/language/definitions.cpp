#include "language/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace merit::language {

namespace {

std::string_view kind_of(node_kind statement) {
    switch (statement) {
        case node_kind::let_statement:
            return "let";
        case node_kind::param_statement:
            return "param";
        case node_kind::def_statement:
            return "def";
        case node_kind::entity_statement:
            return "entity";
        case node_kind::kpi_statement:
            return "kpi";
        case node_kind::column_statement:
            return "column";
        case node_kind::attribute_statement:
            return "attribute";
        case node_kind::tiers_statement:
            return "tiers";
        case node_kind::funnel_statement:
            return "funnel";
        case node_kind::table_statement:
            return "table";
        case node_kind::targets_statement:
            return "targets";
        case node_kind::calendar_statement:
            return "calendar";
        case node_kind::rates_statement:
            return "rates";
        case node_kind::scorecard_statement:
            return "scorecard";
        default:
            return {};
    }
}

/// A statement of one of the texts.
struct statement {
    const tree* ast;
    node_id id;
    std::string_view kind;
    std::string name;  ///< "deals.cycle" of a column
    std::string word;  ///< by which formulas name it: "cycle"
};

std::vector<statement> statements_of(std::span<const parsed_ptr> documents) {
    std::vector<statement> out;
    for (const parsed_ptr& one : documents) {
        const tree& ast = one->ast;
        if (ast.nodes.empty() || ast.at(ast.root).kind != node_kind::file) continue;
        for (const node_id id : ast.children_of(ast.at(ast.root))) {
            const std::string_view kind = kind_of(ast.at(id).kind);
            if (kind.empty()) continue;
            statement made{&ast, id, kind, std::string(ast.text(ast.at(id))), {}};
            made.word = made.name;
            if (kind == "column" || kind == "attribute") {
                const node& path = ast.at(body_of(ast, id).front());
                made.name = ast.text(path);
                for (const node_id word : ast.children_of(path)) {
                    made.word = ast.text(ast.at(word));
                    made.name += "." + made.word;
                }
            }
            out.push_back(std::move(made));
        }
    }
    return out;
}

using names_of_words = std::multimap<std::string, std::string, std::less<>>;

/// What `import { n as m }` calls otherwise: m, and the n that it means.
names_of_words aliases_of(std::span<const parsed_ptr> documents) {
    names_of_words out;
    for (const parsed_ptr& one : documents) {
        const tree& ast = one->ast;
        if (ast.nodes.empty() || ast.at(ast.root).kind != node_kind::file) continue;
        for (const node_id id : ast.children_of(ast.at(ast.root))) {
            if (ast.at(id).kind != node_kind::import_names) continue;
            for (const node_id item : ast.children_of(ast.at(id)))
                for (const node_id alias : ast.children_of(ast.at(item)))
                    out.emplace(ast.text(ast.at(alias)), ast.text(ast.at(item)));
        }
    }
    return out;
}

/// Statements by the words that name them, reached from one to the next.
class reaching {
public:
    reaching(const std::vector<statement>& all, names_of_words aliases)
        : all_(all), aliases_(std::move(aliases)), reached_(all.size(), false) {
        for (std::size_t i = 0; i < all.size(); ++i) by_word_.emplace(all[i].word, i);
    }

    void reach(std::size_t which) {
        if (reached_[which]) return;
        reached_[which] = true;
        open_.emplace_back(all_[which].ast, all_[which].id);
    }
    void read(const tree& ast, node_id from) {
        open_.emplace_back(&ast, from);
        while (!open_.empty()) {
            const auto [in, id] = open_.back();
            const node& at = in->at(id);
            open_.pop_back();
            for (const node_id child : in->children_of(at)) open_.emplace_back(in, child);
            if (at.text != 0 && at.kind != node_kind::doc) word(in->text(at));
        }
    }
    [[nodiscard]] bool has(std::size_t which) const { return reached_[which]; }

private:
    void reach_kind(std::string_view kind) {
        for (std::size_t i = 0; i < all_.size(); ++i)
            if (all_[i].kind == kind) reach(i);
    }

    void word(std::string_view text) {
        // target(), attainment() and convert() need not name what they look into.
        for (const std::string_view one : {"target", "attainment", "目标", "达成率"})
            if (text == one) reach_kind("targets");
        if (text == "convert" || text == "换算") reach_kind("rates");
        std::vector<std::string_view> meant{text};
        std::set<std::string_view> met;
        while (!meant.empty()) {
            const std::string_view next = meant.back();
            meant.pop_back();
            if (!met.insert(next).second) continue;
            const auto [from, to] = by_word_.equal_range(next);
            for (auto it = from; it != to; ++it) reach(it->second);
            const auto [first, last] = aliases_.equal_range(next);
            for (auto it = first; it != last; ++it) meant.push_back(it->second);
        }
    }

    const std::vector<statement>& all_;
    names_of_words aliases_;
    std::multimap<std::string, std::size_t, std::less<>> by_word_;
    std::vector<bool> reached_;
    std::vector<std::pair<const tree*, node_id>> open_;
};

}  // namespace

std::vector<reached_definition> reached_definitions(
    std::span<const parsed_ptr> documents, std::uint32_t document, node_id from,
    const std::set<std::string, std::less<>>& tables) {
    const std::vector<statement> all = statements_of(documents);
    reaching reached(all, aliases_of(documents));
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].kind == "calendar" || (all[i].kind == "table" && tables.contains(all[i].name)))
            reached.reach(i);
    reached.read(documents[document]->ast, from);
    std::vector<reached_definition> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!reached.has(i)) continue;
        const statement& one = all[i];
        std::string text = print(*one.ast, one.id);
        while (text.ends_with('\n')) text.pop_back();
        out.push_back({std::string(one.kind), one.name, label_of(*one.ast, one.id),
                       annotation_of(*one.ast, one.id, "unit"), doc_of(*one.ast, one.id),
                       std::move(text)});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::pair(a.kind, a.name) < std::pair(b.kind, b.name);
    });
    return out;
}

std::string hash_of(std::span<const reached_definition> all) {
    std::uint64_t sum = 0xcbf2'9ce4'8422'2325;
    const auto add = [&sum](std::string_view text) {
        for (const char c : text)
            sum = (sum ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3;
        sum = (sum ^ 0xff) * 0x0000'0100'0000'01b3;  // a byte that no text has parts the fields
    };
    for (const reached_definition& one : all) {
        add(one.kind);
        add(one.name);
        add(one.text);
    }
    return fmt::format("{:016x}", sum);
}

}  // namespace merit::language
