// The state of one lowering: the program read, the plan built, and what each (term, context)
// became.
#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "language/program.hpp"
#include "plan/builder.hpp"
#include "plan/context.hpp"

namespace merit::plan {

/// What a row term looks at beside the columns of its table.
inline constexpr std::uint8_t looks_at_date = 1;     ///< versions of an entity, at the row's date
inline constexpr std::uint8_t looks_at_share = 2;    ///< whose share of the row it is
inline constexpr std::uint8_t looks_at_period = 4;   ///< the period that is asked
inline constexpr std::uint8_t looks_at_instant = 8;  ///< `as of`, which a clause may set
/// What a group term looks at: another interval than that of its context.
inline constexpr std::uint8_t looks_at_window = 16;

/// Rows that stand for those of a table, and the instants at which they look at others.
struct row_place {
    language::table_id of = language::nothing;  ///< a base table …
    id over = nothing;                          ///< … whose rows are read as this table
    id date = nothing;                          ///< an expression over them
    id as_of = nothing;                         ///< of a clause: plan.constants
    bool shared = false;                        ///< they are shares
    bool nearest = false;                       ///< a version before or after the date will do
    std::uint32_t added = 0;                    ///< of windows: the first column of theirs
    friend auto operator<=>(const row_place&, const row_place&) = default;
};

class lowering {
public:
    lowering(const language::program& from, std::size_t most_contexts);

    builder out;

    /// A group or constant term under a context, as an expression over the rows of its frame.
    id group(language::term_id term, context_id in) { return lower({term, key_context(term, in)}); }
    /// A row or constant term, as an expression over the rows of its table.
    id row(language::term_id term, const row_place& where = {});

    /// A frame of the request over the first so many of its dimensions. Aggregates below make its
    /// groups appear.
    id request_frame(std::size_t kept);
    context_id outermost(id frame) { return contexts_.outermost(frame); }
    /// From now on aggregates reached do not make groups appear (`having` and `sort by` show
    /// nothing).
    void stop_showing(id frame) { facts_[frame].sightings_to.clear(); }
    [[nodiscard]] bool has_unit(id frame) const;
    /// What stands for the rows that a cell of a plain aggregate reads.
    [[nodiscard]] row_place place_of_cell(id cell) const {
        const auto known = cell_places_.find(cell);
        return known == cell_places_.end() ? row_place{} : known->second;
    }
    /// Entities of a table that exist, for an entity dimension of the request.
    [[nodiscard]] sighting population_cell(language::table_id table, std::uint32_t position);

    /// The plan's table that holds the rows of a table or view.
    id table_of(language::table_id table);
    /// The plan's table in which a key of an entity is looked up; a view is one of its own.
    id keyed_table(language::table_id table);
    [[nodiscard]] bool looked_up(std::uint32_t reference) const { return looked_up_[reference]; }
    /// Number of a table in the plan, or nothing when nothing reads it.
    [[nodiscard]] id known_table(language::table_id table) const { return tables_[base_of(table)]; }
    [[nodiscard]] id known_keyed_table(language::table_id table) const { return tables_[table]; }

private:
    friend class tracing;
    struct task {
        language::term_id term;
        context_id in;
        friend bool operator==(const task&, const task&) = default;
    };
    struct task_hash {
        std::size_t operator()(const task& one) const noexcept {
            return static_cast<std::size_t>((std::uint64_t{one.in} << 32 | one.term) *
                                            0x9e37'79b9'7f4a'7c15);
        }
    };
    /// What lowering knows of a frame besides the plan's node.
    struct frame_facts {
        std::vector<std::uint32_t> cell_keys;  ///< grain positions that group its cells: its own
                                               ///< keys, or finer ones that it merges
        std::vector<id> sightings_to;          ///< frames whose groups its aggregates make appear
        std::vector<std::uint32_t> cut_steps;  ///< what its pieces are cut from: steps in time
        /// Its pieces in the groups of others, rows that name no entity too: (group frame, pieces).
        std::vector<std::pair<id, id>> unnamed;
        std::vector<id> undated_to;  ///< of pieces: where rows count that lie in none of them
        bool asked = false;          ///< its groups are those of the request
        bool uncut = false;          ///< targets: `as of` does not cut its periods
        id counted = nothing;        ///< min_n: peers that count rows under the aggregates
    };

