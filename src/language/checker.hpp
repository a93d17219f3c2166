// The checker: trees and schemas → program. One class in several files, a construct each:
// check_schema, check_names, check_expression, check_scalar, check_aggregate, check_constant,
// check_request, check_scorecard, check_context, check_peers.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "language/environment.hpp"
#include "language/functions.hpp"
#include "language/program.hpp"
#include "language/scope.hpp"
#include "language/targets.hpp"

namespace merit::language {

class checker {
public:
    checker(const environment& in, std::vector<diagnostic>& findings);

    /// Checks every definition, used or not. Findings go to the vector given.
    void check_all();
    /// Checks one request of the last document into `out().asked`.
    void check_request(std::uint32_t document, node_id request, bool totals);
    /// Resolves the host's security filters on every stored table into `out().security`.
    void check_security();
    [[nodiscard]] const std::vector<std::vector<std::string>>& asked_names() const {
        return by_names_;
    }
    [[nodiscard]] const program& out() const { return out_; }
    [[nodiscard]] program take() { return std::move(out_); }

private:
    // --- diagnostics
    const tree& ast(std::uint32_t document) const { return in_.documents[document]->ast; }
    void report(std::uint32_t document, byte_range where, std::string code, std::string message,
                std::string help = {}, severity level = severity::error);
    void report(const scope& at, node_id id, std::string code, std::string message,
                std::string help = {});
    std::string written(const scope& at, node_id id) const { return print(ast(at.document), id); }

    // --- terms
    term_id intern(term what);
    std::uint32_t intern(const aggregate& what);
    std::uint32_t constant_number(value what);
    term_id constant(const scope& at, node_id id, value what, type is);
    term_id converted(term_id from, value what, const type& to);
    term_id scalar(const scope& at, node_id id, function what, type is, std::vector<term_id> of,
                   std::uint32_t with = nothing);
    const term& get(term_id id) const { return out_.terms[id]; }
    const value* constant_of(term_id id) const;
    /// A term that stands for what the author wrote, and what it is.
    term_id noted(term_id id, std::string_view note) {
        if (id != nothing && get(id).note.empty()) out_.terms[id].note = note;
        return id;
    }

    // --- definitions with arguments that nobody calls (check_unused.cpp)
    void check_unused(const definition& one);
    void hint_unknown(const scope& at, node_id id, std::string_view name);
    bool is_name(const scope& at, node_id path, const std::set<std::string_view>& arguments) const;

    // --- members that tables and entities have already, and @grain (check_members.cpp)
    void check_members();
    void check_new_column(const std::string& name, table_id table, const scope& at, node_id path);
    void check_new_attribute(const std::string& name, std::uint32_t entity, const scope& at,
                             node_id path);
    void check_grain_said(const definition& kpi);
    std::vector<std::string> groupings() const;
    std::string example_entity(term_id of) const;
    std::string example_kpi() const;
    std::string conversion_of(term_id money) const;
    void unreached(const scope& at, node_id path, std::span<const std::string> words);
    bool told_as_group(const scope& at, node_id call, node_id argument, node_id inner);

    // --- the order of definitions (check_order.cpp)
    bool is_done(const wanted& what) const;
    bool ready(const scope& at, node_id id, const wanted& what);
    void complete(const wanted& first);
    void compute(const wanted& what);
    term_id defined(term_id made, std::string name, std::uint32_t document, node_id statement);
    void name_term(term_id made, std::string name, std::uint32_t document, node_id statement);
    std::string cycle_text(std::size_t from) const;
    term_id argument_of(const closure& what, const scope& caller);
    bool too_deep(const scope& at, node_id id);
    /// Mistakes found, and those of definitions that were told elsewhere.
    std::size_t troubles() const { return findings_.size() - hints_ + told_elsewhere_; }
    /// No more findings are shown, so none need be looked for.
    bool enough() const { return findings_.size() - hints_ >= in_.within.errors; }

    /// Converts to a type it fits into (numbers only); the same term when nothing is to do.
    term_id widened(const scope& at, node_id id, term_id from, const type& to);
    std::vector<term_id> aligned(const scope& at, node_id id, std::vector<term_id> all);
    term_id folded(const scope& at, node_id id, function what, const type& is,
                   const std::vector<term_id>& of);

