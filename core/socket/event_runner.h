// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <mortise/error.h>
#include <mortise/log.h>
#include <mortise/socket.h>

#include "socket/socket_table.h"

namespace mortise::socket {

/// The one place where a failure becomes an acknowledgement: {ok: false, error: {code, message, errors?,
/// retryAfter?}}.
Json refusal_of(const Error& error);

/// What a client that asked for no acknowledgement is told by Limiter::notice.
LimitNotice notice_of(const EventEntry& event, const Error& refusal);

/// Runs the handler of one event, the guards of its namespace before it, and gives the acknowledgement. Never
/// throws: what the handler throws is in the acknowledgement, its private half in the log.
Arguments run_event(const SpaceEntry& space, const EventEntry& event, Socket& socket, Message& message,
                    const Log& log);

/// Runs a hook; what it throws is told as an Error, and logged when nobody foresaw it.
template <class Call>
std::optional<Error> run_hook(const Log& log, std::string_view plugin, Call call);

/// For a client whose event or hook finds no room on its plugin's lane.
Error too_busy();

/// Inside a catch block: what the client is told. The private half is logged.
Error caught(const Log& log, std::string_view where);

template <class Call>
std::optional<Error> run_hook(const Log& log, std::string_view plugin, Call call) {
    try {
        call();
        return std::nullopt;
    } catch (...) {
        return caught(log, plugin);
    }
}

}  // namespace mortise::socket
