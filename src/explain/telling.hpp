// The making of one explanation: a construct of the language each, in the files beside.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "engine/number.hpp"
#include "explain/subject.hpp"
#include "explain/words.hpp"

namespace merit::explain {

/// A role's column in a table or, for a view, in what it reads.
[[nodiscard]] std::uint32_t role_of(const language::program& in, language::table_id table,
                                    std::uint32_t language::table_info::*role);

class telling {
public:
    telling(const subject& of, const explain_options& how);

    /// What becomes of blank parts.
    enum class missing : std::uint8_t { blank, reweight, zero };

    /// The cell of a row of the answer; `column` counts shown terms, without the groups.
    /// Rows were known up to `as_of`.
    [[nodiscard]] result<explanation> tell(std::size_t row, std::size_t column,
                                           std::optional<std::int64_t> as_of);

private:
    /// A traced term in one row of its frame.
    struct place {
        std::uint32_t traced;
        std::uint32_t row;
        friend auto operator<=>(const place&, const place&) = default;
    };
    using into = explained_term&;

    // --- the tree (tell_term.cpp)
    void tell_request(std::optional<std::int64_t> as_of);
    std::size_t number_of(place at);
    [[nodiscard]] place through(place at) const;
    result<void> tell_term(std::size_t number);
    void name(const plan::traced& what, into made) const;
    void add(into made, place at, std::string role, bool used = true);
    void mark_repeated(place at);
    void add_operands(const place& at, into made);
    void add_rule(into made, std::string code, std::string words) const;
    [[nodiscard]] explained_term value_of(place at) const;
    [[nodiscard]] const plan::traced& traced(place at) const { return of_.trace.terms[at.traced]; }
    [[nodiscard]] const language::term& term(place at) const {
        return of_.program.terms[traced(at).term];
    }
    [[nodiscard]] place operand(place at, std::size_t which) const {
        return {traced(at).of[which], at.row};
    }
    [[nodiscard]] std::string text_of(place at) const;
    [[nodiscard]] std::string currency_of(const plan::traced& what, std::uint32_t row) const;
    void tell_blank(into made) const;
    void tell_branch_blank(into made) const;
    void tell_roots();
    bool number_pending();

    // --- one function each (tell_scalar.cpp, tell_judging.cpp)
    result<void> tell_scalar(place at, into made);
    void tell_function(place at, into made);
    void tell_branches(place at, into made);
    void tell_growth(place at, into made);
    void tell_unfinished(place at, into made);
    void tell_chain(place at, into made);
    void tell_score(place at, into made);
    void tell_weighted(place at, into made);
    void tell_tier(place at, into made);
    void tell_slices(const language::tier_table& tiers, const value& x, into made) const;
    [[nodiscard]] std::string tier_text(const language::tier_row& row, bool percent) const;
    [[nodiscard]] std::string tier_number(const value& of, bool percent) const;
    [[nodiscard]] std::string part_name(place at) const;
    void respread(const std::vector<std::size_t>& present, engine::quad weights,
                  std::vector<engine::quad>& exact, into made) const;
    void tell_missing(missing mode, const std::vector<std::size_t>& present, engine::quad weights,
                      into made) const;
    void tell_which(place at, into made) const;
    void share_out(std::span<const engine::quad> exact, std::span<const std::size_t> present,
                   const value& total, std::vector<explained_part>& parts) const;

    // --- targets (tell_target.cpp)
    result<void> tell_target(place at, into made);
    void tell_versions(place at, into made) const;
    result<void> tell_gaps(place known, into made);
    [[nodiscard]] std::vector<std::string> shortened(std::vector<std::string> names) const;
    void mark_shares(place sum);
    [[nodiscard]] bool is_sum_of_set_rows(place at) const;
    result<void> tell_target_piece(place at, into made);
    result<void> tell_target_share(place at, into made);
    result<void> tell_lacking(place none, into made);
    result<void> count_lacking(place rows, int sign, std::map<std::string, engine::quad>& ties);
    [[nodiscard]] place of_any_group(place at) const;
    place counted_days(place at);
    std::string days_text(place taken, place whole, into made);
    void call_target(place at);

