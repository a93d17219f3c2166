// Expressions over rows of tables, made ready before the scan: what reads one dictionary column
// only is evaluated once per code, texts that formulas make become columns, look-ups resolve.
#pragma once

#include "engine/environment.hpp"
#include "engine/look_up.hpp"

namespace merit::engine {

/// Codes of a text column, whatever their width.
struct code_view {
    const void* data = nullptr;
    merit::storage width = merit::storage::code32;

    [[nodiscard]] std::uint32_t operator[](std::size_t row) const {
        if (width == merit::storage::code8) return static_cast<const std::uint8_t*>(data)[row];
        if (width == merit::storage::code16) return static_cast<const std::uint16_t*>(data)[row];
        return static_cast<const std::uint32_t*>(data)[row];
    }
};

/// How the values of a row expression are found.
struct bound_expression {
    enum class way : std::uint8_t {
        step,     ///< computed from its operands
        column,   ///< a column of the table
        by_code,  ///< values[code of `column`], the last one for blank
        stored,   ///< values[row]
        same      ///< values[0] in every row: a text of the formula
    } how = way::step;
    plan::id table = plan::nothing;
    std::uint32_t column = 0;  ///< of that table
    full_column values;
};

/// All row expressions of a run. Immutable once prepared.
class row_bindings {
public:
    /// Roots are row expressions. Fails with E811 for a table with a key twice.
    static result<void> prepare(row_bindings& into, environment& in, look_ups& looked_up,
                                std::span<const plan::id> roots, std::size_t batch_rows);

    [[nodiscard]] const bound_expression& at(plan::id expression) const {
        return bound_[expression];
    }
    /// The dictionary of a text expression's codes.
    [[nodiscard]] const dictionary* texts_of(const environment& in, plan::id expression) const;

private:
    void analyse(const environment& in);
    void choose(const environment& in, std::span<const plan::id> roots);
    result<void> resolve(environment& in, look_ups& looked_up, plan::id expression,
                         std::size_t batch_rows);

    std::vector<bound_expression> bound_;
    std::vector<plan::id> sole_;  ///< the one text column that an expression reads
    std::vector<bool> needed_;    ///< evaluated over rows
    std::vector<bool> inside_;    ///< evaluated over codes
};

/// Loads columns and prepared expressions of any table.
class row_leaves final : public leaf_source {
public:
    row_leaves(const environment& in, const row_bindings& bound) : in_(in), bound_(bound) {}
    [[nodiscard]] bool supplies(plan::id expression) const override {
        return bound_.at(expression).how != bound_expression::way::step;
    }
    /// Loads those rows of a batch from now on, counted from its first one; nullptr: all of them.
    void select(const std::uint32_t* rows) { selected_ = rows; }
    void load(plan::id expression, std::size_t first, std::size_t count, buffer& into) override;

private:
    void load_codes(const bound_expression& from, std::size_t first, std::size_t count,
                    buffer& into);

    const environment& in_;
    const row_bindings& bound_;
    const std::uint32_t* selected_ = nullptr;
    std::vector<std::uint32_t> codes_;
};

/// Loads rows of a column as a vector: `selected` ones counted from the first, or all. The values
/// are copied only where their lane or a selection asks for it.
void load_column(const column& from, std::size_t first, std::size_t count, buffer& into,
                 const std::uint32_t* selected = nullptr);

}  // namespace merit::engine
