// Productions in a text file → an LALR(1) table and a recogniser, to hold the parser against.
#pragma once

#include <algorithm>
#include <bitset>
#include <deque>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grammar {

using symbol = int;  ///< terminals from 0, then nonterminals
using terminals = std::bitset<160>;

struct production {
    symbol left;
    std::vector<symbol> right;
};

/// The source of the method: DeRemer and Pennello's lookaheads, computed the plain way, by merging
/// the states of a canonical LR(1) automaton whose kernels are equal until nothing grows.
class table {
public:
    explicit table(std::string_view text);

    [[nodiscard]] bool accepts(const std::vector<symbol>& sentence) const;
    /// A sentence of the grammar without the end mark; `budget` bounds the depth of its derivation.
    [[nodiscard]] std::vector<symbol> derive(std::mt19937_64& random, int budget) const;

    [[nodiscard]] symbol named(const std::string& name) const { return names_.at(name); }
    [[nodiscard]] const std::string& name(symbol of) const { return spelled_[index(of)]; }
    [[nodiscard]] int terminal_count() const { return terminal_count_; }
    [[nodiscard]] std::size_t state_count() const { return states_.size(); }
    /// Places where the table has two actions; a sound grammar has none.
    [[nodiscard]] const std::vector<std::string>& conflicts() const { return conflicts_; }

private:
    using item = std::pair<int, int>;  ///< production, dot
    using items = std::map<item, terminals>;
    struct action {
        enum class what : std::uint8_t { none, shift, reduce } kind = what::none;
        int target = 0;
    };

    static std::size_t index(int of) { return static_cast<std::size_t>(of); }
    [[nodiscard]] bool is_terminal(symbol one) const { return one < terminal_count_; }
    void read(std::string_view text);
    void first_sets();
    void shortest_derivations();
    [[nodiscard]] terminals first_of(const std::vector<symbol>& right, std::size_t from,
                                     terminals behind) const;
    [[nodiscard]] items closure(const items& kernel) const;
    void build();
    void fill();
    void set(std::size_t state, symbol on, action what);

    std::map<std::string, symbol> names_;
    std::vector<std::string> spelled_;
    int terminal_count_ = 0;
    std::vector<production> productions_;
    std::vector<std::vector<int>> of_left_;  ///< by symbol
    std::vector<terminals> first_;
    std::vector<bool> empty_;
    std::vector<int> depth_;  ///< by production: the least depth of a derivation
    std::vector<items> states_;
    std::map<std::pair<int, symbol>, int> goto_;
    std::vector<std::vector<action>> actions_;
    std::vector<std::string> conflicts_;
};

namespace detail {

constexpr const char* end_mark = "$";
constexpr int unreachable = 1 << 20;

struct written {
    std::string left;
    std::vector<std::string> right;
};

inline std::vector<written> alternatives(std::string_view text) {
    std::vector<written> out;
    std::istringstream lines{std::string(text)};
    std::string current;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::string rest = line;
        if (line[0] != ' ') {
            const std::size_t colon = line.find(':');
            current = line.substr(0, colon);
            rest = line.substr(colon + 1);
            out.push_back({current, {}});
        }
        std::istringstream words(rest);
        for (std::string word; words >> word;) {
            if (word == "|")
                out.push_back({current, {}});
            else if (word != "%empty")
                out.back().right.push_back(word);
        }
    }
    return out;
}

}  // namespace detail

inline table::table(std::string_view text) {
    read(text);
    first_sets();
    shortest_derivations();
    build();
    fill();
}

inline void table::read(std::string_view text) {
    const std::vector<detail::written> all = detail::alternatives(text);
    std::vector<std::string> lefts{"start'"};
    for (const detail::written& one : all) {
        if (std::find(lefts.begin(), lefts.end(), one.left) == lefts.end())
            lefts.push_back(one.left);
    }
    const auto add = [&](const std::string& name) {
        if (names_.emplace(name, static_cast<symbol>(spelled_.size())).second)
            spelled_.push_back(name);
    };
    add(detail::end_mark);
    for (const detail::written& one : all) {
        for (const std::string& word : one.right) {
            if (std::find(lefts.begin(), lefts.end(), word) == lefts.end()) add(word);
        }
    }
    terminal_count_ = static_cast<int>(spelled_.size());
    for (const std::string& left : lefts) add(left);
    productions_.push_back({names_.at("start'"), {names_.at("start")}});
    for (const detail::written& one : all) {
        production made{names_.at(one.left), {}};
        for (const std::string& word : one.right) made.right.push_back(names_.at(word));
        productions_.push_back(std::move(made));
    }
    of_left_.resize(spelled_.size());
    for (std::size_t i = 0; i < productions_.size(); ++i) {
        of_left_[index(productions_[i].left)].push_back(static_cast<int>(i));
    }
}

inline void table::first_sets() {
    first_.resize(spelled_.size());
    empty_.resize(spelled_.size());
    for (std::size_t i = 0; i < index(terminal_count_); ++i) first_[i].set(i);
    for (bool grew = true; grew;) {
        grew = false;
        for (const production& one : productions_) {
            const std::size_t left = index(one.left);
            const terminals before = first_[left];
            const bool was_empty = empty_[left];
            bool all_empty = true;
            for (const symbol part : one.right) {
                first_[left] |= first_[index(part)];
                all_empty = empty_[index(part)];
                if (!all_empty) break;
            }
            if (all_empty) empty_[left] = true;
            grew |= first_[left] != before || empty_[left] != was_empty;
        }
    }
}

inline terminals table::first_of(const std::vector<symbol>& right, std::size_t from,
                                 terminals behind) const {
    terminals out;
    for (; from < right.size(); ++from) {
        out |= first_[index(right[from])];
        if (!empty_[index(right[from])]) return out;
    }
    return out | behind;
}

