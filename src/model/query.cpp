#include "merit/query.hpp"

#include <fmt/format.h>

#include "core/decimal.hpp"
#include "engine/run.hpp"
#include "explain/explain.hpp"
#include "model/content.hpp"

namespace merit {

namespace {

result<std::vector<table>> bound_tables(const plan::plan& what, const tables& data) {
    std::vector<table> out;
    for (const plan::table_use& use : what.tables) {
        if (use.frame != plan::nothing || use.expansion != plan::nothing) {  // filled by the run
            out.emplace_back();
            continue;
        }
        if (use.view_of != plan::nothing) {
            out.push_back(out[use.view_of]);
            continue;
        }
        const auto found = data.find(use.name);
        if (found == data.end()) {
            return error("E812", fmt::format("there is no data for table `{}`", use.name),
                         fmt::format("give its rows under the name `{}`", use.name));
        }
        const schema& has = found->second.schema();
        for (std::size_t i = 0; i < use.columns.fields.size(); ++i) {
            const field& wanted = use.columns.fields[i];
            if (i < has.fields.size() && has.fields[i].name == wanted.name &&
                has.fields[i].type == wanted.type)
                continue;
            return error(
                "E812",
                fmt::format("table `{}` was compiled with column `{}` as {}; its data has {}",
                            use.name, wanted.name, wanted.type.to_string(),
                            i < has.fields.size()
                                ? has.fields[i].name + " as " + has.fields[i].type.to_string()
                                : "fewer columns"),
                "compile the query with the schema of this table");
        }
        out.push_back(found->second);
    }
    return out;
}

result<std::vector<value>> bound_parameters(const plan::plan& what, const run_options& with) {
    std::vector<value> out;
    for (const plan::parameter_use& use : what.parameters) {
        const auto given = with.parameters.find(use.name);
        if (given == with.parameters.end()) {
            out.push_back(use.initial);
            continue;
        }
        value v = given->second;
        if (const auto* n = std::get_if<std::int64_t>(&v);
            n != nullptr && use.type.kind == type_kind::decimal)
            v = decimal_value{*n, 0};
        if (const auto* n = std::get_if<std::int64_t>(&v);
            n != nullptr && use.type.kind == type_kind::float64)
            v = static_cast<double>(*n);
        if (auto* d = std::get_if<decimal_value>(&v);
            d != nullptr && use.type.kind == type_kind::decimal) {
            const auto same = at_scale(*d, use.type.scale);
            if (!same)
                return error(
                    "E302",
                    fmt::format("parameter `{}` has more digits than its default", use.name),
                    "write the default with as many digits");
            *d = *same;
        }
        if (v.index() != use.initial.index() && !std::holds_alternative<blank_value>(v)) {
            return error("E302",
                         fmt::format("parameter `{}` is {}", use.name, use.type.to_string()),
                         "give a value of that type");
        }
        out.push_back(std::move(v));
    }
    return out;
}

}  // namespace

result<frame> query::run(const tables& data, const run_options& with) const {
    const plan::plan& what = content_->what;
    auto bound = bound_tables(what, data);
    if (!bound) return bound.error();
    auto parameters = bound_parameters(what, with);
    if (!parameters) return parameters.error();
    engine::run_settings settings;
    settings.threads = with.threads == 0 ? 1 : with.threads;
    settings.batch_rows = with.batch_rows == 0 ? 2048 : with.batch_rows;
    settings.as_of = with.as_of;
    settings.cancel = with.cancel;
    settings.progress = with.progress;
    settings.limits = with.limits;
    auto out = engine::run(what, *bound, *parameters, settings);
    if (out) {
        explain::origin from{content_->program, content_->documents, {}, *parameters, settings};
        for (const std::string& name : table_names()) from.tables.emplace(name, data.at(name));
        // What watched this run watches no other.
        from.settings.cancel = {};
        from.settings.progress = {};
        out->explains = explain::explainer_of(std::move(from));
        return frame(*std::move(out));
    }
    std::vector<diagnostic> placed;  // the engine knows bytes, the sources know lines
    for (const diagnostic& one : out.error().diagnostics()) {
        const std::size_t source = one.line;
        if (one.where.end == 0 || source == 0 || source > content_->documents.size()) {
            placed.push_back(one);
            continue;
        }
        placed.push_back(language::locate(*content_->documents[source - 1]->from, one.level,
                                          one.code, one.where, one.message, one.help));
    }
    return error(std::move(placed));
}

std::vector<std::string> query::table_names() const {
    std::vector<std::string> out;
    for (const plan::table_use& use : content_->what.tables)
        if (use.frame == plan::nothing && use.view_of == plan::nothing &&
            use.expansion == plan::nothing)
            out.push_back(use.name);
    return out;
}

std::string query::plan_text() const {
    return plan::to_string(content_->what);
}

const std::vector<diagnostic>& query::hints() const {
    return content_->hints;
}

}  // namespace merit
