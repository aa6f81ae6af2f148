// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <exception>
#include <utility>

namespace mortise::service {

namespace {

constexpr std::string_view channel = "mortise:events";

}  // namespace

EventBus::EventBus(std::string node, Store* shared, Log log)
    : node_(std::move(node)), shared_(shared), log_(std::move(log)) {
    if (shared_ == nullptr) return;
    other_nodes_ = shared_->subscribe(
        channel, [this](std::string_view message) { hear_from_node(message); },
        [this] {
            for (const auto& subscriber : subscribers_.all()) subscriber->tell_gap(log_);
        });
}

void EventBus::publish(std::string_view name, const Json& payload, Reach reach) {
    tell({.name = name, .payload = payload, .from_here = true});
    if (reach == Reach::all_nodes && shared_ != nullptr) tell_nodes(name, payload);
}

Subscription EventBus::subscribe(std::string_view name, Listener listener, OnGap on_gap) {
    return subscribers_.add(
        name, 0,
        [listener = std::move(listener)](const void* event) { listener(*static_cast<const Event*>(event)); },
        std::move(on_gap));
}

void EventBus::tell(const Event& event) {
    const auto list = subscribers_.of(event.name);
    if (!list) return;
    for (const auto& subscriber : *list) subscriber->tell(&event, log_);
}

// The publisher's work is done and committed: a store that is away must not undo its answer. The other
// nodes learn of the gap when their subscription comes back.
void EventBus::tell_nodes(std::string_view name, const Json& payload) {
    try {
        shared_->publish(channel, to_text(JsonObject{{"node", node_}, {"name", name}, {"payload", payload}}));
    } catch (const std::exception& fault) {
        log_.warn("an event did not reach the other nodes", {{"event", name}, {"what", fault.what()}});
    }
}

void EventBus::hear_from_node(std::string_view message) {
    const Json told = parse_json(message);
    if (told.at("node").as_string() == node_) return;
    tell({.name = told.at("name").as_string(), .payload = told.at("payload"), .from_here = false});
}

}  // namespace mortise::service
