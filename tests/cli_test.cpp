// The commands as a user types them: tests/cli/NAME.args holds the words after `merit` as a shell
// reads them, and `# exit N` when it must fail; NAME.out and NAME.err what must be printed.
// MERIT_UPDATE=1 writes what is printed instead: read the difference before you commit it.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(MERIT_SOURCE_DIR) / "tests" / "cli";

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct printed {
    std::string out;
    std::string err;
    int exit = 0;
};

/// A folder of this process, removed at its end; `$T` in the arguments.
const fs::path& scratch() {
    static const struct folder {
        fs::path path = fs::temp_directory_path() / ("merit-cli-" + std::to_string(::getpid()));
        folder() { fs::create_directories(path); }
        ~folder() { fs::remove_all(path); }
    } made;
    return made.path;
}

printed run(const std::string& arguments) {
    const std::string out = (scratch() / "out").string(), err = (scratch() / "err").string();
    const std::string words = arguments.substr(0, arguments.find('\n'));
    const std::string command = "cd '" + cases.string() + "' && T='" + scratch().string() +
                                "' && merit() { '" MERIT_CLI "' \"$@\"; } && { " + words +
                                "; } >'" + out + "' 2>'" + err + "' </dev/null";
    const int status = std::system(command.c_str());
    return {read(out), read(err), WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

int expected_exit(const std::string& arguments) {
    const std::size_t at = arguments.find("# exit ");
    return at == arguments.npos ? 0 : std::atoi(arguments.c_str() + at + 7);
}

void update(const fs::path& base, const printed& got) {
    for (const auto& [ending, text] : {std::pair{".out", got.out}, std::pair{".err", got.err}}) {
        const fs::path path = base.string() + ending;
        fs::remove(path);
        if (!text.empty()) std::ofstream(path, std::ios::binary) << text;
    }
}

}  // namespace

TEST_CASE("each command prints what its case expects") {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(cases)) {
        if (entry.path().extension() == ".args") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    REQUIRE(!found.empty());
    for (const fs::path& path : found) {
        const std::string arguments = read(path);
        const printed got = run(arguments);
        const fs::path base = fs::path(path).replace_extension();
        INFO(path.filename().string() << ": " << arguments);
        CHECK(got.exit == expected_exit(arguments));
        if (std::getenv("MERIT_UPDATE") != nullptr) update(base, got);
        CHECK(got.out == read(base.string() + ".out"));
        CHECK(got.err == read(base.string() + ".err"));
    }
}
