// The program: what check hands to plan. Names are gone, levels and types hold, every filter and
// dimension is resolved on every table it reaches. Context changes stay in the tree as the author
// wrote them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
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
    constant,   ///< with: program.constants
    parameter,  ///< with: program.parameters
    column,     ///< row; with: column of the table `home`
    look_up,    ///< row; with: program.references (from home to the entity's table); of[0]: a row
                ///< term of that table
    as_of,
    period_start,
    period_end,
    covered_end,  ///< context constants
    scalar,       ///< function `what` over `of`; row, group or constant
    tier,  ///< with: program.tier_tables; what: tier, tier_marginal or tier_interpolated; of[0]: x
    aggregate,   ///< group; with: program.aggregates
    in_context,  ///< group; with: program.changes; of[0]: the term under the changed context
    peer,        ///< group; with: program.peers; of[0]: the ranked term
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
    table_id view_of = nothing;        ///< a view reads the rows of that table (same columns) …
    term_id kept = nothing;            ///< … that this row term keeps
};

struct reference_info {
    std::string role;
    std::uint32_t entity;
    table_id from;
    std::uint32_t column;
    table_id to;
};  ///< to: the entity's table, or nothing
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

/// One aggregate over the rows of one table.
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
    bool population =
        false;  ///< count(entity): entities that exist (time before the period's end), not events
};

enum class change_kind : std::uint8_t { where };
/// A `where` behind a group term: reaches every aggregate below; one resolved condition a table.
struct change {
    change_kind kind = change_kind::where;
    std::vector<on_table> where;
};

/// rank: over the groups of the request that differ in the `across` dimensions only; highest first,
/// competition ranking.
struct peer {
    function what = function::rank;
    std::vector<std::uint32_t> across;
};  ///< across: positions in `by`

struct sort_key {
    term_id term;
    bool down;
};

struct shown {
    term_id term;
    frame_column head;  ///< name, label, unit, role, scorecard, type
    term_id currency = nothing;  ///< money: the text of its currency, where the type has none
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
    calendar::settings calendar;
    std::vector<calendar_info> calendars;
    std::vector<rates_info> rates;
    std::optional<request> asked;
};

}  // namespace merit::language
