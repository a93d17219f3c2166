#include "engine/run.hpp"

#include "engine/running.hpp"

namespace merit::engine {

result<frame> run(const plan::plan& what, std::span<const table> tables,
                  std::span<const value> parameters, const run_settings& with) {
    auto made = running::make(what, tables, parameters, with);
    if (!made) return made.error();
    auto content = (*made)->all();
    if (!content) return content.error();
    return frame(std::move(*content));
}

}  // namespace merit::engine
