#include "cli/workspace.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/text_file.hpp"

namespace cli {

namespace {

/// Finds imported texts; their paths come with the folder of the file that names them.
class importer {
public:
    explicit importer(const named_texts& given) {
        for (const auto& [name, text] : given) names_.push_back(name);
    }

    merit::result<std::string> read(std::string_view path) {
        auto text = read_text(std::string(path));
        if (text) found_.emplace_back(path, *text);
        return text;
    }

    /// A file that is met again by another path keeps the name that it has.
    std::string name_of(std::string_view path) {
        names_.push_back(one_name(names_, path));
        return names_.back();
    }

    [[nodiscard]] const named_texts& found() const { return found_; }

private:
    named_texts found_;
    std::vector<std::string> names_;
};

void set_importer(merit::model& of, const std::shared_ptr<importer>& how) {
    of.set_importer([how](std::string_view path) { return how->read(path); },
                    [how](std::string_view path) { return how->name_of(path); });
}

/// The texts and all that they import. A model without tables reads imports as any other does; that
/// it then misses its tables does not matter here.
named_texts with_imports(const named_texts& texts) {
    const auto imports = std::make_shared<importer>(texts);
    merit::model without_tables;
    set_importer(without_tables, imports);
    (void)without_tables.define_all(texts).has_value();
    named_texts all = texts;
    for (const auto& [name, text] : imports->found()) {
        // A calendar's file is no text of definitions; what is wrong in a text shows when it is
        // defined.
        if (name.ends_with(".kpi") || merit::declared_tables(text, name))
            all.emplace_back(name, text);
    }
    return all;
}

void append(std::vector<merit::diagnostic>& to, const merit::error& from) {
    to.insert(to.end(), from.diagnostics().begin(), from.diagnostics().end());
}

merit::result<std::vector<merit::table_declaration>> declarations(const named_texts& texts) {
    std::vector<merit::table_declaration> all;
    std::vector<merit::diagnostic> errors;
    for (const auto& [name, text] : texts) {
        auto declared = merit::declared_tables(text, name);
        if (!declared) {
            append(errors, declared.error());
            continue;
        }
        all.insert(all.end(), declared->begin(), declared->end());
    }
    if (!errors.empty()) return merit::error(std::move(errors));
    return all;
}

merit::csv_options options_for(const std::string& table,
                               const std::vector<merit::table_declaration>& declared) {
    for (const merit::table_declaration& one : declared) {
        if (one.name == table) return one.csv;
    }
    return {};
}

merit::result<merit::table> read_table(const std::string& path, merit::csv_options how) {
    progress line("reading " + path);
    how.progress = [&](std::uint64_t rows, std::uint64_t bytes, std::uint64_t total) {
        line.show(rows, bytes, total);
    };
    return merit::read_csv(path, how);
}

}  // namespace

std::pair<std::string, std::string> split_pair(const std::string& text) {
    const std::size_t at = text.find('=');
    if (at == text.npos) return {"", text};
    return {text.substr(0, at), text.substr(at + 1)};
}

const std::string* malformed(const std::vector<std::string>& pairs, bool valued) {
    for (const std::string& pair : pairs) {
        const auto [name, rest] = split_pair(pair);
        if (name.empty() || (valued && rest.empty())) return &pair;
    }
    return nullptr;
}

std::string misplaced(const std::vector<std::string>& files) {
    for (const std::string& path : files) {
        std::error_code ignored;
        if (path == "-") continue;
        auto [name, rows] = split_pair(path);
        if (path.find_first_of("( ") != path.npos && !std::filesystem::exists(path, ignored))
            return "there is no file `" + path + "`: what is asked follows --show";
        if (name.empty() || std::filesystem::exists(path, ignored)) {
            rows = path;
            name = std::filesystem::path(path).filename().string();
            name = name.substr(0, name.find('.'));
            if (!path.ends_with(".csv") && !path.ends_with(".csv.gz")) continue;
        }
        return "`" + path + "` holds no definitions: the rows of a table are given as --data " +
               name + "=" + rows;
    }
    return {};
}

merit::error with_remarks(const merit::error& why, const merit::tables& data) {
    std::vector<merit::diagnostic> all = why.diagnostics();
    const auto told = [&](const char* code) {
        return std::any_of(all.begin(), all.end(),
                           [&](const merit::diagnostic& one) { return one.code == code; });
    };
    const bool types = told("E301") || told("E302") || told("E221");
    const bool names = told("E101");
    std::vector<merit::diagnostic> before;  // the separator is the cause of all that follows
    std::vector<merit::diagnostic> behind;
    for (const auto& [name, rows] : data) {
        for (const merit::diagnostic& note : rows.notes()) {
            if (names && note.code == "D110") before.push_back(note);
            if (types && note.code == "D107") behind.push_back(note);
        }
    }
    all.insert(all.begin(), before.begin(), before.end());
    all.insert(all.end(), behind.begin(), behind.end());
    return merit::error(std::move(all));
}

merit::result<named_texts> read_files(const std::vector<std::string>& paths) {
    named_texts texts;
    std::vector<merit::diagnostic> errors;
    std::vector<std::string> names;
    for (const std::string& path : paths) {
        auto text = read_text(path);
        if (text) {
            // As imports name it, so that one file is one text.
            names.push_back(path == "-" ? "standard input" : one_name(names, path));
            texts.emplace_back(names.back(), *std::move(text));
        } else {
            append(errors, text.error());
        }
    }
    if (!errors.empty()) return merit::error(std::move(errors));
    return texts;
}

merit::result<void> check_syntax(const named_texts& texts) {
    auto declared = declarations(texts);
    if (!declared) return declared.error();
    return {};
}

merit::result<workspace> open_workspace(const named_texts& texts,
                                        const std::vector<std::string>& data) {
    if (auto syntax = check_syntax(texts); !syntax) return syntax.error();
    const auto declared = declarations(with_imports(texts));
    if (!declared) return declared.error();
    workspace made;
    std::vector<merit::diagnostic> errors;
    for (const std::string& pair : data) {
        const auto [name, path] = split_pair(pair);
        auto rows = read_table(path, options_for(name, *declared));
        if (!rows) {
            append(errors, rows.error());
            continue;
        }
        auto added = made.model.add_table(name, rows->schema());
        if (!added) append(errors, said_of("--data " + name, added.error()));
        made.data.emplace(name, *std::move(rows));
    }
    if (!errors.empty()) return merit::error(std::move(errors));
    set_importer(made.model, std::make_shared<importer>(texts));
    if (texts.empty()) return made;
    if (auto defined = made.model.define_all(texts); !defined)
        return with_remarks(defined.error(), made.data);
    return made;
}

}  // namespace cli
