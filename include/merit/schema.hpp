// What a table promises: its columns' names and types, and the roles they play.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "merit/value.hpp"

namespace merit {

/// A column's name and type.
struct field {
    std::string name;
    merit::type type;
};

/// Names and types of a table's columns, in order.
struct schema {
    std::vector<field> fields;
    /// Position of a column, exact name; nothing when there is none.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
};

/// `role` is a name by which this table's rows refer to one row of `entity`, by its key in
/// `column`.
struct reference {
    std::string role;
    std::string entity;
    std::string column;
};

/// The roles that columns play; the `table` statement says the same in a file. Empty = not
/// declared.
struct table_options {
    std::string entity;    ///< one row per …
    std::string key;       ///< … named by this column
    std::string time;      ///< the date or timestamp that places a row
    std::string recorded;  ///< when the row was written; decides what `as of` sees
    std::string order;     ///< breaks ties of equal times
    std::vector<reference> references;
};

}  // namespace merit
