#include "engine/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engine/failure.hpp"
#include "engine/frame_columns.hpp"
#include "engine/states/order_key.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

/// Rows of a frame that stay, as they are shown.
struct arranged {
    id frame;
    frame_rows& rows;
    const std::vector<full_column>& columns;
    std::vector<std::uint32_t> order;
};

std::vector<frame_column> heads(const plan::plan& in) {
    std::vector<frame_column> out;
    for (std::size_t i = 0; i < in.shown.by; ++i) {
        const plan::grain_key& key = in.grain[i];
        frame_column head;
        head.name = key.name;
        head.label = key.label.empty() ? key.name : key.label;
        head.type = key.type;
        if (key.calendar_unit != unit::none) head.type = {.kind = type_kind::text};
        head.role = column_role::group;
        head.period = key.calendar_unit;
        out.push_back(std::move(head));
    }
    for (const plan::result_column& one : in.shown.columns) out.push_back(one.head);
    return out;
}

/// Texts order by bytes, numbers by size; blank comes last, whichever way the rest goes.
class sorter {
public:
    sorter(const full_column& by, bool down) : view_(by.view(0)), down_(down) {}

    [[nodiscard]] int order(std::uint32_t a, std::uint32_t b) const {
        const bool x_blank = (view_.mark_at(a) & unusable) != 0;
        const bool y_blank = (view_.mark_at(b) & unusable) != 0;
        if (x_blank || y_blank) return static_cast<int>(x_blank) - static_cast<int>(y_blank);
        int apart = 0;
        if (view_.kind == lane::text) {
            apart = view_.texts.at(view_.whole[a]).compare(view_.texts.at(view_.whole[b]));
        } else {
            const int128 x = order_key(view_, a);
            const int128 y = order_key(view_, b);
            apart = x < y ? -1 : x > y ? 1 : 0;
        }
        return down_ ? -apart : apart;
    }

private:
    vector view_;
    bool down_;
};

/// Rows that `having` keeps, sorted. Totals stay: they are of everything asked.
result<void> arrange(const environment& in, frames& all, arranged& of, bool total) {
    const plan::answer& asked = in.what.shown;
    of.order.resize(of.rows.rows().size());
    std::iota(of.order.begin(), of.order.end(), 0U);
    if (of.order.empty()) return {};
    if (asked.having != nothing && !total) {
        const vector keeps = of.columns[asked.having].view(0);
        for (const std::uint32_t row : of.order) {
            if ((keeps.mark_at(row) & error_bit) != 0)
                return failure_of(in, keeps.origins[row],
                                  all.site_of(keeps.origins[row], of.frame, row));
        }
        std::erase_if(of.order, [&](std::uint32_t row) {
            return (keeps.mark_at(row) & blank_bit) != 0 || keeps.whole[row] == 0;
        });
    }
    for (const plan::sort_key& key : asked.sort) {
        const full_column& by = of.columns[key.column];
        if (by.origins.empty()) continue;
        for (const std::uint32_t row : of.order) {
            if ((by.marks[row] & error_bit) != 0)
                return failure_of(in, by.origins[row], all.site_of(by.origins[row], of.frame, row));
        }
    }
    for (const plan::sort_key& key : asked.sort) {
        if (key.currency == nothing) continue;
        const vector codes = of.columns[key.currency].view(0);
        std::optional<std::string_view> first;
        for (const std::uint32_t row : of.order) {
            if ((codes.mark_at(row) & unusable) != 0) continue;
            const std::string_view here = codes.texts.at(codes.whole[row]);
            if (first && *first != here) return mixed_order(in, of.rows.plan().columns[key.column]);
            first = here;
        }
    }
    std::vector<sorter> keys;
    for (const plan::sort_key& by : asked.sort) keys.emplace_back(of.columns[by.column], by.down);
    std::stable_sort(of.order.begin(), of.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        for (const sorter& key : keys) {
            if (const int apart = key.order(a, b); apart != 0) return apart < 0;
        }
        return false;
    });
    return {};
}

/// The currency of a row's amount, where the rows of a column have one each.
void set_currency(const full_column& from, std::uint32_t row, merit::type& into) {
    const vector codes = from.view(0);
    if ((codes.mark_at(row) & unusable) != 0) return;
    const std::string_view code = codes.texts.at(codes.whole[row]);
    if (code.size() < std::size(into.currency)) std::copy(code.begin(), code.end(), into.currency);
}

result<void> write_rows(const environment& in, frames& all, const arranged& from,
                        frame::content& into) {
    for (const std::uint32_t row : from.order) {
        const frame_row& at = from.rows.rows()[row];
        for (std::uint32_t position = 0; position < in.what.shown.by; ++position)
            into.cells.push_back({key_value(in, from.rows, at, position), reason::none});
        for (const plan::result_column& one : in.what.shown.columns) {
            const vector values = from.columns[one.column].view(0);
            const mark m = values.mark_at(row);
            if ((m & error_bit) != 0)
                return failure_of(in, values.origins[row],
                                  all.site_of(values.origins[row], from.frame, row));
            merit::type type = in.what.expressions[from.rows.plan().columns[one.column]].type;
            if (one.currency != nothing) set_currency(from.columns[one.currency], row, type);
            into.cells.push_back({to_value(values, row, type), reason_of(m)});
        }
        ++into.rows;
    }
    return {};
}

error too_many_rows(const limits& bounds) {
    return error("E710",
                 fmt::format("the rows times the columns of the result exceed the limit of {}",
                             bounds.groups),
                 "group by less, or raise limits.groups");
}

}  // namespace

