// Rates of exchange of a run: for each pair of currencies its rates in order of time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/environment.hpp"
#include "merit/result.hpp"

namespace merit::engine {

class rate_book {
public:
    /// The rates that a run sees. E813 when a pair has two rates at one time. Rows without a time,
    /// a currency or a positive rate are none.
    [[nodiscard]] static result<rate_book> make(const environment& in, const plan::rates_use& from);

    /// Multiply by `top`, divide by `bottom`; both exact, with one scale for all rates.
    struct rate {
        int128 top;
        int128 bottom;
    };
    /// The last rate at or before a time, of the pair or, where it has none, of the inverse pair.
    [[nodiscard]] std::optional<rate> find(std::string_view from, std::string_view to,
                                           std::int64_t at) const;

    /// The row of rates that find() takes, as it is written: its time, and whether it is one of the
    /// inverse pair.
    struct written {
        merit::value rate;
        merit::value at;
        bool inverse;
    };
    [[nodiscard]] std::optional<written> used(const environment& in, std::string_view from,
                                              std::string_view to, const merit::value& when) const;
    /// A date or timestamp as find() counts it.
    [[nodiscard]] std::int64_t time_of(const environment& in, const merit::value& when) const;

    /// How the times of find() are counted: local days, or instants.
    [[nodiscard]] bool by_day() const { return by_day_; }
    /// Rows without a time, a currency or a positive rate.
    [[nodiscard]] std::size_t left_out() const { return left_out_; }

private:
    struct entry {
        std::int64_t from;
        int128 units;
    };
    using pair = std::pair<std::string, std::string>;
    [[nodiscard]] const entry* last(std::string_view of, std::string_view to,
                                    std::int64_t at) const;

    std::map<pair, std::vector<entry>, std::less<>> pairs_;
    unsigned scale_ = 0;
    bool by_day_ = false;
    std::size_t left_out_ = 0;
};

/// What the data of money has to tell: amounts without a currency (D108), and rows of rates that
/// are none (D109).
[[nodiscard]] std::vector<diagnostic> money_notes(const environment& in);

/// Books of all rates of a plan.
[[nodiscard]] result<std::vector<rate_book>> rate_books(const environment& in);

}  // namespace merit::engine
