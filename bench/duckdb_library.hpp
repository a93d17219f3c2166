// DuckDB's C API, found in the shared library at run time: no header of it is needed.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "duckdb.hpp"

namespace bench {

// The few declarations of DuckDB's C API that the bench uses, as its header of version 1.4 has
// them.
using handle = void*;
using index = std::uint64_t;
struct query_result {
    index deprecated_counts[3];
    void* deprecated_columns;
    char* deprecated_message;
    void* internal;
};
struct text_cell {
    std::uint32_t length;
    char inlined[4];  ///< and 8 bytes more, or a pointer in their place
    const char* pointer;
};
enum type_id : int { bigint_type = 5, timestamp_type = 12, varchar_type = 17, integer_type = 4 };

struct duckdb::library {
    explicit library(const std::string& path) : so(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (so == nullptr) throw std::runtime_error(dlerror());
    }
    ~library() {
        if (connection != nullptr) disconnect(&connection);
        if (database != nullptr) close(&database);
    }
    library(const library&) = delete;
    library& operator=(const library&) = delete;

    template <class Function>
    Function* find(const char* name) const {
        void* const found = dlsym(so, name);
        if (found == nullptr) throw std::runtime_error(std::string("DuckDB lacks ") + name);
        return reinterpret_cast<Function*>(found);
    }

    void* so = nullptr;
    handle database = nullptr;
    handle connection = nullptr;

#define MERIT_DUCKDB(name, ...) \
    std::add_pointer_t<__VA_ARGS__> name = find<__VA_ARGS__>("duckdb_" #name)
    MERIT_DUCKDB(library_version, const char*());
    MERIT_DUCKDB(open, int(const char*, handle*));
    MERIT_DUCKDB(close, void(handle*));
    MERIT_DUCKDB(connect, int(handle, handle*));
    MERIT_DUCKDB(disconnect, void(handle*));
    MERIT_DUCKDB(query, int(handle, const char*, query_result*));
    MERIT_DUCKDB(destroy_result, void(query_result*));
    MERIT_DUCKDB(result_error, const char*(query_result*));
    MERIT_DUCKDB(column_count, index(query_result*));
    MERIT_DUCKDB(fetch_chunk, handle(query_result));
    MERIT_DUCKDB(create_logical_type, handle(int));
    MERIT_DUCKDB(create_decimal_type, handle(std::uint8_t, std::uint8_t));
    MERIT_DUCKDB(create_enum_type, handle(const char**, index));
    MERIT_DUCKDB(destroy_logical_type, void(handle*));
    MERIT_DUCKDB(create_data_chunk, handle(handle*, index));
    MERIT_DUCKDB(destroy_data_chunk, void(handle*));
    MERIT_DUCKDB(data_chunk_reset, void(handle));
    MERIT_DUCKDB(data_chunk_get_vector, handle(handle, index));
    MERIT_DUCKDB(data_chunk_get_size, index(handle));
    MERIT_DUCKDB(data_chunk_set_size, void(handle, index));
    MERIT_DUCKDB(vector_size, index());
    MERIT_DUCKDB(vector_get_data, void*(handle));
    MERIT_DUCKDB(vector_get_validity, std::uint64_t*(handle));
    MERIT_DUCKDB(vector_ensure_validity_writable, void(handle));
    MERIT_DUCKDB(vector_assign_string_element_len, void(handle, index, const char*, index));
    MERIT_DUCKDB(appender_create, int(handle, const char*, const char*, handle*));
    MERIT_DUCKDB(append_data_chunk, int(handle, handle));
    MERIT_DUCKDB(appender_destroy, int(handle*));
#undef MERIT_DUCKDB

    query_result asked(const std::string& sql) {
        query_result result{};
        if (query(connection, sql.c_str(), &result) == 0) return result;
        const std::string message = result_error(&result);
        destroy_result(&result);
        throw std::runtime_error(message + " in " + sql);
    }
};

}  // namespace bench
