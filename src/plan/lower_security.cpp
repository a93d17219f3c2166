// Security filters: which rows there are of each table that the request reads, however far below.
#include "plan/lowering.hpp"
#include "plan/rewrite.hpp"

namespace merit::plan {

void add_guards(const language::program& from, lowering& walk) {
    std::vector<const language::security_info*> read;
    for (const language::security_info& one : from.security)
        if (walk.known_table(one.table) != nothing) read.push_back(&one);
    for (const language::security_info* one : read) {
        guard made{walk.known_table(one->table), {}, one->open};
        for (const language::term_id filter : one->conditions)
            for (const language::term_id condition : conjuncts(from, filter))
                made.conditions.push_back(walk.row(condition));
        normalize(made.conditions);
        walk.out.made.guards.push_back(std::move(made));
    }
}

}  // namespace merit::plan
