// Values of one expression for a batch of rows: numbers in one of four lanes, and a mark each.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/number.hpp"
#include "merit/frame.hpp"
#include "merit/table.hpp"
#include "plan/nodes.hpp"

namespace merit::engine {

/// How values lie in memory. whole: bool, int64, date, timestamp, exact duration; wide: decimal
/// and exact money; real: double and what a division made of durations and money; text: codes.
enum class lane : std::uint8_t { whole, wide, real, text };

[[nodiscard]] lane lane_of(const merit::type& type);

/// What stands beside a value: 0 is an ordinary value. A reason alone flags a value, with the
/// blank bit it explains a blank. The error bit says that the value must not be used.
using mark = std::uint8_t;
inline constexpr mark blank_bit = 0x80;
inline constexpr mark error_bit = 0x40;
inline constexpr mark unusable = blank_bit | error_bit;

[[nodiscard]] inline mark blank_for(reason why) {
    return static_cast<mark>(blank_bit | static_cast<mark>(why));
}
[[nodiscard]] inline reason reason_of(mark of) {
    return static_cast<reason>(of & 0x3f);
}

/// Texts that formulas make, each once. Codes index it.
class text_pool {
public:
    std::int64_t code_of(std::string_view text);
    [[nodiscard]] std::string_view at(std::int64_t code) const {
        return texts_[static_cast<std::size_t>(code)];
    }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }

private:
    std::deque<std::string> texts_;  // a deque: views of its texts stay valid
    std::unordered_map<std::string_view, std::int64_t> codes_;
};

/// What the codes of a text vector mean.
struct text_source {
    const dictionary* known = nullptr;
    const text_pool* pool = nullptr;

    [[nodiscard]] std::string_view at(std::int64_t code) const {
        return known != nullptr ? (*known)[static_cast<std::size_t>(code)] : pool->at(code);
    }
    friend bool operator==(const text_source&, const text_source&) = default;
};

/// A view of a batch's values. Of the pointers the one for its lane is set; text uses `whole`.
struct vector {
    lane kind = lane::whole;
    const std::int64_t* whole = nullptr;
    const int128* wide = nullptr;
    const double* real = nullptr;
    const mark* marks = nullptr;        ///< nullptr: every value is ordinary
    const plan::id* origins = nullptr;  ///< where errors are: the expression that failed
    text_source texts;

    [[nodiscard]] mark mark_at(std::size_t i) const {
        return marks == nullptr ? mark{0} : marks[i];
    }
};

/// Memory for a vector; used again for batch after batch.
class buffer {
public:
    vector view;

    std::int64_t* begin_whole(std::size_t count, lane kind = lane::whole);
    int128* begin_wide(std::size_t count);
    double* begin_real(std::size_t count);
    /// Memory of a lane, filled with zeros where it is new.
    void begin(lane kind, std::size_t count);
    /// Marks of the view, all 0 at first.
    mark* begin_marks(std::size_t count);
    /// Where errors came from; marks must have begun.
    plan::id* begin_origins(std::size_t count);
    /// Marks value i as an error of `what`.
    void fail(std::size_t i, std::size_t count, plan::id what);

    [[nodiscard]] std::int64_t* whole() { return whole_.data(); }
    [[nodiscard]] int128* wide() { return wide_.data(); }
    [[nodiscard]] double* real() { return real_.data(); }
    [[nodiscard]] mark* marks() { return marks_.data(); }
    [[nodiscard]] plan::id* origins() { return origins_.data(); }

private:
    std::vector<std::int64_t> whole_;
    std::vector<int128> wide_;
    std::vector<double> real_;
    std::vector<mark> marks_;
    std::vector<plan::id> origins_;
};

/// The first of two marks that matters: an error, then a blank, then a flag.
[[nodiscard]] inline mark first_mark(mark a, mark b) {
    if ((a | b) == 0) return 0;
    for (const mark bit : {error_bit, blank_bit}) {
        if ((a & bit) != 0) return a;
        if ((b & bit) != 0) return b;
    }
    return a != 0 ? a : b;
}

/// All values of an expression over a whole relation: a column of a frame, a table per code.
struct full_column {
    lane kind = lane::whole;
    std::vector<std::int64_t> whole;
    std::vector<int128> wide;
    std::vector<double> real;
    std::vector<mark> marks;        ///< empty: every value is ordinary
    std::vector<plan::id> origins;  ///< empty: no errors
    text_source texts;
    std::shared_ptr<const dictionary> owner;  ///< of the texts, where they were made here

    [[nodiscard]] std::size_t size() const;
    /// Adds a batch behind the rest.
    void append(const vector& from, std::size_t count);
    [[nodiscard]] vector view(std::size_t first) const;
};

/// Copies values from[at[i]] into a buffer; at[i] = size of `from` gives a blank.
void gather(const full_column& from, const std::uint32_t* at, std::size_t count, buffer& into);

/// A value of a formula's constants, parameters or tiers as a batch of equal values.
void fill(const merit::value& from, const merit::type& type, std::size_t count, text_pool& texts,
          buffer& into);

/// Value i as it crosses the door.
[[nodiscard]] merit::value to_value(const vector& from, std::size_t i, const merit::type& type);

}  // namespace merit::engine
