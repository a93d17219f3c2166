#include <algorithm>
#include <cstring>

#include "duckdb_library.hpp"

namespace bench {

namespace {

std::string code_type(const std::vector<std::string>& names, bool as_enum) {
    if (!as_enum) return "VARCHAR";
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "'" : ",'") + name + "'";
    return "ENUM(" + list + ")";
}

/// Fills data chunks from the arrays and appends them, a vector's length at a time.
template <class Library>
class loader {
public:
    loader(Library& lib, const events& rows, bool as_enum)
        : lib_(lib), rows_(rows), as_enum_(as_enum), types_(type_names.begin(), type_names.end()) {
        types_of_columns_ = {lib.create_logical_type(timestamp_type),
                             logical(types_),
                             logical(reps_),
                             lib.create_logical_type(integer_type),
                             lib.create_logical_type(bigint_type),
                             lib.create_decimal_type(18, 2),
                             lib.create_logical_type(bigint_type)};
        chunk_ = lib.create_data_chunk(types_of_columns_.data(), types_of_columns_.size());
    }
    ~loader() {
        lib_.destroy_data_chunk(&chunk_);
        for (handle& type : types_of_columns_) lib_.destroy_logical_type(&type);
    }
    loader(const loader&) = delete;
    loader& operator=(const loader&) = delete;

    [[nodiscard]] std::string table() const {
        return "CREATE OR REPLACE TABLE events (ts TIMESTAMP, type " + code_type(types_, as_enum_) +
               ", rep " + code_type(reps_, as_enum_) +
               ", customer INTEGER, opportunity BIGINT, amount DECIMAL(18,2), score BIGINT)";
    }

    void append_all() {
        handle appender = nullptr;
        bool good = lib_.appender_create(lib_.connection, nullptr, "events", &appender) == 0;
        const std::size_t step = lib_.vector_size();
        for (std::size_t begin = 0; good && begin < rows_.rows(); begin += step) {
            fill(begin, std::min(step, rows_.rows() - begin));
            good = lib_.append_data_chunk(appender, chunk_) == 0;
        }
        good = lib_.appender_destroy(&appender) == 0 && good;
        if (!good) throw std::runtime_error("DuckDB does not take the rows");
    }

private:
    handle logical(const std::vector<std::string>& names) {
        if (!as_enum_) return lib_.create_logical_type(varchar_type);
        std::vector<const char*> texts;
        for (const std::string& name : names) texts.push_back(name.c_str());
        return lib_.create_enum_type(texts.data(), texts.size());
    }

    template <class Cell>
    void copy(index column, const Cell* from, std::size_t count) {
        const handle vector = lib_.data_chunk_get_vector(chunk_, column);
        std::copy_n(from, count, static_cast<Cell*>(lib_.vector_get_data(vector)));
    }

    void copy_codes(index column, const std::uint8_t* codes, const std::vector<std::string>& names,
                    std::size_t count) {
        if (as_enum_) return copy(column, codes, count);
        const handle vector = lib_.data_chunk_get_vector(chunk_, column);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string& text = names[codes[i]];
            lib_.vector_assign_string_element_len(vector, i, text.data(), text.size());
        }
    }

    void fill(std::size_t begin, std::size_t count) {
        lib_.data_chunk_reset(chunk_);
        copy(0, rows_.time.data() + begin, count);
        copy_codes(1, rows_.type.data() + begin, types_, count);
        copy_codes(2, rows_.rep.data() + begin, reps_, count);
        copy(3, rows_.customer.data() + begin, count);
        copy(4, rows_.opportunity.data() + begin, count);
        copy(5, rows_.amount.data() + begin, count);
        copy(6, rows_.score.data() + begin, count);
        const handle scores = lib_.data_chunk_get_vector(chunk_, 6);
        lib_.vector_ensure_validity_writable(scores);
        // A vector of DuckDB's is 2,048 rows, so its validity words begin where ours do.
        std::copy_n(rows_.score_validity.data() + begin / 64, (count + 63) / 64,
                    lib_.vector_get_validity(scores));
        lib_.data_chunk_set_size(chunk_, count);
    }

    Library& lib_;
    const events& rows_;
    bool as_enum_;
    std::vector<std::string> types_;
    std::vector<std::string> reps_ = rep_names();
    std::array<handle, 7> types_of_columns_{};
    handle chunk_ = nullptr;
};

}  // namespace

void duckdb::load(const events& rows, bool as_enum) {
    loader load_into(*library_, rows, as_enum);
    run(load_into.table());
    load_into.append_all();
}

}  // namespace bench