merit::value key_value(const environment& in, const frame_rows& rows, const frame_row& row,
                       std::uint32_t position) {
    const plan::grain_key& key = in.what.grain[position];
    if (key.calendar_unit != unit::none) {
        const auto label = period_label(rows, row.period, position);
        return label ? merit::value(std::string(*label)) : merit::value(blank_value{});
    }
    const auto kept = rows.domain_at(position);
    if (!kept) return blank_value{};
    const key_number number = rows.key(row.group, *kept);
    if (number == blank_key) return blank_value{};
    if (key.type.kind == type_kind::text)
        return std::string(rows.domain(*kept).texts.at(static_cast<std::size_t>(number)));
    vector one;
    one.kind = lane_of(key.type);
    const auto whole = static_cast<std::int64_t>(number);
    const double real = from_ordered_bits(whole);
    one.whole = &whole;
    one.wide = &number;
    one.real = &real;
    return to_value(one, 0, key.type);
}

result<frame::content> answer_of(const environment& in, frames& all, const scan_settings& with,
                                 std::vector<row_origin>& origins) {
    frame::content out;
    out.columns = heads(in.what);
    std::size_t left = with.bounds.groups / std::max<std::size_t>(out.columns.size(), 1);
    for (std::size_t f = 0; f <= in.what.shown.totals.size(); ++f) {
        const bool total = f != 0;
        const id from = total ? in.what.shown.totals[f - 1] : in.what.shown.shown;
        auto made = all.get(from);
        if (!made) return made.error();
        arranged rows{from, (*made)->rows, (*made)->columns, {}};
        if (rows.rows.rows().size() > left) return too_many_rows(with.bounds);
        left -= rows.rows.rows().size();
        if (auto done = arrange(in, all, rows, total); !done) return done.error();
        const std::size_t before = out.rows;
        if (auto done = write_rows(in, all, rows, out); !done) return done.error();
        if (total) out.total_rows += out.rows - before;
        for (const std::uint32_t row : rows.order) origins.push_back({from, row});
    }
    return out;
}

namespace {

std::string grouped(std::size_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
    return out;
}

std::string_view article(std::string_view noun) {
    constexpr std::string_view vowels = "aeiouAEIOU";
    return !noun.empty() && vowels.find(noun.front()) != std::string_view::npos ? "an" : "a";
}

struct missing_key {
    std::string text;
    std::size_t rows;
};

/// Keys of a reference without their row, by how many rows name them.
std::vector<missing_key> count_missing(const column& keys, const key_index& index) {
    std::vector<missing_key> out;
    if (const dictionary* texts = keys.texts().get(); texts != nullptr) {
        const std::span<const std::uint32_t> rows = index.rows_by_code(*texts);
        if (std::find(rows.begin(), rows.end(), no_row) == rows.end()) return out;
        std::vector<std::size_t> counts(texts->size(), 0);
        const code_view codes{keys.data(), keys.storage()};
        for (std::size_t row = 0; row < keys.size(); ++row) {
            const std::uint32_t code = codes[row];
            if (rows[code] == no_row && keys.present(row)) ++counts[code];
        }
        for (std::size_t code = 0; code < counts.size(); ++code) {
            if (counts[code] != 0) out.push_back({std::string((*texts)[code]), counts[code]});
        }
        return out;
    }
    std::map<std::string, std::size_t> counts;
    buffer loaded;
    constexpr std::size_t batch = 4096;
    for (std::size_t first = 0; first < keys.size(); first += batch) {
        const std::size_t count = std::min(batch, keys.size() - first);
        load_column(keys, first, count, loaded);
        for (std::size_t i = 0; i < count; ++i) {
            if ((loaded.view.mark_at(i) & blank_bit) != 0) continue;
            const auto number = static_cast<std::int64_t>(payload(loaded.view, i));
            if (index.row_of(number) == no_row) ++counts[to_string(keys.at(first + i))];
        }
    }
    for (const auto& [text, rows] : counts) out.push_back({text, rows});
    return out;
}

}  // namespace

std::vector<diagnostic> missing_keys(const environment& in, look_ups& looked_up) {
    std::vector<diagnostic> out;
    for (const plan::reference_use& one : in.what.references) {
        if (!one.looked_up || one.to == nothing || one.from == nothing) continue;
        const plan::table_use& from = in.what.tables[one.from];
        const plan::table_use& to = in.what.tables[one.to];
        const column& keys = in.tables[one.from].at(one.column);
        auto index = looked_up.index(in, one.to);
        if (!index) continue;
        if (keys.texts() != nullptr) (*index)->learn(*keys.texts());
        std::vector<missing_key> missing = count_missing(keys, **index);
        if (missing.empty()) continue;
        std::stable_sort(missing.begin(), missing.end(),
                         [](const auto& a, const auto& b) { return a.rows > b.rows; });
        std::size_t rows = 0;
        std::string names;
        for (std::size_t i = 0; i < missing.size(); ++i) {
            rows += missing[i].rows;
            if (i < 3)
                names += fmt::format("{}{} ({})", i == 0 ? "" : ", ", missing[i].text,
                                     grouped(missing[i].rows));
        }
        if (missing.size() > 3) names += fmt::format(" and {} more", grouped(missing.size() - 3));
        const std::string& entity = to.entity.empty() ? one.role : to.entity;
        diagnostic note;
        note.level = severity::warning;
        note.code = "D101";
        note.message = fmt::format("{} row{} of {} name{} {} {} that {} does not have: {}",
                                   grouped(rows), rows == 1 ? "" : "s", from.name,
                                   rows == 1 ? "s" : "", article(entity), entity, to.name, names);
        note.help = fmt::format(
            "add the missing rows to {}, or correct the names; until then "
            "what {} says of them is blank",
            to.name, to.name);
        out.push_back(std::move(note));
    }
    return out;
}

}  // namespace merit::engine
