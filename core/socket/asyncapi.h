// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/json.h>

#include "socket/socket_table.h"

namespace mortise::socket {

struct EventApiInfo {
    std::string title = "Mortise";
    std::string version;
    std::string path = "/socket.io/";  ///< where clients connect
};

/// The AsyncAPI 3.0 document of the events that plugins handle and emit: /asyncapi.json. A channel is a
/// namespace; a message's payload is the event's first argument; a reply is its acknowledgement.
JsonObject make_asyncapi(const SocketTable& sockets, const EventApiInfo& info);

}  // namespace mortise::socket
