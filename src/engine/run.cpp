// The one door: bind, scan, finalize.
#include "engine/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/answer.hpp"
#include "engine/rates.hpp"
#include "engine/weights.hpp"
#include "plan/timeline.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

error not_yet(std::string_view what) {
    return error("E900", fmt::format("{} cannot be run yet", what), "leave it out for now");
}

/// What the plan can say and this engine cannot do.
std::optional<error> unbuilt(const plan::plan& what) {
    for (const plan::source& one : what.sources) {
        if (one.of == plan::source::relation::frame) return not_yet("an aggregate of an aggregate");
    }
    if (!what.sequences.empty()) return not_yet("a look at other rows");
    for (const plan::axis& one : what.axes) {
        if (one.how != plan::axis::placement::none && one.how != plan::axis::placement::event)
            return not_yet("this placement in time");
    }
    for (const plan::expression& one : what.expressions) {
        if (one.op == plan::expression_op::value_of)
            return not_yet("a value of another grouping");
        if (one.op == plan::expression_op::over_peers &&
            what.peer_windows[one.with].what != language::function::rank)
            return not_yet("this comparison of peers");
    }
    for (const std::uint16_t stage : what.stage) {
        if (stage != 0) return not_yet("an attribute computed from rows");
    }
    return std::nullopt;
}

/// `as of` is read by a formula, but the run has none.
std::optional<error> lacks_instant(const plan::plan& what, const run_settings& with) {
    if (with.as_of) return std::nullopt;
    for (const plan::expression& one : what.expressions) {
        if (one.op == plan::expression_op::as_of)
            return error("E413", "a formula reads `as_of`, but the run was given none",
                         "run it as of a date");
    }
    return std::nullopt;
}

std::vector<key_domain> domains_of(const plan::plan& what) {
    std::vector<key_domain> out;
    for (std::uint32_t position = 0; position < what.grain.size(); ++position) {
        if (what.grain[position].calendar_unit != unit::none) continue;
        out.push_back({position, what.grain[position].type, {}});
    }
    return out;
}

result<plan::timeline> times_of(const environment& in, const row_bindings& bound,
                                const run_settings& with) {
    std::vector<plan::axis_extent> extents;
    for (const plan::axis& one : in.what.axes) {
        const bool asked = !in.what.periods.ranged;
        extents.push_back(asked ? extent_of(in, bound, one, with.batch_rows)
                                : plan::axis_extent{});
    }
    return plan::bind(in.what, in.calendar, with.as_of, in.parameters, extents);
}

result<scans> scan_tables(const environment& in, const row_bindings& bound,
                          const plan::timeline& times, std::vector<key_domain>& domains,
                          const scan_settings& settings) {
    scans out;
    out.plans = plan_scans(in, bound, times, domains, settings.bounds);
    out.cells.resize(in.what.cells.size());
    for (std::uint32_t s = 0; s < out.plans.size(); ++s) {
        for (std::uint32_t c = 0; c < out.plans[s].cells.size(); ++c)
            out.cells[out.plans[s].cells[c].cell] = {s, c};
    }
    for (const scan_plan& one : out.plans) {
        auto made = run_scan(in, bound, times, domains, one, settings);
        if (!made) return made.error();
        out.results.push_back(std::move(*made));
    }
    return out;
}

scan_settings settings_of(const run_settings& with, std::uint64_t total) {
    scan_settings out;
    out.threads = std::max(1U, with.threads);
    out.batch_rows = std::max<std::size_t>(1, with.batch_rows);
    out.cancel = with.cancel;
    out.bounds = with.limits;
    if (with.progress) {
        out.progress = [report = with.progress, total,
                        done = std::uint64_t{0}](std::uint64_t rows) mutable {
            done += rows;
            report(done, total);
        };
    }
    return out;
}

}  // namespace

result<frame> run(const plan::plan& what, std::span<const table> tables,
                  std::span<const value> parameters, const run_settings& with) {
    if (auto problem = unbuilt(what)) return *problem;
    if (auto problem = lacks_instant(what, with)) return *problem;
    auto calendar = calendar::calendar::make(what.calendar);
    if (!calendar) return calendar.error();
    environment in{what, tables, parameters, std::move(*calendar), with.as_of, {}, {}, {}};
    if (auto problem = wrong_weights(in)) return *problem;
    auto rates = rate_books(in);
    if (!rates) return rates.error();
    in.rates = &*rates;
    look_ups looked_up;
    row_bindings bound;
    const std::vector<id> roots = scan_roots(what);
    const std::size_t batch_rows = std::max<std::size_t>(1, with.batch_rows);
    if (auto ready = row_bindings::prepare(bound, in, looked_up, roots, batch_rows); !ready)
        return ready.error();
    in.rows = &bound;
    auto times = times_of(in, bound, with);
    if (!times) return times.error();
    std::vector<key_domain> domains = domains_of(what);
    std::uint64_t total = 0;
    for (const table& one : tables) total += one.rows();
    const scan_settings settings = settings_of(with, total);
    auto made = scan_tables(in, bound, *times, domains, settings);
    if (!made) return made.error();
    auto content = answer_of(in, *times, *made, domains, settings);
    if (!content) return content.error();
    content->notes = missing_keys(in, looked_up);
    for (diagnostic& note : money_notes(in)) content->notes.push_back(std::move(note));
    if (with.as_of) content->as_of = calendar::timestamp_text(*with.as_of);
    return frame(std::move(*content));
}

}  // namespace merit::engine
