#include "data/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace merit {

namespace {

/// Inflates one member; `packed` is left at what follows it.
bool inflate_member(std::string_view& packed, std::string& out) {
    constexpr std::size_t step = std::size_t{1} << 20;
    constexpr int gzip_only = 15 + 16;
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK) return false;
    int state = Z_OK;
    while (state == Z_OK) {
        // zlib counts in 32 bits, so both sides are handed over in pieces.
        const std::size_t offered = std::min(packed.size(), step);
        const std::size_t used = out.size();
        out.resize(used + std::max(step, used / 2));
        const std::size_t room =
            std::min<std::size_t>(out.size() - used, std::numeric_limits<uInt>::max());
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream.avail_in = static_cast<uInt>(offered);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream.avail_out = static_cast<uInt>(room);
        state = inflate(&stream, Z_NO_FLUSH);
        packed.remove_prefix(offered - stream.avail_in);
        out.resize(used + room - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END;
}

}  // namespace

bool is_gzip(std::string_view bytes) {
    return bytes.substr(0, 2) == "\x1f\x8b";
}

std::optional<std::string> gunzip(std::string_view packed) {
    std::string out;
    do {
        if (!inflate_member(packed, out)) return std::nullopt;
    } while (is_gzip(packed));
    // Some writers pad the end with zeros; anything else is damage.
    if (packed.find_first_not_of('\0') != std::string_view::npos) return std::nullopt;
    return out;
}

}  // namespace merit
