#include "engine/running.hpp"

#include <algorithm>

#include "engine/expansion.hpp"
#include "engine/sequence.hpp"
#include "engine/weights.hpp"

namespace merit::engine {

using plan::id;
using plan::nothing;

namespace {

/// `as of` is read by a formula, but the run has none.
std::optional<error> lacks_instant(const plan::plan& what, const run_settings& with) {
    if (with.as_of) return std::nullopt;
    for (const plan::expression& one : what.expressions) {
        if (one.op == plan::expression_op::as_of && one.with == nothing && one.of.empty())
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

/// Does a cell have fewer rows than its table has as of the run's instant?
bool narrows(const plan::plan& what, const plan::cell& one) {
    if (!one.where.empty()) return true;
    for (id source = one.on;; source = what.sources[source].which) {
        const plan::source& of = what.sources[source];
        if (of.kept != nothing || of.as_of != nothing) return true;
        if (of.of == plan::source::relation::table) return false;
    }
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

running::running(const plan::plan& what, std::span<const table> tables,
                 std::span<const value> parameters, calendar::calendar calendar,
                 const run_settings& with)
    : tables_(tables.begin(), tables.end()),
      in_{what, tables_, parameters, std::move(calendar), with.as_of, {}, {}, {}, {}, {}, {}},
      domains_(domains_of(what)) {
    std::uint64_t total = 0;
    for (const table& one : tables) total += one.rows();
    with_ = settings_of(with, total);
    scans_.cells.resize(what.cells.size());
    repeated_.resize(what.tables.size());
    in_.repeated = &repeated_;
    marked_.resize(what.tables.size());
    in_.marked = &marked_;
}

result<std::unique_ptr<running>> running::make(const plan::plan& what,
                                               std::span<const table> tables,
                                               std::span<const value> parameters,
                                               const run_settings& with) {
    if (auto problem = lacks_instant(what, with)) return *problem;
    auto calendar = calendar::calendar::make(what.calendar);
    if (!calendar) return calendar.error();
    std::unique_ptr<running> made(
        new running(what, tables, parameters, std::move(*calendar), with));
    if (auto problem = wrong_weights(made->in_)) return *problem;
    if (auto problem = wrong_amounts(made->in_)) return *problem;
    auto allowed = keep_allowed(made->in_, made->tables_, made->with_.batch_rows);
    if (!allowed) return allowed.error();
    made->allowed_ = std::move(*allowed);
    made->in_.taken = &made->allowed_.taken;
    auto rates = rate_books(made->in_);
    if (!rates) return rates.error();
    made->rates_ = std::move(*rates);
    made->in_.rates = &made->rates_;
    return made;
}

/// Attributes come before the periods are bound, which may depend on them.
result<frame::content> running::all() {
    early_ = plan::timeless(in_.what, in_.calendar, in_.as_of);
    eras_.assign(in_.what.frames.size(), false);
    early_frames_.emplace(in_, early_, scans_, domains_, with_);
    if (auto done = stages(true, early_, *early_frames_); !done) return done.error();
    if (auto done = bind(); !done) return done.error();
    main_frames_.emplace(in_, times_, scans_, domains_, with_);
    if (auto done = stages(false, times_, *main_frames_); !done) return done.error();
    auto out = answer_of(in_, *main_frames_, with_, origins_);
    if (!out) return out.error();
    out->notes = missing_keys(in_, looked_up_);
    for (diagnostic& note : money_notes(in_)) out->notes.push_back(std::move(note));
    if (in_.as_of) out->as_of = calendar::timestamp_text(*in_.as_of);
    out->coverage = allowed_.coverage;
    return out;
}

std::uint16_t running::stage_count() const {
    std::uint16_t most = 0;
    for (const std::uint16_t one : in_.what.stage) most = std::max(most, one);
    for (const std::uint16_t one : in_.what.frame_stage) most = std::max(most, one);
    return static_cast<std::uint16_t>(most + 1);
}

result<void> running::stages(bool early, const plan::timeline& times, frames& among) {
    for (std::uint16_t stage = 0; stage < stage_count(); ++stage) {
        if (auto done = make_tables(early, stage, among); !done) return done.error();
        if (early) {
            if (auto done = bind_eras(); !done) return done.error();
        }
        std::vector<id> cells;
        for (id c = 0; c < in_.what.cells.size(); ++c)
            if (in_.what.early[c] == early && in_.what.stage[c] == stage) cells.push_back(c);
        if (cells.empty() && early) continue;
        if (auto done = expand(cells, times); !done) return done.error();
        if (auto done = scan(cells, times); !done) return done.error();
    }
    return {};
}

/// Frames that may be read from this stage on become tables, those that others look into first.
result<void> running::make_tables(bool early, std::uint16_t stage, frames& among) {
    std::vector<id> waiting;
    for (id t = 0; t < in_.what.tables.size(); ++t) {
        const id frame = in_.what.tables[t].frame;
        if (frame != nothing && (in_.what.frames[frame].era != nothing) == early &&
            in_.what.frame_stage[frame] == stage)
            waiting.push_back(t);
    }
    while (!waiting.empty()) {
        auto next = std::find_if(waiting.begin(), waiting.end(), [this](id t) {
            return is_ready(in_.what.frames[in_.what.tables[t].frame].columns);
        });
        if (next == waiting.end()) next = waiting.begin();
        const id t = *next;
        waiting.erase(next);
        if (auto ready = prepare({}); !ready) return ready.error();
        auto made = among.as_table(in_.what.tables[t]);
        if (!made) return made.error();
        keep(t, std::move(*made));
    }
    return {};
}

void running::keep(id table, made_table made) {
    tables_[table] = std::move(made.values);
    marked_[table] = std::move(made.marked);
    in_.tables = tables_;
}

/// Rows that stand for others, where some cells read them.
result<void> running::expand(std::span<const id> cells, const plan::timeline& times) {
    std::vector<id> wanted;
    for (const id cell : cells) {
        id table = table_below(in_.what, in_.what.cells[cell].on);
        while (in_.what.tables[table].expansion != nothing) {
            wanted.push_back(table);
            table = in_.what.expansions[in_.what.tables[table].expansion].base;
        }
    }
    return make_expansions(std::move(wanted), times);
}

result<void> running::make_expansions(std::vector<id> wanted, const plan::timeline& times) {
    // What is expanded twice stands behind what it is expanded from.
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const id table : wanted) {
        if (!tables_[table].schema().fields.empty()) continue;
        if (auto ready = prepare({}, expansion_roots(in_.what, table)); !ready)
            return ready.error();
        auto made = expanded(in_, *bound_.back(), table, times, with_.batch_rows, repeated_[table]);
        if (!made) return made.error();
        keep(table, std::move(*made));
    }
    return {};
}

/// Are the tables that expressions read there already?
bool running::is_ready(std::vector<id> open) const {
    const auto known = [this](id table) {
        if (table == nothing) return true;
        const plan::table_use& use = in_.what.tables[table];
        const bool made = use.frame != nothing || use.expansion != nothing;
        return !made || !tables_[table].schema().fields.empty();
    };
    std::vector<bool> seen(in_.what.expressions.size(), false);
    while (!open.empty()) {
        const id next = open.back();
        open.pop_back();
        if (seen[next]) continue;
        seen[next] = true;
        const plan::expression& one = in_.what.expressions[next];
        if (!known(one.over)) return false;
        if (one.op == plan::expression_op::look_up) {
            if (!known(one.with)) return false;
            if (const id kept = in_.what.tables[one.with].kept; kept != nothing)
                open.push_back(kept);
        }
        if (one.op == plan::expression_op::value_of) {
            const plan::broadcast& from = in_.what.broadcasts[one.with];
            open.push_back(in_.what.frames[from.frame].columns[from.column]);
        }
        for (const id read : read_along(in_.what, one)) open.push_back(read);
        open.insert(open.end(), one.of.begin(), one.of.end());
    }
    return true;
}

/// Row expressions of some cells, and the look-ups of frames, which read whole tables too.
result<void> running::prepare(std::span<const id> cells, std::vector<id> roots) {
    for (const id root : scan_roots(in_.what, cells)) roots.push_back(root);
    for (id e = 0; e < in_.what.expressions.size(); ++e) {
        const plan::expression& one = in_.what.expressions[e];
        if (one.op == plan::expression_op::look_up && one.over == nothing && is_ready({e}))
            roots.push_back(e);
    }
    for (const plan::axis& one : in_.what.axes) {
        if (one.how == plan::axis::placement::event && is_ready({one.from}))
            roots.push_back(one.from);
        if (one.how != plan::axis::placement::valid) continue;
        const id rows = in_.what.tables[in_.what.expressions[one.from].over].expansion;
        for (const id time : {in_.what.expansions[rows].from, in_.what.expansions[rows].to})
            if (time != nothing && is_ready({time})) roots.push_back(time);
    }
    // States and groups point at the texts of the bindings that they were read by.
    bound_.push_back(std::make_unique<row_bindings>());
    in_.rows = bound_.back().get();
    return row_bindings::prepare(*bound_.back(), in_, looked_up_, roots, with_.batch_rows);
}

result<void> running::scan(std::span<const id> cells, const plan::timeline& times) {
    if (auto ready = prepare(cells); !ready) return ready.error();
    const std::size_t first = scans_.plans.size();
    for (scan_plan& one : plan_scans(in_, *bound_.back(), times, domains_, cells, with_.bounds))
        scans_.plans.push_back(std::move(one));
    for (std::size_t s = first; s < scans_.plans.size(); ++s) {
        const scan_plan& one = scans_.plans[s];
        for (std::uint32_t c = 0; c < one.cells.size(); ++c)
            scans_.cells[one.cells[c].cell] = {static_cast<std::uint32_t>(s), c};
    }
    for (std::size_t s = first; s < scans_.plans.size(); ++s) {
        auto made = run_scan(in_, *bound_.back(), times, domains_, scans_.plans[s], with_);
        if (!made) return made.error();
        scans_.results.push_back(std::move(*made));
    }
    return {};
}

/// The times of all rows that tell of an era, where they can be read already.
std::optional<std::vector<plan::axis_extent>> running::extents_in(id era) {
    std::vector<plan::axis_extent> out(in_.what.axes.size());
    for (id a = 0; a < in_.what.axes.size(); ++a) {
        const plan::axis& one = in_.what.axes[a];
        if (!plan::tells_of_era(one, era)) continue;
        std::vector<id> read{one.from};
        if (one.how == plan::axis::placement::valid) {
            const id rows = in_.what.tables[in_.what.expressions[one.from].over].expansion;
            read = {in_.what.expansions[rows].from, in_.what.expansions[rows].to};
            std::erase(read, nothing);
        }
        if (!is_ready(std::move(read))) return std::nullopt;
        out[a] = extent_of(in_, *bound_.back(), one, with_.batch_rows);
    }
    return out;
}

/// What attributes read is placed in time as soon as the times of their rows are known.
result<void> running::bind_eras() {
    std::vector<id> shared;
    for (const plan::axis& one : in_.what.axes) {
        if (one.era == nothing || !plan::tells_of_era(one, one.era)) continue;
        id rows = in_.what.expressions[one.from].over;
        if (one.how == plan::axis::placement::valid)
            rows = in_.what.expansions[in_.what.tables[rows].expansion].base;
        if (in_.what.tables[rows].expansion != nothing && is_ready(expansion_roots(in_.what, rows)))
            shared.push_back(rows);
    }
    if (auto done = make_expansions(std::move(shared), early_); !done) return done.error();
    bool prepared = false;
    for (id era = 0; era < in_.what.frames.size(); ++era) {
        if (in_.what.frames[era].era != era || eras_[era]) continue;
        const bool told =
            std::any_of(in_.what.axes.begin(), in_.what.axes.end(),
                        [era](const plan::axis& one) { return plan::tells_of_era(one, era); });
        if (told && !prepared) {
            if (auto ready = prepare({}); !ready) return ready.error();
            prepared = true;
        }
        const auto extents = extents_in(era);
        if (!extents) continue;
        auto done = plan::bind_era(in_.what, era, in_.calendar, in_.parameters, *extents, early_);
        if (!done) return done.error();
        eras_[era] = true;
    }
    return {};
}

/// From the first to the last of the rows that are shown, where no range is asked and more than
/// these rows look at it.
result<std::optional<plan::range_told>> running::range_shown(
    std::span<const plan::axis_extent> extents) {
    using range = std::optional<plan::range_told>;
    const plan::period_rule& rule = in_.what.periods;
    if (rule.of == unit::none || rule.ranged) return range{};
    const std::vector<plan::range_rows> cells = plan::rows_of_range(in_.what);
    if (cells.empty() || !plan::looks_beyond_rows(in_.what, cells)) return range{};
    std::vector<id> read;
    for (const plan::range_rows& one : cells) {
        const plan::cell& cell = in_.what.cells[one.cell];
        const plan::axis& at = in_.what.axes[cell.at];
        if (!narrows(in_.what, cell)) continue;
        if (at.how != plan::axis::placement::event) return range{};
        read.push_back(at.from);
        read.insert(read.end(), cell.where.begin(), cell.where.end());
        read_below(in_.what, cell.on, read);
    }
    std::erase(read, nothing);
    if (!is_ready(read)) return range{};
    if (auto ready = prepare({}, read); !ready) return ready.error();
    row_leaves leaves(in_, *bound_.back());
    plan::range_told out;
    for (const plan::range_rows& one : cells) {
        const plan::cell& cell = in_.what.cells[one.cell];
        const plan::axis& at = in_.what.axes[cell.at];
        plan::axis_extent found = extents[cell.at];
        if (narrows(in_.what, cell)) {
            const std::size_t rows = in_.tables[in_.what.expressions[at.from].over].rows();
            const std::vector<std::uint8_t> kept =
                kept_rows(in_, leaves, cell.on, cell.where, rows, with_.batch_rows);
            if (!kept.empty()) found = extent_of(in_, *bound_.back(), at, with_.batch_rows, kept);
        }
        out.blanks = out.blanks || (one.undated && at.blank_pane && found.blanks);
        if (!found.any || found.high < found.low) continue;
        const bool first = out.of.from == out.of.to;
        out.of.from = first ? found.low : std::min(out.of.from, found.low);
        out.of.to = first ? found.high + 1 : std::max(out.of.to, found.high + 1);
    }
    return range{out};
}

result<void> running::bind() {
    std::vector<id> shared;
    for (const plan::axis& one : in_.what.axes) {
        if (one.era != nothing || !plan::tells_of_era(one, nothing)) continue;
        id rows = in_.what.expressions[one.from].over;
        if (one.how == plan::axis::placement::valid)
            rows = in_.what.expansions[in_.what.tables[rows].expansion].base;
        if (in_.what.tables[rows].expansion != nothing) shared.push_back(rows);
    }
    if (auto done = make_expansions(std::move(shared), early_); !done) return done.error();
    if (auto ready = prepare({}); !ready) return ready.error();
    std::vector<plan::axis_extent> extents;
    const bool cut = plan::cuts_windows(in_.what);
    for (const plan::axis& one : in_.what.axes) {
        // Windows must know where the data begins.
        const bool asked = one.era == nothing &&
                           (!in_.what.periods.ranged || one.maps.size() > 1 || one.snapshot || cut);
        extents.push_back(asked ? extent_of(in_, *bound_.back(), one, with_.batch_rows)
                                : plan::axis_extent{});
    }
    const auto shown = range_shown(extents);
    if (!shown) return shown.error();
    auto made = plan::bind(in_.what, in_.calendar, in_.parameters, extents, early_, *shown);
    if (!made) return made.error();
    times_ = std::move(*made);
    return {};
}

}  // namespace merit::engine
