// Diagnostics as the commands write them.
#pragma once

#include <string>
#include <vector>

#include "merit/diagnostic.hpp"
#include "merit/table.hpp"

namespace cli {

/// The language of everything that is printed from now on.
void set_language(merit::text_language in);
[[nodiscard]] merit::text_language language_in_use();

/// On standard error, one after another.
void print(const std::vector<merit::diagnostic>& all);

/// A JSON array of objects, with a line break at its end.
[[nodiscard]] std::string to_json(const std::vector<merit::diagnostic>& all);

/// Prints an error and gives the exit status that goes with it.
[[nodiscard]] int fail(const merit::error& why);

/// The same error, said of an option: "error E112 in --as-of: …".
[[nodiscard]] merit::error said_of(const std::string& option, const merit::error& why);

/// What reading a table had to say. How types were inferred (D104, D105, D107, D110) is for those
/// who ask, `check`, and for those whom it stops.
[[nodiscard]] std::vector<merit::diagnostic> notes_of(const merit::table& rows, bool with_types);

/// Says what is wrong with the command line itself; gives its exit status.
[[nodiscard]] int misused(const std::string& message);

}  // namespace cli
