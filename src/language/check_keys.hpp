// Whether the columns that hold the keys of one entity can be compared.
#pragma once

#include <string>
#include <vector>

#include "language/environment.hpp"
#include "language/program.hpp"

namespace merit::language {

/// Two tables hold the keys of an entity in two types, so no key of one is a key of the other.
struct key_clash {
    std::uint32_t document = nothing;  ///< where the column's role is said; nothing: by the host
    node_id node = nothing;
    std::string message;
    std::string help;
};

[[nodiscard]] std::vector<key_clash> key_clashes(const environment& in, const program& of);

}  // namespace merit::language
