#include "plan/interval_map.hpp"

#include "plan/builder.hpp"

namespace merit::plan {

placed_interval apply(const interval_map& map, placed_interval to) {
    for (const map_step& step : map.steps) {
        switch (step.what) {
            case map_step::kind::all_to_date:
                to.covers.from = beginning_of_time;
                break;
            case map_step::kind::trailing:
            case map_step::kind::prior:
            case map_step::kind::to_date:
            case map_step::kind::fixed:
            case map_step::kind::shift:
                bug("a window or shift before the timeline knows it");
        }
    }
    return to;
}

}  // namespace merit::plan
