// Reads the command line and hands over to one command. Nothing is decided here.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/near.hpp"
#include "cli/report.hpp"

namespace {

constexpr const char* files_help = "files of definitions; - reads standard input";
constexpr const char* data_help = "a table's rows, from a CSV file (.gz too); may be repeated";

// An option that may be repeated must not swallow the files that follow it.
void add_list(CLI::App& to, const char* name, std::vector<std::string>& into, const char* help,
              const char* form) {
    to.add_option(name, into, help)->allow_extra_args(false)->type_name(form);
}

/// An option whose value is one of a few words, the first unless given.
void add_choice(CLI::App& to, const char* name, std::string& into, const char* help,
                const std::vector<std::string>& words) {
    std::string form;
    for (const std::string& word : words) form += (form.empty() ? "" : "|") + word;
    const auto known = [words, form](const std::string& given) -> std::string {
        if (std::find(words.begin(), words.end(), given) != words.end()) return {};
        return "`" + given + "` is none of " + form;
    };
    to.add_option(name, into, help)
        ->check(CLI::Validator(known, ""))
        ->type_name(form)
        ->default_str(words.front());
}

bool is_number(const std::string& given, unsigned least, unsigned most) {
    unsigned count = 0;
    const char* const end = given.data() + given.size();
    const auto read = std::from_chars(given.data(), end, count);
    return read.ec == std::errc() && read.ptr == end && count >= least && count <= most;
}

std::string no_thread_count(const std::string& given) {
    return is_number(given, 1, 1024) ? "" : "`" + given + "` is no number from 1 to 1024";
}

std::string no_row_count(const std::string& given) {
    return is_number(given, 0, 1'000'000) ? "" : "`" + given + "` is no number from 0 to 1000000";
}

void add_files(CLI::App& to, std::vector<std::string>& into) {
    to.add_option("files", into, files_help)->type_name("FILE.kpi");
}

void add_language(CLI::App& to, std::string& into) {
    add_choice(to, "--lang", into, "the language of all that is told", {"en", "zh"});
}

/// What is asked, of which data, in which state of knowledge.
void add_request(CLI::App& run, cli::run_command& how) {
    add_files(run, how.files);
    add_list(run, "--data", how.data, data_help, "NAME=PATH");
    add_list(run, "--show", how.show, "a request: \"win_rate by rep, month for @2026\"", "REQUEST");
    add_list(run, "--param", how.parameters, "a value for a `param`", "NAME=VALUE");
    add_list(run, "--only", how.only, "a security filter, which no formula can drop", "CONDITION");
    add_list(run, "--open", how.open_tables, "a table that --only need not reach", "TABLE");
    run.add_option("--as-of", how.as_of, "the instant that is known; default: now")
        ->type_name("DATE");
    run.add_option("--output", how.output, "write here instead of standard output")
        ->type_name("PATH");
    run.add_option("--threads", how.threads, "default: as many as the machine has")
        ->check(CLI::Validator(no_thread_count, ""))
        ->type_name("N");
    run.add_flag("--totals", how.totals, "also totals for each prefix of the groups");
}

void add_run(CLI::App& app, cli::run_command& how, std::string& format,
             std::function<int()>& chosen) {
    CLI::App& run = *app.add_subcommand("run", "evaluate and print what the files or --show ask");
    add_request(run, how);
    add_choice(run, "--format", format, "how results are written", {"table", "csv", "json"});
    run.callback([&] {
        if (format == "csv") how.format = cli::output_format::csv;
        if (format == "json") how.format = cli::output_format::json;
        chosen = [&] { return cli::run(how); };
    });
}

void add_explain(CLI::App& app, cli::explain_command& how, std::string& format,
                 std::function<int()>& chosen) {
    CLI::App& explain = *app.add_subcommand(
        "explain", "say how one value came about, down to the rows of the tables");
    add_request(explain, how.ask);
    add_list(explain, "--row", how.row,
             "which row: its number, or a group such as 'rep=Ann'; may be repeated",
             "N|NAME=VALUE");
    explain.add_option("--column", how.column, "which column; default: the only one, or the score")
        ->type_name("NAME");
    explain.add_option("-k", how.most, "so many rows are listed below each aggregate")
        ->check(CLI::Validator(no_row_count, ""))
        ->type_name("N")
        ->default_str("5");
    add_choice(explain, "--format", format, "how it is written", {"text", "json"});
    explain.callback([&] {
        how.json = format == "json";
        chosen = [&] { return cli::explain(how); };
    });
}

void add_check(CLI::App& app, cli::check_command& how, std::string& format,
               std::function<int()>& chosen) {
    CLI::App& check = *app.add_subcommand("check", "say what is wrong, and evaluate nothing");
    add_files(check, how.files);
    add_list(check, "--data", how.data, data_help, "NAME=PATH");
    add_choice(check, "--format", format, "how diagnostics are written", {"text", "json"});
    check.callback([&] {
        how.json = format == "json";
        chosen = [&] { return cli::check(how); };
    });
}

void add_format(CLI::App& app, cli::format_command& how, std::function<int()>& chosen) {
    CLI::App& format = *app.add_subcommand("fmt", "print files in their canonical form");
    add_files(format, how.files);
    CLI::Option* const check = format.add_flag("--check", how.check, "only say which files differ");
    format.add_flag("--write", how.write, "change the files")->excludes(check);
    format.callback([&] { chosen = [&] { return cli::format(how); }; });
}

/// The long options of a command.
std::vector<std::string> options_of(const CLI::App& command) {
    std::vector<std::string> out;
    for (const CLI::Option* const one : command.get_options())
        for (const std::string& name : one->get_lnames()) out.push_back("--" + name);
    return out;
}

std::vector<std::string> commands_of(const CLI::App& app) {
    std::vector<std::string> out;
    for (const CLI::App* const one : app.get_subcommands({})) out.push_back(one->get_name());
    return out;
}

/// A word that nothing takes, with what may be meant.
std::string unknown_word(const CLI::App& app, const std::string& extra) {
    const std::string bare = extra.substr(0, extra.find('='));
    const auto meant = [](const std::string& wrong, const std::vector<std::string>& known) {
        const std::vector<std::string> near = cli::near_names(wrong, known);
        return near.empty() ? std::string() : ": did you mean `" + near.front() + "`?";
    };
    const auto commands = app.get_subcommands();
    const auto known = app.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* const one : known) {
        const bool chosen = commands.empty() || commands[0] == one;
        if (chosen && extra.starts_with('-') && one->get_option_no_throw(bare) != nullptr)
            return "`" + bare + "` stands behind a command: merit " + one->get_name() + " " + bare;
    }
    if (!commands.empty())
        return commands[0]->get_name() + " takes no `" + extra + "`" +
               (extra.starts_with('-') ? meant(bare, options_of(*commands[0])) : "");
    if (extra.starts_with('-'))
        return "there is no option `" + extra + "`" + meant(bare, {"--help", "--version"});
    if (extra == "help") return "say merit --help, or merit run --help";
    if (extra.ends_with(".kpi")) return "say what to do with it: merit run " + extra;
    const std::string near = meant(extra, commands_of(app));
    return "there is no command `" + extra + "`" +
           (near.empty() ? ": say run, explain, check, fmt or functions" : near);
}

