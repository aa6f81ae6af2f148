// SPDX-License-Identifier: Apache-2.0
#include "standing.h"

#include <condition_variable>
#include <mutex>

#include <mortise/error.h>
#include <mortise/services/people.h>

namespace auth {

namespace {

using mortise::Event;
using mortise::JsonObject;
using mortise::Reach;
using mortise::Time;

// Rows are stamped by their nodes' clocks, before they are committed.
constexpr std::chrono::seconds overlap(10);

std::string_view text_of(const Event& event, std::string_view name) {
    return event.payload.at(name).as_string();
}

Time until_of(const Event& event) {
    return mortise::parse_rfc3339(text_of(event, "until")).value();
}

JsonObject payload_of(const EndedSession& session) {
    return {{"userId", session.account_id},
            {"sessionId", session.id},
            {"until", mortise::to_rfc3339(session.access_until)}};
}

JsonObject payload_of(const ChangedRole& changed) {
    return {{"userId", changed.id},
            {"role", changed.role},
            {"until", mortise::to_rfc3339(changed.role_settles_at)}};
}

}  // namespace

void Standing::start() {
    // First listen, then read: what happens in between is heard, read, or both.
    const auto read_all = [this] { read_tables(Time{}); };
    session_ended_ = host_.events().subscribe(
        mortise::session_ended_topic, [this](const Event& event) { on_session_ended(event); }, read_all);
    role_changed_ = host_.events().subscribe(
        mortise::person_role_changed_topic, [this](const Event& event) { on_role_changed(event); }, read_all);
    read_all();
    watcher_ = std::jthread([this](const std::stop_token& stopped) { watch(stopped); });
}

void Standing::stop() {
    watcher_ = {};
    session_ended_.reset();
    role_changed_.reset();
}

void Standing::announce_ended(const EndedSessions& sessions) const {
    const Time now = host_.clock().now();
    for (const EndedSession& session : sessions)
        revocations_.end_session(session.id, session.access_until, now);
    for (const EndedSession& session : sessions)
        publish(mortise::session_ended_topic, payload_of(session), Reach::all_nodes);
}

void Standing::announce_role(const ChangedRole& changed) const {
    revocations_.change_role(changed.id, changed.role, changed.role_settles_at, host_.clock().now());
    publish(mortise::person_role_changed_topic, payload_of(changed), Reach::all_nodes);
}

void Standing::on_session_ended(const Event& event) const {
    revocations_.end_session(text_of(event, "sessionId"), until_of(event), host_.clock().now());
}

void Standing::on_role_changed(const Event& event) const {
    revocations_.change_role(text_of(event, "userId"), text_of(event, "role"), until_of(event),
                             host_.clock().now());
}

void Standing::watch(const std::stop_token& stopped) const {
    const auto interval = host_.options().duration("watch");
    Time since = host_.clock().now() - overlap;
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    while (!woken.wait_for(lock, stopped, interval, [&] { return stopped.stop_requested(); })) {
        const Time now = host_.clock().now();
        try {
            read_tables(since);
            since = now - overlap;
        } catch (const std::exception& fault) {  // the same rows are asked for again
            host_.log().debug("ended sessions cannot be read", {{"reason", fault.what()}});
        }
    }
}

void Standing::read_tables(Time since) const {
    const Time now = host_.clock().now();
    for (const EndedSession& session : sessions_.ended_since(since, now)) {
        if (revocations_.is_ended(session.id)) continue;
        revocations_.end_session(session.id, session.access_until, now);
        publish(mortise::session_ended_topic, payload_of(session), Reach::this_node);
    }
    for (const ChangedRole& changed : accounts_.roles_changed_since(since, now)) {
        const bool is_known = revocations_.role_of(changed.id) == changed.role;
        revocations_.change_role(changed.id, changed.role, changed.role_settles_at, now);
        if (!is_known) publish(mortise::person_role_changed_topic, payload_of(changed), Reach::this_node);
    }
}

void Standing::publish(std::string_view topic, const JsonObject& payload, Reach reach) const {
    try {
        host_.events().publish(topic, payload, reach);
    } catch (const mortise::Error& fault) {
        host_.log().warn("other nodes could not be told", {{"topic", topic}, {"reason", fault.what()}});
    }
}

}  // namespace auth
