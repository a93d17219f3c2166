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

/// What one run may use and must know. Threads and batches never change an answer's bits.
struct run_options {
    unsigned threads = 1;
    std::size_t batch_rows = 2048;
    /// Values for `param`s; the rest keep their defaults.
    std::map<std::string, value, std::less<>> parameters;
    /// Instant, µs since 1970-01-01T00:00Z, after which nothing is known yet (read_instant). None:
    /// every row is visible.
    std::optional<std::int64_t> as_of;
    std::stop_token cancel;  ///< stopping it ends the run with E720
    merit::limits limits;
    /// Called now and then, from any of the run's threads but never from two at once. It must not
    /// throw.
    std::function<void(std::uint64_t rows, std::uint64_t total)> progress;
};

/// What `model::compile` gives. Copying shares it.
class query {
public:
    /// Evaluates over `data`, which must hold still until it returns; the frame owns its values.
    /// E812 for a table that is missing or has another schema, E811 for a key that occurs twice,
    /// E302 for a parameter of another type, E310 for an integer overflow in a value that is used,
    /// E710 and E712 for too many groups or periods, E413 for a formula that reads `as_of` when no
    /// instant was given, E720 when cancelled.
    [[nodiscard]] result<frame> run(const tables& data, const run_options& with = {}) const;

    /// Names of the tables that a run needs.
    [[nodiscard]] std::vector<std::string> table_names() const;
    /// The plan, one node a line, for people.
    [[nodiscard]] std::string plan_text() const;
    /// Hints and warnings of the formulas it uses; they live as long as the query or a copy.
    [[nodiscard]] const std::vector<diagnostic>& hints() const;

    struct content;  ///< opaque: only model::compile makes queries
    explicit query(std::shared_ptr<const content> what) : content_(std::move(what)) {}

private:
    std::shared_ptr<const content> content_;
};

}  // namespace merit
