// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/log.h>
#include <mortise/services/events.h>
#include <mortise/services/store.h>

#include "service/event_outbox.h"
#include "service/subscribers.h"

namespace mortise::service {

/// Carries events: here by calling, to other nodes through a channel of the store, for which nobody waits.
class EventBus final : public Events {
public:
    /// `node` names this process among the nodes. `shared` is the store all nodes are connected to and
    /// outlives this; null for a server that is alone.
    EventBus(std::string node, Store* shared, Log log);

    void publish(std::string_view name, const Json& payload, Reach reach) override;
    Subscription subscribe(std::string_view name, Listener listener, OnGap on_gap) override;
    using Events::subscribe;

private:
    void tell(const Event& event);
    void tell_gap();
    void hear_from_node(std::string_view message);

    const std::string node_;
    const Log log_;
    Subscribers subscribers_;
    std::optional<EventOutbox> to_other_nodes_;
    Subscription other_nodes_;  // last: it ends before what it uses
};

}  // namespace mortise::service
