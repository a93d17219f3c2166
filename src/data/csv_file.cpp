#include "data/csv_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "data/csv_report.hpp"
#include "data/gzip.hpp"

namespace merit::csv {

namespace {

struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

error failed(const std::string& path, int number) {
    return error(unreadable(path,
                            "the file cannot be read: " + std::generic_category().message(number),
                            "check the path and its permissions"));
}

/// Works for pipes too, whose size nobody knows.
result<std::string> bytes_of(const std::string& path) {
    errno = 0;
    const std::unique_ptr<std::FILE, closer> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) return failed(path, errno);
    std::error_code ignored;
    const std::uintmax_t known = std::filesystem::file_size(path, ignored);
    std::string out;
    std::size_t used = 0;
    while (true) {
        const std::size_t hint =
            ignored || known < used ? 0 : static_cast<std::size_t>(known) - used;
        // One byte more than the size, so that the end is seen without another round.
        out.resize(used + std::max<std::size_t>(hint + 1, std::max<std::size_t>(65'536, used / 2)));
        const std::size_t read = std::fread(out.data() + used, 1, out.size() - used, file.get());
        used += read;
        if (used < out.size()) break;
    }
    if (std::ferror(file.get()) != 0) return failed(path, errno);
    out.resize(used);
    return out;
}

}  // namespace

result<std::string> load(const std::string& path) {
    result<std::string> bytes = bytes_of(path);
    // What spreadsheets keep by default: a zip archive, before 2007 an OLE file.
    if (bytes && (bytes->starts_with("PK\x03\x04") || bytes->starts_with("\xD0\xCF\x11\xE0")))
        return error(unreadable(path, "the file is a spreadsheet or an archive, not text",
                                "save it as CSV in UTF-8"));
    if (!bytes || !is_gzip(*bytes)) return bytes;
    std::optional<std::string> text = gunzip(*bytes);
    if (text) return std::move(*text);
    return error(
        unreadable(path, "the gzip data is damaged or ends early", "fetch the file again"));
}

}  // namespace merit::csv
