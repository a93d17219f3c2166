// A run: scans stage by stage, each stage's frames read as tables by the next ones. It holds all
// that it made until it is dropped, so that an answer can be looked into.
#pragma once

#include <memory>
#include <optional>

#include "engine/answer.hpp"
#include "engine/rates.hpp"
#include "engine/run.hpp"
#include "engine/security.hpp"

namespace merit::engine {

class running {
public:
    /// `what` and `parameters` must outlive it. Fails where the calendar, the rates or the weights
    /// are wrong.
    [[nodiscard]] static result<std::unique_ptr<running>> make(const plan::plan& what,
                                                               std::span<const table> tables,
                                                               std::span<const value> parameters,
                                                               const run_settings& with);
    running(const running&) = delete;
    running& operator=(const running&) = delete;

    /// The answer; called once.
    [[nodiscard]] result<frame::content> all();

    // --- once it is over
    [[nodiscard]] environment& in() { return in_; }
    [[nodiscard]] look_ups& looked_up() { return looked_up_; }
    /// The frames of attributes, which look at no period, or all others.
    [[nodiscard]] frames& among(bool early) { return early ? *early_frames_ : *main_frames_; }
    [[nodiscard]] const plan::timeline& times(bool early) const { return early ? early_ : times_; }
    [[nodiscard]] const scan_settings& settings() const { return with_; }
    /// Where each row of the answer came from.
    [[nodiscard]] const std::vector<row_origin>& origins() const { return origins_; }

private:
    running(const plan::plan& what, std::span<const table> tables,
            std::span<const value> parameters, calendar::calendar calendar,
            const run_settings& with);

    [[nodiscard]] std::uint16_t stage_count() const;
    result<void> stages(bool early, const plan::timeline& times, frames& among);
    result<void> make_tables(bool early, std::uint16_t stage, frames& among);
    [[nodiscard]] bool is_ready(std::vector<plan::id> expressions) const;
    result<void> expand(std::span<const plan::id> cells, const plan::timeline& times);
    result<void> make_expansions(std::vector<plan::id> wanted, const plan::timeline& times);
    result<void> prepare(std::span<const plan::id> cells, std::vector<plan::id> roots = {});
    result<void> scan(std::span<const plan::id> cells, const plan::timeline& times);
    std::optional<std::vector<plan::axis_extent>> extents_in(plan::id era);
    result<void> bind_eras();
    result<std::optional<plan::range_told>> range_shown(std::span<const plan::axis_extent> extents);
    result<void> bind();
    void keep(plan::id table, made_table made);

    std::vector<table> tables_;  ///< beside plan.tables; frames that are read join them
    std::vector<std::vector<marked_value>> marked_;  ///< beside tables: of those that are made
    environment in_;
    scan_settings with_;
    std::vector<key_domain> domains_;
    std::vector<std::vector<std::uint32_t>> repeated_;  ///< beside tables: rows of expansions
    allowance allowed_;
    std::vector<rate_book> rates_;
    look_ups looked_up_;
    std::vector<std::unique_ptr<row_bindings>> bound_;  ///< the last one is in force
    plan::timeline early_;
    std::vector<bool> eras_;  ///< beside plan.frames: those that are bound
    plan::timeline times_;
    scans scans_;
    std::optional<frames> early_frames_;
    std::optional<frames> main_frames_;
    std::vector<row_origin> origins_;
};

}  // namespace merit::engine
