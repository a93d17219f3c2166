#include "engine/run.hpp"

#include "engine/running.hpp"

namespace merit::engine {

result<frame::content> run(const plan::plan& what, std::span<const table> tables,
                           std::span<const value> parameters, const run_settings& with) {
    auto made = running::make(what, tables, parameters, with);
    if (!made) return made.error();
    return (*made)->all();
}

}  // namespace merit::engine
