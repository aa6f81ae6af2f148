// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <mortise/log.h>
#include <mortise/services/store.h>

#include "service/deadline_watch.h"
#include "service/message_board.h"
#include "service/redis/connection.h"
#include "service/redis/settings.h"

namespace mortise::service {

struct RedisSubscriberFigures {
    bool is_connected = false;
    std::uint64_t messages = 0;
    std::uint64_t losses = 0;  ///< of the connection, since start
};

/// Listens to channels of Redis, by a connection and a thread of its own. Messages are delivered by a message
/// board: a slow listener holds up neither the connection nor its own liveness.
///
/// The connection is made when there is something to hear, made again for as long as it takes when it is lost
/// or silent, and everybody is told of the gap as soon as all channels are back. Channels and messages are
/// bytes.
class RedisSubscriber {
public:
    RedisSubscriber(const RedisSettings& settings, const Log& log);
    ~RedisSubscriber();

    /// When this returns, what is published from now on is heard. Where Redis is away the subscription begins
    /// with its return, and with a gap; that is no failure.
    Subscription subscribe(std::string_view channel, Store::OnMessage on_message, Store::OnGap on_gap);
    RedisSubscriberFigures figures() const;

private:
    using Clock = std::chrono::steady_clock;
    enum class State { idle, connecting, connected, away };
    struct Shared;   // with the subscriptions, which may outlive this
    struct Listens;  // a subscription
    class Session;   // one connection's life

    void want(const std::string& channel);
    void run();
    bool lost(const std::string& why);
    void wait_before_retry(std::chrono::milliseconds pause) const;

    const RedisSettings settings_;
    const Log log_;
    DeadlineWatch watch_;
    MessageBoard board_;
    const std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

}  // namespace mortise::service
