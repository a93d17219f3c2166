#include "plan/builder.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>
#include <stdexcept>

namespace merit::plan {

namespace {

using words = std::vector<std::uint32_t>;

template <class... Numbers>
words pack(Numbers... numbers) {
    return {static_cast<std::uint32_t>(numbers)...};
}

// Lists are stored behind their length, so that two lists side by side cannot be cut in two ways.
words& append(words& key, std::span<const std::uint32_t> list) {
    key.push_back(static_cast<std::uint32_t>(list.size()));
    key.insert(key.end(), list.begin(), list.end());
    return key;
}

void append_wide(words& key, std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    key.push_back(static_cast<std::uint32_t>(bits));
    key.push_back(static_cast<std::uint32_t>(bits >> 32));
}

void append(words& key, const merit::type& type) {
    std::uint32_t currency = 0;
    std::memcpy(&currency, type.currency, sizeof currency);
    key.push_back(static_cast<std::uint32_t>(type.kind) << 16 | std::uint32_t{type.scale} << 8 |
                  static_cast<std::uint32_t>(type.approximate));
    key.push_back(currency);
}

}  // namespace

void bug(const char* what) {
    assert(what == nullptr);
    throw std::logic_error(what);
}

std::size_t builder::hash::operator()(const words& key) const noexcept {
    std::uint64_t sum = 0xcbf2'9ce4'8422'2325;
    for (const std::uint32_t word : key) sum = (sum ^ word) * 0x0000'0100'0000'01b3;
    return static_cast<std::size_t>(sum ^ (sum >> 29));
}

template <class Node>
id builder::intern(index& known, words key, std::vector<Node>& all, Node node) {
    const auto [place, fresh] = known.try_emplace(std::move(key), static_cast<id>(all.size()));
    if (fresh) all.push_back(std::move(node));
    return place->second;
}

builder::builder() {
    add(interval_map{});
}

id builder::add(expression node) {
    words key = pack(node.op, node.what, node.over, node.with);
    append(key, node.type);
    append(key, node.of);
    bool reads = node.op == expression_op::period_start || node.op == expression_op::period_end ||
                 node.op == expression_op::covered_end || node.op == expression_op::covered_start;
    for (const id operand : node.of) reads = reads || reads_period_[operand];
    const id made_id = intern(expressions_, std::move(key), made.expressions, std::move(node));
    if (made_id == reads_period_.size()) reads_period_.push_back(reads);
    return made_id;
}

id builder::add(final_value node) {
    return intern(finals_, pack(node.cell, node.map, node.what, node.amount, node.changed),
                  made.finals, node);
}

id builder::add(interval_map node) {
    words key;
    for (const map_step& step : node.steps) {
        key.push_back(static_cast<std::uint32_t>(step.what));
        key.push_back(static_cast<std::uint32_t>(step.of));
        append_wide(key, step.count);
        append_wide(key, step.from);
        append_wide(key, step.to);
        key.push_back(step.count_parameter);
    }
    return intern(maps_, std::move(key), made.maps, std::move(node));
}

id builder::add(source node) {
    return intern(sources_, pack(node.of, node.which, node.visible, node.as_of, node.kept),
                  made.sources, node);
}

id builder::add(axis node) {
    words key = pack(node.how, node.window, node.snapshot, node.planned, node.existence,
                     node.by_period, node.from, node.blank_pane, node.period_of, node.era);
    append(key, node.maps);
    return intern(axes_, std::move(key), made.axes, std::move(node));
}

id builder::add(cell node) {
    words key = pack(node.on, node.argument, node.order, node.tie, node.weight, node.last, node.at,
                     node.state);
    append(append(append(key, node.where), node.keys), node.grain);
    return intern(cells_, std::move(key), made.cells, std::move(node));
}

id builder::add(peer_window node) {
    words key = pack(node.what, node.lowest_first, node.ties, node.parts, node.min_n);
    append(append(key, node.partition), node.parted);
    for (const sighting& one : node.counted) {
        key.push_back(one.cell);
        key.push_back(one.map);
    }
    return intern(windows_, std::move(key), made.peer_windows, std::move(node));
}

id builder::add(sequence node) {
    words key = pack(node.on, node.time, node.order, node.value, node.later, node.itself);
    append(append(key, node.where), node.keys);
    return intern(sequences_, std::move(key), made.sequences, std::move(node));
}

id builder::add(chain node) {
    words key = pack(node.on, node.key, node.time, node.order, node.within);
    append(key, node.steps);
    return intern(chains_, std::move(key), made.chains, std::move(node));
}

id builder::add(chain_value node) {
    return intern(chain_values_, pack(node.what, node.chain, node.step), made.chain_values, node);
}

id builder::add(broadcast node) {
    words key = pack(node.frame, node.column);
    append(key, node.keys);
    return intern(broadcasts_, std::move(key), made.broadcasts, std::move(node));
}

void builder::read_through(id axis, id map) {
    std::vector<id>& maps = made.axes[axis].maps;
    const auto at = std::lower_bound(maps.begin(), maps.end(), map);
    if (at == maps.end() || *at != map) maps.insert(at, map);
}

id builder::constant(const value& what) {
    std::vector<id>& alike = constants_[std::to_string(what.index()) + ' ' + to_string(what)];
    for (const id one : alike)
        if (made.constants[one] == what) return one;
    alike.push_back(static_cast<id>(made.constants.size()));
    made.constants.push_back(what);
    return alike.back();
}

}  // namespace merit::plan
