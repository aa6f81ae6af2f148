// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace mortise::app {

/// Runs what may meet plugins that can't be used, or routes that can't stand together; prints a line for
/// each and answers plugin_fault then.
int telling_plugin_faults(const std::function<int()>& work);

}  // namespace mortise::app
