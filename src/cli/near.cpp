#include "cli/near.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace cli {

namespace {

/// Characters of UTF-8 text, as each is written; ASCII capitals become small.
std::vector<std::string> characters(std::string_view text) {
    std::vector<std::string> out;
    for (const char c : text) {
        const bool inside = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (!inside || out.empty()) out.emplace_back();
        out.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

/// How many characters have to be put in, left out, changed, or swapped with the next.
std::size_t distance(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::vector<std::size_t>> apart(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) apart[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) apart[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t& here = apart[i][j];
            here = std::min({apart[i - 1][j] + 1, apart[i][j - 1] + 1,
                             apart[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                here = std::min(here, apart[i - 2][j - 2] + 1);
        }
    }
    return apart[a.size()][b.size()];
}

}  // namespace

std::vector<std::string> near_names(std::string_view wrong, const std::vector<std::string>& known) {
    constexpr std::size_t most = 3;
    constexpr std::size_t longest = 64;  // what takes longer to compare is no name
    std::vector<std::pair<std::size_t, std::string>> found;
    const std::vector<std::string> meant = characters(wrong);
    for (const std::string& name : known) {
        if (name.size() > longest || wrong.size() > longest) continue;
        const std::vector<std::string> here = characters(name);
        const std::size_t apart = distance(meant, here);
        if (apart <= std::max<std::size_t>(1, std::min(meant.size(), here.size()) / 3))
            found.emplace_back(apart, name);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::vector<std::string> out;
    for (std::size_t i = 0; i < found.size() && i < most; ++i) out.push_back(found[i].second);
    return out;
}

std::string joined(const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}

}  // namespace cli
