// Lengths of time as they are written in texts and files.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace merit::calendar {

/// A pattern of a length of time, "H:MM:SS" or "D H:MM": runs of D, H, M, S take digits, S(.S) a
/// fraction too, everything else stands for itself. The largest unit has no upper bound.
class duration_pattern {
public:
    [[nodiscard]] static std::optional<duration_pattern> compile(std::string_view text);
    /// Microseconds; a minus sign in front makes them negative.
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view text) const;

private:
    struct piece {
        char what;  ///< D, H, M, S, f (fraction), or = for a literal
        char literal;
        std::uint8_t digits;  ///< at least so many
        bool bounded;         ///< below the next larger unit
    };
    std::vector<piece> pieces_;
};

}  // namespace merit::calendar
