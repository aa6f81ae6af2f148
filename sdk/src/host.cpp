// SPDX-License-Identifier: Apache-2.0
#include <mortise/host.h>

#include <mortise/plugin.h>
#include <mortise/services/route_phase.h>

namespace mortise {

Http::~Http() = default;
Host::~Host() = default;
Plugin::~Plugin() = default;
void Plugin::ready() {}
void Plugin::stop() {}
RoutePhase::~RoutePhase() = default;

}  // namespace mortise
