// Types and single values, as they cross the door: literals, parameters, cells of a result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace merit {

/// Holds every decimal that Merit computes with.
__extension__ using int128 = __int128;

/// A calendar or clock unit. The fiscal ones follow the calendar's fiscal year.
enum class unit : std::uint8_t {
    none,
    second,
    minute,
    hour,
    day,
    week,
    month,
    quarter,
    year,
    fiscal_month,
    fiscal_quarter,
    fiscal_year
};

/// The kinds of types; `type` adds what a kind needs.
enum class type_kind : std::uint8_t {
    blank,  ///< the type of the literal `blank`; fits everywhere
    boolean,
    int64,
    decimal,  ///< exact, `scale` digits after the point; int128 in flight
    float64,  ///< "double"
    text,
    date,       ///< days since 1970-01-01
    timestamp,  ///< microseconds since 1970-01-01T00:00Z
    duration,   ///< microseconds; `approximate` when it came from a division
    span,       ///< n calendar units; constants only
    money       ///< a decimal of `scale` digits in `currency`
};

/// A column's or a term's type.
struct type {
    type_kind kind = type_kind::blank;
    std::uint8_t scale = 0;    ///< decimal, money: digits after the point
    bool approximate = false;  ///< duration, money: held as a double, for it came from a division
    char currency[4] = {};     ///< money: ISO 4217 code, zero-terminated
    friend bool operator==(const type&, const type&) = default;
    /// "int", "decimal(2)", "double", "money(CNY)", …
    [[nodiscard]] std::string to_string() const;
};

/// Blank. Its reason, if there is one, stands beside it.
struct blank_value {
    friend bool operator==(blank_value, blank_value) = default;
};
/// units · 10^-scale, exactly.
struct decimal_value {
    int128 units = 0;
    std::uint8_t scale = 0;
    friend bool operator==(decimal_value, decimal_value) = default;
};
/// An amount in a currency, ISO 4217.
struct money_value {
    decimal_value amount;
    char currency[4] = {};
    friend bool operator==(const money_value&, const money_value&) = default;
};
/// Days since 1970-01-01.
struct date_value {
    std::int32_t days = 0;
    friend bool operator==(date_value, date_value) = default;
};
/// Microseconds since 1970-01-01T00:00Z.
struct timestamp_value {
    std::int64_t microseconds = 0;
    friend bool operator==(timestamp_value, timestamp_value) = default;
};
/// Microseconds; whole unless they came from a division.
struct duration_value {
    double microseconds = 0;
    friend bool operator==(duration_value, duration_value) = default;
};
/// Calendar units, such as 3 months.
struct span_value {
    std::int64_t count = 0;
    merit::unit unit = merit::unit::none;
    friend bool operator==(span_value, span_value) = default;
};

/// One value of any type. Durations are whole microseconds unless they came from a division.
using value = std::variant<blank_value, bool, std::int64_t, decimal_value, double, std::string,
                           date_value, timestamp_value, duration_value, span_value, money_value>;

/// The value as Merit writes it in CSV: numbers shortest round-trip, durations in seconds, dates
/// and times ISO 8601, blank empty.
[[nodiscard]] std::string to_string(const value& what);

/// "123.45" for {12345, 2}; every digit exact.
[[nodiscard]] std::string to_string(decimal_value what);

/// Nearest double, correctly rounded.
[[nodiscard]] double to_double(decimal_value what);

}  // namespace merit
