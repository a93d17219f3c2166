// Working time of a calendar: one that the formula names, or one a row.
#include "data/calendar/working_time.hpp"
#include "engine/lanes.hpp"

namespace merit::engine {

using language::function;

namespace {

/// The calendar of each row.
class calendars_of {
public:
    explicit calendars_of(const call& with) : with_(with) {
        if (with.what.with != plan::nothing)
            always_ = with.in.what.calendars[with.what.with].works.get();
    }

    /// nullptr where no calendar of that name has hours.
    const calendar::working_time* at(std::size_t i) {
        if (with_.what.with != plan::nothing) return always_;
        const vector& names = with_.of.back();
        const auto code = static_cast<std::size_t>(names.whole[i]);
        if (code >= known_.size()) known_.resize(code + 1);
        if (!known_[code]) known_[code] = named(names.texts.at(names.whole[i]));
        return *known_[code];
    }

private:
    [[nodiscard]] const calendar::working_time* named(std::string_view name) const {
        for (const plan::calendar_use& one : with_.in.what.calendars) {
            if (one.name == name) return one.works.get();
        }
        return nullptr;
    }

    const call& with_;
    const calendar::working_time* always_ = nullptr;
    std::vector<std::optional<const calendar::working_time*>> known_;  ///< by code
};

/// The instant of value i; a date is its midnight in the calendar's own zone.
std::int64_t instant_of(const call& with, std::size_t operand, std::size_t i,
                        const calendar::working_time& by) {
    const std::int64_t x = with.of[operand].whole[i];
    return with.type_of(operand).kind == type_kind::date ? by.in().to_instant(x * calendar::day_us)
                                                         : x;
}

/// The local day of value i.
std::int64_t working_day_of(const call& with, std::size_t operand, std::size_t i,
                            const calendar::working_time& by) {
    const std::int64_t x = with.of[operand].whole[i];
    if (with.type_of(operand).kind == type_kind::date) return x;
    return calendar::day_below(by.in().to_local(x));
}

std::optional<std::int64_t> worked(const call& with, std::size_t i,
                                   const calendar::working_time& by) {
    switch (with.what.what) {
        case function::work_time:
            return by.between(instant_of(with, 0, i, by), instant_of(with, 1, i, by));
        case function::add_work_time:
            return by.after(instant_of(with, 0, i, by), with.of[1].whole[i]);
        case function::work_days:
            return by.days(working_day_of(with, 0, i, by), working_day_of(with, 1, i, by));
        default: {
            const auto open = by.open_at(with.of[0].whole[i]);
            return open ? std::optional<std::int64_t>(*open ? 1 : 0) : std::nullopt;
        }
    }
}

}  // namespace

bool apply_working_time(const call& with) {
    const function what = with.what.what;
    if (what < function::work_time || what > function::in_work_hours) return false;
    std::int64_t* out = with.out.begin_whole(with.count);
    const mark* marks = combine_marks(with);
    calendars_of calendars(with);
    each_usable(with, marks, [&](std::size_t i) {
        const calendar::working_time* by = calendars.at(i);
        if (by == nullptr) return with.out.fail(i, with.count, with.self);
        const auto found = worked(with, i, *by);
        if (!found) return make_blank(with, i, reason::not_meaningful);
        out[i] = *found;
    });
    return true;
}

}  // namespace merit::engine
