// What `run` and `check` begin with: the files' texts, the tables' rows, and the model of both.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "merit/model.hpp"
#include "merit/query.hpp"
#include "merit/result.hpp"

namespace cli {

using named_texts = std::vector<std::pair<std::string, std::string>>;  ///< name, text

struct workspace {
    merit::model model;
    merit::tables data;
};

/// The texts of the files; every file that cannot be read is named.
[[nodiscard]] merit::result<named_texts> read_files(const std::vector<std::string>& paths);

/// Syntax errors of all the texts, before any data is read.
[[nodiscard]] merit::result<void> check_syntax(const named_texts& texts);

/// Reads the tables ("NAME=PATH") as the texts declare them, and defines the texts over them.
/// Imports are looked for beside the files, and beside what they import.
[[nodiscard]] merit::result<workspace> open_workspace(const named_texts& texts,
                                                      const std::vector<std::string>& data);

/// NAME and the rest of "NAME=…"; an empty name when the text has none.
[[nodiscard]] std::pair<std::string, std::string> split_pair(const std::string& text);

/// The first text that is no pair; nullptr when all are. A table's file has a name, a parameter's
/// text may be empty.
[[nodiscard]] const std::string* malformed(const std::vector<std::string>& pairs, bool valued);

/// What is wrong with the names of the files before any is read, in words; empty when nothing is:
/// rows of a table where definitions belong.
[[nodiscard]] std::string misplaced(const std::vector<std::string>& files);

/// What reading tables has to say to who met such an error: why a column is text (D107), a line
/// one column (D110).
[[nodiscard]] merit::error with_remarks(const merit::error& why, const merit::tables& data);

}  // namespace cli
