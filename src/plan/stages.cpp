#include "plan/stages.hpp"

#include <algorithm>

#include "plan/builder.hpp"

namespace merit::plan {

namespace {

/// What a set of expressions reads, however deep: cells, frames, and frames that are tables.
struct readings {
    std::vector<id> cells;
    std::vector<id> frames;
};

class numbering {
public:
    explicit numbering(plan& what)
        : what_(what), cells_(what.cells.size(), unknown), frames_(what.frames.size(), unknown) {}

    void run() {
        for (id f = 0; f < what_.frames.size(); ++f) (void)of_frame(f);
        for (id c = 0; c < what_.cells.size(); ++c) (void)of_cell(c);
        what_.stage.assign(cells_.begin(), cells_.end());
        what_.frame_stage.assign(frames_.begin(), frames_.end());
        what_.early.assign(what_.cells.size(), false);
        std::vector<bool> seen(what_.frames.size(), false);
        for (id f = 0; f < what_.frames.size(); ++f)
            if (what_.frames[f].era != nothing) mark_early(f, seen);
    }

private:
    static constexpr std::uint16_t unknown = 0xffff;

    readings read_by(std::vector<id> open) const {
        readings found;
        std::vector<bool> seen(what_.expressions.size(), false);
        const auto table = [&](id which) {
            if (which != nothing) look_into(which, open, found);
        };
        while (!open.empty()) {
            const id next = open.back();
            open.pop_back();
            if (next == nothing || seen[next]) continue;
            seen[next] = true;
            const expression& one = what_.expressions[next];
            open.insert(open.end(), one.of.begin(), one.of.end());
            if (one.op == expression_op::column) table(one.over);
            if (one.op == expression_op::look_up) table(one.with);
            if (one.op == expression_op::near_row)
                look_along(what_.sequences[one.with], open, found);
            if (one.op == expression_op::chain)
                look_along(what_.chains[what_.chain_values[one.with].chain], open, found);
            if (one.op == expression_op::finalize) {
                found.cells.push_back(what_.finals[one.with].cell);
                if (const id changed = what_.finals[one.with].changed; changed != nothing)
                    found.cells.push_back(changed);
                open.push_back(what_.finals[one.with].amount);
            }
            if (one.op == expression_op::value_of) {
                const broadcast& from = what_.broadcasts[one.with];
                found.frames.push_back(from.frame);
                open.insert(open.end(), from.keys.begin(), from.keys.end());
            }
            if (one.op == expression_op::over_peers)
                for (const sighting& counted : what_.peer_windows[one.with].counted)
                    found.cells.push_back(counted.cell);
        }
        return found;
    }

    /// What the rows of a sequence are read by.
    void look_along(const sequence& among, std::vector<id>& open, readings& found) const {
        open.insert(open.end(), among.where.begin(), among.where.end());
        open.insert(open.end(), among.keys.begin(), among.keys.end());
        open.insert(open.end(), {among.time, among.order, among.value});
        look_below(among.on, open, found);
    }

    void look_below(id source_of, std::vector<id>& open, readings& found) const {
        for (id below = source_of;;) {
            const source& rows = what_.sources[below];
            open.insert(open.end(), {rows.visible, rows.kept});
            if (rows.of == source::relation::table) return look_into(rows.which, open, found);
            below = rows.which;
        }
    }

    /// What the rows of a table are made of, where they are not data.
    void look_into(id table, std::vector<id>& open, readings& found) const {
        const table_use& rows = what_.tables[table];
        if (rows.frame != nothing) found.frames.push_back(rows.frame);
        if (rows.kept != nothing) open.push_back(rows.kept);
        if (rows.expansion == nothing) return;
        const expansion& made = what_.expansions[rows.expansion];
        open.insert(open.end(), {made.key, made.other_key, made.user, made.share, made.otherwise,
                                 made.from, made.to});
        open.insert(open.end(), made.carried.begin(), made.carried.end());
        look_into(made.base, open, found);
    }

    void look_along(const chain& along, std::vector<id>& open, readings& found) const {
        open.insert(open.end(), along.steps.begin(), along.steps.end());
        open.insert(open.end(), {along.key, along.time, along.order});
        look_below(along.on, open, found);
    }

    readings of_frame_readings(id which) const {
        const frame& one = what_.frames[which];
        readings found = read_by(one.columns);
        for (const sighting& seen : one.seen) found.cells.push_back(seen.cell);
        for (const sighting& there : one.population) found.cells.push_back(there.cell);
        if (one.totals_of != nothing) found.frames.push_back(one.totals_of);
        return found;
    }

    readings of_cell_readings(id which) const {
        const cell& one = what_.cells[which];
        std::vector<id> open = one.where;
        open.insert(open.end(), one.keys.begin(), one.keys.end());
        open.insert(open.end(),
                    {one.argument, one.order, one.tie, one.weight, what_.axes[one.at].from});
        readings found;
        look_below(one.on, open, found);
        // An era is as long as the times of all its rows say.
        if (const id era = what_.axes[one.at].era; era != nothing)
            for (const axis& other : what_.axes)
                if (other.era == era && other.how != axis::placement::held)
                    open.push_back(other.from);
        const readings deep = read_by(std::move(open));
        found.frames.insert(found.frames.end(), deep.frames.begin(), deep.frames.end());
        return found;
    }

    std::uint16_t of_frame(id which) {
        if (frames_[which] != unknown) return frames_[which];
        frames_[which] = 1;
        std::uint16_t most = 1;
        const readings found = of_frame_readings(which);
        for (const id cell : found.cells)
            most = std::max<std::uint16_t>(most, static_cast<std::uint16_t>(of_cell(cell) + 1));
        for (const id frame : found.frames) most = std::max(most, of_frame(frame));
        return frames_[which] = most;
    }

    std::uint16_t of_cell(id which) {
        if (cells_[which] != unknown) return cells_[which];
        std::uint16_t most = 0;
        for (const id frame : of_cell_readings(which).frames)
            most = std::max(most, of_frame(frame));
        return cells_[which] = most;
    }

    void mark_early(id frame, std::vector<bool>& seen) {
        if (seen[frame]) return;
        seen[frame] = true;
        const readings found = of_frame_readings(frame);
        for (const id cell : found.cells) {
            what_.early[cell] = true;
            for (const id below : of_cell_readings(cell).frames) mark_early(below, seen);
        }
        for (const id below : found.frames) mark_early(below, seen);
    }

    plan& what_;
    std::vector<std::uint16_t> cells_;
    std::vector<std::uint16_t> frames_;
};

}  // namespace

void number_stages(plan& what) {
    numbering(what).run();
}

}  // namespace merit::plan
