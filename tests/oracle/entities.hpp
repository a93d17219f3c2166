// What entities are: their keys and attributes, and the rows of those that group.
#pragma once

#include "oracle/nested.hpp"

namespace oracle {

class entity_reader : protected aggregate_reader {
protected:
    using aggregate_reader::aggregate_reader;

    const grouping* grouped_by(std::uint32_t entity, const scene& in) const {
        for (std::size_t i = in.groups.size(); i-- > 0;) {
            if (in.groups[i].by->entity == entity) return &in.groups[i];
        }
        return nullptr;
    }

    cell key_of(std::uint32_t entity, const scene& in) const {
        const grouping* by = grouped_by(entity, in);
        if (by == nullptr) return blank_because(reason::not_meaningful);
        return {by->key, reason::none};
    }

    /// A row term of the entity that groups.
    cell of_group(const lang::term& what, const scene& in) {
        const cell key = key_of(what.with, in);
        if (blank(key)) return key.why == reason::none ? blank_because(reason::no_data) : key;
        const table_id table = program_.entities[what.with].table;
        const bool now = what.what != function::none;
        const auto row = now ? row_now(table, key.value, in) : row_in_group(table, key.value, in);
        if (!row) return blank_because(reason::no_data);
        const placing elsewhere(*this, {});
        cell found = evaluate(what.of[0], {.table = table, .row = *row, .in = &in});
        if (now || blank(found) || found.why != reason::none) return found;
        if (changes_in(reading_of(in), table, *row, what.of[0], in)) found.why = reason::changed;
        return found;
    }

    cell attribute(const lang::term& what, const place& at) {
        const lang::attribute_info& is = program_.attributes[what.with];
        const cell key = evaluate(what.of[0], at);
        if (blank(key)) return key.why == reason::none ? blank_because(reason::no_data) : key;
        auto& known = attributes_[what.with];
        const std::vector<value> entity{key.value};
        if (const auto found = known.find(entity); found != known.end()) return found->second;
        scene in;
        in.groups.push_back({&is.by, key.value});
        in.timeless = true;
        return known[entity] = in_scene(is.term, in);
    }

private:
    std::map<std::uint32_t, std::map<std::vector<value>, cell, values_less>> attributes_;
};

}  // namespace oracle
