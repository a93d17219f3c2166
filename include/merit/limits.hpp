// Every limit of the library in one place, with defaults that no honest model meets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace merit {

/// Bounds on what one text or one run may cost. Exceeding one is an E7xx error, never a crash.
struct limits {
    std::size_t source_bytes = std::size_t{16} << 20;  ///< E701: bytes of one source text
    std::size_t tokens = 2'000'000;                    ///< E702: tokens of one source text
    std::size_t nesting = 256;  ///< E703: brackets, unary signs and calls inside each other
    std::size_t parser_stack_bytes = std::size_t{160} << 10;  ///< E704: stack the parser may use
    std::size_t steps = 50'000'000;                           ///< E705: grammar steps of one parse
    std::size_t nodes = 4'000'000;                            ///< E706: nodes of one tree
    std::size_t tree_depth = 100'000;                         ///< E707: depth of one tree
    std::size_t expansions = 250'000;  ///< E708: calls of definitions, those inside them included
    std::size_t contexts = 50'000;     ///< E709: filters and windows that one request reads under
    std::size_t errors = 20;           ///< diagnostics reported at once
    std::size_t groups = 20'000'000;   ///< E710: result rows times cells of one run
};

}  // namespace merit
