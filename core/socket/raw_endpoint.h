// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/log.h>

#include "http/keeper.h"
#include "socket/engine_endpoint.h"
#include "socket/socket_table.h"

namespace mortise::socket {

/// One raw route: makes its sockets, over WebSocket alone or over Engine.IO.
class RawEndpoint final : private http::Keeper {
public:
    RawEndpoint(const SocketSettings& settings, const RawEntry& entry, const Log& log);
    ~RawEndpoint();

    /// Whom the route's requests go to.
    http::Keeper& keeper();
    void attach(const std::vector<std::unique_ptr<SocketLoop>>& loops);
    /// On a loop's thread.
    void close_all(SocketLoop& home, std::string_view reason);

private:
    class OverWebSocket;
    using Channels = std::unordered_map<OverWebSocket*, std::unique_ptr<OverWebSocket>>;

    void keep(http::KeptRequest request) override;

    const SocketSettings& settings_;
    RawEntry entry_;
    const Log& log_;
    std::unique_ptr<EngineEndpoint> engine_;  // null: WebSocket alone
    const std::vector<std::unique_ptr<SocketLoop>>* loops_ = nullptr;
    std::vector<Channels> channels_;  // of each loop
};

}  // namespace mortise::socket
