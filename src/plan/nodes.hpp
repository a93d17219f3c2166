// The plan: one small IR between the checked program and its runners. Flat vectors and 32-bit ids;
// a node refers only to nodes built before it; equal nodes are interned, which is how terms and
// scans are shared. Immutable.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/calendar/calendar.hpp"
#include "language/function.hpp"
#include "merit/frame.hpp"
#include "merit/schema.hpp"
#include "merit/value.hpp"

namespace merit::calendar {
class working_time;
}

namespace merit::plan {

using id = std::uint32_t;
inline constexpr id nothing = 0xffff'ffff;

enum class expression_op : std::uint8_t {
    constant,   ///< with: plan.constants; `what` is reason_of for a column that a total row cannot
                ///< have: a blank whose reason is not_meaningful
    parameter,  ///< with: plan.parameters
    as_of,      ///< the run's instant, or that of a clause where it is earlier: of[0], a constant
    period_start,
    period_end,
    covered_end,
    covered_start,  ///< frame expressions: of the row's period
    // over the rows of a base table (`over`)
    column,    ///< with: column index
    look_up,   ///< of[0]: expression over the target table `with` (a table index); of[1]: key
               ///< expression over this table, or over the rows of a frame; of[2], where the table
               ///< holds versions: the instant, or with `what` = less or last, just before it;
               ///< with if_blank or last, where none holds then, the last one before it, else the
               ///< first; of[3]: a version that began after it is flagged
    near_row,  ///< with: plan.sequences; of: the row's time, its order where the sequence has one,
               ///< its keys
    chain,     ///< with: plan.chain_values
    // over the rows of a frame
    group_key,   ///< with: position in the frame's grain
    finalize,    ///< with: plan.finals
    value_of,    ///< with: plan.broadcasts: a column of another frame, in its row that belongs here
    over_peers,  ///< with: plan.peer_windows; of[0]: compared expression of the same frame; allot:
                 ///< of[1] the pool
    // both
    scalar,  ///< function `what` over `of`
    tier     ///< with: plan.tier_tables; function `what`; of[0]: x
};

struct expression {
    expression_op op = expression_op::constant;
    language::function what = language::function::none;
    merit::type type;
    id over = nothing;  ///< row expressions: the table whose rows it reads
    std::uint32_t with = nothing;
    std::vector<id> of;
    byte_range text;  ///< place in the author's text, for run-time errors
    std::uint32_t source = 0;
    friend bool operator==(const expression&, const expression&) = default;
};

/// What to take from the merged state of a cell.
struct final_value {
    id cell;
    id map;
    language::function what;
    id amount = nothing;   ///< p or top, a constant expression
    id changed = nothing;  ///< a cell of rows: where it has some, the value is flagged `changed`
    friend bool operator==(const final_value&, const final_value&) = default;
};

/// (period, interval) → (period, interval), outermost step first.
struct map_step {
    enum class kind : std::uint8_t {
        trailing,
        prior,
        to_date,
        all_to_date,
        fixed,  ///< [from, to) whatever the period
        shift,  ///< unit none: by the period itself
        as_of   ///< cut at `to`
    } what;
    std::int64_t count = 0;
    merit::unit of = merit::unit::none;
    std::int64_t from = 0, to = 0;
    id count_parameter = nothing;  ///< plan.parameters: the count is bound at the run
    friend bool operator==(const map_step&, const map_step&) = default;
};
struct interval_map {
    std::vector<map_step> steps;
    byte_range text;  ///< of the clause, for errors at the run
    std::uint32_t source = 0;
    friend bool operator==(const interval_map&, const interval_map&) = default;
};  ///< empty: the identity

/// A rowset: what one scan reads.
struct source {
    enum class relation : std::uint8_t { table, view, frame } of = relation::table;
    id which = nothing;    ///< plan.tables, plan.sources or plan.frames
    id visible = nothing;  ///< instant or date expression: a row is seen when it is blank or not
                           ///< after `as of`
    id as_of = nothing;    ///< a constant instant in place of the run's
    id kept = nothing;     ///< view filter
    friend bool operator==(const source&, const source&) = default;
};

/// Rows in order: those that a source and some conditions keep, by their keys, their time and the
/// table's `order:`. A row without a time or a key is not among them.
struct sequence {
    id on = nothing;        ///< source
    std::vector<id> where;  ///< conjuncts, sorted
    std::vector<id> keys;
    id time = nothing;
    id order = nothing;
    id value = nothing;   ///< what the nearest row has
    bool later = true;    ///< the next one, or the one before
    bool itself = false;  ///< a row of the same time counts: it is of another table
    friend bool operator==(const sequence&, const sequence&) = default;
};

/// A funnel's rows, in order: each one of the first step begins a chain.
struct chain {
    id on = nothing;  ///< source
    id key = nothing;
    id time = nothing;
    id order = nothing;
    std::vector<id> steps;  ///< conditions
    id within = nothing;    ///< plan.constants: a span
    friend bool operator==(const chain&, const chain&) = default;
};
/// What came of it, for the row it began with.
struct chain_value {
    enum class kind : std::uint8_t {
        reached,  ///< number of steps
        time,     ///< of one step
        place,    ///< among the chains of the entity: the furthest first, then the earliest
        row       ///< of one step: its number in the table
    } what;
    id chain;
    std::uint32_t step;
    friend bool operator==(const chain_value&, const chain_value&) = default;
};

/// Rows of a table repeated, each as often as something of it counts. The columns are those of
/// the table, then what is said below.
struct expansion {
    enum class kind : std::uint8_t {
        shares,  ///< once a share: `user`, `share`
        windows  ///< once a window of an axis that it overlaps: `pane`, `instant` (the last of the
                 ///< window), `period start`, `period end`, `covered end`
    } how = kind::shares;
    id base = nothing;       ///< plan.tables
    id key = nothing;        ///< shares: of the row
    id other_key = nothing;  ///< over the rows of the table of shares, as are …
    id user = nothing;
    id share = nothing;
    id otherwise = nothing;       ///< shares: whose the row is when it is not shared
    id from = nothing;            ///< windows: since when the row lasts …
    id to = nothing;              ///< … and until when; nothing: it is one instant
    id era = nothing;             ///< windows: as that of their axis
    std::uint32_t inherited = 0;  ///< that many columns are those of the base …
    std::uint32_t added = 0;      ///< … then so many of its own, …
    std::vector<id> carried;      ///< … then these expressions over its rows
    std::string entity;           ///< shares: of what, for messages
};

/// How a row meets time.
struct axis {
    enum class placement : std::uint8_t {
        none,
        event,
        valid,  ///< rows of an expansion into windows
        held
    } how = placement::none;
    /// valid: which part of an interval a window is.
    enum class part : std::uint8_t { whole, end, start } window = part::whole;
    bool snapshot = false;    ///< valid: without a time of a row in the interval there is none
    bool planned = false;     ///< event: `as of` does not cut it
    bool existence = false;   ///< of entities, which tell no range of time
    bool by_period = false;   ///< valid: windows of different periods are not the same
    id from = nothing;        ///< event: a date or timestamp expression of the row; valid: the pane
    std::vector<id> maps;     ///< plan.maps that read this axis, sorted
    bool blank_pane = false;  ///< without `for`, blank times form a period of their own
    id era = nothing;         ///< of attributes: the frame whose time this is part of
    id period_of = nothing;   ///< held: `from` is the number of a period of that frame
    /// Where a map stands among those of the axis, if it does.
    [[nodiscard]] std::optional<std::size_t> position_of(id map) const {
        const auto at = std::lower_bound(maps.begin(), maps.end(), map);
        if (at == maps.end() || *at != map) return std::nullopt;
        return static_cast<std::size_t>(at - maps.begin());
    }
    friend bool operator==(const axis&, const axis&) = default;
};

enum class state_kind : std::uint8_t {
    rows,     ///< number of rows kept
    count,    ///< number of non-blank arguments (and rows)
    sum,      ///< exact sum, non-blank count, rows
    moments,  ///< exact sum and sum of squares, non-blank count
    min,
    max,
    pick,  ///< row of least (or greatest) order, for first and last
    set,   ///< distinct values
    bag    ///< multiset of values: median, percentiles, gini, top_share, text_list (then with
           ///< `order`)
};

/// Partial aggregate: (keys, pane) → state. The unit of sharing, of threads and of append.
struct cell {
    id on = nothing;        ///< source
    std::vector<id> where;  ///< conjuncts, sorted: row conditions
    id argument = nothing;  ///< row expression; evaluated only on rows that `where` keeps
    id order = nothing;  ///< pick, ordered bag: the first sort key; then the table's `order:`, then
                         ///< the value
    id tie = nothing;    ///< the table's `order:` column
    id weight = nothing;   ///< weighted sums: argument · weight is summed where both are present
    bool last = false;     ///< pick: the greatest instead of the least
    std::vector<id> keys;  ///< row expressions, one per grain dimension that is not a unit
    std::vector<std::uint32_t> grain;  ///< beside keys: positions of plan.grain
    id at = nothing;                   ///< axis
    state_kind state = state_kind::rows;
    friend bool operator==(const cell&, const cell&) = default;
};

/// One dimension of a frame.
struct grain_key {
    std::string name;
    merit::unit calendar_unit = merit::unit::none;
    merit::type type;
    std::string label;
    friend bool operator==(const grain_key&, const grain_key&) = default;
};

/// Rows of a cell in the interval of a map.
struct sighting {
    id cell = nothing;
    id map = 0;
    friend bool operator==(const sighting&, const sighting&) = default;
};

/// A relation: one row per (grain, period). Grouping set and finalize.
struct frame {
    std::vector<std::uint32_t> keys;  ///< positions of plan.grain kept here; a dropped one is blank
    /// Cells of kind rows whose groups are present.
    std::vector<sighting> seen;
    /// Cells of kind rows: a group with a row in any period is present in every one (entities that
    /// exist within the range).
    std::vector<sighting> population;
    /// Each group appears in each period of the range (the blank period is none of them).
    bool every_period = false;
    /// Instead of rows of its own: those that the rows of another frame belong to.
    id along = nothing;
    /// Of totals: the groups that the rows of another frame belong to.
    id totals_of = nothing;
    /// Of attributes: the frame, maybe itself, whose period is all of time; no look at what is
    /// asked.
    id era = nothing;
    /// Rows whose key at one of these positions is blank are none: a blank key is no entity.
    std::vector<std::uint32_t> needed;
    /// Its periods are pieces of those of another frame, or of its own era: what a map makes of
    /// them, cut by a unit.
    id pieces_of = nothing;
    merit::unit piece = merit::unit::none;
    bool uncut =
        false;  ///< pieces of whole periods, whatever `as of` is, unless a window ends there
    id piece_map = 0;
    bool one_piece = false;   ///< no unit cuts them: one for each period of the other frame
    id pieces_as = nothing;   ///< the very pieces of that frame
    std::vector<id> columns;  ///< frame expressions
};

/// A function over the rows of a frame that agree on the partition.
struct peer_window {
    language::function what;
    std::vector<std::uint32_t> partition;  ///< grain positions
    std::vector<id> parted;                ///< … and on these values, columns of the frame
    bool lowest_first = false;
    language::tie_rule ties = language::tie_rule::competition;
    std::int64_t parts = 0;         ///< ntile
    std::int64_t min_n = 0;         ///< fewer rows under the compared aggregates: no place
    std::vector<sighting> counted;  ///< those rows
};
/// A column of another frame: in the row whose keys have the values of `keys` here.
struct broadcast {
    id frame;
    std::uint32_t column;  ///< position in its columns
    std::vector<id> keys;  ///< beside its keys that are no units: expressions of the reading frame
    friend bool operator==(const broadcast&, const broadcast&) = default;
};

struct tier_row {
    bool has_low, has_high;
    value low, high, pays;
};
struct tier_table {
    std::string name;
    std::vector<tier_row> rows;
    merit::type bounds, pays;
};

struct result_column {
    frame_column head;
    id column;
    id currency = nothing;  ///< of money whose type does not say it: a text
};                          ///< positions in frame.columns
struct sort_key {
    id column;
    bool down;
    id currency = nothing;  ///< of money whose type does not say it: a text, the same in every row
};

struct answer {
    id shown = nothing;      ///< frame
    std::uint32_t by = 0;    ///< of plan.grain, the first so many are shown
    std::vector<id> totals;  ///< frames over fewer keys, grand total last; same columns
    std::vector<result_column> columns;
    id having = nothing;  ///< position in frame.columns
    std::vector<sort_key> sort;
};

/// How periods come about.
struct period_rule {
    merit::unit of = merit::unit::none;  ///< finest unit of the request; none: one period
    bool ranged = false;                 ///< `for` was given
    calendar::interval range{};          ///< local
    std::uint32_t from_parameter = nothing, to_parameter = nothing;
};

struct table_use {
    std::string name;
    merit::schema columns;
    std::uint32_t key = nothing;
    std::string entity;
    /// A frame read as a table: its keys that are no units, its period, then the columns that
    /// `values` names. `values_default`: a last row with no key holds what a group without rows
    /// has.
    id frame = nothing;
    std::vector<std::uint32_t> values;  ///< positions in the frame's columns
    bool has_default = false;
    /// A view that keys are looked up in: the same rows, but only those `kept` have a key.
    id view_of = nothing;
    id kept = nothing;                           ///< row condition over the table `view_of`
    id expansion = nothing;                      ///< plan.expansions: its rows are those
    std::uint32_t from = nothing, to = nothing;  ///< columns, where it holds versions of a key
    std::uint32_t recorded = nothing;            ///< column: `as of` hides rows recorded after it
};
/// A declared reference, so that a run can count keys without their row. role "rep", column of
/// table → key of `to`.
struct reference_use {
    std::string role;
    id from;
    std::uint32_t column;
    id to;
    bool looked_up;
};
/// A calendar that a formula may name.
struct calendar_use {
    std::string name;
    std::shared_ptr<const calendar::working_time> works;  ///< none: it has no hours
};
/// Rates of exchange; columns of a table of the plan.
struct rates_use {
    std::string name;
    id table;
    std::uint32_t time, of, to, value;
    std::uint32_t recorded = nothing;  ///< column: `as of` hides rows recorded after it
    id as_of = nothing;                ///< a constant instant in place of the run's
};
struct parameter_use {
    std::string name;
    merit::type type;
    value initial;
};
/// Security filters of a table that is read: rows that do not meet every condition are not there,
/// whatever reads them. Without a condition none is there, unless the table is open to all.
struct guard {
    id table = nothing;
    std::vector<id> conditions;
    bool open = false;
};

struct plan {
    std::vector<table_use> tables;
    std::vector<reference_use> references;
    std::vector<parameter_use> parameters;
    std::vector<value> constants;
    std::vector<expression> expressions;
    std::vector<final_value> finals;
    std::vector<interval_map> maps;  ///< maps[0] is the identity
    std::vector<source> sources;
    std::vector<sequence> sequences;
    std::vector<chain> chains;
    std::vector<chain_value> chain_values;
    std::vector<expansion> expansions;
    std::vector<axis> axes;
    std::vector<cell> cells;
    std::vector<frame> frames;  ///< a frame reads columns of frames behind it only where along
    std::vector<peer_window> peer_windows;
    std::vector<broadcast> broadcasts;
    std::vector<tier_table> tier_tables;
    std::vector<calendar_use> calendars;
    std::vector<rates_use> rates;
    std::vector<guard> guards;     ///< none: no filter was given, so every row is there
    std::vector<grain_key> grain;  ///< the request's `by`, in order, then what inner frames add
    std::vector<std::uint16_t>
        stage;  ///< per cell; a scan is all cells of one base table and one stage
    std::vector<std::uint16_t> frame_stage;  ///< per frame: the first stage that may read it
    std::vector<bool> early;                 ///< per cell: of attributes, before periods are bound
    period_rule periods;
    calendar::settings calendar;
    answer shown;
    std::vector<std::string> sources_text_names;
};

/// The plan as text, one node a line; the golden test.
[[nodiscard]] std::string to_string(const plan& what);

}  // namespace merit::plan