    // --- schema (check_schema.cpp)
    void build_schema();
    void declare_table(const definition& one);
    void role_property(table_id table, const scope& at, std::string_view word, node_id inside);
    void table_property(table_id table, const scope& at, node_id property);
    void view_property(table_id table, const scope& at, node_id statement);
    // --- what rows are in time, and whose they are (check_kind.cpp)
    void kind_property(table_id table, const scope& at, node_id inside);
    void split_property(table_id table, const scope& at, node_id inside);
    void finish_kinds();
    void check_planned(const definition& one);
    void finish_splits();
    std::optional<std::array<std::uint32_t, 3>> split_columns(table_id shares, const scope& at,
                                                              std::span<const node_id> named);
    void add_split(split_info made, const scope& at, node_id node);
    bool credit_call(const scope& at, node_id id, aggregate& into);
    bool at_clause(const scope& row, node_id clause, aggregate& into);
    void check_credit(const request& asked);
    bool is_shared(term_id of) const;

    // --- targets (check_targets.cpp, check_target_use.cpp; their terms: target_terms.hpp)
    friend class target_terms;
    void declare_targets(const definition& one);
    void finish_targets();
    void target_property(targets_info& into, const scope& at, node_id property);
    bool target_word(const scope& at, node_id property, targets_info& into, std::string_view word);
    const targets_info* targets_named(const scope& at, node_id id,
                                      std::span<const node_id> arguments);
    term_id target_call(const scope& at, node_id id, const function_entry& entry);
    void check_targets(const request& asked);
    void check_target(const target_use& use, const term& at, const request& asked,
                      const target_reading& how);
    bool cuts_targets(const target_use& use, const term& at, const request& asked,
                      const target_reading& how);
    void check_whom_targets_expect();
    bool is_additive(term_id of) const;

    // --- funnels (check_funnel.cpp)
    bool is_funnel_call(const scope& at, node_id id) const;
    term_id funnel_without_steps(const scope& at, node_id path, const std::string& name);
    std::uint32_t funnel_named(const scope& at, node_id id, const std::string& name);
    void funnel_definition(const std::string& name);
    term_id funnel_call(const scope& at, node_id id, std::optional<span_value> matured);
    std::optional<std::uint32_t> funnel_step(const scope& at, node_id id, const funnel_info& of);
    term_id chain_term(const scope& at, node_id id, std::uint32_t funnel, chain_value::kind what,
                       std::uint32_t step);
    term_id over_entities(const scope& at, node_id id, std::uint32_t funnel, function what,
                          term_id argument, term_id where);
    term_id of_entries(const scope& at, node_id id, std::uint32_t funnel, function what,
                       term_id argument, term_id where);
    term_id unfinished(const scope& at, node_id id, std::uint32_t funnel, std::uint32_t step,
                       term_id where);
    term_id matured_entries(const scope& at, node_id id, std::uint32_t funnel, span_value length);
    term_id time_taken(const scope& at, node_id id, std::uint32_t funnel,
                       std::pair<std::uint32_t, std::uint32_t> steps, term_id where);
    void declare_funnels();
    std::optional<span_value> read_length(const scope& at, node_id literal);

    void add_reference(table_id table, std::string role, std::string_view entity,
                       std::uint32_t column);
    std::uint32_t entity_named(std::string_view name);
    std::optional<std::uint32_t> column_property(table_id table, const scope& at, node_id value);
    void link_references();

    // --- calendars and working time (check_calendar.cpp)
    void read_calendar(const definition& one);
    void calendar_property(const scope& at, node_id property, calendar_info& into);
    void working_properties(const scope& at, node_id statement, calendar_info& into);
    const std::string* file_named(const scope& at, node_id inside);
    std::uint32_t working_calendar(const scope& at, node_id id, std::string_view name);
    term_id work_function(const scope& at, node_id id, const function_entry& entry,
                          std::vector<term_id>& of);
    term_id in_unit_after(const scope& at, node_id id);

    // --- money (check_money.cpp)
    void money_property(table_id table, const scope& at, std::string_view word, node_id inside);
    const money_column* money_declared(table_id table, std::uint32_t column) const;
    term_id as_money(const scope& at, node_id id, table_id table, term_id column);
    /// The text of the currency of a money term, row by row or group by group where its type does
    /// not say it.
    term_id currency_of(const scope& at, node_id id, term_id money);
    term_id changing_currency(term_id money) const;
    term_id over_money(term made);
    term_id with_currency(const scope& at, node_id id, term_id made,
                          const std::vector<term_id>& operands);
    term_id chosen_currency(const scope& at, node_id id, term_id made, const function_entry& entry,
                            const std::vector<term_id>& of);
    term_id one_currency(const scope& at, node_id id, const aggregate& made, term_id value);
    term_id of_one_currency(const scope& at, node_id id, const aggregate& made, term_id amounts,
                            term_id value);
    void read_rates(const definition& one);
    std::optional<std::uint32_t> rates_column(const scope& at, node_id statement,
                                              std::string_view word, table_id table);
    std::uint32_t rates_named(const scope& at, node_id id, std::span<const node_id> arguments);
    term_id convert_call(const scope& at, node_id id);
    term_id wanted_currency(const scope& at, node_id id);

