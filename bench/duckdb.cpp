#include "duckdb.hpp"

#include <cstring>

#include "duckdb_library.hpp"

namespace bench {

namespace {

std::string text_of(const text_cell& cell) {
    if (cell.length > 12) return {cell.pointer, cell.length};
    char bytes[12];
    std::memcpy(bytes, cell.inlined, 4);
    std::memcpy(bytes + 4, &cell.pointer, 8);
    return {bytes, cell.length};
}

}  // namespace

duckdb::duckdb(const std::string& library_path) : library_(new library(library_path)) {
    if (library_->open(nullptr, &library_->database) != 0 ||
        library_->connect(library_->database, &library_->connection) != 0) {
        throw std::runtime_error("DuckDB does not open");
    }
    run("SET autoinstall_known_extensions = false");
    run("SET autoload_known_extensions = false");
}

duckdb::~duckdb() = default;

std::string duckdb::version() const {
    return library_->library_version();
}

void duckdb::run(const std::string& sql) {
    query_result result = library_->asked(sql);
    library_->destroy_result(&result);
}

answer duckdb::ask(const std::string& sql) {
    library& lib = *library_;
    query_result result = lib.asked(sql);
    const index width = lib.column_count(&result);
    answer out;
    while (handle chunk = lib.fetch_chunk(result)) {
        const index rows = lib.data_chunk_get_size(chunk);
        for (index row = 0; row < rows; ++row) {
            const handle first = lib.data_chunk_get_vector(chunk, 0);
            measures& into = out[text_of(static_cast<text_cell*>(lib.vector_get_data(first))[row])];
            for (index column = 1; column < width; ++column) {
                const handle vector = lib.data_chunk_get_vector(chunk, column);
                const std::uint64_t* validity = lib.vector_get_validity(vector);
                const bool blank =
                    validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0;
                into.push_back(
                    blank ? std::nullopt
                          : std::optional(static_cast<double*>(lib.vector_get_data(vector))[row]));
            }
        }
        lib.destroy_data_chunk(&chunk);
    }
    lib.destroy_result(&result);
    return out;
}

}  // namespace bench
