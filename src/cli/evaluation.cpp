#include "cli/evaluation.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/near.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"

namespace cli {

namespace {

std::int64_t now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

merit::error no_parameter(const std::string& name,
                          const std::vector<merit::model::parameter>& declared) {
    std::vector<std::string> known;
    for (const auto& one : declared) known.push_back(one.name);
    const std::vector<std::string> near = near_names(name, known);
    std::string help = "declare it in a file: param " + name + " = 10";
    if (!known.empty()) help = "the files declare " + joined(known);
    if (!near.empty()) help = "did you mean " + joined(near) + "?";
    return {"E101", "there is no parameter `" + name + "`", std::move(help)};
}

using bindings = std::map<std::string, merit::value, std::less<>>;

merit::result<bindings> bound(const std::vector<std::string>& pairs, const merit::model& model) {
    bindings out;
    const auto declared = model.parameters();
    for (const std::string& pair : pairs) {
        const auto [name, text] = split_pair(pair);
        const auto found = std::find_if(declared.begin(), declared.end(),
                                        [&, n = name](const auto& one) { return one.name == n; });
        if (found == declared.end()) return said_of("--param", no_parameter(name, declared));
        auto value = merit::read_value(text, found->type);
        if (!value) return said_of("--param " + name, value.error());
        out[name] = *value;
    }
    return out;
}

merit::result<merit::run_options> options_of(const run_command& how, const merit::model& model,
                                             std::int64_t started) {
    merit::run_options out;
    out.threads =
        how.threads != 0 ? how.threads : std::max(1U, std::thread::hardware_concurrency());
    out.as_of = started;
    if (!how.as_of.empty()) {
        const auto instant = merit::read_instant(how.as_of, model.zone());
        if (!instant) return said_of("--as-of", instant.error());
        out.as_of = *instant;
    }
    auto parameters = bound(how.parameters, model);
    if (!parameters) return parameters.error();
    out.parameters = *std::move(parameters);
    return out;
}

/// Every request is compiled before the first is run, so all their mistakes come at once.
merit::result<std::vector<merit::query>> compiled(const std::vector<std::string>& requests,
                                                  const merit::model& model,
                                                  const run_command& how) {
    std::vector<merit::query> out;
    std::vector<merit::diagnostic> errors;
    merit::compile_options with;
    with.totals = how.totals;
    with.only = how.only;
    with.open_tables = how.open_tables;
    for (const std::string& request : requests) {
        auto query = model.compile(request, with);
        if (query) {
            out.push_back(*std::move(query));
        } else {
            const auto& found = query.error().diagnostics();
            errors.insert(errors.end(), found.begin(), found.end());
        }
    }
    if (!errors.empty()) return merit::error(std::move(errors));
    return out;
}

merit::result<merit::frame> evaluated(const merit::query& query, const merit::tables& data,
                                      merit::run_options how) {
    progress line("evaluating");
    how.progress = [&](std::uint64_t rows, std::uint64_t total) { line.show(rows, rows, total); };
    return query.run(data, how);
}

}  // namespace

int evaluate(const run_command& how, evaluation& into) {
    const std::int64_t started = now();
    if (const auto* pair = malformed(how.data, true)) {
        return misused("--data takes NAME=PATH, not `" + *pair + "`");
    }
    if (const auto* pair = malformed(how.parameters, false)) {
        return misused("--param takes NAME=VALUE, not `" + *pair + "`");
    }
    if (const std::string wrong = misplaced(how.files); !wrong.empty()) return misused(wrong);
    const auto texts = read_files(how.files);
    if (!texts) return fail(texts.error());
    auto opened = open_workspace(*texts, how.data);
    if (!opened) return fail(opened.error());
    into.from = *std::move(opened);
    const auto requests = how.show.empty() ? into.from.model.shown() : how.show;
    if (requests.empty()) return misused("nothing to show: give --show, or a file with a `show`");
    const auto with = options_of(how, into.from.model, started);
    if (!with) return fail(with.error());
    auto queries = compiled(requests, into.from.model, how);
    if (!queries) return fail(with_remarks(queries.error(), into.from.data));
    into.queries = *std::move(queries);
    for (const merit::query& query : into.queries) {
        auto frame = evaluated(query, into.from.data, *with);
        if (!frame) return fail(frame.error());
        into.frames.push_back(*std::move(frame));
    }
    return fine;
}

void print_hints(const evaluation& of) {
    for (const auto& [name, rows] : of.from.data) print(notes_of(rows, false));
    std::vector<merit::diagnostic> hints;  // requests share formulas, and so their hints
    for (const merit::query& query : of.queries) {
        for (const merit::diagnostic& hint : query.hints()) {
            if (std::find(hints.begin(), hints.end(), hint) == hints.end()) hints.push_back(hint);
        }
    }
    print(hints);
}

}  // namespace cli
