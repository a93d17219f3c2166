// Whole files as text, in and out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "merit/result.hpp"

namespace cli {

/// The text of a file, of standard input for "-". E801 when it cannot be read.
[[nodiscard]] merit::result<std::string> read_text(const std::string& path);

/// One name for all paths of a file: that of `known` which is the same file, else the path itself,
/// plainly written.
[[nodiscard]] std::string one_name(const std::vector<std::string>& known, std::string_view path);

/// Writes a file whole or not at all: beside its place first, then renamed into it, under the
/// rights that it had. Devices and pipes are written as they are. An empty path or "-" is standard
/// output. E801 when it cannot be written.
[[nodiscard]] merit::result<void> write_text(const std::string& path, std::string_view text);

}  // namespace cli
