// Deals like those of examples/data/maven_crm, as many as wanted, in the order of their closing.
#pragma once

#include <cstdint>
#include <vector>

#include "merit/table.hpp"

namespace bench {

enum class deal_stage : std::uint8_t { won, lost, engaging, prospecting };

/// One array a column. Of 1,000 deals 482 are won, 281 lost, 181 engaging, 56 prospecting.
struct deals {
    std::vector<std::int64_t> id;
    std::vector<std::uint8_t> agent;    ///< index of the agents
    std::vector<std::uint8_t> product;  ///< index of the products
    std::vector<std::uint8_t> account;  ///< index of the accounts; one in six is blank
    std::vector<std::uint64_t> account_validity;
    std::vector<std::uint8_t> stage;  ///< deal_stage
    std::vector<std::int32_t> engaged;
    std::vector<std::uint64_t> engaged_validity;  ///< blank before the first contact
    std::vector<std::int32_t> closed;
    std::vector<std::uint64_t> closed_validity;  ///< blank while open, as the value is
    std::vector<std::int64_t> value;
    [[nodiscard]] std::size_t rows() const { return id.size(); }
};

[[nodiscard]] deals make_deals(std::size_t rows, std::uint64_t seed, std::size_t agents,
                               std::size_t products, std::size_t accounts);

/// Names of each dictionary, by code.
struct deal_names {
    std::vector<std::string> agents;
    std::vector<std::string> products;
    std::vector<std::string> accounts;
};

/// Views of the arrays without a copy: `rows` must outlive the table.
[[nodiscard]] merit::table view_of(const deals& rows, const deal_names& names);

}  // namespace bench
