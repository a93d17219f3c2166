#include "merit/schema.hpp"

namespace merit {

std::optional<std::size_t> schema::find(std::string_view name) const {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == name) return i;
    }
    return std::nullopt;
}

}  // namespace merit
