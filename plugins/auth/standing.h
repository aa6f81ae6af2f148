// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <thread>

#include <mortise/host.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>

#include "accounts.h"
#include "revocations.h"
#include "sessions.h"

namespace auth {

/// Keeps Revocations in step with the database and with the other nodes. Events tell at once; the tables are
/// read at the start, whenever events may have been lost, and every `watch` for what no event tells of: a
/// command's changes, or another node's where no redis joins them. What is found that way is told on this
/// node.
class Standing {
public:
    Standing(mortise::Host& host, const Accounts& accounts, const Sessions& sessions)
        : host_(host), accounts_(accounts), sessions_(sessions) {}

    void start();
    void stop();

    /// After the commit that made it so; in force here when this returns. Never fails: nodes that are not
    /// reached find it in the tables.
    void announce_ended(const EndedSessions& sessions) const;
    void announce_role(const ChangedRole& changed) const;

    const Revocations& revocations() const { return revocations_; }

private:
    void on_session_ended(const mortise::Event& event) const;
    void on_role_changed(const mortise::Event& event) const;
    void watch(const std::stop_token& stopped) const;
    void read_tables(mortise::Time since) const;
    void publish(std::string_view topic, const mortise::JsonObject& payload, mortise::Reach reach) const;

    mortise::Host& host_;
    const Accounts& accounts_;
    const Sessions& sessions_;
    mutable Revocations revocations_;
    mortise::Subscription session_ended_, role_changed_;
    std::jthread watcher_;
};

}  // namespace auth
