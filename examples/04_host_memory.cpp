// Tables over the host's own memory: nothing is copied, and the host keeps what it owns.
#include <merit/merit.hpp>

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

/// What a host might hold: plain vectors, one a field.
struct orders {
    std::vector<std::uint8_t> channel;    // index into `channels`
    std::vector<std::int64_t> cents;      // money as the host stores it
    std::vector<std::int32_t> day;        // days since 1970-01-01
    std::vector<double> rating;           // filled where the customer answered …
    std::vector<std::uint64_t> answered;  // … which one bit an order tells
};

const std::vector<std::string> channels = {"shop", "web", "phone"};

/// 1,000 orders from 1 January 2026 (day 20,454) on, ten a day.
orders made_up() {
    orders out;
    out.answered.resize((1000 + 63) / 64);
    for (std::size_t i = 0; i < 1000; ++i) {
        out.channel.push_back(static_cast<std::uint8_t>(i % 7 % 3));
        out.cents.push_back(static_cast<std::int64_t>(1000 + 37 * (i % 100)));
        out.day.push_back(static_cast<std::int32_t>(20'454 + i / 10));
        out.rating.push_back(static_cast<double>(i % 5 + 1));
        if (i % 3 == 0) out.answered[i / 64] |= std::uint64_t{1} << i % 64;
    }
    return out;
}

}  // namespace

int main() {
    const orders held = made_up();
    const auto names = std::make_shared<const merit::dictionary>(channels);
    const merit::table view =
        merit::table::make({{"channel", merit::column::view_codes(held.channel, names)},
                            {"amount", merit::column::view_decimal(held.cents, 2)},
                            {"at", merit::column::view_date(held.day)},
                            {"rating", merit::column::view_double(held.rating, held.answered)}})
            .value();
    const bool shared = view.find("amount")->data() == held.cents.data();
    std::cout << (shared ? "the amounts are the host's own\n\n" : "copied\n\n");

    merit::model model;
    model.add_table("orders", view.schema()).value();
    model.define("table orders { time: at }").value();
    const merit::query query = model.compile(
        "count(orders) as orders, sum(orders.amount) as revenue, avg(orders.rating) as rating, "
        "count(orders.rating) / count(orders) as answered by channel for @2026Q1").value();
    std::cout << merit::to_text(query.run({{"orders", view}}).value());
}
