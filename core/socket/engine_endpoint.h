// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/socket.h>

#include "http/keeper.h"
#include "socket/engine_session.h"

namespace mortise::socket {

/// What a session begins with.
struct Arrival {
    Handshake handshake;               ///< without auth, which comes later
    std::shared_ptr<const User> user;  ///< from the Authorization header or a cookie; null for nobody
    std::string_view identity_fault;   ///< why a token there is not accepted; empty for none sent
};

/// From a request that opens a session or a raw socket.
///
/// A page of any origin may open a WebSocket, and the browser sends the visitor's cookies along: nobody is
/// signed in by a cookie from an origin that is neither ours nor among `cookie_origins`.
Arrival arrival_of(const http::KeptRequest& request, const SocketSettings& settings);

/// One path where Engine.IO is spoken: takes its requests apart and brings each to its session, whichever
/// loop that lives on.
class EngineEndpoint final : public http::Keeper {
public:
    using MakeUser = std::function<std::unique_ptr<SessionUser>(SocketLoop&, Arrival)>;

    EngineEndpoint(const SocketSettings& settings, MakeUser make_user);
    ~EngineEndpoint();

    /// From now on there are loops to live on; they outlive this or detach() is called.
    void attach(const std::vector<std::unique_ptr<SocketLoop>>& loops);
    /// On a loop's thread: closes the sessions it has.
    void close_all(SocketLoop& home, std::string_view reason);
    std::size_t sessions() const { return open_.load(std::memory_order_relaxed); }

    void keep(http::KeptRequest request) override;

private:
    struct Asked;
    class Table;

    void keep_new(http::KeptRequest request, const Asked& asked);
    void open_web_socket(Table& table, http::KeptRequest request, EngineVersion version);
    void keep_known(http::KeptRequest request, const Asked& asked);
    void keep_probe(http::KeptRequest request, Table& table, const std::string& sid);
    Table* table_here(http::Exchange& exchange) const;
    Table* table_of(std::string_view sid) const;

    const SocketSettings& settings_;
    MakeUser make_user_;
    std::vector<std::unique_ptr<Table>> tables_;  // one for each loop
    std::atomic<std::uint64_t> last_ticket_{0};
    std::atomic<std::size_t> open_{0};
};

}  // namespace mortise::socket
