// SPDX-License-Identifier: Apache-2.0
#include "app/faults.h"

#include <iostream>

#include "app/command.h"
#include "app/terminal.h"
#include "http/route_table.h"
#include "plugin/fault.h"

namespace mortise::app {

namespace {

int tell(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) std::cerr << red("plugin fault: ") << line << '\n';
    return plugin_fault;
}

}  // namespace

int telling_plugin_faults(const std::function<int()>& work) {
    try {
        return work();
    } catch (const plugin::PluginFaults& faults) {
        return tell(faults.lines());
    } catch (const http::RouteFaults& faults) {
        return tell(faults.faults());
    }
}

}  // namespace mortise::app
