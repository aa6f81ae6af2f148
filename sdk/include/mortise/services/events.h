// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/subscription.h>

namespace mortise {

/// Something that happened, told by one plugin to whoever cares.
struct Event {
    std::string_view name;  ///< "users.deleted": the teller's name, a dot, what happened
    const Json& payload;    ///< ids and small facts; the listeners fetch the rest
    bool from_here;         ///< false: it happened on another node
};

enum class Reach {
    all_nodes,  ///< this process at once, the others as soon as the store carries it there
    this_node,
};

/// How plugins hear of each other without knowing each other.
///
/// In this process delivery is synchronous: when publish() returns, every listener here has been called,
/// one after the other, in the order they subscribed, on the publishing thread. So a listener is brief
/// (drop a cache line, close a socket, enqueue a job) and blocks no longer than the publisher may. Other
/// nodes are told at most once, on their store's delivery thread. What must not be lost is a Job.
///
/// A listener that throws is logged; the others and the publisher do not notice. Tell a fact after its
/// transaction has committed, never inside.
class MORTISE_API Events {
public:
    using Listener = std::function<void(const Event&)>;
    /// Events of other nodes may have been missed: read the truth again.
    using OnGap = std::function<void()>;

    virtual ~Events();
    virtual void publish(std::string_view name, const Json& payload, Reach reach = Reach::all_nodes) = 0;
    virtual Subscription subscribe(std::string_view name, Listener listener, OnGap on_gap = {}) = 0;

    template <typename Plugin>
    Subscription subscribe(std::string_view name, const Plugin* plugin,
                           void (Plugin::*listener)(const Event&) const) {
        return subscribe(name, [plugin, listener](const Event& event) { (plugin->*listener)(event); });
    }
};

}  // namespace mortise
