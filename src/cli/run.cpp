// merit run: evaluates every request, writes the results.
#include "cli/evaluation.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"

namespace cli {

namespace {

std::string written(const std::vector<merit::frame>& frames, output_format format) {
    if (format == output_format::json && frames.size() == 1) return merit::to_json(frames[0]);
    std::string out = format == output_format::json ? "[" : "";
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (format == output_format::json) {
            std::string one = merit::to_json(frames[i]);
            while (one.ends_with('\n')) one.pop_back();
            out += (i == 0 ? "\n" : ",\n") + one;
            continue;
        }
        if (i > 0) out += "\n";
        out += format == output_format::csv ? merit::to_csv(frames[i])
                                            : merit::to_text(frames[i], language_in_use());
    }
    return format == output_format::json ? out + "\n]\n" : out;
}

}  // namespace

int run(const run_command& how) {
    evaluation all;
    if (const int status = evaluate(how, all); status != fine) return status;
    print_hints(all);
    // A table's text holds the frame's own notes already.
    if (how.format != output_format::table)
        for (const merit::frame& frame : all.frames) print(frame.notes());
    const auto done = write_text(how.output, written(all.frames, how.format));
    return done ? fine : fail(done.error());
}

}  // namespace cli
