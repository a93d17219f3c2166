#include "merit/table.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace merit {

result<table> table::make(std::vector<std::pair<std::string, column>> columns) {
    table out;
    std::unordered_set<std::string_view> names;
    for (const auto& [name, cells] : columns) {
        if (!names.insert(name).second) {
            return error("E810", fmt::format("the table has two columns named `{}`", name),
                         "give each column a name of its own");
        }
        if (cells.size() != columns.front().second.size()) {
            return error(
                "E810",
                fmt::format("column `{}` has {} rows, but `{}` has {}", columns.front().first,
                            columns.front().second.size(), name, cells.size()),
                "give every column the same number of rows");
        }
    }
    out.rows_ = columns.empty() ? 0 : columns.front().second.size();
    for (auto& [name, cells] : columns) {
        out.schema_.fields.push_back({std::move(name), cells.type()});
        out.columns_.push_back(std::move(cells));
    }
    return out;
}

const column* table::find(std::string_view name) const {
    const std::optional<std::size_t> index = schema_.find(name);
    return index ? &columns_[*index] : nullptr;
}

}  // namespace merit