    // --- names (check_names.cpp)
    std::optional<table_id> table_named(std::string_view name) const;
    std::vector<std::string> path_words(const scope& at, node_id path) const;
    term_id row_path(const scope& at, node_id path);
    term_id context_path(const scope& at, node_id path);
    term_id member(const scope& at, node_id path, table_id table,
                   std::span<const std::string> words, bool loud);
    term_id own_member(const scope& at, node_id path, table_id table, const std::string& name);
    term_id hop(const scope& at, node_id path, std::uint32_t reference,
                std::span<const std::string> words, bool loud);
    term_id reference_key(const scope& at, node_id path, std::uint32_t reference);
    bool sees_versions(std::uint32_t reference) const;
    term_id group_path(const scope& at, node_id path);
    term_id named_value(const scope& at, node_id path, std::string_view name);
    std::uint32_t parameter_named(const scope& at, node_id statement, node_id body,
                                  const std::string& name, term_id initial);
    term_id result_name(const scope& at, node_id path, std::span<const std::string> words);
    void unknown_member(const scope& at, node_id path, table_id table, std::string_view name);
    void unknown_name(const scope& at, node_id path, std::string_view name);
    term_id row_value_as_kpi(const scope& at, node_id path, table_id table,
                             std::string_view column);
    bool is_period(const definition& one) const;
    term_id constant_definition(const std::string& name);
    term_id computed_column(table_id table, const std::string& name);
    const column_definition* column_definition_of(table_id table, const std::string& name) const;
    term_id kpi(const scope& at, node_id path, const std::string& name);
    std::vector<std::string> members_of(table_id table) const;
    std::vector<std::string> readable_of(table_id table) const;
    bool is_declared(std::string_view table) const;
    std::vector<std::uint32_t> references_of(table_id table) const;

    // --- expressions (check_expression.cpp)
    term_id expression(const scope& at, node_id id);
    term_id literal(const scope& at, node_id id);
    term_id date_literal(const scope& at, node_id id);
    term_id chain(const scope& at, node_id id);
    term_id condition(const scope& at, node_id id);
    term_id logical(const scope& at, node_id id, function what);
    term_id comparison(const scope& at, node_id id, operation how, node_id left, node_id right);
    term_id compared(const scope& at, node_id id);
    term_id exact_span(const scope& at, node_id id, term_id t);
    term_id no_comparison(const scope& at, node_id id, const type& l, const type& r);
    term_id compare_terms(const scope& at, node_id id, function how, term_id left, term_id right);
    term_id plain_comparison(const scope& at, node_id id, function how, term_id left,
                             term_id right);
    term_id compare_coarse(const scope& at, node_id id, operation how, term_id t, node_id date);
    term_id in_list(const scope& at, node_id id);
    term_id within(const scope& at, node_id id);
    bool is_date_literal(const scope& at, node_id id) const;

    // --- entities and nested aggregates (check_nested.cpp)
    bool is_nested(const scope& at, std::span<const node_id> arguments) const;
    term_id nested_call(const scope& at, node_id id, const function_entry& entry);
    bool nested_clause(const scope& at, const scope& per, node_id clause, aggregate& into);
    bool read_per(const scope& at, node_id clause, std::vector<std::uint32_t>& entities,
                  aggregate& into);
    bool nested_home(const scope& at, node_id id, node_id per, aggregate& into);
    std::optional<std::uint32_t> find_entity(std::string_view name) const;
    term_id entity_key(const scope& at, node_id path, std::uint32_t entity);
    term_id group_attribute(const scope& at, node_id path, std::uint32_t entity,
                            std::span<const std::string> words);
    term_id entity_path(const scope& at, node_id path, std::span<const std::string> words);
    std::uint32_t attribute_named(const scope& at, node_id path, std::uint32_t entity,
                                  const std::string& name);
    bool is_attribute(std::uint32_t entity, const std::string& name) const;
    std::uint32_t attribute_definition(std::uint32_t entity, const std::string& name);
    term_id attribute_term(const scope& at, node_id path, std::uint32_t attribute, term_id key);
    type key_type(std::uint32_t entity) const;
    std::optional<dimension> entity_dimension(const scope& at, node_id path, std::uint32_t entity,
                                              const std::set<table_id>& homes);
    void check_group_values(const request& asked);
    void attribute_homes(term_id id, std::set<table_id>& found) const;
    bool asks_now(table_id table, std::span<const std::string> words) const;
    bool needs_no_period(std::initializer_list<term_id> read, bool cut);
    static bool cuts_time(const aggregate& one);
    void needs_time(const term& at, const aggregate& one);
    void check_units(const request& asked);

