// SPDX-License-Identifier: Apache-2.0
#include "config/core_schema.h"

#include <stdexcept>

#include "config/embedded.h"
#include "config/schema_reader.h"

namespace mortise::config {

namespace {

// The schemas are part of the program: a fault in one is a fault of the program, and a test reads them all.
Schema built_in(std::string_view text, const std::string& name) {
    Faults faults;
    const auto tree = read_tree(text, name, 0, faults);
    Schema rows = tree ? read_schema(*tree, "", faults) : Schema();
    if (!faults.empty()) throw std::logic_error(to_string(faults.front()));
    return rows;
}

}  // namespace

const Schema& core_schema() {
    static const Schema rows = built_in(embedded::core_schema, "core.yaml");
    return rows;
}

const Schema& host_schema() {
    static const Schema rows = built_in(embedded::host_schema, "host.yaml");
    return rows;
}

const Schema& manifest_schema() {
    static const Schema rows = built_in(embedded::manifest_schema, "manifest.yaml");
    return rows;
}

std::string_view default_configuration() noexcept {
    return embedded::default_configuration;
}

}  // namespace mortise::config
