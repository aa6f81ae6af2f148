// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>

#include "socket/permessage_deflate.h"

namespace mortise::socket {

/// The server's part of a WebSocket's opening (RFC 6455 section 4.2).
struct WebSocketHandshake {
    int status = 101;                          // or what the client is refused with: 400, 426
    std::string text;                          // the whole head of the 101, with its blank line; else empty
    std::string_view subprotocol;              // views what is served; empty for none
    std::optional<DeflateParameters> deflate;  // when permessage-deflate was agreed on
    std::string_view fault;                    // why it is refused, a sentence for the client
};

struct WebSocketOffer {
    std::span<const std::string_view> subprotocols;  // that are served, in any order
    bool deflate = false;
};

/// Whether the request asks to become a WebSocket; answer_web_socket() looks at the rest.
bool is_web_socket_request(const Request& request);

/// Checks the client's part and writes the answer. Of the subprotocols the client's first one that is served
/// is taken; without one in common the connection has none.
WebSocketHandshake answer_web_socket(const Request& request, const WebSocketOffer& offer = {});

/// The response to a handshake that was refused; a 426 names what it takes.
Response refuse_web_socket(const WebSocketHandshake& handshake);

}  // namespace mortise::socket
