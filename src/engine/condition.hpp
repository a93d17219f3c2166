// Conditions of rows, each tested in the cheapest way that gives its bits: by what is known of a
// block, by codes of a dictionary, or by evaluating it.
#pragma once

#include "engine/rows.hpp"
#include "engine/selection.hpp"

namespace merit::engine {

/// A condition of rows: a boolean expression, or an instant or date that `as of` must have reached.
struct conjunct {
    plan::id condition = plan::nothing;
    bool visible = false;
    plan::id as_of = plan::nothing;  ///< of plan.constants: an instant in place of the run's
    friend auto operator<=>(const conjunct&, const conjunct&) = default;
};

/// Conditions that read the codes of one column.
class code_tests {
public:
    code_tests(const environment& in, plan::id table, std::uint32_t column);

    [[nodiscard]] bool reads(plan::id table, std::uint32_t column) const;
    /// `truth` by code, the last one for blank. `out` is where the bits go.
    void add(std::uint32_t conjunct, const std::vector<std::uint8_t>& truth);
    void run(std::size_t first, std::size_t count, std::vector<std::vector<row_word>>& out);

private:
    /// Few codes hold, or few do not.
    struct comparison {
        std::uint32_t conjunct;
        std::vector<std::uint8_t> codes;
        bool inverted;
        bool of_blank;
    };
    /// Eight conditions as the bits of one byte per code, so that a row is looked up once.
    struct look_up_table {
        std::vector<std::uint32_t> conjuncts;
        std::vector<std::uint8_t> bits;  ///< by code
        std::uint8_t of_blank = 0;
    };
    bool compare(std::uint32_t conjunct, const std::vector<std::uint8_t>& truth);
    void look_up(const look_up_table& in, std::size_t first, std::size_t count);

    plan::id table_;
    std::uint32_t at_;
    const column& codes_;
    std::vector<comparison> comparisons_;
    std::vector<look_up_table> tables_;
    std::vector<std::uint8_t> found_;
};

/// All conditions of a scan.
class condition_tests {
public:
    condition_tests(const environment& in, const row_bindings& bound, row_leaves& leaves,
                    text_pool& texts, std::span<const conjunct> all);

    /// Turns to a block of rows.
    void enter(std::size_t first);
    /// Tests the rows of a batch of that block.
    void run(std::size_t first, std::size_t count);

    /// The same answer for every row of the block, where it is known.
    [[nodiscard]] std::optional<bool> settled(std::size_t which) const { return settled_[which]; }
    /// Rows of the batch where a condition holds; bits behind the batch are 0.
    [[nodiscard]] const row_word* holds(std::size_t which) const { return holds_[which].data(); }
    /// The values of a condition that failed on some rows of the batch, else nullptr.
    [[nodiscard]] const vector* failed(std::size_t which) const;

private:
    bool bind_codes(const row_bindings& bound, std::uint32_t which);
    void read_values(std::size_t which, std::size_t count);

    const environment& in_;
    const row_bindings& bound_;
    std::span<const conjunct> all_;
    std::vector<std::optional<bool>> always_;   ///< in every block
    std::vector<std::optional<bool>> settled_;  ///< in this block
    std::vector<code_tests> by_code_;
    std::vector<std::uint32_t> evaluated_;
    program values_;
    bool ran_ = false;
    std::vector<std::vector<row_word>> holds_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace merit::engine
