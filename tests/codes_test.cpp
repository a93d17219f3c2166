// Every code that the sources can raise is met by some test: a code that nothing mentions is a
// message that nobody has ever read.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

using codes = std::set<std::string>;

void add_codes(const std::filesystem::path& file, const std::regex& like, codes& into) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator at(text.begin(), text.end(), like), end; at != end; ++at)
        into.insert((*at)[1]);
}

codes codes_under(const std::string& folder, const std::regex& like) {
    codes out;
    const std::filesystem::path root = std::filesystem::path(MERIT_SOURCE_DIR) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string ending = entry.path().extension().string();
        static const codes read{".cpp", ".hpp", ".kpi", ".out", ".err", ".txt"};
        if (entry.is_regular_file() && read.contains(ending)) add_codes(entry.path(), like, out);
    }
    return out;
}

}  // namespace

TEST_CASE("every code that the library raises is in a test") {
    const codes raised = codes_under("src", std::regex("\"([EHD][0-9]{3})\""));
    const codes met = codes_under("tests", std::regex("\\b([EHD][0-9]{3})\\b"));
    CHECK(raised.size() > 50);
    for (const std::string& code : raised)
        CHECK_MESSAGE(met.contains(code), code << " is raised in src, and no test mentions it");
}