    context_id key_context(language::term_id term, context_id in);
    context_id row_context(language::term_id term, const row_place& where);
    const row_place& place_of(context_id in) const;
    id instant_of(context_id in);
    static row_place itself(const row_place& where);
    bool read_elsewhere(const language::term& term, std::size_t operand) const;
    context_id operand_context(const language::term& term, std::size_t operand, context_id in);
    void find_traits();
    [[nodiscard]] bool holds_windows(const language::aggregate& from) const;
    [[nodiscard]] bool reads_windows(const language::term& group) const;
    id lower(task what);
    std::vector<task> operands(const task& what);
    id build(const task& what);
    id build_look_up(const language::term& term, context_id in);
    id now(const merit::type& is, id instant);
    std::vector<id> instant_operand(id instant);
    id build_own_row(const language::term& term, expression made, context_id in);
    id build_chain(const language::term& term, expression made, const row_place& where);
    id build_share(const language::term& term, expression made, context_id in);
    id build_along(const task& what, expression made);
    id build_near_row(const language::term& term, expression made, const row_place& where);
    id carried(const row_place& where, id of);
    id version_date(const language::term& term, const row_place& where);
    void look_at_version(expression& made, language::table_id table, context_id in);
    id build_of_group(const language::term& term, context_id in);
    std::optional<id> entity_key_in(id frame, std::uint32_t entity);

    // --- nested aggregates and attributes (lower_nested.cpp)
    id build_nested(const task& what);
    id nested_frame(const language::aggregate& from, context_id in);
    id unnamed_frame(id named, id to, bool the_very);
    void sight_pieces(const language::aggregate& from, context_id in, id frame);
    [[nodiscard]] bool same_periods(id a, id b) const;
    context_id nested_context(const language::aggregate& from, context_id in, id frame);
    void populate_nested(const language::aggregate& from, context_id in, id frame);
    [[nodiscard]] std::vector<std::uint32_t> home_keys(const language::aggregate& from, id frame,
                                                       std::vector<std::uint32_t> keys) const;
    cell nested_cell(const language::aggregate& from, context_id in, id frame, id table, id groups);
    std::optional<sighting> nested_sighting(const language::aggregate& from, context_id in,
                                            id frame, id table, id to, id shown);
    id of_home(const language::aggregate& from, context_id inner, language::term_id row_term,
               int depth = 0);
    id home_filter(const language::aggregate& from, context_id inner,
                   const std::vector<std::uint32_t>& filters);
    id ripe(const language::aggregate& from, const language::term& term, context_id inner);
    id build_attribute(const language::term& term, context_id in);
    id attribute_table(std::uint32_t attribute);
    id frame_table(id frame);
    id field_of(id table, id column, const char* name);
    id key_field(id table, std::uint32_t position);
    id joined(std::vector<id> conditions);

    // --- aggregates (lower_aggregate.cpp)
    id build_aggregate(const language::term& term, context_id in);
    struct placed_cell {
        cell made;
        row_place where;
        id map = 0;
    };
    [[nodiscard]] std::vector<std::uint32_t> reached(std::vector<std::uint32_t> keys,
                                                     language::table_id table) const;
    [[nodiscard]] std::vector<std::uint32_t> telling_keys(id frame, language::table_id table) const;
    [[nodiscard]] bool holds_keys_of(id frame, const std::vector<std::uint32_t>& keys) const;
    placed_cell start_cell(const language::aggregate& from, context_id in,
                           const std::vector<std::uint32_t>& filters,
                           const std::vector<std::uint32_t>& keys, bool whole);
    placed_cell placed_existing(const language::aggregate& from, context_id in,
                                const row_place& rows,
                                const std::vector<language::term_id>& conditions,
                                const std::vector<language::term_id>& grouped,
                                const std::vector<std::uint32_t>& keys);
    void finish_cell(placed_cell& made, const std::vector<language::term_id>& conditions,
                     const std::vector<language::term_id>& grouped,
                     const std::vector<std::uint32_t>& keys);
    bool is_planned(const language::aggregate& from) const;
    void add_conditions(cell& to, const std::vector<language::term_id>& of, const row_place& where);
    void fill_state(cell& made, const language::aggregate& from, const row_place& where);
    void sight(const language::aggregate& from, context_id in);
    void sight_in(id frame, const language::aggregate& from, context_id in);
    void sight_rows(const language::dimension& by, id frame);
    void count_entities(const language::aggregate& from, context_id in, id frame, const cell& own);
    void place_event(placed_cell& made, const language::aggregate& from, context_id in,
                     bool by_period);
    id order_of(const language::aggregate& from, const row_place& where);
    id source_of(language::table_id table, const row_place& where);
    id map_of(context_id in, bool existence = false);
    [[nodiscard]] bool has_interval(context_id in) const;
    /// Rows of the entities of a table that exist: a time decides it only where there is a period.
    placed_cell existing(language::table_id table, context_id in, bool timed,
                         const row_place& rows = {});