    // --- context (check_context.cpp)
    term_id clause_chain(const scope& at, node_id id);
    void join_filter(const scope& at, node_id clause, const std::vector<on_table>& more);
    term_id changed_term(const scope& at, node_id id, term_id of, change made);
    bool context_clause(const scope& at, node_id covered, node_id clause, term_id out,
                        change& made);
    bool read_time_step(const scope& at, node_id clause, time_step& into);
    bool read_amount(const scope& at, node_id amount, time_step& into);
    bool read_fixed(const scope& at, std::span<const node_id> ends, time_step& into);
    std::optional<dimension_name> read_dimension_name(const scope& at, node_id id,
                                                      const std::set<table_id>& homes);
    bool read_regrouping(const scope& at, std::span<const node_id> clauses, term_id covered,
                         regrouping& into);
    bool read_added(const scope& at, node_id id, const std::set<table_id>& homes, regrouping& into);
    term_id comparison_in_time(const scope& at, node_id id, const function_entry& entry);
    bool needs_group(const scope& at, node_id id, term_id what, std::string_view by);
    std::optional<term_id> context_constant(const scope& at, node_id path,
                                            std::span<const std::string> words);

    // --- peers (check_peers.cpp)
    term_id peer_call(const scope& at, node_id id, const function_entry& entry);
    bool peer_option(const scope& at, node_id argument, const function_entry& entry, peer& into);
    term_id peer_argument(const scope& at, node_id id, const function_entry& entry,
                          regrouping& into);
    bool read_parts(const scope& at, node_id id, peer& into);
    term_id peer_term(const scope& at, node_id id, peer made, std::vector<term_id> of, type is);
    bool add_currency(const scope& at, node_id compared, std::vector<term_id>& of);
    [[nodiscard]] bool is_asked(const dimension_name& one) const;

    // --- rows beside a row (check_rows.cpp)
    term_id near_row_call(const scope& at, node_id id, const function_entry& entry);
    bool near_row_keys(const scope& at, node_id clause, const std::set<table_id>& homes,
                       std::vector<dimension>& into);

    // --- operators and functions (check_scalar.cpp)
    term_id arithmetic(const scope& at, node_id id, operation how, term_id left, term_id right);
    term_id plain_arithmetic(const scope& at, node_id id, operation how, term_id left,
                             term_id right);
    term_id add_or_subtract(const scope& at, node_id id, function how, term_id left, term_id right);
    term_id multiply(const scope& at, node_id id, term_id left, term_id right);
    term_id divide(const scope& at, node_id id, term_id left, term_id right);
    term_id time_arithmetic(const scope& at, node_id id, function how, term_id left, term_id right);
    term_id call(const scope& at, node_id id);
    term_id def_call(const scope& at, node_id id, const std::string& name, const definition& one);
    term_id scalar_call(const scope& at, node_id id, const function_entry& entry);
    term_id scalar_typed(const scope& at, node_id id, const function_entry& entry,
                         const std::vector<term_id>& of);
    term_id plain_scalar(const scope& at, node_id id, const function_entry& entry,
                         std::vector<term_id> of);
    term_id extreme_function(const scope& at, node_id id, const function_entry& entry,
                             std::vector<term_id>& of);
    term_id number_function(const scope& at, node_id id, const function_entry& entry,
                            std::vector<term_id>& of);
    term_id text_function(const scope& at, node_id id, const function_entry& entry,
                          std::vector<term_id>& of);
    term_id time_function(const scope& at, node_id id, const function_entry& entry,
                          std::vector<term_id>& of);
    term_id branches(const scope& at, node_id id, const function_entry& entry,
                     std::vector<term_id>& of);
    unit unit_argument(const scope& at, node_id id) const;
    term_id start_of_call(const scope& at, node_id id);
    term_id score_call(const scope& at, node_id id);
    term_id score_of(const scope& at, node_id id, term_id x, term_id floor, term_id goal);
    void misfit_bound(const scope& at, node_id id, term_id bound, std::string_view role,
                      const type& scored);
    bool weights_complete(const scope& at, node_id id, const std::vector<term_id>& weights);
    bool weights_sum_up(const scope& at, node_id id, std::string_view whose,
                        const std::vector<decimal_value>& weights);
    term_id weighted_call(const scope& at, node_id id);
    term_id tier_call(const scope& at, node_id id, const function_entry& entry);
    std::uint32_t tier_table_named(const scope& at, node_id id, const std::string& name);
    void tier_definition(const std::string& name);
    void check_tier_order(const scope& at, const std::vector<std::pair<tier_row, node_id>>& rows);
    std::optional<type> common_type(const scope& at, node_id statement, const std::string& name,
                                    const std::vector<term_id>& of);
    void read_tiers(const scope& at, node_id statement, tier_table& into);
    term_id tier_term(const scope& at, node_id id, function how, std::uint32_t table, term_id x);

