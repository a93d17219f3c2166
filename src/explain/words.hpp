// Row terms in words: "deal_stage is one of \"Won\", \"Lost\"".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "data/calendar/calendar.hpp"
#include "engine/number.hpp"
#include "explain/phrases.hpp"
#include "language/parse.hpp"
#include "language/program.hpp"

namespace merit::explain {

/// What words are made from; it must not outlive what it refers to.
class vocabulary {
public:
    vocabulary(const language::program& program, std::span<const value> parameters,
               std::span<const language::source_ptr> sources, const calendar::calendar& calendar,
               text_language how);

    [[nodiscard]] text_language how() const { return how_; }
    /// A condition or another value of a row.
    [[nodiscard]] std::string words(language::term_id term) const;
    /// The same; of a definition what it says, not its name.
    [[nodiscard]] std::string meaning(language::term_id term) const;
    /// Is it the half of `in month n after` that says all?
    [[nodiscard]] bool is_cohort(language::term_id term) const;
    /// Past what changes how a value is held, not what it is.
    [[nodiscard]] language::term_id through(language::term_id term) const;
    /// "1,234.5 CNY", with all digits.
    [[nodiscard]] std::string number(const value& what) const;
    /// Up to twelve digits behind the point.
    [[nodiscard]] std::string number(engine::quad what) const;
    /// "2026-03-24T07:53:00+08:00" of an instant; empty where local time is UTC.
    [[nodiscard]] std::string zoned_text(std::int64_t instant) const;
    /// A group term that a word of the language stands for, spelled out: the author's text of it is
    /// that of the word, so it says nothing.
    [[nodiscard]] std::string spelled(language::term_id term) const;
    /// The author's text of a range, on one line.
    [[nodiscard]] std::string text(byte_range where, std::uint32_t source) const;
    /// The author's text of a term, or what it is where the author wrote something else.
    [[nodiscard]] std::string text(const language::term& of) const;
    /// The definition that a term is; nullptr when it has no name.
    [[nodiscard]] const language::named_term* name_of(language::term_id term) const;
    /// A value in a sentence: text in quotes, times in local time.
    [[nodiscard]] std::string value_text(const value& what) const;
    /// A local time: "2026-03-31" for midnight, else "2026-03-31T09:30:00".
    [[nodiscard]] std::string local_text(std::int64_t local) const;
    /// Words joined as a list: "a, b and c".
    [[nodiscard]] std::string list(const std::vector<std::string>& all) const;

private:
    [[nodiscard]] std::string words(language::term_id term, unsigned depth) const;
    [[nodiscard]] std::string constant(const language::term& of) const;
    [[nodiscard]] std::string scalar(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string cohort(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string comparison(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string negation(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string joined(const language::term& of, const phrase& between,
                                     unsigned depth) const;
    [[nodiscard]] std::string call(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string aggregate(const language::aggregate& of, unsigned depth) const;
    [[nodiscard]] std::string structure(const language::term& of, unsigned depth) const;
    [[nodiscard]] std::string chain(const language::chain_value& of) const;
    [[nodiscard]] std::string step_reached(const language::term& of) const;
    [[nodiscard]] bool is_hidden(const language::term& of) const {
        return hidden_ && of.text == hidden_->first && of.source == hidden_->second;
    }

    const language::program& program_;
    std::span<const value> parameters_;
    std::span<const language::source_ptr> sources_;
    const calendar::calendar& calendar_;
    text_language how_;
    std::unordered_map<language::term_id, const language::named_term*> names_;
    /// A text that is not repeated, and its source.
    mutable std::optional<std::pair<byte_range, std::uint32_t>> hidden_;
    mutable language::term_id defined_ = language::nothing;  ///< told without its name
    mutable unsigned left_ = 0;  ///< terms that are still spelled out: a formula may be any size
};

}  // namespace merit::explain
