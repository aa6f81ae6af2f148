// SPDX-License-Identifier: Apache-2.0
#include "service/event_bus.h"

#include <utility>

namespace mortise::service {

namespace {

constexpr std::string_view channel = "mortise:events";

}  // namespace

EventBus::EventBus(std::string node, Store* shared, Log log) : node_(std::move(node)), log_(std::move(log)) {
    if (shared == nullptr) return;
    to_other_nodes_.emplace(*shared, std::string(channel),
                            to_text(JsonObject{{"node", node_}, {"gap", true}}), log_);
    other_nodes_ = shared->subscribe(
        channel, [this](std::string_view message) { hear_from_node(message); }, [this] { tell_gap(); });
}

void EventBus::publish(std::string_view name, const Json& payload, Reach reach) {
    tell({.name = name, .payload = payload, .from_here = true});
    if (reach == Reach::all_nodes && to_other_nodes_)
        to_other_nodes_->send(to_text(JsonObject{{"node", node_}, {"name", name}, {"payload", payload}}));
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

void EventBus::tell_gap() {
    for (const auto& subscriber : subscribers_.all()) subscriber->tell_gap(log_);
}

void EventBus::hear_from_node(std::string_view message) {
    const Json told = parse_json(message);
    if (told.at("node").as_string() == node_) return;
    if (told.as_object().contains("gap")) return tell_gap();
    tell({.name = told.at("name").as_string(), .payload = told.at("payload"), .from_here = false});
}

}  // namespace mortise::service