    // --- aggregates (check_aggregate.cpp)
    term_id aggregate_call(const scope& at, node_id id, const function_entry& entry);
    std::optional<table_id> aggregate_table(const scope& at, node_id id,
                                            std::span<const node_id> arguments);
    void tables_in(const scope& at, node_id id, std::set<table_id>& found) const;
    bool aggregate_option(const scope& at, const scope& row, node_id argument,
                          const function_entry& entry, aggregate& into);
    term_id aggregate_term(const scope& at, node_id id, const aggregate& made);
    bool amount_fits(const scope& at, node_id id, const aggregate& what);
    bool aggregate_complete(const scope& at, node_id id, const aggregate& what);
    bool aggregate_clauses(const scope& row, node_id chain, aggregate& into);
    bool aggregate_clause(const scope& row, node_id clause, aggregate& into);
    bool aggregate_argument(const scope& row, node_id argument, const function_entry& entry,
                            aggregate& into);
    std::optional<type> aggregate_type(const scope& at, node_id id, const aggregate& what);

    // --- hints (check_hints.cpp)
    void hint(const scope& at, node_id id, std::string code, std::string message, std::string help);
    void hint(std::uint32_t document, byte_range where, std::string code, std::string message,
              std::string help);
    [[nodiscard]] bool is_allowed(std::uint32_t document, std::uint32_t byte,
                                  std::string_view code) const;
    [[nodiscard]] node_id statement_at(std::uint32_t document, std::uint32_t byte) const;
    [[nodiscard]] bool is_ratio(term_id id) const;
    void hint_mean_of_ratios(const scope& at, node_id id, const aggregate& made, node_id inner);
    void hint_mean_of_quotients(const scope& at, node_id id, const aggregate& made,
                                node_id argument);
    [[nodiscard]] bool time_is_said(table_id table) const;
    void hint_default_time(const scope& at, node_id id, const aggregate& made);
    std::string looks_forward(const scope& at, node_id id, std::string_view date) const;
    void hint_unripe(const scope& at, node_id id, const aggregate& made, node_id argument);
    void hint_direction(const scope& at, node_id id, const peer& made, node_id compared);
    [[nodiscard]] bool looks_at_latest(std::uint32_t attribute) const;
    void hint_latest_in_periods(const request& asked);

    // --- hints about judging (check_judging_hints.cpp)
    std::string kpi_annotation(const scope& at, node_id path, std::string_view word) const;
    std::string scale_of(const scope& at, node_id id, term_id of) const;
    void hint_scales(const scope& at, node_id id, const std::vector<weighed>& parts);
    std::optional<decimal_value> known_number(const scope& at, node_id id);
    std::optional<weighed> weighed_term(const scope& at, node_id id, term_id whole);
    void hint_weights(const scope& at, node_id sum, std::span<const term_id> terms);

    // --- security filters (check_security.cpp)
    bool security_condition(const definition& filter, security_info& into);
    [[nodiscard]] bool is_member(std::string_view name) const;
    [[nodiscard]] bool reads_rates(term_id id) const;

