// Gives texts their codes in order of first appearance: the growing side of a dictionary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

/// An open-addressed table of codes. It holds no texts itself, so it can serve any list of them.
class code_table {
public:
    /// The code of a text among `texts`, or the size of `texts` when it is not there.
    [[nodiscard]] std::size_t find(std::string_view text,
                                   const std::vector<std::string>& texts) const;
    /// The code of a text; appends it to `texts` when it is new.
    std::uint32_t add(std::string_view text, std::vector<std::string>& texts);
    /// Enters every text; of equal ones the first wins.
    void fill(const std::vector<std::string>& texts);

private:
    struct slot {
        std::uint32_t hash;
        std::uint32_t code_plus_one;  ///< 0 = free
    };
    [[nodiscard]] std::size_t place_of(std::string_view text, std::uint32_t hash,
                                       const std::vector<std::string>& texts) const;
    void grow(std::size_t slots);
    std::vector<slot> slots_;
    std::size_t used_ = 0;
};

class dictionary_builder {
public:
    std::uint32_t add(std::string_view text) { return codes_.add(text, texts_); }
    [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
    [[nodiscard]] std::vector<std::string> take() { return std::move(texts_); }

private:
    code_table codes_;
    std::vector<std::string> texts_;
};

}  // namespace merit
