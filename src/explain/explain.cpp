// The one door of explain: runs the traced plan once, then tells one cell after another.
#include "explain/explain.hpp"

#include <fmt/format.h>

#include <mutex>
#include <set>

#include "explain/telling.hpp"
#include "language/definitions.hpp"
#include "merit/version.hpp"

namespace merit::explain {

namespace {

class run_explainer final : public explainer {
public:
    explicit run_explainer(origin from) : from_(std::move(from)) {}

    [[nodiscard]] result<explanation> explain(std::size_t row, std::size_t column,
                                              const explain_options& how) const override {
        const std::size_t groups = from_.program->asked->by.size();
        if (column < groups)
            return error("E820", "a group column is no value, so there is nothing to explain",
                         "ask for a shown column");
        const std::lock_guard one(busy_);
        if (auto ready = prepare(); !ready) return ready.error();
        if (row >= run_->origins().size() || column - groups >= from_.program->asked->terms.size())
            return error("E820", "there is no such cell", "count rows and columns from 0");
        const std::vector<language::source_ptr> sources = this->sources();
        const subject of{*from_.program,   from_.documents, sources,
                         from_.parameters, traced_->of,     *run_};
        auto out = telling(of, how).tell(row, column - groups, from_.settings.as_of);
        if (out) add_standing(column - groups, *out);
        return out;
    }

private:
    /// The first explanation runs the plan; the rest read what it left.
    result<void> prepare() const {
        if (run_ != nullptr) return {};
        traced_ = std::make_unique<plan::traced_plan>(plan::lower_traced(*from_.program));
        auto tables = data();
        if (!tables) return tables.error();
        auto run =
            engine::inspection::make(traced_->what, *tables, from_.parameters, from_.settings);
        if (!run) return run.error();
        run_ = std::move(*run);
        return {};
    }

    [[nodiscard]] std::vector<language::source_ptr> sources() const {
        std::vector<language::source_ptr> out;
        for (const language::parsed_ptr& text : from_.documents) out.push_back(text->from);
        return out;
    }

    /// Tables by name: a traced plan may number its own otherwise.
    [[nodiscard]] result<std::vector<table>> data() const {
        std::vector<table> out;
        for (const plan::table_use& use : traced_->what.tables) {
            if (use.view_of != plan::nothing) {
                out.push_back(out[use.view_of]);
                continue;
            }
            const auto found = from_.tables.find(use.name);
            const bool made = use.frame != plan::nothing || use.expansion != plan::nothing;
            if (!made && found == from_.tables.end())
                return error("E812", fmt::format("there is no data for table `{}`", use.name),
                             fmt::format("give its rows under the name `{}`", use.name));
            out.push_back(made ? table() : found->second);
        }
        return out;
    }

    /// What the column stands on.
    void add_standing(std::size_t column, explanation& to) const {
        std::set<std::string, std::less<>> tables;
        for (const plan::table_use& use : traced_->what.tables)
            if (use.frame == plan::nothing && use.expansion == plan::nothing)
                tables.insert(use.name);
        const language::request& asked = *from_.program->asked;
        const auto reached = language::reached_definitions(from_.documents, asked.source,
                                                           asked.terms[column].written, tables);
        for (const language::reached_definition& one : reached)
            to.definitions.push_back({one.kind, one.name, one.label, one.doc, one.text});
        to.definitions_hash = "fnv1a64:" + language::hash_of(reached);
        for (std::size_t i = 0; i < from_.parameters.size(); ++i)
            to.parameters.emplace_back(from_.program->parameters[i].name, from_.parameters[i]);
        if (from_.settings.as_of) to.as_of = calendar::timestamp_text(*from_.settings.as_of);
        to.coverage = run_->answer().coverage;
        to.zone = from_.program->calendar.zone;
        to.version = version;
        name_cell(asked.terms[column].head, to.terms.front());
    }

    /// The cell bears the name that it is shown under.
    static void name_cell(const frame_column& head, explained_term& to) {
        to.name = head.name;
        if (head.label != head.name) to.label = head.label;
        if (!head.unit.empty()) to.unit = head.unit;
    }

    const origin from_;
    mutable std::mutex busy_;
    mutable std::unique_ptr<plan::traced_plan> traced_;
    mutable std::unique_ptr<engine::inspection> run_;
};

}  // namespace

std::shared_ptr<const explainer> explainer_of(origin from) {
    return std::make_shared<run_explainer>(std::move(from));
}

}  // namespace merit::explain

namespace merit {

result<explanation> frame::explain(std::size_t row, std::size_t column) const {
    return explain(row, column, {});
}

result<explanation> frame::explain(std::size_t row, std::size_t column,
                                   const explain_options& how) const {
    if (content_->explains == nullptr)
        return error("E820", "no run made this frame, so nothing is known of its cells",
                     "explain the frame that query::run gives");
    return content_->explains->explain(row, column, how);
}

}  // namespace merit
