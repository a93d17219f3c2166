// UTF-8 validation of whole files.
#pragma once

#include <cstddef>
#include <string_view>

namespace merit::csv {

/// Offset of the first byte at or after `from` that is not part of valid UTF-8, or the size of the
/// text. `from` must be the start of a character.
[[nodiscard]] std::size_t first_invalid(std::string_view text, std::size_t from);

}  // namespace merit::csv
