#include "events.hpp"

#include <algorithm>

#include "draws.hpp"

namespace bench {

namespace {

// Of 1,000 events: 400 calls, 250 emails, …, 30 won, 20 lost.
constexpr std::array<std::uint64_t, 8> type_borders = {400, 650, 770, 850, 910, 950, 980, 1000};
constexpr std::int64_t first_instant = 1'704'067'200'000'000;   // 2024-01-01
constexpr std::int64_t two_years = 731LL * 86'400 * 1'000'000;  // 2024 is a leap year
constexpr std::uint64_t opportunity_stream = 1ULL << 62;

std::uint8_t drawn_type(draws& random) {
    const std::uint64_t at = random.below(1000);
    const auto found = std::ranges::upper_bound(type_borders, at);
    return static_cast<std::uint8_t>(found - type_borders.begin());
}

/// Some reps have several times the work of others.
std::uint8_t drawn_rep(draws& random) {
    return static_cast<std::uint8_t>(std::max(random.below(rep_count), random.below(rep_count)));
}

/// An event belongs to an opportunity that began not long before, most often a recent one.
std::int64_t drawn_opportunity(draws& random, std::size_t row, std::size_t opportunities) {
    const std::uint64_t reach = std::max<std::uint64_t>(opportunities / 20, 1);
    const std::uint64_t back = random.below(reach) * random.below(reach) / reach;
    const std::uint64_t newest = std::min<std::uint64_t>(row / 8, opportunities - 1);
    return static_cast<std::int64_t>(newest - std::min(back, newest));
}

void fill_row(events& into, std::size_t row, std::uint64_t seed) {
    const std::size_t rows = into.rows();
    draws random(seed, row);
    const auto step = static_cast<double>(two_years) / static_cast<double>(rows);
    into.time[row] = first_instant + static_cast<std::int64_t>(static_cast<double>(row) * step) +
                     static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(step) | 1));
    into.type[row] = drawn_type(random);
    into.opportunity[row] = drawn_opportunity(random, row, std::max<std::size_t>(rows / 8, 1));
    into.amount[row] =
        static_cast<std::int64_t>((random.below(1000) + 1) * (random.below(1000) + 1) * 10);
    // 30 % blank; of the rest most are content.
    into.score[row] = static_cast<std::int64_t>(std::max(random.below(5), random.below(5)) + 1);
    const bool present = random.below(10) >= 3;
    into.score_validity[row / 64] |= std::uint64_t{present} << (row % 64);
    draws owner(seed, opportunity_stream + static_cast<std::uint64_t>(into.opportunity[row]));
    into.rep[row] = drawn_rep(owner);
    into.customer[row] = static_cast<std::uint32_t>(owner.below(customer_count));
}

std::string numbered(const char* head, std::size_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return head + std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::shared_ptr<const merit::dictionary> dictionary_of(std::vector<std::string> texts) {
    return std::make_shared<const merit::dictionary>(std::move(texts));
}

}  // namespace

events make_events(std::size_t rows, std::uint64_t seed) {
    events made;
    made.time.resize(rows);
    made.type.resize(rows);
    made.rep.resize(rows);
    made.customer.resize(rows);
    made.opportunity.resize(rows);
    made.amount.resize(rows);
    made.score.resize(rows);
    made.score_validity.resize((rows + 63) / 64);
    for (std::size_t row = 0; row < rows; ++row) fill_row(made, row, seed);
    return made;
}

std::vector<std::string> rep_names() {
    std::vector<std::string> names;
    for (std::size_t rep = 0; rep < rep_count; ++rep) names.push_back(numbered("rep_", rep + 1, 3));
    return names;
}

std::string team_of(std::size_t rep) {
    return numbered("team_", rep % team_count + 1, 2);
}

std::string customer_name(std::uint32_t customer) {
    return numbered("c", customer + 1, 7);
}

merit::table view_of(const events& rows, bool with_customers) {
    using merit::column;
    const std::vector<std::string> types(type_names.begin(), type_names.end());
    std::vector<std::pair<std::string, column>> columns = {
        {"ts", column::view_timestamp(rows.time)},
        {"type", column::view_codes(rows.type, dictionary_of(types))},
        {"rep", column::view_codes(rows.rep, dictionary_of(rep_names()))},
        {"opportunity", column::view_int64(rows.opportunity)},
        {"amount", column::view_decimal(rows.amount, 2)},
        {"score", column::view_int64(rows.score, rows.score_validity)},
    };
    if (with_customers) {
        std::vector<std::string> names(customer_count);
        for (std::uint32_t i = 0; i < customer_count; ++i) names[i] = customer_name(i);
        columns.emplace_back("customer",
                             column::view_codes(rows.customer, dictionary_of(std::move(names))));
    }
    return merit::table::make(std::move(columns)).value();
}

merit::table reps_table() {
    std::vector<std::string> teams;
    for (std::size_t rep = 0; rep < rep_count; ++rep) teams.push_back(team_of(rep));
    return merit::table::make({{"rep", merit::column::of_text(rep_names())},
                               {"team", merit::column::of_text(teams)}})
        .value();
}

}  // namespace bench
