// Peers: the groups that a rank, or another function of them, compares, and how.
#include <algorithm>

#include "core/decimal.hpp"
#include "explain/apportion.hpp"
#include "explain/telling.hpp"

namespace merit::explain {

using engine::quad;
using language::function;
using plan::expression_op;
using plan::nothing;

namespace {

/// What peers are put in order by; nothing for a blank one.
std::optional<quad> order_of(const value& what) {
    if (const auto* day = std::get_if<date_value>(&what)) return static_cast<quad>(day->days);
    if (const auto* at = std::get_if<timestamp_value>(&what))
        return static_cast<quad>(at->microseconds);
    return number_of(what);
}

/// Whole units of the scale that it is written with, as the engine splits by.
quad units_of(const value& what) {
    if (const auto* m = std::get_if<money_value>(&what)) return static_cast<quad>(m->amount.units);
    if (const auto* d = std::get_if<decimal_value>(&what)) return static_cast<quad>(d->units);
    return number_of(what).value_or(0);
}

/// A number in units of so many digits.
int128 units_at(const value& what, unsigned digits) {
    decimal_value exact;
    if (const auto* m = std::get_if<money_value>(&what)) exact = m->amount;
    if (const auto* d = std::get_if<decimal_value>(&what)) exact = *d;
    if (const auto* n = std::get_if<std::int64_t>(&what)) exact = {*n, 0};
    return at_scale(without_idle_zeros(exact), static_cast<std::uint8_t>(digits))
        .value_or(decimal_value{})
        .units;
}

}  // namespace

/// The groups compared, the best first, and where this one stands among them.
void telling::tell_peers(place at, into made) {
    const plan::plan& plan = of_.run.what();
    for (std::size_t i = 0; i < traced(at).of.size(); ++i) {
        const auto inside = there(at, i);
        if (inside) add(made, *inside, i == 0 ? "compared" : "pool");
    }
    const auto compared = there(at, 0);
    if (!compared) return;
    const plan::traced& here = traced(at);
    // The function itself is a column of the frame of its peers, or read from there.
    plan::id window = here.expression;
    std::uint32_t column = here.column;
    if (plan.expressions[window].op == expression_op::value_of) {
        const plan::broadcast& from = plan.broadcasts[plan.expressions[window].with];
        column = from.column;
        window = plan.frames[from.frame].columns[from.column];
    }
    if (plan.expressions[window].op != expression_op::over_peers) return;
    const plan::traced& below = traced(*compared);
    const plan::frame& frame = plan.frames[below.frame];
    const plan::peer_window& parts = plan.peer_windows[plan.expressions[window].with];
    const auto& partition = parts.partition;
    std::vector<std::uint32_t> names;
    for (const std::uint32_t key : frame.keys)
        if (std::find(partition.begin(), partition.end(), key) == partition.end())
            names.push_back(key);
    std::vector<explained_peer> all;
    for (const std::uint32_t row : of_.run.beside(below.frame, below.early, compared->row, parts)) {
        explained_peer peer;
        peer.key = keys_of(below.frame, below.early, row, names);
        peer.compared = value_of({compared->traced, row}).value;
        const engine::seen_value seen = of_.run.value_at(below.frame, below.early, row, column);
        peer.place = seen.is;
        peer.self = row == compared->row;
        // Groups of too few rows are none of those that are compared.
        const bool placed = !std::holds_alternative<blank_value>(seen.is);
        if (parts.min_n > 0 && !placed && seen.why != reason::no_spread && !peer.self) continue;
        all.push_back(std::move(peer));
    }
    const bool lowest_first = parts.lowest_first;
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        const auto x = order_of(a.compared);
        const auto y = order_of(b.compared);
        if (!x || !y) return x.has_value() && !y.has_value();
        return lowest_first ? *x < *y : *x > *y;
    });
    const auto placed = [](const auto& one) { return order_of(one.compared).has_value(); };
    made.peer_count = static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), placed));
    if (parts.what == function::allot) tell_allotted(at, all, made);
    tell_compared(at, *compared, parts, made);
    tell_standing(all, parts, made);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i < how_.rows || all[i].self) made.peers.push_back(std::move(all[i]));
}

