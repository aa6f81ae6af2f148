// SPDX-License-Identifier: Apache-2.0
#include <mortise/write_json.h>

#include <mortise/text.h>

namespace mortise::detail {

std::vector<std::string> wire_names(std::initializer_list<std::string_view> members) {
    std::vector<std::string> names;
    for (const std::string_view member : members)
        names.push_back((names.empty() ? "\"" : ",\"") + to_camel_case(member) + "\":");
    return names;
}

}  // namespace mortise::detail
