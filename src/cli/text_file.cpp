#include "cli/text_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace cli {

namespace {

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

/// A sibling, so that renaming it stays inside one file system.
std::string sibling_of(const std::string& path) {
    return path + ".part-" + std::to_string(::getpid());
}

}  // namespace

merit::result<std::string> read_text(const std::string& path) {
    const bool standard = path == "-";
    std::error_code ignored;
    if (!standard && std::filesystem::is_directory(path, ignored)) {
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
    const std::string part = sibling_of(path);
    file opened(std::fopen(part.c_str(), "wb"), &std::fclose);
    if (!opened) return failure("written", path);
    merit::result<void> done = write_stream(opened.get(), path, text);
    if (done && std::fclose(opened.release()) != 0) done = failure("written", path);
    if (done && std::rename(part.c_str(), path.c_str()) != 0) done = failure("written", path);
    if (!done) std::remove(part.c_str());
    return done;
}

}  // namespace cli
