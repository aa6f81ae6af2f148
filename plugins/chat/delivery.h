// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/sockets.h>

namespace chat {

/// Tells people: an event goes to every device of everybody it concerns, the one it came from too. After the
/// commit, never before. Every event is written once, however many it goes to.
class Delivery {
public:
    explicit Delivery(mortise::Sockets& sockets) : sockets_(sockets) {}

    template <class Payload>
    void tell(const std::vector<std::string>& people, std::string_view event, const Payload& payload) const {
        if (!people.empty()) devices_of(people).emit(event, payload);
    }

    /// Narrow it further: all sockets of these people, who must not be none.
    mortise::Audience devices_of(const std::vector<std::string>& people) const;

private:
    mortise::Sockets& sockets_;
};

}  // namespace chat
