// Formulas that live in the host's own table, one row each, and are edited while the host runs.
#include <merit/merit.hpp>

#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

/// A row of the host's table of formulas.
struct stored_formula {
    std::string name;
    std::string text;
};

std::vector<stored_formula> formulas = {
    {"closed", "let closed = 2  # the step from which a deal is closed"},
    {"revenue", "kpi revenue = sum(deals.amount where step >= closed)"},
    {"won", "@unit percent kpi won = share(is_won where step >= closed)"},
};

constexpr const char* csv =
    "id,agent,step,is_won,amount\n"
    "1,North,2,true,120\n"
    "2,North,2,false,80\n"
    "3,North,1,,60\n"
    "4,South,2,true,200\n"
    "5,South,2,true,50\n";

class reporting {
public:
    explicit reporting(merit::table deals) : deals_(std::move(deals)) {
        model_.add_table("deals", deals_.schema()).value();
        std::vector<std::pair<std::string, std::string>> all;
        for (const stored_formula& one : formulas) all.emplace_back(one.name, one.text);
        model_.define_all(all).value();  // any order: they may refer to each other
    }

    /// Saves an edit if it holds; else says why not, and everything stays as it was.
    void edit(std::string_view name, const std::string& text) {
        std::cout << "edit " << name << ": " << text << "\n";
        const auto defined = model_.define(text, name);
        if (!defined) {
            std::cout << "refused\n" << defined.error().to_string() << "\n";
            return;
        }
        for (stored_formula& one : formulas) {
            if (one.name == name) one.text = text;
        }
        std::cout << "saved\n\n";
    }

    void show(const std::string& request) const {
        const merit::frame answer =
            model_.compile(request).value().run({{"deals", deals_}}).value();
        std::cout << merit::to_csv(answer) << "\n";
    }

private:
    merit::table deals_;
    merit::model model_;
};

}  // namespace

int main() {
    reporting host(merit::read_csv_text(csv).value());
    host.show("revenue, won by agent");
    // A slip: the old formula stays in force.
    host.edit("revenue", "kpi revenue = sum(deals.amuont where step >= closed)");
    host.show("revenue, won by agent");
    // Others need `closed`, so taking it away is refused too.
    host.edit("closed", "let open = 1");
    // A right edit counts from the next query on.
    host.edit("revenue", "kpi revenue = sum(deals.amount where step >= closed and is_won)");
    host.show("revenue, won by agent");
}
