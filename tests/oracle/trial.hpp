// One random request put to the engine and to the oracle, and a failing one made as small as it
// gets.
#pragma once

#include "merit/model.hpp"
#include "oracle/checking.hpp"
#include "oracle/comparing.hpp"

namespace oracle {

struct outcome {
    answer rows;
    std::string error;  ///< a code, when there is no answer
};

/// The query of a request, or why there is none.
inline merit::result<merit::query> compiled(const model_spec& of, const request_spec& asked) {
    merit::model model;
    model.set_importer([&](std::string_view path) -> merit::result<std::string> {
        return of.files.find(path)->second;
    });
    for (const merit::language::known_table& one : known_tables(of)) {
        auto added = model.add_table(one.name, one.columns);
        if (!added) return added.error();
    }
    auto defined = model.define(of.definitions);
    if (!defined) return defined.error();
    return model.compile(asked.text(), {.totals = asked.totals});
}

inline outcome of_engine(const merit::query& what, const model_spec& of, const merit::tables& data,
                         std::size_t batch_rows, unsigned threads) {
    merit::run_options with;
    with.batch_rows = batch_rows;
    with.threads = threads;
    with.parameters = of.parameters;
    with.as_of = of.as_of;
    const auto frame = what.run(data, with);
    if (!frame) return {{}, frame.error().diagnostics().front().code};
    return {answer_of(*frame), {}};
}

inline outcome of_oracle(const model_spec& of, const request_spec& asked,
                         const merit::tables& data) {
    const checked program =
        check(known_tables(of), of.definitions, asked.text(), asked.totals, of.files);
    if (!program.errors.empty()) return {{}, program.errors};
    try {
        return {witness(program.what, {&data, of.parameters, of.as_of}).run(), {}};
    } catch (const refused& why) {
        return {{}, why.code};
    }
}

/// What engine and oracle do not agree on, in words; nothing when all is well.
inline std::string disagreement(const model_spec& of, const request_spec& asked, tally& count) {
    merit::result<merit::query> query = merit::error("E000", "");
    try {
        query = compiled(of, asked);
    } catch (const std::logic_error& broken) {
        return std::string("the engine breaks: ") + broken.what();
    }
    if (!query) return "it does not compile: " + query.error().to_string();
    const merit::tables data = data_of(of);
    const outcome expected = of_oracle(of, asked, data);
    if (expected.error == "unsupported") {
        ++count.unsupported;
        return {};
    }
    const outcome found = of_engine(*query, of, data, 2048, 1);
    // Which of several errors in the data is told, the language does not say.
    const std::set<std::string> of_data{"E220", "E223", "E411", "E814", "E853"};
    if (of_data.contains(found.error) && of_data.contains(expected.error)) return {};
    if (found.error != expected.error)
        return "engine says " + (found.error.empty() ? "no error" : found.error) + ", oracle " +
               (expected.error.empty() ? "no error" : expected.error);
    return difference(found.rows, expected.rows, true, count);
}

/// The same, counting nothing.
inline std::string verdict(const model_spec& of, const request_spec& asked) {
    tally ignored;
    return disagreement(of, asked, ignored);
}

/// Everything that is needed to see a case again.
inline std::string report_of(const model_spec& of, const request_spec& asked) {
    std::string out = "seed " + std::to_string(of.seed) + "\n" + of.definitions;
    out += "show " + asked.text() + (asked.totals ? "   (with totals)" : "") + "\n";
    for (const auto& [name, given] : of.parameters)
        out += "param " + name + " is " + merit::to_string(given) + "\n";
    if (of.as_of) out += "as of " + merit::to_string(merit::timestamp_value{*of.as_of}) + "\n";
    for (const auto& [path, text] : of.files) out += path + ":\n" + text;
    for (const table_spec& table : of.tables) {
        if (!table.view_of.empty()) continue;
        out += table.name + ":\n";
        for (const column_spec& one : table.columns)
            out += (&one == &table.columns[0] ? "" : ",") + one.name + ":" + one.is.to_string();
        for (std::size_t row = 0; row < table.rows; ++row) {
            out += "\n";
            for (const column_spec& one : table.columns)
                out += (&one == &table.columns[0] ? "" : ",") + merit::to_string(one.cells[row]);
        }
        out += "\n";
    }
    const merit::tables data = data_of(of);
    const outcome expected = of_oracle(of, asked, data);
    merit::result<merit::query> query = merit::error("E000", "");
    try {
        query = compiled(of, asked);
    } catch (const std::logic_error& broken) {
        out += std::string("the engine breaks: ") + broken.what() + "\n";
    }
    if (query) {
        const outcome found = of_engine(*query, of, data, 2048, 1);
        out += "engine: " + found.error + "\n" + text_of(found.rows);
    }
    return out + "oracle: " + expected.error + "\n" + text_of(expected.rows);
}

}  // namespace oracle