/// How many are compared, of which part of all, and in which order.
void telling::tell_compared(place at, place compared, const plan::peer_window& parts,
                            into made) const {
    static constexpr phrase among{"{0} groups with a value are compared{1}{2}",
                                  "共比较 {0} 个有值的组{1}{2}"};
    static constexpr phrase where{", those where {0}", "，限于 {0}"};
    static constexpr phrase is{"{0} is {1}", "{0} 为 {1}"};
    static constexpr phrase both{"{0} and {1}", "{0} 且 {1}"};
    static constexpr phrase lowest{"; the lowest comes first", "；最低者排前"};
    static constexpr phrase few{"groups with fewer than {0} rows have no place",
                                "不足 {0} 行的组没有名次"};
    const plan::traced& below = traced(compared);
    const plan::plan& plan = of_.run.what();
    std::string part;
    const auto say = [&](const std::string& name, const value& held) {
        const std::string one = is.in(how_.wording, name, words_.value_text(held));
        part = part.empty() ? one : both.in(how_.wording, part, one);
    };
    for (const std::uint32_t key : parts.partition)
        say(plan.grain[key].name, of_.run.key_at(below.frame, below.early, compared.row, key));
    const auto& columns = plan.frames[below.frame].columns;
    auto value = parts.parted.begin();
    for (const language::added_dimension& one : of_.program.peers[term(at).with].across.added) {
        const bool keyed =
            std::any_of(parts.partition.begin(), parts.partition.end(),
                        [&](auto key) { return plan.grain[key].name == one.is.name; });
        if (keyed || value == parts.parted.end()) continue;
        const auto column = std::find(columns.begin(), columns.end(), *value++);
        const auto position = static_cast<std::uint32_t>(column - columns.begin());
        say(one.is.name, of_.run.value_at(below.frame, below.early, compared.row, position).is);
    }
    add_rule(
        made, "peers",
        among.in(how_.wording, made.peer_count, part.empty() ? part : where.in(how_.wording, part),
                 parts.lowest_first ? lowest.in(how_.wording) : std::string_view()));
    if (parts.min_n > 0) add_rule(made, "min_n", few.in(how_.wording, parts.min_n));
}

/// By which rule this one has its place among them.
void telling::tell_standing(const std::vector<explained_peer>& all, const plan::peer_window& parts,
                            into made) const {
    static constexpr phrase ties[] = {
        {"equal values share the best of their places, and as many of the next are left out: 1, 1, "
         "3",
         "值相等者并列其中最好的名次，其后名次空缺：1、1、3"},
        {"equal values share a place, and the next value has the next one: 1, 1, 2",
         "值相等者并列同一名次，下一个值名次紧接：1、1、2"},
        {"equal values share the mean of their places: 1.5, 1.5, 3",
         "值相等者取其名次的平均：1.5、1.5、3"}};
    static constexpr phrase percent{
        "100 × (n − rank) / (n − 1) = 100 × ({0} − {1}) / ({0} − 1); equal values share the best "
        "rank",
        "100 ×（n − 名次）÷（n − 1）= 100 ×（{0} − {1}）÷（{0} − 1）；值相等者取最好名次"};
    static constexpr phrase tile{
        "(rank − 1) × {2} / n, rounded down, and 1: ({1} − 1) × {2} / {0}, rounded down, and 1; "
        "equal values share the best rank",
        "（名次 − 1）× {2} ÷ n 向下取整加 1：（{1} − 1）× {2} ÷ {0} 向下取整加 1；"
        "值相等者取最好名次"};
    const auto self = std::find_if(all.begin(), all.end(), [](auto& one) { return one.self; });
    const auto own = self == all.end() ? std::nullopt : order_of(self->compared);
    const bool placed = own && !std::holds_alternative<blank_value>(self->place);
    if (parts.what == function::rank) {
        const auto which =
            static_cast<std::size_t>(parts.ties == language::tie_rule::competition ? 0
                                     : parts.ties == language::tie_rule::dense     ? 1
                                                                                   : 2);
        return add_rule(made, "ties", std::string(ties[which].in(how_.wording)));
    }
    if (!placed) return;
    const auto better = std::count_if(all.begin(), self, [&](const explained_peer& one) {
        return order_of(one.compared) != own;
    });
    if (parts.what == function::percent_rank)
        add_rule(made, "method", percent.in(how_.wording, made.peer_count, better + 1));
    if (parts.what == function::ntile)
        add_rule(made, "method", tile.in(how_.wording, made.peer_count, better + 1, parts.parts));
    if (parts.what == function::minmax || parts.what == function::zscore)
        tell_spread(all, parts.what, *self, made);
}

/// minmax and zscore: from what the values of all give.
void telling::tell_spread(const std::vector<explained_peer>& all, function what,
                          const explained_peer& self, into made) const {
    static constexpr phrase between{
        "100 × (value − lowest) / (highest − lowest) = 100 × ({0} − {1}) / ({2} − {1})",
        "100 ×（值 − 最低）÷（最高 − 最低）= 100 ×（{0} − {1}）÷（{2} − {1}）"};
    static constexpr phrase score{
        "(value − mean) / standard deviation of a sample (n − 1): ({0} − {1}) / {2}",
        "（值 − 平均）÷ 样本标准差（n − 1）：（{0} − {1}）÷ {2}"};
    std::vector<quad> numbers;
    for (const explained_peer& one : all)
        if (const auto number = explain::number_of(one.compared)) numbers.push_back(*number);
    if (numbers.size() < 2) return;
    const auto text = [&](quad number) { return amount_text(number, self.compared); };
    const quad own = explain::number_of(self.compared).value_or(0);
    if (what == function::minmax) {
        const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
        return add_rule(made, "method",
                        between.in(how_.wording, text(own), text(*low), text(*high)));
    }
    const auto n = static_cast<quad>(numbers.size());
    quad mean = 0;
    for (const quad one : numbers) mean += one / n;
    quad squares = 0;
    for (const quad one : numbers) squares += (one - mean) * (one - mean);
    add_rule(made, "method",
             score.in(how_.wording, text(own), text(mean),
                      text(engine::square_root(squares / (n - 1)))));
}