inline table::items table::closure(const items& kernel) const {
    items out = kernel;
    std::deque<item> work;
    for (const auto& [one, behind] : kernel) work.push_back(one);
    while (!work.empty()) {
        const item one = work.front();
        work.pop_front();
        const std::vector<symbol>& right = productions_[index(one.first)].right;
        if (index(one.second) >= right.size() || is_terminal(right[index(one.second)])) continue;
        const terminals behind = first_of(right, index(one.second) + 1, out.at(one));
        for (const int next : of_left_[index(right[index(one.second)])]) {
            terminals& held = out[{next, 0}];
            const terminals grown = held | behind;
            if (grown == held && grown.any()) continue;
            held = grown;
            work.push_back({next, 0});
        }
    }
    return out;
}

inline void table::build() {
    std::map<std::vector<item>, int> known;
    std::vector<items> kernels;
    std::deque<int> work;
    terminals at_end;
    at_end.set(0);
    const auto enter = [&](const items& kernel) {
        std::vector<item> core;
        for (const auto& [one, behind] : kernel) core.push_back(one);
        const auto [found, fresh] = known.emplace(core, static_cast<int>(kernels.size()));
        if (fresh) {
            kernels.push_back(kernel);
            states_.push_back(closure(kernel));
            work.push_back(found->second);
            return found->second;
        }
        bool grew = false;
        for (const auto& [one, behind] : kernel) {
            terminals& held = kernels[index(found->second)][one];
            grew |= (held | behind) != held;
            held |= behind;
        }
        if (grew) {
            states_[index(found->second)] = closure(kernels[index(found->second)]);
            work.push_back(found->second);
        }
        return found->second;
    };
    enter({{{0, 0}, at_end}});
    while (!work.empty()) {
        const int state = work.front();
        work.pop_front();
        std::map<symbol, items> next;
        for (const auto& [one, behind] : states_[index(state)]) {
            const std::vector<symbol>& right = productions_[index(one.first)].right;
            if (index(one.second) == right.size()) continue;
            next[right[index(one.second)]][{one.first, one.second + 1}] |= behind;
        }
        for (const auto& [on, kernel] : next) goto_[{state, on}] = enter(kernel);
    }
}

inline void table::set(std::size_t state, symbol on, action what) {
    action& held = actions_[state][index(on)];
    if (held.kind != action::what::none && (held.kind != what.kind || held.target != what.target)) {
        conflicts_.push_back("on " + spelled_[index(on)] + " in state " + std::to_string(state));
    }
    held = what;
}

inline void table::fill() {
    actions_.assign(states_.size(), std::vector<action>(index(terminal_count_)));
    for (std::size_t state = 0; state < states_.size(); ++state) {
        for (const auto& [one, behind] : states_[state]) {
            const std::vector<symbol>& right = productions_[index(one.first)].right;
            if (index(one.second) < right.size()) {
                const symbol on = right[index(one.second)];
                if (!is_terminal(on)) continue;
                set(state, on, {action::what::shift, goto_.at({static_cast<int>(state), on})});
                continue;
            }
            for (symbol on = 0; on < terminal_count_; ++on) {
                if (behind.test(index(on))) set(state, on, {action::what::reduce, one.first});
            }
        }
    }
}

inline bool table::accepts(const std::vector<symbol>& sentence) const {
    std::vector<int> stack{0};
    for (std::size_t at = 0;;) {
        const symbol next = at < sentence.size() ? sentence[at] : 0;
        const action what = actions_[index(stack.back())][index(next)];
        if (what.kind == action::what::none) return false;
        if (what.kind == action::what::shift) {
            stack.push_back(what.target);
            ++at;
            continue;
        }
        if (what.target == 0) return true;
        const production& one = productions_[index(what.target)];
        stack.resize(stack.size() - one.right.size());
        stack.push_back(goto_.at({stack.back(), one.left}));
    }
}

inline void table::shortest_derivations() {
    std::vector<int> least(spelled_.size(), detail::unreachable);
    for (std::size_t i = 0; i < index(terminal_count_); ++i) least[i] = 0;
    depth_.assign(productions_.size(), detail::unreachable);
    for (bool grew = true; grew;) {
        grew = false;
        for (std::size_t i = 0; i < productions_.size(); ++i) {
            int depth = 1;
            for (const symbol part : productions_[i].right) {
                depth = std::max(depth, least[index(part)] + 1);
            }
            grew |= depth < depth_[i];
            depth_[i] = std::min(depth_[i], depth);
            int& of_left = least[index(productions_[i].left)];
            of_left = std::min(of_left, depth_[i]);
        }
    }
}

inline std::vector<symbol> table::derive(std::mt19937_64& random, int budget) const {
    std::vector<symbol> out;
    std::vector<std::pair<symbol, int>> rest{{names_.at("start"), budget}};
    while (!rest.empty()) {
        const auto [one, left] = rest.back();
        rest.pop_back();
        if (is_terminal(one)) {
            out.push_back(one);
            continue;
        }
        // Within the budget any alternative will do; beyond it only a shortest one.
        std::vector<int> choices;
        int least = detail::unreachable;
        for (const int i : of_left_[index(one)]) least = std::min(least, depth_[index(i)]);
        for (const int i : of_left_[index(one)]) {
            if (depth_[index(i)] <= std::max(left, least)) choices.push_back(i);
        }
        const int chosen = choices[random() % choices.size()];
        const std::vector<symbol>& right = productions_[index(chosen)].right;
        for (auto part = right.rbegin(); part != right.rend(); ++part)
            rest.push_back({*part, left - 1});
    }
    return out;
}

}  // namespace grammar
