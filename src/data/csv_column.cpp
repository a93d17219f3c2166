#include "data/csv_column.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <limits>

namespace merit::csv {

namespace {

form form_of(type_kind kind) {
    switch (kind) {
        case type_kind::boolean:
            return form::boolean;
        case type_kind::int64:
            return form::int64;
        case type_kind::float64:
            return form::float64;
        case type_kind::date:
            return form::date;
        case type_kind::timestamp:
            return form::timestamp;
        case type_kind::duration:
            return form::duration;
        case type_kind::decimal:
            return form::none;  // its digits have to be seen first
        default:
            return form::text;
    }
}

bool within_int64(const number& what) {
    return what.exact && what.units <= std::numeric_limits<std::int64_t>::max() &&
           what.units >= std::numeric_limits<std::int64_t>::min();
}

}  // namespace

column_reader::column_reader(const declared_type* declared, std::string_view blank_marker)
    : declared_(declared), blank_marker_(blank_marker) {
    if (declared_ == nullptr) return;
    now_.pattern_cells.resize(declared_->asked().patterns.size());
    if (const form kind = form_of(declared_->asked().kind); kind != form::none) open(kind);
}

bool column_reader::can_refuse() const {
    return declared_ != nullptr && declared_->asked().kind != type_kind::text;
}

bool column_reader::is_blank(std::string_view cell) const {
    return cell.empty() || (!blank_marker_.empty() && cell == blank_marker_);
}

void column_reader::take(const chunk& rows, std::size_t column, std::vector<std::size_t>& bad) {
    const std::span<const std::string_view> cells = rows.column(column);
    if (can_refuse()) before_ = now_;
    if (now_.kept_as == form::none) {
        take_first(rows, cells, bad);
    } else if (now_.parsing) {
        const std::size_t parsed = parse(cells, 0, bad);
        if (parsed < cells.size()) {
            now_.parsing = false;
            classify(rows, cells, parsed, bad);
        }
    } else {
        classify(rows, cells, 0, bad);
    }
    now_.rows += cells.size();
}

/// A chunk before anything is known: its cells say what the column is.
void column_reader::take_first(const chunk& rows, std::span<const std::string_view> cells,
                               std::vector<std::size_t>& bad) {
    const bool text_lost = text_lost_;
    const std::size_t not_finite = now_.seen.count(cell_class::not_finite);
    classify(rows, cells, 0, bad);
    form kind = now_.seen.decide();
    if (declared_ != nullptr) kind = now_.seen.decide_decimal().value_or(form::decimal);
    if (kind == form::none || !now_.seen.tells()) return;
    if (kind == form::text && (text_lost || not_finite != 0)) {
        now_.parsing = false;
        return;
    }
    open(kind);
    now_.not_finite = not_finite;
    std::vector<std::size_t> known;
    parse(cells, 0, known);
}

void column_reader::undo() {
    truncate(before_.kept_as == form::none ? 0 : before_.rows);
    now_ = before_;
}

bool column_reader::unfinished() const {
    return !now_.parsing || (now_.kept_as == form::none && decided() == form::text && text_lost_);
}

form column_reader::decided() const {
    if (declared_ == nullptr) {
        const form kind = now_.seen.decide();
        return kind == form::none ? form::text : kind;
    }
    const form kind = form_of(declared_->asked().kind);
    return kind == form::none ? now_.seen.decide_decimal().value_or(form::decimal) : kind;
}

void column_reader::restart() {
    truncate(0);
    texts_ = {};
    progress fresh;
    fresh.pattern_cells.resize(now_.pattern_cells.size());
    fresh.seen = now_.seen;
    now_ = std::move(fresh);
    open(decided());
}

/// From here on cells are kept, as `kind`; the rows so far were blank.
void column_reader::open(form kind) {
    now_.kept_as = kind;
    now_.scale = kind == form::decimal || kind == form::decimal128 ? now_.seen.scale : 0;
    validity_.push_blanks(now_.rows);
    switch (kind) {
        case form::none:
            break;
        case form::boolean:
            bytes_.resize(now_.rows);
            break;
        case form::date:
            days_.resize(now_.rows);
            break;
        case form::decimal128:
            wide_.resize(now_.rows);
            break;
        case form::float64:
            doubles_.resize(now_.rows);
            break;
        case form::text:
            codes_.resize(now_.rows);
            break;
        case form::int64:
        case form::decimal:
        case form::timestamp:
        case form::duration:
            words_.resize(now_.rows);
            break;
    }
}

void column_reader::truncate(std::size_t rows) {
    validity_.truncate(rows);
    const auto cut = [rows](auto& cells) { cells.resize(std::min(cells.size(), rows)); };
    cut(bytes_);
    cut(days_);
    cut(words_);
    cut(wide_);
    cut(doubles_);
    cut(codes_);
}

void column_reader::reserve(std::size_t rows) {
    validity_.reserve(rows);
    switch (now_.kept_as) {
        case form::none:
            break;
        case form::boolean:
            bytes_.reserve(rows);
            break;
        case form::date:
            days_.reserve(rows);
            break;
        case form::decimal128:
            wide_.reserve(rows);
            break;
        case form::float64:
            doubles_.reserve(rows);
            break;
        case form::text:
            codes_.reserve(rows);
            break;
        case form::int64:
        case form::decimal:
        case form::timestamp:
        case form::duration:
            words_.reserve(rows);
            break;
    }
}

void column_reader::classify(const chunk& rows, std::span<const std::string_view> cells,
                             std::size_t from, std::vector<std::size_t>& bad) {
    for (std::size_t row = from; row < cells.size(); ++row) {
        if (declared_ == nullptr && now_.seen.decide() == form::text) return;
        const std::string_view cell = trimmed(cells[row]);
        if (is_blank(cell) || is_blank(cells[row])) {
            text_lost_ = text_lost_ || cell.size() != cells[row].size();
            continue;
        }
        if (declared_ != nullptr) {
            if (!see_decimal(cell)) bad.push_back(row);
            continue;
        }
        const form before = now_.seen.decide();
        if (now_.seen.see(cell) == cell_class::text && !surprise_) {
            surprise_ = surprise{before, now_.rows + row, rows.begin_of(row), std::string(cell)};
        }
    }
}

/// Remembers the digits of a declared decimal; false when it is none, or when no common scale
/// would be left within 38 digits.
bool column_reader::see_decimal(std::string_view cell) {
    number what = read_number(cell, spelling::declared);
    if (what.kind == cell_class::not_finite) return true;
    if (what.kind == cell_class::exponent) what = without_exponent(what).value_or(number{});
    if (what.kind == cell_class::text) return false;
    shape with = now_.seen;
    with.see(what);
    if (!with.decide_decimal()) return false;
    now_.seen = with;
    return true;
}

template <class Cell, class Read>
std::size_t column_reader::parse_as(std::vector<Cell>& into,
                                    std::span<const std::string_view> cells, std::size_t from,
                                    std::vector<std::size_t>& bad, Read read) {
    for (std::size_t row = from; row < cells.size(); ++row) {
        const std::string_view cell = trimmed(cells[row]);
        Cell value{};
        verdict found = verdict::blank;
        if (!is_blank(cell) && !is_blank(cells[row])) found = read(cell, value);
        if (found == verdict::wider) return row;
        if (found == verdict::refused) bad.push_back(row);
        if (found == verdict::not_finite) ++now_.not_finite;
        into.push_back(found == verdict::fits ? value : Cell{});
        validity_.push(found == verdict::fits);
    }
    return cells.size();
}

/// Keeps cells; stops at the row whose cell needs a wider type.
std::size_t column_reader::parse(std::span<const std::string_view> cells, std::size_t from,
                                 std::vector<std::size_t>& bad) {
    const auto with = [&]<class Cell>(std::vector<Cell>& into,
                                      verdict (column_reader::*read)(std::string_view, Cell&)) {
        return parse_as(into, cells, from, bad, [this, read](std::string_view cell, Cell& out) {
            return (this->*read)(cell, out);
        });
    };
    const bool iso = declared_ == nullptr ||
                     (declared_->asked().patterns.empty() && declared_->asked().use_offset);
    switch (now_.kept_as) {
        case form::none:
            return cells.size();
        case form::boolean:
            return with(bytes_, &column_reader::read_bool);
        case form::int64:
            return with(words_, &column_reader::read_int);
        case form::decimal:
            return with(words_, &column_reader::read_decimal);
        case form::decimal128:
            return with(wide_, &column_reader::read_decimal128);
        case form::float64:
            return with(doubles_, &column_reader::read_double);
        case form::date:
            return with(days_, &column_reader::read_date);
        case form::timestamp:
            return with(words_,
                        iso ? &column_reader::read_timestamp : &column_reader::read_declared);
        case form::duration:
            return with(words_, &column_reader::read_declared);
        case form::text:
            parse_text(cells);
            return cells.size();
    }
    return cells.size();
}

void column_reader::parse_text(std::span<const std::string_view> cells) {
    std::string_view last;
    std::uint32_t last_code = 0;
    for (const std::string_view cell : cells) {
        const bool blank = is_blank(cell);
        // Sorted and grouped files repeat themselves; a comparison is cheaper than a search.
        if (!blank && (last.data() == nullptr || cell != last)) {
            last_code = texts_.add(cell);
            last = cell;
        }
        codes_.push_back(blank ? 0 : last_code);
        validity_.push(!blank);
    }
}

column_reader::verdict column_reader::read_bool(std::string_view cell, std::uint8_t& out) {
    if (const std::optional<bool> read = read_boolean(cell)) {
        out = *read ? 1 : 0;
        return verdict::fits;
    }
    if (declared_ != nullptr && (cell == "1" || cell == "0")) {
        out = cell == "1" ? 1 : 0;
        return verdict::fits;
    }
    return misfit();
}

column_reader::verdict column_reader::read_int(std::string_view cell, std::int64_t& out) {
    const number what = read_number(cell, spelling_asked());
    if (what.kind == cell_class::not_finite) return verdict::not_finite;
    if (what.kind != cell_class::integer || !within_int64(what)) return misfit();
    now_.seen.digits = std::max(now_.seen.digits, what.digits);
    out = static_cast<std::int64_t>(what.units);
    return verdict::fits;
}

/// A number of at most `most` digits at the column's scale.
column_reader::verdict column_reader::read_exact(std::string_view cell, number& what,
                                                 unsigned most) {
    what = read_number(cell, spelling_asked());
    if (what.kind == cell_class::not_finite) return verdict::not_finite;
    if (what.kind == cell_class::exponent && declared_ != nullptr) {
        what = without_exponent(what).value_or(number{});
    }
    // A cell that is no number at all is told from one that needs more digits by classify().
    if (what.kind != cell_class::integer && what.kind != cell_class::decimal) {
        return misfit();
    }
    if (!what.exact || what.scale > now_.scale || unsigned{what.digits} + now_.scale > most) {
        return verdict::wider;
    }
    now_.seen.digits = std::max(now_.seen.digits, what.digits);
    return verdict::fits;
}

column_reader::verdict column_reader::read_decimal(std::string_view cell, std::int64_t& out) {
    number what;
    const verdict found = read_exact(cell, what, 18);
    if (found != verdict::fits) return found;
    const unsigned missing = static_cast<unsigned>(now_.scale - what.scale);
    out = static_cast<std::int64_t>(what.units) * power_of_ten(missing);
    return found;
}

column_reader::verdict column_reader::read_decimal128(std::string_view cell, int128& out) {
    number what;
    const verdict found = read_exact(cell, what, 38);
    if (found != verdict::fits) return found;
    out = what.units * wide_power_of_ten(static_cast<unsigned>(now_.scale - what.scale));
    return found;
}

column_reader::verdict column_reader::read_double(std::string_view cell, double& out) {
    const number what = read_number(cell, spelling_asked());
    if (what.kind == cell_class::not_finite) return verdict::not_finite;
    if (what.kind == cell_class::text) return misfit();
    if (what.kind != cell_class::exponent && unsigned{what.digits} + what.scale <= 15) {
        out = to_double({what.units, what.scale});
        if (out == 0 && cell.front() == '-') out = -0.0;
        return verdict::fits;
    }
    if (cell.front() == '+') cell.remove_prefix(1);
    const std::from_chars_result read =
        std::from_chars(cell.data(), cell.data() + cell.size(), out);
    if (read.ec == std::errc::result_out_of_range) {
        if (what.digits + what.exponent > 0) return verdict::not_finite;
        out = 0;
    }
    return verdict::fits;
}

column_reader::verdict column_reader::read_date(std::string_view cell, std::int32_t& out) {
    if (declared_ != nullptr) {
        std::int64_t days = 0;
        const verdict found = read_declared(cell, days);
        out = static_cast<std::int32_t>(days);
        return found;
    }
    const moment read = read_moment(cell);
    out = read.days;
    return read.kind == cell_class::date ? verdict::fits : misfit();
}

column_reader::verdict column_reader::read_timestamp(std::string_view cell, std::int64_t& out) {
    const moment read = read_moment(cell);
    if (read.kind == cell_class::text) return misfit();
    now_.cut += read.cut ? 1 : 0;
    ++(read.offset ? now_.with_offset : now_.without_offset);
    out = read.local - read.offset.value_or(0);
    return verdict::fits;
}

column_reader::verdict column_reader::read_declared(std::string_view cell, std::int64_t& out) {
    assert(declared_ != nullptr);
    std::size_t pattern = 0;
    const std::optional<std::int64_t> read = declared_->read(cell, pattern);
    if (!read) return verdict::refused;
    if (pattern < now_.pattern_cells.size()) ++now_.pattern_cells[pattern];
    out = *read;
    return verdict::fits;
}

column column_reader::finish() {
    if (now_.kept_as == form::none) {
        open(decided());
        now_.not_finite = now_.seen.count(cell_class::not_finite);
    }
    std::vector<std::uint64_t> validity = validity_.take();
    column out;
    switch (now_.kept_as) {
        case form::none:
            break;
        case form::boolean:
            out = column::of_bool(std::move(bytes_), std::move(validity));
            break;
        case form::int64:
            out = column::of_int64(std::move(words_), std::move(validity));
            break;
        case form::decimal:
            out = column::of_decimal(std::move(words_), now_.scale, std::move(validity));
            break;
        case form::decimal128:
            out = column::of_decimal128(std::move(wide_), now_.scale, std::move(validity));
            break;
        case form::float64:
            out = column::of_double(std::move(doubles_), std::move(validity));
            break;
        case form::date:
            out = column::of_date(std::move(days_), std::move(validity));
            break;
        case form::timestamp:
            out = column::of_timestamp(std::move(words_), std::move(validity));
            break;
        case form::duration:
            out = column::of_duration(std::move(words_), std::move(validity));
            break;
        case form::text:
            out = column_maker::of_codes(codes_, texts_.take(), std::move(validity));
            break;
    }
    column_maker::set_blanked(out, now_.not_finite);
    return out;
}

}  // namespace merit::csv
