// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/request.h>
#include <mortise/response.h>

#include "parts.h"

namespace chat {

/// Uploaded files that messages carry: a member reads what a member has sent, whatever the file's own rules
/// say, for as long as the message is there.
class SharedFiles {
public:
    explicit SharedFiles(const Parts& parts) : parts_(parts) {}

    mortise::Response send(const mortise::Request& request) const;

private:
    const Parts& parts_;
};

}  // namespace chat
