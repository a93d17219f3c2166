#include "engine/made_table.hpp"

#include <algorithm>
#include <optional>

#include "data/column_maker.hpp"
#include "engine/rows.hpp"

namespace merit::engine {

column stored(const full_column& from, std::size_t rows, const merit::type& type) {
    validity_bits validity;
    validity.reserve(rows);
    const vector view = from.view(0);
    for (std::size_t i = 0; i < rows; ++i) validity.push((view.mark_at(i) & unusable) == 0);
    const auto present = [&](std::size_t i) { return (view.mark_at(i) & unusable) == 0; };
    switch (from.kind) {
        case lane::text: {
            std::vector<std::optional<std::string_view>> texts(rows);
            for (std::size_t i = 0; i < rows; ++i)
                if (present(i)) texts[i] = view.texts.at(view.whole[i]);
            return column::of_text(texts);
        }
        case lane::wide: {
            std::vector<int128> values(rows);
            for (std::size_t i = 0; i < rows; ++i) values[i] = present(i) ? view.wide[i] : 0;
            return column_maker::own(type, storage::int128, std::move(values), validity.take());
        }
        case lane::real: {
            std::vector<double> values(rows);
            for (std::size_t i = 0; i < rows; ++i) values[i] = present(i) ? view.real[i] : 0;
            return column_maker::own(type, storage::float64, std::move(values), validity.take());
        }
        default:
            break;
    }
    if (type.kind == type_kind::boolean) {
        std::vector<std::uint8_t> values(rows);
        for (std::size_t i = 0; i < rows; ++i) values[i] = present(i) && view.whole[i] != 0;
        return column_maker::own(type, storage::byte, std::move(values), validity.take());
    }
    if (type.kind == type_kind::date) {
        std::vector<std::int32_t> values(rows);
        for (std::size_t i = 0; i < rows; ++i)
            values[i] = present(i) ? static_cast<std::int32_t>(view.whole[i]) : 0;
        return column_maker::own(type, storage::int32, std::move(values), validity.take());
    }
    std::vector<std::int64_t> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = present(i) ? view.whole[i] : 0;
    return column_maker::own(type, storage::int64, std::move(values), validity.take());
}

void add_marks(const full_column& from, std::span<const std::uint32_t> rows, std::uint32_t column,
               std::vector<marked_value>& into) {
    if (from.marks.empty()) return;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const mark is = from.marks[rows[i]];
        if (is == 0 || is == blank_bit) continue;
        const bool failed = (is & error_bit) != 0;
        into.push_back({column, i, is, failed ? from.origins[rows[i]] : plan::nothing});
    }
}

std::span<const marked_value> marked_in(std::span<const marked_value> all, std::uint32_t column) {
    const auto first = std::ranges::lower_bound(all, column, {}, &marked_value::column);
    return {first, std::ranges::upper_bound(first, all.end(), column, {}, &marked_value::column)};
}

full_column with_marks(const column& from, std::span<const marked_value> marked) {
    full_column out;
    buffer cells;
    load_column(from, 0, from.size(), cells);
    out.append(cells.view, from.size());
    out.marks.resize(from.size(), mark{0});
    for (const marked_value& one : marked) {
        out.marks[one.row] = one.is;
        if (one.origin == plan::nothing) continue;
        out.origins.resize(from.size(), plan::nothing);
        out.origins[one.row] = one.origin;
    }
    return out;
}

}  // namespace merit::engine
