// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <mortise/host.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/services/groups.h>
#include <mortise/services/people.h>

#include "live_figures.h"
#include "seat.h"
#include "seated_sockets.h"

namespace calls {

/// The options, read once.
struct Settings {
    explicit Settings(const mortise::Options& options);

    std::chrono::milliseconds ring;
    std::chrono::milliseconds grace;
    std::size_t signal_size;
    std::size_t info_size;
    std::size_t participants;
    std::size_t rooms_per_person;
    bool single_session;
};

/// What every feature stands on. Made by start(), complete after ready().
struct Parts {
    explicit Parts(mortise::Host& host)
        : host(host),
          settings(host.options()),
          database(host.database()),
          clock(host.clock()),
          sockets(host.sockets()),
          figures(host) {}

    /// This device holds the seat from now on.
    void put(Seat& seat, const mortise::Socket& socket) const;
    /// What is to be passed on, written as it goes out; refuses (413) what is larger than signal_size.
    template <class Payload>
    mortise::Arguments signal(const Payload& payload) const {
        auto signal = mortise::Arguments::of(payload);
        require_small(signal.text());
        return signal;
    }
    void send(const mortise::Audience& to, std::string_view event, const mortise::Arguments& signal) const;

    mortise::Host& host;
    const Settings settings;
    mortise::Database& database;
    const mortise::Clock& clock;
    mortise::Sockets& sockets;
    LiveFigures figures;
    const SeatedSockets seated;
    const mortise::People* people = nullptr;  // these when somebody provides them
    const mortise::Groups* groups = nullptr;

private:
    void require_small(std::string_view text) const;
};

}  // namespace calls
