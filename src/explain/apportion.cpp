#include "explain/apportion.hpp"

#include <algorithm>
#include <numeric>

namespace merit::explain {

using engine::quad;

std::optional<quad> number_of(const value& what) {
    const auto exact = [](decimal_value of) {
        return static_cast<quad>(of.units) / static_cast<quad>(engine::power_of_ten(of.scale));
    };
    if (const auto* n = std::get_if<std::int64_t>(&what)) return static_cast<quad>(*n);
    if (const auto* d = std::get_if<decimal_value>(&what)) return exact(*d);
    if (const auto* x = std::get_if<double>(&what)) return static_cast<quad>(*x);
    if (const auto* m = std::get_if<money_value>(&what)) return exact(m->amount);
    if (const auto* t = std::get_if<duration_value>(&what))
        return static_cast<quad>(t->microseconds);
    return std::nullopt;
}

std::vector<decimal_value> apportioned(std::span<const quad> parts, decimal_value whole) {
    const quad scale = static_cast<quad>(engine::power_of_ten(whole.scale));
    const quad largest = static_cast<quad>(engine::power_of_ten(36));
    std::vector<decimal_value> out;
    std::vector<quad> remainders;
    int128 left = whole.units;
    for (const quad part : parts) {
        const quad units = part * scale;
        if (units > largest || units < -largest) return {};
        int128 down = static_cast<int128>(units);
        if (static_cast<quad>(down) > units) --down;
        out.push_back({down, whole.scale});
        remainders.push_back(units - static_cast<quad>(down));
        left -= down;
    }
    const auto count = static_cast<int128>(out.size());
    // One unit a part and the rounding of the whole is all that may be left.
    if (left < -count || left > 2 * count || count == 0) return {};
    std::vector<std::size_t> order(out.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    for (std::size_t i = 0; left > 0; i = (i + 1) % order.size(), --left) ++out[order[i]].units;
    for (std::size_t i = order.size(); left < 0; ++left) {
        i = i == 0 ? order.size() - 1 : i - 1;
        --out[order[i]].units;
    }
    return out;
}

}  // namespace merit::explain
