// A model: tables' schemas and the definitions (kpi, let, scorecard, …) that speak about them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "merit/csv.hpp"
#include "merit/query.hpp"
#include "merit/result.hpp"
#include "merit/schema.hpp"

namespace merit {

/// What a file says about a table before any data is seen: how to read its CSV file and the roles
/// of its columns.
struct table_declaration {
    std::string name;
    csv_options csv;
    table_options roles;
    std::string view_of;  ///< `from:`; a view has no data of its own
};

/// The `table` statements of a text, so that a host can read the files with the right types. The
/// error lists every syntax error; `name` stands for the text in it.
[[nodiscard]] result<std::vector<table_declaration>> declared_tables(std::string_view text,
                                                                     std::string_view name = {});

/// Canonical text of a file of definitions: `merit fmt`. Meaning and comments are kept. The error
/// lists every syntax error.
[[nodiscard]] result<std::string> format(std::string_view text, std::string_view name = {},
                                         const limits& within = {});

struct compile_options {
    /// Also a total row for each prefix of the dimensions, down to the grand total.
    bool totals = false;
    /// Security filters: conditions of rows, such as `region = "East"`, that no formula can drop. A
    /// name means what it means in a request's `where`, but columns that formulas make, and
    /// attributes, are not looked at. Each must reach every table that the query reads, however far
    /// below: E210 names the first one that it cannot reach.
    std::vector<std::string> only{};
    /// Tables that all may see whole, so that no filter need reach them: products, regions, rates.
    std::vector<std::string> open_tables{};
};

/// One function of the language, for `merit functions` and editors.
struct function_info {
    std::string_view name;
    std::string_view chinese;
    std::string_view signature;
    std::string_view summary;
};
/// All functions that this version evaluates; the texts are constants.
[[nodiscard]] std::vector<function_info> functions();

/// Not synchronized: build it in one thread, then compile from as many as you like. Queries and
/// frames share nothing with it and may outlive it.
class model {
public:
    /// Nothing is known yet; `within` bounds every text that is defined or compiled.
    explicit model(const limits& within = {});
    ~model();
    /// A model that was moved from may only be assigned to or destroyed.
    model(model&&) noexcept;
    model& operator=(model&&) noexcept;
    /// A copy is independent: try an edit on it, keep it or drop it.
    model(const model&);
    model& operator=(const model&);

    /// Makes a table's columns known. A `table` statement of the same name may add roles. E810 when
    /// the name is taken, E101 when a role names a column that the table lacks.
    result<void> add_table(std::string name, const schema& columns,
                           const table_options& roles = {});

    /// Adds the definitions of a text under a name (a file, or a row of the host's own table of
    /// formulas). Defining a name again replaces what it held. On failure nothing changes, and the
    /// error lists every mistake.
    result<void> define(std::string_view text, std::string_view name = "definitions");

    /// Several texts at once (name, text), in any order: they may refer to each other. All or none.
    result<void> define_all(const std::vector<std::pair<std::string, std::string>>& named_texts);

    /// How `import "file"` and the files of a calendar (`holidays: "cn.csv"`) find their text;
    /// without one they are E830. A relative path comes with the folder of the text that names it:
    /// "lib.kpi" in the text "sales/q1.kpi" is "sales/lib.kpi". It is kept, and called by define()
    /// in the thread of the caller. Each text is read once by its name, which is its path unless
    /// `name_of` gives another one: the same for all paths of one file.
    void set_importer(std::function<result<std::string>(std::string_view path)> importer,
                      std::function<std::string(std::string_view path)> name_of = {});

    /// Compiles what `show` takes: "win_rate, revenue by rep for @2017". A leading `show` is
    /// allowed. The error lists every mistake of the request.
    [[nodiscard]] result<query> compile(std::string_view request,
                                        const compile_options& with = {}) const;

    /// The requests a model holds: its `show` statements, then its scorecards that no `show` names,
    /// as text for compile().
    [[nodiscard]] std::vector<std::string> shown() const;

    /// Compiles all that shown() gives; the error lists every mistake. A scorecard that no `show`
    /// names may need a period, which whoever asks it says: it is right if it is right with one.
    [[nodiscard]] result<void> check() const;

    /// Hints and warnings about all definitions.
    [[nodiscard]] std::vector<diagnostic> hints() const;

    /// A `param`, its type and the value that holds when a run gives none.
    struct parameter {
        std::string name;
        merit::type type;
        value initial;
    };
    /// The model's parameters, for run_options::parameters.
    [[nodiscard]] std::vector<parameter> parameters() const;
    /// IANA zone of the model's calendar, "UTC" when it has none.
    [[nodiscard]] std::string zone() const;

    struct content;

private:
    std::unique_ptr<content> content_;
};

/// Reads an instant such as "2017-12-31" (its end, in the zone), "2017-12-31T09:30" or, as results
/// print it, "2017-12-31T23:59:59.999999Z", for run_options::as_of. E112 for what is no date, E850
/// for an unknown zone.
[[nodiscard]] result<std::int64_t> read_instant(std::string_view text,
                                                std::string_view zone = "UTC");

/// Reads a parameter's value as the command line gives it: 0.5, 60%, 2026-03-31, true, text. E302
/// when it is of another type.
[[nodiscard]] result<value> read_value(std::string_view text, const type& as);

}  // namespace merit
