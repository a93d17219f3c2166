// What a frame says about itself: its columns by name, its reasons in words.
#include <algorithm>

#include "report/format.hpp"

namespace merit {

std::string_view to_string(reason why) {
    switch (why) {
        case reason::none: return "";
        case reason::div0: return "div0";
        case reason::no_data: return "no_data";
        case reason::no_target: return "no_target";
        case reason::no_snapshot: return "no_snapshot";
        case reason::immature: return "immature";
        case reason::short_window: return "short_window";
        case reason::not_meaningful: return "not_meaningful";
        case reason::partial_blank: return "partial_blank";
        case reason::no_spread: return "no_spread";
        case reason::changed: return "changed";
    }
    return "";
}

std::string_view report_text::explanation(reason why) {
    switch (why) {
        case reason::none: return "";
        case reason::div0: return "the divisor is 0";
        case reason::no_data: return "no rows to compute it from";
        case reason::no_target: return "no target covers it";
        case reason::no_snapshot: return "no snapshot lies in the interval";
        case reason::immature: return "some entries are younger than their window";
        case reason::short_window: return "the data does not fill the window";
        case reason::not_meaningful: return "it has no meaning here";
        case reason::partial_blank: return "some of its parts are blank";
        case reason::no_spread: return "all peers are equal";
        case reason::changed: return "an attribute changed inside the period";
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
