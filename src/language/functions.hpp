// The one table of functions: names in both languages, what they are, how they are called.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/function.hpp"

namespace merit::language {

enum class function_kind : std::uint8_t {
    scalar,
    aggregate,
    peer,  ///< over groups beside each other
    row    ///< over rows beside a row
};

struct function_entry {
    std::string_view name;
    std::string_view chinese;
    function_kind kind;
    function what;
    std::uint8_t least;  ///< positional arguments
    std::uint8_t most;   ///< 255: any number
    std::string_view signature;
    std::string_view summary;
};

[[nodiscard]] std::span<const function_entry> function_table();

/// By name (any case), Chinese alias or spreadsheet alias; nullptr when unknown.
[[nodiscard]] const function_entry* find_function(std::string_view name);

/// The English name of a function, for messages and printed plans.
[[nodiscard]] std::string_view name_of(function what);

/// Does an aggregate fold conditions?
[[nodiscard]] bool takes_condition(function what);

/// Up to three names of `among` that a typing slip may have meant, nearest first.
[[nodiscard]] std::vector<std::string> near_names(std::string_view wrong,
                                                  std::span<const std::string> among);

}  // namespace merit::language
