#include "engine/inspection.hpp"

#include <algorithm>

#include "engine/sorting.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

result<std::unique_ptr<inspection>> inspection::make(const plan::plan& what,
                                                     std::span<const table> tables,
                                                     std::span<const value> parameters,
                                                     const run_settings& with) {
    auto run = running::make(what, tables, parameters, with);
    if (!run) return run.error();
    std::unique_ptr<inspection> made(new inspection(std::move(*run)));
    auto answer = made->run_->all();
    if (!answer) return answer.error();
    made->answer_ = std::move(*answer);
    return made;
}

evaluated* inspection::frame_at(id frame, bool early) {
    if (frame == nothing) return nullptr;
    frames& among = run_->among(early);
    if (evaluated* const known = among.known(frame); known != nullptr) return known;
    // A frame along another has no rows before that one reads it.
    if (what().frames[frame].along != nothing) return nullptr;
    const auto made = among.get(frame);
    return made ? *made : nullptr;
}

seen_value inspection::value_at(id frame, bool early, std::uint32_t row, std::uint32_t column,
                                std::string_view currency) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || column >= from->columns.size()) return {};
    const full_column& values = from->columns[column];
    if (row >= values.size()) return {};
    const vector view = values.view(0);
    const mark m = view.mark_at(row);
    seen_value out;
    out.why = reason_of(m);
    out.failed = (m & error_bit) != 0;
    if ((m & unusable) != 0) return out;
    merit::type type = what().expressions[what().frames[frame].columns[column]].type;
    if (type.kind == type_kind::money && currency.size() < std::size(type.currency))
        std::copy(currency.begin(), currency.end(), type.currency);
    out.is = to_value(view, row, type);
    return out;
}

merit::value inspection::key_at(id frame, bool early, std::uint32_t row, std::uint32_t position) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || row >= from->rows.rows().size()) return blank_value{};
    return key_value(in(), from->rows, from->rows.rows()[row], position);
}

std::string inspection::piece_at(id frame, bool early, std::uint32_t row) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || what().frames[frame].pieces_of == nothing) return {};
    if (row >= from->rows.rows().size()) return {};
    const plan::period& of = from->rows.when().periods[from->rows.rows()[row].period];
    const unit piece = what().frames[frame].piece;
    return in().calendar.label(piece, in().calendar.start_of(piece, of.nominal.from));
}

std::uint32_t inspection::row_through(id broadcast, id frame, bool early, std::uint32_t row) {
    return run_->among(early).row_through(what().broadcasts[broadcast], frame, row);
}

std::uint32_t inspection::row_of_key(id frame, bool early, const merit::value& key) {
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || from->rows.key_count() == 0) return no_row;
    const std::uint32_t position = from->rows.domain(0).position;
    const auto rows = static_cast<std::uint32_t>(from->rows.rows().size());
    for (std::uint32_t row = 0; row < rows; ++row)
        if (key_at(frame, early, row, position) == key) return row;
    const bool has_default = std::any_of(
        what().tables.begin(), what().tables.end(),
        [&](const plan::table_use& use) { return use.frame == frame && use.has_default; });
    return has_default && rows != 0 ? rows - 1 : no_row;
}

std::uint32_t inspection::row_with_key(id table, const merit::value& key) const {
    return row_named(in(), table, key);
}

std::vector<std::uint32_t> inspection::beside(id frame, bool early, std::uint32_t row,
                                              const plan::peer_window& by) {
    std::vector<std::uint32_t> out;
    evaluated* const from = frame_at(frame, early);
    if (from == nullptr || row >= from->rows.rows().size()) return out;
    const auto rows = static_cast<std::uint32_t>(from->rows.rows().size());
    const std::vector<id>& columns = what().frames[frame].columns;
    for (std::uint32_t other = 0; other < rows; ++other) {
        const auto key = [&](std::uint32_t at) {
            return key_at(frame, early, other, at) == key_at(frame, early, row, at);
        };
        const auto value = [&](id of) {
            const auto at = static_cast<std::uint32_t>(
                std::find(columns.begin(), columns.end(), of) - columns.begin());
            return value_at(frame, early, other, at).is == value_at(frame, early, row, at).is;
        };
        if (std::all_of(by.partition.begin(), by.partition.end(), key) &&
            std::all_of(by.parted.begin(), by.parted.end(), value))
            out.push_back(other);
    }
    return out;
}

id inspection::table_of(id source) const {
    while (what().sources[source].of == plan::source::relation::view)
        source = what().sources[source].which;
    return what().sources[source].which;
}

