// SPDX-License-Identifier: Apache-2.0
#include "socket/socket_figures.h"

#include <mortise/services/metrics.h>

namespace mortise::socket {

void SocketFigures::show_in(Metrics& metrics) const {
    const auto counter = [&](std::string_view name, std::string_view help, const Count& count) {
        metrics.counter_from(name, help,
                             [&count] { return static_cast<double>(count.load(std::memory_order_relaxed)); });
    };
    const auto gauge = [&](std::string_view name, std::string_view help, const Count& up, const Count& down) {
        metrics.gauge_from(name, help, [&up, &down] {
            const auto gone =
                down.load(std::memory_order_relaxed);  // first, so that the difference is no less than 0
            return static_cast<double>(up.load(std::memory_order_relaxed) - gone);
        });
    };
    gauge("sessions", "Engine.IO sessions that are open.", sessions_opened, sessions_closed);
    gauge("connected", "Sockets that are in a namespace.", sockets_connected, sockets_disconnected);
    gauge("raw", "Raw sockets that are open.", raw_opened, raw_closed);
    counter("sessions_total", "Engine.IO sessions there were.", sessions_opened);
    counter("upgrades_total", "Sessions that went from polling to WebSocket.", upgrades);
    counter("events_in_total", "Events that clients sent.", events_in);
    counter("events_out_total", "Events sent, counted once for each receiver.", events_out);
    counter("acks_in_total", "Acknowledgements that clients sent.", acks_in);
    counter("acks_out_total", "Acknowledgements sent.", acks_out);
    counter("broadcasts_total", "Events sent to rooms, users and namespaces.", broadcasts);
    counter("discarded_total", "Discardable events that a slow client did not get.", discarded);
    counter("closed_slow_total", "Clients closed for leaving too much unread.", closed_slow);
    counter("recovered_total", "Sockets that came back with what they had missed.", recovered);
    counter("refused_total", "Connects to a namespace that were refused.", refused);
}

}  // namespace mortise::socket
