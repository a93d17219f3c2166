// merit functions: every function of the language, one a line.
#include "cli/command.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"
#include "merit/model.hpp"

namespace cli {

int functions() {
    std::string text;
    for (const merit::function_info& one : merit::functions()) {
        text += std::string(one.signature);
        if (!one.chinese.empty()) text += "  " + std::string(one.chinese);
        text += "\n    " + std::string(one.summary) + "\n";
    }
    const auto done = write_text("", text);
    return done ? fine : fail(done.error());
}

}  // namespace cli
