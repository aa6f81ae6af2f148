// SPDX-License-Identifier: Apache-2.0
#include "delivery.h"

namespace chat {

mortise::Audience Delivery::devices_of(const std::vector<std::string>& people) const {
    mortise::Audience audience = sockets_.to_user(people.front());
    for (std::size_t place = 1; place < people.size(); ++place) audience.to_user(people[place]);
    return audience;
}

}  // namespace chat
