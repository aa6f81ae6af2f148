// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/error.h>
#include <mortise/services/nodes.h>
#include <mortise/services/store.h>
#include <mortise/socket.h>

#include "acknowledgements.h"
#include "parts.h"

namespace chat {

/// The payload of presence:subscribe and presence:unsubscribe.
struct PresenceSubscription {
    std::vector<std::string> user_ids;
};
BOOST_DESCRIBE_STRUCT(PresenceSubscription, (), (user_ids))

/// Whether somebody is there; goes out as presence:update too.
struct PresenceState {
    std::string user_id;
    bool online = false;
    std::optional<mortise::Time> last_seen;  // absent: online, or not known
};
BOOST_DESCRIBE_STRUCT(PresenceState, (), (user_id, online, last_seen))

/// The acknowledgement of presence:subscribe: those one may see, as they are now.
struct PresenceAnswer {
    bool ok = true;
    std::vector<PresenceState> presence;
};
BOOST_DESCRIBE_STRUCT(PresenceAnswer, (), (ok, presence))

/// Who is there: everybody with a socket, on any device and any node. Told to those who asked, who share a
/// conversation with them and are not blocked by them.
class Presence {
public:
    explicit Presence(const Parts& parts)
        : parts_(parts), store_(parts.host.store()), nodes_(parts.host.nodes()) {}

    static mortise::Shape<PresenceSubscription> shape();

    /// From ready() on: who was on a node that is lost goes with it.
    void start();
    void stop();

    /// Never refuse anybody: a store that is away costs news of presence, not connections.
    void connected(mortise::Socket& socket) const;
    void disconnected(mortise::Socket& socket) const;

    PresenceAnswer subscribe(mortise::Socket& socket, const PresenceSubscription& wanted) const;
    Done unsubscribe(mortise::Socket& socket, const PresenceSubscription& wanted) const;
    /// `watcher` does not see `user_id` any more.
    void hide(std::string_view user_id, std::string_view watcher) const;

private:
    std::set<std::string, std::less<>> visible_to(std::string_view user_id,
                                                  const std::vector<std::string>& ids) const;
    bool is_online(std::string_view user_id) const;
    PresenceState state_of(std::string_view user_id) const;
    void announce(const PresenceState& state) const;
    std::mutex& turn_of(std::string_view user_id) const;
    void come(const std::string& user_id) const;
    void go(const std::string& user_id) const;
    void leave(const std::string& user_id, const std::string& node) const;
    void on_lost(const std::string& node) const;
    void take_leave_of(const std::string& node) const;
    void come_again() const;
    void complain(const mortise::Error& error) const;

    const Parts& parts_;
    mortise::Store& store_;
    mortise::Nodes& nodes_;
    mutable std::array<std::mutex, 64> turns_;
    mortise::Subscription lost_;
};

}  // namespace chat
