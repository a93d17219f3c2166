#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>

#include "data/column_maker.hpp"
#include "data/dictionary_builder.hpp"
#include "data/zone_map.hpp"

namespace merit {

namespace {

std::size_t words_for(std::size_t rows) {
    return (rows + 63) / 64;
}

bool bit_of(column::words_view validity, std::size_t row) {
    return (validity[row / 64] >> (row % 64) & 1) != 0;
}

/// Whether the first `rows` bits are all 1.
bool all_present(column::words_view validity, std::size_t rows) {
    for (std::size_t row = 0; row < rows; row += 64) {
        const std::size_t left = rows - row;
        const std::uint64_t wanted =
            left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
        if ((validity[row / 64] & wanted) != wanted) return false;
    }
    return true;
}

template <class Cell>
constexpr merit::storage storage_of() {
    if constexpr (std::is_same_v<Cell, std::int32_t>) return storage::int32;
    if constexpr (std::is_same_v<Cell, std::int64_t>) return storage::int64;
    if constexpr (std::is_same_v<Cell, int128>) return storage::int128;
    if constexpr (std::is_same_v<Cell, double>) return storage::float64;
    if constexpr (std::is_same_v<Cell, std::uint8_t>) return storage::code8;
    if constexpr (std::is_same_v<Cell, std::uint16_t>) return storage::code16;
    return storage::code32;
}

merit::type type_of(type_kind kind, std::uint8_t scale = 0) {
    merit::type out;
    out.kind = kind;
    out.scale = scale;
    return out;
}

/// Whether every number is finite: adding up x − x stays 0 without a branch per row.
bool all_finite(std::span<const double> values) {
    double sum = 0;
    for (const double each : values) sum += each - each;
    return sum == 0;
}

template <class Code>
bool all_below(std::span<const Code> codes, std::size_t size) {
    if (size > std::numeric_limits<Code>::max()) return true;
    Code highest = 0;
    for (const Code code : codes) highest = std::max(highest, code);
    return highest < size;
}

/// A validity that can be written, one bit per row.
column::words writable(column::words_view validity, std::size_t rows) {
    column::words out(validity.begin(), validity.end());
    out.resize(words_for(rows), validity.empty() ? ~std::uint64_t{0} : 0);
    return out;
}

template <class Code>
column narrow(const std::vector<std::uint32_t>& codes, std::shared_ptr<const dictionary> texts,
              column::words validity) {
    std::vector<Code> cells(codes.size());
    for (std::size_t row = 0; row < codes.size(); ++row) cells[row] = static_cast<Code>(codes[row]);
    column out = column_maker::own(type_of(type_kind::text), storage_of<Code>(), std::move(cells),
                                   std::move(validity));
    column_maker::set_texts(out, std::move(texts));
    return out;
}

}  // namespace

struct column::lazy {
    std::once_flag once;
    zone_map zones;
};

void validity_bits::push_blanks(std::size_t rows) {
    for (; rows != 0 && rows_ % 64 != 0; --rows) push(false);
    rows_ += rows;
    blanks_ += rows;
    words_.resize(words_for(rows_), 0);
}

void validity_bits::truncate(std::size_t rows) {
    if (rows >= rows_) return;
    // Only the words that change are counted, for long columns are cut a little at a time.
    const auto present_from = [this](std::size_t word) {
        std::size_t present = 0;
        for (; word < words_.size(); ++word) {
            present += static_cast<std::size_t>(std::popcount(words_[word]));
        }
        return present;
    };
    std::size_t dropped = present_from(rows / 64);
    words_.resize(words_for(rows));
    if (rows % 64 != 0) {
        words_.back() &= (std::uint64_t{1} << (rows % 64)) - 1;
        dropped -= present_from(rows / 64);
    }
    blanks_ -= rows_ - rows - dropped;
    rows_ = rows;
}

std::vector<std::uint64_t> validity_bits::take() {
    if (blanks_ == 0) words_.clear();
    return std::move(words_);
}

template <class Cell>
column column_maker::own(merit::type type, merit::storage storage, std::vector<Cell> values,
                         column::words validity) {
    column out;
    out.type_ = type;
    out.storage_ = storage;
    out.size_ = values.size();
    out.lazy_ = std::make_shared<column::lazy>();
    if (!validity.empty()) {
        validity.resize(words_for(values.size()), 0);
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (!bit_of(validity, row)) values[row] = Cell{};
        }
        if (!all_present(validity, values.size())) {
            auto owner = std::make_shared<const column::words>(std::move(validity));
            out.validity_ = owner->data();
            out.validity_owner_ = std::move(owner);
        }
    }
    auto owner = std::make_shared<const std::vector<Cell>>(std::move(values));
    out.data_ = owner->data();
    out.values_owner_ = std::move(owner);
    return out;
}

