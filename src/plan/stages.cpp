#include "plan/stages.hpp"

#include "plan/builder.hpp"

namespace merit::plan {

void number_stages(plan& what) {
    for (const source& one : what.sources)
        if (one.of == source::relation::frame)
            bug("a frame is read as a source before stages know it");
    what.stage.assign(what.cells.size(), 0);
}

}  // namespace merit::plan
