// merit fmt: the canonical form of files, printed, compared or written back.
#include <algorithm>
#include <cstdio>
#include <string>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"
#include "cli/workspace.hpp"
#include "merit/model.hpp"

namespace cli {

namespace {

int format_one(const std::string& path, const format_command& how) {
    const auto text = read_text(path);
    if (!text) return fail(text.error());
    const auto canonical = merit::format(*text, path == "-" ? "standard input" : path);
    if (!canonical) return fail(canonical.error());
    if (how.check) {
        if (*canonical == *text) return fine;
        std::fprintf(stderr, "%s is not in canonical form\n", path.c_str());
        return wrong;
    }
    if (how.write && *canonical == *text) return fine;
    const auto done = write_text(how.write ? path : "", *canonical);
    return done ? fine : fail(done.error());
}

}  // namespace

int format(const format_command& how) {
    if (how.files.empty()) return misused("nothing to format: give files, or - for standard input");
    if (const std::string wrong = misplaced(how.files); !wrong.empty()) return misused(wrong);
    int worst = fine;
    for (const std::string& path : how.files) worst = std::max(worst, format_one(path, how));
    return worst;
}

}  // namespace cli
