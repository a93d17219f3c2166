// The arguments of a scan's cells, evaluated where rows are kept only.
#pragma once

#include "engine/scan.hpp"
#include "engine/selection.hpp"

namespace merit::engine {

/// Filters whose arguments share no work have programs of their own, which run on the rows that
/// the filter keeps, moved together, where those are few. The rest share one program, so that a
/// sub-expression is evaluated once whatever the number of filters.
class arguments {
public:
    /// `stored` tells by cell whose argument is read where it lies.
    arguments(const environment& in, row_leaves& leaves, text_pool& texts, const scan_plan& what,
              const std::vector<const column*>& stored, std::size_t batch_rows);

    /// `kept` by filter.
    void run(std::size_t first, std::size_t count, std::vector<selection>& kept);
    /// Values of an argument of cells with a filter that keeps rows of the batch.
    [[nodiscard]] const vector* at(std::size_t filter, plan::id expression) const;
    /// Where the values of kept rows are; nullptr: at the rows.
    [[nodiscard]] const std::uint32_t* places(std::size_t filter) const;

private:
    struct part {
        program steps;
        std::vector<std::uint32_t> filters;
        bool compact = false;
    };
    void add(const environment& in, text_pool& texts, std::vector<std::uint32_t> filters,
             const std::vector<std::vector<plan::id>>& roots);

    row_leaves& leaves_;
    std::vector<part> parts_;
    std::vector<std::size_t> part_of_;  ///< by filter
    std::vector<std::uint32_t> counting_;
};

}  // namespace merit::engine