template <class Cell>
column column_maker::view(merit::type type, merit::storage storage, std::span<const Cell> values,
                          column::words_view validity) {
    column out;
    out.type_ = type;
    out.storage_ = storage;
    out.size_ = values.size();
    out.data_ = values.data();
    out.lazy_ = std::make_shared<column::lazy>();
    if (validity.empty()) return out;
    if (validity.size() < words_for(values.size())) {
        column::words longer(validity.begin(), validity.end());
        longer.resize(words_for(values.size()), 0);
        auto owner = std::make_shared<const column::words>(std::move(longer));
        out.validity_ = owner->data();
        out.validity_owner_ = std::move(owner);
    } else if (!all_present(validity, values.size())) {
        out.validity_ = validity.data();
    }
    return out;
}

column column_maker::of_codes(const std::vector<std::uint32_t>& codes,
                              std::vector<std::string> texts, column::words validity) {
    if (texts.empty() && !codes.empty()) {
        // So that the code 0 of the blanks is an index: a table per code needs no special case.
        texts.emplace_back();
    }
    auto shared = std::make_shared<const dictionary>(std::move(texts));
    if (shared->size() <= 256) {
        return narrow<std::uint8_t>(codes, std::move(shared), std::move(validity));
    }
    if (shared->size() <= 65'536) {
        return narrow<std::uint16_t>(codes, std::move(shared), std::move(validity));
    }
    return narrow<std::uint32_t>(codes, std::move(shared), std::move(validity));
}

namespace {

template <class Cell>
column taken_cells(const column& from, std::span<const std::uint32_t> rows) {
    const Cell* cells = static_cast<const Cell*>(from.data());
    std::vector<Cell> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) values[i] = cells[rows[i]];
    validity_bits validity;
    if (from.validity() != nullptr) {
        validity.reserve(rows.size());
        for (const std::uint32_t row : rows) validity.push(from.present(row));
    }
    return column_maker::own(from.type(), from.storage(), std::move(values), validity.take());
}

}  // namespace

column column_maker::taken(const column& from, std::span<const std::uint32_t> rows) {
    column out;
    switch (from.storage()) {
        case storage::byte:
        case storage::code8:
            out = taken_cells<std::uint8_t>(from, rows);
            break;
        case storage::code16:
            out = taken_cells<std::uint16_t>(from, rows);
            break;
        case storage::code32:
            out = taken_cells<std::uint32_t>(from, rows);
            break;
        case storage::int32:
            out = taken_cells<std::int32_t>(from, rows);
            break;
        case storage::int64:
            out = taken_cells<std::int64_t>(from, rows);
            break;
        case storage::int128:
            out = taken_cells<int128>(from, rows);
            break;
        case storage::float64:
            out = taken_cells<double>(from, rows);
            break;
    }
    out.texts_ = from.texts_;
    return out;
}

template <class Code>
column column_maker::view_codes(std::span<const Code> codes, column::texts_pointer texts,
                                column::words_view validity) {
    const std::size_t known = texts == nullptr ? 0 : texts->size();
    column out;
    if (all_below(codes, known)) {
        out = view(type_of(type_kind::text), storage_of<Code>(), codes, validity);
    } else {
        std::size_t blanked = 0;
        column::words present = writable(validity, codes.size());
        std::vector<Code> cells(codes.begin(), codes.end());
        for (std::size_t row = 0; row < cells.size(); ++row) {
            if (cells[row] < known) continue;
            blanked += bit_of(present, row) ? 1 : 0;
            present[row / 64] &= ~(std::uint64_t{1} << (row % 64));
        }
        out =
            own(type_of(type_kind::text), storage_of<Code>(), std::move(cells), std::move(present));
        out.blanked_ = blanked;
    }
    out.texts_ = known != 0 ? std::move(texts)
                            : std::make_shared<const dictionary>(std::vector<std::string>(1));
    return out;
}

column column_maker::owned_double(std::vector<double> values, column::words validity) {
    const merit::type type = type_of(type_kind::float64);
    if (all_finite(values)) {
        return own(type, storage::float64, std::move(values), std::move(validity));
    }
    std::size_t blanked = 0;
    column::words present = writable(validity, values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (std::isfinite(values[row])) continue;
        blanked += bit_of(present, row) ? 1 : 0;
        present[row / 64] &= ~(std::uint64_t{1} << (row % 64));
    }
    column out = own(type, storage::float64, std::move(values), std::move(present));
    out.blanked_ = blanked;
    return out;
}

column column::of_bool(std::vector<std::uint8_t> values, words validity) {
    for (std::uint8_t& each : values) each = each != 0 ? 1 : 0;
    return column_maker::own(type_of(type_kind::boolean), storage::byte, std::move(values),
                             std::move(validity));
}

column column::of_int64(std::vector<std::int64_t> values, words validity) {
    return column_maker::own(type_of(type_kind::int64), storage::int64, std::move(values),
                             std::move(validity));
}

