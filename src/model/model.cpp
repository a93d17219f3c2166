#include "merit/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "language/checker.hpp"
#include "language/imports.hpp"
#include "model/content.hpp"
#include "plan/lower.hpp"

namespace merit {

namespace {

using language::parsed_ptr;

bool grave(const diagnostic& one) {
    return one.level == severity::error;
}

std::vector<diagnostic> only(std::vector<diagnostic> all, bool errors) {
    std::erase_if(all, [&](const diagnostic& one) { return grave(one) != errors; });
    return all;
}

/// Findings text after text in the order of their definition.
std::vector<diagnostic> in_order(std::vector<diagnostic> found, const model::content& in) {
    const auto place = [&](const diagnostic& one) {
        const auto text =
            std::find_if(in.documents.begin(), in.documents.end(),
                         [&](const parsed_ptr& d) { return d->from->name == one.source_name; });
        return std::pair(text - in.documents.begin(), one.where.begin);
    };
    std::stable_sort(found.begin(), found.end(),
                     [&](const diagnostic& a, const diagnostic& b) { return place(a) < place(b); });
    if (found.size() > in.limits.errors) found.resize(in.limits.errors);
    return found;
}

error failure(std::vector<diagnostic> found, const model::content& in) {
    return error(in_order(std::move(found), in));
}

/// Reads the texts that a document imports, and theirs, each once.
class importing {
public:
    importing(model::content& into, std::vector<diagnostic>& errors)
        : into_(into), errors_(errors) {}

    void follow(language::parsed& from) {
        const language::tree& ast = from.ast;
        if (ast.nodes.empty() || ast.at(ast.root).kind != language::node_kind::file) return;
        for (const language::node_id id : ast.children_of(ast.at(ast.root))) {
            const language::node& n = ast.at(id);
            if (n.kind == language::node_kind::import_file ||
                n.kind == language::node_kind::import_names) {
                bring(from, n);
            }
        }
    }

private:
    void bring(language::parsed& from, const language::node& statement) {
        const std::string written(from.ast.text(statement));
        std::string path = language::file_beside(from.from->name, written);
        if (into_.name_of_path) path = into_.name_of_path(path);
        from.imports[written] = path;
        const auto complain = [&](std::string message) {
            errors_.push_back(language::locate(*from.from, severity::error, "E830", statement.where,
                                               std::move(message),
                                               "correct the path, or give the model an importer"));
        };
        if (!into_.importer) return complain(fmt::format("nothing can import \"{}\" here", path));
        const bool known =
            std::any_of(into_.documents.begin(), into_.documents.end(),
                        [&](const parsed_ptr& one) { return one->from->name == path; });
        if (known) return;
        const result<std::string> text = into_.importer(path);
        if (!text)
            return complain(fmt::format("\"{}\" cannot be read: {}", path,
                                        text.error().diagnostics().front().message));
        auto document = std::make_shared<language::parsed>(language::parse(
            language::make_source(path, *text), language::entry::file, into_.limits));
        errors_.insert(errors_.end(), document->errors.begin(), document->errors.end());
        into_.documents.push_back(document);
        into_.imported.insert(path);
        follow(*document);
    }

