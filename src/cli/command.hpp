// The commands of `merit`: each a function from its options to an exit status.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// What a command ends with.
inline constexpr int fine = 0;
inline constexpr int wrong = 1;  ///< a formula or data
inline constexpr int usage = 2;  ///< the command line itself

enum class output_format { table, csv, json };

struct run_command {
    std::vector<std::string> files;       ///< FILE.kpi, "-" is standard input
    std::vector<std::string> data;        ///< NAME=PATH
    std::vector<std::string> show;        ///< requests; none: what the files show
    std::vector<std::string> parameters;  ///< NAME=VALUE
    std::vector<std::string> only;        ///< security filters: conditions of rows
    std::vector<std::string> open_tables;
    std::string as_of;   ///< empty: the program's start
    std::string output;  ///< a path; empty: standard output
    output_format format = output_format::table;
    unsigned threads = 0;  ///< 0: as many as the machine has
    bool totals = false;
};

struct explain_command {
    run_command ask;               ///< as `run` is asked; its format is not used
    std::vector<std::string> row;  ///< "3", or NAME=VALUE for each group
    std::string column;            ///< empty: the only one, or the scorecard's score
    std::size_t most = 5;          ///< rows listed below each aggregate
    bool json = false;
};

struct check_command {
    std::vector<std::string> files;
    std::vector<std::string> data;
    bool json = false;
};

struct format_command {
    std::vector<std::string> files;
    bool check = false;
    bool write = false;
};

[[nodiscard]] int run(const run_command& how);
[[nodiscard]] int explain(const explain_command& how);
[[nodiscard]] int check(const check_command& how);
[[nodiscard]] int format(const format_command& how);
[[nodiscard]] int functions();

}  // namespace cli