column column::of_decimal(std::vector<std::int64_t> units, std::uint8_t scale, words validity) {
    return column_maker::own(type_of(type_kind::decimal, scale), storage::int64, std::move(units),
                             std::move(validity));
}

column column::of_decimal128(std::vector<int128> units, std::uint8_t scale, words validity) {
    return column_maker::own(type_of(type_kind::decimal, scale), storage::int128, std::move(units),
                             std::move(validity));
}

column column::of_double(std::vector<double> values, words validity) {
    return column_maker::owned_double(std::move(values), std::move(validity));
}

column column::of_date(std::vector<std::int32_t> days, words validity) {
    return column_maker::own(type_of(type_kind::date), storage::int32, std::move(days),
                             std::move(validity));
}

column column::of_timestamp(std::vector<std::int64_t> microseconds, words validity) {
    return column_maker::own(type_of(type_kind::timestamp), storage::int64, std::move(microseconds),
                             std::move(validity));
}

column column::of_duration(std::vector<std::int64_t> microseconds, words validity) {
    return column_maker::own(type_of(type_kind::duration), storage::int64, std::move(microseconds),
                             std::move(validity));
}

column column::of_text(std::span<const std::optional<std::string_view>> values) {
    dictionary_builder texts;
    std::vector<std::uint32_t> codes;
    validity_bits validity;
    codes.reserve(values.size());
    for (const std::optional<std::string_view>& each : values) {
        codes.push_back(each ? texts.add(*each) : 0);
        validity.push(each.has_value());
    }
    return column_maker::of_codes(codes, texts.take(), validity.take());
}

column column::of_text(const std::vector<std::string>& values) {
    dictionary_builder texts;
    std::vector<std::uint32_t> codes;
    codes.reserve(values.size());
    for (const std::string& each : values) codes.push_back(texts.add(each));
    return column_maker::of_codes(codes, texts.take(), {});
}

column column::view_int64(std::span<const std::int64_t> values, words_view validity) {
    return column_maker::view(type_of(type_kind::int64), storage::int64, values, validity);
}

column column::view_decimal(std::span<const std::int64_t> units, std::uint8_t scale,
                            words_view validity) {
    return column_maker::view(type_of(type_kind::decimal, scale), storage::int64, units, validity);
}

column column::view_double(std::span<const double> values, words_view validity) {
    if (all_finite(values)) {
        return column_maker::view(type_of(type_kind::float64), storage::float64, values, validity);
    }
    return column_maker::owned_double({values.begin(), values.end()},
                                      {validity.begin(), validity.end()});
}

column column::view_date(std::span<const std::int32_t> days, words_view validity) {
    return column_maker::view(type_of(type_kind::date), storage::int32, days, validity);
}

column column::view_timestamp(std::span<const std::int64_t> microseconds, words_view validity) {
    return column_maker::view(type_of(type_kind::timestamp), storage::int64, microseconds,
                              validity);
}

column column::view_codes(std::span<const std::uint8_t> codes, texts_pointer texts,
                          words_view validity) {
    return column_maker::view_codes(codes, std::move(texts), validity);
}

column column::view_codes(std::span<const std::uint16_t> codes, texts_pointer texts,
                          words_view validity) {
    return column_maker::view_codes(codes, std::move(texts), validity);
}

column column::view_codes(std::span<const std::uint32_t> codes, texts_pointer texts,
                          words_view validity) {
    return column_maker::view_codes(codes, std::move(texts), validity);
}

value column::at(std::size_t row) const {
    if (!present(row)) return blank_value{};
    const auto cell = [this, row]<class Cell>(Cell) {
        return static_cast<const Cell*>(data_)[row];
    };
    switch (storage_) {
        case storage::byte:
            return cell(std::uint8_t{}) != 0;
        case storage::int32:
            return date_value{cell(std::int32_t{})};
        case storage::float64:
            return cell(double{});
        case storage::int128:
            return decimal_value{cell(int128{}), type_.scale};
        case storage::code8:
            return std::string((*texts_)[cell(std::uint8_t{})]);
        case storage::code16:
            return std::string((*texts_)[cell(std::uint16_t{})]);
        case storage::code32:
            return std::string((*texts_)[cell(std::uint32_t{})]);
        case storage::int64:
            break;
    }
    const std::int64_t word = cell(std::int64_t{});
    switch (type_.kind) {
        case type_kind::decimal:
            return decimal_value{word, type_.scale};
        case type_kind::timestamp:
            return timestamp_value{word};
        case type_kind::duration:
            return duration_value{static_cast<double>(word)};
        case type_kind::money: {
            money_value money{{word, type_.scale}, {}};
            std::copy(std::begin(type_.currency), std::end(type_.currency), money.currency);
            return money;
        }
        default:
            return word;
    }
}

const zone_map& column::zones() const {
    static const zone_map none;
    if (lazy_ == nullptr) return none;
    std::call_once(lazy_->once, [this] { lazy_->zones = zones_of(*this); });
    return lazy_->zones;
}

}  // namespace merit
