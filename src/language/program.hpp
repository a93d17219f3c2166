// The program: what check hands to plan. Names are gone, levels and types hold, every filter and
// dimension is resolved on every table it reaches. Context changes stay in the tree as the author
// wrote them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/calendar/calendar.hpp"
#include "language/function.hpp"
#include "merit/diagnostic.hpp"
#include "merit/frame.hpp"
#include "merit/schema.hpp"
#include "merit/value.hpp"

namespace merit::calendar {
class working_time;
}

namespace merit::language {

using term_id = std::uint32_t;
using table_id = std::uint32_t;
inline constexpr std::uint32_t nothing = 0xffff'ffff;

enum class level : std::uint8_t { constant, row, group };

/// What a term is. `with` is an index whose meaning the comment gives; `of` are the operand terms.
enum class op : std::uint8_t {
    constant,    ///< with: program.constants
    parameter,   ///< with: program.parameters
    column,      ///< row; with: column of the table `home`
    look_up,     ///< row; with: program.references (from home to the entity's table); of[0]: a row
                 ///< term of that table
    near_row,    ///< row; with: program.row_look_ups, which tells what `of` holds
    shared_key,  ///< row; with: program.references: whose share of a row it is
    share_of,    ///< row; the part of it that counts: 1 where nothing is shared
    chain,       ///< row; with: program.chains: what came of a funnel that began with the row
    as_of,       ///< with: 1 where a run without an instant has it blank
    period_start,
    period_end,
    covered_end,  ///< context constants
    scalar,       ///< function `what` over `of`; row, group or constant
    tier,  ///< with: program.tier_tables; what: tier, tier_marginal or tier_interpolated; of[0]: x
    aggregate,   ///< group; with: program.aggregates
    in_context,  ///< group; with: program.changes; of[0]: the term under the changed context
    peer,        ///< group; with: program.peers; of[0]: the compared term; allot: of[1] the pool
    of_group,    ///< group; with: an entity that groups; of[0]: a row term of its table
    entity_key,  ///< group; with: an entity that groups
    attribute,   ///< row or group; with: program.attributes; of[0]: the entity's key
    group_key    ///< group; with: position in the request's `by`
};

struct term {
    op kind = op::constant;
    level at = level::constant;
    merit::type type;
    table_id home = nothing;         ///< row terms: the table whose rows it reads
    function what = function::none;  ///< scalar, tier
    std::uint32_t with = nothing;
    std::vector<term_id> of;
    byte_range text;  ///< in program.sources[source]
    std::uint32_t source = 0;
    std::string_view note{};  ///< what it is, where the author wrote something else
};

/// What the rows of a table are in time.
enum class table_kind : std::uint8_t {
    events,
    snapshot,  ///< all that there is, at each time anew
    changes,   ///< what holds for an entity from then on
    interval,  ///< what lasts from one date to another
    versions   ///< of an entity, one after the other
};

/// A table as the program sees it. Bound to data by name when the query runs.
struct table_info {
    std::string name;
    merit::schema columns;
    std::uint32_t entity = nothing;    ///< program.entities: one row per …
    std::uint32_t key = nothing;       ///< column
    std::uint32_t time = nothing;      ///< column
    std::uint32_t recorded = nothing;  ///< column
    std::uint32_t order = nothing;     ///< column
    table_kind kind = table_kind::events;
    std::uint32_t from = nothing;          ///< column: interval and versions
    std::uint32_t to = nothing;            ///< column: the same; blank while it lasts
    std::uint32_t changed = nothing;       ///< changes: the reference that tells what changes
    table_id kind_at = nothing;            ///< the table or view that declares the kind
    std::vector<std::uint32_t> planned{};  ///< columns whose dates `as of` does not cut
    std::uint32_t split = nothing;         ///< program.splits
    table_id view_of = nothing;  ///< a view reads the rows of that table (same columns) …
    term_id kept = nothing;      ///< … that this row term keeps
};

struct reference_info {
    std::string role;
    std::uint32_t entity;
    table_id from;
    std::uint32_t column;  ///< nothing where only shares tell it
    table_id to;
    std::uint32_t split = nothing;  ///< program.splits: the entity has a share of the row
};                                  ///< to: the entity's table, or nothing
struct entity_info {
    std::string name;
    table_id table = nothing;
};
struct parameter_info {
    std::string name;
    merit::type type;
    value initial;
};
struct tier_row {
    std::optional<value> low;
    std::optional<value> high;
    value pays;
};  ///< low inclusive, high exclusive; sorted
struct tier_table {
    std::string name;
    std::vector<tier_row> rows;
    merit::type bounds;
    merit::type pays;
};

/// A declared calendar. The first one is the model's: its zone, week and fiscal year make periods.
struct calendar_info {
    std::string name;
    calendar::settings with;
    std::shared_ptr<const calendar::working_time> works;  ///< none: it has no hours
};

/// Rates of exchange: on a row of the table one unit of the currency in `of` is `value` units of
/// the currency in `to`, from `time` on.
struct rates_info {
    std::string name;
    table_id table;
    std::uint32_t time, of, to, value;  ///< columns
};

/// Credit: a row counts for several entities, each by its share.
struct split_info {
    table_id shares;
    std::uint32_t key;     ///< column of `shares`: which row is shared
    std::uint32_t user;    ///< column of `shares`
    std::uint32_t share;   ///< column of `shares`
    table_id table;        ///< whose rows are shared …
    std::uint32_t shared;  ///< … by this column of theirs
};

struct funnel_info {
    std::string name;
    table_id table;
    std::uint32_t reference;  ///< of that table: the entity that goes through it
    std::vector<std::string> names;
    std::vector<term_id> steps;  ///< row conditions
    std::optional<span_value> within;
};
/// What came of each chain of a funnel, a value for the row that it began with.
struct chain_value {
    std::uint32_t funnel;
    enum class kind : std::uint8_t { reached, time, place } what;
    std::uint32_t step = 0;  ///< time: of that step
    friend bool operator==(const chain_value&, const chain_value&) = default;
};

/// next and previous: the nearest row in time, among those of a table with the same keys. The
/// operands of its term are the value; the condition, if there is one; the keys of the row that
/// looks; and as many of the row looked at.
struct row_look_up {
    bool later = true;
    table_id table = nothing;  ///< whose rows are looked at
    bool conditioned = false;
    std::uint32_t keys = 0;
    friend bool operator==(const row_look_up&, const row_look_up&) = default;
};

/// A row term a table: the same dimension or filter, resolved on each table where it is needed.
struct on_table {
    table_id table;
    term_id term;
};

/// One grouping. Either `calendar_unit` (each aggregate's own time), or a row term on every home.
struct dimension {
    std::string name;  ///< as shown
    std::string label;
    merit::unit calendar_unit = merit::unit::none;
    std::uint32_t entity = nothing;  ///< when it is an entity's key: the entity
    merit::type type;
    std::vector<on_table> on;
};

/// A row term that names an entity.
struct on_entity {
    std::uint32_t entity;
    term_id key;
    friend bool operator==(const on_entity&, const on_entity&) = default;
};

/// Which rows of what lasts an interval reads: those at one end of it, those that meet it, or all
/// there ever are.
enum class border : std::uint8_t { none, end, start, whole, always };

/// One aggregate over the rows of one table, or, nested, over the entities of `per`: then its
/// argument, second, where and placed_on are group terms under the groups of `per`.
struct aggregate {
    function what = function::count;
    table_id table = nothing;
    term_id argument = nothing;   ///< row term; nothing for count(table)
    term_id second = nothing;     ///< first, last, text_list: order (default: the table's time);
                                  ///< weighted_avg: weight
    term_id amount = nothing;     ///< percentile: p; top_share: top; a constant or parameter
    term_id where = nothing;      ///< row condition
    term_id placed_on = nothing;  ///< date or timestamp row term that places rows; the table's time
                                  ///< by default; nothing: none
    std::vector<dimension> per;   ///< entities, or units of the calendar; none: not nested
    bool every = false;           ///< of `per every`: all that exist
    bool entity_home = false;     ///< groups and filters act on the entity, else on the inner rows
    std::uint32_t entity = nothing;     ///< the first of `per`
    std::optional<span_value> matured;  ///< keeps entities whose placed_on is that long ago
    bool population =
        false;  ///< count(entity): entities that exist (time before the period's end), not events
    border at = border::none;
    std::optional<span_value> lasts{};  ///< a row lasts that long from `placed_on` on
    bool uncut = false;                 ///< nested, by a unit: whole periods, whatever `as of` is
    std::vector<on_entity> names{};     ///< targets: whom a row is for, the finest entity first
    bool exactly = false;               ///< rows that name the entities that group, no others
    bool unseen = false;                ///< its rows make no group appear
};

/// What a clause does to the interval that is read, or to the instant it is read at.
struct time_step {
    enum class kind : std::uint8_t {
        trailing,
        prior,
        to_date,
        all_to_date,
        fixed,
        shift,
        as_of
    } what = kind::shift;
    std::int64_t count = 0;
    std::uint32_t count_parameter = nothing;  ///< program.parameters; then `count` is unused
    merit::unit of = merit::unit::none;       ///< of a shift, none: the period itself
    calendar::interval fixed{};               ///< local; of as_of: `to` is its end
    byte_range text;
    std::uint32_t source = 0;
};

/// A grouping as a clause names it; which position of a request it is, the request tells.
struct dimension_name {
    std::string name;  ///< as written: "rep", "rep.team"
    merit::unit calendar_unit = merit::unit::none;
    std::uint32_t entity = nothing;  ///< when it is an entity's key
    friend bool operator==(const dimension_name&, const dimension_name&) = default;
};
[[nodiscard]] inline bool is_named(const dimension& one, const dimension_name& by) {
    if (by.calendar_unit != merit::unit::none) return one.calendar_unit == by.calendar_unit;
    if (by.entity != nothing && one.entity == by.entity) return true;
    return one.calendar_unit == merit::unit::none && one.name == by.name;
}

/// A grouping that a dropped one determines: `by rep.team` of `revenue across rep by rep.team`.
struct added_dimension {
    dimension is;
    std::uint32_t entity = nothing;  ///< the dropped grouping's
    term_id attribute = nothing;     ///< row term of that entity's table
    bool now = false;                ///< of versions: that of `as of`
};

/// `across`, and `by` on a term.
struct regrouping {
    bool all = false;  ///< every grouping but `names`, else those of `names`
    std::vector<dimension_name> names;
    std::vector<added_dimension> added;
};

[[nodiscard]] inline bool drops(const regrouping& by, const dimension& one) {
    const bool named = std::any_of(by.names.begin(), by.names.end(),
                                   [&](const dimension_name& name) { return is_named(one, name); });
    return named != by.all;
}

enum class change_kind : std::uint8_t { where, time, unfiltered, regroup };
/// A clause behind a group term: reaches every aggregate below. `where`: one resolved condition a
/// table.
struct change {
    change_kind kind = change_kind::where;
    std::vector<on_table> where;
    time_step time;
    regrouping groups;
};

/// A function over the groups that differ in the `across` dimensions only.
struct peer {
    function what = function::rank;
    regrouping across;
    bool lowest_first = false;
    tie_rule ties = tie_rule::competition;
    std::int64_t parts = 0;  ///< ntile
    std::int64_t min_n = 0;
    bool among_shown = false;  ///< scorecards: among the rows shown
};

/// A frozen value per entity: over all rows up to `as of`.
struct attribute_info {
    std::uint32_t entity = nothing;
    std::string name;
    term_id term = nothing;  ///< group term under the groups of the entity
    dimension by;            ///< the entity, on each table that the term reads
};

/// What the host's security filters say of a stored table.
struct security_info {
    table_id table = nothing;
    std::vector<term_id> conditions;   ///< row terms, one a filter
    bool open = false;                 ///< all may see it whole
    std::vector<diagnostic> problems;  ///< why a filter does not reach it
};

/// What an author calls a term: a KPI, a computed column, a scorecard's score, a call of a `def`.
struct named_term {
    term_id term;
    std::string name;
    std::string label, unit, doc;
    bool call = false;  ///< of a `def`
};

struct sort_key {
    term_id term;
    bool down;
    term_id currency = nothing;  ///< money: the text of its currency, where the type has none
};

struct shown {
    term_id term;
    frame_column head;                ///< name, label, unit, role, scorecard, type
    term_id currency = nothing;       ///< money: the text of its currency, where the type has none
    std::uint32_t written = nothing;  ///< the node that asks for it, in the request's text
};

struct request {
    std::vector<shown> terms;
    std::vector<dimension> by;
    std::optional<calendar::interval> range;  ///< local time; `for` with its whole periods
    merit::unit range_grain = merit::unit::none;
    std::uint32_t range_from_parameter =
        nothing;  ///< an end of `for` that is a parameter: its value is a date as text
    std::uint32_t range_to_parameter = nothing;
    std::vector<on_table> where;  ///< the request's filter on each table that a shown term reads
    std::vector<on_table>
        population_where;  ///< its conjuncts that resolve on the population's table
    term_id having = nothing;
    std::vector<sort_key> sort;
    bool totals = false;  ///< also one row for each prefix of `by`, down to the grand total
    byte_range text;
    std::uint32_t source = 0;
};

/// What is shown, and what `having` and `sort by` read besides.
[[nodiscard]] inline std::vector<term_id> terms_read(const request& asked) {
    std::vector<term_id> out;
    for (const shown& one : asked.terms) out.push_back(one.term);
    for (const sort_key& one : asked.sort) out.push_back(one.term);
    if (asked.having != nothing) out.push_back(asked.having);
    return out;
}

/// The shortest unit among some groupings; none where there is none.
[[nodiscard]] inline merit::unit finest_unit(const std::vector<dimension>& by) {
    merit::unit finest = merit::unit::none;
    for (const dimension& one : by)
        if (one.calendar_unit != merit::unit::none &&
            (finest == merit::unit::none ||
             calendar::length_of(one.calendar_unit) < calendar::length_of(finest)))
            finest = one.calendar_unit;
    return finest;
}
/// By a unit, or `for` a range.
[[nodiscard]] inline bool asks_period(const request& asked) {
    return finest_unit(asked.by) != merit::unit::none || asked.range ||
           asked.range_from_parameter != nothing || asked.range_to_parameter != nothing;
}

/// Immutable. Terms are interned: equal terms have equal ids, so sharing is visible.
struct program {
    std::vector<term> terms;
    std::vector<value> constants;
    std::vector<parameter_info> parameters;
    std::vector<table_info> tables;
    std::vector<reference_info> references;
    std::vector<entity_info> entities;
    std::vector<tier_table> tier_tables;
    std::vector<aggregate> aggregates;
    std::vector<change> changes;
    std::vector<peer> peers;
    std::vector<attribute_info> attributes;
    std::vector<named_term> names;  ///< the first of a term is its own, the rest are aliases
    std::map<term_id, term_id> currencies;  ///< of money whose type does not say it: a text
    calendar::settings calendar;
    std::vector<calendar_info> calendars;
    std::vector<rates_info> rates;
    std::vector<security_info> security;  ///< none: no filter was given
    std::vector<row_look_up> row_look_ups;
    std::vector<split_info> splits;
    std::vector<funnel_info> funnels;
    std::vector<chain_value> chains;
    std::optional<request> asked;
};

}  // namespace merit::language
