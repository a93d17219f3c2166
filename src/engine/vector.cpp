#include "engine/vector.hpp"

#include <algorithm>
#include <cmath>

#include "core/currency.hpp"
#include "core/decimal.hpp"

namespace merit::engine {

lane lane_of(const merit::type& type) {
    switch (type.kind) {
        case type_kind::decimal:
            return lane::wide;
        case type_kind::money:
            return type.approximate ? lane::real : lane::wide;
        case type_kind::duration:
            return type.approximate ? lane::real : lane::whole;
        case type_kind::float64:
            return lane::real;
        case type_kind::text:
            return lane::text;
        default:
            return lane::whole;
    }
}

std::int64_t text_pool::code_of(std::string_view text) {
    if (const auto known = codes_.find(text); known != codes_.end()) return known->second;
    texts_.emplace_back(text);
    const auto code = static_cast<std::int64_t>(texts_.size() - 1);
    codes_.emplace(texts_.back(), code);
    return code;
}

std::int64_t* buffer::begin_whole(std::size_t count, lane kind) {
    if (whole_.size() < count) whole_.resize(count);
    view = {};
    view.kind = kind;
    view.whole = whole_.data();
    return whole_.data();
}

int128* buffer::begin_wide(std::size_t count) {
    if (wide_.size() < count) wide_.resize(count);
    view = {};
    view.kind = lane::wide;
    view.wide = wide_.data();
    return wide_.data();
}

double* buffer::begin_real(std::size_t count) {
    if (real_.size() < count) real_.resize(count);
    view = {};
    view.kind = lane::real;
    view.real = real_.data();
    return real_.data();
}

void buffer::begin(lane kind, std::size_t count) {
    if (kind == lane::wide)
        begin_wide(count);
    else if (kind == lane::real)
        begin_real(count);
    else
        begin_whole(count, kind);
}

mark* buffer::begin_marks(std::size_t count) {
    if (marks_.size() < count) marks_.resize(count);
    std::fill_n(marks_.begin(), count, mark{0});
    view.marks = marks_.data();
    return marks_.data();
}

plan::id* buffer::begin_origins(std::size_t count) {
    if (origins_.size() < count) origins_.resize(count);
    std::fill_n(origins_.begin(), count, plan::nothing);
    view.origins = origins_.data();
    return origins_.data();
}

void buffer::fail(std::size_t i, std::size_t count, plan::id what) {
    if (view.marks == nullptr) begin_marks(count);
    if (view.origins == nullptr) begin_origins(count);
    marks_[i] = error_bit;
    origins_[i] = what;
}

std::size_t full_column::size() const {
    if (kind == lane::wide) return wide.size();
    return kind == lane::real ? real.size() : whole.size();
}

void full_column::append(const vector& from, std::size_t count) {
    const std::size_t before = size();
    kind = from.kind;
    texts = from.texts;
    if (kind == lane::wide)
        wide.insert(wide.end(), from.wide, from.wide + count);
    else if (kind == lane::real)
        real.insert(real.end(), from.real, from.real + count);
    else
        whole.insert(whole.end(), from.whole, from.whole + count);
    if (from.marks != nullptr || !marks.empty()) {
        marks.resize(before, mark{0});
        for (std::size_t i = 0; i < count; ++i) marks.push_back(from.mark_at(i));
    }
    if (from.origins != nullptr || !origins.empty()) {
        origins.resize(before, plan::nothing);
        for (std::size_t i = 0; i < count; ++i)
            origins.push_back(from.origins == nullptr ? plan::nothing : from.origins[i]);
    }
}

vector full_column::view(std::size_t first) const {
    vector out;
    out.kind = kind;
    if (kind == lane::wide)
        out.wide = wide.data() + first;
    else if (kind == lane::real)
        out.real = real.data() + first;
    else
        out.whole = whole.data() + first;
    if (!marks.empty()) out.marks = marks.data() + first;
    if (!origins.empty()) out.origins = origins.data() + first;
    out.texts = texts;
    return out;
}

void gather(const full_column& from, const std::uint32_t* at, std::size_t count, buffer& into) {
    const std::size_t size = from.size();
    into.begin(from.kind, count);
    into.view.texts = from.texts;
    bool outside = false;
    for (std::size_t i = 0; i < count; ++i) outside = outside || at[i] >= size;
    if (!outside && from.marks.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
            if (from.kind == lane::wide)
                into.wide()[i] = from.wide[at[i]];
            else if (from.kind == lane::real)
                into.real()[i] = from.real[at[i]];
            else
                into.whole()[i] = from.whole[at[i]];
        }
        return;
    }
    mark* marks = into.begin_marks(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (at[i] >= size) {
            marks[i] = blank_bit;
            if (from.kind == lane::text) into.whole()[i] = 0;
            continue;
        }
        if (from.kind == lane::wide)
            into.wide()[i] = from.wide[at[i]];
        else if (from.kind == lane::real)
            into.real()[i] = from.real[at[i]];
        else
            into.whole()[i] = from.whole[at[i]];
        marks[i] = from.marks.empty() ? mark{0} : from.marks[at[i]];
        if ((marks[i] & error_bit) != 0) into.fail(i, count, from.origins[at[i]]);
    }
}