    // --- other groups (tell_group.cpp, tell_peers.cpp)
    void tell_clause(place at, into made);
    void tell_peers(place at, into made);
    void tell_allotted(place at, const std::vector<explained_peer>& all, into made) const;
    void tell_compared(place at, place compared, const plan::peer_window& parts, into made) const;
    void tell_standing(const std::vector<explained_peer>& all, const plan::peer_window& parts,
                       into made) const;
    void tell_spread(const std::vector<explained_peer>& all, language::function what,
                     const explained_peer& self, into made) const;
    [[nodiscard]] static unsigned coin_places(const value& pool);
    [[nodiscard]] unsigned allotted_places(place at, const value& pool) const;
    void tell_attribute(place at, into made);
    void tell_entity(place at, into made);
    [[nodiscard]] std::optional<place> there(place at, std::size_t which) const;
    [[nodiscard]] std::string keys_of(plan::id frame, bool early, std::uint32_t row,
                                      std::span<const std::uint32_t> positions) const;

    // --- rows (tell_rows.cpp, tell_methods.cpp, tell_rates.cpp)
    result<void> tell_aggregate(place at, into made, bool blanks_too = false);
    [[nodiscard]] engine::rows_asked asked_of(place at, std::size_t most, bool blanks_too) const;
    result<void> tell_whose(place at, const engine::rows_met& met, into made);
    result<std::string> days_of_entities(place at, std::uint32_t row);
    void tell_funnel(std::uint32_t funnel, into made) const;
    [[nodiscard]] std::set<language::table_id> tables_below(language::term_id term) const;
    result<void> list_rows(place at, const engine::rows_met& met, explained_rows& to);
    result<void> list_steps(place at, const engine::rows_met& met, explained_rows& to);
    result<void> list_before(place at, const engine::rows_met& met, explained_rows& to);
    result<void> list_blanks(place at, const engine::rows_met& met, explained_rows& to);
    [[nodiscard]] std::string tables_named(const std::vector<plan::id>& tables) const;
    [[nodiscard]] explained_row row_at(const engine::rows_met& met, language::table_id table,
                                       std::uint32_t row) const;
    void tell_share(place at, const engine::rows_met& met, std::uint32_t row,
                    explained_row& to) const;
    void list_entities(place at, const engine::rows_met& met, explained_rows& to);
    void tell_refused(plan::id argument, into made) const;
    [[nodiscard]] bool is_told(plan::id cell) const;
    [[nodiscard]] std::string group_of(place at) const;
    [[nodiscard]] std::string with_column(const std::string& name, const std::string& column) const;
    [[nodiscard]] std::string column_of(plan::id key) const;
    void tell_time(place at, const engine::rows_met& met, explained_rows& to) const;
    void tell_border(place at, const engine::rows_met& met, explained_rows& to) const;
    [[nodiscard]] std::string lasting_columns(language::table_id table) const;
    [[nodiscard]] std::string known_by(language::table_id table) const;
    [[nodiscard]] std::string known_until(plan::id cell) const;
    [[nodiscard]] std::optional<calendar::interval> all_pieces(place at) const;
    void tell_filters(place at, const engine::rows_met& met, explained_rows& to) const;
    void tell_method(place at, language::function what, const engine::rows_met& met,
                     into made) const;
    void tell_place(place at, language::function what, const engine::rows_met& met,
                    into made) const;
    [[nodiscard]] std::string amount_text(engine::quad number, const value& like) const;
    void tell_counts(language::function what, const engine::rows_met& met, into made) const;
    void set_currency(const value& code, value& money) const;
    [[nodiscard]] std::optional<explained_rate> rate_of(std::uint32_t rates, const value& from,
                                                        const value& to, const value& at) const;
    result<void> add_rates(plan::id argument, std::span<const std::uint32_t> rows,
                           explained_rows& to);
    void tell_convert(place at, into made);

    const subject& of_;
    const explain_options& how_;
    vocabulary words_;
    explanation out_;
    std::map<place, std::size_t> known_;
    std::vector<place> places_;  ///< beside out_.terms
    /// The text of the term that is being told.
    struct told_text {
        byte_range text;
        std::uint32_t source = 0;
    } telling_;
    /// An entity of a list: its term gets its number when the formula's own terms have theirs.
    struct pending_entity {
        std::size_t term;
        std::size_t row;
        place inner;
    };
    std::vector<pending_entity> pending_;
    std::size_t pending_done_ = 0;
    std::size_t telling_number_ = 0;               ///< of the term that is being told
    std::set<std::uint32_t> target_pieces_;        ///< traced terms: what one period of targets has
    std::set<std::uint32_t> target_shares_;        ///< traced terms: what one entity has of it
    std::map<std::uint32_t, std::string> called_;  ///< traced terms that have a name of ours
    std::set<std::uint32_t> repeats_;              ///< traced terms without a text of their own
};

}  // namespace merit::explain
