// SPDX-License-Identifier: Apache-2.0
#include "config/fault.h"

#include <algorithm>
#include <tuple>

namespace mortise::config {

std::string to_string(const Fault& fault) {
    const std::string file = fault.place.file ? fault.place.file->name : "configuration";
    std::string line =
        file + ":" + std::to_string(fault.place.line) + ":" + std::to_string(fault.place.column) + ": ";
    if (!fault.path.empty()) line += fault.path + ": ";
    return line + fault.text;
}

void sort_by_place(Faults& faults) {
    const auto rank = [](const Fault& fault) {
        return std::make_tuple(fault.place.file ? fault.place.file->order : -1, fault.place.line,
                               fault.place.column);
    };
    std::stable_sort(faults.begin(), faults.end(),
                     [&](const Fault& left, const Fault& right) { return rank(left) < rank(right); });
}

}  // namespace mortise::config