result<std::vector<seen_value>> inspection::values_of(std::span<const id> expressions,
                                                      std::span<const std::uint32_t> rows) {
    std::vector<seen_value> out;
    row_bindings bound;
    const std::size_t batch = run_->settings().batch_rows;
    auto ready = row_bindings::prepare(bound, run_->in(), run_->looked_up(), expressions, batch);
    if (!ready) return ready.error();
    row_leaves leaves(in(), bound);
    text_pool texts;
    program steps(in(), leaves, expressions, texts);
    for (const std::uint32_t row : rows) {
        steps.run(row, 1);
        for (const id one : expressions) {
            const vector& value = steps.at(one);
            const mark m = value.mark_at(0);
            seen_value& made = out.emplace_back();
            made.why = reason_of(m);
            made.failed = (m & error_bit) != 0;
            if ((m & unusable) == 0) made.is = to_value(value, 0, what().expressions[one].type);
        }
    }
    return out;
}

std::optional<inspection::share> inspection::share_at(id table, std::uint32_t row) const {
    while (what().tables[table].expansion != nothing) {
        const plan::expansion& how = what().expansions[what().tables[table].expansion];
        if (how.how == plan::expansion::kind::shares)
            return share{in().tables[table].at(how.inherited + 1).at(row),
                         in().tables[table].at(how.inherited).at(row)};
        if (in().repeated == nullptr || row >= (*in().repeated)[table].size()) break;
        row = (*in().repeated)[table][row];
        table = how.base;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> inspection::rows_shared(id table) const {
    while (what().tables[table].expansion != nothing) {
        const plan::expansion& how = what().expansions[what().tables[table].expansion];
        table = how.base;
        if (how.how == plan::expansion::kind::shares) return in().tables[table].rows();
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::size_t>> inspection::refused_cells(id expression) const {
    std::vector<id> columns;
    add_columns(what(), expression, columns);
    std::vector<std::pair<std::string, std::size_t>> out;
    for (const id one : columns) {
        const plan::expression& column = what().expressions[one];
        const table& rows = in().tables[column.over];
        if (column.with >= rows.schema().fields.size()) continue;
        const std::size_t cells = rows.at(column.with).blanked();
        if (cells != 0) out.emplace_back(rows.schema().fields[column.with].name, cells);
    }
    return out;
}

result<std::vector<inspection::cell_read>> inspection::cells_of(id expression, std::uint32_t row) {
    std::vector<id> columns;
    add_columns(what(), expression, columns);
    std::vector<cell_read> out;
    for (const id one : columns) {
        const plan::expression& column = what().expressions[one];
        const auto [base, at] = in().base_row(column.over, row);
        const auto& fields = in().tables[base].schema().fields;
        if (column.with < fields.size())  // not what an expansion adds
            out.push_back({fields[column.with].name, in().tables[base].at(column.with).at(at)});
    }
    std::vector<id> look_ups;
    add_columns(what(), expression, look_ups, plan::expression_op::look_up);
    for (const id one : look_ups) {
        const plan::expression& how = what().expressions[one];
        const id asked[] = {how.of[1]};
        const std::uint32_t rows[] = {row};
        auto keys = values_of(asked, rows);
        if (!keys) return keys.error();
        const merit::value& key = keys->front().is;
        const bool blank = std::holds_alternative<blank_value>(key);
        if (blank || !is_looked_up(in(), how.with)) continue;
        if (row_named(in(), how.with, key) != no_row) continue;
        const auto read = std::find_if(out.begin(), out.end(), [&](const cell_read& cell) {
            return cell.is == key && cell.without == nothing;
        });
        if (read != out.end()) read->without = how.with;
    }
    return out;
}

result<rows_met> inspection::rows_of(const rows_asked& which) {
    evaluated* const group = frame_at(which.frame, which.early);
    if (group == nullptr || which.row >= group->rows.rows().size()) return rows_met{};
    evaluated* const inner =
        which.inner == nothing ? nullptr : frame_at(which.inner, which.inner_early);
    sorting pass(in(), which, *group, inner, run_->times(which.early));
    row_bindings bound;
    const std::size_t batch = run_->settings().batch_rows;
    const std::vector<id> roots = pass.roots();
    auto ready = row_bindings::prepare(bound, run_->in(), run_->looked_up(), roots, batch);
    if (!ready) return ready.error();
    return pass.all(bound, batch);
}

}  // namespace merit::engine
