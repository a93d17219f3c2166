// Why a cell of a frame holds what it holds: its formula as a tree with every value in it, the rows
// behind each aggregate, the rules that fired. `frame::explain` makes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "merit/frame.hpp"
#include "merit/result.hpp"

namespace merit {

/// How far an explanation goes.
struct explain_options {
    std::size_t rows = 5;     ///< rows, entities and peers listed at one term
    std::size_t terms = 500;  ///< terms of the tree; `explanation::terms_left_out` counts the rest
    /// The language of sentences; formulas stay as their authors wrote them.
    text_language wording = text_language::english;
};

/// Stands for no place in `explanation::terms`.
inline constexpr std::size_t no_term = std::numeric_limits<std::size_t>::max();

/// A rule of the language that decided something here.
struct explained_rule {
    std::string code;   ///< stable: "div0", "tier", "reweighted", …
    std::string words;  ///< the same as a sentence
};

/// A condition, and the rows that it dropped of those that the conditions before it kept.
struct explained_filter {
    std::string text;   ///< as its author wrote it
    std::string words;  ///< the same in words
    /// "view": of the table's view; "request": of the request; "around": of a `where` behind a term
    /// around the aggregate; "own": in the aggregate's brackets; "matured"; "other": of the term,
    /// without a text.
    std::string from;
    std::uint64_t dropped = 0;
    std::uint64_t unmatched = 0;  ///< of those: they look up a row that is not there …
    std::string unmatched_in;     ///< … in these tables
};

/// A rate of exchange that was used.
struct explained_rate {
    std::string from, to;
    value amount;          ///< in `from`, before the conversion
    value rate;            ///< one unit of `from` in `to`, as it is written in the rates' row …
    bool inverse = false;  ///< … or one unit of `to` in `from`
    value at;              ///< the date or timestamp of the rates' row …
    std::string when;      ///< … in local time, as explained_row::when
};

/// A row that an aggregate took, or an entity of a nested aggregate.
struct explained_row {
    std::uint64_t number = 0;  ///< among the host's rows of the table, from 1; 0: it is an entity
    std::string key;           ///< in the table's key column; the entity's key; or empty
    std::string when;          ///< `at` in local time, with its offset from UTC; empty: a date
    value at;                  ///< the date that places it, where a period is read
    value taken;               ///< what is aggregated; blank where rows are counted
    std::string local;         ///< of an instant that is taken: as explained_term::local
    value weight;              ///< of weighted_avg
    value share;               ///< the part of a split row that counts here …
    value before;              ///< … `taken` before it, where that is multiplied by it
    std::string user;          ///< … and whose it is
    std::string note;          ///< of a row without a value: the cells that it would be made from
    /// Of a row that begins a funnel: the steps, and the rows that they came to.
    std::vector<std::pair<std::string, std::uint64_t>> steps;
    std::vector<explained_rate> rates;
    std::size_t term = no_term;  ///< an entity's own value in `explanation::terms`
};

/// The rows behind an aggregate. Each row of the table is counted once, in this order.
struct explained_rows {
    std::string table;  ///< or, of a nested aggregate, "customer": its entities
    bool entities = false;
    bool periods = false;     ///< … which are periods of the calendar
    std::string whose;        ///< of entities, in words: "with rows in orders"
    std::string group;        ///< in words: "rep is Ann"; empty: all rows
    std::string key_column;   ///< whose value `explained_row::key` is; may be empty
    std::string date_column;  ///< that places rows in time; empty: no time condition
    bool lasting = false;     ///< rows last: those count that meet the interval, or one end of it
    std::string interval;     ///< in words, both days counted
    std::string from, to;     ///< ISO, local to the calendar's zone, half-open; empty: no border
    std::uint64_t all = 0;
    std::uint64_t shared = 0;         ///< where they are shares: of so many rows of the table
    std::uint64_t not_known_yet = 0;  ///< recorded after `as of` …
    std::string known_by;             ///< … by this column
    std::string known_until;          ///< where a clause sets its own `as of`: that day or time
    std::uint64_t of_other_groups = 0;
    std::uint64_t without_date = 0;
    std::uint64_t outside_interval = 0;
    std::vector<explained_filter> filters;
    std::uint64_t in_scope = 0;   ///< after all that is not the aggregate's own condition
    std::uint64_t kept = 0;       ///< after that too
    std::uint64_t blank = 0;      ///< of those kept: without a value to aggregate
    std::uint64_t refused = 0;    ///< of those blank: their cells have values, but make none
    std::uint64_t unmatched = 0;  ///< of those blank: they look up a row that is not there …
    std::string unmatched_in;     ///< … in these tables
    std::vector<explained_row> blanks;  ///< the first of those blank
    std::vector<explained_row> first;   ///< of those that count, in the order of the table, or …
    bool decisive = false;  ///< … of min, max, first and last those that the value is taken from
};

/// A part of a weighted mean or of a sum. Contributions add up to the value digit for digit.
struct explained_part {
    std::string name;    ///< "win_rate"
    value weight;        ///< as written; blank in a plain sum
    value used_weight;   ///< after the weights of blank parts went to the others
    value score;         ///< what is weighted; blank when it is
    value contribution;  ///< a decimal; blank when the whole is
    std::size_t term = no_term;
};

/// A group that a rank, or another function of peers, compares.
struct explained_peer {
    std::string key;
    value compared;
    value place;  ///< what the function gives it
    bool self = false;
};

/// What a term is made of, and what it is to it: "floor", "condition", "then", …; may be empty.
struct explained_operand {
    std::size_t term = no_term;
    std::string role;
    bool used = true;  ///< false: the branch that was not taken
};

/// One term of the formula.
struct explained_term {
    std::string name;       ///< of the definition that it is: "win_rate"; or empty
    std::string label;      ///< "赢单率"
    std::string doc;        ///< the author's `##` lines
    std::string text;       ///< as the author wrote it
    std::string operation;  ///< "count", "/", "weighted", "where", "constant", …
    merit::type type;
    std::string unit;  ///< from @unit
    merit::value value;
    std::string local;  ///< of an instant: local, with its offset from UTC; empty where that is 0
    reason why = reason::none;
    bool failed = false;  ///< it is an error, but nothing used it
    std::vector<explained_rule> rules;
    std::vector<explained_part> parts;
    std::vector<explained_peer> peers;
    std::uint64_t peer_count = 0;
    std::optional<explained_rows> rows;
    std::vector<explained_rate> rates;
    std::vector<explained_operand> of;
};

/// A definition that the column stands on.
struct explained_definition {
    std::string kind, name, label, doc;
    std::string text;  ///< canonical
};

/// All that is to be said of one cell.
struct explanation {
    std::string request;                               ///< as it was asked, on one line
    std::string period;                                ///< that it is for, in words
    std::vector<std::pair<std::string, value>> group;  ///< the row: dimension and key
    bool total = false;                                ///< the row is a total
    /// terms[0] is the cell. A term that stands in two places is in it once.
    std::vector<explained_term> terms;
    std::size_t terms_left_out = 0;
    std::vector<std::pair<std::string, value>> parameters;
    std::vector<explained_definition> definitions;
    /// "fnv1a64:" and 16 hexadecimal digits, over kind, name and canonical text of `definitions`:
    /// the same as long as none of them changes.
    std::string definitions_hash;
    /// Rows that the run might see of each table; empty without security filters. No other row is
    /// counted or shown anywhere.
    std::vector<table_coverage> coverage;
    std::string as_of;        ///< ISO instant, or empty when every row was visible
    std::string as_of_local;  ///< the same in local time, where that is another
    std::string zone;         ///< of all local dates
    std::string version;      ///< of the library
    text_language wording = text_language::english;
};

/// For people: the tree, indented, in the wording that it was made in.
[[nodiscard]] std::string to_text(const explanation& what);

/// For programs; src/report/EXPLAIN.md describes it. Numbers are exact, as in to_json() of a frame.
[[nodiscard]] std::string to_json(const explanation& what);

}  // namespace merit
