// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/json.h>
#include <mortise/services/database.h>
#include <mortise/services/jobs.h>
#include <mortise/write_json.h>

#include "parts.h"
#include "seat.h"

namespace calls {

/// Events for people who are not there to hear them: a call they missed, a call that ended while their
/// connection was lost. Kept until they connect, for a week at most.
class Notices {
public:
    static constexpr std::string_view tidy_job = "calls.tidy_notices";

    explicit Notices(const Parts& parts) : parts_(parts) {}

    /// For the first device with which this person connects.
    template <class Payload>
    void leave_for(mortise::Transaction& tx, std::string_view user_id, std::string_view event,
                   const Payload& payload) const {
        std::string text;
        mortise::write_json(text, payload);
        store(tx, user_id, nullptr, event, text);
    }
    /// For the device that held this seat, if it is away.
    template <class Payload>
    void leave_if_away(mortise::Transaction& tx, const Seat& seat, std::string_view event,
                       const Payload& payload) const {
        if (!seat.is_away()) return;
        std::string text;
        mortise::write_json(text, payload);
        store(tx, seat.user_id, &seat.session_id, event, text);
    }
    /// Tells this socket, which has just connected, what waits for it.
    void tell(mortise::Socket& socket) const;
    /// Drops what nobody came for.
    void tidy(const mortise::Job&) const;

private:
    void store(mortise::Transaction& tx, std::string_view user_id, const std::string* session_id,
               std::string_view event, std::string_view payload) const;

    const Parts& parts_;
};

}  // namespace calls
