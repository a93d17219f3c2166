// Sums of open time: openings of all days as instants, sorted and merged, each with the open time
// before it; a sum between two instants is a difference of two look-ups.
#include "data/calendar/working_time.hpp"

#include <algorithm>
#include <mutex>

namespace merit::calendar {

namespace {

const std::int32_t first_day = days_of({1900, 1, 1});
const std::int32_t end_day = days_of({2101, 1, 1});

}  // namespace

struct working_time::table {
    struct span_of_time {
        std::int64_t from;
        std::int64_t to;
        std::int64_t before;  ///< open time before it
    };
    std::once_flag made;
    std::vector<span_of_time> spans;    ///< sorted, apart
    std::vector<std::uint32_t> by_day;  ///< of a UTC day: the first span that ends after it began
    std::vector<std::int32_t> days;     ///< working days before a local day
    std::int64_t from = 0;              ///< instants that the table knows
    std::int64_t to = 0;

    void make(const calendar& in, const working_hours& hours);
    void add(const calendar& in, const working_hours& hours, std::int32_t day,
             std::optional<std::int64_t> offset);
    void index();
    [[nodiscard]] bool knows(std::int64_t t) const { return t >= from && t < to; }
    [[nodiscard]] std::size_t place(std::int64_t t) const;
    [[nodiscard]] std::int64_t open_before(std::int64_t t) const;
};

void working_time::table::make(const calendar& in, const working_hours& hours) {
    from = in.to_instant(first_day * day_us);
    to = in.to_instant(end_day * day_us);
    // Most days have one offset for themselves and their neighbours: asked of a month at a time,
    // it spares a search for each border.
    constexpr std::int32_t step = 32;
    for (std::int32_t day = first_day; day < end_day; day += step) {
        const auto offset = in.constant_offset((day - 2) * day_us, (day + step + 3) * day_us);
        for (std::int32_t d = day; d < std::min(day + step, end_day); ++d)
            add(in, hours, d, offset);
    }
    std::sort(spans.begin(), spans.end(),
              [](const span_of_time& a, const span_of_time& b) { return a.from < b.from; });
    index();
}

void working_time::table::add(const calendar& in, const working_hours& hours, std::int32_t day,
                              std::optional<std::int64_t> offset) {
    const day_hours& open = hours.of(day);
    days.push_back((days.empty() ? 0 : days.back()) + (open.empty() ? 0 : 1));
    for (const opening& one : open) {
        const std::int64_t start = day * day_us + one.from;
        const std::int64_t stop = day * day_us + one.to;
        // A local time that a clock change skips is the moment of the change, a repeated one its
        // first: so a shift over a change has the length that it really has.
        const std::int64_t a = offset ? start - *offset : in.to_instant(start);
        const std::int64_t b = offset ? stop - *offset : in.to_instant(stop);
        if (a < b) spans.push_back({a, b, 0});
    }
}

void working_time::table::index() {
    std::vector<span_of_time> apart;
    for (const span_of_time& one : spans) {
        if (!apart.empty() && one.from <= apart.back().to)
            apart.back().to = std::max(apart.back().to, one.to);
        else
            apart.push_back(one);
    }
    spans = std::move(apart);
    std::int64_t sum = 0;
    for (span_of_time& one : spans) {
        one.before = sum;
        sum += one.to - one.from;
    }
    std::uint32_t next = 0;
    for (std::int64_t day = day_below(from); day <= day_below(to); ++day) {
        while (next < spans.size() && spans[next].to <= day * day_us) ++next;
        by_day.push_back(next);
    }
}

/// The first span that ends after t.
std::size_t working_time::table::place(std::int64_t t) const {
    std::size_t at = by_day[static_cast<std::size_t>(day_below(t) - day_below(from))];
    while (at < spans.size() && spans[at].to <= t) ++at;
    return at;
}

std::int64_t working_time::table::open_before(std::int64_t t) const {
    const std::size_t at = place(t);
    if (at == spans.size())
        return spans.empty() ? 0 : spans.back().before + spans.back().to - spans.back().from;
    return spans[at].before + std::max<std::int64_t>(0, t - spans[at].from);
}

working_time::working_time(calendar in, working_hours hours)
    : in_(std::move(in)), hours_(std::move(hours)), table_(std::make_unique<table>()) {}
working_time::~working_time() = default;

const working_time::table& working_time::known() const {
    std::call_once(table_->made, [this] { table_->make(in_, hours_); });
    return *table_;
}

std::optional<std::int64_t> working_time::between(std::int64_t from, std::int64_t to) const {
    const table& all = known();
    if (!all.knows(from) || !all.knows(to)) return std::nullopt;
    return all.open_before(to) - all.open_before(from);
}

std::optional<std::int64_t> working_time::after(std::int64_t t, std::int64_t length) const {
    const table& all = known();
    if (!all.knows(t)) return std::nullopt;
    if (length == 0) return t;
    std::int64_t wanted = 0;
    if (__builtin_add_overflow(all.open_before(t), length, &wanted)) return std::nullopt;
    const auto later = [](std::int64_t sum, const table::span_of_time& one) {
        return sum < one.before;
    };
    if (length > 0) {
        // The span that ends with the wanted sum or holds it: the last with less before it.
        auto at = std::lower_bound(
            all.spans.begin(), all.spans.end(), wanted,
            [](const table::span_of_time& one, std::int64_t sum) { return one.before < sum; });
        if (at == all.spans.begin()) return std::nullopt;
        --at;
        const std::int64_t found = at->from + (wanted - at->before);
        return found <= at->to ? std::optional(found) : std::nullopt;
    }
    const auto at = std::upper_bound(all.spans.begin(), all.spans.end(), wanted, later);
    if (wanted < 0 || at == all.spans.begin()) return std::nullopt;
    return std::prev(at)->from + (wanted - std::prev(at)->before);
}

std::optional<bool> working_time::open_at(std::int64_t t) const {
    const table& all = known();
    if (!all.knows(t)) return std::nullopt;
    const std::size_t at = all.place(t);
    return at < all.spans.size() && all.spans[at].from <= t;
}

std::optional<std::int64_t> working_time::days(std::int64_t a, std::int64_t b) const {
    if (b < a) {
        const auto other = days(b, a);
        return other ? std::optional(-*other) : std::nullopt;
    }
    if (a < first_day || b >= end_day) return std::nullopt;
    const table& all = known();
    const auto until = [&](std::int64_t day) -> std::int64_t {
        return day < first_day ? 0 : all.days[static_cast<std::size_t>(day - first_day)];
    };
    return until(b) - until(a - 1);
}

}  // namespace merit::calendar
