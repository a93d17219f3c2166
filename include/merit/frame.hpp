// The answer of a query: named, typed columns; rows in order of their groups; a reason on every
// blank or flagged cell.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "merit/diagnostic.hpp"
#include "merit/result.hpp"
#include "merit/value.hpp"

namespace merit {

struct explanation;      // merit/explain.hpp
struct explain_options;  // the same

/// Why a cell is blank or flagged. `none` on ordinary cells.
enum class reason : std::uint8_t {
    none,
    div0,
    no_data,
    no_target,
    no_snapshot,
    immature,
    short_window,
    not_meaningful,
    partial_blank,
    no_spread,
    changed
};

/// "div0", "no_data", …; empty for none.
[[nodiscard]] std::string_view to_string(reason why);

/// What a column of a frame is.
enum class column_role : std::uint8_t {
    group,              ///< a dimension
    value,              ///< a shown term
    part_value,         ///< of a scorecard: the raw KPI of a part
    part_score,         ///< its score, 0 to 100
    part_weight,        ///< its weight, 0 to 1
    part_contribution,  ///< weight times score, after blanks are dealt with
    score,
    rank,
    band  ///< of the whole scorecard
};

/// One column's head.
struct frame_column {
    std::string name;   ///< as shown: "win_rate", "sales_rep.score", "rep"
    std::string label;  ///< for people: "赢单率"; the name when there is no label
    std::string unit;   ///< from @unit: "percent", "days", "score"; or empty
    merit::type type;
    column_role role = column_role::value;
    /// A time dimension's unit; its cells are labels such as "2026-03".
    merit::unit period = merit::unit::none;
    std::string scorecard;  ///< parts, score, rank and band: the scorecard's name
};

/// What security filters let a run see of a table.
struct table_coverage {
    std::string table;
    std::uint64_t seen = 0;  ///< rows that they allow
    std::uint64_t rows = 0;  ///< in all
};

/// What knows how the cells of a frame came about; any number of threads may ask.
class explainer {
public:
    virtual ~explainer() = default;
    [[nodiscard]] virtual result<explanation> explain(std::size_t row, std::size_t column,
                                                      const explain_options& how) const = 0;
};

/// Immutable table of results; copying shares it.
class frame {
public:
    /// A value, and why it is blank or flagged.
    struct cell {
        merit::value value;
        reason why = reason::none;
    };
    /// All that a frame holds.
    struct content {
        std::vector<frame_column> columns;
        std::vector<cell> cells;  ///< row-major, rows × columns
        std::size_t rows = 0;
        std::size_t total_rows = 0;  ///< the last so many are totals: dropped dimensions are blank
        std::vector<diagnostic> notes;
        std::string as_of;  ///< ISO instant, or empty when every row was visible
        std::vector<table_coverage> coverage;
        std::shared_ptr<const explainer> explains;  ///< of a run; none in a frame of the host's own
    };

    /// No columns and no rows.
    frame() = default;
    /// A frame of the host's own, for example to print it.
    explicit frame(content what) : content_(std::make_shared<const content>(std::move(what))) {}

    /// Rows, totals included.
    [[nodiscard]] std::size_t rows() const noexcept { return content_->rows; }
    /// Rows that are totals; they come last. A total is recomputed from the rows, never added up.
    [[nodiscard]] std::size_t total_rows() const noexcept { return content_->total_rows; }
    /// The columns' heads: group columns first, then what was shown.
    [[nodiscard]] const std::vector<frame_column>& columns() const noexcept {
        return content_->columns;
    }
    /// One cell's value; blank_value when it is blank. Both indices must be in range. The reference
    /// lives as long as this frame or a copy of it.
    [[nodiscard]] const value& at(std::size_t row, std::size_t column) const {
        return content_->cells[row * content_->columns.size() + column].value;
    }
    /// Why a cell is blank or flagged; none when it is neither.
    [[nodiscard]] reason why(std::size_t row, std::size_t column) const {
        return content_->cells[row * content_->columns.size() + column].why;
    }
    /// Position of a column by its name; columns().size() when there is none.
    [[nodiscard]] std::size_t find(std::string_view name) const;
    /// Why a cell holds what it holds: see merit/explain.hpp. The first call runs the query again
    /// and keeps all that it made, so the data must still be what it was; later calls are one pass
    /// over the rows of each aggregate. E820 for a cell that is not there, a group column, or a
    /// frame of the host's own.
    [[nodiscard]] result<explanation> explain(std::size_t row, std::size_t column) const;
    [[nodiscard]] result<explanation> explain(std::size_t row, std::size_t column,
                                              const explain_options& how) const;
    /// What the run has to tell: keys without their row, cells made blank, rows left out.
    [[nodiscard]] const std::vector<diagnostic>& notes() const noexcept { return content_->notes; }
    /// The instant that was known, ISO 8601; empty when every row was visible.
    [[nodiscard]] const std::string& as_of() const noexcept { return content_->as_of; }
    /// Rows seen of each table that was read; empty when the query has no security filter.
    [[nodiscard]] const std::vector<table_coverage>& coverage() const noexcept {
        return content_->coverage;
    }

private:
    std::shared_ptr<const content> content_ = std::make_shared<const content>();
};

}  // namespace merit
