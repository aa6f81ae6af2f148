// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mortise::socket {

enum class Recovery : std::uint8_t { off, on_request, always };

/// What sockets are allowed and how long they are waited for. Read by every loop, changed by none.
struct SocketSettings {
    std::string path = "/socket.io/";  ///< ends in '/'
    bool polling = true;
    bool websocket = true;
    bool allow_eio3 = true;
    bool compression = false;  ///< permessage-deflate, when the client offers it

    std::chrono::milliseconds ping_interval{25'000};
    std::chrono::milliseconds ping_timeout{20'000};
    std::chrono::milliseconds connect_timeout{45'000};  ///< from the session's start to its first CONNECT
    std::chrono::milliseconds upgrade_timeout{10'000};  ///< from the probe to the upgrade
    std::chrono::milliseconds close_timeout{2'000};     ///< for the client's part of a close

    std::uint64_t max_payload = 1'000'000;      ///< bytes of one message, or of one POST
    std::uint64_t max_outbox = 4'000'000;       ///< bytes a client may leave unread before it is closed
    std::size_t max_pending_events = 1'000;     ///< of one client; more are not read until these are handled
    std::size_t max_pending_bytes = 4'000'000;  ///< of these events together
    std::size_t max_packets_a_payload = 1024;   ///< of one POST
    std::size_t max_sessions = 200'000;  ///< of one path: polls hold no connections that could be counted

    /// Other origins whose pages may use the cookies of who visits them; exact, as CORS has them.
    std::vector<std::string> cookie_origins;

    Recovery recovery = Recovery::on_request;
    std::chrono::milliseconds recovery_window{120'000};
};

}  // namespace mortise::socket
