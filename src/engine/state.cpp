// Choosing states, what fails on a row, and writing results.
#include "engine/states/state.hpp"

#include <algorithm>
#include <cmath>

#include "engine/states/bag.hpp"
#include "engine/states/count.hpp"
#include "engine/states/extreme.hpp"
#include "engine/states/moments.hpp"
#include "engine/states/pick.hpp"
#include "engine/states/set.hpp"
#include "engine/states/sum.hpp"
#include "engine/states/weighted.hpp"

namespace merit::engine {

using plan::state_kind;

void final_writer::blank(reason why) {
    if (out_.view.marks == nullptr) out_.begin_marks(count_);
    out_.marks()[at_] = blank_for(why);
}

void final_writer::whole(std::int64_t number) {
    switch (out_.view.kind) {
        case lane::wide:
            out_.wide()[at_] = number;
            break;
        case lane::real:
            out_.real()[at_] = static_cast<double>(number);
            break;
        default:
            out_.whole()[at_] = number;
            break;
    }
}

void final_writer::real(double number) {
    if (!std::isfinite(number)) return blank(reason::not_meaningful);
    out_.real()[at_] = number;
}

void final_writer::exact(const big_integer& units, unsigned scale) {
    if (out_.view.kind == lane::real) return real(nearest(units, big_integer(power_of_ten(scale))));
    if (units.bits() > 127) return fail();
    int128 fits = 0;
    units.narrow(fits);
    exact(fits, scale);
}

void final_writer::exact(int128 units, unsigned scale) {
    if (out_.view.kind == lane::wide) {
        if (!rescale(units, scale, type_.scale)) return fail();
        out_.wide()[at_] = units;
        return;
    }
    if (units != static_cast<std::int64_t>(units)) return fail();
    out_.whole()[at_] = static_cast<std::int64_t>(units);
}

void final_writer::text(std::string_view text) {
    out_.whole()[at_] = texts_.code_of(text);
}

void write_payload(int128 kept, const merit::type& type, const text_source& texts,
                   final_writer& out) {
    switch (lane_of(type)) {
        case lane::wide:
            return out.exact(kept, type.scale);
        case lane::real:
            return out.real(from_ordered_bits(static_cast<std::int64_t>(kept)));
        case lane::text:
            return out.text(texts.at(static_cast<std::int64_t>(kept)));
        default:
            return out.whole(static_cast<std::int64_t>(kept));
    }
}

namespace {

template <template <lane> class States>
std::unique_ptr<state_array> by_lane(lane kind) {
    if (kind == lane::wide) return std::make_unique<States<lane::wide>>();
    if (kind == lane::real) return std::make_unique<States<lane::real>>();
    return std::make_unique<States<lane::whole>>();
}

std::unique_ptr<state_array> make_sum(const plan::plan& in, const plan::cell& cell) {
    const merit::type& type = in.expressions[cell.argument].type;
    if (cell.weight != plan::nothing) {
        const merit::type& weight = in.expressions[cell.weight].type;
        if (lane_of(type) == lane::real || lane_of(weight) == lane::real)
            return std::make_unique<real_weighted_states>(type, weight);
        return std::make_unique<exact_weighted_states>(lane_of(type) == lane::wide ? type.scale
                                                                                   : 0);
    }
    if (lane_of(type) == lane::real) return std::make_unique<real_sum_states>();
    if (lane_of(type) == lane::wide) return std::make_unique<whole_sum_states<lane::wide>>();
    return std::make_unique<whole_sum_states<lane::whole>>();
}

std::unique_ptr<state_array> make_bag(lane kind) {
    switch (kind) {
        case lane::text:
            return std::make_unique<text_list_states>();
        case lane::wide:
            return std::make_unique<bag_states<int128>>();
        case lane::real:
            return std::make_unique<bag_states<double>>();
        default:
            return std::make_unique<bag_states<std::int64_t>>();
    }
}

}  // namespace

std::unique_ptr<state_array> make_states(const plan::plan& in, const plan::cell& cell) {
    const lane kind =
        cell.argument == plan::nothing ? lane::whole : lane_of(in.expressions[cell.argument].type);
    switch (cell.state) {
        case state_kind::rows:
            return std::make_unique<row_states>();
        case state_kind::count:
            return std::make_unique<count_states>();
        case state_kind::sum:
            return make_sum(in, cell);
        case state_kind::moments:
            return by_lane<moment_states>(kind);
        case state_kind::min:
        case state_kind::max:
            if (kind == lane::wide)
                return std::make_unique<extreme_states<int128>>(cell.state == state_kind::max);
            return std::make_unique<extreme_states<std::int64_t>>(cell.state == state_kind::max);
        case state_kind::pick:
            return std::make_unique<pick_states>(cell.last);
        case state_kind::set:
            if (kind == lane::text) return std::make_unique<code_set_states>();
            if (kind == lane::wide) return std::make_unique<set_states<int128>>();
            return std::make_unique<set_states<std::int64_t>>();
        case state_kind::bag:
            return make_bag(kind);
    }
    return nullptr;
}

void cell_states::fail(std::uint32_t slot, std::uint64_t row, plan::id origin) {
    note(slot, row, origin);
    count(origin, {row, 1});
}

void cell_states::count(plan::id origin, failed_rows more) {
    const auto [place, fresh] = failed_.try_emplace(origin, more);
    if (fresh) return;
    place->second.first = std::min(place->second.first, more.first);
    place->second.rows += more.rows;
}

cell_states::failed_rows cell_states::failed_on(plan::id origin) const {
    const auto found = failed_.find(origin);
    return found == failed_.end() ? failed_rows{0, 0} : found->second;
}

void cell_states::note(std::uint32_t slot, std::uint64_t row, plan::id origin) {
    const auto [place, fresh] = failures_.try_emplace(slot, failure{row, origin});
    if (!fresh && row < place->second.row) place->second = {row, origin};
}

void cell_states::update(const update_batch& with) {
    const vector* const reads[] = {with.argument, with.order, with.tie, with.weight};
    bool errors = false;
    for (const vector* one : reads) errors = errors || (one != nullptr && one->origins != nullptr);
    if (!errors) return held_->update(with);
    usable_.clear();
    places_.clear();
    for (std::uint32_t k = 0; k < with.count; ++k) {
        const std::uint32_t row = with.rows == nullptr ? k : with.rows[k];
        const std::uint32_t place = with.places == nullptr ? row : with.places[k];
        const auto failed =
            std::find_if(std::begin(reads), std::end(reads), [=](const vector* one) {
                return one != nullptr && (one->mark_at(place) & error_bit) != 0;
            });
        if (failed != std::end(reads)) {
            fail(with.slot_of(row), with.first_row + row, (*failed)->origins[place]);
            continue;
        }
        usable_.push_back(row);
        places_.push_back(place);
    }
    update_batch rest = with;
    rest.rows = usable_.data();
    rest.places = places_.data();
    rest.count = usable_.size();
    held_->update(rest);
}

void cell_states::merge(const cell_states& other, std::span<const std::uint32_t> to) {
    held_->merge(*other.held_, to);
    for (const auto& [slot, one] : other.failures_) note(to[slot], one.row, one.origin);
    for (const auto& [origin, rows] : other.failed_) count(origin, rows);
}

void cell_states::finalize(const final_call& with, std::span<const std::uint32_t> slots,
                           final_writer& out) const {
    if (!failures_.empty()) {
        const failure* first = nullptr;
        for (const std::uint32_t slot : slots) {
            const auto found = failures_.find(slot);
            if (found != failures_.end() && (first == nullptr || found->second.row < first->row))
                first = &found->second;
        }
        if (first != nullptr) return out.fail(first->origin);
    }
    held_->finalize(with, slots, out);
}

std::optional<portion> portion_of(const merit::value& p, std::uint64_t n) {
    if (const auto* d = std::get_if<decimal_value>(&p)) {
        const int128 one = power_of_ten(d->scale);
        int128 product = 0;
        if (d->units < 0 || d->units > one) return std::nullopt;
        if (!__builtin_mul_overflow(d->units, static_cast<int128>(n), &product))
            return portion{product / one,
                           static_cast<quad>(product % one) / static_cast<quad>(one)};
        return std::nullopt;
    }
    quad exact = 0;
    if (const auto* i = std::get_if<std::int64_t>(&p))
        exact = static_cast<quad>(*i);
    else if (const auto* x = std::get_if<double>(&p))
        exact = static_cast<quad>(*x);
    else
        return std::nullopt;
    if (!(exact >= 0 && exact <= 1)) return std::nullopt;
    exact *= static_cast<quad>(n);
    const auto whole = static_cast<int128>(exact);
    return portion{whole, exact - static_cast<quad>(whole)};
}

std::optional<std::uint64_t> top_of(const merit::value& top, std::uint64_t n) {
    if (const auto* many = std::get_if<std::int64_t>(&top)) {
        if (*many < 0) return std::nullopt;
        return std::min(n, static_cast<std::uint64_t>(*many));
    }
    const auto part = portion_of(top, n);
    if (!part) return std::nullopt;
    return static_cast<std::uint64_t>(part->whole);
}

void text_list_states::update(const update_batch& with) {
    const vector& from = *with.argument;
    texts_ = from.texts;
    each_present(with, [&](std::uint32_t i, std::uint32_t slot) {
        if (with.order != nullptr && (with.order->mark_at(i) & blank_bit) != 0) return;
        const bool tied = with.tie != nullptr && (with.tie->mark_at(i) & blank_bit) == 0;
        lists_[slot].push_back({with.order != nullptr ? order_key(*with.order, i) : 0,
                                tied ? order_key(*with.tie, i) : no_key,
                                static_cast<std::uint32_t>(order_key(from, i)),
                                static_cast<std::uint32_t>(from.whole[i])});
    });
}

void text_list_states::merge(const state_array& other, std::span<const std::uint32_t> to) {
    const auto& from = static_cast<const text_list_states&>(other);
    if (texts_ == text_source{}) texts_ = from.texts_;
    for (std::size_t i = 0; i < to.size(); ++i) {
        std::vector<entry>& into = lists_[to[i]];
        into.insert(into.end(), from.lists_[i].begin(), from.lists_[i].end());
    }
}

void text_list_states::finalize(const final_call&, std::span<const std::uint32_t> slots,
                                final_writer& out) const {
    std::vector<entry> all;
    for (const std::uint32_t slot : slots)
        all.insert(all.end(), lists_[slot].begin(), lists_[slot].end());
    if (all.empty()) return out.blank(reason::no_data);
    std::sort(all.begin(), all.end());
    std::string joined;
    for (const entry& one : all) {
        if (!joined.empty() || &one != all.data()) joined += " > ";
        joined += texts_.at(one.code);
    }
    out.text(joined);
}

}  // namespace merit::engine
