#include "plan/context.hpp"

#include <algorithm>

#include "plan/builder.hpp"

namespace merit::plan {

using language::on_table;
using language::table_id;
using language::term_id;

contexts::contexts(const language::program& from, std::size_t most) : program_(from), most_(most) {
    for (const language::change& change : from.changes) filters_.push_back(&change.where);
    filters_.push_back(&from.asked->where);
}

context_id contexts::outermost(std::uint32_t frame) {
    context base;
    base.frame = frame;
    if (!program_.asked->where.empty())
        base.filters.push_back(static_cast<std::uint32_t>(filters_.size() - 1));
    base.present = base.filters;
    return intern(std::move(base));
}

context_id contexts::bare(std::uint32_t frame) {
    context base;
    base.frame = frame;
    return intern(std::move(base));
}

context_id contexts::over(context_id in, std::uint32_t frame) {
    context edited = all_[in];
    edited.frame = frame;
    return intern(std::move(edited));
}

context_id contexts::unfiltered(context_id in) {
    context edited = all_[in];
    edited.filters.clear();
    edited.present.clear();
    return intern(std::move(edited));
}

context_id contexts::unstepped(context_id in) {
    context edited = all_[in];
    std::erase_if(edited.times, [this](std::uint32_t step) { return is_move(step); });
    return intern(std::move(edited));
}

context_id contexts::in_pieces(context_id in, const std::vector<std::uint32_t>& steps) {
    context edited = all_[in];
    std::vector<std::uint32_t> left(
        edited.times.begin() + static_cast<std::ptrdiff_t>(steps.size()), edited.times.end());
    edited.times = steps;
    std::erase_if(edited.times, [this](std::uint32_t step) { return is_move(step); });
    edited.times.insert(edited.times.end(), left.begin(), left.end());
    return intern(std::move(edited));
}

context_id contexts::out_of_pieces(context_id in, const std::vector<std::uint32_t>& steps) {
    context edited = all_[in];
    const auto kept = std::count_if(steps.begin(), steps.end(),
                                    [this](std::uint32_t step) { return !is_move(step); });
    edited.times.erase(edited.times.begin(), edited.times.begin() + kept);
    edited.times.insert(edited.times.begin(), steps.begin(), steps.end());
    return intern(std::move(edited));
}

context_id contexts::changed(context_id in, std::uint32_t change) {
    context edited = all_[in];
    const auto filter = [change](std::vector<std::uint32_t>& by) {
        const auto place = std::lower_bound(by.begin(), by.end(), change);
        if (place == by.end() || *place != change) by.insert(place, change);
    };
    switch (program_.changes[change].kind) {
        case language::change_kind::where:
            filter(edited.filters);
            filter(edited.present);
            break;
        case language::change_kind::time:
            edited.times.push_back(change);
            break;
        case language::change_kind::unfiltered:
            edited.filters.clear();
            break;
        case language::change_kind::regroup:
            break;
    }
    return intern(std::move(edited));
}

bool contexts::moves(context_id in) const {
    const std::vector<std::uint32_t>& steps = all_[in].times;
    return std::any_of(steps.begin(), steps.end(),
                       [this](std::uint32_t step) { return is_move(step); });
}

bool contexts::is_move(std::uint32_t step) const {
    return program_.changes[step].time.what != language::time_step::kind::as_of;
}

std::vector<term_id> contexts::on(const std::vector<std::uint32_t>& filters, table_id table) const {
    std::vector<term_id> found;
    for (const std::uint32_t filter : filters) {
        const std::vector<term_id> here = resolved_on(program_, *filters_[filter], table);
        if (here.empty()) bug("a filter is not resolved on a table that it covers");
        found.insert(found.end(), here.begin(), here.end());
    }
    return found;
}

context_id contexts::intern(context what) {
    const auto [place, fresh] = known_.try_emplace(what, static_cast<context_id>(all_.size()));
    if (fresh && all_.size() >= most_) throw too_many_contexts();
    if (fresh) all_.push_back(std::move(what));
    return place->second;
}

std::vector<term_id> resolved_on(const language::program& in, const std::vector<on_table>& list,
                                 table_id table) {
    std::vector<term_id> found;
    while (found.empty() && table != language::nothing) {
        for (const on_table& one : list)
            if (one.table == table) found.push_back(one.term);
        table = in.tables[table].view_of;
    }
    return found;
}

}  // namespace merit::plan