    // --- rows that stand for others (lower_expansion.cpp)
    row_place shared_rows(language::table_id table);
    row_place windowed_rows(language::table_id table, const row_place& below, id from, id to,
                            axis::part window, id era, bool by_period, bool uncut = false,
                            bool existence = false);
    id expanded(language::table_id table, const row_place& below, expansion made,
                std::vector<field> added, std::uint32_t discriminant);
    id added_column(const row_place& where, std::uint32_t which);
    void place_at_border(placed_cell& made, const language::aggregate& from, context_id in,
                         bool by_period);
    id beginning_of(language::table_id table, const row_place& where);
    id end_of_validity(language::table_id table, const row_place& where);
    id window_axis(const row_place& where, axis made);
    id later_by(id time, span_value length);
    void place_always(placed_cell& made, const language::aggregate& from, context_id in,
                      bool dated);
    void name_exactly(placed_cell& made, const language::aggregate& from, id frame);
    void name_finest(placed_cell& made, const language::aggregate& from, id frame);
    [[nodiscard]] std::uint32_t entity_behind(std::uint32_t key, language::table_id table) const;

    // --- frames (lower_frame.cpp)
    id new_frame(frame made, frame_facts facts);
    id regrouped_frame(id outer, std::uint32_t change);
    context_id regrouped_context(context_id in, std::uint32_t change);
    id build_regrouped(const language::term& term, id inner, context_id in);
    id peer_frame(const task& what);
    bool reaches(const language::aggregate& from, context_id in) const;
    void count_below(language::term_id below, context_id in);
    void count_in(id peers, const sighting& rows);
    std::vector<id> versions_below(std::vector<id> values) const;
    id is_changed(id value);
    id changed_rows(const language::aggregate& from, id table, const cell& own,
                    std::vector<id> read);
    std::vector<std::uint32_t> compared_keys(id frame, const language::regrouping& by) const;
    id build_peer(const task& what, const language::term& term, std::vector<id> of);
    id value_from(id frame, id column, const language::term& of, context_id in,
                  const std::vector<language::added_dimension>* added);
    std::optional<id> key_in(id frame, std::uint32_t position,
                             const std::vector<language::added_dimension>* added,
                             context_id in = 0);
    id not_meaningful(const language::term& instead_of);
    std::uint32_t grain_position(const language::dimension& of);
    std::vector<std::uint32_t> kept_keys(id frame, const language::regrouping& by) const;
    void populate_peers(frame& peers, const std::vector<std::uint32_t>& compared, context_id in);
    std::uint32_t rates_of(std::uint32_t rates, id as_of);

    id over(language::table_id table, const row_place& where);
    id column(language::table_id table, std::uint32_t which, const row_place& where = {});
    /// A column that plays a role (`time`, `order`, …) in a table or, for a view, in what it reads;
    /// or nothing.
    id role_of(language::table_id table, std::uint32_t language::table_info::*role,
               const row_place& where = {});
    language::table_id base_of(language::table_id table) const;

    const language::program& program_;
    contexts contexts_;
    std::unordered_map<task, id, task_hash> memo_;
    std::vector<id> tables_;  ///< beside program.tables; views: keyed_table
    std::map<std::pair<std::uint32_t, id>, id> rates_;  ///< of the program, as of → of the plan
    std::vector<bool> looked_up_;                       ///< beside program.references
    std::vector<frame_facts> facts_;                    ///< beside plan.frames
    std::vector<language::dimension> grain_;            ///< beside plan.grain; on every table met
    /// (outer, keys, its pieces too) → frame
    std::map<std::tuple<id, std::vector<std::uint32_t>, bool>, id> regrouped_;
    std::unordered_map<task, id, task_hash> peer_frames_;
    std::unordered_map<task, id, task_hash> nested_frames_;
    std::vector<row_place> places_;
    std::map<row_place, context_id> known_places_;
    std::map<id, row_place> cell_places_;
    std::vector<std::uint8_t> traits_;                   ///< beside program.terms
    std::map<std::vector<std::uint32_t>, id> expanded_;  ///< what was expanded, and how
    std::map<std::uint32_t, id> attribute_tables_;       ///< attribute → table of its frame
    std::map<id, std::vector<sighting>> counted_;        ///< by frame of peers
    bool has_period_ = false;
    bool ranged_ = false;
};

[[nodiscard]] std::uint32_t column_position(frame& in, id expression);
[[nodiscard]] state_kind state_of(const language::aggregate& from);

/// Guards of the tables read so far; what the conditions themselves look up is read unguarded.
void add_guards(const language::program& from, lowering& walk);

}  // namespace merit::plan
