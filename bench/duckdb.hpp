// DuckDB in this process, as a peer. The library is loaded at run time (bench/fetch_duckdb).
#pragma once

#include <memory>
#include <string>

#include "answer.hpp"
#include "events.hpp"

namespace bench {

class duckdb {
public:
    /// Throws std::runtime_error when the library or a function of it is not there.
    explicit duckdb(const std::string& library_path);
    ~duckdb();
    duckdb(const duckdb&) = delete;
    duckdb& operator=(const duckdb&) = delete;

    [[nodiscard]] std::string version() const;
    void run(const std::string& sql);
    /// A query whose first column is text (the group) and whose others are doubles.
    [[nodiscard]] answer ask(const std::string& sql);
    /// Makes table `events` of the arrays; type and rep as ENUM (codes, its fastest) or VARCHAR.
    void load(const events& rows, bool as_enum);

private:
    struct library;
    std::unique_ptr<library> library_;
};

}  // namespace bench
