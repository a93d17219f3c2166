// What an explanation speaks about: a program, the plan that says where its terms went, and a
// finished run of that plan.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/inspection.hpp"
#include "language/environment.hpp"
#include "language/program.hpp"
#include "plan/trace.hpp"

namespace merit::explain {

/// What a frame keeps of the run that made it.
struct origin {
    std::shared_ptr<const language::program> program;
    std::vector<language::parsed_ptr> documents;  ///< beside term.source
    std::map<std::string, table, std::less<>> tables;
    std::vector<value> parameters;  ///< beside program.parameters
    engine::run_settings settings;
};

struct subject {
    const language::program& program;
    const std::vector<language::parsed_ptr>& documents;
    std::vector<language::source_ptr> sources;  ///< beside term.source
    const std::vector<value>& parameters;
    const plan::trace& trace;
    engine::inspection& run;
};

}  // namespace merit::explain