    model::content& into_;
    std::vector<diagnostic>& errors_;
};

/// `show …` and `展示 …` are asked like the request behind them, and so is `= …` as spreadsheets
/// write it; the word is blanked so that places stay right.
std::string without_show(std::string_view text) {
    std::string out(text);
    const std::size_t start = out.find_first_not_of(" \t\r\n");
    if (start == std::string::npos) return out;
    for (const std::string_view word : {"show", "SHOW", "Show", "展示", "=", "＝"}) {
        const std::size_t end = start + word.size();
        if (out.compare(start, word.size(), word) != 0 || end >= out.size()) continue;
        if (word[0] < 0 || word == "=" || out[end] == ' ' || out[end] == '\t' || out[end] == '\n') {
            std::fill(out.begin() + static_cast<std::ptrdiff_t>(start),
                      out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
            break;
        }
    }
    return out;
}

language::environment known_to(const model::content& held, std::vector<diagnostic>& found) {
    language::environment out =
        language::collect(held.documents, held.tables, found, held.limits, held.imported);
    out.files = held.files;
    return out;
}

/// Reads the files that the calendars of new texts name.
void read_files(model::content& into, const std::vector<parsed_ptr>& before) {
    for (const parsed_ptr& one : into.documents) {
        if (std::find(before.begin(), before.end(), one) != before.end()) continue;
        for (const std::string& named : language::calendar_files(one->ast)) {
            if (!into.importer) continue;
            const std::string path = language::file_beside(one->from->name, named);
            const result<std::string> text = into.importer(path);
            into.files[path] =
                text ? language::file_text{*text, {}}
                     : language::file_text{{}, text.error().diagnostics().front().message};
        }
    }
}

/// Security filters are texts of their own behind the request; says how many.
std::size_t add_filters(model::content& into, const compile_options& with,
                        std::vector<diagnostic>& found) {
    for (const std::string& condition : with.only) {
        auto document = std::make_shared<language::parsed>(
            language::parse(language::make_source("security filter", condition),
                            language::entry::formula, into.limits));
        found.insert(found.end(), document->errors.begin(), document->errors.end());
        into.documents.push_back(std::move(document));
    }
    return with.only.size();
}

/// Why security filters do not reach tables that a plan reads.
std::vector<diagnostic> unreached(const language::program& from, const plan::plan& what,
                                  const compile_options& with) {
    std::vector<diagnostic> out;
    for (const std::string& name : with.open_tables) {
        const auto named = [&](const language::table_info& one) { return one.name == name; };
        if (std::any_of(from.tables.begin(), from.tables.end(), named)) continue;
        const error unknown("E101", fmt::format("there is no table `{}` that could be open", name),
                            "correct its name");
        out.push_back(unknown.diagnostics().front());
    }
    for (const plan::guard& guard : what.guards) {
        if (guard.open || !guard.conditions.empty()) continue;
        for (const language::security_info& one : from.security) {
            if (from.tables[one.table].name != what.tables[guard.table].name) continue;
            out.insert(out.end(), one.problems.begin(), one.problems.end());
        }
    }
    return out;
}

std::vector<diagnostic> findings_in(const model::content& held) {
    std::vector<diagnostic> found;
    const language::environment known = known_to(held, found);
    language::checker checking(known, found);
    checking.check_all();
    return found;
}

/// A request that a model holds.
struct held_request {
    std::string text;
    bool written = true;   ///< by a `show`; else it is a scorecard that none names …
    std::string groups{};  ///< … and these are its dimensions
};

/// `show` statements, then scorecards that no `show` names.
std::vector<held_request> held_requests(const model::content& held) {
    std::vector<diagnostic> ignored;
    const language::environment known = known_to(held, ignored);
    std::vector<held_request> out;
    std::set<std::string, std::less<>> mentioned;
    for (const language::definition& one : known.shows) {
        const language::tree& ast = known.documents[one.document]->ast;
        const language::node_id request = language::body_of(ast, one.node).front();
        out.push_back({language::print(ast, request)});
        for (const language::node_id part : ast.children_of(ast.at(request))) {
            if (ast.at(part).kind != language::node_kind::shown) continue;
            const language::node& inside = ast.at(ast.children_of(ast.at(part))[0]);
            if (inside.kind == language::node_kind::path) mentioned.emplace(ast.text(inside));
        }
    }
    const auto scorecard = [&](std::uint32_t document, language::node_id id,
                               std::string_view name) {
        const language::tree& ast = known.documents[document]->ast;
        const language::node& n = ast.at(id);
        if (n.kind != language::node_kind::scorecard_statement || mentioned.contains(name)) return;
        held_request made{n.quoted ? fmt::format("[{}]", name) : std::string(name), false};
        for (const language::node_id part : ast.children_of(n)) {
            if (ast.at(part).kind != language::node_kind::by_clause) continue;
            for (const language::node_id group : ast.children_of(ast.at(part)))
                made.groups += language::print(ast, group) + ", ";
        }
        out.push_back(std::move(made));
    };
    for (std::uint32_t d = 0; d < known.documents.size(); ++d) {  // in the order they were written
        const language::tree& ast = known.documents[d]->ast;
        if (ast.nodes.empty() || known.aside[d]) continue;
        for (const language::node_id id : ast.children_of(ast.at(ast.root)))
            scorecard(d, id, ast.text(ast.at(id)));
    }
    for (const auto& [name, key] : known.given) {
        const language::definition& one = known.names.find(key)->second;
        scorecard(one.document, one.node, name);
    }
    return out;
}

std::vector<diagnostic> mistakes_of(const model& in, const std::string& request) {
    const auto query = in.compile(request);
    return query ? std::vector<diagnostic>() : query.error().diagnostics();
}

/// A scorecard that no `show` names is asked for a period by whoever asks it. It is right if it is
/// for any kind of period: targets of months may fit no year. Else the least is told, as it is
/// without one where that is no more.
std::vector<diagnostic> mistakes_with_period(const model& in, const held_request& scorecard,
                                             std::vector<diagnostic> found) {
    for (const unit one : {unit::year, unit::quarter, unit::month, unit::week, unit::day,
                           unit::fiscal_year, unit::fiscal_quarter, unit::fiscal_month}) {
        const std::string groups = scorecard.groups + language::unit_name_of(one);
        auto left = mistakes_of(in, scorecard.text + " by " + groups);
        if (left.size() < found.size()) found = std::move(left);
        if (found.empty()) break;
    }
    return found;
}

}  // namespace

model::model(const limits& within) : content_(std::make_unique<content>()) {
    content_->limits = within;
}
model::~model() = default;
model::model(model&&) noexcept = default;
model& model::operator=(model&&) noexcept = default;
model::model(const model& other) : content_(std::make_unique<content>(*other.content_)) {}
model& model::operator=(const model& other) {
    if (this != &other) *content_ = *other.content_;
    return *this;
}

void model::set_importer(std::function<result<std::string>(std::string_view path)> importer,
                         std::function<std::string(std::string_view path)> name_of) {
    content_->importer = std::move(importer);
    content_->name_of_path = std::move(name_of);
}

result<void> model::add_table(std::string name, const schema& columns, const table_options& roles) {
    for (const language::known_table& one : content_->tables) {
        if (one.name == name)
            return error("E810", fmt::format("there is a table `{}` already", name),
                         "give it another name");
    }
    const auto missing = [&](const std::string& column) {
        return !column.empty() && !columns.find(column);
    };
    for (const std::string& column : {roles.key, roles.time, roles.recorded, roles.order}) {
        if (missing(column))
            return error("E101", fmt::format("table `{}` has no column `{}`", name, column),
                         "correct the role's column");
    }
    for (const reference& one : roles.references) {
        if (missing(one.column))
            return error("E101", fmt::format("table `{}` has no column `{}`", name, one.column),
                         "correct the reference's column");
    }
    content_->tables.push_back({std::move(name), columns, roles});
    return {};
}

result<void> model::define(std::string_view text, std::string_view name) {
    return define_all({{std::string(name), std::string(text)}});
}

result<void> model::define_all(
    const std::vector<std::pair<std::string, std::string>>& named_texts) {
    content trial = *content_;
    std::vector<diagnostic> found;
    for (const auto& [name, text] : named_texts) {
        auto document = std::make_shared<language::parsed>(language::parse(
            language::make_source(name, text), language::entry::file, trial.limits));
        found.insert(found.end(), document->errors.begin(), document->errors.end());
        const auto same = std::find_if(trial.documents.begin(), trial.documents.end(),
                                       [&, n = std::string_view(name)](const parsed_ptr& one) {
                                           return one->from->name == n;
                                       });
        if (same != trial.documents.end())
            *same = document;
        else
            trial.documents.push_back(document);
        importing(trial, found).follow(*document);
        trial.imported.erase(name);
    }
    read_files(trial, content_->documents);
    const bool syntax = std::any_of(found.begin(), found.end(), grave);
    if (!syntax) {
        std::vector<diagnostic> meaning = findings_in(trial);
        found.insert(found.end(), meaning.begin(), meaning.end());
    }
    if (std::any_of(found.begin(), found.end(), grave))
        return failure(only(std::move(found), true), trial);
    *content_ = std::move(trial);
    return {};
}

result<query> model::compile(std::string_view request, const compile_options& with) const {
    content trial = *content_;
    auto document = std::make_shared<language::parsed>(language::parse(
        language::make_source("", without_show(request)), language::entry::request, trial.limits));
    std::vector<diagnostic> found = document->errors;
    trial.documents.push_back(document);
    const std::size_t filters = add_filters(trial, with, found);
    if (!found.empty()) return failure(std::move(found), trial);
    language::environment known = known_to(trial, found);
    known.open_tables = with.open_tables;
    const auto end = static_cast<std::uint32_t>(known.documents.size());
    for (auto d = static_cast<std::uint32_t>(end - filters); d < end; ++d)
        known.only.push_back({language::definition_kind::let, d, known.documents[d]->ast.root});
    language::checker checking(known, found);
    checking.check_request(static_cast<std::uint32_t>(end - filters - 1), document->ast.root,
                           with.totals);
    if (std::any_of(found.begin(), found.end(), grave))
        return failure(only(std::move(found), true), trial);
    checking.check_security();
    auto made = std::make_shared<query::content>();
    made->program = std::make_shared<const language::program>(checking.take());
    auto lowered = plan::lower(*made->program, trial.limits);
    if (!lowered) return lowered.error();
    made->what = std::move(*lowered);
    if (auto problems = unreached(*made->program, made->what, with); !problems.empty())
        return failure(std::move(problems), trial);
    made->hints = in_order(only(std::move(found), false), trial);
    made->documents = known.documents;
    return query(std::move(made));
}

std::vector<std::string> model::shown() const {
    std::vector<std::string> out;
    for (held_request& one : held_requests(*content_)) out.push_back(std::move(one.text));
    return out;
}

result<void> model::check() const {
    std::vector<diagnostic> all;
    for (const held_request& one : held_requests(*content_)) {
        std::vector<diagnostic> found = mistakes_of(*this, one.text);
        const bool periods = std::any_of(found.begin(), found.end(),
                                         [](const diagnostic& d) { return d.code == "E411"; });
        if (!one.written && periods) found = mistakes_with_period(*this, one, std::move(found));
        all.insert(all.end(), found.begin(), found.end());
    }
    if (!all.empty()) return error(std::move(all));
    return {};
}

std::vector<diagnostic> model::hints() const {
    return in_order(only(findings_in(*content_), false), *content_);
}

std::vector<model::parameter> model::parameters() const {
    std::vector<diagnostic> ignored;
    const language::environment known = known_to(*content_, ignored);
    language::checker checking(known, ignored);
    checking.check_all();
    std::vector<parameter> out;
    for (const language::parameter_info& one : checking.out().parameters)
        out.push_back({one.name, one.type, one.initial});
    return out;
}

std::string model::zone() const {
    std::vector<diagnostic> ignored;
    const language::environment known = known_to(*content_, ignored);
    return language::checker(known, ignored).out().calendar.zone;
}

std::vector<function_info> functions() {
    std::vector<function_info> out;
    for (const language::function_entry& one : language::function_table())
        out.push_back({one.name, one.chinese, one.signature, one.summary});
    return out;
}

result<std::string> format(std::string_view text, std::string_view name, const limits& within) {
    const language::parsed read = language::parse(
        language::make_source(std::string(name), std::string(text)), language::entry::file, within);
    if (!read.errors.empty()) return error(read.errors);
    return language::print(read);
}

}  // namespace merit