    // --- requests (check_request.cpp, check_scorecard.cpp)
    struct scorecard {
        std::string name, label;
        std::uint32_t document;
        node_id node;
        std::vector<scorecard_part> parts;
        std::string missing;
        std::uint32_t bands = nothing;
        std::vector<node_id> by;
        term_id total = nothing;
    };
    using placed_node = std::pair<std::uint32_t, node_id>;  ///< (document, node)
    std::vector<placed_node> asked_dimensions(std::uint32_t document, node_id id);
    void tables_under(term_id id, std::set<table_id>& found,
                      const dimension_name* grouped = nullptr) const;
    void group_by(std::span<const placed_node> dimensions, const std::set<table_id>& homes,
                  request& asked);
    [[nodiscard]] std::set<table_id> tables_grouped(const request& asked, const scope& at,
                                                    node_id dimension,
                                                    const std::set<table_id>& all) const;
    dimension resolve_dimension(const scope& at, node_id id, const std::set<table_id>& homes);
    std::vector<on_table> resolve_where(const scope& at, node_id id,
                                        const std::set<table_id>& homes);
    void conjuncts(const scope& at, node_id id, std::vector<node_id>& into) const;
    void shown_term(const scope& at, node_id id, request& into);
    void read_range(const scope& at, node_id id, request& into);
    void read_order(const scope& at, node_id id, request& into);
    void population_filter(const scope& at, node_id condition, request& into);
    void check_grain(const request& asked);
    void check_headings(const scope& at, std::span<const node_id> parts, const request& asked);
    void check_times(const request& asked);
    void check_homes(const request& asked);
    void tableless_home(const term& at, const aggregate& one, bool filtered,
                        const std::vector<bool>& grouped, const request& asked);
    void check_step(const time_step& step, bool timed, bool weekly);
    const scorecard* scorecard_named(const scope& at, node_id id, const std::string& name);
    void scorecard_definition(const std::string& name);
    void read_scorecard(const definition& one, scorecard& into);
    void read_part(const scope& at, node_id id, scorecard& into);
    std::string scored_text(const scope& at, node_id part) const;
    void hint_scorecard(const scope& at, const scorecard& card);
    void hint_part(const scope& at, const scorecard_part& part);
    void finish_scorecard(const scope& at, scorecard& into);
    void show_scorecard(const scope& at, node_id id, const scorecard& card, request& into);
    term_id scorecard_value(const scope& at, node_id id, const scorecard& card,
                            std::string_view word);
    term_id scorecard_rank(const scope& at, node_id id, const scorecard& card);

    const environment& in_;
    std::vector<diagnostic>& findings_;
    program out_;
    std::unordered_multimap<std::size_t, term_id> interned_;
    std::unordered_map<std::string, std::uint32_t> constants_;  ///< by kind and text
    std::unordered_multimap<std::size_t, std::uint32_t> aggregates_;
    std::map<std::string, std::uint32_t, std::less<>> entities_;
    std::set<std::pair<table_id, std::string>> said_properties_;
    std::map<wanted, term_id> done_;        ///< nothing when in error
    std::vector<wanted> pending_;           ///< to be computed, the last first
    std::map<wanted, std::size_t> begun_;   ///< those that wait for what they need: places above
    std::vector<wanted> missing_;           ///< what the one being computed lacks
    std::vector<std::string> in_progress_;  ///< calls of definitions around this place: E601
    std::size_t expansions_ = 0;            ///< of definitions
    std::size_t told_elsewhere_ = 0;
    std::size_t hints_ = 0;                                          ///< among the findings
    std::set<std::pair<std::uint32_t, node_id>> placed_by_default_;  ///< statements: H301 is said
    const char* stack_base_ = nullptr;
    std::map<std::string, scorecard, std::less<>> scorecards_;
    std::deque<targets_info> targets_;
    std::map<term_id, target_use> target_uses_;
    std::set<term_id> named_;                                       ///< terms that are definitions
    std::map<std::pair<term_id, std::string>, term_id> converted_;  ///< of those, by type
    std::map<std::string, std::uint32_t> target_changes_;  ///< of context, where targets are made
    std::map<std::string, std::uint32_t, std::less<>> tier_tables_;
    std::map<std::string, std::uint32_t, std::less<>> funnels_;
    std::vector<said_split> said_splits_;
    std::vector<said_split> said_changes_;  ///< `kind: changes`: of what, is looked for later
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>>
        reported_;  ///< one finding a place and code
    std::optional<calendar::calendar> calendar_;
    std::map<std::pair<table_id, std::uint32_t>, money_column> money_;  ///< by table and column
    std::vector<std::vector<std::string>> by_names_;  ///< of the request being checked
    bool silent_ = false;                             ///< trying: nothing is reported
    bool securing_ = false;                           ///< what formulas define is not looked at
    bool checking_request_ = false;                   ///< dimensions are known
    bool inside_per_ = false;  ///< the groups are entities, not those of the request
};

}  // namespace merit::language
