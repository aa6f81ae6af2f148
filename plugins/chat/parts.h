// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <mortise/host.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/services/people.h>

#include "delivery.h"

namespace mortise {
class Files;
}

namespace chat {

/// The options, read once.
struct Settings {
    explicit Settings(const mortise::Options& options);

    std::size_t text_length;
    std::size_t attachments;
    std::int64_t reactions;
    std::size_t group_members;
    bool new_members_see_everything;
    std::chrono::milliseconds change_window;
    std::size_t receipts_up_to;
};

/// What every feature stands on. Made by start(), complete after ready().
struct Parts {
    explicit Parts(mortise::Host& host)
        : host(host),
          settings(host.options()),
          database(host.database()),
          clock(host.clock()),
          delivery(host.sockets()) {}

    /// Refuses ids that nobody has: 422, with the pointer of each below `pointer`. Without a directory of
    /// people every id is believed. Not inside a write.
    void require_people(std::span<const std::string> ids, std::string_view pointer) const;
    void require_person(const std::string& id, std::string_view pointer) const;

    mortise::Host& host;
    const Settings settings;
    mortise::Database& database;
    const mortise::Clock& clock;
    const Delivery delivery;
    const mortise::People* people = nullptr;  // these when somebody provides them
    const mortise::Files* files = nullptr;
};

}  // namespace chat
