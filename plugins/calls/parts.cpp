// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <mortise/error.h>
#include <mortise/services/identity.h>
#include <mortise/services/nodes.h>

namespace calls {

Settings::Settings(const mortise::Options& options)
    : ring(options.duration("ring")),
      grace(options.duration("grace")),
      signal_size(static_cast<std::size_t>(options.size("signal_size"))),
      info_size(static_cast<std::size_t>(options.size("info_size"))),
      participants(static_cast<std::size_t>(options.integer("participants"))),
      rooms_per_person(static_cast<std::size_t>(options.integer("rooms_per_person"))),
      single_session(options.flag("single_session")) {}

void Parts::put(Seat& seat, const mortise::Socket& socket) const {
    seated.add(socket.id());
    seat.session_id = socket.signed_in()->session_id;
    seat.socket_id = socket.id();
    seat.node_id = host.nodes().self();
    seat.away_since.reset();
}

void Parts::require_small(std::string_view text) const {
    if (text.size() > settings.signal_size)
        throw mortise::Error(mortise::Code::payload_too_large,
                             "May have " + std::to_string(settings.signal_size) + " bytes, written as JSON.");
}

void Parts::send(const mortise::Audience& to, std::string_view event,
                 const mortise::Arguments& signal) const {
    sockets.broadcaster().send(to.target(), event, signal);
}

}  // namespace calls