/// allot: the pool in the proportion of what is compared, by largest remainder.
void telling::tell_allotted(place at, const std::vector<explained_peer>& all, into made) const {
    static constexpr phrase share{"{0} × {1} / {2}, the sum of all, = {3}; cut to {4}: {5}",
                                  "{0} × {1} ÷ {2}（全部之和）= {3}；舍至{4}：{5}"};
    static constexpr phrase rests{
        "cutting leaves {0} of the pool, which goes in steps of {1} to the largest remainders; of "
        "equal ones to the larger value first, then in the order of the groups; to this one: {2}",
        "舍去后余 {0}，以 {1} 为单位依次分给余数最大者；余数相等时值大者先得，再按组的次序；本组得 "
        "{2}"};
    static constexpr phrase exact{"cutting leaves nothing of the pool", "舍去后没有剩余"};
    static constexpr phrase digits[] = {{"whole numbers", "整数"},
                                        {"tenths", "十分位"},
                                        {"hundredths", "百分位"},
                                        {"thousandths", "千分位"}};
    static constexpr phrase last{"{0} digits behind the point", "小数点后 {0} 位"};
    static constexpr phrase fine{"{0}, as the pool is written", "{0}（总额精确到此）"};
    const auto pool = there(at, 1);
    if (!pool) return;
    const value size = value_of(*pool).value;
    const auto self = std::find_if(all.begin(), all.end(), [](auto& one) { return one.self; });
    const bool placed = self != all.end() && !std::holds_alternative<blank_value>(self->place);
    quad sum = 0;
    quad total = 0;
    for (const explained_peer& one : all) {
        sum += explain::number_of(one.compared).value_or(0);
        total += units_of(one.compared);
    }
    if (!placed || total == 0) return;
    const unsigned places = allotted_places(at, size);
    const quad unit = quad{1} / static_cast<quad>(engine::power_of_ten(places));
    const quad whole = explain::number_of(size).value_or(0);
    const quad steps = static_cast<quad>(units_at(size, places));
    // In whole steps toward 0, as the engine cuts.
    const auto cut = [&](const explained_peer& one) {
        const quad part = (steps < 0 ? -steps : steps) * units_of(one.compared);
        auto down = static_cast<int128>(part / total);
        if (static_cast<quad>(down) * total > part) --down;
        return unit * static_cast<quad>(steps < 0 ? -down : down);
    };
    quad left = whole;
    for (const explained_peer& one : all) left -= cut(one);
    const auto text = [&](quad number) { return amount_text(number, size); };
    std::string to = places < std::size(digits) ? std::string(digits[places].in(how_.wording))
                                                : last.in(how_.wording, places);
    if (places > coin_places(size)) to = fine.in(how_.wording, to);
    add_rule(made, "allot",
             share.in(how_.wording, text(whole), words_.number(self->compared),
                      amount_text(sum, self->compared),
                      text(whole * units_of(self->compared) / total), to, text(cut(*self))));
    const bool some = left >= unit / 2 || left <= -unit / 2;
    const quad own = explain::number_of(self->place).value_or(0) - cut(*self);
    add_rule(made, "allot_rest",
             some ? rests.in(how_.wording, text(left), text(unit), text(own))
                  : std::string(exact.in(how_.wording)));
}

/// Digits of the smallest coin of a pool; hundredths of what has no currency.
unsigned telling::coin_places(const value& pool) {
    const auto* const money = std::get_if<money_value>(&pool);
    return money != nullptr && money->currency[0] != 0 ? minor_unit(money->currency) : 2U;
}

/// Digits to which a pool is split: those of its coin where it is whole in it, else all it has.
unsigned telling::allotted_places(place at, const value& pool) const {
    const auto* const money = std::get_if<money_value>(&pool);
    const auto* const number = std::get_if<decimal_value>(&pool);
    const decimal_value exact = money != nullptr    ? money->amount
                                : number != nullptr ? *number
                                                    : decimal_value{};
    const unsigned scale = term(at).type.scale;
    const unsigned coin = coin_places(pool);
    return scale > coin && without_idle_zeros(exact).scale <= coin ? coin : scale;
}

}  // namespace merit::explain
