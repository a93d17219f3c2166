// What a frame says about itself: its columns by name, its reasons in words.
#include <algorithm>

#include "report/format.hpp"

namespace merit {

std::string_view to_string(reason why) {
    switch (why) {
        case reason::none:
            return "";
        case reason::div0:
            return "div0";
        case reason::no_data:
            return "no_data";
        case reason::no_target:
            return "no_target";
        case reason::no_snapshot:
            return "no_snapshot";
        case reason::immature:
            return "immature";
        case reason::short_window:
            return "short_window";
        case reason::not_meaningful:
            return "not_meaningful";
        case reason::partial_blank:
            return "partial_blank";
        case reason::no_spread:
            return "no_spread";
        case reason::changed:
            return "changed";
    }
    return "";
}

std::string_view report_text::explanation(reason why, text_language in) {
    const bool chinese = in == text_language::chinese;
    switch (why) {
        case reason::none:
            return "";
        case reason::div0:
            return chinese ? "除数为 0" : "the divisor is 0";
        case reason::no_data:
            return chinese ? "没有可用于计算的行" : "no rows to compute it from";
        case reason::no_target:
            return chinese ? "没有对应的目标" : "no target covers it";
        case reason::no_snapshot:
            return chinese ? "区间内没有快照" : "no snapshot lies in the interval";
        case reason::immature:
            return chinese ? "有些条目尚未满观察期" : "some entries are younger than their window";
        case reason::short_window:
            return chinese ? "数据未覆盖整个窗口" : "the data does not fill the window";
        case reason::not_meaningful:
            return chinese ? "在此处没有意义" : "it has no meaning here";
        case reason::partial_blank:
            return chinese ? "有些组成部分为空" : "some of its parts are blank";
        case reason::no_spread:
            return chinese ? "所有比较对象都相等" : "all peers are equal";
        case reason::changed:
            return chinese ? "期间内属性发生变化" : "an attribute changed inside the period";
    }
    return "";
}

std::size_t frame::find(std::string_view name) const {
    const auto& heads = columns();
    const auto found = std::find_if(heads.begin(), heads.end(),
                                    [&](const frame_column& head) { return head.name == name; });
    return static_cast<std::size_t>(found - heads.begin());
}

}  // namespace merit
