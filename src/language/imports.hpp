// What texts see of each other. A text that is imported whole belongs to the model; of one that is
// imported by names the others see these names alone, and what nobody uses of it is not checked.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "language/environment.hpp"

namespace merit::language {

/// The name of a file that a text names: a relative one lies beside the text, so the same words in
/// two folders are two files. What has a scheme (db://…) stays as it is.
[[nodiscard]] std::string file_beside(std::string_view text, std::string_view file);

/// Beside the texts: is it imported by names only? `imported` are those that the host did not
/// define itself.
[[nodiscard]] std::vector<bool> set_aside(const std::vector<parsed_ptr>& documents,
                                          const std::set<std::string, std::less<>>& imported);

/// The key in environment.names of a definition: its name; in a text set aside, the text's too.
[[nodiscard]] std::string key_of(const environment& in, std::uint32_t document,
                                 std::string_view name);

/// Fills what each text sees beside the names of the model. E101 for a name that a text does not
/// have, E103 for one that is there already.
void see_imports(environment& in, std::vector<diagnostic>& errors);

}  // namespace merit::language
