// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/clock.h>

#include "http/route_breaker.h"

namespace mortise::plugin {

/// Makes the circuit breakers of the routes that declare one. `clock` outlives them.
http::BreakerFactory route_breakers(const Clock& clock);

}  // namespace mortise::plugin
