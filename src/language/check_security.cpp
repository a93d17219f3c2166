// Security filters: conditions of the host, resolved on every stored table. Formulas must not be
// able to change what they mean, so of names only the stored columns, the entities and the host's
// own constants count.
#include <fmt/format.h>

#include <algorithm>

#include "language/checker.hpp"

namespace merit::language {

/// Whether any table has a column, a reference or an entity of this name.
bool checker::is_member(std::string_view name) const {
    const auto here = [&](const table_info& one) { return one.columns.find(name).has_value(); };
    const auto role = [&](const reference_info& one) { return one.role == name; };
    return find_entity(name).has_value() ||
           std::any_of(out_.tables.begin(), out_.tables.end(), here) ||
           std::any_of(out_.references.begin(), out_.references.end(), role);
}

/// One filter on one table. A condition that reads no row of it would hold for all or none.
bool checker::security_condition(const definition& filter, security_info& into) {
    const scope row{.document = filter.document, .table = into.table, .names = naming::context};
    const term_id found = condition(row, filter.node);
    if (found == nothing) return false;
    if (reads_rates(found)) {
        report(row, filter.node, "E211", "a security filter comes before rates are known",
               "compare amounts of one currency");
        return false;
    }
    if (get(found).at != level::row) {
        report(row, filter.node, "E210",
               fmt::format("this condition reads no row of {}", out_.tables[into.table].name));
        return false;
    }
    into.conditions.push_back(found);
    return true;
}

bool checker::reads_rates(term_id id) const {
    std::vector<term_id> open{id};
    while (!open.empty()) {
        const term& next = get(open.back());
        open.pop_back();
        if (next.kind == op::scalar && next.what == function::convert) return true;
        open.insert(open.end(), next.of.begin(), next.of.end());
    }
    return false;
}

void checker::check_security() {
    if (in_.only.empty()) return;
    securing_ = true;
    for (table_id t = 0; t < out_.tables.size(); ++t) {
        if (out_.tables[t].view_of != nothing) continue;
        security_info made;
        made.table = t;
        made.open = std::find(in_.open_tables.begin(), in_.open_tables.end(),
                              out_.tables[t].name) != in_.open_tables.end();
        // What does not reach a table matters only to who reads that table.
        std::vector<diagnostic> before = std::exchange(findings_, {});
        const std::size_t hints = std::exchange(hints_, 0);
        auto reported = std::exchange(reported_, {});
        bool all = true;
        for (const definition& filter : in_.only)
            all = (made.open || security_condition(filter, made)) && all;
        if (!all) made.conditions.clear();
        made.problems = std::exchange(findings_, std::move(before));
        hints_ = hints;
        std::erase_if(made.problems,
                      [](const diagnostic& one) { return one.level == severity::hint; });
        for (diagnostic& one : made.problems) {
            if (one.code == "E210")
                one.help = fmt::format(
                    "give {0} a column or an entity of that name, or open {0} "
                    "to all",
                    out_.tables[t].name);
        }
        reported_ = std::move(reported);
        out_.security.push_back(std::move(made));
    }
    securing_ = false;
}

}  // namespace merit::language
