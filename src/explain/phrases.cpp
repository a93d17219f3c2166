#include "explain/phrases.hpp"

namespace merit::explain {

const phrase& words_for(reason why) {
    static constexpr phrase none{"it is blank", "为空"};
    static constexpr phrase div0{"the divisor is 0", "除数为 0"};
    static constexpr phrase no_data{"there are no rows to compute it from", "没有可用于计算的行"};
    static constexpr phrase no_target{"no target covers it", "没有对应的目标"};
    static constexpr phrase no_snapshot{"no snapshot lies in the interval", "区间内没有快照"};
    static constexpr phrase immature{"some entries are younger than their window",
                                     "有些条目尚未满观察期"};
    static constexpr phrase short_window{"the data does not fill the window", "数据未覆盖整个窗口"};
    static constexpr phrase not_meaningful{"it has no meaning here", "在此处没有意义"};
    static constexpr phrase partial_blank{"some of its parts are blank", "有些组成部分为空"};
    static constexpr phrase no_spread{"all peers are equal", "所有比较对象都相等"};
    static constexpr phrase changed{"an attribute changed inside the period", "期间内属性发生变化"};
    switch (why) {
        case reason::none:
            return none;
        case reason::div0:
            return div0;
        case reason::no_data:
            return no_data;
        case reason::no_target:
            return no_target;
        case reason::no_snapshot:
            return no_snapshot;
        case reason::immature:
            return immature;
        case reason::short_window:
            return short_window;
        case reason::not_meaningful:
            return not_meaningful;
        case reason::partial_blank:
            return partial_blank;
        case reason::no_spread:
            return no_spread;
        case reason::changed:
            return changed;
    }
    return none;
}

}  // namespace merit::explain
