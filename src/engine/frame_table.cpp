// A frame read again as a table: the entities of a nested aggregate, the values of an attribute.
#include <numeric>

#include "data/column_maker.hpp"
#include "engine/frame_columns.hpp"
#include "engine/made_table.hpp"
#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;

namespace {

/// A key of every row as a whole column.
full_column keys_of(const frame_rows& rows, std::size_t kept) {
    const key_domain& domain = rows.domain(kept);
    full_column out;
    out.kind = lane_of(domain.type);
    for (const frame_row& row : rows.rows()) {
        const key_number key = rows.key(row.group, kept);
        const bool blank = key == blank_key;
        out.marks.push_back(static_cast<mark>(blank ? blank_bit : 0));
        if (out.kind == lane::wide)
            out.wide.push_back(blank ? 0 : key);
        else if (out.kind == lane::real)
            out.real.push_back(blank ? 0 : from_ordered_bits(static_cast<std::int64_t>(key)));
        else
            out.whole.push_back(blank ? 0 : static_cast<std::int64_t>(key));
    }
    return out;
}

column text_keys(const frame_rows& rows, std::size_t kept) {
    const key_domain& domain = rows.domain(kept);
    std::vector<std::optional<std::string_view>> texts;
    for (const frame_row& row : rows.rows()) {
        const key_number key = rows.key(row.group, kept);
        texts.emplace_back();
        if (key < foreign_key) texts.back() = domain.texts.at(static_cast<std::size_t>(key));
    }
    return column::of_text(texts);
}

}  // namespace

result<made_table> frames::as_table(const plan::table_use& use) {
    auto frame = get(use.frame);
    if (!frame) return frame.error();
    const evaluated& from = **frame;
    const std::size_t rows = from.rows.rows().size();
    std::vector<std::pair<std::string, column>> columns;
    const auto name = [&] { return use.columns.fields[columns.size()].name; };
    for (std::size_t kept = 0; kept < from.rows.key_count(); ++kept) {
        const merit::type& type = from.rows.domain(kept).type;
        const bool text = lane_of(type) == lane::text;
        columns.emplace_back(
            name() + " " + std::to_string(kept),
            text ? text_keys(from.rows, kept) : stored(keys_of(from.rows, kept), rows, type));
    }
    std::vector<std::int64_t> periods;
    const std::vector<std::uint32_t>& owners = from.rows.when().owners;
    for (const frame_row& row : from.rows.rows())
        periods.push_back(owners.empty() ? row.period : owners[row.period]);
    columns.emplace_back("period", column::of_int64(std::move(periods)));
    std::vector<marked_value> marked;
    std::vector<std::uint32_t> all(rows);
    std::iota(all.begin(), all.end(), 0U);
    for (const std::uint32_t position : use.values) {
        const full_column& values = from.columns[position];
        const id expression = from.rows.plan().columns[position];
        add_marks(values, all, static_cast<std::uint32_t>(columns.size()), marked);
        columns.emplace_back(name() + " " + std::to_string(columns.size()),
                             stored(values, rows, in_.what.expressions[expression].type));
    }
    auto made = table::make(std::move(columns));
    if (!made) return made.error();
    return made_table{std::move(*made), std::move(marked)};
}

}  // namespace merit::engine
