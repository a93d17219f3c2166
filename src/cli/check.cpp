// merit check: every mistake and hint of the files, without evaluating anything.
#include <algorithm>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"
#include "cli/workspace.hpp"
#include "merit/merit.hpp"

namespace cli {

namespace {

using findings = std::vector<merit::diagnostic>;

void add(findings& to, const findings& from) {
    to.insert(to.end(), from.begin(), from.end());
}

merit::diagnostic syntax_only() {
    merit::diagnostic note;
    note.level = merit::severity::note;
    note.code = "D100";
    note.message = "only the syntax was checked, for there is no data";
    note.help = "give --data NAME=PATH to check names and types too";
    return note;
}

/// Without a table no name can be known, so only the syntax is looked at.
findings found_in(const named_texts& texts, const std::vector<std::string>& data) {
    if (data.empty()) {
        const auto syntax = check_syntax(texts);
        return syntax ? findings{syntax_only()} : syntax.error().diagnostics();
    }
    const auto opened = open_workspace(texts, data);
    if (!opened) return opened.error().diagnostics();
    findings all;
    for (const auto& [name, rows] : opened->data) add(all, notes_of(rows, true));
    add(all, opened->model.hints());
    if (const auto checked = opened->model.check(); !checked)
        add(all, checked.error().diagnostics());
    return all;
}

bool is_error(const merit::diagnostic& one) {
    return one.level == merit::severity::error;
}

}  // namespace

int check(const check_command& how) {
    if (how.files.empty() && how.data.empty()) return misused("nothing to check: give files");
    if (const auto* pair = malformed(how.data, true)) {
        return misused("--data takes NAME=PATH, not `" + *pair + "`");
    }
    if (const std::string wrong = misplaced(how.files); !wrong.empty()) return misused(wrong);
    const auto texts = read_files(how.files);
    const findings all = texts ? found_in(*texts, how.data) : texts.error().diagnostics();
    if (how.json) {
        std::fputs(to_json(all).c_str(), stdout);
    } else {
        print(all);
    }
    return std::any_of(all.begin(), all.end(), is_error) ? wrong : fine;
}

}  // namespace cli
