// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/page.h>
#include <mortise/request.h>
#include <mortise/response.h>

#include "parts.h"

namespace auth {

/// What a user does with their own sessions: sees them, leaves one, ends others.
class OwnSessions {
public:
    explicit OwnSessions(const Parts& parts) : parts_(parts) {}

    /// POST /logout. The access token is refused from now on, everywhere.
    mortise::Response log_out(const mortise::Request& request) const;
    /// POST /logout-all: every session, this one too.
    mortise::Response log_out_everywhere(const mortise::Request& request) const;
    /// GET /sessions: all of them on one page, the latest used first.
    mortise::Page<SessionView> list(const mortise::Request& request) const;
    /// DELETE /sessions/{id}. 404 for a session that is over, or another's.
    void end(const mortise::Request& request) const;

private:
    mortise::Response goodbye() const;

    const Parts& parts_;
};

}  // namespace auth
