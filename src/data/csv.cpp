// Why an own reader: the kept libraries lack errors with line and column, types inferred over the
// whole file, or quoted newlines, and none has all three.
#include "merit/csv.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "data/csv_file.hpp"
#include "data/csv_report.hpp"

namespace merit {

namespace {

using csv::bad_record;
using csv::chunk;
using csv::column_reader;
using csv::declared_type;
using csv::fault;
using csv::scanner;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t reported_errors = 5;
constexpr std::size_t skipped_examples = 3;
constexpr std::size_t progress_bytes = std::size_t{4} << 20;

/// A header in NFC, as names in formulas are, without spaces around it.
std::string header_name(std::string_view cell) {
    cell = csv::trimmed(cell);
    utf8proc_uint8_t* composed = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(cell.data()),
                     static_cast<utf8proc_ssize_t>(cell.size()), &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (size < 0) return std::string(cell);
    std::string out(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size));
    std::free(composed);
    return out;
}

/// Holds what one reading gathers on its two passes over the text.
class reading {
public:
    reading(std::string_view text, const csv_options& options, std::string_view name);
    result<table> run();

private:
    result<void> read_header();
    result<void> find_duplicate() const;
    result<void> declare();
    result<void> declare(const std::string& column, const csv_type& type);
    [[nodiscard]] scanner rewound() const;
    void first_pass();
    void second_pass();
    void take(chunk& rows);
    void refuse(chunk& rows, std::vector<std::size_t>& bad);
    void skip(std::size_t begin, diagnostic why);
    void tell_progress(const scanner& at, bool last);
    result<table> finish();

    const csv_options& options_;
    csv::source source_;
    std::size_t header_end_ = 0;
    std::vector<std::unique_ptr<declared_type>> declared_;  // per column, null when inferred
    std::vector<column_reader> readers_;
    std::vector<std::size_t> refused_;  // where the records begin that broke a declared type
    std::vector<std::pair<std::size_t, diagnostic>> faults_;  // the first ones, by their place
    std::size_t bad_rows_ = 0;
    std::size_t rows_ = 0;
    std::size_t told_bytes_ = 0;
    bool hopeless_ = false;  ///< nothing that follows could be trusted
};

reading::reading(std::string_view text, const csv_options& options, std::string_view name)
    : options_(options) {
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
        source_.skipped = byte_order_mark.size();
    }
    source_.text = text.substr(source_.skipped);
    source_.name = name;
    source_.headed = options.header;
    source_.separator = options.separator;
}

scanner reading::rewound() const {
    scanner out(source_.text, options_.separator, options_.spaces);
    out.go_to(header_end_);
    return out;
}

result<void> reading::read_header() {
    scanner first = rewound();
    if (first.at_end()) {
        return error(csv::unreadable(source_.name, "the file is empty, without even a header",
                                     "give it a first line that names its columns"));
    }
    std::vector<std::string> cells;
    const bad_record bad = first.read(cells);
    if (bad.what != fault::none) return error(csv::bad_record_error(source_, bad));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::string name = options_.header ? header_name(cells[i]) : std::string();
        if (name.empty()) name = fmt::format("c{}", i + 1);
        source_.headers.push_back(std::move(name));
    }
    if (options_.header) header_end_ = first.position();
    return find_duplicate();
}

result<void> reading::find_duplicate() const {
    std::vector<std::size_t> order(source_.headers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return source_.headers[a] < source_.headers[b];
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (source_.headers[order[i - 1]] == source_.headers[order[i]]) {
            return error(csv::duplicate_header(source_, order[i - 1], order[i]));
        }
    }
    return {};
}

result<void> reading::declare() {
    declared_.resize(source_.headers.size());
    for (const auto& [column, type] : options_.types) {
        if (result<void> fine = declare(column, type); !fine) return fine;
    }
    for (const std::unique_ptr<declared_type>& each : declared_) {
        readers_.emplace_back(each.get(), options_.blank);
    }
    return {};
}

result<void> reading::declare(const std::string& column, const csv_type& type) {
    const auto found = std::find(source_.headers.begin(), source_.headers.end(), column);
    if (found == source_.headers.end()) return error(csv::no_column(source_, column));
    diagnostic wrong;
    wrong.code = "E805";
    wrong.source_name = source_.name;
    if (type.kind == type_kind::blank || type.kind == type_kind::span ||
        type.kind == type_kind::money) {
        merit::type named;
        named.kind = type.kind;
        wrong.message = fmt::format("column `{}` cannot be read as {}", column, named.to_string());
        wrong.help = "declare text, int, decimal, double, bool, date, timestamp or duration";
        return error(wrong);
    }
    result<declared_type> made = declared_type::make(type);
    if (!made) {
        wrong = made.error().diagnostics().front();
        wrong.source_name = source_.name;
        wrong.message = fmt::format("column `{}`: {}", column, wrong.message);
        return error(wrong);
    }
    declared_[static_cast<std::size_t>(found - source_.headers.begin())] =
        std::make_unique<declared_type>(std::move(*made));
    return {};
}

/// Counts a row that is left out; the first ones are kept in full.
void reading::skip(std::size_t begin, diagnostic why) {
    ++bad_rows_;
    faults_.emplace_back(begin, std::move(why));
}

