// merit explain: how one value of a result came about.
#include <algorithm>
#include <charconv>
#include <utility>

#include "cli/evaluation.hpp"
#include "cli/near.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"

namespace cli {

namespace {

/// One cell of one of the results.
struct cell {
    const merit::frame* of = nullptr;
    std::size_t row = 0;
    std::size_t column = 0;
};

bool is_group(const merit::frame_column& head) {
    return head.role == merit::column_role::group;
}

/// Each once, the first dozen.
std::string list_of(const std::vector<std::string>& all, const std::string& between = ", ") {
    constexpr std::size_t most = 12;
    std::string out;
    std::size_t count = 0;
    for (auto one = all.begin(); one != all.end(); ++one) {
        if (std::find(all.begin(), one, *one) != one) continue;
        if (count++ == most) return out + between + "…";
        out += (out.empty() ? "" : between) + *one;
    }
    return out;
}

/// "did you mean rep?", or else something else to do.
std::string meant_or(const std::string& wrong, const std::vector<std::string>& known,
                     std::string otherwise) {
    const std::vector<std::string> near = near_names(wrong, known);
    return near.empty() ? std::move(otherwise) : "did you mean " + joined(near) + "?";
}

merit::error problem(const std::string& option, std::string message, std::string help) {
    return said_of(option, merit::error("E820", std::move(message), std::move(help)));
}

/// The column by its name; without one the only value, or the scorecard's score.
std::size_t find_column(const merit::frame& of, const std::string& name) {
    const auto& heads = of.columns();
    std::vector<std::size_t> values, scores;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if (is_group(heads[i])) continue;
        if (!name.empty() && (heads[i].name == name || heads[i].label == name)) return i;
        values.push_back(i);
        if (heads[i].role == merit::column_role::score) scores.push_back(i);
    }
    if (!name.empty()) {
        // `score` is that of the scorecard, whose name needs no telling; else of the only part.
        const auto other = [&](std::size_t i) { return !heads[i].name.ends_with("." + name); };
        std::erase_if(scores, other);
        std::erase_if(values, other);
        if (scores.size() == 1) return scores.front();
        return values.size() == 1 ? values.front() : heads.size();
    }
    if (values.size() == 1) return values.front();
    return scores.size() == 1 ? scores.front() : heads.size();
}

merit::result<cell> chosen_column(const std::vector<merit::frame>& frames,
                                  const std::string& name) {
    std::vector<std::string> known;
    std::vector<cell> meant;
    for (const merit::frame& frame : frames) {
        const std::size_t column = find_column(frame, name);
        if (column < frame.columns().size()) meant.push_back({&frame, 0, column});
        for (const merit::frame_column& head : frame.columns())
            if (!is_group(head)) known.push_back(head.name);
    }
    // Of several results with such a column the first one is meant.
    if (!meant.empty() && (!name.empty() || frames.size() == 1)) return meant.front();
    if (name.empty())
        return problem("--column", "there is more than one column", "name one: " + list_of(known));
    return problem("--column", "no column is called " + name,
                   meant_or(name, known, "the columns are " + list_of(known)));
}

std::string key_text(const merit::frame& of, std::size_t row, std::size_t column) {
    const merit::value& key = of.at(row, column);
    return std::holds_alternative<merit::blank_value>(key) ? "(blank)" : merit::to_string(key);
}

/// "rep=Ann, month=2025-01"
std::string row_text(const merit::frame& of, std::size_t row) {
    std::string out;
    for (std::size_t i = 0; i < of.columns().size(); ++i)
        if (is_group(of.columns()[i]))
            out += (out.empty() ? "" : ", ") + of.columns()[i].name + "=" + key_text(of, row, i);
    return out;
}

std::string trimmed(std::string text) {
    const auto space = [](char c) { return c == ' '; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), space).base(), text.end());
    return text;
}

/// "say which: --row with …", for some of the rows.
std::string say_which(const merit::frame& of, const std::vector<std::size_t>& rows) {
    std::vector<std::string> some;
    for (const std::size_t row : rows) some.push_back(row_text(of, row));
    return "say which: --row with the row's number, or with " + list_of(some, " | ");
}

/// Leaves the rows whose group has a value: "rep=Ann", "rep = \"Ann\"".
merit::result<void> narrow(const merit::frame& of, const std::string& pair,
                           std::vector<std::size_t>& rows) {
    if (pair.find('=') == pair.npos)
        return problem("--row", "`" + pair + "` is neither a row's number nor NAME=VALUE",
                       say_which(of, rows));
    auto [name, key] = split_pair(pair);
    name = trimmed(name);
    key = trimmed(key);
    if (key.size() > 1 && key.front() == '"' && key.back() == '"')
        key = key.substr(1, key.size() - 2);
    std::vector<std::string> groups;
    std::size_t column = of.columns().size();
    for (std::size_t i = 0; i < of.columns().size(); ++i) {
        const merit::frame_column& head = of.columns()[i];
        if (!is_group(head)) continue;
        groups.push_back(head.name);
        if (head.name == name || head.label == name) column = i;
    }
    if (column == of.columns().size())
        return problem("--row", "no group is called " + name,
                       groups.empty()
                           ? "the result has one row"
                           : meant_or(name, groups, "the groups are " + list_of(groups)));
    std::vector<std::size_t> kept;
    std::vector<std::string> known;
    for (const std::size_t row : rows) {
        known.push_back(key_text(of, row, column));
        if (key_text(of, row, column) == key) kept.push_back(row);
    }
    if (kept.empty()) {
        std::vector<std::string> near = near_names(key, known);
        for (std::string& one : near) one = name + "=" + one;
        return problem("--row", "no row of the result has " + name + "=" + key,
                       near.empty() ? say_which(of, rows) : "did you mean " + joined(near) + "?");
    }
    rows = std::move(kept);
    return {};
}

merit::result<std::size_t> chosen_row(const merit::frame& of, const std::vector<std::string>& by) {
    std::vector<std::size_t> rows(of.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    if (rows.empty())
        return problem("--row", "the result has no row",
                       "widen what is asked: another period, no filter");
    for (const std::string& one : by) {
        std::size_t number = 0;
        const auto read = std::from_chars(one.data(), one.data() + one.size(), number);
        if (read.ec == std::errc() && read.ptr == one.data() + one.size()) {
            if (std::find(rows.begin(), rows.end(), number - 1) == rows.end())
                return problem("--row", "row " + one + " is none of the rows that are meant",
                               say_which(of, rows));
            rows = {number - 1};
        } else if (auto done = narrow(of, one, rows); !done) {
            return done.error();
        }
    }
    if (rows.size() == 1) return rows.front();
    return problem("--row", std::to_string(rows.size()) + " rows of the result are meant",
                   say_which(of, rows));
}

}  // namespace

int explain(const explain_command& how) {
    evaluation all;
    if (const int status = evaluate(how.ask, all); status != fine) return status;
    auto where = chosen_column(all.frames, how.column);
    if (!where) return fail(where.error());
    const auto row = chosen_row(*where->of, how.row);
    if (!row) return fail(row.error());
    merit::explain_options with;
    with.rows = how.most;
    with.wording = language_in_use();
    const auto told = where->of->explain(*row, where->column, with);
    if (!told) return fail(told.error());
    print_hints(all);
    const auto done =
        write_text(how.ask.output, how.json ? merit::to_json(*told) : merit::to_text(*told));
    return done ? fine : fail(done.error());
}

}  // namespace cli
