// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "live_call.h"
#include "notices.h"
#include "parts.h"

namespace calls {

/// A call of two people that is over, and what ended it.
struct CallEnd {
    LiveCall call;
    Step step;
    Role who;
    State from;
    Outcome outcome;
    std::string reason;
    mortise::Time at;
};

/// Brings calls of two people to their end: into history, and told to whom it concerns. Every way to end one
/// leads through here.
class CallEnding {
public:
    CallEnding(const Parts& parts, const Notices& notices) : parts_(parts), notices_(notices) {}

    /// Removes the call and writes it into history. Refuses a step that the call does not allow.
    CallEnd end(mortise::Transaction& tx, LiveCall call, Step step, Role who, std::string_view reason) const;
    /// After the commit. The device that ended it knows, and is not told.
    void tell(const CallEnd& end, std::string_view device = {}) const;
    /// Ends the call when nobody picked up in time, or when somebody did not come back in time.
    void check(std::string_view id, std::string_view name) const;

private:
    std::optional<CallEnd> end_if_due(mortise::Transaction& tx, LiveCall call) const;
    void leave_notices(mortise::Transaction& tx, const CallEnd& end) const;

    const Parts& parts_;
    const Notices& notices_;
};

}  // namespace calls