/// What CLI11 found wrong, in the words of this program.
std::string complaint(const CLI::App& app, const CLI::ParseError& stop) {
    const std::string text = stop.what();
    const auto kind = static_cast<CLI::ExitCodes>(stop.get_exit_code());
    if (kind == CLI::ExitCodes::ArgumentMismatch) {
        return text.substr(0, text.find(':')) + " needs a value";
    }
    if (kind != CLI::ExitCodes::ExtrasError) return text;
    return unknown_word(app, app.remaining(true).front());
}

/// The language is asked for where nothing else is right too.
void take_language(int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
        const std::string_view here = arguments[i];
        const std::string_view next = i + 1 < count ? arguments[i + 1] : "";
        if (here == "--lang=zh" || (here == "--lang" && next == "zh"))
            cli::set_language(merit::text_language::chinese);
    }
}

int run_command_line(int count, char** arguments) {
    CLI::App app{"Merit: KPI formulas in, explained scores out.", "merit"};
    app.set_version_flag("--version", "merit " MERIT_VERSION);
    app.require_subcommand(0, 1);
    std::function<int()> chosen;
    cli::run_command run;
    cli::explain_command explain;
    cli::check_command check;
    cli::format_command format;
    std::string run_format, explain_format, check_format, language;
    add_run(app, run, run_format, chosen);
    add_explain(app, explain, explain_format, chosen);
    add_check(app, check, check_format, chosen);
    add_format(app, format, chosen);
    for (CLI::App* const command : app.get_subcommands({})) add_language(*command, language);
    app.add_subcommand("functions", "list the functions of the language")->callback([&] {
        chosen = cli::functions;
    });
    take_language(count, arguments);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& stop) {
        if (stop.get_exit_code() == 0) return app.exit(stop);  // help and version
        return cli::misused(complaint(app, stop));
    }
    if (language != "zh") cli::set_language(merit::text_language::english);
    if (!chosen) return cli::misused("say what to do: run, explain, check, fmt or functions");
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
