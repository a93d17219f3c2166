// A compiled query: immutable, and any number of threads may run it at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "merit/frame.hpp"
#include "merit/limits.hpp"
#include "merit/table.hpp"

namespace merit {

/// Tables by the names that the model knows them by.
using tables = std::map<std::string, table, std::less<>>;

struct run_options {
    unsigned threads = 1;
    std::size_t batch_rows = 2048;  ///< any number gives the same bits
    std::map<std::string, value, std::less<>>
        parameters;  ///< values for `param`s; the rest keep their defaults
    std::optional<std::int64_t>
        as_of;               ///< instant, µs since 1970-01-01T00:00Z; none: every row is visible
    std::stop_token cancel;  ///< stopping it ends the run with E720
    merit::limits limits;
    std::function<void(std::uint64_t rows, std::uint64_t total)> progress;
};

/// What `model::compile` gives. Copying shares it.
class query {
public:
    /// Evaluates over `data`. E802… E8xx for data that does not fit the model (a missing table,
    /// another schema), E310 for an integer overflow in a value that is used, E302 for a parameter
    /// of another type.
    [[nodiscard]] result<frame> run(const tables& data, const run_options& with = {}) const;

    /// Names of the tables that a run needs.
    [[nodiscard]] std::vector<std::string> table_names() const;
    /// The plan, one node a line, for people.
    [[nodiscard]] std::string plan_text() const;
    /// Hints and warnings of the formulas it uses.
    [[nodiscard]] const std::vector<diagnostic>& hints() const;

    struct content;
    explicit query(std::shared_ptr<const content> what) : content_(std::move(what)) {}

private:
    std::shared_ptr<const content> content_;
};

}  // namespace merit