/// Reads the columns whose declared type some row may break, without those rows.
void reading::refuse(chunk& rows, std::vector<std::size_t>& bad) {
    const auto take_all = [&] {
        for (std::size_t i = 0; i < readers_.size(); ++i) {
            if (!readers_[i].can_refuse()) continue;
            std::vector<std::size_t> of_column;
            readers_[i].take(rows, i, of_column);
            for (const std::size_t row : of_column) {
                const auto place = std::lower_bound(bad.begin(), bad.end(), row);
                if (place != bad.end() && *place == row) continue;
                bad.insert(place, row);
                refused_.push_back(rows.begin_of(row));
                if (faults_.size() < reported_errors) {
                    skip(rows.begin_of(row),
                         csv::bad_cell(source_, i, *readers_[i].declared(), rows.column(i)[row],
                                       rows.begin_of(row)));
                } else {
                    ++bad_rows_;
                }
            }
        }
    };
    take_all();
    if (bad.empty()) return;
    for (column_reader& each : readers_) {
        if (each.can_refuse()) each.undo();
    }
    rows.drop(bad);
    take_all();
}

void reading::take(chunk& rows) {
    std::vector<std::size_t> bad;
    refuse(rows, bad);
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        if (!readers_[i].can_refuse()) readers_[i].take(rows, i, bad);
    }
    rows_ += rows.rows();
}

void reading::first_pass() {
    scanner records = rewound();
    chunk rows(readers_.size());
    std::vector<bad_record> bad;
    while (!records.at_end() && !hopeless_) {
        bad.clear();
        records.fill(rows, bad);
        for (const bad_record& each : bad) {
            if (hopeless_) break;
            if (faults_.size() < reported_errors) {
                skip(each.begin, csv::bad_record_error(source_, each));
            } else {
                ++bad_rows_;
            }
            hopeless_ = !options_.skip_bad_rows &&
                        (each.what == fault::encoding || each.what == fault::open_quote);
        }
        const bool first = rows_ == 0;
        take(rows);
        if (first && rows_ != 0 && !records.at_end()) {
            const std::size_t expected =
                source_.text.size() / ((records.position() - header_end_) / rows_ + 1);
            for (column_reader& each : readers_) each.reserve(expected + expected / 16);
        }
        hopeless_ = hopeless_ || (!options_.skip_bad_rows && faults_.size() >= reported_errors);
        tell_progress(records, false);
    }
    tell_progress(records, true);
}

/// Reads again the columns that turned out to be of a wider type than their first rows.
void reading::second_pass() {
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        if (readers_[i].unfinished()) again.push_back(i);
    }
    if (again.empty()) return;
    for (const std::size_t i : again) {
        readers_[i].restart();
        readers_[i].reserve(rows_);
    }
    std::sort(refused_.begin(), refused_.end());
    scanner records = rewound();
    chunk rows(readers_.size());
    std::vector<bad_record> known;
    while (!records.at_end()) {
        records.fill(rows, known);
        std::vector<std::size_t> bad;
        for (std::size_t row = 0; row < rows.rows() && !refused_.empty(); ++row) {
            if (std::binary_search(refused_.begin(), refused_.end(), rows.begin_of(row))) {
                bad.push_back(row);
            }
        }
        rows.drop(bad);
        bad.clear();
        for (const std::size_t i : again) readers_[i].take(rows, i, bad);
    }
}

void reading::tell_progress(const scanner& at, bool last) {
    if (!options_.progress || (!last && at.position() - told_bytes_ < progress_bytes)) return;
    told_bytes_ = at.position();
    options_.progress(rows_, last && !hopeless_ ? source_.text.size() : at.position(),
                      source_.text.size());
}

result<table> reading::finish() {
    std::vector<column> columns;
    for (column_reader& each : readers_) columns.push_back(each.finish());
    const std::vector<diagnostic> notes = csv::notes_of(source_, readers_, columns);
    std::vector<std::pair<std::string, column>> named;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        named.emplace_back(source_.headers[i], std::move(columns[i]));
    }
    result<table> out = table::make(std::move(named));
    if (!out) return out;
    for (const diagnostic& each : notes) out->add_note(each);
    if (bad_rows_ != 0) {
        std::vector<diagnostic> examples;
        for (auto& [begin, why] : faults_) {
            if (examples.size() < skipped_examples) examples.push_back(std::move(why));
        }
        out->add_note(csv::skipped_note(source_, bad_rows_, examples));
    }
    return out;
}

result<table> reading::run() {
    if (result<void> fine = read_header(); !fine) return fine.error();
    if (result<void> fine = declare(); !fine) return fine.error();
    first_pass();
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (!options_.skip_bad_rows && !faults_.empty()) {
        std::vector<diagnostic> all;
        for (auto& [begin, why] : faults_) all.push_back(std::move(why));
        return error(std::move(all));
    }
    second_pass();
    return finish();
}

}  // namespace

result<table> read_csv(const std::string& path, const csv_options& options) {
    const result<std::string> text = csv::load(path);
    if (!text) return text.error();
    return read_csv_text(*text, options, path);
}

result<table> read_csv_text(std::string_view text, const csv_options& options,
                            std::string_view name) {
    if (options.separator == '"' || options.separator == '\n' || options.separator == '\r') {
        return error(csv::unreadable(name, "a quote or a line break cannot separate fields",
                                     "use \",\", \";\", \"|\" or a tab"));
    }
    return reading(text, options, name).run();
}

}  // namespace merit
