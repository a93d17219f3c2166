// Reads the command line and hands over to one command. Nothing is decided here.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "cli/command.hpp"
#include "cli/report.hpp"

namespace {

constexpr const char* files_help = "files of definitions; - reads standard input";
constexpr const char* data_help = "a table's rows, from a CSV file (.gz too); may be repeated";

// An option that may be repeated must not swallow the files that follow it.
void add_list(CLI::App& to, const char* name, std::vector<std::string>& into, const char* help,
              const char* form) {
    to.add_option(name, into, help)->allow_extra_args(false)->type_name(form);
}

void add_files(CLI::App& to, std::vector<std::string>& into) {
    to.add_option("files", into, files_help)->type_name("FILE.kpi");
}

void add_run(CLI::App& app, cli::run_command& how, std::string& format,
             std::function<int()>& chosen) {
    CLI::App& run = *app.add_subcommand("run", "evaluate and print what the files or --show ask");
    add_files(run, how.files);
    add_list(run, "--data", how.data, data_help, "NAME=PATH");
    add_list(run, "--show", how.show, "a request: \"win_rate by rep, month for @2026\"", "REQUEST");
    add_list(run, "--param", how.parameters, "a value for a `param`", "NAME=VALUE");
    run.add_option("--as-of", how.as_of, "the instant that is known; default: now")
        ->type_name("DATE");
    run.add_option("--format", format, "how results are written")
        ->check(CLI::IsMember({"table", "csv", "json"}))
        ->default_str("table");
    run.add_option("--output", how.output, "write here instead of standard output")
        ->type_name("PATH");
    run.add_option("--threads", how.threads, "default: as many as the machine has")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    run.add_flag("--totals", how.totals, "also totals for each prefix of the groups");
    run.callback([&] {
        if (format == "csv") how.format = cli::output_format::csv;
        if (format == "json") how.format = cli::output_format::json;
        chosen = [&] { return cli::run(how); };
    });
}

void add_check(CLI::App& app, cli::check_command& how, std::string& format,
               std::function<int()>& chosen) {
    CLI::App& check = *app.add_subcommand("check", "say what is wrong, and evaluate nothing");
    add_files(check, how.files);
    add_list(check, "--data", how.data, data_help, "NAME=PATH");
    check.add_option("--format", format, "how diagnostics are written")
        ->check(CLI::IsMember({"text", "json"}))
        ->default_str("text");
    check.callback([&] {
        how.json = format == "json";
        chosen = [&] { return cli::check(how); };
    });
}

void add_format(CLI::App& app, cli::format_command& how, std::function<int()>& chosen) {
    CLI::App& format = *app.add_subcommand("fmt", "print files in their canonical form");
    format.add_option("files", how.files, files_help)->required()->type_name("FILE.kpi");
    CLI::Option* const check = format.add_flag("--check", how.check, "only say which files differ");
    format.add_flag("--write", how.write, "change the files")->excludes(check);
    format.callback([&] { chosen = [&] { return cli::format(how); }; });
}

int run_command_line(int count, char** arguments) {
    CLI::App app{"Merit: KPI formulas in, explained scores out.", "merit"};
    app.set_version_flag("--version", "merit " MERIT_VERSION);
    app.require_subcommand(0, 1);
    std::function<int()> chosen;
    cli::run_command run;
    cli::check_command check;
    cli::format_command format;
    std::string run_format, check_format;
    add_run(app, run, run_format, chosen);
    add_check(app, check, check_format, chosen);
    add_format(app, format, chosen);
    app.add_subcommand("functions", "list the functions of the language")->callback([&] {
        chosen = cli::functions;
    });
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& stop) {
        return app.exit(stop) == 0 ? cli::fine : cli::usage;
    }
    if (!chosen) return cli::misused("say what to do: run, check, fmt or functions");
    return chosen();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run_command_line(count, arguments);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "merit: %s\n", failure.what());
        return cli::wrong;
    }
}
