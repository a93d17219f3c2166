#include "deals.hpp"

#include <algorithm>

#include "draws.hpp"

namespace bench {

namespace {

constexpr std::int32_t first_day = 17'095;  // 2016-10-21
constexpr std::uint64_t days = 436;         // to the end of 2017
constexpr std::uint64_t longest_cycle = 139;

deal_stage drawn_stage(draws& random) {
    const std::uint64_t at = random.below(1000);
    if (at < 482) return deal_stage::won;
    if (at < 763) return deal_stage::lost;
    return at < 944 ? deal_stage::engaging : deal_stage::prospecting;
}

/// Deals of a few hundred are common, of thousands not rare.
std::int64_t drawn_value(draws& random) {
    const std::uint64_t size = random.below(80) * random.below(80);
    return static_cast<std::int64_t>(40 + size + random.below(100));
}

void set_bit(std::vector<std::uint64_t>& words, std::size_t row, bool on) {
    words[row / 64] |= std::uint64_t{on} << (row % 64);
}

void fill_row(deals& into, std::size_t row, std::uint64_t seed, std::size_t agents,
              std::size_t products, std::size_t accounts) {
    draws random(seed, row);
    const deal_stage stage = drawn_stage(random);
    const bool decided = stage == deal_stage::won || stage == deal_stage::lost;
    into.id[row] = static_cast<std::int64_t>(mixed(row) >> 1);
    into.agent[row] =
        static_cast<std::uint8_t>(std::max(random.below(agents), random.below(agents)));
    into.product[row] = static_cast<std::uint8_t>(random.below(products));
    into.account[row] = static_cast<std::uint8_t>(random.below(accounts));
    set_bit(into.account_validity, row, random.below(6) != 0);
    into.stage[row] = static_cast<std::uint8_t>(stage);
    const auto day = static_cast<std::int32_t>(row * days / into.rows());
    into.closed[row] = decided ? first_day + day : 0;
    set_bit(into.closed_validity, row, decided);
    const auto cycle = static_cast<std::int32_t>(random.below(longest_cycle));
    into.engaged[row] = first_day + day - cycle;
    set_bit(into.engaged_validity, row, stage != deal_stage::prospecting);
    into.value[row] = stage == deal_stage::won ? drawn_value(random) : 0;
}

}  // namespace

deals make_deals(std::size_t rows, std::uint64_t seed, std::size_t agents, std::size_t products,
                 std::size_t accounts) {
    deals made;
    made.id.resize(rows);
    made.agent.resize(rows);
    made.product.resize(rows);
    made.account.resize(rows);
    made.stage.resize(rows);
    made.engaged.resize(rows);
    made.closed.resize(rows);
    made.value.resize(rows);
    for (auto* words : {&made.account_validity, &made.engaged_validity, &made.closed_validity})
        words->resize((rows + 63) / 64);
    for (std::size_t row = 0; row < rows; ++row)
        fill_row(made, row, seed, agents, products, accounts);
    return made;
}

merit::table view_of(const deals& rows, const deal_names& names) {
    using merit::column;
    const auto texts = [](std::vector<std::string> of) {
        return std::make_shared<const merit::dictionary>(std::move(of));
    };
    return merit::table::make(
               {{"opportunity_id", column::view_int64(rows.id)},
                {"sales_agent", column::view_codes(rows.agent, texts(names.agents))},
                {"product", column::view_codes(rows.product, texts(names.products))},
                {"account",
                 column::view_codes(rows.account, texts(names.accounts), rows.account_validity)},
                {"deal_stage",
                 column::view_codes(rows.stage, texts({"Won", "Lost", "Engaging", "Prospecting"}))},
                {"engage_date", column::view_date(rows.engaged, rows.engaged_validity)},
                {"close_date", column::view_date(rows.closed, rows.closed_validity)},
                {"close_value", column::view_int64(rows.value, rows.closed_validity)}})
        .value();
}

}  // namespace bench
