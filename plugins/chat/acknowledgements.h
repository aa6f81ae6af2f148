// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>

namespace chat {

/// The acknowledgement of an event that has nothing else to tell. Others begin with the same member.
struct Done {
    bool ok = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (ok))

}  // namespace chat