namespace {

struct filler {
    const merit::type& type;
    std::size_t count;
    text_pool& texts;
    buffer& into;

    void blank() const {
        into.begin(lane_of(type), count);
        if (lane_of(type) == lane::text) into.view.texts.pool = &texts;
        std::fill_n(into.begin_marks(count), count, blank_bit);
    }
    void whole(std::int64_t number) const { std::fill_n(into.begin_whole(count), count, number); }
    void real(double number) const { std::fill_n(into.begin_real(count), count, number); }
    void number(decimal_value from) const {
        if (lane_of(type) == lane::real) return real(scaled(from.units, from.scale));
        int128 units = from.units;
        if (!rescale(units, from.scale, type.scale)) return blank();
        if (lane_of(type) == lane::whole) return whole(static_cast<std::int64_t>(units));
        std::fill_n(into.begin_wide(count), count, units);
    }

    void operator()(blank_value) const { blank(); }
    void operator()(bool flag) const { whole(flag ? 1 : 0); }
    void operator()(std::int64_t from) const { number({from, 0}); }
    void operator()(const decimal_value& from) const { number(from); }
    void operator()(const money_value& from) const { number(from.amount); }
    void operator()(double from) const { real(from); }
    void operator()(const std::string& text) const {
        std::fill_n(into.begin_whole(count, lane::text), count, texts.code_of(text));
        into.view.texts.pool = &texts;
    }
    void operator()(date_value from) const { whole(from.days); }
    void operator()(timestamp_value from) const { whole(from.microseconds); }
    void operator()(duration_value from) const {
        if (type.approximate) return real(from.microseconds);
        whole(static_cast<std::int64_t>(from.microseconds));
    }
    void operator()(span_value from) const { whole(from.count); }
};

}  // namespace

void fill(const merit::value& from, const merit::type& type, std::size_t count, text_pool& texts,
          buffer& into) {
    std::visit(filler{type, count, texts, into}, from);
}

namespace {

/// Without the zeros behind the minor unit that a computation left, and without those of the minor
/// unit where nothing else is behind the point.
decimal_value whole_cents(decimal_value amount, unsigned minor) {
    if (amount.scale <= minor) return amount;
    while (amount.scale > minor && amount.units % 10 == 0) {
        amount.units /= 10;
        --amount.scale;
    }
    if (amount.scale == minor && amount.units % power_of_ten(minor) == 0)
        return {amount.units / power_of_ten(minor), 0};
    return amount;
}

}  // namespace

merit::value to_value(const vector& from, std::size_t i, const merit::type& type) {
    if ((from.mark_at(i) & unusable) != 0) return blank_value{};
    switch (type.kind) {
        case type_kind::boolean:
            return from.whole[i] != 0;
        case type_kind::int64:
            return from.whole[i];
        case type_kind::decimal:
            return decimal_value{from.wide[i], type.scale};
        case type_kind::float64:
            return from.real[i] == 0 ? 0.0 : from.real[i];
        case type_kind::text:
            return std::string(from.texts.at(from.whole[i]));
        case type_kind::date:
            return date_value{static_cast<std::int32_t>(from.whole[i])};
        case type_kind::timestamp:
            return timestamp_value{from.whole[i]};
        case type_kind::duration:
            return duration_value{type.approximate ? from.real[i]
                                                   : static_cast<double>(from.whole[i])};
        case type_kind::money: {
            money_value out;
            std::copy(std::begin(type.currency), std::end(type.currency), out.currency);
            // What is not exact, such as a mean, is rounded like a quotient of money.
            const unsigned minor = minor_unit(type.currency);
            const unsigned digits = minor + digits_beyond_minor;
            if (!type.approximate)
                out.amount = whole_cents({from.wide[i], type.scale}, minor);
            else if (std::fabs(from.real[i]) < 9e15)
                out.amount = whole_cents(
                    {rounded_units(from.real[i], digits), static_cast<std::uint8_t>(digits)},
                    minor);
            else
                out.amount = {static_cast<int128>(from.real[i]), 0};
            return out;
        }
        default:
            return blank_value{};
    }
}

}  // namespace merit::engine
