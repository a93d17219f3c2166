// The engine's frame beside the oracle's answer: exact for all but doubles, which may differ by one
// part in 10^12.
#pragma once

#include <bit>

#include "oracle/oracle.hpp"

namespace oracle {

struct tally {
    std::size_t cells = 0;
    std::size_t unsupported = 0;  ///< requests of which the oracle has no opinion
    std::size_t doubles = 0;
    std::size_t doubles_to_the_bit = 0;
};

inline bool near(double a, double b, tally& count) {
    ++count.doubles;
    if (std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a == 0 && b == 0)) {
        ++count.doubles_to_the_bit;
        return true;
    }
    return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

/// Exact amounts are equal and so are their currencies; what the oracle holds as a double is
/// rounded to eight digits or fewer by the engine.
inline bool same_money(const merit::money_value& a, const value& b, tally& count) {
    if (const auto* y = std::get_if<double>(&b)) {
        const double x = number_of(a).nearest();
        return std::abs(x - *y) <= 0.6e-6 || near(x, *y, count);
    }
    const auto* y = std::get_if<merit::money_value>(&b);
    return y != nullptr && std::string_view(a.currency) == y->currency &&
           order(number_of(a), number_of(*y)) == 0;
}

inline bool same(const value& a, const value& b, tally& count) {
    if (const auto* x = std::get_if<double>(&a)) {
        const auto* y = std::get_if<double>(&b);
        return y != nullptr && near(*x, *y, count);
    }
    if (const auto* x = std::get_if<merit::duration_value>(&a)) {
        const auto* y = std::get_if<merit::duration_value>(&b);
        return y != nullptr && near(x->microseconds, y->microseconds, count);
    }
    if (const auto* x = std::get_if<merit::money_value>(&a)) return same_money(*x, b, count);
    return a == b;
}

inline std::string text_of(const cell& what) {
    const std::string why(merit::to_string(what.why));
    if (blank(what)) return "blank" + (why.empty() ? "" : "(" + why + ")");
    std::string out = merit::to_string(what.value);
    if (std::holds_alternative<std::string>(what.value)) out = "\"" + out + "\"";
    return why.empty() ? out : out + " [" + why + "]";
}

inline std::string text_of(const answer& what) {
    std::string out;
    for (const std::vector<cell>& row : what.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out += (i == 0 ? "  " : " | ") + text_of(row[i]);
        out += "\n";
    }
    return out + "  (" + std::to_string(what.total_rows) + " totals)\n";
}

inline answer answer_of(const merit::frame& from) {
    answer out;
    out.total_rows = from.total_rows();
    for (std::size_t row = 0; row < from.rows(); ++row) {
        std::vector<cell>& cells = out.rows.emplace_back();
        for (std::size_t i = 0; i < from.columns().size(); ++i)
            cells.push_back({from.at(row, i), from.why(row, i)});
    }
    return out;
}

/// What differs, in words; nothing when both agree.
inline std::string difference(const answer& engine, const answer& oracle, bool reasons,
                              tally& count) {
    if (engine.total_rows != oracle.total_rows) return "number of totals";
    if (engine.rows.size() != oracle.rows.size()) return "number of rows";
    for (std::size_t row = 0; row < engine.rows.size(); ++row) {
        if (engine.rows[row].size() != oracle.rows[row].size()) return "number of columns";
        for (std::size_t i = 0; i < engine.rows[row].size(); ++i) {
            const cell& a = engine.rows[row][i];
            const cell& b = oracle.rows[row][i];
            ++count.cells;
            const bool values = same(a.value, b.value, count);
            if (values && (!reasons || a.why == b.why)) continue;
            return (values ? "reason" : "value") + (" in row " + std::to_string(row)) + " column " +
                   std::to_string(i) + ": engine " + text_of(a) + ", oracle " + text_of(b);
        }
    }
    return {};
}

/// The very same bits.
inline bool identical(const answer& a, const answer& b) {
    if (a.total_rows != b.total_rows || a.rows.size() != b.rows.size()) return false;
    for (std::size_t row = 0; row < a.rows.size(); ++row) {
        for (std::size_t i = 0; i < a.rows[row].size(); ++i) {
            const cell& x = a.rows[row][i];
            const cell& y = b.rows[row][i];
            if (x.why != y.why || x.value.index() != y.value.index()) return false;
            const auto* number = std::get_if<double>(&x.value);
            if (number != nullptr ? std::bit_cast<std::uint64_t>(*number) !=
                                        std::bit_cast<std::uint64_t>(std::get<double>(y.value))
                                  : !(x.value == y.value))
                return false;
        }
    }
    return true;
}

}  // namespace oracle
