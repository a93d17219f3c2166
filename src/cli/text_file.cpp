#include "cli/text_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace cli {

namespace {

namespace fs = std::filesystem;

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// As the library says it of a table's file.
merit::error failure(const std::string& verb, const std::string& path) {
    merit::diagnostic one;
    one.code = "E801";
    one.source_name = path;
    one.message = "the file cannot be " + verb + ": " + std::strerror(errno);
    one.help = "check the path and its permissions";
    return merit::error(std::move(one));
}

merit::result<void> write_stream(std::FILE* to, const std::string& name, std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), to) == text.size();
    if (!written || std::fflush(to) != 0) return failure("written", name);
    return {};
}

merit::result<void> write_file(const std::string& path, const std::string& name,
                               std::string_view text) {
    file opened(std::fopen(path.c_str(), "wb"), &std::fclose);
    if (!opened) return failure("written", name);
    if (auto done = write_stream(opened.get(), name, text); !done) return done;
    if (std::fclose(opened.release()) != 0) return failure("written", name);
    return {};
}

}  // namespace

std::string one_name(const std::vector<std::string>& known, std::string_view path) {
    for (const std::string& name : known) {
        std::error_code none;
        if (name == path || fs::equivalent(name, path, none)) return name;
    }
    return fs::path(path).lexically_normal().string();
}

merit::result<std::string> read_text(const std::string& path) {
    const bool standard = path == "-";
    std::error_code ignored;
    if (!standard && fs::is_directory(path, ignored)) {
        errno = EISDIR;
        return failure("read", path);
    }
    const file opened(standard ? nullptr : std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!standard && !opened) return failure("read", path);
    std::FILE* const from = standard ? stdin : opened.get();
    std::string text;
    char block[1 << 16];
    while (const std::size_t bytes = std::fread(block, 1, sizeof block, from)) {
        text.append(block, bytes);
    }
    if (std::ferror(from) != 0) return failure("read", path);
    return text;
}

merit::result<void> write_text(const std::string& path, std::string_view text) {
    if (path.empty() || path == "-") return write_stream(stdout, "standard output", text);
    std::error_code ignored;
    const fs::file_status before = fs::status(path, ignored);
    // Renaming would put a file where a device or a pipe was.
    if (fs::exists(before) && !fs::is_regular_file(before)) return write_file(path, path, text);
    // Beside the file itself, not a link to it, so that renaming stays inside one file system.
    const fs::path place = fs::exists(before) ? fs::canonical(path, ignored) : fs::path(path);
    const std::string part = place.string() + ".part-" + std::to_string(::getpid());
    merit::result<void> done = write_file(part, path, text);
    if (done && fs::exists(before)) fs::permissions(part, before.permissions(), ignored);
    if (done && std::rename(part.c_str(), place.c_str()) != 0) done = failure("written", path);
    if (!done) std::remove(part.c_str());
    return done;
}

}  // namespace cli
