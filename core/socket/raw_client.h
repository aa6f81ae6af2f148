// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include <mortise/log.h>
#include <mortise/raw_socket.h>

#include "socket/engine_endpoint.h"
#include "socket/event_queue.h"
#include "socket/socket_table.h"

namespace mortise::socket {

/// How a raw socket's messages travel. Belongs to its loop's thread.
class RawChannel {
public:
    virtual ~RawChannel() = default;
    virtual void send(std::string_view bytes, bool is_text) = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    virtual void pause() = 0;
    virtual void resume() = 0;
};

/// One client of a raw route: what its plugin holds, and the order of its messages.
class RawClient final : public RawSocket, public std::enable_shared_from_this<RawClient> {
public:
    RawClient(SocketLoop& home, const RawEntry& entry, const Log& log, Arrival arrival);

    std::string_view id() const override { return id_; }
    const Handshake& handshake() const override { return arrival_.handshake; }
    std::shared_ptr<const User> user() const override { return arrival_.user; }
    void send(std::string_view bytes, bool is_text) override;
    void close(std::uint16_t code, std::string_view reason) override;

    // From its channel, on the loop's thread.
    void opened(RawChannel& channel);
    void received(std::string_view bytes, bool is_text);
    void closed(std::string_view reason);
    SocketLoop& home() const { return home_; }

private:
    template <class Call>
    void on_loop(Call call);

    SocketLoop& home_;
    const RawEntry& entry_;
    const Log& log_;
    Arrival arrival_;
    std::string id_;
    std::shared_ptr<EventQueue> queue_;
    RawChannel* channel_ = nullptr;  // null: closed
    bool is_resting_ = false;
};

}  // namespace mortise::socket
