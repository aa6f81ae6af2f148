// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mortise {
class Sockets;
}

namespace calls {

/// Every event this plugin emits, with its payload, for /asyncapi.json.
void announce_events(mortise::Sockets& sockets);

}  // namespace calls
