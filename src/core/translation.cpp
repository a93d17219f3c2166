#include "core/translation.hpp"

#include <algorithm>
#include <array>

namespace merit::translation {

namespace {

/// An English form taken apart: literals with holes between them.
struct form {
    std::vector<std::string> literals;  ///< one more than holes
    std::vector<std::size_t> holes;     ///< numbers; one may come twice
    std::size_t words = 0;              ///< bytes of the literals
};

form taken_apart(std::string_view english) {
    form out;
    out.literals.emplace_back();
    std::size_t next = 0;
    for (std::size_t at = 0; at < english.size(); ++at) {
        const char c = english[at];
        const bool doubled = at + 1 < english.size() && english[at + 1] == c;
        if ((c == '{' || c == '}') && doubled) {
            out.literals.back() += c;
            ++at;
        } else if (c == '{') {
            const std::size_t end = english.find('}', at);
            const char first = english[at + 1];
            const bool numbered = first >= '0' && first <= '9';
            out.holes.push_back(numbered ? static_cast<std::size_t>(first - '0') : next);
            ++next;
            out.literals.emplace_back();
            at = end;
        } else {
            out.literals.back() += c;
        }
    }
    for (const std::string& one : out.literals) out.words += one.size();
    return out;
}

struct known_form {
    const entry* by;
    form parts;
};

const std::vector<known_form>& catalogue() {
    static const std::vector<known_form> all = [] {
        std::vector<known_form> out;
        for (const auto part :
             {of_text(), of_names(), of_values(), of_hints(), of_data(), of_runs(), of_entities()})
            for (const entry& one : part) out.push_back({&one, taken_apart(one.english)});
        return out;
    }();
    return all;
}

/// Where a hole between backticks or quotes ends is where the next one of them stands.
bool fits(const form& of, std::size_t hole, std::string_view held) {
    const std::string& before = of.literals[hole];
    const std::string& after = of.literals[hole + 1];
    const bool quoted = before.ends_with('`') && after.starts_with('`');
    return !quoted || held.find('`') == held.npos;
}

std::optional<match> matched(const known_form& by, std::string_view text) {
    const form& of = by.parts;
    if (!text.starts_with(of.literals.front())) return std::nullopt;
    if (of.holes.empty()) {
        if (text.size() != of.words) return std::nullopt;
        return match{by.by, {}};
    }
    std::array<std::optional<std::string_view>, 10> held;
    std::size_t at = of.literals.front().size();
    std::size_t most = 0;
    for (std::size_t hole = 0; hole < of.holes.size(); ++hole) {
        const std::string& after = of.literals[hole + 1];
        const bool last = hole + 1 == of.holes.size();
        if (last && text.size() < at + after.size()) return std::nullopt;
        const std::size_t end = last ? text.size() - after.size() : text.find(after, at);
        if (end == text.npos || text.substr(end, after.size()) != after) return std::nullopt;
        const std::string_view here = text.substr(at, end - at);
        std::optional<std::string_view>& known = held[of.holes[hole]];
        if (!fits(of, hole, here) || (known && *known != here)) return std::nullopt;
        known = here;
        most = std::max(most, of.holes[hole]);
        at = end + after.size();
    }
    match out{by.by, {}};
    for (std::size_t i = 0; i <= most; ++i) out.holes.push_back(held[i].value_or(""));
    return out;
}

/// "a, b or c": each item is a text of the catalogue or stands between backticks.
std::string list_in_chinese(std::string_view list) {
    std::string out;
    while (!list.empty()) {
        std::size_t length = list.starts_with('`') ? list.find('`', 1) + 1 : 0;
        for (const known_form& one : catalogue()) {
            const std::string& text = one.parts.literals.front();
            if (one.parts.holes.empty() && text.size() > length && list.starts_with(text))
                length = text.size();
        }
        if (length == 0) return out += list;
        out += to_chinese(list.substr(0, length));
        list.remove_prefix(length);
        for (const auto& [english, chinese] : {entry{", ", "、"}, entry{" or ", "或"}}) {
            if (!list.starts_with(english)) continue;
            out += chinese;
            list.remove_prefix(english.size());
        }
    }
    return out;
}

/// A list whose items begin after one of two separators; of each the first `skip` bytes are no part
/// of the item.
std::string items_in_chinese(std::string_view list, const entry& between, const entry& before_last,
                             std::size_t skip) {
    std::string out;
    while (true) {
        const std::size_t next =
            std::min(list.find(between.english), list.find(before_last.english));
        out += to_chinese(list.substr(0, next));
        if (next == list.npos) return out;
        out += between.chinese;
        list.remove_prefix(next + skip);
    }
}

std::string filled(std::string_view chinese, const std::vector<std::string_view>& holes) {
    std::string out;
    for (std::size_t at = 0; at < chinese.size(); ++at) {
        const char c = chinese[at];
        const bool doubled = at + 1 < chinese.size() && chinese[at + 1] == c;
        if ((c == '{' || c == '}') && doubled) ++at;
        if (c != '{' || doubled) {
            out += c;
            continue;
        }
        const std::string_view held = holes[static_cast<std::size_t>(chinese[at + 1] - '0')];
        switch (chinese[at + 2]) {
            case '!':
                out += to_chinese(held);
                break;
            case '+':
                out += list_in_chinese(held);
                break;
            case '*':
                out += items_in_chinese(held, {", `", "，"}, {", `", "，"}, 2);
                break;
            case ';':
                out += items_in_chinese(held, {"; line ", "；"}, {"; and ", "；"}, 2);
                break;
            default:
                out += held;
                break;
        }
        at = chinese.find('}', at);
    }
    return out;
}

}  // namespace

std::optional<match> matched(const entry& by, std::string_view text) {
    return matched(known_form{&by, taken_apart(by.english)}, text);
}

std::vector<match> all_matches(std::string_view text) {
    std::vector<std::pair<std::size_t, match>> found;
    for (const known_form& one : catalogue()) {
        if (auto made = matched(one, text)) found.emplace_back(one.parts.words, *std::move(made));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<match> out;
    for (auto& [words, made] : found) out.push_back(std::move(made));
    return out;
}

std::string to_chinese(std::string_view text) {
    const std::vector<match> found = all_matches(text);
    if (found.empty()) return std::string(text);
    return filled(found.front().by->chinese, found.front().holes);
}

}  // namespace merit::translation
