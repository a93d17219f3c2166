#include "engine/selection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace merit::engine;

namespace {

bool bit(const row_word* words, std::size_t row) {
    return (words[row / word_rows] >> row % word_rows & 1) != 0;
}

}  // namespace

TEST_CASE("selection: bits of codes and bytes, whatever the number of rows") {
    std::mt19937 random(1);
    for (const std::size_t rows : {0, 1, 63, 64, 65, 200, 2048}) {
        std::vector<std::uint8_t> codes(rows + 1);
        for (auto& code : codes) code = static_cast<std::uint8_t>(random() % 7 * 41);
        const std::array<std::uint8_t, most_matched> wanted = {0, 41, 123, 246};
        for (std::size_t few = 0; few <= most_matched; ++few) {
            std::vector<row_word> words(words_for(rows) + 1, 0);
            match_codes(codes.data(), rows, std::span(wanted).first(few), words.data());
            for (std::size_t row = 0; row < words_for(rows) * word_rows; ++row) {
                const auto end = wanted.begin() + static_cast<std::ptrdiff_t>(few);
                const bool holds = row < rows && std::find(wanted.begin(), end, codes[row]) != end;
                CHECK(bit(words.data(), row) == holds);
            }
        }
        for (unsigned which = 0; which < 8; ++which) {
            std::vector<row_word> words(words_for(rows) + 1, 0);
            pack_bits(codes.data(), rows, which, words.data());
            for (std::size_t row = 0; row < words_for(rows) * word_rows; ++row)
                CHECK(bit(words.data(), row) == (row < rows && (codes[row] >> which & 1) != 0));
        }
    }
}

TEST_CASE("selection: what is kept is counted and listed") {
    selection kept;
    kept.keep_all(130);
    CHECK(kept.all());
    CHECK(kept.list()[129] == 129);
    kept.clear(130);
    CHECK(kept.count() == 0);
    row_word* words = kept.begin(130);
    words[0] = 5;
    words[1] = row_word{1} << 63;
    words[2] = 2;
    kept.end();
    CHECK(kept.count() == 4);
    CHECK_FALSE(kept.all());
    CHECK(std::vector(kept.list(), kept.list() + 4) == std::vector<std::uint32_t>{0, 2, 127, 129});
    CHECK(kept.keeps(127));
    CHECK_FALSE(kept.keeps(128));
}

TEST_CASE("selection: validity from any row on") {
    const std::vector<std::uint64_t> words = {0x8000'0000'0000'0001U, 0x6U};
    for (std::size_t first = 0; first < 67; ++first) {
        const validity_view view(words.data(), first, 67);
        for (std::size_t row = first; row < 67; ++row)
            CHECK((view.word(row - first) & 1) == (words[row / 64] >> row % 64 & 1));
    }
    CHECK(validity_view(words.data(), 63, 67).word(0) == 0xdU);
}
