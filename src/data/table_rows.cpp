#include "data/table_rows.hpp"

#include "data/column_maker.hpp"

namespace merit {

namespace {

column::words presence(const column& from, std::span<const std::uint32_t> rows) {
    validity_bits out;
    if (from.validity() == nullptr) return out.take();
    out.reserve(rows.size());
    for (const std::uint32_t row : rows) out.push(from.present(row));
    return out.take();
}

template <class Cell>
column cells_of(const column& from, std::span<const std::uint32_t> rows) {
    const Cell* const cells = static_cast<const Cell*>(from.data());
    std::vector<Cell> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) values[i] = cells[rows[i]];
    column out =
        column_maker::own(from.type(), from.storage(), std::move(values), presence(from, rows));
    column_maker::set_texts(out, from.texts());
    return out;
}

column rows_of(const column& from, std::span<const std::uint32_t> rows) {
    switch (from.storage()) {
        case storage::byte:
        case storage::code8:
            return cells_of<std::uint8_t>(from, rows);
        case storage::code16:
            return cells_of<std::uint16_t>(from, rows);
        case storage::code32:
            return cells_of<std::uint32_t>(from, rows);
        case storage::int32:
            return cells_of<std::int32_t>(from, rows);
        case storage::int64:
            return cells_of<std::int64_t>(from, rows);
        case storage::int128:
            return cells_of<int128>(from, rows);
        case storage::float64:
            return cells_of<double>(from, rows);
    }
    return {};
}

}  // namespace

table rows_of(const table& from, std::span<const std::uint32_t> rows) {
    std::vector<std::pair<std::string, column>> columns;
    for (std::size_t i = 0; i < from.schema().fields.size(); ++i)
        columns.emplace_back(from.schema().fields[i].name, rows_of(from.at(i), rows));
    return table::make(std::move(columns)).value();  // names and lengths are those of a table
}

}  // namespace merit
