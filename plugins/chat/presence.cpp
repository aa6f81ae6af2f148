// SPDX-License-Identifier: Apache-2.0
#include "presence.h"

#include <bit>
#include <functional>

#include <mortise/error.h>
#include <mortise/services/identity.h>

namespace chat {

namespace {

constexpr auto remembered = std::chrono::hours(24) * 30;
constexpr auto kept_for_return =
    std::chrono::hours(1);  // a node that was only cut off finds its people again

std::string nodes_key(std::string_view user_id) {
    return "chat:online:" + std::string(user_id);
}
std::string seen_key(std::string_view user_id) {
    return "chat:seen:" + std::string(user_id);
}
// Who is on a node, for when it is lost.
std::string people_key(std::string_view node) {
    return "chat:people:" + std::string(node);
}
std::string watchers_of(std::string_view user_id) {
    return "chat.presence:" + std::string(user_id);
}

// Few different statements for any number of ids: their number is rounded up, the last one fills the rest.
std::string who_of(std::size_t places) {
    std::string sql =
        "SELECT DISTINCT o.user_id FROM chat_members m JOIN chat_members o ON o.chat_id = m.chat_id "
        "WHERE m.user_id = ? AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = o.user_id "
        "AND b.blocked_id = m.user_id) AND o.user_id IN (?";
    for (std::size_t place = 1; place < places; ++place) sql += ", ?";
    return sql + ")";
}

}  // namespace

mortise::Shape<PresenceSubscription> Presence::shape() {
    mortise::Shape<PresenceSubscription> shape;
    shape.at(&PresenceSubscription::user_ids).items(1, 100).length(1, 128);
    return shape;
}

void Presence::start() {
    lost_ = nodes_.on_lost([this](const std::string& node) { on_lost(node); });
}

void Presence::stop() {
    lost_.reset();
    try {
        store_.remove(people_key(nodes_.self()));
    } catch (const mortise::Error& error) {
        complain(error);
    }
}

void Presence::connected(mortise::Socket& socket) const {
    try {
        come(socket.signed_in()->id);
    } catch (const mortise::Error& error) {
        complain(error);
    }
}

void Presence::disconnected(mortise::Socket& socket) const {
    try {
        go(socket.signed_in()->id);
    } catch (const mortise::Error& error) {
        complain(error);
    }
}

void Presence::come(const std::string& user_id) const {
    const std::scoped_lock turn(turn_of(user_id));
    const bool was_online = is_online(user_id);
    store_.set_add(people_key(nodes_.self()), user_id);
    store_.set_add(nodes_key(user_id), nodes_.self());
    store_.expire(nodes_key(user_id), remembered);  // of nodes whose loss nobody was there to notice
    if (!was_online) announce({user_id, true, std::nullopt});
}

void Presence::go(const std::string& user_id) const {
    const std::scoped_lock turn(turn_of(user_id));
    if (parts_.host.sockets().is_online(user_id)) return;  // on another device
    store_.set_remove(people_key(nodes_.self()), user_id);
    leave(user_id, nodes_.self());
}

// Of all the nodes that see to somebody, the one that takes them off tells of it.
void Presence::leave(const std::string& user_id, const std::string& node) const {
    if (!store_.set_remove(nodes_key(user_id), node)) return;
    const mortise::Time now = parts_.clock.now();
    store_.set(seen_key(user_id), std::to_string(now.time_since_epoch().count()), remembered);
    if (!is_online(user_id)) announce({user_id, false, now});
}

void Presence::on_lost(const std::string& node) const {
    const bool is_taken = parts_.host.work([this, node] {
        if (node == nodes_.self())
            come_again();
        else
            take_leave_of(node);
    });
    if (!is_taken) parts_.host.log().warn("nobody is free to see to a lost node's people");
}

void Presence::take_leave_of(const std::string& node) const {
    if (nodes_.is_alive(node)) return;  // it is back
    for (const std::string& user_id : store_.set_members(people_key(node))) {
        const std::scoped_lock turn(turn_of(user_id));
        leave(user_id, node);
    }
    store_.expire(people_key(node), kept_for_return);
}

void Presence::come_again() const {
    const std::string key = people_key(nodes_.self());
    const auto people = store_.set_members(key);
    store_.remove(key);  // and with it the time it had left
    for (const std::string& user_id : people)
        if (parts_.host.sockets().is_online(user_id)) come(user_id);
}

void Presence::complain(const mortise::Error& error) const {
    parts_.host.log().warn("presence is not known for sure: the store did not answer",
                           {{"fault", error.what()}});
}

PresenceAnswer Presence::subscribe(mortise::Socket& socket, const PresenceSubscription& wanted) const {
    const auto visible = visible_to(socket.signed_in()->id, wanted.user_ids);
    PresenceAnswer answer;
    for (const std::string& user_id : visible) {
        socket.join(watchers_of(user_id));  // first: what changes meanwhile is then told, if twice
        answer.presence.push_back(state_of(user_id));
    }
    return answer;
}

Done Presence::unsubscribe(mortise::Socket& socket, const PresenceSubscription& wanted) const {
    for (const std::string& user_id : wanted.user_ids) socket.leave(watchers_of(user_id));
    return {};
}

void Presence::hide(std::string_view user_id, std::string_view watcher) const {
    parts_.host.sockets().to_user(watcher).leave(watchers_of(user_id));
}

std::set<std::string, std::less<>> Presence::visible_to(std::string_view user_id,
                                                        const std::vector<std::string>& ids) const {
    std::vector<mortise::Value> values{user_id};
    const std::size_t places = std::bit_ceil(ids.size());
    for (std::size_t place = 0; place < places; ++place)
        values.emplace_back(ids[std::min(place, ids.size() - 1)]);
    std::set<std::string, std::less<>> visible;
    for (const mortise::Row& row : parts_.database.query(who_of(places), values))
        visible.emplace(row.text(0));
    return visible;
}

bool Presence::is_online(std::string_view user_id) const {
    for (const std::string& node : store_.set_members(nodes_key(user_id)))
        if (nodes_.is_alive(node)) return true;
    return false;
}

PresenceState Presence::state_of(std::string_view user_id) const {
    PresenceState state{std::string(user_id), is_online(user_id), std::nullopt};
    if (state.online) return state;
    if (const auto seen = store_.get(seen_key(user_id)))
        state.last_seen = mortise::Time(std::chrono::milliseconds(std::stoll(*seen)));
    return state;
}

void Presence::announce(const PresenceState& state) const {
    parts_.host.sockets().to_room(watchers_of(state.user_id)).emit("presence:update", state);
}

std::mutex& Presence::turn_of(std::string_view user_id) const {
    return turns_[std::hash<std::string_view>{}(user_id) % turns_.size()];
}

}  // namespace chat
