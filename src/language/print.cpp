// Tree → canonical text.
#include <fmt/format.h>

#include "language/parse.hpp"
#include "language/print_layout.hpp"

namespace merit::language {

std::string print_flat(const tree& ast, node_id id) {
    std::string out;
    std::vector<piece> rest{piece(id)};
    // A stack of its own, so that a deep tree needs no deep call stack.
    while (!rest.empty()) {
        const piece next = std::move(rest.back());
        rest.pop_back();
        if (!next.is_node) {
            out += next.text;
            continue;
        }
        pieces inner = pieces_of(ast, ast.at(next.id));
        rest.insert(rest.end(), std::make_move_iterator(inner.rbegin()),
                    std::make_move_iterator(inner.rend()));
    }
    return out;
}

std::string print(const tree& ast, node_id id) {
    return layout(ast, {}).text(id);
}

std::string print(const parsed& what) {
    return layout(what.ast, {what.from->text, what.comments}).text(what.ast.root);
}

}  // namespace merit::language
