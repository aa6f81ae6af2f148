// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mortise::app {

/// Tells systemd how we are ("READY=1"), as sd_notify(3) describes. Nothing happens when nobody asked
/// (NOTIFY_SOCKET is not set) or listens.
void notify_service_manager(std::string_view state) noexcept;

}  // namespace mortise::app
