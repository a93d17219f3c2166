// Unpacks gzip, members one after another included.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace merit {

[[nodiscard]] bool is_gzip(std::string_view bytes);

/// The unpacked bytes; nothing when the data is damaged or ends early.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view packed);

}  // namespace merit
