// Attributes: frames per entity over all of time, looked up as tables by the entity's key.
#include "plan/lowering.hpp"

namespace merit::plan {

/// The table that holds an attribute of each entity.
id lowering::attribute_table(std::uint32_t attribute) {
    const auto known = attribute_tables_.find(attribute);
    if (known != attribute_tables_.end()) return known->second;
    const language::attribute_info& of = program_.attributes[attribute];
    frame made;
    const std::uint32_t position = grain_position(of.by);
    made.keys = {position};
    made.needed = {position};
    frame_facts facts;
    made.era = static_cast<id>(out.made.frames.size());
    facts.cell_keys = {position};
    const id frame = new_frame(std::move(made), std::move(facts));
    facts_[frame].sightings_to = {frame};
    const id value = group(of.term, contexts_.bare(frame));
    const language::table_id own = program_.entities[of.entity].table;
    if (own == language::nothing) {
        sight_rows(of.by, frame);
    } else {
        // Entities without rows have an attribute too: a count of 0.
        placed_cell all = existing(own, contexts_.bare(frame), false);
        all.made.keys = {role_of(own, &language::table_info::key)};
        all.made.grain = {position};
        out.made.frames[frame].seen.push_back({out.add(std::move(all.made)), 0});
    }
    const id table = frame_table(frame);
    out.made.tables[table].key = 0;
    out.made.tables[table].entity = program_.entities[of.entity].name;
    out.made.tables[table].has_default = true;
    field_of(table, value, "value");
    return attribute_tables_[attribute] = table;
}

id lowering::build_attribute(const language::term& term, context_id in) {
    const id table = attribute_table(term.with);
    expression target;
    target.op = expression_op::column;
    target.over = table;
    target.type = term.type;
    target.with = static_cast<std::uint32_t>(out.made.tables[table].columns.fields.size() - 1);
    expression made;
    made.op = expression_op::look_up;
    made.type = term.type;
    made.text = term.text;
    made.source = term.source;
    if (term.at == language::level::row) made.over = table_of(term.home);
    made.with = table;
    const task key{term.of.front(), key_context(term.of.front(), in)};
    made.of = {out.add(std::move(target)), memo_.at(key)};
    return out.add(std::move(made));
}

}  // namespace merit::plan
